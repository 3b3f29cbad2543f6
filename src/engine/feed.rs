//! A data set's samples as they land, and the seeded order in which a run sees them.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::data::{Chunk, DataSet, Making, Samples, Source, Values};
use crate::protocol::{DataCard, Fault, Plane, Split, Value};

use super::knobs::{clamped, settle};
use super::pictures::plane;
use super::recipe::{Batch, Shape};

/// What has landed of a data set, or was made.
pub struct Shelf {
    set: &'static DataSet,
    /// As it is made.
    card: DataCard,
    making: Making,
    /// A knob was turned since.
    stale: bool,
    /// How often it was made.
    edition: u64,
    chunks: Vec<Chunk>,
    /// Samples that come together, chunk by chunk or, where they are made, half by half.
    parts: Vec<(Split, usize)>,
    landed: Vec<Option<Samples>>,
    /// For each half: where each of its parts begins, and its index in `parts`.
    starts: [Vec<(usize, usize)>; 2],
    totals: [usize; 2],
}

impl Shelf {
    /// An empty shelf.
    pub fn new(set: &'static DataSet) -> Self {
        let card = (set.card)();
        let making = Making { seed: 0, knobs: defaults(&card) };
        let mut shelf = Self {
            set,
            card,
            making,
            stale: false,
            edition: 0,
            chunks: set.chunks(),
            parts: Vec::new(),
            landed: Vec::new(),
            starts: Default::default(),
            totals: [0, 0],
        };
        shelf.arrange();
        shelf
    }

    /// Makes room for what will land, or is made.
    fn arrange(&mut self) {
        self.parts = match self.set.source {
            Source::Chunks { .. } => self.chunks.iter().map(|chunk| (chunk.split, chunk.count)).collect(),
            Source::Made { .. } => {
                vec![(Split::Train, self.card.train as usize), (Split::Test, self.card.test as usize)]
            }
        };
        (self.starts, self.totals) = Default::default();
        for (index, (split, count)) in self.parts.iter().enumerate() {
            let half = half(*split);
            self.starts[half].push((self.totals[half], index));
            self.totals[half] += count;
        }
        self.landed = vec![None; self.parts.len()];
    }

    /// Makes all samples of a set that is made from a seed and its knobs, in the place of those from others; false where it
    /// is not.
    pub fn make(&mut self, seed: u64) -> bool {
        let Source::Made { make, card } = self.set.source else { return false };
        self.making.seed = seed;
        self.card = card((self.set.card)(), &self.making);
        self.arrange();
        self.landed = self.parts.iter().map(|(split, _)| Some(make(&self.making, *split))).collect();
        self.stale = false;
        self.edition += 1;
        true
    }

    /// Makes the samples anew where a knob was turned since; true if it did.
    pub fn remake(&mut self) -> bool {
        self.stale && self.make(self.making.seed)
    }

