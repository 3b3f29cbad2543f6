//! Ring: eight narrow Gaussians on a circle, the first thing that a generator that collapses loses.

use crate::protocol::{DataCard, Modes, Split, listed, text};

use super::plane::{self, Chance, Point, numbered};
use super::{DataSet, Making, Samples};

/// Clouds.
const MODES: u8 = 8;
/// Their deviation on each axis, where the circle's radius is 1: as Metz et al. (Unrolled generative adversarial networks,
/// ICLR 2017, appendix A: radius 2, deviation 0.02) and Lin et al. (PacGAN, NeurIPS 2018, section 4.1) have it.
const SPREAD: f64 = 0.01;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    plane::card(
        "ring",
        text("Ring of 8 Gaussians", "环形排列的 8 个高斯"),
        listed(
            "Eight small clouds on a circle; a generator that collapses covers only some of them.",
            "圆周上的八个小点团；发生模式坍塌的生成器只能覆盖其中几个。",
        ),
        numbered("cloud", "点团", MODES),
        Some(Modes {
            centres: (0..MODES).map(|mode| centre(mode).map(|number| number as f32)).collect(),
            spread: SPREAD as f32,
        }),
        listed(
            "Made from the random seed, after Srivastava et al., VEEGAN, NIPS 2017, and Metz et al., ICLR 2017.",
            "由随机种子生成，定义依照 Srivastava 等（VEEGAN，NIPS 2017）与 Metz 等（ICLR 2017）。",
        ),
    )
}

fn make(making: &Making, split: Split) -> Samples {
    plane::samples(making, split, sample)
}

fn centre(mode: u8) -> [f64; 2] {
    let angle = std::f64::consts::TAU * f64::from(mode) / f64::from(MODES);
    [angle.cos(), angle.sin()]
}

fn sample(chance: &mut Chance) -> Point {
    let mode = chance.below(MODES);
    (chance.near(centre(mode), SPREAD), mode)
}
