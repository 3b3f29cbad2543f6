//! Evaluation on test samples, slice by slice, so that the worker can breathe in between.

use std::ops::Range;

use crate::protocol::{Body, Gallery, Tile};

use super::feed::Shelf;
use super::recipe::Outcome;
use crate::protocol::Split;

/// Test samples that the curves look at while training.
pub const FIRST: usize = 1000;

/// Wrong samples that the gallery shows.
const WORST: usize = 24;

/// Samples whose outcomes may wait on the device.
const HELD: usize = 2000;

/// One evaluation under way.
pub struct Exam {
    of: usize,
    next: usize,
    /// Outcomes that have not been read yet, with the samples that they are of.
    held: Vec<(Range<usize>, Outcome)>,
    tally: Tally,
}

impl Exam {
    /// An evaluation on the first `of` test samples, `classes` in kind.
    pub fn new(of: usize, classes: usize) -> Self {
        Self { of, next: 0, held: Vec::new(), tally: Tally::new(classes) }
    }

    /// The samples to look at next, at most `slice`; `None` when all have been.
    pub fn slice(&self, slice: usize) -> Option<Range<usize>> {
        (self.next < self.of).then(|| self.next..(self.next + slice.max(1)).min(self.of))
    }

    /// What the model made of that slice.
    pub fn hold(&mut self, slice: Range<usize>, outcome: Outcome) {
        self.next = slice.end;
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

    /// Counts a slice: logits `[samples, classes]` and losses `[samples]`, as read.
    pub fn count(&mut self, slice: Range<usize>, logits: &[f32], losses: &[f32], shelf: &Shelf) {
        let classes = self.tally.classes;
        for (index, (logits, loss)) in slice.zip(logits.chunks_exact(classes).zip(losses)) {
            if let Some((_, truth)) = shelf.sample(Split::Test, index) {
                self.tally.count(index, usize::from(truth), logits, *loss);
            }
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
#[derive(Clone, Debug)]
pub struct Tally {
    classes: usize,
    seen: usize,
    loss: f64,
    /// `[truth, guess]`.
    counts: Vec<u32>,
    wrong: Vec<Miss>,
}

impl Tally {
    fn new(classes: usize) -> Self {
        Self { classes, seen: 0, loss: 0.0, counts: vec![0; classes * classes], wrong: Vec::new() }
    }

    fn count(&mut self, index: usize, truth: usize, logits: &[f32], loss: f32) {
        let guess = best(logits);
        self.seen += 1;
        self.loss += f64::from(loss);
        self.counts[truth * self.classes + guess] += 1;
        if guess != truth {
            self.wrong.push(Miss { index, truth, guess, confidence: softmax(logits)[guess] });
        }
    }

    /// Samples looked at.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Mean loss, in the unit of the model's loss series.
    pub fn loss(&self) -> f32 {
        (self.loss / self.seen.max(1) as f64) as f32
    }

    /// Per cent.
    pub fn accuracy(&self) -> f32 {
        100.0 * self.right() as f32 / self.seen.max(1) as f32
    }

    fn right(&self) -> u32 {
        (0..self.classes).map(|class| self.counts[class * self.classes + class]).sum()
    }

    /// The confusion matrix.
    pub fn confusion(&self) -> Body {
        Body::Confusion { classes: self.classes as u32, counts: self.counts.clone() }
    }

    /// The samples that are wrong with the most confidence.
    pub fn mistakes(&self, shelf: &Shelf) -> Body {
        let tile = |miss: &Miss| {
            let (pixels, _) = shelf.sample(Split::Test, miss.index)?;
            Some(Tile {
                index: miss.index as u32,
                picture: shelf.plane(pixels),
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
fn best(logits: &[f32]) -> usize {
    logits.iter().enumerate().fold(0, |best, (index, logit)| if *logit > logits[best] { index } else { best })
}

/// `e^z / sum(e^z)`, shifted by the largest so that nothing overflows.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let shares: Vec<f32> = logits.iter().map(|logit| (logit - most).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.iter().map(|share| share / sum).collect()
}
