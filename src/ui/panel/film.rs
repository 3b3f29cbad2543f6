//! Back through training: a slider over keyframes, a play button, a GIF and a contact sheet of them.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

use super::desk;
use crate::paint::film::Film;
use crate::paint::pixels::{Image, mosaic};
use crate::paint::scatter::{Layers, scatter};
use crate::protocol::{Plane, Scored};
use crate::ui::browser;
use crate::ui::desk::Desk;
use crate::ui::figures;
use crate::ui::reel::{Keyframe, Reel, Shot};
use crate::ui::words::fill;

/// Milliseconds between keyframes while they play; readers who want little movement get a slow slide show.
const PACE: [i32; 2] = [110, 900];

/// Keyframes of a contact sheet, and pictures of each.
const SHEET: [usize; 2] = [12, 16];

/// Plots in a row of one.
const PLOTS: usize = 4;

/// A plot's side in pixels.
const SIDE: u32 = 360;

/// Pixels below a picture, for its step.
const STRIP: u32 = 22;

/// How keyframes are shown.
#[derive(Clone, Copy)]
pub enum Look {
    /// As so many pictures in a row.
    Tiles(usize),
    /// As a plot with these layers.
    Points(Signal<Layers>),
}

/// The keyframe that is looked back at; `None` is now.
pub fn looked_at(desk: Desk, reel: RwSignal<Reel>) -> Option<Arc<Keyframe>> {
    let step = desk.playhead.get()?;
    reel.with(|reel| reel.frames().get(reel.nearest(step)?).cloned())
}

/// The slider with its buttons.
#[component]
pub fn Scrubber(reel: RwSignal<Reel>, look: Look) -> impl IntoView {
    let desk = desk();
    let playing = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let count = Memo::new(move |_| reel.with(|reel| reel.frames().len()));
    let at = move || {
        let looked = desk.playhead.get().and_then(|step| reel.with(|reel| reel.nearest(step)));
        looked.unwrap_or_else(|| count.get().saturating_sub(1))
    };
    let go = move |index: usize| {
        let step = reel.with_untracked(|reel| reel.frames().get(index).map(|frame| frame.step));
        let step = step.filter(|_| index + 1 < count.get_untracked());
        desk.playhead.set(step);
        // The charts mark the same moment.
        desk.cursor.set(step);
    };
    let play = move |_| {
        playing.update(|playing| *playing = !*playing);
        if !playing.get_untracked() {
            return;
        }
        if desk.playhead.get_untracked().is_none() {
            go(0);
        }
        spawn_local(async move {
            loop {
                browser::rest(PACE[usize::from(browser::calm())]).await;
                if playing.try_get_untracked() != Some(true) {
                    return;
                }
                match untrack(|| desk.playhead.get().map(|_| at())) {
                    Some(index) => go(index + 1),
                    None => return playing.set(false),
                }
            }
        });
    };
    let name = move |end: &str| {
        let of = desk.setup.get_untracked().map(|setup| format!("{}-{}", setup.recipe, setup.data));
        format!("kiln-{}.{end}", of.unwrap_or_default())
    };
    let save_gif = move |_| {
        busy.set(true);
        let (frames, name) = (reel.with_untracked(|reel| reel.spread(60)), name("gif"));
        spawn_local(async move {
            if let Some(bytes) = gif(desk, &frames, look).await {
                browser::download_bytes(&name, &bytes, "image/gif");
            }
            busy.try_set(false);
        });
    };
    let save_sheet = move |_| {
        let frames = reel.with_untracked(|reel| reel.spread(SHEET[0]));
        if let Some(canvas) = untrack(|| contact_sheet(desk, &frames, look)) {
            browser::download_png(name("png"), &canvas);
        }
    };
    view! {
        <div class="scrubber" role="group" aria-label=move || desk.w().scrub>
            <button type="button" disabled=move || { count.get() < 2 } on:click=play>
                {move || if playing.get() { desk.w().film_stop } else { desk.w().film_play }}
            </button>
            <input type="range" min="0" step="1" max=move || count.get().saturating_sub(1).to_string()
                aria-label=move || desk.w().scrub disabled=move || { count.get() < 2 }
                aria-valuetext=move || reel.with(|reel| reel.frames().get(at()).map(|frame| {
                    fill(desk.w().frame_at, &[("step", &figures::count(frame.step))])
                }))
                prop:value=move || at().to_string()
                on:input=move |input| {
                    playing.set(false);
                    go(event_target_value(&input).parse().unwrap_or(0));
                }/>
            <button type="button" aria-pressed=move || desk.playhead.get().is_none().to_string()
                on:click=move |_| { playing.set(false); go(usize::MAX - 1); }>{move || desk.w().live}</button>
            <button type="button" class="quiet" title=move || desk.w().gif_hint
                disabled=move || { busy.get() || count.get() < 2 } on:click=save_gif>"GIF"</button>
            <button type="button" class="quiet" title=move || desk.w().sheet_hint
                disabled=move || count.get() == 0 on:click=save_sheet>{move || desk.w().sheet}</button>
            <small data-live="keyframes" data-value=move || count.get().to_string()>
                {move || fill(desk.w().keyframes, &[("count", &count.get().to_string())])}
            </small>
        </div>
    }
}

