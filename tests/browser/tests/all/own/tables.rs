//! Tables: what is wrong with them, what is learnt of them, where they are kept.

use std::path::PathBuf;

use browser::{Adapter, Page};
use serde_json::json;

use super::{Files, afresh, bring_flowers, choose, classes, click, closed, flowers, open, ready_with, until_says};

#[tokio::test]
async fn a_table_is_brought_used_kept_linked_to_and_forgotten() {
    let files = Files::new();
    let page = Page::open(Adapter::None, "lang=en&model=lenet&device=cpu").await;
    open(&page, "Bring or draw your own…").await;
    let bad = "a,petal_length,class\n1,2,x\n2,abc,y\n3,4\n".to_owned() + &"4,5,x\n5,6,y\n6,oops,x\n".repeat(9);
    choose(&page, "own-files", &[files.with("bad.csv", bad.as_bytes())]).await;
    until_says(&page, "[data-own=wrong]", "row 3, column petal_length: “abc” is not a number").await;
    until_says(&page, "[data-own=wrong]", "row 4: 2 fields, the first row has 3").await;
    click(&page, "[data-own=wrong] summary", "and 3 more").await;
    until_says(&page, "[data-own=wrong] details", "row 31, column petal_length: “oops” is not a number").await;
    until_says(&page, ".part", "the knobs “x feature” and “y feature” choose which two columns they are").await;
    let disabled = page.script("return document.getElementById('own-use').disabled", vec![]).await;
    assert_eq!(disabled, true, "what is wrong is not used");
    page.shoot_everywhere("own-wrong", "").await;
    let path = files.with("flowers.csv", flowers().as_bytes());
    choose(&page, "own-files", std::slice::from_ref(&path)).await;
    until_says(&page, "[data-own=summary]", "120 rows of 2 classes; 3 left out because a value is missing.").await;
    assert_eq!(classes(&page).await, json!([["setosa", "60"], ["virginica", "60"]]));
    page.shoot_everywhere("own-table", "").await;
    page.press_in("//dialog", "Use it").await;
    closed(&page).await;
    ready_with(&page, "flowers.csv").await;
    assert!(page.hash().await.contains("model=perceptron"), "LeNet learns no points: {}", page.hash().await);
    page.press("Train").await;
    page.until("two clouds are told apart", |page| async move { page.number("test-accuracy").await == Some(100.0) })
        .await;
    page.press("Pause").await;
    page.shoot_everywhere("own-trained", "document.querySelector('main').scrollIntoView()").await;
    // A link to it finds what is kept, knobs included.
    page.edit_hash("y-feature", "1-petal-length--cm-").await;
    page.until_phase("ready").await;
    let hash = page.hash().await;
    afresh(&page, &hash).await;
    page.until("the link's data are back", |page| async move {
        page.number("parameters").await.is_some() && page.field("data").await == "own/flowers.csv"
    })
    .await;
    assert_eq!(page.hash().await, hash, "the whole state is back");
    // Forgotten, and taken back, and forgotten.
    open(&page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Forget it: flowers.csv").await;
    until_says(&page, ".kept", "is forgotten").await;
    page.press_in("//dialog", "Undo").await;
    page.press_in("//dialog", "Forget it: flowers.csv").await;
    until_says(&page, ".kept", "is forgotten").await;
    afresh(&page, &hash).await;
    until_says(&page, "[data-own=missing]", "“flowers.csv”").await;
    page.shoot_everywhere("own-missing", "").await;
    // Brought once more under its name, the link finds it.
    choose(&page, "own-files", &[path]).await;
    until_says(&page, "[data-own=summary]", "120 rows").await;
    page.press_in("//dialog", "Use it").await;
    page.until("the link is whole", |page| async move { page.field("data").await == "own/flowers.csv" }).await;
    page.finish(&[]).await;
}

/// A page that is loaded anew may have had a run on data that were forgotten since: it waits for them.
#[tokio::test]
async fn a_run_on_forgotten_data_waits_for_them() {
    let files = Files::new();
    let path = files.with("flowers.csv", flowers().as_bytes());
    let page = Page::open(Adapter::None, "lang=en&model=perceptron&data=moons&device=cpu").await;
    bring_flowers(&page, &path).await;
    page.press("Train").await;
    page.until_step(20.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    let step = page.number("step").await;
    page.until_kept().await;
    open(&page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Forget it: flowers.csv").await;
    until_says(&page, ".kept", "is forgotten").await;
    page.client().refresh().await.expect("the page loads anew");
    until_says(&page, "[data-own=missing]", "“flowers.csv”").await;
    page.script("document.querySelector('dialog.own').close()", vec![]).await;
    page.press("Go back to it").await;
    page.until_told("data are not here").await;
    bring_flowers(&page, &path).await;
    page.press("Go back to it").await;
    page.until("the run is back", |page| async move { page.number("step").await == step }).await;
    page.until_phase("paused").await;
    page.finish(&[]).await;
}

/// Of three features no two say which class it is.
#[tokio::test]
async fn all_columns_of_a_table_are_learnt_at_once() {
    let mut text = "a,b,c,class\n".to_owned();
    for row in 0..400_u32 {
        let [a, b, c] = [row % 2, row / 2 % 2, row / 4 % 2];
        let grain = |step: u32| f64::from(row * step % 13) / 50.0;
        let odd = if (a + b + c) % 2 == 1 { "odd" } else { "even" };
        text += &format!("{},{},{},{odd}\n", f64::from(a) + grain(7), f64::from(b) + grain(5), f64::from(c) + grain(3));
    }
    let files = Files::new();
    let page = Page::open(Adapter::None, "lang=en&model=perceptron&data=moons&device=cpu").await;
    open(&page, "Bring or draw your own…").await;
    choose(&page, "own-files", &[files.with("parity.csv", text.as_bytes())]).await;
    until_says(&page, "[data-own=summary]", "400 rows of 2 classes").await;
    click(&page, "label:has(#own-seen-all)", "all 3 features at once").await;
    until_says(&page, ".part", "in standard deviations from its mean").await;
    page.shoot_everywhere("own-wide", "document.querySelector('.own .seen').scrollIntoView({ block: 'center' })").await;
    page.press_in("//dialog", "Use it").await;
    closed(&page).await;
    ready_with(&page, "parity.csv").await;
    page.press("Train").await;
    page.until("parity is learnt", |page| async move { page.number("test-accuracy").await >= Some(99.0) }).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    page.shoot_everywhere("own-wide-trained", "document.querySelector('main').scrollIntoView()").await;
    page.finish(&[]).await;
}

/// Brings the table, and uses it although the browser does not keep it, for the reason that it gives.
async fn used_but_not_kept(page: &Page, path: PathBuf, why: &'static str) {
    open(page, "Bring or draw your own…").await;
    choose(page, "own-files", &[path]).await;
    until_says(page, "[data-own=summary]", "120 rows").await;
    page.press_in("//dialog", "Use it").await;
    until_says(page, "", "“flowers.csv” is in use.").await;
    until_says(page, "", why).await;
    page.press_in("//dialog", "Close").await;
    closed(page).await;
    ready_with(page, "flowers.csv").await;
    page.press("Train").await;
    page.until_step(20.0).await;
    page.press("Pause").await;
}

#[tokio::test]
async fn what_the_browser_does_not_keep_is_used_all_the_same() {
    let files = Files::new();
    let path = files.with("flowers.csv", flowers().as_bytes());
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    let origin = page.script("return location.origin", vec![]).await;
    page.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": 1 })).await;
    used_but_not_kept(&page, path.clone(), "There is no room left to keep it on this device (QuotaExceededError)")
        .await;
    page.devtools("Page.enable", json!({})).await;
    let none =
        "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('', 'SecurityError'); } });";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": none })).await;
    afresh(&page, "lang=en&model=softmax&device=cpu").await;
    used_but_not_kept(&page, path, "This browser keeps nothing here, as in a private window (SecurityError)").await;
    page.finish(&[]).await;
}
