//! A data set's samples as they land, and the seeded order in which a run sees them.

mod order;

use std::borrow::Cow;
use std::rc::Rc;

use burn::tensor::{Device, Int, Tensor, TensorData};

pub use self::order::{Feed, Lack};
use crate::data::augment::{Augment, Occasion};
use crate::data::own::Own;
use crate::data::{Chunk, DataSet, Making, Samples, Source, Values, axes};
use crate::protocol::{DataCard, Fault, Plane, Split, Text, Value};

use super::knobs::{clamped, settle};
use super::pictures::{bytes, plane};
use super::recipe::{Batch, Shape};

/// What has landed of a data set, or was made.
pub struct Shelf {
    set: &'static DataSet,
    /// What the reader brought, of a set that is brought.
    own: Option<Rc<Own>>,
    /// As it is made.
    card: DataCard,
    making: Making,
    /// What training samples go through, where anything does.
    augment: Option<Augment>,
    /// A knob was turned since.
    stale: bool,
    /// How often one was turned, or all were set.
    turns: u64,
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
        Self::of(set, None, (set.card)())
    }

    /// An empty shelf for what the reader brought.
    pub fn own(own: Rc<Own>) -> Self {
        let (set, card) = (own.set(), own.card().clone());
        Self::of(set, Some(own), card)
    }

    fn of(set: &'static DataSet, own: Option<Rc<Own>>, card: DataCard) -> Self {
        let making = Making { seed: 0, knobs: defaults(&card) };
        let mut shelf = Self {
            set,
            own,
            card,
            making,
            augment: None,
            stale: false,
            turns: 0,
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
            Source::Made { .. } | Source::Brought => {
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

    /// Makes all samples of a set that is made from a seed and its knobs, in the place of those from others, or parts those
    /// that were brought; false where there is nothing to make.
    pub fn make(&mut self, seed: u64) -> bool {
        self.making.seed = seed;
        match (&self.set.source, &self.own) {
            (Source::Made { card, .. }, _) => self.card = card((self.set.card)(), &self.making),
            (Source::Brought, Some(own)) => self.card = own.as_made(own.card().clone(), &self.making),
            _ => return false,
        }
        self.arrange();
        let half = |split| match (&self.set.source, &self.own) {
            (Source::Made { make, .. }, _) => Some(make(&self.making, split)),
            (_, own) => own.as_ref().map(|own| own.make(&self.making, split)),
        };
        self.landed = self.parts.iter().map(|(split, _)| half(*split)).collect();
        self.stale = false;
        self.edition += 1;
        true
    }

    /// Makes the samples anew where a knob was turned since; true if it did. Hot knobs of what was brought are those of
    /// augmentation, which leaves the samples as they are.
    pub fn remake(&mut self) -> bool {
        self.stale && self.own.is_none() && self.make(self.making.seed)
    }

    /// Sets all of the set's knobs, to what is asked for or to their defaults, and lists what could not be had. What is asked
    /// of other knobs is none of its business. What samples are made of comes into force when they are made, augmentation at
    /// once.
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
        self.turned();
        faults
    }

    fn turned(&mut self) {
        self.turns += 1;
        self.augment = Augment::of(self.set, &self.card, &self.making);
    }

    /// Turns a hot knob of the set; `None` where it has no such knob. What samples are made of comes into force with
    /// [`Shelf::remake`], augmentation with the next step.
    pub fn turn(&mut self, name: &str, asked: &Value) -> Option<Result<(), Fault>> {
        let knob = self.card.knobs.iter().find(|knob| knob.name == name)?;
        let (_, value) = self.making.knobs.iter_mut().find(|(known, _)| known == name)?;
        let (used, fault) = settle(knob, asked, value);
        if !knob.hot {
            return Some(if used == *value { Ok(()) } else { Err(clamped(name, asked, value)) });
        }
        self.stale |= used != *value;
        *value = used;
        self.turned();
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

    /// How often its knobs were turned: another number, other augmentation.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// The set.
    pub fn set(&self) -> &'static DataSet {
        self.set
    }

    /// What the set says of itself, as it is made.
    pub fn card(&self) -> &DataCard {
        &self.card
    }

    /// What the axes show, of points that have words for it.
    pub fn axes(&self) -> [Text; 2] {
        axes(&self.card, &self.making)
    }

    /// Its chunks, in load order; none of a set that is made.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// The shape of its samples.
    pub fn shape(&self) -> Shape {
        Shape::from(&self.card)
    }

    /// As [`Shelf::shape`], of the samples that will be made by the knobs that were adopted last.
    pub fn shape_to_make(&self) -> Shape {
        let card = self.own.as_ref().map_or_else(|| (self.set.card)(), |own| own.card().clone());
        Shape::from(&card.counted(&self.making.knobs))
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

    /// What is shown of a picture or a signal, `[channels * height * width]`, and its label; `None` if it has not landed,
    /// does not exist or is a point.
    pub fn sample(&self, split: Split, index: usize) -> Option<(Cow<'_, [u8]>, u8)> {
        let (samples, row) = self.find(split, index)?;
        let span = row * self.size()..(row + 1) * self.size();
        let pixels = match &samples.values {
            Values::Bytes(pixels) => Cow::Borrowed(pixels.get(span)?),
            Values::Reals(_) if self.card().plane() => return None,
            Values::Reals(reals) => Cow::Owned(bytes(reals.get(span)?, self.shape())),
        };
        Some((pixels, *samples.labels.get(row)?))
    }

    /// A sample as models see it `[channels * height * width]`, pixels from 0 to 1 and coordinates as they are, behind
    /// what `values` holds, and its label; `None` if it has not landed or does not exist.
    pub fn read(&self, split: Split, index: usize, values: &mut Vec<f32>) -> Option<u8> {
        let (samples, row) = self.find(split, index)?;
        let label = *samples.labels.get(row)?;
        let span = row * self.size()..(row + 1) * self.size();
        match &samples.values {
            Values::Bytes(pixels) => {
                let [low, high] = self.shape().bounds();
                values.extend(pixels.get(span)?.iter().map(|pixel| low + (high - low) * (f32::from(*pixel) / 255.0)));
            }
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

    /// Training sample `occasion.row` behind what `values` holds, as the step that comes after `occasion.step` others has it,
    /// and its label; `None` as [`Shelf::read`].
    pub fn augmented(&self, occasion: Occasion, values: &mut Vec<f32>) -> Option<u8> {
        let start = values.len();
        let label = self.read(Split::Train, occasion.row as usize, values)?;
        if let Some(augment) = &self.augment {
            augment.change(&mut values[start..], occasion);
        }
        Some(label)
    }

    /// These samples as they are, as a batch on `device`; `None` where one has not landed.
    pub fn batch(&self, split: Split, rows: impl ExactSizeIterator<Item = usize>, device: &Device) -> Option<Batch> {
        self.gather(rows, device, |row, values| self.read(split, row, values))
    }

    /// Samples as `read` puts them behind what it is given.
    fn gather(
        &self,
        rows: impl ExactSizeIterator<Item = usize>,
        device: &Device,
        read: impl Fn(usize, &mut Vec<f32>) -> Option<u8>,
    ) -> Option<Batch> {
        let Shape { channels, height, width, .. } = self.shape();
        let count = rows.len();
        let (mut values, mut labels) = (Vec::with_capacity(count * self.size()), Vec::with_capacity(count));
        for row in rows {
            labels.push(i32::from(read(row, &mut values)?));
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
