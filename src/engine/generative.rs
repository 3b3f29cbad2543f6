//! What all generative models share: how they are trained and looked at, and the curves of their sample quality.

use super::training::Training;
use crate::knobs;
use crate::protocol::{Role, Series, Text, text};

knobs! {
    /// How a generative model is trained and looked at.
    pub struct Generating {
        quality_every: whole(0, 10_000, linear) = 500, hot Data, "Steps between quality checks" / "质量评估间隔（步）",
            "After so many steps 1,000 samples are judged by a fixed LeNet; 0 never judges."
            / "每隔这么多步，用固定的 LeNet 评判 1,000 个样本；0 表示从不评判。";
    }
    shared training: Training { batch_size: 64 }
}

/// A curve of sample quality.
fn quality(name: &'static str, group: Text, title: Text, unit: Text, bounds: Option<(f32, f32)>) -> Series {
    Series { name: name.into(), group, title, unit, role: Role::Generator, bounds, reference: None }
}

/// The curves that the session itself measures on the samples of any generator.
pub fn quality_series() -> Vec<Series> {
    let share =
        |name, title| quality(name, text("Sample quality", "样本质量"), title, text("%", "%"), Some((0.0, 100.0)));
    vec![
        quality(
            "frechet/score",
            text("Fréchet distance", "Fréchet 距离"),
            text("Fréchet distance in LeNet's features", "LeNet 特征空间中的 Fréchet 距离"),
            text("features²", "特征²"),
            None,
        ),
        share("quality/confident", text("Samples recognised with confidence", "被有把握识别的样本")),
        share("quality/rarest", text("Share of the rarest class, of its fair share", "最少类别的占比（相对均等份额）")),
        share("quality/precision", text("Precision", "精确率（precision）")),
        share("quality/recall", text("Recall", "召回率（recall）")),
    ]
}
