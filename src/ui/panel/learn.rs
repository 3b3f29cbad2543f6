//! What the model is: three sentences, its formulas, and what their symbols stand for in the page.

use leptos::prelude::*;

use super::{chart, desk, knobs};
use crate::protocol::{Formula, Meaning, Symbol, Tex};
use crate::ui::browser;

/// The explanation's panel.
#[component]
pub fn Learn() -> impl IntoView {
    let desk = desk();
    view! {
        <section class="learn card" aria-labelledby="learn-title">
            <h2 id="learn-title">{move || desk.w().learn}</h2>
            {move || desk.card.get().map(|card| {
                let (explanation, formulas) = (card.explanation.clone(), card.formulas.clone());
                let title = card.title.clone();
                view! {
                    <h3>{move || desk.say(&title)}</h3>
                    {explanation.map(|sentence| view! { <p>{move || desk.say(&sentence)}</p> }).into_iter().collect_view()}
                    <div class="formulas">
                        {formulas.into_iter().map(|formula| view! { <Shown formula=formula/> }).collect_view()}
                    </div>
                }
            })}
        </section>
    }
}

/// A formula in MathML, or as its TeX where that cannot be set.
fn set(tex: Tex) -> AnyView {
    if tex.markup.is_empty() {
        view! { <code>{tex.source.to_string()}</code> }.into_any()
    } else {
        view! { <span inner_html=tex.markup></span> }.into_any()
    }
}

#[component]
fn Shown(formula: Formula) -> impl IntoView {
    let desk = desk();
    let Formula { title, tex, symbols, source } = formula;
    let spoken = tex.source.to_string();
    view! {
        <article class="formula">
            <h4>{move || desk.say(&title)}</h4>
            <div class="set" tabindex="0" role="group" aria-label=spoken>{set(tex)}</div>
            <ul class="symbols" aria-label=move || desk.w().symbols>
                {symbols.into_iter().map(|symbol| view! { <Meant symbol=symbol/> }).collect_view()}
            </ul>
            <p class="source">{move || desk.w().source}": "<cite>{source.citation.to_string()}</cite>
                {(!source.link.is_empty()).then(|| format!(" · {}", source.link))}</p>
        </article>
    }
}

#[component]
fn Meant(symbol: Symbol) -> impl IntoView {
    let desk = desk();
    let Symbol { tex, text, meaning } = symbol;
    let sign = set(tex);
    let words = move || desk.say(&text);
    let (target, knob) = match meaning {
        Meaning::Plain => return view! { <li>{sign}" "<span>{words}</span></li> }.into_any(),
        Meaning::Knob(name) => (knobs::element_id(&name), true),
        Meaning::Series(name) => (chart::element_id(&name), false),
    };
    let target = StoredValue::new(target);
    let light = move || desk.spot.set(Some(target.get_value()));
    let hint = move || if knob { desk.w().show_knob } else { desk.w().show_curve };
    view! {
        <li>
            <button type="button" class="symbol" title=hint
                on:click=move |_| { light(); browser::reveal(&target.get_value()); }
                on:pointerenter=move |_| light() on:pointerleave=move |_| desk.spot.set(None)
                on:focus=move |_| light() on:blur=move |_| desk.spot.set(None)>
                {sign}" "<span>{words}</span>
            </button>
        </li>
    }
    .into_any()
}
