//! What all models that were trained in a worker say of one picture.

use serde::{Deserialize, Serialize};

use super::Plane;

/// The probe, and all that was made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Opinions {
    /// What the models saw; `None` while there is nothing to see, and then no voice says anything.
    pub seen: Option<Plane>,
    /// The true class of a [`super::Probe::Sample`].
    pub truth: Option<u32>,
    /// The models that can say something of a picture: the present run once it has made a step, then those whose runs are
    /// over, the latest first.
    pub voices: Vec<Voice>,
}

/// A model that was trained in this worker, and what it says of the probe.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// The recipe's name, as in its [`super::Card`].
    pub recipe: String,
    /// Steps that it has made.
    pub step: u64,
    /// Whether it is the present run's.
    pub present: bool,
    /// The class that a model conditional on the class was told: the true one; where there is none it was asked as each
    /// class, and this is the one that suits it best.
    pub told: Option<u32>,
    /// Of a classifier: the probability of each class; they sum to 1.
    pub probabilities: Vec<f32>,
    /// Of a model that encodes: the mean of p(x | z) at the mean of q(z | x).
    pub rebuilt: Option<Plane>,
    /// Of a model that measures how well a sample fits: by the name of a curve, in that curve's unit.
    pub measures: Vec<(String, f32)>,
    /// Of a discriminator.
    pub score: Option<f32>,
    /// Whether the score is the probability of being real, from 0 to 1, and not a critic's raw score.
    pub probability: bool,
}
