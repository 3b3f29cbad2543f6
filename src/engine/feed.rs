//! A data set's samples as they land, and the seeded order in which a run sees them.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Chunk, DataSet, Samples};
use crate::protocol::{DataCard, Plane, Split};

use super::pictures::plane;
use super::recipe::{Batch, Shape};

/// What has landed of a data set.
pub struct Shelf {
    set: &'static DataSet,
    card: DataCard,
    chunks: Vec<Chunk>,
    landed: Vec<Option<Samples>>,
    /// For each half: where each of its chunks begins, and its index in `chunks`.
    starts: [Vec<(usize, usize)>; 2],
    totals: [usize; 2],
}

impl Shelf {
    /// An empty shelf.
    pub fn new(set: &'static DataSet) -> Self {
        let chunks = (set.chunks)();
        let (mut starts, mut totals) = ([Vec::new(), Vec::new()], [0, 0]);
        for (index, chunk) in chunks.iter().enumerate() {
            let half = half(chunk.split);
            starts[half].push((totals[half], index));
            totals[half] += chunk.count;
        }
        Self { set, card: (set.card)(), landed: vec![None; chunks.len()], chunks, starts, totals }
    }

    /// The set.
    pub fn set(&self) -> &'static DataSet {
        self.set
    }

    /// What the set says of itself.
    pub fn card(&self) -> &DataCard {
        &self.card
    }

    /// Its chunks, in load order.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// The shape of its samples.
    pub fn shape(&self) -> Shape {
        let [channels, height, width] = self.card.shape.map(|side| side as usize);
        Shape { channels, height, width, classes: self.card.classes.len() }
    }

    /// Takes in the samples of the chunk with this index.
    pub fn put(&mut self, chunk: usize, samples: Samples) {
        self.landed[chunk] = Some(samples);
    }

    /// Samples here and in all, both halves together.
    pub fn filled(&self) -> (usize, usize) {
        let here = self.chunks.iter().zip(&self.landed).filter(|(_, samples)| samples.is_some());
        (here.map(|(chunk, _)| chunk.count).sum(), self.totals[0] + self.totals[1])
    }

    /// Samples that a half has when all have landed.
    pub fn total(&self, split: Split) -> usize {
        self.totals[half(split)]
    }

    /// How many samples of a half lie here without a gap, from its first on.
    pub fn ready(&self, split: Split) -> usize {
        let gap = self.starts[half(split)].iter().find(|(_, chunk)| self.landed[*chunk].is_none());
        gap.map_or(self.total(split), |(start, _)| *start)
    }

    /// A sample's pixels `[channels * height * width]` and label; `None` if it has not landed or does not exist.
    pub fn sample(&self, split: Split, index: usize) -> Option<(&[u8], u8)> {
        let starts = &self.starts[half(split)];
        let (start, chunk) = starts[starts.partition_point(|(start, _)| *start <= index).checked_sub(1)?];
        let samples = self.landed[chunk].as_ref()?;
        let (row, size) = (index - start, self.size());
        Some((samples.pixels.get(row * size..(row + 1) * size)?, *samples.labels.get(row)?))
    }

    /// These samples, as a batch on `device`; `None` where one has not landed.
    pub fn batch(&self, split: Split, rows: impl ExactSizeIterator<Item = usize>, device: &Device) -> Option<Batch> {
        let Shape { channels, height, width, .. } = self.shape();
        let count = rows.len();
        let (mut pixels, mut labels) = (Vec::with_capacity(count * self.size()), Vec::with_capacity(count));
        for row in rows {
            let (sample, label) = self.sample(split, row)?;
            pixels.extend(sample.iter().map(|pixel| f32::from(*pixel) / 255.0));
            labels.push(i32::from(label));
        }
        Some(Batch {
            images: Tensor::from_data(TensorData::new(pixels, [count, channels, height, width]), device),
            labels: Tensor::<1, Int>::from_data(TensorData::new(labels, [count]), device),
        })
    }

    /// A sample as a picture.
    pub fn plane(&self, pixels: &[u8]) -> Plane {
        plane(pixels, self.shape())
    }

    fn size(&self) -> usize {
        self.shape().size()
    }
}

fn half(split: Split) -> usize {
    match split {
        Split::Train => 0,
        Split::Test => 1,
    }
}

/// The order in which a run sees the training half. It follows from the seed alone, never from the download's timing:
/// epoch 0 goes through the chunks as they are listed, shuffled within each; later epochs shuffle all.
pub struct Feed {
    seed: u64,
    batch: usize,
    steps: u64,
    /// The first and the last index of each training chunk.
    chunks: Vec<(u32, u32)>,
    /// The epoch that `order` is of.
    epoch: Option<u64>,
    order: Vec<u32>,
}

impl Feed {
    /// The order that `seed` gives, in batches of `batch` or, if the set has fewer, of all its samples.
    pub fn new(shelf: &Shelf, seed: u64, batch: usize) -> Self {
        let total = shelf.total(Split::Train);
        let batch = batch.clamp(1, total.max(1));
        let starts = &shelf.starts[half(Split::Train)];
        let chunks = starts.iter().map(|(start, chunk)| (*start as u32, (start + shelf.chunks[*chunk].count) as u32));
        Self {
            seed,
            batch,
            steps: (total / batch).max(1) as u64,
            chunks: chunks.collect(),
            epoch: None,
            order: Vec::new(),
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

    /// The batch of the step that comes after `step` others; `None` where one of its samples has not landed.
    pub fn batch(&mut self, shelf: &Shelf, step: u64, device: &Device) -> Option<Batch> {
        shelf.batch(Split::Train, self.rows(step).iter().map(|row| *row as usize), device)
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
        self.order = self.chunks.iter().flat_map(|(start, end)| *start..*end).collect();
        let whole = [(0, self.order.len() as u32)];
        let parts = if epoch == 0 { self.chunks.as_slice() } else { &whole };
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
