//! Learning curves: a canvas for each group of series, with exact values, downloads and a table.

use leptos::html::{Canvas, Tbody};
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::{Element, Node};

use super::transport::role_class;
use super::{desk, frames};
use crate::paint::curves::{Chart, Line, Plot, draw};
use crate::protocol::{Reference, Series, Text};
use crate::ui::desk::Desk;
use crate::ui::words::fill;
use crate::ui::{browser, figures, track};

/// Rows of a chart's table.
const ROWS: usize = 100;

/// How often a table is written anew while a run trains, in milliseconds.
const TABLE_EVERY: f64 = 1000.0;

/// A series and its place in the card.
type Placed = (usize, Series);

/// All charts.
#[component]
pub fn Charts() -> impl IntoView {
    let desk = desk();
    let (smoothing, untold) = (RwSignal::new(0.6), desk.untold());
    view! {
        <section class="curves card" aria-labelledby="curves-title">
            <div class="bar">
                <h2 id="curves-title">{move || desk.w().curves}</h2>
                <label class="inline" title=move || desk.w().smoothing_help>
                    <span>{move || desk.w().smoothing}</span>
                    <input type="range" min="0" max="0.99" step="0.01" prop:value=move || smoothing.get().to_string()
                        on:input=move |input| smoothing.set(browser::slid(&input).unwrap_or(0.0))/>
                    <output>{move || format!("{:.2}", smoothing.get())}</output>
                </label>
            </div>
            {move || match desk.card.get() {
                None => view! { <div class="chart skeleton"></div><div class="chart skeleton"></div> }.into_any(),
                Some(card) => grouped(desk, &card.series, untold.get()).into_iter()
                    .map(|series| view! { <ChartOf series=series smoothing=smoothing/> }).collect_view().into_any(),
            }}
        </section>
    }
}

/// The series that are measured, by the part of the name before `/`, in the order of the card.
fn grouped(desk: Desk, series: &[Series], untold: bool) -> Vec<Vec<Placed>> {
    let mut groups: Vec<Vec<Placed>> = Vec::new();
    for placed in series.iter().cloned().enumerate().filter(|(_, series)| desk.measures(series, untold)) {
        match groups.iter_mut().find(|group| group_name(&group[0].1) == group_name(&placed.1)) {
            Some(group) => group.push(placed),
            None => groups.push(vec![placed]),
        }
    }
    groups
}

fn group_name(series: &Series) -> &str {
    series.name.split('/').next().unwrap_or_default()
}

/// A unit in words, also where there is none.
fn unit_words(desk: Desk, unit: &Text) -> String {
    if unit.en.is_empty() { desk.w().unitless.to_owned() } else { desk.say(unit) }
}

/// Whether another curve of the chart has taken the colour of the one at this place.
fn dashed(chart: &[Placed], place: usize) -> bool {
    let own = chart.iter().find(|(at, _)| *at == place).map(|(_, series)| series.role);
    chart.iter().take_while(|(at, _)| *at != place).any(|(_, series)| Some(series.role) == own)
}

/// The id of the chart that shows a series.
pub fn element_id(series: &str) -> String {
    format!("chart-{}", series.split('/').next().unwrap_or_default())
}

#[component]
fn ChartOf(series: Vec<Placed>, smoothing: RwSignal<f64>) -> impl IntoView {
    let desk = desk();
    let id = element_id(&series[0].1.name);
    let lit = {
        let id = id.clone();
        move || desk.spot.get().as_deref() == Some(id.as_str())
    };
    let series = StoredValue::new(series);
    let title = move || series.with_value(|series| desk.say(&series[0].1.group));
    let (canvas, log) = (NodeRef::<Canvas>::new(), RwSignal::new(false));
    let plot = painter(desk, series, canvas, smoothing, log);
    let empty = Memo::new(move |_| {
        series.with_value(|series| {
            desk.tracks.with(|t| series.iter().all(|s| t.get(s.0).is_none_or(track::Track::is_empty)))
        })
    });
    let named = move |word: &str| fill(word, &[("chart", &title())]);
    let file = move || {
        let setup = desk.setup.get_untracked();
        let of = setup.map(|setup| format!("{}-{}-", setup.recipe, setup.data)).unwrap_or_default();
        series.with_value(|series| format!("kiln-{of}{}", group_name(&series[0].1)))
    };
    let save_csv = move |_| {
        let text = series.with_value(|series| {
            desk.tracks.with_untracked(|tracks| {
                // A column keeps its name in every language, and so its unit.
                let name = |series: &Series| {
                    if series.unit.en.is_empty() {
                        series.name.to_string()
                    } else {
                        format!("{} ({})", series.name, series.unit.en)
                    }
                };
                let curves: Vec<_> = series.iter().filter_map(|s| Some((name(&s.1), tracks.get(s.0)?))).collect();
                track::csv(&curves)
            })
        });
        browser::download(&format!("{}.csv", file()), &text, "text/csv");
    };
    let save_png = move |_| {
        if let Some(canvas) = canvas.get_untracked() {
            browser::download_png(format!("{}.png", file()), &canvas);
        }
    };
    view! {
        <figure class="chart" class:lit=lit id=id>
            <figcaption class="bar">
                <h3>{title}</h3>
                <Legend series/>
                <label class="inline"><input type="checkbox" prop:checked=move || log.get()
                    on:change=move |change| log.set(event_target_checked(&change))/>{move || desk.w().log_scale}</label>
                <button type="button" class="quiet" title=move || named(desk.w().csv_hint) on:click=save_csv>{move || desk.w().csv}</button>
                <button type="button" class="quiet" title=move || named(desk.w().png_hint) on:click=save_png>{move || desk.w().png}</button>
            </figcaption>
            <div class="plot">
                <canvas node_ref=canvas tabindex="0" role="img" aria-label=move || named(desk.w().chart_label)
                    on:pointermove=move |at| point(desk, plot, &at)
                    on:pointerleave=move |_| desk.cursor.set(None)
                    on:blur=move |_| desk.cursor.set(None)
                    on:keydown=move |key| walk(desk, plot, &key)></canvas>
                <p class="empty" hidden=move || !empty.get()>
                    {move || if desk.pulse.get().step > 0 { desk.w().curves_wait } else { desk.w().curves_empty }}
                </p>
            </div>
            <References series/>
            <Tables series/>
        </figure>
    }
}

