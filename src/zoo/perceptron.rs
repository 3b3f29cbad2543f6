//! The multilayer perceptron: linear layers with ReLUs between them, and a switch that takes the ReLUs out.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::classifier::{
    adam_formula, cross_entropy_formula, dropout_formula, filters, knob, learn, on_fashion, on_mnist1d, published,
    series, source, symbol,
};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Dense, Draw, Dropout, activate, drop_units};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Features, Moment, Plate, Recipe, Scalars, Shape, Sheet};
use crate::engine::training::{Schedule, Training};
use crate::knobs;
use crate::protocol::{Card, Formula, View, Wing, if_listed, listed, text};

/// How many units of the first layer are shown.
const SHOWN: usize = 32;

knobs! {
    /// What can be set.
    pub struct Knobs {
        hidden_1: whole(1, 1024, log) = 128, cold Network, "First hidden layer" / "第一隐藏层",
            "Units of the first hidden layer." / "第一隐藏层的单元数。";
        hidden_2: whole(1, 1024, log) = 64, cold Network, "Second hidden layer" / "第二隐藏层",
            "Units of the second hidden layer." / "第二隐藏层的单元数。";
        activations: switch() = true, cold Network, "Activations" / "激活函数",
            "Without the ReLUs the three layers are one linear layer: watch the accuracy fall to softmax regression's."
            / "去掉 ReLU 后，三个线性层等价于一个线性层：观察准确率如何跌到 Softmax 回归的水平。";
        dropout: real(0.0, 0.9, linear) = 0.0, hot Network, "Dropout" / "随机失活（Dropout）",
            "The share of hidden units that each step switches off at random, against overfitting."
            / "每一步随机置零的隐藏单元比例，用于抑制过拟合。";
    }
    shared training: Training { schedule: Schedule::Cosine, horizon: 10.0 }
}

/// Linear, ReLU, linear, ReLU, linear.
#[derive(Module, Debug)]
struct Network {
    first: Dense,
    second: Dense,
    third: Dense,
}

/// What `images` become on their way.
struct Way {
    first: Tensor<2>,  // [batch, hidden_1]
    second: Tensor<2>, // [batch, hidden_2]
    logits: Tensor<2>, // [batch, classes]
}

impl Network {
    fn forward(&self, images: Tensor<4>, relu: bool, mut dropout: Option<Dropout>) -> Way {
        let x = images.flatten(1, 3); // [batch, pixels]
        let first = drop_units(activate(self.first.forward(x), relu), dropout.as_mut());
        let second = drop_units(activate(self.second.forward(first.clone()), relu), dropout.as_mut());
        Way { logits: self.third.forward(second.clone()), first, second }
    }
}

