//! The model's own source, and the same network in PyTorch.

use leptos::prelude::*;

use super::copy::Copy;
use super::desk;
use super::tabs::Tabs;

/// The code's panel.
#[component]
pub fn Code() -> impl IntoView {
    let desk = desk();
    let tab = RwSignal::new(0usize);
    let code = Memo::new(move |_| {
        let card = desk.card.get()?;
        Some(if tab.get() == 0 { card.source.to_string() } else { card.pytorch.to_string() })
    });
    let path = move || desk.card.get().filter(|_| tab.get() == 0).map(|card| card.source_path.to_string());
    let titles = Signal::derive(move || vec![desk.w().code_rust.to_owned(), desk.w().code_pytorch.to_owned()]);
    let text = Callback::new(move |()| code.get_untracked().unwrap_or_default());
    view! {
        <section class="code card" aria-labelledby="code-title">
            <div class="bar">
                <h2 id="code-title">{move || desk.w().code}</h2>
                <Copy label=|w| w.copy_code class="" text/>
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
