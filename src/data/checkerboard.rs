//! Checkerboard: eight squares of sixteen, evenly filled, in two to six classes.

use crate::protocol::{DataCard, Split, Value, listed, text};

use super::plane::{self, Chance, Point, numbered, of_classes};
use super::{DataSet, Making, Samples};

/// Squares in a row of the board, every second one filled.
const SIDE: u8 = 4;
/// Classes, unless the knob says otherwise.
const CLASSES: u8 = 2;
/// For two classes and up: those of the filled squares, by rows from below. Squares that meet at a corner are of two classes.
const COLOURS: [[u8; 8]; 5] = [
    [0, 0, 1, 1, 0, 0, 1, 1],
    [0, 0, 2, 2, 1, 1, 0, 2],
    [0, 1, 2, 3, 0, 1, 2, 3],
    [0, 1, 2, 3, 4, 0, 1, 2],
    [0, 1, 2, 3, 4, 5, 0, 1],
];

/// Without a word of the reader's there is no noise.
const SHARP: Value = Value::Real(0.0);
/// The deviation of noise 1.
const SPREAD: f64 = 0.05;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    let mut card = plane::card(
        "checkerboard",
        text("Checkerboard", "棋盘格"),
        listed(
            "Eight evenly filled squares with sharp edges; those that meet at a corner are of different classes.",
            "八个均匀填充、边缘锐利的方块；在角上相接的方块属于不同类别。",
        ),
        numbered("colour", "颜色", 6),
        None,
        listed(
            "Made from the random seed, after Grathwohl et al., FFJORD, ICLR 2019.",
            "由随机种子生成，定义依照 Grathwohl 等（FFJORD，ICLR 2019）。",
        ),
    );
    for knob in card.knobs.iter_mut().filter(|knob| knob.name == "noise") {
        knob.help = listed(
            "How far points stray from their squares: at 0 the edges are sharp, as the set is defined, and at 1 they are as wide as a tenth of a square. They move while the model trains on.",
            "数据点偏离方块的程度：0 时边缘锐利，即数据集原本的定义；1 时边缘约宽方块的十分之一。训练不中断，数据点随之移动。",
        );
        knob.default = SHARP;
    }
    of_classes(card, CLASSES)
}

fn make(making: &Making, split: Split) -> Samples {
    // What stands first holds.
    let knobs = making.knobs.iter().cloned().chain([("noise".to_owned(), SHARP)]).collect();
    plane::samples(&Making { knobs, ..making.clone() }, split, sample)
}

/// The checkerboard of W. Grathwohl et al., FFJORD, ICLR 2019, section 4.1, scaled to reach from -1 to 1.
fn sample(chance: &mut Chance) -> Point {
    let square = chance.below(SIDE * SIDE / 2);
    let row = square / (SIDE / 2);
    let column = 2 * (square % (SIDE / 2)) + row % 2;
    let place = [column, row].map(|at| 2.0 * (f64::from(at) + chance.share()) / f64::from(SIDE) - 1.0);
    let colours = COLOURS[usize::from(chance.classes(CLASSES).clamp(2, 6)) - 2];
    (chance.near(place, SPREAD), colours[usize::from(square)])
}
