//! Decision regions in the plane: what the model says of each place, exactly where it is pointed at, and its hidden units;
//! or samples alone, in a plane of the model's own.

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;

use super::desk;
use super::latent::{classes, swatch, toggle};
use super::pictures::Picture;
use super::views::LayerAt;
use crate::paint::pixels::{channel_at, picture};
use crate::paint::regions::{Shows, ground, logits_at, logits_of, nearest, probabilities, regions};
use crate::protocol::{self, Body, Dot, Probe, Split};
use crate::ui::desk::{Desk, Shown};
use crate::ui::words::fill;
use crate::ui::{browser, figures};

/// How far an arrow key goes, as a share of the window's half.
const STEP: f32 = 0.05;

/// The plane, what is said of the chosen place or sample, and the hidden units.
#[component]
pub fn Regions(
    /// What it shows.
    told: Shown<protocol::Regions>,
    /// Whether samples stand alone: then one of them is always chosen, and stays so when it moves.
    alone: bool,
) -> impl IntoView {
    let desk = desk();
    let canvas = NodeRef::<Canvas>::new();
    let (train, test) = (RwSignal::new(true), RwSignal::new(true));
    let unit = RwSignal::new(None::<(usize, usize)>);
    let at = RwSignal::new([0.0f32, 0.0]);
    Effect::new(move || {
        desk.surface.track();
        let shows = Shows { train: train.get(), test: test.get() };
        let Some(canvas) = canvas.get() else { return };
        let (Some(scale), Some(pen)) = (browser::sharpen(&canvas), browser::pen(&canvas)) else { return };
        pen.clear_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
        told.with(|told| {
            if let (Some((_, told)), Some(backend)) = (told, CanvasBackend::with_canvas_object(canvas.clone())) {
                // A canvas takes all that is drawn.
                let names = told.axes.each_ref().map(|name| desk.say(name));
                let _ = regions(backend, told, shows, &names, &browser::palette(), scale);
            }
        });
    });
    let under = Signal::derive(move || told.with(|told| ground(told.as_ref()?.1, unit.get())));
    let reach = move || told.with_untracked(|told| told.as_ref().map_or(1.0, |told| told.1.reach));
    let go = move |to: [f32; 2]| at.set(to.map(|place| place.clamp(-reach(), reach())));
    let point = move |event: web_sys::PointerEvent| {
        let Some((canvas, [x, y])) = canvas.get_untracked().zip(browser::place(&event)) else { return };
        let (width, height) = (f64::from(canvas.client_width()), f64::from(canvas.client_height()));
        go(crate::paint::scatter::place([x, y], [width, height], reach()));
    };
    let chosen = Memo::new(move |_| {
        let at = at.get();
        if !alone {
            told.track();
        }
        // Where none is near, none has this index.
        told.with_untracked(|told| nearest(told.as_ref()?.1, at)).unwrap_or(usize::MAX)
    });
    let dot = move || told.with(|told| told.as_ref()?.1.points.get(chosen.get()).cloned());
    let read_it = move || {
        let index = chosen.get_untracked();
        if told.with_untracked(|told| told.as_ref().is_some_and(|told| index < told.1.pictures.len())) {
            desk.look(Some(Probe::Sample { split: Split::Test, index: index as u32 }));
        }
    };
    let walk = move |key: web_sys::KeyboardEvent| {
        let ([x, y], step) = (at.get_untracked(), STEP * reach());
        let to = match key.key().as_str() {
            "ArrowLeft" => [x - step, y],
            "ArrowRight" => [x + step, y],
            "ArrowUp" => [x, y + step],
            "ArrowDown" => [x, y - step],
            "Home" => [0.0, 0.0],
            "Enter" => return read_it(),
            _ => return,
        };
        key.prevent_default();
        go(to);
    };
    let shows = Memo::new(move |_| {
        let (at, chosen) = (at.get(), chosen.get());
        told.with(|told| {
            let told = told.as_ref()?.1;
            Some(logits_of(told, chosen).map_or_else(|| logits_at(told, at), <[f32]>::to_vec))
        })
        .unwrap_or_default()
    });
    let margin = Memo::new(move |_| told.with(|told| told.as_ref().is_some_and(|told| told.1.margin)));
    let value = move |class: usize| {
        let logits = shows.get();
        let numbers = if margin.get() { logits } else { probabilities(&logits) };
        let number = numbers.get(class).copied()?;
        Some(if margin.get() { figures::value(number) } else { figures::percent(number) })
    };
    // Where the cross stands, as a share of the window.
    let share = move |side: usize| {
        let at = dot().filter(|_| alone).map_or_else(|| at.get(), |dot| dot.at)[side] / reach();
        let along = if side == 0 { 1.0 + at } else { 1.0 - at };
        (along / 2.0).to_string()
    };
    let seen = Signal::derive(move || told.with(|told| picture(told.as_ref()?.1.pictures.get(chosen.get())?)));
    let title = move || if alone { desk.w().view_embedding } else { desk.w().view_regions };
    view! {
        <p class="help">{move || if alone { desk.w().embedding_help } else { desk.w().regions_help }}" "
            {move || margin.get().then(|| desk.w().regions_margin)}</p>
        <div class="beside">
            <div class="scatter aimed">
                <Picture image=under/>
                <canvas tabindex="0" role="application" node_ref=canvas aria-label=title
                    on:pointermove=point on:pointerdown=point on:keydown=walk on:click=move |_| if alone { read_it() }></canvas>
                <span class="cross" style=("--x", move || share(0)) style=("--y", move || share(1))></span>
            </div>
            <div class="aside-of">
                <p class="label" data-live="place" aria-live="polite">{move || said(desk, dot(), (!alone).then(|| at.get()))}</p>
                {alone.then(|| view! {
                    <button type="button" class="enlarged" hidden=move || seen.with(Option::is_none) on:click=move |_| read_it()>
                        <Picture image=seen/>{move || desk.w().to_pad}
                    </button>
                })}
                <ul class="legend classes">
                    {move || classes(desk).into_iter().enumerate().map(|(class, name)| view! {
                        <li>{swatch(class)}{name}" "<output>{move || value(class)}</output></li>
                    }).collect_view()}
                </ul>
                <div hidden=alone>
                    {toggle(desk, train, |w| w.regions_train)}
                    {toggle(desk, test, |w| w.regions_test)}
                </div>
            </div>
        </div>
        <Units unit/>
    }
}

