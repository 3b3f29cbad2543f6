//! Writes the words of other languages, which the page fetches, out of the literals that it was compiled with.

use std::{env, fs, path::Path};

use crate::shell::{Outcome, about, only};

#[allow(dead_code, missing_docs, reason = "the page's own module, of which only the lines are wanted")]
#[path = "../../src/ui/words.rs"]
mod page;

/// Writes them into a site.
pub fn write(site: &Path) -> Outcome {
    let locales = site.join("locales");
    fs::create_dir_all(&locales).map_err(about(&locales))?;
    let file = locales.join("zh.txt");
    fs::write(&file, page::CHINESE).map_err(about(&file))
}

/// `finish`, which Trunk calls for those who build with it: the same, in the folder that it names.
pub fn command(arguments: &[&str]) -> Outcome {
    only(arguments, &[], &[])?;
    let folder = env::var_os("TRUNK_STAGING_DIR").ok_or("`finish` is for Trunk to call: see Trunk.toml")?;
    write(Path::new(&folder))
}
