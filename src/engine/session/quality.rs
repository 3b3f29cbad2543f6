//! When a session measures the quality of what a generator makes, and how: in slices, all between the same two steps.

use std::collections::VecDeque;
use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{Around, Session, first, series};
use crate::engine::feed::Shelf;
use crate::engine::findings::{Facts, findings};
use crate::engine::math::{Noise, Stream};
use crate::engine::plane;
use crate::engine::quality::{Census, Cloud, Measurement, Quality, Reference, active_units};
use crate::engine::recipe::Features;
use crate::protocol::{Event, Point, Split, Value};

/// Samples that are measured.
const SAMPLES: usize = 1000;
/// Samples whose neighbours are looked for in one go: about 10 ms of the CPU worker.
const PIECE: usize = 100;
/// Steps over which the players' accuracies and the KL are averaged.
const RECENT: usize = 100;
/// Curves of which the findings speak.
const HEARD: [&str; 4] = ["accuracy/real", "accuracy/generated", "kl/train", "kl/test"];

/// What a session knows of the quality of its samples.
#[derive(Default)]
pub(super) struct Judge {
    /// Steps between two checks; 0 for never.
    every: u64,
    /// The step that was checked last.
    last: Option<u64>,
    check: Option<Check>,
    /// The latest values of the curves in [`HEARD`].
    heard: [VecDeque<f32>; HEARD.len()],
}

impl Judge {
    /// Drops a check that is under way.
    pub(super) fn rest(&mut self) {
        self.check = None;
    }

    /// Drops it, and what is known of the present step: the samples it was held against are gone.
    pub(super) fn forget(&mut self) {
        self.rest();
        self.last = None;
    }

    fn mean(&self, name: &str) -> Option<f32> {
        let values = &self.heard[HEARD.iter().position(|known| *known == name)?];
        (!values.is_empty()).then(|| values.iter().sum::<f32>() / values.len() as f32)
    }

    fn latest(&self, name: &str) -> Option<f32> {
        self.heard[HEARD.iter().position(|known| *known == name)?].back().copied()
    }
}

/// A check under way.
struct Check {
    step: u64,
    /// Whether there is a classifier that judges the samples.
    judged: bool,
    /// What the device still has to do, the next one last.
    jobs: Vec<(Job, Range<usize>)>,
    /// `[samples, latent]`.
    latents: Vec<f32>,
    /// What waits on the device to be read.
    held: Vec<(Sort, Tensor<1>)>,
    /// What was read, by [`Sort`].
    numbers: [Vec<f32>; 6],
    reference: Option<Reference>,
    measurement: Option<Measurement>,
}

/// What the device is to do with a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    /// Look at real samples.
    Real,
    /// Make samples and look at them.
    Made,
    /// Encode real samples.
    Coded,
}

/// What numbers of a check are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sort {
    RealHidden,
    RealLogits,
    MadeHidden,
    MadeLogits,
    Means,
    Points,
}

impl Session {
    /// Reads how often to check.
    pub(super) fn heed_quality(&mut self) {
        let every = self.plan.learner.values().into_iter().find(|(name, _)| name == "quality-every");
        self.judge.every = match every {
            Some((_, Value::Whole(every))) if self.plan.learner.generator().is_some() => every.max(0) as u64,
            _ => 0,
        };
    }

    /// Adds a value to a curve.
    pub(super) fn point(&mut self, series: u16, step: u64, value: f32) {
        self.points.push(Point { series, step, value });
        let name = &self.plan.card.series[usize::from(series)].name;
        if let Some(index) = HEARD.iter().position(|known| known == name) {
            let values = &mut self.judge.heard[index];
            values.push_back(value);
            values.drain(..values.len().saturating_sub(RECENT));
        }
    }

    /// Begins a check where the cadence wants one at this step; true if it does.
    pub(super) fn check_due(&mut self, around: &Around<'_>) -> bool {
        let due = self.judge.every > 0 && self.plan.step.is_multiple_of(self.judge.every);
        due && self.begin_check(around)
    }

    /// Begins a check in a pause, unless this step was checked already.
    fn check_pause(&mut self, around: &Around<'_>) {
        if self.judge.every > 0 && !self.training() && !self.midway() {
            self.begin_check(around);
        }
    }

