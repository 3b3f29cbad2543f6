//! `test`: everything that must hold, in the order in which it fails fastest.

use crate::{
    bench, check,
    shell::{Outcome, cache, cargo, only, root, run},
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
    let pictures = cache().join("screenshots");
    std::fs::create_dir_all(&pictures).map_err(crate::shell::about(&pictures))?;
    println!("screenshots go to {}", pictures.display());
    run(
        "testing in Chromium",
        cargo(["test", "--locked", "--package=browser", "--", "--test-threads=1"])
            .env("KILN_DIST", root().join("dist"))
            .env("KILN_SHOTS", pictures)
            .env("KILN_AXE", axe)
            .env("KILN_GPU", if plan.gpu { "1" } else { "0" })
            .env("CHROME", &browser.chrome)
            .env("CHROMEDRIVER", &browser.driver),
    )?;
    bench::browse(&["--short"], plan.gpu, &browser)
}
