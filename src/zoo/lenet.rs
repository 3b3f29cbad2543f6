//! LeNet: two convolutions with pooling, then three linear layers, as in LeNet-5 but with ReLUs and max pooling.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::classifier::{
    adam_formula, cross_entropy_formula, dropout_formula, filters, knob, learn, on_fashion, published, series, source,
    symbol,
};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Conv, Dense, Draw, Dropout, activate, drop_units, halve};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Features, Moment, Plate, Recipe, Scalars, Shape, Sheet};
use crate::engine::training::{Schedule, Training};
use crate::knobs;
use crate::protocol::{Card, Formula, View, Wing, if_listed, listed, text};

/// Side of the kernels.
const KERNEL: usize = 5;
/// The side that LeNet-5 expects; smaller pictures get a border of zeros, so that strokes near the edge reach the
/// middle of a kernel and the flattened size stays 16x5x5 = 400.
const SIDE: usize = 32;

knobs! {
    /// What can be set.
    pub struct Knobs {
        activations: switch() = true, cold Network, "Activations" / "激活函数",
            "Without the ReLUs only the pooling is left that is not linear: watch what that costs."
            / "去掉 ReLU 后，只剩池化是非线性的：看看准确率会损失多少。";
        dropout: real(0.0, 0.9, linear) = 0.0, hot Network, "Dropout" / "随机失活（Dropout）",
            "The share of units in the linear layers that each step switches off at random, against overfitting."
            / "每一步在全连接层中随机置零的单元比例，用于抑制过拟合。";
    }
    shared training: Training { learning_rate: 2e-3, schedule: Schedule::Cosine, horizon: 8.0 }
}

/// The layers, by their names in LeNet-5.
#[derive(Module, Debug)]
struct Network {
    c1: Conv,
    c3: Conv,
    c5: Dense,
    f6: Dense,
    output: Dense,
}

/// What pictures become on their way, for 28x28 or 32x32.
struct Way {
    c1: Tensor<4>,     // [batch, 6, 28, 28]
    s2: Tensor<4>,     // [batch, 6, 14, 14]
    c3: Tensor<4>,     // [batch, 16, 10, 10]
    s4: Tensor<4>,     // [batch, 16, 5, 5]
    c5: Tensor<2>,     // [batch, 120]
    f6: Tensor<2>,     // [batch, 84]
    logits: Tensor<2>, // [batch, classes]
}

impl Network {
    fn forward(&self, images: Tensor<4>, relu: bool, mut dropout: Option<Dropout>) -> Way {
        let border = border(images.dims()[2]);
        let c1 = activate(self.c1.forward(images, border), relu);
        let s2 = halve(c1.clone());
        let c3 = activate(self.c3.forward(s2.clone(), 0), relu);
        let s4 = halve(c3.clone());
        let c5 = drop_units(activate(self.c5.forward(s4.clone().flatten(1, 3)), relu), dropout.as_mut());
        let f6 = drop_units(activate(self.f6.forward(c5.clone()), relu), dropout.as_mut());
        Way { logits: self.output.forward(f6.clone()), c1, s2, c3, s4, c5, f6 }
    }
}

/// Zeros on each side of a picture.
fn border(side: usize) -> usize {
    SIDE.saturating_sub(side) / 2
}

/// What is left of a side after both convolutions and poolings: 5 of 28 and of 32.
fn flattened(side: usize) -> usize {
    let once = |side: usize| (side + 1 - KERNEL) / 2;
    once(once(side + 2 * border(side)))
}