/// Paints the chart when anything in it has changed; gives back where steps lie.
fn painter(
    desk: Desk,
    series: StoredValue<Vec<Placed>>,
    canvas: NodeRef<Canvas>,
    smoothing: RwSignal<f64>,
    log: RwSignal<bool>,
) -> StoredValue<Option<Plot>> {
    let plot = StoredValue::new(None);
    let paint = frames::once_a_frame(move || {
        let (Some(Some(canvas)), false) = (canvas.try_get_untracked(), smoothing.is_disposed()) else { return };
        let Some(scale) = browser::sharpen(&canvas) else { return };
        let chart = untrack(|| chart(desk, series, smoothing.get(), log.get(), scale));
        if let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) {
            plot.set_value(draw(backend, &chart, &browser::palette()).ok());
        }
    });
    Effect::new(move || {
        desk.tracks.track();
        desk.data.track();
        desk.cursor.track();
        desk.surface.track();
        desk.lang.track();
        smoothing.track();
        log.track();
        canvas.track();
        paint();
    });
    plot
}

fn chart(desk: Desk, series: StoredValue<Vec<Placed>>, smoothing: f64, log: bool, scale: f64) -> Chart {
    series.with_value(|series| {
        let first = &series[0].1;
        let line = |(at, own): &Placed| {
            desk.tracks.with(|tracks| {
                let track = tracks.get(*at);
                Line {
                    role: own.role,
                    raw: track.map(|track| track.points().collect()).unwrap_or_default(),
                    smooth: track.filter(|_| smoothing > 0.0).map(|t| t.smoothed(smoothing)).unwrap_or_default(),
                    bars: Vec::new(),
                    reference: mark(desk, own).map(|mark| mark.value),
                    dashed: dashed(series, *at),
                }
            })
        };
        Chart {
            x: desk.w().axis_step.to_owned(),
            y: format!("{} ({})", desk.say(&first.group), unit_words(desk, &first.unit)),
            lines: series.iter().map(line).collect(),
            bounds: first.bounds,
            log,
            wide: false,
            cursor: desk.cursor.get(),
            scale,
        }
    })
}

/// Puts the cursor under the pointer.
fn point(desk: Desk, plot: StoredValue<Option<Plot>>, at: &web_sys::PointerEvent) {
    if let Some(plot) = plot.get_value() {
        let column = f64::from(at.offset_x()) * window().device_pixel_ratio().clamp(1.0, 4.0);
        desk.cursor.set(Some(plot.step_at(column)));
    }
}

/// Moves the cursor by a fiftieth of the run.
fn walk(desk: Desk, plot: StoredValue<Option<Plot>>, key: &web_sys::KeyboardEvent) {
    let Some(plot) = plot.get_value() else { return };
    let (until, now) = (plot.until as u64, desk.cursor.get_untracked());
    let stride = (until / 50).max(1);
    let next = match key.key().as_str() {
        "ArrowLeft" => now.map_or(until, |step| step.saturating_sub(stride)),
        "ArrowRight" => now.map_or(0, |step| (step + stride).min(until)),
        "Home" => 0,
        "End" => until,
        "Escape" => return desk.cursor.set(None),
        _ => return,
    };
    key.prevent_default();
    desk.cursor.set(Some(next));
}

