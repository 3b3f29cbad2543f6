//! A slow line between the server and the browser, for the page and its workers alike: Chromium's own throttling leaves out
//! what workers fetch.

use std::{
    io::Write,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::body::{Body, Bytes};
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use tokio::time::Instant;

/// Bytes that are sent at once.
const PIECE: usize = 8 * 1024;

/// So many bits a second, for all that is under way together, and a delay before each answer.
pub struct Line {
    bytes_a_second: f64,
    delay: Duration,
    /// When all that has been accepted will have been sent.
    free: Mutex<Option<Instant>>,
}

impl Line {
    /// A line of so many million bits a second, and so many milliseconds from a request to its answer.
    pub fn new(megabits: f64, milliseconds: u64) -> Self {
        Self {
            bytes_a_second: megabits * 1e6 / 8.0,
            delay: Duration::from_millis(milliseconds),
            free: Mutex::default(),
        }
    }

    /// Waits as a request's first byte does, and hands the rest over bit by bit.
    pub async fn send(self: &Arc<Self>, bytes: Vec<u8>) -> Body {
        tokio::time::sleep(self.delay).await;
        let left = (Arc::clone(self), Bytes::from(bytes));
        Body::from_stream(stream::unfold(left, async |(line, mut left)| {
            let piece = left.split_to(left.len().min(PIECE));
            if piece.is_empty() {
                return None;
            }
            tokio::time::sleep_until(line.sent(piece.len())).await;
            Some((Ok::<_, std::io::Error>(piece), (line, left)))
        }))
    }

    /// When so many further bytes will have been sent.
    fn sent(&self, bytes: usize) -> Instant {
        let now = Instant::now();
        let mut free = self.free.lock().expect("no thread panics with this lock");
        let until = free.unwrap_or(now).max(now) + Duration::from_secs_f64(bytes as f64 / self.bytes_a_second);
        *free = Some(until);
        until
    }
}

/// Whether a plain host compresses what is of this kind.
pub fn packs(kind: &str) -> bool {
    kind.starts_with("text/")
        || ["application/wasm", "image/svg+xml", "application/json", "application/manifest+json"].contains(&kind)
}

/// The file as its neighbour with `.gz` behind its name has it, or compressed as hosts do by themselves.
pub async fn packed(path: &Path, bytes: Vec<u8>) -> Vec<u8> {
    let mut neighbour = path.as_os_str().to_owned();
    neighbour.push(".gz");
    if let Ok(bytes) = tokio::fs::read(neighbour).await {
        return bytes;
    }
    let packed = tokio::task::spawn_blocking(move || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(&bytes).and_then(|()| encoder.finish())
    });
    packed.await.expect("nothing in it panics").expect("memory takes all that is written")
}
