//! One live run: it steps, reads and shows. Nothing else waits for the device.

use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData, Transaction};

use crate::protocol::{
    Answer, Body, Card, Event, Fault, Opinion, Phase, Plane, Point, Probe, Pulse, Reading, RunId, Split, Text, Value, View,
};

use super::exam::{Exam, FIRST, Tally, softmax};
use super::fault::{misread, unread};
use super::feed::{Feed, Shelf};
use super::pace::{Pace, exam_every};
use super::pictures::{self, Frame};
use super::recipe::{Batch, Learner, Moment, Plate, Shape};
use super::snapshot::{About, Gathered, Snapshot};

/// The checkpoint that the page ships with a data set.
pub struct Shipped {
    /// The network.
    pub learner: Box<dyn Learner>,
    /// Its title.
    pub title: Text,
    /// Its test accuracy, from 0 to 1.
    pub accuracy: f32,
}

/// What a session needs of its surroundings for one piece of work.
pub struct Around<'a> {
    /// The data that have landed.
    pub shelf: &'a Shelf,
    /// Who answers before the first step.
    pub shipped: Option<&'a Shipped>,
    /// Milliseconds.
    pub now: f64,
    /// Bytes held.
    pub memory: u64,
}

/// What came of a call to [`Session::advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Something was done, and more may be.
    Done,
    /// Something was done and the device was waited for.
    Read,
    /// There is nothing to do until a message or data come.
    Idle,
}

/// All that a run is built from.
pub struct Plan {
    /// The run.
    pub run: RunId,
    /// What the recipe says of itself.
    pub card: Card,
    /// The model.
    pub learner: Box<dyn Learner>,
    /// Where it trains: an autodiff device.
    pub device: Device,
    /// The order of its samples.
    pub feed: Feed,
    /// Its random seed.
    pub seed: u64,
    /// Its data set.
    pub data: String,
    /// Steps already made.
    pub step: u64,
    /// Its clock.
    pub pace: Pace,
}

/// A view that the page watches.
struct Screen {
    view: View,
    /// The frame that is not painted yet.
    owed: Option<u64>,
    /// When it was shown last.
    at: f64,
    /// What it showed last.
    shown: Option<Stamp>,
}

/// What a picture depends on; an equal stamp is an equal picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    step: u64,
    probe: u64,
    exams: u64,
    shipped: bool,
}

/// What the next read is for, in the order in which the tensors were registered.
enum Ask {
    Scalar { series: u16, step: u64 },
    Exam { slice: Range<usize> },
    Reading { seen: Plane, by: Opinion, truth: Option<u32>, stamp: Stamp },
    Plate { view: View, frames: Vec<Frame>, stamp: Stamp },
    State { names: Vec<String>, counts: Vec<(String, u64)> },
}

/// Tensors to be read in one go.
#[derive(Default)]
struct Reads {
    transaction: Option<Transaction>,
    asks: Vec<Ask>,
}

impl Reads {
    fn add<const D: usize>(&mut self, tensor: Tensor<D>) {
        // One read takes tensors of one backend, and a model may hand over either kind.
        let tensor = if tensor.device().is_autodiff() { tensor.inner() } else { tensor };
        self.transaction = Some(self.transaction.take().unwrap_or_default().register(tensor));
    }
}

/// One live run.
pub struct Session {
    plan: Plan,
    inner: Device,
    phase: Phase,
    until: Option<u64>,
    scalars: Vec<(u16, u64, Tensor<1>)>,
    points: Vec<Point>,
    /// Step, phase or evaluation moved since the last tick.
    moved: bool,
    exam: Option<Exam>,
    /// The step at which the cadence looked last, so that it looks once.
    looked: Option<u64>,
    tally: Option<Tally>,
    exams: u64,
    screens: Vec<Screen>,
    frames: u64,
    probe: Option<Probe>,
    probes: u64,
    save: bool,
    saved: Option<u64>,
    out: Vec<Event>,
}

impl Session {
    /// A run that stands still.
    pub fn new(plan: Plan) -> Self {
        Self {
            inner: plan.device.clone().inner(),
            phase: Phase::Preparing,
            until: None,
            scalars: Vec::new(),
            points: Vec::new(),
            moved: true,
            exam: None,
            looked: None,
            tally: None,
            exams: 0,
            screens: Vec::new(),
            frames: 0,
            probe: None,
            probes: 0,
            save: false,
            saved: Some(plan.step),
            out: Vec::new(),
            plan,
        }
    }

    /// Its name.
    pub fn run(&self) -> RunId {
        self.plan.run
    }

