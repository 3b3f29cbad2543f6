//! The backward passes of the kernels' operations, in terms of kernels.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, TensorMetadata};
use burn::tensor::Shape;

use super::operations::Kernels;
use super::{Adam, Window};

/// What a product or a layer keeps: its input where the weight learns, and the weight where a gradient goes on to the input.
type Kept = (Option<NodeId>, Option<NodeId>);

/// A layer's gradients by its input, and by its weight and bias, each from what was kept and the gradient of the result.
trait Layer<B: Kernels>: std::fmt::Debug + Send + Clone + 'static {
    fn result(&self, x: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>) -> FloatTensor<B>;
    fn by_input(&self, g: FloatTensor<B>, weight: FloatTensor<B>) -> FloatTensor<B>;
    fn by_weight(&self, x: FloatTensor<B>, g: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>);
}

#[derive(Clone, Debug)]
struct Dense;

impl<B: Kernels> Layer<B> for Dense {
    fn result(&self, x: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>) -> FloatTensor<B> {
        B::dense(x, weight, bias)
    }

    fn by_input(&self, g: FloatTensor<B>, weight: FloatTensor<B>) -> FloatTensor<B> {
        B::dense_input(g, weight)
    }

    fn by_weight(&self, x: FloatTensor<B>, g: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
        B::dense_weight(x, g)
    }
}

/// A convolution, from sides of `size`.
#[derive(Clone, Debug)]
struct Gather {
    window: Window,
    size: [usize; 2],
}

impl<B: Kernels> Layer<B> for Gather {
    fn result(&self, x: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>) -> FloatTensor<B> {
        B::gather(x, weight, bias, self.window)
    }

    fn by_input(&self, g: FloatTensor<B>, weight: FloatTensor<B>) -> FloatTensor<B> {
        B::spread_alone(g, weight, self.size, self.window)
    }

    fn by_weight(&self, x: FloatTensor<B>, g: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
        (B::taps(x, g.clone(), self.window), B::channels(g))
    }
}

/// A transposed convolution.
#[derive(Clone, Debug)]
struct Spread(Window);

impl<B: Kernels> Layer<B> for Spread {
    fn result(&self, x: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>) -> FloatTensor<B> {
        B::spread(x, weight, bias, self.0)
    }

    fn by_input(&self, g: FloatTensor<B>, weight: FloatTensor<B>) -> FloatTensor<B> {
        B::gather_alone(g, weight, self.0)
    }

    fn by_weight(&self, x: FloatTensor<B>, g: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
        (B::taps(g.clone(), x, self.0), B::channels(g))
    }
}

/// A layer's step back.
#[derive(Clone, Debug)]
struct Back<L>(L);

impl<B: Kernels, L: Layer<B>> Backward<B, 3> for Back<L> {
    type State = Kept;

    fn backward(self, ops: Ops<Kept, 3>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let [x, weight, bias] = ops.parents;
        let g = gradients.consume::<B>(&ops.node);
        let (x_kept, weight_kept) = ops.state;
        if let (Some(x), Some(id)) = (x, weight_kept) {
            let weight = kept.retrieve_node_output::<FloatTensor<B>>(id);
            gradients.register::<B>(x.id, self.0.by_input(g.clone(), weight));
        }
        if let Some(id) = x_kept {
            let x = kept.retrieve_node_output::<FloatTensor<B>>(id);
            let (by_weight, by_bias) = self.0.by_weight(x, g);
            if let Some(weight) = weight {
                gradients.register::<B>(weight.id, by_weight);
            }
            if let Some(bias) = bias {
                gradients.register::<B>(bias.id, by_bias);
            }
        }
    }
}

fn layer<B: Kernels, C: CheckpointStrategy, L: Layer<B>>(
    layer: L,
    [x, weight, bias]: [FloatTensor<Autodiff<B, C>>; 3],
) -> FloatTensor<Autodiff<B, C>> {
    let (learns, passes) = (weight.is_tracked() || bias.is_tracked(), x.is_tracked());
    let nodes = [x.node(), weight.node(), bias.node()];
    match Back(layer.clone()).prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prepared) => {
            let kept = (learns.then(|| prepared.checkpoint(&x)), passes.then(|| prepared.checkpoint(&weight)));
            let result = layer.result(x.into_primitive(), weight.into_primitive(), bias.into_primitive());
            prepared.finish(kept, result)
        }
        OpsKind::UnTracked(prepared) => {
            prepared.finish(layer.result(x.into_primitive(), weight.into_primitive(), bias.into_primitive()))
        }
    }
}

#[derive(Debug)]
struct Product;

impl<B: Kernels> Backward<B, 2> for Product {
    type State = Kept;

