//! `cargo xtask COMMAND`: sets up, builds, serves, checks, tests and packs Kiln, in plain std Rust.

mod bench;
mod check;
mod classes;
mod finish;
mod pack;
mod shell;
mod site;
mod test;
mod threads;
mod tools;
mod walls;
mod wasm;

use std::process::ExitCode;

use shell::Outcome;

const HELP: &str = "\
cargo xtask COMMAND

  serve [--release] [--no-gpu] [--port N]   build, serve and rebuild on change; prints the address
  build [--profile quick|release] [--no-gpu]
                                            the static site, into dist/; checks its sizes
  check [--no-gpu]                          format, lints, documentation, dependency walls
  test  [--profile quick|release] [--no-gpu]
                                            everything: set-up, check, native tests, site, browser tests
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

The first run installs what is missing (the wasm target, wasm-bindgen, trunk and wasm-opt; for `test`, Chromium)
and takes about 15 minutes on two cores; tools and build output are kept in ~/.cache/kiln
($KILN_CACHE or $XDG_CACHE_HOME/kiln where set), outside the checkout.";

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
        ["serve", rest @ ..] => site::serve(rest),
        ["build", rest @ ..] => site::build_command(rest),
        ["check", rest @ ..] => check::command(rest),
        ["test", rest @ ..] => test::command(rest),
        ["walk", rest @ ..] => test::walk(rest),
        ["bench", rest @ ..] => bench::command(rest),
        ["pack", name] => pack::command(name),
        ["finish", rest @ ..] => finish::command(rest),
        ["setup"] => wasm::toolchain()
            .and_then(|_| tools::page_tools())
            .and_then(|()| tools::wasm_opt())
            .and_then(|_| tools::browser())
            .map(|_| ()),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("no such command: {}\n\n{HELP}", other.join(" "))),
    }
}
