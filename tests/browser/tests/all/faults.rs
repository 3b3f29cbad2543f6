//! What goes wrong in a worker, on the network or in the GPU ends in a word to the reader, and in a run that goes on.

use std::time::Duration;

use browser::{Adapter, Mishap, Page};
use serde_json::json;

/// A page whose CPU workers a script can end from outside, by `workers[n].postMessage('die')`.
async fn mortal(hash: &str) -> Page {
    let page = Page::ready(Adapter::None).await;
    page.devtools("Page.enable", json!({})).await;
    // Keeps hold of the page's workers, as a debugger would.
    let spy = "window.workers = []; const Real = Worker;
        window.Worker = class extends Real { constructor(...a) { super(...a); workers.push(this); born(this); } };
        window.born = () => {};";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": spy })).await;
    page.server.amend(
        "cpu_worker_loader.js",
        "self.addEventListener('message', e => {
        if (e.data === 'die') setTimeout(() => { throw new Error('killed by the test'); }); });",
    );
    page.go(hash).await;
    page
}

#[tokio::test]
async fn a_killed_worker_is_replaced() {
    let page = mortal("lang=en&model=softmax&device=cpu&play=1").await;
    page.until_step(20.0).await;
    assert_eq!(page.script("return workers.length", vec![]).await, json!(1));
    page.script("workers[0].postMessage('die')", vec![]).await;
    page.until("another worker was opened", |page| async move {
        page.script("return workers.length", vec![]).await.as_u64().is_some_and(|count| count >= 2)
    })
    .await;
    page.until_told("worker took over").await;
    page.shoot("replaced").await;
    page.until("the new worker is ready", |page| async move { page.live("parameters").await.contains("7850") }).await;
    let train = "const b = [...document.querySelectorAll('button')].find(b => b.innerText.trim() === 'Train'); if (b) b.click()";
    page.script(train, vec![]).await;
    let stood = page.number("step").await.unwrap_or_default();
    page.until_step(stood + 5.0).await;
    page.finish(&["killed by the test"]).await;
}

#[tokio::test]
async fn a_worker_that_dies_before_it_saves_loses_nothing() {
    let page = mortal("lang=en&model=softmax&device=cpu&steps=30&play=1").await;
    page.until_phase("paused").await;
    // The page asks for a snapshot of a run that pauses.
    tokio::time::sleep(Duration::from_millis(500)).await;
    // The second worker greets and is gone.
    let once = "window.born = worker => {
        if (workers.length !== 2) return;
        let heard = 0;
        worker.addEventListener('message', () => {
            if (++heard === 2) worker.dispatchEvent(new ErrorEvent('error', { message: 'gone again' }));
        });
    }";
    page.script(once, vec![]).await;
    page.script("workers[0].postMessage('die')", vec![]).await;
    page.until_told("gone again").await;
    page.until_told("goes on from step 30").await;
    page.until_phase("paused").await;
    assert_eq!(page.number("step").await, Some(30.0));
    page.finish(&["killed by the test"]).await;
}

/// Between one worker and the next there is none that hears of it.
#[tokio::test]
async fn a_run_gone_back_to_while_a_worker_is_replaced_keeps_its_steps() {
    let page = mortal("lang=en&model=softmax&device=cpu&steps=30&play=1").await;
    page.until_phase("paused").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    page.press("Reset").await;
    page.until_told("30 steps in, is kept").await;
    page.until_phase("ready").await;
    let soon = "workers[0].postMessage('die');
        const look = () => {
            if (!document.body.innerText.includes('stopped unexpectedly')) return requestAnimationFrame(look);
            [...document.querySelectorAll('button')].find(b => b.innerText.trim() === 'Go back to it').click();
        };
        look();";
    page.script(soon, vec![]).await;
    page.until("the run is back", |page| async move { page.number("step").await == Some(30.0) }).await;
    page.until_phase("paused").await;
    page.until("with its curve", |page| async move {
        page.series("loss/train").await.last().is_some_and(|point| point.0 == 30.0)
    })
    .await;
    page.finish(&["killed by the test"]).await;
}

#[tokio::test]
async fn a_model_chosen_while_a_worker_is_replaced_starts_afresh() {
    let page = mortal("lang=en&model=softmax&device=cpu&steps=30&play=1").await;
    page.until_phase("paused").await;
    page.script("workers[0].postMessage('die')", vec![]).await;
    page.until_told("stopped unexpectedly").await;
    page.edit_hash("model", "perceptron").await;
    page.until("the other model stands", |page| async move {
        page.number("parameters").await.is_some_and(|count| count > 10_000.0)
    })
    .await;
    page.until_phase("paused").await;
    assert_eq!(page.number("step").await, Some(30.0), "it does not train as the address says");
    let told = page.told().await;
    assert!(!told.contains("does not fit"), "another model's weights were offered to it: {told}");
    page.finish(&["killed by the test"]).await;
}

