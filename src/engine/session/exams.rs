//! When a session looks at test samples, and what comes of it.

use super::{Around, Session, first, series};
use crate::engine::exam::Exam;
use crate::engine::feed::Shelf;
use crate::engine::pace::exam_every;
use crate::protocol::{Phase, Split, View};

impl Session {
    /// Evaluates on all test samples that have landed.
    pub fn evaluate(&mut self, shelf: &Shelf, now: f64) {
        self.finish(now);
        if self.phase != Phase::Failed {
            self.examine(shelf.ready(Split::Test), shelf);
        }
    }

    /// Begins to look at the first `of` test samples. To be asked about every class takes a pass for each: in a pause, or
    /// so much more seldom while training.
    pub(super) fn examine(&mut self, of: usize, shelf: &Shelf) {
        let classes = shelf.shape().classes;
        let seldom = exam_every(self.plan.feed.batch_size()) * classes.max(1) as u64;
        let thorough = !self.training() || self.plan.step.is_multiple_of(seldom);
        let tested = self.plan.card.series.iter().any(|series| series.name.ends_with("/test"));
        self.exam = (of > 0 && tested).then(|| {
            let exam = Exam::new(of, classes);
            if thorough { exam.by_class(&*self.plan.learner) } else { exam }
        });
    }

    /// Looks at the next slice of an evaluation; false if there is none.
    pub(super) fn examine_slice(&mut self, around: &Around<'_>) -> bool {
        let untested = self.tally.is_none() && self.exam.is_none() && !self.training() && !self.midway();
        let asked = self.screens.iter().any(|screen| matches!(screen.view, View::Confusion | View::Mistakes));
        if untested && asked && around.shelf.ready(Split::Test) >= first(around.shelf) {
            self.examine(first(around.shelf), around.shelf);
        }
        let Some(exam) = &mut self.exam else { return false };
        let Some(slice) = exam.slice(self.plan.pace.rules().slice) else { return true };
        match around.shelf.batch(Split::Test, slice.clone(), &self.inner) {
            Some(batch) => exam.look(slice, batch, &*self.plan.learner),
            // It began with what had landed, and nothing lands twice.
            None => self.exam = None,
        }
        true
    }

    /// How many test samples the cadence wants looked at now. Training never waits for a test sample to land.
    pub(super) fn exam_due(&self, shelf: &Shelf) -> Option<usize> {
        let (step, ready) = (self.plan.step, shelf.ready(Split::Test));
        let first = first(shelf);
        if step > 0 && step.is_multiple_of(self.plan.feed.steps_per_epoch()) {
            return Some(ready).filter(|ready| *ready > 0);
        }
        (step.is_multiple_of(exam_every(self.plan.feed.batch_size())) && ready >= first).then_some(first)
    }

    /// Takes in an evaluation that has come to its end.
    pub(super) fn finish_exam(&mut self) {
        let Some(tally) = self.exam.as_mut().and_then(Exam::finish) else { return };
        self.exam = None;
        for (name, value) in tally.values() {
            // A loss that left the floats says that the weights have; the next step's loss will say when.
            if let Some(series) = series(&self.plan.card, name).filter(|_| value.is_finite()) {
                self.point(series, self.plan.step, value);
            }
        }
        self.tally = Some(tally);
        self.exams += 1;
        self.moved = true;
    }
}
