//! Trains a model on a packed data set and evaluates it on all test samples.

use std::fs::File;
use std::io::Read;
use std::time::Instant;

use burn::tensor::{Device, Int, Tensor, TensorData};
use flate2::read::GzDecoder;

use crate::data::SETS;
use crate::engine::exam::Exam;
use crate::engine::feed::{Feed, Shelf};
use crate::engine::recipe::{Batch, Learner, Moment, Shape};
use crate::protocol::{Split, Value};
use crate::zoo::zoo;

/// Reads the packed MNIST.
pub fn digits() -> Result<Shelf, String> {
    shelf("mnist", 0, &[])
}

/// Reads a packed data set from `assets/data`, or makes it from `seed` and those of `knobs` that are its own.
pub fn shelf(name: &str, seed: u64, knobs: &[(String, Value)]) -> Result<Shelf, String> {
    let set = *SETS.iter().find(|set| (set.card)().name == name).ok_or_else(|| format!("no data set `{name}`"))?;
    let mut shelf = Shelf::new(set);
    shelf.adopt(knobs).iter().for_each(|notice| eprintln!("{notice:?}"));
    shelf.make(seed);
    for index in 0..shelf.chunks().len() {
        let chunk = &shelf.chunks()[index];
        let path = crate::checkout().join(set.path(chunk));
        let told = |error: std::io::Error| format!("{}: {error}", path.display());
        let mut bytes = Vec::with_capacity(chunk.unpacked);
        GzDecoder::new(File::open(&path).map_err(told)?).read_to_end(&mut bytes).map_err(told)?;
        let samples = set.open(chunk, bytes).map_err(|cause| format!("{}: {cause:?}", path.display()))?;
        shelf.put(index, samples);
    }
    Ok(shelf)
}

/// A run to make.
#[derive(Clone)]
pub struct Course {
    /// The model's name.
    pub model: String,
    /// Passes over the training set.
    pub epochs: u32,
    /// Knobs that differ from their defaults.
    pub knobs: Vec<(String, Value)>,
}

/// A run that was made.
pub struct Done {
    /// The model.
    pub learner: Box<dyn Learner>,
    /// Per cent of the test set, of a classifier.
    pub accuracy: f32,
    /// After each epoch: the curves' values over all test samples.
    pub tested: Vec<Vec<(&'static str, f32)>>,
    /// Its seed.
    pub seed: i64,
    /// Updates made.
    pub steps: u64,
}

/// Changes a picture `[channels * height * width]`, from 0 to 1, while it is put into a batch, in the place of the data
/// set's knobs.
pub type Augment<'a> = &'a mut dyn FnMut(&mut [f32]);

/// Trains and evaluates; prints a line for each epoch where `talk`.
pub fn course(data: &Shelf, course: &Course, mut augment: Option<Augment<'_>>, talk: bool) -> Result<Done, String> {
    let device = Device::default();
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == course.model);
    let entry = entry.ok_or_else(|| format!("no model `{}`", course.model))?;
    let (mut learner, notices) = (entry.build)(&data.foreign(&course.knobs), &data.shape(), &device.clone().autodiff());
    notices.iter().for_each(|notice| eprintln!("{notice:?}"));
    let seed = whole(learner.as_ref(), "seed");
    let mut feed = Feed::new(data, seed as u64, whole(learner.as_ref(), "batch-size") as usize);
    let steps = feed.steps_per_epoch();
    let (start, mut after) = (Instant::now(), Vec::new());
    for epoch in 0..u64::from(course.epochs) {
        let mut curves: Vec<(&'static str, Vec<Tensor<1>>)> = Vec::new();
        for step in epoch * steps..(epoch + 1) * steps {
            let at = Moment { step, steps_per_epoch: steps as u32 };
            let batch = match &mut augment {
                Some(augment) => gather(data, Split::Train, feed.rows(step), augment, &device),
                None => feed.batch(data, step, &device).expect("every chunk was loaded"),
            };
            for (name, value) in learner.step(batch, at) {
                match curves.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, values)) => values.push(value),
                    None => curves.push((name, vec![value])),
                }
            }
        }
        let trained = curves.into_iter().map(|(name, values)| (name, read(Tensor::cat(values, 0).mean())[0]));
        let (trained, tested) = (trained.collect::<Vec<_>>(), tested(learner.as_ref(), data, &device));
        if talk {
            let words = trained.iter().chain(&tested).map(|(name, value)| format!("  {name} {value:.4}"));
            let seconds = start.elapsed().as_secs_f32();
            println!("epoch {:>2} {seconds:>7.1} s{}", epoch + 1, words.collect::<String>());
        }
        after.push(tested);
    }
    let accuracy = after.last().map_or(0.0, |tested| accuracy(tested));
    if talk {
        let (model, seconds, count) = (&course.model, start.elapsed().as_secs_f32(), data.total(Split::Test));
        println!("{model}: {count} test samples, seed {seed}, {seconds:.1} s");
    }
    Ok(Done { learner, accuracy, tested: after, seed, steps: u64::from(course.epochs) * steps })
}

/// The curves' values over all test samples; a model that generates by class classifies the first thousand.
pub fn tested(learner: &dyn Learner, data: &Shelf, device: &Device) -> Vec<(&'static str, f32)> {
    let mut exam = Exam::new(data.total(Split::Test), data.shape().classes).by_class(learner);
    while let Some(slice) = exam.slice(500) {
        let batch = data.batch(Split::Test, slice.clone(), device).expect("every chunk was loaded");
        exam.look(slice, batch, learner);
        for (slice, outcome) in exam.take_held() {
            if let Some(logits) = outcome.logits {
                exam.classify(slice, &read(logits.flatten(0, 1)), data);
            }
            outcome.values.into_iter().for_each(|(series, values)| exam.add(series, &read(values)));
        }
    }
    exam.finish().map(|tally| tally.values()).unwrap_or_default()
}

/// Per cent of the test samples, of a classifier.
pub fn accuracy(values: &[(&'static str, f32)]) -> f32 {
    values.iter().find(|(name, _)| *name == "accuracy/test").map_or(0.0, |(_, value)| *value)
}

/// These samples as a batch, each changed by `augment`.
pub fn gather(data: &Shelf, split: Split, rows: &[u32], augment: Augment<'_>, device: &Device) -> Batch {
    let Shape { channels, height, width, .. } = data.shape();
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for row in rows {
        let start = pixels.len();
        let label = data.read(split, *row as usize, &mut pixels).expect("every chunk was loaded");
        augment(&mut pixels[start..]);
        labels.push(i32::from(label));
    }
    Batch {
        images: Tensor::from_data(TensorData::new(pixels, [rows.len(), channels, height, width]), device),
        labels: Tensor::<1, Int>::from_data(TensorData::new(labels, [rows.len()]), device),
    }
}

/// Numbers on the host.
pub fn read(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec().expect("just converted to f32")
}

/// A knob of whole numbers that every model has.
pub(super) fn whole(learner: &dyn Learner, name: &str) -> i64 {
    let value = learner.values().into_iter().find(|(known, _)| known == name);
    match value {
        Some((_, Value::Whole(number))) => number,
        _ => unreachable!("every model shares the knob {name}"),
    }
}
