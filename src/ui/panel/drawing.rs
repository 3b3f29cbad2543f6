//! Knobs that are drawings: a pad with axes, a brush or samples to set, and an eraser.

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, KeyboardEvent, PointerEvent};

use super::desk;
use super::easel::{self, Pen};
use super::frames;
use super::knobs::{element_id, is_drawing, tag};
use super::latent::{classes, swatch};
use super::pictures::Picture;
use super::sheet::{BRUSH, Sheet};
use crate::paint::regions::ground;
use crate::paint::scores::class_colour;
use crate::protocol::{Knob, Range, Wing, class_of};
use crate::ui::browser;

/// A sample's width.
const MARK: f32 = 0.024;

/// Pads for all knobs that are drawings.
#[component]
pub fn Drawings() -> impl IntoView {
    let desk = desk();
    // By value: a card that changes otherwise leaves the pad and its past alone.
    let knobs = Memo::new(move |_| {
        let card = desk.card.get();
        card.iter().flat_map(|card| &card.knobs).filter(|knob| is_drawing(knob)).cloned().collect::<Vec<_>>()
    });
    move || knobs.get().into_iter().map(|knob| view! { <Drawing knob=knob/> }).collect_view()
}

#[component]
fn Drawing(knob: Knob) -> impl IntoView {
    let desk = desk();
    let (id, hot) = (element_id(&knob.name), knob.hot);
    let (title_id, help_id) = (format!("{id}-title"), format!("{id}-help"));
    let knob = StoredValue::new(knob);
    let value =
        Memo::new(move |_| knob.with_value(|knob| desk.value(&knob.name).unwrap_or_else(|| knob.default.clone())));
    let sheet = Sheet::new(desk, knob, value);
    Effect::new(move || sheet.show());
    let lit = {
        let id = id.clone();
        move || desk.spot.get().as_deref() == Some(id.as_str())
    };
    let says = move |of: fn(&Knob) -> &crate::protocol::Text| knob.with_value(|knob| desk.say(of(knob)));
    let stuck = move || sheet.past.read().is_empty() && !sheet.strokes.read().is_empty();
    view! {
        <section class="pad card" class:lit=lit id=id aria-labelledby=title_id>
            <div class="name">
                <h2 id=title_id.clone()>{move || says(|knob| &knob.title)}</h2>
                {tag(desk, hot)}
                <button type="button" class="tiny" hidden=move || knob.with_value(|knob| value.get() == knob.default)
                    title=move || desk.w().to_default
                    aria-label=move || format!("{}: {}", says(|knob| &knob.title), desk.w().to_default)
                    on:click=move |_| sheet.reset()>"↺"</button>
            </div>
            <Paper sheet=sheet help=help_id.clone()/>
            {sheet.class.map(|class| view! { <Classes sheet class/> })}
            <div class="brushes">
                <button type="button" aria-pressed=move || sheet.erases.get().to_string()
                    on:click=move |_| sheet.erases.update(|erases| *erases = !*erases)>{move || desk.w().eraser}</button>
                <button type="button" disabled=stuck on:click=move |_| sheet.undo()>{move || desk.w().undo}</button>
                <button type="button" disabled=move || sheet.future.read().is_empty() on:click=move |_| sheet.redo()>
                    {move || desk.w().redo}</button>
                <button type="button" on:click=move |_| sheet.clear()>{move || desk.w().clear}</button>
                <label class="inline"><span>{move || desk.w().stroke_width}</span>
                    <input type="range" min="0.01" max="0.3" step="0.01" prop:value=move || sheet.width.get().to_string()
                        on:input=move |input| sheet.width.set(browser::slid(&input).map_or(BRUSH, |to| to as f32))/>
                </label>
            </div>
            <p class="help">{move || says(|knob| &knob.help)}</p>
            <p class="help" id=help_id>{move || if sheet.class.is_some() { desk.w().marks_help } else { desk.w().drawing_help }}</p>
        </section>
    }
}

/// Which class is set: the classes by their colours.
#[component]
fn Classes(sheet: Sheet, class: RwSignal<usize>) -> impl IntoView {
    let desk = sheet.desk;
    let chosen = move |at| class.get() == at && !sheet.erases.get();
    view! {
        <div class="brushes" role="group" aria-label=move || desk.w().class_of>
            {move || classes(desk).into_iter().enumerate().map(|(at, name)| view! {
                <button type="button" aria-pressed=move || chosen(at).to_string() on:click=move |_| sheet.choose(at)>
                    {swatch(at)}" "{name}
                </button>
            }).collect_view()}
        </div>
    }
}

