//! A run's weights and optimiser state as safetensors, and back.

use std::collections::HashMap;

use burn::tensor::{Tensor, TensorData, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::protocol::{Fault, Setup, Value};

use super::recipe::{Keeper, Learner};

/// Names that begin so are the optimiser's; a snapshot that only answers questions does without them.
pub const OPTIMISER: &str = "optimiser/";

/// What a snapshot says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The recipe's name.
    pub recipe: String,
    /// The data set's name.
    pub data: String,
    /// Steps made.
    pub step: u64,
    /// Every knob's value.
    pub knobs: Vec<(String, Value)>,
    /// Test accuracy, from 0 to 1, where it was measured.
    pub accuracy: Option<f32>,
}

/// Gathers a learner's state: tensors still on the device, and plain counts.
#[derive(Default)]
pub struct Gathered {
    /// By name, each `[numbers]`.
    pub tensors: Vec<(String, Tensor<1>)>,
    /// By name.
    pub counts: Vec<(String, u64)>,
}

impl Gathered {
    /// A learner's whole state.
    ///
    /// # Errors
    /// Whatever the learner says.
    pub fn of(learner: &mut dyn Learner) -> Result<Self, Fault> {
        let mut gathered = Self::default();
        learner.keep(&mut gathered)?;
        Ok(gathered)
    }
}

impl Keeper for Gathered {
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault> {
        self.tensors.push((name.to_owned(), numbers.clone()));
        Ok(numbers)
    }

    fn count(&mut self, name: &str, number: u64) -> Result<u64, Fault> {
        self.counts.push((name.to_owned(), number));
        Ok(number)
    }
}

/// A snapshot that was read back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// What it says of itself.
    pub about: About,
    /// By name.
    pub tensors: HashMap<String, Vec<f32>>,
    /// By name.
    pub counts: HashMap<String, u64>,
}

impl Snapshot {
    /// Its bytes.
    ///
    /// # Errors
    /// [`Fault::Snapshot`] where the format's writer refuses.
    pub fn write(&self) -> Result<Vec<u8>, Fault> {
        let tensors = self.tensors.iter().map(|(name, numbers)| {
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            (name, Dtype::F32, numbers.len(), bytes)
        });
        let counts = self.counts.iter().map(|(name, count)| (name, Dtype::U64, 1, count.to_le_bytes().to_vec()));
        let mut blocks: Vec<_> = tensors.chain(counts).collect();
        blocks.sort_by(|one, other| one.0.cmp(other.0));
        let views = blocks
            .iter()
            .map(|(name, kind, count, bytes)| {
                Ok((name.as_str(), TensorView::new(*kind, vec![*count], bytes).map_err(misfit)?))
            })
            .collect::<Result<Vec<_>, Fault>>()?;
        safetensors::serialize(views, Some(self.about.to_text())).map_err(misfit)
    }

    /// A snapshot out of its bytes; numbers in half precision, as the page ships them, are widened.
    ///
    /// # Errors
    /// [`Fault::Snapshot`] for bytes that are none of ours.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(misfit)?;
        let about = About::from_text(header.metadata().as_ref().ok_or_else(|| misfit("it has no metadata"))?)?;
        let mut snapshot = Self { about, ..Self::default() };
        for (name, view) in SafeTensors::deserialize(bytes).map_err(misfit)?.tensors() {
            match (view.dtype(), view.data()) {
                (Dtype::F32, data) => {
                    let (numbers, _) = data.as_chunks::<4>();
                    snapshot.tensors.insert(name, numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
                }
                (Dtype::F16, data) => {
                    let (numbers, _) = data.as_chunks::<2>();
                    snapshot
                        .tensors
                        .insert(name, numbers.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect());
                }
                (Dtype::U64, data) => {
                    let count = data.try_into().map_err(|_| misfit("a count of more than one number"))?;
                    snapshot.counts.insert(name, u64::from_le_bytes(count));
                }
                (other, _) => return Err(misfit(format!("{name} is stored as {other:?}"))),
            }
        }
        Ok(snapshot)
    }

    /// Whether all its numbers are finite: a run that diverged must not be gone on with.
    pub fn finite(&self) -> bool {
        self.tensors.values().flatten().all(|number| number.is_finite())
    }