#[tokio::test]
async fn a_refused_chunk_ends_in_advice_and_a_second_try() {
    let page = Page::ready(Adapter::None).await;
    page.server.spoil("train-00.bin.gz", Mishap::Status(503), u32::MAX);
    page.go("lang=en&model=softmax&device=cpu").await;
    page.until_told("train-00.bin.gz").await;
    let told = page.told().await;
    assert!(told.contains("Check the connection"), "no advice: {told}");
    page.shoot("refused").await;
    page.server.spoil("train-00.bin.gz", Mishap::Status(503), 0);
    page.press("Try again").await;
    page.until_phase("ready").await;
    page.press("Train").await;
    page.until_step(3.0).await;
    page.finish(&["503"]).await;
}

#[tokio::test]
async fn a_chunk_that_stays_bad_ends_in_advice_and_a_second_try() {
    for mishap in [Mishap::Truncated, Mishap::Corrupt] {
        let page = Page::ready(Adapter::None).await;
        page.server.spoil("train-00.bin.gz", mishap, u32::MAX);
        page.go("lang=en&model=softmax&device=cpu&play=1").await;
        page.until_told("train-00.bin.gz").await;
        let told = page.told().await;
        assert!(told.contains("after 3 tries"), "{mishap:?}: {told}");
        assert!(told.contains("incomplete") || told.contains("damaged"), "{mishap:?}: no reason: {told}");
        assert!(told.contains("Check the connection"), "{mishap:?}: no advice: {told}");
        assert_eq!(page.number("step").await, Some(0.0), "{mishap:?}: it trained on something");
        page.server.spoil("train-00.bin.gz", mishap, 0);
        page.press("Try again").await;
        page.until_step(3.0).await;
        page.finish(&[]).await;
    }
}

#[tokio::test]
async fn a_torn_and_a_corrupt_chunk_are_fetched_again() {
    let page = Page::ready(Adapter::None).await;
    page.server.spoil("train-00.bin.gz", Mishap::Truncated, 1);
    page.server.spoil("test-00.bin.gz", Mishap::Corrupt, 1);
    page.go("lang=en&model=softmax&device=cpu&play=1").await;
    page.until_step(3.0).await;
    let served = page.server.served();
    let fetched = |name: &str| served.iter().filter(|path| path.ends_with(name)).count();
    assert_eq!((fetched("train-00.bin.gz"), fetched("test-00.bin.gz")), (2, 2), "each is fetched twice");
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_lost_gpu_is_told_and_the_run_goes_on() {
    if !browser::gpu() {
        println!("left out: this build has no GPU worker");
        return;
    }
    let mut page = Page::open(Adapter::Software, "lang=en&model=softmax&device=gpu&batch-size=8&play=1").await;
    page.until_step(3.0).await;
    assert!(page.live("device").await.starts_with("WebGPU"), "it runs on {}", page.live("device").await);
    page.draw(&[(0.4, 0.2), (0.6, 0.5), (0.4, 0.8)]).await;
    page.browser.kill_gpu();
    page.until_told("GPU").await;
    println!("told: {}", page.told().await);
    page.shoot("gpu-lost").await;
    page.until_told("worker took over").await;
    println!("told: {}; it goes on on {}", page.told().await, page.live("device").await);
    page.until(
        "a run stands",
        |page| async move { ["ready", "paused", "training"].contains(&page.phase().await.as_str()) },
    )
    .await;
    // The canvases lost their pixels with the GPU process.
    let colours = "const pad = document.querySelector('canvas[data-pad]');
        const copy = new OffscreenCanvas(pad.width, pad.height).getContext('2d');
        copy.drawImage(pad, 0, 0);
        return new Set(new Uint32Array(copy.getImageData(0, 0, pad.width, pad.height).data.buffer)).size";
    page.until("the drawing is there again", |page| async move {
        page.script(colours, vec![]).await.as_u64().is_some_and(|count| count > 1)
    })
    .await;
    page.shoot("gpu-replaced").await;
    if page.phase().await != "training" {
        page.press("Train").await;
    }
    let stood = page.number("step").await.expect("a step");
    page.until_step(stood + 3.0).await;
    // What Chromium itself says of it.
    page.finish(&["external Instance reference no longer exists"]).await;
}
