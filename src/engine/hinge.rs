//! What support vector machines share: slacks by multi-class hinges, one step down the primal objective, and what their
//! cards say of it.

use burn::tensor::{Int, Tensor};

use super::classifier::{accuracies, adam_formula, curve, knob, source, symbol};
use super::layers::{Dense, Init, activate, one_hot};
use super::math::accuracy;
use super::optimiser::Trained;
use super::recipe::{Moment, Outcome, Scalars};
use super::training::{Schedule, Training};
use crate::protocol::{Formula, Reference, Role, Series, listed};
use crate::{choices, knobs};

/// Its negative stands in for the own class's score where the best of the others is looked for: below whatever a network
/// reaches, and finite, because infinity times zero is no number.
const FAR: f64 = 1e30;

choices! {
    /// What a sample's own class must lead by 1; with its scores z and its label y, a slack is what is missing of that.
    pub enum Hinge {
        /// The best of the others: `max(0, 1 + max over k != y of z_k - z_y)` (Crammer & Singer, JMLR 2, 2001, section 3).
        CrammerSinger = "crammer-singer", "Crammer & Singer" / "Crammer–Singer";
        /// Zero, and the others must be as far below: `max(0, 1 - s_k z_k)` for each class, s_k 1 for the own and -1 for
        /// the others. Apart from their sum these are binary machines (Rifkin & Klautau, JMLR 5, 2004).
        OneVsRest = "one-vs-rest", "One versus rest" / "一对其余";
    }
}

impl Hinge {
    /// The slacks of each sample: `scores` `[batch, classes]` and `labels` `[batch]` to `[batch, 1]`, or to
    /// `[batch, classes]` where each class has its own.
    pub fn slacks(self, scores: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<2> {
        let [_, classes] = scores.dims();
        let own = one_hot(labels, classes);
        let lead = match self {
            Self::CrammerSinger => {
                let rivals = rivals(scores.clone().inner(), own.clone());
                (scores * (own - rivals)).sum_dim(1) // [batch, 1]
            }
            Self::OneVsRest => scores * own.mul_scalar(2.0).sub_scalar(1.0),
        };
        activate(lead.neg().add_scalar(1.0), true)
    }
}

/// The weight of each class in the best of the others, `[batch, classes]`: 1 for one that is best alone. Equals share it,
/// which is a subgradient too, and the same on every device; at the start, from zero, all others are equal.
fn rivals(scores: Tensor<2>, own: Tensor<2>) -> Tensor<2> {
    let others = scores * own.clone().neg().add_scalar(1.0) - own.mul_scalar(FAR);
    let best = others.clone().equal(others.max_dim(1)).float();
    best.clone() / best.sum_dim(1)
}

knobs! {
    /// What can be set on a support vector machine.
    pub struct Margin {
        c: real(1e-4, 1e4, log) = 1.0, hot Training, "C, the price of slack" / "C（松弛的代价）",
            "Small: a wide margin that many samples lie within; large: hardly any slack is let pass."
            / "C 小：间隔宽，许多样本落在间隔之内；C 大：几乎不容许松弛。";
        hinge: pick(Hinge) = Hinge::CrammerSinger, hot Training, "Hinge loss" / "合页损失",
            "What the score of a sample's own class must lead by 1: the best of the other classes, or zero, each class by itself."
            / "样本所属类别的得分必须领先 1 的对象：其余类别中的最高分，或者零（每个类别各自判断）。";
        squared: switch() = false, hot Training, "Squared slacks" / "松弛取平方",
            "A slack costs its square: little just within the margin, much far beyond it."
            / "松弛的代价取其平方：刚进入间隔时很小，远远越过时很大。";
    }
    shared training: Training { init: Init::Zero, schedule: Schedule::Cosine, horizon: 10.0 }
}

impl Margin {
    /// What a sample's slacks `[batch, slacks]` cost it, `[batch]`: their sum or, in the L2-SVM, the sum of their squares
    /// (Cortes & Vapnik 1995, section 3, with sigma = 2).
    pub fn cost(&self, slacks: Tensor<2>) -> Tensor<1> {
        let [batch, _] = slacks.dims();
        let slacks = if self.squared { slacks.square() } else { slacks };
        slacks.sum_dim(1).reshape([batch])
    }
}

/// One update of the linear `machine` by features `x` `[batch, features]` of samples of these `labels` `[batch]`, down
/// `mean cost + |W|^2 / (2 C N)`. That is the primal objective `|W|^2 / 2 + C sum of costs` over C N, so that a learning
/// rate means what it does for other models, whatever C is. Biases are not held down. Where `x` is `length` times the
/// features that W is for, so that they are as long as those of other models, W is `length` times the machine's weights.
pub fn learn(
    machine: &mut Trained<Dense>,
    x: Tensor<2>,
    length: f64,
    labels: Tensor<1, Int>,
    margin: &Margin,
    at: Moment,
) -> Scalars {
    let [batch, _] = x.dims();
    let scores = machine.network().forward(x); // [batch, classes]
    let slacks = margin.hinge.slacks(scores.clone(), labels.clone());
    let loss = margin.cost(slacks.clone()).mean();
    // N but for the samples, fewer than a batch, that an epoch leaves out.
    let samples = batch as f64 * f64::from(at.steps_per_epoch);
    let squares = machine.network().weight.val().square().sum();
    let objective = loss.clone() + squares.mul_scalar(length * length / (2.0 * margin.c * samples));
    machine.descend(&objective, &margin.training, at);
    let support = slacks.inner().sum_dim(1).greater_elem(0.0).float().mean().mul_scalar(100.0);
    vec![
        ("loss/train", loss.inner()),
        ("objective/train", objective.inner()),
        ("support/train", support),
        ("accuracy/train", accuracy(scores.inner(), labels)),
    ]
}

/// Evaluation of `scores` `[batch, classes]`. They stand for logits, but only their differences mean anything: their
/// softmax, which the page shows, is not calibrated.
pub fn judge(scores: Tensor<2>, labels: Tensor<1, Int>, margin: &Margin) -> Outcome {
    let losses = margin.cost(margin.hinge.slacks(scores.clone(), labels));
    Outcome { logits: Some(scores), values: vec![("loss/test", losses.clone())], slack: Some(losses) }
}

/// The curves of a support vector machine, with the per cent of a test set that it is known to reach.
pub fn series(published: Vec<Reference>) -> Vec<Series> {
    let line = |name: &'static str, group, title, unit, role, bounds| Series {
        name: name.into(),
        group,
        title,
        unit,
        role,
        bounds,
        references: Vec::new(),
    };
    let (loss, margins) = (listed("Hinge loss", "合页损失"), listed("margins", "间隔"));
    let objective = listed("Objective", "目标函数");
    let support = listed("Support vectors", "支持向量");
    let within = listed("Training samples with slack", "松弛量不为零的训练样本");
    let share = Some((0.0, 100.0));
    let mut all = vec![
        line("loss/train", loss.clone(), listed("Training loss", "训练损失"), margins.clone(), Role::Train, None),
        line("loss/test", loss, listed("Test loss", "测试损失"), margins.clone(), Role::Test, None),
    ];
    all.extend(accuracies(published));
    all.push(line("objective/train", objective.clone(), objective, margins, Role::Train, None));
    all.push(line("support/train", support, within, listed("%", "%"), Role::Train, share));
    all
}

