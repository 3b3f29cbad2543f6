//! Drawings of a hand: collected into classes, kept, tested and learnt, exported and imported.

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlInputElement};

use super::bring::Wrong;
use super::files::contents;
use super::pad::{Pad, Sketch};
use super::store::{self, Shelf};
use super::{Room, hand_over, words};
use crate::own::collection::{Collection, Drawing, MOST};
use crate::own::defect::Defect;
use crate::own::{CLASSES, name};
use crate::protocol::{Brought, LONGEST, Matter, OWN, Stroke, Text, encode, stroke_text};
use crate::ui::browser::download;
use crate::ui::sketch::thinned;

/// Drawings of the chosen class that are shown, the last ones.
const SHOWN: usize = 24;

/// The two collections, by their names in addresses.
pub(super) const HANDS: [(&str, &Text); 2] = [("own/hand", &words::DIGITS), ("own/symbols", &words::SYMBOLS)];

/// A collection under work; a handle that its parts copy.
#[derive(Clone, Copy)]
struct Album {
    room: Room,
    collection: RwSignal<Collection>,
    /// The class that is drawn.
    class: RwSignal<usize>,
    /// What was erased last, and where it stood.
    erased: RwSignal<Vec<(usize, Drawing)>>,
    strokes: RwSignal<Vec<Stroke>>,
    wrong: RwSignal<Vec<Defect>>,
}

impl Album {
    fn hand(self) -> &'static str {
        HANDS[self.room.hand.get()].0
    }

    /// Shows what is kept of the hand that is chosen.
    async fn open(self) {
        let hand = untrack(|| self.hand());
        let kept = kept(hand).await.unwrap_or_else(|| blank(hand));
        self.class.set(0);
        self.erased.set(Vec::new());
        self.wrong.set(Vec::new());
        self.collection.set(kept);
    }

    /// Keeps it as it is now.
    fn save(self) {
        let (hand, text) = (untrack(|| self.hand()), self.collection.with_untracked(Collection::text));
        spawn_local(async move {
            let kept = store::put(Shelf::Hands, hand, &Uint8Array::from(text.as_bytes())).await;
            self.room.note.set(kept.err().map(|refusal| self.room.refused(&refusal)).unwrap_or_default());
        });
    }

    /// Takes what is on the pad as a drawing of the chosen class, and goes on to the next class.
    fn keep(self) {
        let (class, drawn) = (self.class.get_untracked(), self.strokes.get_untracked());
        let thin = |stroke: Stroke| Stroke { points: thinned(&stroke.points), ..stroke };
        let drawn: Vec<Stroke> = drawn.into_iter().map(thin).filter(|stroke| !stroke.points.is_empty()).collect();
        let (of, full) = self.collection.with_untracked(|it| (it.classes.len(), it.drawings.len() >= MOST));
        if drawn.is_empty() || stroke_text(&drawn).len() > LONGEST || class >= of || full {
            return;
        }
        self.collection.update(|it| it.drawings.push((class as u8, drawn)));
        self.strokes.set(Vec::new());
        self.class.set((class + 1) % of);
        self.save();
    }

    fn erase(self, at: usize) {
        let drawing = self.collection.try_update(|it| it.drawings.remove(at));
        self.erased.update(|erased| erased.extend(drawing.map(|drawing| (at, drawing))));
        self.save();
    }

    fn restore(self) {
        let Some((at, drawing)) = self.erased.try_update(Vec::pop).flatten() else { return };
        self.collection.update(|it| it.drawings.insert(at.min(it.drawings.len()), drawing));
        self.save();
    }

    /// One class more, of symbols.
    fn add(self, class: &str) {
        let class = name(class);
        let known = self.collection.with_untracked(|it| it.classes.contains(&class) || it.classes.len() >= CLASSES);
        if !class.is_empty() && !known {
            self.collection.update(|it| it.classes.push(class));
            self.class.set(self.collection.with_untracked(|it| it.classes.len()) - 1);
            self.save();
        }
    }

    /// Takes the drawings of a file beside those that there are.
    async fn import(self, file: web_sys::File) {
        let title = name(&file.name());
        let read = match contents(&file).await {
            Ok(bytes) => Collection::read(&title, &String::from_utf8_lossy(&bytes)),
            Err(wrong) => Err(wrong),
        };
        let digits = untrack(|| self.room.hand.get()) == 0;
        let fits = |it: &Collection| !digits || it.classes == Collection::digits().classes;
        match read {
            Ok(other) if fits(&other) => {
                self.wrong.set(Vec::new());
                self.collection.update(|it| it.join(other));
                self.save();
            }
            Ok(_) => self.wrong.set(vec![Defect::NotCollection { file: title }]),
            Err(wrong) => self.wrong.set(wrong),
        }
    }
}

