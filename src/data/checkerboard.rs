//! Checkerboard: eight squares of sixteen, evenly filled, in two to six classes.

use crate::protocol::{DataCard, Split, text};

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

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    let mut card = plane::card(
        "checkerboard",
        text("Checkerboard", "棋盘格"),
        text(
            "Eight evenly filled squares with sharp edges; those that meet at a corner are of different classes.",
            "八个均匀填充、边缘锐利的方块；在角上相接的方块属于不同类别。",
        ),
        numbered("colour", "颜色", 6),
        None,
        text(
            "Made from the random seed, after Grathwohl et al., FFJORD, ICLR 2019.",
            "由随机种子生成，定义依照 Grathwohl 等（FFJORD，ICLR 2019）。",
        ),
    );
    // Its edges are sharp: there is no noise that could be scaled.
    card.knobs.retain(|knob| knob.name != "noise");
    of_classes(card, CLASSES)
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// The checkerboard of W. Grathwohl et al., FFJORD, ICLR 2019, section 4.1, scaled to reach from -1 to 1.
fn sample(chance: &mut Chance) -> Point {
    let square = chance.below(SIDE * SIDE / 2);
    let row = square / (SIDE / 2);
    let column = 2 * (square % (SIDE / 2)) + row % 2;
    let place = [column, row].map(|at| 2.0 * (f64::from(at) + chance.share()) / f64::from(SIDE) - 1.0);
    let colours = COLOURS[usize::from(chance.classes(CLASSES).clamp(2, 6)) - 2];
    (place, colours[usize::from(square)])
}
