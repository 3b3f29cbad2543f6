//! MNIST: 70,000 handwritten digits, 28x28, grey.

use std::borrow::Cow;

use crate::protocol::{ChunkCause, DataCard, Stroke, Text, listed, text};

use super::augment;
use super::drawing::{self, Brush, Centre, Scan};
use super::{Chunk, DataSet, Samples, Source};

const SIDE: usize = 28;

/// The preprocessing of LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE 1998,
/// section III.A: ink fitted into a 20x20 box, centred by mass in 28x28.
///
/// Measured on the 60,000 training pictures: the centres of mass lie within half a pixel of index 14, x and y alike.
/// Stroke weights, as twice the distance from the ridge of the ink to its edge at half darkness, median over each of
/// 3,000 pictures enlarged four times: 5 % are thinner than 1.6 pixels, 5 % thicker than 3.8, half thinner than 2.3.
const SCAN: Scan = Scan { side: SIDE, boxed: 20.0, centre: Centre::Mass(14.0), pen: (1.6, 3.8), brush: Brush::Round };

/// The catalogue's row.
pub static SET: DataSet = DataSet {
    card,
    source: Source::Chunks { folder: "assets/data/mnist", list, parse },
    prepare,
    paper: 0.0,
    shipped: Some("lenet-mnist.safetensors"),
};

fn card() -> DataCard {
    DataCard {
        name: Cow::Borrowed("mnist"),
        title: text("MNIST", "MNIST 手写数字"),
        blurb: listed(
            "70,000 handwritten digits, scanned, boxed and centred: the classic first task.",
            "七万张手写数字的扫描图，已缩放并居中，是最经典的入门任务。",
        ),
        shape: [1, 28, 28],
        apart: Some(105.0),
        classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map(|digit| text(digit, digit)).to_vec(),
        train: 60_000,
        test: 10_000,
        attribution: ATTRIBUTION,
        drawable: true,
        judged: false,
        modes: None,
        knobs: augment::knobs(false),
    }
}

const ATTRIBUTION: Text = listed(
    "MNIST by Yann LeCun, Corinna Cortes and Christopher J.C. Burges; CC BY-SA 3.0.",
    "MNIST 由 Yann LeCun、Corinna Cortes 与 Christopher J.C. Burges 制作；许可协议：CC BY-SA 3.0。",
);

fn list() -> Vec<Chunk> {
    super::listed(include_str!("../../assets/data/mnist/chunks.txt"))
}

fn parse(chunk: &Chunk, bytes: Vec<u8>) -> Result<Samples, ChunkCause> {
    super::plain(chunk, bytes, SIDE * SIDE, 10)
}

fn prepare(strokes: &[Stroke], prepared: bool) -> Option<Vec<f32>> {
    if prepared { drawing::prepared(strokes, &SCAN) } else { drawing::raw(strokes, SIDE) }
}
