//! The drawing pad, what the network saw of it, and what it reads.

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::{HtmlCanvasElement, KeyboardEvent, PointerEvent};

use super::desk;
use super::easel::{self, Pen, hex};
use super::frames;
use super::opinions::Opinions;
use super::verdict::Verdict;
use crate::protocol::{Plane, Probe, Split, Stroke};
use crate::ui::browser;
use crate::ui::desk::Desk;

/// The pen's width at first, as a share of the pad.
const PEN: f32 = 0.07;

/// What is on the pad.
#[derive(Clone, Copy)]
struct Sheet {
    desk: Desk,
    strokes: RwSignal<Vec<Stroke>>,
    width: RwSignal<f32>,
    prepared: RwSignal<bool>,
    /// The pen while it is moved by keys.
    pen: RwSignal<Option<Pen>>,
    /// A pointer is drawing.
    drawing: StoredValue<bool>,
}

impl Sheet {
    /// Shows the drawing to the worker.
    fn look(self) {
        let strokes = self.strokes.get_untracked();
        self.desk.look(Some(Probe::Drawing { strokes, prepared: self.prepared.get_untracked() }));
    }

    fn start(self, at: [f32; 2]) {
        self.strokes.update(|strokes| strokes.push(Stroke { width: self.width.get_untracked(), points: vec![at] }));
        self.look();
    }

    fn draw_to(self, points: impl IntoIterator<Item = [f32; 2]>) {
        self.strokes.update(|strokes| {
            if let Some(stroke) = strokes.last_mut() {
                stroke.points.extend(points);
            }
        });
        self.look();
    }

    fn undo(self) {
        easel::raise(self.pen);
        self.strokes.update(|strokes| {
            strokes.pop();
        });
        self.look();
    }

    fn clear(self) {
        self.strokes.set(Vec::new());
        self.pen.set(None);
        self.look();
    }

    /// Puts a test sample where a drawing would be.
    fn put_sample(self) {
        let Some(of) = self.desk.data.with_untracked(|data| data.as_ref().map(|data| data.test)) else { return };
        let index = (js_sys::Math::random() * f64::from(of)) as u32;
        self.desk.look(Some(Probe::Sample { split: Split::Test, index }));
    }
}

/// The pad's panel.
#[component]
pub fn Pad() -> impl IntoView {
    let desk = desk();
    let sheet = Sheet {
        desk,
        strokes: RwSignal::new(Vec::new()),
        width: RwSignal::new(PEN),
        prepared: RwSignal::new(true),
        pen: RwSignal::new(None),
        drawing: StoredValue::new(false),
    };
    // A sample takes the drawing's place, from wherever it was put there; so does a data set that has no drawings.
    Effect::new(move || {
        if !drawable(desk) || matches!(*desk.probe.read(), Some(Probe::Sample { .. })) {
            easel::raise(sheet.pen);
            sheet.strokes.set(Vec::new());
        }
    });
    Effect::new(move |before: Option<bool>| {
        let prepared = sheet.prepared.get();
        if before.is_some_and(|before| before != prepared)
            && matches!(*desk.probe.read_untracked(), Some(Probe::Drawing { .. }))
        {
            sheet.look();
        }
        prepared
    });
    view! {
        <section class="pad card" aria-labelledby="pad-title">
            <h2 id="pad-title">{move || desk.w().pad}</h2>
            <div class="easel">
            <Paper sheet=sheet/>
            <div class="tools">
                <button type="button" disabled=move || sheet.strokes.read().is_empty()
                    on:click=move |_| sheet.undo()>{move || desk.w().undo}</button>
                <button type="button" on:click=move |_| sheet.clear()>{move || desk.w().clear}</button>
                <button type="button" on:click=move |_| sheet.put_sample()>{move || desk.w().put_sample}</button>
                <label class="inline"><span>{move || desk.w().stroke_width}</span>
                    <input type="range" min="0.03" max="0.14" step="0.01" prop:value=move || sheet.width.get().to_string()
                        on:input=move |input| sheet.width.set(browser::slid(&input).map_or(PEN, |to| to as f32))/>
                </label>
            </div>
            </div>
            <p class="help" hidden=move || drawable(desk)>{move || desk.w().not_drawable}</p>
            <Verdict prepared=sheet.prepared/>
            <p class="help" id="pad-help" hidden=move || !drawable(desk)>{move || desk.w().pad_help}</p>
            <Opinions/>
        </section>
    }
}

