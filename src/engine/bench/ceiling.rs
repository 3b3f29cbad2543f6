//! What a training step's speed is held against: one large product in the same engine, and a bare loop.

use std::hint::black_box;

use burn::tensor::{Device, Tensor, TensorData};

use super::read;
use crate::engine::math::{Noise, Stream};
use crate::kernels;
use crate::protocol::Fault;

/// Rows and columns of the product.
pub const SIDE: usize = 512;
/// Independent sums of the loop: enough to hide the latency of an addition, few enough for the registers.
const LANES: usize = 32;
/// Numbers in each of the loop's two arrays: both fit in the first cache.
const LENGTH: usize = 2048;
/// The best of so many counts: of the product those of two seconds, since a browser compiles what runs often anew meanwhile.
const TRIES: usize = 8;

/// Floating-point operations a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ceiling {
    /// Of a large product in the same engine.
    pub product: f64,
    /// Of a bare loop on one thread, where the engine runs on the processor.
    pub bare: Option<f64>,
}

/// Measures both; `now` gives milliseconds.
///
/// # Errors
/// [`Fault::GpuLost`] where the device does not answer.
pub async fn ceiling(device: &Device, on_processor: bool, now: impl Fn() -> f64) -> Result<Ceiling, Fault> {
    let product = product(device, &now).await?;
    Ok(Ceiling { product, bare: on_processor.then(|| bare(now)) })
}

/// Floating-point operations a second of `[SIDE, SIDE]` products, each of the last one's result, then one read.
async fn product(device: &Device, now: impl Fn() -> f64) -> Result<f64, Fault> {
    // Of this bound products keep their factor's size.
    let bound = (3.0 / SIDE as f32).sqrt();
    let numbers = Noise::new(super::SEED, Stream::Made, 0).uniform(SIDE * SIDE, bound);
    let factor = Tensor::<2>::from_data(TensorData::new(numbers, [SIDE, SIDE]), device);
    // As a layer, which is what a step is made of; on the processor other products have another kernel.
    let bias = Tensor::<1>::zeros([SIDE], device);
    let (mut count, mut best) = (1, 0.0_f64);
    // The first compiles and guesses.
    for attempt in 0..=TRIES {
        let start = now();
        let product = (0..count).fold(factor.clone(), |so_far, _| kernels::dense(so_far, factor.clone(), bias.clone()));
        read(vec![product.slice([0..1, 0..1]).reshape([1])]).await?;
        let seconds = (now() - start).max(0.01) / 1e3;
        if attempt > 0 {
            best = best.max((2 * SIDE.pow(3) * count) as f64 / seconds);
        }
        count = ((0.25 * count as f64 / seconds) as usize).clamp(1, 100);
    }
    Ok(best)
}

/// Floating-point operations a second of one multiplication and one addition in a loop over what lies in the first cache,
/// on one thread, as wide as the build's target has its vectors.
fn bare(now: impl Fn() -> f64) -> f64 {
    let (a, b) = (vec![0.5_f32; LENGTH], vec![0.25_f32; LENGTH]);
    let mut best = 0.0_f64;
    for _ in 0..TRIES {
        let (start, mut rounds) = (now(), 0_u32);
        loop {
            for _ in 0..1000 {
                black_box(dot(black_box(&a), black_box(&b)));
            }
            rounds += 1000;
            let seconds = (now() - start) / 1e3;
            if seconds > 0.1 {
                best = best.max(f64::from(rounds) * (2 * LENGTH) as f64 / seconds);
                break;
            }
        }
    }
    best
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}
