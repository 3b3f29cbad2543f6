//! What can be seen of a run: one tab a view, and only the open one is asked of the worker.

use leptos::prelude::*;

use super::confusion::Confusion;
use super::desk;
use super::ladder::Ladder;
use super::latent::{Decoded, Latent, Scores};
use super::pictures::Picture;
use super::points::Points;
use super::regions::Regions;
use super::samples::{Augmented, Reconstructions, Samples};
use super::tabs::Tabs;
use crate::paint::pixels::{picture, sheet};
use crate::protocol::{Layer, Probe, Split, Tile, View};
use crate::ui::address::{VIEWS, name};
use crate::ui::desk::{Desk, Shown};
use crate::ui::words::fill;
use crate::ui::{browser, figures};

/// The views' panel.
#[component]
pub fn Views() -> impl IntoView {
    let desk = desk();
    let offered = Memo::new(move |_| {
        let views = desk.card.get().map(|card| card.views.clone()).unwrap_or_default();
        let mut views: Vec<_> = views.into_iter().filter(|view| *view != View::Reading).collect();
        // What is made comes first.
        views.sort_by_key(|view| *view != View::Samples);
        views
    });
    let titles = Signal::derive(move || offered.get().into_iter().map(|view| title(desk, view).to_owned()).collect());
    let chosen = Signal::derive(move || offered.get().iter().position(|view| *view == desk.view.get()).unwrap_or(0));
    let choose = Callback::new(move |at: usize| {
        if let Some(view) = offered.with_untracked(|offered| offered.get(at).copied()) {
            desk.open_view(view);
        }
    });
    view! {
        <section class="views card" aria-labelledby="views-title">
            <h2 id="views-title">{move || desk.w().views}</h2>
            <Tabs id="view" label=Signal::derive(move || desk.w().views) titles chosen choose/>
            <div class="view" role="tabpanel" id="view-panel" data-view=move || name(&VIEWS, desk.view.get())
                aria-labelledby=move || format!("view-tab-{}", chosen.get())>
                <p class="stamp">{move || stamp(desk).map(|step| fill(desk.w().frame_at, &[("step", &figures::count(step))]))}</p>
                {move || {
                    let view = desk.view.get();
                    // Sliders are there before anything was decoded: they are what asks for it.
                    let there = Memo::new(move |_| view == View::Decoded || taken(desk).is_some());
                    let points = Memo::new(move |_| desk.scatter.step().is_some());
                    move || if !there.get() {
                        view! { <p class="empty">{move || waiting(desk, view)}</p> }.into_any()
                    } else {
                        match view {
                            View::Confusion | View::Reading => view! { <Confusion/> }.into_any(),
                            View::Mistakes => view! { <Mistakes/> }.into_any(),
                            View::Filters => view! { <Layers view layers=desk.filters/> }.into_any(),
                            View::Activations => view! { <Layers view layers=desk.activations/> }.into_any(),
                            View::Saliency => view! { <Layers view layers=desk.saliency/> }.into_any(),
                            View::Dream => view! { <Layers view layers=desk.dream/> }.into_any(),
                            View::Samples if points.get() => view! { <Points/> }.into_any(),
                            View::Samples => view! { <Samples/> }.into_any(),
                            View::Reconstructions => view! { <Reconstructions/> }.into_any(),
                            View::Latent => view! { <Latent/> }.into_any(),
                            View::Decoded => view! { <Decoded/> }.into_any(),
                            View::Scores => view! { <Scores/> }.into_any(),
                            View::Regions => view! { <Regions told=desk.regions alone=false/> }.into_any(),
                            View::Embedding => view! { <Regions told=desk.embedding alone=true/> }.into_any(),
                            View::Ladder => view! { <Ladder/> }.into_any(),
                            View::Augmented => view! { <Augmented/> }.into_any(),
                            // They stand under the pad.
                            View::Opinions => ().into_any(),
                        }
                    }
                }}
            </div>
        </section>
    }
}

fn title(desk: Desk, view: View) -> &'static str {
    let w = desk.w();
    match view {
        View::Reading => w.reads,
        View::Activations => w.view_activations,
        // What models its classes has no filters: it shows what each looks like.
        View::Filters if desk.card.get().is_some_and(|card| card.views.contains(&View::Samples)) => w.view_means,
        View::Filters => w.view_filters,
        View::Confusion => w.view_confusion,
        View::Mistakes => w.view_mistakes,
        View::Samples => w.view_samples,
        View::Reconstructions => w.view_reconstructions,
        View::Latent => w.view_latent,
        View::Decoded => w.view_decoded,
        View::Scores => w.view_scores,
        View::Opinions => w.opinions,
        View::Regions => w.view_regions,
        View::Ladder => w.view_ladder,
        View::Augmented => w.view_augmented,
        View::Saliency => w.view_saliency,
        View::Dream => w.view_dream,
        View::Embedding => w.view_embedding,
    }
}

/// The step at which the open view was taken, or the one that is looked back at.
fn stamp(desk: Desk) -> Option<u64> {
    desk.playhead.get().or_else(|| taken(desk))
}

