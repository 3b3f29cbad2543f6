//! What a visitor does, done to the built page in a real browser; a tool-less run fails rather than passes.

use std::time::{Duration, Instant};

use browser::{Adapter, Page, Size, Theme, root};
use fantoccini::{Locator, key::Key};
use serde_json::{Value, json};

const ONE: [(f64, f64); 4] = [(0.52, 0.2), (0.51, 0.4), (0.5, 0.6), (0.49, 0.8)];

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

#[tokio::test]
async fn the_page_wakes_and_asks_nobody_else() {
    let start = Instant::now();
    let page = Page::open(Adapter::None, "lang=en").await;
    println!("a cold load stood ready after {:.1} s", start.elapsed().as_secs_f32());
    assert!(page.live("device").await.contains("CPU"), "device: {}", page.live("device").await);
    assert_eq!(page.number("step").await, Some(0.0));
    let foreign = "return performance.getEntriesByType('resource').map(e => e.name)
        .filter(name => !name.startsWith(location.origin) && !name.startsWith('data:') && !name.startsWith('blob:'))";
    assert_eq!(page.script(foreign, vec![]).await, json!([]), "requests outside the page's origin");
    page.shoot("desk-light").await;
    page.scheme(Theme::Dark).await;
    page.shoot("desk-dark").await;
    page.resize(Size::Phone).await;
    pause(500).await;
    page.shoot("phone-dark").await;
    page.scheme(Theme::Light).await;
    page.shoot("phone-light").await;
    let wide = "const edge = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= edge) return [];
        const held = e => e && e !== document.body && (getComputedStyle(e).overflowX !== 'visible' || held(e.parentElement));
        return [...document.body.querySelectorAll('*')]
            .filter(e => e.getBoundingClientRect().right > edge + 1 && !held(e.parentElement))
            .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)";
    assert_eq!(page.script(wide, vec![]).await, json!([]), "the page scrolls sideways on a phone");
    page.finish(&[]).await;
}

/// Notes each step that is shown while the page says that the run is paused: one list for each pause.
const WATCH_PAUSES: &str = "
    window.pauses = [];
    let paused = false;
    new MutationObserver(() => {
        const was = paused;
        paused = document.querySelector('[data-live=phase]').dataset.phase === 'paused';
        const step = document.querySelector('[data-live=step]').textContent;
        if (paused && !was) pauses.push([step]);
        else if (paused && pauses.at(-1).at(-1) !== step) pauses.at(-1).push(step);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })";

#[tokio::test]
async fn pause_step_and_reset_do_what_they_say() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    page.script(WATCH_PAUSES, vec![]).await;
    page.press("Train").await;
    page.until_step(5.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    let stood = page.number("step").await.expect("a step");
    pause(600).await;
    assert_eq!(page.number("step").await, Some(stood), "a paused run went on");
    page.press("Step").await;
    page.until_step(stood + 1.0).await;
    page.until_phase("paused").await;
    page.press("Train").await;
    page.until_step(stood + 50.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    pause(600).await;
    let pauses = page.script("return pauses", vec![]).await;
    let pauses = pauses.as_array().expect("a list");
    assert_eq!(pauses.len(), 3, "{pauses:?}");
    assert!(pauses.iter().all(|steps| steps.as_array().is_some_and(|s| s.len() == 1)), "steps moved: {pauses:?}");
    page.press("Reset").await;
    page.until("the step is 0 again", |page| async move { page.number("step").await == Some(0.0) }).await;
    page.until_phase("ready").await;
    page.finish(&[]).await;
}

/// A page that is loaded anew offers the run that it had, with its weights and curves; what is kept and broken is passed over,
/// and a visit that is none of a tab's going on finds nothing.
#[tokio::test]
async fn a_page_loaded_anew_offers_the_run_that_it_had() {
    const BREAK: &str = "return caches.open('runs').then(async runs => {
        for (const key of await runs.keys()) await runs.put(key, new Response('nonsense')); return true; })";
    let hash = "lang=en&model=softmax&device=cpu&steps=150";
    let page = Page::open(Adapter::None, hash).await;
    page.press("Train").await;
    page.until_phase("paused").await;
    page.until_kept().await;
    page.until("the curve is whole", |page| async move {
        page.series("loss/train").await.last().is_some_and(|point| point.0 == 150.0)
    })
    .await;
    let curve = page.series("loss/train").await;

    page.client().refresh().await.expect("the page loads anew");
    page.until_told("150 steps in, is kept").await;
    assert_eq!(page.number("step").await, Some(0.0));
    page.shoot_everywhere("loaded-anew", "scrollTo(0, 0)").await;
    page.press("Go back to it").await;
    page.until("the run is back", |page| async move { page.number("step").await == Some(150.0) }).await;
    assert!(!page.told().await.contains("kept, too"), "nothing was left that could be kept");
    page.until_phase("paused").await;
    page.until("its curve is back", |page| {
        let curve = curve.clone();
        async move { page.series("loss/train").await == curve }
    })
    .await;
    page.press("Step").await;
    page.until_step(151.0).await;
    page.until_phase("paused").await;

    pause(500).await;
    page.script(BREAK, vec![]).await;
    page.client().refresh().await.expect("the page loads anew");
    page.until_phase("ready").await;
    pause(500).await;
    assert_eq!(page.told().await, "", "nothing that could be offered is there");

    page.press("Step").await;
    page.until_step(1.0).await;
    page.until_phase("paused").await;
    pause(500).await;
    page.client().goto("about:blank").await.expect("an empty page");
    page.begin(hash).await;
    pause(500).await;
    assert_eq!(page.told().await, "", "another visit begins with nothing");
    page.finish(&[]).await;
}

