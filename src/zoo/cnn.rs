//! A small convolutional network as they are built today: bias-free convolutions, GroupNorm, GELU, global average pooling.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::blocks::{Head, Norm, Unit, formulas, gelu, reference};
use crate::engine::classifier::{filters, knob, learn, on_fashion, on_mnist1d, series, source, symbol};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Draw, halve};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Features, Moment, Plate, Recipe, Scalars, Shape, Sheet};
use crate::engine::training::{Schedule, Training};
use crate::knobs;
use crate::protocol::{Card, Formula, View, Wing, if_listed, listed, text};

/// Channels of the four convolutions.
const CHANNELS: [usize; 4] = [12, 24, 48, 64];
/// Side of the kernels.
const KERNEL: usize = 3;

knobs! {
    /// What can be set.
    pub struct Knobs {
        normalisation: pick(Norm) = Norm::Group, cold Network, "Normalisation" / "归一化",
            "Which channels of a picture are brought to mean 0 and variance 1 together after each convolution; none at all learns slower."
            / "每次卷积之后，一张图片的哪些通道一起归一化到均值 0、方差 1；完全不做，学习会变慢。";
    }
    shared training: Training { learning_rate: 5e-3, schedule: Schedule::Cosine, horizon: 8.0 }
}

#[derive(Module, Debug)]
struct Network {
    first: Unit,
    second: Unit,
    third: Unit,
    fourth: Unit,
    head: Head,
}

/// What pictures become on their way, for 28x28.
struct Way {
    first: Tensor<4>,    // [batch, 12, 14, 14]
    second: Tensor<4>,   // [batch, 24, 7, 7]
    third: Tensor<4>,    // [batch, 48, 3, 3]
    fourth: Tensor<4>,   // [batch, 64, 3, 3]
    features: Tensor<2>, // [batch, 64]
    logits: Tensor<2>,   // [batch, classes]
}

impl Network {
    fn forward(&self, images: Tensor<4>, norm: Norm) -> Way {
        // The largest of four is taken before GELU, which keeps the order of all but small numbers: a quarter of the work.
        let first = gelu(halve(self.first.forward(images, 1, norm)));
        let second = gelu(halve(self.second.forward(first.clone(), 1, norm)));
        let third = gelu(halve(self.third.forward(second.clone(), 1, norm)));
        let fourth = gelu(self.fourth.forward(third.clone(), 1, norm));
        let [features, logits] = self.head.forward(fourth.clone(), norm);
        Way { first, second, third, fourth, features, logits }
    }
}

