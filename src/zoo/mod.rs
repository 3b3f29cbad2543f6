//! The models, one file each: card, knobs, network, loss, views.

use crate::engine::recipe::{Entry, entry};

/// Lists the models in the order of the catalogue.
macro_rules! zoo {
    ($($model:ident),* $(,)?) => {
        $(pub mod $model;)*

        /// Every model of the catalogue.
        pub fn zoo() -> Vec<Entry> {
            vec![$(entry::<$model::Model>()),*]
        }
    };
}

// The last one stays the last: an address that names no model means it.
zoo![softmax, bayes, discriminant, duel, svm, fourier, perceptron, cnn, resnet, mmd, vae, gan, dcgan, lenet];
