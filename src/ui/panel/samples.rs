//! What a generator makes of fixed noise, a sample's nearest training picture, and reconstructions.

use leptos::prelude::*;
use plotters::style::RGBColor;

use super::desk;
use super::film::{Look, Scrubber, looked_at};
use super::latent::classes;
use super::pictures::Picture;
use crate::paint::pixels::{Image, mosaic, picture};
use crate::protocol::{Plane, Scored};
use crate::ui::desk::Desk;
use crate::ui::words::fill;
use crate::ui::{browser, figures};

/// Samples in a row.
const COLUMNS: usize = 8;

/// The generated samples with the real ones beside them.
#[component]
pub fn Samples() -> impl IntoView {
    let desk = desk();
    let image = Signal::derive(move || {
        desk.surface.track();
        match looked_at(desk, desk.reel) {
            Some(frame) => scored(desk, frame.shot.tiles(), COLUMNS),
            None => desk.samples.with(|samples| scored(desk, &samples.as_ref()?.1.generated, COLUMNS)),
        }
    });
    let real = Signal::derive(move || {
        desk.surface.track();
        desk.samples.with(|samples| scored(desk, &samples.as_ref()?.1.real, 4))
    });
    let count = Memo::new(move |_| desk.samples.with(|samples| samples.as_ref().map_or(0, |it| it.1.generated.len())));
    let choose = move |at: usize| desk.pick(Some(at.min(count.get_untracked().saturating_sub(1)) as u32));
    let click = move |event: web_sys::MouseEvent| {
        if let Some([x, y]) = browser::place(&event) {
            let rows = count.get_untracked().div_ceil(COLUMNS).max(1) as f32;
            let cell = |share: f32, of: f32| (share * of).min(of - 1.0) as usize;
            choose(cell(y, rows) * COLUMNS + cell(x, COLUMNS as f32));
        }
    };
    let walk = move |key: web_sys::KeyboardEvent| {
        let by: isize = match key.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            "ArrowUp" => -(COLUMNS as isize),
            "ArrowDown" => COLUMNS as isize,
            "Escape" => return desk.pick(None),
            _ => return,
        };
        key.prevent_default();
        choose(desk.picked.get_untracked().map_or(0, |at| (at as usize).saturating_add_signed(by)));
    };
    let ring = move |side: usize| {
        let rows = count.get().div_ceil(COLUMNS).max(1);
        desk.picked.get().map(|at| {
            let (place, of) = if side == 0 { (at as usize % COLUMNS, COLUMNS) } else { (at as usize / COLUMNS, rows) };
            format!("{}%", 100.0 * place as f64 / of as f64)
        })
    };
    let tall = move || format!("{}%", 100.0 / count.get().div_ceil(COLUMNS).max(1) as f64);
    view! {
        <p class="help">{move || fill(desk.w().samples_help, &[("count", &count.get().to_string())])}" "
            {move || (desk.asked() > 0).then(|| desk.w().samples_classes)}" "{move || bars(desk)}</p>
        <Scrubber reel=desk.reel look=Look::Tiles(COLUMNS)/>
        <div class="beside">
            <div class="mosaic" tabindex="0" role="application" aria-label=move || desk.w().view_samples
                on:click=click on:keydown=walk>
                <Picture image/>
                <span class="ring" hidden=move || desk.picked.get().is_none() style:height=tall
                    style:left=move || ring(0) style:top=move || ring(1)></span>
            </div>
            <div class="aside-of">
                <p class="label">{move || desk.w().real}</p>
                <Picture image=real label=Signal::derive(move || desk.w().real.to_owned())/>
                <Nearest/>
            </div>
        </div>
    }
}

/// Pictures over the bars of their scores.
fn scored(desk: Desk, tiles: &[Scored], columns: usize) -> Option<Image> {
    let [low, high] = reach(desk);
    let share = |score: f32| if high > low { (score - low) / (high - low) } else { 0.0 };
    let bars: Vec<f32> = tiles.iter().filter_map(|tile| tile.score.map(share)).collect();
    let planes: Vec<&Plane> = tiles.iter().map(|tile| &tile.picture).collect();
    let bytes = |RGBColor(red, green, blue): RGBColor| [red, green, blue];
    mosaic(&planes, columns, &bars, bytes(browser::colour("--discriminator")), bytes(browser::colour("--line")))
}

/// From the lowest to the highest score; probabilities reach from 0 to 1.
fn reach(desk: Desk) -> [f32; 2] {
    desk.samples.with(|samples| {
        let scores = samples.iter().flat_map(|it| it.1.generated.iter().chain(&it.1.real)).filter_map(|it| it.score);
        scores.fold([0.0, 1.0], |[low, high]: [f32; 2], score| [low.min(score), high.max(score)])
    })
}

