//! What a link says is what a run does; what it cannot say is mended, and told.

use browser::{Adapter, Page};

#[tokio::test]
async fn a_shared_link_repeats_the_run() {
    let hash = "lang=en&model=perceptron&device=cpu&seed=7&batch-size=32";
    let page = Page::ready(Adapter::None).await;
    let first = curve(&page, hash, 20).await;
    page.finish(&[]).await;
    let page = Page::ready(Adapter::None).await;
    let second = curve(&page, hash, 20).await;
    assert!(!first.is_empty(), "no loss was shown");
    assert_eq!(first, second, "the same link gave another curve");
    let other = curve(&page, &hash.replace("seed=7", "seed=8"), 21).await;
    assert_ne!(first, other[..20], "the seed made no difference");
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_bad_link_is_mended_with_a_notice() {
    let page =
        Page::open(Adapter::None, "lang=en&model=softmax&device=cpu&batch-size=99999&nonsense=1&theme=pink").await;
    for word in ["1024", "nonsense", "pink"] {
        page.until_told(word).await;
    }
    assert_eq!(page.hash().await, "model=softmax&data=mnist&device=cpu&batch-size=1024&lang=en");
    page.finish(&[]).await;
}

#[tokio::test]
async fn an_address_edited_by_hand_is_taken_over() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu&play=1").await;
    page.until_step(30.0).await;
    let stood = page.number("step").await.expect("a step");
    // A rate that no model bears, so that the loss itself says whether the worker has heard of it.
    page.edit_hash("learning-rate", "10").await;
    page.until("the loss tells the learning rate", |page| async move {
        page.number("train-loss").await.is_some_and(|loss| loss > 5.0)
    })
    .await;
    assert_eq!(page.field("knob-learning-rate-field").await, "10");
    assert!(page.number("step").await >= Some(stood), "a knob that acts between two steps began the run anew");
    assert_eq!(page.told().await, "", "nothing was left or lost, so that nothing is told");
    page.edit_hash("learning-rate", "0.001").await;
    page.until("the address leaves out a default", |page| async move { !page.hash().await.contains("rate") }).await;
    assert_eq!(page.field("knob-learning-rate-field").await, "0.001");

    page.edit_hash("seed", "8").await;
    page.until_told("is kept").await;
    assert_eq!(page.field("knob-seed-field").await, "8");
    page.until("the new run trains as the old one did", |page| async move {
        page.phase().await == "training" && page.number("step").await.is_some_and(|step| step >= 5.0)
    })
    .await;

    page.edit_hash("model", "perceptron").await;
    page.until("the other model stands", |page| async move {
        page.number("parameters").await.is_some_and(|count| count > 10_000.0)
    })
    .await;
    assert!(page.hash().await.contains("model=perceptron"), "the address says {}", page.hash().await);
    page.client().back().await.expect("the browser goes back");
    page.until("the first model is back", |page| async move { page.number("parameters").await == Some(7850.0) }).await;
    assert_eq!(page.field("knob-seed-field").await, "8", "Back lost a knob");

    page.edit_hash("steps", "100000").await;
    page.until("the field shows the step", |page| async move { page.field("pause-at").await == "100000" }).await;
    let soon = page.number("step").await.expect("a step") + 1_500.0;
    page.edit_hash("steps", &soon.to_string()).await;
    page.until_phase("paused").await;
    assert_eq!(page.number("step").await, Some(soon), "a run that trains was not told where to pause");
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_malformed_edit_is_mended_and_costs_nothing() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu&steps=30&play=1").await;
    page.until_phase("paused").await;
    let good = page.hash().await;
    for (key, value) in [("theme", "pink"), ("batch-size", "lots"), ("nonsense", "1"), ("play", "maybe")] {
        page.edit_hash(key, value).await;
        page.until_told(if key == "nonsense" { key } else { value }).await;
        page.until("the address is mended", |page| {
            let good = good.replace("&play=1", "");
            async move { page.hash().await.replace("&play=1", "") == good }
        })
        .await;
        assert_eq!((page.phase().await, page.number("step").await), ("paused".to_owned(), Some(30.0)), "{key}={value}");
    }
    page.edit_hash("batch-size", "99999").await;
    page.until_told("1024").await;
    page.until_told("is kept").await;
    assert!(page.hash().await.contains("batch-size=1024"), "the address says {}", page.hash().await);
    page.press("Go back to it").await;
    page.until("the run that was left is back", |page| async move { page.number("step").await == Some(30.0) }).await;
    page.edit_hash("model", "oracle").await;
    page.until_told("oracle").await;
    page.until_told("is kept").await;
    assert!(!page.hash().await.contains("oracle"), "the address says {}", page.hash().await);
    page.finish(&[]).await;
}

/// The training loss of a run that the address itself starts and pauses.
pub async fn curve(page: &Page, hash: &str, steps: u32) -> Vec<(f64, f64)> {
    page.train(hash, steps).await;
    page.until("the curve is whole", |page| async move {
        let curve = page.series("loss/train").await;
        curve.len() == steps as usize && curve.last().is_some_and(|point| point.0 == f64::from(steps))
    })
    .await;
    page.series("loss/train").await
}
