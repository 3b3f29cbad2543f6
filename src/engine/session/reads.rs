//! What a session reads: every tensor that is due, in one transaction, and what is made of it.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::quality::Sort;
use super::screens::Stamp;
use super::{Around, Session};
use crate::engine::exam::{Exam, softmax};
use crate::engine::fault::{misread, unread};
use crate::engine::pictures::{self, Frame};
use crate::engine::recipe::{Batch, Learner, Moment, Shape};
use crate::engine::snapshot::{About, Gathered, Snapshot};
use crate::protocol::{Answer, Body, Event, Fault, Opinion, Phase, Plane, Reading, Text, View};

/// What the next read is for, in the order in which the tensors were registered.
pub(super) enum Ask {
    Scalar { series: u16, step: u64 },
    Found { act: usize, name: Text },
    Logits { slice: Range<usize> },
    Values { series: &'static str },
    Judged { sort: Sort },
    Reading { seen: Plane, by: Opinion, truth: Option<u32>, stamp: Stamp },
    Plate { view: View, frames: Vec<Frame>, stamp: Stamp },
    Made { view: View, stamp: Stamp, tensors: usize, make: Make },
    State { names: Vec<String>, counts: Vec<(String, u64)> },
}

/// Makes a body of the numbers of each tensor that was read for it.
pub(super) type Make = Box<dyn FnOnce(Vec<Vec<f32>>) -> Body>;

/// Tensors to be read in one go.
#[derive(Default)]
pub(super) struct Reads {
    transaction: Option<Transaction>,
    pub(super) asks: Vec<Ask>,
}

impl Reads {
    pub(super) fn add<const D: usize>(&mut self, tensor: Tensor<D>) {
        // One read takes tensors of one backend, and a model may hand over either kind.
        let tensor = if tensor.device().is_autodiff() { tensor.inner() } else { tensor };
        self.transaction = Some(self.transaction.take().unwrap_or_default().register(tensor));
    }
}

impl Session {
    /// Gathers all that is due into one transaction, and waits for it; false where nothing was due.
    pub(super) async fn read_if_due(&mut self, around: &Around<'_>, worked: bool) -> Result<bool, Fault> {
        let stopped = !self.training() || self.phase == Phase::Waiting;
        let exam = self.exam.as_ref().is_some_and(Exam::read_due);
        let save = self.save || (self.phase == Phase::Training && self.plan.pace.snapshot_due(around.now));
        // Half a step is never saved.
        let save = save && (self.save || self.saved != Some(self.plan.step)) && !self.midway();
        let due: Vec<usize> = (0..self.screens.len()).filter(|index| self.frame_due(*index, around)).collect();
        let scalars = self.plan.pace.read_due(around.now) || stopped;
        let check = self.check_read_due();
        let found = !self.motion.found.is_empty();
        if !(exam || check || save || found || !due.is_empty() || (scalars && !self.scalars.is_empty())) {
            return Ok(false);
        }
        let mut reads = Reads::default();
        for (series, step, value) in std::mem::take(&mut self.scalars) {
            reads.asks.push(Ask::Scalar { series, step });
            reads.add(value);
        }
        for (act, name, value) in std::mem::take(&mut self.motion.found) {
            reads.asks.push(Ask::Found { act, name });
            reads.add(value);
        }
        if exam {
            for (slice, outcome) in self.exam.as_mut().map(Exam::take_held).unwrap_or_default() {
                if let Some(logits) = outcome.logits {
                    reads.asks.push(Ask::Logits { slice });
                    reads.add(logits);
                }
                for (series, values) in outcome.values {
                    reads.asks.push(Ask::Values { series });
                    reads.add(values);
                }
            }
        }
        for (sort, numbers) in if check { self.take_held() } else { Vec::new() } {
            reads.asks.push(Ask::Judged { sort });
            reads.add(numbers);
        }
        for index in due {
            self.ask_frame(index, around, &mut reads);
        }
        if save {
            let gathered = Gathered::of(&mut *self.plan.learner)?;
            let (names, tensors): (Vec<_>, Vec<_>) = gathered.tensors.into_iter().unzip();
            reads.asks.push(Ask::State { names, counts: gathered.counts });
            tensors.into_iter().for_each(|tensor| reads.add(tensor));
        }
        let Some(transaction) = reads.transaction else {
            // An evaluation of which a model has nothing to say is over as well.
            self.finish_exam();
            return Ok(worked);
        };
        let data = transaction.execute_async().await.map_err(|error| unread(&error))?;
        self.plan.pace.read(around.now);
        self.take(reads.asks, &mut data.into_iter(), around)?;
        Ok(true)
    }

