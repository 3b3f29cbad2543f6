//! The plain generator: a network from noise to samples, trained by the maximum mean discrepancy, without a discriminator.

use burn::module::Module;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor};

use crate::engine::classifier::{adam_formula, curve, knob, source, symbol};
use crate::engine::discrepancy::{mmd_squared, spread};
use crate::engine::generative::{Generating, quality_series};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{Dense, Draw};
use crate::engine::likelihood::expectation;
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Generator, Moment, Recipe, Scalars, Shape};
use crate::engine::training::{Schedule, Training};
use crate::knobs;
use crate::protocol::{Break, Card, Formula, Reference, Role, Series, Value, View, Wing, if_listed, listed, text};

knobs! {
    /// What can be set.
    pub struct Knobs {
        latent: whole(2, 64, log) = 10, cold Network, "Latents" / "隐变量维数",
            "Random numbers that each sample is made from." / "每个样本由多少个随机数生成。";
        hidden_1: whole(8, 1024, log) = 256, cold Network, "First hidden layer" / "第一隐藏层",
            "Units of the first hidden layer." / "第一隐藏层的单元数。";
        hidden_2: whole(8, 1024, log) = 512, cold Network, "Second hidden layer" / "第二隐藏层",
            "Units of the second hidden layer." / "第二隐藏层的单元数。";
        bandwidth: real(0.01, 100.0, log) = 1.0, hot Training, "Bandwidth" / "核带宽",
            "Widens or narrows all kernels, in units of the mean squared distance between real samples."
            / "整体放宽或收窄所有核，以真实样本间的平均平方距离为单位。";
    }
    shared generating: Generating {
        training: Training { batch_size: 256, schedule: Schedule::Cosine, horizon: 20.0, ..Training::default() }
    }
}

/// Linear, ReLU, linear, ReLU, linear.
#[derive(Module, Debug)]
struct Network {
    first: Dense,
    second: Dense,
    output: Dense,
}

impl Network {
    /// `[batch, latent]` to `[batch, size]`.
    fn forward(&self, z: Tensor<2>, shape: Shape) -> Tensor<2> {
        let hidden = relu(self.second.forward(relu(self.first.forward(z))));
        expectation(self.output.forward(hidden), shape)
    }
}

/// The plain generator.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    trained: Trained<Network>,
}

impl Generator for Model {
    fn latent(&self) -> usize {
        self.knobs.latent as usize
    }

    fn generate(&self, z: Tensor<2>, _: Tensor<1, Int>) -> Tensor<4> {
        let Shape { channels, height, width, .. } = self.shape;
        let [count, _] = z.dims();
        self.trained.network().valid().forward(z, self.shape).reshape([count, channels, height, width])
    }
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "mmd".into(),
            title: text("Moment-matching generator", "矩匹配生成器"),
            wing: Wing::Generative,
            blurb: listed(
                "A generator that learns by comparing its samples with real ones, with no opponent.",
                "没有对手的生成器：只靠比较自己的样本与真实样本来学习。",
            ),
            explanation: [
                listed(
                    "A network turns random numbers z into a sample x = G(z): nobody writes its density down, one can only draw from it.",
                    "网络把随机数 z 变成样本 x = G(z)：没有人写出它的概率密度，只能从中抽样。",
                ),
                listed(
                    "It learns from two heaps of samples: kernels measure how alike its own are to each other, the real ones to each other, and both across, and it lowers the difference.",
                    "它从两堆样本中学习：用核函数衡量生成样本之间、真实样本之间以及两者之间的相似程度，并缩小差距。",
                ),
                listed(
                    "Watch grey clouds part into shapes and shapes become samples; blurs between two real ones stay for long, because far from all real samples the kernels are flat.",
                    "观察灰色的云团如何分成各种形状，形状又如何变成样本；介于两个真实样本之间的模糊样本会停留很久，因为远离真实样本处核函数是平的。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| vec![discrepancy_formula(), kernel_formula(), adam_formula()]),
            knobs: Knobs::knobs(),
            series: [loss_series()].into_iter().chain(quality_series()).collect(),
            views: vec![View::Samples, View::Decoded],
            breaks: if_listed(|| {
                vec![Break {
                    name: "narrow-kernel".into(),
                    title: text("Kernels too narrow to see", "核太窄，什么也看不见"),
                    watch: text(
                        "With the bandwidth at 0.01 no real sample is within the kernels' sight: nothing draws the samples towards the data, they only push each other apart, and the loss is near its best although they look like nothing real.",
                        "带宽取 0.01 时，核“看”不到任何真实样本：没有什么把生成样本拉向数据，它们只会互相推开；损失接近最优，样本却一点也不像真实数据。",
                    ),
                    knobs: vec![("bandwidth".into(), Value::Real(0.01))],
                }]
            }),
            source_path: "src/zoo/mmd.rs".into(),
        }
    }

