//! The confusion matrix as a grid that keys can walk.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::desk;
use super::verdict::named;
use crate::ui::desk::Desk;
use crate::ui::words::fill;

/// Rows: the true class. Columns: what the model said.
#[component]
pub fn Confusion() -> impl IntoView {
    let desk = desk();
    let classes =
        Memo::new(move |_| desk.confusion.with(|matrix| matrix.as_ref().map_or(0, |matrix| matrix.1 as usize)));
    let chosen = RwSignal::new((0usize, 0usize));
    let spoken = move || {
        let (truth, guess) = chosen.get();
        let count = count(desk, truth, guess)?.to_string();
        let values = [("truth", &*name(desk, truth)), ("guess", &name(desk, guess)), ("count", &count)];
        Some(fill(desk.w().confusion_cell, &values))
    };
    view! {
        <p class="help">{move || desk.w().confusion_help}</p>
        <div class="matrix" class:named=move || named(desk) on:keydown=move |key| walk(chosen, classes.get_untracked(), &key)>
            <p class="axis">{move || desk.w().confusion_guess}</p>
            <table role="grid" aria-label=move || desk.w().view_confusion>
                <thead><tr>
                    <th scope="col"><span class="unseen">{move || desk.w().confusion_truth}</span></th>
                    {move || (0..classes.get()).map(|guess| view! { <th scope="col">{move || name(desk, guess)}</th> }).collect_view()}
                </tr></thead>
                <tbody>
                    {move || (0..classes.get()).map(|truth| view! {
                        <tr>
                            <th scope="row">{move || name(desk, truth)}</th>
                            {(0..classes.get()).map(|guess| view! { <Cell truth guess chosen/> }).collect_view()}
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
        <p class="spoken" aria-live="polite">{spoken}</p>
    }
}

#[component]
fn Cell(truth: usize, guess: usize, chosen: RwSignal<(usize, usize)>) -> impl IntoView {
    let desk = desk();
    let here = move || count(desk, truth, guess).unwrap_or(0);
    // Within its row, so that a rare class is as readable as a common one; the root makes few mistakes visible.
    let share = move || {
        let row: u32 = desk.confusion.with(|matrix| {
            matrix.as_ref().map_or(0, |(_, n, counts)| counts[truth * *n as usize..][..*n as usize].iter().sum())
        });
        f64::from(here()) / f64::from(row.max(1))
    };
    view! {
        <td id=format!("cell-{truth}-{guess}") class:right=move || truth == guess
            class:chosen=move || chosen.get() == (truth, guess)
            tabindex=move || if chosen.get() == (truth, guess) { "0" } else { "-1" }
            style=("--share", move || format!("{:.3}", share().sqrt()))
            on:click=move |_| chosen.set((truth, guess))>{here}</td>
    }
}

fn count(desk: Desk, truth: usize, guess: usize) -> Option<u32> {
    desk.confusion.with(|matrix| {
        let (_, classes, counts) = matrix.as_ref()?;
        counts.get(truth * *classes as usize + guess).copied()
    })
}

fn name(desk: Desk, class: usize) -> String {
    let named = desk.data.with(|data| data.as_ref()?.classes.get(class).map(|class| desk.say(class)));
    named.unwrap_or_else(|| class.to_string())
}

fn walk(chosen: RwSignal<(usize, usize)>, classes: usize, key: &web_sys::KeyboardEvent) {
    let (truth, guess) = chosen.get_untracked();
    let last = classes.saturating_sub(1);
    let next = match key.key().as_str() {
        "ArrowLeft" => (truth, guess.saturating_sub(1)),
        "ArrowRight" => (truth, (guess + 1).min(last)),
        "ArrowUp" => (truth.saturating_sub(1), guess),
        "ArrowDown" => ((truth + 1).min(last), guess),
        "Home" => (truth, 0),
        "End" => (truth, last),
        _ => return,
    };
    key.prevent_default();
    chosen.set(next);
    let cell = document().get_element_by_id(&format!("cell-{}-{}", next.0, next.1));
    if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that is in the page takes the focus.
        let _ = cell.focus();
    }
}