fn planes(tiles: &[Scored]) -> Vec<&Plane> {
    tiles.iter().map(|tile| &tile.picture).collect()
}

fn canvas(width: u32, height: u32) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    Some(canvas)
}

/// A keyframe as it is saved.
fn picture(frame: &Keyframe, look: Look) -> Option<HtmlCanvasElement> {
    match (&frame.shot, look) {
        (Shot::Tiles(tiles), Look::Tiles(columns)) => {
            let image = mosaic(&planes(tiles), columns, &[], [0; 3], [0; 3])?;
            let (small, large) = (canvas(image.width, image.height)?, canvas(image.width * 2, image.height * 2)?);
            browser::put(&small, &image);
            let (pen, [width, height]) = (browser::pen(&large)?, [large.width(), large.height()].map(f64::from));
            pen.set_image_smoothing_enabled(false);
            pen.draw_image_with_html_canvas_element_and_dw_and_dh(&small, 0.0, 0.0, width, height).ok()?;
            Some(large)
        }
        (Shot::Points(points), Look::Points(layers)) => {
            let plot = canvas(SIDE, SIDE)?;
            let backend = CanvasBackend::with_canvas_object(plot.clone())?;
            scatter(backend, points, layers.get_untracked(), &browser::palette(), 1.0).ok()?;
            Some(plot)
        }
        (Shot::Tiles(_), Look::Points(_)) | (Shot::Points(_), Look::Tiles(_)) => None,
    }
}

/// A picture, and its step below on black.
fn poster(
    desk: Desk,
    picture: &HtmlCanvasElement,
    step: u64,
    onto: &HtmlCanvasElement,
    [left, top]: [u32; 2],
) -> Option<()> {
    let pen = browser::pen(onto)?;
    let [left, top, width, height] = [left, top, picture.width(), picture.height()].map(f64::from);
    pen.set_fill_style_str("#000");
    pen.fill_rect(left, top, width, height + f64::from(STRIP));
    pen.draw_image_with_html_canvas_element(picture, left, top).ok()?;
    pen.set_fill_style_str("#fff");
    pen.set_font("14px system-ui, sans-serif");
    pen.fill_text(&fill(desk.w().at_step, &[("step", &figures::count(step))]), left + 6.0, top + height + 16.0).ok()
}

/// All keyframes as a film; the page breathes after each.
async fn gif(desk: Desk, frames: &[Arc<Keyframe>], look: Look) -> Option<Vec<u8>> {
    let colour = frames.first()?.shot.tiles().first().is_none_or(|tile| tile.picture.channels > 1);
    let mut film: Option<Film> = None;
    for (at, frame) in frames.iter().enumerate() {
        let picture = picture(frame, look)?;
        let (width, height) = (picture.width(), picture.height() + STRIP);
        if film.is_none() {
            film = Some(Film::new(width as u16, height as u16, colour).ok()?);
        }
        // Another one each time: browsers complain of a canvas that is read again and again.
        let canvas = canvas(width, height)?;
        untrack(|| poster(desk, &picture, frame.step, &canvas, [0, 0]))?;
        let data = browser::pen(&canvas)?.get_image_data(0.0, 0.0, f64::from(width), f64::from(height)).ok()?;
        let rgba = data.data().0;
        film.as_mut()?.add(&Image { width, height, rgba }, if at + 1 == frames.len() { 200 } else { 12 }).ok()?;
        browser::rest(0).await;
    }
    film?.finish().ok()
}

/// A row of pictures for each keyframe, or rows of plots.
fn contact_sheet(desk: Desk, frames: &[Arc<Keyframe>], look: Look) -> Option<HtmlCanvasElement> {
    let (look, across, gap) = match look {
        Look::Tiles(_) => (Look::Tiles(SHEET[1]), 1, 4),
        Look::Points(_) => (look, PLOTS.min(frames.len()), 0),
    };
    let of = |frame: &Keyframe| match &frame.shot {
        Shot::Tiles(tiles) => {
            let tiles = tiles.iter().take(SHEET[1]).cloned().collect();
            picture(&Keyframe { step: frame.step, shot: Shot::Tiles(tiles) }, look)
        }
        Shot::Points(_) => picture(frame, look),
    };
    let first = of(frames.first()?)?;
    let (width, pitch) = (first.width(), first.height() + STRIP + gap);
    let canvas = canvas(width * across as u32, pitch * frames.len().div_ceil(across) as u32)?;
    for (at, frame) in frames.iter().enumerate() {
        poster(desk, &of(frame)?, frame.step, &canvas, [width * (at % across) as u32, pitch * (at / across) as u32])?;
    }
    Some(canvas)
}
