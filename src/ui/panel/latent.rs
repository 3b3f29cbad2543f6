//! The latent plane: what lies where, where test samples lie, and any place decoded; single latents and ways between.

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;

use super::desk;
use super::pictures::Picture;

use crate::paint::pixels::{mosaic, picture};
use crate::paint::scores::{class_colour, codes, reach};
use crate::protocol::{Axes, Codes, Plane, Probe, Split, Value};
use crate::ui::desk::Desk;
use crate::ui::words::{Words, fill};
use crate::ui::{browser, figures};

/// Pictures on a way from one to another.
const STOPS: u32 = 12;

/// Sliders shown at first.
const SLIDERS: usize = 10;

/// The latent plane.
#[component]
pub fn Latent() -> impl IntoView {
    let desk = desk();
    let (grid, dots) = (RwSignal::new(true), RwSignal::new(true));
    let at = RwSignal::new([0.0f32, 0.0]);
    let canvas = NodeRef::<Canvas>::new();
    let decoded = Signal::derive(move || {
        desk.latent.with(|latent| {
            let latent = &latent.as_ref().filter(|_| grid.get())?.1;
            let planes: Vec<&Plane> = latent.decoded.iter().collect();
            mosaic(&planes, latent.side as usize, &[], [0; 3], [0; 3])
        })
    });
    Effect::new(move || {
        desk.surface.track();
        let (dots, at) = (dots.get(), at.get());
        let names = classes(desk);
        let Some(canvas) = canvas.get() else { return };
        let (Some(scale), Some(pen)) = (browser::sharpen(&canvas), browser::pen(&canvas)) else { return };
        pen.clear_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
        desk.latent.with(|latent| {
            if let (Some((_, latent)), Some(backend)) = (latent, CanvasBackend::with_canvas_object(canvas.clone())) {
                // A canvas takes all that is drawn.
                let _ = codes(backend, latent, &names, dots, Some(at), scale);
            }
        });
    });
    let extent = move || desk.latent.with_untracked(|latent| latent.as_ref().map_or(3.0, |latent| reach(latent.1)));
    let go = move |to: [f32; 2]| {
        let to = to.map(|place| place.clamp(-extent(), extent()));
        at.set(to);
        decode_at(desk, to);
    };
    Effect::new(move || {
        // The place stays when the axes turn, and principal axes turn with the weights.
        if desk.plane.get().0 == Axes::Principal {
            desk.latent.track();
        }
        decode_at(desk, at.get_untracked());
    });
    let point = move |event: web_sys::PointerEvent| {
        if let Some([x, y]) = browser::place(&event) {
            go([(2.0 * x - 1.0) * extent(), (1.0 - 2.0 * y) * extent()]);
        }
    };
    let walk = move |key: web_sys::KeyboardEvent| {
        let [x, y] = at.get_untracked();
        let to = match key.key().as_str() {
            "ArrowLeft" => [x - 0.1, y],
            "ArrowRight" => [x + 0.1, y],
            "ArrowUp" => [x, y + 0.1],
            "ArrowDown" => [x, y - 0.1],
            "Home" => [0.0, 0.0],
            _ => return,
        };
        key.prevent_default();
        go(to);
    };
    let size = Memo::new(move |_| desk.latent.with(|latent| latent.as_ref().map_or(2, |latent| latent.1.size)));
    let principal = move || desk.plane.get().0 == Axes::Principal;
    let axis = move |which: usize, word: fn(&'static Words) -> &'static str| {
        view! {
            <label class="inline" hidden=move || { size.get() <= 2 || principal() }>{move || word(desk.w())}
                <select on:change=move |change| {
                    let mut axes = latents(desk);
                    axes[which] = event_target_value(&change).parse().unwrap_or_default();
                    desk.turn_plane(Axes::Latents(axes), desk.plane.get_untracked().1);
                }>
                    {move || (0..size.get()).map(|latent| view! {
                        <option value=latent.to_string() selected=move || latents(desk)[which] == latent>{format!("z{latent}")}</option>
                    }).collect_view()}
                </select>
            </label>
        }
    };
    view! {
        <p class="help">{move || desk.w().latent_help}</p>
        <div class="beside">
            <div class="mosaic plane">
                <Picture image=decoded/>
                {move || shares(desk).map(|shares| ["across", "up"].into_iter().zip(shares).zip(1..).map(|((way, share), n)| {
                    let values = [("n", &*n.to_string()), ("share", &figures::percent(share))];
                    view! { <span class=format!("axis-label {way}")>{fill(desk.w().principal_axis, &values)}</span> }
                }).collect_view())}
                <canvas class="over" tabindex="0" role="application" node_ref=canvas aria-label=move || desk.w().view_latent
                    on:pointermove=point on:pointerdown=point on:keydown=walk></canvas>
            </div>
            <div class="aside-of">
                <Shown/>
                <p class="help" data-live="latent" aria-live="polite">{move || {
                    let ([across, up], [x, y]) = (latents(desk), at.get());
                    match shares(desk) {
                        Some(_) => format!("PC 1 = {x:.2}, PC 2 = {y:.2} ({})", desk.w().deviations),
                        None => format!("z{across} = {x:.2}, z{up} = {y:.2}"),
                    }
                }}</p>
                {toggle(desk, grid, |w| w.latent_grid)}
                {toggle(desk, dots, |w| w.latent_dots)}
                <label class="inline" hidden=move || { size.get() <= 2 }><input type="checkbox" prop:checked=principal
                    on:change=move |change| {
                        let axes = if event_target_checked(&change) { Axes::Principal } else { Axes::Latents([0, 1]) };
                        desk.turn_plane(axes, desk.plane.get_untracked().1);
                    }/>{move || desk.w().principal}</label>
                {axis(0, |w| w.axis_across)}
                {axis(1, |w| w.axis_up)}
                <ClassChoice/>
            </div>
        </div>
        <p class="help" hidden=move || desk.latent.with(|it| it.as_ref().is_none_or(|it| it.1.probe.is_none()))>
            {move || desk.w().latent_ellipse}
        </p>
        <ul class="legend" hidden=move || !dots.get()>
            {move || classes(desk).into_iter().enumerate().map(|(at, name)| view! { <li>{swatch(at)}{name}</li> }).collect_view()}
        </ul>
    }
}

/// A class's colour in a legend.
pub fn swatch(class: usize) -> impl IntoView {
    let colour = class_colour(class);
    let background = format!("rgb({} {} {})", colour.0, colour.1, colour.2);
    view! { <span class="swatch" aria-hidden="true" style:background=background></span> }
}

/// A box to tick.
pub fn toggle(desk: Desk, on: RwSignal<bool>, word: fn(&'static Words) -> &'static str) -> impl IntoView {
    view! {
        <label class="inline"><input type="checkbox" prop:checked=move || on.get()
            on:change=move |change| on.set(event_target_checked(&change))/>{move || word(desk.w())}</label>
    }
}

/// The names of the data set's classes.
pub fn classes(desk: Desk) -> Vec<String> {
    desk.data.with(|data| data.iter().flat_map(|data| &data.classes).map(|class| desk.say(class)).collect())
}

/// The latents that are chosen as axes, or would be.
fn latents(desk: Desk) -> [u32; 2] {
    match desk.plane.get().0 {
        Axes::Latents(axes) => axes,
        Axes::Principal => [0, 1],
    }
}

/// What lies along each principal axis, while they are shown.
fn shares(desk: Desk) -> Option<[f32; 2]> {
    desk.latent.with(|latent| Some(latent.as_ref()?.1.principal.as_ref()?.shares))
}

fn decode_at(desk: Desk, at: [f32; 2]) {
    let code = match desk.plane.get_untracked().0 {
        Axes::Latents(axes) => {
            let mut code = vec![0.0; *axes.iter().max().unwrap_or(&1) as usize + 1];
            axes.iter().zip(at).for_each(|(axis, place)| code[*axis as usize] += place);
            Some(code)
        }
        Axes::Principal => desk.latent.with_untracked(|latent| {
            let its = latent.as_ref()?.1.principal.as_ref()?;
            let ways = its.axes[0].iter().zip(&its.axes[1]);
            Some(its.mean.iter().zip(ways).map(|(mean, (across, up))| mean + at[0] * across + at[1] * up).collect())
        }),
    };
    code.into_iter().for_each(|code| desk.decode(Codes::Given(vec![code])));
}

/// The first decoded picture, enlarged.
#[component]
fn Shown() -> impl IntoView {
    let desk = desk();
    let image = Signal::derive(move || desk.decoded.with(|it| picture(&it.as_ref()?.1.first()?.picture)));
    view! { <div class="enlarged"><Picture image label=Signal::derive(move || desk.w().decoded_picture.to_owned())/></div> }
}

/// Which class a conditional model decodes.
#[component]
fn ClassChoice() -> impl IntoView {
    let desk = desk();
    view! {
        <label class="inline" hidden=move || desk.value("conditional") != Some(Value::Switch(true))>{move || desk.w().class_of}
            <select on:change=move |change| {
                let axes = desk.plane.get_untracked().0;
                desk.turn_plane(axes, event_target_value(&change).parse().unwrap_or_default());
            }>
                {move || classes(desk).into_iter().enumerate().map(|(at, name)| view! {
                    <option value=at.to_string() selected=move || desk.plane.get().1 as usize == at>{name}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

/// What is decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Sliders,
    Walk,
    Between,
}

/// Sliders for single latents, and ways between two samples or two pictures.
#[component]
pub fn Decoded() -> impl IntoView {
    let desk = desk();
    let way = RwSignal::new(Way::Sliders);
    let code = RwSignal::new(Vec::<f32>::new());
    let ends = RwSignal::new([0u32, 1]);
    let all = RwSignal::new(false);
    let encodes =
        move || desk.card.get().is_some_and(|card| card.views.contains(&crate::protocol::View::Reconstructions));
    Effect::new(move || {
        if way.get() == Way::Between && !encodes() {
            way.set(Way::Sliders);
        }
    });
    Effect::new(move || {
        let [from, to] = ends.get();
        let test = |index| Probe::Sample { split: Split::Test, index };
        desk.decode(match way.get() {
            Way::Sliders => Codes::Given(vec![code.get()]),
            Way::Walk => Codes::Walk { from: from % 64, to: to % 64, count: STOPS },
            Way::Between => {
                let drawn = desk.probe.get().filter(|_| desk.on_pad());
                Codes::Between { from: drawn.unwrap_or_else(|| test(from)), to: test(to), count: STOPS }
            }
        });
    });
    let size = Memo::new(move |_| {
        desk.decoded.with(|it| it.as_ref().and_then(|it| Some(it.1.first()?.code.len())).unwrap_or(0))
    });
    let strip = Signal::derive(move || {
        desk.decoded.with(|decoded| {
            let planes: Vec<&Plane> = decoded.as_ref()?.1.iter().map(|it| &it.picture).collect();
            mosaic(&planes, STOPS as usize, &[], [0; 3], [0; 3])
        })
    });
    let other = move |_| {
        let random = || (js_sys::Math::random() * 64.0) as u32;
        ends.set([random(), random()]);
        code.update(|code| code.clear());
    };
    let tab = move |its: Way, word: fn(&'static Words) -> &'static str| {
        view! {
            <button type="button" aria-pressed=move || (way.get() == its).to_string() on:click=move |_| way.set(its)>
                {move || word(desk.w())}
            </button>
        }
    };
    let slider = move |latent: usize| {
        let value = move || code.with(|code| code.get(latent).copied().unwrap_or(0.0));
        view! {
            <label class="inline"><span>{format!("z{latent}")}</span>
                <input type="range" min="-3" max="3" step="0.05" prop:value=move || value().to_string()
                    on:input=move |input| {
                        let to = browser::slid(&input).unwrap_or(0.0) as f32;
                        code.update(|code| {
                            code.resize(code.len().max(latent + 1), 0.0);
                            code[latent] = to;
                        });
                    }/>
                <output>{move || format!("{:.2}", value())}</output>
            </label>
        }
    };
    view! {
        <div class="choices">
            <div class="row segments">
                {tab(Way::Sliders, |w| w.way_sliders)}
                {tab(Way::Walk, |w| w.way_walk)}
                {move || encodes().then(|| tab(Way::Between, |w| w.way_between))}
            </div>
            <button type="button" on:click=other>
                {move || if way.get() == Way::Sliders { desk.w().to_zero } else { desk.w().reroll }}
            </button>
            <ClassChoice/>
        </div>
        <p class="help">{move || match way.get() {
            Way::Sliders => desk.w().sliders_help.to_owned(),
            Way::Walk => ends_in_words(desk.w().walk_help, ends.get(), None),
            Way::Between => ends_in_words(desk.w().between_help, ends.get(), desk.on_pad().then(|| desk.w().yours)),
        }}</p>
        <Show when=move || way.get() == Way::Sliders
            fallback=move || view! { <div class="strip"><Picture image=strip label=Signal::derive(move || desk.w().view_decoded.to_owned())/></div> }>
            <div class="beside">
                <div class="sliders">
                    {move || (0..if all.get() { size.get() } else { size.get().min(SLIDERS) }).map(slider).collect_view()}
                    <label class="inline" hidden=move || { size.get() <= SLIDERS }><input type="checkbox" prop:checked=move || all.get()
                        on:change=move |change| all.set(event_target_checked(&change))/>
                        {move || fill(desk.w().all_latents, &[("count", &size.get().to_string())])}</label>
                </div>
                <div class="aside-of"><Shown/></div>
            </div>
        </Show>
    }
}

fn ends_in_words(pattern: &str, [from, to]: [u32; 2], drawn: Option<&str>) -> String {
    let name = |index: u32| format!("{}", index + 1);
    fill(pattern, &[("from", &drawn.map_or_else(|| name(from), str::to_owned)), ("to", &name(to))])
}

/// A discriminator's scores.
#[component]
pub fn Scores() -> impl IntoView {
    let desk = desk();
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move || {
        desk.surface.track();
        let w = desk.w();
        let Some(canvas) = canvas.get() else { return };
        let Some(scale) = browser::sharpen(&canvas) else { return };
        desk.scores.with(|scores| {
            if let (Some((_, scores)), Some(backend)) = (scores, CanvasBackend::with_canvas_object(canvas.clone())) {
                let words = [if scores.probability { w.scores_probability } else { w.scores_critic }, w.scores_count];
                // A canvas takes all that is drawn.
                let _ = crate::paint::scores::histograms(backend, scores, words, &browser::palette(), scale);
            }
        });
    });
    let total = move |generated: bool| {
        desk.scores.with(|scores| {
            scores.as_ref().map_or(0, |(_, it)| if generated { &it.generated } else { &it.real }.iter().sum::<u32>())
        })
    };
    view! {
        <p class="help">{move || desk.w().scores_help}</p>
        <ul class="legend">
            <li><span class="swatch" aria-hidden="true"></span>{move || desk.w().real}" "<output>{move || total(false)}</output></li>
            <li class="role-generator"><span class="swatch" aria-hidden="true"></span>{move || desk.w().generated}" "
                <output>{move || total(true)}</output></li>
        </ul>
        <div class="plot"><canvas node_ref=canvas role="img" aria-label=move || desk.w().view_scores></canvas></div>
    }
}
