//! Likelihoods and what they rest on, in one pass over the numbers.

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::dense;
use super::lanes::{Four, WIDTH};
use super::parallel::{each, pieces};
use super::tape::{Kernel, apply};

/// `-log p(x | z)` of each sample `[samples]`, for independent Bernoullis with these `logits` `[samples, size]`.
pub fn bernoulli(x: Tensor<2>, logits: Tensor<2>) -> Tensor<1> {
    apply(Bernoulli, [x.into(), logits.into()])
}

#[derive(Clone, Debug)]
struct Bernoulli;

/// What a number costs, in additions and multiplications.
const STEPS: usize = 60;

/// `-x log s(l) - (1 - x) log s(-l)`, which is `max(l, 0) - x l + ln(1 + e^-|l|)`, and its derivative `s(l) - x`.
#[inline(always)]
fn point(x: Four, logit: Four) -> (Four, Four) {
    let fade = logit.fade();
    let cost = logit.max(Four::all(0.0)) - x * logit + fade.ln_1p();
    (cost, logit.sigmoid(fade) - x)
}

impl Kernel<2> for Bernoulli {
    /// The derivative in the logits, and the logits, which are that in `x` but for the sign.
    type Kept = (FlexTensor, FlexTensor);

    fn forward(&self, inputs: [FlexTensor; 2]) -> (FlexTensor, Self::Kept) {
        let [x, logits] = inputs.map(|input| input.to_contiguous());
        let shape: [usize; 2] = logits.layout().shape().dims();
        let [samples, size] = shape;
        let (mut costs, mut slopes) = (vec![0.0; samples], vec![0.0; samples * size]);
        // Samples of a part.
        let some = samples.div_ceil(pieces(STEPS * samples * size)).max(1);
        let inputs = x.storage::<f32>().chunks(some * size).zip(logits.storage().chunks(some * size));
        let outputs = costs.chunks_mut(some).zip(slopes.chunks_mut(some * size));
        each(inputs.zip(outputs).collect(), |_, ((x, logits), (costs, slopes))| {
            let rows = x.chunks_exact(size).zip(logits.chunks_exact(size)).zip(slopes.chunks_exact_mut(size));
            costs.iter_mut().zip(rows).for_each(|(cost, ((x, logits), slopes))| *cost = row(x, logits, slopes));
        });
        let kept = (dense(slopes, &shape), logits);
        (dense(costs, &shape[..1]), kept)
    }

    fn backward(&self, (slopes, logits): Self::Kept, grad: FlexTensor, wanted: [bool; 2]) -> [Option<FlexTensor>; 2] {
        let grad = grad.to_contiguous();
        let scaled = |mut rows: FlexTensor, sign: f32| {
            let columns = rows.layout().shape()[1];
            let numbers = rows.storage_mut::<f32>().chunks_exact_mut(columns);
            numbers
                .zip(grad.storage::<f32>())
                .for_each(|(row, grad)| row.iter_mut().for_each(|value| *value *= sign * grad));
            rows
        };
        [wanted[0].then(|| scaled(logits, -1.0)), wanted[1].then(|| scaled(slopes, 1.0))]
    }
}

/// The sum of a sample's costs; fills in the slopes.
fn row(x: &[f32], logits: &[f32], slopes: &mut [f32]) -> f32 {
    let ((x, x_rest), (logits, logits_rest)) = (x.as_chunks::<WIDTH>(), logits.as_chunks::<WIDTH>());
    let (slopes, slopes_rest) = slopes.as_chunks_mut::<WIDTH>();
    let mut sum = Four::all(0.0);
    for ((x, logit), slope) in x.iter().zip(logits).zip(slopes) {
        let (cost, found) = point(Four::of(x), Four::of(logit));
        sum = sum + cost;
        *slope = found.numbers();
    }
    let mut sum = sum.sum();
    for ((x, logit), slope) in x_rest.iter().zip(logits_rest).zip(slopes_rest) {
        let (cost, found) = point(Four::all(*x), Four::all(*logit));
        sum += cost.numbers()[0];
        *slope = found.numbers()[0];
    }
    sum
}