fn blank(hand: &str) -> Collection {
    if hand == HANDS[0].0 { Collection::digits() } else { Collection::default() }
}

/// The drawings of a hand that are kept on this device.
async fn kept(hand: &str) -> Option<Collection> {
    let bytes = store::get(Shelf::Hands, hand).await.ok().flatten()?.to_vec();
    Collection::read(hand, &String::from_utf8_lossy(&bytes)).ok()
}

/// A collection as a data set that workers take.
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

/// The panel for drawings.
#[component]
pub(super) fn Collect(room: Room, dialog: StoredValue<HtmlDialogElement, LocalStorage>) -> impl IntoView {
    let album = Album {
        room,
        collection: RwSignal::new(Collection::default()),
        class: RwSignal::new(0),
        erased: RwSignal::new(Vec::new()),
        strokes: RwSignal::new(Vec::new()),
        wrong: RwSignal::new(Vec::new()),
    };
    Effect::new(move || {
        room.hand.track();
        spawn_local(album.open());
    });
    view! {
        <p class="help">{move || room.say(&words::COLLECT)}</p>
        <label class="inline"><span>{move || room.say(&words::WHAT)}</span>
            <select id="own-hand" prop:value=move || room.hand.get().to_string()
                on:change=move |change| room.hand.set(event_target_value(&change).parse().unwrap_or(0))>
                {HANDS.into_iter().enumerate().map(|(at, (_, title))| view! {
                    <option value=at.to_string() selected=move || room.hand.get() == at>{move || room.say(title)}</option>
                }).collect_view()}
            </select>
        </label>
        <Classes album/>
        <div class="sheet">
            <Pad room strokes=album.strokes keep=Callback::new(move |()| album.keep())/>
            <div class="beside">
                <div class="bar">
                    <button type="button" class="primary" disabled=move || album.strokes.read().is_empty() || album.collection.read().classes.is_empty()
                        on:click=move |_| album.keep()>
                        {move || {
                            let class = album.collection.with(|it| it.classes.get(album.class.get()).cloned());
                            room.tell(&words::KEEP, &[("class", &class.unwrap_or_default())])
                        }}
                    </button>
                    <button type="button" on:click=move |_| album.strokes.set(Vec::new())>{move || room.say(&words::CLEAR)}</button>
                </div>
                <p class="help" id="own-pad-help">{move || room.say(&words::PAD_HELP)}</p>
                <Drawings album/>
            </div>
        </div>
        {move || {
            let wrong = album.wrong.get();
            (!wrong.is_empty()).then(|| view! { <Wrong room wrong more=0/> })
        }}
        <Uses album dialog/>
    }
}

