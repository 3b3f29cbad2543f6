//! How the page is looked at: its size, its colours, its memory, its pictures.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{Page, devtools::devtools, shots};

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

impl Page {
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

    /// A picture of what was there instead of what was waited for.
    pub(crate) async fn gave_up(&self) -> PathBuf {
        let test = std::thread::current().name().unwrap_or("page").replace("::", "-");
        let path = shots().unwrap_or_else(std::env::temp_dir).join(format!("gave-up-{test}.png"));
        self.keep_picture(&path).await;
        path
    }
}
