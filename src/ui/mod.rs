//! The page: knows models and data sets only by their cards, and the trainer only by its messages.

pub mod address;
pub mod dial;
pub mod figures;
pub mod lang;
pub mod reel;
pub mod sentence;
pub mod sketch;
pub mod track;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod desk;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
pub mod panel;

#[cfg(target_arch = "wasm32")]
pub use panel::open;
