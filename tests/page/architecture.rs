//! Who may import whom: the small walls of the house, held against the source text.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// What the files of one module may name.
struct Rule {
    module: &'static str,
    /// Modules of this crate, besides its own.
    modules: &'static [&'static str],
    /// Crates from outside, in groups.
    crates: &'static [&'static [&'static str]],
    /// Words that must not occur in its code at all.
    never: &'static [&'static str],
}

/// What a module needs to speak with the browser itself.
const BROWSER: &[&str] = &["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures"];

const RULES: [Rule; 13] = [
    Rule { module: "protocol", modules: &[], crates: &[&["serde", "postcard"]], never: &[] },
    Rule { module: "link", modules: &["protocol"], crates: &[BROWSER, &["postcard"]], never: &[] },
    Rule {
        module: "data",
        modules: &["protocol"],
        crates: &[&["rand", "rand_chacha", "rand_distr", "sha2"]],
        never: &["Tensor"],
    },
    // The only one that may name a backend: it has operations of its own on both.
    Rule { module: "kernels", modules: &[], crates: &[&["burn", "burn_cubecl", "rayon"]], never: &["await", "async"] },
    Rule {
        module: "engine",
        modules: &["protocol", "data", "kernels"],
        crates: &[&["burn", "rand", "rand_chacha", "rand_distr", "safetensors", "serde", "sha2", "flate2"]],
        never: &["wgpu", "Wgpu", "flex", "Flex", "Instant", "SystemTime"],
    },
    Rule {
        module: "zoo",
        modules: &["engine", "protocol"],
        crates: &[&["burn", "rand", "rand_distr"]],
        never: &["await", "async"],
    },
    Rule { module: "workloads", modules: &["engine", "protocol"], crates: &[], never: &["await", "async"] },
    Rule { module: "paint", modules: &["protocol"], crates: &[&["gif", "plotters"]], never: &[] },
    Rule {
        module: "ui",
        modules: &["protocol", "link", "paint"],
        crates: &[BROWSER, &["leptos", "gloo", "plotters", "plotters_canvas"]],
        never: &["Tensor"],
    },
    Rule {
        module: "own",
        modules: &["protocol", "ui"],
        crates: &[BROWSER, &["csv", "flate2", "leptos", "zip"]],
        never: &["Tensor"],
    },
    Rule {
        module: "worker",
        modules: &["engine", "zoo", "workloads", "data", "protocol", "link"],
        crates: &[BROWSER, &["burn", "rayon"]],
        never: &["leptos"],
    },
    Rule {
        module: "native",
        modules: &["engine", "zoo", "workloads", "data", "protocol"],
        crates: &[&["burn", "flate2", "pulldown_latex", "rand_chacha", "safetensors", "sha2"]],
        never: &["leptos"],
    },
    Rule {
        module: "bin",
        modules: &["ui", "own", "worker", "native", "zoo", "data", "engine", "protocol"],
        crates: &[&["kiln", "leptos", "wasm_bindgen", "wasm_bindgen_futures"]],
        never: &[],
    },
];

/// Every crate that a path can begin with; a name that is none of these is a local one.
static CRATES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the checkout's manifest");
    crates_of(&manifest)
});

const MODULES: [&str; 12] =
    ["protocol", "link", "data", "kernels", "engine", "zoo", "workloads", "paint", "ui", "own", "worker", "native"];

/// Lines that a file may have; only those before its own tests count. "About 300", said once.
fn longest(module: &str) -> usize {
    match module {
        "zoo" => 250,
        "bin" => 70,
        _ => 360,
    }
}

