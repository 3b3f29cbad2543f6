//! What the reader does: train, pause, turn a knob, choose a model, look at something, go back.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::{Catalogue, Desk, News, Remedy, Said, Saved, Shelf, Stage};
use crate::protocol::{Card, Command, Knob, Phase, Setup, Value};
use crate::ui::track::Track;
use crate::ui::{browser, dial};

/// How often a training run is saved, in milliseconds: the most that a dying worker can lose.
const SAVE_EVERY: f64 = 10_000.0;

/// How long a cold knob must rest before a new run starts, in milliseconds.
const REST: u32 = 350;

impl Desk {
    /// Whether steps are being made, or would be.
    pub fn trains(self) -> bool {
        matches!(self.stage.get(), Stage::Run(Phase::Training | Phase::Waiting))
    }

    /// Trains; a run that is not ready yet starts when it is.
    pub fn train(self) {
        match self.stage.get_untracked() {
            Stage::Run(Phase::Ready | Phase::Paused) => self.go(),
            Stage::Run(Phase::Training | Phase::Waiting) => {}
            Stage::Run(Phase::Failed) => {
                self.hold.update_value(|hold| hold.eager = true);
                self.reset();
            }
            Stage::Dead => {
                self.hold.update_value(|hold| hold.eager = true);
                self.wake_again();
            }
            Stage::Waking | Stage::Run(Phase::Preparing | Phase::Compiling) => {
                self.hold.update_value(|hold| hold.eager = true);
            }
        }
    }

    /// Lets the worker train, up to the step to pause at if that is still to come.
    fn go(self) {
        self.slow.set(None);
        let step = self.pulse.get_untracked().step;
        let until = self.until.get_untracked().filter(|until| *until > step);
        self.send(|run| Command::Train { run, until });
    }

    /// Sets the step to pause at; a run that trains is told at once.
    pub fn pause_at(self, until: Option<u64>) {
        if self.until.get_untracked() == until {
            return;
        }
        self.until.set(until);
        if matches!(self.stage.get_untracked(), Stage::Run(Phase::Training | Phase::Waiting)) {
            self.go();
        }
    }

    /// Trains or pauses.
    pub fn train_or_pause(self) {
        if matches!(self.stage.get_untracked(), Stage::Run(Phase::Training | Phase::Waiting)) {
            self.send(|run| Command::Pause { run });
        } else {
            self.train();
        }
    }

    /// Makes one step.
    pub fn step(self) {
        if matches!(
            self.stage.get_untracked(),
            Stage::Run(Phase::Ready | Phase::Paused | Phase::Training | Phase::Waiting)
        ) {
            self.slow.update(|slow| *slow = slow.map(|_| false));
            self.send(|run| Command::Step { run });
        }
    }

    /// Starts over with the same settings; the run so far goes to the shelf.
    pub fn reset(self) {
        self.shelve();
        self.begin(None);
    }

    /// Builds the run that the page describes, or goes on with it; where no worker has greeted yet, as soon as one does.
    pub(super) fn begin(self, snapshot: Option<Saved>) {
        let (Some(setup), Some(card)) = (self.setup.get_untracked(), self.card.get_untracked()) else { return };
        let there = self.greeted();
        self.hold.update_value(|hold| {
            hold.run += 1;
            // Until the run is saved anew, this is what another worker would go on from.
            hold.saved = snapshot.clone();
            hold.carry = snapshot.clone().filter(|_| !there);
            hold.restart = None;
            hold.asked_at = browser::now();
        });
        self.pulse.set(Default::default());
        self.parameters.set(None);
        self.tracks.update(|tracks| {
            if snapshot.is_none() || tracks.len() != card.series.len() {
                *tracks = vec![Track::default(); card.series.len()];
            }
        });
        self.forget(snapshot.is_some());
        if !there {
            return;
        }
        self.stage.set(Stage::Run(Phase::Preparing));
        let snapshot = snapshot.map(|saved| saved.bytes.to_vec());
        self.send(|run| Command::Start { run, setup, snapshot });
        self.show_all();
    }

    /// Whether there is a worker that has greeted.
    fn greeted(self) -> bool {
        self.hold.with_value(|hold| hold.link.is_some() && hold.told.is_some())
    }

    /// Turns a knob: a hot one at once, a cold one by a new run when it has come to rest.
    pub fn turn(self, knob: &Knob, value: Value) {
        if self.value(&knob.name).as_ref() == Some(&value) {
            return;
        }
        if !knob.hot {
            // The shelf must hold the settings that the run was made with.
            self.shelve();
        }
        self.setup.update(|setup| {
            let Some(setup) = setup else { return };
            setup.knobs.retain(|(name, _)| *name != *knob.name);
            if value != knob.default {
                setup.knobs.push((knob.name.to_string(), value.clone()));
            }
        });
        if knob.hot {
            self.send(|run| Command::Retune { run, knob: knob.name.to_string(), value });
        } else {
            self.start_anew_soon();
        }
    }

    /// Chooses a model, with the knobs of the present one that it knows too.
    pub fn choose_model(self, name: &str) {
        let Some(setup) = self.setup.get_untracked() else { return };
        if setup.recipe == name {
            return;
        }
        let Some(catalogue) = self.catalogue.get_untracked() else { return };
        let Some(card) = catalogue.recipes.iter().find(|card| card.name == name) else { return };
        let data = card.data.iter().find(|data| **data == *setup.data).or(card.data.first());
        let Some(data) = data.map(ToString::to_string) else { return };
        self.shelve();
        self.change(fitting(&catalogue, card, data, setup));
    }