/// What the bars say, where there are any.
fn bars(desk: Desk) -> String {
    let there = desk
        .samples
        .with(|samples| samples.as_ref().is_some_and(|it| it.1.generated.iter().any(|it| it.score.is_some())));
    let [low, high] = reach(desk);
    match (there, [low, high] == [0.0, 1.0]) {
        (false, _) => String::new(),
        (true, true) => desk.w().samples_scored.to_owned(),
        (true, false) => {
            fill(desk.w().samples_critic, &[("low", &figures::value(low)), ("high", &figures::value(high))])
        }
    }
}

/// The chosen sample beside the training picture that is nearest to it.
#[component]
fn Nearest() -> impl IntoView {
    let desk = desk();
    let found = move || {
        let picked = desk.picked.get()?;
        desk.samples.with(|samples| {
            let samples = &samples.as_ref()?.1;
            let nearest = samples.nearest.iter().find(|nearest| nearest.of == picked)?.clone();
            Some((samples.generated.get(picked as usize)?.clone(), nearest))
        })
    };
    let mine = Signal::derive(move || found().and_then(|(sample, _)| picture(&sample.picture)));
    let theirs = Signal::derive(move || found().and_then(|(_, nearest)| picture(&nearest.picture)));
    let said = move || {
        let w = desk.w();
        let Some(picked) = desk.picked.get() else { return w.nearest_none.to_owned() };
        let Some((sample, nearest)) = found() else { return w.looking.to_owned() };
        let number = (picked + 1).to_string();
        let values =
            [("n", &*number), ("index", &nearest.index.to_string()), ("distance", &figures::value(nearest.distance))];
        let score = sample.score.map(|score| fill(w.score_says, &[("score", &figures::value(score))]));
        let class = (picked as usize).checked_rem(desk.asked()).and_then(|class| classes(desk).into_iter().nth(class));
        let class = class.map(|class| fill(w.sample_of, &[("class", &class)]));
        format!("{} {} {}", class.unwrap_or_default(), fill(w.nearest, &values), score.unwrap_or_default())
    };
    view! {
        <p class="label">{move || desk.w().nearest_title}</p>
        <div class="pair"><Picture image=mine/><Picture image=theirs/></div>
        <p class="help spoken-of" data-live="nearest" aria-live="polite">{said}</p>
    }
}

/// Eight originals, what was made of them below, and so on; `planes` are all originals, then all that was made.
fn paired(planes: Vec<&Plane>) -> Option<Image> {
    let (originals, made) = planes.split_at(planes.len() / 2);
    let rows = originals.chunks(COLUMNS).zip(made.chunks(COLUMNS));
    let planes: Vec<&Plane> = rows.flat_map(|(above, below)| above.iter().chain(below)).copied().collect();
    mosaic(&planes, COLUMNS, &[], [0; 3], [0; 3])
}

/// Training pictures over what the next step would see of them.
#[component]
pub fn Augmented() -> impl IntoView {
    let desk = desk();
    let image = Signal::derive(move || {
        desk.augmented.with(|pairs| {
            let pairs = pairs.as_ref()?.1;
            paired(pairs.iter().map(|pair| &pair.original).chain(pairs.iter().map(|pair| &pair.seen)).collect())
        })
    });
    view! {
        <p class="help">{move || desk.w().augmented_help}</p>
        <div class="mosaic"><Picture image label=Signal::derive(move || desk.w().view_augmented.to_owned())/></div>
    }
}

/// Originals over what the decoder makes of their codes.
#[component]
pub fn Reconstructions() -> impl IntoView {
    let desk = desk();
    let image = Signal::derive(move || match looked_at(desk, desk.rebuilt_reel) {
        Some(frame) => paired(frame.shot.tiles().iter().map(|tile| &tile.picture).collect()),
        None => desk.rebuilt.with(|rebuilt| {
            let pairs = &rebuilt.as_ref()?.1;
            let originals = pairs.iter().map(|pair| &pair.original);
            paired(originals.chain(pairs.iter().map(|pair| &pair.decoded)).collect())
        }),
    });
    view! {
        <p class="help">{move || desk.w().rebuilt_help}</p>
        <Scrubber reel=desk.rebuilt_reel look=Look::Tiles(COLUMNS)/>
        <div class="mosaic"><Picture image label=Signal::derive(move || desk.w().view_reconstructions.to_owned())/></div>
    }
}
