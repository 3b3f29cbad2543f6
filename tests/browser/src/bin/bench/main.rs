//! Measures Kiln's workers and other libraries by turns in one headless Chromium, and writes what came out.

mod chart;
mod engines;
mod outcome;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use browser::{Adapter, Browser, Page, Server, dist, root};
use engines::{Engine, Fixture, PEERS};
use outcome::{Cell, Outcome};
use report::{About, Results};

/// A pair of engine and workload that takes longer for a step, in milliseconds, is measured once and then left out.
const PATIENCE: f64 = 3000.0;
/// Milliseconds that one timing should take.
const SPELL: f64 = 1000.0;
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
    batch: u32,
    workloads: Vec<String>,
    engines: Vec<String>,
}

const WORKLOADS: [&str; 7] = ["softmax", "perceptron", "lenet", "lenet-colour", "vae", "gan", "dcgan"];
/// Those of the short form: a product or two, and convolutions both ways.
const FEW: [&str; 2] = ["perceptron", "dcgan"];

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
        let engines: Vec<_> = ["kiln-cpu", "kiln-gpu"].into_iter().chain(PEERS).collect();
        let mut engines = list("--engines", &engines);
        if adapter == Adapter::None {
            engines.retain(|name| !name.ends_with("gpu") && !name.ends_with("gl"));
        }
        Ok(Self {
            fixture: folder("--fixture")?,
            libraries: folder("--libraries")?,
            out: folder("--out")?,
            adapter,
            short,
            rounds: number("--rounds", if short { 1 } else { 5 }).map_err(|error| format!("--rounds: {error}"))?,
            batch: number("--batch", 64).map_err(|error| format!("--batch: {error}"))? as u32,
            workloads: list("--workloads", if short { &FEW } else { &WORKLOADS }),
            engines,
        })
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
        ("", dist()),
    ];
    let page = Page { server: Server::isolated(folders).await, browser: Browser::start(plan.adapter).await };
    engines::count_worker(&page.server);
    engines::be_patient(&page).await;
    let mut engines = Vec::new();
    for name in &plan.engines {
        engines.push(Engine::open(&page, name).await);
    }
    let mut results = Results::new(About::of(&page).await, plan.engines.clone(), plan.batch);
    for workload in &plan.workloads {
        let fixture = Fixture::read(&plan.fixture, workload);
        let mut cells = Vec::new();
        for engine in &mut engines {
            let cell = prepare(&page, engine, workload, &fixture, plan).await;
            println!("{workload:<14} {:<12} {}", engine.name, cell.words());
            cells.push(cell);
        }
        for _ in 0..plan.rounds {
            for (engine, cell) in engines.iter_mut().zip(&mut cells) {
                time(&page, engine, workload, cell, plan).await;
            }
        }
        for (engine, cell) in engines.iter_mut().zip(&mut cells) {
            count(&page, engine, workload, cell, plan).await;
        }
        results.rows.push((workload.clone(), cells));
    }
    results.devices = engines.into_iter().map(|engine| engine.device).collect();
    page.browser.stop().await;
    results
}

/// The first steps of an engine on a workload: their losses against the fixture's, and how long they took.
async fn prepare(page: &Page, engine: &mut Engine, workload: &str, fixture: &Fixture, plan: &Plan) -> Cell {
    let prepared = match engine.prepare(page, workload, plan.batch, PATIENCE).await {
        Ok(prepared) => prepared,
        Err(message) => return Cell::of(Outcome::Failed(message)),
    };
    let outcome = match prepared.losses {
        None => Outcome::Slow,
        Some(losses) if plan.batch == fixture.batch => fixture.judge(&losses, TOLERANCE),
        Some(_) => Outcome::Right(f64::NAN),
    };
    Cell { first: prepared.first, guess: prepared.step, ..Cell::of(outcome) }
}

async fn time(page: &Page, engine: &mut Engine, workload: &str, cell: &mut Cell, plan: &Plan) {
    if !cell.counts() {
        return;
    }
    let steps = if plan.short { 2 } else { (SPELL / cell.guess).clamp(1.0, 300.0) as u32 };
    match engine.time(page, workload, plan.batch, steps).await {
        Ok(ms) => cell.times.push(ms),
        Err(message) => cell.outcome = Outcome::Failed(message),
    }
}

/// Dispatches of a step: the difference between many steps and few, so that what comes but once does not count.
async fn count(page: &Page, engine: &mut Engine, workload: &str, cell: &mut Cell, plan: &Plan) {
    if !cell.counts() || !engine.name.ends_with("gpu") {
        return;
    }
    let mut counts = Vec::new();
    for steps in [2, 4] {
        let before = engine.dispatches(page).await;
        if engine.time(page, workload, plan.batch, steps).await.is_err() {
            return;
        }
        counts.push(engine.dispatches(page).await.zip(before).map(|(after, before)| after - before));
    }
    if let [Some(few), Some(many)] = counts[..] {
        cell.dispatches = Some((many - few) / 2.0);
    }
}
