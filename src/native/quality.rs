//! The calibration table of sample quality: what the metrics say of samples whose quality is known, and of a trained model.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::train::{Course, course, digits, read};
use crate::engine::feed::Shelf;
use crate::engine::math::{Noise, Stream};
use crate::engine::quality::{Census, Cloud, Measurement, Quality, Reference};
use crate::engine::recipe::Learner;
use crate::engine::snapshot::Snapshot;
use crate::protocol::Split;
use crate::zoo::zoo;

/// Samples of each kind, as in the page.
pub(super) const SAMPLES: usize = 1000;
/// Samples that go through the network in one go.
const SLICE: usize = 500;
/// Which class the incomplete generator leaves out.
const LEFT_OUT: u8 = 3;

/// Samples `[count, channels * height * width]`, row by row.
type Pixels = Vec<f32>;

/// Prints the table; of a trained model's samples as well, where one is asked for.
pub fn table(trained: Option<&Course>) -> Result<(), String> {
    let digits = digits()?;
    let mut rows = vec![
        ("1,000 of the training set", samples(&digits, Split::Train, SAMPLES, |_, _| true)),
        ("the last 1,000 of the test set", samples(&digits, Split::Test, SAMPLES, |row, _| row >= 9_000)),
        ("training set without the 3s", samples(&digits, Split::Train, SAMPLES, |_, label| label != LEFT_OUT)),
        ("each class's mean, 100 times", means(&digits)),
        ("one test picture, noise of 1 %", collapsed(&digits)),
        ("uniform noise", Noise::new(1, Stream::Shown, 0).uniform(SAMPLES * digits.shape().size(), 0.5)),
    ];
    rows.last_mut().into_iter().flat_map(|(_, pixels)| pixels).for_each(|pixel| *pixel += 0.5);
    let title = trained.map(|trained| format!("{}, {} epochs", trained.model, trained.epochs));
    if let Some((trained, title)) = trained.zip(title.as_deref()) {
        let done = course(&digits, trained, None, false)?;
        rows.push((title, generated(done.learner.as_ref(), &digits, done.seed)?));
    }
    println!("| samples | Fréchet | confident % | rarest % | precision % | recall % | spread |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    print(&Judged::new(&digits, SAMPLES)?, &digits, rows)?;
    let row = ("10,000 of the training set against 10,000", samples(&digits, Split::Train, 10 * SAMPLES, |_, _| true));
    print(&Judged::new(&digits, 10 * SAMPLES)?, &digits, vec![row])
}

/// A classifier, and what it makes of real samples.
pub(super) struct Judged {
    learner: Box<dyn Learner>,
    /// Of the first test samples.
    pub(super) real: Reference,
}

impl Judged {
    /// Of `count` test samples.
    pub(super) fn new(digits: &Shelf, count: usize) -> Result<Self, String> {
        let learner = shipped(digits)?;
        let (cloud, census) = seen(learner.as_ref(), digits, &samples(digits, Split::Test, count, |_, _| true))?;
        let mut real = Reference::new(cloud, census);
        while !real.ready() {
            real.go_on(SLICE);
        }
        Ok(Self { learner, real })
    }

    /// How good samples are.
    fn of(&self, digits: &Shelf, pixels: &Pixels) -> Result<Quality, String> {
        let (cloud, census) = seen(self.learner.as_ref(), digits, pixels)?;
        Ok(Measurement::new(cloud, census).go_on(usize::MAX / 2, &self.real).ok_or("one piece is all")?)
    }

    /// How good a trained model's samples are.
    pub(super) fn made_by(&self, learner: &dyn Learner, digits: &Shelf, seed: i64) -> Result<Quality, String> {
        self.of(digits, &generated(learner, digits, seed)?)
    }
}

fn print(judged: &Judged, digits: &Shelf, rows: Vec<(&str, Pixels)>) -> Result<(), String> {
    for (title, pixels) in rows {
        let quality = judged.of(digits, &pixels)?;
        let shares = [quality.census.confident, quality.rarest, quality.precision, quality.recall];
        let [confident, rarest, precision, recall] = shares.map(|share| 100.0 * share);
        let (distance, spread) = (quality.frechet, quality.spread);
        println!(
            "| {title} | {distance:.2} | {confident:.1} | {rarest:.1} | {precision:.1} | {recall:.1} | {spread:.2} |"
        );
    }
    Ok(())
}

/// What the judge sees in samples.
fn seen(judge: &dyn Learner, digits: &Shelf, pixels: &Pixels) -> Result<(Cloud, Census), String> {
    let (shape, device) = (digits.shape(), Device::default());
    let (mut hidden, mut logits, mut size) = (Vec::new(), Vec::new(), 0);
    for slice in pixels.chunks(SLICE * shape.size()) {
        let dims = [slice.len() / shape.size(), shape.channels, shape.height, shape.width];
        let images = Tensor::from_data(TensorData::new(slice.to_vec(), dims), &device);
        let features = judge.features(images).ok_or("the shipped network has no features")?;
        size = features.hidden.dims()[1];
        hidden.extend(read(features.hidden.flatten(0, 1)));
        logits.extend(read(features.logits.flatten(0, 1)));
    }
    Ok((Cloud::new(size, hidden), Census::of(&logits, shape.classes)))
}

/// The first samples of which `wanted` (given row and label) is true.
fn samples(digits: &Shelf, split: Split, count: usize, wanted: impl Fn(usize, u8) -> bool) -> Pixels {
    let mut pixels = Vec::new();
    let rows =
        (0..digits.total(split)).filter(|row| digits.label(split, *row).is_some_and(|label| wanted(*row, label)));
    for row in rows.take(count) {
        digits.read(split, row, &mut pixels).expect("its label is there");
    }
    pixels
}

/// The mean picture of each class, in turn.
fn means(digits: &Shelf) -> Pixels {
    let classes = digits.shape().classes;
    let mean = |class: usize| {
        let size = digits.shape().size();
        let own = samples(digits, Split::Train, usize::MAX, |_, label| usize::from(label) == class);
        let scale = size as f32 / own.len() as f32;
        let mut mean = vec![0.0; size];
        own.chunks_exact(size).flatten().zip((0..size).cycle()).for_each(|(pixel, place)| mean[place] += scale * pixel);
        mean
    };
    let means: Vec<Pixels> = (0..classes).map(mean).collect();
    (0..SAMPLES).flat_map(|row| means[row % classes].clone()).collect()
}

/// The first test picture again and again, each time with a little noise.
fn collapsed(digits: &Shelf) -> Pixels {
    let one = samples(digits, Split::Test, 1, |_, _| true);
    let noise = Noise::new(1, Stream::Shown, 1).normal(SAMPLES * one.len());
    one.iter().cycle().zip(noise).map(|(pixel, noise)| (pixel + 0.01 * noise).clamp(0.0, 1.0)).collect()
}

/// What a trained model makes.
fn generated(learner: &dyn Learner, digits: &Shelf, seed: i64) -> Result<Pixels, String> {
    let (device, classes) = (Device::default(), digits.shape().classes);
    let generator = learner.generator().ok_or("this model generates nothing")?;
    let latents = Noise::new(seed, Stream::Tested, 0).gauss([SAMPLES, generator.latent()], &device);
    let labels: Vec<i32> = (0..SAMPLES).map(|row| (row % classes) as i32).collect();
    let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [SAMPLES]), &device);
    Ok(read(generator.generate(latents, labels).reshape([-1])))
}

/// The network that the page ships with MNIST.
pub(super) fn shipped(digits: &Shelf) -> Result<Box<dyn Learner>, String> {
    let file = digits.set().shipped.ok_or("no network is shipped with this set")?;
    let path = crate::checkout().join("assets/models").join(file);
    let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let snapshot = Snapshot::read(&bytes).map_err(|fault| format!("{fault:?}"))?;
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == snapshot.about.recipe);
    let entry = entry.ok_or("the shipped model is not in the catalogue")?;
    let (mut judge, _) = (entry.build)(&snapshot.about.knobs, &digits.shape(), &Device::default().autodiff());
    snapshot.restore_weights(judge.as_mut()).map_err(|fault| format!("{fault:?}"))?;
    Ok(judge)
}
