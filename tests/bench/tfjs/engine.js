// TensorFlow.js on one of its backends: variables, batches on the device, steps and reads.
import { batches, weights } from "../fixture.js";
import { steps } from "./networks.js";

const packages = "node_modules/@tensorflow/";
// The bundles of the umbrella package hold the cpu and the webgl backend.
const scripts = {
  cpu: [],
  webgl: [],
  wasm: ["tfjs-backend-wasm/dist/tf-backend-wasm.min.js"],
  webgpu: ["tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js"],
};

const script = (path) =>
  new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${path} is not there: npm ci`));
    element.src = packages + path;
    document.head.append(element);
  });

/** The library on a backend, and no other. */
export async function open(backend) {
  if (!globalThis.tf) await script("tfjs/dist/tf.min.js");
  if (!tf.findBackendFactory(backend)) for (const path of scripts[backend]) await script(path);
  if (backend === "wasm") tf.wasm.setWasmPaths(`${packages}tfjs-backend-wasm/dist/`);
  // Where it fails it warns of the reason and gives false: asked directly, it throws it.
  if (!(await tf.setBackend(backend))) await tf.findBackendFactory(backend)();
  if (tf.getBackend() !== backend) throw new Error(`tfjs took ${tf.getBackend()} instead of ${backend}`);
  return { device: await device(backend), start };
}

/** What the backend says that it runs on. */
async function device(backend) {
  if (backend === "wasm") {
    const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
    const threads = (await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT")) && tf.wasm.getThreadsCount();
    return `${simd ? "SIMD" : "no SIMD"}, threads: ${threads || "no"}`;
  }
  if (backend === "webgl") {
    const { gl } = tf.backend().gpgpu;
    const names = gl.getExtension("WEBGL_debug_renderer_info");
    return gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  }
  if (backend === "webgpu") {
    const { vendor, architecture, description } = tf.backend().device.adapterInfo ?? {};
    return [vendor, architecture, description].filter(Boolean).join(" ");
  }
  return "one thread of JavaScript";
}

// tfjs has channels last: kernels [out, in, k, k] and [in, out, k, k] become [k, k, in, out] and [k, k, out, in], and
// the dense layers beside maps take or give their numbers in the maps' new order.
const reordered = (tensor, split, order) => tensor.reshape(split).transpose(order).reshape(tensor.shape);
const beside = {
  "c5.weight": (weight) => reordered(weight, [16, 5, 5, 120], [1, 2, 0, 3]),
  "generator.seed.weight": (weight) => reordered(weight, [64, 32, 7, 7], [0, 2, 3, 1]),
  "generator.seed.bias": (bias) => reordered(bias, [32, 7, 7], [1, 2, 0]),
  "discriminator.output.weight": (weight) => reordered(weight, [32, 7, 7, 1], [1, 2, 0, 3]),
};

/** A tree of `{ shape, values }` as one of variables. */
function variables(tree, path = "") {
  const entries = Object.entries(tree).map(([name, below]) => {
    if (!below.values) return [name, variables(below, `${path}${name}.`)];
    const tensor = tf.tensor(below.values, below.shape);
    const arrange = beside[path + name] ?? ((tensor) => (tensor.rank === 4 ? tensor.transpose([2, 3, 1, 0]) : tensor));
    return [name, tf.variable(arrange(tensor))];
  });
  return Object.fromEntries(entries);
}

/** A batch on the device. */
function upload({ images, labels, noise }, { shape, classes, latent }, size) {
  // tfjs uploads when an operation asks for the numbers: each tensor here is an operation's result.
  return tf.tidy(() => ({
    images: tf.tensor(images, [size, ...shape]).transpose([0, 2, 3, 1]),
    labels: tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat(),
    noise: latent ? tf.tensor(noise, [size, latent]).mul(1) : null,
  }));
}

/** A workload at its first step. */
function start(workload, layers, fixture, size) {
  const { learning_rate: rate, beta_1, beta_2, epsilon } = fixture;
  const model = tf.tidy(() => variables(weights(fixture, layers)));
  const data = batches(fixture, size).map((batch) => upload(batch, fixture, size));
  const optimisers = [];
  // tfjs keeps beta^t in 32 bits and takes 1 - beta in 64: rounded here, both mean the same beta.
  const adam = () => {
    const optimiser = tf.train.adam(rate, Math.fround(beta_1), Math.fround(beta_2), epsilon);
    optimisers.push(optimiser);
    return optimiser;
  };
  const step = steps[workload](model, adam);
  let at = 0;
  return {
    uploaded: () => data.at(-1).images.data(),
    step: () => step(data[at++ % data.length]),
    read: async (losses) => {
      const numbers = await Promise.all(losses.map(async (loss) => (await loss.data())[0]));
      tf.dispose(losses);
      return numbers;
    },
    release: tf.dispose,
    memory: tf.memory,
    dispose: () => {
      tf.dispose([model, data]);
      for (const optimiser of optimisers) optimiser.dispose();
    },
  };
}
