//! The confusion matrix as a grid that keys can walk, and the reliability diagram.

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;

use super::desk;
use super::verdict::named;
use crate::paint::reliability::{calibration_error, overconfidence, reliability};
use crate::ui::desk::Desk;
use crate::ui::words::fill;
use crate::ui::{browser, figures};

/// Rows: the true class. Columns: what the model said.
#[component]
pub fn Confusion() -> impl IntoView {
    let desk = desk();
    let classes =
        Memo::new(move |_| desk.confusion.with(|matrix| matrix.as_ref().map_or(0, |matrix| matrix.1.classes as usize)));
    let chosen = RwSignal::new((0usize, 0usize));
    let spoken = move || {
        let (truth, guess) = chosen.get();
        let here = count(desk, truth, guess)?;
        let (row, column) = (sum(desk, |(row, _)| row == truth), sum(desk, |(_, column)| column == guess));
        let share = |of: u32, all: u32| figures::percent(of as f32 / all.max(1) as f32);
        let (recall, precision) = (count(desk, truth, truth)?, count(desk, guess, guess)?);
        let values = [
            ("truth", &*name(desk, truth)),
            ("guess", &name(desk, guess)),
            ("count", &here.to_string()),
            ("recall", &share(recall, row)),
            ("precision", &share(precision, column)),
        ];
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
        <Reliability/>
    }
}

/// How far the model's confidence is earned.
#[component]
fn Reliability() -> impl IntoView {
    let desk = desk();
    let canvas = NodeRef::<Canvas>::new();
    let there = Memo::new(move |_| desk.confusion.with(|it| it.as_ref().is_some_and(|it| !it.1.bins.is_empty())));
    Effect::new(move || {
        desk.surface.track();
        let (w, _) = (desk.w(), there.get());
        let Some(canvas) = canvas.get() else { return };
        let Some(scale) = browser::sharpen(&canvas) else { return };
        desk.confusion.with(|it| {
            if let (Some((_, it)), Some(backend)) = (it, CanvasBackend::with_canvas_object(canvas.clone())) {
                let words = [w.reliability_across, w.reliability_up];
                // A canvas takes all that is drawn.
                let _ = reliability(backend, &it.bins, words, &browser::palette(), scale);
            }
        });
    });
    let told = move || {
        desk.confusion.with(|it| {
            let bins = &it.as_ref()?.1.bins;
            let w = desk.w();
            let error = figures::percent(calibration_error(bins) as f32);
            let side = if overconfidence(bins) > 0.0 { w.reliability_over } else { w.reliability_under };
            Some(fill(w.reliability_help, &[("error", &error), ("side", side)]))
        })
    };
    view! {
        <div hidden=move || !there.get()>
            <h3>{move || desk.w().reliability}</h3>
            <p class="help">{told}</p>
            <div class="plot"><canvas node_ref=canvas role="img" aria-label=move || desk.w().reliability></canvas></div>
        </div>
    }
}

#[component]
fn Cell(truth: usize, guess: usize, chosen: RwSignal<(usize, usize)>) -> impl IntoView {
    let desk = desk();
    let here = move || count(desk, truth, guess).unwrap_or(0);
    // Within its row, so that a rare class is as readable as a common one; the root makes few mistakes visible.
    let share = move || f64::from(here()) / f64::from(sum(desk, |(row, _)| row == truth).max(1));
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
        let matrix = &matrix.as_ref()?.1;
        matrix.counts.get(truth * matrix.classes as usize + guess).copied()
    })
}

/// All samples in cells of these (true class, predicted class).
fn sum(desk: Desk, of: impl Fn((usize, usize)) -> bool) -> u32 {
    desk.confusion.with(|matrix| {
        let Some((_, matrix)) = matrix else { return 0 };
        let classes = matrix.classes.max(1) as usize;
        let cells = matrix.counts.iter().enumerate().filter(|(at, _)| of((at / classes, at % classes)));
        cells.map(|(_, count)| count).sum()
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
