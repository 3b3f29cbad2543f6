//! A button that copies a text, and says that it did.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk;
use crate::ui::browser;
use crate::ui::desk::{News, Remedy, Said};
use crate::ui::words::Words;

/// Copies what `text` gives when it is pressed.
#[component]
pub fn Copy(
    label: fn(&'static Words) -> &'static str,
    class: &'static str,
    text: Callback<(), String>,
) -> impl IntoView {
    let desk = desk();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        spawn_local(async move {
            if browser::copy(&text.run(())).await {
                copied.set(true);
                gloo::timers::callback::Timeout::new(2000, move || copied.set(false)).forget();
            } else {
                desk.tell(News::Said(Said::CopyFailed), Remedy::None);
            }
        });
    };
    view! {
        <button type="button" class=class on:click=copy>
            {move || if copied.get() { desk.w().copied } else { label(desk.w()) }}
        </button>
    }
}
