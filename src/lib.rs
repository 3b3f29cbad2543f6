//! Kiln trains small models in the reader's own browser and shows them learning.

pub mod protocol;

#[cfg(all(target_arch = "wasm32", any(feature = "ui", feature = "engine")))]
pub mod link;

#[cfg(feature = "engine")]
pub mod data;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod kernels;
#[cfg(feature = "engine")]
pub mod workloads;
#[cfg(feature = "engine")]
pub mod zoo;

#[cfg(all(not(target_arch = "wasm32"), feature = "cpu"))]
pub mod native;
#[cfg(all(target_arch = "wasm32", feature = "engine"))]
pub mod worker;

#[cfg(feature = "ui")]
pub mod paint;
#[cfg(feature = "ui")]
pub mod ui;

#[cfg(feature = "own")]
pub mod own;

/// The checkout's root, where assets lie. As cargo says it now: a program in a cache that checkouts share may have been
/// compiled in another one.
#[cfg(not(target_arch = "wasm32"))]
pub fn checkout() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()).into()
}
