//! Blobs: round clouds on a circle, which straight lines part.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point, numbered, of_classes};
use super::{DataSet, Making, Samples};

/// Classes, unless the knob says otherwise.
const CLASSES: u8 = 3;
/// How far from the middle the clouds lie.
const RADIUS: f64 = 0.7;
/// Deviation on each axis: neighbours among three or four clouds barely touch.
const SPREAD: f64 = 0.16;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    let card = plane::card(
        "blobs",
        text("Blobs", "点团"),
        listed(
            "Round clouds on a circle: straight lines part them, and where they overlap nobody can.",
            "圆周上的圆形点团：直线即可分开，而重叠之处谁也分不开。",
        ),
        numbered("blob", "点团", 6),
        None,
        listed(
            "Made from the random seed, in the manner of scikit-learn's make_blobs.",
            "由随机种子生成，方式同 scikit-learn 的 make_blobs。",
        ),
    );
    of_classes(card, CLASSES)
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// Equal isotropic Gaussians, as `sklearn.datasets.make_blobs` has them, around the corners of a regular polygon.
fn sample(chance: &mut Chance) -> Point {
    let classes = chance.classes(CLASSES);
    let blob = chance.below(classes);
    let angle = std::f64::consts::TAU * (f64::from(blob) / f64::from(classes) + 0.25);
    (chance.near([RADIUS * angle.cos(), RADIUS * angle.sin()], SPREAD), blob)
}
