//! Data sets: bytes or a seed in, samples out; a set is one file here and one word in `data!`.

pub mod augment;
mod chance;
mod distance;
mod drawing;
pub mod own;
mod plane;
mod table;
pub mod warp;

pub use self::table::axes;

use std::fmt::Write;

use sha2::{Digest, Sha256};

use self::distance::median_distance;
use crate::protocol::{ChunkCause, DataCard, Group, Knob, Range, Split, Stroke, Text, Value};

/// Declares the sets' modules and lists them in [`SETS`], in the order of the catalogue.
macro_rules! data {
    ($($set:ident),+ $(,)?) => {
        $(pub mod $set;)+
        /// Every data set, in the order of the catalogue.
        pub static SETS: &[&DataSet] = &[$(&$set::SET),+];
    };
}

data![
    mnist,
    fashion,
    sketches,
    emoji,
    mnist1d,
    ring,
    grid,
    moons,
    circles,
    spirals,
    swissroll,
    pinwheel,
    checkerboard,
    lines,
    blobs,
    xor,
    iris,
    penguins,
    drawn,
    points
];

/// A row of the catalogue.
#[derive(Debug)]
pub struct DataSet {
    /// What the set says of itself.
    pub card: fn() -> DataCard,
    /// Where its samples come from.
    pub source: Source,
    /// A drawing as a sample `[channels, height, width]`, from 0 to 1: put through the set's own preprocessing
    /// (`true`), or the pad scaled down as it is. `None` where nothing was drawn.
    pub prepare: fn(&[Stroke], bool) -> Option<Vec<f32>>,
    /// What lies behind its pictures, from 0 to 1: it shows where augmentation moves them away.
    pub paper: f32,
    /// The snapshot under `assets/models/` that answers drawings before a run has made a step.
    pub shipped: Option<&'static str>,
}

/// Where a set's samples come from.
#[derive(Debug)]
pub enum Source {
    /// Files that are fetched.
    Chunks {
        /// Where they lie, relative to the page: `assets/data/<name>`.
        folder: &'static str,
        /// The files, in the order in which they are to be loaded.
        list: fn() -> Vec<Chunk>,
        /// A chunk's samples from its verified bytes.
        ///
        /// # Errors
        /// [`ChunkCause::Checksum`] where the bytes hold something that no sample of the set can be.
        parse: fn(&Chunk, Vec<u8>) -> Result<Samples, ChunkCause>,
    },
    /// A seed and the set's knobs.
    Made {
        /// The samples of one half, as many as the card as made says.
        make: fn(&Making, Split) -> Samples,
        /// The card as it holds of what is made so.
        card: fn(DataCard, &Making) -> DataCard,
    },
    /// The reader; what was brought stands beside the set (`own.rs`).
    Brought,
}

/// What samples are made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Making {
    /// The random seed.
    pub seed: u64,
    /// Every knob of the set, by name, with its value; a missing one has its default.
    pub knobs: Vec<(String, Value)>,
}

impl Making {
    /// What every deviation is multiplied by.
    fn noise(&self) -> f64 {
        if let Some(Value::Real(noise)) = self.value("noise") { *noise } else { 1.0 }
    }

    /// Per cent of all samples that are learnt from, where `default` are unless a knob says otherwise.
    fn share(&self, default: u32) -> u32 {
        self.whole("train-share").unwrap_or(default)
    }

    /// How many samples are learnt from, where `default` are unless a knob says otherwise.
    fn count(&self, default: u32) -> u32 {
        self.whole("count").unwrap_or(default)
    }

