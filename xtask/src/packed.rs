//! Files as they travel: hashes, gzip'd sizes, and the `.br` and `.gz` that a host may send in a file's place.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use crate::{
    shell::{Outcome, about, cache},
    site::Sizes,
};

/// Smaller files are sent as they are.
const LEAST: u64 = 1024;

/// The file's sha256, in hexadecimal digits.
pub fn sha256(path: &Path) -> Outcome<String> {
    let bytes = fs::read(path).map_err(about(path))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Every file of a site: as large as it is, and gzip'd.
pub fn sizes(site: &Path) -> Outcome<Sizes> {
    let mut sizes = Sizes::new();
    let files = list(site)?;
    let packed = each(&files, |path| packed(path, "gz").map(|file| file.map_or(0, |file| size(&file))))?;
    for (path, packed) in files.iter().zip(packed) {
        let raw = size(path);
        let name = path.strip_prefix(site).unwrap_or(path).to_string_lossy().replace('\\', "/");
        sizes.insert(name, (raw, if packed == 0 { raw } else { packed }));
    }
    Ok(sizes)
}

/// Lays the `.br` and the `.gz` of each file beside it, for hosts that send them.
pub fn beside(site: &Path) -> Outcome {
    println!("\n== packing each file for hosts that send `.br` or `.gz`");
    let files = list(site)?;
    for end in ["gz", "br"] {
        each(&files, |path| match packed(path, end)? {
            Some(made) => {
                let to = PathBuf::from(format!("{}.{end}", path.display()));
                fs::copy(&made, &to).map(drop).map_err(about(&to))
            }
            None => Ok(()),
        })?;
    }
    Ok(())
}

/// A file as it travels, kept by what is in it; nothing where it would gain nothing.
fn packed(path: &Path, end: &str) -> Outcome<Option<PathBuf>> {
    let dense = ["gz", "br", "png", "gif"].iter().any(|end| path.extension().is_some_and(|found| found == *end));
    if dense || size(path) < LEAST {
        return Ok(None);
    }
    let folder = cache().join("packed");
    let kept = folder.join(format!("{}.{end}", sha256(path)?));
    if !kept.exists() {
        fs::create_dir_all(&folder).map_err(about(&folder))?;
        let bytes = fs::read(path).map_err(about(path))?;
        let made = if end == "br" { brotli(&bytes) } else { gzip(&bytes) };
        // Whole or not at all: somebody else may be looking for it.
        let draft = folder.join(
            format!("{}.{end}-draft", std::process::id()) + &kept.file_name().unwrap_or_default().to_string_lossy(),
        );
        fs::write(&draft, made.map_err(about(path))?).map_err(about(&draft))?;
        fs::rename(&draft, &kept).map_err(about(&kept))?;
    }
    Ok(Some(kept))
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let settings = brotli::enc::BrotliEncoderParams { quality: 9, lgwin: 22, ..Default::default() };
    let mut made = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut made, &settings).map(|_| made)
}

/// Does the same for every file, on as many threads as there are cores; gives what came of each, in order.
fn each<T: Send>(files: &[PathBuf], what: impl Fn(&Path) -> Outcome<T> + Sync) -> Outcome<Vec<T>> {
    let next = AtomicUsize::new(0);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut done = Vec::new();
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some(file) = files.get(at)
        {
            done.push(what(file).map(|made| (at, made)));
        }
        done
    };
    let mut all = thread::scope(|scope| {
        let lanes: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let done = lanes.into_iter().flat_map(|lane| lane.join().unwrap_or_default());
        done.collect::<Outcome<Vec<_>>>()
    })?;
    all.sort_by_key(|(at, _)| *at);
    if all.len() == files.len() {
        Ok(all.into_iter().map(|(_, made)| made).collect())
    } else {
        Err("a thread broke off".to_owned())
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |about| about.len())
}

/// All files of a folder and of those in it, in order.
pub fn list(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(about(folder))?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(list(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{brotli, gzip};

    #[test]
    fn what_is_packed_comes_back() {
        let bytes = b"the same again and again, ".repeat(100);
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&gzip(&bytes).expect("gzip")[..]).read_to_end(&mut plain).expect("a gzip file");
        assert_eq!(plain, bytes);
        let (packed, mut plain) = (brotli(&bytes).expect("brotli"), Vec::new());
        brotli::BrotliDecompress(&mut &packed[..], &mut plain).expect("a brotli file");
        assert!(plain == bytes && packed.len() < 100);
    }
}
