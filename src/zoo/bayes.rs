//! Gaussian naive Bayes: each class a Gaussian for each number by itself, turned around by Bayes' rule.

use std::cell::RefCell;

use burn::tensor::{Device, Int, Tensor};

use crate::engine::bayes::{Counting, foretold, formulas};
use crate::engine::classifier::{knob, published, series, source, symbol};
use crate::engine::gaussian::{Counted, LEAST, Moments, rows_of};
use crate::engine::knobs::Knobs as _;
use crate::engine::optimiser::Part;
use crate::engine::recipe::{Batch, Generator, Moment, Plate, Recipe, Scalars, Shape, Sheet};
use crate::knobs;
use crate::protocol::{Card, Formula, Text, View, Wing, if_listed, listed, text};

knobs! {
    /// What can be set.
    pub struct Knobs {
        smoothing: real(1e-9, 1.0, log) = 0.1, hot Network, "Variance smoothing (α)" / "方差平滑（α）",
            "The share of the largest variance that is added to every one, so that a pixel which never changed does not decide alone."
            / "把最大方差的这一比例加到每个方差上，使从未变化过的像素不会独自决定结果。";
    }
    shared counting: Counting {}
}

/// The Gaussians that follow from what was counted.
#[derive(Clone)]
struct Fit {
    /// `[classes, size]`.
    means: Tensor<2>,
    /// Standard deviations, `[classes, size]`.
    deviations: Tensor<2>,
    /// `log P(y)` and what does not depend on x, `[1, classes]`.
    constants: Tensor<2>,
}

impl Fit {
    fn of(counted: &Counted, smoothing: f64) -> Self {
        let most = counted.whole().max_dim(1); // [1, 1]
        let variances = counted.own() + most.mul_scalar(smoothing).add_scalar(LEAST);
        // Half of the sum of log(2 pi s^2).
        let widths = variances.clone().mul_scalar(std::f64::consts::TAU).log().sum_dim(1).mul_scalar(0.5);
        let constants = counted.log_priors() - widths.transpose();
        Self { means: counted.means(), deviations: variances.sqrt(), constants }
    }

    /// `log P(y) + log p(x | y)` of `x` `[batch, size]`: `[batch, classes]`. Deviations are squared one by one: in the
    /// expanded square, which would be two products, small variances drown in rounding.
    fn logits(&self, x: Tensor<2>) -> Tensor<2> {
        let [batch, _] = x.dims();
        let [classes, _] = self.means.dims();
        let apart = x.unsqueeze_dim::<3>(1) - self.means.clone().unsqueeze();
        let squares = (apart / self.deviations.clone().unsqueeze()).square().sum_dim(2); // [batch, classes, 1]
        self.constants.clone() - squares.reshape([batch, classes]).mul_scalar(0.5)
    }
}

/// Gaussian naive Bayes.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    counted: Counted,
    /// Of what is counted and set now, once it was asked for.
    fit: RefCell<Option<Fit>>,
}

impl Model {
    fn fit(&self) -> Fit {
        self.fit.borrow_mut().get_or_insert_with(|| Fit::of(&self.counted, self.knobs.smoothing)).clone()
    }
}

impl Generator for Model {
    /// One number of noise for each of a sample.
    fn latent(&self) -> usize {
        self.shape.size()
    }

