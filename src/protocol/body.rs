//! Pictures that a worker sends and questions that a page asks.

use serde::{Deserialize, Serialize};

use super::{Confusion, Decoded, Ladder, Latent, Opinions, Regions, Text};

/// What can be shown of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum View {
    /// The probe's class probabilities: a [`Body::Reading`].
    Reading,
    /// The probe on its way through the layers: a [`Body::Layers`].
    Activations,
    /// The weights of the first layer, as pictures: a [`Body::Layers`].
    Filters,
    /// Test samples by true and predicted class, and by confidence: a [`Body::Confusion`].
    Confusion,
    /// Test samples that are wrong with the most confidence: a [`Body::Gallery`].
    Mistakes,
    /// What a generator makes of the same noise throughout a run, with real samples beside: a [`Body::Samples`], or of
    /// points in the plane a [`Body::Scatter`].
    Samples,
    /// Test samples over what a model makes of their codes: a [`Body::Reconstructions`].
    Reconstructions,
    /// Two latent axes: what lies where, and where test samples lie: a [`Body::Latent`].
    Latent,
    /// What was asked for by [`super::Command::Decode`]: a [`Body::Decoded`].
    Decoded,
    /// How a discriminator tells real samples from generated ones: a [`Body::Scores`].
    Scores,
    /// What every model that learnt the data set in this worker says of the probe: a [`Body::Opinions`].
    Opinions,
    /// Which class a classifier gives each place of the plane: a [`Body::Regions`].
    Regions,
    /// Training samples over what the next step would see of them: a [`Body::Augmented`]. Of every model, where
    /// [`super::DataCard::augmented`] holds.
    Augmented,
    /// Which pixels of the probe speak for the class that it is given: a [`Body::Layers`].
    Saliency,
    /// For each class a picture that a classifier gives the highest score: a [`Body::Layers`].
    Dream,
    /// Test samples by a classifier's last hidden layer, along its principal axes: a [`Body::Regions`] without a field.
    Embedding,
    /// How test errors fall with the number of training samples: a [`Body::Ladder`].
    Ladder,
}

impl View {
    /// Whether it shows samples that are points in the plane.
    pub fn of_points(self) -> bool {
        matches!(self, Self::Samples | Self::Scores | Self::Confusion | Self::Regions | Self::Embedding | Self::Ladder)
    }

    /// Whether it shows samples that are pictures.
    pub fn of_pictures(self) -> bool {
        self != Self::Regions
    }
}

/// Train or test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Split {
    /// What the model learns from.
    Train,
    /// What it never learns from.
    Test,
}

/// One line drawn without lifting the pen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// The pen's width, as a share of the pad's side.
    pub width: f32,
    /// x to the right and y down, both as a share of the pad's side. One point is a dot.
    pub points: Vec<[f32; 2]>,
}

/// What to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Probe {
    /// A drawing of the reader's.
    Drawing {
        /// In the order in which they were drawn.
        strokes: Vec<Stroke>,
        /// Prepared as the training set was (boxed, centred by mass), or the pad scaled down as it is.
        prepared: bool,
    },
    /// A sample of the data set.
    Sample {
        /// From which half.
        split: Split,
        /// From 0.
        index: u32,
    },
    /// One of the samples that a generator makes: the view [`View::Samples`] then finds its nearest training sample.
    Generated {
        /// Which, from 0.
        index: u32,
    },
}

/// A grey or colour picture, or several of one size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plane {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: u32,
    /// Rows from the top, channels innermost: `[height, width, channels]`, 0 to 255.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// Who gave a reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Opinion {
    /// The run's present weights.
    Current,
    /// The checkpoint that the page ships, while the run has made no step yet.
    Shipped {
        /// Its title.
        title: Text,
        /// Its test accuracy, from 0 to 1.
        accuracy: f32,
    },
}

/// What came of reading the probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing was drawn.
    Abstain,
    /// Probability of each class, in the order of [`super::DataCard::classes`]; they sum to 1.
    Probabilities(Vec<f32>),
}

/// The probe, read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What the network saw.
    pub seen: Plane,
    /// Who read it.
    pub by: Opinion,
    /// What came of it.
    pub answer: Answer,
    /// The true class of a [`Probe::Sample`].
    pub truth: Option<u32>,
}

/// One layer, as pictures of its channels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Its title.
    pub title: Text,
    /// The shape in the field's notation, for instance `[6, 24, 24]`.
    pub shape: Vec<u32>,
    /// One picture a channel (a vector: one picture of one row). Grey 128 is 0 if `signed`.
    pub channels: Vec<Plane>,
    /// Values may be negative: black is -`scale`, white is +`scale`; otherwise black is 0.
    pub signed: bool,
    /// The value that white stands for.
    pub scale: f32,
}

