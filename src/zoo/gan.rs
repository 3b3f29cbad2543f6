//! The generative adversarial network of two multilayer perceptrons, for pictures and for points in the plane.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::adversarial::card::{MISPRINT, breaks, formulas, series};
use crate::engine::adversarial::{Duel, Judge, Maker, Playing, acts, every};
use crate::engine::generative::Generating;
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Dense, Draw, leaky, sigmoid, waved, waves};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::Part;
use crate::engine::recipe::{Acted, Batch, Generator, Moment, Recipe, Scalars, Shape};
use crate::engine::training::Training;
use crate::knobs;
use crate::protocol::{Act, Card, View, Wing, if_listed, listed, text};

/// Octaves of Fourier features that G has of its latents and D of points: both must be steep where modes are narrow.
const OCTAVES: [usize; 2] = [4, 2];
/// The slowest of each: over the bulk of N(0, 1), and over twice the width of the plane's window.
const SLOWEST: [f64; 2] = [1.0, std::f64::consts::FRAC_PI_2];

knobs! {
    /// What can be set.
    pub struct Knobs {
        latent: whole(1, 256, log) = 10, cold Network, "Latent size" / "隐变量维数",
            "How many random numbers a sample is made of." / "每个样本由多少个随机数生成。";
        width: whole(4, 1024, log) = 256, cold Network, "Hidden units" / "隐藏单元数",
            "Units of each of the two hidden layers, in both networks." / "两个网络中每个隐藏层（各两层）的单元数。";
    }
    shared playing: Playing {
        r1: 0.02,
        average: 0.999,
        discriminator_rate: 2e-3,
        generating: Generating {
            training: Training { learning_rate: 2e-3, ..Training::default() },
            ..Generating::default()
        },
    }
}

/// Latents to samples.
#[derive(Module, Debug)]
struct Painter {
    first: Dense,
    second: Dense,
    third: Dense,
    #[module(skip)]
    sides: [usize; 3],
}

impl Maker for Painter {
    fn make(&self, z: Tensor<2>) -> Tensor<4> {
        let [batch, _] = z.dims();
        let [channels, height, width] = self.sides;
        let z = if height > 1 && width > 1 { z } else { waves(z, SLOWEST[0], OCTAVES[0]) };
        let hidden = leaky(self.first.forward(z)); // [batch, width]
        let hidden = leaky(self.second.forward(hidden));
        let x = self.third.forward(hidden).reshape([batch, channels, height, width]);
        // Pixels lie between 0 and 1; coordinates of points lie anywhere.
        if height > 1 && width > 1 { sigmoid(x) } else { x }
    }
}

/// Samples to logits.
#[derive(Module, Debug)]
struct Critic {
    first: Dense,
    second: Dense,
    third: Dense,
}

impl Judge for Critic {
    fn judge(&self, x: Tensor<4>, class: Option<Tensor<2>>) -> Tensor<1> {
        let [batch, _, height, width] = x.dims();
        let x = x.flatten(1, 3);
        let picture = height > 1 && width > 1;
        let x = if picture { x.mul_scalar(2.0).sub_scalar(1.0) } else { waves(x, SLOWEST[1], OCTAVES[1]) };
        // The class stands beside the pixels (Mirza & Osindero 2014).
        let x = match class {
            Some(class) => Tensor::cat(vec![x, class], 1),
            None => x,
        };
        let hidden = leaky(self.first.forward(x)); // [batch, width]
        let hidden = leaky(self.second.forward(hidden));
        self.third.forward(hidden).reshape([batch])
    }
}

/// The GAN.
pub struct Model {
    knobs: Knobs,
    duel: Duel<Painter, Critic>,
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "gan".into(),
            title: text("GAN (two perceptrons)", "生成对抗网络 GAN（两个感知机）"),
            wing: Wing::Generative,
            blurb: listed(
                "A generator against a discriminator, both multilayer perceptrons.",
                "生成器与判别器相互对抗，二者都是多层感知机。",
            ),
            explanation: [
                listed(
                    "The generator turns random numbers into samples; the discriminator learns to tell them from real ones; each improves against the other, and no likelihood is ever computed.",
                    "生成器把随机数变成样本，判别器学习把它们与真实样本区分开；双方在对抗中共同进步，全程不需要计算似然。",
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
            source_path: "src/zoo/gan.rs".into(),
        }
    }

    fn fits(_: &Shape) -> bool {
        true
    }

    /// Points need small nets, large batches, and a D that may be steep: R1 of 0.02 already smooths narrow modes away.
    fn tuned(shape: &Shape) -> Knobs {
        let knobs = Knobs::default();
        if shape.pictures() {
            return knobs;
        }
        let training = Training { batch_size: 256, ..Training::default() };
        let generating = Generating { training, ..Generating::default() };
        let playing = Playing { r1: 0.005, average: 0.99, discriminator_rate: 1e-3, generating, ..Playing::default() };
        Knobs { latent: 2, width: 128, playing }
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let (training, playing) = (&knobs.playing.generating.training, &knobs.playing);
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let (latent, width) = (knobs.latent as usize, knobs.width as usize);
        let classes = if playing.conditional { shape.classes } else { 0 };
        let [told, seen] = [latent + classes, shape.size()];
        let [told, seen] =
            if shape.pictures() { [told, seen] } else { [waved(told, OCTAVES[0]), waved(seen, OCTAVES[1])] };
        let painter = Painter {
            first: draw.dense(told, width),
            second: draw.dense(width, width),
            third: draw.dense(width, shape.size()),
            sides: [shape.channels, shape.height, shape.width],
        };
        let critic = Critic {
            first: draw.dense(seen + classes, width),
            second: draw.dense(width, width),
            third: draw.dense(width, 1),
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