    fn backward(self, ops: Ops<Kept, 2>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let [a, b] = ops.parents;
        let g = gradients.consume::<B>(&ops.node);
        let (a_kept, b_kept) = ops.state;
        if let (Some(a), Some(id)) = (a, b_kept) {
            let b = kept.retrieve_node_output::<FloatTensor<B>>(id);
            gradients.register::<B>(a.id, B::dense_input(g.clone(), b));
        }
        if let (Some(b), Some(id)) = (b, a_kept) {
            let a = kept.retrieve_node_output::<FloatTensor<B>>(id);
            gradients.register::<B>(b.id, B::dense_weight(a, g).0);
        }
    }
}

#[derive(Debug)]
struct Halve;

impl<B: Kernels> Backward<B, 1> for Halve {
    type State = NodeId;

    fn backward(self, ops: Ops<NodeId, 1>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let [x] = ops.parents;
        let g = gradients.consume::<B>(&ops.node);
        let held = kept.retrieve_node_output::<FloatTensor<B>>(ops.state);
        if let Some(x) = x {
            gradients.register::<B>(x.id, B::halve_input(held, g));
        }
    }
}

#[derive(Debug)]
struct Entropy;

impl<B: Kernels> Backward<B, 1> for Entropy {
    /// The gradient by the logits, for a gradient of 1.
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [logits] = ops.parents;
        let g = gradients.consume::<B>(&ops.node);
        if let Some(logits) = logits {
            let rows = g.shape()[0];
            let g = B::float_reshape(g, Shape::new([rows, 1]));
            gradients.register::<B>(logits.id, B::float_mul(ops.state, g));
        }
    }
}

/// What no gradient passes through is asked for on the inner device only, or is a gradient itself.
const FIRST: &str = "no second derivatives";

impl<B: Kernels, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let (a_tracked, b_tracked) = (a.is_tracked(), b.is_tracked());
        match Product.prepare::<C>([a.node(), b.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prepared) => {
                let kept = (b_tracked.then(|| prepared.checkpoint(&a)), a_tracked.then(|| prepared.checkpoint(&b)));
                prepared.finish(kept, B::product(a.into_primitive(), b.into_primitive()))
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::product(a.into_primitive(), b.into_primitive())),
        }
    }

    fn dense(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        layer::<B, C, _>(Dense, [x, weight, bias])
    }

    fn gather(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        let shape = x.shape();
        layer::<B, C, _>(Gather { window, size: [shape[2], shape[3]] }, [x, weight, bias])
    }

    fn spread(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        layer::<B, C, _>(Spread(window), [x, weight, bias])
    }

    fn halve(x: FloatTensor<Self>) -> FloatTensor<Self> {
        match Halve.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prepared) => {
                let kept = prepared.checkpoint(&x);
                prepared.finish(kept, B::halve(x.into_primitive()))
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::halve(x.into_primitive())),
        }
    }

    fn entropy(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let prepared = Entropy.prepare::<C>([logits.node()]).compute_bound().stateful();
        let (losses, slopes) = B::entropy(logits.into_primitive(), labels);
        let still = <Self as burn::backend::AutodiffBackend>::from_inner(slopes.clone());
        let losses = match prepared {
            OpsKind::Tracked(prepared) => prepared.finish(slopes, losses),
            OpsKind::UnTracked(prepared) => prepared.finish(losses),
        };
        (losses, still)
    }

    fn dense_input(_: FloatTensor<Self>, _: FloatTensor<Self>) -> FloatTensor<Self> {
        unimplemented!("{FIRST}")
    }

    fn dense_weight(_: FloatTensor<Self>, _: FloatTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        unimplemented!("{FIRST}")
    }

    fn gather_alone(_: FloatTensor<Self>, _: FloatTensor<Self>, _: Window) -> FloatTensor<Self> {
        unimplemented!("{FIRST}")
    }

    fn spread_alone(_: FloatTensor<Self>, _: FloatTensor<Self>, _: [usize; 2], _: Window) -> FloatTensor<Self> {
        unimplemented!("{FIRST}")
    }

    fn taps(_: FloatTensor<Self>, _: FloatTensor<Self>, _: Window) -> FloatTensor<Self> {
        unimplemented!("{FIRST}")
    }

    fn channels(_: FloatTensor<Self>) -> FloatTensor<Self> {
        unimplemented!("{FIRST}")
    }

    fn squares(_: FloatTensor<Self>) -> FloatTensor<Self> {
        unimplemented!("{FIRST}")
    }

    fn halve_input(_: FloatTensor<Self>, _: FloatTensor<Self>) -> FloatTensor<Self> {
        unimplemented!("{FIRST}")
    }

    fn adam(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: Adam,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        unimplemented!("{FIRST}")
    }
}
