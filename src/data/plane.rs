//! What sets of points in the plane share: samples of chance of their own, knobs, and most of a card.

use std::borrow::Cow;

use crate::protocol::{DataCard, Knob, Modes, Range, Split, Text, Value, listed, text};

pub(super) use super::chance::Chance;
use super::chance::each;
use super::{DataSet, Making, Samples, Values, knob};

/// Training samples of each set, unless its knob says otherwise.
const TRAIN: u32 = 10_000;
/// Per cent of all samples that these are. There are then as many test samples as Srivastava et al. (VEEGAN, NIPS 2017) hold a
/// generator's samples against: 2,500.
const SHARE: u32 = 80;
/// Of more test samples an accuracy would be no truer, but a pause would be felt.
const MOST: u32 = 20_000;

/// The least noise that widens modes: at 0 they are points, which no generator meets.
const LEAST: f64 = 0.1;

/// A sample: x to the right, y upwards, and its class.
pub(super) type Point = ([f64; 2], u8);

/// One half of a set, each sample by `sample` from chance of its own: `values` are `[count, 2, 1, 1]`.
pub(super) fn samples(making: &Making, split: Split, sample: impl Fn(&mut Chance) -> Point) -> Samples {
    let [train, test] = halves(making);
    let count = if split == Split::Train { train } else { test };
    let (noise, classes) = (making.noise(), classes(making));
    let (mut values, mut labels) = (Vec::with_capacity(2 * count as usize), Vec::with_capacity(count as usize));
    for chance in each(making.seed, split, count) {
        let (place, class) = sample(&mut Chance { noise, classes, ..chance });
        values.extend(place.map(|number| number as f32));
        labels.push(class);
    }
    Samples { values: Values::Reals(values), labels }
}

/// A row of the catalogue.
pub(super) const fn set(card: fn() -> DataCard, make: fn(&Making, Split) -> Samples) -> DataSet {
    DataSet::made(card, make, as_made, 0.0)
}

/// The card with as many samples as are made, and modes as wide as they are made.
fn as_made(card: DataCard, making: &Making) -> DataCard {
    let spread = making.noise().max(LEAST) as f32;
    let modes = card.modes.map(|modes| Modes { spread: spread * modes.spread, ..modes });
    let [train, test] = halves(making);
    DataCard { train, test, modes, ..card }.counted(&making.knobs)
}

fn classes(making: &Making) -> Option<u8> {
    making.whole("classes").map(|count| count as u8)
}

/// Samples for training and for testing: as many of the latter as make the former their share of all.
fn halves(making: &Making) -> [u32; 2] {
    let train = making.count(TRAIN);
    [train, tested(train, making.share(SHARE))]
}

/// Test samples beside `train` training samples that are `share` per cent of all, or [`MOST`].
const fn tested(train: u32, share: u32) -> u32 {
    let count = (train * (100 - share) + share / 2) / share;
    if count < MOST { count } else { MOST }
}

/// A card of as many classes as a knob says, from 2 to all that it names.
pub(super) fn of_classes(mut card: DataCard, default: u8) -> DataCard {
    card.knobs.push(knob(
        "classes",
        [
            text("Classes", "类别数"),
            text("How many kinds of points there are to tell apart.", "需要区分的点有多少类。"),
        ],
        Range::Whole { min: 2, max: card.classes.len() as i64, log: false },
        Value::Whole(default.into()),
        false,
    ));
    card
}

fn knobs() -> Vec<Knob> {
    vec![
        knob(
            "noise",
            [
                text("Noise", "噪声"),
                listed(
                    "How wide the points scatter, where 1 is as the set is defined and 0 leaves its bare shape. They move while the model trains on.",
                    "数据点散布的宽度：1 为数据集原本的定义，0 只剩形状本身。训练不中断，数据点随之移动。",
                ),
            ],
            Range::Real { min: 0.0, max: 5.0, log: false },
            Value::Real(1.0),
            true,
        ),
        knob(
            "count",
            [
                text("Training points", "训练点数"),
                listed(
                    "How many points the model learns from; with few it can learn them by heart.",
                    "模型从多少个点中学习；太少时，模型可能只是把它们背下来。",
                ),
            ],
            Range::Whole { min: 100, max: 20_000, log: true },
            Value::Whole(TRAIN.into()),
            false,
        ),
        share(
            SHARE,
            listed(
                "How many of all points are training points, in per cent: the less, the more others there are to test on.",
                "训练点占全部数据点的百分之多少：占比越小，用于测试的其他点就越多。",
            ),
        ),
    ]
}

/// The knob that parts the samples of a set.
pub(super) fn share(default: u32, help: Text) -> Knob {
    knob(
        "train-share",
        [text("Training share (%)", "训练集占比（%）"), help],
        Range::Whole { min: 10, max: 90, log: false },
        Value::Whole(default.into()),
        false,
    )
}

/// A card; `attribution` says where the set is defined.
pub(super) fn card(
    name: &'static str,
    title: Text,
    blurb: Text,
    classes: Vec<Text>,
    modes: Option<Modes>,
    attribution: Text,
) -> DataCard {
    DataCard {
        name: Cow::Borrowed(name),
        title,
        blurb,
        shape: [2, 1, 1],
        apart: None,
        classes,
        train: TRAIN,
        test: tested(TRAIN, SHARE),
        attribution,
        drawable: false,
        judged: false,
        modes,
        knobs: knobs(),
    }
}

/// A place of the plane on a pad that reaches from minus `reach` to `reach`.
pub(super) fn share_of([x, y]: [f64; 2], reach: f64) -> [f32; 2] {
    [(x / reach + 1.0) / 2.0, (1.0 - y / reach) / 2.0].map(|share| share as f32)
}

/// A place of that pad in the plane.
pub(super) fn place([x, y]: [f32; 2], reach: f64) -> [f64; 2] {
    [(2.0 * f64::from(x) - 1.0) * reach, (1.0 - 2.0 * f64::from(y)) * reach]
}

/// Names of `count` classes that differ by their number alone.
pub(super) fn numbered(en: &str, zh: &str, count: u8) -> Vec<Text> {
    (1..=count).map(|at| Text { en: format!("{en} {at}").into(), zh: format!("{zh} {at}").into() }).collect()
}

/// The names of an outer and an inner part.
pub(super) fn outer_and_inner() -> Vec<Text> {
    vec![text("outer", "外侧"), text("inner", "内侧")]
}
