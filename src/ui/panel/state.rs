//! How a generative run stands, in sentences, and the ways to break it.

use leptos::prelude::*;

use super::desk;
use crate::protocol::Break;
use crate::ui::words::fill;
use crate::ui::{figures, sentence};

/// What the numbers say, and buttons that make the run fail.
#[component]
pub fn State() -> impl IntoView {
    let desk = desk();
    let said = Memo::new(move |_| {
        let classes =
            desk.data.with(|data| data.iter().flat_map(|it| &it.classes).map(|it| desk.say(it)).collect::<Vec<_>>());
        desk.findings.with(|findings| {
            let findings = findings.iter().flat_map(|(_, findings)| findings);
            findings.map(|finding| sentence::of_finding(finding, desk.lang.get(), &classes)).collect::<Vec<_>>()
        })
    });
    let stamp = move || {
        desk.findings
            .with(|it| it.as_ref().map(|(step, _)| fill(desk.w().frame_at, &[("step", &figures::count(*step))])))
    };
    view! {
        <section class="state card" aria-labelledby="state-title">
            <h2 id="state-title">{move || desk.w().state}</h2>
            <div class="findings" role="status" data-live="findings">
                {move || if said.with(Vec::is_empty) {
                    view! { <p class="help">{desk.w().state_empty}</p> }.into_any()
                } else {
                    said.get().into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view().into_any()
                }}
            </div>
            <p class="stamp">{stamp}</p>
            {move || desk.card.get().filter(|card| !card.breaks.is_empty()).map(|card| view! {
                <h3>{move || desk.w().break_it}</h3>
                <p class="help">{move || desk.w().break_help}</p>
                {card.breaks.iter().cloned().map(|by| view! { <Breaker by=by/> }).collect_view()}
            })}
        </section>
    }
}

#[component]
fn Breaker(by: Break) -> impl IntoView {
    let desk = desk();
    let name = by.name.to_string();
    let by = StoredValue::new(by);
    let broken = Memo::new(move |_| by.with_value(|by| desk.is_broken(by)));
    let press = move |_| by.with_value(|by| if broken.get_untracked() { desk.unbreak(by) } else { desk.break_it(by) });
    view! {
        <div class="break" class:lit=broken>
            <button type="button" data-break=name aria-pressed=move || broken.get().to_string() on:click=press>
                {move || by.with_value(|by| desk.say(&by.title))}
                {move || broken.get().then(|| format!(" · {}", desk.w().undo))}
            </button>
            <p class="help" hidden=move || !broken.get()>{move || by.with_value(|by| desk.say(&by.watch))}</p>
        </div>
    }
}
