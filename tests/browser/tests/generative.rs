//! Models that invent, as a visitor meets them: samples, keyframes, failures and the way back, every data set, both workers.

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
    let hash = |data: &str, steps: u32| {
        format!("lang=en&model=gan&data={data}&device=cpu&quality-every=0&steps={steps}&play=1")
    };
    let page = Page::open(Adapter::None, &hash("mnist", 30)).await;
    for (data, steps) in ["mnist", "fashion", "sketches", "emoji"].into_iter().zip(30..) {
        page.go(&hash(data, steps)).await;
        page.until(&format!("{data} is learnt"), |page| async move {
            page.number("step").await == Some(f64::from(steps)) && page.phase().await == "paused"
        })
        .await;
        until_drawn(&page).await;
        everywhere(&page, &format!("gan-{data}")).await;
    }
    page.finish(&[]).await;
}

/// A few steps of each on a software GPU: whatever panics there would show on the console.
#[tokio::test]
async fn generative_models_learn_on_the_gpu() {
    if !browser::gpu() {
        println!("built without the GPU worker: nothing to see");
        return;
    }
    for (model, data) in [("gan", "ring"), ("vae", "mnist"), ("mmd", "moons")] {
        let hash = format!("lang=en&model={model}&data={data}&device=gpu&batch-size=16&quality-every=0&steps=3&play=1");
        let page = Page::open(Adapter::Software, &hash).await;
        page.until_step(3.0).await;
        page.until_phase("paused").await;
        page.until("samples are shown", |page| async move {
            let script = "return document.querySelectorAll('.mosaic canvas, .scatter canvas').length";
            page.script(script, vec![]).await.as_u64() > Some(0)
        })
        .await;
        assert!(page.live("device").await.contains("GPU"), "{}", page.live("device").await);
        page.shoot(&format!("gpu-{model}-{data}")).await;
        page.finish(&[]).await;
    }
}

/// By Bayes' rule; the curve is there only where the model is told the class.
#[tokio::test]
async fn a_vae_that_is_told_the_class_is_a_classifier() {
    for (lang, told) in [("en", true), ("zh", true), ("en", false)] {
        let hash = format!("lang={lang}&model=vae&data=mnist&conditional={told}&device=cpu&steps=300&play=1");
        let page = Page::open(Adapter::None, &hash).await;
        page.until_phase("paused").await;
        let chart = page.script("return !!document.getElementById('chart-accuracy')", vec![]).await;
        assert_eq!(chart, told, "told: {told}");
        if told {
            page.until("the last step's accuracy is known", |page| async move {
                page.series("accuracy/test").await.last().is_some_and(|(step, _)| *step == 300.0)
            })
            .await;
            let accuracy = page.number("test-accuracy").await.expect("it classifies");
            assert!(accuracy > 60.0, "{accuracy} % of digits");
            let show =
                "document.getElementById('chart-accuracy').scrollIntoView({ block: 'center', behavior: 'instant' })";
            page.shoot_everywhere(&format!("vae-classifier-{lang}"), show).await;
        } else {
            assert_eq!(page.number("test-accuracy").await, None);
        }
        page.finish(&[]).await;
    }
}
