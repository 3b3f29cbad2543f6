//! What a model with latents is held against: likelihoods, the divergence from the prior, and the bound that they make.

use burn::tensor::{Device, Tensor};

use super::classifier::{accuracies, adam_formula, curve, knob, published, source, symbol};
use super::math::Noise;
use super::quality::ACTIVE;
use super::recipe::{Posterior, Shape};
use crate::choices;
use crate::kernels::sigmoid;
use crate::protocol::{Break, Formula, Reference, Role, Series, Value, listed};

pub use crate::kernels::bernoulli;

choices! {
    /// What a decoder's output says of a sample.
    pub enum Likelihood {
        /// Each number is the probability of ink; a grey pixel counts as a mixture of ink and none.
        Bernoulli = "bernoulli", "Bernoulli" / "伯努利分布";
        /// Each number is a mean; one variance, shared by all numbers, is learnt.
        Gaussian = "gaussian", "Gaussian" / "高斯分布";
    }
}

/// Whether samples are points or signals and no pictures: their numbers have no bounds.
pub fn points(shape: Shape) -> bool {
    !shape.pictures()
}

/// The samples that a network's `output` `[batch, size]` stands for: pixels from 0 to 1, or coordinates as they are.
pub fn expectation(output: Tensor<2>, shape: Shape) -> Tensor<2> {
    if points(shape) { output } else { sigmoid(output) }
}

/// `-log p(x | z)` of each sample, in nats, for independent Gaussians of one variance: `x` and `mean` `[batch, size]`,
/// `log_variance` `[1]`; gives `[batch]`, which may be negative, as densities may exceed 1 (Kingma & Welling 2014,
/// appendix C.2; one learnt variance: Rybkin, Daniilidis & Levine, ICML 2021).
pub fn gaussian(x: Tensor<2>, mean: Tensor<2>, log_variance: Tensor<1>) -> Tensor<1> {
    let [batch, size] = mean.dims();
    let squares = (mean - x).square().sum_dim(1).reshape([batch]);
    let spread = log_variance.clone().add_scalar(std::f64::consts::TAU.ln()).mul_scalar(size as f64);
    (squares * log_variance.neg().exp() + spread).mul_scalar(0.5)
}

/// `KL(q(z | x) || N(0, 1))` of each sample and each latent, in nats `[batch, latent]`:
/// `-1/2 (1 + log s^2 - m^2 - s^2)` (Kingma & Welling 2014, appendix B).
pub fn divergence(posterior: &Posterior) -> Tensor<2> {
    let Posterior { mean, log_variance } = posterior.clone();
    (mean.square() + log_variance.clone().exp() - log_variance).add_scalar(-1.0).mul_scalar(0.5)
}

/// A sample of each posterior `[batch, latent]`: `z = m + s eps`, through which gradients reach m and s (Kingma &
/// Welling 2014, section 2.4); eps from the host, on the inner `device`.
pub fn reparametrise(posterior: &Posterior, noise: &mut Noise, device: &Device) -> Tensor<2> {
    let Posterior { mean, log_variance } = posterior.clone();
    let eps = noise.gauss(mean.dims(), device);
    mean + log_variance.mul_scalar(0.5).exp() * eps
}

/// The divergence `[batch, latent]` as it is minimised, `[1]`: the sum over latents of its mean over the batch, where no
/// latent counts as less than `floor` nats, so that none is pressed below it (Kingma et al., Improving variational
/// inference with inverse autoregressive flow, NIPS 2016, "free bits").
pub fn with_free_bits(divergence: Tensor<2>, floor: f64) -> Tensor<1> {
    let each = divergence.mean_dim(0); // [1, latent]
    let each = if floor > 0.0 { each.clamp_min(floor) } else { each };
    each.sum()
}

/// How many latents carry something of this batch's samples, `[1]`: of posterior means `[batch, latent]`.
pub fn active(means: Tensor<2>) -> Tensor<1> {
    let centre = means.clone().mean_dim(0);
    (means - centre).square().mean_dim(0).greater_elem(ACTIVE).float().sum()
}

/// The parts of the bound, for each sample of a batch.
#[derive(Clone, Debug)]
pub struct Bound {
    /// `[batch]`: -log p(x | z).
    pub reconstruction: Tensor<1>,
    /// `[batch, latent]`: the divergence by latents.
    pub divergence: Tensor<2>,
}

impl Bound {
    /// The negative ELBO, its reconstruction term and its KL term, in nats, each `[batch]`.
    pub fn terms(self) -> [Tensor<1>; 3] {
        let [batch, _] = self.divergence.dims();
        let kl = self.divergence.sum_dim(1).reshape([batch]);
        [self.reconstruction.clone() + kl.clone(), self.reconstruction, kl]
    }
}

