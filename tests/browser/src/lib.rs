//! Drives a real headless Chromium through WebDriver over the built page.

mod chrome;
mod page;
mod server;

pub use chrome::{Adapter, Browser};
pub use page::{Page, Size, Theme};
pub use server::{ALONE, Mishap, Server};

use std::path::PathBuf;

/// The checkout's root.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The page to test: `KILN_DIST`, or `dist/` in the checkout.
pub fn dist() -> PathBuf {
    std::env::var_os("KILN_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// Where screenshots go: `KILN_SHOTS`, or a folder beside the build's other output.
pub fn shots() -> PathBuf {
    std::env::var_os("KILN_SHOTS").map_or_else(|| dist().join("../screenshots"), PathBuf::from)
}
