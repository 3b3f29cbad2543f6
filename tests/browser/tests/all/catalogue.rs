//! Models, knobs and formulas stand on the page before any worker does, and sources come when they are looked at.

use browser::{Adapter, Mishap, Page};
use serde_json::json;

const CARDS: &str = "cards.bin";
const LOADER: &str = "cpu_worker_loader.js";

async fn count(page: &Page, selector: &str) -> u64 {
    let found = page.script("return document.querySelectorAll(arguments[0]).length", vec![json!(selector)]).await;
    found.as_u64().unwrap_or_default()
}

#[tokio::test]
async fn the_catalogue_stands_before_any_worker_does() {
    let page = Page::ready(Adapter::None).await;
    page.server.spoil(LOADER, Mishap::Late(4000), 1);
    page.go("lang=en&model=softmax&device=cpu").await;
    page.until("models, knobs and formulas stand", |page| async move {
        count(page, ".model input").await > 10
            && count(page, ".formula math").await > 2
            && !page.field("knob-learning-rate-field").await.is_empty()
    })
    .await;
    assert_eq!(page.phase().await, "waking", "the worker is late");
    page.until_phase("ready").await;
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_catalogue_that_does_not_arrive_whole_is_told_of_and_asked_for_again() {
    for (mishap, console) in [(Mishap::Status(404), &["404"][..]), (Mishap::Truncated, &[]), (Mishap::Corrupt, &[])] {
        let page = Page::ready(Adapter::None).await;
        page.server.spoil(CARDS, mishap, 9);
        page.go("lang=en&model=softmax&device=cpu").await;
        page.until_told(CARDS).await;
        assert_eq!(count(&page, ".model input").await, 0);
        page.server.spoil(CARDS, mishap, 0);
        page.press("Try again").await;
        page.until_phase("ready").await;
        page.finish(console).await;
    }
}

#[tokio::test]
async fn a_source_is_fetched_when_it_is_looked_at() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    let asked = |file: &str| page.server.served().iter().any(|path| path == file);
    assert!(!asked("zoo/softmax.rs"), "nobody has come to it");
    page.server.spoil("softmax.rs", Mishap::Status(404), 1);
    page.script("document.querySelector('.code').scrollIntoView()", vec![]).await;
    let shows = async |what: &'static str| {
        page.until(what, |page| async move {
            let text = page.script("return document.getElementById('code-panel').innerText", vec![]).await;
            text.as_str().is_some_and(|text| text.contains(what))
        })
        .await;
    };
    shows("zoo/softmax.rs").await;
    page.until("the fault is told", |page| async move { count(page, "#code-panel [role=alert] button").await == 1 })
        .await;
    page.script("document.querySelector('#code-panel [role=alert] button').click()", vec![]).await;
    shows("impl Recipe for Model").await;
    assert!(!asked("zoo/softmax.py"));
    page.script("document.getElementById('code-tab-1').click()", vec![]).await;
    shows("import torch").await;
    page.finish(&["404"]).await;
}

#[tokio::test]
async fn the_page_tells_its_version() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    assert_eq!(page.live("version").await, concat!("Kiln ", env!("CARGO_PKG_VERSION")));
    page.finish(&[]).await;
}
