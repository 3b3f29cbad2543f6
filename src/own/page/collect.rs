//! The panel in which drawings of a hand are collected into classes, tested and learnt, exported and imported.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlInputElement};

use super::album::{Album, HANDS};
use super::bring::Wrong;
use super::pad::{Pad, Sketch, undo};
use super::{Room, hand_over, words};
use crate::own::collection::Collection;
use crate::protocol::encode;
use crate::ui::browser::download;

/// Drawings of the chosen class that are shown at first, the last ones.
const SHOWN: usize = 24;

/// The panel for drawings.
#[component]
pub(super) fn Collect(room: Room, dialog: StoredValue<HtmlDialogElement, LocalStorage>) -> impl IntoView {
    let album = Album::new(room);
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
        <Spoilt album/>
        <Classes album/>
        <div class="sheet">
            <Pad room strokes=album.strokes keep=Callback::new(move |()| album.keep())/>
            <div class="beside">
                <div class="bar">
                    <button type="button" class="primary" disabled=move || album.strokes.read().is_empty() || album.collection.read().classes.is_empty()
                        on:click=move |_| album.keep()>
                        {move || room.tell(&words::KEEP, &[("class", &album.chosen())])}
                    </button>
                    <button type="button" id="own-undo" disabled=move || album.strokes.read().is_empty()
                        on:click=move |_| undo(album.strokes)>{move || room.say(&words::UNDO_STROKE)}</button>
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

/// What was kept and cannot be read: why, and that it is still there.
#[component]
fn Spoilt(album: Album) -> impl IntoView {
    let room = album.room;
    let saved = RwSignal::new(false);
    let save = move |_| {
        album.aside.with_untracked(|text| download(&album.file("-aside"), text, "text/plain"));
        saved.set(true);
    };
    move || {
        let text = album.aside.get();
        (!text.is_empty()).then(|| {
            let wrong = Collection::read(&album.file("-aside"), &text).err().unwrap_or_default();
            view! {
                <div class="said aside" data-own="aside">
                    <p role="status">{move || room.say(&words::ASIDE)}</p>
                    <Wrong room wrong more=0/>
                    <div class="bar">
                        <button type="button" on:click=save>{move || room.say(&words::SAVE_ASIDE)}</button>
                        <button type="button" class="quiet" disabled=move || !saved.get()
                            on:click=move |_| spawn_local(album.forget())>{move || room.say(&words::FORGET)}</button>
                    </div>
                </div>
            }
        })
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
            <button type="button" id="own-remove" class="quiet" hidden=move || album.collection.read().classes.is_empty()
                on:click=move |_| album.remove()>{move || room.tell(&words::REMOVE, &[("class", &album.chosen())])}</button>
        </form>
    }
}

/// The drawings of the chosen class, the last first, each of which can be erased.
#[component]
fn Drawings(album: Album) -> impl IntoView {
    let room = album.room;
    // The class of which all are shown.
    let whole = RwSignal::new(None::<usize>);
    let count = move || album.collection.with(|it| it.counts().get(album.class.get()).copied()).unwrap_or_default();
    let all = move || whole.get() == Some(album.class.get());
    let shown = move || {
        let class = album.class.get();
        album.collection.with(|it| {
            let own = it.drawings.iter().enumerate().rev().filter(|(_, (its, _))| usize::from(*its) == class);
            let own = own.take(if all() { usize::MAX } else { SHOWN });
            own.map(|(at, (_, strokes))| (at, strokes.clone())).collect::<Vec<_>>()
        })
    };
    let folded = move || !all() && count() > SHOWN;
    view! {
        <div class="drawings">
            {move || shown().into_iter().map(|(at, strokes)| view! {
                <button type="button" title=move || room.say(&words::ERASE) aria-label=move || room.say(&words::ERASE)
                    on:click=move |_| album.erase(at)><Sketch strokes/></button>
            }).collect_view()}
        </div>
        <button type="button" id="own-all" hidden=move || !folded()
            on:click=move |_| whole.set(Some(album.class.get_untracked()))>
            {move || room.tell(&words::SHOW_ALL, &[("count", &count().to_string())])}
        </button>
        <button type="button" id="own-restore" hidden=move || album.removed.read().is_empty() on:click=move |_| album.restore()>
            {move || room.say(&words::RESTORE)}
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
        let brought = album.brought();
        if let Ok(bytes) = encode(&brought) {
            hand_over(bytes, &brought.name, carry);
            dialog.with_value(HtmlDialogElement::close);
        }
    };
    let export = move |_| {
        download(&album.file(""), &album.collection.with_untracked(Collection::text), "text/plain");
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
