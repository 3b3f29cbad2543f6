//! A known example, forward and backward, that tells whether the device computes right.

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, Transaction};

use crate::kernels;
use crate::protocol::Fault;

use super::fault::floats;

/// The loss is half the squared rectified output of a 2x3 by 3x2 product. By hand: x w = [[-2, 3], [1, -1]], rectified
/// [[0, 3], [1, 0]], so the loss is (9 + 1) / 2 = 5 and its gradient by w is x^T [[0, 3], [1, 0]].
const EXPECTED: [f32; 7] = [5.0, 2.0, 3.0, 0.0, 6.0, 1.0, -3.0];

/// What rounding may cost.
const TOLERANCE: f32 = 1e-4;

/// Computes the example on `device`, which has no autodiff of its own.
///
/// # Errors
/// [`Fault::SelfTest`] where a number is wrong; [`Fault::GpuLost`] where none comes.
pub async fn selftest(device: &Device) -> Result<(), Fault> {
    let training = device.clone().autodiff();
    let x = Tensor::<2>::from_floats([[1.0, 2.0, -1.0], [2.0, 0.0, 1.0]], &training);
    let w = Tensor::<2>::from_floats([[0.5, -1.0], [-1.25, 2.5], [0.0, 1.0]], &training).require_grad();
    let loss = relu(kernels::dense(x, w.clone(), Tensor::zeros([2], &training))).powi_scalar(2).sum() / 2.0;
    let missing = || Fault::SelfTest { detail: "no gradient".to_owned() };
    let gradient = w.grad(&loss.backward()).ok_or_else(missing)?;
    let numbers = floats(Transaction::default().register(loss.inner()).register(gradient)).await?;
    let wrong = |(is, ought): (&f32, &f32)| (is - ought).abs() > TOLERANCE || is.is_nan();
    if numbers.len() != EXPECTED.len() || numbers.iter().zip(&EXPECTED).any(wrong) {
        return Err(Fault::SelfTest { detail: format!("{EXPECTED:?} was expected, {numbers:?} came") });
    }
    Ok(())
}
