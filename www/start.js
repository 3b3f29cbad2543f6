// Starts the page. The names of its files stand in the script element, so that this file never changes.
const script = document.querySelector("script[data-js]");
try {
  const { default: init } = await import(script.dataset.js);
  await init({ module_or_path: script.dataset.wasm });
} catch (error) {
  document.getElementById("unable").hidden = false;
  throw error;
}
