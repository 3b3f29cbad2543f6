//! `build`: the static site, put together from what `www/index.html` asks for; then a look at what came out.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
};

use crate::{
    binary::Effort,
    packed,
    page::{Binary, Page, Part, Script},
    shell::{Outcome, about, cache, flag, fresh_folder, only, root},
    tools, wasm,
    wasm::Toolchain,
    words,
};

/// Bytes, gzip'd, that a part of the release build may take: name, limit, and which files it is.
type Budget = (&'static str, u64, fn(&str) -> bool);

const BUDGETS: [Budget; 6] = [
    ("the page until it is usable", 420_000, is_page),
    ("what brings data of one's own", 300_000, |name| name.starts_with("own")),
    ("the CPU worker", 1_600_000, |name| name.starts_with("cpu_worker")),
    ("the CPU worker on threads", 1_600_000, |name| name.starts_with("cpu_threads")),
    ("the GPU worker", 3_900_000, |name| name.starts_with("gpu_worker")),
    ("the first chunk of data", 350_000, |name| name == "assets/data/mnist/train-00.bin.gz"),
];

fn is_page(name: &str) -> bool {
    name == "index.html" || name == "start.js" || name.starts_with("ui") || name.starts_with("style")
}

/// Why a site has no GPU worker, as the page is told by `data-gpu` of its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It was left out.
    Absent,
    /// It is still being compiled.
    Building,
}

/// What to build.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How well.
    pub effort: Effort,
    /// With the GPU worker, which takes minutes and 5 GB of memory to link.
    pub gpu: bool,
}

impl Plan {
    /// From a command's flags.
    pub fn read(words: &[&str], default: Effort) -> Outcome<Self> {
        let effort = match flag(words, "--profile") {
            Some("release") => Effort::Release,
            Some("quick") => Effort::Everyday,
            Some(other) => return Err(format!("--profile is quick or release, not {other}")),
            None if words.contains(&"--release") => Effort::Release,
            None => default,
        };
        Ok(Self { effort, gpu: !words.contains(&"--no-gpu") })
    }

    /// The binaries that a page asks for; a release has a CPU worker on threads besides.
    fn binaries(&self, page: &Page) -> Vec<Binary> {
        let mut all: Vec<_> = page.binaries().filter(|it| self.gpu || it.feature != "gpu").cloned().collect();
        if self.effort == Effort::Release {
            all.push(Binary::on_threads());
        }
        all
    }
}

/// `build`.
pub fn command(words: &[&str]) -> Outcome {
    only(words, &["--no-gpu"], &["--profile"])?;
    let plan = Plan::read(words, Effort::Release)?;
    let toolchain = wasm::ready()?;
    build(&toolchain, &plan)?;
    packed::beside(&root().join("dist"))
}

/// Reads what the site is made of.
pub fn page() -> Outcome<Page> {
    let at = Path::new("www");
    let path = root().join(at).join("index.html");
    Page::read(&fs::read_to_string(&path).map_err(about(&path))?, at)
}

/// Builds `dist/` and looks at it.
pub fn build(toolchain: &Toolchain, plan: &Plan) -> Outcome {
    build_telling(toolchain, plan, (!plan.gpu).then_some(Missing::Absent))
}

/// The same, with what the page is to say of its GPU worker.
pub fn build_telling(toolchain: &Toolchain, plan: &Plan, missing: Option<Missing>) -> Outcome {
    let page = page()?;
    let binaries = plan.binaries(&page);
    compile(&binaries, plan.effort, toolchain)?;
    assemble(&page, &binaries, plan.effort, missing)?;
    // What everyday work makes is larger, and nobody's measure.
    if plan.effort == Effort::Release { report_sizes(&root().join("dist")) } else { Ok(()) }
}

/// Compiles binaries on two lanes, as the last step of each is done by one core: the GPU worker, and all others. They have
/// folders of their own.
pub fn compile(binaries: &[Binary], effort: Effort, toolchain: &Toolchain) -> Outcome {
    let (gpu, others): (Vec<_>, Vec<_>) = binaries.iter().partition(|binary| binary.feature == "gpu");
    let lane = |binaries: Vec<&Binary>| {
        binaries.into_iter().try_for_each(|binary| binary.build(effort, toolchain, &bound(binary, effort)))
    };
    if gpu.is_empty() || !roomy() {
        return lane(others).and_then(|()| lane(gpu));
    }
    thread::scope(|scope| {
        let beside = scope.spawn(|| lane(gpu));
        let here = lane(others);
        beside.join().map_err(|_| "the GPU worker's lane broke off".to_owned())?.and(here)
    })
}

/// Whether memory holds two links at a time: the GPU worker's takes 5 GB.
fn roomy() -> bool {
    let told = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.is_none_or(|kilobytes| kilobytes > 10_000_000)
}

/// Where a binary lies with its script until the site is put together.
fn bound(binary: &Binary, effort: Effort) -> PathBuf {
    cache().join("bound").join(format!("{effort:?}").to_lowercase()).join(binary.title())
}