    /// Puts it into a learner that was built for `setup`, to train on; the steps that it had made there. Of a snapshot that
    /// was taken on another data set the weights alone are taken, and training begins anew; of one that was taken with
    /// another optimiser, too, and training goes on, as where the optimiser is switched while a model trains.
    ///
    /// # Errors
    /// [`Fault::Snapshot`] where it is of another model; as [`Snapshot::restore`].
    pub fn resume(&self, setup: &Setup, learner: &mut dyn Learner) -> Result<u64, Fault> {
        let about = &self.about;
        if about.recipe != setup.recipe {
            return Err(misfit(format!("it is of {} on {}", about.recipe, about.data)));
        }
        let goes_on = about.data == setup.data;
        let values = learner.values();
        let rules = [&about.knobs, &values].map(|knobs| knobs.iter().find(|(name, _)| name == "optimiser"));
        let weights_only = !goes_on || rules[0] != rules[1];
        learner.keep(&mut Restorer { snapshot: self, weights_only })?;
        Ok(if goes_on { about.step } else { 0 })
    }

    /// Puts the state back into a learner: all of it, to train on.
    ///
    /// # Errors
    /// [`Fault::Snapshot`] where something is missing or has another length.
    pub fn restore(&self, learner: &mut dyn Learner) -> Result<(), Fault> {
        learner.keep(&mut Restorer { snapshot: self, weights_only: false })
    }

    /// Puts the weights back into a learner, to ask it questions; its optimiser stays as it is.
    ///
    /// # Errors
    /// As [`Snapshot::restore`].
    pub fn restore_weights(&self, learner: &mut dyn Learner) -> Result<(), Fault> {
        learner.keep(&mut Restorer { snapshot: self, weights_only: true })
    }
}

struct Restorer<'a> {
    snapshot: &'a Snapshot,
    weights_only: bool,
}

impl Restorer<'_> {
    fn leaves_alone(&self, name: &str) -> bool {
        self.weights_only && name.starts_with(OPTIMISER)
    }
}

impl Keeper for Restorer<'_> {
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault> {
        if self.leaves_alone(name) {
            return Ok(numbers);
        }
        let stored = self.snapshot.tensors.get(name).ok_or_else(|| misfit(format!("{name} is missing")))?;
        let [length] = numbers.dims();
        if stored.len() != length {
            return Err(misfit(format!("{name} has {} numbers, the network {length}", stored.len())));
        }
        Ok(Tensor::from_data(TensorData::new(stored.clone(), [length]), &numbers.device()))
    }

    fn count(&mut self, name: &str, number: u64) -> Result<u64, Fault> {
        if self.leaves_alone(name) {
            return Ok(number);
        }
        self.snapshot.counts.get(name).copied().ok_or_else(|| misfit(format!("{name} is missing")))
    }
}

impl About {
    fn to_text(&self) -> HashMap<String, String> {
        let mut text = HashMap::from([
            ("recipe".to_owned(), self.recipe.clone()),
            ("data".to_owned(), self.data.clone()),
            ("step".to_owned(), self.step.to_string()),
        ]);
        text.extend(self.accuracy.map(|accuracy| ("accuracy".to_owned(), accuracy.to_string())));
        text.extend(self.knobs.iter().map(|(name, value)| {
            let value = match value {
                Value::Whole(value) => format!("whole {value}"),
                Value::Real(value) => format!("real {value}"),
                Value::Switch(value) => format!("switch {value}"),
                Value::Choice(value) => format!("choice {value}"),
                Value::Drawing(value) => format!("drawing {value}"),
            };
            (format!("knob.{name}"), value)
        }));
        text
    }

    fn from_text(text: &HashMap<String, String>) -> Result<Self, Fault> {
        let word = |name: &str| text.get(name).cloned().ok_or_else(|| misfit(format!("it does not say its {name}")));
        let step = word("step")?.parse().map_err(misfit)?;
        let accuracy = text.get("accuracy").map(|accuracy| accuracy.parse().map_err(misfit)).transpose()?;
        let mut knobs = Vec::new();
        for (name, value) in text {
            if let Some(name) = name.strip_prefix("knob.") {
                knobs.push((name.to_owned(), knob(value).ok_or_else(|| misfit(format!("{name} = {value}")))?));
            }
        }
        knobs.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(Self { recipe: word("recipe")?, data: word("data")?, step, knobs, accuracy })
    }
}

fn knob(text: &str) -> Option<Value> {
    let (kind, value) = text.split_once(' ')?;
    match kind {
        "whole" => value.parse().ok().map(Value::Whole),
        "real" => value.parse().ok().map(Value::Real),
        "switch" => value.parse().ok().map(Value::Switch),
        "choice" => Some(Value::Choice(value.to_owned().into())),
        "drawing" => Some(Value::Drawing(value.to_owned().into())),
        _ => None,
    }
}

fn misfit(detail: impl ToString) -> Fault {
    Fault::Snapshot { detail: detail.to_string() }
}
