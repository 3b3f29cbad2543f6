//! Trains models; knows Burn, and no browser, no backend, no model and no data set by name.

pub mod adversarial;
pub mod classifier;
pub mod discrepancy;
pub mod exam;
pub mod fault;
pub mod feed;
pub mod findings;
pub mod generative;
pub mod host;
pub mod knobs;
pub mod layers;
pub mod likelihood;
pub mod loader;
pub mod math;
pub mod optimiser;
pub mod pace;
pub mod pictures;
pub mod plane;
pub mod quality;
pub mod recipe;
pub mod samples;
pub mod selftest;
pub mod session;
pub mod snapshot;
pub mod tex;
pub mod training;