/// The classes, each with how many drawings it has.
#[component]
fn Classes(album: Album) -> impl IntoView {
    let room = album.room;
    let fresh = NodeRef::<leptos::html::Input>::new();
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = fresh.get_untracked() {
            album.add(&input.value());
            input.set_value("");
        }
    };
    view! {
        <div class="classes" role="group" aria-label=move || room.say(&words::CLASS)>
            {move || {
                let (classes, counts) = album.collection.with(|it| (it.classes.clone(), it.counts()));
                classes.into_iter().zip(counts).enumerate().map(|(at, (class, count))| view! {
                    <button type="button" aria-pressed=move || (album.class.get() == at).to_string()
                        on:click=move |_| album.class.set(at)>
                        <strong>{class}</strong>" "<small data-own="count">{count}</small>
                    </button>
                }).collect_view()
            }}
        </div>
        <form class="bar add" hidden=move || room.hand.get() == 0 on:submit=add>
            <input type="text" id="own-class" maxlength="20" node_ref=fresh aria-label=move || room.say(&words::NEW_CLASS)
                placeholder=move || room.say(&words::NEW_CLASS)/>
            <button type="submit">{move || room.say(&words::ADD)}</button>
        </form>
    }
}

/// The last drawings of the chosen class, each of which can be erased.
#[component]
fn Drawings(album: Album) -> impl IntoView {
    let room = album.room;
    let last = move || {
        let class = album.class.get();
        album.collection.with(|it| {
            let own = it.drawings.iter().enumerate().filter(|(_, (its, _))| usize::from(*its) == class);
            let own: Vec<_> = own.map(|(at, (_, strokes))| (at, strokes.clone())).collect();
            own.into_iter().rev().take(SHOWN).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="drawings">
            {move || last().into_iter().map(|(at, strokes)| view! {
                <button type="button" title=move || room.say(&words::ERASE) aria-label=move || room.say(&words::ERASE)
                    on:click=move |_| album.erase(at)><Sketch strokes/></button>
            }).collect_view()}
        </div>
        <button type="button" hidden=move || album.erased.read().is_empty() on:click=move |_| album.restore()>
            {move || room.say(&words::UNDO)}
        </button>
    }
}

/// What can be done with the drawings.
#[component]
fn Uses(album: Album, dialog: StoredValue<HtmlDialogElement, LocalStorage>) -> impl IntoView {
    let room = album.room;
    let suffices = move || album.collection.with(Collection::suffices);
    // As the page says it of the run that there is.
    let shape = move || album.collection.with(|it| format!("{:?}", ([1_u32, 28, 28], it.classes.len())));
    let carries = move || *room.shape.read() == shape();
    let learn = move |carry: bool| {
        let brought = album.collection.with_untracked(|it| brought(untrack(|| album.hand()), it));
        if let Ok(bytes) = encode(&brought) {
            hand_over(bytes, &brought.name, carry);
            dialog.with_value(HtmlDialogElement::close);
        }
    };
    let export = move |_| {
        let file = album.hand().replace(OWN, "kiln-") + ".txt";
        download(&file, &album.collection.with_untracked(Collection::text), "text/plain");
    };
    let import = move |change: web_sys::Event| {
        let Some(input) = change.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
        input.files().and_then(|files| files.item(0)).into_iter().for_each(|file| spawn_local(album.import(file)));
        input.set_value("");
    };
    view! {
        <p class="help" data-own="needs">{move || match (suffices(), carries()) {
            (false, _) => room.say(&words::NEED_MORE),
            (true, false) => room.say(&words::NO_CARRY),
            (true, true) => room.say(&words::CARRY_HELP),
        }}</p>
        <div class="bar uses">
            <button type="button" id="own-carry" disabled=move || !(suffices() && carries()) on:click=move |_| learn(true)>
                {move || room.say(&words::CARRY)}
            </button>
            <button type="button" id="own-learn" disabled=move || !suffices() on:click=move |_| learn(false)>
                {move || room.say(&words::LEARN)}
            </button>
            <button type="button" id="own-export" on:click=export
                disabled=move || album.collection.with(|it| it.drawings.is_empty())>{move || room.say(&words::EXPORT)}</button>
            <label class="chooser">
                <span>{move || room.say(&words::IMPORT)}</span>
                <input type="file" id="own-import" class="unseen" on:change=import/>
            </label>
        </div>
    }
}