/// Every curve's value under the cursor, or its latest.
#[component]
fn Legend(series: StoredValue<Vec<Placed>>) -> impl IntoView {
    let desk = desk();
    let item = move |at: usize, series: Series, dashed: bool| {
        let found = move || {
            desk.tracks.with(|tracks| {
                let track = tracks.get(at)?;
                desk.cursor.get().map_or_else(|| track.last(), |step| track.nearest(step))
            })
        };
        view! {
            <li class=role_class(series.role)>
                <span class="swatch" class:dashed=dashed aria-hidden="true"></span>
                <span>{let title = series.title.clone(); move || desk.say(&title)}</span>
                <output>{move || found().map_or("–".to_owned(), |(_, value)| figures::value(value))}</output>
                <small>{move || found().map(|(step, _)| fill(desk.w().at_step, &[("step", &figures::count(step))]))}</small>
            </li>
        }
    };
    view! {
        <ul class="legend">
            {series.with_value(|all| {
                all.iter().cloned().map(|(at, series)| item(at, series, dashed(all, at))).collect_view()
            })}
        </ul>
    }
}

/// A curve's published value, where it holds on the data set in force.
fn mark(desk: Desk, series: &Series) -> Option<Reference> {
    desk.data.with(|data| track::mark(series, &data.as_ref()?.name).cloned())
}

/// Whose the dashed lines are.
#[component]
fn References(series: StoredValue<Vec<Placed>>) -> impl IntoView {
    let desk = desk();
    let line = move |series: &Series| {
        let (reference, unit) = (mark(desk, series)?, series.unit.clone());
        let value = reference.value.to_string();
        Some(view! {
            <p class=format!("reference {}", role_class(series.role))>
                <span class="dash" aria-hidden="true"></span>
                {move || fill(desk.w().reference, &[("value", &value), ("unit", &desk.say(&unit))])}
                " · "<cite>{reference.source.citation.to_string()}</cite>
            </p>
        })
    };
    move || series.with_value(|series| series.iter().filter_map(|(_, series)| line(series)).collect_view())
}

/// The curves as tables.
#[component]
fn Tables(series: StoredValue<Vec<Placed>>) -> impl IntoView {
    let desk = desk();
    view! {
        <details>
            <summary>{move || desk.w().as_table}</summary>
            <p class="help">{move || fill(desk.w().table_note, &[("rows", &ROWS.to_string())])}</p>
            <div class="tables" tabindex="0" role="group" aria-label=move || desk.w().as_table>
                {series.with_value(|series| series.iter().cloned().map(|(at, series)| view! {
                    <Table at=at series=series/>
                }).collect_view())}
            </div>
        </details>
    }
}

#[component]
fn Table(at: usize, series: Series) -> impl IntoView {
    let desk = desk();
    let body = NodeRef::<Tbody>::new();
    let (due, cells) = (StoredValue::new(f64::NEG_INFINITY), StoredValue::new_local(Vec::new()));
    let write = frames::once_a_frame(move || {
        let Some(Some(body)) = body.try_get_untracked() else { return };
        let rows = desk.tracks.with_untracked(|tracks| tracks.get(at).map(|track| track::spread(track, ROWS)));
        cells.update_value(|cells| write_rows(&body, cells, &rows.unwrap_or_default()));
    });
    Effect::new(move || {
        let (trains, now) = (desk.trains(), browser::now());
        desk.tracks.track();
        body.track();
        if !trains || now >= due.get_value() {
            due.set_value(now + TABLE_EVERY);
            write();
        }
    });
    let (title, unit) = (series.title.clone(), series.unit.clone());
    let group = series.group.clone();
    view! {
        <table data-series=series.name.to_string()>
            <caption>{move || format!("{} · {}", desk.say(&group), desk.say(&title))}</caption>
            <thead><tr><th scope="col">{move || desk.w().step}</th><th scope="col">{move || unit_words(desk, &unit)}</th></tr></thead>
            <tbody node_ref=body></tbody>
        </table>
    }
}

/// Writes rows into the table's cells, whose texts are `cells`. As long as there are as many rows they stay: new ones every
/// second would be garbage, whose collection stops the page for 50 ms now and then.
fn write_rows(body: &Element, cells: &mut Vec<Node>, rows: &[(u64, f32)]) {
    let words = rows.iter().flat_map(|(step, value)| [step.to_string(), value.to_string()]);
    if cells.len() == 2 * rows.len() {
        cells.iter().zip(words).for_each(|(cell, word)| cell.set_node_value(Some(&word)));
        return;
    }
    let row = |(step, value): &(u64, f32)| format!("<tr><td>{step}</td><td>{value}</td></tr>");
    body.set_inner_html(&rows.iter().map(row).collect::<String>());
    let next = |node: &Node| node.next_sibling();
    let all = |parent: &Node| std::iter::successors(parent.first_child(), next);
    cells.clear();
    cells.extend(all(body).flat_map(|row| all(&row)).filter_map(|cell| cell.first_child()));
}
