//! One drawing, and what every model that was trained in the page says of it.

use browser::{Adapter, Page};
use serde_json::json;

const ONE: [(f64, f64); 4] = [(0.52, 0.2), (0.51, 0.4), (0.5, 0.6), (0.49, 0.8)];

/// Trains another model for so many steps, in the page that is open.
async fn train(page: &Page, model: &str, steps: u32) {
    page.edit_hash("steps", &steps.to_string()).await;
    page.edit_hash("model", model).await;
    page.until_phase("ready").await;
    page.press("Train").await;
    page.until_step(f64::from(steps)).await;
    page.until_phase("paused").await;
}

/// What stands in a model's row: steps, the figure, the words.
async fn row(page: &Page, model: &str) -> Option<(String, f64, String)> {
    let script = "const e = document.querySelector(`[data-opinion='${arguments[0]}']`);
        return e ? [e.dataset.step, e.dataset.value ?? '', e.innerText] : null";
    let row = page.script(script, vec![json!(model)]).await;
    let text = |at: usize| row[at].as_str().map(str::to_owned);
    Some((text(0)?, text(1)?.parse().ok()?, text(2)?))
}

/// The same, once it says something.
async fn heard(page: &Page, model: &str) -> (String, f64, String) {
    page.until(&format!("{model} says something"), |page| async move { row(page, model).await.is_some() }).await;
    row(page, model).await.expect("it was there")
}

async fn pad_shown(page: &Page) -> bool {
    let script = "return document.querySelector('canvas[data-pad]').getClientRects().length > 0";
    page.script(script, vec![]).await == true
}

#[tokio::test]
async fn every_model_that_was_trained_says_what_it_makes_of_a_drawing() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu&batch-size=32&steps=150").await;
    page.press("Train").await;
    page.until_phase("paused").await;
    assert_eq!(page.number("opinions").await, Some(1.0), "the present run is listed before anything is drawn");
    train(&page, "vae", 60).await;
    train(&page, "gan", 40).await;
    assert!(pad_shown(&page).await, "a discriminator has an opinion, so there is a pad");
    page.draw(&ONE).await;

    let (steps, share, said) = heard(&page, "softmax").await;
    assert!(steps == "150" && share > 0.1 && share <= 1.0, "{steps} {share}");
    assert!(said.contains("Softmax regression") && said.contains("after 150 steps") && said.contains('%'), "{said}");
    let (steps, nats, said) = heard(&page, "vae").await;
    assert!(steps == "60" && nats > 1.0, "{steps} {nats}");
    assert!(said.contains("Negative ELBO") && said.contains("= Reconstruction") && said.contains("+ KL"), "{said}");
    let (steps, real, said) = heard(&page, "gan").await;
    assert!(steps == "40" && (0.0..=1.0).contains(&real), "{steps} {real}");
    assert!(said.contains("now, after 40 steps") && said.contains("looks real"), "{said}");
    assert_eq!(page.number("opinions").await, Some(3.0));
    for (language, word) in [("zh", "负 ELBO"), ("en", "Negative ELBO")] {
        page.speak(language, "[data-opinion=vae]", word).await;
        let show =
            "document.querySelector('[data-live=opinions]').scrollIntoView({ block: 'center', behavior: 'instant' })";
        page.shoot_everywhere(&format!("opinions-{language}"), show).await;
    }

    // A model that can say nothing of a picture keeps the pad for those that can.
    page.edit_hash("model", "mmd").await;
    page.until_phase("ready").await;
    page.until("those who were trained are asked", |page| async move {
        page.number("opinions").await == Some(3.0)
            && row(page, "gan").await.is_some_and(|(.., said)| said.contains("after 40"))
    })
    .await;
    assert!(pad_shown(&page).await);
    page.script(
        "document.querySelector('canvas[data-pad]').scrollIntoView({ block: 'center', behavior: 'instant' })",
        vec![],
    )
    .await;
    page.press("Clear").await;
    page.until("nobody speaks of an empty pad", |page| async move { row(page, "vae").await.is_none() }).await;
    assert_eq!(page.number("opinions").await, Some(3.0));
    // Another data set: nobody has learnt it.
    page.edit_hash("data", "sketches").await;
    page.until_phase("ready").await;
    page.until("nobody is left", |page| async move { page.number("opinions").await == Some(0.0) }).await;
    assert!(!pad_shown(&page).await, "no model has something to say");
    page.finish(&[]).await;
}
