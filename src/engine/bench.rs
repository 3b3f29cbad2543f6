//! How fast training is: seeded synthetic batches, steps back to back, then one awaited read.

pub mod ceiling;
pub mod report;

use burn::tensor::{Device, Int, Tensor, TensorData, Transaction};

use super::fault::floats;
use super::math::{Noise, Stream};
use super::recipe::{Batch, Entry, Keeper, Learner, Moment, Scalars, Shape};
use crate::protocol::{Fault, Value};

/// Batches that a workload goes round, and the steps whose losses are compared with another library's.
pub const STEPS: u64 = 20;
/// Decides weights, batches and noise.
pub const SEED: i64 = 1;

/// A model at work on samples of one shape.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its name.
    pub name: &'static str,
    /// The name of the model in the catalogue.
    pub recipe: &'static str,
    /// What it learns.
    pub shape: Shape,
    /// Numbers of Gaussian noise that a step draws for each sample.
    pub latent: usize,
    /// Knobs that differ from their defaults.
    pub knobs: &'static [(&'static str, Value)],
    /// Of weights that are used at more than one place of a sample: their names, and at how many.
    pub places: &'static [(&'static str, usize)],
}

impl Workload {
    /// The model at its first step.
    pub fn build(&self, entry: &Entry, batch: usize, device: &Device) -> Box<dyn Learner> {
        let set = |(name, value): &(&str, Value)| ((*name).to_owned(), value.clone());
        let own = [("batch-size", Value::Whole(batch as i64)), ("seed", Value::Whole(SEED))];
        let knobs: Vec<_> = self.knobs.iter().chain(&own).map(set).collect();
        (entry.build)(&knobs, &self.shape, device).0
    }

    /// Floating-point operations of one step: `2 m n k` for each product and each convolution, once on the way forward and
    /// twice on the way back, of a player's first layer but once: nobody asks for the gradient by a sample or by noise. A
    /// discriminator goes forward thrice (real, generated, and generated once more for the generator) and back twice for its
    /// own sake and once, for its input only, for the generator's. All else is left out.
    pub fn operations(&self, learner: &mut dyn Learner, batch: usize) -> Result<f64, Fault> {
        let mut count = Count { places: self.places, seen: [false; 2], products: 0 };
        learner.keep(&mut count)?;
        Ok((2 * count.products * batch) as f64)
    }

    /// The pixels of a step's batch `[batch * channels * height * width]`, from 0 to 1, and its labels: a pattern for each
    /// class in as much noise. Made of exact operations, so that native and wasm agree to the bit.
    pub fn samples(&self, batch: usize, step: u64) -> (Vec<f32>, Vec<i32>) {
        let (size, classes) = (self.shape.size(), self.shape.classes);
        let patterns = Noise::new(SEED, Stream::Made, u64::MAX).uniform(classes * size, 0.25);
        let mut noise = Noise::new(SEED, Stream::Made, step % STEPS);
        let class = |share: f32| ((share + 0.5) * classes as f32) as usize % classes;
        let labels: Vec<usize> = noise.uniform(batch, 0.5).into_iter().map(class).collect();
        let grain = noise.uniform(batch * size, 0.25);
        let lit = labels.iter().flat_map(|label| &patterns[label * size..(label + 1) * size]);
        let pixels = lit.zip(grain).map(|(lit, grain)| lit + grain + 0.5).collect();
        (pixels, labels.into_iter().map(|label| label as i32).collect())
    }

    fn batch(&self, batch: usize, step: u64, device: &Device) -> Batch {
        let (pixels, labels) = self.samples(batch, step);
        let Shape { channels, height, width, .. } = self.shape;
        Batch {
            images: Tensor::from_data(TensorData::new(pixels, [batch, channels, height, width]), device),
            labels: Tensor::<1, Int>::from_data(TensorData::new(labels, [batch]), device),
        }
    }
}

/// How often the product of a weight is taken in a step: of one that `judges`, which is a discriminator's, and of a player's
/// `first`.
fn passes(judges: bool, first: bool) -> usize {
    match (judges, first) {
        (true, true) => 6,
        (true, false) => 8,
        (false, true) => 2,
        (false, false) => 3,
    }
}

/// Whether a kept tensor of this name is a weight that learns; its name among them.
pub fn learns(name: &str) -> Option<&str> {
    name.strip_prefix("weights/").filter(|weight| !weight.starts_with("average."))
}

/// Counts the multiplications of a step for one sample.
struct Count {
    places: &'static [(&'static str, usize)],
    /// Whether a weight has been counted that judges not, and one that does.
    seen: [bool; 2],
    products: usize,
}

impl Keeper for Count {
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault> {
        if let Some(weight) = learns(name).filter(|weight| !weight.ends_with("bias")) {
            let places = self.places.iter().find(|(known, _)| *known == weight).map_or(1, |(_, places)| *places);
            let judges = weight.starts_with("discriminator.");
            // A player's weights are kept in the order in which a sample meets them.
            let first = !std::mem::replace(&mut self.seen[usize::from(judges)], true);
            self.products += passes(judges, first) * places * numbers.dims()[0];
        }
        Ok(numbers)
    }

    fn count(&mut self, _: &str, number: u64) -> Result<u64, Fault> {
        Ok(number)
    }
}

/// A workload under way.
pub struct Race {
    learner: Box<dyn Learner>,
    batches: Vec<Batch>,
    step: u64,
}

