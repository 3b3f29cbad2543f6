//! What all generative models share: how they are trained and looked at, the curves of their sample quality, and Bayes' rule,
//! which makes a classifier of those that are told the class.

use burn::tensor::{Int, Tensor};

use super::recipe::{Batch, Learner};
use super::training::Training;
use crate::knobs;
use crate::protocol::{Role, Series, Text, Value, listed};

knobs! {
    /// How a generative model is trained and looked at.
    pub struct Generating {
        quality_every: whole(0, 10_000, linear) = 500, hot Data, "Steps between quality checks" / "质量评估间隔（步）",
            "After so many steps samples are measured: 1,000 pictures by a fixed LeNet, 2,500 points, or as many as there are to test with, by where they lie; 0 never measures."
            / "每隔这么多步测量一次样本：图片取 1,000 个，由固定的 LeNet 评判；平面点取 2,500 个（测试点不足时，与测试点同数），按位置评判；0 表示从不测量。";
    }
    shared training: Training { batch_size: 64 }
}

/// Whether a model is told the class; the page knows such a one by this knob, too.
pub fn conditional(learner: &dyn Learner) -> bool {
    learner.values().contains(&("conditional".to_owned(), Value::Switch(true)))
}

/// What speaks for each class, `[batch, classes]`, in `images` `[batch, channels, height, width]` on the inner device: a
/// bound of `log p(x | y)`, the negative of what the model says that a sample of that class costs it. By Bayes' rule they are
/// logits of `p(y | x)` as far as the bounds are tight and all classes as frequent. `None` of a model that is not told the
/// class, or that measures no sample.
pub fn by_class(learner: &dyn Learner, images: &Tensor<4>, classes: usize) -> Option<Tensor<2>> {
    if !conditional(learner) {
        return None;
    }
    let [batch, ..] = images.dims();
    let cost = |class| {
        let labels = Tensor::<1, Int>::full([batch], class as i32, &images.device());
        let outcome = learner.outcome(Batch { images: images.clone(), labels });
        outcome.values.into_iter().find(|(name, _)| *name == "loss/test")
    };
    let logits: Option<Vec<_>> = (0..classes).map(|class| Some(cost(class)?.1.neg())).collect();
    Some(Tensor::stack(logits?, 1))
}

/// A curve of sample quality.
fn quality(name: &'static str, group: Text, title: Text, unit: Text, bounds: Option<(f32, f32)>) -> Series {
    Series { name: name.into(), group, title, unit, role: Role::Generator, bounds, references: Vec::new() }
}

/// The curves that the session itself measures on the samples of any generator.
pub fn quality_series() -> Vec<Series> {
    let share = |name, group, title| quality(name, group, title, listed("%", "%"), Some((0.0, 100.0)));
    let [seen, near] =
        [listed("Recognised samples", "样本的识别情况"), listed("Precision and recall", "精确率与召回率")];
    let within = listed("Samples within 3σ of a mode", "距模式 3σ 以内的样本");
    let apart = listed("KL from real to generated, by bins", "真实分布到生成分布的 KL（分箱）");
    vec![
        quality(
            "frechet/score",
            listed("Fréchet distance", "Fréchet 距离"),
            listed("Fréchet distance to real samples", "与真实样本的 Fréchet 距离"),
            listed("features²", "特征²"),
            None,
        ),
        share("quality/confident", seen.clone(), listed("With confidence", "有把握的占比")),
        share("quality/rarest", seen, listed("Rarest class, of its fair share", "最少类别占其应有份额")),
        share("manifold/precision", near.clone(), listed("Precision", "精确率")),
        share("manifold/recall", near, listed("Recall", "召回率")),
        quality(
            "modes/covered",
            listed("Modes covered", "覆盖的模式数"),
            listed("Modes covered", "覆盖的模式数"),
            listed("modes", "个"),
            None,
        ),
        share("near/share", within.clone(), within),
        quality("plane/kl", apart.clone(), apart, listed("nats", "奈特"), None),
    ]
}
