//! Principal axes of points: their mean and the two directions along which they vary most, in tensor operations alone.

use burn::tensor::Tensor;

use super::math::{Noise, Stream};
use crate::kernels::product;

/// Squarings of the covariance: C^32 is what the power iteration goes by.
const SQUARINGS: usize = 5;
/// Numbers from which on a covariance is too large to be squared.
const WIDE: usize = 128;
/// Iterations without it, of which many looks at weights that hardly moved make more.
const LONG: usize = 32;
/// Iterations with it: 512 of the plain kind in all, which tell variances apart that differ by a hundredth.
const ITERATIONS: usize = 16;
/// Keeps a variance of zero from dividing.
const TINY: f64 = 1e-20;
/// How much of the vector itself an iteration keeps.
const FAINT: f64 = 1e-12;

/// Where points lie and how they spread (Pearson 1901; Hotelling 1933).
pub struct Principal {
    /// `[1, size]`.
    pub mean: Tensor<2>,
    /// `[2, size]`: orthogonal rows of length 1, the one of most variance first.
    pub directions: Tensor<2>,
    /// `[2, 1]`: the variance along each.
    pub variances: Tensor<2>,
    /// `[1]`: the variance in all.
    pub total: Tensor<1>,
}

/// The principal axes of `points` `[count, size]`. A direction's sign is not determined by the points: it is the one nearer
/// to `before` `[2, size]`, the directions of the last look, or to a fixed vector. Of points of one number the second
/// direction is nothing.
pub fn principal(points: Tensor<2>, before: Option<Tensor<2>>) -> Principal {
    let [count, size] = points.dims();
    let mean = points.clone().mean_dim(0);
    let centred = points - mean.clone();
    let fixed = Noise::new(0, Stream::Shown, 0).gauss([2, size], &mean.device());
    let directions = if size > WIDE {
        // From where the last look came to, and a little from everywhere, so that no direction is out of reach.
        let little = fixed.clone().mul_scalar(0.1 / (size as f64).sqrt());
        let start = before.clone().map_or_else(|| fixed.clone(), |before| before + little);
        let times = |row: Tensor<2>| product(product(row, centred.clone().transpose()), centred.clone());
        pair(start, &|row, other| leading(&times, LONG, row, other))
    } else {
        let covariance = product(centred.clone().transpose(), centred.clone());
        pair(fixed.clone(), &|row, other| {
            let power = power(covariance.clone(), &other);
            leading(&|row| product(row, power.clone()), ITERATIONS, row, other)
        })
    };
    let signs = signs((directions.clone() * before.unwrap_or(fixed)).sum_dim(1)); // [2, 1]
    let directions = directions * signs;
    let along = product(directions.clone(), centred.clone().transpose()); // [2, count]
    let variances = along.square().mean_dim(1);
    Principal { mean, directions, variances, total: centred.square().sum().div_scalar(count as f64) }
}

/// The two axes in the order that is nearer to `before`, the directions of the last look, and with its signs: where one
/// variance overtakes the other, they would change places and all points with them.
pub fn settled(found: Principal, before: Option<Tensor<2>>) -> Principal {
    let Some(before) = before else { return found };
    let kept = product(found.directions.clone(), before.clone().transpose()).square(); // [2, 2]
    // By how much more the axes are each other's than their own.
    let sides = Tensor::<1>::from_floats([-1.0, 1.0, 1.0, -1.0], &before.device()).unsqueeze();
    let swap = (kept.reshape([1, 4]) * sides).sum_dim(1).greater_elem(0.0).float(); // [1, 1]
    let turned = |rows: Tensor<2>| {
        let swap = swap.clone().expand(rows.dims());
        let other = Tensor::cat(vec![rows.clone().narrow(0, 1, 1), rows.clone().narrow(0, 0, 1)], 0);
        rows.clone() + (other - rows) * swap
    };
    let (directions, variances) = (turned(found.directions), turned(found.variances));
    let signs = signs((directions.clone() * before).sum_dim(1));
    Principal { directions: directions * signs, variances, ..found }
}

/// 1 for what is not negative, else -1.
fn signs(numbers: Tensor<2>) -> Tensor<2> {
    numbers.greater_equal_elem(0.0).float().mul_scalar(2.0).sub_scalar(1.0)
}

/// Two directions, each by `find` from its row of `start` `[2, size]`, the second one apart from the first.
fn pair(start: Tensor<2>, find: &dyn Fn(Tensor<2>, Option<Tensor<2>>) -> Tensor<2>) -> Tensor<2> {
    let first = find(start.clone().narrow(0, 0, 1), None);
    let second = find(start.narrow(0, 1, 1), Some(first.clone()));
    Tensor::cat(vec![first, second], 0)
}

/// What of `rows` is orthogonal to `other` `[1, size]`.
fn apart(rows: Tensor<2>, other: &Option<Tensor<2>>) -> Tensor<2> {
    match other {
        Some(other) => rows.clone() - product(product(rows, other.clone().transpose()), other.clone()),
        None => rows,
    }
}

/// A power of the covariance `[size, size]` without what lies along `other`, by Hotelling's deflation, from both sides so
/// that the matrix stays symmetric.
fn power(covariance: Tensor<2>, other: &Option<Tensor<2>>) -> Tensor<2> {
    let mut power = scaled(apart(apart(covariance, other).transpose(), other));
    for _ in 0..SQUARINGS {
        power = scaled(product(power.clone(), power));
    }
    power
}

/// The leading eigenvector `[1, size]` of a symmetric matrix, which `times` multiplies a row by, by power iteration from
/// `start` `[1, size]` (Golub & Van Loan, Matrix Computations, 8.2.1), among the vectors that are orthogonal to `other`.
fn leading(
    times: &dyn Fn(Tensor<2>) -> Tensor<2>,
    iterations: usize,
    start: Tensor<2>,
    other: Option<Tensor<2>>,
) -> Tensor<2> {
    let mut vector = scaled(apart(start, &other));
    for _ in 0..iterations {
        // Without any variance the start remains.
        vector = scaled(apart(times(vector.clone()) + vector.mul_scalar(FAINT), &other));
    }
    vector
}

/// Divided by the Frobenius norm, so that powers neither grow nor vanish.
fn scaled(matrix: Tensor<2>) -> Tensor<2> {
    let [rows, columns] = matrix.dims();
    let norm = matrix.clone().square().sum().sqrt().add_scalar(TINY);
    matrix / norm.reshape([1, 1]).expand([rows, columns])
}
