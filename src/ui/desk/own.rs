//! Data of the reader's own: a module of its own brings them, loaded when it is asked for; the desk passes them on.

use js_sys::{Array, JsString};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::CustomEvent;

use super::{Desk, News, Remedy};
use crate::protocol::{ChunkCause, Fault, Group, Setup, Wing};
use crate::ui::browser::announce;

/// What was brought last, until the catalogue has it.
pub(super) struct Fresh {
    /// Its name.
    name: String,
    /// Learn it from the weights of the run that there is.
    carry: bool,
}

/// The start script hears it, and loads the module: with what the present run's samples are, or the name of a set that an
/// address asks for.
pub(super) fn call(word: &str) {
    announce("own", &word.into());
}

impl Desk {
    /// Opens the dialog in which the reader brings data.
    pub fn open_own(self) {
        let shape = self.data.with_untracked(|data| data.as_ref().map(|data| (data.shape, data.classes.len())));
        let trained = self.pulse.with_untracked(|pulse| pulse.step > 0);
        call(&shape.filter(|_| trained).map(|shape| format!("{shape:?}")).unwrap_or_default());
    }

    /// Hears the module: the worker's message in a buffer, the set's name, and whether to learn it from the present weights.
    /// Without them the module could not be loaded.
    pub fn hear_own(self, event: &CustomEvent) {
        let detail = event.detail();
        let Some(detail) = detail.dyn_ref::<Array>() else {
            let fault = Fault::Chunk { file: "own.js".into(), tries: 1, cause: ChunkCause::Network(String::new()) };
            return self.tell(News::Fault(fault), Remedy::None);
        };
        let (message, name, carry) = (detail.get(0), detail.get(1), detail.get(2).is_truthy());
        let Some(name) = name.dyn_ref::<JsString>().map(String::from) else { return };
        if carry {
            self.save();
        }
        self.hold.update_value(|hold| {
            if let Some(at) = hold.brought.iter().position(|(its, _)| *its == name) {
                hold.brought.remove(at);
                hold.told = hold.told.map(|told| told - usize::from(at < told));
            }
            hold.brought.push((name.clone(), message));
            hold.fresh = Some(Fresh { name, carry });
        });
        if self.hold.with_value(|hold| hold.told.is_some()) {
            self.pass_on();
        }
    }

    /// Hands the worker the next set that it has not been told of, upon which it greets anew; false where there is none.
    pub(super) fn pass_on(self) -> bool {
        let pass = |hold: &mut super::Hold| {
            let (_, next) = hold.brought.get(*hold.told.get_or_insert(0))?;
            hold.link.as_ref()?.forward(next);
            hold.told = hold.told.map(|told| told + 1);
            Some(())
        };
        self.hold.try_update_value(pass).flatten().is_some()
    }

    /// Takes up what was brought last, now that it is in the catalogue: as the address asks, or with the settings in force
    /// and a model that fits; false where nothing is fresh.
    pub(super) fn take_up(self) -> bool {
        let Some(catalogue) = self.catalogue.get_untracked() else { return false };
        let there = |fresh: &mut Fresh| catalogue.datasets.iter().any(|data| data.name == fresh.name);
        let fresh = self.hold.try_update_value(|hold| hold.fresh.take_if(there)).flatten();
        let Some(Fresh { name, carry }) = fresh else { return false };
        let Some(before) = self.setup.get_untracked() else { return false };
        let fits = |recipe: &str| {
            let card = catalogue.recipes.iter().find(|card| card.name == recipe);
            card.is_some_and(|card| card.data.iter().any(|data| **data == *name))
        };
        let address = self.address.get_value();
        let asks = address.data.as_deref() == Some(&*name) && address.model.as_deref().is_some_and(fits);
        let asked = asks.then(|| self.resolve(&address)).flatten();
        let best = || catalogue.recipes.iter().rfind(|card| card.wing == Wing::Discriminative && fits(&card.name));
        let recipe = if fits(&before.recipe) { Some(before.recipe.as_str()) } else { best().map(|card| &*card.name) };
        let Some(recipe) = recipe else { return false };
        let shape =
            |of: &str| catalogue.datasets.iter().find(|it| it.name == of).map(|it| (it.shape, it.classes.len()));
        let weights = self.saved().filter(|_| carry && recipe == before.recipe && shape(&before.data) == shape(&name));
        let from = if weights.is_some() { self.built(before.clone()) } else { before.clone() };
        let setup = asked.or_else(|| {
            let card = catalogue.recipes.iter().find(|card| card.name == recipe)?;
            Some(super::helm::fitting(&catalogue, card, name.clone(), from))
        });
        let Some(setup) = setup else { return false };
        self.shelve();
        self.change(setup);
        self.hold.update_value(|hold| hold.carry = weights);
        true
    }

    /// The present setup with all that its model was built with, also what is the default on its data: weights that go on
    /// to other data are to meet the model that they were trained in.
    fn built(self, mut setup: Setup) -> Setup {
        let Some(card) = self.card.get_untracked() else { return setup };
        for knob in card.knobs.iter().filter(|knob| knob.group == Group::Network) {
            setup.knobs.retain(|(name, _)| *name != *knob.name);
            setup.knobs.extend(self.value(&knob.name).map(|value| (knob.name.to_string(), value)));
        }
        setup
    }
}
