//! The views of generative models, made of what every generator can do: generate, encode, score.

use burn::tensor::{Int, Tensor, TensorData};

use super::reads::Make;
use super::screens::sample;
use super::{Around, Session, trained};
use crate::engine::feed::Shelf;
use crate::engine::generative::conditional;
use crate::engine::math::{Noise, Stream};
use crate::engine::pictures::{bytes, plane};
use crate::engine::recipe::{Batch, Generator, Score, Shape};
use crate::engine::samples::{arc, histograms, nearest};
use crate::protocol::{Axes, Body, Codes, Decoded, Plane, Probe, Reconstruction, Samples, Scored, Split, View};

/// Samples that a run shows throughout.
const SHOWN: usize = 64;
/// Real samples beside them.
const REAL: usize = 16;
/// Test samples over their reconstructions.
const REBUILT: usize = 16;
/// Real and generated samples in the histograms.
const SCORED: usize = 256;
/// Decoded pictures at most.
const DECODED: usize = 64;

/// Tensors to read, and what to make of their numbers.
pub(super) struct Made {
    pub(super) tensors: Vec<Tensor<1>>,
    pub(super) make: Make,
}

impl Session {
    /// Decodes these from now on.
    pub fn decode(&mut self, codes: Option<Codes>) {
        self.decode = codes;
        self.asked += 1;
    }

    /// Shows the latent plane of these axes, and decodes this class, from now on.
    pub fn turn_plane(&mut self, axes: Axes, class: u32) {
        (self.axes, self.class) = (axes, class);
        self.asked += 1;
    }

    /// A view of a generative model; `None` where the model cannot show it.
    pub(super) fn generated(&self, view: View, around: &Around<'_>) -> Option<Made> {
        let generator = self.plan.learner.generator()?;
        match view {
            View::Samples if around.shelf.card().plane() => self.scatter(generator, around),
            View::Samples => self.samples(generator, around),
            View::Reconstructions => self.reconstructions(generator, around),
            View::Latent => self.latent_plane(generator, around),
            View::Decoded => self.decoded(generator, around),
            View::Scores => self.scores(generator, around),
            View::Reading
            | View::Activations
            | View::Filters
            | View::Confusion
            | View::Mistakes
            | View::Opinions
            | View::Regions
            | View::Augmented
            | View::Saliency
            | View::Dream
            | View::Embedding
            | View::Ladder => None,
        }
    }

    /// The first `count` of the latents that the run shows throughout `[count, latent]`, row by row.
    pub(super) fn shown(&self, generator: &dyn Generator, count: usize) -> Vec<f32> {
        Noise::new(self.plan.seed as i64, Stream::Shown, 0).normal(count * generator.latent())
    }

    /// Latents `[rows, latent]`, row by row, on the device.
    pub(super) fn codes(&self, generator: &dyn Generator, numbers: Vec<f32>) -> Tensor<2> {
        let size = generator.latent();
        let rows = numbers.len() / size;
        Tensor::from_data(TensorData::new(numbers, [rows, size]), &self.inner)
    }

    /// Class after class: what a conditional generator is asked for.
    pub(super) fn classes(&self, count: usize, shape: Shape) -> Tensor<1, Int> {
        let labels: Vec<i32> = (0..count).map(|index| (index % shape.classes.max(1)) as i32).collect();
        Tensor::from_data(TensorData::new(labels, [count]), &self.inner)
    }

    /// One class throughout, as the reader chose it.
    pub(super) fn class(&self, count: usize, shape: Shape) -> Tensor<1, Int> {
        let class = (self.class as usize).min(shape.classes.saturating_sub(1));
        Tensor::full([count], class as i64, &self.inner)
    }

