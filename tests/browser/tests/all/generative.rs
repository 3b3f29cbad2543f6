//! Models that invent, as a visitor meets them: samples, keyframes, failures and the way back, every data set.

use std::time::Duration;

use browser::{Adapter, Page, Size, Theme};
use serde_json::json;

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// How many shades the samples' picture has: one where nothing is drawn.
async fn shades(page: &Page) -> u64 {
    let script = "const c = document.querySelector('.mosaic canvas'); if (!c || !c.width) return 0;
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        return new Set(new Uint32Array(d.buffer)).size";
    page.script(script, vec![]).await.as_u64().unwrap_or(0)
}

async fn until_drawn(page: &Page) {
    page.until("samples are drawn", |page| async move { shades(page).await > 20 }).await;
}

async fn everywhere(page: &Page, name: &str) {
    if browser::shots().is_none() {
        return;
    }
    for (theme, size, suffix) in [(Theme::Light, Size::Desk, "desk-light"), (Theme::Dark, Size::Phone, "phone-dark")] {
        page.scheme(theme).await;
        page.resize(size).await;
        page.script(
            "document.querySelector('#views-title')?.scrollIntoView({ behavior: 'instant' }); scrollBy(0, -100)",
            vec![],
        )
        .await;
        pause(400).await;
        page.shoot(&format!("{name}-{suffix}")).await;
    }
    page.scheme(Theme::Light).await;
    page.resize(Size::Desk).await;
}

#[tokio::test]
async fn a_vae_lowers_its_bound_and_its_past_can_be_saved() {
    let page = Page::open(Adapter::None, "lang=zh&model=vae&device=cpu&quality-every=0").await;
    page.press("训练").await;
    page.until_step(20.0).await;
    let early = page.number("train-loss").await.expect("a bound");
    page.until_step(150.0).await;
    page.press("暂停").await;
    page.until_phase("paused").await;
    // The last values come just after the phase; until then three readings may be of two steps.
    page.until("the bound is the sum of its parts", |page| async move {
        let bound = page.number("train-loss").await.expect("a bound");
        let parts = [page.number("train-reconstruction").await, page.number("train-kl").await];
        let sum: f64 = parts.iter().map(|part| part.expect("a part")).sum();
        (sum - bound).abs() < 0.01 * bound
    })
    .await;
    let late = page.number("train-loss").await.expect("a bound");
    assert!(late < early, "the negative ELBO went from {early} to {late} nats");
    until_drawn(&page).await;
    everywhere(&page, "vae-zh").await;
    page.press("GIF").await;
    let gif = page.downloaded("kiln-vae-mnist.gif").await;
    assert!(gif.starts_with(b"GIF89a") && gif.ends_with(&[0x3b]), "no whole GIF of {} bytes", gif.len());
    page.finish(&[]).await;
}

/// Every failure is brought about by one button and taken back by the same.
#[tokio::test]
async fn a_gan_is_broken_and_mended() {
    let page = Page::open(Adapter::None, "lang=en&model=gan&device=cpu&quality-every=0&play=1").await;
    page.until_step(10.0).await;
    for failure in ["mode-collapse", "vanishing-gradients", "divergence"] {
        let press = "document.querySelector(`[data-break='${arguments[0]}']`).click()";
        let before = page.hash().await;
        page.script(press, vec![json!(failure)]).await;
        page.until("the knobs are turned", |page| {
            let before = before.clone();
            async move { page.hash().await != before }
        })
        .await;
        let stood = page.number("step").await.unwrap_or_default();
        page.until_step(stood + 5.0).await;
        page.script(press, vec![json!(failure)]).await;
        page.until("the knobs are back", |page| {
            let before = before.clone();
            async move { page.hash().await == before }
        })
        .await;
    }
    page.finish(&[]).await;
}

/// One run after another in the same page, each until samples are seen; each of another length, so that none is taken for
/// the one before.
#[tokio::test]
async fn every_picture_set_has_its_samples() {
    let page = Page::ready(Adapter::None).await;
    for (data, steps) in ["mnist", "fashion", "sketches", "emoji"].into_iter().zip(30..) {
        page.train(&format!("lang=en&model=gan&data={data}&device=cpu&quality-every=0"), steps).await;
        until_drawn(&page).await;
        everywhere(&page, &format!("gan-{data}")).await;
    }
    page.finish(&[]).await;
}

/// By Bayes' rule; the curve is there only where the model is told the class.
#[tokio::test]
async fn a_vae_that_is_told_the_class_is_a_classifier() {
    let chart = |page: &Page| {
        let client = page.client().clone();
        async move { client.execute("return !!document.getElementById('chart-accuracy')", vec![]).await.ok() }
    };
    let page = Page::ready(Adapter::None).await;
    let hash = |told: bool| format!("lang=en&model=vae&data=mnist&conditional={told}&device=cpu");
    page.train(&hash(true), 300).await;
    assert_eq!(chart(&page).await, Some(json!(true)));
    page.until("the last step's accuracy is known", |page| async move {
        page.series("accuracy/test").await.last().is_some_and(|(step, _)| *step == 300.0)
    })
    .await;
    let accuracy = page.number("test-accuracy").await.expect("it classifies");
    assert!(accuracy > 60.0, "{accuracy} % of digits");
    let show = "document.getElementById('chart-accuracy').scrollIntoView({ block: 'center', behavior: 'instant' })";
    page.shoot_everywhere("vae-classifier", show).await;
    page.speak("zh", "#chart-accuracy", "准确率").await;
    page.train(&hash(false), 10).await;
    assert_eq!((chart(&page).await, page.number("test-accuracy").await), (Some(json!(false)), None));
    page.finish(&[]).await;
}
