//! The variational autoencoder: an encoder to Gaussians, a decoder from their samples, both trained by the ELBO.

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor};

use crate::engine::generative::{Generating, quality_series};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Dense, Draw, Grow, Init, Shrink, beside, one_hot};
use crate::engine::likelihood::{
    Bound, Likelihood, active, bernoulli, breaks, divergence, expectation, formulas, gaussian, points, reparametrise,
    series, with_free_bits,
};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Generator, Moment, Outcome, Posterior, Recipe, Scalars, Shape};
use crate::engine::training::Training;
use crate::protocol::{Card, View, Wing, if_listed, listed, text};
use crate::{choices, knobs};

/// Channels of pictures at half and at quarter size, in the convolutional variant.
const CHANNELS: [usize; 2] = [16, 32];
/// Log variance of a Gaussian likelihood at the start: a deviation of 0.22.
const LOG_VARIANCE: f32 = -3.0;

choices! {
    /// What the encoder and the decoder are made of.
    pub enum Body {
        /// One hidden layer each.
        Mlp = "mlp", "Multilayer perceptron" / "多层感知机";
        /// Two convolutions before it, and two transposed ones after it.
        Conv = "conv", "Convolutional" / "卷积网络";
    }
}

knobs! {
    /// What can be set.
    pub struct Knobs {
        latent: whole(2, 64, log) = 2, cold Network, "Latents" / "隐变量维数",
            "Numbers in a code: two can be seen as a plane, twenty restore pictures far better."
            / "编码中数字的个数：两个可以画成平面，二十个能把图像还原得好得多。";
        body: pick(Body) = Body::Mlp, cold Network, "Network" / "网络结构",
            "What the encoder and the decoder are made of; points and signals always use the perceptron."
            / "编码器与解码器的结构；平面上的点与信号总用多层感知机。";
        hidden: whole(8, 1024, log) = 400, cold Network, "Hidden layer" / "隐藏层",
            "Units of the encoder's hidden layer, and of the decoder's." / "编码器与解码器各自隐藏层的单元数。";
        conditional: switch() = false, cold Network, "Conditional on the class" / "以类别为条件",
            "Tells encoder and decoder the class, so that the code need not hold it and each class can be asked for."
            / "把类别告诉编码器与解码器：编码无需再存类别，还能指定要生成的类别。";
        likelihood: pick(Likelihood) = Likelihood::Bernoulli, cold Network, "Likelihood" / "似然",
            "How the decoder's output is compared with a picture; points and signals are always Gaussian."
            / "如何把解码器的输出与图像比较；点与信号总用高斯分布。";
        beta: real(0.001, 1000.0, log) = 1.0, hot Training, "Weight of the KL (β)" / "KL 权重（β）",
            "Above 1 codes are pressed towards the prior, below 1 they are left alone."
            / "大于 1 时编码被压向先验，小于 1 时则放任编码。";
        free_bits: real(0.0, 5.0, linear) = 0.0, hot Training, "Free bits (λ)" / "免费比特（λ）",
            "Nats that each latent may use at no cost, so that none is pressed to nothing."
            / "每个隐变量可免费使用的信息量（奈特），避免被压成零。";
    }
    shared generating: Generating { training: Training { batch_size: 128, init: Init::Torch, ..Training::default() } }
}

#[derive(Module, Debug)]
struct Network {
    /// Before the encoder and after the decoder of the convolutional variant.
    convolutions: Option<(Shrink, Grow)>,
    encoder: Dense,
    mean: Dense,
    log_variance: Dense,
    decoder: Dense,
    output: Dense,
    /// Of a Gaussian likelihood: `[1]`.
    spread: Option<Param<Tensor<1>>>,
}

impl Network {
    /// `images` `[batch, channels, height, width]`; `class` `[batch, classes]` is told to a conditional model.
    fn encode(&self, images: Tensor<4>, class: Option<Tensor<2>>) -> Posterior {
        let features = match &self.convolutions {
            Some((shrink, _)) => shrink.forward(images),
            None => images,
        };
        let hidden = relu(self.encoder.forward(beside(features.flatten(1, 3), class)));
        Posterior { mean: self.mean.forward(hidden.clone()), log_variance: self.log_variance.forward(hidden) }
    }

    /// `z` `[batch, latent]` to logits of Bernoullis, or what makes the means of Gaussians, `[batch, size]`.
    fn decode(&self, z: Tensor<2>, class: Option<Tensor<2>>, shape: Shape) -> Tensor<2> {
        let hidden = relu(self.decoder.forward(beside(z, class)));
        let output = self.output.forward(hidden);
        match &self.convolutions {
            Some((_, grow)) => {
                let quarter = [output.dims()[0], CHANNELS[1], shape.height / 4, shape.width / 4];
                grow.forward(relu(output).reshape(quarter)).flatten(1, 3)
            }
            None => output,
        }
    }
}

/// The variational autoencoder.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    trained: Trained<Network>,
}

impl Model {
    /// `[batch, classes]`, of a model that is conditional on the class.
    fn class(&self, labels: &Tensor<1, Int>) -> Option<Tensor<2>> {
        self.knobs.conditional.then(|| one_hot(labels.clone(), self.shape.classes))
    }