fn taken(desk: Desk) -> Option<u64> {
    match desk.view.get() {
        View::Confusion | View::Reading => desk.confusion.step(),
        View::Mistakes => desk.gallery.step(),
        View::Filters => desk.filters.step(),
        View::Activations => desk.activations.step(),
        View::Samples => desk.scatter.step().or_else(|| desk.samples.step()),
        View::Reconstructions => desk.rebuilt.step(),
        View::Latent => desk.latent.step(),
        View::Decoded => desk.decoded.step(),
        View::Scores => desk.scores.step(),
        View::Regions => desk.regions.step(),
        View::Ladder => desk.ladder.step(),
        View::Augmented => desk.augmented.step(),
        View::Saliency => desk.saliency.step(),
        View::Dream => desk.dream.step(),
        View::Embedding => desk.embedding.step(),
        View::Opinions => None,
    }
}

fn waiting(desk: Desk, view: View) -> &'static str {
    let w = desk.w();
    match view {
        View::Activations => w.activations_help,
        View::Saliency => w.saliency_help,
        _ => w.view_empty,
    }
}

/// What stands over layers.
fn help(desk: Desk, view: View) -> &'static str {
    let w = desk.w();
    match view {
        View::Saliency => w.saliency_help,
        View::Dream => w.dream_help,
        _ => "",
    }
}

#[component]
fn Mistakes() -> impl IntoView {
    let desk = desk();
    let counts = move || {
        desk.gallery.with(|gallery| {
            let (_, gallery) = gallery.as_ref()?;
            Some(fill(
                desk.w().mistakes_help,
                &[("wrong", &figures::count(gallery.wrong.into())), ("of", &figures::count(gallery.of.into()))],
            ))
        })
    };
    let tiles = move || desk.gallery.with(|gallery| gallery.as_ref().map(|it| it.1.tiles.clone()).unwrap_or_default());
    view! {
        <p class="help">{counts}</p>
        <ul class="gallery">
            <For each=tiles key=|tile| (tile.index, tile.guess, tile.confidence.to_bits()) let:tile><Mistake tile=tile/></For>
        </ul>
    }
}

#[component]
fn Mistake(tile: Tile) -> impl IntoView {
    let desk = desk();
    let image = picture(&tile.picture);
    let Tile { index, truth, guess, confidence, .. } = tile;
    let class = move |at: u32| {
        let named = desk.data.with(|data| data.as_ref()?.classes.get(at as usize).map(|class| desk.say(class)));
        named.unwrap_or_else(|| at.to_string())
    };
    let said = move || {
        let values =
            [("truth", &*class(truth)), ("guess", &class(guess)), ("confidence", &figures::percent(confidence))];
        fill(desk.w().mistake, &values)
    };
    let choose = move |_| {
        desk.look(Some(Probe::Sample { split: Split::Test, index }));
        browser::reveal("pad-title");
    };
    view! {
        <li>
            <button type="button" on:click=choose>
                <Picture image=Signal::derive(move || image.clone())/>
                <span>{said}</span>
            </button>
        </li>
    }
}

/// Layers, each a sheet of its channels.
#[component]
fn Layers(view: View, layers: Shown<Vec<Layer>>) -> impl IntoView {
    let desk = desk();
    let count = Memo::new(move |_| layers.with(|layers| layers.as_ref().map_or(0, |layers| layers.1.len())));
    view! {
        <p class="help">{move || help(desk, view)}</p>
        <div class="layers">
            {move || (0..count.get()).map(|at| view! { <LayerAt layers at/> }).collect_view()}
        </div>
    }
}

/// A layer as a sheet of its channels.
#[component]
pub fn LayerAt(
    /// The layers of which it shows one.
    layers: Shown<Vec<Layer>>,
    /// Which.
    at: usize,
) -> impl IntoView {
    let desk = desk();
    let image = Signal::derive(move || layers.with(|layers| sheet(layers.as_ref()?.1.get(at)?)));
    let title = move || {
        layers.with(|layers| layers.as_ref()?.1.get(at).map(|layer| desk.say(&layer.title))).unwrap_or_default()
    };
    let shape = move || {
        layers.with(|layers| {
            let layer = layers.as_ref()?.1.get(at)?;
            Some(layer.shape.iter().map(u32::to_string).collect::<Vec<_>>().join(" × "))
        })
    };
    let scale = move || {
        layers.with(|layers| {
            let layer = layers.as_ref()?.1.get(at)?;
            let w = desk.w();
            let word = if layer.signed { w.scale_signed } else { w.scale_plain };
            Some(fill(word, &[("scale", &figures::value(layer.scale))]))
        })
    };
    let flat = Memo::new(move |_| {
        layers.with(|layers| Some(layers.as_ref()?.1.get(at)?.channels.first()?.height == 1)).unwrap_or(false)
    });
    view! {
        <figure class="layer" class:flat=flat>
            <figcaption><strong>{title}</strong>" "<small>{shape}</small></figcaption>
            <Picture image=image label=Signal::derive(title)/>
            <p class="help">{scale}</p>
        </figure>
    }
}
