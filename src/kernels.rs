//! What models are made of, computed by kernels of our own where the device has any, else by Burn's operations.

#[cfg(feature = "cpu")]
pub mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use burn::tensor::activation::{self, log_sigmoid, log_softmax, relu};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, MaxPoolOptions};
use burn::tensor::{Int, Tensor, module};

/// How a convolution's square window moves, the same down and across.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Side of the window.
    pub side: usize,
    /// Numbers from one place to the next.
    pub stride: usize,
    /// Zeros on each side.
    pub padding: usize,
}

impl Window {
    /// What a convolution makes of a side.
    pub fn gathered(self, side: usize) -> usize {
        (side + 2 * self.padding - self.side) / self.stride + 1
    }

    /// What a transposed convolution makes of a side.
    pub fn spread(self, side: usize) -> usize {
        (side - 1) * self.stride + self.side - 2 * self.padding
    }
}

/// How channels are normalised together.
#[derive(Clone, Copy, Debug)]
pub struct Groups {
    /// Groups of neighbouring channels, all of one size.
    pub count: usize,
    /// Keeps the denominator from zero.
    pub epsilon: f64,
}

/// The product of `a` `[rows, n]` and `b` `[n, columns]`, each as it lies in memory, transposed or not.
pub fn product(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "gpu")]
    if gpu::serves(&a) {
        return gpu::product(a, b);
    }
    a.matmul(b)
}

/// `x W + b`: `x` `[batch, inputs]`, `weight` `[inputs, outputs]`, `bias` `[outputs]`; gives `[batch, outputs]`.
pub fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&weight) {
        return cpu::linear(x, weight, bias);
    }
    #[cfg(feature = "gpu")]
    if gpu::serves(&weight) {
        return gpu::dense(x, weight, bias);
    }
    module::linear(x, weight, Some(bias))
}

/// The cross-correlation of `x` `[batch, inputs, h, w]` with `weight` `[outputs, inputs, side, side]`, plus `bias`
/// `[outputs]`.
pub fn conv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, window: Window) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&weight) {
        return cpu::conv(x, weight, bias, window);
    }
    #[cfg(feature = "gpu")]
    if gpu::serves(&weight) {
        return gpu::conv(x, weight, bias, window);
    }
    let options = ConvOptions::new([window.stride; 2], [window.padding; 2], [1, 1], 1);
    module::conv2d(x, weight, Some(bias), options)
}

/// Its transpose: of `x` `[batch, inputs, h, w]` with `weight` `[inputs, outputs, side, side]`, plus `bias` `[outputs]`.
pub fn deconv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, window: Window) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&weight) {
        return cpu::deconv(x, weight, bias, window);
    }
    #[cfg(feature = "gpu")]
    if gpu::serves(&weight) {
        return gpu::deconv(x, weight, bias, window);
    }
    let options = ConvTransposeOptions::new([window.stride; 2], [window.padding; 2], [0, 0], [1, 1], 1);
    module::conv_transpose2d(x, weight, Some(bias), options)
}

/// The largest of each 2x2 window: `[batch, channels, h, w]` to `[batch, channels, h / 2, w / 2]`; a side of 1 stays.
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    // A line beside itself has the same largest numbers.
    let doubled = |x: Tensor<4>, side| if x.dims()[side] == 1 { Tensor::cat(vec![x.clone(), x], side) } else { x };
    let x = doubled(doubled(x, 2), 3);
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::halve(x);
    }
    #[cfg(feature = "gpu")]
    if gpu::serves(&x) {
        return gpu::halve(x);
    }
    module::max_pool2d(x, MaxPoolOptions::new([2, 2]))
}

/// The mean of each channel: `[batch, channels, h, w]` to `[batch, channels]`.
pub fn average(x: Tensor<4>) -> Tensor<2> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::average(x);
    }
    let [batch, channels, ..] = x.dims();
    x.flatten::<3>(2, 3).mean_dim(2).reshape([batch, channels])
}

