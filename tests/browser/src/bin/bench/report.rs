//! Tables in Markdown, numbers in JSON and a chart, of all that was measured.

use std::fmt::Write as _;
use std::path::Path;

use browser::Page;
use serde_json::{Value, json};

use crate::chart;
use crate::outcome::{Cell, Outcome};

/// Where and when.
pub struct About {
    browser: String,
    cores: usize,
    processor: String,
    date: String,
}

impl About {
    /// What the browser and the machine say of themselves.
    pub async fn of(page: &Page) -> Self {
        let version = page.devtools("Browser.getVersion", json!({})).await;
        let date = page.script("return new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC'", vec![]).await;
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            browser: version["product"].as_str().unwrap_or("an unknown browser").to_owned(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            processor: model.map_or_else(|| "an unknown processor".to_owned(), |(_, name)| name.to_owned()),
            date: date.as_str().unwrap_or_default().to_owned(),
        }
    }
}

/// What was measured of a workload at one size of batch.
pub struct Row {
    /// The workload's name.
    pub workload: String,
    /// Samples in a batch.
    pub batch: u32,
    /// Floating-point operations of a step, where Kiln was asked, which counts them.
    pub operations: Option<f64>,
    /// A cell for each engine.
    pub cells: Vec<Cell>,
}

/// What is known of another library without trying it on `workload`: what it cannot do at a smaller batch, and what takes
/// too long; in the short form on whichever workload it was too slow.
pub fn foregone(before: &[Row], engine: usize, workload: &str, short: bool) -> Option<Outcome> {
    let same = |row: &Row| row.workload == workload;
    before.iter().rev().filter(|row| short || same(row)).find_map(|row| match &row.cells[engine].outcome {
        Outcome::Slow => {
            let (workload, batch, ms) = (&row.workload, row.batch, row.cells[engine].guess);
            Some(Outcome::Left(format!("a step of {workload} at batch {batch} took {ms:.0} ms")))
        }
        Outcome::Left(why) => Some(Outcome::Left(why.clone())),
        Outcome::Failed(what) if same(row) => Some(Outcome::Failed(what.clone())),
        Outcome::Failed(_) | Outcome::Right(_) | Outcome::Wrong(_) => None,
    })
}

/// All that was measured.
pub struct Results {
    about: About,
    /// Names of engines.
    pub engines: Vec<String>,
    /// What each says that it runs on.
    pub devices: Vec<String>,
    /// Floating-point operations a second of each one's own large product and of a bare loop on one thread, where it tells.
    pub peaks: Vec<[Option<f64>; 2]>,
    /// Bytes, gzip'd, that each one is before it can train.
    pub transfers: Vec<u64>,
    /// In the order in which it was measured.
    pub rows: Vec<Row>,
}

impl Results {
    /// Nothing measured yet.
    pub fn new(about: About, engines: Vec<String>) -> Self {
        Self { about, engines, devices: Vec::new(), peaks: Vec::new(), transfers: Vec::new(), rows: Vec::new() }
    }

    /// What each of Kiln's workers is held against: others on the same kind of device; the one on threads, that on one.
    fn rivals(&self) -> Vec<(usize, usize)> {
        let graphic = |name: &str| name.ends_with("gpu") || name.ends_with("gl");
        let at = |name: &str| self.engines.iter().position(|engine| engine == name);
        let others = self.engines.iter().enumerate().filter(|(_, name)| !name.starts_with("kiln-"));
        let pairs =
            others.filter_map(|(index, name)| Some((at(if graphic(name) { "kiln-gpu" } else { "kiln-cpu" })?, index)));
        // What threads bring stands first, and then what they are against another's.
        let threads = at("kiln-threads")
            .into_iter()
            .flat_map(|own| ["kiln-cpu", "jax-wasm"].into_iter().filter_map(move |other| Some((own, at(other)?))));
        threads.chain(pairs).collect()
    }

