//! Fashion-MNIST: 30,000 articles of clothing, 28x28, grey.

use std::borrow::Cow;

use crate::protocol::{ChunkCause, DataCard, Text, listed, text};

use super::augment;
use super::{Chunk, DataSet, Samples, Source};

const SIDE: usize = 28;

/// The catalogue's row.
pub static SET: DataSet = DataSet {
    card,
    source: Source::Chunks { folder: "assets/data/fashion", list, parse },
    prepare: super::undrawable,
    paper: 0.0,
    shipped: None,
};

fn card() -> DataCard {
    DataCard {
        name: Cow::Borrowed("fashion"),
        title: text("Fashion-MNIST", "Fashion-MNIST 服饰"),
        blurb: listed(
            "30,000 photographs of clothes, of the size and number of classes of MNIST and much harder to tell apart.",
            "三万张服饰照片，尺寸和类别数与 MNIST 相同，却难区分得多。",
        ),
        shape: [1, 28, 28],
        apart: Some(134.0),
        classes: vec![
            text("T-shirt", "T 恤"),
            text("trousers", "裤子"),
            text("pullover", "套头衫"),
            text("dress", "连衣裙"),
            text("coat", "外套"),
            text("sandal", "凉鞋"),
            text("shirt", "衬衫"),
            text("sneaker", "运动鞋"),
            text("bag", "包"),
            text("ankle boot", "短靴"),
        ],
        train: 20_000,
        test: 10_000,
        attribution: ATTRIBUTION,
        drawable: false,
        judged: false,
        modes: None,
        knobs: augment::knobs(true),
    }
}

const ATTRIBUTION: Text = listed(
    "Fashion-MNIST by Zalando SE (Han Xiao, Kashif Rasul and Roland Vollgraf), MIT licence; a third of its training pictures and all test pictures.",
    "Fashion-MNIST 由 Zalando SE（Han Xiao、Kashif Rasul 与 Roland Vollgraf）制作；许可协议：MIT；这里使用三分之一的训练图片和全部测试图片。",
);

fn list() -> Vec<Chunk> {
    super::listed(include_str!("../../assets/data/fashion/chunks.txt"))
}

fn parse(chunk: &Chunk, bytes: Vec<u8>) -> Result<Samples, ChunkCause> {
    super::plain(chunk, bytes, SIDE * SIDE, 10)
}
