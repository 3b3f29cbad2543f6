//! The browser of one test: few are started, and lent to one test after another, each with a tab of its own.

use std::{
    path::PathBuf,
    process::Command,
    sync::{Mutex, PoisonError},
};

use fantoccini::Client;
use serde_json::json;
use tempfile::TempDir;

use crate::{Adapter, Kind, devtools::devtools, driver::Driver, turn};

/// What wasm-bindgen says to Trunk's loader of a worker, and Chromium to a page that asks for a GPU where there is none.
const HARMLESS: [&str; 2] = ["using deprecated parameters for the initialization function", "No available adapters."];

/// Those that no test has.
static IDLE: Mutex<Vec<Driver>> = Mutex::new(Vec::new());

fn idle(kind: Kind) -> Option<Driver> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let at = idle.iter().position(|driver| driver.kind == kind)?;
    Some(idle.swap_remove(at))
}

/// A browser with an empty tab: nothing in it, storage of its origin included, is of another test, because each test's
/// server has a port of its own.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    /// Where it puts what the page hands the reader.
    pub downloads: PathBuf,
    driver: Driver,
    /// Where its log stood.
    began: u64,
    /// Whether it is no good for another test.
    spent: bool,
    _folder: TempDir,
}

impl Browser {
    /// Takes a Chromium that is idle, or starts one with an empty profile.
    ///
    /// # Panics
    /// Where Chromium or its driver is not installed or does not start.
    pub async fn start(adapter: Adapter) -> Self {
        let browser = Self::of(Kind::Chromium(adapter)).await;
        let there = json!({ "behavior": "allow", "downloadPath": browser.downloads });
        devtools(&browser.client, "Browser.setDownloadBehavior", there).await;
        devtools(&browser.client, "Page.bringToFront", json!({})).await;
        browser
    }

    /// The same of any browser, which may keep what it downloads elsewhere.
    ///
    /// # Panics
    /// Where it or its driver is not installed or does not start.
    pub async fn of(kind: Kind) -> Self {
        turn::shared().await;
        let driver = match idle(kind) {
            Some(driver) => driver,
            None => Driver::launch(kind).await,
        };
        let client = driver.client().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let began = driver.log_length();
        Self { client, downloads: folder.path().to_owned(), driver, began, spent: false, _folder: folder }
    }

    /// Which browser it is.
    pub fn kind(&self) -> Kind {
        self.driver.kind
    }

    /// Everything that any context of the page, workers included, has written to the console: it should be nothing.
    ///
    /// The browser's own log is read, not WebDriver's, which does not hear dedicated workers.
    pub fn console_errors(&self) -> Vec<String> {
        let log = self.driver.logged(self.began);
        let spoken = log.lines().filter(|line| self.kind().speaks(line));
        spoken.filter(|line| !HARMLESS.iter().any(|part| line.contains(part))).map(str::to_owned).collect()
    }

    /// Ends Chromium's GPU process at once, as a crashing graphics driver does.
    ///
    /// # Panics
    /// Where there is none, or no way to end it.
    pub fn kill_gpu(&mut self) {
        self.spent = true;
        let gpu = self.driver.children().into_iter().find(|pid| {
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&words).contains("--type=gpu-process")
        });
        let gpu = gpu.expect("Chromium has a GPU process").to_string();
        let killed = Command::new("kill").args(["-KILL", &gpu]).status().expect("kill can be run");
        assert!(killed.success(), "the GPU process {gpu} could not be ended");
    }

    /// Leaves an empty tab to the next test.
    ///
    /// # Panics
    /// Where the driver does not answer.
    pub async fn stop(self) {
        if self.spent || !self.kind().is_chromium() {
            return;
        }
        let old = self.client.windows().await.expect("the driver knows its tabs");
        let fresh = self.client.new_window(true).await.expect("the browser opens a tab").handle;
        for window in old {
            self.client.switch_to_window(window).await.expect("the tab is still there");
            self.client.close_window().await.expect("a tab can be closed");
        }
        self.client.switch_to_window(fresh).await.expect("the new tab is there");
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self.driver);
    }
}
