//! The invitation, the buttons that train, and the live figures.

use leptos::prelude::*;

use super::{desk, phase_name, phase_words};
use crate::protocol::{Knob, Phase, Range, Text, Value, View};
use crate::ui::desk::{Desk, Stage, generates};
use crate::ui::figures;
use crate::ui::words::{Words, fill};

/// What the page is, in two sentences.
#[component]
pub fn Hero() -> impl IntoView {
    let desk = desk();
    let makes = move || desk.card.get().is_some_and(|card| generates(&card));
    view! {
        <div class="hero">
            <h1>{move || if makes() { desk.w().hero_make } else { desk.w().hero }}</h1>
            <p>{move || if makes() { desk.w().hero_make_more } else { desk.w().hero_more }}</p>
        </div>
    }
}

/// Train, pause, step, reset; the phase; the data that is still coming.
#[component]
pub fn Transport() -> impl IntoView {
    let desk = desk();
    let steady =
        move || matches!(desk.stage.get(), Stage::Run(Phase::Ready | Phase::Paused | Phase::Training | Phase::Waiting));
    let busy = move || {
        matches!(desk.stage.get(), Stage::Waking | Stage::Run(Phase::Preparing | Phase::Compiling | Phase::Waiting))
    };
    view! {
        <section class="transport card" aria-label=move || desk.w().transport>
            <div class="buttons">
                <button type="button" class="primary" title=move || desk.w().train_hint
                    aria-keyshortcuts="Space" on:click=move |_| desk.train_or_pause()>
                    <span class=move || if desk.trains() { "icon pause" } else { "icon play" } aria-hidden="true"></span>
                    {move || if desk.trains() { desk.w().pause } else { desk.w().train }}
                </button>
                <button type="button" title=move || desk.w().step_hint aria-keyshortcuts="S"
                    disabled=move || !steady() on:click=move |_| desk.step()>{move || desk.w().step_one}</button>
                <button type="button" title=move || desk.w().reset_hint aria-keyshortcuts="R"
                    disabled=move || desk.catalogue.get().is_none() on:click=move |_| desk.reset()>{move || desk.w().reset}</button>
            </div>
            <Players/>
            <Show when=move || desk.has_acts()>
                <button type="button" title=move || desk.w().slow_hint aria-pressed=move || desk.slow.get().is_some().to_string()
                    on:click=move |_| desk.toggle_slow()>{move || desk.w().slow}</button>
            </Show>
            <p class="phase" class:busy=busy>
                <span class="dot" aria-hidden="true"></span>
                <strong data-live="phase" data-phase=move || phase_name(desk.stage.get())>{move || phase_words(desk)}</strong>
            </p>
            <Loading/>
            <p class="keys">{move || desk.w().keys}</p>
        </section>
    }
}

/// A choice knob of the model's, and what it can be turned to.
pub fn choices(desk: Desk, name: &str) -> Option<(Knob, Vec<(Value, Text)>)> {
    let knob = desk.card.get()?.knobs.iter().find(|knob| knob.name == name).cloned()?;
    let Range::Choice(choices) = knob.range.clone() else { return None };
    Some((knob, choices.into_iter().map(|choice| (Value::Choice(choice.name), choice.title)).collect()))
}

/// Who learns in a step: buttons for the choice knob `players`, where the model has it.
#[component]
fn Players() -> impl IntoView {
    let desk = desk();
    move || {
        let (knob, choices) = choices(desk, "players")?;
        let title = knob.title.clone();
        let button = |(value, its_title): (Value, Text)| {
            let (knob, its) = (knob.clone(), value.clone());
            view! {
                <button type="button" aria-pressed=move || (desk.value("players").as_ref() == Some(&its)).to_string()
                    on:click=move |_| desk.turn(&knob, value.clone())>{move || desk.say(&its_title)}</button>
            }
        };
        Some(view! {
            <div class="row segments" role="group" aria-label=move || desk.say(&title)>
                {choices.into_iter().map(button).collect_view()}
            </div>
        })
    }
}

/// The bar of the data that is still coming.
#[component]
fn Loading() -> impl IntoView {
    let desk = desk();
    let here = move || desk.loading.get().filter(|(here, all)| here < all);
    // The first chunks are enough to begin with; a bar that stands there would look stuck.
    let enough = move || matches!(desk.stage.get(), Stage::Run(Phase::Ready | Phase::Paused));
    view! {
        <div class="loading" class:done=move || here().is_none()>
            {move || here().map(|(here, all)| {
                let word = if here > 0 && enough() { desk.w().loading_enough } else { desk.w().loading_data };
                let said = fill(word, &[("here", &figures::grouped(here.into())), ("all", &figures::grouped(all.into()))]);
                view! {
                    <progress max=all.to_string() value=here.to_string() aria-label=said.clone()></progress>
                    <span>{said}</span>
                }
            })}
        </div>
    }
}

