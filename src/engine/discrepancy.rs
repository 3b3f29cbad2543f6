//! How far two sets of samples lie apart, judged by kernels: the maximum mean discrepancy.

use burn::tensor::Tensor;

use crate::kernels;

/// Gaussian kernels in the mixture; each is half as wide, in squared units, as the one before.
pub const KERNELS: usize = 7;

/// Squared Euclidean distances of the rows of `a` `[n, size]` and `b` `[m, size]`: `[n, m]`, by products:
/// `|a|^2 - 2 a b + |b|^2`.
pub fn squared_distances(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    let norms = |rows: &Tensor<2>| rows.clone().square().sum_dim(1); // [rows, 1]
    let (of_a, of_b) = (norms(&a), norms(&b).transpose());
    // Rounding may leave a little less than nothing.
    (of_a + of_b - kernels::product(a, b.transpose()).mul_scalar(2.0)).clamp_min(0.0)
}

/// The mean over the mixture of `exp(-distance / (2^(1 - j) scale))`, j from 0 to [`KERNELS`] - 1; `distances` `[n, m]`,
/// `scale` `[1]`. Only one exponential is taken: halving the width squares the kernel.
pub fn mixture(distances: Tensor<2>, scale: Tensor<1>) -> Tensor<2> {
    let mut kernel = (distances / scale.mul_scalar(-2.0).unsqueeze()).exp();
    let mut sum = kernel.clone();
    for _ in 1..KERNELS {
        kernel = kernel.square();
        sum = sum + kernel.clone();
    }
    sum.div_scalar(KERNELS as f64)
}

/// The mean squared distance of different rows of `x` `[n, size]`: `[1]`. The scale that kernels are measured in; the
/// mean and not the usual median, because a median would have to be waited for.
pub fn spread(x: Tensor<2>) -> Tensor<1> {
    // E |x - x'|^2 = 2 n / (n - 1) * the sum of the variances, without a product.
    let [n, _] = x.dims();
    let centre = x.clone().mean_dim(0);
    (x - centre).square().sum().mul_scalar(2.0 / (n as f64 - 1.0).max(1.0)).clamp_min(1e-12)
}

/// The unbiased estimate of MMD^2 from `made` `[n, size]` and `real` `[m, size]`, `[1]`, which may be a little negative:
///
/// `sum over i != j of k(x_i, x_j) / (n (n - 1)) + sum over i != j of k(y_i, y_j) / (m (m - 1)) - 2 mean of k(x_i, y_j)`
///
/// (Gretton et al., JMLR 13, 2012, eq. 3), with [`mixture`] for k. Gradients reach whatever `made` depends on.
pub fn mmd_squared(made: Tensor<2>, real: Tensor<2>, scale: Tensor<1>) -> Tensor<1> {
    let between = mixture(squared_distances(made.clone(), real.clone()), scale.clone()).mean();
    within(made, scale.clone()) + within(real, scale) - between.mul_scalar(2.0)
}

/// The mean kernel of different rows of `x` `[n, size]`.
fn within(x: Tensor<2>, scale: Tensor<1>) -> Tensor<1> {
    let [n, _] = x.dims();
    let others = Tensor::<2>::eye(n, &x.device()).neg().add_scalar(1.0);
    let kernels = mixture(squared_distances(x.clone(), x), scale) * others;
    kernels.sum().div_scalar((n * (n - 1)).max(1) as f64)
}