    fn begin_check(&mut self, around: &Around<'_>) -> bool {
        let step = self.plan.step;
        let Some(generator) = self.plan.learner.generator().filter(|_| step > 0 && self.judge.last != Some(step))
        else {
            return false;
        };
        let tests = Some(first(around.shelf)).filter(|tests| around.shelf.ready(Split::Test) >= *tests).unwrap_or(0);
        let judge = around.shipped.filter(|_| tests > 0);
        let real = judge.filter(|judge| judge.real.get().is_none()).map_or(0, |_| tests);
        let made = if around.shelf.card().plane() {
            plane::SAMPLES.min(around.shelf.ready(Split::Test))
        } else {
            judge.map_or(0, |_| SAMPLES)
        };
        let slice = self.plan.pace.rules().slice.max(1);
        let slices =
            |job, of: usize| (0..of).step_by(slice).map(move |start| (job, start..(start + slice).min(of))).rev();
        let jobs = slices(Job::Coded, tests).chain(slices(Job::Made, made)).chain(slices(Job::Real, real)).collect();
        self.judge.last = Some(step);
        self.judge.check = Some(Check {
            step,
            judged: judge.is_some(),
            jobs,
            // The same latents each time, so that the curve moves with the weights alone.
            latents: Noise::new(self.plan.seed as i64, Stream::Tested, 0).normal(made * generator.latent()),
            held: Vec::new(),
            numbers: Default::default(),
            reference: None,
            measurement: None,
        });
        true
    }

    /// One piece of a check; false if there is none.
    pub(super) fn check_slice(&mut self, around: &Around<'_>) -> bool {
        if self.judge.check.is_none() {
            self.check_pause(around);
        }
        let Some(mut check) = self.judge.check.take() else { return false };
        if let Some((job, rows)) = check.jobs.pop() {
            self.look_at(job, rows, &mut check, around);
            self.judge.check = Some(check);
        } else if check.held.is_empty() {
            if !check.finite() {
                // Weights that left the floats: the next step's loss will say when.
            } else if let Some(quality) = check.go_on(around) {
                self.conclude(&check, quality, around);
            } else {
                self.judge.check = Some(check);
            }
        } else {
            self.judge.check = Some(check);
        }
        true
    }

    /// Has the device look at a slice.
    fn look_at(&self, job: Job, rows: Range<usize>, check: &mut Check, around: &Around<'_>) {
        let Some(generator) = self.plan.learner.generator() else { return };
        let batch = |rows: Range<usize>| around.shelf.batch(Split::Test, rows, &self.inner);
        let look = |images| around.shipped.and_then(|judge| judge.learner.features(images));
        match job {
            Job::Real => {
                let seen = batch(rows).and_then(|batch| look(batch.images));
                check.hold(seen, [Sort::RealHidden, Sort::RealLogits]);
            }
            Job::Made => {
                let size = generator.latent();
                let latents = check.latents[rows.start * size..rows.end * size].to_vec();
                let labels = in_turn(rows, around.shelf.shape().classes, &self.inner);
                let made = generator.generate(self.codes(generator, latents), labels);
                if around.shelf.card().plane() {
                    check.held.push((Sort::Points, made.reshape([-1])));
                } else {
                    check.hold(look(made), [Sort::MadeHidden, Sort::MadeLogits]);
                }
            }
            Job::Coded => match batch(rows).and_then(|batch| generator.encode(batch)) {
                Some(posterior) => check.held.push((Sort::Means, posterior.mean.flatten(0, 1))),
                None => check.jobs.retain(|(job, _)| *job != Job::Coded),
            },
        }
    }

    /// Whether a check waits for its numbers.
    pub(super) fn check_read_due(&self) -> bool {
        self.judge.check.as_ref().is_some_and(|check| check.jobs.is_empty() && !check.held.is_empty())
    }

    /// Hands over what is to be read.
    pub(super) fn take_held(&mut self) -> Vec<(Sort, Tensor<1>)> {
        self.judge.check.as_mut().map(|check| std::mem::take(&mut check.held)).unwrap_or_default()
    }

    /// Takes in what was read.
    pub(super) fn judged(&mut self, sort: Sort, numbers: &[f32]) {
        if let Some(check) = &mut self.judge.check {
            check.numbers[sort as usize].extend_from_slice(numbers);
        }
    }

