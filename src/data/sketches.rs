//! Quick, Draw!: 2,700 sketches of 27 things, 28x28, grey.

use std::borrow::Cow;

use crate::protocol::{ChunkCause, DataCard, Stroke, Text, listed, text};

use super::augment;
use super::drawing::{self, Brush, Centre, Scan};
use super::{Chunk, DataSet, Samples, Source};

const SIDE: usize = 28;

/// What the makers of the set did to people's strokes: fitted into a square, simplified, and drawn anew with lines of one
/// weight; packing then brought the box around the ink into the middle.
///
/// Measured on the 2,160 training sketches: the longer side of the ink is 28 pixels in all but two. Of the 133,000 rows
/// and columns of ink that are two pixels wide, which is what a line leaves there, more than half sum to 1.0 pixels,
/// whatever the line's slope; more sums come from corners.
const SCAN: Scan = Scan { side: SIDE, boxed: 28.0, centre: Centre::Box, pen: (1.0, 1.0), brush: Brush::Wu };

/// The catalogue's row.
pub static SET: DataSet = DataSet {
    card,
    source: Source::Chunks { folder: "assets/data/sketches", list, parse },
    prepare,
    paper: 0.0,
    shipped: None,
};

fn card() -> DataCard {
    DataCard {
        name: Cow::Borrowed("sketches"),
        title: text("Quick, Draw! sketches", "Quick, Draw! 涂鸦"),
        blurb: listed(
            "2,700 sketches of 27 things, each drawn in under 20 seconds; with 80 of a kind to learn from, models overfit soon.",
            "27 种事物的 2,700 幅涂鸦，每幅都在 20 秒内画成；每类只有 80 幅可供学习，模型很快就会过拟合。",
        ),
        shape: [1, 28, 28],
        apart: Some(146.0),
        classes: CLASSES.to_vec(),
        train: 2160,
        test: 540,
        attribution: ATTRIBUTION,
        drawable: true,
        judged: false,
        modes: None,
        knobs: augment::knobs(true),
    }
}

const CLASSES: [Text; 27] = [
    text("airplane", "飞机"),
    text("apple", "苹果"),
    text("banana", "香蕉"),
    text("bee", "蜜蜂"),
    text("bicycle", "自行车"),
    text("bird", "鸟"),
    text("butterfly", "蝴蝶"),
    text("car", "汽车"),
    text("cat", "猫"),
    text("clock", "钟"),
    text("cup", "杯子"),
    text("dog", "狗"),
    text("fish", "鱼"),
    text("flower", "花"),
    text("guitar", "吉他"),
    text("house", "房子"),
    text("ice cream", "冰淇淋"),
    text("key", "钥匙"),
    text("moon", "月亮"),
    text("mushroom", "蘑菇"),
    text("pizza", "披萨"),
    text("star", "星星"),
    text("sun", "太阳"),
    text("tree", "树"),
    text("umbrella", "雨伞"),
    text("whale", "鲸"),
    text("Eiffel Tower", "埃菲尔铁塔"),
];

const ATTRIBUTION: Text = listed(
    "The Quick, Draw! dataset by Google; CC BY 4.0; a part of it, at 28x28 and centred.",
    "Quick, Draw! 数据集由 Google 制作；许可协议：CC BY 4.0；这里使用其中一部分，缩放到 28×28 并居中。",
);

fn list() -> Vec<Chunk> {
    super::listed(include_str!("../../assets/data/sketches/chunks.txt"))
}

fn parse(chunk: &Chunk, bytes: Vec<u8>) -> Result<Samples, ChunkCause> {
    super::plain(chunk, bytes, SIDE * SIDE, CLASSES.len() as u8)
}

fn prepare(strokes: &[Stroke], prepared: bool) -> Option<Vec<f32>> {
    if prepared { drawing::prepared(strokes, &SCAN) } else { drawing::raw(strokes, SIDE) }
}
