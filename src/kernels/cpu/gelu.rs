//! The Gaussian error linear unit, number by number as they lie in memory.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Bytes, DType, Tensor};

use super::lanes::{Four, WIDTH};
use super::pointwise::{alike, whole};
use super::tape::{Kernel, apply};

/// `x Phi(x)`, where Phi is the distribution function of N(0, 1).
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Gelu, [x.into()])
}

#[derive(Clone, Debug)]
struct Gelu;

/// The value and the derivative `Phi(x) + x phi(x)` (Phi by Abramowitz & Stegun, Handbook of mathematical functions, 1964,
/// 7.1.26, which is off by 1e-7).
#[inline(always)]
fn both(x: Four) -> [Four; 2] {
    let (zero, one) = (Four::all(0.0), Four::all(1.0));
    let far = x.max(zero - x) * Four::all(std::f32::consts::FRAC_1_SQRT_2);
    let t = one / (one + far * Four::all(0.327_591_1));
    let bell = (far * far).fade(); // e^(-x^2 / 2)
    let sum = t * t.polynomial([1.061_405_4, -1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6]);
    let tail = Four::all(0.5) * sum * bell;
    let share = (one - tail).where_over(x, zero) + tail.where_not_over(x, zero);
    [x * share, share + x * bell * Four::all(0.398_942_3)]
}

impl Kernel<1> for Gelu {
    /// The derivative: to find it anew would cost the exponential once more.
    type Kept = FlexTensor;

    fn forward(&self, [x]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let x = if whole(&x) { x } else { x.to_contiguous() };
        let (fours, rest) = x.storage::<f32>().as_chunks::<WIDTH>();
        let [mut values, mut slopes] = [vec![0.0; x.storage::<f32>().len()], vec![0.0; x.storage::<f32>().len()]];
        let (value, value_rest) = values.as_chunks_mut::<WIDTH>();
        let (slope, slope_rest) = slopes.as_chunks_mut::<WIDTH>();
        for ((value, slope), x) in value.iter_mut().zip(slope).zip(fours) {
            [*value, *slope] = both(Four::of(x)).map(Four::numbers);
        }
        for ((value, slope), x) in value_rest.iter_mut().zip(slope_rest).zip(rest) {
            [*value, *slope] = both(Four::all(*x)).map(|four| four.numbers()[0]);
        }
        let [y, slopes] =
            [values, slopes].map(|values| FlexTensor::new(Bytes::from_elems(values), x.layout().clone(), DType::F32));
        (y, slopes)
    }

    fn backward(&self, slopes: FlexTensor, grad: FlexTensor, _: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let grad = alike(&slopes, grad);
        let products = slopes.storage::<f32>().iter().zip(grad.storage::<f32>()).map(|(slope, grad)| slope * grad);
        let products = Bytes::from_elems(products.collect::<Vec<_>>());
        [Some(FlexTensor::new(products, slopes.layout().clone(), DType::F32))]
    }
}
