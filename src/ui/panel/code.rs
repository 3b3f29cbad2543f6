//! The model's own source, and the same network in PyTorch: files, fetched when the reader comes to them.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::copy::Copy;
use super::desk;
use super::tabs::Tabs;
use crate::protocol::Fault;
use crate::ui::desk::News;
use crate::ui::{browser, files};

/// Where a model's source of this path in the repository lies beside the page, and its twin.
fn paths(source: &str) -> [String; 2] {
    let file = source.trim_start_matches("src/");
    [file.to_owned(), format!("{}.py", file.trim_end_matches(".rs"))]
}

/// The code's panel.
#[component]
pub fn Code() -> impl IntoView {
    let desk = desk();
    let (tab, seen, place) = (RwSignal::new(0usize), RwSignal::new(false), NodeRef::<html::Section>::new());
    let source = Memo::new(move |_| desk.card.get().map(|card| card.source_path.to_string()));
    let file = Memo::new(move |_| source.get().map(|path| paths(&path)[tab.get()].clone()));
    let (code, fault) = (RwSignal::new(None::<String>), RwSignal::new(None::<Fault>));
    let fetch = move |file_asked: String| {
        code.set(None);
        fault.set(None);
        spawn_local(async move {
            let found = files::source(&file_asked).await;
            // The reader may have gone on to another.
            if file.get_untracked().as_ref() != Some(&file_asked) {
                return;
            }
            match found {
                Ok(text) => code.set(Some(text)),
                Err(cause) => fault.set(Some(Fault::Chunk { file: file_asked, tries: 1, cause })),
            }
        });
    };
    place.on_load(move |place| browser::when_seen(&place, move || seen.set(true)));
    Effect::new(move || {
        if let Some(file) = file.get().filter(|_| seen.get()) {
            fetch(file);
        }
    });
    let again = move |_| file.get_untracked().into_iter().for_each(fetch);
    let path = move || source.get().filter(|_| tab.get() == 0);
    let titles = Signal::derive(move || vec![desk.w().code_rust.to_owned(), desk.w().code_pytorch.to_owned()]);
    let text = Callback::new(move |()| code.get_untracked().unwrap_or_default());
    view! {
        <section class="code card" aria-labelledby="code-title" node_ref=place>
            <div class="bar">
                <h2 id="code-title">{move || desk.w().code}</h2>
                <Copy label=|w| w.copy_code class="" text/>
            </div>
            <Tabs id="code" label=Signal::derive(move || desk.w().code) titles chosen=tab
                choose=Callback::new(move |at| tab.set(at))/>
            <div role="tabpanel" id="code-panel" aria-labelledby=move || format!("code-tab-{}", tab.get())>
                <p class="help">{path}</p>
                {move || fault.get().map(|fault| {
                    let told = desk.told(&News::Fault(fault));
                    view! {
                        <p role="alert">{told.what}" "{told.advice}
                            " "<button type="button" on:click=again>{desk.w().try_again}</button></p>
                    }
                })}
                <pre tabindex="0" aria-busy=move || (code.read().is_none() && fault.read().is_none()).to_string()>
                    <code>{move || code.get().or_else(|| fault.read().is_none().then(|| "…".to_owned()))}</code>
                </pre>
            </div>
        </section>
    }
}
