//! Softmax regression: one linear layer, the simplest classifier that gives probabilities.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::classifier::{
    adam_formula, cross_entropy_formula, filters, knob, learn, on_mnist1d, published, series, source, symbol,
};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Dense, Draw, Init};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Moment, Plate, Recipe, Scalars, Shape, Sheet};
use crate::engine::training::Training;
use crate::knobs;
use crate::protocol::{Card, Formula, View, Wing, if_listed, listed, text};

knobs! {
    /// What can be set: only how it is trained. Its loss is convex, so zero is a good place to start from.
    pub struct Knobs {}
    shared training: Training { init: Init::Zero }
}

/// `logits = x W + b`.
#[derive(Module, Debug)]
struct Network {
    linear: Dense,
}

impl Network {
    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.linear.forward(images.flatten(1, 3)) // [batch, classes]
    }
}

/// Softmax regression.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    trained: Trained<Network>,
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "softmax".into(),
            title: text("Softmax regression", "Softmax 回归"),
            wing: Wing::Discriminative,
            blurb: listed("One linear layer: a template for each class.", "只有一个线性层：为每个类别学习一个模板。"),
            explanation: [
                listed(
                    "Each class has one weight for every pixel; a picture's score for the class is the weighted sum of its pixels, and the softmax turns the scores into probabilities.",
                    "每个类别对每个像素都有一个权重；图片在该类别上的得分是像素的加权和，softmax 再把各个得分变成概率。",
                ),
                listed(
                    "It models p(y | x) directly, as discriminative models do, and learns by going down the gradient of the cross-entropy, which for this model is convex: it has no local minima to get stuck in.",
                    "作为判别模型，它直接对 p(y | x) 建模，并沿交叉熵的梯度下降来学习；对这个模型来说损失是凸的，不会陷入局部极小值。",
                ),
                listed(
                    "Watch the filters become blurred pictures of their classes, and the accuracy stop, on MNIST near 92 %: straight boundaries between pixels' weighted sums do little better, whoever draws them.",
                    "观察权重图逐渐变成各类别的模糊图像，而准确率就此停住（在 MNIST 上约 92 %）：线性的决策边界大致只能做到这一步。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| vec![model_formula(), cross_entropy_formula(), adam_formula()]),
            knobs: Knobs::knobs(),
            series: series(vec![
                published(
                    "mnist",
                    92.0,
                    source(
                        "scikit-learn, benchmarks/bench_mnist.py: LogisticRegression-SAG, 8.0 % errors",
                        "https://github.com/scikit-learn/scikit-learn/blob/main/benchmarks/bench_mnist.py",
                    ),
                ),
                on_mnist1d(32.0),
            ]),
            views: vec![
                View::Reading,
                View::Regions,
                View::Filters,
                View::Activations,
                View::Confusion,
                View::Mistakes,
            ],
            breaks: Vec::new(),
            source_path: "src/zoo/softmax.rs".into(),
        }
    }

    fn fits(_: &Shape) -> bool {
        true
    }

    /// Points have two numbers where pictures have hundreds: a weight must grow far before it parts two classes.
    fn tuned(shape: &Shape) -> Knobs {
        Knobs::default().with(|knobs| {
            if shape.size() == 2 {
                knobs.training.learning_rate = 0.03;
            }
        })
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let network = Network { linear: draw.dense(shape.channels * shape.height * shape.width, shape.classes) };
        Self { trained: Trained::new(network, training), shape: *shape, knobs }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        &mut self.knobs
    }

    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        let logits = self.trained.network().forward(batch.images.clone());
        learn(&mut self.trained, logits, batch, &self.knobs.training, at)
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.trained.network().valid().forward(images))
    }

    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate> {
        let network = self.trained.network().valid();
        let Shape { channels, height, width, classes, .. } = self.shape;
        match view {
            View::Filters => {
                let title = text("One weight picture for each class", "每个类别的权重图");
                Some(filters(title, &self.trained, network.linear.weight.val(), |weights| {
                    weights.transpose().reshape([classes * channels, height, width])
                }))
            }
            View::Activations => {
                let picture = probe?;
                let logits = network.forward(picture.clone());
                Some(vec![
                    Sheet::maps(text("Input", "输入"), picture, false),
                    Sheet::row(text("Logits", "Logits（得分）"), logits, true),
                ])
            }
            _ => None,
        }
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.trained.part("", &self.knobs.training)]
    }
}

fn model_formula() -> Formula {
    Formula {
        title: listed("The model", "模型"),
        tex: r"p(y = k \mid x) = \mathrm{softmax}(z)_k, \qquad z = W^{\top} x + b".into(),
        symbols: vec![
            symbol("x", listed("the picture's pixels in a row", "展开成向量的像素")),
            knob("W", "init", listed("the weights: one column for each class", "权重：每个类别一列")),
            symbol("b", listed("one bias for each class", "每个类别一个偏置")),
            symbol("z", listed("the logits: one score for each class", "logits：每个类别一个得分")),
        ],
        source: source(
            "C. M. Bishop, Pattern Recognition and Machine Learning, 2006, eq. 4.104 and 4.105",
            "https://www.microsoft.com/en-us/research/publication/pattern-recognition-machine-learning/",
        ),
    }
}
