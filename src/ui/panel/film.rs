//! Back through training: a slider over keyframes, a play button, a GIF and a contact sheet of them.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

use super::desk;
use crate::paint::film::Film;
use crate::paint::pixels::{Image, mosaic};
use crate::protocol::{Plane, Scored};
use crate::ui::browser;
use crate::ui::desk::Desk;
use crate::ui::figures;
use crate::ui::reel::{Keyframe, Reel};
use crate::ui::words::fill;

/// Milliseconds between keyframes while they play; readers who want little movement get a slow slide show.
const PACE: [i32; 2] = [110, 900];

/// Keyframes of a contact sheet, and pictures of each.
const SHEET: [usize; 2] = [12, 16];

/// The keyframe that is looked back at; `None` is now.
pub fn looked_at(desk: Desk, reel: RwSignal<Reel>) -> Option<Arc<Keyframe>> {
    let step = desk.playhead.get()?;
    reel.with(|reel| reel.frames().get(reel.nearest(step)?).cloned())
}

/// The slider with its buttons.
#[component]
pub fn Scrubber(reel: RwSignal<Reel>, columns: usize) -> impl IntoView {
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
            if let Some(bytes) = gif(desk, &frames, columns).await {
                browser::download_bytes(&name, &bytes, "image/gif");
            }
            busy.try_set(false);
        });
    };
    let save_sheet = move |_| {
        let frames = reel.with_untracked(|reel| reel.spread(SHEET[0]));
        if let Some(canvas) = untrack(|| contact_sheet(desk, &frames)) {
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

/// A picture, twice as large, and its step below, on black.
fn poster(desk: Desk, image: &Image, step: u64, onto: &HtmlCanvasElement, top: f64) -> Option<()> {
    let small = canvas(image.width, image.height)?;
    browser::put(&small, image);
    let pen = browser::pen(onto)?;
    let (width, height) = (f64::from(image.width) * 2.0, f64::from(image.height) * 2.0);
    pen.set_fill_style_str("#000");
    pen.fill_rect(0.0, top, width, height + 22.0);
    pen.set_image_smoothing_enabled(false);
    pen.draw_image_with_html_canvas_element_and_dw_and_dh(&small, 0.0, top, width, height).ok()?;
    pen.set_fill_style_str("#fff");
    pen.set_font("14px system-ui, sans-serif");
    pen.fill_text(&fill(desk.w().at_step, &[("step", &figures::count(step))]), 6.0, top + height + 16.0).ok()
}

/// All keyframes as a film; the page breathes after each.
async fn gif(desk: Desk, frames: &[Arc<Keyframe>], columns: usize) -> Option<Vec<u8>> {
    let colour = frames.first()?.tiles.first()?.picture.channels > 1;
    let mut film: Option<(Film, HtmlCanvasElement)> = None;
    for (at, frame) in frames.iter().enumerate() {
        let image = mosaic(&planes(&frame.tiles), columns, &[], [0; 3], [0; 3])?;
        let (width, height) = (image.width * 2, image.height * 2 + 22);
        if film.is_none() {
            film = Some((Film::new(width as u16, height as u16, colour).ok()?, canvas(width, height)?));
        }
        let (film, canvas) = film.as_mut()?;
        untrack(|| poster(desk, &image, frame.step, canvas, 0.0))?;
        let data = browser::pen(canvas)?.get_image_data(0.0, 0.0, f64::from(width), f64::from(height)).ok()?;
        let rgba = data.data().0;
        film.add(&Image { width, height, rgba }, if at + 1 == frames.len() { 200 } else { 12 }).ok()?;
        browser::rest(0).await;
    }
    film?.0.finish().ok()
}

/// A row of pictures for each keyframe.
fn contact_sheet(desk: Desk, frames: &[Arc<Keyframe>]) -> Option<HtmlCanvasElement> {
    let row = |frame: &Keyframe| {
        let tiles = &frame.tiles[..frame.tiles.len().min(SHEET[1])];
        mosaic(&planes(tiles), SHEET[1], &[], [0; 3], [0; 3])
    };
    let first = row(frames.first()?)?;
    let pitch = first.height * 2 + 26;
    let canvas = canvas(first.width * 2, pitch * frames.len() as u32)?;
    for (at, frame) in frames.iter().enumerate() {
        poster(desk, &row(frame)?, frame.step, &canvas, f64::from(pitch * at as u32))?;
    }
    Some(canvas)
}
