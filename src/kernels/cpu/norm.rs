//! Group normalisation, over [`Planes`]: a group's numbers lie in one piece, and the samples of a batch side by side.

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::super::Groups;
use super::dense;
use super::planes::Planes;
use super::tape::{Kernel, apply};

/// As [`super::super::normalise`].
pub fn normalise(x: Tensor<4>, scale: Tensor<1>, shift: Tensor<1>, groups: Groups) -> Tensor<4> {
    apply(groups, [x.into(), scale.into(), shift.into()])
}

/// What the derivative needs.
#[derive(Clone, Debug)]
pub struct Kept {
    x: Planes,
    scale: Vec<f32>,
    /// For each group: the samples' means, and one over their deviations.
    moments: Vec<[Vec<f32>; 2]>,
}

/// How planes are gone through: numbers of a pixel (a number for each sample), of a channel, of a group.
struct Lengths {
    pixel: usize,
    channel: usize,
    group: usize,
}

impl Lengths {
    fn of(x: &Planes, groups: Groups) -> Self {
        let [_, channels, height, width] = x.shape;
        let channel = x.blocks().as_flattened().len() / channels;
        Self { pixel: channel / (height * width), channel, group: channel * channels / groups.count }
    }
}

fn moments(group: &[f32], lengths: &Lengths, epsilon: f64) -> [Vec<f32>; 2] {
    let share = (lengths.pixel as f64 / lengths.group as f64) as f32;
    let [mut mean, mut rate] = [vec![0.0; lengths.pixel], vec![0.0; lengths.pixel]];
    for pixel in group.chunks_exact(lengths.pixel) {
        mean.iter_mut().zip(pixel).for_each(|(sum, x)| *sum += x);
    }
    mean.iter_mut().for_each(|sum| *sum *= share);
    for pixel in group.chunks_exact(lengths.pixel) {
        rate.iter_mut().zip(&mean).zip(pixel).for_each(|((sum, mean), x)| *sum += (x - mean) * (x - mean));
    }
    rate.iter_mut().for_each(|sum| *sum = 1.0 / (*sum * share + epsilon as f32).sqrt());
    [mean, rate]
}

impl Kernel<3> for Groups {
    type Kept = Kept;

    fn forward(&self, [x, scale, shift]: [FlexTensor; 3]) -> (FlexTensor, Kept) {
        let x = Planes::of(&x, 0);
        let [scale, shift] = [scale, shift].map(|one| one.to_contiguous().storage::<f32>().to_vec());
        let lengths = Lengths::of(&x, *self);
        let groups = x.blocks().as_flattened().chunks_exact(lengths.group);
        let moments: Vec<_> = groups.map(|group| moments(group, &lengths, self.epsilon)).collect();
        let mut values = Planes::blank(x.shape);
        let channels = x.blocks().as_flattened().chunks_exact(lengths.channel);
        let both = values.chunks_exact_mut(lengths.channel).zip(channels);
        for (channel, (to, from)) in both.enumerate() {
            let [mean, rate] = &moments[channel * lengths.channel / lengths.group];
            let factor: Vec<f32> = rate.iter().map(|rate| rate * scale[channel]).collect();
            for (to, from) in to.chunks_exact_mut(lengths.pixel).zip(from.chunks_exact(lengths.pixel)) {
                let numbers = to.iter_mut().zip(from).zip(mean).zip(&factor);
                numbers.for_each(|(((to, x), mean), factor)| *to = (x - mean) * factor + shift[channel]);
            }
        }
        (Planes::new(values, x.shape).host(), Kept { x, scale, moments })
    }

    /// With the normalised `n = (x - mean) rate` and `g` the gradient times the channel's scale:
    /// `dx = rate (g - mean of g - n mean of g n)`.
    fn backward(&self, kept: Kept, grad: FlexTensor, _: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let Kept { x, scale, moments } = kept;
        let (grad, lengths) = (Planes::of(&grad, 0), Lengths::of(&x, *self));
        let share = (lengths.pixel as f64 / lengths.group as f64) as f32;
        let [from, slopes] = [&x, &grad].map(|planes| planes.blocks().as_flattened());
        let mut values = Planes::blank(x.shape);
        let [mut scales, mut shifts] = [Vec::new(), Vec::new()];
        let groups = values.chunks_exact_mut(lengths.group).zip(from.chunks_exact(lengths.group));
        let groups = groups.zip(slopes.chunks_exact(lengths.group)).zip(&moments);
        for (((to, from), slopes), [mean, rate]) in groups {
            let [mut pull, mut turn] = [vec![0.0; lengths.pixel], vec![0.0; lengths.pixel]];
            let scale = &scale[scales.len()..];
            let channels = from.chunks_exact(lengths.channel).zip(slopes.chunks_exact(lengths.channel));
            for ((from, slopes), scale) in channels.zip(scale) {
                let [sum, product] = sums(from, slopes, mean);
                let product: Vec<f32> = product.iter().zip(rate).map(|(product, rate)| product * rate).collect();
                shifts.push(sum.iter().sum::<f32>());
                scales.push(product.iter().sum::<f32>());
                pull.iter_mut().zip(sum).for_each(|(pull, sum)| *pull += scale * share * sum);
                turn.iter_mut().zip(product).for_each(|(turn, product)| *turn += scale * share * product);
            }
            pull.iter_mut().zip(rate).for_each(|(pull, rate)| *pull *= rate);
            turn.iter_mut().zip(rate).for_each(|(turn, rate)| *turn *= rate * rate);
            let channels = from.chunks_exact(lengths.channel).zip(slopes.chunks_exact(lengths.channel));
            for ((to, (from, slopes)), scale) in to.chunks_exact_mut(lengths.channel).zip(channels).zip(scale) {
                let factor: Vec<f32> = rate.iter().map(|rate| rate * scale).collect();
                let pixels = from.chunks_exact(lengths.pixel).zip(slopes.chunks_exact(lengths.pixel));
                for (to, (from, slopes)) in to.chunks_exact_mut(lengths.pixel).zip(pixels) {
                    let numbers = to.iter_mut().zip(from.iter().zip(slopes)).zip(mean.iter().zip(&factor));
                    for (((to, (x, g)), (mean, factor)), (pull, turn)) in numbers.zip(pull.iter().zip(&turn)) {
                        *to = g * factor - pull - (x - mean) * turn;
                    }
                }
            }
        }
        let [shift, scale] = [shifts, scales].map(|sums| dense(sums, &[x.shape[1]]));
        [Some(Planes::new(values, x.shape).host()), Some(scale), Some(shift)]
    }
}

/// For each sample the sums of the gradient and of its product with what differs from the mean.
fn sums(from: &[f32], slopes: &[f32], mean: &[f32]) -> [Vec<f32>; 2] {
    let [mut sum, mut product] = [vec![0.0; mean.len()], vec![0.0; mean.len()]];
    for (from, slopes) in from.chunks_exact(mean.len()).zip(slopes.chunks_exact(mean.len())) {
        let numbers = sum.iter_mut().zip(&mut product).zip(from.iter().zip(slopes)).zip(mean);
        for (((sum, product), (x, g)), mean) in numbers {
            *sum += g;
            *product += g * (x - mean);
        }
    }
    [sum, product]
}
