//! Convolutions and their transposes, over [`Planes`].

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::super::Window;
use super::dense;
use super::lanes::{BLOCK, Four, Line, WIDTH, tile, vectors, write};
use super::parallel::{bands, each, pieces};
use super::planes::Planes;
use super::product::Matrix;
use super::tape::{Kernel, apply, gradients};

/// `y_k = b_k + sum over c of w_kc * x_c` with the cross-correlation `*`, at every `stride`-th place of `x`
/// `[samples, inputs, height, width]` with `border` zeros around; `w` `[outputs, inputs, kernel, kernel]`, `b` `[outputs]`.
pub fn conv(x: Tensor<4>, w: Tensor<4>, b: Tensor<1>, window: Window) -> Tensor<4> {
    apply(Conv(window), [x.into(), w.into(), b.into()])
}

/// The transpose of that linear map, plus `b` `[outputs]`, for `w` `[inputs, outputs, kernel, kernel]`: `[samples, outputs,
/// (height - 1) stride + kernel - 2 border, …]`.
pub fn deconv(x: Tensor<4>, w: Tensor<4>, b: Tensor<1>, window: Window) -> Tensor<4> {
    apply(Deconv(window), [x.into(), w.into(), b.into()])
}

impl Window {
    /// The place of `side` that one tap of the kernel, standing at `place`, covers; `None` in the padding.
    fn covers(self, place: usize, tap: usize, side: usize) -> Option<usize> {
        (place * self.stride + tap).checked_sub(self.padding).filter(|at| *at < side)
    }
}

#[derive(Clone, Debug)]
struct Conv(Window);

impl Kernel<3> for Conv {
    /// The input with its border, and the weights.
    type Kept = (Planes, Weights);

    fn forward(&self, [x, w, b]: [FlexTensor; 3]) -> (FlexTensor, Self::Kept) {
        let (x, w) = (Planes::of(&x, self.0.padding), Weights::of(&w));
        let y = correlate(&x, &w, Some(&b), self.0.stride);
        (y.planes().host(), (x, w))
    }

    fn backward(&self, (x, w): Self::Kept, grad: FlexTensor, wanted: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let grad = Planes::of(&grad, 0);
        let sides = [x.shape[2], x.shape[3]].map(|side| side - 2 * self.0.padding);
        gradients(
            wanted,
            w.steps(&grad),
            || spread(&grad, &w, None, self.0, sides).planes().host(),
            || slopes(&grad, &x, w.shape, self.0.stride),
            || sums(&grad),
        )
    }
}

#[derive(Clone, Debug)]
struct Deconv(Window);

impl Kernel<3> for Deconv {
    type Kept = (Planes, Weights);

    fn forward(&self, [x, w, b]: [FlexTensor; 3]) -> (FlexTensor, Self::Kept) {
        let (x, w) = (Planes::of(&x, 0), Weights::of(&w));
        let side = |side: usize, kernel: usize| (side - 1) * self.0.stride + kernel - 2 * self.0.padding;
        let sides = [side(x.shape[2], w.shape[2]), side(x.shape[3], w.shape[3])];
        let y = spread(&x, &w, Some(&b), self.0, sides);
        (y.planes().host(), (x, w))
    }

    fn backward(&self, (x, w): Self::Kept, grad: FlexTensor, wanted: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let grad = Planes::of(&grad, self.0.padding);
        gradients(
            wanted,
            w.steps(&x),
            || correlate(&grad, &w, None, self.0.stride).planes().host(),
            || slopes(&x, &grad, w.shape, self.0.stride),
            || sums(&grad),
        )
    }
}

/// Kernels `[many, few, height, width]`.
#[derive(Clone, Debug)]
struct Weights {
    host: FlexTensor,
    shape: [usize; 4],
}

impl Weights {
    fn of(host: &FlexTensor) -> Self {
        let host = host.to_contiguous();
        let shape = host.layout().shape().to_vec().try_into().expect("kernels have rank 4");
        Self { host, shape }
    }

    /// Multiplications where each of these numbers, `many` channels of them, meets each kernel once.
    fn steps(&self, many: &Planes) -> usize {
        many.blocks().len() * BLOCK * self.shape[1..].iter().product::<usize>()
    }
}

/// Planes in the making.
struct Sheet {
    values: Vec<f32>,
    shape: [usize; 4],
}

