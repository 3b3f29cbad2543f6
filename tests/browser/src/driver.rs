//! A browser's WebDriver: started with its browser, and ended with this process however that ends.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

use crate::kind::Kind;

/// Starts the driver, waits for the end of its own input, which comes with the end of this process, and then ends all that
/// was started and takes the folder away.
const WATCHED: &str = r#""$@" </dev/null & read -r _; trap "" TERM; kill -TERM -$$; wait; sleep 0.3; rm -rf "$0""#;

/// A driver with its browser and the one session on it.
pub struct Driver {
    /// What it drives.
    pub kind: Kind,
    watched: Child,
    url: String,
    session: String,
    folder: PathBuf,
}

impl Driver {
    /// Starts it and its browser with an empty profile.
    ///
    /// # Panics
    /// Where one of them is not installed or does not start.
    pub async fn launch(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let output =
            || File::options().create(true).append(true).open(kind.log(&folder)).expect("a log can be written");
        // Chromium writes its log itself.
        let output = || if kind.is_chromium() { Stdio::null() } else { output().into() };
        let watched = Command::new("sh")
            .args(["-c", WATCHED])
            .arg(&folder)
            .args(kind.driver(port))
            .stdin(Stdio::piped())
            .stdout(output())
            .stderr(output())
            .process_group(0)
            .spawn()
            .expect("a shell can be run");
        let url = format!("http://127.0.0.1:{port}");
        let mut driver = Self { kind, watched, url, session: String::new(), folder };
        let client = driver.connect().await;
        client.persist().await.expect("a session outlives its first user");
        driver.session = client.session_id().await.expect("a session").expect("an open session");
        driver
    }

    async fn connect(&self) -> Client {
        let capabilities = self.kind.capabilities(&self.folder);
        let mut why = String::new();
        for _ in 0..200 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            match builder.capabilities(capabilities.clone()).connect(&self.url).await {
                Ok(client) => return client,
                Err(error) => why = error.to_string(),
            }
            assert!(!why.contains("session not created"), "{:?}: {why}", self.kind);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no driver of {:?} answers at {}: {why}", self.kind, self.url);
    }

    /// Speaks to it from another runtime than the one that started it.
    ///
    /// # Panics
    /// Where the address that answered before is none.
    pub async fn client(&self) -> Client {
        let client = Client::with_existing_session(&self.url, &self.session, HttpConnector::new()).await;
        let client = client.expect("the driver's address is one");
        client.persist().await.expect("a session outlives its users");
        client
    }

    /// How many bytes have been logged.
    pub fn log_length(&self) -> u64 {
        std::fs::metadata(self.kind.log(&self.folder)).map_or(0, |log| log.len())
    }

    /// What has been logged from this byte on.
    pub fn logged(&self, from: u64) -> String {
        let mut bytes = Vec::new();
        let read = File::open(self.kind.log(&self.folder)).and_then(|mut file| {
            file.seek(SeekFrom::Start(from))?;
            file.read_to_end(&mut bytes)
        });
        read.map_or_else(|_| String::new(), |_| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// All processes that come of it.
    pub fn children(&self) -> Vec<u32> {
        let mut family = vec![self.watched.id()];
        let mut at = 0;
        while let Some(parent) = family.get(at) {
            // Each thread lists the children that it started.
            let threads = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
            let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
            let children: Vec<u32> = lists
                .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
                .collect();
            family.extend(children);
            at += 1;
        }
        family
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.watched.stdin.take());
        let _ = self.watched.wait();
    }
}
