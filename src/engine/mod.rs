//! Trains models; knows Burn, and no browser, no backend, no model and no data set by name.

pub mod recipe;
