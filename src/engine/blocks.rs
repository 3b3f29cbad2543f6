//! What convolutional networks are made of since about 2016: convolutions that are normalised, GELU, averages, shortcuts.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::classifier::{adam_formula, cross_entropy_formula, knob, published, source, symbol};
use super::layers::{Dense, Draw};
use crate::choices;
use crate::kernels::{self, Groups, Window};
pub use crate::kernels::{average, gelu};
use crate::protocol::{Formula, Reference, listed};

choices! {
    /// Which channels of a sample are normalised together (Wu & He, ECCV 2018, figure 2).
    pub enum Norm {
        /// Groups of neighbours.
        Group = "group", "In 4 groups (GroupNorm)" / "分 4 组（GroupNorm）";
        /// All.
        Layer = "layer", "All channels (LayerNorm)" / "所有通道（LayerNorm）";
        /// Each by itself.
        Instance = "instance", "Each channel (InstanceNorm)" / "逐个通道（InstanceNorm）";
        /// None.
        Off = "off", "None" / "不归一化";
    }
}

/// Groups of [`Norm::Group`].
const GROUPS: usize = 4;
/// Keeps the denominator from zero; PyTorch's number.
const EPSILON: f64 = 1e-5;

impl Norm {
    fn groups(self, channels: usize) -> Option<Groups> {
        let of = |count| Some(Groups { count, epsilon: EPSILON });
        match self {
            Self::Group => of(GROUPS),
            Self::Layer => of(1),
            Self::Instance => of(channels),
            Self::Off => None,
        }
    }
}

/// A convolution that keeps height and width, normalised: it has no bias of its own, because what is normalised loses it.
#[derive(Module, Debug)]
pub struct Unit {
    /// `[outputs, inputs, kernel, kernel]`.
    pub weight: Param<Tensor<4>>,
    /// `[outputs]`.
    pub scale: Param<Tensor<1>>,
    /// `[outputs]`.
    pub shift: Param<Tensor<1>>,
}

impl Draw<'_> {
    /// A [`Unit`] with square kernels of the odd side `kernel`; a multiple of 4 outputs.
    pub fn unit(&mut self, inputs: usize, outputs: usize, kernel: usize) -> Unit {
        let window = kernel * kernel;
        let weight = self.weights([outputs, inputs, kernel, kernel], inputs * window, outputs * window);
        let [scale, shift] = [Tensor::ones([outputs], self.device), Tensor::zeros([outputs], self.device)];
        Unit { weight, scale: Param::from_tensor(scale), shift: Param::from_tensor(shift) }
    }

    /// A [`Head`].
    pub fn head(&mut self, channels: usize, classes: usize) -> Head {
        let [scale, shift] = [Tensor::ones([channels], self.device), Tensor::zeros([channels], self.device)];
        let (scale, shift) = (Param::from_tensor(scale), Param::from_tensor(shift));
        Head { scale, shift, output: self.dense(channels, classes) }
    }

    /// A [`Residual`] block; where its `stride` or the channels change, the shortcut is a convolution with kernels of side 1.
    pub fn residual(&mut self, inputs: usize, outputs: usize, stride: usize, shortcut: bool) -> Residual {
        let (first, second) = (self.unit(inputs, outputs, 3), self.unit(outputs, outputs, 3));
        let changes = stride > 1 || inputs != outputs;
        Residual { first, second, way: (shortcut && changes).then(|| self.unit(inputs, outputs, 1)) }
    }
}

impl Unit {
    /// `[batch, inputs, h, w]` to `[batch, outputs, h, w]`, or to every `stride`-th row and column of it.
    pub fn forward(&self, x: Tensor<4>, stride: usize, norm: Norm) -> Tensor<4> {
        let [outputs, _, _, side] = self.weight.dims();
        let window = Window { side, stride, padding: side / 2 };
        let (weight, scale, shift) = (self.weight.val(), self.scale.val(), self.shift.val());
        match norm.groups(outputs) {
            Some(groups) => {
                // Of the weights' kind, which may be constants while `x` has a history.
                let bias = Tensor::zeros([outputs], &weight.device());
                kernels::normalise(kernels::conv(x, weight, bias, window), scale, shift, groups)
            }
            // Scale and shift stay, so that only the normalisation goes.
            None => kernels::conv(x, weight * scale.reshape([outputs, 1, 1, 1]), shift, window),
        }
    }
}

/// `gelu(x + F(x))`, F of two units (He et al., CVPR 2016, eq. 1 and 2, figure 2; there with ReLU).
#[derive(Module, Debug)]
pub struct Residual {
    first: Unit,
    second: Unit,
    way: Option<Unit>,
}

impl Residual {
    /// `[batch, inputs, h, w]` to `[batch, outputs, h / stride, w / stride]`, rounded up; without the `shortcut` it is
    /// `gelu(F(x))`.
    pub fn forward(&self, x: Tensor<4>, stride: usize, shortcut: bool, norm: Norm) -> Tensor<4> {
        let change = self.second.forward(gelu(self.first.forward(x.clone(), stride, norm)), 1, norm);
        if !shortcut {
            return gelu(change);
        }
        let kept = match &self.way {
            Some(way) => way.forward(x, stride, norm),
            None => x,
        };
        gelu(kernels::add(kept, change))
    }
}