/// All live figures.
#[component]
pub fn Readouts() -> impl IntoView {
    let desk = desk();
    let pulse = move || desk.pulse.get();
    let untold = desk.untold();
    view! {
        <section class="readouts card" aria-label=move || desk.w().readouts>
            <dl>
                <Figure hook="step" title=|w| w.step number=move || Some(pulse().step as f64) show=whole/>
                <Figure hook="epoch" title=|w| w.epoch number=move || goes_round(desk).then(|| f64::from(pulse().epoch)) show=whole/>
                {move || desk.card.get().map(|card| card.series.iter().enumerate().filter(|(_, series)| desk.measures(series, untold.get())).map(|(at, series)| {
                    let (title, group, unit) = (series.title.clone(), series.group.clone(), series.unit.clone());
                    let latest = move || desk.tracks.with(|tracks| tracks.get(at).and_then(|track| track.last()));
                    view! {
                        <div class=role_class(series.role)>
                            <dt>{move || headed(&desk.say(&group), &desk.say(&title))}</dt>
                            <dd>
                                <span data-live=live_name(&series.name) data-value=move || latest().map(|(_, value)| value.to_string())>
                                    {move || latest().map_or("–".to_owned(), |(_, value)| figures::value(value))}
                                </span>
                                " "<small>{move || desk.say(&unit)}</small>
                            </dd>
                        </div>
                    }
                }).collect_view())}
                <Figure hook="steps-per-second" title=|w| w.steps_per_second
                    number=move || Some(f64::from(pulse().steps_per_second)) show=|rate| figures::rate(rate as f32)/>
                <Figure hook="samples-per-second" title=|w| w.samples_per_second
                    number=move || Some(f64::from(pulse().samples_per_second)) show=|rate| figures::rate(rate as f32)/>
                <Figure hook="time-left" title=|w| w.time_left
                    number=move || time_left(desk).map(f64::from) show=|seconds| figures::span(seconds as f32)/>
                <Figure hook="parameters" title=|w| w.parameters
                    number=move || desk.parameters.get().map(|count| count as f64) show=whole/>
                <Figure hook="memory" title=|w| w.memory
                    number=move || Some(pulse().memory).filter(|bytes| *bytes > 0).map(|bytes| bytes as f64)
                    show=|bytes| figures::memory(bytes as u64)/>
            </dl>
        </section>
    }
}

/// A live figure: said as `show` says it, and for scripts as the bare number in `data-value`, while there is one.
#[component]
fn Figure(
    hook: &'static str,
    title: fn(&'static Words) -> &'static str,
    #[prop(into)] number: Signal<Option<f64>>,
    show: fn(f64) -> String,
) -> impl IntoView {
    let desk = desk();
    view! {
        <div>
            <dt>{move || title(desk.w())}</dt>
            <dd data-live=hook data-value=move || number.get().map(|number| number.to_string())>
                {move || number.get().map_or("–".to_owned(), show)}
            </dd>
        </div>
    }
}

fn whole(number: f64) -> String {
    figures::count(number as u64)
}

/// `loss/train` as the hook `train-loss`.
fn live_name(series: &str) -> String {
    series.split_once('/').map_or_else(|| series.to_owned(), |(group, name)| format!("{name}-{group}"))
}

/// A curve's title, led by its chart's unless it names it already.
fn headed(group: &str, title: &str) -> String {
    let known = title.to_ascii_lowercase().contains(&group.to_ascii_lowercase());
    if known { title.to_owned() } else { format!("{group} · {title}") }
}

/// A role's class in the style sheet.
pub fn role_class(role: crate::protocol::Role) -> &'static str {
    match role {
        crate::protocol::Role::Train => "role-train",
        crate::protocol::Role::Test => "role-test",
        crate::protocol::Role::Generator => "role-generator",
        crate::protocol::Role::Discriminator => "role-discriminator",
        crate::protocol::Role::Neutral => "role-neutral",
    }
}

/// Whether a model goes through its data set again and again; an experiment chooses its samples.
fn goes_round(desk: Desk) -> bool {
    desk.card.get().is_some_and(|card| !card.views.contains(&View::Ladder))
}

/// Seconds to the end of the epoch.
fn time_left(desk: Desk) -> Option<f32> {
    let pulse = desk.pulse.get();
    if !goes_round(desk) {
        return None;
    }
    let steps = pulse.steps_per_epoch.saturating_sub(pulse.step_in_epoch) as f32;
    (pulse.steps_per_second > 0.0).then(|| steps / pulse.steps_per_second)
}
