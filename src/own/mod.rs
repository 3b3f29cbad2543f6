//! Data of the reader's own: files are read, looked at and kept, drawings are collected; the page loads all this on demand.

pub mod archive;
pub mod collection;
pub mod defect;
pub mod idx;
pub mod picture;
pub mod table;
pub mod words;

#[cfg(target_arch = "wasm32")]
mod page;

#[cfg(target_arch = "wasm32")]
pub use page::open;

use defect::Defect;

/// Bytes of what is brought at once, at most.
pub const LARGEST: u64 = 50_000_000;

/// Classes at most: of more a column is no label, but a measurement.
pub const CLASSES: usize = 50;

/// Whether so many bytes may be brought at once.
///
/// # Errors
/// [`Defect::Large`].
pub fn weigh(bytes: u64) -> Result<(), Defect> {
    if bytes > LARGEST { Err(Defect::Large { megabytes: bytes.div_ceil(1_000_000) }) } else { Ok(()) }
}

/// Characters of a name at most: it stands in addresses.
const NAME: usize = 60;

/// A file's, a folder's or a column's name, short enough to be shown.
pub fn name(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(NAME).collect()
}
