//! How a training step's time grows with the batch and with the width of a network, on this machine's processor.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use burn::tensor::Device;

use super::bench::{clock, entry, wait};
use super::plot::{Curve, Panel, svg};
use crate::engine::bench::ceiling::{Ceiling, SIDE, ceiling};
use crate::engine::bench::{Terms, Workload, measure};
use crate::protocol::Value;
use crate::workloads::WORKLOADS;
use crate::zoo::zoo;

/// Those whose batch grows.
const GROWING: [&str; 3] = ["perceptron", "lenet", "vae"];
const BATCHES: [usize; 6] = [16, 32, 64, 128, 256, 512];
/// Units of both hidden layers of the perceptron whose width grows, at a batch of [`BATCH`].
const WIDTHS: [usize; 7] = [16, 32, 64, 128, 256, 512, 1024];
const BATCH: usize = 64;
static WIDE: [[(&str, Value); 2]; WIDTHS.len()] =
    [wide(16), wide(32), wide(64), wide(128), wide(256), wide(512), wide(1024)];
/// Passes over all points, and timings of a point in each: what else the machine does comes and goes.
const ROUNDS: usize = 2;
const REPEATS: usize = 2;

const fn wide(width: i64) -> [(&'static str, Value); 2] {
    [("hidden-1", Value::Whole(width)), ("hidden-2", Value::Whole(width))]
}

/// A network of which one number grows.
struct Growth {
    name: String,
    /// Whether it is the width; else it is the batch.
    wide: bool,
    points: Vec<Point>,
}

/// One measured size of it.
struct Point {
    workload: Workload,
    batch: usize,
    /// The number that grows.
    size: usize,
    /// Milliseconds a step, the least of all timings.
    least: f64,
    /// Floating-point operations a step.
    operations: f64,
}

/// Measures, prints a table, and writes it as `PATH` with the extension `md` beside a drawing with `svg`.
pub fn all(words: &[&str]) -> Result<(), String> {
    let save = match words {
        [] => None,
        ["--save", path] => Some(PathBuf::from(path)),
        _ => return Err("after --scale stands nothing, or --save PATH".to_owned()),
    };
    let (device, now) = (Device::default(), clock(true));
    let mut curves = curves();
    let mut best = Ceiling::default();
    for round in 1..=ROUNDS {
        let found = wait(ceiling(&device, true, &now)).map_err(|fault| format!("{fault:?}"))?;
        best = Ceiling {
            product: best.product.max(found.product),
            bare: found.bare.map(|bare| bare.max(best.bare.unwrap_or(0.0))),
        };
        for point in curves.iter_mut().flat_map(|curve| &mut curve.points) {
            time(point, &device, &now)?;
        }
        eprintln!("round {round} of {ROUNDS}: measured");
    }
    let text = table(&curves, best);
    println!("{text}");
    save.map_or(Ok(()), |path| write(&path, &curves, &text))
}

/// Every curve with its name, nothing measured yet.
fn curves() -> Vec<Growth> {
    let point = |workload: &Workload, batch, size| Point {
        workload: workload.clone(),
        batch,
        size,
        least: f64::INFINITY,
        operations: 0.0,
    };
    let known = |name: &str| WORKLOADS.iter().find(|workload| workload.name == name);
    let mut curves: Vec<_> = GROWING
        .into_iter()
        .filter_map(known)
        .map(|workload| {
            let points = BATCHES.map(|batch| point(workload, batch, batch)).into();
            Growth { name: workload.name.to_owned(), wide: false, points }
        })
        .collect();
    if let Some(narrow) = known("perceptron") {
        let sizes = WIDTHS.iter().zip(&WIDE);
        let points = sizes.map(|(size, knobs)| point(&Workload { knobs, ..narrow.clone() }, BATCH, *size));
        curves.push(Growth { name: "784-width-width-10".to_owned(), wide: true, points: points.collect() });
    }
    curves
}

fn time(point: &mut Point, device: &Device, now: impl Fn() -> f64) -> Result<(), String> {
    let terms = Terms { batch: point.batch, steps: 0, repeats: REPEATS };
    let found = wait(measure(&point.workload, entry(&zoo(), &point.workload)?, terms, device, now));
    let found = found.map_err(|fault| format!("{fault:?}"))?;
    (point.least, point.operations) = (point.least.min(found.time(0.0)), found.operations);
    Ok(())
}

/// What was measured, and a straight line through each curve over batches.
fn table(curves: &[Growth], best: Ceiling) -> String {
    let bare = best.bare.unwrap_or_default() / 1e9;
    let mut text = format!(
        "Milliseconds of processor time for a training step on {}, {}, natively by `kiln bench --scale`: the least of {} timings in {ROUNDS} \
         passes. Beside it a {SIDE} x {SIDE} product reaches {:.2} GFLOP/s, a bare loop {bare:.2}.\n\n",
        machine(),
        today(),
        ROUNDS * REPEATS,
        best.product / 1e9
    );
    text += "| network | batch | width | ms a step | µs a sample | GFLOP/s | % of the product |\n";
    text += "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for Growth { name, wide, points } in curves {
        for Point { batch, size, least, operations, .. } in points {
            let width = if *wide { size.to_string() } else { "-".to_owned() };
            let (sample, speed) = (1e3 * least / *batch as f64, operations / least / 1e6);
            let share = 100.0 * speed * 1e9 / best.product;
            text += &format!("| {name} | {batch} | {width} | {least:.3} | {sample:.2} | {speed:.2} | {share:.0} |\n");
        }
    }
    text += "\nThe line `fixed + batch x each` that misses the times by the least share:\n\n";
    text += "| network | fixed, ms | each, µs | missed by at most, % |\n| --- | ---: | ---: | ---: |\n";
    for Growth { name, points, .. } in curves.iter().filter(|curve| !curve.wide) {
        let times: Vec<_> = points.iter().map(|point| (point.size as f64, point.least)).collect();
        let (fixed, each) = line(&times);
        let missed = times.iter().map(|(x, y)| ((fixed + each * x) / y - 1.0).abs()).fold(0.0, f64::max);
        text += &format!("| {name} | {fixed:.3} | {:.2} | {:.0} |\n", 1e3 * each, 100.0 * missed);
    }
    text
}

