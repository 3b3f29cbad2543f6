//! What the network saw of the pad, and what it makes of it.

use leptos::prelude::*;

use super::desk;
use super::pad::drawable;
use super::pictures::Picture;
use crate::paint::pixels::picture;
use crate::protocol::{Answer, Opinion, Plane, Reading, View};
use crate::ui::desk::Desk;
use crate::ui::figures;
use crate::ui::words::fill;

/// What the network saw, and what it makes of it; `prepared` says whether a drawing is treated as the data set was.
#[component]
pub fn Verdict(prepared: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    let reads = Memo::new(move |_| desk.card.get().is_none_or(|card| card.views.contains(&View::Reading)));
    let rebuilds = Memo::new(move |_| {
        !reads.get() && desk.card.get().is_some_and(|card| card.views.contains(&View::Reconstructions))
    });
    let image = Signal::derive(move || {
        let seen = |it: &Option<Plane>| it.as_ref().filter(|_| !reads.get()).and_then(picture);
        desk.opinions
            .with(|it| seen(&it.seen))
            .or_else(|| desk.reading.with(|reading| picture(&reading.as_ref()?.1.seen)))
    });
    let rebuilt = Signal::derive(move || {
        let there = rebuilds.get() && desk.on_pad();
        desk.rebuilt.with(|rebuilt| picture(&rebuilt.as_ref().filter(|_| there)?.1.first()?.decoded))
    });
    view! {
        <div class="verdict">
            <div class="seen">
                <p class="label" id="seen-title">{move || desk.w().seen}</p>
                <Picture image=image label=Signal::derive(move || desk.w().seen.to_owned())/>
                <div class="segments" role="group" aria-labelledby="seen-title" hidden=move || !drawable(desk)>
                    <button type="button" aria-pressed=move || prepared.get().to_string()
                        title=move || desk.w().prepared_hint on:click=move |_| prepared.set(true)>{move || desk.w().prepared}</button>
                    <button type="button" aria-pressed=move || (!prepared.get()).to_string()
                        title=move || desk.w().raw_hint on:click=move |_| prepared.set(false)>{move || desk.w().raw}</button>
                </div>
            </div>
            <div class="reads seen" hidden=move || !rebuilds.get()>
                <p class="label">{move || desk.w().view_reconstructions}</p>
                <Picture image=rebuilt label=Signal::derive(move || desk.w().view_reconstructions.to_owned())/>
            </div>
            <div class="reads" hidden=move || !reads.get()>
                <p class="label">{move || desk.w().reads}</p>
                <p class="prediction" class:named=move || named(desk)><output data-live="prediction">{move || prediction(desk)}</output>
                    <small>{move || confidence(desk)}</small></p>
                <Bars/>
            </div>
        </div>
        <p class="help whose" hidden=move || !reads.get()>{move || whose(desk)}</p>
    }
}

/// The class with the highest probability, and that.
fn best(reading: &Reading) -> Option<(usize, f32)> {
    let Answer::Probabilities(shares) = &reading.answer else { return None };
    likeliest(shares)
}

/// The largest share and where it stands.
pub fn likeliest(shares: &[f32]) -> Option<(usize, f32)> {
    shares.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Whether classes have names that would not fit under columns side by side.
pub fn named(desk: Desk) -> bool {
    desk.data.with(|data| data.iter().flat_map(|data| &data.classes).any(|class| desk.say(class).chars().count() > 2))
}

/// A class's name.
pub fn class(desk: Desk, at: usize) -> String {
    desk.data.with(|data| data.as_ref()?.classes.get(at).map(|class| desk.say(class))).unwrap_or_else(|| at.to_string())
}

fn prediction(desk: Desk) -> String {
    desk.reading.with(|reading| best(reading.as_ref()?.1)).map_or("–".to_owned(), |(at, _)| class(desk, at))
}

fn confidence(desk: Desk) -> String {
    let found = desk.reading.with(|reading| best(reading.as_ref()?.1));
    found.map_or_else(|| desk.w().abstains.to_owned(), |(_, share)| figures::percent(share))
}

fn whose(desk: Desk) -> String {
    desk.reading.with(|reading| {
        let Some((_, reading)) = reading else { return String::new() };
        let by = match &reading.by {
            Opinion::Current => {
                fill(desk.w().by_current, &[("step", &figures::count(desk.pulse.with(|pulse| pulse.step)))])
            }
            Opinion::Shipped { title, accuracy } => {
                let accuracy = figures::percent(*accuracy);
                fill(desk.w().by_shipped, &[("title", &desk.say(title)), ("accuracy", &accuracy)])
            }
        };
        match reading.truth {
            Some(truth) => format!("{} · {by}", fill(desk.w().truth_is, &[("class", &class(desk, truth as usize))])),
            None => by,
        }
    })
}

/// Every class's probability.
#[component]
fn Bars() -> impl IntoView {
    let desk = desk();
    let classes = Memo::new(move |_| desk.data.with(|data| data.as_ref().map_or(10, |data| data.classes.len())));
    let share = move |at: usize| {
        desk.reading.with(|reading| match &reading.as_ref()?.1.answer {
            Answer::Probabilities(shares) => shares.get(at).copied(),
            Answer::Abstain => None,
        })
    };
    let best_at = Memo::new(move |_| desk.reading.with(|reading| best(reading.as_ref()?.1).map(|best| best.0)));
    view! {
        <ol class="bars" class:named=move || named(desk) aria-label=move || desk.w().probabilities>
            {move || (0..classes.get()).map(|at| view! {
                <li class:best=move || best_at.get() == Some(at)
                    title=move || format!("{}: {}", class(desk, at), figures::percent(share(at).unwrap_or(0.0)))>
                    <span class="column" aria-hidden="true">
                        <span class="fill" style=("--share", move || format!("{:.3}", share(at).unwrap_or(0.0)))></span>
                    </span>
                    <span class="class">{move || class(desk, at)}</span>
                    <span class="unseen">{move || figures::percent(share(at).unwrap_or(0.0))}</span>
                </li>
            }).collect_view()}
        </ol>
    }
}