#[component]
fn Paper(sheet: Sheet) -> impl IntoView {
    let desk = sheet.desk;
    let canvas = NodeRef::<Canvas>::new();
    let paint = frames::once_a_frame(move || {
        if let Some(Some(canvas)) = canvas.try_get_untracked() {
            untrack(|| paint(sheet, &canvas));
        }
    });
    Effect::new(move || {
        sheet.strokes.track();
        sheet.pen.track();
        desk.surface.track();
        desk.probe.track();
        if matches!(*desk.probe.read_untracked(), Some(Probe::Sample { .. })) {
            desk.reading.track();
            desk.opinions.track();
        }
        canvas.track();
        paint();
    });
    let lift = move |event: PointerEvent| sheet.drawing.update_value(|draws| *draws &= !event.is_primary());
    let blank = move || {
        drawable(desk)
            && sheet.strokes.read().is_empty()
            && sheet.pen.read().is_none()
            && !matches!(*desk.probe.read(), Some(Probe::Sample { .. }))
    };
    view! {
        <div class="paper">
            <canvas data-pad="" tabindex="0" role="application" node_ref=canvas aria-label=move || desk.w().pad
                aria-describedby="pad-help"
                on:pointerdown=move |event| press(sheet, &event)
                on:pointermove=move |event| drag(sheet, &event)
                on:pointerup=lift on:pointercancel=lift
                on:keydown=move |key| by_key(sheet, &key)></canvas>
            <p class="empty" hidden=move || !blank() aria-hidden="true">{move || desk.w().pad_empty}</p>
        </div>
    }
}

/// Whether a drawing can be a sample of the data set; so it seems until that is known.
pub fn drawable(desk: Desk) -> bool {
    desk.data.with(|data| data.as_ref().is_none_or(|data| data.drawable))
}

fn press(sheet: Sheet, event: &PointerEvent) {
    if !untrack(|| drawable(sheet.desk)) {
        return;
    }
    let Some(at) = easel::pressed(event) else { return };
    sheet.drawing.set_value(true);
    sheet.pen.set(None);
    sheet.start(at);
}

fn drag(sheet: Sheet, event: &PointerEvent) {
    if sheet.drawing.get_value() && event.is_primary() {
        sheet.draw_to(easel::places(event));
    }
}

fn by_key(sheet: Sheet, key: &KeyboardEvent) {
    if !untrack(|| drawable(sheet.desk)) {
        return;
    }
    let pen = sheet.pen.get_untracked().unwrap_or_default();
    match (key.key().as_str(), pen.moved(key)) {
        (" ", _) => {
            sheet.pen.set(Some(Pen { down: !pen.down, ..pen }));
            if !pen.down {
                sheet.start(pen.at);
            }
        }
        (_, Some(at)) => {
            sheet.pen.set(Some(Pen { at, ..pen }));
            if pen.down {
                sheet.draw_to([at]);
            }
        }
        ("Backspace" | "Delete", None) => return sheet.undo(),
        (_, None) => return,
    }
    key.prevent_default();
}

/// Paints paper, sample or strokes, and the pen that keys move.
fn paint(sheet: Sheet, canvas: &HtmlCanvasElement) {
    let Some(pen) = browser::pen(canvas) else { return };
    let Some(size) = easel::paper(canvas, &pen) else { return };
    let sample = matches!(*sheet.desk.probe.read_untracked(), Some(Probe::Sample { .. }));
    if sample {
        let read = sheet.desk.reading.with_untracked(|it| {
            let reading = it.as_ref()?.1;
            reading.truth.map(|_| reading.seen.clone())
        });
        let seen = read.or_else(|| sheet.desk.opinions.with_untracked(|it| it.seen.clone()));
        pen.set_fill_style_str(&hex("--ink"));
        seen.into_iter().for_each(|seen| paint_plane(&pen, &seen, size[0]));
        return;
    }
    sheet.strokes.read_untracked().iter().for_each(|stroke| easel::ink(&pen, stroke, "--ink", size));
    if let Some(by_keys) = sheet.pen.get_untracked() {
        by_keys.paint(&pen, sheet.width.get_untracked(), size);
    }
}

/// A grey picture in the pad's own ink, or one in colour as it is.
fn paint_plane(pen: &web_sys::CanvasRenderingContext2d, plane: &Plane, side: f64) {
    let (width, channels) = (plane.width.max(1) as usize, plane.channels.max(1) as usize);
    let size = side / f64::from(plane.width.max(plane.height).max(1));
    for (at, pixel) in plane.pixels.chunks(channels).enumerate() {
        match *pixel {
            [red, green, blue] => pen.set_fill_style_str(&format!("#{red:02x}{green:02x}{blue:02x}")),
            _ => pen.set_global_alpha(f64::from(pixel[0]) / 255.0),
        }
        // On whole pixels: overlapping edges would show as a grid.
        let edge = |cell: usize| (cell as f64 * size).round();
        let (x, y) = (at % width, at / width);
        pen.fill_rect(edge(x), edge(y), edge(x + 1) - edge(x), edge(y + 1) - edge(y));
    }
    pen.set_global_alpha(1.0);
}
