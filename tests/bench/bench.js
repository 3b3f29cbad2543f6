// What a driver calls: `bench.engines`, `await bench.prepare(…)`, `await bench.time(…)`, `bench.memory()`.
import { load } from "./fixture.js";
import { layers } from "./layers.js";

// Each opens one library on one backend; what is not asked for is not loaded.
const openings = {
  "tfjs-cpu": async () => (await import("./tfjs/engine.js")).open("cpu"),
  "tfjs-wasm": async () => (await import("./tfjs/engine.js")).open("wasm"),
  "tfjs-webgl": async () => (await import("./tfjs/engine.js")).open("webgl"),
  "tfjs-webgpu": async () => (await import("./tfjs/engine.js")).open("webgpu"),
  "jax-wasm": async () => (await import("./jax/engine.js")).open("wasm"),
  "jax-webgpu": async () => (await import("./jax/engine.js")).open("webgpu"),
};

let run = null;

/** Milliseconds from asking for a step until its losses are read, and the losses. */
async function one() {
  const start = performance.now();
  const losses = await run.read(await run.step());
  return { ms: performance.now() - start, losses };
}

/**
 * Builds a workload and makes its first `steps` steps from the fixture's weights. With the fixture's own batch size
 * `losses` are to be held against the fixture's: a list, or for the adversarial ones the discriminator's and the
 * generator's. Shaders that an earlier call compiled may be kept: `firstStepMs` means something on a fresh page only.
 */
async function prepare(engine, workload, batch, steps = 20) {
  run?.dispose();
  run = null;
  try {
    if (!(engine in openings)) throw new Error(`no engine is called ${engine}`);
    const fixture = await load(workload);
    const opened = await openings[engine]();
    run = opened.start(workload, layers[workload], fixture, batch);
    await run.uploaded();
    const first = await one();
    const rows = [first.losses];
    while (rows.length < steps) rows.push((await one()).losses);
    const lists = rows[0].map((_, column) => rows.map((row) => row[column]));
    const losses = lists.length > 1 ? lists : lists[0];
    return { ok: true, device: opened.device, firstStepMs: first.ms, losses };
  } catch (error) {
    run = null;
    return { ok: false, error: error?.message ?? String(error) };
  }
}

/** Milliseconds a step: `steps` of them back to back on uploaded batches, then one read. */
async function time(steps) {
  const start = performance.now();
  for (let left = steps; left > 1; left--) run.release(await run.step());
  await run.read(await run.step());
  return (performance.now() - start) / steps;
}

globalThis.bench = {
  engines: Object.keys(openings).map((name) => ({ name })),
  workloads: Object.keys(layers),
  prepare,
  time,
  memory: () => run?.memory() ?? null,
};
