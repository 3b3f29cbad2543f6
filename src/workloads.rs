//! What speed is measured by: the catalogue's models as plain networks, which other libraries can be given as well.

use std::borrow::Cow;

use crate::engine::bench::Workload;
use crate::engine::recipe::Shape;
use crate::protocol::Value;

/// A digit.
const DIGIT: Shape = Shape { channels: 1, height: 28, width: 28, classes: 10, apart: None };
/// An emoji.
const COLOUR: Shape = Shape { channels: 3, height: 32, width: 32, classes: 9, apart: None };
/// Places of C1's maps and of C3's.
const LENET: &[(&str, usize)] = &[("c1.weight", 28 * 28), ("c3.weight", 10 * 10)];
/// Of convolutions the places of their output, of transposed ones those of their input.
const DCGAN: &[(&str, usize)] = &[
    ("generator.first.weight", 7 * 7),
    ("generator.second.weight", 14 * 14),
    ("discriminator.first.weight", 14 * 14),
    ("discriminator.second.weight", 7 * 7),
];
const CONSTANT: Value = Value::Choice(Cow::Borrowed("constant"));
const RATE: Value = Value::Real(1e-3);
const NONE: Value = Value::Real(0.0);

/// The workloads, each without what only Kiln has: schedules, penalties and averages.
pub static WORKLOADS: [Workload; 7] = [
    Workload { name: "softmax", recipe: "softmax", shape: DIGIT, latent: 0, knobs: &[], places: &[] },
    Workload {
        name: "perceptron",
        recipe: "perceptron",
        shape: DIGIT,
        latent: 0,
        knobs: &[("schedule", CONSTANT)],
        places: &[],
    },
    Workload {
        name: "lenet",
        recipe: "lenet",
        shape: DIGIT,
        latent: 0,
        knobs: &[("schedule", CONSTANT), ("learning-rate", RATE)],
        places: LENET,
    },
    Workload {
        name: "lenet-colour",
        recipe: "lenet",
        shape: COLOUR,
        latent: 0,
        // At the other's rate the net learns noise in colour so unsteadily that rounding decides the twentieth loss.
        knobs: &[("schedule", CONSTANT), ("learning-rate", Value::Real(2e-4))],
        places: LENET,
    },
    Workload {
        name: "vae",
        recipe: "vae",
        shape: DIGIT,
        latent: 20,
        knobs: &[("latent", Value::Whole(20))],
        places: &[],
    },
    Workload {
        name: "gan",
        recipe: "gan",
        shape: DIGIT,
        latent: 10,
        knobs: &[("learning-rate", RATE), ("discriminator-rate", RATE), ("r1", NONE), ("average", NONE)],
        places: &[],
    },
    Workload {
        name: "dcgan",
        recipe: "dcgan",
        shape: DIGIT,
        latent: 64,
        knobs: &[
            ("latent", Value::Whole(64)),
            ("learning-rate", RATE),
            ("discriminator-rate", RATE),
            ("r1", NONE),
            ("average", NONE),
        ],
        places: DCGAN,
    },
];
