//! Drives real headless browsers through WebDriver over the built page.

mod browser;
mod devtools;
mod driver;
mod eyes;
mod hands;
mod kind;
mod line;
mod page;
mod server;
mod turn;

pub use browser::Browser;
pub use eyes::{Size, Theme};
pub use kind::{Adapter, Kind};
pub use line::Line;
pub use page::Page;
pub use server::{ALONE, Mishap, Server};
pub use turn::alone;

use std::path::PathBuf;

/// The checkout's root.
pub fn root() -> PathBuf {
    // As Cargo says it now: what was compiled before a checkout moved still holds its old place.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(own).join("../..")
}

/// Whether the site has a GPU worker; `KILN_GPU=0` says that it has none.
pub fn gpu() -> bool {
    std::env::var("KILN_GPU").as_deref() != Ok("0")
}

/// The page to test: `KILN_DIST`, or `dist/` in the checkout.
pub fn dist() -> PathBuf {
    std::env::var_os("KILN_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// Where pictures go, if any are asked for: `KILN_SHOTS`.
pub fn shots() -> Option<PathBuf> {
    std::env::var_os("KILN_SHOTS").map(PathBuf::from)
}

/// Whether everything is tested at its full length: `KILN_FULL=1`.
pub fn full() -> bool {
    std::env::var("KILN_FULL").as_deref() == Ok("1")
}