    /// Every engine that computed something else than it should, or nothing.
    pub fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for Row { workload, batch, cells, .. } in &self.rows {
            for (engine, cell) in self.engines.iter().zip(cells) {
                let which = format!("{engine} on {workload} at batch {batch}");
                // What another library cannot do is no fault of ours.
                let ours = engine.starts_with("kiln-");
                match &cell.outcome {
                    Outcome::Wrong(what) => wrong.push(format!("{which}: {what}")),
                    Outcome::Failed(what) if ours => wrong.push(format!("{which}: {what}")),
                    Outcome::Failed(_) | Outcome::Left(_) | Outcome::Slow | Outcome::Right(_) => {}
                }
            }
        }
        wrong
    }

    /// Ratios first, then the times they come from.
    pub fn markdown(&self) -> String {
        let About { browser, cores, processor, date } = &self.about;
        let mut text = format!(
            "Milliseconds of a training step, in one {browser} on {cores} cores ({processor}), {date}; medians over rounds in \
             which all engines take turns; a ratio is the median of its rounds'.\n\n"
        );
        for ((name, device), peaks) in self.engines.iter().zip(&self.devices).zip(&self.peaks) {
            if !device.is_empty() {
                let _ = writeln!(text, "* {name}: {device}{}", most(*peaks));
            }
        }
        let rivals = self.rivals();
        let heads = rivals.iter().map(|(own, other)| format!("{} / {}", self.engines[*other], self.engines[*own]));
        text += "\n## How many times as long another library takes\n\n";
        self.table(&mut text, heads.collect(), |Row { cells, .. }| {
            let ratio = |(own, other): &(usize, usize)| cells[*other].over(&cells[*own]);
            rivals.iter().map(|pair| ratio(pair).map_or("-".into(), |ratio| format!("{ratio:.2}"))).collect()
        });
        text += "\n## Milliseconds a step: median (least to most)\n\n";
        self.table(&mut text, self.engines.clone(), |row| row.cells.iter().map(figure).collect());
        text += "\n## Samples a second\n\n";
        self.table(&mut text, self.engines.clone(), |row| {
            row.cells.iter().map(|cell| samples(row.batch, cell)).collect()
        });
        text += "\n## GFLOP/s (and their share of a large product's in the same worker)\n\n";
        self.table(&mut text, self.engines.clone(), |row| {
            row.cells.iter().zip(&self.peaks).map(|(cell, [peak, _])| speed(row.operations, cell, *peak)).collect()
        });
        text += "\n## Milliseconds until the first step was read, shaders included\n\n";
        self.table(&mut text, self.engines.clone(), |row| {
            row.cells
                .iter()
                .map(|cell| if cell.first.is_nan() { "-".into() } else { format!("{:.0}", cell.first) })
                .collect()
        });
        let whole = |number: f64| format!("{number:.0}");
        self.optional(&mut text, "Dispatches of a step", whole, |cell| cell.dispatches);
        self.optional(&mut text, "Thousands of invocations of a step", thousands, |cell| cell.invocations);
        self.optional(&mut text, "Pipelines, those of the workloads above included", whole, |cell| cell.pipelines);
        let memory = "Megabytes of memory after 2,000 further steps, where they take no more than a minute: linear memory and \
                      GPU buffers, else its own count";
        self.optional(&mut text, memory, |bytes| format!("{:.1}", bytes / 1e6), |cell| cell.memory);
        text += "\n## Kilobytes, gzip'd, before it can train\n\n";
        for (name, bytes) in self.engines.iter().zip(&self.transfers) {
            let _ = writeln!(text, "* {name}: {:.0}", *bytes as f64 / 1e3);
        }
        let left = self.left();
        if !left.is_empty() {
            let _ = write!(text, "\n## Left out\n\n{left}");
        }
        text
    }

    /// A table of what is known of some cells only, if of any.
    fn optional(
        &self,
        text: &mut String,
        title: &str,
        words: impl Fn(f64) -> String,
        of: impl Fn(&Cell) -> Option<f64>,
    ) {
        if self.rows.iter().flat_map(|row| &row.cells).any(|cell| of(cell).is_some()) {
            let _ = write!(text, "\n## {title}\n\n");
            let word = |cell: &Cell| of(cell).map_or("-".into(), &words);
            self.table(text, self.engines.clone(), |row| row.cells.iter().map(word).collect());
        }
    }

    /// A line for each engine that was not tried on a workload.
    fn left(&self) -> String {
        let mut text = String::new();
        for Row { workload, batch, cells, .. } in &self.rows {
            for (engine, cell) in self.engines.iter().zip(cells) {
                if let Outcome::Left(why) = &cell.outcome {
                    let _ = writeln!(text, "* {engine} on {workload} at batch {batch}: {why}");
                }
            }
        }
        text
    }

    fn table(&self, text: &mut String, heads: Vec<String>, words: impl Fn(&Row) -> Vec<String>) {
        let lines = " ---: |".repeat(heads.len());
        let _ = writeln!(text, "| workload | batch | {} |\n| --- | ---: |{lines}", heads.join(" | "));
        for row in &self.rows {
            let _ = writeln!(text, "| {} | {} | {} |", row.workload, row.batch, words(row).join(" | "));
        }
    }

    fn json(&self) -> Value {
        let About { browser, cores, processor, date } = &self.about;
        let cells = self.rows.iter().flat_map(|Row { workload, batch, operations, cells }| {
            self.engines.iter().zip(cells).map(move |(engine, cell)| {
                let (state, detail) = match &cell.outcome {
                    // A batch of which the fixture knows no losses.
                    Outcome::Right(off) => (if off.is_nan() { "unchecked" } else { "right" }, json!(off)),
                    Outcome::Wrong(what) => ("wrong", json!(what)),
                    Outcome::Slow => ("slow", json!(cell.guess)),
                    Outcome::Left(why) => ("left out", json!(why)),
                    Outcome::Failed(what) => ("failed", json!(what)),
                };
                json!({
                    "workload": workload, "batch": batch, "engine": engine, "outcome": state, "detail": detail,
                    "first": cell.first, "guess": cell.guess, "times": cell.times, "dispatches": cell.dispatches,
                    "invocations": cell.invocations, "pipelines": cell.pipelines, "memory": cell.memory, "operations": operations,
                })
            })
        });
        json!({
            "browser": browser, "cores": cores, "processor": processor, "date": date,
            "engines": self.engines.iter().zip(&self.devices).collect::<Vec<_>>(), "transfers": self.transfers,
            "peaks": self.peaks, "measured": cells.collect::<Vec<_>>(),
        })
    }

    /// Writes `bench.md`, `bench.json` and `bench.svg` into a folder.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let told = |error: std::io::Error| format!("{}: {error}", folder.display());
        std::fs::create_dir_all(folder).map_err(told)?;
        let bars = self.rows.iter().map(|Row { workload, batch, cells, .. }| {
            let times = cells.iter().map(|cell| cell.spread().map(|[_, median, _]| median));
            (format!("{workload}, batch {batch}"), self.engines.iter().cloned().zip(times).collect())
        });
        let files = [
            ("bench.md", self.markdown()),
            ("bench.json", format!("{:#}\n", self.json())),
            ("bench.svg", chart::svg(&bars.collect::<Vec<_>>())),
        ];
        files.into_iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text)).map_err(told)
    }
}

