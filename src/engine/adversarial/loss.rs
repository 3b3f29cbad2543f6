//! What the two players want: the losses of adversarial training, and what counts as a right answer of the discriminator.

use burn::tensor::activation::{log_sigmoid, relu};
use burn::tensor::{Bool, Tensor};

use crate::choices;

choices! {
    /// The objectives. With D's output (a logit, or a critic's score) r on real and f on generated samples, each is a mean
    /// over the minibatch.
    pub enum Loss {
        /// `L_D = -log s(r) - log(1 - s(f))`, `L_G = -log s(f)`, s the sigmoid (Goodfellow et al., NIPS 2014, section 3).
        NonSaturating = "non-saturating", "Non-saturating (usual)" / "非饱和（常用）";
        /// The same D, and `L_G = log(1 - s(f))`: eq. 1 to the letter (ibid.).
        Saturating = "saturating", "Saturating (minimax)" / "饱和（极小极大）";
        /// `L_D = (r - 1)^2 / 2 + f^2 / 2`, `L_G = (f - 1)^2 / 2` (Mao et al., ICCV 2017, eq. 9).
        LeastSquares = "least-squares", "Least squares" / "最小二乘";
        /// `L_D = max(0, 1 - r) + max(0, 1 + f)`, `L_G = -f` (Lim & Ye 2017; Miyato et al., ICLR 2018, eq. 16 and 17).
        Hinge = "hinge", "Hinge" / "合页";
        /// `L_D = f - r`, `L_G = -f`, every weight of D clipped (Arjovsky et al., ICML 2017, Algorithm 1).
        Wasserstein = "wgan", "Wasserstein, clipped" / "Wasserstein（权重裁剪）";
        /// The same with a gradient penalty in place of the clipping (Gulrajani et al., NIPS 2017, eq. 3).
        GradientPenalty = "wgan-gp", "Wasserstein, gradient penalty" / "Wasserstein（梯度惩罚）";
    }
}

impl Loss {
    /// D's loss `[1]` for its outputs `real` and `fake` `[batch]`; `smooth` is taken off the target of real samples, which
    /// is 1 (one-sided label smoothing, Salimans et al., NIPS 2016, section 3.4), where the loss has such a target.
    pub fn discriminator(self, real: Tensor<1>, fake: Tensor<1>, smooth: f64) -> Tensor<1> {
        match self {
            Self::NonSaturating | Self::Saturating => {
                let yes = log_sigmoid(real.clone()).mul_scalar(1.0 - smooth);
                let yes = if smooth > 0.0 { yes + log_sigmoid(real.neg()).mul_scalar(smooth) } else { yes };
                yes.mean().neg() - log_sigmoid(fake.neg()).mean()
            }
            Self::LeastSquares => {
                (real.sub_scalar(1.0 - smooth).square().mean() + fake.square().mean()).mul_scalar(0.5)
            }
            Self::Hinge => relu(real.neg().add_scalar(1.0)).mean() + relu(fake.add_scalar(1.0)).mean(),
            Self::Wasserstein | Self::GradientPenalty => fake.mean() - real.mean(),
        }
    }

    /// G's loss `[1]` for D's outputs `fake` `[batch]`.
    pub fn generator(self, fake: Tensor<1>) -> Tensor<1> {
        match self {
            Self::NonSaturating => log_sigmoid(fake).mean().neg(),
            Self::Saturating => log_sigmoid(fake.neg()).mean(),
            Self::LeastSquares => fake.sub_scalar(1.0).square().mean().mul_scalar(0.5),
            Self::Hinge | Self::Wasserstein | Self::GradientPenalty => fake.mean().neg(),
        }
    }

    /// Per cent of real and of generated samples that D takes for what they are, each `[1]`. A logit is held against 0 and
    /// least squares against 1/2; a critic's score has no zero of its own and is held against the middle of both means.
    pub fn accuracy(self, real: Tensor<1>, fake: Tensor<1>) -> [Tensor<1>; 2] {
        let border = match self {
            Self::NonSaturating | Self::Saturating | Self::Hinge => real.clone().mean().mul_scalar(0.0),
            Self::LeastSquares => real.clone().mean().mul_scalar(0.0).add_scalar(0.5),
            Self::Wasserstein | Self::GradientPenalty => (real.clone().mean() + fake.clone().mean()).mul_scalar(0.5),
        };
        let share = |right: Tensor<1, Bool>| right.float().mean().mul_scalar(100.0);
        let (reals, fakes) = (border.clone().expand(real.dims()), border.expand(fake.dims()));
        [share(real.greater(reals)), share(fake.lower_equal(fakes))]
    }

    /// Whether the sigmoid of D's output is a probability.
    pub fn probability(self) -> bool {
        matches!(self, Self::NonSaturating | Self::Saturating)
    }
}
