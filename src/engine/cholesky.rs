//! Cholesky factors of symmetric matrices, a batch at a time, in tensor operations alone.

use burn::tensor::Tensor;

/// Matrices of so few rows are eliminated row by row. Larger ones are halved, so that most of the work is products.
const FEW: usize = 8;

/// `A = L L^T`, of each matrix of a batch.
pub struct Factor {
    /// L, lower triangular: `[batch, n, n]`.
    pub lower: Tensor<3>,
    /// L^-1, lower triangular as well: `[batch, n, n]`. What would be a triangular solve is a product with it.
    pub inverse: Tensor<3>,
}

impl Factor {
    /// `log det A = 2 sum of log L_ii`: `[batch]`.
    pub fn log_determinant(&self) -> Tensor<1> {
        let [batch, n, _] = self.inverse.dims();
        let eye = Tensor::<2>::eye(n, &self.inverse.device()).unsqueeze();
        // Of the inverse, whose diagonal is above zero even where a pivot was held up.
        let diagonal = (self.inverse.clone() * eye).sum_dim(2); // [batch, n, 1]
        diagonal.log().sum_dim(1).reshape([batch]).mul_scalar(-2.0)
    }
}

/// The factor of each of `matrix` `[batch, n, n]`, symmetric and positive definite; `least` bounds their eigenvalues from
/// below. No pivot can be less than that, and one that rounding left there is held up to it, so that nothing ends as NaN.
///
/// By halves (Golub & Van Loan, Matrix Computations, section 4.2.6): with `A = [[A1, B^T], [B, A2]]` first `A1 = L1 L1^T`,
/// then `M = B L1^-T`, then `A2 - M M^T = L2 L2^T`; L is `[[L1, 0], [M, L2]]` and its inverse
/// `[[L1^-1, 0], [-L2^-1 M L1^-1, L2^-1]]`.
pub fn cholesky(matrix: Tensor<3>, least: f64) -> Factor {
    let [_, n, _] = matrix.dims();
    if n <= FEW {
        return eliminate(matrix, least);
    }
    let (few, rest) = (n / 2, n - n / 2);
    let lower_rows = matrix.clone().narrow(1, few, rest);
    let first = cholesky(matrix.narrow(1, 0, few).narrow(2, 0, few), least);
    let below = lower_rows.clone().narrow(2, 0, few).matmul(first.inverse.clone().transpose()); // [batch, rest, few]
    let left = lower_rows.narrow(2, few, rest) - below.clone().matmul(below.clone().transpose());
    let second = cholesky(left, least);
    let inverse_below = second.inverse.clone().matmul(below.clone()).matmul(first.inverse.clone()).neg();
    Factor {
        lower: triangle(first.lower, below, second.lower),
        inverse: triangle(first.inverse, inverse_below, second.inverse),
    }
}

/// `[[first, 0], [below, second]]`.
fn triangle(first: Tensor<3>, below: Tensor<3>, second: Tensor<3>) -> Tensor<3> {
    let above = below.zeros_like().transpose();
    Tensor::cat(vec![Tensor::cat(vec![first, above], 2), Tensor::cat(vec![below, second], 2)], 1)
}

/// The same row by row: what makes A into L^T by elimination makes the unit matrix beside it into L^-1.
fn eliminate(matrix: Tensor<3>, least: f64) -> Factor {
    let [batch, n, _] = matrix.dims();
    let eye = Tensor::<2>::eye(n, &matrix.device()).unsqueeze::<3>().expand([batch, n, n]);
    let mut left = Tensor::cat(vec![matrix, eye], 2); // [batch, rows left, 2 n]
    let mut rows = Vec::with_capacity(n);
    for at in 0..n {
        let row = left.clone().narrow(1, 0, 1);
        let row = row.clone() / row.narrow(2, at, 1).clamp_min(least).sqrt();
        let more = n - at - 1;
        if more > 0 {
            // The column below the pivot is the row beside it.
            let column = row.clone().narrow(2, at + 1, more).transpose();
            left = left.narrow(1, 1, more) - column * row.clone();
        }
        rows.push(row);
    }
    let both = Tensor::cat(rows, 1); // [batch, n, 2 n]
    // Left of its pivot a row has what rounding leaves of zero.
    let lower = both.clone().narrow(2, 0, n).transpose().tril(0);
    Factor { lower, inverse: both.narrow(2, n, n).tril(0) }
}
