//! The page's panels; each reads the desk and tells it what the reader did.

mod chart;
mod code;
mod confusion;
mod copy;
mod drawing;
pub mod easel;
mod film;
pub mod frames;
mod header;
mod knobs;
mod ladder;
mod latent;
mod learn;
mod notices;
mod opinions;
mod pad;
mod pictures;
mod points;
mod regions;
mod samples;
mod sheet;
mod slow;
mod state;
pub mod tabs;
mod transport;
mod verdict;
mod views;

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, KeyboardEvent};

use super::address::{self, Address, Theme};
use super::desk::{Desk, Stage, generates, wanted};
use super::{browser, files};
use crate::protocol::{Phase, View};

/// Puts the page in the place of the words that the reader saw while it loaded.
pub fn open() {
    std::panic::set_hook(Box::new(|info| {
        web_sys_error(&info.to_string());
        if let Some(crash) = document().get_element_by_id("crash") {
            // Nothing is left that could react to its failing.
            let _ = crash.remove_attribute("hidden");
        }
    }));
    spawn_local(async {
        // Before anything is shown, so that nothing is shown twice in two languages.
        files::learn(wanted(&Address::parse(&browser::hash()).0)).await;
        if let Some(boot) = document().get_element_by_id("boot") {
            boot.remove();
        }
        mount_to_body(App);
    });
}

/// The desk of this page.
fn desk() -> Desk {
    expect_context()
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn web_sys_error(text: &str);
}

#[component]
fn App() -> impl IntoView {
    let (address, odd) = Address::parse(&browser::hash());
    let lang = wanted(&address);
    let desk = Desk::new(address);
    provide_context(desk);
    desk.tell_odd(odd);
    if !lang.known() {
        desk.stammer();
    }
    dress(desk);
    listen(desk);
    remember(desk);
    desk.consult();
    desk.wake();
    let makes = Memo::new(move |_| desk.card.get().is_some_and(|card| generates(&card)));
    // What is made, the plane that is parted or what an experiment found comes before curves.
    let leads = Memo::new(move |_| {
        let shows =
            |card: &crate::protocol::Card| [View::Regions, View::Ladder].iter().any(|it| card.views.contains(it));
        desk.card.get().is_some_and(|card| generates(&card) || shows(&card))
    });
    let parts = Memo::new(move |_| leads.get() && !makes.get());
    let slows = Memo::new(move |_| desk.slow.get().is_some() && desk.has_acts());
    // The pad is of use where the model reads, encodes or scores what is on it, or one that was trained before does.
    let looks = Memo::new(move |_| {
        let uses = |card: &crate::protocol::Card| {
            [View::Reading, View::Reconstructions, View::Scores].iter().any(|it| card.views.contains(it))
        };
        let pictures = desk.data.with(|data| data.as_ref().is_none_or(|data| !data.plane()));
        let heard = desk.opinions.with(|opinions| !opinions.voices.is_empty());
        pictures && (heard || desk.card.get().is_none_or(|card| uses(&card)))
    });
    let measured = Callback::new(|()| browser::measured());
    view! {
        <copy::Copy label=|w| w.copy class="" text=measured/>
        <a class="skip" href="#lab" on:click=move |click| {
            // The address behind `#` is the page's state.
            click.prevent_default();
            if let Some(lab) = document().get_element_by_id("lab").and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = lab.focus();
            }
        }>{move || desk.w().skip}</a>
        <header::Header/>
        <main id="lab" tabindex="-1" class:makes=leads class:parts=parts class:slow=slows>
            <div class="top">
                <transport::Hero/>
                <notices::Notices/>
            </div>
            <transport::Transport/>
            <Show when=move || slows.get()><slow::Slow/></Show>
            <transport::Readouts/>
            <knobs::Knobs/>
            {move || if leads.get() { view! { <views::Views/> }.into_any() } else { view! { <chart::Charts/> }.into_any() }}
            <div class="side">
                <drawing::Drawings/>
                <div hidden=move || !looks.get()><pad::Pad/></div>
                <Show when=move || makes.get()><state::State/></Show>
            </div>
            {move || if leads.get() { view! { <chart::Charts/> }.into_any() } else { view! { <views::Views/> }.into_any() }}
            <learn::Learn/>
            <code::Code/>
        </main>
        <footer>
            <p>{move || desk.w().privacy}</p>
            <p data-live="version">{concat!("Kiln ", env!("CARGO_PKG_VERSION"))}</p>
            <p>{move || desk.data.get().map(|data| {
                super::words::fill(desk.w().attribution, &[("text", &desk.say(&data.attribution))])
            })}</p>
        </footer>
        <notices::Herald/>
    }
}

