//! The duel from a link: it plays, stops by itself, and says in both languages what was observed.

use browser::{Adapter, Page};
use serde_json::json;

/// What a script says, as text.
async fn text(page: &Page, script: &str) -> String {
    page.script(script, vec![]).await.as_str().unwrap_or_default().to_owned()
}

const ROWS: &str =
    "return [...document.querySelectorAll('table[data-ladder] tr')].map(row => row.innerText).join('\\n')";

/// Opens one of the players in the duel's place.
async fn turn_around(page: &Page, model: &str) {
    page.script("document.querySelector(`[data-turned=${arguments[0]}]`).click()", vec![json!(model)]).await;
    page.until("the player is opened", |page| async move {
        page.hash().await.contains(&format!("model={model}")) && ["ready", "training"].contains(&&*page.phase().await)
    })
    .await;
}

/// The open tab.
async fn shown(page: &Page) -> String {
    text(page, "return document.querySelector('.view').dataset.view").await
}

#[tokio::test]
async fn a_link_shows_who_errs_less_with_few_samples_and_who_with_many() {
    // Read from a copy: Chromium complains of a canvas that is read twice.
    const INK: &str = "const c = document.querySelector('.view canvas'),
        copy = new OffscreenCanvas(c.width, c.height).getContext('2d');
        copy.drawImage(c, 0, 0);
        return new Set(new Uint32Array(copy.getImageData(0, 0, c.width, c.height).data.buffer)).size";
    let page = Page::open(Adapter::None, "lang=en&model=duel&data=penguins&device=cpu&play=1").await;
    page.until_phase("paused").await;
    page.until("five rungs are told", |page| async move { text(page, ROWS).await.lines().count() == 6 }).await;
    let show = "document.getElementById('views-title').scrollIntoView({ block: 'start', behavior: 'instant' })";
    for (lang, words) in [
        ("en", ["errs less", "Ng and Jordan", "training samples"]),
        ("zh", ["错误率更低", "Ng 和 Jordan", "训练样本数"]),
    ] {
        page.speak(lang, "table[data-ladder]", words[2]).await;
        let (rows, said) = (text(&page, ROWS).await, page.live("finding").await);
        assert!(rows.starts_with(words[2]) && rows.contains(" ± "), "{rows}");
        let sizes: Vec<&str> = rows.lines().skip(1).filter_map(|row| row.split_whitespace().next()).collect();
        assert_eq!(sizes, ["10", "20", "50", "100", "200"]);
        assert!(said.contains(words[0]) && said.contains(words[1]), "{said}");
        assert!(page.script(INK, vec![]).await.as_u64() > Some(20), "the curves are not painted");
        page.shoot_everywhere(&format!("duel-{lang}"), show).await;
    }
    let turned = "return [...document.querySelectorAll('[data-turned]')].map(it => it.dataset.turned).join()";
    assert_eq!(text(&page, turned).await, "naive-bayes", "no class has an ideal in the plane");
    turn_around(&page, "naive-bayes").await;
    page.until("its samples are shown", |page| async move { shown(page).await == "samples" }).await;
    assert!(page.hash().await.contains("data=penguins"), "{}", page.hash().await);
    page.finish(&[]).await;
}

/// Pictures have no plane to part, and the pad stays away: nobody reads it.
#[tokio::test]
async fn the_duel_on_pictures_grows_while_it_runs() {
    let page = Page::open(Adapter::None, "lang=en&model=duel&data=mnist&device=cpu&play=1").await;
    page.until("a rung is told while it runs", |page| async move { text(page, ROWS).await.lines().count() > 3 }).await;
    assert_eq!(page.phase().await, "training");
    assert_eq!(shown(&page).await, "ladder");
    assert_eq!(page.number("epoch").await, None, "it goes through no set");
    page.shoot_everywhere("duel-mnist", "window.scrollTo(0, 0)").await;
    turn_around(&page, "softmax").await;
    page.until("its ideals are shown", |page| async move { shown(page).await == "dream" }).await;
    page.finish(&[]).await;
}
