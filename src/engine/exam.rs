//! Evaluation on test samples, slice by slice, so that the worker can breathe in between.

use std::ops::Range;

use crate::protocol::{Bin, Body, Confusion, Gallery, Tile};

use super::feed::Shelf;
use super::generative::{by_class, conditional};
use super::recipe::{Batch, Learner, Outcome};
use crate::protocol::Split;

/// Test samples that the curves look at while training.
pub const FIRST: usize = 1000;

/// Wrong samples that the gallery shows.
const WORST: usize = 24;

/// Bins of confidence, as Guo et al. (ICML 2017, section 3) have them in their tables.
const BINS: usize = 15;

/// Samples whose outcomes may wait on the device.
const HELD: usize = 2000;

/// One evaluation under way.
pub struct Exam {
    of: usize,
    /// Whether the [`FIRST`] samples are also classified by a model that generates by class, in a pass for each class.
    by_class: bool,
    next: usize,
    /// Outcomes that have not been read yet, with the samples that they are of.
    held: Vec<(Range<usize>, Outcome)>,
    tally: Tally,
}

impl Exam {
    /// An evaluation on the first `of` test samples, `classes` in kind.
    pub fn new(of: usize, classes: usize) -> Self {
        Self { of, by_class: false, next: 0, held: Vec::new(), tally: Tally { classes, ..Tally::default() } }
    }

    /// The same, which also has `learner` classify the [`FIRST`] of them by Bayes' rule, if it generates by class.
    pub fn by_class(self, learner: &dyn Learner) -> Self {
        Self { by_class: conditional(learner), ..self }
    }

    /// The samples to look at next, about as much work as `slice` samples are in one pass; `None` when all have been.
    pub fn slice(&self, slice: usize) -> Option<Range<usize>> {
        let (passes, end) = if self.by_class && self.next < FIRST {
            (1 + self.tally.classes, self.of.min(FIRST))
        } else {
            (1, self.of)
        };
        (self.next < self.of).then(|| self.next..(self.next + slice.div_ceil(passes).max(1)).min(end))
    }

    /// Has a model look at that slice, which is `batch`.
    pub fn look(&mut self, slice: Range<usize>, batch: Batch, learner: &dyn Learner) {
        let images = (self.by_class && slice.end <= FIRST).then(|| batch.images.clone());
        let outcome = learner.outcome(batch);
        let logits = images.and_then(|images| by_class(learner, &images, self.tally.classes));
        let outcome = Outcome { logits: logits.or(outcome.logits), ..outcome };
        self.next = slice.end;
        self.tally.scores |= outcome.slack.is_some();
        self.held.push((slice, outcome));
    }

    /// Whether what is held should be read now.
    pub fn read_due(&self) -> bool {
        self.next == self.of || self.held.iter().map(|(slice, _)| slice.len()).sum::<usize>() >= HELD
    }

    /// Hands over what is held.
    pub fn take_held(&mut self) -> Vec<(Range<usize>, Outcome)> {
        std::mem::take(&mut self.held)
    }

    /// Counts a slice's logits `[samples, classes]`, as read.
    pub fn classify(&mut self, slice: Range<usize>, logits: &[f32], shelf: &Shelf) {
        for (index, logits) in slice.zip(logits.chunks_exact(self.tally.classes)) {
            if let Some(truth) = shelf.label(Split::Test, index) {
                self.tally.classify(index, usize::from(truth), logits);
            }
        }
    }

    /// Adds a slice's values `[samples]` to the sum of a curve.
    pub fn add(&mut self, series: &'static str, values: &[f32]) {
        let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
        let sums = &mut self.tally.sums;
        match sums.iter_mut().find(|(name, ..)| *name == series) {
            Some((_, known, count)) => (*known, *count) = (*known + sum, *count + values.len()),
            None => sums.push((series, sum, values.len())),
        }
    }

    /// The result, once all is counted.
    pub fn finish(&mut self) -> Option<Tally> {
        (self.next == self.of && self.held.is_empty()).then(|| {
            self.tally.wrong.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
            self.tally.wrong.truncate(WORST);
            self.tally.clone()
        })
    }
}

/// A sample that the model got wrong.
#[derive(Clone, Debug)]
struct Miss {
    index: usize,
    truth: usize,
    guess: usize,
    confidence: f32,
}

