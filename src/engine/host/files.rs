//! The files that data sets come in: asked for, taken in, asked for again.

use super::{Host, Place, Store};
use crate::engine::feed::Shelf;
use crate::engine::loader::Loader;
use crate::engine::session::Session;
use crate::engine::shipped::Shipped;
use crate::protocol::{ChunkCause, Event, Fault};

impl<P: Place> Host<'_, P> {
    /// The index of a data set's store; what it lacks begins to load, its checkpoint first.
    pub(super) fn open(&mut self, data: &str) -> Result<usize, Fault> {
        let known = self.stores.iter().position(|store| store.shelf.card().name == data);
        let index = match known {
            Some(index) => index,
            None => {
                let unknown = || Fault::UnknownData { name: data.to_owned() };
                let listed = || self.rig.datasets.iter().find(|set| (set.card)().name == data);
                let shelf = match self.own.iter().find(|own| own.card().name == data) {
                    Some(own) => Shelf::own(own.clone()),
                    None => Shelf::new(listed().ok_or_else(unknown)?),
                };
                let loader = Loader::new(shelf.chunks().len());
                self.stores.push(Store { shelf, loader, shipped: None, asked: false });
                self.stores.len() - 1
            }
        };
        let store = &mut self.stores[index];
        if let Some(file) = store.shelf.set().shipped.filter(|_| !store.asked) {
            store.asked = true;
            self.place.fetch(shipped_path(file), 0.0);
        }
        fetch_next(self.place, store);
        report(self.place, &store.shelf);
        Ok(index)
    }

    /// Takes in a file that was fetched, or asks for it again.
    pub(super) fn landed(&mut self, path: &str, outcome: Result<Vec<u8>, ChunkCause>) {
        let run = self.session.as_ref().map(Session::run);
        for store in &mut self.stores {
            let set = store.shelf.set();
            if set.shipped.is_some_and(|file| shipped_path(file) == path) {
                match outcome.and_then(|bytes| {
                    Shipped::open(&bytes, &self.rig.recipes, store.shelf.shape(), &self.rig.device)
                        .map_err(|_| ChunkCause::Checksum)
                }) {
                    Ok(shipped) => store.shipped = Some(shipped),
                    Err(cause) => {
                        let fault = Fault::Chunk { file: path.to_owned(), tries: 1, cause };
                        self.place.send(Event::Trouble { run, fault, fatal: false });
                    }
                }
                return;
            }
            let Some(index) = store.shelf.chunks().iter().position(|chunk| set.path(chunk) == path) else { continue };
            let chunk = &store.shelf.chunks()[index];
            match outcome.and_then(|bytes| set.open(chunk, bytes)) {
                Ok(samples) => {
                    store.shelf.put(index, samples);
                    store.loader.landed(index);
                    report(self.place, &store.shelf);
                }
                Err(cause) => match store.loader.failed(index, &chunk.file, cause) {
                    Ok(delay) => self.place.fetch(path.to_owned(), delay),
                    Err(fault) => self.place.send(Event::Trouble { run, fault, fatal: false }),
                },
            }
            fetch_next(self.place, store);
            return;
        }
    }
}

pub(super) fn fetch_next<P: Place>(place: &P, store: &mut Store) {
    for index in store.loader.ask() {
        place.fetch(store.shelf.set().path(&store.shelf.chunks()[index]), 0.0);
    }
}

pub(super) fn report<P: Place>(place: &P, shelf: &Shelf) {
    let (samples, of) = shelf.filled();
    place.send(Event::Loading { data: shelf.card().name.to_string(), samples: samples as u32, of: of as u32 });
}

fn shipped_path(file: &str) -> String {
    format!("assets/models/{file}")
}
