//! Milliseconds for a training step on this machine's processor, beside what the same engine reaches at its best.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use burn::tensor::Device;

use crate::engine::bench::ceiling::ceiling;
use crate::engine::bench::report::{Asked, Report};
use crate::engine::bench::{Workload, measure};
use crate::engine::recipe::Entry;
use crate::workloads::WORKLOADS;
use crate::zoo::zoo;

/// The workloads that `words` name, or all, at two sizes of batch; `count=N` and `repeats=N` are read as in the page's address,
/// and `clock=processor` counts what this process has of the processor.
pub fn all(words: &[&str]) -> Result<(), String> {
    let word = |word: &&str| if word.contains('=') { (*word).to_owned() } else { format!("workload={word}") };
    let words: Vec<String> = std::iter::once("repeats=11".to_owned()).chain(words.iter().map(word)).collect();
    let asked = Asked::read(&words.join("&"));
    let (device, entries) = (Device::default(), zoo());
    let now = clock(words.iter().any(|word| word == "clock=processor"));
    let mut report = Report {
        asked: String::new(),
        device: "CPU".to_owned(),
        ceiling: wait(ceiling(&device, true, &now)).map_err(|fault| format!("{fault:?}"))?,
        rows: Vec::new(),
    };
    let workloads = asked.among(&WORKLOADS).map_err(|name| format!("no workload `{name}`"))?;
    for (workload, batch) in workloads.into_iter().flat_map(|workload| [(workload, 64), (workload, 256)]) {
        let mut terms = asked.terms;
        terms.batch = batch;
        let measured = wait(measure(workload, entry(&entries, workload)?, terms, &device, &now));
        report.rows.push(measured.map_err(|fault| format!("{fault:?}"))?);
        eprintln!("{} at batch {batch}: measured", workload.name);
    }
    println!("{}", report.table());
    Ok(())
}

/// Milliseconds by the wall's clock, or of the processor's time that this process has had: on a machine that does nothing else
/// they are the same while there is one thread, and on others only the second means anything. Where there is no /proc it is
/// the wall's.
pub(super) fn clock(processor: bool) -> impl Fn() -> f64 {
    let start = Instant::now();
    move || had().filter(|_| processor).unwrap_or_else(|| start.elapsed().as_secs_f64() * 1e3)
}

/// Milliseconds that all threads have run, by the scheduler's own account, which it brings up to date every few.
fn had() -> Option<f64> {
    let mut sum = 0.0;
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let account = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        sum += account.split(' ').next()?.parse::<f64>().ok()? / 1e6;
    }
    Some(sum)
}

/// The model of a workload.
pub(super) fn entry<'a>(entries: &'a [Entry], workload: &Workload) -> Result<&'a Entry, String> {
    let entry = entries.iter().find(|entry| (entry.card)().name == workload.recipe);
    entry.ok_or_else(|| format!("no model `{}`", workload.recipe))
}

/// What comes of a future: the processor never keeps one waiting.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}