fn figure(cell: &Cell) -> String {
    match (&cell.outcome, cell.spread()) {
        (Outcome::Wrong(_), _) => "wrong".into(),
        (Outcome::Failed(_), _) => "does not run".into(),
        (Outcome::Left(_), _) => "left out".into(),
        (_, Some([_, median, _])) if cell.once() => format!("{median:.*}, once", if median < 100.0 { 2 } else { 0 }),
        (_, Some([least, median, most])) => format!("{median:.2} ({least:.2} to {most:.2})"),
        (_, None) => "-".into(),
    }
}

fn samples(batch: u32, cell: &Cell) -> String {
    cell.spread().map_or("-".into(), |[_, median, _]| format!("{:.0}", f64::from(batch) * 1e3 / median))
}

fn thousands(number: f64) -> String {
    format!("{:.0}", number / 1e3)
}

/// What an engine reaches at its best, as far as it tells.
fn most([product, bare]: [Option<f64>; 2]) -> String {
    let told = |what: &str, speed: Option<f64>| {
        speed.map_or_else(String::new, |speed| format!("; {what} {:.2} GFLOP/s", speed / 1e9))
    };
    told("a large product", product) + &told("a bare loop on one thread", bare)
}

/// A cell's GFLOP/s, with its share of `peak` where that is known.
fn speed(operations: Option<f64>, cell: &Cell, peak: Option<f64>) -> String {
    let Some((operations, [_, median, _])) = operations.zip(cell.spread()) else { return "-".into() };
    let speed = operations / median / 1e6;
    peak.map_or(format!("{speed:.2}"), |peak| format!("{speed:.2} ({:.0} %)", 1e11 * speed / peak))
}

