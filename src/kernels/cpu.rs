//! Kernels on the host's memory, for what Burn's CPU backend does slowly; each equals Burn's own operations up to rounding.

mod conv;
mod gelu;
mod lanes;
mod likelihood;
mod linear;
mod norm;
mod parallel;
mod planes;
mod pointwise;
mod pool;
mod product;
mod tape;
mod update;

use burn::backend::DispatchDevice;
use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape, Tensor};

pub use conv::{conv, deconv};
pub use gelu::gelu;
pub use likelihood::bernoulli;
pub use linear::linear;
pub use norm::normalise;
pub use pointwise::{add, rectify, sigmoid};
pub use pool::{average, halve};
pub use product::{Matrix, product};
pub use update::adam;

/// Whether these kernels apply to `tensor`: its numbers have single precision and lie in the host's memory, where reading
/// them waits for nothing.
pub fn serves<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && matches!(tensor.device().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// A tensor whose numbers lie row by row.
fn dense(values: Vec<f32>, shape: &[usize]) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(Shape::from(shape.to_vec())), DType::F32)
}
