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

async function start() {
  const threads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST) : 1;
  const module = threads > 1 && await WebAssembly.compileStreaming(fetch("./cpu_threads_bg.wasm")).catch(() => null);
  if (!module) {
    importScripts("./cpu_worker.js");
    return wasm_bindgen("./cpu_worker_bg.wasm");
  }
  importScripts("./cpu_threads.js");
  const { memory } = await wasm_bindgen({ module_or_path: module });
  const joined = await Promise.all(helpers(threads - 1, module, memory)).catch(() => []);
  wasm_bindgen.begin(1 + joined.length);
}

// Thrown outside the promise, the page hears of it.
start().catch((error) => setTimeout(() => { throw error; }));
