// The workloads in TensorFlow.js: networks, losses, and what one step is.

const dense = (layer, x) => x.matMul(layer.weight).add(layer.bias);
const conv = (layer, x, stride, padding) => tf.conv2d(x, layer.weight, stride, padding).add(layer.bias);
const flat = (x) => x.reshape([x.shape[0], -1]);
const halved = (x) => tf.maxPool(x, 2, 2, "valid");
const leaky = (x) => tf.leakyRelu(x, 0.2);

const softmax = ({ linear }, images) => dense(linear, flat(images));

function perceptron({ first, second, third }, images) {
  const hidden = dense(first, flat(images)).relu(); // [batch, 128]
  return dense(third, dense(second, hidden).relu());
}

const lenet = (padding) => ({ c1, c3, c5, f6, output }, images) => {
  const s2 = halved(conv(c1, images, 1, padding).relu()); // [batch, 14, 14, 6]
  const s4 = halved(conv(c3, s2, 1, "valid").relu()); // [batch, 5, 5, 16]
  return dense(output, dense(f6, dense(c5, flat(s4)).relu()).relu());
};

/** Steps of a classifier: one by Adam on the mean cross-entropy. */
const classifier = (network) => (model, adam) => {
  const optimiser = adam();
  return ({ images, labels }) => [
    optimiser.minimize(() => tf.losses.softmaxCrossEntropy(labels, network(model, images)), true),
  ];
};

/** The negative evidence lower bound, a mean over the batch. */
function bound({ encoder, mean: toMean, log_variance, decoder, output }, images, noise) {
  const x = flat(images);
  const hidden = dense(encoder, x).relu(); // [batch, 400]
  const [mean, logVariance] = [dense(toMean, hidden), dense(log_variance, hidden)];
  const z = mean.add(logVariance.div(2).exp().mul(noise)); // [batch, 20]
  const logits = dense(output, dense(decoder, z).relu()); // [batch, 784]
  // softplus(l) - x l is what tf.losses.sigmoidCrossEntropy comes to, in fewer kernels.
  const reconstruction = logits.softplus().sub(x.mul(logits)).sum();
  const divergence = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum().div(2);
  return reconstruction.add(divergence).div(x.shape[0]);
}

function vae(model, adam) {
  const optimiser = adam();
  return ({ images, noise }) => [optimiser.minimize(() => bound(model, images, noise), true)];
}

const gan = {
  make({ first, second, third }, z) {
    const hidden = leaky(dense(second, leaky(dense(first, z)))); // [batch, 256]
    return dense(third, hidden).sigmoid().reshape([z.shape[0], 28, 28, 1]);
  },
  judge({ first, second, third }, images) {
    const x = flat(images).mul(2).sub(1);
    return dense(third, leaky(dense(second, leaky(dense(first, x)))));
  },
};

/** Each place's channels divided by their root mean square. */
const level = (x) => x.div(x.square().mean(3, true).add(1e-8).sqrt());

const dcgan = {
  make({ seed, first, second }, z) {
    const grow = (layer, x, [rows, columns, maps]) =>
      tf.conv2dTranspose(x, layer.weight, [x.shape[0], rows, columns, maps], 2, "same").add(layer.bias);
    const small = dense(seed, z).reshape([z.shape[0], 7, 7, 32]);
    const middle = grow(first, level(leaky(small)), [14, 14, 16]);
    return grow(second, level(leaky(middle)), [28, 28, 1]).sigmoid();
  },
  judge({ first, second, output }, images) {
    const x = leaky(conv(first, images.mul(2).sub(1), 2, "same")); // [batch, 14, 14, 16]
    return dense(output, flat(leaky(conv(second, x, 2, "same")))); // [batch, 7, 7, 32] to [batch, 1]
  },
};

const leaves = (tree) => Object.values(tree).flatMap((layer) => Object.values(layer));

/** Steps of a game: the discriminator's, then the generator's against the new discriminator. */
const game = ({ make, judge }) => ({ generator, discriminator }, adam) => {
  const [forG, forD] = [adam(), adam()];
  return ({ images, noise }) => {
    const fake = tf.tidy(() => make(generator, noise));
    const lossD = forD.minimize(
      () => judge(discriminator, images).neg().softplus().mean().add(judge(discriminator, fake).softplus().mean()),
      true,
      leaves(discriminator),
    );
    fake.dispose();
    // Made once more: a gradient in tfjs belongs to the function that it is taken of.
    const lossG = forG.minimize(
      () => judge(discriminator, make(generator, noise)).neg().softplus().mean(),
      true,
      leaves(generator),
    );
    return [lossD, lossG];
  };
};

/** By workload: from the model and a maker of optimisers to a step, from a batch to losses. */
export const steps = {
  softmax: classifier(softmax),
  perceptron: classifier(perceptron),
  lenet: classifier(lenet("same")),
  "lenet-colour": classifier(lenet("valid")),
  vae,
  gan: game(gan),
  dcgan: game(dcgan),
};
