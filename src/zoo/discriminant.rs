//! Linear and quadratic discriminant analysis: each class a Gaussian with all covariances, turned around by Bayes' rule.

use std::cell::RefCell;

use burn::tensor::{Device, Int, Tensor};

use crate::engine::bayes::{Counting, foretold, formulas};
use crate::engine::classifier::{knob, published, series, source, symbol};
use crate::engine::gaussian::{Counted, Moments};
use crate::engine::knobs::Knobs as _;
use crate::engine::layers::{average, enlarge};
use crate::engine::normal::{Covariance, Normals};
use crate::engine::optimiser::Part;
use crate::engine::recipe::{Batch, Generator, Moment, Plate, Recipe, Scalars, Shape, Sheet};
use crate::knobs;
use crate::protocol::{Card, Formula, Text, View, Wing, if_listed, listed, text};

knobs! {
    /// What can be set.
    pub struct Knobs {
        covariance: pick(Covariance) = Covariance::Own, hot Network, "Covariance" / "协方差",
            "Whether all classes spread alike, so that boundaries are straight, or each in its own way, so that they bend."
            / "所有类别的散布方式相同（边界是直的），还是各有各的（边界是弯的）。";
        shrinkage: real(1e-4, 1.0, log) = 0.2, hot Network, "Shrinkage (γ)" / "收缩（γ）",
            "How far covariances are drawn towards a round cloud: too little trusts directions that hardly vary, 1 leaves distances to the means alone."
            / "把协方差向圆形拉近的程度：太小会轻信几乎没有变化的方向；为 1 时只剩下到均值的距离。";
        pooling: whole(1, 4, linear) = 2, cold Network, "Pooling" / "池化",
            "Pictures are averaged over squares of so many pixels a side, since covariances grow with the square of their number; points are taken as they are."
            / "先把图片在这样边长的方块内取平均，因为协方差的个数随像素数的平方增长；平面上的点保持原样。";
    }
    shared counting: Counting {}
}

/// Discriminant analysis.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    counted: Counted,
    /// Of what is counted and set now, once it was asked for: factors take as long as many steps.
    fit: RefCell<Option<Normals>>,
}

impl Model {
    fn fit(&self) -> Normals {
        let Knobs { covariance, shrinkage, .. } = self.knobs;
        self.fit.borrow_mut().get_or_insert_with(|| Normals::of(&self.counted, covariance, shrinkage)).clone()
    }

    /// What the model sees of `images`: `[batch, size]`.
    fn seen(&self, images: Tensor<4>) -> Tensor<2> {
        average(images, side(&self.knobs, &self.shape)).flatten(1, 3)
    }
}

/// The side of the squares that are averaged.
fn side(knobs: &Knobs, shape: &Shape) -> usize {
    if shape.pictures() { knobs.pooling as usize } else { 1 }
}

/// Channels, rows and columns of what the model sees.
fn pooled(knobs: &Knobs, shape: &Shape) -> [usize; 3] {
    let [rows, columns] = [shape.height, shape.width].map(|length| length.div_ceil(side(knobs, shape)));
    [shape.channels, rows, columns]
}

impl Generator for Model {
    /// One number of noise for each that the model sees.
    fn latent(&self) -> usize {
        pooled(&self.knobs, &self.shape).iter().product()
    }

