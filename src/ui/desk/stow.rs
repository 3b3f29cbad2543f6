//! What outlives the page: its run, which the start script keeps in the browser until the page is loaded anew.

use std::sync::Arc;

use js_sys::{Promise, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use super::{Desk, News, Remedy, Said, Shelf, Stage};
use crate::protocol::{Kept, Phase};
use crate::ui::browser;
use crate::ui::track::Track;

/// Milliseconds between two times that a run is kept while it trains, at least: a large model's snapshot is 10 MB.
const EVERY: f64 = 10_000.0;

#[wasm_bindgen]
extern "C" {
    /// Keeps both, one behind the other, in the place of what this tab kept before.
    #[wasm_bindgen(js_namespace = kept)]
    fn put(head: &[u8], body: &[u8]);
    /// Gives them, where the page was loaded anew or come back to, and nothing otherwise.
    #[wasm_bindgen(js_namespace = kept)]
    fn get() -> Promise;
}

impl Desk {
    /// Keeps the present run as a snapshot has it.
    pub(super) fn stow(self, step: u64, bytes: &[u8]) {
        let Some(setup) = self.setup.get_untracked() else { return };
        let (now, trains) = (browser::now(), self.stage.get_untracked() == Stage::Run(Phase::Training));
        if trains && now < self.hold.with_value(|hold| hold.stowed_at) + EVERY {
            return;
        }
        self.hold.update_value(|hold| hold.stowed_at = now);
        let curves = self.tracks.with_untracked(|all| all.iter().map(|track| track.points().collect()).collect());
        // Plain data are always written.
        Kept { setup, step, curves }.write().iter().for_each(|head| put(head, bytes));
    }

    /// Offers the run that the page had before it was loaded anew, if it is one of this catalogue.
    pub(super) fn recall(self) {
        spawn_local(async move {
            let bytes = JsFuture::from(get()).await.ok().and_then(|found| found.dyn_into::<Uint8Array>().ok());
            let Some(bytes) = bytes.map(|bytes| bytes.to_vec()) else { return };
            let Some((Kept { setup, step, curves }, body)) = Kept::read(&bytes) else { return };
            let known = self.catalogue.with_untracked(|all| {
                all.as_ref().is_some_and(|all| all.recipes.iter().any(|card| card.name == setup.recipe))
            });
            if known {
                let tracks = curves.iter().map(|points| Track::of(points)).collect();
                let bytes = Some(Arc::new(body.to_vec()));
                // A run's name begins at 1.
                let shelf = Shelf { run: 0, setup, tracks, reels: Default::default(), step, bytes, once: false };
                self.shelf.set(Some(shelf));
                self.tell(News::Said(Said::Restarted(step)), Remedy::GoBack);
            }
        });
    }
}
