//! Circles: one within the other.

use crate::protocol::{DataCard, Split, text};

use super::plane::{self, Chance, Point, outer_and_inner};
use super::{DataSet, Making, Samples};

/// The inner radius; the outer one is 1.
const INNER: f64 = 0.5;
/// Deviation on each axis.
const SPREAD: f64 = 0.03;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    plane::card(
        "circles",
        text("Two circles", "同心圆"),
        text("One circle within another, with nothing between the two.", "一个圆套着另一个圆，两者之间是空的。"),
        outer_and_inner(),
        None,
        text(
            "Made from the random seed, after scikit-learn's make_circles.",
            "由随机种子生成，定义依照 scikit-learn 的 make_circles。",
        ),
    )
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// `sklearn.datasets.make_circles`, whose angles are evenly spaced where these are drawn.
fn sample(chance: &mut Chance) -> Point {
    let (circle, angle) = (chance.below(2), chance.within(0.0, std::f64::consts::TAU));
    let radius = if circle == 0 { 1.0 } else { INNER };
    (chance.near([radius * angle.cos(), radius * angle.sin()], SPREAD), circle)
}
