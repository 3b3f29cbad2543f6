//! What the kernels compute, as operations that Burn's devices can be asked for.

use burn::backend::fusion::custom::TensorSpec;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, backend_extension};
use burn::tensor::Shape;

use super::{Adam, Window};

/// The operations. Where nothing is said, tensors are shaped as in `kernels.rs`; `g` is a gradient in the shape of a result.
#[backend_extension(Cube, Fusion, Autodiff)]
pub trait Kernels: Backend {
    /// `A B`.
    #[fusion(dtype = a, shape = Shape::new([a[0], b[1]]))]
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `x W + b`.
    #[fusion(dtype = x, shape = Shape::new([x[0], weight[1]]))]
    fn dense(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The gradient by `x`: `g W^T`.
    #[fusion(dtype = g, shape = Shape::new([g[0], weight[0]]))]
    fn dense_input(g: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The gradients by W, `x^T g`, and by b, the sums of g's columns.
    #[fusion(meta = |x, g| (spec(x, [x.shape[1], g.shape[1]]), spec(x, [g.shape[1]])))]
    fn dense_weight(x: FloatTensor<Self>, g: FloatTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// A convolution.
    #[fusion(meta = |x, weight, _, window| gathered(x, weight, window))]
    fn gather(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self>;

    /// The same without a bias, which is the gradient by a transposed convolution's input.
    #[fusion(meta = gathered)]
    fn gather_alone(x: FloatTensor<Self>, weight: FloatTensor<Self>, window: Window) -> FloatTensor<Self>;

    /// A transposed convolution.
    #[fusion(meta = |x, weight, _, window| {
        let [h, w] = [x.shape[2], x.shape[3]].map(|side| window.spread(side));
        spec(x, [x.shape[0], weight.shape[1], h, w])
    })]
    fn spread(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self>;

    /// The same without a bias and to sides of `size`, which is the gradient by a convolution's input.
    #[fusion(meta = |x, weight, size, _| spec(x, [x.shape[0], weight.shape[1], size[0], size[1]]))]
    fn spread_alone(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        size: [usize; 2],
        window: Window,
    ) -> FloatTensor<Self>;

    /// The gradient by a weight `[channels of few, channels of many, side, side]`, where a convolution leads from `many`
    /// `[batch, channels, h, w]` to what has the gradient `few`, or a transposed one from `few` to that of `many`.
    #[fusion(meta = |many, few, window| spec(many, [few.shape[1], many.shape[1], window.side, window.side]))]
    fn taps(many: FloatTensor<Self>, few: FloatTensor<Self>, window: Window) -> FloatTensor<Self>;

    /// The sums of channels: `[batch, channels, h, w]` to `[channels]`.
    #[fusion(meta = |x| spec(x, [x.shape[1]]))]
    fn channels(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The sum of all squares, `[1]`; no gradient passes.
    #[fusion(meta = |x| spec(x, [1]))]
    fn squares(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The largest of each 2x2 window.
    #[fusion(meta = |x| spec(x, [x.shape[0], x.shape[1], x.shape[2] / 2, x.shape[3] / 2]))]
    fn halve(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The gradient by `x`: the largest, or the first of several, gets it all.
    #[fusion(meta = |x, _| x.clone())]
    fn halve_input(x: FloatTensor<Self>, g: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The cross-entropy of each row, `[batch]`, and its gradient by the row, `[batch, classes]`, through which no
    /// gradient passes.
    #[fusion(meta = |logits, _| (spec(logits, [logits.shape[0]]), logits.clone()))]
    fn entropy(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// `w`, `m` and `v` after an update; no gradient passes.
    #[fusion(meta = |w, _, m, v, _| (w.clone(), m.clone(), v.clone()))]
    fn adam(
        w: FloatTensor<Self>,
        g: FloatTensor<Self>,
        m: FloatTensor<Self>,
        v: FloatTensor<Self>,
        numbers: Adam,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

fn spec<const D: usize>(like: &TensorSpec, shape: [usize; D]) -> TensorSpec {
    TensorSpec::new(Shape::new(shape), like.dtype)
}

fn gathered(x: &TensorSpec, weight: &TensorSpec, window: &Window) -> TensorSpec {
    let [h, w] = [x.shape[2], x.shape[3]].map(|side| window.gathered(side));
    spec(x, [x.shape[0], weight.shape[0], h, w])
}
