//! A visitor measures this browser by an address that no page links to.

use browser::{Adapter, Page};
use serde_json::{Value, json};

/// Whether a button that says this can be seen.
async fn shown(page: &Page, name: &str) -> bool {
    let script = "return [...document.querySelectorAll('button')]
        .some((it) => it.textContent.trim() === arguments[0] && it.checkVisibility())";
    page.script(script, vec![json!(name)]).await == json!(true)
}

#[tokio::test]
async fn the_word_bench_in_an_address_measures_a_workload() {
    let words = "bench&lang=en&model=softmax&device=cpu&workload=vae&batch=8&count=2&repeats=2";
    let page = Page::open(Adapter::None, words).await;
    page.until("it is measured", |page| async move { page.live("bench").await.contains("```json") }).await;
    let text = page.live("bench").await;
    let json = text.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let told: Value = serde_json::from_str(json).expect("the page tells JSON");
    let row = &told["workloads"][0];
    assert_eq!(
        (row["workload"].as_str(), row["batch"].as_u64(), row["steps"].as_u64()),
        (Some("vae"), Some(8), Some(2))
    );
    let losses: Vec<f64> =
        row["losses"]["loss/train"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    assert!(losses.len() == 20 && losses[19] < losses[0], "{losses:?}");
    assert!(row["times"][1].as_f64() > Some(0.0) && told["product"].as_f64() > Some(1e7), "{told}");
    assert_eq!(page.hash().await, words, "the address stays as it is");
    // What a page wrote to the clipboard cannot be read in every headless browser.
    page.script(
        "globalThis.pasted = null; navigator.clipboard.writeText = async (text) => { globalThis.pasted = text }",
        vec![],
    )
    .await;
    page.press("Copy").await;
    page.until("the button answers", |page| async move { shown(page, "Copied").await }).await;
    assert_eq!(page.script("return globalThis.pasted.trim()", vec![]).await.as_str(), Some(text.as_str()));
    page.shoot("bench").await;
    page.go("model=softmax&device=cpu&lang=en").await;
    page.until("it is gone", |page| async move { page.live("bench").await.is_empty() }).await;
    assert!(!shown(&page, "Copy").await, "with nothing to copy there is no button");
    page.finish(&[]).await;
}
