//! Chromium with its driver: few are started, and lent to one test after another, each with a tab of its own.

use std::{
    io::{Read, Seek, SeekFrom},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, error::NewSessionError};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{devtools::devtools, turn};

/// What WebGPU finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// Nothing: WebGPU is off.
    None,
    /// SwiftShader, on the processor.
    Software,
    /// What the machine has, by Vulkan.
    Hardware,
}

/// What wasm-bindgen says to Trunk's loader of a worker, and Chromium to a page that asks for a GPU where there is none.
const HARMLESS: [&str; 2] = ["using deprecated parameters for the initialization function", "No available adapters."];

/// Starts the driver, waits for the end of its own input, which comes with the end of this process however that ends, and
/// then ends all that was started and takes the profile away.
const WATCHED: &str = r#""$@" </dev/null & read -r _; trap "" TERM; kill -TERM -$$; wait; sleep 0.3; rm -rf "$0""#;

/// Those that no test has.
static IDLE: Mutex<Vec<Chromium>> = Mutex::new(Vec::new());

/// A Chromium with its driver and the one WebDriver session on it.
struct Chromium {
    adapter: Adapter,
    watched: Child,
    driver: String,
    session: String,
    profile: PathBuf,
}

impl Chromium {
    async fn launch(adapter: Adapter) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder").keep();
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let watched = Command::new("sh")
            .args(["-c", WATCHED])
            .arg(&profile)
            .arg(program("CHROMEDRIVER", "chromedriver"))
            .arg(format!("--port={port}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell can be run");
        let driver = format!("http://127.0.0.1:{port}");
        let client = connect(&driver, capabilities(adapter, &profile)).await;
        client.persist().await.expect("a session outlives its first user");
        let session = client.session_id().await.expect("a session").expect("an open session");
        Self { adapter, watched, driver, session, profile }
    }

    async fn client(&self) -> Result<Client, NewSessionError> {
        let client = Client::with_existing_session(&self.driver, &self.session, HttpConnector::new()).await?;
        client.persist().await.expect("a session outlives its users");
        Ok(client)
    }

    fn log(&self) -> PathBuf {
        self.profile.join("chromium.log")
    }

