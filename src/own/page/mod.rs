//! The dialog in which the reader brings data.

mod album;
mod bring;
mod collect;
mod files;
mod found;
mod pad;
mod store;
mod table;
mod thumbs;

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlDialogElement};

use self::album::{HANDS, hand_over_hand};
use self::collect::Collect;
use self::found::Found;
use self::store::{Refusal, Shelf};
use super::words::{self, Lang, fill};
use crate::protocol::{Brought, Command, OWN, Text, encode};
use crate::ui::browser::announce;
use crate::ui::panel::tabs::Tabs;

/// All of the dialog's state; a handle that its parts copy.
#[derive(Clone, Copy)]
struct Room {
    lang: RwSignal<Lang>,
    /// What an address asks for and this browser does not have.
    missing: RwSignal<Option<String>>,
    found: RwSignal<Found>,
    /// Counts readings, so that what an earlier one finds is not shown.
    turns: RwSignal<u32>,
    /// The tab that is open.
    tab: RwSignal<usize>,
    /// The collection that is under work, an index.
    hand: RwSignal<usize>,
    /// What the samples of the page's run are, if it has learnt anything.
    shape: RwSignal<String>,
    /// What is kept on this device, by name.
    kept: RwSignal<Vec<String>>,
    /// What was forgotten, to be brought back.
    forgotten: RwSignal<Option<(String, JsValue)>, LocalStorage>,
    /// What the reader is told.
    note: RwSignal<String>,
}

thread_local! {
    static ROOM: RefCell<Option<(Room, HtmlDialogElement)>> = const { RefCell::new(None) };
}

/// The room and its dialog, made when they are first asked for.
fn room() -> Option<(Room, HtmlDialogElement)> {
    ROOM.with_borrow_mut(|made| {
        if made.is_none() {
            *made = make();
        }
        made.clone()
    })
}

/// Opens the dialog. A `word` that names a set asks for that, and opens the dialog only where it is not kept here; any other
/// says what the samples of a run are that has learnt something.
pub fn open(word: &str) {
    let Some((room, dialog)) = room() else { return };
    let tag = document().document_element().and_then(|root| root.get_attribute("lang"));
    room.lang.set(Lang::preferred(tag.as_deref()));
    room.note.set(String::new());
    room.missing.set(None);
    let asked = word.starts_with(OWN).then(|| word.to_owned());
    room.shape.set(word.to_owned());
    spawn_local(async move {
        if let Some(name) = asked {
            if room.hand_over_kept(&name).await {
                return;
            }
            let hand = HANDS.iter().position(|(its, _)| *its == name);
            room.tab.set(usize::from(hand.is_some()));
            hand.into_iter().for_each(|hand| room.hand.set(hand));
            room.missing.set(Some(name));
        }
        room.list().await;
        if !dialog.open() {
            // It refuses only a dialog that is open or not in the page.
            let _ = dialog.show_modal();
        }
    });
}

/// Lays the dialog into the page, with a style sheet of its own.
fn make() -> Option<(Room, HtmlDialogElement)> {
    let sheet = document().create_element("link").ok()?;
    sheet.set_attribute("rel", "stylesheet").ok()?;
    sheet.set_attribute("href", "./own.css").ok()?;
    document().head()?.append_child(&sheet).ok()?;
    let dialog: HtmlDialogElement = document().create_element("dialog").ok()?.dyn_into().ok()?;
    dialog.set_attribute("class", "own").ok()?;
    dialog.set_attribute("aria-labelledby", "own-title").ok()?;
    document().body()?.append_child(&dialog).ok()?;
    quieten(&dialog);
    let room = Room {
        lang: RwSignal::new(Lang::default()),
        missing: RwSignal::new(None),
        found: RwSignal::new(Found::Nothing),
        turns: RwSignal::new(0),
        tab: RwSignal::new(0),
        hand: RwSignal::new(0),
        shape: RwSignal::new(String::new()),
        kept: RwSignal::new(Vec::new()),
        forgotten: RwSignal::new_local(None),
        note: RwSignal::new(String::new()),
    };
    let own = dialog.clone();
    mount_to(dialog.clone().into(), move || view! { <Dialog room=room dialog=own/> }).forget();
    Some((room, dialog))
}

