//! What a measurement is asked for and what it says, as text: a table to read, and JSON to compute with.

use std::fmt::Write as _;

use super::ceiling::{Ceiling, SIDE};
use super::{Measured, Terms, Workload};

/// Samples in a batch, where nothing else is said.
const BATCH: usize = 64;
/// Timings of a workload, where nothing else is said.
const REPEATS: usize = 5;

/// What is to be measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Names of workloads; none stands for all.
    pub workloads: Vec<String>,
    /// How.
    pub terms: Terms,
}

impl Asked {
    /// Reads `workload=lenet&workload=vae&batch=64&count=20&repeats=5`, of which any part may be missing; `count` is the
    /// steps of one timing. Other words are none of its business.
    pub fn read(words: &str) -> Self {
        let mut asked = Self { workloads: Vec::new(), terms: Terms { batch: BATCH, steps: 0, repeats: REPEATS } };
        for (name, value) in words.split('&').filter_map(|pair| pair.split_once('=')) {
            let whole = value.parse::<usize>().ok();
            match name {
                "workload" => asked.workloads.push(value.to_owned()),
                "batch" => asked.terms.batch = whole.unwrap_or(BATCH).clamp(1, 1024),
                "count" => asked.terms.steps = whole.unwrap_or(0).min(100_000) as u64,
                "repeats" => asked.terms.repeats = whole.unwrap_or(REPEATS).clamp(1, 1000),
                _ => {}
            }
        }
        asked
    }

    /// Those of `workloads` that are asked for, or a name that none of them has.
    ///
    /// # Errors
    /// The unknown name.
    pub fn among(&self, workloads: &'static [Workload]) -> Result<Vec<&'static Workload>, String> {
        let known = |name: &String| workloads.iter().find(|its| its.name == name).ok_or_else(|| name.clone());
        if self.workloads.is_empty() {
            Ok(workloads.iter().collect())
        } else {
            self.workloads.iter().map(known).collect()
        }
    }
}

/// What has been measured of a device so far.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was asked for, as it was said.
    pub asked: String,
    /// The device's name.
    pub device: String,
    /// What it reaches at its best.
    pub ceiling: Ceiling,
    /// The workloads, in order.
    pub rows: Vec<Measured>,
}

impl Report {
    /// A table in Markdown, with what it is held against.
    pub fn table(&self) -> String {
        let Ceiling { product, bare } = self.ceiling;
        let mut text = format!("{}: a {SIDE} x {SIDE} product {:.2} GFLOP/s", self.device, product / 1e9);
        if let Some(bare) = bare {
            let _ = write!(text, ", a bare loop {:.2} GFLOP/s", bare / 1e9);
        }
        text += "\n\n| workload | batch | first step, ms | ms a step | 10 to 90 % | samples/s | GFLOP/s | % of the product |\n";
        text += "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
        for row in &self.rows {
            let Measured { name, batch, first, .. } = row;
            let [low, median, high] = [0.1, 0.5, 0.9].map(|share| row.time(share));
            let (samples, speed) = (*batch as f64 * 1e3 / median, row.speed());
            let share = 100.0 * speed / product;
            let _ = writeln!(
                text,
                "| {name} | {batch} | {first:.1} | {median:.3} | {low:.3} to {high:.3} | {samples:.0} | {:.2} | {share:.0} |",
                speed / 1e9
            );
        }
        text
    }

    /// All numbers, as JSON; times are in milliseconds, speeds in floating-point operations a second.
    pub fn json(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let Measured { name, batch, first, steps, times, operations, losses } = row;
            let losses = losses.iter().map(|(name, values)| format!("\"{name}\":{}", list(values)));
            let losses = losses.collect::<Vec<_>>().join(",");
            format!(
                "{{\"workload\":\"{name}\",\"batch\":{batch},\"first\":{},\"steps\":{steps},\"times\":{},\"operations\":{operations},\"losses\":{{{losses}}}}}",
                number(*first),
                list(times)
            )
        });
        let rows = rows.collect::<Vec<_>>().join(",\n");
        let product = number(self.ceiling.product);
        let bare = self.ceiling.bare.map_or("null".to_owned(), number);
        let [asked, device] = [&self.asked, &self.device].map(|text| text.replace(['"', '\\'], "'"));
        format!(
            "{{\"asked\":\"{asked}\",\"device\":\"{device}\",\"product\":{product},\"bare\":{bare},\"workloads\":[\n{rows}\n]}}"
        )
    }
}

/// A JSON array.
pub fn list<T: Copy + Into<f64> + std::fmt::Display>(numbers: &[T]) -> String {
    format!("[{}]", numbers.iter().map(|value| number(*value)).collect::<Vec<_>>().join(","))
}

/// JSON knows no number that is not finite.
fn number<T: Copy + Into<f64> + std::fmt::Display>(value: T) -> String {
    if value.into().is_finite() { value.to_string() } else { "null".to_owned() }
}
