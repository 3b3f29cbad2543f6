//! The confusion matrix as a grid that keys can walk, with what it says of each class, and the reliability diagram.

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;

use super::desk;
use super::verdict::named;
use crate::paint::reliability::{calibration_error, overconfidence, reliability};
use crate::protocol::Confusion as Matrix;
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
    view! {
        <p class="help">{move || desk.w().confusion_help}</p>
        <div class="matrix" class:named=move || named(desk) on:keydown=move |key| walk(chosen, classes.get_untracked(), &key)>
            <p class="axis">{move || desk.w().confusion_guess}</p>
            <table role="grid" aria-label=move || desk.w().view_confusion>
                <thead><tr>
                    <th scope="col"><span class="unseen">{move || desk.w().confusion_truth}</span></th>
                    {move || (0..classes.get()).map(|guess| view! { <th scope="col">{move || name(desk, guess)}</th> }).collect_view()}
                    <th scope="col"><span>{move || desk.w().confusion_recall}</span></th>
                </tr></thead>
                <tbody>
                    {move || (0..classes.get()).map(|truth| view! {
                        <tr>
                            <th scope="row">{move || name(desk, truth)}</th>
                            {(0..classes.get()).map(|guess| view! { <Cell truth guess chosen/> }).collect_view()}
                            {rated(desk, truth, recall)}
                        </tr>
                    }).collect_view()}
                </tbody>
                <tfoot><tr>
                    <th scope="row">{move || desk.w().confusion_precision}</th>
                    {move || (0..classes.get()).map(|guess| rated(desk, guess, precision)).collect_view()}
                </tr></tfoot>
            </table>
        </div>
        <p class="spoken" aria-live="polite">{move || spoken(desk, chosen.get())}</p>
        <Reliability/>
    }
}

/// A cell in words.
fn spoken(desk: Desk, (truth, guess): (usize, usize)) -> Option<String> {
    let here = count(desk, truth, guess)?;
    let values = [
        ("truth", &*name(desk, truth)),
        ("guess", &name(desk, guess)),
        ("count", &here.to_string()),
        ("recall", &rate(desk, truth, recall)),
        ("precision", &rate(desk, guess, precision)),
    ];
    Some(fill(desk.w().confusion_cell, &values))
}

/// A class's recall or precision beside the cells that it is made of; its heading names the unit.
fn rated(desk: Desk, class: usize, of: fn(&Matrix, usize) -> Option<f32>) -> impl IntoView {
    view! { <td class="rate">{move || rate(desk, class, of).trim_end_matches(" %").to_owned()}</td> }
}

/// A class's recall or precision in words.
fn rate(desk: Desk, class: usize, of: fn(&Matrix, usize) -> Option<f32>) -> String {
    let rate = desk.confusion.with(|matrix| of(matrix.as_ref()?.1, class));
    rate.map_or_else(|| "–".to_owned(), figures::percent)
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
            // None where what was measured are scores.
            if bins.is_empty() {
                return Some(w.reliability_none.to_owned());
            }
            let error = figures::percent(calibration_error(bins) as f32);
            let side = if overconfidence(bins) > 0.0 { w.reliability_over } else { w.reliability_under };
            Some(fill(w.reliability_help, &[("error", &error), ("side", side)]))
        })
    };
    view! {
        <div>
            <h3>{move || desk.w().reliability}</h3>
            <p class="help">{told}</p>
            <div class="plot" hidden=move || !there.get()><canvas node_ref=canvas role="img" aria-label=move || desk.w().reliability></canvas></div>
        </div>
    }
}

#[component]
fn Cell(truth: usize, guess: usize, chosen: RwSignal<(usize, usize)>) -> impl IntoView {
    let desk = desk();
    let here = move || count(desk, truth, guess).unwrap_or(0);
    // Within its row, so that a rare class is as readable as a common one; the root makes few mistakes visible.
    let all = move || desk.confusion.with(|matrix| matrix.as_ref().map_or(0, |matrix| row(matrix.1, truth)));
    let share = move || f64::from(here()) / f64::from(all().max(1));
    view! {
        <td id=format!("cell-{truth}-{guess}") class:right=move || truth == guess
            class:chosen=move || chosen.get() == (truth, guess)
            tabindex=move || if chosen.get() == (truth, guess) { "0" } else { "-1" }
            style=("--share", move || format!("{:.3}", share().sqrt()))
            on:click=move |_| chosen.set((truth, guess))>{here}</td>
    }
}

fn count(desk: Desk, truth: usize, guess: usize) -> Option<u32> {
    desk.confusion.with(|matrix| cell(matrix.as_ref()?.1, truth, guess))
}

/// The share of a class's samples that were read as it; `None` where it has none.
fn recall(matrix: &Matrix, class: usize) -> Option<f32> {
    share(cell(matrix, class, class)?, row(matrix, class))
}

/// The share of what was read as a class that is of it; `None` where nothing was.
fn precision(matrix: &Matrix, class: usize) -> Option<f32> {
    let read = (0..matrix.classes as usize).filter_map(|truth| cell(matrix, truth, class)).sum();
    share(cell(matrix, class, class)?, read)
}

/// The samples of a class.
fn row(matrix: &Matrix, truth: usize) -> u32 {
    (0..matrix.classes as usize).filter_map(|guess| cell(matrix, truth, guess)).sum()
}

fn cell(matrix: &Matrix, truth: usize, guess: usize) -> Option<u32> {
    matrix.counts.get(truth * matrix.classes as usize + guess).copied()
}

fn share(part: u32, all: u32) -> Option<f32> {
    (all > 0).then_some(part as f32 / all as f32)
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

#[cfg(test)]
mod tests {
    use super::{Matrix, precision, recall};

    /// Ten of the first class, eight of them found; four of the second, three of them found; the third has no samples and is
    /// never said.
    #[test]
    fn a_class_has_a_recall_by_its_row_and_a_precision_by_its_column() {
        let matrix = Matrix { classes: 3, counts: vec![8, 2, 0, 1, 3, 0, 0, 0, 0], bins: Vec::new() };
        assert_eq!([0, 1, 2].map(|class| recall(&matrix, class)), [Some(0.8), Some(0.75), None]);
        assert_eq!([0, 1, 2].map(|class| precision(&matrix, class)), [Some(8.0 / 9.0), Some(0.6), None]);
    }
}
