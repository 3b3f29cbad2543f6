//! A collection under work: what is kept of it, and what is done to it.

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::files::contents;
use super::store::{self, Shelf};
use super::{Room, hand_over, words};
use crate::own::collection::{Collection, Removed};
use crate::own::defect::Defect;
use crate::own::name;
use crate::protocol::{Brought, Matter, OWN, Stroke, Text, encode};
use crate::ui::sketch::thinned;

/// The two collections, by their names in addresses.
pub(super) const HANDS: [(&str, &Text); 2] = [("own/hand", &words::DIGITS), ("own/symbols", &words::SYMBOLS)];

/// A collection under work; a handle that its parts copy.
#[derive(Clone, Copy)]
pub(super) struct Album {
    pub(super) room: Room,
    pub(super) collection: RwSignal<Collection>,
    /// The hand whose collection it is; empty until one has been read.
    whose: RwSignal<&'static str>,
    /// The class that is drawn.
    pub(super) class: RwSignal<usize>,
    /// What was taken out, the last of it last.
    pub(super) removed: RwSignal<Vec<Removed>>,
    pub(super) strokes: RwSignal<Vec<Stroke>>,
    pub(super) wrong: RwSignal<Vec<Defect>>,
    /// What was kept and cannot be read; empty where there is nothing of the kind.
    pub(super) aside: RwSignal<String>,
}

impl Album {
    pub(super) fn new(room: Room) -> Self {
        Self {
            room,
            collection: RwSignal::new(Collection::default()),
            whose: RwSignal::new(""),
            class: RwSignal::new(0),
            removed: RwSignal::new(Vec::new()),
            strokes: RwSignal::new(Vec::new()),
            wrong: RwSignal::new(Vec::new()),
            aside: RwSignal::new(String::new()),
        }
    }

