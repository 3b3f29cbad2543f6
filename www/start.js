// Starts the page. The names of its files stand in the script element, so that this file never changes.
const script = document.querySelector("script[data-js]");

// Data of the reader's own are a module by itself, loaded when the page first asks for it. Without it the page hears nothing.
let own;
addEventListener("own", async ({ detail }) => {
  try {
    own ??= import("./own.js").then(async (module) => (await module.default(), module));
    (await own).open(detail);
  } catch (error) {
    own = null;
    console.warn(error);
    dispatchEvent(new CustomEvent("brought"));
  }
});

// A tab's run, for when its page is loaded anew; the last four tabs' are kept, where the browser has room.
const name = () => `run?${(sessionStorage.run ??= crypto.randomUUID())}`;
const keep = async (run) => {
  try {
    const runs = await caches.open("runs");
    await runs.put(name(), run);
    const all = await runs.keys();
    await Promise.all(all.slice(0, -4).map((old) => runs.delete(old)));
  } catch {
    // Nothing is promised: the run itself goes on.
  }
};
globalThis.kept = {
  // The bytes are the page's memory: a blob copies them at once.
  put: (head, body) => void keep(new Response(new Blob([head, body]))),
  get: async () => {
    try {
      const [{ type }] = performance.getEntriesByType("navigation");
      const run = type !== "navigate" && (await caches.match(name()));
      return run && new Uint8Array(await run.arrayBuffer());
    } catch {
      // Where nothing can be kept, nothing is found.
    }
  },
};

try {
  const { default: init } = await import(script.dataset.js);
  await init({ module_or_path: script.dataset.wasm });
} catch (error) {
  document.getElementById("unable").hidden = false;
  throw error;
}
