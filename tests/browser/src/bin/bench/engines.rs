//! The engines that are measured, each in its own window: Kiln's two workers through their page, other libraries through
//! the one in tests/bench.

use std::path::Path;
use std::time::{Duration, Instant};

use browser::{ALONE, Page, Server};
use fantoccini::wd::{TimeoutConfiguration, WindowHandle};
use serde_json::{Value, json};

use crate::outcome::Outcome;

/// Other libraries, each on one of its backends, as tests/bench/bench.js names them.
pub const PEERS: [&str; 6] = ["tfjs-cpu", "tfjs-wasm", "tfjs-webgl", "tfjs-webgpu", "jax-wasm", "jax-webgpu"];

/// Longest wait for one answer.
const LONGEST: Duration = Duration::from_secs(600);

/// Counts in `globalThis.counted` what is asked of WebGPU, and the bytes of linear memory and of GPU buffers.
const COUNTER: &str = r"
;(() => {
    const memories = new Set();
    const counted = globalThis.counted = {
        dispatches: 0, invocations: 0, pipelines: 0, buffers: 0,
        get bytes() { return this.buffers + [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0); },
    };
    const wrap = (type, name, after) => {
        const own = globalThis[type]?.prototype[name];
        if (own) globalThis[type].prototype[name] = function (...all) { return after(own.apply(this, all), this, all); };
    };
    // How many invocations a workgroup has is said by the shader's text alone.
    const sizes = new WeakMap();
    const pass = (from, to) => { sizes.set(to, sizes.get(from)); return to; };
    wrap('GPUDevice', 'createShaderModule', (module, _, [{ code }]) => {
        const [, words = ''] = /@workgroup_size\(([^)]*)\)/.exec(code) ?? [];
        sizes.set(module, words.split(',').filter((word) => word.trim()).reduce((size, word) => size * parseInt(word), 1));
        return module;
    });
    wrap('GPUDevice', 'createComputePipeline', (pipeline, _, [{ compute }]) => {
        counted.pipelines++;
        return pass(compute.module, pipeline);
    });
    wrap('GPUDevice', 'createComputePipelineAsync', (promise, _, [{ compute }]) => {
        counted.pipelines++;
        return promise.then((pipeline) => pass(compute.module, pipeline));
    });
    wrap('GPUComputePassEncoder', 'setPipeline', (_, encoder, [pipeline]) => { pass(pipeline, encoder); });
    wrap('GPUComputePassEncoder', 'dispatchWorkgroups', (_, encoder, [x, y = 1, z = 1]) => {
        counted.dispatches++;
        counted.invocations += x * y * z * sizes.get(encoder);
    });
    // Of these the page is not told how many they are.
    wrap('GPUComputePassEncoder', 'dispatchWorkgroupsIndirect', () => { counted.dispatches++; counted.invocations = NaN; });
    wrap('GPUDevice', 'createBuffer', (buffer) => { counted.buffers += buffer.size; return buffer; });
    const gone = new WeakSet();
    wrap('GPUBuffer', 'destroy', (_, buffer) => {
        if (!gone.has(buffer)) counted.buffers -= buffer.size;
        gone.add(buffer);
    });
    const keep = (instance) => {
        Object.values(instance.exports).filter((it) => it instanceof WebAssembly.Memory).forEach((it) => memories.add(it));
    };
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const own = WebAssembly[name];
        WebAssembly[name] = async (...all) => {
            const made = await own.apply(WebAssembly, all);
            keep(made.instance ?? made);
            return made;
        };
    }
    // What threads share is made here and handed in.
    WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
        construct(target, all) { const memory = new target(...all); memories.add(memory); return memory; },
    });
})();
";

/// A worker has no window that could be asked: it answers on a channel, of its own, for windows of one origin hear each other.
const ANSWER: &str = r"
;(() => {
    const channel = new BroadcastChannel(location.pathname);
    channel.onmessage = ({ data }) => { if (data === 'ask') channel.postMessage({ ...globalThis.counted }); };
})();
";

/// Lets Kiln's workers count.
pub fn count_workers(server: &Server) {
    for loader in ["cpu_worker_loader.js", "gpu_worker_loader.js"] {
        server.amend(loader, &format!("{COUNTER}{ANSWER}"));
    }
}

/// A step in a browser without a GPU may take minutes.
pub async fn be_patient(page: &Page) {
    let timeouts = TimeoutConfiguration::new(Some(LONGEST), Some(LONGEST), None);
    page.client().update_timeouts(timeouts).await.expect("the driver takes timeouts");
}

/// What must come of a workload.
pub struct Fixture {
    /// Samples in a batch.
    pub batch: u32,
    losses: Vec<f64>,
}