/// Global average pooling, and a linear layer that reads what the averages are among themselves: without that normalisation
/// they hardly differ from picture to picture, and are learnt from slowly (Liu et al., A ConvNet for the 2020s, CVPR 2022,
/// whose head it is).
#[derive(Module, Debug)]
pub struct Head {
    scale: Param<Tensor<1>>,
    shift: Param<Tensor<1>>,
    output: Dense,
}

impl Head {
    /// `[batch, channels, h, w]` to the normalised averages `[batch, channels]` and the logits `[batch, classes]`.
    pub fn forward(&self, x: Tensor<4>, norm: Norm) -> [Tensor<2>; 2] {
        let [batch, channels, ..] = x.dims();
        let (mean, scale, shift) = (average(x), self.scale.val(), self.shift.val());
        let features = match norm {
            Norm::Off => mean * scale.reshape([1, channels]) + shift.reshape([1, channels]),
            Norm::Group | Norm::Layer | Norm::Instance => {
                let groups = Groups { count: 1, epsilon: EPSILON };
                kernels::normalise(mean.reshape([batch, channels, 1, 1]), scale, shift, groups)
                    .reshape([batch, channels])
            }
        };
        [features.clone(), self.output.forward(features)]
    }
}

/// What the first network with averaged channels reached, without augmentation.
pub fn reference() -> Reference {
    let citation = "M. Lin, Q. Chen and S. Yan, Network in network, 2013, table 4: 0.47 % errors";
    published("mnist", 99.53, source(citation, "https://arxiv.org/abs/1312.4400"))
}

/// The formulas of a network of these blocks that has the knob `normalisation`, from that of its own layer on.
pub fn formulas(layer: Formula) -> Vec<Formula> {
    vec![layer, norm_formula(), gelu_formula(), average_formula(), cross_entropy_formula(), adam_formula()]
}

/// Group normalisation.
fn norm_formula() -> Formula {
    Formula {
        title: listed("Group normalisation", "组归一化（GroupNorm）"),
        tex: r"y_i = \gamma_c\, \frac{x_i - \mu_i}{\sqrt{\sigma_i^2 + \epsilon}} + \beta_c, \qquad \mu_i = \frac{1}{m} \sum_{k \in S_i} x_k, \qquad \sigma_i^2 = \frac{1}{m} \sum_{k \in S_i} (x_k - \mu_i)^2".into(),
        symbols: vec![
            symbol("x_i", listed("a number that a convolution made, in channel c", "卷积得到的一个数，属于通道 c")),
            knob(
                "S_i",
                "normalisation",
                listed(
                    "all m numbers of the same sample in the same group of channels; other samples do not matter",
                    "同一样本、同一组通道中的全部 m 个数；与其他样本无关",
                ),
            ),
            symbol(r"\gamma_c, \beta_c", listed("a scale and a shift for each channel, learnt", "每个通道的缩放与平移，由学习得到")),
            symbol(r"\epsilon", listed("1e-5, against division by zero", "1e-5，避免除以零")),
        ],
        source: source("Y. Wu and K. He, Group normalization, ECCV 2018, section 3", "https://arxiv.org/abs/1803.08494"),
    }
}

/// The activation.
fn gelu_formula() -> Formula {
    Formula {
        title: listed("Gaussian error linear unit (GELU)", "高斯误差线性单元（GELU）"),
        tex: r"\varphi(a) = a\, \Phi(a), \qquad \Phi(a) = \frac{1}{\sqrt{2 \pi}} \int_{-\infty}^{a} e^{-t^2 / 2}\, dt"
            .into(),
        symbols: vec![
            symbol(
                r"\varphi",
                listed(
                    "the activation: like a ReLU far from zero, but smooth, and it lets a little through below",
                    "激活函数：远离零处与 ReLU 相近，但处处光滑，且在负半轴略有通过",
                ),
            ),
            symbol(
                r"\Phi(a)",
                listed("the probability that a standard normal number is below a", "标准正态随机数小于 a 的概率"),
            ),
        ],
        source: source(
            "D. Hendrycks and K. Gimpel, Gaussian error linear units (GELUs), 2016, section 2",
            "https://arxiv.org/abs/1606.08415",
        ),
    }
}

/// The last layers.
fn average_formula() -> Formula {
    Formula {
        title: listed("Global average pooling", "全局平均池化"),
        tex:
            r"h_c = \frac{1}{H W} \sum_{i=1}^{H} \sum_{j=1}^{W} a_{cij}, \qquad z_k = \sum_{c} w_{kc}\, \hat h_c + b_k"
                .into(),
        symbols: vec![
            symbol(
                "a_{cij}",
                listed(
                    "the last feature map of channel c, at row i and column j",
                    "最后一层通道 c 的特征图，第 i 行第 j 列",
                ),
            ),
            symbol(
                "h_c",
                listed(
                    "its mean: how much of feature c the picture holds, wherever it is",
                    "其均值：图片中含有多少特征 c，不论在哪里",
                ),
            ),
            knob(
                r"\hat h_c",
                "normalisation",
                listed(
                    "the same, normalised over all channels: means differ little from picture to picture",
                    "同上，但在所有通道上归一化：各图片的均值本身相差很小",
                ),
            ),
            symbol("z_k", listed("the logit (score) of class k", "类别 k 的 logit（得分）")),
        ],
        source: source(
            "M. Lin, Q. Chen and S. Yan, Network in network, 2013, section 3.2",
            "https://arxiv.org/abs/1312.4400",
        ),
    }
}
