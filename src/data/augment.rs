//! Augmentation: training pictures changed a little, otherwise at every step, so that a model meets more than a set holds.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::protocol::{DataCard, Knob, Range, Text, Value, text};

use super::chance::Chance;
use super::warp::{Field, Pose};
use super::{DataSet, Making, knob};

/// What is done to the training pictures of a set; test pictures stay as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Augment {
    /// Channels, height, width.
    shape: [usize; 3],
    /// What shows where a picture was moved away, or cut out.
    paper: f32,
    /// The most that [`Pose`]'s numbers differ from a picture left as it is: pixels, degrees, per cent, degrees.
    reach: [f64; 4],
    /// The deviation of a pixel's own displacement, in pixels.
    elastic: f64,
    /// The deviation of what is added to each pixel.
    noise: f64,
    /// The side of the square that is cut out.
    cutout: f64,
    /// Every other picture is mirrored.
    flip: bool,
}

/// What chance follows from: the run's random seed, the steps made before, and the sample's index in the training half.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    /// The random seed.
    pub seed: u64,
    /// Steps made before this one.
    pub step: u64,
    /// The sample's index.
    pub row: u64,
}

impl Occasion {
    fn chance(self) -> Chance {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        // What else is drawn from the seed has a number there.
        key[8..16].copy_from_slice(b"augment ");
        key[16..24].copy_from_slice(&self.step.to_le_bytes());
        let mut random = ChaCha8Rng::from_seed(key);
        random.set_stream(self.row);
        Chance { random, noise: 1.0, classes: None }
    }
}

impl Augment {
    /// As the set's knobs stand; `None` where the set has none or all rest.
    pub fn of(set: &DataSet, card: &DataCard, making: &Making) -> Option<Self> {
        let number = |name| match making.value(name) {
            Some(Value::Real(number)) => *number,
            Some(Value::Whole(number)) => *number as f64,
            _ => 0.0,
        };
        let augment = Self {
            shape: card.shape.map(|side| side as usize),
            paper: set.paper,
            reach: ["shift", "rotation", "scale", "shear"].map(number),
            elastic: number("elastic"),
            noise: number("noise"),
            cutout: number("cutout"),
            flip: making.value("flip") == Some(&Value::Switch(true)),
        };
        (card.augmented() && !augment.rests()).then_some(augment)
    }

    fn rests(&self) -> bool {
        let most = self.reach.into_iter().chain([self.elastic, self.noise, self.cutout]).fold(0.0, f64::max);
        most == 0.0 && !self.flip
    }

    /// Changes `pixels` `[channels * height * width]`, from 0 to 1, as this occasion has it.
    pub fn change(&self, pixels: &mut [f32], occasion: Occasion) {
        let [_, height, width] = self.shape;
        let chance = &mut occasion.chance();
        // Drawn whether used or not, so that a knob that is turned up leaves what the others do as it was.
        let pose = self.pose(chance);
        let hole = [width, height].map(|side| (chance.share() * side as f64) as i64);
        let field = (self.elastic > 0.0).then(|| Field::drawn(chance, [height, width], self.elastic));
        if field.is_some() || pose != Pose::default() {
            pose.apply(pixels, self.shape, self.paper, field.as_ref());
        }
        if self.noise > 0.0 {
            scatter(pixels, self.noise, chance);
        }
        if self.cutout > 0.0 {
            self.cut(pixels, hole);
        }
    }

    fn pose(&self, chance: &mut Chance) -> Pose {
        let [shift, rotation, scale, shear] = self.reach;
        let mut about = |reach: f64| chance.within(-reach, reach);
        Pose {
            shift: [about(shift), about(shift)],
            angle: about(rotation),
            scale: 1.0 + about(scale) / 100.0,
            shear: about(shear),
            flipped: about(1.0) > 0.0 && self.flip,
        }
    }

    /// Covers a square about a pixel; what of it lies outside covers nothing (DeVries & Taylor, Improved regularization of
    /// convolutional neural networks with cutout, 2017, section 3.2).
    fn cut(&self, pixels: &mut [f32], middle: [i64; 2]) {
        let [_, height, width] = self.shape;
        let side = self.cutout as i64;
        let [across, down] = [(0, width), (1, height)].map(|(axis, most)| {
            let start = middle[axis] - side / 2;
            start.clamp(0, most as i64) as usize..(start + side).clamp(0, most as i64) as usize
        });
        for plane in pixels.chunks_exact_mut(height * width) {
            down.clone().for_each(|row| plane[row * width..][across.clone()].fill(self.paper));
        }
    }
}

