//! The largest of each 2x2 window and the mean of each channel, over [`Planes`].

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::dense;
use super::lanes::{BLOCK, Four, vectors, write};
use super::parallel::runs;
use super::planes::Planes;
use super::tape::{Kernel, apply};

/// `[samples, channels, height, width]` to `[samples, channels, height / 2, width / 2]`. A gradient goes to the first of the
/// largest, by rows.
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    apply(Halve, [x.into()])
}

/// `[samples, channels, height, width]` to the means `[samples, channels]`.
pub fn average(x: Tensor<4>) -> Tensor<2> {
    apply(Average, [x.into()])
}

#[derive(Clone, Debug)]
struct Average;

impl Kernel<1> for Average {
    /// The input's shape.
    type Kept = [usize; 4];

    fn forward(&self, [x]: [FlexTensor; 1]) -> (FlexTensor, [usize; 4]) {
        let x = Planes::of(&x, 0);
        let ([samples, channels, height, width], depth) = (x.shape, x.depth());
        let (mut means, share) = (vec![0.0; samples * channels], 1.0 / (height * width) as f32);
        for (channel, blocks) in x.blocks().chunks_exact(height * width * depth).enumerate() {
            let mut sums = vec![[0.0; BLOCK]; depth];
            for pixel in blocks.chunks_exact(depth) {
                sums.as_flattened_mut().iter_mut().zip(pixel.as_flattened()).for_each(|(sum, number)| *sum += number);
            }
            let column = means[channel..].iter_mut().step_by(channels);
            column.zip(sums.as_flattened()).for_each(|(mean, sum)| *mean = sum * share);
        }
        (dense(means, &[samples, channels]), x.shape)
    }

    fn backward(&self, shape: [usize; 4], grad: FlexTensor, _: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let [samples, channels, height, width] = shape;
        let (grad, mut values) = (grad.to_contiguous(), Planes::blank(shape));
        let share = 1.0 / (height * width) as f32;
        let lanes = values.len() / (channels * height * width);
        for (channel, pixels) in values.chunks_exact_mut(height * width * lanes).enumerate() {
            let (first, rest) = pixels.split_at_mut(lanes);
            let column = grad.storage::<f32>()[channel..].iter().step_by(channels);
            first.iter_mut().zip(column.take(samples)).for_each(|(number, grad)| *number = grad * share);
            rest.chunks_exact_mut(lanes).for_each(|pixel| pixel.copy_from_slice(first));
        }
        [Some(Planes::new(values, shape).host())]
    }
}

#[derive(Clone, Debug)]
struct Halve;

/// What a number of the input costs, in additions and multiplications.
const STEPS: usize = 4;

/// The first block of each window's upper half, among a channel's, in the order of the output's.
fn windows([_, _, height, width]: [usize; 4], depth: usize) -> impl Iterator<Item = usize> {
    let line = move |row| {
        let line = 2 * row * width * depth;
        (0..width / 2).flat_map(move |column| (0..depth).map(move |slab| line + 2 * column * depth + slab))
    };
    (0..height / 2).flat_map(line)
}

/// A window's blocks.
fn four(first: usize, width: usize, depth: usize) -> [usize; 4] {
    let below = first + width * depth;
    [first, first + depth, below, below + depth]
}

/// Blocks of a channel.
fn plane([_, _, height, width]: [usize; 4], depth: usize) -> usize {
    height * width * depth
}

impl Kernel<1> for Halve {
    type Kept = Planes;

    fn forward(&self, [x]: [FlexTensor; 1]) -> (FlexTensor, Planes) {
        let x = Planes::of(&x, 0);
        let ([samples, channels, height, width], depth) = (x.shape, x.depth());
        let shape = [samples, channels, height / 2, width / 2];
        let mut values = Planes::blank(shape);
        let (from, (to, _)) = (x.blocks(), values.as_chunks_mut::<BLOCK>());
        let [many, few] = [x.shape, shape].map(|shape| plane(shape, depth));
        if few > 0 {
            runs(to, few, STEPS * BLOCK * from.len(), |first, to| {
                for (from, to) in from[first * many..].chunks_exact(many).zip(to.chunks_exact_mut(few)) {
                    for (first, to) in windows(x.shape, depth).zip(to) {
                        let [a, b, c, d] = four(first, width, depth).map(|place| vectors(&from[place]));
                        write(to, std::array::from_fn(|index| a[index].max(b[index]).max(c[index].max(d[index]))));
                    }
                }
            });
        }
        (Planes::new(values, shape).host(), x)
    }

    fn backward(&self, x: Planes, grad: FlexTensor, _: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let (grad, depth) = (Planes::of(&grad, 0), x.depth());
        let mut values = Planes::blank(x.shape);
        let (from, slopes, (to, _)) = (x.blocks(), grad.blocks(), values.as_chunks_mut::<BLOCK>());
        let [many, few] = [x.shape, grad.shape].map(|shape| plane(shape, depth));
        if few > 0 {
            runs(to, many, STEPS * BLOCK * from.len(), |first, to| {
                let channels = from[first * many..].chunks_exact(many).zip(slopes[first * few..].chunks_exact(few));
                for ((from, slopes), to) in channels.zip(to.chunks_exact_mut(many)) {
                    for (first, slopes) in windows(x.shape, depth).zip(slopes) {
                        let window = four(first, x.shape[3], depth);
                        let shares = share(window.map(|place| vectors(&from[place])), vectors(slopes));
                        window.iter().zip(shares).for_each(|(place, share)| write(&mut to[*place], share));
                    }
                }
            });
        }
        [Some(Planes::new(values, x.shape).host())]
    }
}

/// `grad` for the first that none is larger than, nothing for the others.
#[inline(always)]
fn share(four: [[Four; 4]; 4], grad: [Four; 4]) -> [[Four; 4]; 4] {
    let mut shares = [[Four::all(0.0); 4]; 4];
    for index in 0..4 {
        let [a, b, c, d] = four.map(|block| block[index]);
        let (largest, mut left) = (a.max(b).max(c.max(d)), grad[index]);
        for (share, one) in shares.iter_mut().zip([a, b, c, d]) {
            share[index] = left.where_not_over(largest, one);
            left = left - share[index];
        }
    }
    shares
}
