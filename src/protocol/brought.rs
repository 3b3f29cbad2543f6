//! A data set that the reader brings, on its way to the worker.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{DataCard, Stroke, Text, Value};

/// How the names of such sets begin.
pub const OWN: &str = "own/";
/// Columns of a table that are seen at once, at most: of 50 classes their covariances are 13 MB, and grow with the square.
pub const WIDEST: usize = 256;

/// Samples of the reader's own, each with its class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brought {
    /// Its name in addresses; it begins with [`OWN`].
    pub name: String,
    /// What the reader calls it.
    pub title: Text,
    /// The classes' names, in the order of their indices.
    pub classes: Vec<String>,
    /// `[count]`, class indices.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// The samples.
    pub matter: Matter,
}

/// What brought samples are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Matter {
    /// Rows of a table, of which two columns at a time are points in the plane.
    Rows {
        /// The columns' names.
        columns: Vec<String>,
        /// `[count, columns]`, 32-bit floats with the least byte first.
        #[serde(with = "serde_bytes")]
        numbers: Vec<u8>,
    },
    /// Pictures.
    Pictures {
        /// Channels, height, width.
        shape: [u32; 3],
        /// `[count, channels, height, width]`.
        #[serde(with = "serde_bytes")]
        pixels: Vec<u8>,
        /// Whether they lie on white, and not on black.
        light: bool,
        /// Whether a drawing can be read as one of them, made as MNIST's were.
        drawable: bool,
    },
    /// Drawings of a hand, which become pictures as MNIST's were made.
    Drawings(Vec<Vec<Stroke>>),
    /// Rows of a table, of which all columns are one sample. It stands last: what is kept was written without it.
    Wide {
        /// How many columns there are.
        columns: u32,
        /// `[count, columns]`, as in [`Matter::Rows`].
        #[serde(with = "serde_bytes")]
        numbers: Vec<u8>,
    },
}

/// What a worker says of a set that it has taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnCard {
    /// Its card.
    pub card: DataCard,
    /// The models that fit it, in the order of the catalogue.
    pub fits: Vec<Fit>,
}

/// A model that fits a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The model, by name.
    pub recipe: String,
    /// Knobs, by name, whose defaults are other there.
    pub tuned: Vec<(Cow<'static, str>, Value)>,
}
