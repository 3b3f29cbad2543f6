//! How fast this browser trains, for an address that holds the word `bench`: what the worker measured, to read and to copy.

use leptos::prelude::*;

use super::copy::Copy;
use super::desk;
use crate::protocol::Phase;
use crate::ui::desk::Stage;

/// The benchmark's panel, hidden from everyone else.
#[component]
pub fn Bench() -> impl IntoView {
    let desk = desk();
    Effect::new(move || {
        if matches!(desk.stage.get(), Stage::Run(Phase::Ready | Phase::Paused)) {
            desk.measure();
        }
    });
    let text = Callback::new(move |()| desk.benched.get_untracked().unwrap_or_default());
    view! {
        <section class="code card" hidden=move || desk.bench.with(Option::is_none) aria-labelledby="bench-title">
            <div class="bar">
                <h2 id="bench-title">{move || desk.w().bench}</h2>
                <Copy label=|w| w.copy class="" text/>
            </div>
            <pre tabindex="0" data-live="bench">{move || desk.benched.get()}</pre>
        </section>
    }
}
