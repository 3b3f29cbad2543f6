//! How test errors fall with the number of training samples: what was observed, curves with bars, and their values.

use leptos::html::Canvas;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;

use super::desk;
use super::transport::role_class;
use crate::paint::curves::{Chart, Line, draw};
use crate::protocol;
use crate::ui::browser;
use crate::ui::desk::Desk;
use crate::ui::words::fill;

/// The view.
#[component]
pub fn Ladder() -> impl IntoView {
    let desk = desk();
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move || {
        desk.surface.track();
        let Some(canvas) = canvas.get() else { return };
        let Some(scale) = browser::sharpen(&canvas) else { return };
        desk.ladder.with(|told| {
            if let (Some((_, told)), Some(backend)) = (told, CanvasBackend::with_canvas_object(canvas.clone())) {
                // A canvas takes all that is drawn.
                let _ = draw(backend, &chart(desk, told, scale), &browser::palette());
            }
        });
    });
    let players = Memo::new(move |_| {
        let rise = |rise: &protocol::Rise| (desk.say(&rise.title), rise.turned.clone());
        // In the plane a class has no ideal: the farther from the others, the better.
        let plane = desk.data.with(|data| data.as_ref().is_some_and(protocol::DataCard::plane));
        let turns = |rise: &&protocol::Rise| !plane || rise.turned.1.of_points();
        desk.ladder.with(|told| told.iter().flat_map(|told| &told.1.rises).filter(turns).map(rise).collect::<Vec<_>>())
    });
    let said = move |at: usize| desk.ladder.with(|told| told.as_ref().map(|told| desk.say(&told.1.said[at])));
    view! {
        <p data-live="finding" aria-live="polite">{move || said(0)}</p>
        <div class="plot"><canvas node_ref=canvas role="img" aria-label=move || desk.w().view_ladder></canvas></div>
        <p class="help">{move || said(1)}</p>
        <div class="tables"><table data-ladder="" inner_html=move || rows(desk)></table></div>
        <p class="help">{move || desk.w().turn_help}</p>
        <div class="brushes">{move || players.get().into_iter().map(|(title, (recipe, view))| view! {
            <button type="button" data-turned=recipe.clone() on:click=move |_| {
                desk.open_view(view);
                desk.choose_model(&recipe);
            }>{fill(desk.w().turn_around, &[("model", &title)])}</button>
        }).collect_view()}</div>
    }
}

fn chart(desk: Desk, told: &protocol::Ladder, scale: f64) -> Chart {
    let line = |rise: &protocol::Rise| Line {
        role: rise.role,
        raw: rise.rungs.iter().map(|(size, mean, _)| (u64::from(*size), *mean)).collect(),
        smooth: Vec::new(),
        bars: rise.rungs.iter().map(|rung| rung.2).collect(),
        reference: None,
        dashed: false,
    };
    let [x, y] = told.axes.each_ref().map(|axis| desk.say(axis));
    let lines = told.rises.iter().map(line).collect();
    Chart { x, y, lines, bounds: Some((0.0, 100.0)), log: false, wide: true, cursor: None, scale }
}

/// The values: a row for each number of samples, a column for each model.
fn rows(desk: Desk) -> String {
    desk.ladder.with(|told| {
        let Some((_, told)) = told else { return String::new() };
        let [x, y] = told.axes.each_ref().map(|axis| desk.say(axis));
        let mut text = format!("<tr><th>{x}");
        for rise in &told.rises {
            let (role, title) = (role_class(rise.role), desk.say(&rise.title));
            text += &format!("<th class={role}><i class=swatch></i> {title}, {y}");
        }
        for (at, (size, ..)) in told.rises.iter().take(1).flat_map(|rise| &rise.rungs).enumerate() {
            text += &format!("<tr><th>{size}");
            for (_, mean, error) in told.rises.iter().filter_map(|rise| rise.rungs.get(at)) {
                text += &format!("<td>{mean:.2} ± {error:.2}");
            }
        }
        text
    })
}
