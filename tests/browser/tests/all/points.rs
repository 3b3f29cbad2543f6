//! Points that the reader sets: by mouse, finger and keys, while a model trains, and in a link.

use browser::{Adapter, Page};
use fantoccini::key::Key;

const PAD: &str = "canvas[data-drawing]";
const SHOW: &str = "document.querySelector('canvas[data-drawing]').closest('section').scrollIntoView()";

/// How many points of each class the address holds: a class's letter, then three characters a point, between full stops.
async fn set(page: &Page) -> [usize; 3] {
    let hash = page.hash().await;
    let text = hash.split('&').find_map(|pair| pair.strip_prefix("points=")).unwrap_or_default().to_owned();
    ["A", "B", "C"].map(|class| {
        let own = text.split('.').filter_map(|stroke| stroke.strip_prefix(class));
        own.map(|points| points.len() / 3).sum()
    })
}

async fn until_set(page: &Page, what: &str, holds: fn([usize; 3]) -> bool) {
    page.until(what, |page| async move { holds(set(page).await) }).await;
}

async fn focus(page: &Page) {
    page.script("document.querySelector('canvas[data-drawing]').focus()", vec![]).await;
}

#[tokio::test]
async fn points_are_set_by_mouse_finger_and_keys_and_taken_back() {
    let page = Page::open(Adapter::None, "lang=en&model=perceptron&data=points&classes=3&device=cpu").await;
    page.press("class 3").await;
    page.draw_on(PAD, &[(0.9, 0.1)]).await;
    until_set(&page, "a click sets one point", |set| set == [8, 8, 1]).await;
    page.draw_on(PAD, &[(0.1, 0.9), (0.5, 0.9), (0.9, 0.9)]).await;
    until_set(&page, "a drag sows several", |set| set[2] > 2 && set[..2] == [8, 8]).await;
    page.press("Undo").await;
    until_set(&page, "they are taken back at once", |set| set == [8, 8, 1]).await;
    page.press("Redo").await;
    until_set(&page, "and brought back", |set| set[2] > 2).await;
    page.press("Eraser").await;
    page.touch_on(PAD, &[(0.0, 0.9), (0.5, 0.9), (1.0, 0.9)]).await;
    until_set(&page, "a finger erases", |set| set[2] == 1 || set[2] < 4).await;
    focus(&page).await;
    let before = set(&page).await;
    page.keys(&format!("1{}{} ", Key::Left, Key::Up)).await;
    page.until("a key sets a point of the class of its number", |page| async move {
        set(page).await == [before[0] + 1, before[1], before[2]]
    })
    .await;
    page.keys(&Key::Backspace.to_string()).await;
    page.until("and takes it back", |page| async move { set(page).await == before }).await;
    page.press("Clear").await;
    page.until_told("Nothing is drawn").await;
    page.press("Undo").await;
    assert_eq!(set(&page).await, before, "what is cleared comes back");
    page.finish(&[]).await;
}

#[tokio::test]
async fn a_run_goes_on_with_a_point_more_and_a_link_holds_it() {
    let page = Page::open(Adapter::None, "lang=en&model=perceptron&data=points&device=cpu&play=1").await;
    page.until_step(20.0).await;
    page.press("class 2").await;
    page.draw_on(PAD, &[(0.3, 0.2)]).await;
    until_set(&page, "the point is set", |set| set == [8, 9, 0]).await;
    let step = page.number("step").await.expect("steps are counted");
    assert!(step >= 20.0, "the run began anew: {step}");
    page.until_step(step + 20.0).await;
    assert_eq!((page.phase().await.as_str(), page.told().await.as_str()), ("training", ""));
    page.shoot_everywhere("points-en", SHOW).await;
    let hash = page.hash().await.replace("play=1", "play=0");
    page.finish(&[]).await;
    let page = Page::open(Adapter::None, &hash.replace("lang=en", "lang=zh")).await;
    assert_eq!((set(&page).await, page.told().await.as_str()), ([8, 9, 0], ""));
    page.shoot_everywhere("points-zh", SHOW).await;
    page.finish(&[]).await;
}
