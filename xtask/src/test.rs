//! `test`: everything that must hold, in the order in which it fails fastest.

use std::process::Command;

use crate::{
    bench, check,
    shell::{Outcome, about, cache, cargo, flag, only, root, run},
    site::{self, Plan},
    tools, wasm,
};

/// Sets up, checks, tests natively, builds the site, drives it in a real browser, and holds its losses against other libraries'.
pub fn command(words: &[&str]) -> Outcome {
    only(words, &["--no-gpu"], &["--profile"])?;
    let plan = Plan::read(words, true)?;
    wasm::fetch()?;
    let toolchain = wasm::toolchain()?;
    tools::page_tools()?;
    let browser = tools::browser()?;
    let axe = tools::axe()?;
    check::all(&toolchain, plan.gpu)?;
    run("testing the build script", &mut cargo(["test", "--locked", "--quiet", "--package=xtask"]))?;
    run(
        "testing natively (some models learn here: a few minutes)",
        &mut cargo(["test", "--locked", "--features=own,threads"]),
    )?;
    site::build(&toolchain, &plan)?;
    run("testing in Chromium", in_browser(&[], &plan, &browser)?.env("KILN_AXE", axe))?;
    bench::browse(&["--short"], plan.gpu, &browser)
}

/// `walk`: builds the site, and looks at every model with every data set in a real browser.
pub fn walk(words: &[&str]) -> Outcome {
    only(words, &[], &["--profile", "--models"])?;
    // Models are looked at on the processor.
    let plan = Plan::read(&[words, &["--no-gpu"]].concat(), true)?;
    wasm::fetch()?;
    let toolchain = wasm::toolchain()?;
    tools::page_tools()?;
    let browser = tools::browser()?;
    site::build(&toolchain, &plan)?;
    let mut walk = in_browser(&["--test=walk", "--", "--ignored", "--nocapture"], &plan, &browser)?;
    run("walking through every pair (half an hour)", walk.env("KILN_WALK", flag(words, "--models").unwrap_or_default()))
}

/// The tests that drive a browser over the site in `dist/`.
fn in_browser(words: &[&str], plan: &Plan, browser: &tools::Browser) -> Outcome<Command> {
    let pictures = cache().join("screenshots");
    std::fs::create_dir_all(&pictures).map_err(about(&pictures))?;
    println!("screenshots go to {}", pictures.display());
    let all = ["--", "--test-threads=1"];
    let words = if words.is_empty() { all.as_slice() } else { words };
    let mut tests = cargo([&["test", "--locked", "--package=browser"], words].concat());
    tests
        .env("KILN_DIST", root().join("dist"))
        .env("KILN_SHOTS", pictures)
        .env("KILN_GPU", if plan.gpu { "1" } else { "0" })
        .env("CHROME", &browser.chrome)
        .env("CHROMEDRIVER", &browser.driver);
    Ok(tests)
}
