//! The acts of which one training step is made, for slow motion.

use serde::{Deserialize, Serialize};

use super::{Role, Tex, Text};

/// One act of a training step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// What it is called.
    pub title: Text,
    /// What it does, in a sentence.
    pub text: Text,
    /// The formula that it carries out, with [`super::blank`]s in the place of its numbers.
    pub tex: Tex,
    /// Those numbers, as they are written: settings in force.
    pub numbers: Vec<String>,
    /// Who acts.
    pub role: Role,
    /// The numbers that it found, each with its name; none before it was carried out.
    pub values: Vec<(Text, f32)>,
}
