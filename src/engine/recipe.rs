//! What a model is: `Recipe`, which a zoo file writes, and `Learner`, its erased twin, which a session runs.

use burn::tensor::{Device, Int, Tensor};

use crate::protocol::{Card, Fault, Value, View};

use super::knobs::{Knobs, clamped};

/// The shape of one sample and the number of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Channels of a sample.
    pub channels: usize,
    /// Rows of a sample.
    pub height: usize,
    /// Columns of a sample.
    pub width: usize,
    /// Classes.
    pub classes: usize,
}

/// A minibatch on the device.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `[batch, channels, height, width]`, from 0 to 1.
    pub images: Tensor<4>,
    /// `[batch]`, class indices.
    pub labels: Tensor<1, Int>,
}

/// When a step is made.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Steps made before this one.
    pub step: u64,
    /// Steps in an epoch.
    pub steps_per_epoch: u32,
}

/// Lazy values for curves, by series name; each a `[1]` tensor that only the session reads.
pub type Scalars = Vec<(&'static str, Tensor<1>)>;

/// What evaluation makes of a batch.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// `[batch, classes]`.
    pub logits: Tensor<2>,
    /// `[batch]`, the loss of each sample in the unit of the model's loss series.
    pub losses: Tensor<1>,
}

/// One layer to be shown: a tensor and how to read it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its title.
    pub title: crate::protocol::Text,
    /// `[channels, height, width]`; a vector of n units is `[1, 1, n]`.
    pub values: Tensor<3>,
    /// Whether values may be negative.
    pub signed: bool,
}

/// Tensors that answer a view; the session reads them and makes the body.
pub type Plate = Vec<Sheet>;

/// Goes through a model's state, for snapshots; each part has a name that stays the same, such as `weights/conv1.bias`.
/// The tensors are on the inner (not autodiff) device, those that come back as well.
pub trait Keeper {
    /// Hands one tensor over, flattened `[numbers]` (saving), or gets it replaced (restoring).
    ///
    /// # Errors
    /// [`Fault::Snapshot`] where a stored tensor is missing or has another length.
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault>;
    /// The same for a plain number that the host counts, such as an optimiser's updates.
    ///
    /// # Errors
    /// [`Fault::Snapshot`] where it is missing.
    fn count(&mut self, name: &str, number: u64) -> Result<u64, Fault>;
}

/// A model that learns. The body of a zoo file is its mathematics and nothing else.
pub trait Recipe: Sized + 'static {
    /// Declared with `knobs!`.
    type Knobs: Knobs;
    /// What the model says of itself.
    fn card() -> Card;
    /// A fresh model; `device` is an autodiff device, every weight comes from `knobs`' seed by the host's generator.
    fn new(knobs: Self::Knobs, shape: &Shape, device: &Device) -> Self;
    /// The knobs in force.
    fn knobs(&self) -> &Self::Knobs;
    /// To turn a hot knob.
    fn knobs_mut(&mut self) -> &mut Self::Knobs;
    /// One optimiser step.
    fn step(&mut self, batch: Batch, at: Moment) -> Scalars;
    /// Evaluation: no dropout, no gradients; `batch` is on the inner (not autodiff) device.
    fn outcome(&self, batch: Batch) -> Outcome;
    /// Tensors for a view; `probe` is `[1, channels, height, width]` on the inner device.
    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate>;
    /// Trainable numbers.
    fn parameters(&self) -> usize;
    /// Hands over weights and optimiser state, in a fixed order.
    ///
    /// # Errors
    /// Whatever `keeper` says.
    fn keep(&mut self, keeper: &mut dyn Keeper) -> Result<(), Fault>;
}

/// [`Recipe`] without its types, so that a session can hold any.
pub trait Learner {
    /// As [`Recipe::step`].
    fn step(&mut self, batch: Batch, at: Moment) -> Scalars;
    /// As [`Recipe::outcome`].
    fn outcome(&self, batch: Batch) -> Outcome;
    /// As [`Recipe::show`].
    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate>;
    /// As [`Recipe::parameters`].
    fn parameters(&self) -> usize;
    /// As [`Recipe::keep`].
    ///
    /// # Errors
    /// Whatever `keeper` says.
    fn keep(&mut self, keeper: &mut dyn Keeper) -> Result<(), Fault>;
    /// Every knob's value in force.
    fn values(&self) -> Vec<(String, Value)>;
    /// Turns a knob.
    ///
    /// # Errors
    /// [`Fault::UnknownKnob`], [`Fault::Clamped`] (the clamped value is then in force; a cold knob keeps the value it has).
    fn turn(&mut self, knob: &str, value: &Value) -> Result<(), Fault>;
}

/// Builds a learner from knobs, a sample's shape and an autodiff device.
pub type Build = fn(knobs: &[(String, Value)], shape: &Shape, device: &Device) -> (Box<dyn Learner>, Vec<Fault>);

/// A row of the catalogue: how to describe and how to build a model. `zoo!` makes them.
pub struct Entry {
    /// As [`Recipe::card`].
    pub card: fn() -> Card,
    /// Builds a learner from the knobs that differ from their defaults; the second value lists what was clamped or unknown.
    pub build: Build,
}

impl<R: Recipe> Learner for R {
    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        Recipe::step(self, batch, at)
    }

    fn outcome(&self, batch: Batch) -> Outcome {
        Recipe::outcome(self, batch)
    }

    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate> {
        Recipe::show(self, view, probe)
    }

    fn parameters(&self) -> usize {
        Recipe::parameters(self)
    }

    fn keep(&mut self, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        Recipe::keep(self, keeper)
    }

    fn values(&self) -> Vec<(String, Value)> {
        self.knobs().values()
    }

    fn turn(&mut self, name: &str, value: &Value) -> Result<(), Fault> {
        let unknown = || Fault::UnknownKnob { name: name.to_owned() };
        let knob = R::Knobs::knobs().into_iter().find(|knob| knob.name == name).ok_or_else(unknown)?;
        if knob.hot {
            return self.knobs_mut().put(&knob, value);
        }
        let used =
            self.values().into_iter().find(|(known, _)| known == name).map(|(_, used)| used).ok_or_else(unknown)?;
        if used == *value { Ok(()) } else { Err(clamped(name, value, &used)) }
    }
}

/// The catalogue's row of a recipe.
pub fn entry<R: Recipe>() -> Entry {
    Entry { card: R::card, build: build::<R> }
}

fn build<R: Recipe>(asked: &[(String, Value)], shape: &Shape, device: &Device) -> (Box<dyn Learner>, Vec<Fault>) {
    let mut knobs = R::Knobs::default();
    let notices = asked.iter().filter_map(|(name, value)| knobs.set(name, value).err()).collect();
    (Box::new(R::new(knobs, shape, device)), notices)
}
