// The workloads' layers, by the names and in the shapes that the fixture has.

const dense = (inputs, outputs) => ({ weight: [inputs, outputs], bias: [outputs] });
const conv = (inputs, outputs, side) => ({ weight: [outputs, inputs, side, side], bias: [outputs] });
const deconv = (inputs, outputs, side) => ({ weight: [inputs, outputs, side, side], bias: [outputs] });

const lenet = (channels, classes) => ({
  c1: conv(channels, 6, 5),
  c3: conv(6, 16, 5),
  c5: dense(16 * 5 * 5, 120),
  f6: dense(120, 84),
  output: dense(84, classes),
});

export const layers = {
  softmax: { linear: dense(784, 10) },
  perceptron: { first: dense(784, 128), second: dense(128, 64), third: dense(64, 10) },
  lenet: lenet(1, 10),
  "lenet-colour": lenet(3, 9),
  vae: {
    encoder: dense(784, 400),
    mean: dense(400, 20),
    log_variance: dense(400, 20),
    decoder: dense(20, 400),
    output: dense(400, 784),
  },
  gan: {
    generator: { first: dense(10, 256), second: dense(256, 256), third: dense(256, 784) },
    discriminator: { first: dense(784, 256), second: dense(256, 256), third: dense(256, 1) },
  },
  dcgan: {
    generator: { seed: dense(64, 32 * 7 * 7), first: deconv(32, 16, 4), second: deconv(16, 1, 4) },
    discriminator: { first: conv(1, 16, 4), second: conv(16, 32, 4), output: dense(32 * 7 * 7, 1) },
  },
};
