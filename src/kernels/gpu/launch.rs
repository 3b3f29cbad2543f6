//! The operations on Burn's GPU buffers.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;

use super::operations::Kernels;
use super::source::{Text, counts, run};
use super::{Adam, Window};

/// With so many invocations or more a product's tiles are the larger ones. They load less for each number; and where a device is
/// not full, half as many invocations take hardly longer, since each then waits for memory most of the time.
const LARGE: usize = 512;

/// A product alone.
const PRODUCT: Text = Text {
    name: "product",
    wgsl: include_str!("product.wgsl"),
    variant: "\
const SUMS = false;
@group(0) @binding(3) var<storage, read> told: Told;
fn first(columns: vec4u) -> vec4f { return vec4f(); }
fn last(column: u32, low: vec4f, high: vec4f) {}
",
    tall: false,
};

/// Each row of the product begins with `d`.
const WITH_BIAS: Text = Text {
    variant: "\
const SUMS = false;
@group(0) @binding(3) var<storage, READ> d: array<f32>;
@group(0) @binding(4) var<storage, read> told: Told;
fn first(columns: vec4u) -> vec4f { return vec4f(d[columns.x], d[columns.y], d[columns.z], d[columns.w]); }
fn last(column: u32, low: vec4f, high: vec4f) {}
",
    ..PRODUCT
};

/// `d` becomes the sums of `b`'s columns.
const WITH_SUMS: Text = Text {
    variant: "\
const SUMS = true;
@group(0) @binding(3) var<storage, read_write> d: array<f32>;
@group(0) @binding(4) var<storage, read> told: Told;
fn first(columns: vec4u) -> vec4f { return vec4f(); }
fn last(column: u32, low: vec4f, high: vec4f) {
  for (var j = 0u; j < 4u; j++) {
    if (column + j < told.n) { d[column + j] = low[j]; }
    if (column + 4u + j < told.n) { d[column + 4u + j] = high[j]; }
  }
}
",
    ..PRODUCT
};

/// A convolution with a bias, and one without.
const GATHER: [Text; 2] = convolution("gather", include_str!("gather.wgsl"));
/// A transposed convolution with a bias, and one without.
const SPREAD: [Text; 2] = convolution("spread", include_str!("spread.wgsl"));

const fn convolution(name: &'static str, wgsl: &'static str) -> [Text; 2] {
    let with = concat!(
        "\
@group(0) @binding(3) var<storage, READ> bias: array<f32>;
@group(0) @binding(4) var<storage, read> told: Told;
fn first(channels: vec4u) -> vec4f {
  return vec4f(bias[channels.x], bias[channels.y], bias[channels.z], bias[channels.w]);
}
",
        include_str!("lines.wgsl")
    );
    let without = concat!(
        "\
@group(0) @binding(3) var<storage, read> told: Told;
fn first(channels: vec4u) -> vec4f { return vec4f(); }
",
        include_str!("lines.wgsl")
    );
    [Text { name, wgsl, variant: with, tall: false }, Text { name, wgsl, variant: without, tall: false }]
}

const TAPS: Text = plain("taps", include_str!("taps.wgsl"));
const SUMS: Text =
    Text { variant: "fn part(x: f32) -> f32 { return x; }\n", ..plain("sums", include_str!("sums.wgsl")) };
const SQUARES: Text = Text { variant: "fn part(x: f32) -> f32 { return x * x; }\n", ..SUMS };
const POOL: Text = plain("pool", include_str!("pool.wgsl"));
const UNPOOL: Text = plain("unpool", include_str!("unpool.wgsl"));
const ENTROPY: Text = plain("entropy", include_str!("entropy.wgsl"));
const ADAM: Text = plain("adam", include_str!("adam.wgsl"));

const fn plain(name: &'static str, wgsl: &'static str) -> Text {
    Text { name, wgsl, variant: "", tall: false }
}

/// Room for a tensor of `shape`, on the device of `like`.
fn room<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let handle = like.client.empty(shape.iter().product::<usize>() * size_of::<f32>());
    CubeTensor::new_contiguous(like.client.clone(), like.device.clone(), Shape::new(shape), handle, like.dtype)
}

fn sides<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    std::array::from_fn(|axis| tensor.meta.shape()[axis])
}