/// The curves of the bound and its parts, and of how many latents are used.
pub fn series() -> Vec<Series> {
    let curves = |name: [&'static str; 2], group, titles: [_; 2], mark: Option<Reference>| {
        let [train, test] = titles;
        [(name[0], train, Role::Train, None), (name[1], test, Role::Test, mark)].map(
            |(name, title, role, reference)| Series {
                name: name.into(),
                group: Clone::clone(&group),
                title,
                unit: listed("nats", "奈特"),
                role,
                bounds: None,
                references: reference.into_iter().collect(),
            },
        )
    };
    let mark = published(
        "mnist",
        105.6,
        source(
            "PyTorch, examples/vae (2017), 784-400-20 on MNIST, test loss after epoch 10: with 20 latents, Bernoulli",
            "https://github.com/pytorch/examples/tree/main/vae",
        ),
    );
    let loss = curves(
        ["loss/train", "loss/test"],
        listed("Negative ELBO", "负 ELBO"),
        [listed("Training samples", "训练样本"), listed("Test samples", "测试样本")],
        Some(mark),
    );
    let reconstruction = curves(
        ["reconstruction/train", "reconstruction/test"],
        listed("Reconstruction", "重构项"),
        [listed("Training samples", "训练样本"), listed("Test samples", "测试样本")],
        None,
    );
    let kl = curves(
        ["kl/train", "kl/test"],
        listed("KL from the prior", "与先验的 KL 散度"),
        [listed("Training samples", "训练样本"), listed("Test samples", "测试样本")],
        None,
    );
    let active = Series {
        name: "latents/active".into(),
        group: listed("Active latents", "活跃的隐变量"),
        title: listed("Active latents", "活跃的隐变量"),
        unit: listed("latents", "个"),
        role: Role::Neutral,
        bounds: None,
        references: Vec::new(),
    };
    let [_, accuracy] = accuracies(Vec::new());
    let by_bayes = listed("Test samples, by Bayes' rule", "测试样本（贝叶斯法则）");
    let turned = Series { title: by_bayes, ..accuracy };
    [loss, reconstruction, kl].into_iter().flatten().chain([active, turned]).collect()
}

/// The mathematics of a variational autoencoder.
pub fn formulas() -> Vec<Formula> {
    vec![
        bound_formula(),
        divergence_formula(),
        likelihood_formula(),
        objective_formula(),
        turned_formula(),
        adam_formula(),
    ]
}

/// The bound, and where its sample comes from.
fn bound_formula() -> Formula {
    Formula {
        title: listed("The evidence lower bound (ELBO)", "证据下界（ELBO）"),
        tex: r"\log p(x) \ge \mathrm{ELBO} = \mathbb{E}_{q(z \mid x)}\left[\log p(x \mid z)\right] - \mathrm{KL}\left(q(z \mid x) \,\|\, p(z)\right), \qquad z = m + s \odot \varepsilon".into(),
        symbols: vec![
            curve(r"\mathrm{ELBO}", "loss/train", listed("the bound; the curve shows its negative, in nats per sample", "下界；曲线是它的相反数，单位为每个样本的奈特")),
            curve(r"\log p(x \mid z)", "reconstruction/train", listed("how well the decoder restores x; the curve shows the negative", "解码器还原 x 的好坏；曲线是它的相反数")),
            curve(r"\mathrm{KL}", "kl/train", listed("how far the posterior lies from the prior", "后验与先验的距离")),
            symbol(r"q(z \mid x)", listed("the encoder's Gaussian, of mean m and deviation s", "编码器给出的高斯分布，均值为 m，标准差为 s")),
            knob("p(z)", "latent", listed("the prior: N(0, 1) in each latent", "先验：每个隐变量服从 N(0, 1)")),
            symbol(r"\varepsilon", listed("noise from N(0, 1), drawn anew for each sample and step", "N(0, 1) 噪声，每个样本、每一步重新抽取")),
        ],
        source: source(
            "D. P. Kingma and M. Welling, Auto-encoding variational Bayes, ICLR 2014, eqs. 3 and 10",
            "https://arxiv.org/abs/1312.6114",
        ),
    }
}

/// The divergence in closed form.
fn divergence_formula() -> Formula {
    Formula {
        title: listed("The KL divergence, in closed form", "KL 散度的闭式解"),
        tex: r"\mathrm{KL} = -\frac{1}{2} \sum_{j=1}^{d} \left(1 + \log s_j^2 - m_j^2 - s_j^2\right)".into(),
        symbols: vec![
            curve(r"\mathrm{KL}", "kl/train", listed("in nats", "单位为奈特")),
            knob("d", "latent", listed("latents", "隐变量的个数")),
            symbol(
                "m_j, s_j",
                listed("the posterior's mean and deviation in latent j", "后验在隐变量 j 上的均值与标准差"),
            ),
        ],
        source: source(
            "D. P. Kingma and M. Welling, Auto-encoding variational Bayes, ICLR 2014, appendix B",
            "https://arxiv.org/abs/1312.6114",
        ),
    }
}

