//! What classifiers by Bayes' rule share: how they count, what they foretell before they do, and what their cards say of it.

use burn::tensor::{Int, Tensor};

use super::classifier::{curve, knob, source, symbol};
use super::math::{accuracy, cross_entropy};
use super::recipe::Scalars;
use crate::knobs;
use crate::protocol::{Formula, listed};

knobs! {
    /// How samples are counted. Nothing is drawn and nothing descends: there is no learning rate and no initialisation.
    pub struct Counting {
        forget: real(0.0, 0.2, linear) = 0.0, hot Training, "Forgetting (ρ)" / "遗忘（ρ）",
            "The share of all that was counted before which each step forgets; 0 weighs all samples alike, more follows data that change."
            / "每一步遗忘多少此前的计数：0 表示所有样本同等对待；大于 0 时能跟上正在变化的数据。";
        batch_size: whole(1, 1024, log) = 64, cold Training, "Batch size" / "批量大小",
            "How many samples a step counts; what comes of all of them does not depend on it."
            / "每一步计入多少个样本；全部计完后的结果与它无关。";
        seed: whole(0, 4_294_967_295, linear) = 1, cold Training, "Random seed" / "随机种子",
            "Fixes the order of the samples, and the noise of those that are generated."
            / "固定样本的顺序，以及生成样本所用的噪声。";
    }
}

/// What samples of these `labels` `[batch]`, which have not been counted yet, cost by the `logits` `[batch, classes]` that
/// the samples before them lead to: nothing is told twice, so that this is a test of its own (Dawid 1984).
pub fn foretold(logits: Tensor<2>, labels: Tensor<1, Int>) -> Scalars {
    let loss = cross_entropy(logits.clone(), labels.clone()).mean();
    vec![("loss/train", loss), ("accuracy/train", accuracy(logits, labels))]
}

/// The mathematics that these models share, behind that of their densities.
pub fn formulas() -> Vec<Formula> {
    vec![posterior_formula(), update_formula(), loss_formula()]
}

fn posterior_formula() -> Formula {
    Formula {
        title: listed("Bayes' rule", "贝叶斯法则"),
        tex: r"P(y = k \mid x) = \frac{\pi_k\, p(x \mid k)}{\sum_{j=1}^{K} \pi_j\, p(x \mid j)}, \qquad \pi_k = \frac{n_k + 1}{N + K}".into(),
        symbols: vec![
            symbol(r"p(x \mid k)", listed("the density of samples of class k, which is what is modelled", "类别 k 的样本密度，也就是模型所描述的对象")),
            symbol(r"\pi_k", listed("P(y = k), the probability of the class before anything is seen", "P(y = k)：看到样本之前该类别的概率")),
            symbol("n_k", listed("samples of class k counted so far; the 1 keeps a class possible that has none", "目前计入的类别 k 的样本数；加 1 使尚未出现的类别仍有可能")),
            symbol("N", listed("samples counted in all", "计入的样本总数")),
            symbol("K", listed("classes", "类别数")),
        ],
        source: source(
            "T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd edition, 2009, eq. 4.7; T. Bayes, An essay towards solving a problem in the doctrine of chances, Philosophical Transactions 53, 1763",
            "https://hastie.su.domains/ElemStatLearn/",
        ),
    }
}

fn update_formula() -> Formula {
    Formula {
        title: listed("One step: a minibatch is counted", "一步：计入一个小批量"),
        tex: r"\begin{aligned} n &= (1-\rho)\, n_A + n_B, & \delta &= \mu_B - \mu_A, \\ \mu &= \mu_A + \frac{n_B}{n}\, \delta, & S &= (1-\rho)\, S_A + S_B + (1-\rho)\, \frac{n_A n_B}{n}\, \delta \delta^{\top} \end{aligned}".into(),
        symbols: vec![
            symbol("n_A, n_B", listed("samples of a class counted before, and in the minibatch", "此前计入的某类样本数，以及小批量中的样本数")),
            symbol(r"\mu_A, \mu_B", listed("their means", "两者各自的均值")),
            symbol("S_A, S_B", listed("their squared deviations from the mean, summed; naive Bayes keeps the diagonal alone", "两者对均值的偏差平方和；朴素贝叶斯只保留对角线")),
            knob(r"\rho", "forget", listed("the share that is forgotten: 0 makes this exact, however the samples are parted into minibatches", "遗忘的比例：为 0 时，无论怎样划分小批量，结果都是精确的")),
        ],
        source: source(
            "T. F. Chan, G. H. Golub and R. J. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, COMPSTAT 1982",
            "https://doi.org/10.1007/978-3-642-51461-6_3",
        ),
    }
}

fn loss_formula() -> Formula {
    Formula {
        title: listed("What is foretold, before it is counted", "先预测，后计入"),
        tex: r"\mathcal{L} = -\frac{1}{B} \sum_{i=1}^{B} \log P(y_i \mid x_i)".into(),
        symbols: vec![
            curve(
                r"\mathcal{L}",
                "loss/train",
                listed(
                    "the loss of a minibatch that is not counted yet, in nats; nothing goes down it",
                    "一个尚未计入的小批量的损失，单位为奈特；没有任何东西沿它下降",
                ),
            ),
            knob("B", "batch-size", listed("samples in a minibatch", "小批量中的样本数")),
            symbol("y_i", listed("the true class of sample i", "第 i 个样本的真实类别")),
        ],
        source: source(
            "A. P. Dawid, Statistical theory: the prequential approach, Journal of the Royal Statistical Society A 147, 1984",
            "https://doi.org/10.2307/2981683",
        ),
    }
}