/// Adds independent Gaussians; a pixel stays from 0 to 1.
fn scatter(pixels: &mut [f32], spread: f64, chance: &mut Chance) {
    for pair in pixels.chunks_mut(2) {
        let noise = chance.gauss(spread);
        pair.iter_mut().zip(noise).for_each(|(pixel, noise)| *pixel = (*pixel + noise as f32).clamp(0.0, 1.0));
    }
}

/// The knobs of a set of pictures, all at rest; `flips` where a thing's mirror image is such a thing as well.
pub fn knobs(flips: bool) -> Vec<Knob> {
    let mut knobs = vec![
        real("shift", 8.0, SHIFT),
        real("rotation", 180.0, ROTATION),
        real("scale", 50.0, SCALE),
        real("shear", 45.0, SHEAR),
        real("elastic", 4.0, ELASTIC),
        real("noise", 1.0, NOISE),
        knob("cutout", CUTOUT, Range::Whole { min: 0, max: 20, log: false }, Value::Whole(0), true),
    ];
    if flips {
        knobs.push(knob("flip", FLIP, Range::Switch, Value::Switch(false), true));
    }
    knobs
}

fn real(name: &'static str, max: f64, words: [Text; 2]) -> Knob {
    knob(name, words, Range::Real { min: 0.0, max, log: false }, Value::Real(0.0), true)
}

const SHIFT: [Text; 2] = [
    text("Augmentation: shift (pixels)", "数据增强：平移（像素）"),
    text(
        "Each step moves every training picture across and down by up to so many pixels; test pictures always stay as they are.",
        "每一步把每张训练图片沿水平和竖直方向随机移动，最多这么多像素；测试图片始终保持原样。",
    ),
];
const ROTATION: [Text; 2] = [
    text("Augmentation: rotation (degrees)", "数据增强：旋转（度）"),
    text(
        "Each step turns every training picture about its middle, either way, by up to so many degrees.",
        "每一步把每张训练图片绕中心向任一方向随机旋转，最多这么多度。",
    ),
];
const SCALE: [Text; 2] = [
    text("Augmentation: scaling (%)", "数据增强：缩放（%）"),
    text(
        "Each step enlarges or shrinks every training picture by up to so many per cent.",
        "每一步随机放大或缩小每张训练图片，最多百分之这么多。",
    ),
];
const SHEAR: [Text; 2] = [
    text("Augmentation: shear (degrees)", "数据增强：错切（度）"),
    text(
        "Each step slants every training picture, either way, by up to so many degrees, as handwriting slants.",
        "每一步把每张训练图片向任一侧随机倾斜，最多这么多度，就像手写体的倾斜。",
    ),
];
const ELASTIC: [Text; 2] = [
    text("Augmentation: elastic distortion (pixels)", "数据增强：弹性形变（像素）"),
    text(
        "How far pixels wander, each with its neighbours, as if the picture were of rubber (Simard, Steinkraus and Platt, ICDAR 2003); theirs came to about 1.4.",
        "像素带着邻域一起游移的幅度，仿佛图片是橡皮做的（Simard、Steinkraus 与 Platt，ICDAR 2003）；原文的设置约合 1.4。",
    ),
];
const NOISE: [Text; 2] = [
    text("Augmentation: noise", "数据增强：噪声"),
    text(
        "The standard deviation of the Gaussian noise that each step adds to every pixel, where black and white are 1 apart.",
        "每一步给每个像素加上的高斯噪声的标准差，黑与白相差 1。",
    ),
];
const CUTOUT: [Text; 2] = [
    text("Augmentation: cutout (pixels)", "数据增强：随机遮挡 Cutout（像素）"),
    text(
        "The side of a square that each step hides somewhere in every training picture, so that no single part decides (DeVries and Taylor 2017).",
        "每一步在每张训练图片中随机遮住的方块的边长，使判断不依赖于单独某一部分（DeVries 与 Taylor，2017）。",
    ),
];
const FLIP: [Text; 2] = [
    text("Augmentation: horizontal flip", "数据增强：水平翻转"),
    text(
        "Each step mirrors every other training picture, chosen by chance: left becomes right.",
        "每一步随机把一半的训练图片左右翻转。",
    ),
];
