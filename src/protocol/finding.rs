//! What the numbers of a generative run say of its state.

use serde::{Deserialize, Serialize};

/// What the numbers of a generative run say, as data; the page turns each into a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Finding {
    /// The discriminator is almost always right: the generator gets hardly any gradient.
    DiscriminatorWins {
        /// Per cent of real samples that it calls real.
        real: f32,
        /// Per cent of generated samples that it calls generated.
        generated: f32,
    },
    /// The discriminator calls almost everything real: it teaches nothing.
    GeneratorWins {
        /// As above.
        real: f32,
        /// As above.
        generated: f32,
    },
    /// Both players hold each other.
    Balanced {
        /// As above.
        real: f32,
        /// As above.
        generated: f32,
    },
    /// Of each class, at least 2 % of the generated samples.
    EveryClass {
        /// Classes.
        of: u32,
    },
    /// Classes that make up less than 2 % of the generated samples.
    MissingClasses {
        /// Their indices.
        classes: Vec<u32>,
        /// Classes in all.
        of: u32,
    },
    /// Generated samples look alike: their features vary much less than the real ones'.
    ModeCollapse {
        /// Recall of the manifold, per cent.
        recall: f32,
    },
    /// Few generated samples are recognised with confidence.
    Blurred {
        /// Per cent of samples with a confidence of at least 0.9.
        confident: f32,
    },
    /// The KL has fallen to 0: the decoder does not heed z.
    PosteriorCollapse {
        /// Nats.
        kl: f32,
    },
    /// Latents that carry something: those whose mean varies over the test set (Burda et al. 2016).
    ActiveUnits {
        /// How many.
        active: u32,
        /// Latents in all.
        of: u32,
    },
}
