//! What sets of points in the plane share: a source of chance of its own for each sample, and most of a card.

use std::borrow::Cow;
use std::f64::consts::TAU;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::protocol::{DataCard, Modes, Split, Text, text};

use super::{DataSet, Samples, Source, Values};

/// Training samples of each set.
const TRAIN: u32 = 10_000;
/// Test samples of each set: as many as Srivastava et al. (VEEGAN, NIPS 2017) hold a generator's samples against.
const TEST: u32 = 2500;

/// A sample: x to the right, y upwards, and its class.
pub(super) type Point = ([f64; 2], u8);

/// The chance that one sample is made of.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// Evenly from 0 to 1, neither included.
    pub(super) fn share(&mut self) -> f64 {
        (f64::from(self.0.next_u32()) + 0.5) / 4_294_967_296.0
    }

    /// Evenly from `low` to `high`.
    pub(super) fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// A whole number below `of`, each as likely.
    pub(super) fn below(&mut self, of: u8) -> u8 {
        (self.share() * f64::from(of)) as u8
    }

    /// Two independent numbers from N(0, spread^2) (Box & Muller, Annals of Mathematical Statistics 29, 1958).
    pub(super) fn gauss(&mut self, spread: f64) -> [f64; 2] {
        let (radius, angle) = (spread * (-2.0 * self.share().ln()).sqrt(), TAU * self.share());
        [radius * angle.cos(), radius * angle.sin()]
    }

    /// A point near `[x, y]`, by independent Gaussians of the deviation `spread`.
    pub(super) fn near(&mut self, [x, y]: [f64; 2], spread: f64) -> [f64; 2] {
        let [right, up] = self.gauss(spread);
        [x + right, y + up]
    }
}

/// One half of a set, each sample by `sample` from chance of its own: `values` are `[count, 2, 1, 1]`.
pub(super) fn samples(seed: u64, split: Split, sample: fn(&mut Chance) -> Point) -> Samples {
    let (half, count) = match split {
        Split::Train => (1, TRAIN),
        Split::Test => (2, TEST),
    };
    let root = ChaCha8Rng::seed_from_u64(seed);
    let (mut values, mut labels) = (Vec::with_capacity(2 * count as usize), Vec::with_capacity(count as usize));
    for index in 0..u64::from(count) {
        let mut random = root.clone();
        random.set_stream(half << 32 | index);
        let (place, class) = sample(&mut Chance(random));
        values.extend(place.map(|number| number as f32));
        labels.push(class);
    }
    Samples { values: Values::Reals(values), labels }
}

/// A row of the catalogue.
pub(super) const fn set(card: fn() -> DataCard, make: fn(u64, Split) -> Samples) -> DataSet {
    DataSet { card, source: Source::Made(make), prepare: super::undrawable, shipped: None }
}

/// A card; `attribution` says where the set is defined.
pub(super) fn card(
    name: &'static str,
    title: Text,
    blurb: Text,
    classes: Vec<Text>,
    modes: Option<Modes>,
    attribution: Text,
) -> DataCard {
    DataCard {
        name: Cow::Borrowed(name),
        title,
        blurb,
        shape: [2, 1, 1],
        classes,
        train: TRAIN,
        test: TEST,
        attribution,
        drawable: false,
        judged: false,
        modes,
    }
}

/// Names of `count` classes that differ by their number alone.
pub(super) fn numbered(en: &str, zh: &str, count: u8) -> Vec<Text> {
    (1..=count).map(|at| Text { en: format!("{en} {at}").into(), zh: format!("{zh} {at}").into() }).collect()
}

/// The names of an outer and an inner part.
pub(super) fn outer_and_inner() -> Vec<Text> {
    vec![text("outer", "外侧"), text("inner", "内侧")]
}
