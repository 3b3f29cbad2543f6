//! One live run: it steps, reads and shows. Nothing else waits for the device.

mod embedding;
mod exams;
mod generated;
mod latent;
mod opinions;
mod quality;
mod reads;
mod regions;
mod saliency;
mod scatter;
mod screens;
mod slow;
mod steps;

use std::cell::RefCell;

use burn::tensor::{Device, Tensor};

use self::quality::Judge;
pub use self::reads::warm_up;
use self::saliency::Dreams;
use self::screens::Screen;
use self::slow::Motion;
use super::alumni::Alumni;
use super::exam::{Exam, FIRST, Tally};
use super::feed::{Feed, Shelf};
use super::pace::Pace;

use super::recipe::{Learner, Shape};
use super::shipped::Shipped;
use crate::protocol::{Axes, Card, Codes, Event, Fault, Phase, Point, Probe, Pulse, RunId, Split, Value, Voice};

/// What a session needs of its surroundings for one piece of work.
pub struct Around<'a> {
    /// The data that have landed.
    pub shelf: &'a Shelf,
    /// Who answers before the first step.
    pub shipped: Option<&'a Shipped>,
    /// Who was trained before.
    pub alumni: &'a Alumni,
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
    /// The shape of its samples.
    pub shape: Shape,
    /// Steps already made.
    pub step: u64,
    /// Its clock.
    pub pace: Pace,
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
    judge: Judge,
    motion: Motion,
    screens: Vec<Screen>,
    frames: u64,
    /// What is on the pad.
    probe: Option<Probe>,
    /// The generated sample whose nearest training sample is looked for.
    picked: Option<u32>,
    /// Changes of the two above.
    probes: u64,
    /// What those who were trained before say of the probe, once they have been asked: it stays the same.
    heard: Option<Vec<Voice>>,
    /// What the view of decoded latents shows.
    decode: Option<Codes>,
    /// The axes of the latent plane, and the directions of the principal ones when they were shown last.
    axes: Axes,
    directions: RefCell<Option<Tensor<2>>>,
    /// Those along which a classifier's samples were shown last.
    layout: RefCell<Option<Tensor<2>>>,
    /// The pictures that each class's score was raised by when they were shown last.
    dreams: RefCell<Dreams>,
    /// The class that a conditional model decodes.
    class: u32,
    /// Changes of the three above.
    asked: u64,
    save: bool,
    saved: Option<u64>,
    /// Bytes held when it was last asked.
    memory: u64,
    out: Vec<Event>,
}

impl Session {
    /// A run that stands still.
    pub fn new(plan: Plan) -> Self {
        let mut session = Self {
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
            judge: Judge::default(),
            motion: Motion::default(),
            screens: Vec::new(),
            frames: 0,
            probe: None,
            picked: None,
            probes: 0,
            heard: None,
            decode: None,
            axes: Axes::Latents([0, 1]),
            directions: RefCell::default(),
            layout: RefCell::default(),
            dreams: RefCell::default(),
            class: 0,
            asked: 0,
            save: false,
            saved: Some(plan.step),
            memory: 0,
            out: Vec::new(),
            plan,
        };
        session.heed_quality();
        session.describe();
        session
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
        self.judge.rest();
        self.motion = Motion::default();
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
        self.finish(now);
        if !self.training() {
            // An evaluation that only filled a pause does not hold up the reader who goes on.
            self.exam = None;
            self.judge.rest();
            self.plan.pace.rest();
            self.plan.pace.saved(now);
        }
        self.until = until;
        self.enter(Phase::Training);
    }

    /// Makes one step, then pauses.
    pub fn step_once(&mut self, now: f64) {
        self.finish(now);
        self.train(Some(self.plan.step + 1), now);
    }

    /// Stops between two steps, evaluates on the whole test set and saves; a step that has begun is brought to its end.
    pub fn pause(&mut self, shelf: &Shelf, now: f64) {
        self.finish(now);
        self.pause_training(shelf);
    }

    fn pause_training(&mut self, shelf: &Shelf) {
        if !self.training() {
            return;
        }
        // The page's count of steps stands still as soon as it says that the run does.
        self.plan.pace.rest();
        self.pulse();
        self.enter(Phase::Paused);
        self.describe();
        self.examine(shelf.ready(Split::Test), shelf);
        self.save |= self.saved != Some(self.plan.step);
    }

    /// Sends a snapshot as soon as it can.
    pub fn save(&mut self, now: f64) {
        self.finish(now);
        self.save = self.phase != Phase::Failed;
    }

    /// Whether a snapshot is asked for that has not been sent.
    pub fn owes_snapshot(&self) -> bool {
        self.save
    }

    /// Turns a hot knob.
    ///
    /// # Errors
    /// As [`Learner::turn`].
    pub fn turn(&mut self, knob: &str, value: &Value, now: f64) -> Result<(), Fault> {
        self.finish(now);
        let turned = self.plan.learner.turn(knob, value);
        self.heed_quality();
        if !self.training() {
            self.describe();
        }
        turned
    }

    /// The samples of its data set are others from here on: what is being measured on the old ones is dropped, and in a
    /// pause measured anew.
    pub fn remade(&mut self, shelf: &Shelf, now: f64) {
        self.exam = None;
        self.judge.forget();
        self.plan.feed.follow(shelf);
        if !self.training() && self.tally.is_some() {
            self.evaluate(shelf, now);
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
        self.memory = around.memory;
        let worked =
            self.examine_slice(around) || self.check_slice(around) || (self.training() && self.train_on(around));
        let read = self.read_if_due(around, worked).await?;
        self.tell_acts();
        self.tick(around, worked);
        Ok(match (read, worked) {
            (true, _) => Work::Read,
            (false, true) => Work::Done,
            (false, false) => Work::Idle,
        })
    }

    fn tick(&mut self, around: &Around<'_>, worked: bool) {
        let busy = worked && self.phase == Phase::Training;
        let nothing = !self.moved && self.points.is_empty();
        if nothing || (busy && !self.plan.pace.tick_due(around.now)) {
            return;
        }
        self.plan.pace.ticked(around.now);
        self.pulse();
    }

    /// Says where the run stands, with the values that were read since.
    fn pulse(&mut self) {
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
            memory: self.memory,
        };
        self.out.push(Event::Tick { run: self.plan.run, pulse, points: std::mem::take(&mut self.points) });
    }
}

/// Test samples that the curves look at: the first thousand, or all of a small set.
fn first(shelf: &Shelf) -> usize {
    shelf.total(Split::Test).min(FIRST)
}

/// Training samples that views show at most; those of a set may be fewer.
fn trained(shelf: &Shelf) -> usize {
    shelf.total(Split::Train).min(FIRST)
}

fn series(card: &Card, name: &str) -> Option<u16> {
    card.series.iter().position(|series| series.name == name).map(|index| index as u16)
}