impl Fixture {
    /// Reads a workload's description.
    ///
    /// # Panics
    /// Where there is none.
    pub fn read(folder: &Path, workload: &str) -> Self {
        let path = folder.join(format!("{workload}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let about: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let batch = about["batch"].as_u64().unwrap_or_default() as u32;
        Self { batch, losses: last(&about["losses"]) }
    }

    /// Whether these are its losses.
    pub fn judge(&self, losses: &[f64], tolerance: f64) -> Outcome {
        let off = |(is, ought): (&f64, &f64)| ((is - ought) / ought).abs();
        let worst = losses.iter().zip(&self.losses).map(off).fold(0.0, f64::max);
        if losses.len() == self.losses.len() && worst <= tolerance {
            Outcome::Right(worst)
        } else {
            Outcome::Wrong(format!("losses of {losses:?}, and {:?} was expected", self.losses))
        }
    }
}

/// The last loss of each curve, of `{ name: [..] }`, of `[[..], [..]]` or of `[..]`.
fn last(losses: &Value) -> Vec<f64> {
    let end = |list: &Value| list.as_array().and_then(|list| list.last()).and_then(Value::as_f64).unwrap_or(f64::NAN);
    match losses {
        Value::Object(curves) => curves.values().map(end).collect(),
        Value::Array(curves) if curves.first().is_some_and(Value::is_array) => curves.iter().map(end).collect(),
        curve => vec![end(curve)],
    }
}

/// The first steps of an engine.
pub struct Prepared {
    /// Milliseconds until the first step was read.
    pub first: f64,
    /// Milliseconds of a later step, roughly.
    pub step: f64,
    /// The last losses; none of an engine that is too slow.
    pub losses: Option<Vec<f64>>,
}

/// One engine in its window.
pub struct Engine {
    /// `kiln-cpu`, or as [`PEERS`] has it.
    pub name: String,
    /// What it says that it runs on.
    pub device: String,
    /// Floating-point operations a second of its own large product and of a bare loop, which Kiln tells.
    pub peaks: [Option<f64>; 2],
    /// Floating-point operations of a step of what it was last asked for, likewise.
    pub operations: Option<f64>,
    window: WindowHandle,
    /// Counts what was asked of it, so that no two addresses are alike.
    turn: u32,
}

impl Engine {
    /// Opens its window.
    ///
    /// # Panics
    /// Where the browser opens none.
    pub async fn open(page: &Page, name: &str) -> Self {
        // A window, not a tab: one behind another is hidden, and gets no animation frames.
        let opened = page.client().new_window(false).await.expect("the browser opens a window");
        let window = opened.handle;
        let engine =
            Self { name: name.to_owned(), device: String::new(), peaks: [None; 2], operations: None, window, turn: 0 };
        engine.focus(page).await;
        page.devtools("Page.enable", json!({})).await;
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNTER })).await;
        if engine.kiln().is_none() {
            engine.load(page).await;
        }
        engine
    }

    /// The device that Kiln is asked for, and the beginning of its page's path: threads are had where that is kept apart.
    fn kiln(&self) -> Option<(&'static str, &'static str)> {
        match self.name.strip_prefix("kiln-")? {
            "gpu" => Some(("gpu", "")),
            "threads" => Some(("cpu", "")),
            _ => Some(("cpu", ALONE)),
        }
    }

    async fn focus(&self, page: &Page) {
        page.client().switch_to_window(self.window.clone()).await.expect("the window is still there");
        page.devtools("Page.bringToFront", json!({})).await;
    }

    /// Loads the other libraries' page anew: what an engine compiled for one workload does not serve the next.
    async fn load(&self, page: &Page) {
        page.client().goto(&page.server.other("peers/index.html")).await.expect("the page loads");
    }

    /// Whether it is one of Kiln's workers.
    pub fn own(&self) -> bool {
        self.kiln().is_some()
    }

    /// The first steps of a workload; another library that takes more than `patience` milliseconds for a later one is left
    /// alone. Without `losses` it makes no more steps than that takes.
    ///
    /// # Errors
    /// What the engine said.
    pub async fn prepare(
        &mut self,
        page: &Page,
        workload: &str,
        batch: u32,
        patience: f64,
        losses: bool,
    ) -> Result<Prepared, String> {
        self.focus(page).await;
        if self.kiln().is_some() {
            let row = self.ask_kiln(page, workload, batch, 1).await?;
            let step = row["times"][0].as_f64().unwrap_or(f64::NAN);
            let first = row["first"].as_f64().unwrap_or(f64::NAN);
            return Ok(Prepared { first, step, losses: Some(last(&row["losses"])) });
        }
        self.load(page).await;
        let one = self.ask_peer(page, &format!("bench.prepare('{}', '{workload}', {batch}, 1)", self.name)).await?;
        let first = one["firstStepMs"].as_f64().unwrap_or(f64::NAN);
        self.device = one["device"].as_str().unwrap_or_default().to_owned();
        let step = self.peer_time(page, 1).await?;
        if step > patience {
            return Ok(Prepared { first, step, losses: None });
        }
        let mut found = Vec::new();
        if losses {
            let all = self.ask_peer(page, &format!("bench.prepare('{}', '{workload}', {batch})", self.name)).await?;
            found = last(&all["losses"]);
        }
        // What is compiled late shows in the first of them.
        let step = step.min(self.peer_time(page, 1).await?);
        Ok(Prepared { first, step, losses: Some(found) })
    }

    /// Milliseconds a step, of so many back to back.
    ///
    /// # Errors
    /// What the engine said.
    pub async fn time(&mut self, page: &Page, workload: &str, batch: u32, steps: u32) -> Result<f64, String> {
        self.focus(page).await;
        if self.kiln().is_some() {
            let row = self.ask_kiln(page, workload, batch, steps).await?;
            return row["times"][0].as_f64().ok_or_else(|| format!("no time in {row}"));
        }
        self.peer_time(page, steps).await
    }

    async fn peer_time(&self, page: &Page, steps: u32) -> Result<f64, String> {
        let answer = self.ask_peer(page, &format!("bench.time({steps}).then((ms) => ({{ ok: true, ms }}))")).await?;
        answer["ms"].as_f64().ok_or_else(|| format!("no time in {answer}"))
    }

    async fn ask_peer(&self, page: &Page, call: &str) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             let waits = 0;
             const wait = () => globalThis.bench ? go() : ++waits < 600 ? setTimeout(wait, 50)
                : done({{ ok: false, error: `${{location}} did not load` }});
             const go = () => {call}.then(done, (error) => done({{ ok: false, error: String(error) }}));
             wait()"
        );
        let answer = page.client().execute_async(&script, vec![]).await.map_err(|error| error.to_string())?;
        if answer["ok"] == json!(true) {
            Ok(answer)
        } else {
            Err(answer["error"].as_str().unwrap_or("no answer").to_owned())
        }
    }

    /// Measures one workload through Kiln's own page, as a visitor does by its address.
    async fn ask_kiln(&mut self, page: &Page, workload: &str, batch: u32, steps: u32) -> Result<Value, String> {
        self.turn += 1;
        let ((device, path), turn) = (self.kiln().unwrap_or_default(), self.turn);
        let words = format!(
            "bench&lang=en&model=softmax&device={device}&workload={workload}&batch={batch}&count={steps}&repeats=1&turn={turn}"
        );
        page.client()
            .goto(&page.server.other(&format!("{path}index.html#{words}")))
            .await
            .map_err(|error| error.to_string())?;
        let start = Instant::now();
        let text = loop {
            let text = page.live("bench").await;
            if text.contains(&words) {
                break text;
            }
            if start.elapsed() > LONGEST {
                return Err(format!("no answer; the page says: {} {}", page.told().await, page.phase().await));
            }
            // Seldom, because the asking takes time from what is measured.
            tokio::time::sleep(Duration::from_millis(300)).await;
        };
        let json = text.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
        let mut told: Value = serde_json::from_str(json).map_err(|error| format!("{error} in {json}"))?;
        self.device = page.live("device").await;
        let named = if device == "gpu" { "WebGPU" } else { "CPU" };
        if !self.device.starts_with(named) || self.device.contains("threads") != self.name.ends_with("threads") {
            return Err(format!("it runs on {}: {}", self.device, page.told().await));
        }
        self.operations = told["workloads"][0]["operations"].as_f64();
        self.peaks = ["product", "bare"].map(|name| told[name].as_f64());
        Ok(told["workloads"][0].take())
    }

    /// What it has counted since its window was opened: `dispatches`, `invocations`, `pipelines`, `bytes`.
    pub async fn counted(&self, page: &Page) -> Value {
        self.focus(page).await;
        let own = "const done = arguments[arguments.length - 1];";
        let script = if let Some((device, _)) = self.kiln() {
            format!(
                "{own} const channel = new BroadcastChannel(new URL('{device}_worker_loader.js', location).pathname);
                 channel.onmessage = ({{ data }}) => {{ channel.close(); done(data); }}; channel.postMessage('ask');
                 setTimeout(() => done(null), 5000)"
            )
        } else {
            format!("{own} done({{ ...globalThis.counted }})")
        };
        page.client().execute_async(&script, vec![]).await.unwrap_or_default()
    }

    /// Bytes of memory after the last of so many further steps: linear memory and buffers on the GPU, or of a library that
    /// has neither what it says of its tensors.
    pub async fn memory(&mut self, page: &Page, workload: &str, batch: u32, steps: u32) -> Option<f64> {
        self.time(page, workload, batch, steps).await.ok()?;
        let counted = self.counted(page).await["bytes"].as_f64().filter(|bytes| *bytes > 0.0);
        if counted.is_some() || self.own() {
            return counted;
        }
        let script = "const told = globalThis.bench?.memory(); return told?.numBytesInGPU ?? told?.numBytes ?? null";
        page.script(script, vec![]).await.as_f64()
    }

    /// The files of another library that its window has fetched, relative to the server.
    pub async fn fetched(&self, page: &Page) -> Vec<String> {
        self.focus(page).await;
        let script = "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)";
        let names = page.script(script, vec![]).await;
        let inner = |name: &Value| Some(name.as_str()?.split_once("node_modules/")?.1.to_owned());
        names.as_array().into_iter().flatten().filter_map(inner).collect()
    }
}