    /// Makes of what was read what it was asked for.
    fn take(
        &mut self,
        asks: Vec<Ask>,
        data: &mut dyn Iterator<Item = TensorData>,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        let mut next = || numbers(data.next());
        let mut diverged: Option<u64> = None;
        let mut bodies = Vec::new();
        for ask in asks {
            match ask {
                Ask::Scalar { series, step } => {
                    let value = next()?.first().copied().unwrap_or(f32::NAN);
                    if value.is_finite() && diverged.is_none_or(|first| step < first) {
                        self.point(series, step, value);
                    } else if !value.is_finite() {
                        diverged = Some(diverged.map_or(step, |first| first.min(step)));
                    }
                }
                Ask::Found { act, name } => {
                    let value = next()?.first().copied().unwrap_or(f32::NAN);
                    self.found(act, name, value);
                }
                Ask::Logits { slice } => {
                    let logits = next()?;
                    if let Some(exam) = &mut self.exam {
                        exam.classify(slice, &logits, around.shelf);
                    }
                }
                Ask::Values { series } => {
                    let values = next()?;
                    if let Some(exam) = &mut self.exam {
                        exam.add(series, &values);
                    }
                }
                Ask::Judged { sort } => self.judged(sort, &next()?),
                Ask::Reading { seen, by, truth, stamp } => {
                    let answer = Answer::Probabilities(softmax(&next()?));
                    bodies.push((View::Reading, Body::Reading(Reading { seen, by, answer, truth }), stamp));
                }
                Ask::Plate { view, frames, stamp } => {
                    let layers = frames.into_iter().map(|frame| Ok(pictures::layer(frame, &next()?)));
                    bodies.push((view, Body::Layers(layers.collect::<Result<_, Fault>>()?), stamp));
                }
                Ask::Made { view, stamp, tensors, make } => {
                    let numbers = (0..tensors).map(|_| next()).collect::<Result<_, Fault>>()?;
                    bodies.push((view, make(numbers), stamp));
                }
                Ask::State { names, counts } => {
                    let tensors = names.into_iter().map(|name| Ok((name, next()?))).collect::<Result<_, Fault>>()?;
                    if diverged.is_none() {
                        self.send_snapshot(
                            Snapshot { tensors, counts: counts.into_iter().collect(), ..Snapshot::default() },
                            around,
                        )?;
                    }
                }
            }
        }
        if let Some(step) = diverged {
            self.points.retain(|point| point.step < step);
            self.fail(Fault::Diverged { step });
            return Ok(());
        }
        bodies.into_iter().for_each(|(view, body, stamp)| self.send_frame(view, body, stamp, around.now));
        self.finish_exam();
        Ok(())
    }

    fn send_snapshot(&mut self, mut snapshot: Snapshot, around: &Around<'_>) -> Result<(), Fault> {
        self.save = false;
        self.plan.pace.saved(around.now);
        if !snapshot.finite() {
            return Ok(());
        }
        snapshot.about = About {
            recipe: self.plan.card.name.to_string(),
            data: self.plan.data.clone(),
            step: self.plan.step,
            knobs: [&self.plan.learner.values()[..], around.shelf.values()].concat(),
            accuracy: None,
        };
        self.saved = Some(self.plan.step);
        self.out.push(Event::Snapshot { run: self.plan.run, step: self.plan.step, bytes: snapshot.write()? });
        Ok(())
    }
}

/// One step and one evaluation at the real shapes, waited for, so that everything is compiled; the learner is spoilt.
///
/// # Errors
/// [`Fault::GpuLost`] where the device does not answer.
pub async fn warm_up(
    learner: &mut dyn Learner,
    shape: Shape,
    batch: usize,
    slice: usize,
    device: &Device,
) -> Result<(), Fault> {
    let blank = |count: usize, device: &Device| Batch {
        images: Tensor::zeros([count, shape.channels, shape.height, shape.width], device),
        labels: Tensor::zeros([count], device),
    };
    let mut reads = Reads::default();
    for (_, value) in learner.step(blank(batch, device), Moment { step: 0, steps_per_epoch: 1 }) {
        reads.add(value);
    }
    let inner = device.clone().inner();
    for count in [slice, 1] {
        let outcome = learner.outcome(blank(count, &inner));
        outcome.logits.into_iter().for_each(|logits| reads.add(logits));
        outcome.values.into_iter().for_each(|(_, values)| reads.add(values));
    }
    match reads.transaction {
        Some(transaction) => transaction.execute_async().await.map(drop).map_err(|error| unread(&error)),
        None => Ok(()),
    }
}

fn numbers(data: Option<TensorData>) -> Result<Vec<f32>, Fault> {
    data.map_or(Ok(Vec::new()), |data| data.try_into_vec().map_err(|error| misread(&error)))
}