    /// The parts of the bound for `batch`, with one sample of each posterior, and the posteriors' means.
    fn bound(&self, network: &Network, batch: &Batch, mut noise: Noise, device: &Device) -> (Bound, Tensor<2>) {
        let class = self.class(&batch.labels);
        let posterior = network.encode(batch.images.clone(), class.clone());
        let z = reparametrise(&posterior, &mut noise, device); // [batch, latent]
        let (x, output) = (batch.images.clone().flatten(1, 3), network.decode(z, class, self.shape));
        let reconstruction = match &network.spread {
            Some(spread) => gaussian(x, expectation(output, self.shape), spread.val()),
            None => bernoulli(x, output),
        };
        (Bound { reconstruction, divergence: divergence(&posterior) }, posterior.mean)
    }
}

impl Generator for Model {
    fn latent(&self) -> usize {
        self.knobs.latent as usize
    }

    fn generate(&self, z: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<4> {
        let Shape { channels, height, width, .. } = self.shape;
        let [count, _] = z.dims();
        let output = self.trained.network().valid().decode(z, self.class(&labels), self.shape);
        expectation(output, self.shape).reshape([count, channels, height, width])
    }

    fn encode(&self, batch: Batch) -> Option<Posterior> {
        Some(self.trained.network().valid().encode(batch.images, self.class(&batch.labels)))
    }
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "vae".into(),
            title: text("Variational autoencoder", "变分自编码器"),
            wing: Wing::Generative,
            blurb: listed(
                "Squeezes each picture into a few numbers, and paints new pictures from random ones.",
                "把每张图像压缩成几个数，再用随机数画出新的图像。",
            ),
            explanation: [
                listed(
                    "An encoder turns a picture into a Gaussian over codes, and a decoder turns a sample of it back into a picture.",
                    "编码器把图像变成编码上的一个高斯分布，解码器再把从中抽取的样本还原成图像。",
                ),
                listed(
                    "Both learn by raising the ELBO, a lower bound of log p(x); texts that print the objective as an integral over P(θ), or leave out the sampling and the KL, describe another model.",
                    "两者一起学习，使 log p(x) 的下界 ELBO 增大；有些文章把目标写成对 P(θ) 的积分，或者省去采样与 KL 项，那其实是另一个模型。",
                ),
                listed(
                    "Watch the classes part in the latent plane; with 20 latents instead of 2 the pictures are restored far better, and the bound comes near the published 105.6 nats.",
                    "观察各类别在隐空间平面上如何分开；把隐变量从 2 个增加到 20 个，还原效果会好得多，下界也会接近公开结果 105.6 奈特。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(formulas),
            knobs: Knobs::knobs(),
            series: series().into_iter().chain(quality_series()).collect(),
            views: vec![View::Samples, View::Reconstructions, View::Latent, View::Decoded],
            breaks: if_listed(breaks),
            source_path: "src/zoo/vae.rs".into(),
        }
    }

    fn fits(_: &Shape) -> bool {
        true
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.generating.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let (latent, hidden) = (knobs.latent as usize, knobs.hidden as usize);
        let class = if knobs.conditional { shape.classes } else { 0 };
        let quarters = shape.height.is_multiple_of(4) && shape.width.is_multiple_of(4);
        let convolutions = (knobs.body == Body::Conv && quarters)
            .then(|| (draw.shrink(shape.channels, CHANNELS), draw.grow(CHANNELS, shape.channels)));
        let quarter = CHANNELS[1] * (shape.height / 4) * (shape.width / 4);
        let features = if convolutions.is_some() { quarter } else { shape.size() };
        let is_gaussian = knobs.likelihood == Likelihood::Gaussian || points(*shape);
        let network = Network {
            convolutions,
            encoder: draw.dense(features + class, hidden),
            mean: draw.dense(hidden, latent),
            log_variance: draw.dense(hidden, latent),
            decoder: draw.dense(latent + class, hidden),
            output: draw.dense(hidden, features),
            spread: is_gaussian.then(|| Param::from_tensor(Tensor::full([1], LOG_VARIANCE, device))),
        };
        Self { trained: Trained::new(network, training), shape: *shape, knobs }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        &mut self.knobs
    }

    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        let Knobs { beta, free_bits, ref generating, .. } = self.knobs;
        let training = &generating.training;
        let noise = Noise::new(training.seed, Stream::Latents, at.step);
        let device = self.trained.network().mean.bias.val().device().inner();
        let (bound, means) = self.bound(self.trained.network(), &batch, noise, &device);
        let pressed = with_free_bits(bound.divergence.clone(), free_bits).mul_scalar(beta);
        let objective = bound.reconstruction.clone().mean() + pressed;
        self.trained.descend(&objective, training, at);
        let [loss, reconstruction, kl] = bound.terms().map(|term| term.inner().mean());
        let used = active(means.inner());
        vec![("loss/train", loss), ("reconstruction/train", reconstruction), ("kl/train", kl), ("latents/active", used)]
    }

    /// One sample of each posterior; the noise follows from the seed, so that two evaluations of the same weights agree.
    fn outcome(&self, batch: Batch) -> Outcome {
        let noise = Noise::new(self.knobs.generating.training.seed, Stream::Tested, 0);
        let (bound, _) = self.bound(&self.trained.network().valid(), &batch, noise, &batch.images.device());
        let [loss, reconstruction, kl] = bound.terms();
        let values = vec![("loss/test", loss), ("reconstruction/test", reconstruction), ("kl/test", kl)];
        Outcome { values, ..Outcome::default() }
    }

    fn generator(&self) -> Option<&dyn Generator> {
        Some(self)
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.trained.part("", &self.knobs.generating.training)]
    }
}
