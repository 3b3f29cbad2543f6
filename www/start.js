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

try {
  const { default: init } = await import(script.dataset.js);
  await init({ module_or_path: script.dataset.wasm });
} catch (error) {
  document.getElementById("unable").hidden = false;
  throw error;
}
