//! `nightly` and `walk`: what takes too long for every day.

use std::path::Path;

use crate::{
    bench,
    binary::Effort,
    shell::{Outcome, cargo, flag, only, run},
    site::{self, Plan},
    test::{everything, with_pictures},
    times,
    tools::{self, Browser},
    wasm::{self, apt_install},
};

/// A software Vulkan, in packages and in the file that names it to the loader.
const VULKAN: ([&str; 2], &str) =
    (["mesa-vulkan-drivers", "libvulkan1"], "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json");
/// The other two engines that readers have, and a screen for them.
const ENGINES: [&str; 4] = ["firefox-esr", "webkit2gtk-driver", "xvfb", "xauth"];

/// `nightly`: each stage is tried, whatever became of those before it.
pub fn command(words: &[&str]) -> Outcome {
    only(words, &[], &[])?;
    let plan = Plan { effort: Effort::Release, gpu: true };
    times::begin()?;
    let browser = tools::browser()?;
    everything(&plan, &browser, true)?;
    let stages: [(&str, &dyn Fn() -> Outcome); 4] = [
        ("other engines", &|| engines(&plan, &browser)),
        ("the GPU's kernels", &gpu_kernels),
        ("the walk", &|| look_at_every_pair(&plan, &browser, "")),
        ("the benchmark", &|| bench::browse(&[], plan.gpu, &browser)),
    ];
    let mut failed = Vec::new();
    for (what, stage) in stages {
        if let Err(error) = stage() {
            println!("\n{what}: {error}");
            failed.push(what);
        }
    }
    times::report()?;
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// Opens, trains and reads in Firefox and in WebKit.
fn engines(plan: &Plan, browser: &Browser) -> Outcome {
    apt_install("installing Firefox, WebKit's driver and a screen without a screen", &ENGINES)?;
    let mut tests = with_pictures(&["engines::", "--ignored", "--nocapture"], plan, browser)?;
    tests.env("GECKODRIVER", tools::geckodriver()?);
    run("testing in Firefox and in WebKit", &mut tests)
}

/// Holds the GPU's own kernels, and steps of every model, against the processor.
fn gpu_kernels() -> Outcome {
    let (packages, driver) = VULKAN;
    if !Path::new(driver).exists() {
        apt_install("installing a Vulkan that runs on the processor", &packages)?;
    }
    let mut tests = cargo(["test", "--locked", "--features=cpu,gpu", "--test=gpu_kernels"]);
    run("testing the GPU's kernels (its backend takes long to compile)", tests.env("VK_ICD_FILENAMES", driver))
}

/// `walk`: builds the site, and looks at every model with every data set in a real browser.
pub fn walk(words: &[&str]) -> Outcome {
    only(words, &[], &["--profile", "--models"])?;
    // Models are looked at on the processor.
    let plan = Plan::read(&[words, &["--no-gpu"]].concat(), Effort::Release)?;
    let toolchain = wasm::ready()?;
    let browser = tools::browser()?;
    site::build(&toolchain, &plan)?;
    look_at_every_pair(&plan, &browser, flag(words, "--models").unwrap_or_default())
}

fn look_at_every_pair(plan: &Plan, browser: &Browser, models: &str) -> Outcome {
    let mut walk = with_pictures(&["walk::", "--ignored", "--nocapture"], plan, browser)?;
    run("walking through every pair (half an hour)", walk.env("KILN_WALK", models))
}
