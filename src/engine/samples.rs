//! What the host works out of generated samples: ways between codes, nearest neighbours, histograms.

use super::pictures::plane;
use super::recipe::Shape;
use crate::protocol::{Neighbour, Scores};

/// Bins of a histogram.
const BINS: usize = 24;

/// `count` codes on the great circle from one to another, which keeps their length about what N(0, 1) gives it
/// (White, Sampling generative networks, 2016, section 2.1), row by row.
pub fn arc(from: &[f32], to: &[f32], count: usize) -> Vec<f32> {
    let dot = |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
    let cosine = dot(from, to) / (dot(from, from) * dot(to, to)).sqrt().max(f32::MIN_POSITIVE);
    let angle = cosine.clamp(-1.0, 1.0).acos();
    let mut codes = Vec::with_capacity(count * from.len());
    for step in 0..count {
        let share = step as f32 / (count - 1) as f32;
        let [a, b] = if angle.sin().abs() < 1e-4 {
            [1.0 - share, share]
        } else {
            [((1.0 - share) * angle).sin(), (share * angle).sin()].map(|part| part / angle.sin())
        };
        codes.extend(from.iter().zip(to).map(|(from, to)| a * from + b * to));
    }
    codes
}

/// The sample of `pool` that lies nearest to `pixels`.
pub fn nearest(of: usize, pixels: &[u8], pool: &[u8], shape: Shape) -> Option<Neighbour> {
    let square = |sample: &[u8]| -> u32 {
        sample.iter().zip(pixels).map(|(one, other)| u32::from(one.abs_diff(*other)).pow(2)).sum()
    };
    let distances = pool.chunks_exact(pixels.len()).map(square);
    let (index, distance) = distances.enumerate().min_by_key(|(_, distance)| *distance)?;
    let size = pixels.len();
    Some(Neighbour {
        of: of as u32,
        index: index as u32,
        distance: (distance as f32).sqrt() / 255.0,
        picture: plane(&pool[index * size..(index + 1) * size], shape),
    })
}

/// Both histograms over bins that they share: from 0 to 1 for probabilities, else from the least to the most.
pub fn histograms(real: &[f32], made: &[f32], probability: bool) -> Scores {
    let all = || real.iter().chain(made).copied().filter(|score| score.is_finite());
    let (low, high) =
        if probability { (0.0, 1.0) } else { (all().fold(f32::MAX, f32::min), all().fold(f32::MIN, f32::max)) };
    let (low, high) = if low < high { (low, high) } else { (low.min(0.0) - 0.5, low.max(0.0) + 0.5) };
    let count = |scores: &[f32]| {
        let mut bins = vec![0; BINS];
        for score in scores.iter().filter(|score| score.is_finite()) {
            let share = (score - low) / (high - low);
            bins[((share * BINS as f32) as usize).min(BINS - 1)] += 1;
        }
        bins
    };
    Scores { range: [low, high], probability, real: count(real), generated: count(made) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arc_ends_where_it_should_and_keeps_its_radius() {
        let codes = arc(&[2.0, 0.0], &[0.0, 2.0], 3);
        let half = 2.0_f32.sqrt();
        let expected = [2.0, 0.0, half, half, 0.0, 2.0];
        assert!(codes.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-6), "{codes:?}");
        assert_eq!(arc(&[1.0], &[1.0], 2), [1.0, 1.0]);
    }

    #[test]
    fn histograms_count_each_score_once() {
        let scores = histograms(&[0.0, 0.5, 1.0], &[0.02, f32::NAN], true);
        assert_eq!((scores.real[0], scores.real[12], scores.real[23], scores.generated[0]), (1, 1, 1, 1));
        assert_eq!(scores.real.iter().chain(&scores.generated).sum::<u32>(), 4);
        let flat = histograms(&[3.0], &[3.0], false);
        assert_eq!((flat.real.iter().sum::<u32>(), flat.range), (1, [-0.5, 3.5]));
    }

    #[test]
    fn the_nearest_sample_is_found() {
        let shape = Shape { channels: 1, height: 2, width: 1, classes: 1, apart: None };
        let found = nearest(4, &[10, 10], &[255, 0, 13, 14, 0, 0], shape).expect("a pool of three");
        assert_eq!((found.of, found.index, found.picture.pixels), (4, 1, vec![13, 14]));
        assert!((found.distance - 5.0 / 255.0).abs() < 1e-6);
    }
}
