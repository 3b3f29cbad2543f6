//! Decision regions in the plane: what the model says of each place, exactly where it is pointed at, and its hidden units.

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;

use super::desk;
use super::latent::{classes, swatch, toggle};
use super::views::LayerAt;
use crate::paint::pixels::channel_at;
use crate::paint::regions::{Shows, logits_at, probabilities, regions};
use crate::protocol::{Body, Dot};
use crate::ui::desk::Desk;
use crate::ui::words::fill;
use crate::ui::{browser, figures};

/// How far an arrow key goes, as a share of the window's half.
const STEP: f32 = 0.05;
/// How near a sample must lie to be named, likewise.
const NEAR: f32 = 0.05;

/// The plane, what is said of the chosen place, and the hidden units.
#[component]
pub fn Regions() -> impl IntoView {
    let desk = desk();
    let canvas = NodeRef::<Canvas>::new();
    let (train, test) = (RwSignal::new(true), RwSignal::new(true));
    let unit = RwSignal::new(None::<(usize, usize)>);
    let at = RwSignal::new([0.0f32, 0.0]);
    Effect::new(move || {
        desk.surface.track();
        let shows = Shows { train: train.get(), test: test.get(), unit: unit.get() };
        let at = at.get();
        let Some(canvas) = canvas.get() else { return };
        let Some(scale) = browser::sharpen(&canvas) else { return };
        desk.regions.with(|told| {
            if let (Some((_, told)), Some(backend)) = (told, CanvasBackend::with_canvas_object(canvas.clone())) {
                // A canvas takes all that is drawn.
                let names = told.axes.each_ref().map(|name| desk.say(name));
                let _ = regions(backend, told, shows, at, &names, &browser::palette(), scale);
            }
        });
    });
    let reach = move || desk.regions.with_untracked(|told| told.as_ref().map_or(1.0, |told| told.1.reach));
    let go = move |to: [f32; 2]| at.set(to.map(|place| place.clamp(-reach(), reach())));
    let point = move |event: web_sys::PointerEvent| {
        let Some((canvas, [x, y])) = canvas.get_untracked().zip(browser::place(&event)) else { return };
        let (width, height) = (f64::from(canvas.client_width()), f64::from(canvas.client_height()));
        go(crate::paint::scatter::place([x, y], [width, height], reach()));
    };
    let walk = move |key: web_sys::KeyboardEvent| {
        let ([x, y], step) = (at.get_untracked(), STEP * reach());
        let to = match key.key().as_str() {
            "ArrowLeft" => [x - step, y],
            "ArrowRight" => [x + step, y],
            "ArrowUp" => [x, y + step],
            "ArrowDown" => [x, y - step],
            "Home" => [0.0, 0.0],
            _ => return,
        };
        key.prevent_default();
        go(to);
    };
    let logits = Memo::new(move |_| {
        let at = at.get();
        desk.regions.with(|told| told.as_ref().map(|told| logits_at(told.1, at)).unwrap_or_default())
    });
    let margin = Memo::new(move |_| desk.regions.with(|told| told.as_ref().is_some_and(|told| told.1.margin)));
    let value = move |class: usize| {
        let logits = logits.get();
        let numbers = if margin.get() { logits } else { probabilities(&logits) };
        let number = numbers.get(class).copied()?;
        Some(if margin.get() { figures::value(number) } else { figures::percent(number) })
    };
    view! {
        <p class="help">{move || desk.w().regions_help}" "{move || margin.get().then(|| desk.w().regions_margin)}</p>
        <div class="beside">
            <div class="scatter"><canvas tabindex="0" role="application" node_ref=canvas aria-label=move || desk.w().view_regions
                on:pointermove=point on:pointerdown=point on:keydown=walk></canvas></div>
            <div class="aside-of">
                <p class="label" data-live="place" aria-live="polite">{move || said(desk, at.get())}</p>
                <ul class="legend classes">
                    {move || classes(desk).into_iter().enumerate().map(|(class, name)| view! {
                        <li>{swatch(class)}{name}" "<output>{move || value(class)}</output></li>
                    }).collect_view()}
                </ul>
                {toggle(desk, train, |w| w.regions_train)}
                {toggle(desk, test, |w| w.regions_test)}
            </div>
        </div>
        <Units unit/>
    }
}

/// The place, and the sample that lies there.
fn said(desk: Desk, at: [f32; 2]) -> String {
    let w = desk.w();
    let place = fill(w.regions_at, &[("x", &format!("{:.2}", at[0])), ("y", &format!("{:.2}", at[1]))]);
    let sample = desk.regions.with(|told| {
        let told = &told.as_ref()?.1;
        let far = |dot: &Dot| (dot.at[0] - at[0]).hypot(dot.at[1] - at[1]);
        let nearest = told.points.iter().min_by(|one, other| far(one).total_cmp(&far(other)))?;
        (far(nearest) < NEAR * told.reach).then(|| nearest.clone())
    });
    let Some(dot) = sample else { return place };
    let named = classes(desk);
    let name = |class: u32| named.get(class as usize).map_or("", String::as_str);
    let tile = [("truth", name(dot.truth)), ("guess", name(dot.guess))];
    format!("{place} {}", fill(w.regions_sample, &tile))
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
