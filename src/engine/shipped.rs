//! The small trained network that is shipped with a data set: it reads drawings before a run has learnt, and judges samples.

use std::cell::OnceCell;

use burn::tensor::Device;

use super::quality::Reference;
use super::recipe::{Entry, Learner, Shape};
use super::snapshot::Snapshot;
use crate::protocol::{Fault, Text};

/// The checkpoint that the page ships with a data set.
pub struct Shipped {
    /// The network.
    pub learner: Box<dyn Learner>,
    /// Its title.
    pub title: Text,
    /// Its test accuracy, from 0 to 1.
    pub accuracy: f32,
    /// What it makes of the first test samples, once a run has needed it.
    pub real: OnceCell<Reference>,
}

impl Shipped {
    /// Of a snapshot's bytes, for samples of this shape; `device` is the inner one.
    ///
    /// # Errors
    /// [`Fault::Snapshot`] where it cannot be read, [`Fault::UnknownRecipe`] where no model of the catalogue made it.
    pub fn open(bytes: &[u8], recipes: &[Entry], shape: Shape, device: &Device) -> Result<Self, Fault> {
        let snapshot = Snapshot::read(bytes)?;
        let recipe = &snapshot.about.recipe;
        let unknown = || Fault::UnknownRecipe { name: recipe.clone() };
        let entry = recipes.iter().find(|entry| (entry.card)().name == recipe.as_str()).ok_or_else(unknown)?;
        let (mut learner, _) = (entry.build)(&snapshot.about.knobs, &shape, &device.clone().autodiff());
        snapshot.restore_weights(&mut *learner)?;
        let accuracy = snapshot.about.accuracy.unwrap_or_default();
        Ok(Self { learner, title: (entry.card)().title, accuracy, real: OnceCell::new() })
    }
}