    fn samples(&self, generator: &dyn Generator, around: &Around<'_>) -> Option<Made> {
        let (shelf, shape) = (around.shelf, around.shelf.shape());
        let classes = self.classes(SHOWN, shape);
        let made = generator.generate(self.codes(generator, self.shown(generator, SHOWN)), classes.clone());
        let real = shelf.batch(Split::Train, 0..REAL.min(trained(shelf)), &self.inner)?;
        let real_planes: Vec<Plane> = (0..real.images.dims()[0])
            .filter_map(|row| Some(shelf.plane(&shelf.sample(Split::Train, row)?.0)))
            .collect();
        let scores = generator.score(Batch { images: made.clone(), labels: classes });
        let mut tensors = vec![made.reshape([-1])];
        let scored = scores.zip(generator.score(real)).map(|(of_made, of_real)| {
            tensors.extend([probability(of_made), probability(of_real)]);
        });
        let wanted = self.picked.map(|index| index as usize).filter(|index| *index < SHOWN);
        let pool: Option<Vec<u8>> = wanted.map(|_| pool(shelf));
        let size = shape.size();
        let make: Make = Box::new(move |mut numbers| {
            let (real_scores, made_scores) =
                if scored.is_some() { (numbers.pop(), numbers.pop()) } else { (None, None) };
            let pixels: Vec<Vec<u8>> = numbers
                .iter()
                .flatten()
                .copied()
                .collect::<Vec<f32>>()
                .chunks_exact(size)
                .map(|made| bytes(made, shape))
                .collect();
            let score =
                |scores: &Option<Vec<f32>>, row: usize| scores.as_ref().and_then(|scores| scores.get(row).copied());
            let nearest = wanted.zip(pool).and_then(|(of, pool)| nearest(of, pixels.get(of)?, &pool, shape));
            Body::Samples(Samples {
                generated: pixels
                    .iter()
                    .enumerate()
                    .map(|(row, pixels)| Scored { picture: plane(pixels, shape), score: score(&made_scores, row) })
                    .collect(),
                real: real_planes
                    .into_iter()
                    .enumerate()
                    .map(|(row, picture)| Scored { picture, score: score(&real_scores, row) })
                    .collect(),
                nearest: nearest.into_iter().collect(),
            })
        });
        Some(Made { tensors, make })
    }

    fn reconstructions(&self, generator: &dyn Generator, around: &Around<'_>) -> Option<Made> {
        let shape = around.shelf.shape();
        let mut samples: Vec<(Vec<f32>, Option<u32>)> =
            self.probe.iter().filter_map(|probe| sample(probe, around)).collect();
        let rows =
            (0..REBUILT).filter_map(|row| sample(&Probe::Sample { split: Split::Test, index: row as u32 }, around));
        samples.extend(rows);
        samples.truncate(REBUILT);
        if samples.is_empty() {
            return None;
        }
        let batch = self.stack(&samples, shape);
        let labels = batch.labels.clone();
        let decoded = generator.generate(generator.encode(batch)?.mean, labels);
        let size = shape.size();
        let make: Make = Box::new(move |numbers| {
            let decoded = numbers.iter().flat_map(|numbers| numbers.chunks_exact(size));
            let pair = |((original, _), decoded): (&(Vec<f32>, _), &[f32])| Reconstruction {
                original: plane(&bytes(original, shape), shape),
                decoded: plane(&bytes(decoded, shape), shape),
            };
            Body::Reconstructions(samples.iter().zip(decoded).map(pair).collect())
        });
        Some(Made { tensors: vec![decoded.reshape([-1])], make })
    }