/// What came of an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    classes: usize,
    /// Samples classified.
    seen: usize,
    /// Curve, sum and number of values.
    sums: Vec<(&'static str, f64, usize)>,
    /// `[truth, guess]`; empty until something is classified.
    counts: Vec<u32>,
    /// By confidence.
    bins: [Bin; BINS],
    /// What was classified by are a support vector machine's scores, not log-probabilities.
    scores: bool,
    wrong: Vec<Miss>,
}

impl Tally {
    fn classify(&mut self, index: usize, truth: usize, logits: &[f32]) {
        let guess = best(logits);
        self.seen += 1;
        self.counts.resize(self.classes * self.classes, 0);
        self.counts[truth * self.classes + guess] += 1;
        let confidence = softmax(logits)[guess];
        let bin = &mut self.bins[((confidence * BINS as f32) as usize).min(BINS - 1)];
        bin.count += 1;
        bin.right += u32::from(guess == truth);
        bin.confidence += confidence;
        if guess != truth {
            self.wrong.push(Miss { index, truth, guess, confidence });
        }
    }

    /// The curves' values: the means, and the accuracy in per cent where samples were classified.
    pub fn values(&self) -> Vec<(&'static str, f32)> {
        let mut values: Vec<_> =
            self.sums.iter().map(|(name, sum, count)| (*name, (sum / *count as f64) as f32)).collect();
        if self.classified() {
            values.push(("accuracy/test", 100.0 * self.right() as f32 / self.seen as f32));
        }
        values
    }

    /// Whether samples were classified.
    pub fn classified(&self) -> bool {
        self.seen > 0
    }

    fn right(&self) -> u32 {
        (0..self.classes).map(|class| self.counts[class * self.classes + class]).sum()
    }

    /// The confusion matrix, and how far confidence was earned.
    pub fn confusion(&self) -> Body {
        let bins = if self.scores { Vec::new() } else { self.bins.to_vec() };
        Body::Confusion(Confusion { classes: self.classes as u32, counts: self.counts.clone(), bins })
    }

    /// The samples that are wrong with the most confidence.
    pub fn mistakes(&self, shelf: &Shelf) -> Body {
        let tile = |miss: &Miss| {
            let (pixels, _) = shelf.sample(Split::Test, miss.index)?;
            Some(Tile {
                index: miss.index as u32,
                picture: shelf.plane(&pixels),
                truth: miss.truth as u32,
                guess: miss.guess as u32,
                confidence: miss.confidence,
            })
        };
        Body::Gallery(Gallery {
            tiles: self.wrong.iter().filter_map(tile).collect(),
            wrong: self.seen as u32 - self.right(),
            of: self.seen as u32,
        })
    }
}

/// The index of the largest number; the first of equals.
pub fn best(logits: &[f32]) -> usize {
    logits.iter().enumerate().fold(0, |best, (index, logit)| if *logit > logits[best] { index } else { best })
}

/// `e^z / sum(e^z)`, shifted by the largest so that nothing overflows.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let shares: Vec<f32> = logits.iter().map(|logit| (logit - most).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.iter().map(|share| share / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits of 0 and ln 3 are a confidence of 3 / 4, which lies in the twelfth of 15 bins; of 0 and 0, 1 / 2 in the eighth.
    #[test]
    fn samples_are_binned_by_confidence() {
        let mut tally = Tally { classes: 2, ..Tally::default() };
        let sure = [0.0, 3.0_f32.ln()];
        tally.classify(0, 1, &sure);
        tally.classify(1, 0, &sure);
        tally.classify(2, 0, &[0.0, 0.0]);
        let Body::Confusion(told) = tally.confusion() else { panic!("no matrix") };
        assert_eq!((told.classes, told.counts), (2, vec![1, 1, 0, 1]));
        assert_eq!((told.bins[11].count, told.bins[11].right, told.bins[7].count), (2, 1, 1));
        assert!((told.bins[11].confidence - 1.5).abs() < 1e-6);
        assert_eq!(told.bins.iter().map(|bin| bin.count).sum::<u32>(), 3);
        tally.scores = true;
        assert!(matches!(tally.confusion(), Body::Confusion(told) if told.bins.is_empty()), "scores are no confidence");
    }
}