    fn whole(&self, name: &str) -> Option<u32> {
        if let Some(Value::Whole(number)) = self.value(name) { Some(*number as u32) } else { None }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.knobs.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl DataSet {
    /// A row of the catalogue for what is made of a seed and knobs.
    const fn made(
        card: fn() -> DataCard,
        make: fn(&Making, Split) -> Samples,
        as_made: fn(DataCard, &Making) -> DataCard,
        paper: f32,
    ) -> Self {
        Self { card, source: Source::Made { make, card: as_made }, prepare: undrawable, paper, shipped: None }
    }

    /// What the catalogue says of it.
    pub fn listed(&self) -> DataCard {
        DataCard { judged: self.shipped.is_some(), ..(self.card)() }
    }

    /// Its files, in the order in which they are to be loaded; none where it comes from elsewhere.
    pub fn chunks(&self) -> Vec<Chunk> {
        match self.source {
            Source::Chunks { list, .. } => list(),
            Source::Made { .. } | Source::Brought => Vec::new(),
        }
    }

    /// A chunk's samples from its unpacked bytes, once their length and their SHA-256 are right.
    ///
    /// # Errors
    /// [`ChunkCause::Truncated`] or [`ChunkCause::Checksum`].
    pub fn open(&self, chunk: &Chunk, bytes: Vec<u8>) -> Result<Samples, ChunkCause> {
        if bytes.len() != chunk.unpacked {
            return Err(ChunkCause::Truncated);
        }
        if hex(&Sha256::digest(&bytes)) != chunk.sha256 {
            return Err(ChunkCause::Checksum);
        }
        match self.source {
            Source::Chunks { parse, .. } => parse(chunk, bytes),
            Source::Made { .. } | Source::Brought => Err(ChunkCause::Checksum),
        }
    }

    /// A chunk's path, relative to the page.
    pub fn path(&self, chunk: &Chunk) -> String {
        match self.source {
            Source::Chunks { folder, .. } => format!("{folder}/{}", chunk.file),
            Source::Made { .. } | Source::Brought => chunk.file.clone(),
        }
    }
}

/// One file of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its file name.
    pub file: String,
    /// Which half its samples belong to.
    pub split: Split,
    /// Samples in it.
    pub count: usize,
    /// Bytes, unpacked.
    pub unpacked: usize,
    /// Bytes, packed.
    pub packed: usize,
    /// SHA-256 of the unpacked bytes, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Samples of one chunk, or of one half of a set that is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// `[count, channels, height, width]`.
    pub values: Values,
    /// `[count]`, class indices.
    pub labels: Vec<u8>,
}

/// A signal's bytes reach so many standard deviations to either side of 0.
pub const SPAN: f32 = 4.5;

/// What samples are made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of pictures: 0 to 255, which models see as 0 to 1; of signals: the same, seen as minus to plus [`SPAN`].
    Bytes(Vec<u8>),
    /// Of points: coordinates, as they are; of rows of a table: their numbers.
    Reals(Vec<f32>),
}

impl Values {
    /// The median of the squared distance between two of the samples, of `size` numbers each; bytes count from 0 to 1.
    pub fn apart(&self, size: usize) -> Option<f32> {
        match self {
            Self::Bytes(bytes) => median_distance(bytes.len() / size, size, &|at| f32::from(bytes[at]) / 255.0),
            Self::Reals(reals) => median_distance(reals.len() / size, size, &|at| reals[at]),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("a String takes any text");
        digits
    })
}

/// The chunks named by a list: a line each, `file split count unpacked_bytes packed_bytes sha256`. Lines that are
/// empty or begin with `#` say nothing; a line that does not read so is left out, which the tests would notice.
fn listed(list: &str) -> Vec<Chunk> {
    list.lines().filter(|line| !line.starts_with('#')).filter_map(chunk).collect()
}

fn chunk(line: &str) -> Option<Chunk> {
    let mut words = line.split_whitespace();
    let file = words.next()?.to_owned();
    let split = match words.next()? {
        "train" => Split::Train,
        "test" => Split::Test,
        _ => return None,
    };
    let mut number = || words.next()?.parse().ok();
    let (count, unpacked, packed) = (number()?, number()?, number()?);
    Some(Chunk { file, split, count, unpacked, packed, sha256: words.next()?.to_owned() })
}

/// A set's own knob, with its title and its help.
fn knob(name: &'static str, [title, help]: [Text; 2], range: Range, default: Value, hot: bool) -> Knob {
    Knob { name: name.into(), title, help, range, default, hot, group: Group::Data, when: None }
}

/// Of a set of which no drawing is a sample.
fn undrawable(_: &[Stroke], _: bool) -> Option<Vec<f32>> {
    None
}

/// The plain layout: `count` pictures of `pixels` bytes each, then `count` labels below `classes`.
fn plain(chunk: &Chunk, mut bytes: Vec<u8>, pixels: usize, classes: u8) -> Result<Samples, ChunkCause> {
    if bytes.len() != chunk.count * (pixels + 1) {
        return Err(ChunkCause::Truncated);
    }
    let labels = bytes.split_off(chunk.count * pixels);
    if labels.iter().any(|label| *label >= classes) {
        return Err(ChunkCause::Checksum);
    }
    Ok(Samples { values: Values::Bytes(bytes), labels })
}
