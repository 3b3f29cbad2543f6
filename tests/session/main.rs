//! Runs, data and the worker's side of a message, natively on the processor.

mod bench;
mod catalogue;
mod data;
mod host;
mod opinions;
mod own;
mod slow;
#[path = "../support/mod.rs"]
mod support;
