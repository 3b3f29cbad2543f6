//! MNIST-1D: ten shapes of a few points, stretched, shifted, tilted and hidden in noise: 40 numbers a sample.

use std::borrow::Cow;

use super::chance::{Chance, each};
use super::{DataSet, Making, SPAN, Samples, Values, knob};
use crate::protocol::{DataCard, Knob, Range, Split, Text, Value, listed, text};

/// Numbers in a sample.
const LENGTH: usize = 40;
/// Training samples, unless the knob says otherwise.
const TRAIN: u32 = 4000;
const TEST: u32 = 1000;

// The procedure of S. Greydanus and D. Kobak, Scaling down deep learning with MNIST-1D, ICML 2024, section 2, with the
// numbers that its program has in `get_dataset_args`.

/// Points of a shape.
const POINTS: usize = 12;
/// Points of a shape with its padding, once it is stretched.
const STRETCHED: usize = 72;
/// The fewest zeros behind a shape.
const LEAST: u8 = 36;
/// How many numbers of zeros there may be, from the fewest on.
const PADDINGS: u8 = 25;
/// A shape may be so much higher or lower, as a share.
const SCALE: f64 = 0.2;
/// Numbers of places by which it may move to the right; what leaves there comes in on the left.
const SHIFTS: u8 = 48;
/// Deviation of the noise where no shape is, before it is smoothed.
const AROUND: f64 = 0.25;
/// Deviation of the noise everywhere.
const EVERYWHERE: f64 = 0.02;
/// Deviation of the Gaussian that smooths.
const SMOOTH: f64 = 2.0;
/// It is cut off behind so many places.
const REACH: i32 = 8;
/// How far the ends may go apart by tilting, over two.
const TILT: f64 = 0.375;

/// The standard deviation of all numbers of 50,000 samples, by which the original divides, whose mean is 0. Of 10,000 numbers
/// one lies more than [`SPAN`] of them away, and is moved there.
const DEVIATION: f64 = 0.155;

/// The shapes, drawn as digits are written.
const SHAPES: [[f64; POINTS]; 10] = [
    [5.0, 6.0, 6.5, 6.75, 7.0, 7.0, 7.0, 7.0, 6.75, 6.5, 6.0, 5.0],
    [5.0, 3.0, 3.0, 3.4, 3.8, 4.2, 4.6, 5.0, 5.4, 5.8, 5.0, 5.0],
    [5.0, 6.0, 6.5, 6.5, 6.0, 5.25, 4.75, 4.0, 3.5, 3.5, 4.0, 5.0],
    [5.0, 6.0, 6.5, 6.5, 6.0, 5.0, 5.0, 6.0, 6.5, 6.5, 6.0, 5.0],
    [5.0, 4.4, 3.8, 3.2, 2.6, 2.6, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0],
    [5.0, 3.0, 3.0, 3.0, 3.0, 5.0, 6.0, 6.5, 6.5, 6.0, 4.5, 5.0],
    [5.0, 4.0, 3.5, 3.25, 3.0, 3.0, 3.0, 3.0, 3.25, 3.5, 4.0, 5.0],
    [5.0, 7.0, 7.0, 6.6, 6.2, 5.8, 5.4, 5.0, 4.6, 4.2, 5.0, 5.0],
    [5.0, 4.0, 3.5, 3.5, 4.0, 5.0, 5.0, 4.0, 3.5, 3.5, 4.0, 5.0],
    [5.0, 4.0, 3.5, 3.5, 4.0, 5.0, 5.0, 5.0, 5.0, 4.7, 4.3, 5.0],
];

/// The catalogue's row.
pub static SET: DataSet = DataSet::made(card, make, as_made, 0.5);

fn card() -> DataCard {
    DataCard {
        name: Cow::Borrowed("mnist1d"),
        title: text("MNIST-1D", "MNIST-1D 一维信号"),
        blurb: listed(
            "Ten shapes in signals of 40 numbers, stretched, shifted, tilted and hidden in noise: learnt in seconds, and models differ by far more than on MNIST.",
            "长度为 40 的信号中藏着十种形状，经过拉伸、平移、倾斜并淹没在噪声里：几秒即可学完，而模型之间的差距远大于 MNIST。",
        ),
        shape: [1, 1, LENGTH as u32],
        apart: Some(74.0),
        classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map(|digit| text(digit, digit)).to_vec(),
        train: TRAIN,
        test: TEST,
        attribution: ATTRIBUTION,
        drawable: false,
        judged: false,
        modes: None,
        knobs: knobs(),
    }
}

const ATTRIBUTION: Text = listed(
    "Made from the random seed, after Greydanus and Kobak, Scaling down deep learning with MNIST-1D, ICML 2024.",
    "由随机种子生成，定义依照 Greydanus 与 Kobak（Scaling down deep learning with MNIST-1D，ICML 2024）。",
);

