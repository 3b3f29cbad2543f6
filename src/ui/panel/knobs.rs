//! Model, data set and knobs, built from their cards.

use leptos::prelude::*;

use super::desk;
use crate::protocol::{Group, Knob, Range, Value, Wing};
use crate::ui::desk::Desk;
use crate::ui::{dial, figures};

/// The panel of everything that can be set.
#[component]
pub fn Knobs() -> impl IntoView {
    let desk = desk();
    view! {
        <section class="knobs card" aria-labelledby="knobs-title">
            <h2 id="knobs-title">{move || desk.w().knobs}</h2>
            <Models/>
            <DataSets/>
            {move || desk.card.get().map(|card| {
                [Group::Network, Group::Training, Group::Data].map(|group| {
                    let knobs: Vec<_> = card.knobs.iter().filter(|knob| knob.group == group && !is_drawing(knob)).cloned().collect();
                    (!knobs.is_empty()).then(|| view! {
                        <fieldset>
                            <legend>{move || group_words(desk, group)}</legend>
                            {knobs.into_iter().map(|knob| view! { <Dial knob=knob/> }).collect_view()}
                        </fieldset>
                    })
                }).into_iter().collect_view()
            })}
            <PauseAt/>
        </section>
    }
}

fn group_words(desk: Desk, group: Group) -> &'static str {
    let w = desk.w();
    match group {
        Group::Network => w.group_network,
        Group::Training => w.group_training,
        Group::Data => w.group_data,
    }
}

#[component]
fn Models() -> impl IntoView {
    let desk = desk();
    view! {
        <fieldset class="models">
            <legend>{move || desk.w().model}</legend>
            {move || match desk.catalogue.get() {
                None => view! { <p class="skeleton">{desk.w().accessible_loading}</p> }.into_any(),
                Some(catalogue) => [Wing::Discriminative, Wing::Generative].map(|wing| {
                let cards: Vec<_> = catalogue.recipes.iter().filter(|card| card.wing == wing).collect();
                let title = move || match wing {
                    Wing::Discriminative => desk.w().wing_discriminative,
                    Wing::Generative => desk.w().wing_generative,
                };
                (!cards.is_empty()).then(|| view! { <p class="label">{title}</p>{cards.into_iter().map(|card| {
                    let (name, title, blurb) = (card.name.to_string(), card.title.clone(), card.blurb.clone());
                    let chosen = { let name = name.clone(); move || desk.setup.read().as_ref().is_some_and(|s| s.recipe == name) };
                    let id = format!("model-{name}");
                    view! {
                        <label class="model">
                            <input type="radio" name="model" id=id value=name.clone() prop:checked=chosen
                                on:change=move |_| desk.choose_model(&name)/>
                            <span class="title">{move || desk.say(&title)}</span>
                            <span class="blurb">{move || desk.say(&blurb)}</span>
                        </label>
                    }
                }).collect_view()} })
                }).into_iter().collect_view().into_any(),
            }}
        </fieldset>
    }
}

#[component]
fn DataSets() -> impl IntoView {
    let desk = desk();
    let offered = Memo::new(move |_| {
        let (Some(card), Some(catalogue)) = (desk.card.get(), desk.catalogue.get()) else { return Vec::new() };
        catalogue.datasets.iter().filter(|data| card.data.contains(&data.name)).cloned().collect::<Vec<_>>()
    });
    view! {
        <div class="dial">
            <label for="data">{move || desk.w().data}</label>
            <select id="data" aria-describedby="data-help"
                prop:value=move || desk.setup.read().as_ref().map(|setup| setup.data.clone()).unwrap_or_default()
                on:change=move |change| desk.choose_data(&event_target_value(&change))>
                {move || offered.get().into_iter().map(|data| {
                    let (name, title) = (data.name.to_string(), data.title);
                    let chosen = { let name = name.clone(); move || desk.setup.read().as_ref().is_some_and(|s| s.data == name) };
                    view! { <option value=name selected=chosen>{move || desk.say(&title)}</option> }
                }).collect_view()}
            </select>
            <p class="help" id="data-help">{move || desk.data.get().map(|data| desk.say(&data.blurb))}</p>
            <button type="button" on:click=move |_| desk.open_own()>{move || desk.w().own}</button>
        </div>
    }
}

