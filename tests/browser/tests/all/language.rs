//! The words of another language, which are fetched only where they are spoken.

use browser::{Adapter, Mishap, Page};
use serde_json::json;

const FILE: &str = "zh.txt";

/// What the reader sees of the language: the document's, the button that trains, and what the box shows.
async fn spoken(page: &Page) -> [String; 3] {
    let script =
        "return [document.documentElement.lang, document.querySelector('button.primary')?.innerText.trim() ?? '',
        document.querySelector('.wishes select')?.value ?? '']";
    let told = page.script(script, vec![]).await;
    [0, 1, 2].map(|at| told[at].as_str().unwrap_or_default().to_owned())
}

async fn choose(page: &Page, lang: &str) {
    let script = "const box = document.querySelector('.wishes select'); box.value = arguments[0];
        box.dispatchEvent(new Event('change', { bubbles: true }))";
    page.script(script, vec![json!(lang)]).await;
}

async fn until_spoken(page: &Page, lang: &str, train: &str) {
    page.until(&format!("{lang} is spoken"), |page| async move {
        let spoken = spoken(page).await;
        spoken[0] == lang && spoken[1] == train
    })
    .await;
}

fn fetched(page: &Page) -> usize {
    let counts = ["locales/", "catalogue/"].map(|folder| {
        let file = format!("{folder}{FILE}");
        page.server.served().iter().filter(|path| **path == file).count()
    });
    assert_eq!(counts[0], counts[1], "the page's words and the catalogue's come together");
    counts[0]
}

#[tokio::test]
async fn chinese_is_fetched_once_and_only_where_it_is_spoken() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    assert_eq!((spoken(&page).await, fetched(&page)), (["en", "Train", "en"].map(String::from), 0));
    choose(&page, "zh").await;
    until_spoken(&page, "zh-Hans", "训练").await;
    assert!(page.hash().await.contains("lang=zh"), "{}", page.hash().await);
    choose(&page, "en").await;
    until_spoken(&page, "en", "Train").await;
    page.edit_hash("lang", "zh").await;
    until_spoken(&page, "zh-Hans", "训练").await;
    assert_eq!(fetched(&page), 1);
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_link_arrives_in_chinese() {
    let page = Page::open(Adapter::None, "lang=zh&model=softmax&device=cpu").await;
    assert_eq!(spoken(&page).await, ["zh-Hans", "训练", "zh"]);
    assert_eq!((page.told().await.as_str(), fetched(&page)), ("", 1));
    page.finish(&[]).await;
}

#[tokio::test]
async fn without_its_words_the_page_speaks_english_and_says_so() {
    let page = Page::ready(Adapter::None).await;
    page.server.spoil(FILE, Mishap::Status(404), 1);
    page.begin("lang=zh&model=softmax&device=cpu").await;
    assert_eq!(spoken(&page).await, ["en", "Train", "en"]);
    page.until_told("中文界面未能加载").await;
    assert!(page.hash().await.contains("lang=zh"), "a reload tries once more");
    page.shoot("wordless").await;
    page.press("Reload the page").await;
    until_spoken(&page, "zh-Hans", "训练").await;
    page.finish(&["404"]).await;
}

/// Of another build, or changed on its way.
#[tokio::test]
async fn words_that_do_not_fit_are_refused_and_asked_for_again() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    page.server.spoil(FILE, Mishap::Truncated, 1);
    choose(&page, "zh").await;
    page.until_told("中文界面未能加载").await;
    assert_eq!(spoken(&page).await, ["en", "Train", "en"]);
    choose(&page, "zh").await;
    until_spoken(&page, "zh-Hans", "训练").await;
    page.finish(&[]).await;
}
