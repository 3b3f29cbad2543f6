//! Spirals: arms of three turns each, wound into each other.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point, numbered, of_classes};
use super::{DataSet, Making, Samples};

/// Classes, unless the knob says otherwise.
const CLASSES: u8 = 2;
/// Deviation on each axis.
const SPREAD: f64 = 0.01;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    let card = plane::card(
        "spirals",
        text("Spirals", "螺旋"),
        listed(
            "Arms wound into each other three times: hard for every small network since 1988.",
            "相互缠绕三圈的旋臂：自 1988 年以来就是小网络的难题。",
        ),
        numbered("arm", "旋臂", 6),
        None,
        listed(
            "Made from the random seed, after Lang and Witbrock, Connectionist Models Summer School, 1988.",
            "由随机种子生成，定义依照 Lang 与 Witbrock（Connectionist Models Summer School，1988）。",
        ),
    );
    of_classes(card, CLASSES)
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// K. J. Lang and M. J. Witbrock, Learning to tell two spirals apart, Proceedings of the 1988 Connectionist Models Summer
/// School: point i of 0 to 96 lies at the angle i pi / 16 and the radius 6.5 (104 - i) / 104, here over 6.5; the other arm
/// lies opposite, and more than two divide the circle evenly. Here i is drawn, and need not be whole.
fn sample(chance: &mut Chance) -> Point {
    let classes = chance.classes(CLASSES);
    let (arm, at) = (chance.below(classes), chance.within(0.0, 96.0));
    let turned = std::f64::consts::TAU * f64::from(arm) / f64::from(classes);
    let (angle, radius) = (at * std::f64::consts::PI / 16.0 + turned, (104.0 - at) / 104.0);
    (chance.near([radius * angle.sin(), radius * angle.cos()], SPREAD), arm)
}
