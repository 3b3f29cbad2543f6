//! The deep convolutional GAN: a generator of transposed convolutions against a discriminator of strided ones.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::adversarial::card::{MISPRINT, breaks, formulas, series};
use crate::engine::adversarial::{Duel, Judge, Maker, Playing, acts, every};
use crate::engine::generative::Generating;
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Conv, Deconv, Dense, Draw, leaky, sigmoid};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::Part;
use crate::engine::recipe::{Acted, Batch, Generator, Moment, Recipe, Scalars, Shape};
use crate::engine::training::Training;
use crate::knobs;
use crate::protocol::{Act, Card, View, Wing, if_listed, listed, text};

/// Side of the kernels; with stride 2 and padding 1 it halves or doubles a picture's sides.
const KERNEL: usize = 4;

knobs! {
    /// What can be set.
    pub struct Knobs {
        latent: whole(1, 256, log) = 10, cold Network, "Latent size" / "隐变量维数",
            "How many random numbers a sample is made of." / "每个样本由多少个随机数生成。";
        channels: whole(2, 64, log) = 16, cold Network, "Channels" / "通道数",
            "Channels at half the picture's side; there are twice as many at a quarter." / "图像边长一半处的通道数；四分之一处为其两倍。";
    }
    shared playing: Playing {
        r1: 0.02,
        average: 0.998,
        discriminator_rate: 2e-3,
        generating: Generating {
            training: Training { learning_rate: 2e-3, ..Training::default() },
            ..Generating::default()
        },
    }
}

/// Latents to pictures.
#[derive(Module, Debug)]
struct Painter {
    seed: Dense,
    first: Deconv,
    second: Deconv,
    #[module(skip)]
    small: [usize; 3],
}

impl Maker for Painter {
    fn make(&self, z: Tensor<2>) -> Tensor<4> {
        let [batch, _] = z.dims();
        let [channels, height, width] = self.small;
        let x = self.seed.forward(z).reshape([batch, channels, height, width]); // a quarter of the sides
        let x = level(leaky(x));
        let x = level(leaky(self.first.forward(x))); // half of the sides
        sigmoid(self.second.forward(x))
    }
}

/// Each place's channels divided by their root mean square: keeps the signal's size as batch normalisation does, but
/// samples of a batch stay apart (Karras et al., ICLR 2018, section 4.2).
fn level(x: Tensor<4>) -> Tensor<4> {
    let size = x.clone().square().mean_dim(1).add_scalar(1e-8).sqrt();
    x / size
}

/// Pictures to logits.
#[derive(Module, Debug)]
struct Critic {
    first: Conv,
    second: Conv,
    output: Dense,
    /// Of the class, where it is told.
    class: Option<Dense>,
}

impl Judge for Critic {
    fn judge(&self, x: Tensor<4>, class: Option<Tensor<2>>) -> Tensor<1> {
        let [batch, ..] = x.dims();
        let x = x.mul_scalar(2.0).sub_scalar(1.0);
        let x = leaky(self.first.strided(x, 2, 1)); // half of the sides
        let x = leaky(self.second.strided(x, 2, 1)); // a quarter
        let x = x.flatten::<2>(1, 3);
        let logits = self.output.forward(x.clone());
        // y V x is added for the class y (Miyato & Koyama, ICLR 2018, eq. 4).
        let logits = match self.class.as_ref().zip(class) {
            Some((layer, class)) => logits + (layer.forward(class) * x).sum_dim(1),
            None => logits,
        };
        logits.reshape([batch])
    }
}

/// The DCGAN.
pub struct Model {
    knobs: Knobs,
    duel: Duel<Painter, Critic>,
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "dcgan".into(),
            title: text("DCGAN (convolutional)", "深度卷积生成对抗网络 DCGAN"),
            wing: Wing::Generative,
            blurb: listed(
                "A generator of transposed convolutions against a convolutional discriminator.",
                "由转置卷积构成的生成器，与卷积判别器相互对抗。",
            ),
            explanation: [
                listed(
                    "Transposed convolutions double a small map of features twice until it is a picture, and the discriminator halves pictures in the same way: both know that neighbouring pixels belong together.",
                    "转置卷积把小特征图两次放大一倍，直到成为一张图片；判别器则以同样方式逐级缩小：双方都懂得相邻像素彼此相关。",
                ),
                MISPRINT,
                listed(
                    "Watch the samples, which come from the same latents throughout, and the two accuracies: near 50 % D cannot tell, at 100 % it has won.",
                    "观察始终由同一批隐变量生成的样本，以及两条准确率：接近 50 % 时判别器分辨不出，达到 100 % 时它已获胜。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(formulas),
            knobs: Knobs::knobs(),
            series: series(),
            views: vec![View::Samples, View::Decoded, View::Scores],
            breaks: if_listed(breaks),
            source_path: "src/zoo/dcgan.rs".into(),
        }
    }

    /// Sides that can be halved twice.
    fn fits(shape: &Shape) -> bool {
        shape.pictures() && shape.height.is_multiple_of(4) && shape.width.is_multiple_of(4)
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let (training, playing) = (&knobs.playing.generating.training, &knobs.playing);
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let (latent, channels) = (knobs.latent as usize, knobs.channels as usize);
        let (height, width) = (shape.height / 4, shape.width / 4);
        let classes = if playing.conditional { shape.classes } else { 0 };
        let features = 2 * channels * height * width;
        let painter = Painter {
            seed: draw.dense(latent + classes, features),
            first: draw.deconv(2 * channels, channels),
            second: draw.deconv(channels, shape.channels),
            small: [2 * channels, height, width],
        };
        let critic = Critic {
            first: draw.conv(shape.channels, channels, KERNEL),
            second: draw.conv(channels, 2 * channels, KERNEL),
            output: draw.dense(features, 1),
            class: (classes > 0).then(|| draw.dense(classes, features)),
        };
        Self { duel: Duel::new(painter, critic, latent, *shape, playing, device), knobs }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        &mut self.knobs
    }

    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        self.duel.step(batch, &self.knobs.playing, at)
    }

    fn acts(&self, at: Moment) -> Vec<Act> {
        acts(&self.knobs.playing, at)
    }

    fn carried() -> Vec<String> {
        every()
    }

    fn act(&mut self, index: usize, batch: &Batch, at: Moment) -> Acted {
        self.duel.act(index, batch, &self.knobs.playing, at)
    }

    fn generator(&self) -> Option<&dyn Generator> {
        Some(&self.duel)
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        self.duel.parts(&self.knobs.playing)
    }
}
