//! Grid: twenty-five narrow Gaussians in rows and columns.

use crate::protocol::{DataCard, Modes, Split, listed, text};

use super::plane::{self, Chance, Point, numbered};
use super::{DataSet, Making, Samples};

/// Clouds in a row, and rows.
const SIDE: u8 = 5;
/// Their deviation on each axis, where they are 0.5 apart: Lin et al. (PacGAN, NeurIPS 2018, section 4.1) have them 2 apart
/// with a deviation of 0.05, which is the same four times as large.
const SPREAD: f64 = 0.0125;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    plane::card(
        "grid",
        text("Grid of 25 Gaussians", "网格排列的 25 个高斯"),
        listed(
            "Twenty-five small clouds in five rows; to cover them all is the classic test for mode collapse.",
            "五行五列共二十五个小点团；能否全部覆盖，是检验模式坍塌的经典题目。",
        ),
        numbered("cloud", "点团", SIDE * SIDE),
        Some(Modes {
            centres: (0..SIDE * SIDE).map(|mode| centre(mode).map(|number| number as f32)).collect(),
            spread: SPREAD as f32,
        }),
        listed(
            "Made from the random seed, after Srivastava et al., VEEGAN, NIPS 2017.",
            "由随机种子生成，定义依照 Srivastava 等（VEEGAN，NIPS 2017）。",
        ),
    )
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

fn centre(mode: u8) -> [f64; 2] {
    [mode % SIDE, mode / SIDE].map(|at| 2.0 * f64::from(at) / f64::from(SIDE - 1) - 1.0)
}

fn sample(chance: &mut Chance) -> Point {
    let mode = chance.below(SIDE * SIDE);
    (chance.near(centre(mode), SPREAD), mode)
}
