//! A residual network: blocks x + F(x), so that each layer only learns what to change.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::blocks::{Head, Norm, Residual, Unit, formulas, gelu, reference};
use crate::engine::classifier::{filters, knob, learn, series, source, symbol};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Draw, halve};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Features, Moment, Plate, Recipe, Scalars, Shape, Sheet};
use crate::engine::training::{Schedule, Training};
use crate::knobs;
use crate::protocol::{Card, Formula, View, Wing, if_listed, listed, text};

/// Channels of the three stages, each of half the sides of the one before; the first convolution has those of the first.
const CHANNELS: [usize; 3] = [12, 24, 40];

knobs! {
    /// What can be set.
    pub struct Knobs {
        blocks: whole(1, 8, linear) = 1, cold Network, "Blocks in a stage" / "每阶段的块数",
            "How many residual blocks follow one another at each of three sizes; each has two convolutions, and its time."
            / "在三种尺寸上各串联多少个残差块；每块有两个卷积层，也要花相应的时间。";
        shortcuts: switch() = true, cold Network, "Shortcuts" / "捷径连接",
            "Without them the blocks are F(x) alone: with many blocks watch how much harder that is to train."
            / "去掉捷径后每块只剩 F(x)：块数多时，看看训练会困难多少。";
        normalisation: pick(Norm) = Norm::Group, cold Network, "Normalisation" / "归一化",
            "Which channels of a picture are brought to mean 0 and variance 1 together after each convolution; none at all learns slower."
            / "每次卷积之后，一张图片的哪些通道一起归一化到均值 0、方差 1；完全不做，学习会变慢。";
    }
    shared training: Training { learning_rate: 5e-3, schedule: Schedule::Cosine, horizon: 8.0 }
}

impl Knobs {
    /// The first block of a stage but of the first one takes every second row and column.
    fn stride(&self, block: usize) -> usize {
        if block > 0 && block.is_multiple_of(self.blocks as usize) { 2 } else { 1 }
    }
}

#[derive(Module, Debug)]
struct Network {
    stem: Unit,
    blocks: Vec<Residual>,
    head: Head,
}

/// What pictures become on their way, for 28x28.
struct Way {
    stem: Tensor<4>,        // [batch, 12, 14, 14]
    blocks: Vec<Tensor<4>>, // [batch, 12, 14, 14], [batch, 24, 7, 7], [batch, 40, 4, 4]
    features: Tensor<2>,    // [batch, 40]
    logits: Tensor<2>,      // [batch, classes]
}

