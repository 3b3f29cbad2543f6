//! Fully connected layers.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::Tensor;

use super::dense;
use super::product::{Matrix, product};
use super::tape::{Kernel, apply, gradients};

/// `x w + b`, for `x` `[samples, inputs]`, `w` `[inputs, outputs]`, `b` `[outputs]`.
pub fn linear(x: Tensor<2>, w: Tensor<2>, b: Tensor<1>) -> Tensor<2> {
    apply(Linear, [x.into(), w.into(), b.into()])
}

#[derive(Clone, Debug)]
struct Linear;

impl Kernel<3> for Linear {
    type Kept = (FlexTensor, FlexTensor);

    fn forward(&self, inputs: [FlexTensor; 3]) -> (FlexTensor, Self::Kept) {
        let [x, w, b] = inputs.map(|input| input.to_contiguous());
        (multiply((&x, false), (&w, false), Some(b.storage())), (x, w))
    }

    fn backward(&self, (x, w): Self::Kept, grad: FlexTensor, wanted: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let grad = grad.to_contiguous();
        let steps = grad.layout().num_elements() * w.layout().shape()[0];
        gradients(
            wanted,
            steps,
            || multiply((&grad, false), (&w, true), None),
            || multiply((&x, true), (&grad, false), None),
            || sums(&grad),
        )
    }
}

/// The product of two matrices, of which either may be transposed, plus `shift` to each row. In a browser it is our own;
/// elsewhere Burn's, which finds wider vectors when it runs.
fn multiply(a: (&FlexTensor, bool), b: (&FlexTensor, bool), shift: Option<&[f32]>) -> FlexTensor {
    if cfg!(target_arch = "wasm32") {
        let [a, b] = [a, b].map(|(host, transposed)| {
            let shape = host.layout().shape();
            let matrix = Matrix::new(host.storage(), shape[0], shape[1]);
            if transposed { matrix.transposed() } else { matrix }
        });
        return dense(product(a, b, shift), &[a.rows, b.columns]);
    }
    let [a, b] = [a, b].map(|(host, transposed)| if transposed { host.transpose(0, 1) } else { host.clone() });
    let mut product = Flex::float_matmul(a, b);
    if let Some(shift) = shift {
        let rows = product.storage_mut::<f32>().chunks_exact_mut(shift.len());
        rows.for_each(|row| row.iter_mut().zip(shift).for_each(|(number, shift)| *number += shift));
    }
    product
}

fn sums(grad: &FlexTensor) -> FlexTensor {
    let columns = grad.layout().shape()[1];
    let mut sums = vec![0.0; columns];
    for row in grad.storage::<f32>().chunks_exact(columns) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    dense(sums, &[columns])
}
