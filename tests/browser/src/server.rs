//! A static file server on loopback that can be told to serve a file badly.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::line::{self, Line};

/// The beginning of a path behind which nothing is kept apart from other origins.
pub const ALONE: &str = "alone/";

/// How a file is served badly.
#[derive(Clone, Copy, Debug)]
pub enum Mishap {
    /// With this HTTP status and no body.
    Status(u16),
    /// Its first half only.
    Truncated,
    /// With one byte in its middle changed.
    Corrupt,
    /// Whole, but only after this many milliseconds.
    Late(u64),
}

#[derive(Clone)]
struct Shop {
    /// Beginnings of paths, and the folder that each stands for; the first that fits counts.
    folders: Vec<(&'static str, PathBuf)>,
    /// Whether pages are kept apart from other origins, as threads in WebAssembly ask for.
    isolated: bool,
    /// The line that everything goes through, compressed, where it is a slow one.
    line: Option<Arc<Line>>,
    mishaps: Arc<Mutex<HashMap<String, (Mishap, u32)>>>,
    amended: Arc<Mutex<HashMap<String, String>>>,
    served: Arc<Mutex<Vec<String>>>,
}

/// The page, served under a sub-path as any static host would.
pub struct Server {
    address: SocketAddr,
    shop: Shop,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Serves `folder` on a free loopback port.
    ///
    /// # Panics
    /// Where there is no built page, or no free port.
    pub async fn start(folder: PathBuf) -> Self {
        Self::of(vec![("", folder)], false, None).await
    }

    /// The same through a slow line, with what compresses well compressed, as a plain host does it.
    ///
    /// # Panics
    /// As [`Server::start`].
    pub async fn through(line: Line, folder: PathBuf) -> Self {
        Self::of(vec![("", folder)], false, Some(Arc::new(line))).await
    }

    /// Serves several folders, each behind its own beginning of a path, to pages that may use threads in WebAssembly, but for
    /// those behind [`ALONE`].
    ///
    /// # Panics
    /// As [`Server::start`]; the page is in the last folder.
    pub async fn isolated(folders: Vec<(&'static str, PathBuf)>) -> Self {
        Self::of(folders, true, None).await
    }

    async fn of(folders: Vec<(&'static str, PathBuf)>, isolated: bool, line: Option<Arc<Line>>) -> Self {
        let (_, page) = folders.last().expect("a folder to serve");
        assert!(page.join("index.html").exists(), "no page in {}: run `cargo xtask build`", page.display());
        let shop =
            Shop { folders, isolated, line, mishaps: Arc::default(), amended: Arc::default(), served: Arc::default() };
        let app =
            Router::new().route("/", get(async || "")).route("/some/path/{*file}", get(serve)).with_state(shop.clone());
        let app = app.route(
            "/some/path/",
            get(async |state, headers| serve(state, Path("index.html".into()), headers).await).with_state(shop.clone()),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let task =
            tokio::spawn(async move { axum::serve(listener, app).await.expect("serving goes on until aborted") });
        Self { address, shop, task }
    }

    /// The page's address with this hash (without `#`).
    pub fn url(&self, hash: &str) -> String {
        format!("http://{}/some/path/#{hash}", self.address)
    }

    /// The address of another page than Kiln's.
    pub fn other(&self, path: &str) -> String {
        format!("http://{}/some/path/{path}", self.address)
    }

    /// Serves the file of this name badly, `times` times.
    pub fn spoil(&self, file: &str, mishap: Mishap, times: u32) {
        self.shop.mishaps.lock().expect("no thread panics with this lock").insert(file.into(), (mishap, times));
    }

    /// Serves the script of this name with more code behind its own.
    pub fn amend(&self, file: &str, code: &str) {
        self.shop.amended.lock().expect("no thread panics with this lock").insert(file.into(), code.into());
    }

    /// All paths served so far, in order.
    pub fn served(&self) -> Vec<String> {
        self.shop.served.lock().expect("no thread panics with this lock").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(State(shop): State<Shop>, Path(file): Path<String>, asked: HeaderMap) -> Response {
    shop.served.lock().expect("no thread panics with this lock").push(file.clone());
    let mut folders = shop.folders.iter();
    let found = folders.find_map(|(start, folder)| Some(folder.join(file.strip_prefix(start)?)));
    let found = found.unwrap_or_default();
    let Some(mut bytes) = tokio::fs::read(&found).await.ok() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let name = file.rsplit('/').next().unwrap_or_default();
    if let Some(code) = shop.amended.lock().expect("no thread panics with this lock").get(name) {
        bytes.extend_from_slice(code.as_bytes());
    }
    match take_mishap(&shop, name) {
        Some(Mishap::Status(code)) => {
            return StatusCode::from_u16(code).expect("a test names real statuses").into_response();
        }
        Some(Mishap::Truncated) => bytes.truncate(bytes.len() / 2),
        Some(Mishap::Corrupt) => {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x55;
        }
        Some(Mishap::Late(ms)) => tokio::time::sleep(Duration::from_millis(ms)).await,
        None => {}
    }
    let kind = mime(name);
    let takes_gzip =
        asked.get(header::ACCEPT_ENCODING).is_some_and(|kinds| kinds.as_bytes().windows(4).any(|it| it == b"gzip"));
    let packed = shop.line.is_some() && takes_gzip && line::packs(kind);
    let body = match &shop.line {
        Some(line) => {
            let bytes = if packed { line::packed(&found, bytes).await } else { bytes };
            line.send(bytes).await
        }
        None => Body::from(bytes),
    };
    let mut response = ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response();
    if packed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if shop.isolated && !file.starts_with(ALONE) {
        let headers = response.headers_mut();
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        headers.insert("cross-origin-embedder-policy", HeaderValue::from_static("require-corp"));
    }
    response
}

fn take_mishap(shop: &Shop, name: &str) -> Option<Mishap> {
    let mut mishaps = shop.mishaps.lock().expect("no thread panics with this lock");
    let (mishap, left) = mishaps.get_mut(name).filter(|(_, left)| *left > 0)?;
    *left -= 1;
    Some(*mishap)
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
