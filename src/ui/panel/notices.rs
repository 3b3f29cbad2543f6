//! What the reader is told: notices with what can be done, and phases for those who listen.

use leptos::prelude::*;

use super::{desk, phase_words};
use crate::ui::desk::{Desk, Notice, Remedy};
use crate::ui::figures;
use crate::ui::words::fill;

/// Notices, newest last; each can be dismissed.
#[component]
pub fn Notices() -> impl IntoView {
    let desk = desk();
    view! {
        <div class="notices" role="region" aria-label=move || desk.w().notices aria-live="polite">
            <For each=move || desk.notices.get() key=|notice| notice.id let:notice>
                <Note notice=notice/>
            </For>
        </div>
    }
}

#[component]
fn Note(notice: Notice) -> impl IntoView {
    let desk = desk();
    let Notice { id, news, remedy } = notice;
    let told = Memo::new(move |_| {
        let sentence = desk.told(&news);
        (sentence.what, sentence.advice)
    });
    let dismiss = move || desk.notices.update(|notices| notices.retain(|notice| notice.id != id));
    view! {
        <div class="notice">
            <p><strong>{move || told.get().0}</strong>" "{move || told.get().1}</p>
            {(remedy != Remedy::None).then(|| view! {
                <button type="button" on:click=move |_| { dismiss(); apply(desk, remedy); }>
                    {move || offer(desk, remedy)}
                </button>
            })}
            <button type="button" class="quiet" on:click=move |_| dismiss()>{move || desk.w().dismiss}</button>
        </div>
    }
}

fn offer(desk: Desk, remedy: Remedy) -> &'static str {
    let w = desk.w();
    match remedy {
        Remedy::None => "",
        Remedy::GoBack => w.go_back,
        Remedy::Wake | Remedy::Reload | Remedy::Consult => w.try_again,
        Remedy::Refresh => w.reload_page,
    }
}

fn apply(desk: Desk, remedy: Remedy) {
    match remedy {
        Remedy::None => {}
        Remedy::GoBack => desk.go_back(),
        Remedy::Wake => desk.wake_again(),
        Remedy::Reload => desk.reload(),
        Remedy::Consult => desk.consult(),
        Remedy::Refresh => {
            // A page that cannot be loaded again stays as it is.
            let _ = window().location().reload();
        }
    }
}

/// Says every change of phase to those who do not see it.
#[component]
pub fn Herald() -> impl IntoView {
    let desk = desk();
    let said = move || {
        let step = figures::count(desk.pulse.with_untracked(|pulse| pulse.step));
        fill(desk.w().said_phase, &[("phase", phase_words(desk)), ("step", &step)])
    };
    view! { <div class="unseen" role="status" aria-live="polite">{said}</div> }
}
