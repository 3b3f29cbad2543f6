//! Windows on a model's latents.

use serde::{Deserialize, Serialize};

use super::Plane;

/// A window on two latent axes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Latent {
    /// Latents in all.
    pub size: u32,
    /// Which two are across and up, unless principal axes are; the others are 0.
    pub axes: [u32; 2],
    /// The window reaches from minus this to this, on both axes.
    pub extent: f32,
    /// Decoded pictures in a row and in a column, from the upper left.
    pub side: u32,
    /// `side * side` pictures.
    pub decoded: Vec<Plane>,
    /// Where test samples lie: the mean of q(z | x), and the class.
    pub codes: Vec<([f32; 2], u32)>,
    /// q(z | x) of the probe: mean and standard deviation on both axes, and the correlation between them.
    pub probe: Option<([f32; 2], [f32; 2], f32)>,
    /// Where principal axes take the place of latents; places are then in standard deviations.
    pub principal: Option<Principal>,
}

/// The principal axes of the posterior means of test samples: a place (a, b) stands for `mean + a axes[0] + b axes[1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Principal {
    /// `[latent]`.
    pub mean: Vec<f32>,
    /// `[latent]` each, as long as one standard deviation.
    pub axes: [Vec<f32>; 2],
    /// The share of the whole variance that lies along each, from 0 to 1.
    pub shares: [f32; 2],
}

/// What is across and up in the latent plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Axes {
    /// Two latents, from 0.
    Latents([u32; 2]),
    /// The two directions along which the posterior means of test samples vary most; of a model without them, the first
    /// two latents.
    Principal,
}

/// A decoded code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decoded {
    /// `[latent]`.
    pub code: Vec<f32>,
    /// What it stands for.
    pub picture: Plane,
}