/// Keys that are pressed here are not the page's, and a file that misses its field is not opened in the page's place.
fn quieten(dialog: &HtmlDialogElement) {
    let quiet = Closure::<dyn Fn(Event)>::new(|event: Event| {
        if event.type_() == "keydown" {
            event.stop_propagation();
        } else {
            event.prevent_default();
        }
    });
    for kind in ["keydown", "dragover", "drop"] {
        // It refuses no listener.
        let _ = dialog.add_event_listener_with_callback(kind, quiet.as_ref().unchecked_ref());
    }
    quiet.forget();
}

impl Room {
    /// A text in the language in force.
    fn say(self, text: &Text) -> String {
        self.lang.get().of(text)
    }

    /// What the dialog is called.
    fn title(self) -> &'static str {
        match self.lang.get() {
            Lang::En => &words::TITLE.en,
            Lang::Zh => &words::TITLE.zh,
        }
    }

    /// A text with its holes filled.
    fn tell(self, text: &Text, values: &[(&str, &str)]) -> String {
        fill(&self.say(text), values)
    }

    /// Begins another reading; its number.
    fn turn(self) -> u32 {
        self.turns.update(|turns| *turns += 1);
        self.turns.get_untracked()
    }

    /// Whether this reading is the last that was begun.
    fn is(self, turn: u32) -> bool {
        self.turns.get_untracked() == turn
    }

    /// Shows what a reading found, unless another one was begun.
    fn show(self, found: Found, turn: u32) {
        if self.is(turn) {
            self.found.set(found);
        }
    }

    /// Reads anew what is kept.
    async fn list(self) {
        // A browser that keeps nothing has nothing to list.
        self.kept.set(store::names(Shelf::Sets).await.unwrap_or_default());
    }

    /// Keeps a set and hands it over to the page; the dialog stays open only where there is something to say.
    async fn settle(self, brought: Brought, dialog: HtmlDialogElement) {
        let Ok(bytes) = encode(&brought) else { return };
        let kept = store::put(Shelf::Sets, &brought.name, &Uint8Array::from(&bytes[..])).await;
        hand_over(bytes, &brought.name, false);
        self.found.set(Found::Nothing);
        self.missing.set(None);
        match kept {
            Ok(()) => dialog.close(),
            Err(refusal) => {
                let title = self.lang.get_untracked().of(&brought.title);
                let used = untrack(|| self.tell(&words::IN_USE, &[("name", &title)]));
                self.note.set(format!("{used} {}", self.refused(&refusal)));
            }
        }
    }

    /// Why something is not kept, and for how long it is here.
    fn refused(self, Refusal { full, why }: &Refusal) -> String {
        let text = if *full { &words::VISIT_FULL } else { &words::VISIT_NONE };
        untrack(|| self.tell(text, &[("why", why)]))
    }

    /// Hands over a set that is kept; false where it is not.
    async fn hand_over_kept(self, name: &str) -> bool {
        if HANDS.iter().any(|(hand, _)| *hand == name) {
            return hand_over_hand(name).await;
        }
        match store::get(Shelf::Sets, name).await {
            Ok(Some(bytes)) => {
                hand_over(bytes.to_vec(), name, false);
                true
            }
            _ => false,
        }
    }

    /// Forgets a set, which can be taken back.
    async fn forget(self, name: String) {
        let Ok(Some(bytes)) = store::get(Shelf::Sets, &name).await else { return };
        if store::forget(Shelf::Sets, &name).await.is_ok() {
            self.forgotten.set(Some((name, bytes.into())));
        }
        self.list().await;
    }

    /// Takes back what was forgotten last.
    async fn recall(self) {
        let Some((name, bytes)) = self.forgotten.get_untracked() else { return };
        // There was room for it a moment ago.
        let _ = store::put(Shelf::Sets, &name, bytes.unchecked_ref()).await;
        self.forgotten.set(None);
        self.list().await;
    }
}

