//! The papers: their lengths, their links, and the places that commands write their tables to.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Documents that are short so that they are read, and the lines that they may have.
const SHORT: [(&str, usize); 2] = [("README.md", 100), ("ARCHITECTURE.md", 150)];
/// Commands that write into a document.
const WRITERS: [&str; 3] = ["kiln reference", "kiln table", "kiln duel"];

#[test]
fn short_documents_stay_short() {
    for (name, most) in SHORT {
        let lines = read(Path::new(name)).unwrap().lines().count();
        assert!(lines <= most, "{name} has {lines} lines, {most} are enough: move what few need into docs/");
    }
}

#[test]
fn every_relative_link_leads_somewhere() {
    let dead: Vec<_> = documents().iter().flat_map(|name| dead(name, &read(name).unwrap())).collect();
    assert!(dead.is_empty(), "\n{}", dead.join("\n"));
}

#[test]
fn planted_dead_links_are_found() {
    let planted = [
        ("README.md", "[no such file](docs/NOWHERE.md)"),
        ("README.md", "![no such picture](assets/readme/nowhere.png)"),
        ("README.md", "[no such heading](CONTRIBUTING.md#rules-of-the-hut)"),
        ("docs/HOOKS.md", "[a file seen from the wrong folder](docs/LINKS.md)"),
        ("docs/HOOKS.md", "see [none here](#rules-of-the-house)"),
    ];
    for (name, line) in planted {
        assert_eq!(dead(Path::new(name), line).len(), 1, "nobody noticed `{line}` in {name}");
    }
    let fine = "[a file](CONTRIBUTING.md), [a heading](CONTRIBUTING.md#rules-of-the-house), [a page](https://burn.dev), \
        `[code](nowhere)`\n```\n[more code](nowhere)\n```\n[`code` as a title](docs/HOOKS.md)\n";
    assert_eq!(dead(Path::new("README.md"), fine), [""; 0]);
}

#[test]
fn every_command_that_writes_a_table_has_its_place() {
    let text = read(Path::new("docs/RESULTS.md")).unwrap();
    for command in WRITERS {
        let inside =
            text.split_once(&format!("\n<!-- {command} -->\n")).and_then(|(_, rest)| rest.split_once("\n<!-- "));
        let (table, end) = inside.unwrap_or_else(|| panic!("docs/RESULTS.md has no block of `{command}`"));
        assert!(end.starts_with("end -->\n") && table.trim().starts_with("| "), "`{command}`: {table}");
    }
}

/// All documents whose links are held, from the checkout's root.
fn documents() -> Vec<PathBuf> {
    let mut all = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(PathBuf::from).to_vec();
    let docs =
        fs::read_dir(root().join("docs")).unwrap().map(|entry| Path::new("docs").join(entry.unwrap().file_name()));
    all.extend(docs.filter(|path| path.extension().is_some_and(|kind| kind == "md")));
    all
}

/// The links of a document that lead to no file, or to no heading in it.
fn dead(document: &Path, text: &str) -> Vec<String> {
    let leads = |link: &String| {
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        let path = if file.is_empty() { document.to_owned() } else { document.with_file_name("").join(file) };
        let headed = || read(&path).is_ok_and(|text| text.lines().filter_map(anchor).any(|its| its == heading));
        root().join(&path).exists() && (heading.is_empty() || headed())
    };
    let dead = links(text).into_iter().filter(|link| !leads(link));
    dead.map(|link| format!("{}: `{link}` leads nowhere", document.display())).collect()
}

/// Targets of relative links, outside code.
fn links(text: &str) -> Vec<String> {
    let prose = text.split("```").step_by(2).collect::<String>();
    let prose = prose.split('`').step_by(2).collect::<String>();
    let targets =
        prose.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target.to_owned()));
    targets.filter(|target| !target.contains("://")).collect()
}

/// What a link calls a heading.
fn anchor(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').strip_prefix(' ')?.to_lowercase();
    let kept = title.chars().filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
    Some(kept.map(|sign| if sign == ' ' { '-' } else { sign }).collect())
}

fn read(document: &Path) -> std::io::Result<String> {
    fs::read_to_string(root().join(document))
}

fn root() -> PathBuf {
    kiln::checkout()
}
