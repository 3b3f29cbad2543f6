//! The linear support vector machine: one linear layer whose scores must keep a margin.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::classifier::{filters, published, source, symbol};
use crate::engine::hinge::{Margin, formulas, judge, learn, series};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Dense, Draw};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Moment, Outcome, Plate, Recipe, Scalars, Shape, Sheet};
use crate::knobs;
use crate::protocol::{Card, Formula, View, Wing, if_listed, listed, text};

knobs! {
    /// What can be set: the margin, and how it is learnt.
    pub struct Knobs {}
    shared margin: Margin {}
}

/// The linear support vector machine.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    machine: Trained<Dense>,
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "svm".into(),
            title: text("Linear support vector machine", "线性支持向量机"),
            wing: Wing::Discriminative,
            blurb: listed("One linear layer that leaves a margin.", "一个要求留出间隔的线性层。"),
            explanation: [
                listed(
                    "Each class has one weight for every pixel, as in softmax regression, but a support vector machine models no probabilities: of its scores only the differences count, and the percentages that the page shows are a softmax of them, not calibrated.",
                    "与 Softmax 回归一样，每个类别对每个像素都有一个权重；但支持向量机不对概率建模：得分中只有差值有意义，页面显示的百分比只是对得分做 softmax，并未经过校准。",
                ),
                listed(
                    "Being right is not enough: the true class must lead by 1, what is missing of that is a sample's slack, and learning lowers all slacks together with the weights, because the smaller the weights, the wider the margin.",
                    "只判对还不够：真实类别的得分必须领先 1，差多少就是该样本的松弛量；学习会同时压低所有松弛量与权重，因为权重越小，间隔越宽。",
                ),
                listed(
                    "Turn C and watch the support vectors, the samples that have slack: only they move the weights, and there are many while C is small and the margin wide, fewer when it is large.",
                    "转动 C，观察支持向量，也就是松弛量不为零的样本：只有它们会推动权重；C 小、间隔宽时它们很多，C 大时则较少。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| [vec![model_formula()], formulas()].concat()),
            knobs: Knobs::knobs(),
            series: series(vec![published(
                "mnist",
                91.9,
                source(
                    "H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, 2017, table 3: LinearSVC by Crammer and Singer's hinge, C = 1, on MNIST",
                    "https://arxiv.org/abs/1708.07747",
                ),
            )]),
            views: vec![
                View::Reading,
                View::Regions,
                View::Filters,
                View::Activations,
                View::Confusion,
                View::Mistakes,
            ],
            breaks: Vec::new(),
            source_path: "src/zoo/svm.rs".into(),
        }
    }

    fn fits(_: &Shape) -> bool {
        true
    }

    /// Of points a weight must grow to many times a pixel's before two classes lie a margin of 1 apart.
    fn tuned(shape: &Shape) -> Knobs {
        Knobs::default().with(|knobs| {
            if !shape.pictures() {
                knobs.margin.training.learning_rate = 0.03;
            }
        })
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.margin.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let machine = Trained::new(draw.dense(shape.size(), shape.classes), training);
        Self { machine, shape: *shape, knobs }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        &mut self.knobs
    }

    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        let x = batch.images.flatten(1, 3); // [batch, pixels]
        learn(&mut self.machine, x, 1.0, batch.labels, &self.knobs.margin, at)
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.machine.network().valid().forward(images.flatten(1, 3)))
    }

    fn outcome(&self, batch: Batch) -> Outcome {
        let scores = Recipe::logits(self, batch.images);
        scores.map(|scores| judge(scores, batch.labels, &self.knobs.margin)).unwrap_or_default()
    }

    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate> {
        let machine = self.machine.network().valid();
        let Shape { channels, height, width, classes, .. } = self.shape;
        match view {
            View::Filters => {
                let title = text("One weight picture for each class", "每个类别的权重图");
                Some(filters(title, &self.machine, machine.weight.val(), |weights| {
                    weights.transpose().reshape([classes * channels, height, width])
                }))
            }
            View::Activations => {
                let picture = probe?;
                let scores = machine.forward(picture.clone().flatten(1, 3));
                Some(vec![
                    Sheet::maps(text("Input", "输入"), picture, false),
                    Sheet::row(text("Scores", "得分"), scores, true),
                ])
            }
            _ => None,
        }
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.machine.part("", &self.knobs.margin.training)]
    }
}

fn model_formula() -> Formula {
    Formula {
        title: listed("The model", "模型"),
        tex: r"z = W^{\top} x + b, \qquad \hat y = \arg\max_{k} z_k".into(),
        symbols: vec![
            symbol("x", listed("the picture's pixels in a row", "展开成向量的像素")),
            symbol("W", listed("the weights: one column for each class", "权重：每个类别一列")),
            symbol("b", listed("one bias for each class", "每个类别一个偏置")),
            symbol("z", listed("one score for each class", "每个类别一个得分")),
            symbol(r"\hat y", listed("the class that the picture is read as", "图片被判为的类别")),
        ],
        source: source(
            "K. Crammer and Y. Singer, On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2, 2001, section 2",
            "https://www.jmlr.org/papers/v2/crammer01a.html",
        ),
    }
}