    fn generate(&self, z: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<4> {
        let Shape { channels, height, width, .. } = self.shape;
        let ([count, _], Fit { means, deviations, .. }) = (z.dims(), self.fit());
        let x = rows_of(labels.clone(), means) + z * rows_of(labels, deviations);
        let x = if self.shape.pictures() { x.clamp(0.0, 1.0) } else { x };
        x.reshape([count, channels, height, width])
    }
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "naive-bayes".into(),
            title: text("Gaussian naive Bayes", "高斯朴素贝叶斯"),
            wing: Wing::Discriminative,
            blurb: listed("Models what each class looks like, pixel by pixel.", "逐个像素地描述每个类别的样子。"),
            explanation: [
                listed(
                    "It tells classes apart, but as a generative model: it describes p(x | y), each class by a Gaussian for every pixel as if pixels knew nothing of each other, which is the naive part, and Bayes' rule turns that around to P(y | x).",
                    "它用来区分类别，但本身是生成模型：它描述 p(x | y)，为每个类别的每个像素配一个高斯分布，假定像素之间互不相干（这就是“朴素”之处），再由贝叶斯法则反过来得到 P(y | x)。",
                ),
                listed(
                    "Nothing goes down a gradient: a step counts a minibatch into means and variances, which one epoch settles and further ones leave as they are; the training curves show what was foretold of each minibatch before it was counted.",
                    "没有梯度下降：每一步把一个小批量计入均值与方差，一轮即成定局，再多几轮也不会改变；训练曲线显示的是每个小批量在计入之前得到的预测结果。",
                ),
                listed(
                    "Look at its samples, dust in the shape of a digit, and at losses of many nats: it counts pixels that say the same as so many witnesses, and is sure when it is wrong; the smoothing decides how much, from 56 % of MNIST at 1e-9 to over 80 %.",
                    "看它生成的样本：像是撒成数字形状的尘埃；再看高达许多奈特的损失：它把说着同一件事的像素当成许多独立的证人，错了也信心十足；平滑的大小影响很大，在 MNIST 上从 1e-9 时的约 56 % 到 80 % 以上。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| [vec![model_formula(), sample_formula()], formulas()].concat()),
            knobs: Knobs::knobs(),
            series: series(vec![
                published(
                    "mnist",
                    52.4,
                    source(
                        "H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, 2017, table 3: GaussianNB on MNIST",
                        "https://arxiv.org/abs/1708.07747",
                    ),
                ),
                published(
                    "fashion",
                    51.1,
                    source(
                        "H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, 2017, table 3: GaussianNB",
                        "https://arxiv.org/abs/1708.07747",
                    ),
                ),
            ]),
            views: vec![View::Samples, View::Reading, View::Regions, View::Filters, View::Confusion, View::Mistakes],
            breaks: Vec::new(),
            source_path: "src/zoo/bayes.rs".into(),
        }
    }

    fn fits(shape: &Shape) -> bool {
        shape.classes > 1
    }

    /// Points in the plane have no pixels that never change: nothing needs to be smoothed away.
    fn tuned(shape: &Shape) -> Knobs {
        Knobs::default().with(|knobs| {
            if !shape.pictures() {
                knobs.smoothing = 1e-9;
            }
        })
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let counted = Counted::new(Moments::Squares, [shape.classes, shape.size()], device);
        Self { counted, shape: *shape, knobs, fit: RefCell::default() }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        self.fit.take();
        &mut self.knobs
    }

    fn step(&mut self, batch: Batch, _: Moment) -> Scalars {
        let x = batch.images.inner().flatten(1, 3); // [batch, size]
        let scalars = foretold(self.fit().logits(x.clone()), batch.labels.clone());
        self.counted.count(x, batch.labels, self.knobs.counting.forget);
        self.fit.take();
        scalars
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.fit().logits(images.flatten(1, 3)))
    }

    fn show(&self, view: View, _: Option<Tensor<4>>) -> Option<Plate> {
        let Shape { channels, height, width, classes, .. } = self.shape;
        let sheet = |title: Text, rows: Tensor<2>| Sheet {
            title,
            values: rows.reshape([classes * channels, height, width]),
            signed: false,
        };
        let Fit { means, deviations, .. } = if view == View::Filters { self.fit() } else { return None };
        Some(vec![
            sheet(text("The mean of each class", "每个类别的均值"), means),
            sheet(text("The deviation of each class", "每个类别的标准差"), deviations),
        ])
    }

    fn generator(&self) -> Option<&dyn Generator> {
        Some(self)
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        self.fit.take();
        vec![Part::new("", &mut self.counted)]
    }
}

fn model_formula() -> Formula {
    Formula {
        title: listed("The model", "模型"),
        tex: r"p(x \mid k) = \prod_{d=1}^{D} \frac{1}{\sqrt{2 \pi \sigma_{kd}^2}}\, e^{-\frac{(x_d - \mu_{kd})^2}{2 \sigma_{kd}^2}}, \qquad \sigma_{kd}^2 = \frac{S_{kd}}{n_k} + \alpha \max_{j} \mathrm{Var}(x_j)".into(),
        symbols: vec![
            symbol("x_d", listed("one of the picture's D pixels", "图片 D 个像素中的一个")),
            symbol(r"\mu_{kd}", listed("its mean over the samples of class k", "该像素在类别 k 样本上的均值")),
            symbol("S_{kd}", listed("its squared deviations from that mean, summed", "该像素对此均值的偏差平方和")),
            symbol("n_k", listed("samples of class k", "类别 k 的样本数")),
            knob(r"\alpha", "smoothing", listed("the variance smoothing", "方差平滑")),
        ],
        source: source(
            "T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd edition, 2009, eq. 6.26; the smoothing: F. Pedregosa et al., scikit-learn, JMLR 12, 2011, GaussianNB's var_smoothing, 1e-9 there",
            "https://hastie.su.domains/ElemStatLearn/",
        ),
    }
}

fn sample_formula() -> Formula {
    Formula {
        title: listed("A sample of class k", "类别 k 的一个样本"),
        tex: r"x_d = \mu_{kd} + \sigma_{kd}\, z_d, \qquad z_d \sim \mathcal{N}(0, 1)".into(),
        symbols: vec![
            symbol(
                "z_d",
                listed(
                    "noise, the same throughout a run, so that only the model moves the picture",
                    "噪声，在一次运行中保持不变，因此只有模型在改变图像",
                ),
            ),
            symbol(
                r"\mu_{kd}, \sigma_{kd}",
                listed(
                    "the class's mean and deviation of a pixel; pixels are cut off at 0 and 1",
                    "该类别像素的均值与标准差；像素值截断到 0 与 1 之间",
                ),
            ),
        ],
        source: source(
            "C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 8.1.2, ancestral sampling",
            "https://www.microsoft.com/en-us/research/publication/pattern-recognition-machine-learning/",
        ),
    }
}
