//! Emoji: 1,871 of them as two vendors draw them, 32x32, in colour, by Unicode's categories.

use std::borrow::Cow;

use crate::protocol::{ChunkCause, DataCard, Text, listed, text};

use super::augment;
use super::{Chunk, DataSet, Samples, Source};

const SIDE: usize = 32;

/// The catalogue's row.
pub static SET: DataSet = DataSet {
    card,
    source: Source::Chunks { folder: "assets/data/emoji", list, parse },
    prepare: super::undrawable,
    paper: 1.0,
    shipped: None,
};

fn card() -> DataCard {
    DataCard {
        name: Cow::Borrowed("emoji"),
        title: text("Emoji", "表情符号 Emoji"),
        blurb: listed(
            "1,871 emoji in colour, each as Google and as Twitter draw it; no emoji of the test half is among those to learn from.",
            "1,871 个彩色表情符号，各有 Google 与 Twitter 两种画法；测试用的表情符号都没有出现在训练集中。",
        ),
        shape: [3, 32, 32],
        apart: Some(443.0),
        classes: CLASSES.to_vec(),
        train: 3004,
        test: 738,
        attribution: ATTRIBUTION,
        drawable: false,
        judged: false,
        modes: None,
        knobs: augment::knobs(true),
    }
}

const CLASSES: [Text; 9] = [
    text("smileys", "笑脸与情感"),
    text("people", "人物与身体"),
    text("animals and nature", "动物与自然"),
    text("food", "食物"),
    text("travel and places", "旅行与地点"),
    text("activities", "活动"),
    text("objects", "物品"),
    text("symbols", "符号"),
    text("flags", "旗帜"),
];

const ATTRIBUTION: Text = listed(
    "Noto Emoji by Google, Apache-2.0; Twemoji by Twitter, Inc and other contributors, CC BY 4.0; both at 32x32 and laid on white.",
    "Noto Emoji 由 Google 制作，许可协议：Apache-2.0；Twemoji 由 Twitter, Inc 及其他贡献者制作，许可协议：CC BY 4.0；均缩小到 32×32 并置于白底。",
);

fn list() -> Vec<Chunk> {
    super::listed(include_str!("../../assets/data/emoji/chunks.txt"))
}

fn parse(chunk: &Chunk, bytes: Vec<u8>) -> Result<Samples, ChunkCause> {
    super::plain(chunk, bytes, 3 * SIDE * SIDE, CLASSES.len() as u8)
}