impl Network {
    fn forward(&self, images: Tensor<4>, knobs: &Knobs) -> Way {
        let (norm, shortcuts) = (knobs.normalisation, knobs.shortcuts);
        // The largest of four is taken before GELU, which keeps the order of all but small numbers: a quarter of the work.
        let stem = gelu(halve(self.stem.forward(images, 1, norm)));
        let mut x = stem.clone();
        let block = |(index, block): (usize, &Residual)| {
            x = block.forward(x.clone(), knobs.stride(index), shortcuts, norm);
            x.clone()
        };
        let blocks: Vec<_> = self.blocks.iter().enumerate().map(block).collect();
        let [features, logits] = self.head.forward(x, norm);
        Way { stem, blocks, features, logits }
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
            name: "resnet".into(),
            title: text("Residual network (ResNet)", "残差网络（ResNet）"),
            wing: Wing::Discriminative,
            blurb: listed(
                "Convolutions that each add a change to what they were given.",
                "每个卷积块只在输入之上加一个修正。",
            ),
            explanation: [
                listed(
                    "Each block adds what two convolutions make of its input to the input itself, so a block that has nothing to say does no harm, and gradients reach the first layer by the shortcuts.",
                    "每个块把两层卷积的结果加到输入本身，因此无话可说的块也无害，梯度则沿捷径直达第一层。",
                ),
                listed(
                    "It learns as the modern CNN does, from the same parts: kernels without a bias, group normalisation, GELU, an average over the picture.",
                    "它的学习方式和部件与现代卷积网络相同：不带偏置的卷积核、组归一化、GELU、整张图片上的平均。",
                ),
                listed(
                    "Set 8 blocks in a stage and take the shortcuts out: the deeper network now fits even its training pictures worse, which was the puzzle that shortcuts solved.",
                    "把每阶段设为 8 块再去掉捷径：更深的网络连训练图片都拟合得更差，而捷径正是为解决这个难题而来。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| formulas(model_formula())),
            knobs: Knobs::knobs(),
            series: series(vec![reference()]),
            views: vec![
                View::Reading,
                View::Activations,
                View::Filters,
                View::Embedding,
                View::Confusion,
                View::Mistakes,
            ],
            breaks: Vec::new(),
            source_path: "src/zoo/resnet.rs".into(),
        }
    }

    fn fits(shape: &Shape) -> bool {
        shape.pictures() || shape.signals()
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let stem = draw.unit(shape.channels, CHANNELS[0], 3);
        let mut inputs = CHANNELS[0];
        let stages = CHANNELS.iter().flat_map(|outputs| std::iter::repeat_n(*outputs, knobs.blocks as usize));
        let mut block = |(index, outputs)| {
            let block = draw.residual(inputs, outputs, knobs.stride(index), knobs.shortcuts);
            inputs = outputs;
            block
        };
        let blocks = stages.enumerate().map(&mut block).collect();
        let network = Network { stem, blocks, head: draw.head(inputs, shape.classes) };
        Self { trained: Trained::new(network, training), knobs }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        &mut self.knobs
    }

    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        let way = self.trained.network().forward(batch.images.clone(), &self.knobs);
        learn(&mut self.trained, way.logits, batch, &self.knobs.training, at)
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.trained.network().valid().forward(images, &self.knobs).logits)
    }

    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate> {
        let network = self.trained.network().valid();
        match view {
            View::Filters => {
                let kernels = network.stem.weight.val();
                let title = text("Kernels of the first layer", "第一层的卷积核");
                Some(filters(title, &self.trained, kernels, |kernels| kernels.flatten(0, 1)))
            }
            View::Activations => {
                let picture = probe?;
                let way = network.forward(picture.clone(), &self.knobs);
                // Signed: GELU lets down to -0.17 through.
                let mut plate = vec![
                    Sheet::maps(text("Input", "输入"), picture, false),
                    Sheet::maps(text("First convolution, halved", "第一个卷积层（缩小一半）"), way.stem, true),
                ];
                plate.extend(
                    way.blocks.into_iter().map(|block| Sheet::maps(text("Residual block", "残差块"), block, true)),
                );
                plate.push(Sheet::row(
                    text("Averages of channels, normalised", "各通道的平均（归一化后）"),
                    way.features,
                    true,
                ));
                plate.push(Sheet::row(text("Logits", "Logits（得分）"), way.logits, true));
                Some(plate)
            }
            _ => None,
        }
    }

    fn features(&self, images: Tensor<4>) -> Option<Features> {
        let way = self.trained.network().valid().forward(images, &self.knobs);
        Some(Features { hidden: way.features, logits: way.logits })
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.trained.part("", &self.knobs.training)]
    }
}

fn model_formula() -> Formula {
    Formula {
        title: listed("A residual block", "残差块"),
        tex: r"y = \varphi\bigl(x + F(x)\bigr), \qquad F(x) = \mathrm{GN}\bigl(w_2 \ast \varphi(\mathrm{GN}(w_1 \ast x))\bigr)".into(),
        symbols: vec![
            knob(
                "x",
                "shortcuts",
                listed(
                    "the block's input; where its size changes, its normalised convolution with 1x1 kernels",
                    "块的输入；尺寸改变时，改为它与 1×1 卷积核的归一化卷积",
                ),
            ),
            knob("F", "blocks", listed("what the block adds", "块所加的修正")),
            knob("w_1, w_2", "init", listed("3x3 kernels, 12, 24 or 40 of them, without a bias", "3×3 卷积核，12、24 或 40 个，不带偏置")),
            symbol(r"\ast", listed("the cross-correlation, with zeros around its input", "互相关运算，输入四周补零")),
            knob(r"\mathrm{GN}", "normalisation", listed("group normalisation", "组归一化")),
            symbol(r"\varphi", listed("GELU; a ReLU in the original", "GELU；原文用 ReLU")),
        ],
        source: source(
            "K. He, X. Zhang, S. Ren and J. Sun, Deep residual learning for image recognition, CVPR 2016, eq. 1 and 2",
            "https://doi.org/10.1109/CVPR.2016.90",
        ),
    }
}