impl Sheet {
    /// Every channel filled with its number, or with zeros.
    fn filled(shape: [usize; 4], channels: Option<&FlexTensor>) -> Self {
        let mut values = Planes::blank(shape);
        if let Some(channels) = channels.map(FlexTensor::to_contiguous) {
            let plane = values.len() / shape[1];
            values
                .chunks_exact_mut(plane)
                .zip(channels.storage::<f32>())
                .for_each(|(plane, number)| plane.fill(*number));
        }
        Self { values, shape }
    }

    fn blocks(&mut self) -> &mut [[f32; BLOCK]] {
        self.values.as_chunks_mut().0
    }

    fn planes(self) -> Planes {
        Planes::new(self.values, self.shape)
    }
}

/// The sum of each channel.
fn sums(grad: &Planes) -> FlexTensor {
    let blocks = grad.blocks();
    let channel = blocks.len() / grad.shape[1];
    let sum = |channel: &[[f32; BLOCK]]| {
        let sums = channel.iter().fold([Four::all(0.0); 4], |sums, block| {
            let block = vectors(block);
            std::array::from_fn(|index| sums[index] + block[index])
        });
        ((sums[0] + sums[1]) + (sums[2] + sums[3])).sum()
    };
    dense(blocks.chunks_exact(channel).map(sum).collect(), &[grad.shape[1]])
}

/// The cross-correlation of `x`, its border included, with `w`, plus a number for each channel.
fn correlate(x: &Planes, w: &Weights, shift: Option<&FlexTensor>, stride: usize) -> Sheet {
    let [outputs, inputs, high, wide] = w.shape;
    let ([samples, _, height, width], depth) = (x.shape, x.depth());
    let [rows, columns] = [(height - high) / stride + 1, (width - wide) / stride + 1];
    let taps = offsets([inputs, high, wide], [height, width], depth);
    let factors = Matrix::new(w.host.storage(), outputs, taps.len()).pairs(0, taps.len());
    let shift = shift.map_or_else(|| vec![0.0; outputs], |shift| shift.to_contiguous().storage::<f32>().to_vec());
    let mut y = Sheet::filled([samples, outputs, rows, columns], None);
    let (from, line) = (x.blocks(), columns * depth);
    let band = rows.div_ceil(pieces(rows * line * BLOCK * outputs * taps.len()));
    each(bands(y.blocks(), rows * line, band * line), |index, mut to| {
        let mut covered = Line::some(taps.len());
        for (place, [row, column, slab]) in places([to[0].len() / line, columns, depth]).enumerate() {
            let window = &from[((index * band + row) * width + column) * stride * depth + slab..];
            covered.iter_mut().zip(&taps).for_each(|(to, tap)| to.0 = window[*tap]);
            for (pair, factors) in factors.chunks_exact(taps.len()).enumerate() {
                let sums = tile(factors, &covered);
                for (output, sums) in (2 * pair..outputs).zip(sums) {
                    write(&mut to[output][place], sums.map(|sum| sum + Four::all(shift[output])));
                }
            }
        }
    });
    y
}

/// Every block of a plane, by row, column and depth.
fn places([rows, columns, depth]: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    let row = move |row| (0..columns).flat_map(move |column| (0..depth).map(move |slab| [row, column, slab]));
    (0..rows).flat_map(row)
}

/// How many blocks the numbers that a kernel covers lie behind its first.
fn offsets([inputs, high, wide]: [usize; 3], [height, width]: [usize; 2], depth: usize) -> Vec<usize> {
    let lines = (0..inputs).flat_map(|input| (0..high).map(move |row| (input * height + row) * width));
    lines.flat_map(|line| (0..wide).map(move |column| (line + column) * depth)).collect()
}