/// `scale (x - mean) / sqrt(variance + epsilon) + shift`: mean and variance of `x` `[batch, channels, h, w]` over each group
/// of a sample's channels with all their places; `scale` and `shift` `[channels]`.
pub fn normalise(x: Tensor<4>, scale: Tensor<1>, shift: Tensor<1>, groups: Groups) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::normalise(x, scale, shift, groups);
    }
    let [batch, channels, height, width] = x.dims();
    let x = x.reshape([batch, groups.count, channels / groups.count * height * width]);
    let centred = x.clone() - x.mean_dim(2);
    let variance = centred.clone().square().mean_dim(2); // [batch, groups, 1]
    let normal = (centred / variance.add_scalar(groups.epsilon).sqrt()).reshape([batch, channels, height, width]);
    normal * scale.reshape([1, channels, 1, 1]) + shift.reshape([1, channels, 1, 1])
}

/// `x + y`, of one shape.
pub fn add<const D: usize>(x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::add(x, y);
    }
    x + y
}

/// `x Phi(x)`, where Phi is the distribution function of N(0, 1).
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "cpu")]
    if cpu::serves(&x) {
        return cpu::gelu(x);
    }
    activation::gelu(x)
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

/// `-log p(x | z)` of each sample, in nats `[batch]`, for independent Bernoullis: the cross-entropy of `x` `[batch, size]`,
/// from 0 to 1, and the sigmoid of `logits` `[batch, size]` (Kingma & Welling 2014, eq. 11). From logits because
/// `log(sigmoid)` taken at once does not round to log 0.
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

/// `-log softmax(logits)[label]` of each row: `[batch, classes]` and `[batch]` to `[batch]`.
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    #[cfg(feature = "gpu")]
    if gpu::serves(&logits) && labels.dtype() == burn::tensor::DType::I32 {
        return gpu::cross_entropy(logits, labels);
    }
    let [batch, _] = logits.dims();
    let index = labels.reshape([batch, 1]);
    log_softmax(logits, 1).gather(1, index).reshape([batch]).neg()
}

/// The sum of all squares of `x`, which has no autodiff: `[1]`.
pub fn squares<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    #[cfg(feature = "gpu")]
    if gpu::serves(&x) {
        return gpu::squares(x);
    }
    x.square().sum()
}

/// The numbers of one update of Adam, put as in `engine/optimiser.rs`:
/// `g += pull w`, `m = keep m + g`, `v = fade v + g^2`, `w = shrink w - scale m / (sqrt(v) + epsilon)`.
#[derive(Clone, Copy, Debug)]
pub struct Adam {
    /// Decay of `m`.
    pub keep: f64,
    /// Decay of `v`.
    pub fade: f64,
    /// The rate, with what corrects the bias of both.
    pub scale: f64,
    /// Keeps the denominator from zero.
    pub epsilon: f64,
    /// Weight decay as a part of the gradient.
    pub pull: f64,
    /// What weight decay apart from the gradient leaves of the weight.
    pub shrink: f64,
}

/// One update of the weights `w` by their gradient `g` and the memories `m` and `v`, all on an inner device; gives `w`,
/// `m` and `v`.
pub fn adam<const D: usize>(w: Tensor<D>, g: Tensor<D>, [m, v]: [Tensor<D>; 2], numbers: Adam) -> [Tensor<D>; 3] {
    #[cfg(feature = "gpu")]
    if gpu::serves(&w) {
        return gpu::adam(w, g, [m, v], numbers);
    }
    let Adam { keep, fade, scale, epsilon, pull, shrink } = numbers;
    let g = if pull == 0.0 { g } else { g + w.clone().mul_scalar(pull) };
    let w = if shrink == 1.0 { w } else { w.mul_scalar(shrink) };
    #[cfg(feature = "cpu")]
    if cpu::serves(&w) {
        return cpu::adam(w, g, [m, v], numbers);
    }
    let m = m.mul_scalar(keep) + g.clone();
    let v = v.mul_scalar(fade) + g.square();
    let w = w - (m.clone() / v.clone().sqrt().add_scalar(epsilon)).mul_scalar(scale);
    [w, m, v]
}
