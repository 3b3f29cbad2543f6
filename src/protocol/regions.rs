//! What a classifier makes of the plane that its samples lie in, or that it lays them out in.

use serde::{Deserialize, Serialize};

use super::{Layer, Plane, Split, Text};

/// Decision regions, with samples on them; or samples alone, where a model puts them by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regions {
    /// The window reaches from minus this to this, on both axes.
    pub reach: f32,
    /// What lies to the right and what upwards; empty where the set has no words for it.
    pub axes: [Text; 2],
    /// Places of the window in a row, and rows; each is the middle of a square. 0 where samples stand alone.
    pub side: u32,
    /// `[side, side, classes]`, rows from the top, and behind them `[points, classes]`.
    pub logits: Vec<f32>,
    /// The logits are a support vector machine's scores: a lead of 1 is where the margin ends.
    pub margin: bool,
    /// Samples: of the training half, then of the test half; each half from its first one on.
    pub points: Vec<Dot>,
    /// Pictures of samples that stand alone, where they are pictures; none where they are those of the last frame.
    pub pictures: Vec<Plane>,
    /// Hidden units, each as its response `[side, side]` to the window; one layer after the other.
    pub layers: Vec<Layer>,
}

/// A sample in the plane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dot {
    /// x to the right, y upwards.
    pub at: [f32; 2],
    /// Its true class.
    pub truth: u32,
    /// The class that the model gives it.
    pub guess: u32,
    /// Its half.
    pub split: Split,
    /// To a support vector machine: a support vector, whose slack is not zero.
    pub slack: bool,
}
