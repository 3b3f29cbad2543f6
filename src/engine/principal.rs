//! Principal axes of points: their mean and the two directions along which they vary most, in tensor operations alone.

use burn::tensor::Tensor;

use super::math::{Noise, Stream};
use crate::kernels::product;

/// Squarings of the covariance: C^32 is what the power iteration goes by.
const SQUARINGS: usize = 5;
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

/// The principal axes of `points` `[count, size]`, each of two numbers or more. A direction's sign is not determined by
/// the points: it is the one nearer to `before` `[2, size]`, the directions of the last look, or to a fixed vector.
pub fn principal(points: Tensor<2>, before: Option<Tensor<2>>) -> Principal {
    let [count, size] = points.dims();
    let mean = points.clone().mean_dim(0);
    let centred = points - mean.clone();
    let covariance = product(centred.clone().transpose(), centred.clone()).div_scalar(count as f64);
    let start = Noise::new(0, Stream::Shown, 0).gauss([2, size], &mean.device());
    let first = leading(covariance.clone(), start.clone().narrow(0, 0, 1), None);
    let second = leading(covariance.clone(), start.clone().narrow(0, 1, 1), Some(first.clone()));
    let directions = Tensor::cat(vec![first, second], 0);
    let along = (directions.clone() * before.unwrap_or(start)).sum_dim(1); // [2, 1]
    let directions = directions * along.greater_equal_elem(0.0).float().mul_scalar(2.0).sub_scalar(1.0);
    let variances = (product(directions.clone(), covariance) * directions.clone()).sum_dim(1);
    Principal { mean, directions, variances, total: centred.square().sum().div_scalar(count as f64) }
}

/// The leading eigenvector `[1, size]` of a covariance `[size, size]` by power iteration from `start` `[1, size]` (Golub &
/// Van Loan, Matrix Computations, 8.2.1), among the vectors that are orthogonal to `other`.
fn leading(covariance: Tensor<2>, start: Tensor<2>, other: Option<Tensor<2>>) -> Tensor<2> {
    let apart = |rows: Tensor<2>| match &other {
        Some(other) => rows.clone() - product(product(rows, other.clone().transpose()), other.clone()),
        None => rows,
    };
    // Hotelling's deflation, from both sides so that the matrix stays symmetric.
    let mut power = scaled(apart(apart(covariance).transpose()));
    for _ in 0..SQUARINGS {
        power = scaled(product(power.clone(), power));
    }
    let mut vector = scaled(apart(start));
    for _ in 0..ITERATIONS {
        // Without any variance the start remains.
        vector = scaled(apart(product(vector.clone(), power.clone()) + vector.mul_scalar(FAINT)));
    }
    vector
}

/// Divided by the Frobenius norm, so that powers neither grow nor vanish.
fn scaled(matrix: Tensor<2>) -> Tensor<2> {
    let [rows, columns] = matrix.dims();
    let norm = matrix.clone().square().sum().sqrt().add_scalar(TINY);
    matrix / norm.reshape([1, 1]).expand([rows, columns])
}
