//! How a session makes a step, and what comes before and after it.

use super::{Around, Session, series};
use crate::engine::feed::Lack;
use crate::engine::recipe::{Batch, Moment, Scalars};
use crate::protocol::Phase;

impl Session {
    /// Makes a step or does what comes before it; false where the next batch has not landed.
    pub(super) fn train_on(&mut self, around: &Around<'_>) -> bool {
        if self.until.is_some_and(|until| self.plan.step >= until) {
            self.pause(around.shelf, around.now);
            return true;
        }
        if self.looked != Some(self.plan.step) {
            self.looked = Some(self.plan.step);
            let exam = self.exam_due(around.shelf);
            exam.into_iter().for_each(|of| self.examine(of, around.shelf));
            if self.check_due(around) || exam.is_some() {
                return true;
            }
        }
        let plan = &mut self.plan;
        match plan.feed.serve(&mut *plan.learner, around.shelf, plan.step, &plan.device) {
            Ok(batch) => {
                self.enter(Phase::Training);
                self.make_step(batch, around.now);
            }
            Err(Lack::Done) => self.pause(around.shelf, around.now),
            Err(Lack::Late) => {
                if self.phase != Phase::Waiting {
                    self.plan.pace.rest();
                }
                self.enter(Phase::Waiting);
                return false;
            }
        }
        true
    }

    fn make_step(&mut self, batch: Batch, now: f64) {
        self.seed();
        let scalars = self.plan.learner.step(batch, self.moment());
        self.made(scalars, now);
    }

    /// Whatever a model draws on the device follows from the seed and the step, so that a snapshot goes on alike.
    pub(super) fn seed(&self) {
        self.inner.seed(self.plan.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ self.plan.step);
    }

    pub(super) fn moment(&self) -> Moment {
        Moment { step: self.plan.step, steps_per_epoch: self.plan.feed.steps_per_epoch() as u32 }
    }

    /// A step is whole.
    pub(super) fn made(&mut self, scalars: Scalars, now: f64) {
        self.plan.step += 1;
        self.moved = true;
        for (name, value) in scalars {
            if let Some(series) = series(&self.plan.card, name) {
                self.scalars.push((series, self.plan.step, value));
            }
        }
        self.plan.pace.stepped(now, self.plan.step);
    }
}
