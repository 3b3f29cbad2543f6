//! Failures that the reader brings about, and the way back.

use leptos::prelude::*;

use super::Desk;
use crate::protocol::{Break, Setup};

impl Desk {
    /// Whether the knobs stand as a failure wants them.
    pub fn is_broken(self, by: &Break) -> bool {
        by.knobs.iter().all(|(name, value)| self.value(name).as_ref() == Some(value))
    }

    /// Sets the knobs that bring a failure about; the run as it was stays on the shelf.
    pub fn break_it(self, by: &Break) {
        let (Some(before), Some(card)) = (self.setup.get_untracked(), self.card.get_untracked()) else { return };
        let mut after = before.clone();
        after.knobs.retain(|(name, _)| by.knobs.iter().all(|(its, _)| its != name));
        let differs = |name: &str, value: &_| card.knobs.iter().any(|knob| knob.name == name && knob.default != *value);
        let set = by.knobs.iter().filter(|(name, value)| differs(name, value));
        after.knobs.extend(set.map(|(name, value)| (name.to_string(), value.clone())));
        self.lay_by();
        // A run that goes on under the same name must not overwrite what it was before it broke.
        let hot = |name: &str| card.knobs.iter().any(|knob| knob.name == name && knob.hot);
        if by.knobs.iter().all(|(name, _)| hot(name)) {
            self.shelf.update(|shelf| {
                if let Some(shelf) = shelf {
                    shelf.once = true;
                }
            });
        }
        self.broken.set(Some(before));
        self.follow(after);
    }

    /// Puts knobs and run back to what they were before the failure.
    pub fn unbreak(self, by: &Break) {
        let Some(setup) = self.setup.get_untracked() else { return };
        let before = self.broken.try_update(Option::take).flatten().filter(|before| before.recipe == setup.recipe);
        if before.is_some() && self.shelf.with_untracked(|shelf| shelf.as_ref().map(|it| &it.setup) == before.as_ref())
        {
            // A run that was broken while it trained is mended while it trains.
            let trains = untrack(|| self.trains());
            self.go_back();
            if trains {
                self.train();
            }
            return;
        }
        // A failure that came with the address has no past: its knobs return to their defaults.
        let mut bare = setup;
        bare.knobs.retain(|(name, _)| by.knobs.iter().all(|(its, _)| its != name));
        let before: Setup = before.unwrap_or(bare);
        self.follow(before);
    }
}
