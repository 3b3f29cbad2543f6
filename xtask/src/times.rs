//! How long each stage of a command took, and each test: a table at its end, beside the last run's.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Mutex};

use crate::shell::{Outcome, about, cache};

/// Stages of this run, in order, with their seconds.
static STAGES: Mutex<Vec<(String, f32)>> = Mutex::new(Vec::new());
/// Tests that are told one by one: the slowest.
const SLOWEST: usize = 20;

/// Remembers a stage.
pub fn stage(what: &str, seconds: f32) {
    if let Ok(mut stages) = STAGES.lock() {
        stages.push((what.to_owned(), seconds));
    }
}

/// How long a stage took when it was run last.
pub fn last(what: &str) -> Option<f32> {
    read(&fs::read_to_string(file("stages")).unwrap_or_default()).remove(what)
}

/// Where tests write their seconds, a line each: the name and a number.
pub fn tests_file() -> PathBuf {
    file("tests-now")
}

/// Forgets the tests of the run before.
pub fn begin() -> Outcome {
    let path = tests_file();
    fs::create_dir_all(cache().join("times")).map_err(about(&cache()))?;
    fs::write(&path, "").map_err(about(&path))
}

/// Prints what took how long, beside the last time, and keeps it for the next.
pub fn report() -> Outcome {
    let stages = STAGES.lock().map(|stages| stages.clone()).unwrap_or_default();
    let total: f32 = stages.iter().map(|(_, seconds)| seconds).sum();
    println!("\n{:>9} {:>9}  stage", "seconds", "last");
    table(&stages, "stages")?;
    println!("{total:>9.1} {:>9}  all of them, some at the same time", "");
    let mut tests: Vec<_> = read(&fs::read_to_string(tests_file()).unwrap_or_default()).into_iter().collect();
    tests.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    println!("\n{:>9} {:>9}  test, of {} the slowest", "seconds", "last", tests.len());
    table(&tests, "tests")
}

fn table(rows: &[(String, f32)], kept: &str) -> Outcome {
    let path = file(kept);
    let mut before = read(&fs::read_to_string(&path).unwrap_or_default());
    let shown = if kept == "tests" { SLOWEST } else { usize::MAX };
    for (name, seconds) in rows.iter().take(shown) {
        let last = before.get(name).map_or_else(String::new, |last| format!("{last:.1}"));
        println!("{seconds:>9.1} {last:>9}  {name}");
    }
    before.extend(rows.iter().cloned());
    let lines: String = before.iter().map(|(name, seconds)| format!("{name} {seconds}\n")).collect();
    fs::create_dir_all(cache().join("times")).map_err(about(&cache()))?;
    fs::write(&path, lines).map_err(about(&path))
}

fn file(name: &str) -> PathBuf {
    cache().join("times").join(name)
}

fn read(lines: &str) -> BTreeMap<String, f32> {
    let line = |line: &str| {
        let (name, seconds) = line.rsplit_once(' ')?;
        Some((name.to_owned(), seconds.parse().ok()?))
    };
    lines.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn names_may_have_spaces() {
        let read = read("building the site 12.5\nno number\na_test 3\n");
        assert_eq!(
            read.into_iter().collect::<Vec<_>>(),
            [("a_test".to_owned(), 3.0), ("building the site".to_owned(), 12.5)]
        );
    }
}
