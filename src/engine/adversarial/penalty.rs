//! The penalties on a discriminator's slope, by finite differences: autodiff here has no second derivatives.

use burn::tensor::Tensor;

use super::Judge;

/// The step of finite differences in the input, whose pixels reach from 0 to 1.
pub(super) const SMALL: f64 = 0.01;

/// R1, `E |grad D(x)|^2 / 2` over real x (Mescheder et al., ICML 2018, eq. 9), without second derivatives, which autodiff
/// here does not have: for random e of mean 0 and covariance I, and small h, `E_e ((D(x + h e) - D(x)) / h)^2` is `|grad D(x)|^2 + O(h^2)`,
/// because `E (g e)^2 = |g|^2`. Unbiased but noisy, and one more pass of D over the batch is all that it costs.
/// `here` and `nudged` are `[batch]`; gives `[1]`.
pub fn r1(here: Tensor<1>, nudged: Tensor<1>) -> Tensor<1> {
    (nudged - here).div_scalar(SMALL).square().mean().mul_scalar(0.5)
}

/// `|grad D(x)|` for each of `x` `[batch, …]`; gives `[batch]`, whose gradient in D's weights is right to O(h^2) though
/// autodiff here has no second derivatives. With u the unit vector along grad D(x), held constant,
/// `(D(x + h u) - D(x - h u)) / 2h = u grad D(x) + O(h^2)`; and since `d|g| = (g / |g|) dg = u dg`, holding u constant
/// loses nothing of the derivative. `still` is the same D on the inner device.
pub fn steepness<D: Judge>(network: &D, still: &D, x: Tensor<4>, class: Option<Tensor<2>>) -> Tensor<1> {
    let place = x.clone().autodiff().require_grad();
    let gradients = still.judge(place.clone(), class.clone()).sum().backward();
    let slope = place.grad(&gradients).unwrap_or_else(|| x.zeros_like());
    let [count, ..] = x.dims();
    let norm = slope.clone().flatten::<2>(1, 3).square().sum_dim(1).sqrt().add_scalar(1e-12);
    let along = (slope / norm.reshape([count, 1, 1, 1])).mul_scalar(SMALL);
    let twice = class.map(|class| Tensor::cat(vec![class; 2], 0));
    let ends = network.judge(Tensor::cat(vec![x.clone() + along.clone(), x - along], 0), twice).chunk(2, 0);
    (ends[0].clone() - ends[1].clone()).div_scalar(2.0 * SMALL)
}
