//! `build` and `serve`: the static site by Trunk, then a look at what came out: inline scripts, sizes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    shell::{Outcome, about, command, flag, only, root, run},
    threads, tools,
    wasm::{self, Toolchain},
};

/// Bytes, gzip'd, that a part of the release build may take: name, limit, and which files it is.
type Budget = (&'static str, u64, fn(&str) -> bool);

const BUDGETS: [Budget; 6] = [
    ("the page until it is usable", 400_000, is_page),
    ("what brings data of one's own", 400_000, |name| name.starts_with("own")),
    ("the CPU worker", 1_500_000, |name| name.starts_with("cpu_worker")),
    ("the CPU worker on threads", 1_500_000, |name| name.starts_with("cpu_threads")),
    ("the GPU worker", 3_500_000, |name| name.starts_with("gpu_worker")),
    ("the first chunk of data", 350_000, |name| name == "assets/data/mnist/train-00.bin.gz"),
];

fn is_page(name: &str) -> bool {
    name == "index.html" || name == "start.js" || name.starts_with("ui") || name.starts_with("style")
}

/// What to build.
pub struct Plan {
    /// Optimised across crates and small; otherwise fast to build.
    pub release: bool,
    /// With the GPU worker, which takes minutes and 5 GB of memory to link.
    pub gpu: bool,
}

impl Plan {
    /// From a command's flags.
    pub fn read(words: &[&str], default_release: bool) -> Outcome<Self> {
        let release = match flag(words, "--profile") {
            Some("release") => true,
            Some("quick") => false,
            Some(other) => return Err(format!("--profile is quick or release, not {other}")),
            None => default_release || words.contains(&"--release"),
        };
        Ok(Self { release, gpu: !words.contains(&"--no-gpu") })
    }

    fn trunk(&self, toolchain: &Toolchain, verb: &str) -> Outcome<Command> {
        let mut trunk = command("trunk");
        toolchain.apply(trunk.arg(verb).arg(self.page()?));
        if self.release {
            trunk.arg("--release");
        }
        // Trunk takes only `true` and `false` here, not the usual `1`.
        trunk.env_remove("NO_COLOR");
        Ok(trunk)
    }

    /// The page that Trunk reads: our own, or a copy beside it without the GPU worker.
    fn page(&self) -> Outcome<PathBuf> {
        let page = root().join("www/index.html");
        if self.gpu {
            return Ok(page);
        }
        let text = fs::read_to_string(&page).map_err(about(&page))?;
        let copy = root().join("www/without-gpu.html");
        let kept = text.lines().filter(|line| !line.contains("data-bin=\"gpu_worker\""));
        fs::write(&copy, kept.collect::<Vec<_>>().join("\n")).map_err(about(&copy))?;
        Ok(copy)
    }
}

/// `build`.
pub fn build_command(words: &[&str]) -> Outcome {
    only(words, &["--no-gpu"], &["--profile"])?;
    let plan = Plan::read(words, true)?;
    let toolchain = set_up()?;
    build(&toolchain, &plan)
}

fn set_up() -> Outcome<Toolchain> {
    wasm::fetch()?;
    let toolchain = wasm::toolchain()?;
    tools::page_tools()?;
    Ok(toolchain)
}

/// Builds `dist/` and looks at it.
pub fn build(toolchain: &Toolchain, plan: &Plan) -> Outcome {
    if plan.release {
        tools::wasm_opt()?;
    }
    let minutes = match (plan.release, plan.gpu) {
        (true, true) => "about 15 minutes cold, on two cores",
        (true, false) => "about 6 minutes cold, on two cores",
        (false, _) => "a few minutes cold",
    };
    run(&format!("building the site ({minutes})"), &mut plan.trunk(toolchain, "build")?)?;
    let dist = root().join("dist");
    if plan.release {
        threads::build(toolchain, &dist)?;
    }
    let page = dist.join("index.html");
    let inline = inline_code(&fs::read_to_string(&page).map_err(about(&page))?);
    if !inline.is_empty() {
        return Err(format!("the page's content security policy refuses this: {}", inline.join("; ")));
    }
    report_sizes(&dist, plan)
}

/// `serve`: Trunk builds, serves and rebuilds on change.
pub fn serve(words: &[&str]) -> Outcome {
    only(words, &["--no-gpu", "--release"], &["--port"])?;
    let plan = Plan::read(words, false)?;
    let toolchain = set_up()?;
    let port = flag(words, "--port").unwrap_or("8080");
    println!("Kiln will stand at http://127.0.0.1:{port}/ once the build says `success`; Ctrl-C ends it.");
    println!("A change is rebuilt at once: reload the page by hand.");
    run("building and serving", plan.trunk(&toolchain, "serve")?.args(["--port", port]))
}

/// Everything in a page that a policy without 'unsafe-inline' refuses.
fn inline_code(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut policy = false;
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let lower = tag.to_ascii_lowercase();
        let name = lower.split_whitespace().next().unwrap_or_default();
        let handler = lower.split_whitespace().any(|word| word.starts_with("on") && word.contains('='));
        let refused =
            name == "style" || lower.contains(" style=") || handler || (name == "script" && !lower.contains(" src="));
        if refused {
            found.push(format!("<{tag}>"));
        }
        policy |= name == "meta" && lower.contains("content-security-policy") && !lower.contains("unsafe-inline");
    }
    if !policy {
        found.push("no strict policy at all".to_owned());
    }
    found
}

