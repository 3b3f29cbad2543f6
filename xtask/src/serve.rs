//! `serve`: the page as soon as it can train on the processor, then the rest behind it; builds again on change.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use crate::{
    binary::Effort,
    fresh, packed,
    page::{Binary, Script},
    shell::{Outcome, flag, only, root},
    site::{self, Missing, Plan},
    wasm::{self, Toolchain},
};

/// What a change is looked for in.
const WATCHED: [&str; 5] = ["src", "www", "assets", "Cargo.toml", "Cargo.lock"];
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(700);

/// `serve`.
pub fn command(words: &[&str]) -> Outcome {
    only(words, &["--no-gpu", "--release"], &["--port"])?;
    let plan = Plan::read(words, Effort::Everyday)?;
    let port = flag(words, "--port").unwrap_or("8080");
    let port: u16 = port.parse().map_err(|_| format!("--port wants a number up to 65535, not {port}"))?;
    // Before anything is compiled: a port that is taken is told at once.
    let listener = std::net::TcpListener::bind(("127.0.0.1", port))
        .map_err(|error| format!("127.0.0.1:{port}: {error}; choose another by --port"))?;
    let toolchain = wasm::ready()?;
    let mut seen = stamps();
    first(&toolchain, &plan)?;
    println!("\nKiln stands at http://127.0.0.1:{port}/ and trains on the processor; Ctrl-C ends it.");
    thread::spawn(move || answer(listener));
    rest(&toolchain, &plan)?;
    println!("\nA change is built at once: reload the page by hand.");
    loop {
        thread::sleep(PAUSE);
        let now = stamps();
        if now != seen {
            seen = now;
            // Remembered before it is built, for other checkouts.
            match fresh::look().and_then(|()| site::build(&toolchain, &plan)) {
                Ok(()) => println!("\nBuilt anew: reload http://127.0.0.1:{port}/"),
                Err(error) => println!("\n{error}\nThe page that was built before stands on."),
            }
        }
    }
}

/// The page and the CPU worker: all that a reader needs to train.
fn first(toolchain: &Toolchain, plan: &Plan) -> Outcome {
    let page = site::page()?;
    let needed = |it: &&Binary| it.script == Script::Main || it.feature == "cpu";
    let binaries: Vec<_> = page.binaries().filter(needed).cloned().collect();
    site::compile(&binaries, plan.effort, toolchain)?;
    let missing = if plan.gpu { Missing::Building } else { Missing::Absent };
    site::assemble(&page, &binaries, plan.effort, Some(missing))
}

/// Everything else, while the page is served; it says that the GPU worker is on its way until it is there.
fn rest(toolchain: &Toolchain, plan: &Plan) -> Outcome {
    println!(
        "What is left is compiled behind it: what reads data of one's own{}.",
        if plan.gpu { ", and the GPU worker" } else { "" }
    );
    let without = Plan { gpu: false, ..*plan };
    let missing = if plan.gpu { Missing::Building } else { Missing::Absent };
    site::build_telling(toolchain, &without, Some(missing))?;
    if plan.gpu {
        site::build(toolchain, plan)?;
        println!("\nThe GPU worker is there: reload the page to train on the GPU.");
    }
    Ok(())
}

/// When each watched file was changed last.
fn stamps() -> BTreeMap<PathBuf, Option<SystemTime>> {
    let files = WATCHED.iter().flat_map(|name| {
        let path = root().join(name);
        if path.is_dir() { packed::list(&path).unwrap_or_default() } else { vec![path] }
    });
    files.map(|path| (path.clone(), fs::metadata(&path).and_then(|about| about.modified()).ok())).collect()
}

/// Answers requests until the program ends.
fn answer(listener: std::net::TcpListener) {
    let served = || -> Result<(), Box<dyn std::error::Error>> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, Router::new().fallback(file)).await
        })?;
        Ok(())
    };
    if let Err(error) = served() {
        eprintln!("xtask: the server ended: {error}");
    }
}

/// A file of the site, with the headers that let it use threads.
async fn file(uri: Uri) -> Response {
    let name = uri.path().trim_start_matches('/');
    let name = if name.is_empty() { "index.html" } else { name };
    if name.split('/').any(|part| part == "..") {
        return StatusCode::NOT_FOUND.into_response();
    }
    match fs::read(root().join("dist").join(name)) {
        Ok(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, kind(Path::new(name))),
                (header::CACHE_CONTROL, "no-cache"),
                (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
                (header::HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
            ];
            (headers, bytes).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn kind(name: &Path) -> &'static str {
    match name.extension().and_then(|end| end.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" | "rs" | "py" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
