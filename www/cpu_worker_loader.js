// Starts the CPU worker: on several threads where the browser lets them share memory, else on one.
const MOST = 4;

/** Opens `count` helpers on the same module and memory; each says when it is about to help. */
function helpers(count, module, memory) {
  return Array.from({ length: count }, () => new Promise((ready, failed) => {
    const helper = new Worker("./cpu_thread.js");
    helper.onmessage = ready;
    helper.onerror = failed;
    helper.postMessage([module, memory]);
  }));
}

/** How many threads there may be: phones refuse memory that is shared and may grow, before or after they promised it. */
function possible() {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 16384, shared: true });
    return Math.min(navigator.hardwareConcurrency, MOST);
  } catch {
    return 1;
  }
}

/** The module of threads, with its script loaded; nothing where either is missing. */
async function module() {
  try {
    const compiled = await WebAssembly.compileStreaming(fetch("./cpu_threads_bg.wasm"));
    importScripts("./cpu_threads.js");
    return compiled;
  } catch {
    return null;
  }
}

async function start() {
  const threads = self.crossOriginIsolated ? possible() : 1;
  const together = threads > 1 && await module();
  if (!together) {
    importScripts("./cpu_worker.js");
    return wasm_bindgen({ module_or_path: "./cpu_worker_bg.wasm" });
  }
  const { memory } = await wasm_bindgen({ module_or_path: together });
  const joined = await Promise.all(helpers(threads - 1, together, memory)).catch(() => []);
  wasm_bindgen.begin(1 + joined.length);
}

// Thrown outside the promise, the page hears of it.
start().catch((error) => setTimeout(() => { throw error; }));
