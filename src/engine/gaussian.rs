//! The classes' Gaussians, counted from one minibatch after the other: how many samples, where they lie, how they spread.

use burn::tensor::{Device, Int, Tensor};

use super::layers::one_hot;
use super::optimiser::Kept;
use super::recipe::Keeper;
use crate::kernels::product;
use crate::protocol::Fault;

/// Keeps a count of nothing from dividing, and is far below one sample.
const NOTHING: f64 = 1e-20;

/// A variance that none is below, also where all samples are alike.
pub const LEAST: f64 = 1e-12;

/// Which second moments are counted, of samples of `size` numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moments {
    /// Of each number by itself: `size` of them.
    Squares,
    /// Of all pairs, row by row: `size * size`.
    Pairs,
}

impl Moments {
    /// Of each row of `rows` `[rows, size]`: `[rows, moments]`.
    fn of(self, rows: Tensor<2>) -> Tensor<2> {
        let [count, size] = rows.dims();
        match self {
            Self::Squares => rows.square(),
            Self::Pairs => {
                let [down, across] = [[count, size, 1], [count, 1, size]].map(|shape| rows.clone().reshape(shape));
                (down * across).reshape([count, size * size])
            }
        }
    }

    /// Summed over the rows `[batch, size]` of each class, as `own` `[batch, classes]` tells them: `[classes, moments]`.
    fn sums(self, rows: Tensor<2>, own: Tensor<2>) -> Tensor<2> {
        let ([batch, size], [_, classes]) = (rows.dims(), own.dims());
        match self {
            Self::Squares => product(own.transpose(), rows.square()),
            Self::Pairs => {
                let its = own.transpose().reshape([classes, 1, batch]);
                let left = its * rows.clone().transpose().reshape([1, size, batch]); // [classes, size, batch]
                product(left.reshape([classes * size, batch]), rows).reshape([classes, size * size])
            }
        }
    }
}

/// What is known of the samples of each class, on the inner device. Means and squared deviations from them, and not sums
/// and sums of squares: small deviations would vanish in the difference of those (Chan, Golub & LeVeque, The American
/// Statistician 37, 1983).
pub struct Counted {
    moments: Moments,
    /// Samples, `[classes, 1]`.
    counts: Tensor<2>,
    /// `[classes, size]`.
    means: Tensor<2>,
    /// Moments about the mean, summed over the samples: `[classes, moments]`.
    scatter: Tensor<2>,
}

impl Counted {
    /// Nothing yet.
    pub fn new(moments: Moments, [classes, size]: [usize; 2], device: &Device) -> Self {
        let device = device.clone().inner();
        let wide = if moments == Moments::Squares { size } else { size * size };
        let [counts, means, scatter] = [1, size, wide].map(|width| Tensor::zeros([classes, width], &device));
        Self { moments, counts, means, scatter }
    }

    /// Counts samples `x` `[batch, size]` with their `labels` `[batch]`, once a share `forget` of what was counted before is
    /// forgotten: the samples' own moments, to which those of before are joined (Chan, Golub & LeVeque, COMPSTAT 1982).
    pub fn count(&mut self, x: Tensor<2>, labels: Tensor<1, Int>, forget: f64) {
        let own = one_hot(labels, self.counts.dims()[0]).inner(); // [batch, classes]
        let fresh = own.clone().sum_dim(0).transpose(); // [classes, 1]
        // From the mean so far, so that far from zero little is lost.
        let rows = x - product(own.clone(), self.means.clone());
        let apart = product(own.clone().transpose(), rows.clone()) / fresh.clone().clamp_min(1.0); // [classes, size]
        let scatter = self.moments.sums(rows - product(own.clone(), apart.clone()), own);
        let old = self.counts.clone().mul_scalar(1.0 - forget);
        let all = old.clone() + fresh.clone();
        let share = fresh / all.clone().clamp_min(NOTHING);
        self.means = self.means.clone() + apart.clone() * share.clone();
        self.scatter = self.scatter.clone().mul_scalar(1.0 - forget) + scatter + self.moments.of(apart) * (old * share);
        self.counts = all;
    }

