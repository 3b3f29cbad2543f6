//! Pictures before they are used: some of each class, how they are made, and what is wrong.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::Clamped;
use web_sys::{HtmlCanvasElement, HtmlDialogElement, ImageData};

use super::bring::{Counts, Lenient, Wrong};
use super::found::{Form, Pictures};
use super::{Room, words};
use crate::protocol::{Brought, OWN, Text};
use crate::ui::browser;
use crate::ui::figures::count;

/// Pictures of a class that are shown.
const SHOWN: usize = 6;

/// Pictures before they are used.
#[component]
pub(super) fn Thumbs(
    room: Room,
    dialog: StoredValue<HtmlDialogElement, LocalStorage>,
    title: String,
    pictures: Arc<Pictures>,
) -> impl IntoView {
    let many = pictures.labels.len();
    let colour = 2 * pictures.coloured > many;
    let form = RwSignal::new(Form { colour, inverted: !colour && 2 * pictures.light > many });
    let lenient = RwSignal::new(false);
    let both = !pictures.colour.is_empty();
    let (wrong, more) = (pictures.wrong.clone(), pictures.bad.saturating_sub(pictures.wrong.len()));
    let counts: Vec<_> = pictures.counts().into_iter().map(|(_, name, count)| (name, count)).collect();
    let classes = counts.len().to_string();
    let pictures = StoredValue::new(pictures);
    let fatal = Memo::new(move |_| pictures.with_value(|pictures| pictures.fatal(lenient.get())));
    let said = {
        let wrong = wrong.clone();
        move || fatal.get().filter(|it| !wrong.contains(it)).map(|it| it.said(room.lang.get()))
    };
    let unsaid = {
        let said = said.clone();
        move || said().is_none()
    };
    let use_it = move |_| {
        let (classes, labels, matter) = pictures.with_value(|pictures| pictures.brought(form.get_untracked()));
        let both = Text { en: title.clone().into(), zh: title.clone().into() };
        let brought = Brought { name: format!("{OWN}{title}"), title: both, classes, labels, matter };
        spawn_local(room.settle(brought, dialog.get_value()));
    };
    view! {
        <p data-own="summary">{move || {
            room.tell(&words::SUMMARY_PICTURES, &[("count", &count(many as u64)), ("classes", &classes)])
        }}</p>
        {both.then(|| view! { <Forms room form/> })}
        <Shown room form pictures/>
        <Counts room counts=Signal::derive(move || counts.clone())/>
        {(!wrong.is_empty()).then(|| view! {
            <Wrong room wrong more/>
            <Lenient room text=&words::LENIENT_FILES lenient/>
        })}
        <p class="said" role="status" hidden=unsaid>{said}</p>
        <button type="button" id="own-use" class="primary" disabled=move || fatal.read().is_some() on:click=use_it>
            {move || room.say(&words::USE)}
        </button>
    }
}

/// How pictures are made.
#[component]
fn Forms(room: Room, form: RwSignal<Form>) -> impl IntoView {
    view! {
        <div class="bar forms">
            <label class="inline"><span>{move || room.say(&words::FORM)}</span>
                <select id="own-form" prop:value=move || if form.read().colour { "colour" } else { "grey" }
                    on:change=move |change| {
                        let colour = event_target_value(&change) == "colour";
                        form.update(|form| form.colour = colour);
                    }>
                    {[("grey", &words::FORM_GREY), ("colour", &words::FORM_COLOUR)].map(|(name, text)| view! {
                        <option value=name selected=move || form.read().colour == (name == "colour")>{move || room.say(text)}</option>
                    }).collect_view()}
                </select>
            </label>
            <label class="switch">
                <input type="checkbox" id="own-invert" prop:checked=move || form.read().inverted
                    on:change=move |change| {
                        let inverted = event_target_checked(&change);
                        form.update(|form| form.inverted = inverted);
                    }/>
                <span>{move || room.say(&words::INVERT)}</span>
            </label>
        </div>
    }
}

/// The first pictures of each class.
#[component]
fn Shown(room: Room, form: RwSignal<Form>, pictures: StoredValue<Arc<Pictures>>) -> impl IntoView {
    let rows = pictures.with_value(|pictures| {
        let of = |class: u8| {
            let all = pictures.labels.iter().enumerate().filter(move |(_, label)| **label == class);
            all.map(|(index, _)| index).take(SHOWN).collect::<Vec<_>>()
        };
        pictures.counts().into_iter().map(|(class, name, _)| (name, of(class))).collect::<Vec<_>>()
    });
    view! {
        <ul class="thumbs" aria-label=move || room.say(&words::CLASS)>
            {rows.into_iter().map(|(name, indices)| view! {
                <li>
                    <span>{name}</span>
                    {indices.into_iter().map(|index| view! { <Thumb form pictures index/> }).collect_view()}
                </li>
            }).collect_view()}
        </ul>
    }
}

#[component]
fn Thumb(form: RwSignal<Form>, pictures: StoredValue<Arc<Pictures>>, index: usize) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move || {
        let form = form.get();
        if let Some(canvas) = canvas.get() {
            pictures.with_value(|pictures| show(&canvas, pictures.rgba(index, form)));
        }
    });
    view! { <canvas class="picture" node_ref=canvas aria-hidden="true"></canvas> }
}

fn show(canvas: &HtmlCanvasElement, (side, rgba): (u32, Vec<u8>)) {
    canvas.set_width(side);
    canvas.set_height(side);
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), side, side);
    if let (Ok(data), Some(pen)) = (data, browser::pen(canvas)) {
        // It fails only for sizes of zero.
        let _ = pen.put_image_data(&data, 0.0, 0.0);
    }
}
