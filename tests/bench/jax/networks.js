// The workloads in jax-js: networks and losses. Every function uses up its arguments, which is why much is a `.ref`.
import { lax, nn, numpy as np } from "@jax-js/jax";

const dense = (layer, x) => np.dot(x, layer.weight).add(layer.bias);
const channels = (bias) => bias.reshape([-1, 1, 1]);
const conv = (layer, x, stride, padding) =>
  lax
    .convGeneralDilated(x, layer.weight, [stride, stride], [[padding, padding], [padding, padding]])
    .add(channels(layer.bias));
const flat = (x) => x.reshape([x.shape[0], -1]);
const halved = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const leaky = (x) => nn.leakyRelu(x, 0.2);

const softmax = ({ linear }, images) => dense(linear, flat(images));

function perceptron({ first, second, third }, images) {
  const hidden = nn.relu(dense(first, flat(images))); // [batch, 128]
  return dense(third, nn.relu(dense(second, hidden)));
}

const lenet = (padding) => ({ c1, c3, c5, f6, output }, images) => {
  const s2 = halved(nn.relu(conv(c1, images, 1, padding))); // [batch, 6, 14, 14]
  const s4 = halved(nn.relu(conv(c3, s2, 1, 0))); // [batch, 16, 5, 5]
  return dense(output, nn.relu(dense(f6, nn.relu(dense(c5, flat(s4))))));
};

/** The mean cross-entropy of a classifier. */
const classifier = (network) => (model, { images, labels }) => {
  const size = images.shape[0];
  return nn.logSoftmax(network(model, images)).mul(labels).sum().mul(-1 / size);
};

/** The negative evidence lower bound, a mean over the batch. */
function bound({ encoder, mean: toMean, log_variance, decoder, output }, { images, noise }) {
  const size = images.shape[0];
  const x = flat(images);
  const hidden = nn.relu(dense(encoder, x.ref)); // [batch, 400]
  const [mean, logVariance] = [dense(toMean, hidden.ref), dense(log_variance, hidden)];
  const z = mean.ref.add(np.exp(logVariance.ref.mul(0.5)).mul(noise)); // [batch, 20]
  const logits = dense(output, nn.relu(dense(decoder, z))); // [batch, 784]
  const reconstruction = nn.softplus(logits.ref).sub(x.mul(logits)).sum();
  const divergence = np.square(mean).add(np.exp(logVariance.ref)).sub(logVariance).sub(1).sum().mul(0.5);
  return reconstruction.add(divergence).mul(1 / size);
}

const gan = {
  make({ first, second, third }, z) {
    const size = z.shape[0];
    const hidden = leaky(dense(second, leaky(dense(first, z)))); // [batch, 256]
    return nn.sigmoid(dense(third, hidden)).reshape([size, 1, 28, 28]);
  },
  judge({ first, second, third }, images) {
    const x = flat(images).mul(2).sub(1);
    return dense(third, leaky(dense(second, leaky(dense(first, x)))));
  },
};

/** Each place's channels divided by their root mean square. */
const level = (x) => x.ref.div(np.sqrt(np.mean(np.square(x), 1, { keepdims: true }).add(1e-8)));

const dcgan = {
  make({ seed, first, second }, z) {
    const size = z.shape[0];
    const grow = (layer, x) =>
      lax
        .convTranspose(x, layer.weight, [2, 2], [[1, 1], [1, 1]], { transposeKernel: true })
        .add(channels(layer.bias));
    const small = dense(seed, z).reshape([size, 32, 7, 7]);
    const middle = grow(first, level(leaky(small))); // [batch, 16, 14, 14]
    return nn.sigmoid(grow(second, level(leaky(middle)))); // [batch, 1, 28, 28]
  },
  judge({ first, second, output }, images) {
    const x = leaky(conv(first, images.mul(2).sub(1), 2, 1)); // [batch, 16, 14, 14]
    return dense(output, flat(leaky(conv(second, x, 2, 1)))); // [batch, 32, 7, 7] to [batch, 1]
  },
};

/** By workload: the loss of a model and a batch. */
export const losses = {
  softmax: classifier(softmax),
  perceptron: classifier(perceptron),
  lenet: classifier(lenet(2)),
  "lenet-colour": classifier(lenet(0)),
  vae: bound,
};

/** By workload: the two players. */
export const players = { gan, dcgan };
