//! Slow motion and principal axes, as a visitor uses them.

use std::time::Duration;

use browser::{Adapter, Page};
use serde_json::{Value, json};

/// Acts done, and acts in all.
async fn place(page: &Page) -> (usize, usize) {
    let script = "return [+(document.querySelector('[data-live=act]')?.dataset.done ?? -1), document.querySelectorAll('.acts li').length]";
    let found = page.script(script, vec![]).await;
    (found[0].as_u64().unwrap_or(99) as usize, found[1].as_u64().unwrap_or(0) as usize)
}

async fn until_done(page: &Page, done: usize) {
    page.until(&format!("act {done} is done"), |page| async move { place(page).await.0 == done }).await;
}

/// The acts' panel: what it says of the present act, whether a formula is set, how many numbers it shows.
async fn act(page: &Page) -> (String, bool, u64) {
    let script = "const a = document.querySelector('.act');
        return [a.querySelector('p').textContent, !!a.querySelector('math'), a.querySelectorAll('dd').length]";
    let found = page.script(script, vec![]).await;
    (found[0].as_str().unwrap_or_default().into(), found[1] == json!(true), found[2].as_u64().unwrap_or(0))
}

const SHOW: &str =
    "document.querySelector('.slow-motion, .mosaic.plane').scrollIntoView({ behavior: 'instant' }); scrollBy(0, -90)";

#[tokio::test]
async fn a_step_is_walked_through_act_by_act() {
    let page = Page::open(Adapter::None, "lang=en&model=gan&data=ring&device=cpu&quality-every=0").await;
    page.press("Train").await;
    page.until_step(30.0).await;
    page.press("Slow motion").await;
    page.until_phase("paused").await;
    page.press("Next act").await;
    // By itself it may have carried out an act before the first click.
    page.until("an act is done", |page| async move { place(page).await.0 > 0 }).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = page.number("step").await.expect("a step");
    let (mut done, of) = place(&page).await;
    assert!(of > 4, "{of} acts");
    let mut said = Vec::new();
    while done < of {
        let (sentence, formula, numbers) = act(&page).await;
        assert!(formula, "no formula beside: {sentence}");
        assert!(!said.contains(&sentence), "{sentence} twice");
        said.push(sentence);
        assert_eq!(page.number("step").await, Some(before), "half a step counts");
        if done == of / 2 {
            assert!(numbers > 0, "act {done} found nothing");
            page.shoot_everywhere("slow-en", SHOW).await;
        }
        page.press("Next act").await;
        done += 1;
        until_done(&page, done).await;
    }
    page.until("the step is whole", |page| async move { page.number("step").await == Some(before + 1.0) }).await;
    page.press("Play").await;
    page.until("it plays by itself", |page| async move { page.number("step").await > Some(before + 1.0) }).await;
    page.press_in("//*[contains(@class, 'slow-motion')]", "Discriminator only").await;
    page.until("D's acts alone are left", |page| async move { place(page).await.1 < of }).await;
    page.press("Train").await;
    page.until_step(before + 30.0).await;
    let there = page.script("return !!document.querySelector('.slow-motion')", vec![]).await;
    assert_eq!(there, Value::Bool(false), "training leaves slow motion");
    page.press("Pause").await;
    page.until_phase("paused").await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn slow_motion_speaks_chinese_and_follows_the_loss() {
    let page = Page::open(Adapter::None, "lang=zh&model=dcgan&data=mnist&device=cpu&loss=hinge&quality-every=0").await;
    page.press("慢动作").await;
    page.until("the panel is there", |page| async move { place(page).await.1 > 4 }).await;
    // By itself it may have carried out an act before a click, so the count may outrun the clicks.
    loop {
        let (done, _) = place(&page).await;
        if done == 2 {
            break;
        }
        page.press("下一个动作").await;
        page.until("another act is done", |page| async move { place(page).await.0 != done }).await;
    }
    let (sentence, formula, _) = act(&page).await;
    assert!(formula && sentence.contains('。'), "{sentence}");
    let label = "return [...document.querySelectorAll('.act .set')].map(e => e.getAttribute('aria-label')).join()";
    assert!(page.script(label, vec![]).await.as_str().is_some_and(|tex| tex.contains("max")), "no hinge loss");
    page.shoot_everywhere("slow-zh", SHOW).await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn the_latent_plane_shows_principal_axes() {
    let page = Page::open(Adapter::None, "lang=en&model=vae&device=cpu&latent=10&quality-every=0").await;
    page.press("Train").await;
    page.until_step(150.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    page.press("Latent plane").await;
    page.until("the plane is there", |page| async move {
        page.script("return !!document.querySelector('.mosaic.plane .over')", vec![]).await == json!(true)
    })
    .await;
    let tick = "[...document.querySelectorAll('.view label')].find(e => e.textContent.includes('PCA')).querySelector('input').click()";
    page.script(tick, vec![]).await;
    page.until("the axes are named", |page| async move {
        let script = "return [...document.querySelectorAll('.axis-label')].map(e => e.textContent).join()";
        let said = page.script(script, vec![]).await.as_str().unwrap_or_default().to_owned();
        said.contains("PC 1 (") && said.contains("PC 2 (") && said.contains('%')
    })
    .await;
    assert!(page.live("latent").await.contains("PC 1 = 0.00"), "{}", page.live("latent").await);
    page.shoot_everywhere("pca", SHOW).await;
    // Neither principal axes nor a way between two pictures outlive the model that has them.
    page.edit_hash("latent", "2").await;
    page.until(
        "the plane is that of two latents",
        |page| async move { page.live("latent").await.starts_with("z0 = ") },
    )
    .await;
    page.edit_hash("view", "decoded").await;
    page.press("Between two pictures").await;
    page.edit_hash("model", "gan").await;
    page.until("sliders are left", |page| async move {
        let script =
            "return [...document.querySelectorAll('.view button[aria-pressed=true]')].map(e => e.innerText).join()";
        page.script(script, vec![]).await.as_str().is_some_and(|pressed| pressed.contains("Single latents"))
    })
    .await;
    page.finish(&[]).await;
}