/// The losses of some steps, by their names.
pub type Losses = Vec<(&'static str, Vec<f32>)>;

impl Race {
    /// The workload at its start, its batches uploaded; `device` has no autodiff of its own.
    ///
    /// # Errors
    /// [`Fault::GpuLost`] where the device does not answer.
    pub async fn new(workload: &Workload, entry: &Entry, batch: usize, device: &Device) -> Result<Self, Fault> {
        let device = device.clone().autodiff();
        let learner = workload.build(entry, batch, &device);
        let batches: Vec<_> = (0..STEPS).map(|step| workload.batch(batch, step, &device)).collect();
        // Answered when all before it has been written.
        read(vec![batches[batches.len() - 1].images.clone().inner().slice([0..1, 0..1, 0..1, 0..1]).reshape([1])])
            .await?;
        Ok(Self { learner, batches, step: 0 })
    }

    fn step(&mut self) -> Scalars {
        let batch = self.batches[(self.step % STEPS) as usize].clone();
        // The length of an epoch matters to schedules alone.
        let scalars = self.learner.step(batch, Moment { step: self.step, steps_per_epoch: 1000 });
        self.step += 1;
        scalars.into_iter().filter(|(name, _)| is_loss(name)).collect()
    }

    /// Makes `steps` steps back to back, then waits for the last one's losses; gives the losses of all if `all` is set.
    ///
    /// # Errors
    /// [`Fault::GpuLost`] where the device does not answer.
    pub async fn run(&mut self, steps: u64, all: bool) -> Result<Losses, Fault> {
        let mut names = Vec::new();
        let mut values = Vec::new();
        for left in (0..steps).rev() {
            let scalars = self.step();
            if all || left == 0 {
                let (these, tensors): (Vec<_>, Vec<_>) = scalars.into_iter().unzip();
                names = these;
                values.extend(tensors);
            }
        }
        let numbers = read(values).await?;
        let of = |index: usize| numbers.iter().skip(index).step_by(names.len().max(1)).copied().collect();
        Ok(names.iter().enumerate().map(|(index, name)| (*name, of(index))).collect())
    }

    /// The model.
    pub fn learner(&mut self) -> &mut dyn Learner {
        &mut *self.learner
    }
}

/// What a step goes down, of all that it tells.
fn is_loss(name: &str) -> bool {
    name.starts_with("loss/")
}

/// The numbers of `[1]` tensors, in one read.
async fn read(tensors: Vec<Tensor<1>>) -> Result<Vec<f32>, Fault> {
    floats(tensors.into_iter().fold(Transaction::default(), |asked, tensor| asked.register(tensor))).await
}

/// How the measurement of a workload goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Samples in a batch.
    pub batch: usize,
    /// Steps between two reads while it is timed; 0: as many as take half a second.
    pub steps: u64,
    /// How often it is timed.
    pub repeats: usize,
}

/// Milliseconds that it runs before: a browser compiles what runs often anew meanwhile, and steps become twice as fast.
const WARM: f64 = 2000.0;
/// Milliseconds that a timing takes where nothing else is said.
const SPELL: f64 = 500.0;

/// What was measured of a workload.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The workload's name.
    pub name: &'static str,
    /// Samples in a batch.
    pub batch: usize,
    /// Milliseconds until the first step was read, shaders included.
    pub first: f64,
    /// Steps between two reads while it was timed.
    pub steps: u64,
    /// Milliseconds a step, sorted.
    pub times: Vec<f64>,
    /// Floating-point operations a step.
    pub operations: f64,
    /// The losses of the first [`STEPS`] steps.
    pub losses: Losses,
}

impl Measured {
    /// The time that this share of all did not exceed.
    pub fn time(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        self.times.get((share * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
    }

    /// Floating-point operations a second, at the median.
    pub fn speed(&self) -> f64 {
        self.operations * 1e3 / self.time(0.5)
    }
}

/// Runs until a step takes as long as it will; gives how many of them a timing is. A step took `guess` milliseconds.
async fn warm(race: &mut Race, guess: f64, now: impl Fn() -> f64) -> Result<u64, Fault> {
    let many = |time: f64, guess: f64, most: f64| (time / guess.max(0.01)).clamp(1.0, most) as u64;
    let (start, steps) = (now(), many(WARM, guess, 2000.0));
    race.run(steps, false).await?;
    Ok(many(SPELL, (now() - start) / steps as f64, 500.0))
}

/// Measures a workload; `now` gives milliseconds.
///
/// # Errors
/// [`Fault::GpuLost`] where the device does not answer.
pub async fn measure(
    workload: &Workload,
    entry: &Entry,
    terms: Terms,
    device: &Device,
    now: impl Fn() -> f64,
) -> Result<Measured, Fault> {
    let Terms { batch, steps, repeats } = terms;
    let mut race = Race::new(workload, entry, batch, device).await?;
    let start = now();
    let mut losses = race.run(1, true).await?;
    let first = now() - start;
    let start = now();
    for ((_, all), (_, more)) in losses.iter_mut().zip(race.run(STEPS - 1, true).await?) {
        all.extend(more);
    }
    let guess = (now() - start) / (STEPS - 1) as f64;
    let steps = if steps > 0 { steps } else { warm(&mut race, guess, &now).await? };
    let mut times = Vec::new();
    for _ in 0..repeats {
        let start = now();
        race.run(steps, false).await?;
        times.push((now() - start) / steps as f64);
    }
    times.sort_by(f64::total_cmp);
    let operations = workload.operations(race.learner(), batch)?;
    Ok(Measured { name: workload.name, batch, first, steps, times, operations, losses })
}