/// A second finger draws nothing, and a pen that keys hold down is up again when its stroke is taken back.
#[tokio::test]
async fn the_pad_follows_one_pointer_and_lifts_its_pen() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    let look = || async {
        pause(300).await;
        page.script("return document.querySelector('canvas[data-pad]').toDataURL()", vec![]).await
    };
    page.draw(&[(0.3, 0.2), (0.3, 0.8)]).await;
    let drawn = look().await;
    let finger = "const pad = document.querySelector('canvas[data-pad]'), { left, top, width, height } = pad.getBoundingClientRect();
        for (const [kind, x, y] of [['down', 0.6, 0.2], ['move', 0.9, 0.6], ['up', 0.9, 0.9]])
            pad.dispatchEvent(new PointerEvent(`pointer${kind}`, { pointerId: 77, isPrimary: false, button: 0, bubbles: true,
                clientX: left + x * width, clientY: top + y * height }));";
    page.script(finger, vec![]).await;
    assert!(look().await == drawn, "a second finger drew");

    page.script("document.querySelector('canvas[data-pad]').focus()", vec![]).await;
    let mut pads = Vec::new();
    for keys in ["\u{e015}\u{e015}", " \u{e015}\u{e003}\u{e015}"] {
        page.press("Clear").await;
        page.script("document.querySelector('canvas[data-pad]').focus()", vec![]).await;
        page.keys(keys).await;
        pads.push(look().await);
    }
    assert!(pads[0] == pads[1], "the pen stayed down");
    page.finish(&[]).await;
}