#[component]
fn PauseAt() -> impl IntoView {
    let desk = desk();
    view! {
        <div class="dial">
            <label for="pause-at">{move || desk.w().pause_at}</label>
            <input id="pause-at" type="number" min="1" inputmode="numeric" aria-describedby="pause-at-help"
                prop:value=move || desk.until.get().map(|step| step.to_string()).unwrap_or_default()
                on:change=move |change| desk.pause_at(event_target_value(&change).parse().ok().filter(|step| *step > 0))/>
            <p class="help" id="pause-at-help">{move || desk.w().pause_at_help}</p>
        </div>
    }
}

/// The id of a knob's element.
pub fn element_id(knob: &str) -> String {
    format!("knob-{knob}")
}

/// Whether it has a pad of its own beside the views, since a field here would be too small to draw in.
pub fn is_drawing(knob: &Knob) -> bool {
    matches!(knob.range, Range::Drawing { .. })
}

#[component]
fn Dial(knob: Knob) -> impl IntoView {
    let desk = desk();
    let id = element_id(&knob.name);
    let (field, help) = (format!("{id}-field"), format!("{id}-help"));
    let knob = StoredValue::new(knob);
    let value =
        Memo::new(move |_| knob.with_value(|knob| desk.value(&knob.name).unwrap_or_else(|| knob.default.clone())));
    let turn = Callback::new(move |value: Value| desk.turn(&knob.get_value(), value));
    let matters = Memo::new(move |_| knob.with_value(|knob| dial::matters(knob, |name| desk.value(name))));
    let lit = {
        let id = id.clone();
        move || desk.spot.get().as_deref() == Some(id.as_str())
    };
    let title = move || knob.with_value(|knob| desk.say(&knob.title));
    let hot = knob.with_value(|knob| knob.hot);
    let differs = move || knob.with_value(|knob| value.get() != knob.default);
    view! {
        <div class="dial" class:lit=lit hidden=move || !matters.get() id=id>
            <div class="name">
                <label for=field.clone()>{title}</label>
                {tag(desk, hot)}
                <button type="button" class="tiny" hidden=move || !differs()
                    title=move || desk.w().to_default aria-label=move || format!("{}: {}", title(), desk.w().to_default)
                    on:click=move |_| turn.run(knob.with_value(|knob| knob.default.clone()))>"↺"</button>
            </div>
            <Field knob value turn field help=help.clone()/>
            <p class="help" id=help>{move || knob.with_value(|knob| desk.say(&knob.help))}</p>
        </div>
    }
}

/// Says whether a knob acts at once.
pub fn tag(desk: Desk, hot: bool) -> impl IntoView {
    view! {
        <span class=if hot { "tag hot" } else { "tag" }
            title=move || if hot { desk.w().hot_hint } else { desk.w().cold_hint }>
            {move || if hot { desk.w().hot } else { desk.w().cold }}
        </span>
    }
}