    /// Whether another hand is chosen than that whose collection this is; which one.
    fn due(self) -> Option<&'static str> {
        let hand = HANDS[self.room.hand.get_untracked()].0;
        (self.whose.get_untracked() != hand).then_some(hand)
    }

    /// Shows what is kept of the hand that is chosen.
    pub(super) async fn open(self) {
        let Some(hand) = self.due() else { return };
        let (kept, aside) = (kept(hand).await, self.set_aside(hand).await);
        // Meanwhile it may have been opened, or another one been chosen.
        if self.due() != Some(hand) {
            return;
        }
        let blank = if hand == HANDS[0].0 { Collection::digits() } else { Collection::default() };
        self.class.set(0);
        self.removed.set(Vec::new());
        self.wrong.set(Vec::new());
        self.aside.set(aside);
        self.collection.set(kept.unwrap_or(blank));
        self.whose.set(hand);
    }

    /// Copies what is kept and cannot be read to where nothing is kept in its place; all that lies there.
    async fn set_aside(self, hand: &str) -> String {
        let mut aside = text(&aside_of(hand)).await.unwrap_or_default();
        let spoilt = text(hand).await.filter(|text| Collection::read(hand, text).is_err());
        if let Some(spoilt) = spoilt.filter(|spoilt| !aside.contains(spoilt)) {
            aside.push_str(&spoilt);
            self.put(aside_of(hand), aside.clone()).await;
        }
        aside
    }

    /// Throws away what was put aside.
    pub(super) async fn forget(self) {
        // What cannot be thrown away is shown again when the collection is next opened.
        let _ = store::forget(Shelf::Hands, &aside_of(self.whose.get_untracked())).await;
        self.aside.set(String::new());
        // It may still lie in its own place, too.
        self.save();
    }

    /// Keeps the collection as it is now.
    fn save(self) {
        let text = self.collection.with_untracked(Collection::text);
        spawn_local(self.put(self.whose.get_untracked().to_owned(), text));
    }

    async fn put(self, name: String, text: String) {
        let kept = store::put(Shelf::Hands, &name, &Uint8Array::from(text.as_bytes())).await;
        self.room.note.set(kept.err().map(|refusal| self.room.refused(&refusal)).unwrap_or_default());
    }

    /// Changes the collection and keeps it, or tells what is wrong; `None` then, and while another one is being read.
    fn change<T>(self, change: impl FnOnce(&mut Collection) -> Result<T, Defect>) -> Option<T> {
        if self.due().is_some() {
            return None;
        }
        match self.collection.try_update(change)? {
            Ok(changed) => {
                self.wrong.set(Vec::new());
                self.save();
                Some(changed)
            }
            Err(defect) => {
                self.wrong.set(vec![defect]);
                None
            }
        }
    }

    /// Takes what is on the pad as a drawing of the chosen class, and goes on to the next class.
    pub(super) fn keep(self) {
        let (class, drawn) = (self.class.get_untracked(), self.strokes.get_untracked());
        let thin = |stroke: Stroke| Stroke { points: thinned(&stroke.points), ..stroke };
        let drawn: Vec<Stroke> = drawn.into_iter().map(thin).filter(|stroke| !stroke.points.is_empty()).collect();
        let of = self.collection.with_untracked(|it| it.classes.len());
        if drawn.is_empty() || class >= of {
            return;
        }
        if self.change(|it| it.keep(class as u8, &drawn)).is_some() {
            self.strokes.set(Vec::new());
            self.class.set((class + 1) % of);
        }
    }

    /// Takes a drawing out.
    pub(super) fn erase(self, at: usize) {
        self.take_out(|it| it.erase(at));
    }

    /// Takes the chosen class out, with its drawings.
    pub(super) fn remove(self) {
        let class = self.class.get_untracked();
        self.take_out(|it| it.remove(class));
        let last = self.collection.with_untracked(|it| it.classes.len()).saturating_sub(1);
        self.class.set(class.min(last));
    }

    fn take_out(self, out: impl FnOnce(&mut Collection) -> Option<Removed>) {
        let removed = self.change(|it| Ok(out(it))).flatten();
        self.removed.update(|all| all.extend(removed));
    }

    /// Brings back what was taken out last.
    pub(super) fn restore(self) {
        let Some(removed) = self.removed.with_untracked(|all| all.last().cloned()) else { return };
        if let Some(class) = self.change(|it| it.restore(&removed)) {
            self.removed.update(|all| drop(all.pop()));
            self.class.set(class);
        }
    }

    /// Chooses the class of this name, which may be a new one.
    pub(super) fn add(self, class: &str) {
        let class = name(class);
        let at = if class.is_empty() { None } else { self.change(|it| it.class(&class)) };
        at.into_iter().for_each(|at| self.class.set(at));
    }

    /// The chosen class's name.
    pub(super) fn chosen(self) -> String {
        self.collection.with(|it| it.classes.get(self.class.get()).cloned()).unwrap_or_default()
    }

    /// Takes the drawings of a file beside those that there are.
    pub(super) async fn import(self, file: web_sys::File) {
        let title = name(&file.name());
        let read = match contents(&file).await {
            Ok(bytes) => Collection::read(&title, &String::from_utf8_lossy(&bytes)),
            Err(wrong) => Err(wrong),
        };
        // What it is taken beside may still be on its way.
        self.open().await;
        let digits = self.whose.get_untracked() == HANDS[0].0;
        let fits = |it: &Collection| !digits || it.classes == Collection::digits().classes;
        match read {
            Ok(other) if fits(&other) => {
                self.change(|it| it.join(&title, other));
            }
            Ok(_) => self.wrong.set(vec![Defect::NotCollection { file: title }]),
            Err(wrong) => self.wrong.set(wrong),
        }
    }

    /// What a file of it is called; `of` says what part of it.
    pub(super) fn file(self, of: &str) -> String {
        format!("{}{of}.txt", self.whose.get_untracked().replace(OWN, "kiln-"))
    }

    /// The collection as a data set that workers take.
    pub(super) fn brought(self) -> Brought {
        self.collection.with_untracked(|it| brought(self.whose.get_untracked(), it))
    }
}

/// Where that lies which was kept of a hand and cannot be read.
fn aside_of(hand: &str) -> String {
    format!("{hand}.aside")
}

/// What is kept under a name.
async fn text(name: &str) -> Option<String> {
    let bytes = store::get(Shelf::Hands, name).await.ok().flatten()?.to_vec();
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The drawings of a hand that are kept on this device.
async fn kept(hand: &str) -> Option<Collection> {
    Collection::read(hand, &text(hand).await?).ok()
}

fn brought(hand: &str, collection: &Collection) -> Brought {
    let title = HANDS.iter().find(|(its, _)| *its == hand).map_or(&words::SYMBOLS, |(_, title)| *title);
    Brought {
        name: hand.to_owned(),
        title: title.clone(),
        classes: collection.classes.clone(),
        labels: collection.drawings.iter().map(|(class, _)| *class).collect(),
        matter: Matter::Drawings(collection.drawings.iter().map(|(_, strokes)| strokes.clone()).collect()),
    }
}

/// Hands a kept collection over to the page; false where it does not suffice.
pub(super) async fn hand_over_hand(hand: &str) -> bool {
    let Some(collection) = kept(hand).await.filter(Collection::suffices) else { return false };
    let Ok(bytes) = encode(&brought(hand, &collection)) else { return false };
    hand_over(bytes, hand, false);
    true
}