    /// Says what came of a check.
    fn conclude(&mut self, check: &Check, quality: Option<Quality>, around: &Around<'_>) {
        self.moved = true;
        let (modes, placed) = places(&check.numbers[Sort::Points as usize], around.shelf);
        for (name, value) in quality.iter().flat_map(curves).chain(placed) {
            if let Some(series) = series(&self.plan.card, name).filter(|_| value.is_finite()) {
                self.point(series, check.step, value);
            }
        }
        let size = self.plan.learner.generator().map_or(0, |generator| generator.latent());
        let means = &check.numbers[Sort::Means as usize];
        let facts = Facts {
            real: around
                .shipped
                .and_then(|judge| judge.real.get())
                .map(|real| real.census.shares.clone())
                .unwrap_or_default(),
            quality,
            modes,
            players: self.judge.mean("accuracy/real").zip(self.judge.mean("accuracy/generated")),
            kl: self.judge.mean("kl/train").or_else(|| self.judge.latest("kl/test")),
            active: (!means.is_empty()).then(|| (active_units(means, size) as u32, size as u32)),
        };
        let known = facts.quality.is_some()
            || facts.modes.is_some()
            || facts.players.is_some()
            || facts.kl.is_some()
            || facts.active.is_some();
        if known {
            self.out.push(Event::Findings { run: self.plan.run, step: check.step, findings: findings(&facts) });
        }
    }
}

/// The classes in turn `[rows]`, as far as the rows of all samples say.
fn in_turn(rows: Range<usize>, classes: usize, device: &Device) -> Tensor<1, Int> {
    let count = rows.len();
    let labels: Vec<i32> = rows.map(|row| (row % classes.max(1)) as i32).collect();
    Tensor::from_data(TensorData::new(labels, [count]), device)
}

/// The curves' values, shares in per cent.
fn curves(quality: &Quality) -> [(&'static str, f32); 5] {
    [
        ("frechet/score", quality.frechet),
        ("quality/confident", 100.0 * quality.census.confident),
        ("quality/rarest", 100.0 * quality.rarest),
        ("manifold/precision", 100.0 * quality.precision),
        ("manifold/recall", 100.0 * quality.recall),
    ]
}

/// The share of generated points `[samples, 2]` at each mode, and the curves of where they lie: of sets of points alone.
fn places(made: &[f32], shelf: &Shelf) -> (Option<Vec<f32>>, Vec<(&'static str, f32)>) {
    if made.is_empty() {
        return (None, Vec::new());
    }
    let mut real = Vec::with_capacity(made.len());
    for row in 0..made.len() / 2 {
        shelf.read(Split::Test, row, &mut real);
    }
    let mut curves = vec![("plane/kl", plane::divergence(&real, made))];
    let coverage = shelf.card().modes.as_ref().map(|modes| plane::Coverage::of(made, modes));
    let shares = coverage.map(|coverage| {
        curves.extend([("modes/covered", coverage.covered() as f32), ("near/share", 100.0 * coverage.high)]);
        coverage.counts.iter().map(|count| 2.0 * *count as f32 / made.len() as f32).collect()
    });
    (shares, curves)
}

impl Check {
    /// Keeps what was seen until it is read; a judge without features judges nothing.
    fn hold(&mut self, seen: Option<Features>, [hidden, logits]: [Sort; 2]) {
        match seen {
            Some(seen) => {
                self.held.extend([(hidden, seen.hidden.flatten(0, 1)), (logits, seen.logits.flatten(0, 1))]);
            }
            None => {
                self.judged = false;
                self.jobs.retain(|(job, _)| *job == Job::Coded);
            }
        }
    }

    fn finite(&self) -> bool {
        // Numbers do not change once read: looked at before the first piece.
        self.measurement.is_some()
            || self.reference.is_some()
            || self.numbers.iter().flatten().all(|number| number.is_finite())
    }

    /// One piece of what the host has to do; the outermost `None` while there is more.
    fn go_on(&mut self, around: &Around<'_>) -> Option<Option<Quality>> {
        let Some(judge) = around.shipped.filter(|_| self.judged) else { return Some(None) };
        let classes = around.shelf.shape().classes;
        let [real_hidden, real_logits, made_hidden, made_logits, ..] = &mut self.numbers;
        let Some(real) = judge.real.get() else {
            let mut begin = || {
                let size = features(real_hidden, real_logits, classes);
                Reference::new(Cloud::new(size, std::mem::take(real_hidden)), Census::of(real_logits, classes))
            };
            match self.reference.take() {
                None => self.reference = Some(begin()),
                Some(reference) if reference.ready() => drop(judge.real.set(reference)),
                Some(mut reference) => {
                    reference.go_on(PIECE);
                    self.reference = Some(reference);
                }
            }
            return None;
        };
        let measurement = self.measurement.get_or_insert_with(|| {
            let size = features(made_hidden, made_logits, classes);
            Measurement::new(Cloud::new(size, std::mem::take(made_hidden)), Census::of(made_logits, classes))
        });
        measurement.go_on(PIECE, real).map(Some)
    }
}

/// Features of a sample, from all samples' features and logits.
fn features(hidden: &[f32], logits: &[f32], classes: usize) -> usize {
    hidden.len() / (logits.len() / classes.max(1)).max(1)
}
