//! Chance of its own for each sample: whatever is drawn for one never depends on what was drawn for another.

use std::f64::consts::TAU;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::protocol::Split;

/// The chance that one sample is made of, or changed by.
pub(super) struct Chance {
    /// Where it comes from.
    pub(super) random: ChaCha8Rng,
    /// What every deviation is multiplied by.
    pub(super) noise: f64,
    /// How many classes are asked for.
    pub(super) classes: Option<u8>,
}

/// What each of the first `count` samples of a half is made of.
pub(super) fn each(seed: u64, split: Split, count: u32) -> impl Iterator<Item = Chance> {
    let (half, root) = (if split == Split::Train { 1 } else { 2 }, ChaCha8Rng::seed_from_u64(seed));
    (0..u64::from(count)).map(move |index| {
        let mut random = root.clone();
        random.set_stream(half << 32 | index);
        Chance { random, noise: 1.0, classes: None }
    })
}

impl Chance {
    /// What the whole set is made of.
    pub(super) fn of_all(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), noise: 1.0, classes: None }
    }

    /// The numbers below `count` in an order of chance (Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2P).
    pub(super) fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        (1..count).rev().for_each(|last| order.swap(last, (self.share() * (last + 1) as f64) as usize));
        order
    }

    /// Evenly from 0 to 1, neither included.
    pub(super) fn share(&mut self) -> f64 {
        (f64::from(self.random.next_u32()) + 0.5) / 4_294_967_296.0
    }

    /// Evenly from `low` to `high`.
    pub(super) fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// How many classes there are: as many as the knob says, or else by `default`.
    pub(super) fn classes(&self, default: u8) -> u8 {
        self.classes.unwrap_or(default)
    }

    /// A whole number below `of`, each as likely.
    pub(super) fn below(&mut self, of: u8) -> u8 {
        (self.share() * f64::from(of)) as u8
    }

    /// Two numbers spread evenly from -1 to 1, in steps of 2^-15.
    pub(super) fn pair(&mut self) -> [f32; 2] {
        let bits = self.random.next_u32();
        [bits & 0xFFFF, bits >> 16].map(|half| (half as f32 + 0.5) / 32_768.0 - 1.0)
    }

    /// Two independent numbers from N(0, (noise spread)^2) (Box & Muller, Annals of Mathematical Statistics 29, 1958).
    pub(super) fn gauss(&mut self, spread: f64) -> [f64; 2] {
        let (radius, angle) = (self.noise * spread * (-2.0 * self.share().ln()).sqrt(), TAU * self.share());
        [radius * angle.cos(), radius * angle.sin()]
    }

    /// A point near `[x, y]`, by independent Gaussians of the deviation `spread`.
    pub(super) fn near(&mut self, [x, y]: [f64; 2], spread: f64) -> [f64; 2] {
        let [right, up] = self.gauss(spread);
        [x + right, y + up]
    }
}
