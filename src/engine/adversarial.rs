//! The game of a generator and a discriminator: its knobs, one step of it, and the penalties that keep it stable.

mod acts;
pub mod average;
pub mod card;
pub mod loss;
mod penalty;
pub mod spectral;
mod step;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::generative::Generating;
use super::layers::one_hot;
use super::math::{Noise, Stream};
use super::optimiser::{Part, Trained};
use super::recipe::{Batch, Generator, Score, Shape};
use super::training::Training;
use crate::{choices, knobs};
pub use acts::{acts, every};
use average::Average;
use loss::Loss;
pub use penalty::{r1, steepness};
use spectral::Spectral;
use step::Round;

choices! {
    /// Who learns.
    pub enum Players {
        /// First D, then G.
        Both = "both", "Both" / "双方";
        /// D stands still.
        Generator = "generator", "Generator only" / "仅生成器";
        /// G stands still.
        Discriminator = "discriminator", "Discriminator only" / "仅判别器";
    }
}

knobs! {
    /// How the two networks play; the learning rate that all models share is the generator's.
    pub struct Playing {
        loss: pick(Loss) = Loss::NonSaturating, hot Training, "Adversarial loss" / "对抗损失",
            "What the two players optimise." / "博弈双方各自优化的目标。";
        players: pick(Players) = Players::Both, hot Training, "Players" / "参与训练的网络",
            "Who learns in a step: hold one player still and watch the other." / "每一步由谁学习：固定一方，观察另一方。";
        discriminator_rate: real(1e-6, 10.0, log) = 1e-3, hot Training, "Discriminator's learning rate" / "判别器学习率",
            "D's own learning rate; two time scales help the game to settle (Heusel et al. 2017)."
            / "判别器单独的学习率；双时间尺度有助于博弈收敛（Heusel 等，2017）。";
        discriminator_steps: whole(1, 10, linear) = 1, hot Training, "Discriminator steps" / "判别器步数",
            "G learns only at every so many-th step, D at each." / "判别器每步都学习，生成器每隔这么多步才学习一次。";
        beta_1: real(0.0, 0.99, linear) = 0.5, hot Training, "Adam's beta 1" / "Adam 的 β₁",
            "How much of the last gradients Adam keeps; high values make the two players swing."
            / "Adam 保留多少过去的梯度；过大会使博弈双方来回振荡。", when optimiser = "adam" | "adamw";
        clip: real(1e-3, 1.0, log) = 0.03, hot Training, "Weight clipping" / "权重裁剪",
            "After each of its updates every weight of D is cut to this magnitude."
            / "判别器每次更新后，把每个权重截断到这一幅度以内。", when loss = "wgan";
        penalty: real(0.0, 100.0, linear) = 10.0, hot Training, "Gradient penalty" / "梯度惩罚系数",
            "How strongly the norm of D's gradient is drawn to 1; found by a finite difference along that gradient."
            / "把判别器梯度范数拉向 1 的强度；沿梯度方向用有限差分计算。", when loss = "wgan-gp";
        r1: real(0.0, 100.0, linear) = 0.0, hot Training, "R1 penalty" / "R1 惩罚系数",
            "Weight of D's squared gradient on real samples, found by finite differences along random directions."
            / "判别器在真实样本上梯度平方的权重，沿随机方向用有限差分估计。";
        spectral: switch() = false, hot Training, "Spectral normalisation" / "谱归一化",
            "Divides each weight matrix of D by its largest singular value, so that D cannot be steep."
            / "把判别器的每个权重矩阵除以其最大奇异值，使判别器不会过陡。";
        smoothing: real(0.0, 0.5, linear) = 0.0, hot Training, "One-sided label smoothing" / "单侧标签平滑",
            "Taken off the target 1 of real samples, so that D is never quite sure."
            / "从真实样本的目标值 1 中减去，使判别器不会过于自信。",
            when loss = "non-saturating" | "saturating" | "least-squares";
        instance_noise: real(0.0, 1.0, linear) = 0.0, hot Training, "Instance noise" / "实例噪声",
            "Standard deviation of the noise that is added to all that D sees." / "加到判别器所有输入上的噪声的标准差。";
        average: real(0.0, 0.9999, linear) = 0.99, hot Training, "Averaging of the generator" / "生成器权重平均（EMA）",
            "Samples come from a running average of G's weights with this decay; 0 takes the weights as they are."
            / "用以该衰减率滑动平均的生成器权重来采样；0 表示直接使用当前权重。";
        conditional: switch() = false, cold Network, "Conditional on the class" / "以类别为条件",
            "Tells both players the class." / "把类别标签同时告诉博弈双方。";
    }
    shared generating: Generating { training: Training { batch_size: 64, ..Training::default() } }
}

