//! The page's address: how the desk follows it, and how it describes the desk.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::own::call;
use super::{Desk, News, Remedy, Said};
use crate::protocol::{Card, Fault, Knob, OWN, Setup, Value, View};
use crate::ui::address::{Address, Oddity};
use crate::ui::lang::Lang;
use crate::ui::{browser, dial, files};

impl Desk {
    /// Takes model, data and knobs from an address; says what of it could not be had.
    pub(super) fn adopt_setup(self, address: &Address) {
        let Some(setup) = self.resolve(address) else { return };
        self.setup.set(Some(setup));
        self.pick_view();
    }

    /// What an address describes, once there is a catalogue; tells what of it could not be had.
    pub(super) fn resolve(self, address: &Address) -> Option<Setup> {
        let catalogue = self.catalogue.get_untracked()?;
        let (setup, odd) = address.resolve(&catalogue.recipes, &catalogue.datasets)?;
        self.tell_odd(odd);
        Some(setup)
    }

    /// Tells what was odd about an address.
    pub fn tell_odd(self, odd: Vec<Oddity>) {
        for oddity in odd {
            match &oddity {
                // Whether this browser has it, only the module can say.
                Oddity::Fault(Fault::UnknownData { name }) if name.starts_with(OWN) => call(name),
                _ => self.tell(News::Odd(oddity), Remedy::None),
            }
        }
    }

    /// Takes over an address that the reader went to: Back, a link within the page, or one edited by hand.
    pub fn adopt(self, hash: &str) {
        let (address, odd) = Address::parse(hash);
        self.tell_odd(odd);
        let before = untrack(|| self.present_address());
        if address != before {
            self.address.set_value(address.clone());
            self.hold.update_value(|hold| hold.measured = false);
            browser::show_bench(None, "");
            address.lang.into_iter().for_each(|lang| self.speak(lang));
            self.theme.set(address.theme);
            self.pause_at(address.steps);
            let anew = self.resolve(&address).is_some_and(|setup| self.follow(setup));
            let known = |view: &View| {
                self.card.with_untracked(|card| card.as_ref().is_some_and(|card| card.views.contains(view)))
            };
            address.view.filter(known).into_iter().for_each(|view| self.open_view(view));
            // `play` speaks of the start: a reader who has paused since does not ask for it by editing something else.
            if address.play && (anew || !before.play) {
                self.train();
            }
            self.choose_device(address.device);
            self.measure();
        }
        self.mend();
    }

    /// Takes over a setup: hot knobs turn in the run that there is, all else begins another; says whether it did.
    pub(super) fn follow(self, setup: Setup) -> bool {
        let (Some(before), Some(card)) = (self.setup.get_untracked(), self.card.get_untracked()) else { return false };
        let turned = differences(&card, &before, &setup);
        if (&before.recipe, &before.data) == (&setup.recipe, &setup.data) && turned.iter().all(|(knob, _)| knob.hot) {
            turned.into_iter().for_each(|(knob, value)| self.turn(knob, value));
            return false;
        }
        self.shelve();
        self.change(setup);
        true
    }

    /// Writes into the address bar what was made of an address that could not be taken as it stood.
    fn mend(self) {
        let hash = untrack(|| self.present_address()).to_string();
        if self.setup.read_untracked().is_some() && browser::hash().trim_start_matches('#') != hash {
            browser::set_hash(&hash, false);
        }
    }

    /// Speaks a language as soon as its words are here, and says so where they cannot be had.
    pub fn speak(self, lang: Lang) {
        self.hold.update_value(|hold| hold.wanted = lang);
        spawn_local(async move {
            let known = files::learn(lang).await;
            if self.hold.with_value(|hold| hold.wanted) == lang {
                if known { self.lang.set(lang) } else { self.stammer() }
            }
        });
    }

    /// Tells that the language wished for is not spoken.
    pub fn stammer(self) {
        // The address goes on naming it: loaded once more, the page tries once more.
        self.lang.notify();
        self.tell(News::Said(Said::Wordless), Remedy::Refresh);
    }

    /// The page's state as an address.
    pub fn present_address(self) -> Address {
        let first = self.address.get_value();
        let Some(setup) = self.setup.get() else { return first };
        self.lang.track();
        let lang = self.hold.with_value(|hold| hold.wanted);
        Address {
            model: Some(setup.recipe),
            data: Some(setup.data),
            device: self.wish.get(),
            view: Some(self.view.get()).filter(|_| self.hold.with_value(|hold| hold.opened)),
            lang: Some(lang).filter(|lang| first.lang.is_some() || *lang != browsers_lang()),
            theme: self.theme.get(),
            play: first.play,
            steps: self.until.get(),
            bench: first.bench,
            knobs: setup.knobs.iter().map(|(name, value)| (name.clone(), dial::text(value))).collect(),
        }
    }
}

/// The knobs that differ between two setups of a model, with their values in the second.
fn differences<'a>(card: &'a Card, before: &Setup, after: &Setup) -> Vec<(&'a Knob, Value)> {
    let value = |setup: &Setup, knob: &Knob| {
        let changed = setup.knobs.iter().find(|(name, _)| *name == *knob.name);
        changed.map_or_else(|| knob.default.clone(), |(_, value)| value.clone())
    };
    let turned = card.knobs.iter().map(|knob| (knob, value(after, knob)));
    turned.filter(|(knob, now)| value(before, knob) != *now).collect()
}

/// The language that a page of this address is to speak.
pub fn wanted(address: &Address) -> Lang {
    address.lang.unwrap_or_else(browsers_lang)
}

fn browsers_lang() -> Lang {
    Lang::preferred(browser::languages().iter().map(String::as_str))
}
