//! `test`: everything that must hold, in the order in which it fails fastest.

use std::process::Command;

use crate::{
    bench,
    binary::Effort,
    check, native,
    shell::{Outcome, about, cache, cargo, only, root},
    site::{self, Plan},
    times, tools, wasm,
};

/// Sets up, checks, tests natively, builds the site, drives it in a real browser, and holds its losses against other libraries';
/// tells at its end what took how long.
pub fn command(words: &[&str]) -> Outcome {
    only(words, &["--no-gpu"], &["--profile"])?;
    let plan = Plan::read(words, Effort::Release)?;
    times::begin()?;
    let outcome = tools::browser().and_then(|browser| everything(&plan, &browser, false));
    times::report()?;
    outcome
}

/// The same; `full` lets browser tests run in their whole length, and leaves the benchmark to a whole one.
pub fn everything(plan: &Plan, browser: &tools::Browser, full: bool) -> Outcome {
    let toolchain = wasm::ready()?;
    let axe = tools::axe()?;
    check::all(&toolchain, plan.gpu)?;
    let root = root();
    native::test(
        "testing the build script",
        cargo(["test", "--locked", "--quiet", "--profile=tools", "--package=xtask"]),
        &root.join("xtask"),
    )?;
    native::test("testing natively", cargo(["test", "--locked", "--quiet", "--features=own,threads"]), &root)?;
    site::build(&toolchain, plan)?;
    let mut tests = if full { with_pictures(&[], plan, browser)? } else { in_browser(&[], plan, browser) };
    if full {
        tests.env("KILN_FULL", "1");
    }
    native::plain("testing in Chromium", tests.env("KILN_AXE", axe))?;
    if !full && bench::due()? {
        bench::browse(&["--short"], plan.gpu, browser)?;
        bench::done()?;
    }
    Ok(())
}

/// The tests that drive a browser over the site in `dist/`: two at a time, but for those that have the machine alone.
pub fn in_browser(words: &[&str], plan: &Plan, browser: &tools::Browser) -> Command {
    let own = ["test", "--locked", "--quiet", "--package=browser", "--test=all", "--", "--test-threads=2"];
    let mut tests = cargo([own.as_slice(), words].concat());
    tests
        .env("KILN_DIST", root().join("dist"))
        .env("KILN_GPU", if plan.gpu { "1" } else { "0" })
        .env("CHROME", &browser.chrome)
        .env("CHROMEDRIVER", &browser.driver);
    tests
}

/// The same with pictures, which nothing is asserted of: for eyes.
pub fn with_pictures(words: &[&str], plan: &Plan, browser: &tools::Browser) -> Outcome<Command> {
    let pictures = cache().join("screenshots");
    std::fs::create_dir_all(&pictures).map_err(about(&pictures))?;
    println!("screenshots go to {}", pictures.display());
    let mut tests = in_browser(words, plan, browser);
    tests.env("KILN_SHOTS", pictures);
    Ok(tests)
}
