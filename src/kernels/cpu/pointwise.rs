//! Activations and sums, number by number as they lie in memory.

use std::fmt::Debug;

use burn::backend::flex::FlexTensor;
use burn::tensor::{Bytes, DType, Tensor};

use super::lanes::{Four, WIDTH};
use super::parallel::runs;
use super::planes::Planes;
use super::tape::{Kernel, apply};

/// Numbers that are never parted.
const UNIT: usize = 16 * WIDTH;
/// What a number costs, in additions and multiplications: memory is what it waits for.
const STEPS: usize = 3;

/// `max(x, 0)`, and `slope x` for the numbers below zero, `slope` from 0 to 1.
pub fn rectify<const D: usize>(x: Tensor<D>, slope: f32) -> Tensor<D> {
    apply(Pointwise(Rectifier(slope)), [x.into()])
}

/// `1 / (1 + e^-x)`.
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Pointwise(Sigmoid), [x.into()])
}

/// `x + y`, of one shape.
pub fn add<const D: usize>(x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
    apply(Add, [x.into(), y.into()])
}

/// A function whose derivative follows from its value.
trait Curve: Clone + Debug + Send + Sync + 'static {
    /// Its values.
    fn value(&self, x: Four) -> Four;

    /// The gradient before it, given its values and the gradient behind it.
    fn slope(&self, y: Four, grad: Four) -> Four;
}

#[derive(Clone, Debug)]
struct Rectifier(f32);

impl Curve for Rectifier {
    #[inline(always)]
    fn value(&self, x: Four) -> Four {
        x.max(if self.0 == 0.0 { Four::all(0.0) } else { x * Four::all(self.0) })
    }

    #[inline(always)]
    fn slope(&self, y: Four, grad: Four) -> Four {
        let zero = Four::all(0.0);
        grad.where_over(y, zero) + grad.where_not_over(y, zero) * Four::all(self.0)
    }
}

#[derive(Clone, Debug)]
struct Sigmoid;

impl Curve for Sigmoid {
    #[inline(always)]
    fn value(&self, x: Four) -> Four {
        x.sigmoid(x.fade())
    }

    #[inline(always)]
    fn slope(&self, y: Four, grad: Four) -> Four {
        grad * y * (Four::all(1.0) - y)
    }
}

#[derive(Clone, Debug)]
struct Pointwise<C>(C);

impl<C: Curve> Pointwise<C> {
    #[inline(always)]
    fn value(&self, x: &[f32; WIDTH]) -> [f32; WIDTH] {
        self.0.value(Four::of(x)).numbers()
    }

    #[inline(always)]
    fn slope(&self, y: &[f32; WIDTH], grad: &[f32; WIDTH]) -> [f32; WIDTH] {
        self.0.slope(Four::of(y), Four::of(grad)).numbers()
    }
}

/// Whether a tensor's numbers are all that lie in its memory, in an order of their own.
pub(super) fn whole(host: &FlexTensor) -> bool {
    let layout = host.layout();
    let plain = layout.is_contiguous() && layout.start_offset() == 0;
    plain && host.bytes().len() == 4 * layout.num_elements() || Planes::seen(host).is_some()
}

/// `other` in the order of `host`, which is whole.
pub(super) fn alike(host: &FlexTensor, other: FlexTensor) -> FlexTensor {
    match Planes::seen(host) {
        Some(_) => Planes::of(&other, 0).host(),
        None => other.to_contiguous(),
    }
}

#[derive(Clone, Debug)]
struct Add;

impl Kernel<2> for Add {
    type Kept = ();

    fn forward(&self, [x, y]: [FlexTensor; 2]) -> (FlexTensor, ()) {
        let x = if whole(&x) { x } else { x.to_contiguous() };
        let y = alike(&x, y);
        let y = y.storage::<f32>();
        (changed(x, |first, x| x.iter_mut().zip(&y[first..]).for_each(|(x, y)| *x += y)), ())
    }

    fn backward(&self, (): (), grad: FlexTensor, _: [bool; 2]) -> [Option<FlexTensor>; 2] {
        [Some(grad.clone()), Some(grad)]
    }
}

impl<C: Curve> Kernel<1> for Pointwise<C> {
    /// The output.
    type Kept = FlexTensor;

    fn forward(&self, [x]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let x = if whole(&x) { x } else { x.to_contiguous() };
        let y = changed(x, |_, values| {
            let (fours, rest) = values.as_chunks_mut::<WIDTH>();
            fours.iter_mut().for_each(|four| *four = self.value(four));
            rest.iter_mut().for_each(|value| *value = self.value(&[*value; WIDTH])[0]);
        });
        (y.clone(), y)
    }

    fn backward(&self, y: FlexTensor, grad: FlexTensor, _: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let grad = alike(&y, grad);
        let values = y.storage::<f32>();
        let slopes = changed(grad, |first, slopes| {
            let (fours, rest) = values[first..][..slopes.len()].as_chunks::<WIDTH>();
            let (slopes, others) = slopes.as_chunks_mut::<WIDTH>();
            slopes.iter_mut().zip(fours).for_each(|(slope, y)| *slope = self.slope(y, slope));
            others.iter_mut().zip(rest).for_each(|(slope, y)| *slope = self.slope(&[*y; WIDTH], &[*slope; WIDTH])[0]);
        });
        [Some(slopes)]
    }
}

/// `host`, which is whole, with its numbers changed: in place where nobody else holds them. `change` is given a run of them
/// with the index of its first.
fn changed(host: FlexTensor, change: impl Fn(usize, &mut [f32]) + Sync) -> FlexTensor {
    let spread = |values: &mut [f32]| {
        let steps = STEPS * values.len();
        runs(values, UNIT, steps, |first, run| change(first * UNIT, run));
    };
    let mut host = host;
    if let Some(values) = host.try_storage_mut::<f32>() {
        spread(values);
        return host;
    }
    let mut values = host.storage::<f32>().to_vec();
    spread(&mut values);
    FlexTensor::new(Bytes::from_elems(values), host.layout().clone(), DType::F32)
}