/// The transpose of [`correlate`], likewise shifted: `[samples, few, height, width]`, without the border.
fn spread(
    grad: &Planes,
    w: &Weights,
    shift: Option<&FlexTensor>,
    window: Window,
    [height, width]: [usize; 2],
) -> Sheet {
    let [many, few, high, wide] = w.shape;
    let ([samples, _, rows, columns], depth) = (grad.shape, grad.depth());
    let (values, taps) = (w.host.storage::<f32>(), high * wide);
    let matrix = |tap| Matrix { values: &values[tap..], rows: few, columns: many, row: taps, column: few * taps };
    let factors: Vec<_> = (0..taps).flat_map(|tap| matrix(tap).pairs(0, many)).collect();
    let mut x = Sheet::filled([samples, few, height, width], shift);
    let (from, plane, line) = (grad.blocks(), rows * columns * depth, width * depth);
    let band = height.div_ceil(pieces(w.steps(grad)));
    each(bands(x.blocks(), height * line, band * line), |index, mut to| {
        let (mut seen, top) = (Line::some(many), index * band);
        let here = top..top + to[0].len() / line;
        let down = |row, tap| window.covers(row, tap, height).filter(|y| here.contains(y));
        for (place, [row, column, slab]) in places([rows, columns, depth]).enumerate() {
            if (0..high).all(|tap| down(row, tap).is_none()) {
                continue;
            }
            let channels = from[place..].iter().step_by(plane);
            seen.iter_mut().zip(channels).for_each(|(to, from)| to.0 = *from);
            for (tap, factors) in factors.chunks_exact(few.div_ceil(2) * many).enumerate() {
                let Some(y) = down(row, tap / wide) else { continue };
                let Some(x) = window.covers(column, tap % wide, width) else { continue };
                for (pair, factors) in factors.chunks_exact(many).enumerate() {
                    let sums = tile(factors, &seen);
                    for (channel, sums) in (2 * pair..few).zip(sums) {
                        let block = &mut to[channel][((y - top) * width + x) * depth + slab];
                        let old = vectors(block);
                        write(block, std::array::from_fn(|index| old[index] + sums[index]));
                    }
                }
            }
        }
    });
    x
}

/// The gradient of kernels `[many, few, high, wide]`, given that of [`correlate`]'s output and its input with the border.
fn slopes(grad: &Planes, x: &Planes, shape: [usize; 4], stride: usize) -> FlexTensor {
    let [many, few, high, wide] = shape;
    let ([_, _, rows, columns], [_, _, height, width], depth) = (grad.shape, x.shape, grad.depth());
    let taps = offsets([few, high, wide], [height, width], depth);
    let mut slopes = vec![0.0; many * taps.len()];
    // A row at once where the kernel moves by one: both sides then lie in one piece.
    let (parts, length) = if stride == 1 { (1, columns * depth) } else { (columns, depth) };
    let (grads, from) = (grad.blocks().as_flattened().as_chunks().0, x.blocks().as_flattened().as_chunks().0);
    let unit = BLOCK / WIDTH;
    let span = |start: usize| start * unit..(start + length) * unit;
    let places = || (0..rows).flat_map(|row| (0..parts).map(move |part| [row, part]));
    let band = taps.len().div_ceil(pieces(grad.blocks().len() * BLOCK * taps.len())).next_multiple_of(4);
    each(bands(&mut slopes, taps.len(), band), |index, mut slopes| {
        let taps = &taps[index * band..][..slopes[0].len()];
        let groups = taps.len().div_ceil(4);
        // Four taps' vectors each, groups of a channel after each other.
        let mut sums = Line::some(many * groups);
        for [row, part] in places() {
            let (place, window) = ((row * columns + part) * depth, (row * width + part) * stride * depth);
            for first in (0..many).step_by(2) {
                let line = |channel: usize| &grads[span(channel * rows * columns * depth + place)];
                let lines = [line(first), line((first + 1).min(many - 1))];
                for (group, four) in taps.chunks(4).enumerate() {
                    let tapped = |tap: usize| &from[span(window + four[tap.min(four.len() - 1)])];
                    let found = dots(lines, [tapped(0), tapped(1), tapped(2), tapped(3)]);
                    for (channel, found) in (first..many).zip(found) {
                        let Line(sum) = &mut sums[channel * groups + group];
                        let old = vectors(sum);
                        write(sum, std::array::from_fn(|tap| old[tap] + found[tap]));
                    }
                }
            }
        }
        for (slopes, sums) in slopes.iter_mut().zip(sums.chunks_exact(groups)) {
            let sums = sums.iter().flat_map(|Line(four)| vectors(four)).map(Four::sum);
            slopes.iter_mut().zip(sums).for_each(|(slope, sum)| *slope = sum);
        }
    });
    dense(slopes, &shape)
}

/// The products of each of two lines with each of four.
#[inline]
fn dots([a, b]: [&[[f32; WIDTH]]; 2], [w, x, y, z]: [&[[f32; WIDTH]]; 4]) -> [[Four; 4]; 2] {
    let mut sums = [[Four::all(0.0); 4]; 2];
    for (((((a, b), w), x), y), z) in a.iter().zip(b).zip(w).zip(x).zip(y).zip(z) {
        let others = [Four::of(w), Four::of(x), Four::of(y), Four::of(z)];
        for (sums, one) in sums.iter_mut().zip([Four::of(a), Four::of(b)]) {
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum = *sum + one * other;
            }
        }
    }
    sums
}