    /// What has been logged from this byte on.
    fn logged(&self, from: u64) -> String {
        let mut bytes = Vec::new();
        let read = std::fs::File::open(self.log()).and_then(|mut file| {
            file.seek(SeekFrom::Start(from))?;
            file.read_to_end(&mut bytes)
        });
        read.map_or_else(|_| String::new(), |_| String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        drop(self.watched.stdin.take());
        let _ = self.watched.wait();
    }
}

/// A Chromium with an empty tab: nothing in it, storage of its origin included, is of another test, because each test's
/// server has a port of its own.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    /// Where it puts what the page hands the reader.
    pub downloads: PathBuf,
    chromium: Chromium,
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
        turn::shared().await;
        let chromium = match idle(adapter) {
            Some(chromium) => chromium,
            None => Chromium::launch(adapter).await,
        };
        let client = chromium.client().await.expect("the driver is still there");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let downloads = folder.path().to_owned();
        let there = json!({ "behavior": "allow", "downloadPath": downloads });
        devtools(&client, "Browser.setDownloadBehavior", there).await;
        devtools(&client, "Page.bringToFront", json!({})).await;
        let began = std::fs::metadata(chromium.log()).map_or(0, |log| log.len());
        Self { client, downloads, chromium, began, spent: false, _folder: folder }
    }

    /// Everything that any context of the page, workers included, has written to the console: it should be nothing.
    ///
    /// Chromium's own log is read, not WebDriver's, which does not hear dedicated workers. That log gives errors and
    /// idle talk the same severity, so that a quiet console is the only one that can be called free of errors.
    pub fn console_errors(&self) -> Vec<String> {
        let log = self.chromium.logged(self.began);
        let spoken = log.lines().filter(|line| line.contains(":CONSOLE:"));
        spoken.filter(|line| !HARMLESS.iter().any(|part| line.contains(part))).map(str::to_owned).collect()
    }

    /// Ends Chromium's GPU process at once, as a crashing graphics driver does.
    ///
    /// # Panics
    /// Where there is none, or no way to end it.
    pub fn kill_gpu(&mut self) {
        self.spent = true;
        let gpu = self.children().into_iter().find(|pid| {
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&words).contains("--type=gpu-process")
        });
        let gpu = gpu.expect("Chromium has a GPU process").to_string();
        let killed = Command::new("kill").args(["-KILL", &gpu]).status().expect("kill can be run");
        assert!(killed.success(), "the GPU process {gpu} could not be ended");
    }

    /// The driver's descendants.
    fn children(&self) -> Vec<u32> {
        let mut family = vec![self.chromium.watched.id()];
        let mut at = 0;
        while let Some(parent) = family.get(at) {
            // Each thread lists the children that it started.
            let threads = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
            let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
            let children: Vec<u32> = lists
                .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
                .collect();
            family.extend(children);
            at += 1;
        }
        family
    }

    /// Leaves an empty tab to the next test.
    ///
    /// # Panics
    /// Where the driver does not answer.
    pub async fn stop(self) {
        if self.spent {
            return;
        }
        let old = self.client.windows().await.expect("the driver knows its tabs");
        let fresh = self.client.new_window(true).await.expect("the browser opens a tab").handle;
        for window in old {
            self.client.switch_to_window(window).await.expect("the tab is still there");
            self.client.close_window().await.expect("a tab can be closed");
        }
        self.client.switch_to_window(fresh).await.expect("the new tab is there");
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self.chromium);
    }
}

fn idle(adapter: Adapter) -> Option<Chromium> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let at = idle.iter().position(|chromium| chromium.adapter == adapter)?;
    Some(idle.swap_remove(at))
}

fn program(variable: &str, name: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| name.into())
}

fn capabilities(adapter: Adapter, profile: &Path) -> serde_json::Map<String, Value> {
    let mut arguments = vec![
        "--headless".to_owned(),
        "--no-sandbox".into(),
        "--disable-quic".into(),
        "--no-first-run".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        "--enable-logging".into(),
        "--lang=en-US".into(),
        format!("--log-file={}", profile.join("chromium.log").display()),
        format!("--user-data-dir={}", profile.join("profile").display()),
    ];
    match adapter {
        Adapter::None => arguments.extend(["--disable-gpu".into(), "--disable-features=WebGPU".into()]),
        Adapter::Software => {
            arguments.extend(["--enable-unsafe-webgpu".into(), "--use-webgpu-adapter=swiftshader".into()]);
            // For WebGL; WebGPU does not heed it.
            arguments.push("--enable-unsafe-swiftshader".into());
        }
        Adapter::Hardware => {
            arguments.extend(["--enable-unsafe-webgpu".into(), "--ignore-gpu-blocklist".into()]);
            arguments.extend(["--enable-features=Vulkan".into(), "--use-angle=vulkan".into()]);
        }
    }
    let preferences = json!({
        "download.prompt_for_download": false,
        // More than one file in a row, without a question.
        "profile.default_content_setting_values.automatic_downloads": 1,
    });
    let binary = program("CHROME", "/usr/bin/chromium");
    let capabilities = json!({
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "binary": binary, "args": arguments, "prefs": preferences },
    });
    capabilities.as_object().expect("built as an object").clone()
}

async fn connect(driver: &str, capabilities: serde_json::Map<String, Value>) -> Client {
    for _ in 0..100 {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        match builder.capabilities(capabilities.clone()).connect(driver).await {
            Ok(client) => return client,
            Err(error) if error.to_string().contains("session not created") => panic!("Chromium: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("no chromedriver answers at {driver}: `cargo xtask test` installs it");
}
