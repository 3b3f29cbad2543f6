// jax-js on one of its devices: parameters, batches on the device, jitted steps and reads.
import { blockUntilReady, defaultDevice, getWebGPUDevice, init, jit, tree, valueAndGrad, vjp } from "@jax-js/jax";
import { nn, numpy as np } from "@jax-js/jax";
import { batches, weights } from "../fixture.js";
import { adam } from "./adam.js";
import { losses, players } from "./networks.js";

/** The library on a device, and no other. */
export async function open(name) {
  const names = await init(name);
  if (!names.includes(name)) throw new Error(`jax-js has no ${name} here`);
  defaultDevice(name);
  return { device: device(name), start: (...what) => start(name, ...what) };
}

function device(name) {
  if (name === "wasm") return `SIMD, threads: ${crossOriginIsolated ? navigator.hardwareConcurrency : "no"}`;
  const { vendor, architecture, description } = getWebGPUDevice().adapterInfo ?? {};
  return [vendor, architecture, description].filter(Boolean).join(" ");
}

/** A step down one loss: from state and batch to the new state and the losses. */
function descent(loss, optimiser) {
  return ({ params, memory }, batch) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(params), batch);
    const [moved, kept] = optimiser.update(gradients, memory, params);
    return [{ params: moved, memory: kept }, [value]];
  };
}

/** A step of a game: the discriminator's, then the generator's against the new discriminator, on the same samples. */
function game({ make, judge }, optimiser) {
  const lossD = (params, images, fake) =>
    nn.softplus(judge(tree.ref(params), images).neg()).mean().add(nn.softplus(judge(params, fake)).mean());
  const lossG = (fake, params) => nn.softplus(judge(params, fake).neg()).mean();
  return ({ params: { generator, discriminator }, memory: { forG, forD } }, { images, noise }) => {
    const [fake, back] = vjp((params) => make(params, noise), [tree.ref(generator)]);
    const [valueD, gradientsD] = valueAndGrad(lossD)(tree.ref(discriminator), images, fake.ref);
    const [newD, keptD] = optimiser.update(gradientsD, forD, discriminator);
    const [valueG, slope] = valueAndGrad(lossG)(fake, tree.ref(newD));
    const [gradientsG] = back(slope);
    back.dispose();
    const [newG, keptG] = optimiser.update(gradientsG, forG, generator);
    const state = { params: { generator: newG, discriminator: newD }, memory: { forG: keptG, forD: keptD } };
    return [state, [valueD, valueG]];
  };
}

/** A tree of `{ shape, values }` as one of arrays. */
function parameters(tree) {
  if (tree.values) return np.array(tree.values).reshape(tree.shape);
  return Object.fromEntries(Object.entries(tree).map(([name, below]) => [name, parameters(below)]));
}

/** A batch on the device: with noise the workload makes pictures, else it tells classes. */
function upload({ images, labels, noise }, { shape, classes, latent }, size) {
  const pictures = np.array(images).reshape([size, ...shape]);
  return latent
    ? { images: pictures, noise: np.array(noise).reshape([size, latent]) }
    : { images: pictures, labels: nn.oneHot(np.array(labels, { dtype: np.int32 }), classes) };
}

/** Has what a step left for later carried out. All of a step's arrays wait for the same kernels, so one is enough. */
async function submit(name, value) {
  // A WebGPU buffer is handed out as soon as the kernels are in the queue; elsewhere there is nothing short of waiting.
  await (name === "webgpu" ? value.ref.gpuBuffer() : blockUntilReady(value));
}

/** A workload at its first step. */
function start(name, workload, layers, fixture, size) {
  const { learning_rate: rate, beta_1, beta_2, epsilon } = fixture;
  const optimiser = adam(rate, beta_1, beta_2, epsilon);
  const params = parameters(weights(fixture, layers));
  const two = players[workload];
  const memory = two
    ? { forG: optimiser.init(tree.ref(params.generator)), forD: optimiser.init(tree.ref(params.discriminator)) }
    : optimiser.init(tree.ref(params));
  const data = batches(fixture, size).map((batch) => upload(batch, fixture, size));
  const step = jit(two ? game(two, optimiser) : descent(losses[workload], optimiser));
  let state = { params, memory };
  let at = 0;
  return {
    uploaded: () => blockUntilReady([data, state]),
    step: async () => {
      let values;
      [state, values] = step(state, tree.ref(data[at++ % data.length]));
      await submit(name, values[0]);
      return values;
    },
    read: async (values) => (await Promise.all(values.map((value) => value.data()))).map(([number]) => number),
    release: tree.dispose,
    memory: () => null,
    dispose: () => {
      tree.dispose([state, data]);
      step.dispose();
    },
  };
}