#[cfg(test)]
mod tests {
    use super::{Cell, Outcome, Row, foregone, most, speed};

    fn row(workload: &str, outcome: Outcome) -> Row {
        let cell = Cell { guess: 4000.0, ..Cell::of(outcome) };
        Row { workload: workload.to_owned(), batch: 64, operations: None, cells: vec![cell] }
    }

    #[test]
    fn what_was_slow_is_left_out_of_the_larger_batch_and_of_the_rest_of_the_short_form() {
        let rows = [row("vae", Outcome::Right(0.0)), row("gan", Outcome::Slow)];
        let left = Some(Outcome::Left("a step of gan at batch 64 took 4000 ms".into()));
        assert_eq!(foregone(&rows, 0, "gan", false), left);
        assert_eq!(foregone(&rows, 0, "dcgan", false), None);
        assert_eq!(foregone(&rows, 0, "dcgan", true), left);
        assert_eq!(foregone(&rows[..1], 0, "vae", true), None);
    }

    #[test]
    fn what_cannot_run_is_not_tried_at_the_larger_batch_but_on_other_workloads() {
        let failed = Outcome::Failed("no gradient".into());
        let rows = [row("lenet", failed.clone())];
        assert_eq!(foregone(&rows, 0, "lenet", false), Some(failed));
        assert_eq!(foregone(&rows, 0, "dcgan", true), None);
    }

    #[test]
    fn a_speed_is_told_with_its_share() {
        assert_eq!(most([Some(2e10), None]), "; a large product 20.00 GFLOP/s");
        let cell = Cell { times: vec![2.0], ..Cell::of(Outcome::Right(0.0)) };
        assert_eq!(speed(Some(4e7), &cell, Some(4e10)), "20.00 (50 %)");
        assert_eq!(speed(Some(4e7), &cell, None), "20.00");
        assert_eq!(speed(None, &cell, None), "-");
    }

    #[test]
    fn a_step_measured_once_is_its_own_median() {
        let once = Cell { guess: 3.0, ..Cell::of(Outcome::Slow) };
        assert_eq!((once.once(), once.spread()), (true, Some([3.0; 3])));
        let often = Cell { guess: 3.0, times: vec![2.0, 1.0, 5.0], ..Cell::of(Outcome::Right(0.0)) };
        assert_eq!((often.once(), often.spread()), (false, Some([1.0, 2.0, 5.0])));
        let wrong = Cell { guess: 3.0, ..Cell::of(Outcome::Wrong("far off".into())) };
        assert_eq!((wrong.once(), wrong.spread()), (false, None));
    }

    /// The third round was slow for both: the medians alone would say 16 / 5.
    #[test]
    fn a_ratio_is_the_median_of_its_rounds() {
        let of = |times: &[f64]| Cell { guess: 6.0, times: times.to_vec(), ..Cell::of(Outcome::Right(0.0)) };
        let own = of(&[5.0, 4.0, 20.0]);
        assert_eq!(of(&[10.0, 16.0, 60.0]).over(&own), Some(3.0));
        assert_eq!(of(&[10.0, 16.0]).over(&own), Some(3.0), "half way between 2 and 4");
        assert_eq!(of(&[]).over(&own), Some(1.2), "measured once: by the median");
    }
}
