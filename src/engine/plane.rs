//! How well generated points cover the plane where real ones lie: modes, and a divergence over bins.

use crate::protocol::Modes;

/// Samples that are measured: as many as Srivastava et al. (VEEGAN, NIPS 2017, section 4.1) draw.
pub const SAMPLES: usize = 2500;
/// A sample is of high quality within so many deviations of its nearest mode (ibid.). Of real ones 98.9 % are:
/// `1 - exp(-9 / 2)`.
const NEAR: f32 = 3.0;
/// Bins in a row and in a column. At 25 the middles of the grid of Gaussians lie in the middles of bins.
const SIDE: usize = 25;
/// Bins reach from minus this to this; what lies farther out shares one bin more.
const REACH: f32 = 1.25;
/// Added to each bin's count, so that an empty bin costs much and not everything (Krichevsky & Trofimov, The performance of
/// universal encoding, IEEE Transactions on Information Theory 27, 1981).
const EACH: f64 = 0.5;

/// What samples make of modes.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// For each mode: how many samples of high quality lie nearest to it.
    pub counts: Vec<usize>,
    /// The share of samples of high quality, from 0 to 1.
    pub high: f32,
}

impl Coverage {
    /// Of points `[samples, 2]`.
    pub fn of(points: &[f32], modes: &Modes) -> Self {
        let mut counts = vec![0; modes.centres.len()];
        for point in points.chunks_exact(2) {
            let far = |centre: &[f32; 2]| (point[0] - centre[0]).hypot(point[1] - centre[1]);
            let nearest = modes.centres.iter().map(far).enumerate().min_by(|one, other| one.1.total_cmp(&other.1));
            if let Some((mode, _)) = nearest.filter(|(_, far)| *far <= NEAR * modes.spread) {
                counts[mode] += 1;
            }
        }
        let high = counts.iter().sum::<usize>() as f32 / (points.len() / 2).max(1) as f32;
        Self { counts, high }
    }

    /// Modes that have at least one sample of high quality.
    pub fn covered(&self) -> usize {
        self.counts.iter().filter(|count| **count > 0).count()
    }

    /// The share of the rarest mode, measured by its fair share of all samples of high quality.
    pub fn rarest(&self) -> f32 {
        let fair = self.counts.iter().sum::<usize>() as f32 / self.counts.len().max(1) as f32;
        self.counts.iter().min().map_or(0.0, |least| *least as f32 / fair.max(f32::MIN_POSITIVE))
    }
}

/// `KL(p || q)` in nats, where p is the histogram of `real` `[samples, 2]` and q that of `made`: sum of p log(p / q) over
/// bins. Large where real points lie and none are made; of two halves of one data set it is small, but not 0.
pub fn divergence(real: &[f32], made: &[f32]) -> f32 {
    let (p, q) = (histogram(real), histogram(made));
    p.iter().zip(&q).map(|(p, q)| p * (p / q).ln()).sum::<f64>() as f32
}

/// The share of each bin `[SIDE * SIDE + 1]`, none of them 0.
fn histogram(points: &[f32]) -> Vec<f64> {
    let mut bins = vec![EACH; SIDE * SIDE + 1];
    let bin = |number: f32| {
        let share = (number + REACH) / (2.0 * REACH);
        (0.0..1.0).contains(&share).then_some((share * SIDE as f32) as usize)
    };
    for point in points.chunks_exact(2) {
        let place = bin(point[0]).zip(bin(point[1]));
        bins[place.map_or(SIDE * SIDE, |(column, row)| row * SIDE + column)] += 1.0;
    }
    let all: f64 = bins.iter().sum();
    bins.into_iter().map(|count| count / all).collect()
}
