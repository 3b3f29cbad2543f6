//! Models whose runs are over, kept so that they can still be asked.

use super::recipe::{Learner, Shape};

/// How many are kept at most: each holds its weights on the device.
pub const KEPT: usize = 6;

/// A model whose run is over.
pub struct Alumnus {
    /// Its recipe's name.
    pub recipe: String,
    /// The name of the data set that it learnt.
    pub data: String,
    /// The shape of its samples.
    pub shape: Shape,
    /// Steps that it made.
    pub step: u64,
    /// The model, at rest.
    pub learner: Box<dyn Learner>,
}

/// The models whose runs are over, the latest last: one for each recipe and data set.
#[derive(Default)]
pub struct Alumni(Vec<Alumnus>);

impl Alumni {
    /// Takes one in, in the place of an earlier one of its recipe and data set; where there are too many, the oldest goes.
    pub fn admit(&mut self, alumnus: Alumnus) {
        self.0.retain(|its| (&its.recipe, &its.data) != (&alumnus.recipe, &alumnus.data));
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push(alumnus);
    }

    /// Lets one go whose run is gone back to.
    pub fn recall(&mut self, recipe: &str, data: &str, step: u64) {
        self.0.retain(|its| (&*its.recipe, &*its.data, its.step) != (recipe, data, step));
    }

    /// Those that learnt a data set of this shape, the latest first: what a reader brings may come again in another one.
    pub fn of(&self, data: &str, shape: Shape) -> impl Iterator<Item = &Alumnus> {
        self.0.iter().rev().filter(move |its| its.data == data && alike(its.shape, shape))
    }
}

/// Whether a model of the one can be asked of samples of the other.
fn alike(one: Shape, other: Shape) -> bool {
    let sides = |shape: Shape| [shape.channels, shape.height, shape.width, shape.classes];
    sides(one) == sides(other)
}
