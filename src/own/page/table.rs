//! A table before it is used: its first rows, what each column is used as, and what comes of that.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlDialogElement;

use super::bring::{Counts, Lenient, Wrong};
use super::{Room, words};
use crate::own::table::{Chosen, Table};
use crate::protocol::{Brought, OWN, Text, WIDEST};
use crate::ui::figures::count;

/// What a column can be used as, with its name for scripts.
const ROLES: [(&str, &Text); 3] = [("feature", &words::FEATURE), ("label", &words::LABEL), ("unused", &words::UNUSED)];

/// What is chosen of a table.
#[derive(Clone, PartialEq)]
struct Choice {
    features: Vec<usize>,
    label: usize,
}

impl Choice {
    fn role(&self, column: usize) -> usize {
        if self.label == column {
            1
        } else if self.features.contains(&column) {
            0
        } else {
            2
        }
    }

    /// One column is the label: the one that was it before is not used.
    fn give(&mut self, column: usize, role: &str) {
        self.features.retain(|its| *its != column);
        match role {
            "feature" => {
                self.features.push(column);
                self.features.sort_unstable();
            }
            "label" => self.label = column,
            _ => {}
        }
        if role != "label" && self.label == column {
            self.label = usize::MAX;
        }
    }
}

/// A table before it is used.
#[component]
pub(super) fn Preview(
    room: Room,
    dialog: StoredValue<HtmlDialogElement, LocalStorage>,
    title: String,
    table: Arc<Table>,
) -> impl IntoView {
    let label = table.label();
    let choice = RwSignal::new(Choice { features: table.features(label), label: label.unwrap_or(usize::MAX) });
    let (lenient, all) = (RwSignal::new(false), RwSignal::new(false));
    // Of two features there is but one way to see them.
    let wide = Memo::new(move |_| (3..=WIDEST).contains(&choice.read().features.len()));
    let table = StoredValue::new(table);
    let chosen = Memo::new(move |_| {
        let Choice { features, label } = choice.get();
        let known = table.with_value(|table| label < table.columns.len());
        known.then(|| table.with_value(|table| table.choose(&features, label, lenient.get())))
    });
    let wrong = Memo::new(move |_| {
        chosen.with(|chosen| chosen.as_ref().map(|it| (it.wrong.clone(), it.bad)).unwrap_or_default())
    });
    let fatal = move || {
        let lang = room.lang.get();
        chosen.with(|chosen| match chosen {
            None => Some(lang.of(&words::NO_LABEL)),
            Some(chosen) => chosen.fatal.as_ref().filter(|it| !chosen.wrong.contains(it)).map(|it| it.said(lang)),
        })
    };
    let ready = move || chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.fatal.is_none()));
    let use_it = move |_| {
        let Some(chosen) = chosen.get() else { return };
        let brought = table.with_value(|table| {
            brought(&title, table, &choice.get_untracked(), &chosen, all.get_untracked() && wide.get_untracked())
        });
        spawn_local(room.settle(brought, dialog.get_value()));
    };
    view! {
        <Columns room table choice/>
        <Seen room choice wide all/>
        <p class="help">{move || room.say(if all.get() && wide.get() { &words::SEEN_SO } else { &words::TWO })}</p>
        <p data-own="summary">{move || chosen.with(|chosen| chosen.as_ref().map(|it| summary(room, it)))}</p>
        <Counts room counts=Signal::derive(move || chosen.with(|it| it.as_ref().map(|it| it.classes.clone()).unwrap_or_default()))/>
        {move || {
            let (wrong, bad) = wrong.get();
            let more = bad.saturating_sub(wrong.len());
            (!wrong.is_empty()).then(|| view! {
                <Wrong room wrong more/>
                <Lenient room text=&words::LENIENT_ROWS lenient/>
            })
        }}
        <p class="said" role="status" hidden=move || fatal().is_none()>{fatal}</p>
        <button type="button" id="own-use" class="primary" disabled=move || !ready() on:click=use_it>
            {move || room.say(&words::USE)}
        </button>
    }
}

fn summary(room: Room, chosen: &Chosen) -> String {
    let [rows, classes, dropped] =
        [chosen.rows.len(), chosen.classes.len(), chosen.dropped].map(|number| count(number as u64));
    room.tell(&words::SUMMARY_ROWS, &[("rows", &rows), ("classes", &classes), ("dropped", &dropped)])
}

fn brought(title: &str, table: &Table, choice: &Choice, chosen: &Chosen, all: bool) -> Brought {
    let (classes, labels, matter) = table.brought(&choice.features, chosen, all);
    let title = title.to_owned();
    let both = Text { en: title.clone().into(), zh: title.clone().into() };
    Brought { name: format!("{OWN}{title}"), title: both, classes, labels, matter }
}

/// How many of the features a model sees at once.
#[component]
fn Seen(room: Room, choice: RwSignal<Choice>, wide: Memo<bool>, all: RwSignal<bool>) -> impl IntoView {
    let features = move || count(choice.read().features.len() as u64);
    let said = move |whole| match whole {
        true => room.tell(&words::SEEN_ALL, &[("count", &features())]),
        false => room.say(&words::SEEN_TWO).to_owned(),
    };
    view! {
        <fieldset class="seen" hidden=move || !wide.get()>
            <legend>{move || room.say(&words::SEEN)}</legend>
            {[("two", false), ("all", true)].map(|(name, whole)| view! {
                <label><input type="radio" name="own-seen" id=format!("own-seen-{name}") prop:checked=move || all.get() == whole
                    on:change=move |_| all.set(whole)/>{move || said(whole)}</label>
            }).collect_view()}
        </fieldset>
    }
}

/// The first rows, with what each column is used as above them.
#[component]
fn Columns(room: Room, table: StoredValue<Arc<Table>>, choice: RwSignal<Choice>) -> impl IntoView {
    let names: Vec<String> = table.with_value(|table| table.columns.iter().map(|column| column.name.clone()).collect());
    let rows = table.with_value(|table| table.shown.clone());
    view! {
        <div class="rows" tabindex="0" role="region" aria-label=move || room.say(&words::FIRST_ROWS)>
            <table>
                <caption>{move || room.say(&words::FIRST_ROWS)}</caption>
                <thead>
                    <tr>{names.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view()}</tr>
                    <tr>
                        {names.into_iter().enumerate().map(|(at, name)| view! {
                            <td>
                                <select id=format!("own-column-{at}")
                                    aria-label=move || room.tell(&words::ROLE_OF, &[("column", &name)])
                                    prop:value=move || ROLES[choice.read().role(at)].0
                                    on:change=move |change| choice.update(|it| it.give(at, &event_target_value(&change)))>
                                    {ROLES.map(|(role, text)| view! {
                                        <option value=role selected=move || ROLES[choice.read().role(at)].0 == role>
                                            {move || room.say(text)}
                                        </option>
                                    }).collect_view()}
                                </select>
                            </td>
                        }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {rows.into_iter().map(|row| view! {
                        <tr>{row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
