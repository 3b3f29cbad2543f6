//! A first visit on a slow line, from an empty cache. How long it takes is told, and is no assertion.

use browser::{Adapter, Line, Page};
use serde_json::{Value, json};

/// Notes when something is there for the first time, in milliseconds since the page was asked for; draws, or presses Train,
/// as soon as the page takes it.
const WATCH: &str = "
    globalThis.noted = {};
    const tasks = globalThis.tasks = [0];
    new PerformanceObserver(list => list.getEntries().forEach(e => tasks.push(e.duration))).observe({ type: 'longtask', buffered: true });
    const live = name => document.querySelector(`[data-live='${name}']`)?.textContent.trim() ?? '';
    const note = (name, there) => { if (there && !(name in noted)) noted[name] = performance.now(); return there; };
    const draw = pad => {
        const { left, top, width, height } = pad.getBoundingClientRect();
        const at = (kind, y) => pad.dispatchEvent(new PointerEvent(`pointer${kind}`, { pointerId: 1, isPrimary: true, button: 0,
            buttons: 1, pointerType: 'mouse', bubbles: true, clientX: left + width / 2, clientY: top + y * height }));
        at('down', 0.2);
        for (let y = 0.2; y < 0.8; y += 0.02) at('move', y);
        at('up', 0.8);
    };
    const look = setInterval(() => {
        const train = document.querySelector('button.primary'), pad = document.querySelector('canvas[data-pad]');
        if (note('usable', train && !train.disabled) && act === 'train' && !('pressed' in noted)) { noted.pressed = performance.now(); train.click(); }
        if (pad && act === 'draw' && !('drawn' in noted)) { noted.drawn = performance.now(); draw(pad); }
        note('ready', /\\d/.test(live('parameters')));
        note('read', /\\d/.test(live('prediction')));
        note('step', Number(document.querySelector('[data-live=step]')?.dataset.value) >= 1);
    }, 10);
";

/// What was noted on a first visit that draws or trains, once `last` is among it.
async fn visit(act: &str, last: &str) -> Value {
    let page = Page::far(Line::new(10.0, 40), Adapter::None).await;
    page.devtools("Page.enable", json!({})).await;
    let watch = json!({ "source": format!("const act = '{act}'; {WATCH}") });
    page.devtools("Page.addScriptToEvaluateOnNewDocument", watch).await;
    page.go("lang=en&model=lenet&device=cpu").await;
    page.until(
        last,
        |page| async move { page.script("return noted[arguments[0]] > 0", vec![json!(last)]).await == true },
    )
    .await;
    let noted = page.script("clearInterval(look); return { ...noted, task: Math.max(...tasks) }", vec![]).await;
    page.finish(&[]).await;
    noted
}

#[tokio::test]
async fn a_first_visit_on_a_slow_line() {
    browser::alone().await;
    let (drawn, trained) = (visit("draw", "read").await, visit("train", "step").await);
    let seconds = |noted: &Value, name: &str| noted[name].as_f64().unwrap_or(f64::NAN) / 1e3;
    println!("on a line of 10 Mbit/s and 40 ms, from an empty cache, by gzip; in seconds:");
    for (what, noted, name) in [
        ("page usable", &drawn, "usable"),
        ("a run is ready", &drawn, "ready"),
        ("first reading of a drawing", &drawn, "read"),
        ("first training step", &trained, "step"),
        ("longest main-thread task until a drawing is read", &drawn, "task"),
        ("longest main-thread task until a step is made", &trained, "task"),
    ] {
        println!("start: {what}: {:.2}", seconds(noted, name));
    }
}
