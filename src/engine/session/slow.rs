//! Slow motion: a step carried out one act at a time, for models whose steps are made of acts.

use burn::tensor::Tensor;

use super::Session;
use crate::engine::feed::Shelf;
use crate::engine::recipe::{Batch, Scalars};
use crate::protocol::{Act, Event, Phase, Text};

/// The step at hand, act by act.
#[derive(Default)]
pub(super) struct Motion {
    acts: Vec<Act>,
    done: usize,
    begun: Option<Begun>,
    /// What the last acts found and is not read yet: the act's index, the number's name, `[1]`.
    pub(super) found: Vec<(usize, Text, Tensor<1>)>,
    /// Acts carried out so far: what is shown grows old with each.
    pub(super) count: u64,
    /// Something is to be said.
    news: bool,
}

/// A step that has begun and is not whole yet.
struct Begun {
    batch: Batch,
    scalars: Scalars,
}

impl Session {
    /// Carries out the next act of a step; a run that trains pauses first. The acts are told anew whatever came of it.
    pub fn act(&mut self, shelf: &Shelf, now: f64) {
        if self.phase == Phase::Failed || self.motion.acts.is_empty() {
            return;
        }
        self.pause_training(shelf);
        self.motion.news = true;
        if !self.midway() && !self.begin_step(shelf) {
            return;
        }
        self.next_act(true, now);
    }

    /// Whether a step has begun that is not whole.
    pub(super) fn midway(&self) -> bool {
        self.motion.begun.is_some()
    }

    /// Brings the step that has begun to its end.
    pub(super) fn finish(&mut self, now: f64) {
        while self.midway() {
            self.next_act(false, now);
        }
    }

    /// Takes down the acts of the step to come.
    pub(super) fn describe(&mut self) {
        let acts = self.plan.learner.acts(self.moment());
        self.motion = Motion { news: !acts.is_empty(), acts, count: self.motion.count, ..Motion::default() };
    }

    /// False where the batch has not landed.
    fn begin_step(&mut self, shelf: &Shelf) -> bool {
        let Some(batch) = self.plan.feed.batch(shelf, self.plan.step, &self.plan.device) else { return false };
        // What looks at whole steps would see one that is not.
        self.exam = None;
        self.judge.rest();
        self.describe();
        self.seed();
        self.motion.begun = Some(Begun { batch, scalars: Vec::new() });
        true
    }

    fn next_act(&mut self, tell: bool, now: f64) {
        let (index, at) = (self.motion.done, self.moment());
        let Some(begun) = &mut self.motion.begun else { return };
        let acted = self.plan.learner.act(index, &begun.batch, at);
        begun.scalars.extend(acted.scalars);
        if tell {
            self.motion.found.extend(acted.found.into_iter().map(|(name, value)| (index, name, value)));
        }
        self.motion.done += 1;
        self.motion.count += 1;
        self.motion.news = true;
        if self.motion.done < self.motion.acts.len() {
            return;
        }
        let scalars = self.motion.begun.take().map(|begun| begun.scalars).unwrap_or_default();
        self.made(scalars, now);
        if self.phase == Phase::Ready {
            self.enter(Phase::Paused);
        }
    }

    /// Takes in a number that an act found.
    pub(super) fn found(&mut self, act: usize, name: Text, value: f32) {
        if let Some(act) = self.motion.acts.get_mut(act) {
            act.values.push((name, value));
        }
    }

    /// Says where the step at hand stands, if that has changed.
    pub(super) fn tell_acts(&mut self) {
        if std::mem::take(&mut self.motion.news) {
            let (run, step) = (self.plan.run, self.plan.step);
            let Motion { acts, done, .. } = &self.motion;
            self.out.push(Event::Acts { run, step, done: *done as u32, acts: acts.clone() });
        }
    }
}
