//! Trains generative models on points in the plane from several seeds, and counts the modes that they cover.

use std::time::Instant;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::knob;
use super::train::{read, shelf};
use crate::engine::feed::Shelf;
use crate::engine::math::{Noise, Stream};
use crate::engine::plane::{Coverage, SAMPLES, divergence};
use crate::engine::recipe::Learner;
use crate::protocol::{Split, Value};

/// One mode may be missing where there are more than this many.
const MANY: usize = 10;

/// Reads the flags, trains each seed, prints a row for each.
pub fn table(words: &[&str]) -> Result<(), String> {
    let (mut model, mut data, mut seeds, mut first, mut steps) = ("gan", "ring", 10, 1, 4000);
    let mut asked = Vec::new();
    for pair in words.chunks(2) {
        let [flag, word] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
        let whole = || word.parse::<u64>().map_err(|_| format!("`{flag} {word}` is no whole number"));
        match *flag {
            "--model" => model = word,
            "--data" => data = word,
            "--seeds" => seeds = whole()?,
            "--seed" => (first, seeds) = (whole()?, 1),
            "--steps" => steps = whole()?,
            "--knob" => asked.push(*word),
            _ => return Err(format!("no flag `{flag}`")),
        }
    }
    // They are the data set's or the model's, which other flags name.
    let knobs = asked.into_iter().map(|word| knob(model, data, word)).collect::<Result<Vec<_>, _>>()?;
    if !shelf(data, 1, &[])?.card().plane() {
        return Err(format!("`{data}` holds no points in the plane"));
    }
    println!("{model} on {data}, {steps} steps");
    println!("seed  modes  high quality %  rarest mode %  KL nats  of real ones  seconds");
    let mut missed = 0;
    for seed in first..first + seeds {
        let start = Instant::now();
        let own = shelf(data, seed, &knobs)?;
        let mut knobs = knobs.clone();
        knobs.push(("seed".to_owned(), Value::Whole(seed as i64)));
        let learner = super::gan::train(&own, model, &knobs, seed, steps)?.learner;
        let seconds = start.elapsed().as_secs_f32();
        let (made, real) = (made(learner.as_ref(), &own, seed as i64)?, points(&own, Split::Test));
        let apart = [divergence(&real, &made), divergence(&real, &points(&own, Split::Train))];
        let row = format!("{:>7.3}  {:>12.3}  {seconds:>7.1}", apart[0], apart[1]);
        let Some(modes) = &own.card().modes else {
            println!("{seed:>4}  {:>5}  {:>14}  {:>13}  {row}", "-", "-", "-");
            continue;
        };
        let (coverage, of) = (Coverage::of(&made, modes), modes.centres.len());
        let reached = coverage.covered() + usize::from(of > MANY) >= of;
        missed += u64::from(!reached);
        let (covered, high, rarest) = (coverage.covered(), 100.0 * coverage.high, 100.0 * coverage.rarest());
        let verdict = if reached { "reached" } else { "MISSED" };
        println!("{seed:>4}  {covered:>2}/{of:<2}  {high:>14.1}  {rarest:>13.1}  {row} {verdict}");
    }
    if missed == 0 { Ok(()) } else { Err(format!("{missed} of {seeds} seeds missed the target")) }
}

/// The first samples of a half `[samples, 2]`, as many as are measured.
fn points(data: &Shelf, split: Split) -> Vec<f32> {
    let mut points = Vec::new();
    for row in 0..SAMPLES.min(data.total(split)) {
        data.read(split, row, &mut points).expect("it was made");
    }
    points
}

/// What a trained model makes `[samples, 2]`.
fn made(learner: &dyn Learner, data: &Shelf, seed: i64) -> Result<Vec<f32>, String> {
    let (device, classes) = (Device::default(), data.shape().classes);
    let generator = learner.generator().ok_or("this model generates nothing")?;
    let z = Noise::new(seed, Stream::Tested, 0).gauss([SAMPLES, generator.latent()], &device);
    let labels: Vec<i32> = (0..SAMPLES).map(|row| (row % classes) as i32).collect();
    let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [SAMPLES]), &device);
    Ok(read(generator.generate(z, labels).reshape([-1])))
}
