//! Where a run stands: its phase, its pace, and the values of its curves.

use serde::{Deserialize, Serialize};

/// What a worker is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// The run is being built. It does not wait for data; training does.
    Preparing,
    /// The first step runs once, so that shaders are compiled before the reader waits for them.
    Compiling,
    /// Ready at step 0.
    Ready,
    /// Making steps.
    Training,
    /// Would train, but the next batch has not been downloaded yet.
    Waiting,
    /// Stopped between two steps.
    Paused,
    /// Stopped by an [`super::Event::Trouble`]; a new [`super::Command::Start`] is needed.
    Failed,
}

/// One value of one curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Index into [`super::Card::series`].
    pub series: u16,
    /// Steps made when it was taken.
    pub step: u64,
    /// In the series' unit.
    pub value: f32,
}

/// How fast and how far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pulse {
    /// Optimiser steps made.
    pub step: u64,
    /// Epochs finished, from 0.
    pub epoch: u32,
    /// Steps made within this epoch.
    pub step_in_epoch: u32,
    /// Steps that this epoch has.
    pub steps_per_epoch: u32,
    /// Steps a second, over the last second of training; 0 while paused.
    pub steps_per_second: f32,
    /// Samples a second, likewise.
    pub samples_per_second: f32,
    /// Bytes of memory that the worker holds (linear memory; device memory where it is known).
    pub memory: u64,
}
