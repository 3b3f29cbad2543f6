//! The page as a test sees it: its stable hooks, and nothing of its mark-up.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, Locator,
    actions::{InputSource, MouseActions, PointerAction, TouchActions},
};
use serde_json::{Value, json};

use crate::{Adapter, Browser, Kind, Line, Server, devtools::devtools, dist, shots};

/// A window's size.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// 1280x800.
    Desk,
    /// 390x844.
    Phone,
}

/// Light or dark.
#[derive(Clone, Copy, Debug)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

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

    /// Clicks the button with this accessible name.
    pub async fn press(&self, name: &str) {
        self.press_in("//body", name).await;
    }

    /// Clicks the button with this accessible name within what an XPath finds, once it is there and lets itself be
    /// clicked: a dictionary or a session may still be on its way.
    pub async fn press_in(&self, place: &str, name: &str) {
        let path =
            &format!("{place}//button[not(@disabled) and (normalize-space(.)='{name}' or @aria-label='{name}')]");
        self.until(&format!("a button named {name} can be clicked"), |page| async move {
            match page.client().find(Locator::XPath(path)).await {
                Ok(button) => button.click().await.is_ok(),
                Err(_) => false,
            }
        })
        .await;
    }

    /// Types on whatever has the focus.
    pub async fn keys(&self, text: &str) {
        let focused = self.client().active_element().await.expect("something has the focus, at least the body");
        focused.send_keys(text).await.expect("keys are pressed");
    }

    /// The bytes of a file that the page handed the reader, once it is whole.
    pub async fn downloaded(&self, name: &str) -> Vec<u8> {
        let path = self.browser.downloads.join(name);
        // Chromium renames a download when it is whole.
        self.until(&format!("{name} is downloaded"), |_| {
            let there = path.exists();
            async move { there }
        })
        .await;
        std::fs::read(path).expect("a download can be read")
    }

    /// Draws a line on the pad with the mouse, through points given as shares of its side.
    pub async fn draw(&self, points: &[(f64, f64)]) {
        self.draw_on("canvas[data-pad]", points).await;
    }

    /// The same on the canvas that a selector finds.
    pub async fn draw_on(&self, pad: &str, points: &[(f64, f64)]) {
        let moves = self.pad_moves(pad, points).await;
        let mut mouse = MouseActions::new("mouse".into()).then(moves[0].clone());
        mouse = mouse.then(PointerAction::Down { button: 0 });
        mouse = moves[1..].iter().fold(mouse, |mouse, step| mouse.then(step.clone()));
        self.client().perform_actions(mouse.then(PointerAction::Up { button: 0 })).await.expect("the mouse draws");
    }

    /// Draws on the pad with a finger.
    pub async fn touch(&self, points: &[(f64, f64)]) {
        self.touch_on("canvas[data-pad]", points).await;
    }

    /// The same on the canvas that a selector finds.
    pub async fn touch_on(&self, pad: &str, points: &[(f64, f64)]) {
        let moves = self.pad_moves(pad, points).await;
        let mut finger = TouchActions::new("finger".into()).then(moves[0].clone());
        finger = finger.then(PointerAction::Down { button: 0 });
        finger = moves[1..].iter().fold(finger, |finger, step| finger.then(step.clone()));
        self.client().perform_actions(finger.then(PointerAction::Up { button: 0 })).await.expect("the finger draws");
    }

    async fn pad_moves(&self, pad: &str, points: &[(f64, f64)]) -> Vec<PointerAction> {
        let script =
            "const p = document.querySelector(arguments[0]); p.scrollIntoView({block: 'center', behavior: 'instant'});
            const r = p.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]";
        let frame = self.script(script, vec![json!(pad)]).await;
        let side = |i: usize| frame[i].as_f64().expect("the pad has a place on the page");
        let place = |&(x, y): &(f64, f64)| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(20)),
            x: side(0) + x * side(2),
            y: side(1) + y * side(3),
        };
        points.iter().map(place).collect()
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

    /// A picture of what was there instead of what was waited for.
    async fn gave_up(&self) -> PathBuf {
        let test = std::thread::current().name().unwrap_or("page").replace("::", "-");
        let path = shots().unwrap_or_else(std::env::temp_dir).join(format!("gave-up-{test}.png"));
        self.keep_picture(&path).await;
        path
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

    /// Sets the viewport, not the window: headless windows have no frame, but a scale.
    pub async fn resize(&self, size: Size) {
        let (width, height, mobile) = match size {
            Size::Desk => (1280, 800, false),
            Size::Phone => (390, 844, true),
        };
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile }),
        )
        .await;
    }

    /// Asks for a colour scheme as the system would.
    pub async fn scheme(&self, theme: Theme) {
        let value = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// A DevTools command.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        devtools(self.client(), command, parameters).await
    }

    /// Bytes of live JavaScript objects on the page's main thread, after a garbage collection.
    pub async fn heap(&self) -> f64 {
        self.devtools("Performance.enable", json!({})).await;
        self.devtools("HeapProfiler.collectGarbage", json!({})).await;
        let metrics = self.devtools("Performance.getMetrics", json!({})).await;
        let metrics = metrics["metrics"].as_array().expect("a list of metrics");
        let used = metrics.iter().find(|metric| metric["name"] == "JSHeapUsedSize").expect("the heap is among them");
        used["value"].as_f64().expect("a number of bytes")
    }

    /// Bytes of linear memory on the page's main thread.
    pub async fn linear(&self) -> f64 {
        let class = json!({ "expression": "WebAssembly.Memory.prototype" });
        let class = self.devtools("Runtime.evaluate", class).await["result"]["objectId"].clone();
        let found = self.devtools("Runtime.queryObjects", json!({ "prototypeObjectId": class })).await;
        let sum = json!({
            "objectId": found["objects"]["objectId"],
            "functionDeclaration": "function() { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0) }",
            "returnByValue": true,
        });
        let sum = self.devtools("Runtime.callFunctionOn", sum).await;
        sum["result"]["value"].as_f64().unwrap_or_else(|| panic!("no linear memory was found: {sum}"))
    }

    /// Keeps a screenshot of the viewport as `name.png`, where pictures are asked for.
    pub async fn shoot(&self, name: &str) {
        if let Some(folder) = shots() {
            self.keep_picture(&folder.join(format!("{name}.png"))).await;
        }
    }

    async fn keep_picture(&self, path: &Path) {
        let png = self.client().screenshot().await.expect("a screenshot");
        let folder = path.parent().expect("a picture lies in a folder");
        std::fs::create_dir_all(folder).expect("a folder for screenshots");
        std::fs::write(path, png).expect("a screenshot can be kept");
    }

    /// The same in both sizes and themes, as `name-size-theme.png`, each after the script `show` has brought its place
    /// into view; leaves a light desk behind.
    pub async fn shoot_everywhere(&self, name: &str, show: &str) {
        if shots().is_none() {
            return;
        }
        for (size, wide) in [(Size::Desk, "desk"), (Size::Phone, "phone")] {
            self.resize(size).await;
            for (theme, shade) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
                self.scheme(theme).await;
                // Pictures are painted anew, and what they show may move what lies below.
                tokio::time::sleep(Duration::from_millis(400)).await;
                self.script(show, vec![]).await;
                tokio::time::sleep(Duration::from_millis(200)).await;
                self.shoot(&format!("{name}-{wide}-{shade}")).await;
            }
        }
        self.scheme(Theme::Light).await;
        self.resize(Size::Desk).await;
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
