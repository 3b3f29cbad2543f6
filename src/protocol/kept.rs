//! What a page keeps of its run for when it is loaded anew.

use serde::{Deserialize, Serialize};

use super::{Fault, Setup, VERSION, encode};

/// A run without its weights: a snapshot's bytes stand behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What was trained.
    pub setup: Setup,
    /// Steps made.
    pub step: u64,
    /// The values of each of its curves, `(step, value)`.
    pub curves: Vec<Vec<(u64, f32)>>,
}

impl Kept {
    /// Its bytes; the snapshot's follow them.
    ///
    /// # Errors
    /// [`Fault::Garbled`] as for a message.
    pub fn write(&self) -> Result<Vec<u8>, Fault> {
        encode(&(VERSION, self))
    }

    /// A run and its snapshot out of bytes, if this version wrote them.
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        match postcard::take_from_bytes(bytes) {
            Ok(((VERSION, kept), snapshot)) => Some((kept, snapshot)),
            _ => None,
        }
    }
}