/// A picture with what was made of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Index in its split.
    pub index: u32,
    /// The sample.
    pub picture: Plane,
    /// Its true class.
    pub truth: u32,
    /// The class that the model gave it.
    pub guess: u32,
    /// The probability that the model gave the guess.
    pub confidence: f32,
}

/// Test samples, worst first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gallery {
    /// The pictures.
    pub tiles: Vec<Tile>,
    /// Wrong ones in all.
    pub wrong: u32,
    /// Samples looked at.
    pub of: u32,
}

/// What a frame draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// The probe, read.
    Reading(Reading),
    /// Filters or activations.
    Layers(Vec<Layer>),
    /// `[truth, guess]` counts, row by row.
    Confusion(Confusion),
    /// Samples.
    Gallery(Gallery),
    /// Generated samples.
    Samples(Samples),
    /// Samples and what became of them.
    Reconstructions(Vec<Reconstruction>),
    /// The latent plane.
    Latent(Latent),
    /// Decoded codes, in the order in which they were asked for.
    Decoded(Vec<Decoded>),
    /// A discriminator's scores.
    Scores(Scores),
    /// Generated points.
    Scatter(Scatter),
    /// What all models say of the probe.
    Opinions(Opinions),
    /// Decision regions in the plane, or samples in a plane of their own.
    Regions(Regions),
    /// Samples and what augmentation makes of them.
    Augmented(Vec<Augmented>),
    /// Errors by the number of training samples.
    Ladder(Ladder),
}

/// Generated points among real ones: x to the right, y upwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// The window reaches from minus this to this, on both axes.
    pub reach: f32,
    /// Training samples.
    pub real: Vec<[f32; 2]>,
    /// One for each of the run's fixed latents, in the same order always.
    pub generated: Vec<[f32; 2]>,
    /// What a discriminator says of each place in the window.
    pub field: Option<Field>,
    /// For the first generated points: the gradient there of what the discriminator says before its sigmoid.
    pub slopes: Vec<[f32; 2]>,
    /// What becomes of a square grid over two latents, row by row; empty where they are not two.
    pub grid: Vec<[f32; 2]>,
}

/// A number for each place of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Rows from the top.
    pub values: Plane,
    /// What black and white stand for.
    pub range: [f32; 2],
}

/// Generated samples beside real ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    /// One for each of the run's fixed latents, in the same order always.
    pub generated: Vec<Scored>,
    /// Training samples.
    pub real: Vec<Scored>,
    /// For each generated sample the index of the training sample nearest to it, where that was looked for.
    pub nearest: Vec<Neighbour>,
}

/// A picture and what a discriminator says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The sample.
    pub picture: Plane,
    /// The probability of being real, from 0 to 1; for a critic that gives none, its raw score. `None` without either.
    pub score: Option<f32>,
}

/// The training sample that is nearest to a generated one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Which generated sample.
    pub of: u32,
    /// Its index in the training half.
    pub index: u32,
    /// Euclidean distance between their pixels, each from 0 to 1.
    pub distance: f32,
    /// The training sample.
    pub picture: Plane,
}

/// A sample over what a model makes of its code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reconstruction {
    /// The sample.
    pub original: Plane,
    /// The mean of p(x | z) at the mean of q(z | x).
    pub decoded: Plane,
}

/// A sample over what augmentation makes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Augmented {
    /// The sample.
    pub original: Plane,
    /// As a step would see it.
    pub seen: Plane,
}

/// Two histograms over the same bins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Where the first bin begins and the last one ends.
    pub range: [f32; 2],
    /// Scores are probabilities of being real.
    pub probability: bool,
    /// Real samples in each bin.
    pub real: Vec<u32>,
    /// Generated samples in each bin.
    pub generated: Vec<u32>,
}

/// Which codes to decode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Codes {
    /// These, each `[latent]`; a missing number is 0.
    Given(Vec<Vec<f32>>),
    /// On the straight line between the codes of two probes, both ends included.
    Between {
        /// The first.
        from: Probe,
        /// The last.
        to: Probe,
        /// How many in all.
        count: u32,
    },
    /// On the great circle between two of the run's fixed latents, both ends included.
    Walk {
        /// Index of the first.
        from: u32,
        /// Index of the last.
        to: u32,
        /// How many in all.
        count: u32,
    },
}
