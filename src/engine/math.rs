//! Losses, metrics and seeded noise; `tests/models/reference.rs` holds each against published or hand-computed numbers.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::kernels;

/// Cross-entropy of each sample, in nats: `-log softmax(logits)[label]` (Bridle 1990).
///
/// `logits` `[batch, classes]`, `labels` `[batch]`; gives `[batch]`. The logarithm is taken together with the softmax
/// (log-sum-exp), so large logits neither overflow nor round to log 0.
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    kernels::cross_entropy(logits, labels)
}

/// The share of samples whose largest logit is their label's, in per cent.
///
/// `logits` `[batch, classes]`, `labels` `[batch]`; gives `[1]`.
pub fn accuracy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    let guess = logits.argmax(1).reshape([batch]);
    guess.equal(labels).float().mean().mul_scalar(100.0)
}

/// Random numbers from the host, so that every device gets the same: ChaCha8 keyed by (seed, stream, step).
pub struct Noise(ChaCha8Rng);

/// What noise is for; uses never share numbers.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    /// Initial weights.
    Weights = 1,
    /// Dropout masks.
    Dropout = 2,
    /// Latents and noise while training.
    Latents = 3,
    /// The latents that a run shows throughout.
    Shown = 4,
    /// Latents while evaluating.
    Tested = 5,
    /// Samples that are made up to measure speed.
    Made = 6,
    /// Features that are not trained.
    Features = 7,
    /// Samples that are drawn out of a set.
    Drawn = 8,
}

impl Noise {
    /// The noise of one use at one step.
    pub fn new(seed: i64, stream: Stream, step: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(stream as u64).to_le_bytes());
        key[16..24].copy_from_slice(&step.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Numbers spread evenly over -bound to bound. Only exact operations, so that native and wasm agree to the bit.
    pub fn uniform(&mut self, count: usize, bound: f32) -> Vec<f32> {
        let scale = bound / (1 << 23) as f32;
        let centred = |bits: u32| (bits >> 8) as f32 - (1 << 23) as f32;
        (0..count).map(|_| centred(self.0.next_u32()) * scale).collect()
    }

    /// The first `count` of `all` indices in a random order (Fisher and Yates, as in Knuth, The Art of Computer Programming,
    /// volume 2, algorithm 3.4.2P, from the front).
    pub fn order(&mut self, all: usize, count: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..all as u32).collect();
        for place in 0..count.min(all) {
            // A 32-bit draw: `usize` is narrower in the browser and would draw another order.
            order.swap(place, self.0.random_range(place as u32..all as u32) as usize);
        }
        order.truncate(count);
        order
    }

    /// Numbers from N(0, 1) (Box & Muller, Annals of Mathematical Statistics 29, 1958). The logarithm and the sine are
    /// taken in double precision, so that native and wasm seldom differ, and then by the last bit.
    pub fn normal(&mut self, count: usize) -> Vec<f32> {
        let mut numbers = Vec::with_capacity(count + 1);
        let mut share = || (f64::from(self.0.next_u32()) + 0.5) / 4_294_967_296.0;
        while numbers.len() < count {
            let (radius, angle) = ((-2.0 * share().ln()).sqrt(), std::f64::consts::TAU * share());
            numbers.extend([(radius * angle.cos()) as f32, (radius * angle.sin()) as f32]);
        }
        numbers.truncate(count);
        numbers
    }

    /// [`Noise::normal`] as a tensor `[rows, columns]`.
    pub fn gauss(&mut self, [rows, columns]: [usize; 2], device: &Device) -> Tensor<2> {
        Tensor::from_data(TensorData::new(self.normal(rows * columns), [rows, columns]), device)
    }

    /// A dropout mask `[batch, units]`: 0 with probability `rate` (to 1/65536), else `1 / (1 - rate)`, so that the
    /// expectation stays (Srivastava et al., JMLR 2014, in its inverted form).
    pub fn mask(&mut self, [batch, units]: [usize; 2], rate: f64, device: &Device) -> Tensor<2> {
        let mut bytes = vec![0; 2 * batch * units];
        self.0.fill_bytes(&mut bytes);
        let cut = (rate * 65_536.0) as u32;
        let kept = (1.0 / (1.0 - rate)) as f32;
        let keep = |pair: &[u8]| if u32::from(pair[0]) + 256 * u32::from(pair[1]) < cut { 0.0 } else { kept };
        let mask: Vec<f32> = bytes.chunks_exact(2).map(keep).collect();
        Tensor::from_data(TensorData::new(mask, [batch, units]), device)
    }
}
