//! The view of generated points in the plane: among real ones, over what a discriminator says of every place.

use burn::tensor::{Tensor, TensorData};

use super::generated::{Made, probability};
use super::reads::Make;
use super::{Around, Session, trained};
use crate::engine::recipe::{Batch, Generator, Score};
use crate::protocol::{Body, Field, Plane, Scatter, Split};

/// Generated points, and real ones.
const SHOWN: usize = 500;
/// Generated points that have a gradient.
const SLOPES: usize = 64;
/// Half the width of the window; real points lie within 1.25.
pub(super) const REACH: f32 = 1.5;
/// Places of the window in a row, and rows.
const SIDE: usize = 32;
/// How far apart the places lie between which a gradient is measured, over two.
const SMALL: f32 = 0.01;
/// Lines of the grid over two latents, each way.
const LINES: usize = 21;
/// Half the width of that grid: 98.8 % of N(0, 1).
const EXTENT: f32 = 2.5;

impl Session {
    /// A [`Body::Scatter`].
    pub(super) fn scatter(&self, generator: &dyn Generator, around: &Around<'_>) -> Option<Made> {
        let (shelf, shape) = (around.shelf, around.shelf.shape());
        let mut real = Vec::new();
        for row in 0..SHOWN.min(trained(shelf)) {
            shelf.read(Split::Train, row, &mut real)?;
        }
        let z = self.codes(generator, self.shown(generator, SHOWN));
        let made = generator.generate(z, self.classes(SHOWN, shape)).reshape([SHOWN, 2]);
        let mut tensors = vec![made.clone().reshape([-1])];
        let flat = generator.latent() == 2;
        if flat {
            let lines = lattice(LINES, EXTENT);
            let z = self.codes(generator, lines);
            tensors.push(generator.generate(z, self.class(LINES * LINES, shape)).reshape([-1]));
        }
        let judged = self.judge_places(generator, made.narrow(0, 0, SLOPES), around);
        let likely = judged.as_ref().map(|(_, likely)| *likely);
        tensors.extend(judged.into_iter().flat_map(|(judged, _)| judged));
        let make: Make = Box::new(move |numbers| {
            let mut numbers = numbers.into_iter();
            let generated = pairs(&numbers.next().unwrap_or_default());
            let grid = if flat { pairs(&numbers.next().unwrap_or_default()) } else { Vec::new() };
            let field = likely.zip(numbers.next()).map(|(likely, values)| field(&values, likely));
            let slopes = numbers.next().map(|ends| slopes(&ends)).unwrap_or_default();
            Body::Scatter(Scatter { reach: REACH, real: pairs(&real), generated, field, slopes, grid })
        });
        Some(Made { tensors, make })
    }

    /// What a discriminator says of each place of the window, and on four sides of each of `made` `[SLOPES, 2]`; and
    /// whether the first are probabilities.
    fn judge_places(
        &self,
        generator: &dyn Generator,
        made: Tensor<2>,
        around: &Around<'_>,
    ) -> Option<([Tensor<1>; 2], bool)> {
        let steps = [[SMALL, 0.0], [-SMALL, 0.0], [0.0, SMALL], [0.0, -SMALL]];
        let beside = steps.map(|step| made.clone() + Tensor::<1>::from_floats(step, &self.inner).unsqueeze());
        let places = Tensor::<2>::from_data(TensorData::new(window(SIDE), [SIDE * SIDE, 2]), &self.inner);
        let all = Tensor::cat([vec![places], beside.to_vec()].concat(), 0);
        let count = SIDE * SIDE + 4 * SLOPES;
        let labels = self.class(count, around.shelf.shape());
        let Score { logits, probability: likely } =
            generator.score(Batch { images: all.reshape([count, 2, 1, 1]), labels })?;
        let field = Score { logits: logits.clone().narrow(0, 0, SIDE * SIDE), probability: likely };
        Some(([probability(field), logits.narrow(0, SIDE * SIDE, 4 * SLOPES)], likely))
    }
}

/// `side * side` places `[rows, 2]`, evenly over a square from minus `reach` to `reach`: the second coordinate rises from row
/// to row, the first within each.
fn lattice(side: usize, reach: f32) -> Vec<f32> {
    let at = |step: usize| reach * (2.0 * step as f32 / (side - 1) as f32 - 1.0);
    (0..side * side).flat_map(|place| [at(place % side), at(place / side)]).collect()
}

/// The middles of `side * side` squares that the window is cut into `[rows, 2]`, rows from the top.
pub(super) fn window(side: usize) -> Vec<f32> {
    let mut places = lattice(side, REACH * (1.0 - 1.0 / side as f32));
    places.chunks_exact_mut(2).for_each(|place| place[1] = -place[1]); // the top is where y is largest
    places
}

fn pairs(numbers: &[f32]) -> Vec<[f32; 2]> {
    numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// Probabilities from 0 to 1; else scores from the least to the most.
fn field(values: &[f32], likely: bool) -> Field {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let range =
        if likely { [0.0, 1.0] } else { [finite().fold(f32::MAX, f32::min), finite().fold(f32::MIN, f32::max)] };
    let span = (range[1] - range[0]).max(f32::MIN_POSITIVE);
    let pixels = values.iter().map(|value| ((value - range[0]) / span * 255.0).round() as u8).collect();
    Field { values: Plane { width: SIDE as u32, height: SIDE as u32, channels: 1, pixels }, range }
}

/// From what was said to the right of each point, to the left, above and below `[4, SLOPES]`.
fn slopes(ends: &[f32]) -> Vec<[f32; 2]> {
    let count = ends.len() / 4;
    let across = |row: usize, side: usize| (ends[side * count + row] - ends[(side + 1) * count + row]) / (2.0 * SMALL);
    (0..count).map(|row| [across(row, 0), across(row, 2)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lattice_goes_right_and_then_up() {
        assert_eq!(lattice(2, 3.0), [-3.0, -3.0, 3.0, -3.0, -3.0, 3.0, 3.0, 3.0]);
        assert_eq!(lattice(3, 1.0)[8..10], [0.0, 0.0]);
    }

    #[test]
    fn a_field_spans_probabilities_or_its_own_scores() {
        let likely = field(&[0.0, 0.5, 1.0], true);
        assert_eq!((likely.values.pixels, likely.range), (vec![0, 128, 255], [0.0, 1.0]));
        let scores = field(&[-3.0, 1.0, f32::NAN], false);
        assert_eq!((scores.values.pixels, scores.range), (vec![0, 255, 0], [-3.0, 1.0]));
        assert_eq!(field(&[2.0, 2.0], false).values.pixels, [0, 0], "flat");
    }

    /// D(x, y) = 3 x - y at two points.
    #[test]
    fn slopes_are_differences_over_both_axes() {
        let ends = [0.03, 1.03, -0.03, 0.97, -0.01, 0.99, 0.01, 1.01];
        let told = slopes(&ends);
        assert!(told.iter().flatten().zip([3.0, -1.0, 3.0, -1.0]).all(|(one, other)| (one - other).abs() < 1e-4));
        assert!(slopes(&[]).is_empty());
    }
}