/// The network.
pub struct Model {
    knobs: Knobs,
    trained: Trained<Network>,
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "cnn".into(),
            title: text("Modern CNN", "现代卷积网络"),
            wing: Wing::Discriminative,
            blurb: listed(
                "Four normalised convolutions, an average, one linear layer.",
                "四个带归一化的卷积层、一次平均、一个线性层。",
            ),
            explanation: [
                listed(
                    "LeNet's idea with what was learnt since: small kernels, normalised after each convolution so that steps can be long, smooth activations, and no large linear layers.",
                    "LeNet 的思想加上后来的经验：小卷积核，每次卷积之后归一化（因此可以迈大步），光滑的激活函数，没有庞大的全连接层。",
                ),
                listed(
                    "The last feature maps are averaged over the whole picture, so a class is told by how much of each feature there is: 41,790 numbers on MNIST, two thirds of LeNet's.",
                    "最后的特征图在整张图片上取平均，因此类别由各种特征的多少决定：在 MNIST 上有 41,790 个参数，约为 LeNet 的三分之二。",
                ),
                listed(
                    "Let the training pictures be shifted and turned a little: the training accuracy falls, the test accuracy rises. Then take the normalisation out, and compare how fast it learns.",
                    "把训练图片稍微平移、旋转：训练准确率下降，测试准确率却上升。再去掉归一化，比较学习的快慢。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| formulas(model_formula())),
            knobs: Knobs::knobs(),
            series: series(vec![
                reference(),
                on_mnist1d(94.0),
                on_fashion(92.5, "two convolutions, fewer than 100,000 parameters"),
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
            source_path: "src/zoo/cnn.rs".into(),
        }
    }

    /// Those that can be halved three times; of a signal, the length alone: its kernels see nothing above and below it.
    fn fits(shape: &Shape) -> bool {
        shape.width >= 8 && (shape.height >= 8 || shape.signals())
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let [one, two, three, four] = CHANNELS;
        let network = Network {
            first: draw.unit(shape.channels, one, KERNEL),
            second: draw.unit(one, two, KERNEL),
            third: draw.unit(two, three, KERNEL),
            fourth: draw.unit(three, four, KERNEL),
            head: draw.head(four, shape.classes),
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
        let way = self.trained.network().forward(batch.images.clone(), self.knobs.normalisation);
        learn(&mut self.trained, way.logits, batch, &self.knobs.training, at)
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.trained.network().valid().forward(images, self.knobs.normalisation).logits)
    }

    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate> {
        let network = self.trained.network().valid();
        match view {
            View::Filters => {
                let kernels = network.first.weight.val();
                let title = text("Kernels of the first layer", "第一层的卷积核");
                Some(filters(title, &self.trained, kernels, |kernels| kernels.flatten(0, 1)))
            }
            View::Activations => {
                let picture = probe?;
                let way = network.forward(picture.clone(), self.knobs.normalisation);
                // Signed: GELU lets down to -0.17 through.
                Some(vec![
                    Sheet::maps(text("Input", "输入"), picture, false),
                    Sheet::maps(text("First convolution, halved", "第一个卷积层（缩小一半）"), way.first, true),
                    Sheet::maps(text("Second convolution, halved", "第二个卷积层（缩小一半）"), way.second, true),
                    Sheet::maps(text("Third convolution, halved", "第三个卷积层（缩小一半）"), way.third, true),
                    Sheet::maps(text("Fourth convolution", "第四个卷积层"), way.fourth, true),
                    Sheet::row(
                        text("Averages of channels, normalised", "各通道的平均（归一化后）"),
                        way.features,
                        true,
                    ),
                    Sheet::row(text("Logits", "Logits（得分）"), way.logits, true),
                ])
            }
            _ => None,
        }
    }

    fn features(&self, images: Tensor<4>) -> Option<Features> {
        let way = self.trained.network().valid().forward(images, self.knobs.normalisation);
        Some(Features { hidden: way.features, logits: way.logits })
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.trained.part("", &self.knobs.training)]
    }
}

fn model_formula() -> Formula {
    Formula {
        title: listed("A layer", "一层"),
        tex: r"x^{(l+1)} = \varphi\bigl(\mathrm{pool}(\mathrm{GN}(w^{(l)} \ast x^{(l)}))\bigr)".into(),
        symbols: vec![
            symbol(
                "x^{(l)}",
                listed("the layer's input; the first is the picture", "该层的输入；第一层的输入就是图片"),
            ),
            knob(
                "w^{(l)}",
                "init",
                listed(
                    "3x3 kernels, 12, 24, 48, then 64 of them, without a bias",
                    "3×3 卷积核，依次 12、24、48、64 个，不带偏置",
                ),
            ),
            symbol(
                r"\ast",
                listed(
                    "the cross-correlation, with zeros around the picture, so that sides stay",
                    "互相关运算，图片四周补零，边长不变",
                ),
            ),
            knob(r"\mathrm{GN}", "normalisation", listed("group normalisation", "组归一化")),
            symbol(
                r"\mathrm{pool}",
                listed("the largest of each 2x2 window; not in the last layer", "每个 2×2 窗口取最大值；最后一层没有"),
            ),
            symbol(r"\varphi", listed("GELU", "GELU")),
        ],
        source: source(
            "K. Simonyan and A. Zisserman, Very deep convolutional networks for large-scale image recognition, ICLR 2015, section 2.1: kernels, borders and pooling",
            "https://arxiv.org/abs/1409.1556",
        ),
    }
}
