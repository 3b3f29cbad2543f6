//! Points in the plane: a distribution that is drawn and rubbed out, a run that is looked back at, and what is saved of it.

use browser::{Adapter, Page, Size};
use serde_json::Value;

const PAD: &str = "canvas[data-drawing]";

async fn drawing(page: &Page) -> Option<String> {
    let hash = page.hash().await;
    hash.split('&').find_map(|pair| pair.strip_prefix("drawing=").map(str::to_owned))
}

async fn until_drawn(page: &Page, what: &str, holds: impl Fn(Option<&str>) -> bool) {
    page.until(what, |page| {
        let holds = &holds;
        async move { holds(drawing(page).await.as_deref()) }
    })
    .await;
}

fn strokes(drawing: Option<&str>) -> usize {
    drawing.map_or(0, |text| text.split('.').count())
}

#[tokio::test]
async fn a_drawn_distribution_is_learnt_shared_and_looked_back_at() {
    let page = Page::open(Adapter::None, "lang=en&model=gan&data=drawn&device=cpu").await;
    assert_eq!(drawing(&page).await, None, "the default needs no mention");
    page.press("Clear").await;
    page.until_told("stays in force").await;
    page.draw_on(PAD, &[(0.2, 0.2), (0.5, 0.25), (0.8, 0.2)]).await;
    until_drawn(&page, "one stroke is in the address", |text| strokes(text) == 1).await;
    page.touch_on(PAD, &[(0.2, 0.8), (0.8, 0.8)]).await;
    until_drawn(&page, "the finger's stroke too", |text| strokes(text) == 2).await;
    let two = drawing(&page).await;
    page.press("Train").await;
    page.until_step(40.0).await;
    let began = page.number("step").await;
    page.press("Eraser").await;
    page.draw_on(PAD, &[(0.5, 0.7), (0.5, 0.9)]).await;
    until_drawn(&page, "rubbing across parts a stroke", |text| strokes(text) == 3).await;
    assert!(page.number("step").await >= began, "a drawing began the run anew");
    page.press("Undo").await;
    until_drawn(&page, "undone", |text| text == two.as_deref()).await;
    page.press("Eraser").await;
    page.until_step(120.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    assert!(page.number("keyframes").await >= Some(3.0), "keyframes: {:?}", page.number("keyframes").await);

    let back = "const s = document.querySelector('.scrubber input'); s.value = 1; s.dispatchEvent(new Event('input', {bubbles: true}));";
    let looks = "return document.querySelector('.scatter canvas').toDataURL()";
    let now = page.script(looks, vec![]).await;
    page.script(back, vec![]).await;
    page.until("an earlier scatter is shown", |page| {
        let now = &now;
        async move { page.script(looks, vec![]).await != *now }
    })
    .await;
    page.press("GIF").await;
    let gif = page.downloaded("kiln-gan-drawn.gif").await;
    assert!(gif.starts_with(b"GIF89a") && gif.len() > 5000, "{} bytes", gif.len());
    page.press("Contact sheet").await;
    assert!(page.downloaded("kiln-gan-drawn.png").await.starts_with(b"\x89PNG"));

    let hash = page.hash().await;
    page.client().refresh().await.expect("the page loads again");
    page.until_phase("ready").await;
    assert_eq!((page.hash().await, drawing(&page).await), (hash, two));
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_drawing_by_keys_and_a_malformed_one() {
    let page = Page::open(Adapter::None, "lang=en&model=gan&data=drawn&device=cpu&drawing=AAAAA").await;
    page.until_told("drawing=AAAAA").await;
    assert_eq!(drawing(&page).await, None, "the default is drawn from");
    page.script("document.querySelector('canvas[data-drawing]').focus()", vec![]).await;
    page.keys(" \u{e014}\u{e014}\u{e015} ").await;
    until_drawn(&page, "keys draw", |text| strokes(text) == 3).await;
    page.keys("\u{e003}").await;
    until_drawn(&page, "and undo", |text| text.is_none()).await;
    page.resize(Size::Phone).await;
    page.touch_on(PAD, &[(0.5, 0.9), (0.5, 0.1)]).await;
    until_drawn(&page, "a finger draws on a phone", |text| strokes(text) == 3).await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn every_set_in_the_plane_has_its_samples() {
    let page = Page::ready(Adapter::None).await;
    // Well trained where they are pictured.
    let long = if browser::shots().is_some() { 150 } else { 10 };
    for (set, steps) in ["ring", "grid", "moons", "drawn"].into_iter().zip(long..) {
        page.train(&format!("lang=en&model=gan&data={set}&device=cpu"), steps).await;
        page.until("samples are scattered", |page| async move {
            page.script("return !!document.querySelector('.scatter canvas')", vec![]).await == true
        })
        .await;
        shoot(&page, set).await;
    }
    page.speak("zh", "#knob-drawing", "橡皮").await;
    shoot(&page, "drawn-zh").await;
    page.finish(&[]).await;
}

/// Keeps pictures of the views and, where there is one, of the drawing.
async fn shoot(page: &Page, name: &str) {
    for at in ["views-title", "knob-drawing"] {
        let there = format!("document.getElementById('{at}')");
        if page.script(&format!("return !!{there}"), vec![]).await == Value::Bool(true) {
            let show = format!("{there}.scrollIntoView({{ block: 'start', behavior: 'instant' }})");
            page.shoot_everywhere(&format!("{name}-{at}"), &show).await;
        }
    }
}
