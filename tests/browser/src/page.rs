//! The page as a test sees it: its stable hooks, and nothing of its mark-up.

use std::time::{Duration, Instant};

use fantoccini::Client;
use serde_json::{Value, json};

use crate::{Adapter, Browser, Kind, Line, Server, Size, dist};

/// The open page with its server and browser.
pub struct Page {
    /// The browser.
    pub browser: Browser,
    /// The server.
    pub server: Server,
}

/// Longest wait for anything: a software GPU compiles its shaders on two cores.
const PATIENCE: Duration = Duration::from_secs(180);

impl Page {
    /// Serves the page and opens a browser, but does not load it yet.
    pub async fn ready(adapter: Adapter) -> Self {
        Self::served(Server::start(dist()).await, adapter).await
    }

    /// The same with the page kept apart from other origins, so that it may use threads.
    pub async fn isolated(adapter: Adapter) -> Self {
        Self::served(Server::isolated(vec![("", dist())]).await, adapter).await
    }

    /// The same through a slow line.
    pub async fn far(line: Line, adapter: Adapter) -> Self {
        Self::served(Server::through(line, dist()).await, adapter).await
    }

    /// Serves the page and opens another browser than Chromium.
    pub async fn elsewhere(kind: Kind) -> Self {
        Self { browser: Browser::of(kind).await, server: Server::start(dist()).await }
    }

    async fn served(server: Server, adapter: Adapter) -> Self {
        let page = Self { browser: Browser::start(adapter).await, server };
        page.resize(Size::Desk).await;
        page
    }

    /// Opens the page with this hash and waits until a run stands ready.
    pub async fn open(adapter: Adapter, hash: &str) -> Self {
        let page = Self::ready(adapter).await;
        page.begin(hash).await;
        page
    }

    /// Loads the page with this hash and waits until a run stands ready.
    pub async fn begin(&self, hash: &str) {
        self.go(hash).await;
        self.until("a run is ready", |page| async move {
            page.live("parameters").await.chars().any(|c| c.is_ascii_digit())
        })
        .await;
    }

    /// Loads the page with this hash.
    pub async fn go(&self, hash: &str) {
        self.client().goto(&self.server.url(hash)).await.expect("the page loads");
    }

    /// Loads the page with this hash, or gives it to the page that is open, and waits until the run has made so many steps
    /// and pauses. In one page each run has another number of steps, so that none is taken for the one before.
    pub async fn train(&self, hash: &str, steps: u32) {
        self.go(&format!("{hash}&steps={steps}&play=1")).await;
        self.until(&format!("{hash} has made {steps} steps"), |page| async move {
            page.number("step").await == Some(f64::from(steps)) && page.phase().await == "paused"
        })
        .await;
    }

    /// Gives the page another language, as a reader does who edits the address, and waits until the part of the page that
    /// a selector finds says this.
    pub async fn speak(&self, language: &str, part: &str, word: &str) {
        self.edit_hash("lang", language).await;
        self.until(&format!("{part} says {word}"), |page| async move {
            let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
            page.script(script, vec![json!(part)]).await.as_str().is_some_and(|text| text.contains(word))
        })
        .await;
    }

    /// The WebDriver session.
    pub fn client(&self) -> &Client {
        &self.browser.client
    }

