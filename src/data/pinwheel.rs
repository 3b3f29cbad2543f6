//! Pinwheel: arms, each a Gaussian that is bent.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point, numbered, of_classes};
use super::{DataSet, Making, Samples};

/// Classes, unless the knob says otherwise.
const CLASSES: u8 = 5;
/// Deviation along an arm, as Johnson et al. have it; so are the next two.
const ALONG: f64 = 0.3;
/// Deviation across it.
const ACROSS: f64 = 0.05;
/// How fast it bends.
const RATE: f64 = 0.25;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    let card = plane::card(
        "pinwheel",
        text("Pinwheel", "风车"),
        text("Bent arms around an empty middle.", "围绕空心的弯曲叶片。"),
        numbered("arm", "叶片", 6),
        None,
        listed(
            "Made from the random seed, after Johnson et al., Composing graphical models with neural networks, NIPS 2016.",
            "由随机种子生成，定义依照 Johnson 等（NIPS 2016）。",
        ),
    );
    of_classes(card, CLASSES)
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// `make_pinwheel_data` of M. Johnson et al., Composing graphical models with neural networks for structured
/// representations and fast inference, NIPS 2016, at half its size: a Gaussian around (1, 0), turned the more the farther
/// out.
fn sample(chance: &mut Chance) -> Point {
    let classes = chance.classes(CLASSES);
    let arm = chance.below(classes);
    let [along, across] = chance.gauss(1.0);
    let (x, y) = (1.0 + ALONG * along, ACROSS * across);
    let (sine, cosine) = (std::f64::consts::TAU * f64::from(arm) / f64::from(classes) + RATE * x.exp()).sin_cos();
    ([(cosine * x + sine * y) / 2.0, (cosine * y - sine * x) / 2.0], arm)
}
