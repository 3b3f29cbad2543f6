//! What every model that learnt the data set in this page says of what is on the pad.

use leptos::prelude::*;

use super::desk;
use super::pictures::Picture;
use super::verdict::{class, likeliest};
use crate::paint::pixels::picture;
use crate::protocol::{Card, Voice};
use crate::ui::desk::Desk;
use crate::ui::figures;
use crate::ui::words::fill;

/// Classes that a text alternative names.
const NAMED: usize = 3;

/// The list of all opinions.
#[component]
pub fn Opinions() -> impl IntoView {
    let desk = desk();
    // Rows are made anew where others speak, or say other things; else their figures move.
    let rows = Memo::new(move |_| desk.opinions.with(|it| it.voices.iter().map(Row::of).collect::<Vec<_>>()));
    let help = move || {
        let w = desk.w();
        match (rows.with(Vec::len), desk.opinions.with(|it| it.seen.is_some())) {
            (0, _) => w.opinions_none,
            (_, false) => w.opinions_blank,
            (1, true) => w.opinions_one,
            (_, true) => w.opinions_help,
        }
    };
    view! {
        <h3 id="opinions-title">{move || desk.w().opinions}</h3>
        <ul class="opinions" aria-labelledby="opinions-title" data-live="opinions"
            data-value=move || rows.with(Vec::len).to_string()>
            {move || rows.get().into_iter().enumerate().map(|(at, row)| opinion(desk, at, row)).collect_view()}
        </ul>
        <p class="help">{help}</p>
    }
}

/// What a row shows, whatever the figures.
#[derive(Clone, PartialEq)]
struct Row {
    recipe: String,
    classes: usize,
    measures: bool,
    rebuilt: bool,
    score: bool,
}

impl Row {
    fn of(voice: &Voice) -> Self {
        Self {
            recipe: voice.recipe.clone(),
            classes: voice.probabilities.len(),
            measures: !voice.measures.is_empty(),
            rebuilt: voice.rebuilt.is_some(),
            score: voice.score.is_some(),
        }
    }
}

fn opinion(desk: Desk, at: usize, row: Row) -> impl IntoView {
    fn of<T>(desk: Desk, at: usize, read: impl FnOnce(&Voice) -> Option<T>) -> Option<T> {
        desk.opinions.with(|it| it.voices.get(at).and_then(read))
    }
    let text = move |say: fn(Desk, &Voice) -> String| move || of(desk, at, |voice| Some(say(desk, voice)));
    let share = move |class: usize| {
        move || of(desk, at, |voice| voice.probabilities.get(class).map(|share| format!("{share:.3}")))
    };
    let rebuilt = Signal::derive(move || of(desk, at, |voice| picture(voice.rebuilt.as_ref()?)));
    view! {
        <li data-opinion=row.recipe data-step=move || of(desk, at, |voice| Some(voice.step.to_string()))
            data-value=move || of(desk, at, figure)>
            <p class="who"><strong>{text(title)}</strong>" "<small>{text(when)}</small></p>
            {(row.classes > 0).then(|| view! {
                <p class="says">{text(prediction)}</p>
                <div class="row-of-bars" role="img" aria-label=text(leading)>
                    {(0..row.classes).map(|class| view! {
                        <span class="column"><span class="fill" style=("--share", share(class))></span></span>
                    }).collect_view()}
                </div>
            })}
            {(row.measures || row.rebuilt).then(|| view! {
                <div class="restored">
                    {row.rebuilt.then(|| view! {
                        <Picture image=rebuilt label=Signal::derive(move || desk.w().view_reconstructions.to_owned())/>
                    })}
                    <p class="says">{text(bound)}</p>
                </div>
            })}
            {row.score.then(|| view! {
                <p class="says">{text(score)}</p>
                <span class="gauge" aria-hidden="true" hidden=move || of(desk, at, |it| Some(!it.probability))>
                    <span class="fill" style=("--share", move || of(desk, at, |it| Some(format!("{:.3}", it.score?))))></span>
                </span>
            })}
        </li>
    }
}

/// The figure that scripts read: the largest probability, the first measure or the score.
fn figure(voice: &Voice) -> Option<String> {
    let likeliest = likeliest(&voice.probabilities).map(|(_, share)| share);
    likeliest.or(voice.measures.first().map(|it| it.1)).or(voice.score).map(|figure| figure.to_string())
}

fn title(desk: Desk, voice: &Voice) -> String {
    with_card(desk, voice, |card| Some(desk.say(&card.title))).unwrap_or_else(|| voice.recipe.clone())
}

fn with_card<T>(desk: Desk, voice: &Voice, read: impl FnOnce(&Card) -> Option<T>) -> Option<T> {
    desk.catalogue.with(|it| it.as_ref()?.recipes.iter().find(|card| card.name == voice.recipe).and_then(|it| read(it)))
}

/// When it is asked, and as what.
fn when(desk: Desk, voice: &Voice) -> String {
    let w = desk.w();
    let step = figures::count(voice.step);
    let when = fill(if voice.present { w.opinion_now } else { w.opinion_after }, &[("step", &step)]);
    match voice.told {
        Some(told) => {
            let known = desk.opinions.with(|it| it.truth.is_some());
            let word = if known { w.opinion_told } else { w.opinion_suits };
            format!("{when} · {}", fill(word, &[("class", &class(desk, told as usize))]))
        }
        None => when,
    }
}

fn prediction(desk: Desk, voice: &Voice) -> String {
    likeliest(&voice.probabilities)
        .map(|(at, share)| format!("{} · {}", class(desk, at), figures::percent(share)))
        .unwrap_or_default()
}

/// The likeliest classes, in words.
fn leading(desk: Desk, voice: &Voice) -> String {
    let mut shares: Vec<_> = voice.probabilities.iter().copied().enumerate().collect();
    shares.sort_by(|one, other| other.1.total_cmp(&one.1));
    let named =
        shares.iter().take(NAMED).map(|(at, share)| format!("{}: {}", class(desk, *at), figures::percent(*share)));
    named.collect::<Vec<_>>().join(desk.w().list_comma)
}

/// What it measures, in words: the first measure and, where they add up to it, its terms.
fn bound(desk: Desk, voice: &Voice) -> String {
    let said = |(name, value): &(String, f32)| {
        with_card(desk, voice, |card| {
            let series = card.series.iter().find(|series| *series.name == **name)?;
            Some(format!("{} {} {}", desk.say(&series.group), figures::value(*value), desk.say(&series.unit)))
        })
        .unwrap_or_default()
    };
    let Some((first, rest)) = voice.measures.split_first() else { return String::new() };
    let sum: f32 = rest.iter().map(|(_, value)| value).sum();
    let adds_up = (sum - first.1).abs() <= 1e-3 * first.1.abs().max(1.0);
    let [equals, plus] = if adds_up { [" = ", " + "] } else { [desk.w().list_comma; 2] };
    let rest: Vec<_> = rest.iter().map(said).collect();
    if rest.is_empty() { said(first) } else { format!("{}{equals}{}", said(first), rest.join(plus)) }
}

fn score(desk: Desk, voice: &Voice) -> String {
    let w = desk.w();
    let Some(score) = voice.score else { return String::new() };
    if voice.probability {
        fill(w.opinion_real, &[("percent", &figures::percent(score))])
    } else {
        fill(w.opinion_critic, &[("score", &figures::value(score))])
    }
}