fn knobs() -> Vec<Knob> {
    vec![
        knob(
            "noise",
            [
                text("Noise", "噪声"),
                listed(
                    "How strong the noise is, where 1 is as the set is defined. The signals change while the model trains on.",
                    "噪声的强度：1 为数据集原本的定义。训练不中断，信号随之改变。",
                ),
            ],
            Range::Real { min: 0.0, max: 5.0, log: false },
            Value::Real(1.0),
            true,
        ),
        knob(
            "count",
            [
                text("Training signals", "训练信号数"),
                listed(
                    "How many signals the model learns from; with few it learns them by heart.",
                    "模型从多少条信号中学习；太少时，模型只是把它们背下来。",
                ),
            ],
            Range::Whole { min: 100, max: 20_000, log: true },
            Value::Whole(TRAIN.into()),
            false,
        ),
        knob(
            "shuffled",
            [
                text("Shuffled places", "打乱位置"),
                listed(
                    "Puts the 40 numbers of every signal into one other order: a convolution loses its neighbours and most of its lead, and a perceptron loses nothing.",
                    "把每条信号的 40 个数按同一种新顺序排列：卷积失去相邻关系，领先优势大半消失；多层感知机毫无损失。",
                ),
            ],
            Range::Switch,
            Value::Switch(false),
            false,
        ),
    ]
}

fn as_made(card: DataCard, making: &Making) -> DataCard {
    DataCard { train: making.count(TRAIN), ..card }
}

fn make(making: &Making, split: Split) -> Samples {
    let count = if split == Split::Train { making.count(TRAIN) } else { TEST };
    let shuffled = making.value("shuffled") == Some(&Value::Switch(true));
    let order = shuffled.then(|| Chance::of_all(making.seed).order(LENGTH));
    let shapes = SHAPES.map(whitened);
    let (mut values, mut labels) = (Vec::with_capacity(LENGTH * count as usize), Vec::with_capacity(count as usize));
    for chance in each(making.seed, split, count) {
        let mut chance = Chance { noise: making.noise(), ..chance };
        let class = chance.below(SHAPES.len() as u8);
        let signal = signal(&shapes[usize::from(class)], &mut chance);
        match &order {
            Some(order) => values.extend(order.iter().map(|at| signal[*at])),
            None => values.extend(signal),
        }
        labels.push(class);
    }
    Samples { values: Values::Bytes(values), labels }
}

/// A shape of mean 0 and variance 1, over 6, then moved to begin and end at 0.
fn whitened(shape: [f64; POINTS]) -> [f64; POINTS] {
    let mean = shape.iter().sum::<f64>() / POINTS as f64;
    let deviation = (shape.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / POINTS as f64).sqrt();
    shape.map(|value| (value - shape[0]) / deviation / 6.0)
}

/// A sample, as bytes.
fn signal(shape: &[f64; POINTS], chance: &mut Chance) -> [u8; LENGTH] {
    let padded = POINTS + usize::from(LEAST + chance.below(PADDINGS));
    let scale = chance.within(1.0 - SCALE, 1.0 + SCALE);
    let shift = usize::from(chance.below(SHIFTS));
    let tilt = chance.within(-TILT, TILT);
    let smooth = smoothed(&gauss(chance, AROUND));
    let noise = gauss(chance, EVERYWHERE);
    let tilted: [f64; STRETCHED] = std::array::from_fn(|at| {
        let from = (at + STRETCHED - shift) % STRETCHED;
        let place = (from * (padded - 1)) as f64 / (STRETCHED - 1) as f64;
        let value = if place < POINTS as f64 { scale * between(shape, place) } else { smooth[at] };
        value + noise[at] - tilt * (at as f64 / (STRETCHED - 1) as f64 - 0.5)
    });
    std::array::from_fn(|at| {
        let value = between(&tilted, (at * (STRETCHED - 1)) as f64 / (LENGTH - 1) as f64);
        let share = 0.5 + value / DEVIATION / (2.0 * f64::from(SPAN));
        (255.0 * share.clamp(0.0, 1.0)).round() as u8
    })
}

/// The value at a place between two, on a straight line; behind the last it is that one's.
fn between(values: &[f64], place: f64) -> f64 {
    let (at, last) = (place as usize, values.len() - 1);
    let [from, to] = [at.min(last), (at + 1).min(last)].map(|at| values[at]);
    from + (to - from) * place.fract()
}

fn gauss(chance: &mut Chance, spread: f64) -> [f64; STRETCHED] {
    let mut noise = [0.0; STRETCHED];
    noise.chunks_exact_mut(2).for_each(|pair| pair.copy_from_slice(&chance.gauss(spread)));
    noise
}

fn smoothed(noise: &[f64; STRETCHED]) -> [f64; STRETCHED] {
    let end = STRETCHED as i32;
    let weight = |by: i32| (-f64::from(by * by) / (2.0 * SMOOTH * SMOOTH)).exp();
    let all: f64 = (-REACH..=REACH).map(weight).sum();
    // The first one stands twice behind the mirror.
    let mirrored = |at: i32| if at < 0 { -at - 1 } else { at.min(2 * end - 1 - at) };
    std::array::from_fn(|at| {
        (-REACH..=REACH).map(|by| weight(by) / all * noise[mirrored(at as i32 + by) as usize]).sum()
    })
}
