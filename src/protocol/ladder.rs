//! How test errors fall with the number of training samples.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Role, Text, View};

/// Errors by the number of training samples, of models that learn from the same ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ladder {
    /// What is counted to the right, by factors, and what is measured upwards, with its unit.
    pub axes: [Text; 2],
    /// What was observed, and what the bars are.
    pub said: [Text; 2],
    /// One for each model.
    pub rises: Vec<Rise>,
}

/// One model's errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rise {
    /// The model.
    pub title: Text,
    /// Its colour.
    pub role: Role,
    /// The model of the catalogue that is this one, and the view that shows it turned around.
    pub turned: (Cow<'static, str>, View),
    /// Training samples, ascending, the mean error and its standard error; 0 where there is only one value.
    pub rungs: Vec<(u32, f32, f32)>,
}
