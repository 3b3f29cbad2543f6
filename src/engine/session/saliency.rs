//! The views that explain a classifier of pictures: what speaks for the probe's class, and what each class looks for.

use burn::tensor::Tensor;

use super::generated::Made;
use super::reads::Make;
use super::{Around, Session};
use crate::engine::dream::{dream, grey};
use crate::engine::exam::best;
use crate::engine::pictures::{Frame, layer, still};
use crate::engine::saliency::saliency;
use crate::protocol::{Body, Text, text};

/// Frames that go on dreaming of weights which stand still; by then hardly a pixel moves.
const FRAMES: u32 = 10;

/// The pictures that a run dreamt last.
#[derive(Default)]
pub(super) struct Dreams {
    /// One for each class, `[classes, channels, height, width]`.
    pictures: Option<Tensor<4>>,
    /// The step, and the acts done of the next, after which they were dreamt.
    at: (u64, u64),
    /// Frames since.
    frames: u32,
}

impl Session {
    /// A [`Body::Layers`] of the probe and of what speaks for its class; `None` where there is no probe or no classifier.
    pub(super) fn saliency(&self, around: &Around<'_>) -> Option<Made> {
        let (shape, classes) = (around.shelf.shape(), around.shelf.card().classes.clone());
        let (sample, _) = self.seen(around)?;
        let found = saliency(&*self.plan.learner, self.picture(sample.clone(), shape))?;
        let maps = [found.gradient, found.integrated, found.occluded].map(|map| map.reshape([-1]));
        let tensors = [vec![found.logits.reshape([-1])], maps.to_vec()].concat();
        let make: Make = Box::new(move |numbers| {
            let class = numbers.first().and_then(|logits| classes.get(best(logits))).cloned().unwrap_or_default();
            let titles = [
                text("Gradient × input", "梯度 × 输入"),
                text("Integrated gradients", "积分梯度"),
                text("Occlusion", "遮挡"),
            ];
            let maps = titles.into_iter().zip(numbers.iter().skip(1)).map(|(title, values)| {
                layer(Frame { title, shape: [1, shape.height, shape.width], signed: true }, values)
            });
            let title = Text {
                en: format!("Input, read as {}", class.en).into(),
                zh: format!("输入，判为“{}”", class.zh).into(),
            };
            Body::Layers([still(title, &sample, shape)].into_iter().chain(maps).collect())
        });
        Some(Made { tensors, make })
    }

    /// A [`Body::Layers`] of one picture for each class, going on from the last; `None` where there is no classifier.
    pub(super) fn dream(&self, around: &Around<'_>) -> Option<Made> {
        let (shape, classes) = (around.shelf.shape(), around.shelf.card().classes.clone());
        let frames = self.dreamt() + 1;
        let last = self.dreams.take().pictures.unwrap_or_else(|| grey(shape, &self.inner));
        let (pictures, logits) = dream(&*self.plan.learner, last)?;
        let tensors = vec![pictures.clone().reshape([-1]), logits];
        self.dreams.replace(Dreams { pictures: Some(pictures), at: self.moment_of_weights(), frames });
        let make: Make = Box::new(move |numbers| {
            let pictures = numbers[0].chunks_exact(shape.size()).zip(&numbers[1]).zip(classes);
            let titled = |((picture, score), class): ((&[f32], &f32), Text)| {
                let title = Text {
                    en: format!("{}: {score:.1}", class.en).into(),
                    zh: format!("{}：{score:.1}", class.zh).into(),
                };
                still(title, picture, shape)
            };
            Body::Layers(pictures.map(titled).collect())
        });
        Some(Made { tensors, make })
    }

    /// Frames that were dreamt of the present weights, up to those that are.
    pub(super) fn dreamt(&self) -> u32 {
        let dreams = self.dreams.borrow();
        if dreams.at == self.moment_of_weights() { dreams.frames.min(FRAMES) } else { 0 }
    }

    fn moment_of_weights(&self) -> (u64, u64) {
        (self.plan.step, self.motion.count)
    }
}
