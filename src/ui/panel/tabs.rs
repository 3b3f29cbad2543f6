//! Tabs by the pattern that assistive software knows: arrow keys move, one panel shows.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A row of tabs; `titles` and `chosen` count alike.
#[component]
pub fn Tabs(
    /// What the ids of the tabs begin with.
    id: &'static str,
    /// What the row is for.
    #[prop(into)]
    label: Signal<&'static str>,
    /// The tabs.
    #[prop(into)]
    titles: Signal<Vec<String>>,
    /// The tab that is open.
    #[prop(into)]
    chosen: Signal<usize>,
    /// What to do when another is chosen.
    choose: Callback<usize>,
) -> impl IntoView {
    let count = Memo::new(move |_| titles.with(Vec::len));
    let moved = move |key: web_sys::KeyboardEvent| {
        let (at, count) = (chosen.get_untracked(), count.get_untracked());
        let next = match key.key().as_str() {
            "ArrowRight" => (at + 1) % count.max(1),
            "ArrowLeft" => (at + count.max(1) - 1) % count.max(1),
            "Home" => 0,
            "End" => count.saturating_sub(1),
            _ => return,
        };
        key.prevent_default();
        choose.run(next);
        let tab = document().get_element_by_id(&format!("{id}-tab-{next}"));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
            // An element that is in the page takes the focus.
            let _ = tab.focus();
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=move || label.get() on:keydown=moved>
            {move || (0..count.get()).map(|at| view! {
                <button type="button" role="tab" id=format!("{id}-tab-{at}") aria-controls=format!("{id}-panel")
                    aria-selected=move || (chosen.get() == at).to_string()
                    tabindex=move || if chosen.get() == at { "0" } else { "-1" }
                    on:click=move |_| choose.run(at)>
                    {move || titles.with(|titles| titles.get(at).cloned())}
                </button>
            }).collect_view()}
        </div>
    }
}
