//! Iris and penguins: a table each of what was measured, small enough to be compiled in.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{gunzip, verify};
use crate::shell::{self, Outcome, about, fresh_folder, root, run, target};

const CRATE: &str = "linfa-datasets-0.8.1";
const CRATE_SHA256: &str = "84ee65c17bcdd784ce5c094d4e383409e2e6e6d9f83c73cb38285ae79a11b26b";
const WHEEL: &str = "palmerpenguins-0.1.6-py3-none-any.whl";
const WHEEL_SHA256: &str = "5c3be9af84dd703a25f1aaeadeac6ac770cfd38c1620d00089f581c023129ee0";

/// Rows of iris, counted from 1, that the repository's own notes call wrong, and what Fisher has.
const MENDED: [(usize, &str); 2] = [(35, "4.9,3.1,1.5,0.2,0"), (38, "4.9,3.6,1.4,0.1,0")];
/// The species of penguins, in the order of their indices.
const SPECIES: [&str; 3] = ["Adelie", "Chinstrap", "Gentoo"];

/// Packs the 150 flowers.
pub fn iris() -> Outcome {
    let package = crate_package()?;
    let text =
        String::from_utf8(gunzip(&package.join("data/iris.csv.gz"))?).map_err(|error| format!("iris: {error}"))?;
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.len() != 151 {
        return Err(format!("iris: expected 150 rows, not {}", lines.len().saturating_sub(1)));
    }
    MENDED.iter().for_each(|(row, line)| lines[*row] = line);
    write("iris", &lines)
}

/// Packs the penguins of which all four measurements are known.
pub fn penguins() -> Outcome {
    let text = csv(&wheel()?)?;
    let mut lines = vec!["bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,species".to_owned()];
    let mut dropped = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let species = SPECIES.iter().position(|name| Some(name) == cells.first());
        let (Some(species), Some(measured)) = (species, cells.get(2..6)) else {
            return Err(format!("penguins: cannot read `{line}`"));
        };
        if measured.iter().any(|cell| cell.parse::<f64>().is_err()) {
            dropped += 1;
            continue;
        }
        lines.push(format!("{},{species}", measured.join(",")));
    }
    println!("penguins: {dropped} of {} rows lack a measurement and are left out", lines.len() - 1 + dropped);
    write("penguins", &lines.iter().map(String::as_str).collect::<Vec<_>>())
}

fn write(set: &str, lines: &[&str]) -> Outcome {
    let folder = root().join("assets/data").join(set);
    fresh_folder(&folder)?;
    let file = folder.join("table.csv");
    fs::write(&file, lines.join("\n") + "\n").map_err(about(&file))?;
    println!("{}: {} rows", file.display(), lines.len() - 1);
    Ok(())
}

/// The crate, fetched by an empty package that depends on it, and unpacked.
fn crate_package() -> Outcome<PathBuf> {
    let work = target("pack").join(CRATE);
    fresh_folder(&work)?;
    let (manifest, source) = (work.join("Cargo.toml"), work.join("lib.rs"));
    let words = "[package]\nname = \"fetched\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[dependencies]\n\
                 linfa-datasets = { version = \"=0.8.1\", default-features = false }\n[workspace]\n";
    fs::write(&manifest, words).map_err(about(&manifest))?;
    fs::write(&source, "").map_err(about(&source))?;
    let mut fetch = shell::command("cargo");
    run(&format!("downloading {CRATE}"), fetch.args(["fetch", "--manifest-path"]).arg(&manifest))?;
    let archive = cached(&format!("{CRATE}.crate")).ok_or_else(|| format!("{CRATE}: it did not arrive"))?;
    verify(&archive, CRATE_SHA256)?;
    run("unpacking", shell::command("tar").arg("xzf").arg(&archive).current_dir(&work))?;
    Ok(work.join(CRATE))
}

/// A file in cargo's cache of crates, whichever registry it came from.
fn cached(file: &str) -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")))?;
    let registries = fs::read_dir(home.join("registry/cache")).ok()?;
    registries.filter_map(|entry| Some(entry.ok()?.path().join(file))).find(|path| path.is_file())
}

/// The wheel of the penguins.
fn wheel() -> Outcome<PathBuf> {
    let work = target("pack").join("palmerpenguins");
    fresh_folder(&work)?;
    let mut download = shell::command("python3");
    download.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "palmerpenguins==0.1.6"]);
    run("downloading palmerpenguins", download.current_dir(&work))?;
    let archive = work.join(WHEEL);
    verify(&archive, WHEEL_SHA256)?;
    Ok(archive)
}

fn csv(wheel: &Path) -> Outcome<String> {
    shell::output(shell::command("unzip").arg("-p").arg(wheel).arg("palmerpenguins/data/penguins.csv"))
}