#[test]
fn every_file_keeps_to_its_side_of_the_walls() {
    let mut breaches = Vec::new();
    for file in sources() {
        let text = fs::read_to_string(root().join(&file)).expect("a file that was just listed");
        breaches.extend(breaches_of(&file, &text));
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn every_module_has_a_rule() {
    for file in sources() {
        let module = module_of(&file);
        assert!(module == "lib" || RULES.iter().any(|rule| rule.module == module), "no rule for {}", file.display());
    }
}

#[test]
fn planted_breaches_are_found() {
    let opening = "//! Says what it is for.\n";
    let planted = [
        ("src/ui/panel/knobs.rs", "use burn::tensor::Tensor;"),
        ("src/ui/desk.rs", "use crate::engine::host;"),
        ("src/ui/desk.rs", "use crate::{link::Link, zoo};"),
        ("src/engine/session.rs", "use crate::zoo::lenet;"),
        ("src/engine/session.rs", "fn f() { web_sys::console::log_0(); }"),
        ("src/engine/session.rs", "use burn::backend::Wgpu;"),
        ("src/engine/layers.rs", "use burn_cubecl::CubeBackend;"),
        ("src/zoo/lenet.rs", "use crate::kernels::conv;"),
        ("src/engine/host.rs", "use super::super::ui::desk;"),
        ("src/zoo/lenet.rs", "use super::softmax::Model;"),
        ("src/zoo/lenet.rs", "use crate::zoo::softmax::Model;"),
        ("src/zoo/lenet.rs", "fn f() { read().await; }"),
        ("src/paint/curves.rs", "use leptos::prelude::*;"),
        ("src/data/mnist.rs", "use burn::prelude::*;"),
        ("src/protocol/body.rs", "use crate::data::Samples;"),
        ("src/link.rs", "use crate::ui::desk;"),
        ("src/ui/desk.rs", "use crate::own::table;"),
        ("src/ui/desk.rs", "use csv::Reader;"),
    ];
    for (file, line) in planted {
        let found = breaches_of(Path::new(file), &format!("{opening}{line}\n"));
        assert!(!found.is_empty(), "{file} may not say `{line}`, and nobody noticed");
    }
    let long = format!("{opening}{}", "fn f() {}\n".repeat(400));
    assert!(!breaches_of(Path::new("src/zoo/lenet.rs"), &long).is_empty(), "a file of 401 lines passed");
    assert!(!breaches_of(Path::new("src/zoo/lenet.rs"), "fn f() {}\n").is_empty(), "a file without an opening passed");
}

#[test]
fn the_crates_are_those_of_the_manifest() {
    let manifest = "[package]\nname = \"x\"\n\n[target.'cfg(unix)'.dependencies]\n# Why.\nweb-sys = { features = [\n    \"Blob\",\n] }\n\
        [profile.dev]\ndebug = 0\n";
    assert_eq!(crates_of(manifest).into_iter().collect::<Vec<_>>(), ["kiln", "web_sys"]);
    let named: BTreeSet<&str> = RULES.iter().flat_map(|rule| rule.crates.concat()).collect();
    let unknown: Vec<_> = named.into_iter().filter(|name| !CRATES.contains(*name)).collect();
    assert!(unknown.is_empty(), "the rules allow what the manifest does not have: {unknown:?}");
}

#[test]
fn what_is_allowed_passes() {
    let fine = [
        ("src/ui/desk.rs", "use crate::{link::Link, protocol::{Card, text}};\n// burn:: is only spoken of here\n"),
        ("src/ui/words.rs", "const ADVICE: &str = \"use burn::tensor\";\n"),
        (
            "src/zoo/lenet.rs",
            "use crate::{choices, engine::layers, knobs};\n#[cfg(test)]\nmod tests { use super::*; }\n",
        ),
        ("src/engine/session.rs", "use super::recipe::Batch;\nuse crate::data::DataSet;\n"),
    ];
    for (file, text) in fine {
        let found = breaches_of(Path::new(file), &format!("//! Says what it is for.\n{text}"));
        assert!(found.is_empty(), "{found:?}");
    }
}

/// Everything that is wrong with a file of this path and text.
fn breaches_of(file: &Path, text: &str) -> Vec<String> {
    let module = module_of(file);
    let mut wrong = Vec::new();
    let opening: String = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    if !opening.trim().ends_with('.') {
        wrong.push("it opens with no sentence that says what it is for".to_owned());
    }
    let lines = text.lines().position(|line| line.starts_with("#[cfg(test)]")).unwrap_or(text.lines().count());
    if lines > longest(&module) {
        wrong.push(format!("it has {lines} lines, {} are enough", longest(&module)));
    }
    if let Some(rule) = RULES.iter().find(|rule| rule.module == module) {
        wrong.extend(imports(file, rule, &code_of(text)));
    }
    wrong.into_iter().map(|what| format!("{}: {what}", file.display())).collect()
}

/// This crate, and all that a manifest's tables of dependencies name, as Rust names them.
fn crates_of(manifest: &str) -> BTreeSet<String> {
    let mut crates = BTreeSet::from(["kiln".to_owned()]);
    let mut listed = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            listed = line.trim_end().ends_with("dependencies]");
        } else if listed && let Some((name, _)) = line.split_once('=').filter(|(name, _)| is_name(name)) {
            crates.insert(name.trim().replace('-', "_"));
        }
    }
    crates
}

