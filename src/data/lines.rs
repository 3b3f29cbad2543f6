//! Lines: two that lie side by side.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point};
use super::{DataSet, Making, Samples};

/// How far each lies above or below the middle.
const AWAY: f64 = 0.35;
/// How steep both are.
const SLOPE: f64 = 0.5;
/// Deviation on each axis.
const SPREAD: f64 = 0.02;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    plane::card(
        "lines",
        text("Two lines", "两条线"),
        listed(
            "Two parallel lines: the simplest set that no continuous generator can make without a bridge.",
            "两条平行线：最简单的、连续生成器若不搭“桥”就无法生成的数据。",
        ),
        vec![text("upper line", "上线"), text("lower line", "下线")],
        None,
        text("Made from the random seed.", "由随机种子生成。"),
    )
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// The support has two parts and a continuous map of N(0, I) has one: between the two something must lie.
fn sample(chance: &mut Chance) -> Point {
    let (line, x) = (chance.below(2), chance.within(-0.9, 0.9));
    let away = if line == 0 { AWAY } else { -AWAY };
    (chance.near([x, SLOPE * x + away], SPREAD), line)
}
