// A helper of the CPU worker: waits in its memory for work.
onmessage = async ({ data: [module, memory] }) => {
  importScripts("./cpu_threads.js");
  await wasm_bindgen({ module_or_path: module, memory });
  postMessage("ready");
  wasm_bindgen.help();
};