    fn generate(&self, z: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<4> {
        let ([count, _], [channels, rows, columns]) = (z.dims(), pooled(&self.knobs, &self.shape));
        let x = self.fit().sample(z, labels).reshape([count, channels, rows, columns]);
        let x = if self.shape.pictures() { x.clamp(0.0, 1.0) } else { x };
        enlarge(x, side(&self.knobs, &self.shape), [self.shape.height, self.shape.width])
    }
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "discriminant".into(),
            title: text("Discriminant analysis (LDA, QDA)", "判别分析（LDA、QDA）"),
            wing: Wing::Discriminative,
            blurb: listed(
                "Models each class by one Gaussian with all its covariances.",
                "用一个带全部协方差的高斯分布描述每个类别。",
            ),
            explanation: [
                listed(
                    "It tells classes apart, but as a generative model: it describes p(x | y), each class by a Gaussian cloud with all covariances of its pixels, and Bayes' rule turns that around to P(y | x); the boundaries are straight where the classes share their covariances, and of second degree where each has its own.",
                    "它用来区分类别，但本身是生成模型：它描述 p(x | y)，为每个类别配一团带有全部像素协方差的高斯云，再由贝叶斯法则反过来得到 P(y | x)；各类共享协方差时边界是直的，各有各的时边界是二次的。",
                ),
                listed(
                    "Nothing goes down a gradient: a step counts a minibatch into means and covariances, which one epoch settles, and the rest is a Cholesky factor; the training curves show what was foretold of each minibatch before it was counted.",
                    "没有梯度下降：每一步把一个小批量计入均值与协方差，一轮即成定局，其余只是一次 Cholesky 分解；训练曲线显示的是每个小批量在计入之前得到的预测结果。",
                ),
                listed(
                    "Switch the covariance while it runs: on MNIST straight boundaries reach about 88 %, bent ones 96 %, after a worse start, as each class must learn its own; and compare the samples, with strokes that hang together, with the dust of naive Bayes.",
                    "在运行中切换协方差：在 MNIST 上，直的边界约达 88 %，弯的可达 96 %，但开始时更差，因为每个类别要各自学习；再把它的样本（笔画是连贯的）与朴素贝叶斯的尘埃相比。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(|| [vec![model_formula(), covariance_formula()], formulas()].concat()),
            knobs: Knobs::knobs(),
            series: series(vec![published(
                "mnist",
                96.7,
                source(
                    "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition, Proceedings of the IEEE 86, 1998, section III: a classifier of second degree on 40 principal components, 3.3 % errors",
                    "https://doi.org/10.1109/5.726791",
                ),
            )]),
            views: vec![View::Samples, View::Reading, View::Regions, View::Filters, View::Confusion, View::Mistakes],
            breaks: Vec::new(),
            source_path: "src/zoo/discriminant.rs".into(),
        }
    }

    fn fits(shape: &Shape) -> bool {
        shape.classes > 1
    }

    /// Points in the plane have four covariances, of which none needs to be shrunk; coloured pictures have too many.
    fn tuned(shape: &Shape) -> Knobs {
        Knobs::default().with(|knobs| match shape.size() {
            0..=2 => knobs.shrinkage = 1e-4,
            3..=1024 => {}
            _ => knobs.pooling = 4,
        })
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let size = pooled(&knobs, shape).iter().product();
        let counted = Counted::new(Moments::Pairs, [shape.classes, size], device);
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
        let x = self.seen(batch.images.inner());
        let scalars = foretold(self.fit().logits(x.clone()), batch.labels.clone());
        self.counted.count(x, batch.labels, self.knobs.counting.forget);
        self.fit.take();
        scalars
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Some(self.fit().logits(self.seen(images)))
    }

    fn show(&self, view: View, _: Option<Tensor<4>>) -> Option<Plate> {
        let fit = if view == View::Filters { self.fit() } else { return None };
        let [channels, rows, columns] = pooled(&self.knobs, &self.shape);
        let sheet = |title: Text, of: Tensor<2>, signed| {
            let [count, _] = of.dims();
            Sheet { title, values: of.reshape([count * channels, rows, columns]), signed }
        };
        let means = sheet(text("The mean of each class", "每个类别的均值"), fit.means(), false);
        let weights = fit
            .weights()
            .map(|weights| sheet(text("The weights that speak for each class", "支持每个类别的权重"), weights, true));
        let deviations = sheet(
            text("The deviation, of each class or of all", "标准差（每类各自，或各类共享）"),
            fit.deviations(),
            false,
        );
        Some([means].into_iter().chain(weights).chain([deviations]).collect())
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
        title: listed("The model, and what speaks for a class", "模型，以及支持某个类别的判别函数"),
        tex: r"\begin{aligned} p(x \mid k) &= \mathcal{N}(x;\, \mu_k, \Sigma_k), \\ \delta_k(x) &= -\frac{1}{2} \log |\Sigma_k| - \frac{1}{2} (x - \mu_k)^{\top} \Sigma_k^{-1} (x - \mu_k) + \log \pi_k, \\ \delta_k(x) &= x^{\top} \Sigma^{-1} \mu_k - \frac{1}{2} \mu_k^{\top} \Sigma^{-1} \mu_k + \log \pi_k \quad \text{where} \quad \Sigma_k = \Sigma \end{aligned}".into(),
        symbols: vec![
            symbol(r"\delta_k(x)", listed("what speaks for class k: the largest decides, and boundaries are where two are equal", "支持类别 k 的程度：取最大者；两者相等之处就是边界")),
            symbol(r"\mu_k", listed("the mean of class k", "类别 k 的均值")),
            knob(r"\Sigma_k", "covariance", listed("its covariances, own or shared", "它的协方差：各自的或共享的")),
            symbol(r"\pi_k", listed("P(y = k)", "P(y = k)")),
        ],
        source: source(
            "T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd edition, 2009, eq. 4.8 to 4.12; R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936",
            "https://hastie.su.domains/ElemStatLearn/",
        ),
    }
}

fn covariance_formula() -> Formula {
    Formula {
        title: listed("The covariances, and a sample", "协方差，以及一个样本"),
        tex: r"\Sigma_k = (1-\gamma)\, \frac{S_k}{n_k} + \gamma\, \frac{\mathrm{tr}\, S}{D N}\, I = L_k L_k^{\top}, \qquad S = \sum_{k} S_k, \qquad x = \mu_k + L_k z, \quad z \sim \mathcal{N}(0, I)".into(),
        symbols: vec![
            symbol("S_k", listed("products of deviations from the mean of class k, summed; where covariances are shared, S over N stands for S_k over n_k", "对类别 k 均值的偏差之乘积的总和；共享协方差时，用 S 除以 N 代替 S_k 除以 n_k")),
            knob(r"\gamma", "shrinkage", listed("the shrinkage", "收缩")),
            knob("D", "pooling", listed("the numbers in a sample, after pooling", "池化之后一个样本中数字的个数")),
            symbol("n_k, N", listed("samples of class k, and of all", "类别 k 的样本数与样本总数")),
            symbol("L_k", listed("its Cholesky factor, which makes a round cloud z into one of the class", "它的 Cholesky 因子：把圆形的云 z 变成该类别的云")),
        ],
        source: source(
            "J. H. Friedman, Regularized discriminant analysis, Journal of the American Statistical Association 84, 1989, eq. 18",
            "https://doi.org/10.1080/01621459.1989.10478752",
        ),
    }
}
