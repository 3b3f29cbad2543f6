//! What the reader looks at: tabs, probes, keyframes, latents.

use leptos::prelude::*;

use super::Desk;
use crate::protocol::{Axes, Card, Codes, Command, Plane, Probe, Scored, Value, View, Wing};
use crate::ui::browser;
use crate::ui::reel::Shot;

/// Whether a model makes things.
pub fn generates(card: &Card) -> bool {
    card.wing == Wing::Generative
}

impl Desk {
    /// Asks for what the page shows always and for the open tab, and no more: what is not seen is not computed.
    pub(super) fn watch(self) {
        let Some(card) = self.card.get_untracked() else { return };
        let open = self.view.get_untracked();
        // The pad shows a reading, or where there is none a reconstruction; keyframes need samples throughout.
        let always = [View::Reading, View::Samples, View::Reconstructions];
        let shown =
            |view: &View| *view == open || always.contains(view) || (*view == View::Decoded && open == View::Latent);
        // What others say of the pad is asked for whichever model is trained.
        let views = card.views.iter().copied().filter(shown).chain([View::Opinions]).collect();
        self.send(|run| Command::Watch { run, views });
    }

    /// Opens a tab.
    pub fn open_view(self, view: View) {
        self.hold.update_value(|hold| hold.opened = true);
        self.view.set(view);
        self.playhead.set(None);
        self.watch();
        self.send_probe();
    }

    /// Opens the tab that a model is met with, unless it has the one that the reader opened.
    pub(super) fn pick_view(self) {
        let Some(card) = self.card.get_untracked() else { return };
        if self.hold.with_value(|hold| hold.opened) && card.views.contains(&self.view.get_untracked()) {
            return;
        }
        let met = [View::Regions, View::Samples, View::Confusion].into_iter().find(|view| card.views.contains(view));
        if let Some(view) = met.or_else(|| card.views.iter().copied().find(|view| *view != View::Reading)) {
            self.view.set(view);
        }
    }

    /// Looks at something; many calls within a frame make one message.
    pub fn look(self, probe: Option<Probe>) {
        self.probe.set(probe);
        // What is put on the pad is looked at, even where a generated sample was before.
        self.picked.set(None);
        self.send_probe();
    }

    /// Looks for the training picture nearest to a generated sample.
    pub fn pick(self, index: Option<u32>) {
        self.picked.set(index);
        self.send_probe();
    }

    fn send_probe(self) {
        let due = self.hold.try_update_value(|hold| std::mem::replace(&mut hold.look_due, true));
        if due == Some(false) {
            request_animation_frame(move || {
                self.hold.update_value(|hold| hold.look_due = false);
                self.show_probe();
            });
        }
    }

    /// Tells the worker what is looked at: on the samples' tab the chosen sample, else what is on the pad.
    pub(super) fn show_probe(self) {
        let picked = self.picked.get_untracked().filter(|_| self.view.get_untracked() == View::Samples);
        let probe = picked.map(|index| Probe::Generated { index }).or_else(|| self.probe.get_untracked());
        self.send(|run| Command::Probe { run, probe });
    }

    /// Decodes these from now on; while an answer is awaited, only the last that was asked for follows it.
    pub fn decode(self, codes: Codes) {
        self.codes.set(Some(codes));
        /// What cannot be decoded has no answer, in milliseconds.
        const PATIENCE: f64 = 1000.0;
        let now = browser::now();
        let waits = self.hold.try_update_value(|hold| {
            hold.decode_due = hold.decoding.is_some_and(|since| now - since < PATIENCE);
            if !hold.decode_due {
                hold.decoding = Some(now);
            }
            hold.decode_due
        });
        if waits == Some(false) {
            self.send_codes();
        }
    }

    fn send_codes(self) {
        let codes = self.codes.get_untracked();
        self.send(|run| Command::Decode { run, codes });
    }

    /// An answer is here: sends what was asked for meanwhile.
    pub(super) fn decoded_came(self) {
        let due = self.hold.try_update_value(|hold| {
            hold.decoding = hold.decode_due.then(browser::now);
            std::mem::take(&mut hold.decode_due)
        });
        if due == Some(true) {
            self.send_codes();
        }
    }

