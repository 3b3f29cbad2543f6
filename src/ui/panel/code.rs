//! The model's own source, and the same network in PyTorch.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk;
use super::tabs::Tabs;
use crate::ui::browser;
use crate::ui::desk::{News, Remedy, Said};

/// The code's panel.
#[component]
pub fn Code() -> impl IntoView {
    let desk = desk();
    let tab = RwSignal::new(0usize);
    let copied = RwSignal::new(false);
    let code = Memo::new(move |_| {
        let card = desk.card.get()?;
        Some(if tab.get() == 0 { card.source.to_string() } else { card.pytorch.to_string() })
    });
    let path = move || desk.card.get().filter(|_| tab.get() == 0).map(|card| card.source_path.to_string());
    let titles = Signal::derive(move || vec![desk.w().code_rust.to_owned(), desk.w().code_pytorch.to_owned()]);
    let copy = move |_| {
        spawn_local(async move {
            if browser::copy(&code.get_untracked().unwrap_or_default()).await {
                copied.set(true);
                gloo::timers::callback::Timeout::new(2000, move || copied.set(false)).forget();
            } else {
                desk.tell(News::Said(Said::CopyFailed), Remedy::None);
            }
        });
    };
    view! {
        <section class="code card" aria-labelledby="code-title">
            <div class="bar">
                <h2 id="code-title">{move || desk.w().code}</h2>
                <button type="button" on:click=copy>
                    {move || if copied.get() { desk.w().copied } else { desk.w().copy_code }}
                </button>
            </div>
            <Tabs id="code" label=Signal::derive(move || desk.w().code) titles chosen=tab
                choose=Callback::new(move |at| tab.set(at))/>
            <div role="tabpanel" id="code-panel" aria-labelledby=move || format!("code-tab-{}", tab.get())>
                <p class="help">{path}</p>
                <pre tabindex="0"><code>{move || code.get()}</code></pre>
            </div>
        </section>
    }
}
