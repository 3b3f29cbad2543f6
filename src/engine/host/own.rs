//! Data sets that the reader brings, and the greeting, which changes with them.

use std::rc::Rc;

use super::{Host, Place};
use crate::data::own::Own;
use crate::engine::recipe::Entry;
use crate::engine::session::Session;
use crate::protocol::{Card, DataCard, Event, Fit, MARKS, OwnCard, VERSION, decode};

impl<P: Place> Host<'_, P> {
    /// Tells the page what its catalogue does not.
    pub(super) fn greet(&self) {
        let own = self.own.iter().map(|own| self.taken_in(own.card())).collect();
        let [catalogue, _] = MARKS;
        self.place.send(Event::Hello { version: VERSION, device: self.rig.card.clone(), catalogue, own });
    }

    /// A set that was brought, with the models that fit it.
    fn taken_in(&self, card: &DataCard) -> OwnCard {
        let fit = |entry: &Entry| {
            let Card { name, data, tuned, .. } = entry.among(std::slice::from_ref(card));
            let tuned = tuned.into_iter().flat_map(|tuned| tuned.knobs).collect();
            (!data.is_empty()).then(|| Fit { recipe: name.into_owned(), tuned })
        };
        OwnCard { card: card.clone(), fits: self.rig.recipes.iter().filter_map(fit).collect() }
    }

    /// Every data set: those of the catalogue, then those that were brought.
    pub(super) fn cards(&self) -> Vec<DataCard> {
        let own = self.own.iter().map(|own| own.card().clone());
        self.rig.datasets.iter().map(|set| set.listed()).chain(own).collect()
    }

    /// Takes in what the reader brought, in the place of an earlier set of its name, which its run loses.
    pub(super) async fn bring(&mut self, bytes: &[u8]) {
        // A snapshot that was asked for comes first: what was brought may be learnt from its weights.
        if self.session.as_ref().is_some_and(Session::owes_snapshot) {
            self.advance().await;
        }
        match decode(bytes).and_then(Own::new) {
            Ok(own) => {
                let name = &own.card().name;
                self.stores.retain(|store| store.shelf.card().name != *name);
                self.own.retain(|its| its.card().name != *name);
                self.own.push(Rc::new(own));
            }
            Err(fault) => self.place.send(Event::Trouble { run: None, fault, fatal: false }),
        }
        self.greet();
    }
}
