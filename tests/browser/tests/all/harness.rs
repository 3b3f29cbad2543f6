//! What lends one Chromium to many tests keeps them apart.

use browser::{Adapter, Browser, Page, Server};
use serde_json::json;

/// A page whose worker complains on the console.
const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Harness</title><script src='page.js'></script>";
const SCRIPT: &str =
    "new Worker('worker.js').onmessage = ({ data }) => { globalThis.heard = data }; localStorage.kept ??= 'yes'";
const WORKER: &str = "console.error('a worker complains'); postMessage('done')";

async fn open(folder: &tempfile::TempDir) -> Page {
    for (name, text) in [("index.html", PAGE), ("page.js", SCRIPT), ("worker.js", WORKER)] {
        std::fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    let server = Server::start(folder.path().to_owned()).await;
    Page { browser: Browser::start(Adapter::None).await, server }
}

#[tokio::test]
async fn a_workers_error_is_its_own_tests_and_storage_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = open(&folder).await;
    page.go("").await;
    page.until("the worker has spoken", |page| async move {
        page.script("return globalThis.heard", vec![]).await == "done" && !page.browser.console_errors().is_empty()
    })
    .await;
    let errors = page.browser.console_errors();
    assert!(errors.len() == 1 && errors[0].contains("a worker complains"), "{errors:?}");
    assert_eq!(page.script("return localStorage.kept", vec![]).await, "yes");
    page.finish(&["a worker complains"]).await;

    std::fs::write(folder.path().join("page.js"), "").expect("a file can be written");
    let server = Server::start(folder.path().to_owned()).await;
    let page = Page { browser: Browser::start(Adapter::None).await, server };
    page.go("").await;
    assert_eq!(page.script("return localStorage.kept ?? null", vec![]).await, json!(null));
    assert_eq!(page.browser.console_errors(), Vec::<String>::new());
    page.finish(&[]).await;
}
