//! A row of the catalogue: what a recipe says of itself beside all data sets, and how it is built.

use burn::tensor::Device;

use super::knobs::Knobs as _;
use super::recipe::{Learner, Recipe, Shape};
use crate::data::DataSet;
use crate::protocol::{Card, DataCard, Fault, Tuned, Value, View};

/// Builds a learner from knobs, a sample's shape and an autodiff device.
pub type Build = fn(knobs: &[(String, Value)], shape: &Shape, device: &Device) -> (Box<dyn Learner>, Vec<Fault>);

/// A row of the catalogue: how to describe and how to build a model. `zoo!` makes them.
pub struct Entry {
    /// As [`Recipe::card`].
    pub card: fn() -> Card,
    /// As [`Recipe::fits`].
    pub fits: fn(&Shape) -> bool,
    /// As [`Recipe::carried`].
    pub carried: fn() -> Vec<String>,
    /// Every knob's value by [`Recipe::tuned`].
    pub tuned: fn(&Shape) -> Vec<(String, Value)>,
    /// Builds a learner from the knobs that differ from their defaults; the second value lists what was clamped or unknown.
    pub build: Build,
}

impl Entry {
    /// As [`Entry::among`], of these sets.
    pub fn listed(&self, sets: &[&DataSet]) -> Card {
        self.among(&sets.iter().map(|set| (set.card)()).collect::<Vec<_>>())
    }

    /// The card as a catalogue of data sets with these cards has it: with the names of those that fit, in their order, the
    /// defaults that differ there, and the views that a session makes of any classifier's logits.
    pub fn among(&self, sets: &[DataCard]) -> Card {
        let mut card = (self.card)();
        if card.views.contains(&View::Reading) {
            card.views.extend([View::Saliency, View::Dream]);
        }
        let offered: Vec<_> = sets.iter().filter(|set| (self.fits)(&Shape::from(*set))).collect();
        let other = |(name, value): &(String, Value)| {
            card.knobs.iter().any(|knob| *knob.name == **name && knob.default != *value)
        };
        let tuned = offered.iter().map(|set| {
            let values = (self.tuned)(&Shape::from(*set)).into_iter().filter(other);
            Tuned { data: set.name.clone(), knobs: values.map(|(name, value)| (name.into(), value)).collect() }
        });
        let tuned = tuned.filter(|tuned| !tuned.knobs.is_empty()).collect();
        Card { data: offered.into_iter().map(|set| set.name.clone()).collect(), tuned, ..card }
    }
}

impl From<&DataCard> for Shape {
    fn from(card: &DataCard) -> Self {
        let [channels, height, width] = card.shape.map(|side| side as usize);
        Self { channels, height, width, classes: card.classes.len(), apart: card.apart }
    }
}

/// The catalogue's row of a recipe.
pub fn entry<R: Recipe>() -> Entry {
    Entry {
        card: R::card,
        fits: R::fits,
        carried: R::carried,
        tuned: |shape| R::tuned(shape).values(),
        build: build::<R>,
    }
}

fn build<R: Recipe>(asked: &[(String, Value)], shape: &Shape, device: &Device) -> (Box<dyn Learner>, Vec<Fault>) {
    let mut knobs = R::tuned(shape);
    let notices = asked.iter().filter_map(|(name, value)| knobs.set(name, value).err()).collect();
    (Box::new(R::new(knobs, shape, device)), notices)
}
