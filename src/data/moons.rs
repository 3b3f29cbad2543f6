//! Moons: two half circles that reach into each other.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point};
use super::{DataSet, Making, Samples};

/// Deviation on each axis, before scaling.
const SPREAD: f64 = 0.05;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    plane::card(
        "moons",
        text("Two moons", "双月"),
        listed(
            "Two half circles that reach into each other; no straight line parts them.",
            "两个相互嵌入的半圆；没有一条直线能把它们分开。",
        ),
        vec![text("upper moon", "上月"), text("lower moon", "下月")],
        None,
        listed(
            "Made from the random seed, after scikit-learn's make_moons.",
            "由随机种子生成，定义依照 scikit-learn 的 make_moons。",
        ),
    )
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// `sklearn.datasets.make_moons`, whose angles are evenly spaced where these are drawn; moved and scaled so that x
/// reaches from -1 to 1.
fn sample(chance: &mut Chance) -> Point {
    let (moon, angle) = (chance.below(2), chance.within(0.0, std::f64::consts::PI));
    let place = if moon == 0 { [angle.cos(), angle.sin()] } else { [1.0 - angle.cos(), 0.5 - angle.sin()] };
    let [x, y] = chance.near(place, SPREAD);
    ([(x - 0.5) / 1.5, (y - 0.25) / 1.5], moon)
}
