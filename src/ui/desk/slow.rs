//! Slow motion: a training step carried out one act at a time, by itself or at the reader's word.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::{Desk, Stage};
use crate::protocol::{Act, Command, Phase, Tex, carried};

impl Desk {
    /// Whether the model's steps are made of acts.
    pub fn has_acts(self) -> bool {
        self.acts.with(Option::is_some)
    }

    /// Enters slow motion, which plays at once, or leaves it with the step that has begun whole.
    pub fn toggle_slow(self) {
        // Stops a run that trains; in mid-step it makes the step whole.
        self.send(|run| Command::Pause { run });
        let on = self.slow.get_untracked().is_none();
        self.slow.set(on.then_some(true));
        self.act_soon();
    }

    /// Lets acts follow one another by themselves, or stops them.
    pub fn play_slow(self, plays: bool) {
        self.slow.set(Some(plays));
        if plays {
            self.send(|run| Command::Act { run });
        }
    }

    /// Carries out the next act, and no more by itself.
    pub fn next_act(self) {
        self.slow.set(Some(false));
        self.send(|run| Command::Act { run });
    }

    pub(super) fn hear_acts(self, step: u64, done: u32, acts: Vec<Act>) {
        let set = |act: Act| Act { tex: self.formula(&act), ..act };
        self.acts.set(Some((step, done, acts.into_iter().map(set).collect())));
        self.act_soon();
    }

    fn formula(self, act: &Act) -> Tex {
        self.hold.with_value(|hold| carried(act, hold.cards.as_ref().map_or(&[], |cards| &cards.acts)))
    }

    /// Only an answer calls for the next act, so that acts never queue.
    fn act_soon(self) {
        let still = move || matches!(self.stage.get_untracked(), Stage::Run(Phase::Ready | Phase::Paused));
        let timer = Timeout::new(self.tempo.get_untracked(), move || {
            if self.slow.get_untracked() == Some(true) && still() {
                self.send(|run| Command::Act { run });
            }
        });
        self.hold.update_value(|hold| hold.act = self.slow.get_untracked().map(|_| timer));
    }
}
