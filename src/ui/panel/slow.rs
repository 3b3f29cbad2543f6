//! Slow motion: the acts of a step, the formula that the present one carried out, and the numbers that it found.

use leptos::prelude::*;

use super::desk;
use super::learn::set;
use super::transport::{choices, role_class};
use crate::protocol::Act;
use crate::ui::figures;
use crate::ui::words::fill;

/// Milliseconds from one act to the next, with their names.
const TEMPI: [(u32, &str); 4] = [(2400, "0.5×"), (1200, "1×"), (600, "2×"), (300, "4×")];

/// The panel of slow motion.
#[component]
pub fn Slow() -> impl IntoView {
    let desk = desk();
    let plays = move || desk.slow.get() == Some(true);
    let place = move || {
        let (step, done, of) = desk.acts.with(|it| it.as_ref().map_or((0, 0, 0), |it| (it.0, it.1, it.2.len())));
        let number = if of > 0 && done as usize == of { step } else { step + 1 };
        let values = [("step", &*figures::count(number)), ("done", &done.to_string()), ("of", &of.to_string())];
        fill(desk.w().slow_at, &values)
    };
    let done = Memo::new(move |_| desk.acts.with(|it| it.as_ref().map_or(0, |it| it.1 as usize)));
    let present = move || desk.acts.with(|it| it.as_ref()?.2.get(done.get().checked_sub(1)?).cloned());
    view! {
        <section class="slow-motion card" aria-labelledby="slow-title">
            <h2 id="slow-title">{move || desk.w().slow}</h2>
            <div class="choices">
                <button type="button" on:click=move |_| desk.play_slow(!plays())>
                    <span class=move || if plays() { "icon pause" } else { "icon play" } aria-hidden="true"></span>
                    {move || if plays() { desk.w().slow_pause } else { desk.w().slow_play }}
                </button>
                <button type="button" on:click=move |_| desk.next_act()>{move || desk.w().slow_next}</button>
                <label class="inline">{move || desk.w().slow_tempo}
                    <select on:change=move |change| desk.tempo.set(event_target_value(&change).parse().unwrap_or(1200))>
                        {TEMPI.map(|(tempo, name)| view! {
                            <option value=tempo.to_string() selected=move || desk.tempo.get() == tempo>{name}</option>
                        }).into_iter().collect_view()}
                    </select>
                </label>
            </div>
            <p class="label" data-live="act" data-done=move || done.get().to_string()>{place}</p>
            <ol class="acts">
                {move || {
                    let acts = desk.acts.with(|it| it.as_ref().map(|it| it.2.clone()).unwrap_or_default());
                    acts.into_iter().enumerate().map(|(at, act)| {
                        let first = act.values.first().map(|value| figures::value(value.1));
                        let class = format!("{}{}", role_class(act.role), if at < done.get() { " done" } else { "" });
                        let now = (at + 1 == done.get()).then_some("step");
                        view! { <li class=class aria-current=now><span>{desk.say(&act.title)}</span><output>{first}</output></li> }
                    }).collect_view()
                }}
            </ol>
            <div class="act">
                <p aria-live="polite">{move || {
                    present().map_or_else(|| desk.w().slow_help.to_owned(), |act| desk.say(&act.text))
                }}</p>
                {move || present().map(|act| view! { <Carried act/> })}
            </div>
            <p class="label" id="whole-step">{move || desk.w().slow_whole}</p>
            {move || choices(desk, "players").map(|(knob, choices)| view! {
                <div class="row segments" role="group" aria-labelledby="whole-step">
                    {choices.into_iter().map(|(value, title)| {
                        let knob = knob.clone();
                        view! {
                            <button type="button" on:click=move |_| { desk.turn(&knob, value.clone()); desk.step(); }>
                                {move || desk.say(&title)}</button>
                        }
                    }).collect_view()}
                </div>
            })}
        </section>
    }
}

/// The formula of the act that was carried out last, and what it found.
#[component]
fn Carried(act: Act) -> impl IntoView {
    let desk = desk();
    let Act { tex, values, .. } = act;
    view! {
        <div class="set" tabindex="0" role="group" aria-label=tex.source.to_string()>{set(&tex)}</div>
        <dl>{values.into_iter().map(|(name, value)| view! {
            <div><dt>{move || desk.say(&name)}</dt><dd>{figures::value(value)}</dd></div>
        }).collect_view()}</dl>
    }
}
