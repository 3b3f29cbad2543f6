//! What all classifiers share: one step down the cross-entropy, and what their cards say of it.

use burn::module::Module;
use burn::tensor::Tensor;

use super::math::{accuracy, cross_entropy};
use super::optimiser::Trained;
use super::recipe::{Batch, Moment, Outcome, Plate, Scalars, Sheet};
use super::training::Training;
use crate::protocol::{Formula, LISTED, Meaning, Reference, Role, Series, Source, Symbol, Text, listed, text};

/// One update of `trained` with the logits `[batch, classes]` that it gave `batch`.
pub fn learn<N: Module>(
    trained: &mut Trained<N>,
    logits: Tensor<2>,
    batch: Batch,
    training: &Training,
    at: Moment,
) -> Scalars {
    let loss = cross_entropy(logits.clone(), batch.labels.clone()).mean();
    trained.descend(&loss, training, at);
    vec![("loss/train", loss.inner()), ("accuracy/train", accuracy(logits.inner(), batch.labels))]
}

/// Evaluation of the logits `[batch, classes]` that a model gave `batch`.
pub fn judge(logits: Tensor<2>, batch: Batch) -> Outcome {
    let losses = cross_entropy(logits.clone(), batch.labels);
    Outcome { logits: Some(logits), values: vec![("loss/test", losses)], slack: None }
}

/// The first `weights` of a `trained` network as `pictures` `[many, height, width]`, beside the gradient by them, once there
/// was a step.
pub fn filters<N: Module, const D: usize>(
    title: Text,
    trained: &Trained<N>,
    weights: Tensor<D>,
    pictures: impl Fn(Tensor<D>) -> Tensor<3>,
) -> Plate {
    let sheet = |title, weights| Sheet { title, values: pictures(weights), signed: true };
    let said = text("Gradient of the loss by these weights, at the last step", "上一步中损失对这些权重的梯度");
    let slope = trained.slope().map(|slope| sheet(said, slope));
    [sheet(title, weights)].into_iter().chain(slope).collect()
}

/// The curves of a classifier, with the per cent of a test set that it is known to reach.
pub fn series(published: Vec<Reference>) -> Vec<Series> {
    let loss = |name: &'static str, title, role| Series {
        name: name.into(),
        group: listed("Loss", "损失"),
        title,
        unit: listed("nats", "奈特"),
        role,
        bounds: None,
        references: Vec::new(),
    };
    [
        loss("loss/train", listed("Training loss", "训练损失"), Role::Train),
        loss("loss/test", listed("Test loss", "测试损失"), Role::Test),
    ]
    .into_iter()
    .chain(accuracies(published))
    .collect()
}

/// The accuracy on training and on test samples, with the per cent of a test set that is known to be reached.
pub fn accuracies(published: Vec<Reference>) -> [Series; 2] {
    let share = |name: &'static str, title, role, references| Series {
        name: name.into(),
        group: listed("Accuracy", "准确率"),
        title,
        unit: listed("%", "%"),
        role,
        bounds: Some((0.0, 100.0)),
        references,
    };
    [
        share("accuracy/train", listed("Training accuracy", "训练准确率"), Role::Train, Vec::new()),
        share("accuracy/test", listed("Test accuracy", "测试准确率"), Role::Test, published),
    ]
}

/// A value that was published for one data set.
pub fn published(data: &'static str, value: f32, source: Source) -> Reference {
    Reference { value, data: Some(data.into()), source }
}

/// The per cent that a model of this kind reached on MNIST-1D, by those who defined the set.
pub fn on_mnist1d(value: f32) -> Reference {
    let citation = "S. Greydanus and D. Kobak, Scaling down deep learning with MNIST-1D, ICML 2024";
    published("mnist1d", value, source(citation, "https://arxiv.org/abs/2011.14439"))
}

/// The per cent that a network of this kind reached on Fashion-MNIST, as its authors list it, of all 60,000 pictures.
pub fn on_fashion(value: f32, network: &str) -> Reference {
    let all = source("", "https://github.com/zalandoresearch/fashion-mnist");
    let citation = || format!("Fashion-MNIST, benchmark as submitted, all 60,000 images: {network}").into();
    published("fashion", value, if LISTED { Source { citation: citation(), ..all } } else { all })
}

