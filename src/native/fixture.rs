//! Writes what another library needs to repeat a workload: weights, batches, noise, and the losses that must come of them.

use std::fs;
use std::path::Path;

use burn::tensor::{Device, Tensor};

use super::bench::{entry, wait};
use super::train::read;
use crate::engine::bench::report::list;
use crate::engine::bench::{Losses, Race, SEED, STEPS, Workload, learns};
use crate::engine::math::{Noise, Stream};
use crate::engine::optimiser::{BETA_1, BETA_2, EPSILON};
use crate::engine::recipe::{Entry, Keeper, Learner};
use crate::protocol::{Fault, Value};
use crate::workloads::WORKLOADS;
use crate::zoo::zoo;

/// Samples in a batch.
const BATCH: usize = 64;

/// Writes `NAME.json` and `NAME.bin` for each workload into a folder.
pub fn all(folder: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(told)?;
    let entries = zoo();
    for workload in &WORKLOADS {
        let (json, numbers) = one(workload, entry(&entries, workload)?).map_err(|fault| format!("{fault:?}"))?;
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        fs::write(folder.join(format!("{}.bin", workload.name)), &bytes).map_err(told)?;
        fs::write(folder.join(format!("{}.json", workload.name)), json).map_err(told)?;
        println!("{}: {} numbers", workload.name, numbers.len());
    }
    Ok(())
}

/// A workload's description, and its numbers.
fn one(workload: &Workload, entry: &Entry) -> Result<(String, Vec<f32>), Fault> {
    let mut arrays = Arrays::default();
    let mut learner = workload.build(entry, BATCH, &Device::default().autodiff());
    learner.keep(&mut arrays)?;
    let (mut images, mut labels, mut noise) = (Vec::new(), Vec::new(), Vec::new());
    for step in 0..STEPS {
        let (pixels, classes) = workload.samples(BATCH, step);
        images.extend(pixels);
        labels.extend(classes.into_iter().map(|label| label as f32));
        noise.extend(Noise::new(SEED, Stream::Latents, step).normal(BATCH * workload.latent));
    }
    for (name, numbers) in [("images", images), ("labels", labels), ("noise", noise)] {
        arrays.add(name, numbers);
    }
    let losses = wait(async { Race::new(workload, entry, BATCH, &Device::default()).await?.run(STEPS, true).await })?;
    Ok((describe(workload, &*learner, &arrays, &losses), arrays.numbers))
}

fn describe(workload: &Workload, learner: &dyn Learner, arrays: &Arrays, losses: &Losses) -> String {
    let real = |name: &str| {
        learner.values().into_iter().find_map(|(known, value)| match value {
            Value::Real(value) if known == name => Some(value),
            _ => None,
        })
    };
    let rate = real("learning-rate").unwrap_or_default();
    let beta_1 = real("beta-1").unwrap_or(BETA_1);
    let losses: Vec<_> = losses.iter().map(|(name, values)| format!("\"{name}\": {}", list(values))).collect();
    let Workload { name, shape, latent, .. } = workload;
    format!(
        "{{\"workload\": \"{name}\", \"batch\": {BATCH}, \"steps\": {STEPS}, \"shape\": [{}, {}, {}], \"classes\": {}, \
         \"latent\": {latent},\n \"learning_rate\": {rate}, \"beta_1\": {beta_1}, \"beta_2\": {BETA_2}, \
         \"epsilon\": {EPSILON},\n \"arrays\": [\n  {}\n ],\n \"losses\": {{{}}}}}\n",
        shape.channels,
        shape.height,
        shape.width,
        shape.classes,
        arrays.rows.join(",\n  "),
        losses.join(", ")
    )
}

/// Arrays one behind the other, and where each begins.
#[derive(Default)]
struct Arrays {
    rows: Vec<String>,
    numbers: Vec<f32>,
}

impl Arrays {
    fn add(&mut self, name: &str, numbers: Vec<f32>) {
        let (offset, length) = (self.numbers.len(), numbers.len());
        self.rows.push(format!("{{\"name\": \"{name}\", \"offset\": {offset}, \"length\": {length}}}"));
        self.numbers.extend(numbers);
    }
}

impl Keeper for Arrays {
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault> {
        if learns(name).is_some() {
            self.add(name, read(numbers.clone()));
        }
        Ok(numbers)
    }

    fn count(&mut self, _: &str, number: u64) -> Result<u64, Fault> {
        Ok(number)
    }
}
