//! XOR: four clouds, of which those in opposite corners belong together.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point};
use super::{DataSet, Making, Samples};

/// How far from either axis the clouds lie.
const AWAY: f64 = 0.55;
/// Deviation on each axis.
const SPREAD: f64 = 0.18;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    plane::card(
        "xor",
        text("XOR", "异或"),
        listed(
            "Opposite corners belong together: the problem that no single straight line solves.",
            "对角的点团同属一类：任何一条直线都无法解决的问题。",
        ),
        vec![text("signs alike", "同号"), text("signs unlike", "异号")],
        None,
        listed(
            "Made from the random seed, after Minsky and Papert, Perceptrons, 1969.",
            "由随机种子生成，问题出自 Minsky 与 Papert《感知机》（1969）。",
        ),
    )
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// The exclusive or of two signs (M. Minsky and S. Papert, Perceptrons, 1969), each made a Gaussian.
fn sample(chance: &mut Chance) -> Point {
    let (right, up) = (chance.below(2), chance.below(2));
    let side = |positive: u8| if positive == 1 { AWAY } else { -AWAY };
    (chance.near([side(right), side(up)], SPREAD), right ^ up)
}
