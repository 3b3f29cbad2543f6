//! One Chromium with its driver, started fresh and ended with the test.

use std::{net::TcpListener, path::PathBuf, process::Stdio, time::Duration};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

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

/// A running Chromium.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    /// Where it puts what the page hands the reader.
    pub downloads: PathBuf,
    driver: Child,
    log: PathBuf,
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium with an empty profile.
    ///
    /// # Panics
    /// Where Chromium or its driver is not installed or does not start.
    pub async fn start(adapter: Adapter) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let log = profile.path().join("chromium.log");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let driver = Command::new(program("CHROMEDRIVER", "chromedriver"))
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts: `cargo xtask test` installs it");
        let client = connect(port, capabilities(adapter, &profile, &log)).await;
        let downloads = downloads(&profile);
        Self { client, downloads, driver, log, _profile: profile }
    }

    /// Everything that any context of the page, workers included, has written to the console: it should be nothing.
    ///
    /// Chromium's own log is read, not WebDriver's, which does not hear dedicated workers. That log gives errors and
    /// idle talk the same severity, so that a quiet console is the only one that can be called free of errors.
    pub fn console_errors(&self) -> Vec<String> {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let spoken = log.lines().filter(|line| line.contains(":CONSOLE:"));
        spoken.filter(|line| !HARMLESS.iter().any(|part| line.contains(part))).map(str::to_owned).collect()
    }

    /// Ends Chromium's GPU process at once, as a crashing graphics driver does.
    ///
    /// # Panics
    /// Where there is none, or no way to end it.
    pub fn kill_gpu(&self) {
        let gpu = self.children().into_iter().find(|pid| {
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&words).contains("--type=gpu-process")
        });
        let gpu = gpu.expect("Chromium has a GPU process").to_string();
        let killed = std::process::Command::new("kill").args(["-KILL", &gpu]).status().expect("kill can be run");
        assert!(killed.success(), "the GPU process {gpu} could not be ended");
    }

    /// The driver's descendants.
    fn children(&self) -> Vec<u32> {
        let mut family: Vec<u32> = self.driver.id().into_iter().collect();
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

    /// Ends Chromium and its driver.
    ///
    /// # Panics
    /// Where the driver does not answer.
    pub async fn stop(mut self) {
        self.client.clone().close().await.expect("the driver ends its session");
        self.driver.kill().await.expect("the driver can be ended");
    }
}

fn program(variable: &str, name: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| name.into())
}

fn downloads(profile: &TempDir) -> PathBuf {
    profile.path().join("downloads")
}

fn capabilities(adapter: Adapter, profile: &TempDir, log: &std::path::Path) -> serde_json::Map<String, Value> {
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
        format!("--log-file={}", log.display()),
        format!("--user-data-dir={}", profile.path().join("profile").display()),
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
        "download.default_directory": downloads(profile),
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

async fn connect(port: u16, capabilities: serde_json::Map<String, Value>) -> Client {
    let url = format!("http://127.0.0.1:{port}");
    for _ in 0..50 {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        match builder.capabilities(capabilities.clone()).connect(&url).await {
            Ok(client) => return client,
            Err(error) if error.to_string().contains("session not created") => panic!("Chromium: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    panic!("chromedriver did not answer on port {port}");
}
