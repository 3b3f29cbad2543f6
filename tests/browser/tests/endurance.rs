//! A long run holds no more than a short one.

use std::time::Instant;

use browser::{Adapter, Page};

const STEPS: f64 = 20_000.0;

/// What may be added after the first thousand steps, in bytes: the curves fill their bounded tracks, and the first
/// evaluation on all 10,000 test samples comes with the first epoch's end. A leak of 110 bytes a step is more.
const SLACK: f64 = 2e6;

/// What is held where, in bytes.
#[derive(Debug)]
struct Held {
    /// Linear memory of the worker, as the page shows it.
    worker: f64,
    /// Live objects of the page.
    heap: f64,
    /// Linear memory of the page.
    linear: f64,
}

async fn held(page: &Page) -> Held {
    let worker = page.number("memory").await.expect("the page shows the worker's memory");
    Held { worker, heap: page.heap().await, linear: page.linear().await }
}

/// What a run of so many steps holds early and late, on small networks and batches: 20,000 steps are soon made.
async fn endures(hash: &str) {
    let hash = format!("lang=en&device=cpu&play=1&steps={STEPS}&{hash}");
    let start = Instant::now();
    let page = Page::open(Adapter::None, &hash).await;
    page.until("all data are here", |page| async move {
        let script = "return document.querySelector('.loading').classList.contains('done')";
        page.script(script, vec![]).await == true
    })
    .await;
    page.until_step(1_000.0).await;
    let step = page.number("step").await.expect("a step");
    let early = held(&page).await;
    page.until_step(STEPS).await;
    let late = held(&page).await;
    println!("{:.0} s; at step {step}: {early:?}; at step {STEPS}: {late:?}", start.elapsed().as_secs_f32());
    assert!(step < STEPS / 2.0, "the first look came too late, at step {step}");
    let grown = [late.worker - early.worker, late.heap - early.heap, late.linear - early.linear];
    assert!(grown.iter().all(|bytes| *bytes <= SLACK), "grown by {grown:?} bytes");
    page.finish(&[]).await;
}

#[tokio::test]
async fn twenty_thousand_steps_of_a_classifier_hold_no_more_than_the_first() {
    endures("model=softmax&batch-size=4").await;
}

/// With samples, scores, keyframes and quality checks all the while; three of these come before the first look.
#[tokio::test]
async fn twenty_thousand_steps_of_a_gan_hold_no_more_than_the_first() {
    endures("model=gan&data=ring&batch-size=8&width=16&quality-every=300").await;
}
