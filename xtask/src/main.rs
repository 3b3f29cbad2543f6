//! `cargo xtask COMMAND`: sets up, builds, serves, checks, tests and packs Kiln, and nothing else does.

mod bench;
mod binary;
mod check;
mod fresh;
mod native;
mod nightly;
mod pack;
mod packed;
mod page;
mod serve;
mod shell;
mod site;
mod test;
mod times;
mod tools;
mod walls;
mod wasm;
mod words;

use std::process::ExitCode;

use shell::Outcome;

const HELP: &str = "\
cargo xtask COMMAND

  serve [--release] [--no-gpu] [--port N]   the page as soon as it can train on the processor, the GPU worker behind it;
                                            builds again on change
  build [--profile quick|release] [--no-gpu]
                                            the static site, into dist/, with .br and .gz beside each file; checks its sizes
  check [--no-gpu]                          format, lints, documentation, dependency walls
  test  [--profile quick|release] [--no-gpu]
                                            everything that must hold before a change lands: set-up, check, native tests,
                                            site, browser tests, short benchmark; ends with a table of seconds
  nightly                                   all of that in full length, and what takes too long for every day: the walk, the
                                            whole benchmark, the GPU's kernels on a software Vulkan, Firefox and WebKit
  walk  [--models A,B] [--profile quick|release]
                                            every model with every data set that it accepts, in Chromium: each must
                                            train and show something; keeps a picture of each (half an hour)
  bench [--short] [--no-gpu] [--profile quick|release] [--adapter software|hardware] [--rounds N] [--batch N,N]
        [--workloads A,B] [--engines A,B] [--out FOLDER]
                                            Kiln and other libraries by turns in one Chromium: tables, JSON, a chart;
                                            at batches 64 and 256; --short: 20 steps at batch 64 that fail on a wrong
                                            loss or a size over its budget, never on time (`test` ends with it)
  bench --native [WORKLOAD]...              Kiln alone, natively, beside what this processor reaches at its best
  pack NAME                                 download, verify and pack a data set into assets/data
  setup                                     install what is missing, and nothing else
  finish                                    what Trunk calls when it has built the site

The first run installs what is missing: the wasm target, and for `test` Chromium and npm. What was built is kept in
~/.cache/kiln ($KILN_CACHE or $XDG_CACHE_HOME/kiln where set), outside the checkout: a command that was interrupted goes
on where it stopped, and each stage says how long it took the last time.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Outcome {
    match words {
        ["serve", rest @ ..] => serve::command(rest),
        ["build", rest @ ..] => site::command(rest),
        ["check", rest @ ..] => check::command(rest),
        ["test", rest @ ..] => test::command(rest),
        ["nightly", rest @ ..] => nightly::command(rest),
        ["walk", rest @ ..] => nightly::walk(rest),
        ["bench", rest @ ..] => bench::command(rest),
        ["pack", name] => pack::command(name),
        ["finish", rest @ ..] => words::command(rest),
        ["setup"] => site::set_up(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("no such command: {}\n\n{HELP}", other.join(" "))),
    }
}
