//! The browsers that are driven, and how each is started.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

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

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Headless Chromium: `CHROME`, by `CHROMEDRIVER`.
    Chromium(Adapter),
    /// Headless Firefox: `FIREFOX`, by `GECKODRIVER`.
    Firefox,
    /// WebKitGTK's MiniBrowser on a screen that nobody sees: `MINIBROWSER`, by `WEBKITDRIVER`.
    WebKit,
}

impl Kind {
    /// Whether it is Chromium, which alone knows DevTools commands.
    pub fn is_chromium(self) -> bool {
        matches!(self, Self::Chromium(_))
    }

    /// The driver's program and arguments.
    pub fn driver(self, port: u16) -> Vec<OsString> {
        let port = format!("--port={port}").into();
        match self {
            Self::Chromium(_) => vec![program("CHROMEDRIVER", "chromedriver"), port],
            Self::Firefox => vec![program("GECKODRIVER", "geckodriver"), port],
            Self::WebKit => {
                vec!["xvfb-run".into(), "--auto-servernum".into(), program("WEBKITDRIVER", "WebKitWebDriver"), port]
            }
        }
    }

    /// Where the console is written to.
    pub fn log(self, folder: &Path) -> PathBuf {
        folder.join("log")
    }

    /// Whether a line of that log is what a page or one of its workers said. Chromium gives errors and idle talk the same
    /// severity there, so that a quiet console is the only one that can be called free of errors.
    pub fn speaks(self, line: &str) -> bool {
        match self {
            Self::Chromium(_) => line.contains(":CONSOLE:"),
            Self::Firefox => {
                line.starts_with("console.") || line.starts_with("JavaScript ") && line.contains("http://")
            }
            // Its driver hands no console over.
            Self::WebKit => false,
        }
    }

    /// What the driver is asked for.
    pub fn capabilities(self, folder: &Path) -> Map<String, Value> {
        let asked = match self {
            Self::Chromium(adapter) => chromium(adapter, folder),
            Self::Firefox => firefox(folder),
            Self::WebKit => webkit(),
        };
        asked.as_object().expect("built as an object").clone()
    }
}

fn program(variable: &str, name: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| name.into())
}

fn text(variable: &str, name: &str) -> String {
    program(variable, name).to_string_lossy().into_owned()
}

fn chromium(adapter: Adapter, folder: &Path) -> Value {
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
        format!("--log-file={}", Kind::Chromium(adapter).log(folder).display()),
        format!("--user-data-dir={}", folder.join("profile").display()),
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
    // More than one file in a row, without a question.
    let preferences = json!({ "profile.default_content_setting_values.automatic_downloads": 1 });
    json!({
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "binary": text("CHROME", "/usr/bin/chromium"), "args": arguments, "prefs": preferences },
    })
}

fn firefox(folder: &Path) -> Value {
    let preferences = json!({
        "intl.accept_languages": "en-US",
        "devtools.console.stdout.content": true,
        // Not what Firefox says of itself.
        "devtools.console.stdout.chrome": false,
        "browser.download.folderList": 2,
        "browser.download.dir": folder,
        "browser.download.always_ask_before_handling_new_types": false,
    });
    json!({
        "browserName": "firefox",
        "moz:firefoxOptions": { "binary": text("FIREFOX", "/usr/bin/firefox-esr"), "args": ["-headless"], "prefs": preferences },
    })
}

fn webkit() -> Value {
    let binary = text("MINIBROWSER", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser");
    json!({ "webkitgtk:browserOptions": { "binary": binary, "args": ["--automation"] } })
}
