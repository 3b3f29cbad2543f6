//! Data of the reader's own: brought as a file, looked at, used, kept, forgotten, asked for by a link; drawn and learnt.

mod hand;
mod pictures;
mod tables;

use std::path::PathBuf;

use browser::Page;
use fantoccini::Locator;
use serde_json::{Value, json};

/// Opens the dialog.
async fn open(page: &Page, button: &str) {
    page.press(button).await;
    page.until("the dialog is open", |page| async move {
        page.script("return !!document.querySelector('dialog.own[open] #own-files')", vec![]).await == true
    })
    .await;
}

/// Files that a test brings, in a folder that goes with it.
pub struct Files(tempfile::TempDir);

impl Files {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for files"))
    }

    /// Puts a file into it.
    pub fn with(&self, name: &str, contents: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder for files");
        std::fs::write(&path, contents).expect("a file can be written");
        path
    }
}

/// Chooses files as the browser's own chooser would.
async fn choose(page: &Page, id: &str, paths: &[PathBuf]) {
    let field = page.client().find(Locator::Id(id)).await.expect("the chooser is there");
    let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    field.send_keys(&paths.join("\n")).await.expect("files are chosen");
}

/// Clicks what says this in a part of the dialog.
async fn click(page: &Page, part: &'static str, what: &'static str) {
    until_says(page, part, what).await;
    let found = page.client().find(Locator::Css(&format!("dialog.own {part}"))).await.expect("it is there");
    found.click().await.expect("it is clicked");
}

/// What stands in a part of the dialog.
async fn says(page: &Page, part: &str) -> String {
    let script = "return document.querySelector(`dialog.own ${arguments[0]}`)?.innerText ?? ''";
    page.script(script, vec![json!(part)]).await.as_str().unwrap_or_default().to_owned()
}

async fn until_says(page: &Page, part: &'static str, what: &'static str) {
    page.until(&format!("{part} says {what}"), |page| async move { says(page, part).await.contains(what) }).await;
}

async fn closed(page: &Page) {
    page.until("the dialog is closed", |page| async move {
        page.script("return !document.querySelector('dialog.own[open]')", vec![]).await == true
    })
    .await;
}

/// Opens the page anew, by a link.
async fn afresh(page: &Page, hash: &str) {
    page.client().goto("about:blank").await.expect("nothing loads");
    page.begin(hash).await;
}

/// Two clouds of points; in three rows something is missing.
pub fn flowers() -> String {
    let mut text = "petal length (cm),petal width (cm),note,species\n".to_owned();
    for row in 0..120 {
        let (class, at) = if row % 2 == 0 { ("setosa", 1.0) } else { ("virginica", 5.0) };
        let [x, y] = [7.0, 11.0].map(|step| at + (f64::from(row) * step % 13.0) / 13.0);
        text += &format!("{x:.2},{y:.2},plant {row},{class}\n");
    }
    text + ",1.0,x,setosa\n1.2,NA,y,virginica\n1.0,1.0,z,?\n"
}

async fn classes(page: &Page) -> Value {
    let script =
        "return [...document.querySelectorAll('[data-own=counts] tbody tr')].map(r => r.innerText.split(/\\s+/))";
    page.script(script, vec![]).await
}

/// Brings the table of flowers, and uses it.
pub async fn bring_flowers(page: &Page, path: &PathBuf) {
    open(page, "Bring or draw your own…").await;
    choose(page, "own-files", std::slice::from_ref(path)).await;
    until_says(page, "[data-own=summary]", "120 rows").await;
    page.press_in("//dialog", "Use it").await;
    closed(page).await;
    ready_with(page, "flowers.csv").await;
}

/// Waits until a set of this name can be learnt.
async fn ready_with(page: &Page, name: &'static str) {
    page.until(name, |page| async move {
        page.hash().await.contains(&format!("data=own%2F{name}")) && page.phase().await == "ready"
    })
    .await;
}