/// Gives the page the worker's message, which it passes on; with `carry` it is learnt from the weights that there are.
fn hand_over(bytes: Vec<u8>, name: &str, carry: bool) {
    let Ok(message) = encode(&Command::Bring { bytes }) else { return };
    let message = Uint8Array::from(&message[..]).buffer();
    announce("brought", &Array::of3(&message, &name.into(), &carry.into()));
}

/// What a set is called, of its name in addresses.
fn called(name: &str) -> &str {
    name.strip_prefix(OWN).unwrap_or(name)
}

#[component]
fn Dialog(room: Room, dialog: HtmlDialogElement) -> impl IntoView {
    let dialog = StoredValue::new_local(dialog);
    let close = move |_| dialog.with_value(HtmlDialogElement::close);
    let titles = Signal::derive(move || vec![room.say(&words::BRING), room.say(&words::DRAW)]);
    view! {
        <div class="bar">
            <h2 id="own-title">{move || room.title()}</h2>
            <button type="button" class="quiet" on:click=close>{move || room.say(&words::CLOSE)}</button>
        </div>
        <p class="help">{move || room.say(&words::PRIVATE)}</p>
        {move || room.missing.get().map(|name| {
            let hand = HANDS.iter().any(|(its, _)| *its == name);
            let text = if hand { &words::MISSING_HAND } else { &words::MISSING };
            view! { <p class="said" data-own="missing">{move || room.tell(text, &[("name", called(&name))])}</p> }
        })}
        <p class="said" role="status" hidden=move || room.note.read().is_empty()>{move || room.note.get()}</p>
        <Tabs id="own" label=Signal::derive(move || room.title()) titles=titles chosen=room.tab
            choose=Callback::new(move |at| room.tab.set(at))/>
        <div id="own-panel" role="tabpanel" aria-labelledby=move || format!("own-tab-{}", room.tab.get())>
            <div class="part" hidden=move || room.tab.get() != 0>
                <bring::Bring room dialog/>
                <Kept room dialog/>
            </div>
            <div class="part" hidden=move || room.tab.get() != 1><Collect room dialog/></div>
        </div>
    }
}

/// What is kept on this device.
#[component]
fn Kept(room: Room, dialog: StoredValue<HtmlDialogElement, LocalStorage>) -> impl IntoView {
    let hand = move |name: String| {
        spawn_local(async move {
            if room.hand_over_kept(&name).await {
                dialog.with_value(HtmlDialogElement::close);
            }
        });
    };
    view! {
        <section class="kept" hidden=move || room.kept.read().is_empty() && room.forgotten.read().is_none()>
            <h3>{move || room.say(&words::KEPT)}</h3>
            <ul>
                <For each=move || room.kept.get() key=Clone::clone let:name>
                    {
                        let (used, gone, label) = (name.clone(), name.clone(), called(&name).to_owned());
                        let [use_it, forget_it] = [&words::USE, &words::FORGET].map(|word| {
                            let label = label.clone();
                            move || format!("{}: {label}", room.say(word))
                        });
                        view! {
                            <li>
                                <span>{label}</span>
                                <button type="button" aria-label=use_it on:click=move |_| hand(used.clone())>
                                    {move || room.say(&words::USE)}
                                </button>
                                <button type="button" class="quiet" aria-label=forget_it
                                    on:click=move |_| spawn_local(room.forget(gone.clone()))>
                                    {move || room.say(&words::FORGET)}
                                </button>
                            </li>
                        }
                    }
                </For>
            </ul>
            {move || room.forgotten.get().map(|(name, _)| view! {
                <p role="status">
                    {move || room.tell(&words::FORGOT, &[("name", called(&name))])}" "
                    <button type="button" on:click=move |_| spawn_local(room.recall())>{move || room.say(&words::UNDO)}</button>
                </p>
            })}
        </section>
    }
}