    /// What stands in `data-live="name"`; empty if it is not there.
    pub async fn live(&self, name: &str) -> String {
        let script =
            "const e = document.querySelector(`[data-live='${arguments[0]}']`); return e ? e.textContent.trim() : ''";
        let text = self.script(script, vec![json!(name)]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The number in `data-live="name"`, read from its `data-value` or its text.
    pub async fn number(&self, name: &str) -> Option<f64> {
        let script = "const e = document.querySelector(`[data-live='${arguments[0]}']`); return e ? (e.dataset.value ?? e.textContent) : ''";
        let text = self.script(script, vec![json!(name)]).await;
        let text = text.as_str().unwrap_or_default().replace([',', '\u{202f}', '\u{a0}', ' '], "");
        let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || ".-e".contains(*c)).collect();
        digits.parse().ok()
    }

    /// The run's phase by its language-free name.
    pub async fn phase(&self) -> String {
        let script = "return document.querySelector('[data-live=phase]')?.dataset.phase ?? ''";
        self.script(script, vec![]).await.as_str().unwrap_or_default().to_owned()
    }

    /// What the notices say.
    pub async fn told(&self) -> String {
        let text = self.script("return document.querySelector('.notices')?.innerText ?? ''", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// What stands in the address behind `#`.
    pub async fn hash(&self) -> String {
        let hash = self.script("return location.hash.slice(1)", vec![]).await;
        hash.as_str().unwrap_or_default().to_owned()
    }

    /// Sets one value behind `#` as a reader does who edits the address of the open page.
    pub async fn edit_hash(&self, key: &str, value: &str) {
        let script = "const pairs = new URLSearchParams(location.hash.slice(1));
            pairs.set(arguments[0], arguments[1]); location.hash = pairs";
        self.script(script, vec![json!(key), json!(value)]).await;
    }

    /// What stands in an input field.
    pub async fn field(&self, id: &str) -> String {
        let text = self.script("return document.getElementById(arguments[0])?.value ?? ''", vec![json!(id)]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The values of a series' table, in order: `(step, value)`.
    pub async fn series(&self, name: &str) -> Vec<(f64, f64)> {
        let script = "const t = document.querySelector(`[data-series='${arguments[0]}']`); if (!t) return [];
            return [...t.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => parseFloat((c.dataset.value ?? c.textContent).replaceAll(/[,\\s]/g, ''))))";
        let rows = self.script(script, vec![json!(name)]).await;
        let rows = rows.as_array().cloned().unwrap_or_default();
        rows.iter().filter_map(|row| Some((row.get(0)?.as_f64()?, row.get(1)?.as_f64()?))).collect()
    }

    /// Waits until the browser keeps a run for when the page is loaded anew, and one only.
    pub async fn until_kept(&self) {
        let script = "return caches.open('runs').then(runs => runs.keys()).then(keys => keys.length)";
        self.until("the run is kept", |page| async move { page.script(script, vec![]).await == 1 }).await;
    }

    /// Runs JavaScript in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client().execute(script, arguments).await.expect("the script runs")
    }

    /// Waits until `holds`, or fails with what was waited for.
    pub async fn until<'a, F, T>(&'a self, what: &str, holds: F)
    where
        F: Fn(&'a Self) -> T,
        T: Future<Output = bool>,
    {
        let start = Instant::now();
        while !holds(self).await {
            if start.elapsed() > PATIENCE {
                let picture = self.gave_up().await;
                panic!(
                    "waited in vain until {what}; phase: {:?}; picture: {}; notices: {:?}; console: {:?}",
                    self.phase().await,
                    picture.display(),
                    self.told().await,
                    self.browser.console_errors()
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for a phase by its language-free name.
    pub async fn until_phase(&self, phase: &str) {
        self.until(&format!("the phase is {phase}"), |page| async move { page.phase().await == phase }).await;
    }

    /// Waits until the notices contain this.
    pub async fn until_told(&self, part: &str) {
        self.until(&format!("the reader is told of {part}"), |page| async move { page.told().await.contains(part) })
            .await;
    }

    /// Waits until at least this many steps have been made.
    pub async fn until_step(&self, step: f64) {
        self.until(
            &format!("step {step}"),
            |page| async move { page.number("step").await.is_some_and(|at| at >= step) },
        )
        .await;
    }

    /// Ends the test: nothing outside the page's origin was asked for, and the console holds no error but those that
    /// contain one of `expected`.
    pub async fn finish(self, expected: &[&str]) {
        let errors = self.browser.console_errors();
        let unexpected: Vec<_> =
            errors.iter().filter(|line| !expected.iter().any(|part| line.contains(part))).collect();
        assert!(unexpected.is_empty(), "errors on the console: {unexpected:#?}");
        self.browser.stop().await;
    }
}
