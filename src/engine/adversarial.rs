//! The game of a generator and a discriminator: its knobs, one step of it, and the penalties that keep it stable.

pub mod average;
pub mod card;
pub mod loss;
pub mod spectral;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::generative::Generating;
use super::layers::one_hot;
use super::math::{Noise, Stream};
use super::optimiser::{Part, Trained};
use super::recipe::{Batch, Generator, Moment, Scalars, Score, Shape};
use super::training::Training;
use crate::{choices, knobs};
use average::Average;
use loss::Loss;
use spectral::Spectral;

/// The step of finite differences in the input, whose pixels reach from 0 to 1.
const SMALL: f64 = 0.01;

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

    /// One step: an update of D, then one of G against the new D (Goodfellow et al. 2014, Algorithm 1, with G's samples
    /// shared by both). `batch` may be on either device.
    pub fn step(&mut self, batch: Batch, knobs: &Playing, at: Moment) -> Scalars {
        (self.probability, self.divided) = (knobs.loss.probability(), knobs.spectral);
        let training = &knobs.generating.training;
        let (real, class) = (batch.images.inner(), self.class(batch.labels.inner()));
        let [count, ..] = real.dims();
        let mut noise = Noise::new(training.seed, Stream::Latents, at.step);
        let z = told(noise.gauss([count, self.latent], &real.device()), class.clone());
        let turn = match knobs.players {
            Players::Both => at.step.is_multiple_of(knobs.discriminator_steps as u64),
            Players::Generator => true,
            Players::Discriminator => false,
        };
        let fake = if turn { self.generator.network().make(z) } else { self.generator.network().valid().make(z) };
        let mut scalars = Vec::new();
        if knobs.players != Players::Generator {
            let fake = fake.clone().inner();
            scalars.extend(self.teach_discriminator(real, fake, class.clone(), knobs, &mut noise, at));
        }
        if turn {
            let scores = self.frozen(knobs.spectral).judge(blur(fake, knobs, &mut noise), class);
            let loss = knobs.loss.generator(scores);
            let norm = self.generator.descend_by(knobs.beta_1, &loss, training, at);
            self.average.follow(self.generator.network(), knobs.average);
            scalars.extend([("loss/generator", loss.inner()), ("gradient/generator", norm)]);
        }
        scalars
    }

    fn teach_discriminator(
        &mut self,
        real: Tensor<4>,
        fake: Tensor<4>,
        class: Option<Tensor<2>>,
        knobs: &Playing,
        noise: &mut Noise,
        at: Moment,
    ) -> Scalars {
        if knobs.spectral {
            self.spectral.iterate(self.discriminator.network());
        }
        let (real, fake) = (blur(real, knobs, noise), blur(fake, knobs, noise));
        let network = self.discriminator.network().clone();
        let network = if knobs.spectral { self.spectral.divide(network) } else { network };
        let [count, ..] = real.dims();
        let nudged = (knobs.r1 > 0.0).then(|| real.clone() + jolt(noise, &real).mul_scalar(SMALL));
        let seen: Vec<_> = [real.clone(), fake.clone()].into_iter().chain(nudged).collect();
        let classes = class.clone().map(|class| Tensor::cat(vec![class; seen.len()], 0));
        let parts = network.judge(Tensor::cat(seen, 0), classes).chunk(if knobs.r1 > 0.0 { 3 } else { 2 }, 0);
        debug_assert_eq!(parts[0].dims(), [count]);
        let loss = knobs.loss.discriminator(parts[0].clone(), parts[1].clone(), knobs.smoothing);
        let mut whole = loss.clone();
        if let Some(nudged) = parts.get(2) {
            whole = whole + r1(parts[0].clone(), nudged.clone()).mul_scalar(knobs.r1);
        }
        if knobs.loss == Loss::GradientPenalty && knobs.penalty > 0.0 {
            let share = Tensor::from_data(TensorData::new(noise.uniform(count, 0.5), [count, 1, 1, 1]), &real.device());
            let between = fake.clone() + (real - fake) * share.add_scalar(0.5);
            let excess = steepness(&network, &self.frozen(knobs.spectral), between, class).sub_scalar(1.0);
            whole = whole + excess.square().mean().mul_scalar(knobs.penalty);
        }
        let training = Training { learning_rate: knobs.discriminator_rate, ..knobs.generating.training.clone() };
        let norm = self.discriminator.descend_by(knobs.beta_1, &whole, &training, at);
        if knobs.loss == Loss::Wasserstein {
            self.discriminator.change(&mut Clip(knobs.clip));
        }
        let [yes, no] = knobs.loss.accuracy(parts[0].clone().inner(), parts[1].clone().inner());
        vec![
            ("loss/discriminator", loss.inner()),
            ("gradient/discriminator", norm),
            ("accuracy/real", yes),
            ("accuracy/generated", no),
        ]
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

/// Numbers of variance 1 and no correlation, in the shape of `like`: spread evenly, which needs no logarithm.
fn jolt(noise: &mut Noise, like: &Tensor<4>) -> Tensor<4> {
    let dims = like.dims();
    let numbers = noise.uniform(dims.iter().product(), 3_f32.sqrt());
    Tensor::from_data(TensorData::new(numbers, dims), &like.device().inner())
}

fn gauss(noise: &mut Noise, like: &Tensor<4>) -> Tensor<4> {
    let dims = like.dims();
    let numbers = noise.normal(dims.iter().product());
    Tensor::from_data(TensorData::new(numbers, dims), &like.device().inner())
}

/// Instance noise (Sønderby et al., ICLR 2017; Arjovsky & Bottou, ICLR 2017).
fn blur(x: Tensor<4>, knobs: &Playing, noise: &mut Noise) -> Tensor<4> {
    if knobs.instance_noise == 0.0 {
        return x;
    }
    let grain = gauss(noise, &x).mul_scalar(knobs.instance_noise);
    x + grain
}

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

/// Cuts every weight to a magnitude.
struct Clip(f64);

impl ModuleMapper for Clip {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, w, mapper) = param.consume();
        Param::from_mapped_value(id, w.inner().clamp(-self.0, self.0).autodiff().require_grad(), mapper)
    }
}