/// Both likelihoods.
fn likelihood_formula() -> Formula {
    Formula {
        title: listed("The reconstruction term", "重构项"),
        tex: r"-\log p(x \mid z) = \begin{cases} -\sum_i \left(x_i \log \hat x_i + (1-x_i) \log (1-\hat x_i)\right) & \text{Bernoulli} \\ \sum_i \left(\frac{(x_i-\hat x_i)^2}{2\sigma^2} + \frac{1}{2}\log 2\pi\sigma^2\right) & \text{Gaussian} \end{cases}".into(),
        symbols: vec![
            curve(r"-\log p(x \mid z)", "reconstruction/train", listed("in nats; points and signals are always Gaussian", "单位为奈特；点与信号总用高斯分布")),
            knob(r"\text{Bernoulli}", "likelihood", listed("the likelihood chosen", "所选的似然")),
            symbol(r"\hat x_i", listed("the decoder's output", "解码器的输出")),
            symbol(r"\sigma", listed("one deviation for all numbers, learnt with the weights", "所有维度共用的标准差，与权重一起学习")),
        ],
        source: source(
            "D. P. Kingma and M. Welling, ICLR 2014, appendix C; learnt sigma: O. Rybkin, K. Daniilidis and S. Levine, Simple and effective VAE training with calibrated decoders, ICML 2021",
            "https://arxiv.org/abs/2006.13202",
        ),
    }
}

/// What is minimised where the reader has turned beta or the free bits.
fn objective_formula() -> Formula {
    Formula {
        title: listed("What is minimised", "实际最小化的目标"),
        tex: r"\frac{1}{B} \sum_{i=1}^{B} -\log p(x_i \mid z_i) + \beta \sum_{j=1}^{d} \max\left(\lambda, \frac{1}{B} \sum_{i=1}^{B} \mathrm{KL}_j(x_i)\right)".into(),
        symbols: vec![
            knob(r"\beta", "beta", listed("the weight of the KL; 1 gives the negative ELBO", "KL 的权重；取 1 即为负 ELBO")),
            knob(r"\lambda", "free-bits", listed("nats that each latent may use at no cost", "每个隐变量可免费使用的信息量（奈特）")),
            knob("B", "batch-size", listed("samples in a minibatch", "小批量中的样本数")),
        ],
        source: source(
            "I. Higgins et al., beta-VAE, ICLR 2017, eq. 4; free bits: D. P. Kingma et al., Improving variational inference with inverse autoregressive flow, NIPS 2016",
            "https://arxiv.org/abs/1606.04934",
        ),
    }
}

/// What makes a classifier of a model that is told the class.
fn turned_formula() -> Formula {
    Formula {
        title: listed("Turned around: a classifier by Bayes' rule", "反过来用：以贝叶斯法则分类"),
        tex: r"p(y \mid x) = \frac{p(x \mid y)\, p(y)}{\sum_{k} p(x \mid k)\, p(k)} \approx \frac{e^{\mathrm{ELBO}(x \mid y)}}{\sum_{k} e^{\mathrm{ELBO}(x \mid k)}}".into(),
        symbols: vec![
            curve("y", "accuracy/test", listed("the class; the curve shows how often the likeliest is right, among the first 1,000 test samples", "类别；曲线是可能性最大的类别猜对的比例（前 1,000 个测试样本）")),
            knob(r"p(x \mid y)", "conditional", listed("how likely the sample is among those of class y: known to a model that is told the class", "样本在类别 y 中出现的可能性：只有被告知类别的模型才知道")),
            symbol("p(y)", listed("how frequent the class is: taken to be alike for all, so that it cancels out", "类别出现的频率：假定各类相同，因此约去")),
        ],
        source: source(
            "A. Y. Ng and M. I. Jordan, On discriminative vs. generative classifiers, NIPS 2001; bounds as likelihoods: Y. Li, J. Bradshaw and Y. Sharma, Are generative classifiers more robust to adversarial attacks?, ICML 2019",
            "https://arxiv.org/abs/1802.06552",
        ),
    }
}

/// Two ways to make it fail, by the weight of the KL.
pub fn breaks() -> Vec<Break> {
    vec![
        Break {
            name: "posterior-collapse".into(),
            title: listed("Posterior collapse", "后验坍塌"),
            watch: listed(
                "With β at 300 a code costs more than it can earn: the KL falls to 0, no latent stays active, and the decoder paints the mean of all pictures whatever the code says.",
                "β 取 300 时，编码的代价超过它带来的好处：KL 跌到 0，没有隐变量保持活跃，无论编码是什么，解码器都只画出所有图像的平均。",
            ),
            knobs: vec![("beta".into(), Value::Real(300.0)), ("free-bits".into(), Value::Real(0.0))],
        },
        Break {
            name: "no-prior".into(),
            title: listed("Codes that heed no prior", "不理会先验的编码"),
            watch: listed(
                "With β at 0.001 this is a plain autoencoder: it restores well, the KL grows, and codes leave the region that random samples come from, so that samples turn into shapes unlike any real one.",
                "β 取 0.001 时它几乎就是普通的自编码器：还原得好，KL 却不断增大，编码离开了随机样本所在的区域，生成的样本变成不像任何真实样本的形状。",
            ),
            knobs: vec![("beta".into(), Value::Real(0.001)), ("free-bits".into(), Value::Real(0.0))],
        },
    ]
}
