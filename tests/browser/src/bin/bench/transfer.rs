//! How many bytes an engine is before it can train.

use std::fs;
use std::path::{Path, PathBuf};

use browser::{Page, dist};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Plan;
use crate::engines::Engine;

/// Bytes, gzip'd, of all that was fetched for an engine: of Kiln the page and the worker, of another library its files
/// without the test's own; what a thread fetches for itself is not counted.
pub async fn bytes(engine: &Engine, page: &Page, plan: &Plan) -> u64 {
    let files: Vec<PathBuf> = if engine.own() {
        let worker = match engine.name.as_str() {
            "kiln-gpu" => "gpu_worker",
            "kiln-threads" => "cpu_threads",
            _ => "cpu_worker",
        };
        let fetched = |name: &str| {
            ["index.html", "start.js"].contains(&name)
                || name.starts_with("ui")
                || name.ends_with(".css")
                || name.starts_with(worker)
        };
        let entries = fs::read_dir(dist()).into_iter().flatten().flatten();
        entries.filter(|entry| fetched(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect()
    } else {
        engine.fetched(page).await.into_iter().map(|name| plan.libraries.join(name)).collect()
    };
    files.iter().map(|file| packed(file)).sum()
}

fn packed(file: &Path) -> u64 {
    let Ok(bytes) = fs::read(file) else { return 0 };
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    let packed = std::io::Write::write_all(&mut packer, &bytes).and_then(|()| packer.finish());
    packed.expect("memory takes all that is written").len() as u64
}