    /// Chooses the axes of the latent plane and the class that is decoded.
    pub fn turn_plane(self, axes: Axes, class: u32) {
        self.plane.set((axes, class));
        self.send(|run| Command::Turn { run, axes, class });
    }

    /// Tells a new run all that is looked at.
    pub(super) fn show_all(self) {
        self.watch();
        self.show_probe();
        let (axes, class) = self.plane_there();
        self.turn_plane(axes, class);
        let waits = self.codes.with_untracked(Option::is_some);
        self.hold.update_value(|hold| (hold.decoding, hold.decode_due) = (waits.then(browser::now), false));
        if waits {
            self.send_codes();
        }
    }

    /// The plane and the class that were chosen, as far as the new run's model and data have them.
    fn plane_there(self) -> (Axes, u32) {
        let (axes, class) = self.plane.get_untracked();
        let latents = self.value("latent").map_or(2, |value| if let Value::Whole(count) = value { count } else { 2 });
        let there = match axes {
            Axes::Latents(axes) => axes.iter().all(|axis| i64::from(*axis) < latents),
            Axes::Principal => latents > 2,
        };
        let classes = self.data.with_untracked(|data| data.as_ref().map_or(0, |data| data.classes.len()));
        (if there { axes } else { Axes::Latents([0, 1]) }, if (class as usize) < classes { class } else { 0 })
    }

    /// Forgets what the last run showed; its keyframes too, unless the new one goes on from it.
    pub(super) fn forget(self, goes_on: bool) {
        self.confusion.clear();
        self.gallery.clear();
        self.filters.clear();
        self.activations.clear();
        self.augmented.clear();
        self.saliency.clear();
        self.dream.clear();
        self.samples.clear();
        self.scatter.clear();
        self.rebuilt.clear();
        self.latent.clear();
        self.decoded.clear();
        self.scores.clear();
        self.regions.clear();
        self.embedding.clear();
        self.ladder.clear();
        // Until the new run has made a step and says so, no model is the present one.
        self.opinions.update(|it| it.voices.iter_mut().for_each(|voice| voice.present = false));
        self.findings.set(None);
        self.acts.set(None);
        self.cursor.set(None);
        self.playhead.set(None);
        if !goes_on {
            self.reel.set(Default::default());
            self.rebuilt_reel.set(Default::default());
            self.picked.set(None);
        }
    }

    /// Keeps what is shown as keyframes.
    pub(super) fn film(self, step: u64) {
        self.samples.with_untracked(|samples| {
            if let Some((_, samples)) = samples {
                self.reel.update(|reel| reel.push(step, Shot::Tiles(samples.generated.clone())));
            }
        });
        self.scatter.with_untracked(|scatter| {
            if let Some((_, scatter)) = scatter {
                self.reel.update(|reel| reel.push(step, Shot::Points((*scatter).clone())));
            }
        });
    }

    /// Keeps reconstructions as keyframes: all originals, then all that was made of them.
    pub(super) fn film_rebuilt(self, step: u64) {
        let plain = |picture: &Plane| Scored { picture: picture.clone(), score: None };
        self.rebuilt.with_untracked(|rebuilt| {
            let Some((_, pairs)) = rebuilt else { return };
            let originals = pairs.iter().map(|pair| plain(&pair.original));
            let tiles = originals.chain(pairs.iter().map(|pair| plain(&pair.decoded))).collect();
            self.rebuilt_reel.update(|reel| reel.push(step, Shot::Tiles(tiles)));
        });
    }

    /// How many classes, one after the other, are asked for of a model that makes samples of a class; 0 of another.
    pub fn asked(self) -> usize {
        let counted = |card: &Card| [View::Samples, View::Confusion].iter().all(|view| card.views.contains(view));
        let counts = self.card.with(|card| card.as_ref().is_some_and(|card| counted(card)));
        let told = counts || self.value("conditional") == Some(Value::Switch(true));
        self.data.with(|data| data.as_ref().map_or(0, |data| data.classes.len() * usize::from(told)))
    }

    /// Whether something is on the pad that a model can look at.
    pub fn on_pad(self) -> bool {
        self.probe.with(|probe| match probe {
            Some(Probe::Drawing { strokes, .. }) => !strokes.is_empty(),
            Some(Probe::Sample { .. }) => true,
            Some(Probe::Generated { .. }) | None => false,
        })
    }
}