fn imports(file: &Path, rule: &Rule, code: &str) -> Vec<String> {
    let words = words_of(code);
    let mut wrong = BTreeSet::new();
    for word in rule.never.iter().filter(|word| words.contains(&(**word).to_owned())) {
        wrong.insert(format!("`{word}` has no business in {}", rule.module));
    }
    for path in paths_of(&words) {
        let Some(path) = absolute(file, &path) else { continue };
        match path.first().map(String::as_str) {
            Some("crate") => {
                let Some(module) = path.get(1).filter(|name| MODULES.contains(&name.as_str())) else { continue };
                let sibling =
                    rule.module == "zoo" && module == "zoo" && path.get(2).is_some_and(|name| is_model(file, name));
                if sibling || (module != rule.module && !rule.modules.contains(&module.as_str())) {
                    wrong.insert(format!("{} may not import {}", rule.module, path[1..].join("::")));
                }
            }
            Some(name) if CRATES.contains(name) && !rule.crates.concat().contains(&name) => {
                wrong.insert(format!("{} may not import the crate {name}", rule.module));
            }
            _ => {}
        }
    }
    wrong.into_iter().collect()
}

/// Another file of the zoo, seen from one of its models (`mod.rs` lists them all).
fn is_model(file: &Path, name: &str) -> bool {
    let own = file.file_stem().unwrap_or_default().to_string_lossy();
    own != "mod" && own != name && name.chars().all(|c| c.is_lowercase() || c == '_')
}

/// A path from the crate's root; `None` where it begins with a local name.
fn absolute(file: &Path, path: &[String]) -> Option<Vec<String>> {
    let first = path.first()?.as_str();
    if first != "super" {
        return Some(path.to_vec());
    }
    let inner = file.strip_prefix("src").ok()?.with_extension("");
    let mut own: Vec<String> = inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if own.last().is_some_and(|name| name == "mod") {
        own.pop();
    }
    let supers = path.iter().take_while(|word| *word == "super").count();
    own.truncate(own.len().saturating_sub(supers));
    let whole = std::iter::once("crate".to_owned()).chain(own).chain(path[supers..].iter().cloned());
    Some(whole.collect())
}

/// Every path with at least one `::`, with the braces of `use` multiplied out.
fn paths_of(words: &[String]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let starts = is_name(&words[at]) && words.get(at + 1).is_some_and(|next| next == "::");
        let continues = at > 0 && words[at - 1] == "::";
        if starts && !continues {
            at = read_path(words, at, &[], &mut paths);
        } else {
            at += 1;
        }
    }
    paths
}

/// Reads one path, or tree of paths, from `at`; gives the place after it.
fn read_path(words: &[String], mut at: usize, before: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    while let Some(word) = words.get(at) {
        if is_name(word) {
            path.push(word.clone());
            at += 1;
            if words.get(at).is_none_or(|next| next != "::") {
                break;
            }
            at += 1;
        } else if word == "{" && at > 0 && words[at - 1] == "::" {
            at += 1;
            while words.get(at).is_some_and(|next| next != "}") {
                let next = read_path(words, at, &path, paths);
                at = if next == at { at + 1 } else { next };
            }
            return at + 1;
        } else {
            break;
        }
    }
    if path.len() > before.len() {
        paths.push(path);
    }
    at
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::` and single marks, in order.
fn words_of(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if is_name(rest) {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            words.push(rest[..length].to_owned());
        }
        rest = &rest[length..];
    }
    words
}

/// The text without comments and without what stands in string literals.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(raw) = raw_string(rest) {
            raw
        } else if let Some(inside) = rest.strip_prefix('"') {
            1 + string_end(inside)
        } else {
            0
        };
        if skip > 0 {
            code.push(' ');
            rest = &rest[skip..];
            continue;
        }
        // A quotation mark as a character is no string.
        let plain = if rest.starts_with("'\"'") { 3 } else { rest.chars().next().map_or(1, char::len_utf8) };
        code.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    code
}

fn raw_string(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('r')?;
    let marks = inside.len() - inside.trim_start_matches('#').len();
    let body = inside[marks..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(marks));
    body.find(&close).map(|end| 1 + marks + 1 + end + close.len())
}

fn string_end(inside: &str) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    inside.len()
}

/// The first folder under `src`, or the file's own name there.
fn module_of(file: &Path) -> String {
    let inner = file.strip_prefix("src").unwrap_or(file);
    let first = inner.iter().next().unwrap_or_default().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn root() -> PathBuf {
    kiln::checkout()
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("the checkout's source").flatten() {
            let path = folder.join(entry.file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 20, "only {} files found: the test looks in the wrong place", files.len());
    files
}
