//! Measures Kiln's workers and other libraries by turns in one headless Chromium, and writes what came out.

mod chart;
mod engines;
mod outcome;
mod report;
mod transfer;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use browser::{ALONE, Adapter, Browser, Page, Server, dist, root};
use engines::{Engine, Fixture, PEERS};
use outcome::{Cell, Outcome};
use report::{About, Results, Row, foregone};
use serde_json::Value;

/// Another library that takes longer for a step, in milliseconds, is measured once, and not at all at larger batches.
const PATIENCE: f64 = 3000.0;
/// The same in the short form, where it is then left out of all that follows.
const HASTE: f64 = 250.0;
/// Milliseconds after which an engine has had its share of a workload, and takes no further turn.
const SHARE: f64 = 90_000.0;
/// Milliseconds that an engine runs before it is timed: a browser compiles what runs often anew while it runs, and until then
/// the same step may take twice as long.
const WARM: f64 = 4000.0;
/// Milliseconds that one timing should take.
const SPELL: f64 = 1000.0;
/// Steps after which memory is measured, at the smallest batch.
const LASTING: u32 = 2000;
/// Milliseconds that they may take.
const LAST: f64 = 60_000.0;
/// How far a loss may be from the fixture's, as a share of it.
const TOLERANCE: f64 = 1e-3;

/// What is measured, and where everything lies.
struct Plan {
    fixture: PathBuf,
    libraries: PathBuf,
    out: PathBuf,
    adapter: Adapter,
    short: bool,
    rounds: usize,
    batches: Vec<u32>,
    workloads: Vec<String>,
    engines: Vec<String>,
}

const WORKLOADS: [&str; 7] = ["softmax", "perceptron", "lenet", "lenet-colour", "vae", "gan", "dcgan"];
/// The same, the lightest first: the short form leaves an engine out from where it becomes slow.
const LIGHTEST: [&str; 7] = ["softmax", "perceptron", "vae", "gan", "lenet", "lenet-colour", "dcgan"];
/// Sizes of batches; the fixture knows the losses of the first.
const BATCHES: [&str; 2] = ["64", "256"];

impl Plan {
    /// From the program's arguments.
    fn read() -> Result<Self, String> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let after = |flag: &str| words.iter().position(|word| word == flag).and_then(|at| words.get(at + 1));
        let short = words.iter().any(|word| word == "--short");
        let list = |flag: &str, all: &[&str]| {
            let asked = after(flag).map(|names| names.split(',').map(str::to_owned).collect());
            asked.unwrap_or_else(|| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        let folder = |flag: &str| after(flag).map(PathBuf::from).ok_or(format!("{flag} wants a folder"));
        let number = |flag: &str, usual: usize| after(flag).map_or(Ok(usual), |word| word.parse());
        let adapter = match after("--adapter").map(String::as_str) {
            Some("none") => Adapter::None,
            Some("hardware") => Adapter::Hardware,
            _ => Adapter::Software,
        };
        let engines: Vec<_> = ["kiln-cpu", "kiln-threads", "kiln-gpu"].into_iter().chain(PEERS).collect();
        let mut engines = list("--engines", &engines);
        let mut batches = list("--batch", if short { &BATCHES[..1] } else { &BATCHES })
            .iter()
            .map(|word| word.parse().map_err(|error| format!("--batch {word}: {error}")))
            .collect::<Result<Vec<u32>, _>>()?;
        batches.sort_unstable();
        if adapter == Adapter::None {
            engines.retain(|name| !name.ends_with("gpu") && !name.ends_with("gl"));
        }
        // Only a release has them.
        if !dist().join("cpu_threads.js").exists() {
            engines.retain(|name| name != "kiln-threads");
        }
        Ok(Self {
            fixture: folder("--fixture")?,
            libraries: folder("--libraries")?,
            out: folder("--out")?,
            adapter,
            short,
            rounds: number("--rounds", if short { 0 } else { 5 }).map_err(|error| format!("--rounds: {error}"))?,
            batches,
            workloads: list("--workloads", if short { &LIGHTEST } else { &WORKLOADS }),
            engines,
        })
    }

    /// Longest step, in milliseconds, of a library that is measured any further.
    fn patience(&self) -> f64 {
        if self.short { HASTE } else { PATIENCE }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let plan = match Plan::read() {
        Ok(plan) => plan,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let results = measure(&plan).await;
    println!("\n{}", results.markdown());
    if let Err(message) = results.write(&plan.out) {
        eprintln!("{message}");
        return ExitCode::FAILURE;
    }
    let wrong = results.wrong();
    wrong.iter().for_each(|line| eprintln!("WRONG: {line}"));
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Opens a browser with a window for each engine, and measures all workloads in it.
async fn measure(plan: &Plan) -> Results {
    let folders = vec![
        ("peers/fixture/", plan.fixture.clone()),
        ("peers/node_modules/", plan.libraries.clone()),
        ("peers/", root().join("tests/bench")),
        (ALONE, dist()),
        ("", dist()),
    ];
    let page = Page { server: Server::isolated(folders).await, browser: Browser::start(plan.adapter).await };
    engines::count_workers(&page.server);
    engines::be_patient(&page).await;
    let mut engines = Vec::new();
    for name in &plan.engines {
        engines.push(Engine::open(&page, name).await);
    }
    let mut results = Results::new(About::of(&page).await, plan.engines.clone());
    for workload in &plan.workloads {
        let fixture = Fixture::read(&plan.fixture, workload);
        for batch in &plan.batches {
            let task = Task { page: &page, workload, batch: *batch, plan };
            let cells = task.measure(&mut engines, &fixture, &results.rows).await;
            let operations = engines.iter().find_map(|engine| engine.operations);
            results.rows.push(Row { workload: workload.clone(), batch: *batch, operations, cells });
            results.peaks = engines.iter().map(|engine| engine.peaks).collect();
            results.devices = engines.iter().map(|engine| engine.device.clone()).collect();
            // What is measured stays, also where the rest is broken off; the last writing says what hinders it.
            let _ = results.write(&plan.out);
        }
    }
    for engine in &engines {
        let bytes = transfer::bytes(engine, &page, plan).await;
        results.transfers.push(bytes);
    }
    page.browser.stop().await;
    results
}

/// A workload at one size of batch.
struct Task<'a> {
    page: &'a Page,
    workload: &'a str,
    batch: u32,
    plan: &'a Plan,
}

impl Task<'_> {
    /// All engines by turns; `before` is what was measured earlier.
    async fn measure(&self, engines: &mut [Engine], fixture: &Fixture, before: &[Row]) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (index, engine) in engines.iter_mut().enumerate() {
            let known = foregone(before, index, self.workload, self.plan.short).filter(|_| !engine.own());
            let cell = match known {
                Some(outcome) => Cell::of(outcome),
                None => self.prepare(engine, fixture).await,
            };
            println!("{:<14} {:>4} {:<12} {}", self.workload, self.batch, engine.name, cell.words());
            cells.push(cell);
        }
        if !self.plan.short {
            for (engine, cell) in engines.iter_mut().zip(&mut cells) {
                self.warm(engine, cell).await;
            }
        }
        for _ in 0..self.plan.rounds {
            for (engine, cell) in engines.iter_mut().zip(&mut cells) {
                self.time(engine, cell).await;
            }
        }
        for (engine, cell) in engines.iter_mut().zip(&mut cells) {
            self.count(engine, cell).await;
            self.weigh(engine, cell).await;
        }
        cells
    }

    /// The first steps of an engine: their losses against the fixture's, and how long they took.
    async fn prepare(&self, engine: &mut Engine, fixture: &Fixture) -> Cell {
        let (start, known) = (Instant::now(), self.batch == fixture.batch);
        let prepared = engine.prepare(self.page, self.workload, self.batch, self.plan.patience(), known).await;
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(message) => return Cell::of(Outcome::Failed(message)),
        };
        let outcome = match prepared.losses {
            None => Outcome::Slow,
            Some(losses) if known => fixture.judge(&losses, TOLERANCE),
            Some(_) => Outcome::Right(f64::NAN),
        };
        let spent = start.elapsed().as_secs_f64() * 1e3;
        Cell { first: prepared.first, guess: prepared.step, spent, ..Cell::of(outcome) }
    }