    /// Chooses a data set.
    pub fn choose_data(self, name: &str) {
        let Some(setup) = self.setup.get_untracked().filter(|setup| setup.data != name) else { return };
        let Some(catalogue) = self.catalogue.get_untracked() else { return };
        let Some(card) = catalogue.recipes.iter().find(|card| card.name == setup.recipe) else { return };
        self.shelve();
        self.change(fitting(&catalogue, card, name.to_owned(), setup));
    }

    pub(super) fn change(self, setup: Setup) {
        self.slow.set(None);
        self.tracks.set(Vec::new());
        self.describe(setup);
        self.start_anew_soon();
    }

    /// Puts a setup in the place of the present one, of which nothing is shown any more.
    fn describe(self, setup: Setup) {
        self.reading.clear();
        if self.setup.with_untracked(|before| before.as_ref().is_some_and(|before| before.data != setup.data)) {
            self.opinions.set(Default::default());
        }
        self.loading.set(None);
        self.setup.set(Some(setup));
        self.pick_view();
    }

    /// A new run, once the reader's hand has come to rest; it trains if the old one did.
    fn start_anew_soon(self) {
        let training = matches!(self.stage.get_untracked(), Stage::Run(Phase::Training | Phase::Waiting));
        if training {
            self.send(|run| Command::Pause { run });
        }
        let timer = Timeout::new(REST, move || {
            let carry = self.hold.try_update_value(|hold| hold.carry.take()).flatten();
            self.begin(carry);
        });
        self.hold.update_value(|hold| {
            // What the old run still says is stale from here on, and so is what a new worker would go on from.
            hold.run += 1;
            (hold.saved, hold.carry) = (None, None);
            hold.eager = hold.eager || training;
            hold.restart = Some(timer);
        });
        self.pulse.set(Default::default());
        if self.greeted() {
            self.stage.set(Stage::Run(Phase::Preparing));
        }
    }

    /// Lays the run on the shelf, and offers to return to it.
    pub(super) fn shelve(self) {
        if let Some(step) = self.lay_by() {
            self.tell(News::Said(Said::Restarted(step)), Remedy::GoBack);
        }
    }

    /// Lays the run on the shelf, if it has made steps and is not there yet; says how many.
    pub(super) fn lay_by(self) -> Option<u64> {
        let step = self.pulse.get_untracked().step;
        let run = self.hold.with_value(|hold| hold.run);
        let setup = self.setup.get_untracked()?;
        let there = self.shelf.with_untracked(|shelf| shelf.as_ref().is_some_and(|shelf| shelf.run == run));
        if step == 0 || there {
            return None;
        }
        // The worker answers commands in order, so the snapshot comes before the next run.
        self.send(|run| Command::Save { run });
        let saved = self.saved();
        self.shelf.set(Some(Shelf {
            run,
            setup,
            tracks: self.tracks.get_untracked(),
            reels: [self.reel.get_untracked(), self.rebuilt_reel.get_untracked()],
            once: false,
            step: saved.as_ref().map_or(step, |saved| saved.step),
            bytes: saved.map(|saved| saved.bytes),
        }));
        Some(step)
    }

    /// Returns to the run on the shelf; the present one takes its place there.
    pub fn go_back(self) {
        let Some(shelf) = self.shelf.get_untracked() else { return };
        let known = |all: &Catalogue| all.datasets.iter().any(|data| data.name == shelf.setup.data);
        if !self.catalogue.with_untracked(|all| all.as_deref().is_some_and(known)) {
            return self.tell(News::Said(Said::DataAway), Remedy::GoBack);
        }
        self.shelf.set(None);
        self.hold.update_value(|hold| hold.eager = false);
        self.lay_by();
        self.describe(shelf.setup);
        self.tracks.set(if shelf.bytes.is_some() { shelf.tracks } else { Vec::new() });
        let [reel, rebuilt] = shelf.reels;
        self.reel.set(reel);
        self.rebuilt_reel.set(rebuilt);
        let left = self.shelf.with_untracked(Option::is_some);
        let news = match shelf.bytes {
            Some(_) if left => Said::WentBackFrom(shelf.step),
            Some(_) => Said::WentBack(shelf.step),
            None => Said::WentBackBare,
        };
        self.begin(shelf.bytes.map(|bytes| Saved { step: shelf.step, bytes }));
        self.tell(News::Said(news), if left { Remedy::GoBack } else { Remedy::None });
    }

    /// Asks for a snapshot.
    pub(super) fn save(self) {
        self.hold.update_value(|hold| hold.asked_at = browser::now());
        self.send(|run| Command::Save { run });
    }

    pub(super) fn save_now_and_then(self) {
        if browser::now() - self.hold.with_value(|hold| hold.asked_at) > SAVE_EVERY {
            self.save();
        }
    }

    /// Tries once more to load data.
    pub fn reload(self) {
        self.send(|run| Command::Reload { run });
    }
}

/// The setup of a model on a data set, with those knobs of another setup that it knows too and that differ from its
/// defaults there.
pub(super) fn fitting(catalogue: &Catalogue, card: &Card, data: String, from: Setup) -> Setup {
    let known = catalogue.datasets.iter().find(|its| its.name == data);
    let card = known.map_or_else(|| card.clone(), |known| card.on(known));
    let fits = |(its, value): &(String, Value)| {
        let Some(knob) = card.knobs.iter().find(|knob| knob.name == *its) else { return false };
        let same = dial::read(&knob.range, &dial::text(value)) == dial::Read::Good(value.clone());
        same && knob.default != *value
    };
    Setup { recipe: card.name.to_string(), data, knobs: from.knobs.into_iter().filter(fits).collect() }
}
