//! The classes' multivariate normal distributions: what discriminant analysis makes of what was counted.

use burn::tensor::{Int, Tensor};

use super::cholesky::{Factor, cholesky};
use super::gaussian::{Counted, rows_of};
use super::layers::one_hot;
use crate::choices;
use crate::kernels::product;

/// Added to every variance, also where all samples are alike: a deviation of a quarter of a grey level.
const LEAST: f64 = 1e-6;

choices! {
    /// Whose covariances a class has.
    pub enum Covariance {
        /// Its own: boundaries are of second degree (QDA).
        Own = "own", "Each class's own: quadratic (QDA)" / "每类各自：二次（QDA）";
        /// Those of all classes together: boundaries are straight (LDA).
        Shared = "shared", "Shared by all classes: linear (LDA)" / "各类共享：线性（LDA）";
    }
}

/// A normal distribution for each class. Of a shared covariance there is one factor, else one for each class.
#[derive(Clone)]
pub struct Normals {
    /// The mean of all samples, `[1, size]`: distances are taken from there, so that little cancels.
    middle: Tensor<2>,
    /// `[classes, size]`.
    means: Tensor<2>,
    /// Each factor L beside the other, for `z L^T`: `[size, factors * size]`.
    spread: Tensor<2>,
    /// Likewise each L^-1: `[size, factors * size]`.
    whiten: Tensor<2>,
    /// `L^-1 (mean - middle)` of each class: `[1, classes, size]`.
    whitened: Tensor<3>,
    /// `log P(y)` and what does not depend on x, `[1, classes]`.
    constants: Tensor<2>,
}

impl Normals {
    /// Of what was counted, pairs included; covariances are drawn towards a round cloud by `shrinkage`, from 0 to 1, as in
    /// Friedman's regularized discriminant analysis (JASA 84, 1989, eq. 18). The cloud is as wide as all classes on average
    /// and not as the class itself, so that a class of few samples is not given one of no width.
    pub fn of(counted: &Counted, covariance: Covariance, shrinkage: f64) -> Self {
        let (middle, means, within) = (counted.middle(), counted.means(), counted.within());
        let [classes, size] = means.dims();
        let eye = Tensor::<2>::eye(size, &middle.device());
        let width = (within.clone().reshape([size, size]) * eye.clone()).sum().div_scalar(size as f64);
        let round = eye * width.mul_scalar(shrinkage).add_scalar(LEAST).reshape([1, 1]);
        let moments = if covariance == Covariance::Own { counted.own() } else { within };
        let [factors, _] = moments.dims();
        let shrunk = moments.mul_scalar(1.0 - shrinkage).reshape([factors, size, size]) + round.unsqueeze();
        let factor = cholesky(shrunk, LEAST);
        let size_of_unit = size as f64 * std::f64::consts::TAU.ln();
        let widths = factor.log_determinant().add_scalar(size_of_unit).mul_scalar(0.5).reshape([1, factors]);
        let Factor { lower, inverse } = factor;
        let apart = (means.clone() - middle.clone()).unsqueeze_dim::<3>(1); // [classes, 1, size]
        let whitened = apart.matmul(inverse.clone().transpose()).reshape([1, classes, size]);
        let [spread, whiten] = [lower, inverse].map(|factor| factor.reshape([factors * size, size]).transpose());
        Self { middle, means, spread, whiten, whitened, constants: counted.log_priors() - widths }
    }

    /// `log P(y) + log p(x | y)` of `x` `[batch, size]`: `[batch, classes]`. Where the covariance is shared, the square of x
    /// is the same for all classes, so that a linear function of x tells them apart.
    pub fn logits(&self, x: Tensor<2>) -> Tensor<2> {
        let ([batch, size], [classes, _]) = (x.dims(), self.means.dims());
        let whitened = product(x - self.middle.clone(), self.whiten.clone()).reshape([batch, self.factors(), size]);
        let squares = (whitened - self.whitened.clone()).square().sum_dim(2).reshape([batch, classes]);
        self.constants.clone() - squares.mul_scalar(0.5)
    }

    /// `mean + L z` of each label's class: `z` `[batch, size]` and `labels` `[batch]` to `[batch, size]`.
    pub fn sample(&self, z: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<2> {
        let ([batch, size], [classes, _]) = (z.dims(), self.means.dims());
        let own = one_hot(labels.clone(), classes).inner().unsqueeze_dim::<3>(2); // [batch, classes, 1]
        let apart = product(z, self.spread.clone()).reshape([batch, self.factors(), size]);
        (apart * own).sum_dim(1).reshape([batch, size]) + rows_of(labels, self.means.clone())
    }

    /// The mean of each class, `[classes, size]`.
    pub fn means(&self) -> Tensor<2> {
        self.means.clone()
    }

    /// The deviation of each number, of each class or of all that share it: `[factors, size]`.
    pub fn deviations(&self) -> Tensor<2> {
        let size = self.means.dims()[1];
        self.spread.clone().square().sum_dim(0).sqrt().reshape([self.factors(), size])
    }

    /// Of a shared covariance S the weights of the linear function that speaks for each class, `S^-1 (mean - middle)`:
    /// `[classes, size]`.
    pub fn weights(&self) -> Option<Tensor<2>> {
        let shape = self.means.dims();
        (self.factors() == 1).then(|| product(self.whitened.clone().reshape(shape), self.whiten.clone().transpose()))
    }

    fn factors(&self) -> usize {
        let [size, wide] = self.spread.dims();
        wide / size
    }
}
