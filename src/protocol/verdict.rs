//! How a classifier did on test samples: who was taken for whom, and whether its confidence was earned.

use serde::{Deserialize, Serialize};

/// Test samples by true and predicted class, and by confidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    /// Classes.
    pub classes: u32,
    /// `[truth, guess]` counts, row by row.
    pub counts: Vec<u32>,
    /// Samples by the probability of the class that they were given, in bins of equal width from 0 to 1; none where scores
    /// are no probabilities.
    pub bins: Vec<Bin>,
}

/// Samples that a model was about as confident of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// How many.
    pub count: u32,
    /// How many of them were right.
    pub right: u32,
    /// The sum of their confidences, each from 0 to 1.
    pub confidence: f32,
}