    fn fits(_: &Shape) -> bool {
        true
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = &knobs.generating.training;
        let mut draw = Draw { noise: Noise::new(training.seed, Stream::Weights, 0), init: training.init, device };
        let (one, two) = (knobs.hidden_1 as usize, knobs.hidden_2 as usize);
        let network = Network {
            first: draw.dense(knobs.latent as usize, one),
            second: draw.dense(one, two),
            output: draw.dense(two, shape.size()),
        };
        Self { trained: Trained::new(network, training), shape: *shape, knobs }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        &mut self.knobs
    }

    /// Minimises MMD^2 itself, as its estimate's gradient is unbiased, and not its root, as Li et al. do.
    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        let training = &self.knobs.generating.training;
        let network = self.trained.network();
        let device = network.output.bias.val().device().inner();
        let real = batch.images.flatten(1, 3); // [batch, size]
        let mut noise = Noise::new(training.seed, Stream::Latents, at.step);
        let made = network.forward(noise.gauss([real.dims()[0], self.latent()], &device), self.shape);
        let scale = spread(real.clone()).mul_scalar(self.knobs.bandwidth);
        let loss = mmd_squared(made, real, scale);
        self.trained.descend(&loss, training, at);
        vec![("loss/train", loss.inner())]
    }

    fn generator(&self) -> Option<&dyn Generator> {
        Some(self)
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![self.trained.part("", &self.knobs.generating.training)]
    }
}

fn loss_series() -> Series {
    Series {
        name: "loss/train".into(),
        group: listed("Discrepancy", "分布差异"),
        title: listed("MMD² of a minibatch", "小批量的 MMD²"),
        // Kernels have none.
        unit: listed("", ""),
        role: Role::Generator,
        bounds: None,
        references: vec![Reference {
            value: 0.0,
            data: None,
            source: source(
                "A. Gretton et al., A kernel two-sample test, JMLR 13, 2012, theorem 5: zero for equal distributions only",
                "https://jmlr.org/papers/v13/gretton12a.html",
            ),
        }],
    }
}

fn discrepancy_formula() -> Formula {
    Formula {
        title: listed("The maximum mean discrepancy", "最大均值差异（MMD）"),
        tex: r"\widehat{\mathrm{MMD}}^2 = \frac{1}{B(B-1)} \sum_{i \ne j} k(x_i, x_j) - \frac{2}{B^2} \sum_{i, j} k(x_i, y_j) + \frac{1}{B(B-1)} \sum_{i \ne j} k(y_i, y_j), \qquad x_i = G(z_i)".into(),
        symbols: vec![
            curve(r"\widehat{\mathrm{MMD}}^2", "loss/train", listed("an unbiased estimate, so it may be a little negative", "无偏估计，因此可能略小于零")),
            knob("B", "batch-size", listed("generated samples, and real ones", "生成样本与真实样本各有多少")),
            knob("z_i", "latent", listed("noise from N(0, 1)", "N(0, 1) 噪声")),
            symbol("y_j", listed("a real sample", "真实样本")),
            symbol("G", listed("the generator", "生成器")),
        ],
        source: source(
            "A. Gretton et al., A kernel two-sample test, JMLR 13, 2012, eq. 3; as a loss: Y. Li, K. Swersky and R. Zemel, Generative moment matching networks, ICML 2015",
            "https://arxiv.org/abs/1502.02761",
        ),
    }
}

fn kernel_formula() -> Formula {
    Formula {
        title: listed("A mixture of Gaussian kernels", "高斯核的混合"),
        tex: r"k(x, y) = \frac{1}{7} \sum_{j=0}^{6} \exp\left(-\frac{\|x-y\|^2}{2^{1-j}\, b\, D}\right)".into(),
        symbols: vec![
            knob("b", "bandwidth", listed("the bandwidth", "核带宽")),
            symbol(
                "D",
                listed(
                    "the mean squared distance between the real samples of the minibatch",
                    "小批量中真实样本间的平均平方距离",
                ),
            ),
        ],
        source: source(
            "Y. Li, K. Swersky and R. Zemel, Generative moment matching networks, ICML 2015, section 4",
            "https://arxiv.org/abs/1502.02761",
        ),
    }
}
