//! All that can go wrong, as data; the page turns each into a sentence with advice.

use serde::{Deserialize, Serialize};

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fault {
    /// A message that is none of ours.
    Garbled {
        /// What the decoder said.
        detail: String,
    },
    /// No recipe of this name.
    UnknownRecipe {
        /// As asked.
        name: String,
    },
    /// No data set of this name, or one that the recipe does not accept.
    UnknownData {
        /// As asked.
        name: String,
    },
    /// No knob of this name.
    UnknownKnob {
        /// As asked.
        name: String,
    },
    /// A knob's value was out of its range and was moved into it.
    Clamped {
        /// The knob's name.
        knob: String,
        /// As asked, in words.
        asked: String,
        /// What is in force, in words.
        used: String,
    },
    /// The loss is no number any more: the run diverged.
    Diverged {
        /// The first step seen with it.
        step: u64,
    },
    /// A chunk of data could not be had, after some tries.
    Chunk {
        /// The chunk's file name.
        file: String,
        /// How often it was tried.
        tries: u32,
        /// What the last try said.
        cause: ChunkCause,
    },
    /// The browser has no WebGPU, or it gives no adapter.
    NoGpu {
        /// What the browser said.
        detail: String,
    },
    /// The adapter lacks something that Burn needs.
    PoorGpu {
        /// What it lacks.
        lacks: String,
    },
    /// The device computed a known example wrongly.
    SelfTest {
        /// What was expected and what came.
        detail: String,
    },
    /// The GPU was taken away.
    GpuLost {
        /// What the browser said.
        detail: String,
    },
    /// The worker stopped by a panic.
    Panicked {
        /// The panic's message.
        detail: String,
    },
    /// A snapshot that does not fit the run.
    Snapshot {
        /// What does not fit.
        detail: String,
    },
    /// The worker speaks another [`super::VERSION`] than the page, or has another of the [`super::MARKS`].
    Version {
        /// The worker's.
        worker: u32,
        /// The page's.
        page: u32,
    },
    /// What was asked for is no drawing; another one is in force.
    NoDrawing {
        /// The knob's name.
        knob: String,
    },
}

/// Why a chunk was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChunkCause {
    /// The server gave an HTTP status other than 200.
    Status(u16),
    /// The connection failed.
    Network(String),
    /// Shorter or longer than it should be, or no gzip.
    Truncated,
    /// The right length, but not the right bytes.
    Checksum,
}
