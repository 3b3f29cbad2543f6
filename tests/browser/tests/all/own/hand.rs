//! Drawings of the reader's own hand: collected, tested, learnt, exported and imported.

use browser::{Adapter, Page, Size};
use fantoccini::Locator;
use serde_json::{Value, json};

use super::{Files, choose, closed, open, says, until_says};

const PAD: &str = "[data-own=pad]";

/// A kernel machine's weights meet the features that they were trained on, which the hand would have drawn otherwise.
async fn features_stay(page: &Page) {
    for (key, value) in [("model", "fourier-svm"), ("data", "mnist"), ("features", "64")] {
        page.edit_hash(key, value).await;
    }
    page.until_phase("ready").await;
    page.press("Step").await;
    page.until_step(1.0).await;
    page.until_phase("paused").await;
    assert!(!page.hash().await.contains("gamma"), "it is the default");
    open(page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Draw").await;
    page.press_in("//dialog", "Test and fine-tune the present model").await;
    closed(page).await;
    page.until("its coefficient goes along", |page| async move {
        let hash = page.hash().await;
        hash.contains("data=own%2Fhand") && hash.contains("gamma=0.015")
    })
    .await;
    page.edit_hash("model", "softmax").await;
    page.until_phase("ready").await;
}

#[tokio::test]
async fn a_hand_is_collected_tested_learnt_exported_and_imported() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu&batch-size=10").await;
    page.press("Train").await;
    page.until_step(60.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    open(&page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Draw").await;
    until_says(&page, "[data-own=needs]", "Two classes").await;
    for class in ["0", "1", "0", "1"] {
        let button = format!("//dialog//button[strong='{class}']");
        page.client().find(Locator::XPath(&button)).await.expect("a class").click().await.expect("it is chosen");
        let points: &[(f64, f64)] = if class == "1" {
            &[(0.5, 0.2), (0.5, 0.8)]
        } else {
            &[(0.5, 0.2), (0.25, 0.5), (0.5, 0.8), (0.75, 0.5), (0.5, 0.2)]
        };
        page.draw_on(PAD, points).await;
        page.press_in("//dialog", &format!("Keep as {class}")).await;
    }
    until_says(&page, "[data-own=needs]", "goes on with its weights").await;
    page.shoot_everywhere("own-hand", "").await;
    // Erased and brought back.
    let one = "//dialog//button[strong='1']";
    page.client().find(Locator::XPath(one)).await.expect("a class").click().await.expect("it is chosen");
    page.press_in("//dialog//div[contains(@class,'drawings')]", "Erase this drawing").await;
    page.until("one is left", |page| async move { counts(page).await == json!(["2", "1"]) }).await;
    page.press_in("//dialog", "Bring back what was removed").await;
    page.until("it is back", |page| async move { counts(page).await == json!(["2", "2"]) }).await;
    page.press_in("//dialog", "Export").await;
    let text = page.downloaded("kiln-hand.txt").await;
    assert!(text.starts_with(b"kiln-collection 1\n0\t1\t2") && text.iter().filter(|byte| **byte == b'\n').count() == 6);
    symbols(&page).await;
    page.until("the digits are back", |page| async move { counts(page).await == json!(["2", "2"]) }).await;
    page.press_in("//dialog", "Test and fine-tune the present model").await;
    closed(&page).await;
    page.until("MNIST's weights are tested on the hand", |page| async move {
        page.hash().await.contains("data=own%2Fhand") && page.number("test-accuracy").await.is_some()
    })
    .await;
    assert_eq!(page.number("step").await, Some(0.0), "nothing has been learnt of it yet");
    page.press("Train").await;
    page.until("the hand is learnt", |page| async move { page.number("test-accuracy").await == Some(100.0) }).await;
    page.press("Pause").await;
    // On another machine: a link says what is missing, and a file mends it.
    let hash = page.hash().await;
    let files = Files::new();
    let path = files.with("kiln-hand.txt", &text);
    let spoilt = files.with("spoilt.txt", &[&text[..], b"12\tAAAA\n"].concat());
    page.finish(&[]).await;
    let page = Page::open(Adapter::None, &hash).await;
    until_says(&page, "[data-own=missing]", "drawings of somebody's hand").await;
    page.resize(Size::Phone).await;
    page.shoot("own-hand-missing").await;
    page.resize(Size::Desk).await;
    choose(&page, "own-import", &[spoilt]).await;
    until_says(&page, "[data-own=wrong]", "row 7: no class “12”").await;
    assert_eq!(counts(&page).await, json!([]), "nothing is half-loaded");
    unreadable(&page).await;
    choose(&page, "own-import", &[path]).await;
    page.until("the drawings are here", |page| async move { counts(page).await == json!(["2", "2"]) }).await;
    page.press_in("//dialog", "Learn it afresh").await;
    page.until("the link is whole", |page| async move { page.field("data").await == "own/hand" }).await;
    features_stay(&page).await;
    page.edit_hash("lang", "zh").await;
    open(&page, "导入或手绘自己的数据…").await;
    page.press_in("//dialog", "手绘收集").await;
    until_says(&page, "[data-own=needs]", "请先在尺寸和类别数相同的图片").await;
    page.shoot_everywhere("own-chinese", "").await;
    page.finish(&[]).await;
}

/// Symbols are named and drawn; a stroke, a class that was mistyped and one with a drawing are taken back. Ends with the
/// digits.
async fn symbols(page: &Page) {
    choose_hand(page, 1).await;
    until_classes(page, &[]).await;
    name_class(page, "heart").await;
    page.draw_on(PAD, &[(0.2, 0.4), (0.5, 0.8), (0.8, 0.4)]).await;
    page.draw_on(PAD, &[(0.1, 0.1), (0.9, 0.9)]).await;
    page.press_in("//dialog", "Undo stroke").await;
    page.press_in("//dialog", "Keep as heart").await;
    page.until("it is kept", |page| async move { counts(page).await == json!(["1"]) }).await;
    let nothing = page.script("return document.getElementById('own-undo').disabled", vec![]).await;
    assert_eq!(nothing, true, "the pad is empty again");
    name_class(page, "satr").await;
    until_classes(page, &["heart", "satr"]).await;
    page.press_in("//dialog", "Remove satr").await;
    until_classes(page, &["heart"]).await;
    page.press_in("//dialog", "Remove heart").await;
    until_classes(page, &[]).await;
    page.press_in("//dialog", "Bring back what was removed").await;
    until_classes(page, &["heart"]).await;
    assert_eq!(counts(page).await, json!(["1"]), "with its drawing");
    page.press_in("//dialog", "Export").await;
    let text = String::from_utf8(page.downloaded("kiln-symbols.txt").await).expect("a text");
    let drawing = text.strip_prefix("kiln-collection 1\nheart\n0\t").expect("one class, and a drawing of it");
    assert_eq!((drawing.lines().count(), drawing.contains('.')), (1, false), "one stroke: {drawing}");
    page.shoot_everywhere("own-symbols", "").await;
    choose_hand(page, 0).await;
}

/// What is kept and cannot be read is put aside, handed out and only then forgotten. Ends with the digits.
async fn unreadable(page: &Page) {
    let plant = "indexedDB.open('kiln', 1).onsuccess = opened => {
        const kept = opened.target.result.transaction('hands', 'readwrite');
        kept.objectStore('hands').put(new TextEncoder().encode('kiln-collection 0\\n'), 'own/symbols');
        kept.oncomplete = () => { opened.target.result.close(); window.planted = true; };
    }";
    page.script(plant, vec![]).await;
    page.until("it is kept", |page| async move { page.script("return window.planted", vec![]).await == true }).await;
    choose_hand(page, 1).await;
    until_says(page, "[data-own=aside]", "What was kept here cannot be read.").await;
    name_class(page, "star").await;
    until_classes(page, &["star"]).await;
    page.press_in("//dialog", "Save it as a file").await;
    assert_eq!(page.downloaded("kiln-symbols-aside.txt").await, b"kiln-collection 0\n");
    page.press_in("//dialog", "Forget it").await;
    page.until("it is forgotten", |page| async move { says(page, "[data-own=aside]").await.is_empty() }).await;
    choose_hand(page, 0).await;
    until_classes(page, &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]).await;
}

async fn choose_hand(page: &Page, hand: u32) {
    let script = "const s = document.getElementById('own-hand'); s.value = arguments[0];
        s.dispatchEvent(new Event('change', { bubbles: true }))";
    page.script(script, vec![json!(hand.to_string())]).await;
}

async fn name_class(page: &Page, name: &str) {
    let field = page.client().find(Locator::Id("own-class")).await.expect("a field for names");
    field.send_keys(name).await.expect("a name is typed");
    page.press_in("//dialog", "Add").await;
}

async fn until_classes(page: &Page, names: &'static [&'static str]) {
    let script = "return [...document.querySelectorAll('dialog.own .classes strong')].map(e => e.textContent)";
    page.until(&format!("the classes are {names:?}"), |page| async move {
        page.script(script, vec![]).await == json!(names)
    })
    .await;
}

/// How many drawings the classes have that have any.
async fn counts(page: &Page) -> Value {
    let script =
        "return [...document.querySelectorAll('[data-own=count]')].map(e => e.textContent).filter(t => t !== '0')";
    page.script(script, vec![]).await
}
