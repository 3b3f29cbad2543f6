//! The pad on which drawings are collected: mouse, pen, finger, or keys.

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::{HtmlCanvasElement, KeyboardEvent, PointerEvent};

use super::{Room, words};
use crate::protocol::Stroke;
use crate::ui::browser;
use crate::ui::panel::easel::{self, Pen};
use crate::ui::panel::frames;

/// The pen's width, as a share of the pad.
const PEN: f32 = 0.07;

/// A pad; `keep` is what Enter does.
#[component]
pub(super) fn Pad(room: Room, strokes: RwSignal<Vec<Stroke>>, keep: Callback<()>) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let drawing = StoredValue::new(false);
    let by_keys = RwSignal::new(None::<Pen>);
    let paint = frames::once_a_frame(move || {
        if let Some(Some(canvas)) = canvas.try_get_untracked() {
            untrack(|| paint(&canvas, &strokes.read(), by_keys.get()));
        }
    });
    Effect::new(move || {
        strokes.track();
        by_keys.track();
        canvas.track();
        paint();
    });
    let start = move |at| strokes.update(|all| all.push(Stroke { width: PEN, points: vec![at] }));
    let extend = move |points: Vec<[f32; 2]>| {
        strokes.update(|all| all.last_mut().into_iter().for_each(|stroke| stroke.points.extend(&points)));
    };
    let press = move |event: PointerEvent| {
        let Some(at) = easel::pressed(&event) else { return };
        drawing.set_value(true);
        by_keys.set(None);
        start(at);
    };
    let drag = move |event: PointerEvent| {
        if drawing.get_value() && event.is_primary() {
            extend(easel::places(&event));
        }
    };
    let key = move |key: KeyboardEvent| {
        let pen = by_keys.get_untracked().unwrap_or_default();
        match (key.key().as_str(), pen.moved(&key)) {
            (" ", _) => {
                by_keys.set(Some(Pen { down: !pen.down, ..pen }));
                if !pen.down {
                    start(pen.at);
                }
            }
            (_, Some(at)) => {
                by_keys.set(Some(Pen { at, ..pen }));
                if pen.down {
                    extend(vec![at]);
                }
            }
            ("Backspace" | "Delete", None) => {
                easel::raise(by_keys);
                undo(strokes);
            }
            ("Enter", None) => {
                easel::raise(by_keys);
                keep.run(());
            }
            (_, None) => return,
        }
        key.prevent_default();
    };
    let lift = move |event: PointerEvent| drawing.update_value(|draws| *draws &= !event.is_primary());
    view! {
        <div class="paper">
            <canvas data-own="pad" tabindex="0" role="application" node_ref=canvas
                aria-label=move || room.say(&words::PAD) aria-describedby="own-pad-help"
                on:pointerdown=press on:pointermove=drag on:pointerup=lift on:pointercancel=lift on:keydown=key
                on:blur=move |_| easel::raise(by_keys)></canvas>
        </div>
    }
}

/// Takes the last stroke back.
pub(super) fn undo(strokes: RwSignal<Vec<Stroke>>) {
    strokes.update(|all| drop(all.pop()));
}

/// Paints paper and ink, and the pen that keys move.
fn paint(canvas: &HtmlCanvasElement, strokes: &[Stroke], by_keys: Option<Pen>) {
    let Some(pen) = browser::pen(canvas) else { return };
    let Some(size) = easel::paper(canvas, &pen) else { return };
    strokes.iter().for_each(|stroke| easel::ink(&pen, stroke, "--ink", size));
    by_keys.into_iter().for_each(|it| it.paint(&pen, PEN, size));
}

/// A drawing that was kept, small.
#[component]
pub(super) fn Sketch(strokes: Vec<Stroke>) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            paint(&canvas, &strokes, None);
        }
    });
    view! { <canvas node_ref=canvas aria-hidden="true"></canvas> }
}
