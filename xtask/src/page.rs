//! What the site is made of, as `www/index.html` says it to Trunk and to us: files to copy, a style, and binaries.

use std::path::{Component, Path, PathBuf};

use crate::shell::Outcome;

/// One `<link data-trunk …>`.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A file or a folder, copied to this place in the site.
    Copy {
        /// Where it lies, from the checkout's root.
        from: PathBuf,
        /// Where it goes, from the site's.
        to: PathBuf,
    },
    /// A style sheet: copied, and named by what is in it.
    Style(PathBuf),
    /// A binary.
    Binary(Binary),
}

/// A binary of the package, compiled to WebAssembly and bound to a script.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Binary {
    /// Its name in `Cargo.toml`.
    pub name: String,
    /// Its one feature.
    pub feature: String,
    /// The profile of a release.
    pub release: String,
    /// The profile of everyday work.
    pub everyday: String,
    /// How its script is loaded.
    pub script: Script,
}

/// How a binary's script is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Script {
    /// As a module that the page starts with; named by what is in it.
    Main,
    /// As a module that keeps its name.
    Module,
    /// As a classic script, for a worker's `importScripts`.
    Classic,
    /// The same, with a loader beside it that starts it.
    Loader,
}

/// A page without its Trunk links, and what they asked for, in order.
#[derive(Debug, PartialEq)]
pub struct Page {
    /// The document; where a link stood that the page itself needs, [`Page::MAIN`] or [`Page::STYLE`] stands.
    pub text: String,
    /// What the site is made of.
    pub parts: Vec<Part>,
}

impl Page {
    /// Stands where the page's style is linked.
    pub const STYLE: &str = "<!--style-->";
    /// Stands where the page's binary is started.
    pub const MAIN: &str = "<!--main-->";

    /// The binaries that it asks for.
    pub fn binaries(&self) -> impl Iterator<Item = &Binary> {
        self.parts.iter().filter_map(|part| match part {
            Part::Binary(binary) => Some(binary),
            _ => None,
        })
    }

    /// Reads a document that lies in the folder `at`, from the checkout's root: one link a line.
    ///
    /// # Errors
    /// Where a link asks for something that only Trunk knows.
    pub fn read(document: &str, at: &Path) -> Outcome<Self> {
        let (mut text, mut parts) = (String::new(), Vec::new());
        for line in document.lines() {
            let Some(link) = line.trim().strip_prefix("<link data-trunk ") else {
                text.push_str(line);
                text.push('\n');
                continue;
            };
            let part = part(&attributes(link), at).map_err(|error| format!("{error}, in {}", line.trim()))?;
            text.push_str(match &part {
                Part::Style(_) => Self::STYLE,
                Part::Binary(Binary { script: Script::Main, .. }) => Self::MAIN,
                _ => "",
            });
            parts.push(part);
        }
        Ok(Self { text, parts })
    }
}

type Attributes<'a> = Vec<(&'a str, &'a str)>;

/// Names and values; what has no value has an empty one.
fn attributes(link: &str) -> Attributes<'_> {
    let mut rest = link.trim_end_matches('>').trim_end_matches('/').trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"").and_then(|value| value.split_once('"')) {
            Some((value, after)) => (value, after),
            None => ("", after),
        };
        found.push((name, value));
        rest = after.trim_start();
    }
    found
}

fn part(link: &Attributes<'_>, at: &Path) -> Outcome<Part> {
    let value = |name: &str| link.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    let wanted = |name: &str| value(name).ok_or_else(|| format!("no {name}"));
    let from = clean(&at.join(wanted("href")?));
    let base = PathBuf::from(from.file_name().ok_or("no file's name")?);
    Ok(match wanted("rel")? {
        "copy-file" => {
            Part::Copy { from, to: value("data-target-path").map_or_else(PathBuf::new, PathBuf::from).join(base) }
        }
        "copy-dir" => Part::Copy { from, to: value("data-target-path").map_or(base, PathBuf::from) },
        "css" => Part::Style(from),
        "rust" => Part::Binary(Binary {
            name: wanted("data-bin")?.to_owned(),
            feature: wanted("data-cargo-features")?.to_owned(),
            release: wanted("data-cargo-profile-release")?.to_owned(),
            everyday: wanted("data-cargo-profile-dev")?.to_owned(),
            script: match (value("data-type"), value("data-bindgen-target"), value("data-loader-shim")) {
                (Some("main"), _, _) => Script::Main,
                (Some("worker"), Some("web"), None) => Script::Module,
                (Some("worker"), None, None) => Script::Classic,
                (Some("worker"), None, Some(_)) => Script::Loader,
                _ => return Err("a kind of binary that is not known here".to_owned()),
            },
        }),
        other => return Err(format!("rel={other} is not known here")),
    })
}

/// A path without its detours: `www/../assets` is `assets`.
fn clean(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut clean, part| {
        match part {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            part => clean.push(part),
        }
        clean
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Binary, Page, Part, Script};

    fn read(link: &str) -> Result<Page, String> {
        Page::read(link, Path::new("www"))
    }

    #[test]
    fn links_become_parts_and_leave_the_page() {
        let page = read("<head>\n  <link data-trunk rel=\"css\" href=\"style.css\">\n<link data-trunk rel=\"copy-dir\" href=\"../assets/data\" data-target-path=\"assets/data\">\n<link data-trunk rel=\"copy-file\" href=\"start.js\" />\n<link rel=\"icon\" href=\"x\">\n").expect("a page");
        assert_eq!(page.text, "<head>\n<!--style--><link rel=\"icon\" href=\"x\">\n");
        assert_eq!(
            page.parts,
            [
                Part::Style("www/style.css".into()),
                Part::Copy { from: "assets/data".into(), to: "assets/data".into() },
                Part::Copy { from: "www/start.js".into(), to: "start.js".into() },
            ]
        );
    }

    #[test]
    fn binaries_say_how_they_are_compiled_and_loaded() {
        let link = |more: &str| {
            let page = read(&format!(
                "<link data-trunk rel=\"rust\" href=\"../Cargo.toml\" data-bin=\"a\" data-cargo-no-default-features data-cargo-features=\"f\" data-cargo-profile-release=\"small\" data-cargo-profile-dev=\"draft\" data-wasm-opt=\"0\" {more}>"
            ));
            match page.expect("a page").parts.remove(0) {
                Part::Binary(binary) => binary,
                other => panic!("{other:?}"),
            }
        };
        let binary = |script| Binary {
            name: "a".into(),
            feature: "f".into(),
            release: "small".into(),
            everyday: "draft".into(),
            script,
        };
        assert_eq!(link("data-type=\"main\""), binary(Script::Main));
        assert_eq!(link("data-type=\"worker\" data-bindgen-target=\"web\""), binary(Script::Module));
        assert_eq!(link("data-type=\"worker\""), binary(Script::Classic));
        assert_eq!(link("data-type=\"worker\" data-loader-shim"), binary(Script::Loader));
    }

    #[test]
    fn what_only_trunk_knows_is_refused_by_name() {
        let error = read("<link data-trunk rel=\"sass\" href=\"a.scss\">").expect_err("unknown");
        assert!(error.contains("rel=sass") && error.contains("a.scss"), "{error}");
    }

    #[test]
    fn the_page_itself_is_read() {
        let page = read(include_str!("../../www/index.html")).expect("our own page");
        assert!(page.text.contains(Page::MAIN) && page.text.contains(Page::STYLE));
        assert_eq!(page.parts.iter().filter(|part| matches!(part, Part::Binary(_))).count(), 4);
    }
}