    /// Its data set.
    pub fn data(&self) -> &str {
        &self.plan.data
    }

    /// Steps made.
    pub fn step(&self) -> u64 {
        self.plan.step
    }

    /// Its clock.
    pub fn pace(&mut self) -> &mut Pace {
        &mut self.plan.pace
    }

    /// What it said since the last call.
    pub fn said(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.out)
    }

    /// Enters a phase, and says so if it is another one.
    pub fn enter(&mut self, phase: Phase) {
        if self.phase != phase {
            self.phase = phase;
            self.moved = true;
            self.out.push(Event::Phase { run: self.plan.run, phase });
        }
    }

    /// Ends the run by a fault.
    pub fn fail(&mut self, fault: Fault) {
        self.out.push(Event::Trouble { run: Some(self.plan.run), fault, fatal: true });
        self.exam = None;
        self.scalars.clear();
        self.save = false;
        self.enter(Phase::Failed);
    }

    fn training(&self) -> bool {
        matches!(self.phase, Phase::Training | Phase::Waiting)
    }

    /// Trains until told otherwise, or until step `until`.
    pub fn train(&mut self, until: Option<u64>, now: f64) {
        if self.phase == Phase::Failed {
            return;
        }
        if !self.training() {
            // An evaluation that only filled a pause does not hold up the reader who goes on.
            self.exam = None;
            self.plan.pace.rest();
            self.plan.pace.saved(now);
        }
        self.until = until;
        self.enter(Phase::Training);
    }

    /// Makes one step, then pauses.
    pub fn step_once(&mut self, now: f64) {
        self.train(Some(self.plan.step + 1), now);
    }

    /// Stops between two steps, evaluates on the whole test set and saves.
    pub fn pause(&mut self, shelf: &Shelf) {
        if !self.training() {
            return;
        }
        self.enter(Phase::Paused);
        self.plan.pace.rest();
        self.evaluate(shelf);
        self.save |= self.saved != Some(self.plan.step);
    }

    /// Evaluates on all test samples that have landed.
    pub fn evaluate(&mut self, shelf: &Shelf) {
        if self.phase != Phase::Failed {
            self.examine(shelf.ready(Split::Test), shelf);
        }
    }

    fn examine(&mut self, of: usize, shelf: &Shelf) {
        self.exam = (of > 0).then(|| Exam::new(of, shelf.shape().classes));
    }

    /// Sends a snapshot as soon as it can.
    pub fn save(&mut self) {
        self.save = self.phase != Phase::Failed;
    }

    /// Turns a hot knob.
    ///
    /// # Errors
    /// As [`Learner::turn`].
    pub fn turn(&mut self, knob: &str, value: &Value) -> Result<(), Fault> {
        self.plan.learner.turn(knob, value)
    }

    /// Shows these views from now on.
    pub fn watch(&mut self, views: &[View]) {
        let mut screens = Vec::new();
        for view in views {
            // Credit outlives the list: a frame that is on its way is still owed.
            let known = self.screens.iter().find(|screen| screen.view == *view);
            let (owed, at) = known.map_or((None, f64::MIN), |screen| (screen.owed, screen.at));
            screens.push(Screen { view: *view, owed, at, shown: None });
        }
        self.screens = screens;
    }

    /// Looks at this from now on.
    pub fn look(&mut self, probe: Option<Probe>) {
        self.probe = probe;
        self.probes += 1;
    }

    /// A frame is on the screen.
    pub fn painted(&mut self, frame: u64) {
        for screen in &mut self.screens {
            if screen.owed == Some(frame) {
                screen.owed = None;
            }
        }
    }

    /// One piece of work: a slice of an evaluation, or a step, and a read if one is due.
    ///
    /// # Errors
    /// [`Fault::GpuLost`] where the device does not answer; what a snapshot's keeper says. Either ends the run.
    pub async fn advance(&mut self, around: &Around<'_>) -> Result<Work, Fault> {
        if self.phase == Phase::Failed {
            return Ok(Work::Idle);
        }
        let worked = self.examine_slice(around) || (self.training() && self.train_on(around));
        let read = self.read_if_due(around, worked).await?;
        self.tick(around, worked);
        Ok(match (read, worked) {
            (true, _) => Work::Read,
            (false, true) => Work::Done,
            (false, false) => Work::Idle,
        })
    }

    /// Looks at the next slice of an evaluation; false if there is none.
    fn examine_slice(&mut self, around: &Around<'_>) -> bool {
        let untested = self.tally.is_none() && self.exam.is_none() && !self.training();
        let asked = self.screens.iter().any(|screen| matches!(screen.view, View::Confusion | View::Mistakes));
        if untested && asked && around.shelf.ready(Split::Test) >= first(around.shelf) {
            self.examine(first(around.shelf), around.shelf);
        }
        let Some(exam) = &mut self.exam else { return false };
        let Some(slice) = exam.slice(self.plan.pace.rules().slice) else { return true };
        match around.shelf.batch(Split::Test, slice.clone(), &self.inner) {
            Some(batch) => exam.hold(slice, self.plan.learner.outcome(batch)),
            // It began with what had landed, and nothing lands twice.
            None => self.exam = None,
        }
        true
    }

    /// Makes a step or does what comes before it; false where the next batch has not landed.
    fn train_on(&mut self, around: &Around<'_>) -> bool {
        if self.until.is_some_and(|until| self.plan.step >= until) {
            self.pause(around.shelf);
            return true;
        }
        if self.looked != Some(self.plan.step) {
            self.looked = Some(self.plan.step);
            if let Some(of) = self.exam_due(around.shelf) {
                self.examine(of, around.shelf);
                return true;
            }
        }
        let Some(batch) = self.plan.feed.batch(around.shelf, self.plan.step, &self.plan.device) else {
            if self.phase != Phase::Waiting {
                self.plan.pace.rest();
            }
            self.enter(Phase::Waiting);
            return false;
        };
        self.enter(Phase::Training);
        self.make_step(batch, around.now);
        true
    }

    /// How many test samples the cadence wants looked at now. Training never waits for a test sample to land.
    fn exam_due(&self, shelf: &Shelf) -> Option<usize> {
        let (step, ready) = (self.plan.step, shelf.ready(Split::Test));
        let first = first(shelf);
        if step > 0 && step.is_multiple_of(self.plan.feed.steps_per_epoch()) {
            return Some(ready).filter(|ready| *ready > 0);
        }
        (step.is_multiple_of(exam_every(self.plan.feed.batch_size())) && ready >= first).then_some(first)
    }

    fn make_step(&mut self, batch: Batch, now: f64) {
        // Whatever a model draws on the device follows from the seed and the step, so that a snapshot goes on alike.
        self.inner.seed(self.plan.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ self.plan.step);
        let steps_per_epoch = self.plan.feed.steps_per_epoch() as u32;
        let scalars = self.plan.learner.step(batch, Moment { step: self.plan.step, steps_per_epoch });
        self.plan.step += 1;
        self.moved = true;
        for (name, value) in scalars {
            if let Some(series) = series(&self.plan.card, name) {
                self.scalars.push((series, self.plan.step, value));
            }
        }
        self.plan.pace.stepped(now, self.plan.step);
    }

    /// Gathers all that is due into one transaction, and waits for it; false where nothing was due.
    async fn read_if_due(&mut self, around: &Around<'_>, worked: bool) -> Result<bool, Fault> {
        let stopped = !self.training() || self.phase == Phase::Waiting;
        let exam = self.exam.as_ref().is_some_and(Exam::read_due);
        let save = self.save || (self.phase == Phase::Training && self.plan.pace.snapshot_due(around.now));
        let save = save && (self.save || self.saved != Some(self.plan.step));
        let due: Vec<usize> = (0..self.screens.len()).filter(|index| self.frame_due(*index, around)).collect();
        let scalars = self.plan.pace.read_due(around.now) || stopped;
        if !(exam || save || !due.is_empty() || (scalars && !self.scalars.is_empty())) {
            return Ok(false);
        }
        let mut reads = Reads::default();
        for (series, step, value) in std::mem::take(&mut self.scalars) {
            reads.asks.push(Ask::Scalar { series, step });
            reads.add(value);
        }
        if exam {
            for (slice, outcome) in self.exam.as_mut().map(Exam::take_held).unwrap_or_default() {
                reads.asks.push(Ask::Exam { slice });
                reads.add(outcome.logits);
                reads.add(outcome.losses);
            }
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
        let Some(transaction) = reads.transaction else { return Ok(worked) };
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
                        self.points.push(Point { series, step, value });
                    } else if !value.is_finite() {
                        diverged = Some(diverged.map_or(step, |first| first.min(step)));
                    }
                }
                Ask::Exam { slice } => {
                    let (logits, losses) = (next()?, next()?);
                    if let Some(exam) = &mut self.exam {
                        exam.count(slice, &logits, &losses, around.shelf);
                    }
                }
                Ask::Reading { seen, by, truth, stamp } => {
                    let answer = Answer::Probabilities(softmax(&next()?));
                    bodies.push((View::Reading, Body::Reading(Reading { seen, by, answer, truth }), stamp));
                }
                Ask::Plate { view, frames, stamp } => {
                    let layers = frames.into_iter().map(|frame| Ok(pictures::layer(frame, &next()?)));
                    bodies.push((view, Body::Layers(layers.collect::<Result<_, Fault>>()?), stamp));
                }
                Ask::State { names, counts } => {
                    let tensors = names.into_iter().map(|name| Ok((name, next()?))).collect::<Result<_, Fault>>()?;
                    if diverged.is_none() {
                        self.send_snapshot(Snapshot { tensors, counts: counts.into_iter().collect(), ..Snapshot::default() }, around)?;
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
            knobs: self.plan.learner.values(),
            accuracy: None,
        };
        self.saved = Some(self.plan.step);
        self.out.push(Event::Snapshot { run: self.plan.run, step: self.plan.step, bytes: snapshot.write()? });
        Ok(())
    }

    fn finish_exam(&mut self) {
        let Some(tally) = self.exam.as_mut().and_then(Exam::finish) else { return };
        self.exam = None;
        for (name, value) in [("loss/test", tally.loss()), ("accuracy/test", tally.accuracy())] {
            // A loss that left the floats says that the weights have; the next step's loss will say when.
            if let Some(series) = series(&self.plan.card, name).filter(|_| value.is_finite()) {
                self.points.push(Point { series, step: self.plan.step, value });
            }
        }
        self.tally = Some(tally);
        self.exams += 1;
        self.moved = true;
    }

    fn stamp(&self, view: View, around: &Around<'_>) -> Stamp {
        let step = self.plan.step;
        let shipped = step == 0 && around.shipped.is_some();
        match view {
            View::Reading => Stamp { step, probe: self.probes, exams: 0, shipped },
            View::Activations => Stamp { step, probe: self.probes, exams: 0, shipped: false },
            View::Filters => Stamp { step, probe: 0, exams: 0, shipped: false },
            View::Confusion | View::Mistakes => Stamp { step: 0, probe: 0, exams: self.exams, shipped: false },
        }
    }

    /// Whether a view is to be drawn anew. A probe that moved is drawn at once, so that drawing feels live.
    fn frame_due(&self, index: usize, around: &Around<'_>) -> bool {
        let screen = &self.screens[index];
        let stamp = self.stamp(screen.view, around);
        if screen.owed.is_some() || screen.shown == Some(stamp) || !self.showable(screen.view, around) {
            return false;
        }
        let fresh = screen.shown.is_none_or(|shown| shown.probe != stamp.probe);
        fresh || self.phase != Phase::Training || self.plan.pace.frame_due(around.now, screen.at)
    }

    fn showable(&self, view: View, around: &Around<'_>) -> bool {
        match view {
            View::Reading | View::Activations => match &self.probe {
                None => false,
                Some(Probe::Drawing { .. }) => around.shelf.card().drawable,
                Some(Probe::Sample { split, index }) => around.shelf.sample(*split, *index as usize).is_some(),
            },
            View::Filters => true,
            View::Confusion | View::Mistakes => self.tally.is_some(),
        }
    }

    /// Asks for what a frame shows, or sends it at once where nothing needs to be read.
    fn ask_frame(&mut self, index: usize, around: &Around<'_>, reads: &mut Reads) {
        let view = self.screens[index].view;
        let stamp = self.stamp(view, around);
        match view {
            View::Reading => self.ask_reading(stamp, around, reads),
            View::Activations => {
                let sample = self.seen(around).map(|(sample, _)| self.picture(sample, around.shelf.shape()));
                let plate = sample.and_then(|sample| self.plan.learner.show(view, Some(sample)));
                self.ask_plate(index, plate, stamp, reads);
            }
            View::Filters => {
                let plate = self.plan.learner.show(view, None);
                self.ask_plate(index, plate, stamp, reads);
            }
            View::Confusion | View::Mistakes => {
                let body = self.tally.as_ref().map(|tally| match view {
                    View::Confusion => tally.confusion(),
                    _ => tally.mistakes(around.shelf),
                });
                if let Some(body) = body {
                    self.send_frame(view, body, stamp, around.now);
                }
            }
        }
    }

    fn ask_reading(&mut self, stamp: Stamp, around: &Around<'_>, reads: &mut Reads) {
        let shape = around.shelf.shape();
        let (by, learner) = match around.shipped.filter(|_| stamp.shipped) {
            Some(shipped) => {
                (Opinion::Shipped { title: shipped.title.clone(), accuracy: shipped.accuracy }, &shipped.learner)
            }
            None => (Opinion::Current, &self.plan.learner),
        };
        let Some((sample, truth)) = self.seen(around) else {
            let blank = vec![0; shape.channels * shape.height * shape.width];
            let reading = Reading { seen: around.shelf.plane(&blank), by, answer: Answer::Abstain, truth: None };
            self.send_frame(View::Reading, Body::Reading(reading), stamp, around.now);
            return;
        };
        let seen = around.shelf.plane(&pictures::bytes(&sample));
        let labels = Tensor::<1, Int>::zeros([1], &self.inner);
        let outcome = learner.outcome(Batch { images: self.picture(sample, shape), labels });
        reads.asks.push(Ask::Reading { seen, by, truth, stamp });
        reads.add(outcome.logits);
    }

    fn ask_plate(&mut self, index: usize, plate: Option<Plate>, stamp: Stamp, reads: &mut Reads) {
        let screen = &mut self.screens[index];
        // What a model cannot show now is not asked for again before something changes.
        screen.shown = Some(stamp);
        let Some(plate) = plate else { return };
        let mut frames = Vec::new();
        for sheet in plate {
            frames.push(Frame { title: sheet.title, shape: sheet.values.dims(), signed: sheet.signed });
            reads.add(sheet.values);
        }
        reads.asks.push(Ask::Plate { view: screen.view, frames, stamp });
    }

    /// The probe as a sample `[channels * height * width]` from 0 to 1, and its true class if it has one.
    fn seen(&self, around: &Around<'_>) -> Option<(Vec<f32>, Option<u32>)> {
        match self.probe.as_ref()? {
            Probe::Drawing { strokes, prepared } => Some(((around.shelf.set().prepare)(strokes, *prepared)?, None)),
            Probe::Sample { split, index } => {
                let (pixels, label) = around.shelf.sample(*split, *index as usize)?;
                Some((pixels.iter().map(|pixel| f32::from(*pixel) / 255.0).collect(), Some(u32::from(label))))
            }
        }
    }

    /// `[1, channels, height, width]`.
    fn picture(&self, sample: Vec<f32>, shape: Shape) -> Tensor<4> {
        Tensor::from_data(TensorData::new(sample, [1, shape.channels, shape.height, shape.width]), &self.inner)
    }

    fn send_frame(&mut self, view: View, body: Body, stamp: Stamp, now: f64) {
        let Some(screen) = self.screens.iter_mut().find(|screen| screen.view == view) else { return };
        self.frames += 1;
        (screen.owed, screen.at, screen.shown) = (Some(self.frames), now, Some(stamp));
        self.out.push(Event::Frame { run: self.plan.run, frame: self.frames, step: self.plan.step, view, body });
    }

    fn tick(&mut self, around: &Around<'_>, worked: bool) {
        let busy = worked && self.phase == Phase::Training;
        if !(self.moved || !self.points.is_empty()) || (busy && !self.plan.pace.tick_due(around.now)) {
            return;
        }
        self.plan.pace.ticked(around.now);
        self.moved = false;
        let (steps_per_epoch, step) = (self.plan.feed.steps_per_epoch(), self.plan.step);
        let speed = if self.phase == Phase::Training { self.plan.pace.speed() } else { 0.0 };
        let pulse = Pulse {
            step,
            epoch: (step / steps_per_epoch) as u32,
            step_in_epoch: (step % steps_per_epoch) as u32,
            steps_per_epoch: steps_per_epoch as u32,
            steps_per_second: speed,
            samples_per_second: speed * self.plan.feed.batch_size() as f32,
            memory: around.memory,
        };
        self.out.push(Event::Tick { run: self.plan.run, pulse, points: std::mem::take(&mut self.points) });
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
        reads.add(outcome.logits);
        reads.add(outcome.losses);
    }
    match reads.transaction {
        Some(transaction) => transaction.execute_async().await.map(drop).map_err(|error| unread(&error)),
        None => Ok(()),
    }
}

/// Test samples that the curves look at: the first thousand, or all of a small set.
fn first(shelf: &Shelf) -> usize {
    shelf.total(Split::Test).min(FIRST)
}

fn series(card: &Card, name: &str) -> Option<u16> {
    card.series.iter().position(|series| series.name == name).map(|index| index as u16)
}

fn numbers(data: Option<TensorData>) -> Result<Vec<f32>, Fault> {
    data.map_or(Ok(Vec::new()), |data| data.try_into_vec().map_err(|error| misread(&error)))
}