    /// Sets all of the set's knobs, to what is asked for or to their defaults, and lists what could not be had. What is asked
    /// of other knobs is none of its business. It comes into force when the set is made.
    pub fn adopt(&mut self, asked: &[(String, Value)]) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.making.knobs = defaults(&self.card);
        for (name, value) in asked {
            let Some(knob) = self.card.knobs.iter().find(|knob| *knob.name == **name) else { continue };
            let (used, fault) = settle(knob, value, &knob.default);
            faults.extend(fault);
            self.making
                .knobs
                .iter_mut()
                .filter(|(known, _)| known == name)
                .for_each(|(_, value)| *value = used.clone());
        }
        faults
    }

    /// Turns a hot knob of the set; `None` where it has no such knob. It comes into force with [`Shelf::remake`].
    pub fn turn(&mut self, name: &str, asked: &Value) -> Option<Result<(), Fault>> {
        let knob = self.card.knobs.iter().find(|knob| knob.name == name)?;
        let (_, value) = self.making.knobs.iter_mut().find(|(known, _)| known == name)?;
        let (used, fault) = settle(knob, asked, value);
        if !knob.hot {
            return Some(if used == *value { Ok(()) } else { Err(clamped(name, asked, value)) });
        }
        self.stale |= used != *value;
        *value = used;
        Some(fault.map_or(Ok(()), Err))
    }

    /// Every knob of the set with its value.
    pub fn values(&self) -> &[(String, Value)] {
        &self.making.knobs
    }

    /// Which of these are no knobs of the set, and hence the model's.
    pub fn foreign(&self, asked: &[(String, Value)]) -> Vec<(String, Value)> {
        let own = |name: &str| self.making.knobs.iter().any(|(known, _)| known == name);
        asked.iter().filter(|(name, _)| !own(name)).cloned().collect()
    }

    /// How often its samples were made: another number, other samples.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// The set.
    pub fn set(&self) -> &'static DataSet {
        self.set
    }

    /// What the set says of itself, as it is made.
    pub fn card(&self) -> &DataCard {
        &self.card
    }

    /// Its chunks, in load order; none of a set that is made.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// The shape of its samples.
    pub fn shape(&self) -> Shape {
        Shape::from(&self.card)
    }

    /// Takes in the samples of the chunk with this index.
    pub fn put(&mut self, chunk: usize, samples: Samples) {
        self.landed[chunk] = Some(samples);
    }

    /// Samples here and in all, both halves together.
    pub fn filled(&self) -> (usize, usize) {
        let here = self.parts.iter().zip(&self.landed).filter(|(_, samples)| samples.is_some());
        (here.map(|((_, count), _)| count).sum(), self.totals[0] + self.totals[1])
    }

    /// Samples that a half has when all have landed.
    pub fn total(&self, split: Split) -> usize {
        self.totals[half(split)]
    }

    /// How many samples of a half lie here without a gap, from its first on.
    pub fn ready(&self, split: Split) -> usize {
        let gap = self.starts[half(split)].iter().find(|(_, part)| self.landed[*part].is_none());
        gap.map_or(self.total(split), |(start, _)| *start)
    }

    /// A picture's pixels `[channels * height * width]` and label; `None` if it has not landed, does not exist or is
    /// no picture.
    pub fn sample(&self, split: Split, index: usize) -> Option<(&[u8], u8)> {
        let (samples, row) = self.find(split, index)?;
        let Values::Bytes(pixels) = &samples.values else { return None };
        let size = self.size();
        Some((pixels.get(row * size..(row + 1) * size)?, *samples.labels.get(row)?))
    }

    /// A sample as models see it `[channels * height * width]`, pixels from 0 to 1 and coordinates as they are, behind
    /// what `values` holds, and its label; `None` if it has not landed or does not exist.
    pub fn read(&self, split: Split, index: usize, values: &mut Vec<f32>) -> Option<u8> {
        let (samples, row) = self.find(split, index)?;
        let label = *samples.labels.get(row)?;
        let span = row * self.size()..(row + 1) * self.size();
        match &samples.values {
            Values::Bytes(pixels) => values.extend(pixels.get(span)?.iter().map(|pixel| f32::from(*pixel) / 255.0)),
            Values::Reals(reals) => values.extend(reals.get(span)?),
        }
        Some(label)
    }

    /// A sample's label; `None` if it has not landed or does not exist.
    pub fn label(&self, split: Split, index: usize) -> Option<u8> {
        let (samples, row) = self.find(split, index)?;
        samples.labels.get(row).copied()
    }

    /// The part that holds a sample, and its row there.
    fn find(&self, split: Split, index: usize) -> Option<(&Samples, usize)> {
        let starts = &self.starts[half(split)];
        let (start, part) = starts[starts.partition_point(|(start, _)| *start <= index).checked_sub(1)?];
        Some((self.landed[part].as_ref()?, index - start))
    }

    /// These samples, as a batch on `device`; `None` where one has not landed.
    pub fn batch(&self, split: Split, rows: impl ExactSizeIterator<Item = usize>, device: &Device) -> Option<Batch> {
        let Shape { channels, height, width, .. } = self.shape();
        let count = rows.len();
        let (mut values, mut labels) = (Vec::with_capacity(count * self.size()), Vec::with_capacity(count));
        for row in rows {
            labels.push(i32::from(self.read(split, row, &mut values)?));
        }
        Some(Batch {
            images: Tensor::from_data(TensorData::new(values, [count, channels, height, width]), device),
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

fn defaults(card: &DataCard) -> Vec<(String, Value)> {
    card.knobs.iter().map(|knob| (knob.name.to_string(), knob.default.clone())).collect()
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
    /// The first index of each training part, and the first one behind it.
    parts: Vec<(u32, u32)>,
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
        let parts = starts.iter().map(|(start, part)| (*start as u32, (start + shelf.parts[*part].1) as u32));
        Self {
            seed,
            batch,
            steps: (total / batch).max(1) as u64,
            parts: parts.collect(),
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
