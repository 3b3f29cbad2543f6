//! `bench`: Kiln and other libraries by turns in one browser, or Kiln alone natively.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    binary::Effort,
    packed::{self, sha256},
    shell::{Outcome, about, cache, cargo, command as program, flag, fresh_folder, only, root, run},
    site::{self, Plan},
    tools::{self, Browser},
    wasm,
};

/// What npm is told in `tests/bench`.
const LISTS: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
/// Flags that the measuring program takes as they are, each with a word after it.
const VALUED: [&str; 6] = ["--adapter", "--rounds", "--batch", "--workloads", "--engines", "--out"];

/// `bench`.
pub fn command(words: &[&str]) -> Outcome {
    if let Some((&"--native", names)) = words.split_first() {
        return native(names);
    }
    only(words, &["--short", "--no-gpu"], &[VALUED.as_slice(), &["--profile"]].concat())?;
    let plan = Plan::read(words, Effort::Release)?;
    let toolchain = wasm::ready()?;
    let browser = tools::browser()?;
    site::build(&toolchain, &plan)?;
    browse(words, plan.gpu, &browser)
}

/// What the losses hang on that the short benchmark holds.
const HELD: [&str; 8] = [
    "src/kernels",
    "src/engine",
    "src/zoo",
    "src/data",
    "src/worker",
    "tests/bench",
    "tests/browser/src",
    "Cargo.lock",
];

/// Whether anything that the short benchmark holds has changed since it last passed.
pub fn due() -> Outcome<bool> {
    let due = fs::read_to_string(passed()).unwrap_or_default() != mark()?;
    if !due {
        println!("\n== the short benchmark passed with these sources: left out");
    }
    Ok(due)
}

/// Remembers with what it passed.
pub fn done() -> Outcome {
    fs::write(passed(), mark()?).map_err(about(&passed()))
}

fn passed() -> PathBuf {
    cache().join("bench/passed")
}

/// All hashes of what it holds, as one text.
fn mark() -> Outcome<String> {
    let mut text = String::new();
    for name in HELD {
        let path = root().join(name);
        for file in if path.is_dir() { packed::list(&path)? } else { vec![path] } {
            let name = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
            text += &format!("{} {name}\n", sha256(&file)?);
        }
    }
    Ok(text)
}

/// Kiln alone, on the processor.
fn native(names: &[&str]) -> Outcome {
    let own = ["run", "--locked", "--profile=quick", "--features=cpu"];
    let arguments = [own.as_slice(), &["--bin=kiln", "--", "bench"], names].concat();
    run("benchmarking natively (the first build takes a few minutes)", &mut cargo(arguments))
}

/// Measures in a browser; the site in `dist/` is built. Fails where an engine's losses are not the fixture's.
pub fn browse(words: &[&str], gpu: bool, browser: &Browser) -> Outcome {
    let libraries = libraries()?;
    // What a full run found is not written over by a short one.
    let report = if words.contains(&"--short") { "short" } else { "report" };
    let [fixture, report] = ["fixture", report].map(|name| cache().join("bench").join(name));
    // With the features of the tests, which have it built.
    run(
        "computing what every library must come to",
        cargo(["run", "--locked", "--features=own,threads", "--bin=kiln", "--", "fixture"]).arg(&fixture),
    )?;
    let out = flag(words, "--out").map_or(report, |folder| root().join(folder));
    println!("tables, numbers and a chart go to {}", out.display());
    let mut bench = cargo(["run", "--locked", "--package=browser", "--bin=bench", "--"]);
    bench.arg("--fixture").arg(&fixture).arg("--libraries").arg(&libraries).arg("--out").arg(&out);
    if words.contains(&"--short") {
        bench.arg("--short");
    }
    for name in VALUED.into_iter().filter(|name| *name != "--out") {
        bench.args(flag(words, name).map(|value| [name, value]).into_iter().flatten());
    }
    if !gpu {
        bench.args(["--adapter", "none"]);
    }
    bench.env("KILN_DIST", root().join("dist")).env("CHROME", &browser.chrome).env("CHROMEDRIVER", &browser.driver);
    run("measuring in Chromium", &mut bench)
}

/// The other libraries' folder, filled by npm where the lists have changed since.
fn libraries() -> Outcome<PathBuf> {
    let (lists, folder) = (root().join("tests/bench"), cache().join("bench/npm"));
    let modules = folder.join("node_modules");
    let same = |name: &&str| matches!((digest(&lists, name), digest(&folder, name)), (Ok(a), Ok(b)) if a == b);
    if modules.exists() && LISTS.iter().all(same) {
        return Ok(modules);
    }
    tools::npm()?;
    fresh_folder(&folder)?;
    for name in LISTS {
        fs::copy(lists.join(name), folder.join(name)).map_err(about(&lists.join(name)))?;
    }
    let installed = run("installing the libraries to compare with", program("npm").arg("ci").current_dir(&folder));
    installed.map(|()| modules)
}

fn digest(folder: &Path, name: &str) -> Outcome<String> {
    sha256(&folder.join(name))
}