#[tokio::test]
async fn keys_train_step_and_reset_but_not_from_a_field() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    page.until_phase("ready").await;
    page.keys(" ").await;
    page.until_step(3.0).await;
    page.keys(" ").await;
    page.until_phase("paused").await;
    let stood = page.number("step").await.expect("a step");
    page.keys("s").await;
    page.until_step(stood + 1.0).await;
    page.until_phase("paused").await;
    for field in ["knob-learning-rate-field", "pause-at"] {
        let field = page.client().find(Locator::Id(field)).await.expect("the field is there");
        field.click().await.expect("the field can be clicked");
        page.keys("r s").await;
        page.keys(&char::from(Key::Escape).to_string()).await;
        pause(300).await;
        assert_eq!(page.number("step").await, Some(stood + 1.0), "a key that was typed into a field did something");
        assert_eq!(page.phase().await, "paused");
        page.script("document.activeElement.blur()", vec![]).await;
    }
    assert_eq!(page.field("knob-learning-rate-field").await, "0.001", "what is no number was taken for one");
    page.keys("r").await;
    page.until("the step is 0 again", |page| async move { page.number("step").await == Some(0.0) }).await;
    page.until_phase("ready").await;
    page.until_told("is kept").await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_chart_is_handed_over_as_numbers_and_as_a_picture() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu&steps=40&play=1").await;
    page.until_phase("paused").await;
    page.until("the run is evaluated where it stands", |page| async move {
        page.series("loss/test").await.last().is_some_and(|point| point.0 == 40.0)
    })
    .await;
    let chart = "//figure[@id='chart-loss']";
    page.press_in(chart, "CSV").await;
    let csv = String::from_utf8(page.downloaded("kiln-softmax-mnist-loss.csv").await).expect("it is text");
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("step,loss/train (nats),loss/test (nats)"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 3), "{csv}");
    for (column, series) in [(1, "loss/train"), (2, "loss/test")] {
        let number = |text: &str| text.parse::<f64>().unwrap_or_else(|error| panic!("{text}: {error}"));
        let filled = rows.iter().filter(|row| !row[column].is_empty());
        let held: Vec<_> = filled.map(|row| (number(row[0]), number(row[column]))).collect();
        assert_eq!(held, page.series(series).await, "{series}");
    }
    let steps: Vec<_> = rows.iter().filter(|row| !row[1].is_empty()).map(|row| row[0].to_owned()).collect();
    assert_eq!(steps, (1..=40).map(|step| step.to_string()).collect::<Vec<_>>(), "one row a step");

    page.press_in(chart, "PNG").await;
    let png = page.downloaded("kiln-softmax-mnist-loss.png").await;
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG: {:?}", &png[..8]);
    let same = "const drawn = document.querySelector('#chart-loss canvas');
        const image = await createImageBitmap(new Blob([new Uint8Array(arguments[0])]));
        const copy = new OffscreenCanvas(image.width, image.height).getContext('2d');
        copy.drawImage(image, 0, 0);
        const colours = new Set(new Uint32Array(copy.getImageData(0, 0, image.width, image.height).data.buffer));
        return [image.width === drawn.width && image.height === drawn.height, colours.size > 10]";
    let same = format!("return (async () => {{ {same} }})()");
    assert_eq!(page.script(&same, vec![json!(png)]).await, json!([true, true]), "not the chart that is shown");
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_drawing_is_read_at_once_and_an_empty_pad_abstains() {
    let start = Instant::now();
    let page = Page::open(Adapter::None, "lang=en&model=lenet&device=cpu").await;
    let empty = page.live("prediction").await;
    assert!(!empty.contains(|c: char| c.is_ascii_digit()), "an empty pad was read as {empty}");
    page.draw(&ONE).await;
    page.until("the drawing is read as a 1", |page| async move { page.live("prediction").await.contains('1') }).await;
    println!("the first drawing was read {:.1} s after a cold load began", start.elapsed().as_secs_f32());
    page.shoot("drawn").await;
    page.press("Clear").await;
    page.until("the cleared pad abstains", |page| async move {
        !page.live("prediction").await.contains(|c: char| c.is_ascii_digit())
    })
    .await;
    page.touch(&ONE).await;
    page.until("a finger's drawing is read", |page| async move { page.live("prediction").await.contains('1') }).await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn it_speaks_chinese() {
    let page = Page::open(Adapter::None, "lang=zh&model=softmax&device=cpu").await;
    let tongue = page.script("return document.documentElement.lang", vec![]).await;
    assert!(tongue.as_str().is_some_and(|tag| tag.starts_with("zh")), "lang is {tongue}");
    page.press("训练").await;
    page.until_step(3.0).await;
    page.press("暂停").await;
    page.until("the phase is said in Chinese", |page| async move { page.live("phase").await == "已暂停" }).await;
    page.shoot("chinese").await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn axe_finds_nothing_to_mend() {
    let page = Page::open(Adapter::None, "lang=en&model=lenet&device=cpu").await;
    page.draw(&ONE).await;
    page.press("Train").await;
    page.until_step(20.0).await;
    page.press("Pause").await;
    accessible(page).await;
}

#[tokio::test]
async fn axe_finds_nothing_to_mend_where_a_distribution_is_drawn_and_a_step_taken_apart() {
    let page = Page::open(Adapter::None, "lang=en&model=gan&data=drawn&device=cpu&steps=20&play=1").await;
    page.until_phase("paused").await;
    page.press("Slow motion").await;
    page.until("an act is done", |page| async move {
        let script = "return +(document.querySelector('[data-live=act]')?.dataset.done ?? 0)";
        page.script(script, vec![]).await.as_u64() > Some(0)
    })
    .await;
    accessible(page).await;
}

/// Ends the test: axe finds nothing, in both themes and sizes.
async fn accessible(page: Page) {
    let path = std::env::var("KILN_AXE").expect("KILN_AXE names axe.min.js: `cargo xtask test` brings it");
    let axe = std::fs::read_to_string(root().join(path)).expect("axe-core can be read");
    page.devtools("Runtime.evaluate", json!({ "expression": axe, "silent": false })).await;
    for (theme, size) in
        [(Theme::Light, Size::Desk), (Theme::Dark, Size::Desk), (Theme::Light, Size::Phone), (Theme::Dark, Size::Phone)]
    {
        page.scheme(theme).await;
        page.resize(size).await;
        pause(500).await;
        let run = "return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
            .then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160) + ' -- ' + n.failureSummary).join(' | ')))";
        let found = page.script(run, vec![]).await;
        assert_eq!(found, Value::Array(vec![]), "{theme:?} {size:?}: {found:#}");
    }
    page.finish(&[]).await;
}