/// A matrix: its rows and columns, and how far apart each lie in memory.
#[derive(Clone, Copy)]
struct Matrix {
    sides: [usize; 2],
    steps: [usize; 2],
}

impl Matrix {
    fn of(tensor: &CubeTensor) -> Self {
        Self { sides: sides(tensor), steps: [0, 1].map(|axis| tensor.meta.strides()[axis]) }
    }

    fn turned(self) -> Self {
        let ([rows, columns], [down, across]) = (self.sides, self.steps);
        Self { sides: [columns, rows], steps: [across, down] }
    }
}

/// The product of two matrices; `extra` is bound behind it.
fn product(text: Text, [a, b]: [(&CubeTensor, Matrix); 2], extra: Option<&CubeTensor>) -> CubeTensor {
    let ((a, left), (b, right)) = (a, b);
    let ([m, k], [_, n]) = (left.sides, right.sides);
    let c = room(a, [m, n]);
    let tensors: Vec<&CubeTensor> = [a, b, &c].into_iter().chain(extra).collect();
    let numbers = [m, n, k, left.steps[0], left.steps[1], right.steps[0], right.steps[1]];
    let [low, tall] = [4, 8].map(|rows| m.div_ceil(rows) * n.div_ceil(8));
    let text = Text { tall: tall >= LARGE && tall < low, ..text };
    run(text, &tensors, &counts(numbers), if text.tall { tall } else { low });
    c
}

/// A convolution, or a transposed one, of `x` to `shape`.
fn convolve(
    [with, without]: [Text; 2],
    [x, weight]: [CubeTensor; 2],
    bias: Option<&CubeTensor>,
    shape: [usize; 4],
    window: Window,
) -> CubeTensor {
    let (x, weight) = (into_contiguous(x), into_contiguous(weight));
    let ([batch, c, h, w], [_, o, oh, ow]) = (sides(&x), shape);
    let y = room(&x, shape);
    let tensors: Vec<&CubeTensor> = [&x, &weight, &y].into_iter().chain(bias).collect();
    let numbers = [batch, c, h, w, o, oh, ow, window.side, window.stride, window.padding];
    // A transposed one's tiles hold places a stride apart.
    let step = if with == SPREAD[0] { window.stride } else { 1 };
    let tiles = |side: usize, each: usize| side.div_ceil(step).div_ceil(each) * step;
    let text = if bias.is_some() { with } else { without };
    run(text, &tensors, &counts(numbers), tiles(ow, 4) * tiles(oh, 2) * o.div_ceil(4) * batch);
    y
}

fn gathered(x: &CubeTensor, weight: &CubeTensor, window: Window) -> [usize; 4] {
    let ([batch, _, h, w], [o, ..]) = (sides::<4>(x), sides::<4>(weight));
    [batch, o, window.gathered(h), window.gathered(w)]
}

/// Sums `[shape]` of `length` numbers each, which lie `step` apart; the first numbers of two sums lie `between` apart.
fn sums<const D: usize>(
    text: Text,
    x: &CubeTensor,
    shape: [usize; D],
    length: usize,
    [step, between]: [usize; 2],
) -> CubeTensor {
    let y = room(x, shape);
    let count = shape.iter().product();
    run(text, &[x, &y], &counts([count, length, step, between, x.meta.num_elements()]), count);
    y
}

/// Invocations that keep any GPU at work; a batch is summed in so many slices that there are no fewer.
const ENOUGH: usize = 4096;
/// Parts in which all numbers of a tensor are summed first.
const PARTS: usize = 512;