    /// Runs an engine until it is as fast as it will be, and guesses anew how long a step takes.
    async fn warm(&self, engine: &mut Engine, cell: &mut Cell) {
        if let Some(ms) = self.run(engine, cell, WARM, 2000.0).await {
            cell.guess = ms;
        }
    }

    async fn time(&self, engine: &mut Engine, cell: &mut Cell) {
        if cell.spent > SHARE && !cell.times.is_empty() {
            return;
        }
        let spell = if self.plan.short { 2.0 * cell.guess } else { SPELL };
        if let Some(ms) = self.run(engine, cell, spell, 1000.0).await {
            cell.times.push(ms);
        }
    }

    /// Milliseconds of a step, over about `spell` milliseconds and at most `most` steps; nothing where the engine is not
    /// measured or fails.
    async fn run(&self, engine: &mut Engine, cell: &mut Cell, spell: f64, most: f64) -> Option<f64> {
        if !cell.counts() {
            return None;
        }
        let (start, steps) = (Instant::now(), (spell / cell.guess).clamp(1.0, most) as u32);
        let found = engine.time(self.page, self.workload, self.batch, steps).await;
        cell.spent += start.elapsed().as_secs_f64() * 1e3;
        found.map_err(|message| cell.outcome = Outcome::Failed(message)).ok()
    }

    /// What a step asks of WebGPU: the difference between many steps and few, so that what comes but once does not count.
    async fn count(&self, engine: &mut Engine, cell: &mut Cell) {
        if !cell.counts() || self.plan.short || !engine.name.ends_with("gpu") {
            return;
        }
        let mut counts = Vec::new();
        for steps in [2, 4] {
            let before = engine.counted(self.page).await;
            if engine.time(self.page, self.workload, self.batch, steps).await.is_err() {
                return;
            }
            counts.push([before, engine.counted(self.page).await]);
        }
        let since = |[before, after]: &[Value; 2], name: &str| Some(after[name].as_f64()? - before[name].as_f64()?);
        let step = |name: &str| Some((since(&counts[1], name)? - since(&counts[0], name)?) / 2.0);
        (cell.dispatches, cell.invocations) = (step("dispatches"), step("invocations"));
        cell.pipelines = counts[1][1]["pipelines"].as_f64();
    }

    /// Memory after [`LASTING`] steps.
    async fn weigh(&self, engine: &mut Engine, cell: &mut Cell) {
        let step = cell.spread().map_or(f64::INFINITY, |[_, median, _]| median);
        let smallest = self.plan.batches.first() == Some(&self.batch);
        if cell.counts() && smallest && !self.plan.short && step * f64::from(LASTING) <= LAST {
            cell.memory = engine.memory(self.page, self.workload, self.batch, LASTING).await;
        }
    }
}
