//! Operations for which the GPU has kernels of our own; on other devices each is Burn's, by the same formula.

#[cfg(feature = "gpu")]
mod backward;
#[cfg(feature = "gpu")]
mod launch;
#[cfg(feature = "gpu")]
mod operations;
#[cfg(feature = "gpu")]
mod source;

#[cfg(feature = "gpu")]
use burn::backend::{Dispatch, DispatchDevice};
#[cfg(feature = "gpu")]
use burn::tensor::DType;
use burn::tensor::activation::log_softmax;
use burn::tensor::module::{conv_transpose2d, conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, MaxPoolOptions};
use burn::tensor::{Int, Tensor};

#[cfg(feature = "gpu")]
use operations::Kernels;

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
    /// Weight decay apart from it.
    pub shrink: f64,
}

/// Whether a tensor lies where the kernels run.
#[cfg(feature = "gpu")]
fn on_gpu<const D: usize>(x: &Tensor<D>) -> bool {
    x.dtype() == DType::F32 && matches!(x.device().inner().as_dispatch(), DispatchDevice::Cube(_))
}

/// The product of `a` `[rows, n]` and `b` `[n, columns]`, each as it lies in memory, turned or not.
pub fn product(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "gpu")]
    if on_gpu(&a) {
        return Tensor::from_dispatch(Dispatch::product(a.into_dispatch(), b.into_dispatch()));
    }
    a.matmul(b)
}

/// `x W + b`: `x` `[batch, inputs]`, `weight` `[inputs, outputs]`, `bias` `[outputs]`; gives `[batch, outputs]`.
pub fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x) {
        return Tensor::from_dispatch(Dispatch::dense(x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()));
    }
    linear(x, weight, Some(bias))
}

/// The cross-correlation of `x` `[batch, inputs, h, w]` with `weight` `[outputs, inputs, side, side]`, plus `bias`
/// `[outputs]`.
pub fn conv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, window: Window) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x) {
        let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
        return Tensor::from_dispatch(Dispatch::gather(x, weight, bias, window));
    }
    let options = ConvOptions::new([window.stride; 2], [window.padding; 2], [1, 1], 1);
    conv2d(x, weight, Some(bias), options)
}

/// Its transpose: of `x` `[batch, inputs, h, w]` with `weight` `[inputs, outputs, side, side]`, plus `bias` `[outputs]`.
pub fn deconv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, window: Window) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x) {
        let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
        return Tensor::from_dispatch(Dispatch::spread(x, weight, bias, window));
    }
    let options = ConvTransposeOptions::new([window.stride; 2], [window.padding; 2], [0, 0], [1, 1], 1);
    conv_transpose2d(x, weight, Some(bias), options)
}

/// The largest of each 2x2 window: `[batch, channels, h, w]` to `[batch, channels, h / 2, w / 2]`.
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x) {
        return Tensor::from_dispatch(Dispatch::halve(x.into_dispatch()));
    }
    max_pool2d(x, MaxPoolOptions::new([2, 2]))
}

/// `-log softmax(logits)[label]` of each row: `[batch, classes]` and `[batch]` to `[batch]`.
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    #[cfg(feature = "gpu")]
    if on_gpu(&logits) && labels.dtype() == DType::I32 {
        return Tensor::from_dispatch(Dispatch::entropy(logits.into_dispatch(), labels.into_dispatch()).0);
    }
    let [batch, _] = logits.dims();
    let index = labels.reshape([batch, 1]);
    log_softmax(logits, 1).gather(1, index).reshape([batch]).neg()
}

/// The sum of all squares of `x`, which has no autodiff: `[1]`.
pub fn squares<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x) {
        return Tensor::from_dispatch(Dispatch::squares(x.into_dispatch()));
    }
    x.square().sum()
}

/// One update of the weights `w` by their gradient `g` and the memories `m` and `v`; gives `w`, `m` and `v`.
pub fn adam<const D: usize>(w: Tensor<D>, g: Tensor<D>, [m, v]: [Tensor<D>; 2], numbers: Adam) -> [Tensor<D>; 3] {
    #[cfg(feature = "gpu")]
    if on_gpu(&w) {
        let [w, g, m, v] = [w, g, m, v].map(Tensor::into_dispatch);
        let (w, m, v) = Dispatch::adam(w, g, m, v, numbers);
        return [w, m, v].map(Tensor::from_dispatch);
    }
    let Adam { keep, fade, scale, epsilon, pull, shrink } = numbers;
    let g = if pull == 0.0 { g } else { g + w.clone().mul_scalar(pull) };
    let w = if shrink == 1.0 { w } else { w.mul_scalar(shrink) };
    let m = m.mul_scalar(keep) + g.clone();
    let v = v.mul_scalar(fade) + g.square();
    let w = w - (m.clone() / v.clone().sqrt().add_scalar(epsilon)).mul_scalar(scale);
    [w, m, v]
}