/// The mathematics of a support vector machine, behind that of its scores.
pub fn formulas() -> Vec<Formula> {
    vec![primal_formula(), objective_formula(), adam_formula()]
}

fn primal_formula() -> Formula {
    Formula {
        title: listed("The widest margin, with slack", "带松弛的最大间隔"),
        tex: r"\min_{W, b, \xi}\ \frac{1}{2} \|W\|^2 + C \sum_{i=1}^{N} \xi_i, \qquad z_{y_i}(x_i) - z_k(x_i) \ge 1 - \xi_i \quad (k \ne y_i), \qquad \xi_i \ge 0".into(),
        symbols: vec![
            knob("C", "c", listed("the price of slack", "松弛的代价")),
            symbol(r"\xi_i", listed("the slack of sample i: what its lead lacks of 1", "第 i 个样本的松弛量：它的领先距 1 还差多少")),
            symbol(r"\|W\|^2", listed("the sum of all squared weights: the smaller, the wider is a lead of 1 in the space of x", "所有权重的平方和：越小，得分领先 1 所对应的空间距离越宽")),
            symbol("y_i", listed("the true class of sample i", "第 i 个样本的真实类别")),
            symbol("N", listed("training samples", "训练样本数")),
        ],
        source: source(
            "C. Cortes and V. Vapnik, Support-vector networks, Machine Learning 20, 1995, section 3; for many classes: K. Crammer and Y. Singer, On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2, 2001, section 4",
            "https://www.jmlr.org/papers/v2/crammer01a.html",
        ),
    }
}

fn objective_formula() -> Formula {
    Formula {
        title: listed("The same as a loss, for a minibatch", "写成小批量上的损失"),
        tex: r"\mathcal{L} = \frac{1}{B} \sum_{i=1}^{B} \xi_i + \frac{\|W\|^2}{2 C N}, \qquad \xi_i = \max\Bigl(0,\ 1 + \max_{k \ne y_i} z_k - z_{y_i}\Bigr) \quad \text{or} \quad \sum_{k} \max(0,\ 1 - s_k z_k)".into(),
        symbols: vec![
            curve(r"\mathcal{L}", "objective/train", listed("the objective divided by C N", "除以 C N 后的目标函数")),
            curve(r"\xi_i", "loss/train", listed("a sample's slack, or where that is chosen its square; the curve is the mean", "样本的松弛量（也可选其平方）；曲线是平均值")),
            knob("C", "c", listed("the price of slack", "松弛的代价")),
            knob(r"s_k", "hinge", listed("1 for the own class and -1 for the others, where each class is held against the rest", "一对其余时，所属类别取 1，其余取 -1")),
            knob("B", "batch-size", listed("samples in a minibatch", "小批量中的样本数")),
        ],
        source: source(
            "S. Shalev-Shwartz, Y. Singer and N. Srebro, Pegasos: primal estimated sub-gradient solver for SVM, ICML 2007, eq. 1, with its lambda = 1 / (C N)",
            "https://doi.org/10.1145/1273496.1273598",
        ),
    }
}
