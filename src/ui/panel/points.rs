//! Generated points in the plane among real ones, over what the discriminator says of each place.

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;

use super::desk;
use super::film::{Look, Scrubber, looked_at};
use super::latent::{classes, swatch, toggle};
use crate::paint::scatter::{Layers, scatter};
use crate::protocol::Scatter;
use crate::ui::browser;
use crate::ui::reel::Shot;

/// The scatter plot, its legend, and what it shows besides the points.
#[component]
pub fn Points() -> impl IntoView {
    let desk = desk();
    let canvas = NodeRef::<Canvas>::new();
    let (field, slopes, grid) = (RwSignal::new(true), RwSignal::new(false), RwSignal::new(false));
    let asked = Memo::new(move |_| desk.asked());
    let layers = Signal::derive(move || {
        let (field, slopes, grid) = (field.get(), slopes.get(), grid.get());
        Layers { field, slopes, grid, classes: asked.get() }
    });
    Effect::new(move || {
        desk.surface.track();
        let layers = layers.get();
        let looked = looked_at(desk, desk.reel);
        let Some(canvas) = canvas.get() else { return };
        let Some(scale) = browser::sharpen(&canvas) else { return };
        let paint = |points: &Scatter| {
            if let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) {
                // A canvas takes all that is drawn.
                let _ = scatter(backend, points, layers, &browser::palette(), scale);
            }
        };
        match looked.as_ref().map(|frame| &frame.shot) {
            Some(Shot::Points(points)) => paint(points),
            _ => desk.scatter.with(|body| body.iter().for_each(|(_, points)| paint(points))),
        }
    });
    let has = move |what: fn(&Scatter) -> bool| desk.scatter.with(|body| body.as_ref().is_some_and(|it| what(it.1)));
    let (judged, flat) = (move || has(|it| it.field.is_some()), move || has(|it| !it.grid.is_empty()));
    let count = move |of: fn(&Scatter) -> usize| desk.scatter.with(|body| body.as_ref().map_or(0, |it| of(it.1)));
    view! {
        <p class="help">{move || desk.w().points_help}</p>
        <Scrubber reel=desk.reel look=Look::Points(layers)/>
        <div class="beside">
            <div class="scatter"><canvas node_ref=canvas role="img" aria-label=move || desk.w().view_samples></canvas></div>
            <div class="aside-of">
                <ul class="legend">
                    <li><span class="swatch" aria-hidden="true"></span>{move || desk.w().points_real}" "
                        <output>{move || count(|it| it.real.len())}</output></li>
                    <li class="role-generator"><span class="swatch" aria-hidden="true"></span>{move || desk.w().generated}" "
                        <output>{move || count(|it| it.generated.len())}</output></li>
                    {move || classes(desk).into_iter().take(asked.get()).enumerate().map(|(class, name)| view! {
                        <li>{swatch(class)}{name}</li>
                    }).collect_view()}
                </ul>
                <div hidden=move || !judged()>
                    {toggle(desk, field, |w| w.points_field)}
                    {toggle(desk, slopes, |w| w.points_slopes)}
                </div>
                <div hidden=move || !flat()>{toggle(desk, grid, |w| w.points_grid)}</div>
            </div>
        </div>
    }
}