impl Kernels for CubeBackend {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        product(PRODUCT, [(&a, Matrix::of(&a)), (&b, Matrix::of(&b))], None)
    }

    fn dense(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        product(WITH_BIAS, [(&x, Matrix::of(&x)), (&weight, Matrix::of(&weight))], Some(&bias))
    }

    fn dense_input(g: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        product(PRODUCT, [(&g, Matrix::of(&g)), (&weight, Matrix::of(&weight).turned())], None)
    }

    fn dense_weight(x: FloatTensor<Self>, g: FloatTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let by_bias = room(&g, [sides::<2>(&g)[1]]);
        let by_weight = product(WITH_SUMS, [(&x, Matrix::of(&x).turned()), (&g, Matrix::of(&g))], Some(&by_bias));
        (by_weight, by_bias)
    }

    fn gather(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        let shape = gathered(&x, &weight, window);
        convolve(GATHER, [x, weight], Some(&bias), shape, window)
    }

    fn gather_alone(x: FloatTensor<Self>, weight: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        let shape = gathered(&x, &weight, window);
        convolve(GATHER, [x, weight], None, shape, window)
    }

    fn spread(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        let ([batch, _, h, w], [_, o, ..]) = (sides::<4>(&x), sides::<4>(&weight));
        convolve(SPREAD, [x, weight], Some(&bias), [batch, o, window.spread(h), window.spread(w)], window)
    }

    fn spread_alone(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        [h, w]: [usize; 2],
        window: Window,
    ) -> FloatTensor<Self> {
        let ([batch, ..], [_, o, ..]) = (sides::<4>(&x), sides::<4>(&weight));
        convolve(SPREAD, [x, weight], None, [batch, o, h, w], window)
    }

    fn taps(many: FloatTensor<Self>, few: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        let (many, few) = (into_contiguous(many), into_contiguous(few));
        let ([batch, c, h, w], [_, o, oh, ow]) = (sides::<4>(&many), sides::<4>(&few));
        let side = window.side;
        let tiles = side.div_ceil(5) * side * c * o.div_ceil(4);
        let slices = ENOUGH.div_ceil(tiles).min(batch);
        let parts = room(&many, [slices, o, c, side, side]);
        let numbers = [batch, c, h, w, o, oh, ow, side, window.stride, window.padding, slices];
        run(TAPS, &[&many, &few, &parts], &counts(numbers), tiles * slices);
        sums(SUMS, &parts, [o, c, side, side], slices, [o * c * side * side, 1])
    }

    fn channels(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let x = into_contiguous(x);
        let [batch, channels, h, w] = sides(&x);
        let parts = sums(SUMS, &x, [batch, channels], h * w, [1, h * w]);
        sums(SUMS, &parts, [channels], batch, [channels, 1])
    }

    fn squares(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let x = into_contiguous(x);
        let count = x.meta.num_elements();
        let parts = count.min(PARTS);
        let parts = sums(SQUARES, &x, [parts], count.div_ceil(parts), [parts, 1]);
        sums(SUMS, &parts, [1], parts.meta.num_elements(), [1, 1])
    }

    fn halve(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let x = into_contiguous(x);
        let [batch, channels, h, w] = sides(&x);
        let y = room(&x, [batch, channels, h / 2, w / 2]);
        run(POOL, &[&x, &y], &counts([batch * channels, h, w]), batch * channels * (h / 2) * (w / 2));
        y
    }

    fn halve_input(x: FloatTensor<Self>, g: FloatTensor<Self>) -> FloatTensor<Self> {
        let (x, g) = (into_contiguous(x), into_contiguous(g));
        let [batch, channels, h, w] = sides(&x);
        let y = room(&x, [batch, channels, h, w]);
        let windows = batch * channels * h.div_ceil(2) * w.div_ceil(2);
        run(UNPOOL, &[&x, &g, &y], &counts([batch * channels, h, w]), windows);
        y
    }

    fn entropy(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (logits, labels) = (into_contiguous(logits), into_contiguous(labels));
        let [rows, classes] = sides(&logits);
        let (losses, slopes) = (room(&logits, [rows]), room(&logits, [rows, classes]));
        run(ENTROPY, &[&logits, &labels, &losses, &slopes], &counts([rows, classes]), rows);
        (losses, slopes)
    }

    fn adam(
        w: FloatTensor<Self>,
        g: FloatTensor<Self>,
        m: FloatTensor<Self>,
        v: FloatTensor<Self>,
        numbers: Adam,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        // Whoever else holds a tensor keeps its numbers.
        let [w, m, v] = [w, m, v].map(into_contiguous).map(|own| if own.can_mut() { own } else { own.copy() });
        let g = into_contiguous(g);
        let count = w.meta.num_elements();
        let Adam { keep, fade, scale, epsilon, pull, shrink } = numbers;
        let reals = [keep, fade, scale, epsilon, pull, shrink].map(|number| (number as f32).to_bits());
        run(ADAM, &[&w, &g, &m, &v], &[&counts([count])[..], &reals].concat(), count);
        (w, m, v)
    }
}
