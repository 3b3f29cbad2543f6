//! What a model is: `Recipe`, which a zoo file writes, and `Learner`, its erased twin, which a session runs.

use burn::tensor::{Device, Int, Tensor};

use crate::data::SPAN;
use crate::protocol::{Act, Card, Fault, Text, Value, View};

use super::classifier::judge;
pub use super::entry::{Build, Entry, entry};
use super::knobs::{Knobs, clamped};
pub use super::ladder::{Lesson, Supply, Wish};
use super::optimiser::Part;

/// The shape of one sample, the number of classes, and how far samples lie from each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Channels of a sample.
    pub channels: usize,
    /// Rows of a sample.
    pub height: usize,
    /// Columns of a sample.
    pub width: usize,
    /// Classes.
    pub classes: usize,
    /// As [`crate::protocol::DataCard::apart`].
    pub apart: Option<f32>,
}

impl Shape {
    /// Numbers in a sample.
    pub fn size(self) -> usize {
        self.channels * self.height * self.width
    }

    /// Whether samples are pictures; the numbers of others, points and signals, have no bounds.
    pub fn pictures(self) -> bool {
        self.height > 1 && self.width > 1
    }

    /// Whether samples are signals: a single row of numbers.
    pub fn signals(self) -> bool {
        self.height == 1 && self.width > 1
    }

    /// The least and the most that a byte of a sample stands for.
    pub fn bounds(self) -> [f32; 2] {
        if self.signals() { [-SPAN, SPAN] } else { [0.0, 1.0] }
    }
}

/// A minibatch on the device.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `[batch, channels, height, width]`; of pictures from 0 to 1.
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

/// What came of one act of a step.
#[derive(Clone, Debug, Default)]
pub struct Acted {
    /// As [`Recipe::step`] would have it.
    pub scalars: Scalars,
    /// What the reader is told, each a `[1]` tensor with its name.
    pub found: Vec<(Text, Tensor<1>)>,
}

/// What evaluation makes of a batch.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// `[batch, classes]`, of a classifier: accuracy, confusion and mistakes follow from them.
    pub logits: Option<Tensor<2>>,
    /// By the name of a curve: `[batch]`, of which the curve shows the mean over the test samples.
    pub values: Vec<(&'static str, Tensor<1>)>,
    /// `[batch]`, of a support vector machine: more than 0 where a sample has slack. Its logits are scores.
    pub slack: Option<Tensor<1>>,
}

/// What a classifier makes of samples, before it judges and when it does.
#[derive(Clone, Debug)]
pub struct Features {
    /// `[batch, features]`: its last hidden layer.
    pub hidden: Tensor<2>,
    /// `[batch, classes]`.
    pub logits: Tensor<2>,
}

/// A distribution over latents, for each sample of a batch: independent Gaussians.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// `[batch, latent]`.
    pub mean: Tensor<2>,
    /// `[batch, latent]`, log sigma^2.
    pub log_variance: Tensor<2>,
}

/// What a generative model can do besides learning. All tensors are on the inner device.
pub trait Generator {
    /// Numbers in a latent z, which is drawn from N(0, 1).
    fn latent(&self) -> usize;
    /// Samples x = G(z) `[batch, channels, height, width]` of `z` `[batch, latent]`; a model that is conditional on the
    /// class makes samples of `labels` `[batch]`, others do not heed them.
    fn generate(&self, z: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<4>;
    /// q(z | x), of a model that has it.
    fn encode(&self, _: Batch) -> Option<Posterior> {
        None
    }
    /// What a discriminator makes of samples.
    fn score(&self, _: Batch) -> Option<Score> {
        None
    }
}

/// What a discriminator says.
#[derive(Clone, Debug)]
pub struct Score {
    /// `[batch]`: the logit of being real, or a critic's score.
    pub logits: Tensor<1>,
    /// Their sigmoid is a probability.
    pub probability: bool,
}

/// One layer to be shown: a tensor and how to read it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its title.
    pub title: Text,
    /// `[channels, height, width]`; a vector of n units is `[1, 1, n]`.
    pub values: Tensor<3>,
    /// Whether values may be negative.
    pub signed: bool,
}

impl Sheet {
    /// Pictures or kernels `[many, channels, height, width]`, each channel by itself.
    pub fn maps(title: Text, maps: Tensor<4>, signed: bool) -> Self {
        Self { title, values: maps.flatten(0, 1), signed }
    }

