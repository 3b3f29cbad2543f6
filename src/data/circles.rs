//! Circles: one within another.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point, numbered, of_classes};
use super::{DataSet, Making, Samples};

/// Classes, unless the knob says otherwise.
const CLASSES: u8 = 2;
/// Deviation on each axis.
const SPREAD: f64 = 0.03;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    let card = plane::card(
        "circles",
        text("Circles", "同心圆"),
        text("One circle within another, with nothing between them.", "一个圆套着另一个圆，圆与圆之间是空的。"),
        numbered("circle", "圆", 6),
        None,
        listed(
            "Made from the random seed, after scikit-learn's make_circles.",
            "由随机种子生成，定义依照 scikit-learn 的 make_circles。",
        ),
    );
    of_classes(card, CLASSES)
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// `sklearn.datasets.make_circles`, whose angles are evenly spaced where these are drawn; of n circles the
/// innermost has the radius 1 / n, which for two is its 0.5.
fn sample(chance: &mut Chance) -> Point {
    let classes = chance.classes(CLASSES);
    let (circle, angle) = (chance.below(classes), chance.within(0.0, std::f64::consts::TAU));
    let radius = 1.0 - f64::from(circle) / f64::from(classes);
    (chance.near([radius * angle.cos(), radius * angle.sin()], SPREAD), circle)
}