/// LeNet.
pub struct Model {
    knobs: Knobs,
    trained: Trained<Network>,
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "lenet".into(),
            title: text("LeNet (convolutional network)", "LeNet（卷积神经网络）"),
            wing: Wing::Discriminative,
            blurb: listed(
                "Two convolutions with pooling, then three linear layers.",
                "两个带池化的卷积层，再接三个线性层。",
            ),
            explanation: [
                listed(
                    "Small windows slide over the picture with the same weights everywhere, so a stroke is recognised wherever it stands; pooling then keeps the strongest answer of each neighbourhood.",
                    "小窗口在整张图片上滑动，各处共享同一组权重，因此无论笔画出现在哪里都能识别；池化再保留每个邻域中最强的响应。",
                ),
                listed(
                    "Shared weights and local windows need few numbers: 61,706 on MNIST, about half of the perceptron's, and yet more accurate, because they fit what pictures are.",
                    "权重共享与局部窗口所需参数很少：在 MNIST 上只有 61,706 个，约为多层感知机的一半，却更准确，因为它们契合图像的结构。",
                ),
                listed(
                    "Look at the filters of the first layer, which become detectors of edges, and at the activations of what you draw.",
                    "看看第一层的卷积核如何变成边缘检测器，再画点什么，观察它在各层中的激活。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| vec![model_formula(), cross_entropy_formula(), adam_formula(), dropout_formula()]),
            knobs: Knobs::knobs(),
            series: series(vec![
                published(
                    "mnist",
                    99.05,
                    source(
                        "Y. LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 86(11), 1998, section III.C: LeNet-5, 0.95 % errors",
                        "https://doi.org/10.1109/5.726791",
                    ),
                ),
                on_fashion(91.6, "two convolutions with max pooling, 300 epochs"),
            ]),
            views: vec![
                View::Reading,
                View::Activations,
                View::Filters,
                View::Embedding,
                View::Confusion,
                View::Mistakes,
            ],
            breaks: Vec::new(),
            source_path: "src/zoo/lenet.rs".into(),
        }
    }

    /// Square ones: the border is the same on all sides.
    fn fits(shape: &Shape) -> bool {
        shape.pictures() && shape.height == shape.width
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let network = Network {
            c1: draw.conv(shape.channels, 6, KERNEL),
            c3: draw.conv(6, 16, KERNEL),
            c5: draw.dense(16 * flattened(shape.height) * flattened(shape.width), 120),
            f6: draw.dense(120, 84),
            output: draw.dense(84, shape.classes),
        };
        Self { trained: Trained::new(network, training), knobs }
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
        match view {
            View::Filters => {
                let kernels = network.c1.weight.val();
                let title = text("Kernels of the first layer", "第一层的卷积核");
                Some(filters(title, &self.trained, kernels, |kernels| kernels.flatten(0, 1)))
            }
            View::Activations => {
                let picture = probe?;
                let way = network.forward(picture.clone(), self.knobs.activations, None);
                let signed = !self.knobs.activations;
                Some(vec![
                    Sheet::maps(text("Input", "输入"), picture, false),
                    Sheet::maps(text("C1: convolution", "C1：卷积"), way.c1, signed),
                    Sheet::maps(text("S2: pooling", "S2：池化"), way.s2, signed),
                    Sheet::maps(text("C3: convolution", "C3：卷积"), way.c3, signed),
                    Sheet::maps(text("S4: pooling", "S4：池化"), way.s4, signed),
                    Sheet::row(text("C5: 120 units", "C5：120 个单元"), way.c5, signed),
                    Sheet::row(text("F6: 84 units", "F6：84 个单元"), way.f6, signed),
                    Sheet::row(text("Logits", "Logits（得分）"), way.logits, true),
                ])
            }
            _ => None,
        }
    }

    fn features(&self, images: Tensor<4>) -> Option<Features> {
        let way = self.trained.network().valid().forward(images, self.knobs.activations, None);
        Some(Features { hidden: way.f6, logits: way.logits })
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.trained.part("", &self.knobs.training)]
    }
}

fn model_formula() -> Formula {
    Formula {
        title: listed("A convolutional layer", "卷积层"),
        tex: r"y_k = \varphi\Bigl(\sum_{c} w_{kc} \ast x_c + b_k\Bigr), \qquad (w \ast x)_{ij} = \sum_{u,v} w_{uv}\, x_{i+u,\, j+v}, \qquad \varphi(a) = \max(a, 0)".into(),
        symbols: vec![
            symbol("x_c", listed("channel c of the layer's input", "该层输入的第 c 个通道")),
            symbol("y_k", listed("feature map k", "第 k 个特征图")),
            knob("w_{kc}", "init", listed("a 5x5 kernel, the same at every place", "一个 5×5 卷积核，在所有位置共享")),
            symbol("b_k", listed("one bias for each feature map", "每个特征图一个偏置")),
            symbol(r"\ast", listed("the cross-correlation, which the field calls convolution", "互相关运算，本领域习惯称为卷积")),
            knob(r"\varphi", "activations", listed("the activation: ReLU, or nothing at all", "激活函数：ReLU，或者什么也不做")),
        ],
        source: source(
            "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86(11), 1998, section II",
            "https://doi.org/10.1109/5.726791",
        ),
    }
}