    /// One sample's units `[1, units]`.
    pub fn row(title: Text, units: Tensor<2>, signed: bool) -> Self {
        Self { title, values: units.unsqueeze(), signed }
    }
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
    /// Whether it can learn samples of this shape: the catalogue offers it every data set that fits. By default
    /// pictures, with any number of channels.
    fn fits(shape: &Shape) -> bool {
        shape.pictures()
    }
    /// The defaults on samples of this shape, where others than usual serve them better.
    fn tuned(_: &Shape) -> Self::Knobs {
        Self::Knobs::default()
    }
    /// A fresh model; `device` is an autodiff device, every weight comes from `knobs`' seed by the host's generator.
    fn new(knobs: Self::Knobs, shape: &Shape, device: &Device) -> Self;
    /// The knobs in force.
    fn knobs(&self) -> &Self::Knobs;
    /// To turn a hot knob.
    fn knobs_mut(&mut self) -> &mut Self::Knobs;
    /// Which samples the step that comes after `step` others takes; by default the batch whose turn it is.
    fn wish(&mut self, _step: u64, _: Supply) -> Wish {
        Wish::Next
    }
    /// One optimiser step.
    fn step(&mut self, batch: Batch, at: Moment) -> Scalars;
    /// The acts of which the step at this moment is made, in order; none where a model shows its steps only whole.
    fn acts(&self, _at: Moment) -> Vec<Act> {
        Vec::new()
    }
    /// Every formula that one of its acts can have, for the catalogue, which alone knows how to set them.
    fn carried() -> Vec<String> {
        Vec::new()
    }
    /// Carries out the `index`th of them. All in order, with one batch and one moment, are [`Recipe::step`] to the bit;
    /// between two the model can be shown, but neither saved nor turned.
    fn act(&mut self, _index: usize, _batch: &Batch, _at: Moment) -> Acted {
        Acted::default()
    }
    /// Of a classifier the logits `[batch, classes]` of `images` `[batch, channels, height, width]`, without dropout. The
    /// images are on either device: where they have a history, gradients pass to them, and to no weights.
    fn logits(&self, _images: Tensor<4>) -> Option<Tensor<2>> {
        None
    }
    /// Evaluation: no dropout, no gradients; `batch` is on the inner (not autodiff) device. By default the cross-entropy of
    /// a classifier; nothing where a model has nothing to say of test samples.
    fn outcome(&self, batch: Batch) -> Outcome {
        Recipe::logits(self, batch.images.clone()).map(|logits| judge(logits, batch)).unwrap_or_default()
    }
    /// Tensors for [`View::Filters`] and [`View::Activations`]; `probe` is `[1, channels, height, width]` on the inner
    /// device. For [`View::Regions`] the probe is `[places, 2, 1, 1]`, and each hidden layer's sheet `[1, places, units]`.
    /// The session makes all other views.
    fn show(&self, _view: View, _probe: Option<Tensor<4>>) -> Option<Plate> {
        None
    }
    /// What a classifier makes of `images` `[batch, channels, height, width]`, all on the inner device: what sample
    /// quality is measured by.
    fn features(&self, _images: Tensor<4>) -> Option<Features> {
        None
    }
    /// What it generates, of a generative model.
    fn generator(&self) -> Option<&dyn Generator> {
        None
    }
    /// What an experiment has measured so far, for [`View::Ladder`].
    fn lesson(&self) -> Option<Lesson> {
        None
    }
    /// Its networks with their optimisers, in a fixed order: what is counted, saved and restored.
    fn parts(&mut self) -> Vec<Part<'_>>;
}

/// [`Recipe`] without its types, so that a session can hold any.
pub trait Learner {
    /// As [`Recipe::wish`].
    fn wish(&mut self, step: u64, supply: Supply) -> Wish;
    /// As [`Recipe::step`].
    fn step(&mut self, batch: Batch, at: Moment) -> Scalars;
    /// As [`Recipe::acts`].
    fn acts(&self, at: Moment) -> Vec<Act>;
    /// As [`Recipe::act`].
    fn act(&mut self, index: usize, batch: &Batch, at: Moment) -> Acted;
    /// As [`Recipe::logits`].
    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>>;
    /// As [`Recipe::outcome`].
    fn outcome(&self, batch: Batch) -> Outcome;
    /// As [`Recipe::show`].
    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate>;
    /// As [`Recipe::features`].
    fn features(&self, images: Tensor<4>) -> Option<Features>;
    /// As [`Recipe::generator`].
    fn generator(&self) -> Option<&dyn Generator>;
    /// As [`Recipe::lesson`].
    fn lesson(&self) -> Option<Lesson>;
    /// Trainable numbers.
    fn parameters(&mut self) -> usize;
    /// Lets go of what only learning needs: from here on it is only asked.
    fn rest(&mut self);
    /// Hands over weights and optimiser state, in a fixed order.
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

impl<R: Recipe> Learner for R {
    fn wish(&mut self, step: u64, supply: Supply) -> Wish {
        Recipe::wish(self, step, supply)
    }

    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        Recipe::step(self, batch, at)
    }

    fn acts(&self, at: Moment) -> Vec<Act> {
        Recipe::acts(self, at)
    }

    fn act(&mut self, index: usize, batch: &Batch, at: Moment) -> Acted {
        Recipe::act(self, index, batch, at)
    }

    fn logits(&self, images: Tensor<4>) -> Option<Tensor<2>> {
        Recipe::logits(self, images)
    }

    fn outcome(&self, batch: Batch) -> Outcome {
        Recipe::outcome(self, batch)
    }

    fn show(&self, view: View, probe: Option<Tensor<4>>) -> Option<Plate> {
        Recipe::show(self, view, probe)
    }

    fn features(&self, images: Tensor<4>) -> Option<Features> {
        Recipe::features(self, images)
    }

    fn generator(&self) -> Option<&dyn Generator> {
        Recipe::generator(self)
    }

    fn lesson(&self) -> Option<Lesson> {
        Recipe::lesson(self)
    }

    fn parameters(&mut self) -> usize {
        self.parts().iter().map(Part::parameters).sum()
    }

    fn rest(&mut self) {
        self.parts().into_iter().for_each(Part::rest);
    }

    fn keep(&mut self, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        self.parts().into_iter().try_for_each(|part| part.keep(keeper))
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
