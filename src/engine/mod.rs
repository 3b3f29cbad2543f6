//! Trains models; knows Burn, and no browser, no backend, no model and no data set by name.

pub mod recipe;
pub mod classifier;
pub mod knobs;
pub mod layers;
pub mod math;
pub mod optimiser;
pub mod training;
