//! What a dedicated worker adds to the engine: a mailbox, a clock, files, and the start of a device.

mod place;
mod start;
#[cfg(feature = "threads")]
mod threads;

#[cfg(feature = "cpu")]
pub use start::cpu;
#[cfg(feature = "gpu")]
pub use start::gpu;
#[cfg(feature = "threads")]
pub use threads::{begin, help};
