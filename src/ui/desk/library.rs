//! The catalogue: fetched as a file, with the sets of the reader's own that a worker has taken in.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Catalogue, Desk, News, Remedy};
use crate::protocol::{DeviceCard, Fault, OwnCard};
use crate::ui::files;

impl Desk {
    /// Fetches the cards; where they cannot be had, the reader may ask for them again.
    pub fn consult(self) {
        spawn_local(async move {
            match files::cards().await {
                Ok(cards) => {
                    self.hold.update_value(|hold| hold.cards = Some(cards));
                    self.lay_out();
                    self.meet();
                }
                Err(cause) => {
                    let fault = Fault::Chunk { file: files::CARDS.into(), tries: 2, cause };
                    self.tell(News::Fault(fault), Remedy::Consult);
                }
            }
        });
    }

    /// What a worker that greets has to add: its device, and what it has taken in.
    pub(super) fn complete(self, device: DeviceCard, own: Vec<OwnCard>) {
        self.device.set(Some(device));
        let news = self.hold.try_update_value(|hold| std::mem::replace(&mut hold.own, own.clone()) != own);
        if news == Some(true) {
            self.lay_out();
        }
        self.meet();
    }

    /// Shows the cards, those of the reader's own sets among them.
    fn lay_out(self) {
        let whole = self.hold.with_value(|hold| {
            let mut cards = hold.cards.clone()?;
            hold.own.iter().for_each(|own| cards.admit(own));
            Some(cards)
        });
        let Some(whole) = whole else { return };
        let recipes = whole.recipes.into_iter().map(Arc::new).collect();
        self.catalogue.set(Some(Arc::new(Catalogue { recipes, datasets: whole.datasets })));
    }

    /// Takes up what was brought or what the address asks for, once there is a catalogue, and begins as far as it can.
    fn meet(self) {
        if self.catalogue.read_untracked().is_none() {
            return;
        }
        if self.setup.read_untracked().is_none() {
            let address = self.address.get_value();
            self.adopt_setup(&address);
            self.recall();
        }
        if self.take_up() {
            return;
        }
        let carry = self.hold.try_update_value(|hold| hold.carry.take()).flatten();
        self.begin(carry);
    }
}
