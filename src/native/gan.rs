//! Trains adversarial models from several seeds and lets the shipped LeNet count what they make.

use std::collections::BTreeMap;
use std::time::Instant;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::knob;
use super::quality::shipped;
use super::train::{read, shelf, whole};
use crate::engine::feed::{Feed, Shelf};
use crate::engine::math::{Noise, Stream};
use crate::engine::quality::{CONFIDENT, Cloud, Gaussian, frechet, root};
use crate::engine::recipe::{Learner, Moment};
use crate::protocol::{Split, Value};
use crate::zoo::zoo;

/// Samples that are counted.
const COUNTED: usize = 1000;
/// Per cent of the samples that every digit must have.
const RAREST: f32 = 2.0;
/// Per cent of the samples that must be recognised with confidence.
const SURE: f32 = 80.0;

/// What the LeNet makes of a run's samples.
struct Count {
    /// Per cent of the samples, by digit.
    shares: [f32; 10],
    /// Per cent recognised with confidence.
    sure: f32,
    distance: f64,
}

/// Reads the flags, trains each seed, prints a row for each.
pub fn table(words: &[&str]) -> Result<(), String> {
    let (mut model, mut first, mut seeds, mut steps, mut knobs) = ("dcgan", 1, 10, 2500, Vec::new());
    for pair in words.chunks(2) {
        let [flag, word] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
        let whole = || word.parse::<u64>().map_err(|_| format!("`{flag} {word}` is no whole number"));
        match *flag {
            "--model" => model = word,
            "--first" => first = whole()?,
            "--seeds" => seeds = whole()?,
            "--steps" => steps = whole()?,
            "--loss" => knobs.push(knob(model, "mnist", &format!("loss={word}"))?),
            "--knob" => knobs.push(knob(model, "mnist", word)?),
            _ => return Err(format!("no flag `{flag}`")),
        }
    }
    let digits = shelf("mnist", 0, &knobs)?;
    let judge = shipped(&digits)?;
    let test = digits.batch(Split::Test, 0..COUNTED, &Device::default()).ok_or("no test samples")?;
    let (test, _) = features(judge.as_ref(), test.images)?;
    println!("{model} {steps} steps\nseed  rarest  share %  sure %  Frechet  loss G  loss D  seconds");
    let (mut missed, mut all) = (0, [Vec::new(), Vec::new(), Vec::new()]);
    for seed in first..first + seeds {
        let start = Instant::now();
        let mut knobs = knobs.clone();
        knobs.push(("seed".to_owned(), Value::Whole(seed as i64)));
        let Trained { learner, curves } = train(&digits, model, &knobs, seed, steps)?;
        let [loss_g, loss_d] =
            ["loss/generator", "loss/discriminator"].map(|name| curves.get(name).unwrap_or(&f32::NAN));
        let seconds = start.elapsed().as_secs_f32();
        let Count { shares, sure, distance } = count(learner.as_ref(), judge.as_ref(), seed as i64, &test)?;
        let rarest = (0..10).min_by(|one, other| shares[*one].total_cmp(&shares[*other])).expect("ten digits");
        let share = shares[rarest];
        let reached = share >= RAREST && sure >= SURE;
        missed += u64::from(!reached);
        all.iter_mut().zip([f64::from(share), f64::from(sure), distance]).for_each(|(all, one)| all.push(one));
        let verdict = if reached { "reached" } else { "MISSED" };
        println!(
            "{seed:>4}  {rarest:>6}  {share:>7.1}  {sure:>6.1}  {distance:>7.2}  {loss_g:>6.3}  {loss_d:>6.3}  {seconds:>7.1} {verdict}"
        );
    }
    let [share, sure, distance] = all.map(|figures| spread(&figures));
    println!("mean and standard deviation over seeds: rarest {share} %, sure {sure} %, Frechet {distance}");
    if missed == 0 { Ok(()) } else { Err(format!("{missed} of {seeds} seeds missed the target")) }
}

/// Mean and sample standard deviation.
fn spread(figures: &[f64]) -> String {
    let count = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
    format!("{mean:.1} ± {:.1}", (squares / (count - 1.0).max(1.0)).sqrt())
}

/// Steps over which the last values of curves are averaged.
const LAST: u64 = 20;

/// A model that was trained, with the means of its last curves.
pub(super) struct Trained {
    pub(super) learner: Box<dyn Learner>,
    pub(super) curves: BTreeMap<&'static str, f32>,
}

/// Trains a model so many steps.
pub(super) fn train(
    data: &Shelf,
    model: &str,
    knobs: &[(String, Value)],
    seed: u64,
    steps: u64,
) -> Result<Trained, String> {
    let device = Device::default();
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == model).ok_or("no such model")?;
    let (mut learner, notices) = (entry.build)(&data.foreign(knobs), &data.shape(), &device.clone().autodiff());
    notices.iter().for_each(|notice| eprintln!("{notice:?}"));
    let mut feed = Feed::new(data, seed, whole(learner.as_ref(), "batch-size") as usize);
    let steps_per_epoch = feed.steps_per_epoch() as u32;
    let mut curves = BTreeMap::new();
    for step in 0..steps {
        let batch = feed.batch(data, step, &device).ok_or("every chunk was loaded")?;
        let scalars = learner.step(batch, Moment { step, steps_per_epoch });
        if step + LAST >= steps {
            for (name, value) in scalars {
                curves.entry(name).or_insert_with(Vec::new).push(read(value)[0]);
            }
        }
    }
    let mean = |values: Vec<f32>| values.iter().sum::<f32>() / values.len() as f32;
    Ok(Trained { learner, curves: curves.into_iter().map(|(name, values)| (name, mean(values))).collect() })
}

fn count(learner: &dyn Learner, judge: &dyn Learner, seed: i64, test: &[f32]) -> Result<Count, String> {
    let device = Device::default();
    let generator = learner.generator().ok_or("it generates nothing")?;
    let z = Noise::new(seed, Stream::Tested, 0).gauss([COUNTED, generator.latent()], &device);
    let labels: Vec<i32> = (0..COUNTED as i32).map(|row| row % 10).collect();
    let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [COUNTED]), &device);
    let (hidden, logits) = features(judge, generator.generate(z, labels))?;
    let (mut shares, mut sure) = ([0.0; 10], 0.0);
    for row in logits.chunks_exact(10) {
        let top = row.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = row.iter().map(|logit| (logit - top).exp()).sum();
        let best = row.iter().position(|logit| *logit == top).ok_or("a sample is no number")?;
        shares[best] += 100.0 / COUNTED as f32;
        sure += if 1.0 / sum >= CONFIDENT { 100.0 / COUNTED as f32 } else { 0.0 };
    }
    let size = hidden.len() / COUNTED;
    let of = |numbers: &[f32]| Gaussian::of(&Cloud::new(size, numbers.to_vec()));
    let real = of(test);
    let half = root(real.covariance.clone(), size);
    Ok(Count { shares, sure, distance: frechet(&real, &half, &of(&hidden)) })
}

/// Hidden units and logits of `images`, row by row.
fn features(judge: &dyn Learner, images: Tensor<4>) -> Result<(Vec<f32>, Vec<f32>), String> {
    let features = judge.features(images).ok_or("the shipped model has no features")?;
    Ok((read(features.hidden.reshape([-1])), read(features.logits.reshape([-1]))))
}