    fn decoded(&self, generator: &dyn Generator, around: &Around<'_>) -> Option<Made> {
        let (shape, size) = (around.shelf.shape(), generator.latent());
        let codes = match self.decode.as_ref()? {
            Codes::Given(codes) => {
                let padded = codes.iter().take(DECODED).flat_map(|code| {
                    (0..size).map(|at| code.get(at).copied().filter(|number| number.is_finite()).unwrap_or_default())
                });
                self.codes(generator, padded.collect())
            }
            Codes::Between { from, to, count } => {
                let ends = [sample(from, around)?, sample(to, around)?];
                let means = generator.encode(self.stack(&ends, shape))?.mean; // [2, latent]
                let count = (*count as usize).clamp(2, DECODED);
                let shares: Vec<f32> = (0..count).map(|step| step as f32 / (count - 1) as f32).collect();
                let share = Tensor::<2>::from_data(TensorData::new(shares, [count, 1]), &self.inner);
                let [from, to] = [0, 1].map(|row| means.clone().narrow(0, row, 1));
                from.clone() + (to - from) * share
            }
            Codes::Walk { from, to, count } => {
                let shown = self.shown(generator, SHOWN);
                let end = |row: u32| shown.chunks_exact(size).nth(row as usize);
                self.codes(generator, arc(end(*from)?, end(*to)?, (*count as usize).clamp(2, DECODED)))
            }
        };
        let count = codes.dims()[0];
        if count == 0 {
            return None;
        }
        let pictures = generator.generate(codes.clone(), self.class(count, shape));
        let area = shape.size();
        let make: Make = Box::new(move |numbers| {
            let both = numbers[0].chunks_exact(size).zip(numbers[1].chunks_exact(area));
            Body::Decoded(
                both.map(|(code, pixels)| Decoded {
                    code: code.to_vec(),
                    picture: plane(&bytes(pixels, shape), shape),
                })
                .collect(),
            )
        });
        Some(Made { tensors: vec![codes.reshape([-1]), pictures.reshape([-1])], make })
    }

    fn scores(&self, generator: &dyn Generator, around: &Around<'_>) -> Option<Made> {
        let shape = around.shelf.shape();
        let count = SCORED.min(trained(around.shelf));
        let real = around.shelf.batch(Split::Train, 0..count, &self.inner)?;
        let classes = self.classes(count, shape);
        let made = generator.generate(self.codes(generator, self.shown(generator, count)), classes.clone());
        let of_real = generator.score(real)?;
        let of_made = generator.score(Batch { images: made, labels: classes })?;
        let sure = of_real.probability;
        let make: Make = Box::new(move |numbers| Body::Scores(histograms(&numbers[0], &numbers[1], sure)));
        Some(Made { tensors: vec![probability(of_real), probability(of_made)], make })
    }

    /// Samples as a batch; to a conditional model, one of no class is of the class that suits it best.
    pub(super) fn stack(&self, samples: &[(Vec<f32>, Option<u32>)], shape: Shape) -> Batch {
        let pixels = samples.iter().flat_map(|(pixels, _)| pixels.iter().copied()).collect();
        let images = self.picture_stack(pixels, samples.len(), shape);
        let class = |(pixels, label): &(Vec<f32>, Option<u32>)| {
            let suits = if label.is_none() { self.suits(pixels, shape) } else { None };
            suits.unwrap_or_else(|| Tensor::full([1], i64::from(label.unwrap_or_default()), &self.inner))
        };
        Batch { images, labels: Tensor::cat(samples.iter().map(class).collect(), 0) }
    }

    /// The class, `[1]`, as which a sample costs a conditional model least, asked as its opinion is.
    fn suits(&self, pixels: &[f32], shape: Shape) -> Option<Tensor<1, Int>> {
        let learner = &*self.plan.learner;
        if !conditional(learner) {
            return None;
        }
        let images = self.picture_stack(pixels.repeat(shape.classes), shape.classes, shape);
        let outcome = learner.outcome(Batch { images, labels: self.classes(shape.classes, shape) });
        let (_, costs) = outcome.values.into_iter().next()?;
        Some(costs.neg().argmax(0))
    }
}

/// A discriminator's output as it is shown.
pub(super) fn probability(score: Score) -> Tensor<1> {
    if score.probability { burn::tensor::activation::sigmoid(score.logits) } else { score.logits }
}

/// The pixels of all training samples that have landed.
fn pool(shelf: &Shelf) -> Vec<u8> {
    let rows = 0..shelf.ready(Split::Train);
    rows.filter_map(|row| shelf.sample(Split::Train, row)).flat_map(|(pixels, _)| pixels.into_owned()).collect()
}
