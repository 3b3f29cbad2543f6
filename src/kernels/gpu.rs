//! Kernels on the GPU, for what Burn's GPU backend does slowly; each equals Burn's own operations up to rounding.

mod backward;
mod launch;
mod operations;
mod source;

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::{DType, Int, Tensor};

use self::operations::Kernels;
use super::{Adam, Window};

/// Whether these kernels apply to `tensor`: its numbers have single precision and lie in a GPU's memory.
pub fn serves<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && matches!(tensor.device().inner().as_dispatch(), DispatchDevice::Cube(_))
}

/// As [`super::product`].
pub fn product(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::product(a.into_dispatch(), b.into_dispatch()))
}

/// As [`super::dense`].
pub fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::dense(x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()))
}

/// As [`super::conv`].
pub fn conv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, window: Window) -> Tensor<4> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(Dispatch::gather(x, weight, bias, window))
}

/// As [`super::deconv`].
pub fn deconv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, window: Window) -> Tensor<4> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(Dispatch::spread(x, weight, bias, window))
}

/// As [`super::halve`].
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    Tensor::from_dispatch(Dispatch::halve(x.into_dispatch()))
}

/// As [`super::cross_entropy`], for labels of 32 bits.
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::entropy(logits.into_dispatch(), labels.into_dispatch()).0)
}

/// As [`super::squares`].
pub fn squares<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::squares(x.into_dispatch()))
}

/// As [`super::adam`].
pub fn adam<const D: usize>(w: Tensor<D>, g: Tensor<D>, [m, v]: [Tensor<D>; 2], numbers: Adam) -> [Tensor<D>; 3] {
    let [w, g, m, v] = [w, g, m, v].map(Tensor::into_dispatch);
    let (w, m, v) = Dispatch::adam(w, g, m, v, numbers);
    [w, m, v].map(Tensor::from_dispatch)
}