/// The place, and the sample that lies there.
fn said(desk: Desk, dot: Option<Dot>, at: Option<[f32; 2]>) -> String {
    let w = desk.w();
    let place = at.map(|[x, y]| fill(w.regions_at, &[("x", &format!("{x:.2}")), ("y", &format!("{y:.2}"))]));
    let named = classes(desk);
    let name = |class: u32| named.get(class as usize).map_or("", String::as_str);
    let sample = dot.map(|dot| fill(w.regions_sample, &[("truth", name(dot.truth)), ("guess", name(dot.guess))]));
    place.into_iter().chain(sample).collect::<Vec<_>>().join(" ")
}

/// The hidden units, each with its response; the one that is pointed at or chosen is shown in the large.
#[component]
fn Units(unit: RwSignal<Option<(usize, usize)>>) -> impl IntoView {
    let desk = desk();
    let layers = Memo::new(move |_| {
        desk.regions.with(|told| {
            let layers = told.as_ref().map(|told| &told.1.layers[..]).unwrap_or_default();
            layers.iter().map(|layer| (desk.say(&layer.title), layer.channels.len())).collect::<Vec<_>>()
        })
    });
    let told = desk.regions.part(|body| if let Body::Regions(told) = body { Some(&told.layers) } else { None });
    let point = move |layer: usize, event: web_sys::PointerEvent| {
        let place = browser::place(&event);
        let here = desk.regions.with_untracked(|told| channel_at(told.as_ref()?.1.layers.get(layer)?, place?));
        unit.set(here.map(|here| (layer, here)));
    };
    let choose = move |change: web_sys::Event| {
        let chosen = event_target_value(&change);
        unit.set(chosen.split_once('.').and_then(|(layer, unit)| Some((layer.parse().ok()?, unit.parse().ok()?))));
    };
    view! {
        <div hidden=move || layers.with(Vec::is_empty)>
            <label class="inline">{move || desk.w().units_help}
                <select on:change=choose>
                    <option value="" selected=move || unit.get().is_none()>{move || desk.w().view_regions}</option>
                    {move || layers.get().into_iter().enumerate().map(|(layer, (title, count))| view! {
                        <optgroup label=title>{(0..count).map(|at| view! {
                            <option value=format!("{layer}.{at}") selected=move || unit.get() == Some((layer, at))>{at + 1}</option>
                        }).collect_view()}</optgroup>
                    }).collect_view()}
                </select>
            </label>
            <div class="layers units">
                {move || (0..layers.with(Vec::len)).map(|at| view! {
                    <div on:pointermove=move |event| point(at, event) on:pointerdown=move |event| point(at, event)
                        on:pointerleave=move |event| if event.pointer_type() == "mouse" { unit.set(None) }>
                        <LayerAt layers=told at/>
                    </div>
                }).collect_view()}
            </div>
        </div>
    }
}