#[component]
fn Field(
    knob: StoredValue<Knob>,
    value: Memo<Value>,
    turn: Callback<Value>,
    field: String,
    help: String,
) -> impl IntoView {
    let desk = desk();
    match knob.with_value(|knob| knob.range.clone()) {
        Range::Switch => view! {
            <label class="switch">
                <input type="checkbox" role="switch" id=field aria-describedby=help
                    prop:checked=move || value.get() == Value::Switch(true)
                    on:change=move |change| turn.run(Value::Switch(event_target_checked(&change)))/>
                <span>{move || if value.get() == Value::Switch(true) { desk.w().on } else { desk.w().off }}</span>
            </label>
        }
        .into_any(),
        Range::Choice(choices) => view! {
            <select id=field aria-describedby=help prop:value=move || dial::text(&value.get())
                on:change=move |change| turn.run(Value::Choice(event_target_value(&change).into()))>
                {choices.into_iter().map(|choice| {
                    let name = choice.name.to_string();
                    let chosen = { let name = name.clone(); move || dial::text(&value.get()) == name };
                    view! { <option value=name selected=chosen>{move || desk.say(&choice.title)}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
        Range::Drawing { .. } => ().into_any(),
        range @ (Range::Whole { .. } | Range::Real { .. }) => {
            view! { <Number knob range value turn field help/> }.into_any()
        }
    }
}

/// A number: a field for the exact value, a slider beside it where that is of use.
#[component]
fn Number(
    knob: StoredValue<Knob>,
    range: Range,
    value: Memo<Value>,
    turn: Callback<Value>,
    field: String,
    help: String,
) -> impl IntoView {
    let desk = desk();
    let range = StoredValue::new(range);
    // Raised where a text was not taken as it stood, so that the field shows what is in force again.
    let again = RwSignal::new(0);
    let typed = move |text: String| {
        match range.with_value(|range| dial::read(range, &text)) {
            dial::Read::Good(value) => turn.run(value),
            dial::Read::Clamped(value) => {
                use crate::ui::desk::{News, Remedy};
                let knob = knob.with_value(|knob| knob.name.to_string());
                let fault = crate::protocol::Fault::Clamped { knob, asked: text, used: dial::text(&value) };
                desk.tell(News::Fault(fault), Remedy::None);
                turn.run(value);
            }
            dial::Read::Bad => {}
        }
        again.update(|count| *count += 1);
    };
    let position = move || range.with_value(|range| dial::position(range, &value.get()));
    let slides = range.with_value(|range| dial::at(range, 0.0).is_some());
    let slid = move |text: String| {
        let share = figures::number(&text).unwrap_or(0.0) / 1000.0;
        if let Some(value) = range.with_value(|range| dial::at(range, share)) {
            turn.run(value);
        }
    };
    let whole_range = range.with_value(|range| matches!(range, Range::Whole { .. }));
    view! {
        <div class="number">
            {slides.then(|| view! {
                <input type="range" min="0" max="1000" step="1" aria-hidden="true" tabindex="-1"
                    prop:value=move || (position().unwrap_or(0.0) * 1000.0).round().to_string()
                    on:input=move |input| slid(event_target_value(&input))/>
            })}
            <input id=field type="text" inputmode=if whole_range { "numeric" } else { "decimal" } autocomplete="off"
                aria-describedby=help
                prop:value=move || { again.track(); dial::text(&value.get()) }
                on:change=move |change| typed(event_target_value(&change))
                on:keydown=move |key: web_sys::KeyboardEvent| {
                    let by = match key.key().as_str() { "ArrowUp" => 0.02, "ArrowDown" => -0.02, _ => return };
                    key.prevent_default();
                    let next = position().and_then(|at| range.with_value(|range| nudge(range, &value.get_untracked(), at, by)));
                    next.into_iter().for_each(|value| turn.run(value));
                }/>
            {(!slides).then(|| view! {
                <button type="button" on:click=move |_| typed(((js_sys::Math::random() * 1e6) as u32).to_string())>
                    {move || desk.w().reroll}
                </button>
            })}
        </div>
    }
}

/// A little more or less: a fiftieth of the slider, and at least one for whole numbers.
fn nudge(range: &Range, value: &Value, at: f64, by: f64) -> Option<Value> {
    let next = dial::at(range, (at + by).clamp(0.0, 1.0))?;
    match (value, range) {
        (Value::Whole(now), Range::Whole { min, max, .. }) if next == *value => {
            Some(Value::Whole((now + by.signum() as i64).clamp(*min, *max)))
        }
        _ => Some(next),
    }
}