/// Puts the site together beside `dist/`, and then in its place.
pub fn assemble(page: &Page, binaries: &[Binary], effort: Effort, missing: Option<Missing>) -> Outcome {
    let (dist, next) = (root().join("dist"), root().join("dist.next"));
    fresh_folder(&next)?;
    let settings = Settings::read()?;
    let mut text = page.text.clone();
    for part in &page.parts {
        match part {
            Part::Copy { from, to } => copy(&root().join(from), &next.join(to))?,
            Part::Style(from) => {
                let name = named(&root().join(from), &next, from)?;
                let link = format!("<link rel=\"stylesheet\" href=\"{}{name}\">\n", settings.base);
                text = text.replace(Page::STYLE, &link);
            }
            Part::Binary(_) => {}
        }
    }
    for binary in binaries {
        let folder = bound(binary, effort);
        if binary.script == Script::Main {
            text = text.replace(Page::MAIN, &settings.start(&hashed(&folder, binary.title(), &next)?));
        } else {
            copy(&folder, &next)?;
        }
    }
    if let Some(missing) = missing {
        text = text.replacen("<html", &format!("<html data-gpu=\"{}\"", format!("{missing:?}").to_lowercase()), 1);
    }
    let inline = inline_code(&text);
    if !inline.is_empty() {
        return Err(format!("the page's content security policy refuses this: {}", inline.join("; ")));
    }
    fs::write(next.join("index.html"), text).map_err(about(&next))?;
    words::write(&next)?;
    if dist.exists() {
        fs::remove_dir_all(&dist).map_err(about(&dist))?;
    }
    fs::rename(&next, &dist).map_err(about(&dist))
}

/// What `Trunk.toml` says of the page's own script.
struct Settings {
    base: String,
    script: String,
    preload: String,
}

impl Settings {
    fn read() -> Outcome<Self> {
        let path = root().join("Trunk.toml");
        let text = fs::read_to_string(&path).map_err(about(&path))?;
        let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
        let word = |key: &str| {
            let found = table.get("build").and_then(|build| build.get(key)).and_then(|value| value.as_str());
            found.map(str::to_owned).ok_or_else(|| format!("{}: no build.{key}", path.display()))
        };
        Ok(Self { base: word("public_url")?, script: word("pattern_script")?, preload: word("pattern_preload")? })
    }

    /// What starts the binary of this name.
    fn start(&self, name: &str) -> String {
        let fill = |pattern: &str| {
            let pattern = pattern.replace("{base}", &self.base).replace("{js}", &format!("{name}.js"));
            pattern.replace("{wasm}", &format!("{name}_bg.wasm"))
        };
        format!("{}\n{}\n", fill(&self.preload), fill(&self.script))
    }
}

/// Copies a file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Outcome {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(about(to))?;
        for entry in fs::read_dir(from).map_err(about(from))?.flatten() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(about(folder))?;
    }
    fs::copy(from, to).map(drop).map_err(about(from))
}

/// Copies a file into the site under a name with a hash of what is in it; gives that name.
fn named(from: &Path, site: &Path, path: &Path) -> Outcome<String> {
    let (stem, end) = (path.file_stem(), path.extension());
    let [stem, end] = [stem, end].map(|part| part.unwrap_or_default().to_string_lossy().into_owned());
    let name = format!("{stem}-{}.{end}", &packed::sha256(from)?[..16]);
    copy(from, &site.join(&name)).map(|()| name)
}

/// Copies a binary and its script under one name with a hash of both; gives the name.
fn hashed(folder: &Path, title: &str, site: &Path) -> Outcome<String> {
    let ends = ["_bg.wasm", ".js"];
    let hashes: Vec<_> =
        ends.iter().map(|end| packed::sha256(&folder.join(format!("{title}{end}")))).collect::<Outcome<_>>()?;
    let name = format!("{title}-{}{}", &hashes[0][..8], &hashes[1][..8]);
    for end in ends {
        copy(&folder.join(format!("{title}{end}")), &site.join(format!("{name}{end}")))?;
    }
    Ok(name)
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

/// Prints every file's size and every part's beside its budget; fails where one is over it.
fn report_sizes(dist: &Path) -> Outcome {
    let files = packed::sizes(dist)?;
    println!("\n{:>10} {:>10}  file", "raw", "gzip");
    for (name, (raw, packed)) in &files {
        println!("{raw:>10} {packed:>10}  {name}");
    }
    println!();
    let over = over_budget(&files);
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// Sizes by name: as they are, and gzip'd.
pub type Sizes = BTreeMap<String, (u64, u64)>;

fn over_budget(files: &Sizes) -> Vec<String> {
    let mut over = Vec::new();
    for (what, limit, belongs) in BUDGETS {
        let sum: u64 = files.iter().filter(|(name, _)| belongs(name)).map(|(_, (_, packed))| packed).sum();
        let free = limit as i64 - sum as i64;
        let tight = if free * 10 < limit as i64 { ", less than a tenth" } else { "" };
        println!("{what}: {sum} of {limit} bytes, {free} free{tight}");
        if free < 0 {
            over.push(format!("{what} takes {sum} bytes gzip'd, {limit} are allowed"));
        }
    }
    over
}

/// Installs what building and testing need, and nothing else.
pub fn set_up() -> Outcome {
    wasm::ready()?;
    tools::browser().map(drop)
}

#[cfg(test)]
mod tests {
    use super::{Settings, inline_code, is_page, over_budget};

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

    #[test]
    fn a_part_over_its_budget_is_told_with_its_sizes() {
        let files = |bytes| [("gpu_worker.js", (9, 1)), ("gpu_worker_bg.wasm", (9, bytes))];
        let sizes = |bytes| files(bytes).map(|(name, size)| (name.to_owned(), size)).into_iter().collect();
        assert!(over_budget(&sizes(3_899_999)).is_empty());
        assert_eq!(over_budget(&sizes(3_900_000)), ["the GPU worker takes 3900001 bytes gzip'd, 3900000 are allowed"]);
    }

    #[test]
    fn the_start_is_what_trunk_would_write() {
        let start = Settings::read().expect("Trunk.toml").start("ui-12");
        assert!(start.contains("src=\"./start.js\" data-js=\"./ui-12.js\" data-wasm=\"./ui-12_bg.wasm\""), "{start}");
        assert!(start.contains("<link rel=\"modulepreload\" href=\"./ui-12.js\">"), "{start}");
    }
}
