//! A long run holds no more than a short one.

use std::time::Instant;

use browser::{Adapter, Page};

/// How many steps are made: a fifth of it where not everything is tested at its full length.
fn steps() -> f64 {
    if browser::full() { 20_000.0 } else { 4_000.0 }
}

/// What may be added after the first thousand steps, in bytes: the curves fill their bounded tracks, the first evaluation on
/// all test samples comes, and linear memory grows by the half megabyte. At full length a leak of 110 bytes a step is more, in
/// the short one of 500.
fn slack() -> f64 {
    if browser::full() { 2e6 } else { 1.5e6 }
}

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

/// What a run holds early and late, on small networks and batches, whose steps are soon made.
async fn endures(hash: &str) {
    browser::alone().await;
    let steps = steps();
    let hash = format!("lang=en&device=cpu&play=1&steps={steps}&{hash}");
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
    page.until_step(steps).await;
    let late = held(&page).await;
    println!("{:.0} s; at step {step}: {early:?}; at step {steps}: {late:?}", start.elapsed().as_secs_f32());
    assert!(step < steps / 2.0, "the first look came too late, at step {step}");
    let grown = [late.worker - early.worker, late.heap - early.heap, late.linear - early.linear];
    let slack = slack();
    assert!(grown.iter().all(|bytes| *bytes <= slack), "grown by {grown:?} bytes, {slack} are allowed");
    page.finish(&[]).await;
}

#[tokio::test]
async fn the_last_steps_of_a_classifier_hold_no_more_than_the_first() {
    endures("model=softmax&batch-size=4").await;
}

/// With samples, scores, keyframes and quality checks all the while; three of these come before the first look.
#[tokio::test]
async fn the_last_steps_of_a_gan_hold_no_more_than_the_first() {
    endures("model=gan&data=ring&batch-size=8&width=16&quality-every=300").await;
}
