//! Choosing files, how far their reading is, and what they hold.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FileList, HtmlDialogElement, HtmlInputElement};

use super::files::{Progress, read};
use super::found::Found;
use super::table::Preview;
use super::thumbs::Thumbs;
use super::{Room, words};
use crate::own::defect::Defect;
use crate::own::name;
use crate::own::table::{HELD, NAMED};

/// The panel for files.
#[component]
pub(super) fn Bring(room: Room, dialog: StoredValue<HtmlDialogElement, LocalStorage>) -> impl IntoView {
    let over = RwSignal::new(false);
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(room, listed(event.data_transfer().and_then(|dropped| dropped.files())));
    };
    view! {
        <div class="drop" class:over=move || over.get()
            on:dragover=move |event: DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false) on:drop=drop>
            <p>{move || room.say(&words::DROP)}</p>
            <Chooser room id="own-files" text=&words::CHOOSE folder=false/>
            <Chooser room id="own-folder" text=&words::FOLDER folder=true/>
            <p class="help">{move || room.say(&words::KINDS)}</p>
        </div>
        {move || match room.found.get() {
            Found::Nothing => ().into_any(),
            Found::Reading { file, share } => view! {
                <p class="reading" role="status">
                    <span>{move || room.tell(&words::READING, &[("file", &file)])}</span>
                    <progress max="1" value=share.to_string()></progress>
                    <button type="button" on:click=move |_| { room.turn(); room.found.set(Found::Nothing); }>
                        {move || room.say(&words::STOP)}
                    </button>
                </p>
            }.into_any(),
            Found::Wrong(wrong) => view! { <Wrong room wrong more=0/> }.into_any(),
            Found::Table { title, table } => view! { <Preview room dialog title table/> }.into_any(),
            Found::Pictures { title, pictures } => view! { <Thumbs room dialog title pictures/> }.into_any(),
        }}
    }
}

/// A button that opens the browser's chooser of files.
#[component]
fn Chooser(room: Room, id: &'static str, text: &'static crate::protocol::Text, folder: bool) -> impl IntoView {
    let chosen = move |change: web_sys::Event| {
        let Some(input) = change.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
        take(room, listed(input.files()));
        // The same file can be chosen once more, mended.
        input.set_value("");
    };
    view! {
        <label class="chooser">
            <span>{move || room.say(text)}</span>
            <input type="file" id=id class="unseen" multiple=true prop:webkitdirectory=folder on:change=chosen/>
        </label>
    }
}

fn listed(files: Option<FileList>) -> Vec<File> {
    let files = files.map(|files| (0..files.length()).filter_map(move |at| files.item(at)).collect());
    files.unwrap_or_default()
}

/// Reads files; what was found before stays until they are read.
fn take(room: Room, files: Vec<File>) {
    let Some(first) = files.first().map(|file| name(&file.name())) else { return };
    let mut progress = Progress::new(room, &first);
    let turn = room.turns.get_untracked();
    spawn_local(async move {
        let found = read(files, &mut progress).await.unwrap_or(Found::Nothing);
        room.show(found, turn);
    });
}

/// Defects by row or file: the first at once, the others where the reader asks, and how many more there are.
#[component]
pub(super) fn Wrong(room: Room, wrong: Vec<Defect>, more: usize) -> impl IntoView {
    let rest = wrong.len().saturating_sub(NAMED) + more;
    let unnamed = wrong.len().saturating_sub(HELD) + more;
    let defects = StoredValue::new(wrong);
    let named = move |from: usize, to: usize| {
        move || {
            defects.with_value(|wrong| {
                let some = wrong.iter().take(to).skip(from);
                some.map(|defect| view! { <li>{defect.said(room.lang.get())}</li> }).collect_view()
            })
        }
    };
    let tell = move |count: usize| move || room.tell(&words::MORE, &[("count", &count.to_string())]);
    view! {
        <div class="wrong" role="alert" data-own="wrong">
            <h3>{move || room.say(&words::WRONG)}</h3>
            <ul>{named(0, NAMED)}</ul>
            {(rest > 0).then(|| view! {
                <details>
                    <summary>{tell(rest)}</summary>
                    <ul>{named(NAMED, HELD)}</ul>
                    {(unnamed > 0).then(|| view! { <p>{tell(unnamed)}</p> })}
                </details>
            })}
        </div>
    }
}

/// A box that says to go on without what is wrong.
#[component]
pub(super) fn Lenient(room: Room, text: &'static crate::protocol::Text, lenient: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="switch">
            <input type="checkbox" id="own-lenient" prop:checked=move || lenient.get()
                on:change=move |change| lenient.set(event_target_checked(&change))/>
            <span>{move || room.say(text)}</span>
        </label>
    }
}

/// How many samples each class has.
#[component]
pub(super) fn Counts(room: Room, #[prop(into)] counts: Signal<Vec<(String, usize)>>) -> impl IntoView {
    view! {
        <div class="tables" tabindex="0" role="region" aria-label=move || room.say(&words::CLASS)>
            <table data-own="counts">
                <thead><tr><th scope="col">{move || room.say(&words::CLASS)}</th><th scope="col">{move || room.say(&words::COUNT)}</th></tr></thead>
                <tbody>
                    {move || counts.get().into_iter().map(|(class, count)| view! {
                        <tr><th scope="row">{class}</th><td>{count}</td></tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
