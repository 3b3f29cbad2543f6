//! Swiss roll: one band, rolled up one and a half times.

use crate::protocol::{DataCard, Split, listed, text};

use super::plane::{self, Chance, Point, outer_and_inner};
use super::{DataSet, Making, Samples};

/// Deviation on each axis, before scaling (as Gulrajani et al., Improved training of Wasserstein GANs, NIPS 2017).
const SPREAD: f64 = 0.25;
/// What coordinates are divided by: the roll ends at 4.5 pi.
const SCALE: f64 = 15.0;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    plane::card(
        "swissroll",
        text("Swiss roll", "瑞士卷"),
        listed(
            "One band, rolled up one and a half times: a single connected curve with a gap between its turns.",
            "一条卷了一圈半的带子：一条连通的曲线，圈与圈之间留有空隙。",
        ),
        outer_and_inner(),
        None,
        listed(
            "Made from the random seed, after scikit-learn's make_swiss_roll.",
            "由随机种子生成，定义依照 scikit-learn 的 make_swiss_roll。",
        ),
    )
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

/// The two coordinates of `sklearn.datasets.make_swiss_roll` in which it is rolled; the outer half of the angles is one
/// class, the inner one the other.
fn sample(chance: &mut Chance) -> Point {
    let share = chance.share();
    let angle = 1.5 * std::f64::consts::PI * (1.0 + 2.0 * share);
    let place = chance.near([angle * angle.cos(), angle * angle.sin()], SPREAD);
    (place.map(|number| number / SCALE), u8::from(share < 0.5))
}