/// The multilayer perceptron.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    trained: Trained<Network>,
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "perceptron".into(),
            title: text("Multilayer perceptron", "多层感知机"),
            wing: Wing::Discriminative,
            blurb: listed("Three linear layers with ReLUs between them.", "三个线性层，中间以 ReLU 相连。"),
            explanation: [
                listed(
                    "Two hidden layers turn the pixels into features of the network's own making, and a softmax regression on the last of them gives the probabilities.",
                    "两个隐藏层把像素变成网络自己学到的特征，再由最后的 softmax 回归给出各类别的概率。",
                ),
                listed(
                    "All layers learn together: backpropagation carries the gradient of the cross-entropy through the ReLUs to every weight.",
                    "所有层一起学习：反向传播把交叉熵的梯度穿过 ReLU 传到每一个权重。",
                ),
                listed(
                    "Take the activations out and train again: stacked linear layers are one linear layer, so the accuracy falls to softmax regression's: on MNIST 92 %.",
                    "试着关掉激活函数再训练一次：叠在一起的线性层仍是一个线性层，准确率会跌到 Softmax 回归的水平（在 MNIST 上约 92 %）。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| vec![model_formula(), cross_entropy_formula(), adam_formula(), dropout_formula()]),
            knobs: Knobs::knobs(),
            series: series(vec![
                published(
                    "mnist",
                    97.8,
                    source(
                        "scikit-learn, benchmarks/bench_mnist.py: MLP_adam, 2.2 % errors",
                        "https://github.com/scikit-learn/scikit-learn/blob/main/benchmarks/bench_mnist.py",
                    ),
                ),
                on_mnist1d(68.0),
                on_fashion(90.0, "MLP 256-128-64"),
            ]),
            views: vec![
                View::Reading,
                View::Regions,
                View::Activations,
                View::Filters,
                View::Embedding,
                View::Confusion,
                View::Mistakes,
            ],
            breaks: Vec::new(),
            source_path: "src/zoo/perceptron.rs".into(),
        }
    }

    fn fits(_: &Shape) -> bool {
        true
    }

    /// An epoch of points is over in a moment: 60 of them part even two spirals. So few units can all be looked at, and at this
    /// rate they learn sooner than many: spirals are told apart to 88 % after 8 epochs, by 128 and 64 at a rate of 0.003 to
    /// 80 %. Signals are told apart better by more units, of which 100 and 100 reach 61 % on MNIST-1D, 256 and 128 68 %.
    fn tuned(shape: &Shape) -> Knobs {
        Knobs::default().with(|knobs| {
            if !shape.pictures() {
                knobs.training.horizon = 60.0;
                (knobs.hidden_1, knobs.hidden_2, knobs.training.learning_rate) =
                    if shape.signals() { (256, 128, 0.01) } else { (24, 16, 0.02) };
            }
        })
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let (one, two) = (knobs.hidden_1 as usize, knobs.hidden_2 as usize);
        let network = Network {
            first: draw.dense(shape.channels * shape.height * shape.width, one),
            second: draw.dense(one, two),
            third: draw.dense(two, shape.classes),
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
        let Knobs { dropout: rate, activations, ref training, .. } = self.knobs;
        let dropout = Dropout { rate, noise: Noise::new(training.seed, Stream::Dropout, at.step) };
        let way = self.trained.network().forward(batch.images.clone(), activations, Some(dropout));
        learn(&mut self.trained, way.logits, batch, training, at)
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.trained.network().valid().forward(images, self.knobs.activations, None).logits)
    }

    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate> {
        let network = self.trained.network().valid();
        let Shape { channels, height, width, .. } = self.shape;
        match view {
            View::Filters => {
                let weights = network.first.weight.val(); // [pixels, hidden_1]
                let shown = SHOWN.min(weights.dims()[1]);
                let title = text("Weights of the first layer's units", "第一层各单元的权重");
                Some(filters(title, &self.trained, weights, |weights| {
                    weights.transpose().narrow(0, 0, shown).reshape([shown * channels, height, width])
                }))
            }
            View::Activations | View::Regions => {
                let probe = probe?;
                let way = network.forward(probe.clone(), self.knobs.activations, None);
                let signed = !self.knobs.activations;
                let mut plate = vec![
                    Sheet::row(text("First hidden layer", "第一隐藏层"), way.first, signed),
                    Sheet::row(text("Second hidden layer", "第二隐藏层"), way.second, signed),
                ];
                if view == View::Activations {
                    plate.insert(0, Sheet::maps(text("Input", "输入"), probe, false));
                    plate.push(Sheet::row(text("Logits", "Logits（得分）"), way.logits, true));
                }
                Some(plate)
            }
            _ => None,
        }
    }

    fn features(&self, images: Tensor<4>) -> Option<Features> {
        let way = self.trained.network().valid().forward(images, self.knobs.activations, None);
        Some(Features { hidden: way.second, logits: way.logits })
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.trained.part("", &self.knobs.training)]
    }
}

fn model_formula() -> Formula {
    Formula {
        title: listed("The network", "网络"),
        tex: r"\begin{aligned} h_1 &= \varphi(W_1^{\top} x + b_1), \\ h_2 &= \varphi(W_2^{\top} h_1 + b_2), \\ z &= W_3^{\top} h_2 + b_3, \end{aligned} \qquad \varphi(a) = \max(a, 0)".into(),
        symbols: vec![
            symbol("x", listed("the picture's pixels in a row", "展开成向量的像素")),
            knob("h_1", "hidden-1", listed("the first hidden layer", "第一隐藏层")),
            knob("h_2", "hidden-2", listed("the second hidden layer", "第二隐藏层")),
            knob(r"\varphi", "activations", listed("the activation: ReLU, or nothing at all", "激活函数：ReLU，或者什么也不做")),
            knob("W_1, W_2, W_3", "init", listed("the weights", "权重")),
            symbol("z", listed("the logits: one score for each class", "logits：每个类别一个得分")),
        ],
        source: source(
            "D. E. Rumelhart, G. E. Hinton and R. J. Williams, Learning representations by back-propagating errors, Nature 323, 1986; ReLU: X. Glorot, A. Bordes and Y. Bengio, AISTATS 2011",
            "https://doi.org/10.1038/323533a0",
        ),
    }
}