    /// `log P(y)` `[1, classes]`, by Laplace's rule of succession: a class that was not seen yet is not impossible.
    pub fn log_priors(&self) -> Tensor<2> {
        let more = self.counts.clone().transpose().add_scalar(1.0);
        (more.clone() / more.sum_dim(1)).log()
    }

    /// The mean of all samples, `[1, size]`.
    pub fn middle(&self) -> Tensor<2> {
        (self.means.clone() * self.counts.clone()).sum_dim(0) / self.total()
    }

    /// The mean of each class, `[classes, size]`; one that was not seen yet is taken to be like all samples.
    pub fn means(&self) -> Tensor<2> {
        self.where_seen(self.means.clone(), self.middle())
    }

    /// The central moments of each class, `[classes, moments]`; of one that was not seen those of all samples.
    pub fn own(&self) -> Tensor<2> {
        self.where_seen(self.scatter.clone() / self.counts.clone().clamp_min(NOTHING), self.whole())
    }

    /// The moments of all samples about the means of their classes, `[1, moments]`.
    pub fn within(&self) -> Tensor<2> {
        self.scatter.clone().sum_dim(0) / self.total()
    }

    /// The moments of all samples about the mean of all, `[1, moments]`.
    pub fn whole(&self) -> Tensor<2> {
        let between = self.moments.of(self.means.clone() - self.middle()) * self.counts.clone();
        self.within() + between.sum_dim(0) / self.total()
    }

    /// `log P(y) + log p(x | y)` of `x` `[batch, size]`, but for what is the same for all y: `[batch, classes]`. Each number by
    /// itself has one variance for all classes, to which a share `smoothing` of the largest is added: the logits are then
    /// linear in x (Ng & Jordan, NIPS 2001, section 2). Of [`Moments::Squares`] alone.
    pub fn alike(&self, x: Tensor<2>, smoothing: f64) -> Tensor<2> {
        let most = self.whole().max_dim(1).mul_scalar(smoothing).add_scalar(LEAST); // [1, 1]
        let middle = self.middle();
        // From the middle of all, so that far from zero little is lost.
        let means = self.means() - middle.clone();
        let slopes = means.clone() / (self.within() + most); // [classes, size]
        let constants = self.log_priors() - (means * slopes.clone()).sum_dim(1).mul_scalar(0.5).transpose();
        product(x - middle, slopes.transpose()) + constants
    }

    fn total(&self) -> Tensor<2> {
        self.counts.clone().sum_dim(0).clamp_min(NOTHING)
    }

    /// `rows` `[classes, n]` of the classes that were seen, `other` `[1, n]` for the others.
    fn where_seen(&self, rows: Tensor<2>, other: Tensor<2>) -> Tensor<2> {
        let seen = self.counts.clone().greater_elem(0.0).float();
        rows * seen.clone() + other * seen.neg().add_scalar(1.0)
    }
}

/// The row of each label: `rows` `[classes, n]` and `labels` `[batch]` to `[batch, n]`.
pub fn rows_of(labels: Tensor<1, Int>, rows: Tensor<2>) -> Tensor<2> {
    product(one_hot(labels, rows.dims()[0]).inner(), rows)
}

/// Symmetric moments are kept whole, and each pair is counted once as a parameter.
impl Kept for Counted {
    fn parameters(&self) -> usize {
        let [classes, size] = self.means.dims();
        let moments = if self.moments == Moments::Squares { size } else { size * (size + 1) / 2 };
        classes * (1 + size + moments)
    }

    fn keep(&mut self, _: &'static str, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        let tensors = [("counts", &mut self.counts), ("means", &mut self.means), ("scatter", &mut self.scatter)];
        for (name, tensor) in tensors {
            let shape = tensor.dims();
            let numbers = tensor.clone().reshape([shape[0] * shape[1]]);
            *tensor = keeper.visit(&format!("weights/{name}"), numbers)?.reshape(shape);
        }
        Ok(())
    }
}
