//! A page that stays quick while a model trains: no long task, and an answer for each picture.

use browser::{Adapter, Page};
use serde_json::json;

const SHOW: &str = "document.querySelector('#views-title').scrollIntoView({ behavior: 'instant' }); scrollBy(0, -100)";

const ONE: [(f64, f64); 4] = [(0.52, 0.2), (0.51, 0.4), (0.5, 0.6), (0.49, 0.8)];

#[tokio::test]
async fn lenet_learns_on_the_cpu_without_a_stutter() {
    browser::alone().await;
    let page = Page::open(Adapter::None, "lang=en&model=lenet&device=cpu").await;
    let watch =
        "window.tasks = []; new PerformanceObserver(list => list.getEntries().forEach(e => tasks.push(e.duration)))
        .observe({ type: 'longtask' })";
    page.script(watch, vec![]).await;
    page.press("Train").await;
    page.until_step(50.0).await;
    let early = page.number("train-loss").await.expect("a loss after 50 steps");
    let (steps, least) = if browser::full() { (1_500.0, 98.0) } else { (300.0, 95.0) };
    page.until_step(steps).await;
    page.until(&format!("the test accuracy passes {least} %, soon after step {steps}"), |page| async move {
        page.number("test-accuracy").await.is_some_and(|percent| percent >= least)
    })
    .await;
    let made = page.number("step").await.expect("a step");
    assert!(made < 2.0 * steps, "{least} % took {made} steps");
    println!("{least} % of the test set by step {made}");
    let late = page.number("train-loss").await.expect("a loss at the end");
    assert!(late < early, "the loss went from {early} to {late}");
    let longest = page.script("return Math.max(0, ...tasks)", vec![]).await.as_f64().expect("a number");
    println!("longest main-thread task while training: {longest:.0} ms (50 wanted, 200 allowed)");
    page.draw(&ONE).await;
    page.until("the drawing is read as a 1", |page| async move { page.live("prediction").await.contains('1') }).await;
    page.script("scrollTo(0, 0)", vec![]).await;
    page.shoot("trained").await;
    assert!(longest <= 200.0, "a main-thread task took {longest} ms while training");
    page.finish(&[]).await;
}

/// A mouse that goes over the plane reads each place that it comes to, while the model learns on.
#[tokio::test]
async fn places_are_read_by_mouse_while_a_model_trains() {
    // Rounds of 120 places, one for each frame; what is said there, at once, and how the frames follow each other.
    const ROUNDS: &str = "const canvas = document.querySelector('.scatter canvas[tabindex]'), at = canvas.getBoundingClientRect();
        const frame = () => new Promise(requestAnimationFrame), said = [], sums = [], tasks = [0];
        new PerformanceObserver(list => list.getEntries().forEach(e => tasks.push(e.duration))).observe({ type: 'longtask' });
        const all = arguments[0];
        return (async () => {
            let start = performance.now();
            for (let n = 0; n < all; n++) {
                // The first of several rounds warms up.
                if (n === 120) start = performance.now();
                const turn = n / 120 * 2 * Math.PI, reach = 0.1 + 0.3 * (n % 120) / 120;
                const event = { bubbles: true, pointerType: 'mouse', clientX: at.left + at.width * (0.5 + reach * Math.cos(turn)), clientY: at.top + at.height * (0.5 + reach * Math.sin(turn)) };
                canvas.dispatchEvent(new PointerEvent('pointermove', event));
                await frame();
                said.push(document.querySelector('[data-live=place]').textContent);
                sums.push([...document.querySelectorAll('.legend.classes output')].reduce((sum, it) => sum + parseFloat(it.textContent), 0));
            }
            return [new Set(said).size, Math.min(...sums), Math.max(...sums), (all > 120 ? all - 120 : all) * 1e3 / (performance.now() - start), Math.max(...tasks)];
        })()";
    browser::alone().await;
    // At full length also on a page that is as slow as in a computer of a third of this one's speed.
    let (all, rates) = if browser::full() { (720, vec![1, 3]) } else { (120, vec![1]) };
    let page = Page::ready(Adapter::None).await;
    for (words, shares) in
        [("model=perceptron&data=spirals&classes=3", true), ("model=svm&data=blobs&classes=4", false)]
    {
        page.go(&format!("lang=en&device=cpu&{words}")).await;
        page.until_phase("ready").await;
        page.press("Train").await;
        page.until_step(100.0).await;
        page.until("regions are shown", |page| async move {
            page.script("return document.querySelector('.legend.classes output')?.textContent ?? ''", vec![]).await
                != ""
        })
        .await;
        page.script(SHOW, vec![]).await;
        let began = page.number("step").await.expect("a step");
        for rate in &rates {
            page.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
            let found = page.script(ROUNDS, vec![all.into()]).await;
            let [places, least, most, frames, task] = [0, 1, 2, 3, 4].map(|at| found[at].as_f64().expect("a number"));
            println!(
                "{words}, 1/{rate} speed: {frames:.1} pictures a second, longest main-thread task {task:.0} ms (60 and 50 wanted)"
            );
            assert!(places > 60.0, "{places} places were read");
            assert!(!shares || least > 99.5 && most < 100.5, "{least} to {most}: per cents of all classes");
        }
        page.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await;
        assert!(page.number("step").await > Some(began), "it went on learning");
        page.press("Pause").await;
    }
    page.finish(&[]).await;
}
