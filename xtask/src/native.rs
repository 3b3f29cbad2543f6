//! Runs the native tests of a package, one program after the other, and notes the seconds of each test.

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use crate::{
    shell::{Outcome, about, command, run, words},
    times,
};

/// Compiles the tests of `cargo`'s words (which name package, features and profile), and runs them.
///
/// They are run by themselves, since only then libtest may be asked for times: it wants the leave that makes cargo compile
/// everything anew.
pub fn test(what: &str, mut cargo: std::process::Command, folder: &Path) -> Outcome {
    cargo.args(["--no-run", "--message-format=json-render-diagnostics"]).stdout(Stdio::piped());
    let programs = compile(&format!("{what}: compiling"), &mut cargo)?;
    if programs.is_empty() {
        return Err(format!("{what}: `{}` made no test", words(&cargo)));
    }
    let mut failed = Vec::new();
    for program in programs {
        let name = name(&program);
        let mut tests = command(&program);
        tests.current_dir(folder).env("CARGO_MANIFEST_DIR", folder).env("RUSTC_BOOTSTRAP", "1");
        tests.args(["-Zunstable-options", "--report-time"]).stdout(Stdio::piped());
        let outcome = listen(&format!("{what}: {name}"), &mut tests);
        failed.extend(outcome.err());
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("; ")) }
}

/// `architecture-0f3a…` as cargo names a program: without the hash.
fn name(program: &Path) -> String {
    let stem = program.file_stem().unwrap_or_default().to_string_lossy();
    stem.rsplit_once('-').map_or_else(|| stem.to_string(), |(name, _)| name.to_owned())
}

fn compile(what: &str, cargo: &mut std::process::Command) -> Outcome<Vec<PathBuf>> {
    let mut programs = Vec::new();
    each_line(what, cargo, |line| programs.extend(program(line)))?;
    Ok(programs)
}

/// The test program that a line of cargo's messages tells of.
fn program(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let test = message["profile"]["test"].as_bool()?;
    test.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
}

/// Runs tests, passes on what they print, and keeps the seconds.
fn listen(what: &str, tests: &mut std::process::Command) -> Outcome {
    let path = times::tests_file();
    let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(about(&path))?;
    each_line(what, tests, |line| {
        println!("{line}");
        if let Some((name, seconds)) = timed(line) {
            // A table that lacks a line is no reason to stop.
            let _ = writeln!(file, "{name} {seconds}");
        }
    })
}

/// `test a::b ... ok <0.012s>`.
fn timed(line: &str) -> Option<(&str, f32)> {
    let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let seconds = rest.rsplit_once('<')?.1.strip_suffix("s>")?;
    Some((name.trim_end_matches(" - should panic"), seconds.parse().ok()?))
}

fn each_line(what: &str, command: &mut std::process::Command, mut line: impl FnMut(&str)) -> Outcome {
    use std::io::{BufRead as _, BufReader};
    crate::shell::watched(what, command, |child| {
        let output = child.stdout.take().ok_or("its output is not read")?;
        for text in BufReader::new(output).lines() {
            line(&text.map_err(|error| error.to_string())?);
        }
        Ok(())
    })
}

/// Runs `cargo test` of a package whose programs note their seconds themselves.
pub fn plain(what: &str, cargo: &mut std::process::Command) -> Outcome {
    run(what, cargo.env("KILN_TIMES", times::tests_file()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{name, program, timed};

    #[test]
    fn seconds_are_read_from_libtest() {
        assert_eq!(timed("test a::b ... ok <1.250s>"), Some(("a::b", 1.25)));
        assert_eq!(timed("test a - should panic ... ok <0.002s>"), Some(("a", 0.002)));
        assert_eq!(timed("test a ... ok"), None);
        assert_eq!(timed("test result: ok. 3 passed; finished in 0.01s"), None);
    }

    #[test]
    fn programs_are_read_from_cargo() {
        let line = r#"{"reason":"compiler-artifact","profile":{"test":true},"executable":"/x/zoo-12ab"}"#;
        assert_eq!(program(line).as_deref(), Some(Path::new("/x/zoo-12ab")));
        assert_eq!(program(&line.replace("true", "false")), None);
        assert_eq!(program("no json"), None);
        assert_eq!(name(Path::new("/x/zoo-12ab")), "zoo");
    }
}
