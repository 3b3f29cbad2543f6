//! The seeded order in which a run sees the training half.

use burn::tensor::Device;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Shelf, half};
use crate::data::augment::Occasion;
use crate::engine::recipe::{Batch, Learner, Supply, Wish};
use crate::protocol::Split;

/// The order in which a run sees the training half. It follows from the seed alone, never from the download's timing:
/// epoch 0 goes through the chunks as they are listed, shuffled within each; later epochs shuffle all.
pub struct Feed {
    seed: u64,
    /// Samples of a batch as asked for, and as there are.
    asked: usize,
    batch: usize,
    total: usize,
    steps: u64,
    /// The first index of each training part, and the first one behind it.
    parts: Vec<(u32, u32)>,
    /// The epoch that `order` is of.
    epoch: Option<u64>,
    order: Vec<u32>,
}

/// Why a step has no samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// One of them has not landed.
    Late,
    /// There are no more steps to make.
    Done,
}

impl Feed {
    /// The order that `seed` gives, in batches of `asked` or, if the set has fewer, of all its samples.
    pub fn new(shelf: &Shelf, seed: u64, asked: usize) -> Self {
        let total = shelf.total(Split::Train);
        let batch = asked.clamp(1, total.max(1));
        let starts = &shelf.starts[half(Split::Train)];
        let parts = starts.iter().map(|(start, part)| (*start as u32, (start + shelf.parts[*part].1) as u32));
        Self {
            seed,
            asked,
            batch,
            total,
            steps: (total / batch).max(1) as u64,
            parts: parts.collect(),
            epoch: None,
            order: Vec::new(),
        }
    }

    /// Follows samples that were made anew: of as many the order stays, of others it is another one from the next step on.
    pub fn follow(&mut self, shelf: &Shelf) {
        if shelf.total(Split::Train) != self.total {
            *self = Self::new(shelf, self.seed, self.asked);
        }
    }

    /// Samples in each batch. All have this many, so that a GPU compiles for one shape: an epoch leaves out the few
    /// samples, others each time, that fill no batch.
    pub fn batch_size(&self) -> usize {
        self.batch
    }

    /// Batches in an epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        self.steps
    }

    /// What the learner's step takes that comes after `step` others.
    ///
    /// # Errors
    /// Why there is nothing to take.
    pub fn serve(
        &mut self,
        learner: &mut dyn Learner,
        shelf: &Shelf,
        step: u64,
        device: &Device,
    ) -> Result<Batch, Lack> {
        let (train, test) = (shelf.total(Split::Train), shelf.total(Split::Test));
        // Each only grows: another sum, other samples or other augmentation.
        let edition = shelf.edition() + shelf.turns();
        let batch = match learner.wish(step, Supply { train, test, edition }) {
            Wish::Next => self.batch(shelf, step, device),
            Wish::These(Split::Train, rows) => taught(shelf, rows.into_iter(), (self.seed, step), device),
            Wish::These(Split::Test, rows) => shelf.batch(Split::Test, rows.into_iter(), device),
            Wish::Done => return Err(Lack::Done),
        };
        batch.ok_or(Lack::Late)
    }

    /// The batch of the step that comes after `step` others, augmented; `None` where one of its samples has not landed.
    pub fn batch(&mut self, shelf: &Shelf, step: u64, device: &Device) -> Option<Batch> {
        let seed = self.seed;
        taught(shelf, self.rows(step).iter().map(|row| *row as usize), (seed, step), device)
    }

    /// The samples of that batch, by their index in the training half.
    pub fn rows(&mut self, step: u64) -> &[u32] {
        let epoch = step / self.steps;
        if self.epoch != Some(epoch) {
            self.shuffle(epoch);
        }
        let start = (step % self.steps) as usize * self.batch;
        &self.order[start..(start + self.batch).min(self.order.len())]
    }

    fn shuffle(&mut self, epoch: u64) {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(epoch);
        self.order = self.parts.iter().flat_map(|(start, end)| *start..*end).collect();
        let whole = [(0, self.order.len() as u32)];
        let parts = if epoch == 0 { self.parts.as_slice() } else { &whole };
        for (start, end) in parts {
            let part = &mut self.order[*start as usize..*end as usize];
            // Fisher and Yates, as in Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2P.
            for last in (1..part.len()).rev() {
                // A 32-bit draw: `usize` is narrower in the browser and would draw another order.
                part.swap(last, random.random_range(0..=last as u32) as usize);
            }
        }
        self.epoch = Some(epoch);
    }
}

/// These training samples, augmented as the step of this seed has them that comes after so many others.
fn taught(
    shelf: &Shelf,
    rows: impl ExactSizeIterator<Item = usize>,
    (seed, step): (u64, u64),
    device: &Device,
) -> Option<Batch> {
    shelf.gather(rows, device, |row, values| shelf.augmented(Occasion { seed, step, row: row as u64 }, values))
}