/// Language and colours of the whole document.
fn dress(desk: Desk) {
    Effect::new(move || {
        let Some(root) = document().document_element() else { return };
        // Setting an attribute of a name that is valid cannot fail.
        let _ = root.set_attribute("lang", desk.lang.get().tag());
        let _ = match desk.theme.get() {
            Theme::System => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", address::name(&Theme::ALL, theme)),
        };
        document().set_title(&format!("{} · {}", desk.w().brand, desk.w().tagline));
        desk.surface.update(|count| *count += 1);
    });
}

/// Keys, the window's size, the system's colours, canvases that lost their pixels, Back and Forward.
fn listen(desk: Desk) {
    let repaint = move |_: &web_sys::Event| desk.surface.update(|count| *count += 1);
    EventListener::new(&window(), "resize", repaint).forget();
    // A canvas is blank after its GPU process died; the event of the canvas does not bubble.
    let capture = EventListenerOptions::run_in_capture_phase();
    EventListener::new_with_options(&window(), "contextrestored", capture, repaint).forget();
    if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
        EventListener::new(&query, "change", repaint).forget();
    }
    EventListener::new(&window(), "brought", move |event| {
        event.dyn_ref().into_iter().for_each(|event| desk.hear_own(event));
    })
    .forget();
    EventListener::new(&window(), "hashchange", move |_| desk.adopt(&browser::hash())).forget();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
            key(desk, event);
        }
    })
    .forget();
}

fn key(desk: Desk, event: &KeyboardEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let within = |selector: &str| target.as_ref().is_some_and(|it| it.closest(selector).ok().flatten().is_some());
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat() || within("input, select, textarea") {
        return;
    }
    match event.key().as_str() {
        // Where Space already means something, it keeps that meaning.
        " " if !within("button, a, summary, canvas, [role=tab], [tabindex='0']") => {
            event.prevent_default();
            desk.train_or_pause();
        }
        "s" | "S" => desk.step(),
        "r" | "R" => desk.reset(),
        _ => {}
    }
}

/// Keeps the address up to date: Back returns from one model or data set to the last, not through every knob.
fn remember(desk: Desk) {
    Effect::new(move |before: Option<(Option<String>, Option<String>)>| {
        let address = desk.present_address();
        let place = (address.model.clone(), address.data.clone());
        let hash = address.to_string();
        if desk.setup.read().is_some() && browser::hash().trim_start_matches('#') != hash {
            let moved = before.is_some_and(|before| before.0.is_some() && before != place);
            let of_the_address = Address::parse(&browser::hash()).0;
            let there = (of_the_address.model, of_the_address.data) == place;
            browser::set_hash(&hash, moved && !there);
        }
        if desk.setup.read().is_some() { place } else { (None, None) }
    });
}

/// A phase in words.
fn phase_words(desk: Desk) -> &'static str {
    let w = desk.w();
    match desk.stage.get() {
        Stage::Waking => w.phase_waking,
        Stage::Dead | Stage::Run(Phase::Failed) => w.phase_failed,
        Stage::Run(Phase::Preparing) => w.phase_preparing,
        Stage::Run(Phase::Compiling) => w.phase_compiling,
        Stage::Run(Phase::Ready) => w.phase_ready,
        Stage::Run(Phase::Training) => w.phase_training,
        Stage::Run(Phase::Waiting) => w.phase_waiting,
        Stage::Run(Phase::Paused) => w.phase_paused,
    }
}

/// A phase's name for scripts.
fn phase_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Waking => "waking",
        Stage::Dead => "dead",
        Stage::Run(Phase::Failed) => "failed",
        Stage::Run(Phase::Preparing) => "preparing",
        Stage::Run(Phase::Compiling) => "compiling",
        Stage::Run(Phase::Ready) => "ready",
        Stage::Run(Phase::Training) => "training",
        Stage::Run(Phase::Waiting) => "waiting",
        Stage::Run(Phase::Paused) => "paused",
    }
}