/// A publication; only the catalogue says it.
#[inline(always)]
pub fn source(citation: &'static str, link: &'static str) -> Source {
    if LISTED { Source { citation: citation.into(), link: link.into() } } else { Source::default() }
}

/// A symbol that is only explained in words.
pub fn symbol(tex: &'static str, text: Text) -> Symbol {
    Symbol { tex: tex.into(), text, meaning: Meaning::Plain }
}

/// A symbol that is a knob.
pub fn knob(tex: &'static str, name: &'static str, text: Text) -> Symbol {
    Symbol { tex: tex.into(), text, meaning: Meaning::Knob(name.into()) }
}

/// A symbol that is a curve.
pub fn curve(tex: &'static str, name: &'static str, text: Text) -> Symbol {
    Symbol { tex: tex.into(), text, meaning: Meaning::Series(name.into()) }
}

/// Softmax and cross-entropy.
pub fn cross_entropy_formula() -> Formula {
    Formula {
        title: listed("Cross-entropy", "交叉熵"),
        tex: r"\mathcal{L} = -\frac{1}{B} \sum_{i=1}^{B} \log p(y_i \mid x_i), \qquad p(k \mid x) = \frac{e^{z_k}}{\sum_{j} e^{z_j}}".into(),
        symbols: vec![
            curve(r"\mathcal{L}", "loss/train", listed("the loss of a minibatch, in nats", "一个小批量的损失，单位为奈特")),
            knob("B", "batch-size", listed("samples in a minibatch", "小批量中的样本数")),
            symbol(r"p(k \mid x)", listed("the probability that the model gives class k", "模型给类别 k 的概率")),
            symbol("y_i", listed("the true class of sample i", "第 i 个样本的真实类别")),
            symbol("z_k", listed("the logit (score) of class k", "类别 k 的 logit（得分）")),
        ],
        source: source(
            "J. S. Bridle, Probabilistic interpretation of feedforward classification network outputs, Neurocomputing (NATO ASI F68), 1990",
            "https://doi.org/10.1007/978-3-642-76153-9_28",
        ),
    }
}

/// The update, by the optimiser that models start with.
pub fn adam_formula() -> Formula {
    Formula {
        title: listed("One step of Adam", "Adam 的一步更新"),
        tex: r"\begin{aligned} m &\leftarrow \beta_1 m + (1-\beta_1)\, g, & v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2, \\ \theta &\leftarrow \theta - \eta\, \frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \epsilon}, & g &= \nabla_\theta \mathcal{L} + \lambda \theta \end{aligned}".into(),
        symbols: vec![
            knob(r"\eta", "learning-rate", listed("the learning rate", "学习率")),
            knob(r"\lambda", "weight-decay", listed("the weight decay", "权重衰减")),
            symbol(r"\theta", listed("all weights and biases", "全部权重与偏置")),
            symbol("g", listed("the gradient of this minibatch's loss", "当前小批量损失的梯度")),
            symbol("m, v", listed("running means of the gradient and of its square", "梯度及其平方的滑动平均")),
            symbol(r"\beta_1, \beta_2, \epsilon", listed("0.9, 0.999 and 1e-8", "0.9、0.999 与 1e-8")),
            symbol("t", listed("updates made so far", "已进行的更新次数")),
        ],
        source: source(
            "D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR 2015, Algorithm 1",
            "https://arxiv.org/abs/1412.6980",
        ),
    }
}

/// Dropout, for models that have the knob `dropout`.
pub fn dropout_formula() -> Formula {
    Formula {
        title: listed("Dropout, while training", "训练时的随机失活"),
        tex: r"\tilde h_j = \frac{r_j}{1-p}\, h_j, \qquad r_j \sim \mathrm{Bernoulli}(1-p)".into(),
        symbols: vec![
            knob("p", "dropout", listed("the share of units dropped", "被置零的单元比例")),
            symbol("h_j", listed("a hidden unit's activation", "隐藏单元的激活值")),
            symbol("r_j", listed("drawn anew for each sample and step", "对每个样本、每一步重新抽取")),
        ],
        source: source(
            "N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, JMLR 15, 2014, section 4",
            "https://jmlr.org/papers/v15/srivastava14a.html",
        ),
    }
}