/// A network that makes samples.
pub trait Maker: Module {
    /// `[batch, channels, height, width]` of `[batch, latent]`, or of `[batch, latent + classes]` where the class is told.
    fn make(&self, z: Tensor<2>) -> Tensor<4>;
}

/// A network that judges samples.
pub trait Judge: Module {
    /// `[batch]`, a logit or a score, of `[batch, channels, height, width]` and, where it is told, the class `[batch, classes]`.
    fn judge(&self, x: Tensor<4>, class: Option<Tensor<2>>) -> Tensor<1>;
}

/// Both players, with all that they remember.
pub struct Duel<G, D> {
    generator: Trained<G>,
    discriminator: Trained<D>,
    average: Average<G>,
    spectral: Spectral,
    shape: Shape,
    latent: usize,
    /// Whether the class is told; and what the loss was at the last step, to read D's output by.
    conditional: bool,
    probability: bool,
    divided: bool,
    /// The step that has begun, where it is carried out act by act.
    round: Option<Round<D>>,
}

/// Numbers that both players are told: `[batch, latent]` and the class.
fn told(z: Tensor<2>, class: Option<Tensor<2>>) -> Tensor<2> {
    match class {
        Some(class) => Tensor::cat(vec![z, class], 1),
        None => z,
    }
}

impl<G: Maker, D: Judge> Duel<G, D> {
    /// A game that has not begun; networks and `device` are autodiff.
    pub fn new(generator: G, discriminator: D, latent: usize, shape: Shape, knobs: &Playing, device: &Device) -> Self {
        let training = &knobs.generating.training;
        let noise = Noise::new(training.seed, Stream::Weights, 1);
        Self {
            average: Average::new(&generator),
            spectral: Spectral::new(&discriminator, noise, &device.clone().inner()),
            generator: Trained::new(generator, training),
            discriminator: Trained::new(discriminator, training),
            conditional: knobs.conditional,
            probability: knobs.loss.probability(),
            divided: knobs.spectral,
            round: None,
            shape,
            latent,
        }
    }

    /// The generator as it is trained.
    pub fn generator(&self) -> &G {
        self.generator.network()
    }

    /// The discriminator as it is trained.
    pub fn discriminator(&self) -> &D {
        self.discriminator.network()
    }

    /// D for use without learning: on the inner device, its weights divided where that is asked for.
    fn frozen(&self, divided: bool) -> D {
        let network = self.discriminator.network().valid();
        if divided { self.spectral.divide(network) } else { network }
    }

    fn class(&self, labels: Tensor<1, Int>) -> Option<Tensor<2>> {
        self.conditional.then(|| one_hot(labels, self.shape.classes))
    }

    /// What snapshots hold: both players, the averaged generator, the singular vectors.
    pub fn parts(&mut self, knobs: &Playing) -> Vec<Part<'_>> {
        let training = &knobs.generating.training;
        vec![
            self.generator.part("generator", training),
            self.discriminator.part("discriminator", training),
            Part::new("average", &mut self.average),
            Part::new("discriminator", &mut self.spectral),
        ]
    }
}

impl<G: Maker, D: Judge> Generator for Duel<G, D> {
    fn latent(&self) -> usize {
        self.latent
    }

    fn generate(&self, z: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<4> {
        self.average.network().make(told(z, self.class(labels)))
    }

    fn score(&self, batch: Batch) -> Option<Score> {
        let class = self.class(batch.labels);
        Some(Score { logits: self.frozen(self.divided).judge(batch.images, class), probability: self.probability })
    }
}