fn report_sizes(dist: &Path, plan: &Plan) -> Outcome {
    let mut files = Vec::new();
    list(dist, dist, &mut files)?;
    files.sort();
    println!("\n{:>10} {:>10}  file", "raw", "gzip");
    let mut sums = [0; BUDGETS.len()];
    for name in &files {
        let path = dist.join(name);
        let raw = fs::metadata(&path).map_err(about(&path))?.len();
        let packed = if name.ends_with(".gz") { raw } else { gzip_size(&path)? };
        println!("{raw:>10} {packed:>10}  {name}");
        for (sum, (_, _, belongs)) in sums.iter_mut().zip(BUDGETS) {
            *sum += if belongs(name) { packed } else { 0 };
        }
    }
    println!();
    let mut over = Vec::new();
    for (sum, (what, limit, _)) in sums.into_iter().zip(BUDGETS) {
        println!("{what}: {sum} of {limit} bytes");
        if sum > limit {
            over.push(format!("{what} takes {sum} bytes gzip'd, {limit} are allowed"));
        }
    }
    if plan.release && !over.is_empty() { Err(over.join("; ")) } else { Ok(()) }
}

fn list(base: &Path, folder: &Path, files: &mut Vec<String>) -> Outcome {
    for entry in fs::read_dir(folder).map_err(about(folder))?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(base, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(base) {
            files.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

fn gzip_size(path: &Path) -> Outcome<u64> {
    let output = command("gzip").arg("-9nc").arg(path).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("gzip: {error}"))?;
    if output.status.success() {
        Ok(output.stdout.len() as u64)
    } else {
        Err(format!("gzip failed on {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::{inline_code, is_page};

    const POLICY: &str = r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'">"#;

    #[test]
    fn a_clean_page_passes() {
        let page = format!(r#"{POLICY}<script type="module" src="./start.js"></script><p class="x">once="1"</p>"#);
        assert!(inline_code(&page).is_empty(), "{:?}", inline_code(&page));
    }

    #[test]
    fn planted_inline_code_is_found() {
        for planted in ["<script>go()</script>", "<style>p{}</style>", "<p style=\"x\">", "<p onclick=\"go()\">"] {
            assert_eq!(inline_code(&format!("{POLICY}{planted}")).len(), 1, "{planted}");
        }
        assert_eq!(inline_code("<p></p>"), ["no strict policy at all"]);
    }

    #[test]
    fn the_page_is_what_is_loaded_before_it_is_usable() {
        assert!(["index.html", "start.js", "ui-1f_bg.wasm", "style-2e.css"].iter().all(|name| is_page(name)));
        assert!(!is_page("own.css") && !is_page("cpu_worker.js") && !is_page("assets/data/mnist/train-00.bin.gz"));
    }
}
