//! What every model that learnt the present data set says of the probe, by what any model can be asked.

use burn::tensor::{Int, Tensor, TensorData};

use super::generated::{Made, probability};
use super::reads::Make;
use super::screens::sample;
use super::{Around, Plan, Session};
use crate::engine::alumni::Alumnus;
use crate::engine::exam::{best, softmax};
use crate::engine::generative::conditional;
use crate::engine::pictures::{bytes, plane};
use crate::engine::recipe::{Batch, Learner, Shape};
use crate::protocol::{Body, Opinions, Phase, Voice};

/// What a model was asked, in the order in which the tensors were registered.
struct Asked {
    /// Who, and nothing said yet.
    voice: Voice,
    /// The classes that it was told, a row of the batch each; none where it heeds no class.
    told: Vec<u32>,
    classifies: bool,
    measures: Vec<&'static str>,
    /// It scores, and whether by probabilities.
    scores: Option<bool>,
    rebuilds: bool,
}

impl Session {
    /// What is kept of it when another run takes its place: its model, if that has learnt something and did not fail.
    pub fn retire(self) -> Option<Alumnus> {
        let Plan { card, mut learner, data, shape, step, .. } = self.plan;
        learner.rest();
        let worth = step > 0 && self.phase != Phase::Failed;
        worth.then(|| Alumnus { recipe: card.name.to_string(), data, shape, step, learner })
    }

    /// What all models say of the probe; without one, who can say something.
    pub(super) fn opinions(&self, around: &Around<'_>) -> Made {
        let shape = around.shelf.shape();
        let probe = self.probe.as_ref().and_then(|probe| sample(probe, around));
        let (there, truth) = (probe.is_some(), probe.as_ref().and_then(|(_, truth)| *truth));
        let pixels = probe.map_or_else(|| vec![0.0; shape.size()], |(pixels, _)| pixels);
        let mut tensors = Vec::new();
        let mut ask = |recipe: &str, step, present, learner: &dyn Learner| {
            let voice = Voice { recipe: recipe.to_owned(), step, present, ..Voice::default() };
            let (asked, its) = self.ask(voice, learner, &pixels, truth, shape);
            if there {
                tensors.extend(its);
            }
            asked
        };
        let mut asked = Vec::new();
        if self.plan.step > 0 {
            asked.extend(ask(&self.plan.card.name, self.plan.step, true, &*self.plan.learner));
        }
        if self.heard.is_none() {
            let past = around.alumni.of(&self.plan.data, shape);
            asked.extend(past.filter_map(|its| ask(&its.recipe, its.step, false, &*its.learner)));
        }
        let heard = self.heard.clone().unwrap_or_default();
        let seen = there.then(|| around.shelf.plane(&bytes(&pixels, shape)));
        let make: Make = Box::new(move |numbers| {
            let mut numbers = numbers.into_iter();
            let said = asked
                .into_iter()
                .filter_map(|asked| if there { asked.said(&mut numbers, shape) } else { Some(asked.voice) });
            let voices = said.collect::<Vec<_>>().into_iter().chain(heard).collect();
            Body::Opinions(Opinions { seen, truth, voices })
        });
        Made { tensors, make }
    }

    /// Asks one model of a sample: by its outcome and, if it generates, by its discriminator and its encoder. `None` of one
    /// that has nothing to say.
    fn ask(
        &self,
        voice: Voice,
        learner: &dyn Learner,
        pixels: &[f32],
        truth: Option<u32>,
        shape: Shape,
    ) -> (Option<Asked>, Vec<Tensor<1>>) {
        let told: Vec<u32> = match (conditional(learner), truth) {
            (false, _) => Vec::new(),
            (true, Some(truth)) => vec![truth],
            (true, None) => (0..shape.classes as u32).collect(),
        };
        let rows = told.len().max(1);
        let labels: Vec<i32> = (0..rows).map(|row| told.get(row).map_or(0, |class| *class as i32)).collect();
        let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [rows]), &self.inner);
        let batch = Batch { images: self.picture_stack(pixels.repeat(rows), rows, shape), labels: labels.clone() };
        let mut tensors = Vec::new();
        let outcome = learner.outcome(batch.clone());
        let classifies = outcome.logits.is_some();
        tensors.extend(outcome.logits.map(|logits| logits.reshape([-1])));
        // A classifier measures by the label, which a drawing does not have.
        let values = if classifies { Vec::new() } else { outcome.values };
        let (measures, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
        tensors.extend(values);
        let generator = learner.generator();
        let score = generator.and_then(|generator| generator.score(batch.clone()));
        let scores = score.as_ref().map(|score| score.probability);
        tensors.extend(score.map(probability));
        let rebuilt = generator.and_then(|it| Some(it.generate(it.encode(batch)?.mean, labels)));
        let rebuilds = rebuilt.is_some();
        tensors.extend(rebuilt.map(|rebuilt| rebuilt.reshape([-1])));
        let asked = Asked { voice, told, classifies, measures, scores, rebuilds };
        ((!tensors.is_empty()).then_some(asked), tensors)
    }
}

impl Asked {
    /// What a model says, of the numbers of its tensors; `None` where they are no numbers, as of weights that diverged.
    fn said(self, numbers: &mut impl Iterator<Item = Vec<f32>>, shape: Shape) -> Option<Voice> {
        let mut next = |asked: bool| asked.then(|| numbers.next()).flatten();
        let logits = next(self.classifies);
        let measures: Vec<_> = self.measures.into_iter().filter_map(|name| Some((name, next(true)?))).collect();
        let (scores, rebuilt) = (next(self.scores.is_some()), next(self.rebuilds));
        let all = logits.iter().chain(measures.iter().map(|(_, values)| values)).chain(&scores).chain(&rebuilt);
        if !all.flatten().all(|number| number.is_finite()) {
            return None;
        }
        // Of all classes that it was told, the one that costs it least, or else that it finds most real.
        let fit = measures.first().map(|(_, costs)| costs.iter().map(|cost| -cost).collect());
        let row = fit.or_else(|| scores.clone()).map_or(0, |fit: Vec<f32>| best(&fit));
        Some(Voice {
            told: self.told.get(row).copied(),
            probabilities: logits.map(|logits| softmax(&logits)).unwrap_or_default(),
            rebuilt: rebuilt
                .and_then(|pixels| Some(plane(&bytes(pixels.chunks_exact(shape.size()).nth(row)?, shape), shape))),
            measures: measures
                .into_iter()
                .filter_map(|(name, values)| Some((name.to_owned(), *values.get(row)?)))
                .collect(),
            score: scores.and_then(|scores| scores.get(row).copied()),
            probability: self.scores == Some(true),
            ..self.voice
        })
    }
}
