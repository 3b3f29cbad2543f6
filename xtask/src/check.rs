//! `check`: format, lints for each of the builds, documentation, dependency walls.

use std::{fs, process::Command};

use crate::{
    shell::{self, Outcome, cargo, only, root, run, target},
    walls, wasm,
};

/// Runs every check; `--no-gpu` leaves out the GPU worker, whose dependencies take minutes.
pub fn command(words: &[&str]) -> Outcome {
    only(words, &["--no-gpu"], &[])?;
    let toolchain = wasm::ready()?;
    all(&toolchain, !words.contains(&"--no-gpu"))
}

/// The same for `test`, which has set up already.
pub fn all(toolchain: &wasm::Toolchain, gpu: bool) -> Outcome {
    run("checking the format", &mut cargo(["fmt", "--all", "--", "--check"]))?;
    run("checking the format of models and data sets", &mut rows()?)?;
    walls::check()?;
    native()?;
    // Of two sides the larger holds the smaller; each in the profile and folder of its build, whose procedural macros it shares.
    let sides = [
        ("own", "page", "wasm", ["ui", "own"].as_slice()),
        ("threads", "release", "wasm", &["cpu_worker"]),
        ("gpu", "small", "gpu", &["gpu_worker"]),
    ];
    for (feature, profile, folder, bins) in sides.into_iter().filter(|(feature, ..)| gpu || *feature != "gpu") {
        let mut words = vec!["clippy", "--locked", "--quiet", "--package=kiln", "--target", wasm::TARGET, "--lib"];
        words.extend(["--no-default-features", "--features", feature, "--profile", profile]);
        words.extend(bins.iter().flat_map(|bin| ["--bin", bin]));
        words.extend(["--", "-Dwarnings"]);
        let mut clippy = toolchain.cargo(words);
        run(&format!("linting {feature} for wasm"), clippy.env("CARGO_TARGET_DIR", target(folder)))?;
    }
    let mut doc =
        cargo(["doc", "--locked", "--quiet", "--no-deps", "--package=kiln", "--lib", "--features=own,threads"]);
    run("building the documentation", doc.env("RUSTDOCFLAGS", "-Dwarnings"))
}

/// Their modules are declared inside macros, where `cargo fmt` does not follow.
fn rows() -> Outcome<Command> {
    let mut rustfmt = shell::command("rustfmt");
    rustfmt.args(["--check", "--edition", "2024"]);
    for folder in ["src/zoo", "src/data"] {
        let entries = fs::read_dir(root().join(folder)).map_err(|error| format!("{folder}: {error}"))?;
        let paths = entries.flatten().map(|entry| entry.path());
        rustfmt.args(paths.filter(|path| path.extension().is_some_and(|kind| kind == "rs")));
    }
    Ok(rustfmt)
}

fn native() -> Outcome {
    let own = ["clippy", "--locked", "--quiet", "--package=kiln", "--features=own,threads"];
    let mut sources = own.to_vec();
    sources.extend(["--lib", "--bins", "--", "-Dwarnings"]);
    run("linting the native build", &mut cargo(sources))?;
    // Tests run natively, where reading the device at once is fine, and where a panic is how to fail.
    let mut tests = own.to_vec();
    tests.extend(["--tests", "--", "-Dwarnings", "-Aclippy::disallowed_methods", "-Aclippy::unwrap_used"]);
    run("linting the tests", &mut cargo(tests))?;
    let tools = ["clippy", "--locked", "--quiet", "--package=xtask", "--package=browser", "--all-targets"];
    let mut tools = tools.to_vec();
    tools.extend(["--", "-Dwarnings", "-Aclippy::disallowed_methods"]);
    run("linting the tools", &mut cargo(tools))
}
