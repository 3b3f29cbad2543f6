//! The CPU worker on several threads, which it has where the page is kept apart from other origins.

use browser::{Adapter, Mishap, Page};

const HASH: &str = "lang=en&model=lenet&data=mnist&seed=7&device=cpu&steps=60&play=1";

/// Only a release has threads.
fn built() -> bool {
    let there = browser::dist().join("cpu_threads.js").exists();
    if !there {
        println!("built without threads: nothing to see");
    }
    there
}

/// The device, and the training loss of every step.
async fn trained(page: &Page) -> (String, Vec<(f64, f64)>) {
    page.begin(HASH).await;
    page.until_phase("paused").await;
    page.until("all losses are there", |page| async move {
        page.series("loss/train").await.last().is_some_and(|last| last.0 == 60.0)
    })
    .await;
    (page.live("device").await, page.series("loss/train").await)
}

#[tokio::test]
async fn threads_train_the_same_curve_and_are_told() {
    if !built() {
        return;
    }
    browser::alone().await;
    let alone = Page::ready(Adapter::None).await;
    let (device, losses) = trained(&alone).await;
    assert_eq!(device, "CPU");
    alone.finish(&[]).await;
    let page = Page::isolated(Adapter::None).await;
    let (device, others) = trained(&page).await;
    let threads: usize = device.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or_default();
    assert!((2..=4).contains(&threads), "{device}");
    assert_eq!(losses, others, "threads must change no number");
    page.shoot("threads").await;
    page.finish(&[]).await;
}

/// A host may lack the second worker, or a helper may not start: then there is one thread, and nothing to tell.
#[tokio::test]
async fn without_the_files_of_threads_there_is_one() {
    if !built() {
        return;
    }
    browser::alone().await;
    for (file, kind) in [("cpu_threads_bg.wasm", "404"), ("cpu_threads.js", "404"), ("cpu_thread.js", "404")] {
        let page = Page::isolated(Adapter::None).await;
        page.server.spoil(file, Mishap::Status(404), 9);
        let (device, losses) = trained(&page).await;
        assert_eq!(device, "CPU", "without {file}");
        assert!(losses[losses.len() - 1].1 < losses[0].1);
        page.finish(&[kind]).await;
    }
}