#[component]
fn Paper(sheet: Sheet, help: String) -> impl IntoView {
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
        sheet.erases.track();
        desk.surface.track();
        desk.card.track();
        desk.data.track();
        canvas.track();
        paint();
    });
    // Points of classes that are not asked for now are not shown.
    let blank = move || {
        desk.data.track();
        let shown = sheet.shown();
        sheet.pen.read().is_none() && !sheet.strokes.read().iter().any(shown)
    };
    let lift = move |_: PointerEvent| {
        if sheet.held.try_update_value(Option::take).flatten().is_some() {
            sheet.pen.set(None);
            sheet.lift();
        }
    };
    view! {
        <div class="paper">
            <canvas data-drawing="" tabindex="0" role="application" node_ref=canvas aria-describedby=help
                aria-label=move || sheet.knob.with_value(|knob| desk.say(&knob.title))
                on:pointerdown=move |event| press(sheet, &event)
                on:pointermove=move |event| drag(sheet, &event)
                on:pointerup=lift on:pointercancel=lift
                on:keydown=move |key| by_key(sheet, &key)></canvas>
            {sheet.class.map(|_| {
                // What the model makes of each place now, where that is watched: points are best set where it errs.
                let image = Signal::derive(move || desk.regions.with(|told| ground(told.as_ref()?.1, None)));
                view! { <div class="through"><Picture image/></div> }
            })}
            <p class="empty" hidden=move || !blank() aria-hidden="true">
                {move || desk.w().pad_empty}
            </p>
        </div>
    }
}

fn press(sheet: Sheet, event: &PointerEvent) {
    let Some(at) = easel::pressed(event) else { return };
    sheet.held.set_value(Some(at));
    sheet.seed.set_value(Some(at));
    sheet.pen.set(sheet.erases.get_untracked().then_some(Pen { at, down: true }));
    sheet.start(at);
}

fn drag(sheet: Sheet, event: &PointerEvent) {
    let Some(mut from) = sheet.held.get_value().filter(|_| event.is_primary()) else { return };
    for at in easel::places(event) {
        sheet.draw(from, at);
        from = at;
    }
    sheet.held.set_value(Some(from));
    sheet.pen.update(|pen| pen.iter_mut().for_each(|pen| pen.at = from));
}

fn by_key(sheet: Sheet, key: &KeyboardEvent) {
    let pen = sheet.pen.get_untracked().unwrap_or_default();
    match (key.key().as_str(), pen.moved(key)) {
        (" ", _) if sheet.class.is_some() => {
            sheet.pen.set(Some(pen));
            sheet.start(pen.at);
            sheet.lift();
        }
        (digit @ ("1" | "2" | "3" | "4" | "5" | "6"), _) => sheet.choose(usize::from(digit.as_bytes()[0] - b'1')),
        (" ", _) => {
            sheet.pen.set(Some(Pen { down: !pen.down, ..pen }));
            if pen.down { sheet.lift() } else { sheet.start(pen.at) }
        }
        (_, Some(at)) => {
            sheet.pen.set(Some(Pen { at, ..pen }));
            if pen.down {
                sheet.draw(pen.at, at);
            }
        }
        ("Backspace" | "Delete", None) => sheet.undo(),
        (_, None) => return,
    }
    key.prevent_default();
}

/// Paints paper, axes, strokes, and the pen that keys move.
fn paint(sheet: Sheet, canvas: &HtmlCanvasElement) {
    let Some(pen) = browser::pen(canvas) else { return };
    let Some(size) = easel::paper(canvas, &pen) else { return };
    if let Range::Drawing { reach, .. } = sheet.knob.with_value(|knob| knob.range.clone()) {
        axes(&pen, reach, size);
    }
    // Only a classifier tells classes apart.
    let classed = sheet.desk.card.read().as_ref().is_some_and(|card| card.wing == Wing::Discriminative);
    pen.set_global_alpha(0.75);
    let shown = sheet.shown();
    for (at, stroke) in sheet.strokes.read().iter().enumerate().filter(|(_, stroke)| shown(stroke)) {
        if sheet.class.is_some() {
            let colour = easel::css(class_colour(class_of(stroke).into()));
            stroke.points.iter().for_each(|point| easel::dot(&pen, *point, MARK, &colour, size));
            continue;
        }
        let colour = if !classed {
            "--ink"
        } else if at % 2 == 0 {
            "--train"
        } else {
            "--test"
        };
        easel::ink(&pen, stroke, colour, size);
    }
    pen.set_global_alpha(1.0);
    if let Some(by_keys) = sheet.pen.get() {
        by_keys.paint(&pen, sheet.brush(), size);
    }
}

/// Lines and numbers at every half.
fn axes(pen: &CanvasRenderingContext2d, reach: f64, [across, down]: [f64; 2]) {
    let scale = across / 300.0;
    pen.set_line_width(scale.max(1.0));
    pen.set_fill_style_str(&easel::hex("--soft"));
    pen.set_font(&format!("{}px system-ui, sans-serif", 10.0 * scale));
    let most = (reach * 2.0).floor() as i32;
    for half in -most..=most {
        let value = f64::from(half) / 2.0;
        let (x, y) = ((value / reach + 1.0) / 2.0 * across, (1.0 - value / reach) / 2.0 * down);
        pen.set_stroke_style_str(&easel::hex(if half == 0 { "--neutral" } else { "--line" }));
        pen.begin_path();
        pen.move_to(x, 0.0);
        pen.line_to(x, down);
        pen.move_to(0.0, y);
        pen.line_to(across, y);
        pen.stroke();
        // A canvas takes any text.
        let _ = pen.fill_text(&value.to_string(), x + 3.0 * scale, down - 4.0 * scale);
        let _ = pen.fill_text(&value.to_string(), 3.0 * scale, y - 3.0 * scale);
    }
}