/// `a` and `b` of the line `a + b x` whose errors, as shares of `y`, have the least sum of squares.
fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let sum = |of: fn(f64) -> f64| points.iter().map(|(x, y)| of(*x) / (y * y)).sum::<f64>();
    let with = |of: fn(f64) -> f64| points.iter().map(|(x, y)| of(*x) / y).sum::<f64>();
    let [weight, mean, square] = [sum(|_| 1.0), sum(|x| x), sum(|x| x * x)];
    let [up, across] = [with(|_| 1.0), with(|x| x)];
    let whole = weight * square - mean * mean;
    ((up * square - across * mean) / whole, (across * weight - up * mean) / whole)
}

/// The table and the drawing.
fn write(path: &Path, curves: &[Growth], text: &str) -> Result<(), String> {
    let drawn = |Growth { name, points, .. }: &Growth| {
        // What the last point's speed would make of the others.
        let slow = points.last().map_or(0.0, |last| last.least / last.operations);
        let points = points.iter().map(|point| (point.size as f64, point.least, point.operations * slow));
        Curve { name: name.clone(), points: points.collect() }
    };
    let (widths, batches): (Vec<_>, Vec<_>) = curves.iter().partition(|curve| curve.wide);
    let panel = |title, across, curves: Vec<&Growth>| Panel {
        title,
        across,
        up: "milliseconds a step",
        curves: curves.into_iter().map(drawn).collect(),
    };
    let panels = [
        panel("Against the batch", "samples in a batch", batches),
        panel("Against the width, at batch 64", "units of each hidden layer", widths),
    ];
    let caption =
        format!("{}, {}. Dashed: in proportion to the operations, at the last point's speed.", machine(), today());
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    std::fs::write(path.with_extension("md"), text).map_err(told)?;
    std::fs::write(path.with_extension("svg"), svg(&panels, &caption)).map_err(told)
}

/// The processor's name and how many threads it runs at once.
fn machine() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{} ({cores} cores)", name.map_or("an unknown processor", |(_, name)| name))
}

/// The day in Greenwich as `2026-11-26`, by Fliegel & van Flandern, Communications of the ACM 11 (1968), 657.
fn today() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    date(days as i64)
}

fn date(days_since_1970: i64) -> String {
    let l = days_since_1970 + 2_440_588 + 68_569;
    let n = 4 * l / 146_097;
    let l = l - (146_097 * n + 3) / 4;
    let i = 4000 * (l + 1) / 1_461_001;
    let l = l - 1461 * i / 4 + 31;
    let j = 80 * l / 2447;
    let (day, l) = (l - 2447 * j / 80, j / 11);
    format!("{:04}-{:02}-{day:02}", 100 * (n - 49) + i + l, j + 2 - 12 * l)
}

#[cfg(test)]
mod tests {
    use super::{WIDE, WIDTHS, date, line};
    use crate::protocol::Value;

    #[test]
    fn a_line_is_found_again() {
        let (a, b) = line(&[16.0, 32.0, 64.0, 512.0].map(|x| (x, 0.25 + 0.5 * x)));
        assert!((a - 0.25).abs() < 1e-9 && (b - 0.5).abs() < 1e-12, "{a} {b}");
    }

    #[test]
    fn days_have_their_dates() {
        assert_eq!([0, 59, 11_016, 20_783].map(date), ["1970-01-01", "1970-03-01", "2000-02-29", "2026-11-26"]);
    }

    #[test]
    fn every_width_is_the_one_it_is_called() {
        for (width, knobs) in WIDTHS.iter().zip(&WIDE) {
            assert!(knobs.iter().all(|(_, value)| *value == Value::Whole(*width as i64)), "{width}");
        }
    }
}
