//! What models are made of, computed by the kernels of the backend in use where it has any, else by Burn's own operations.

use burn::tensor::activation::{self, log_sigmoid, relu};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, MaxPoolOptions};
use burn::tensor::{Tensor, module};

#[cfg(feature = "cpu")]
use crate::cpu;

/// `x w + b`, for `x` `[batch, inputs]`, `w` `[inputs, outputs]`, `b` `[outputs]`.
pub fn linear(x: Tensor<2>, w: Tensor<2>, b: Tensor<1>) -> Tensor<2> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&w) {
        return cpu::linear(x, w, b);
    }
    module::linear(x, w, Some(b))
}

/// A convolution with `w` `[outputs, inputs, kernel, kernel]` at every `stride`-th place of `x` `[batch, inputs, h, w]`
/// with `border` zeros around it.
pub fn conv(x: Tensor<4>, w: Tensor<4>, b: Tensor<1>, stride: usize, border: usize) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&w) {
        return cpu::conv(x, w, b, stride, border);
    }
    module::conv2d(x, w, Some(b), ConvOptions::new([stride; 2], [border; 2], [1, 1], 1))
}

/// The transpose of such a convolution, with `w` `[inputs, outputs, kernel, kernel]`.
pub fn deconv(x: Tensor<4>, w: Tensor<4>, b: Tensor<1>, stride: usize, border: usize) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&w) {
        return cpu::deconv(x, w, b, stride, border);
    }
    module::conv_transpose2d(x, w, Some(b), ConvTransposeOptions::new([stride; 2], [border; 2], [0, 0], [1, 1], 1))
}

/// The largest of each 2x2 window: `[batch, channels, h, w]` to `[batch, channels, h / 2, w / 2]`.
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::halve(x);
    }
    module::max_pool2d(x, MaxPoolOptions::new([2, 2]))
}

/// `max(x, slope x)`, for a slope from 0 to 1. Without a kernel it is a ReLU and a line: masks are slow on some devices.
pub fn rectify<const D: usize>(x: Tensor<D>, slope: f64) -> Tensor<D> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::rectify(x, slope as f32);
    }
    if slope == 0.0 {
        return relu(x);
    }
    relu(x.clone()).mul_scalar(1.0 - slope) + x.mul_scalar(slope)
}

/// `1 / (1 + e^-x)`.
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::sigmoid(x);
    }
    activation::sigmoid(x)
}

/// `-log p(x | z)` of each sample `[batch]`, for independent Bernoullis: the cross-entropy of `x` `[batch, size]`, from 0
/// to 1, and the sigmoid of `logits` `[batch, size]`.
pub fn bernoulli(x: Tensor<2>, logits: Tensor<2>) -> Tensor<1> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&logits) {
        return cpu::bernoulli(x, logits);
    }
    let [batch, _] = x.dims();
    // -x log s(l) - (1 - x) log s(-l), with log s(-l) = log s(l) - l.
    let absent = x.neg().add_scalar(1.0);
    (logits.clone() * absent - log_sigmoid(logits)).sum_dim(1).reshape([batch])
}

/// The numbers of an update by Adam.
#[derive(Clone, Copy, Debug)]
pub struct Adam {
    /// The shares of both moments that are kept.
    pub decays: [f64; 2],
    /// What the quotient of the moments is multiplied by.
    pub scale: f64,
    /// What is added to the second moment's root.
    pub epsilon: f64,
}

/// The weights `w` after the gradient `g`, and the moments, zero at first: `m = decay m + g`, `v = decay v + g^2`,
/// `w = w - scale m / (sqrt(v) + epsilon)`. All on an inner device.
pub fn adam<const D: usize>(
    w: Tensor<D>,
    g: Tensor<D>,
    moments: [Option<Tensor<D>>; 2],
    by: Adam,
) -> (Tensor<D>, [Tensor<D>; 2]) {
    let Adam { decays, scale, epsilon } = by;
    #[cfg(feature = "cpu")]
    if cpu::serves(&w) {
        let [scale, epsilon] = [scale, epsilon].map(|number| number as f32);
        return cpu::adam(w, g, moments, cpu::Adam { decays: decays.map(|decay| decay as f32), scale, epsilon });
    }
    let [first, second] = moments;
    let keep = |moment: Option<Tensor<D>>, decay, new| match moment {
        Some(old) => old.mul_scalar(decay) + new,
        None => new,
    };
    let (m, v) = (keep(first, decays[0], g.clone()), keep(second, decays[1], g.square()));
    let w = w - (m.clone() / v.clone().sqrt().add_scalar(epsilon)).mul_scalar(scale);
    (w, [m, v])
}
