//! What a dedicated worker adds to the engine: a mailbox, a clock, files, and the start of a device.

mod place;
mod start;

#[cfg(feature = "cpu")]
pub use start::cpu;
#[cfg(feature = "gpu")]
pub use start::gpu;
