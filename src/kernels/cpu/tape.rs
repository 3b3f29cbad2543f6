//! How a kernel takes part in automatic differentiation.

use std::fmt::Debug;

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::NoCheckpointing};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Flex};
use burn::tensor::Tensor;

use super::parallel::both;

type Tracked = FloatTensor<Autodiff<Flex>>;

/// An operation with its derivative.
pub trait Kernel<const N: usize>: Clone + Debug + Send + 'static {
    /// What the derivative needs of the inputs and of the output.
    type Kept: Clone + Debug + Send + 'static;

    /// The output, and what is kept for the derivative.
    fn forward(&self, inputs: [FlexTensor; N]) -> (FlexTensor, Self::Kept);

    /// The gradients of the inputs that are `wanted`, given the output's.
    fn backward(&self, kept: Self::Kept, grad: FlexTensor, wanted: [bool; N]) -> [Option<FlexTensor>; N];
}

/// An input of a kernel.
pub enum Input {
    /// Without a history.
    Plain(FlexTensor),
    /// With one.
    Tracked(Tracked),
}

impl<const D: usize> From<Tensor<D>> for Input {
    fn from(tensor: Tensor<D>) -> Self {
        let reason = "only tensors that `serves` holds for come here";
        if tensor.device().is_autodiff() {
            Self::Tracked(tensor.try_into_primitive::<Autodiff<Flex>>().expect(reason))
        } else {
            Self::Plain(tensor.try_into_primitive::<Flex>().expect(reason))
        }
    }
}

impl Input {
    fn tracked(self) -> Tracked {
        match self {
            Self::Plain(plain) => <Autodiff<Flex> as AutodiffBackend>::from_inner(plain),
            Self::Tracked(tracked) => tracked,
        }
    }

    /// The numbers alone.
    pub fn plain(self) -> FlexTensor {
        match self {
            Self::Plain(plain) => plain,
            Self::Tracked(tracked) => tracked.into_primitive(),
        }
    }
}

#[derive(Clone, Debug)]
struct Step<K>(K);

impl<K: Kernel<N>, const N: usize> Backward<Flex, N> for Step<K> {
    type State = K::Kept;

    fn backward(self, ops: Ops<K::Kept, N>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<Flex>(&ops.node);
        let wanted = ops.parents.each_ref().map(Option::is_some);
        let found = self.0.backward(ops.state, grad, wanted);
        for (parent, grad) in ops.parents.into_iter().zip(found) {
            if let (Some(parent), Some(grad)) = (parent, grad) {
                grads.register::<Flex>(parent.id, grad);
            }
        }
    }
}

/// Applies `kernel`; its output has a history where one of the inputs has.
pub fn apply<const N: usize, const D: usize>(kernel: impl Kernel<N>, inputs: [Input; N]) -> Tensor<D> {
    if inputs.iter().all(|input| matches!(input, Input::Plain(_))) {
        return Tensor::from_primitive::<Flex>(kernel.forward(inputs.map(Input::plain)).0);
    }
    let inputs = inputs.map(Input::tracked);
    let nodes = inputs.each_ref().map(Tracked::node);
    let (output, kept) = kernel.forward(inputs.map(Tracked::into_primitive));
    let output = match Step(kernel).prepare::<NoCheckpointing>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(kept, output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    };
    Tensor::from_primitive::<Autodiff<Flex>>(output)
}

/// Those gradients of a layer that are wanted: of its input beside those of its weights and of what it adds. Either of the
/// first two is about `steps` additions and multiplications.
pub fn gradients(
    wanted: [bool; 3],
    steps: usize,
    input: impl FnOnce() -> FlexTensor + Send,
    weight: impl FnOnce() -> FlexTensor + Send,
    shift: impl FnOnce() -> FlexTensor + Send,
) -> [Option<FlexTensor>; 3] {
    let steps = if wanted[0] && wanted[1] { steps } else { 0 };
    let others = || [wanted[1].then(weight), wanted[2].then(shift)];
    let (input, [weight, shift]) = both(steps, || wanted[0].then(input), others);
    [input, weight, shift]
}
