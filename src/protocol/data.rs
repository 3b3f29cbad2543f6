//! What a data set says of itself.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Knob, Text, Value};

/// A data set's description of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataCard {
    /// Its name in addresses.
    pub name: Cow<'static, str>,
    /// Its title.
    pub title: Text,
    /// One sentence.
    pub blurb: Text,
    /// Channels, height, width.
    pub shape: [u32; 3],
    /// The classes' names, in the order of their indices.
    pub classes: Vec<Text>,
    /// The median of the squared distance between two of its training samples as models see them, where it says how wide a
    /// kernel should be; curves in the plane lie closer than that.
    pub apart: Option<f32>,
    /// Training samples.
    pub train: u32,
    /// Test samples.
    pub test: u32,
    /// Authors and licence, as the licence asks to show them.
    pub attribution: Text,
    /// Whether a drawing can be read as one of its samples.
    pub drawable: bool,
    /// Whether a fixed classifier judges samples that are made like its own; the catalogue fills it in.
    pub judged: bool,
    /// What its samples are drawn from, where they are points about a few places.
    pub modes: Option<Modes>,
    /// Its own knobs; their names are those of no model's.
    pub knobs: Vec<Knob>,
}

impl DataCard {
    /// Whether its samples are points in the plane: x to the right, y upwards, both about from -1 to 1.
    pub fn plane(&self) -> bool {
        self.shape == [2, 1, 1]
    }

    /// Whether its training samples can be changed while a model learns them: a set of pictures has no other knobs, but for
    /// pictures of a single row, which nobody can turn.
    pub fn augmented(&self) -> bool {
        self.shape[1] > 1 && !self.knobs.is_empty()
    }

    /// The card with as many of its classes as a knob `classes` among these says, or by default.
    pub fn counted(mut self, knobs: &[(String, Value)]) -> Self {
        let asked = knobs.iter().find(|(name, _)| name == "classes").map(|(_, value)| value);
        let default = self.knobs.iter().find(|knob| knob.name == "classes").map(|knob| &knob.default);
        if let Some(Value::Whole(count)) = default.and(asked.or(default)) {
            self.classes.truncate(usize::try_from(*count).unwrap_or_default().max(1));
        }
        self
    }
}

/// Gaussians, each as likely and each as wide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Modes {
    /// Their means.
    pub centres: Vec<[f32; 2]>,
    /// Their deviation, on both axes.
    pub spread: f32,
}
