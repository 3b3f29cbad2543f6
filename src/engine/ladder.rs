//! An experiment with ever more training samples: which step counts, descends or tests, on which samples, and what came of it.

use std::f64::consts::PI;

use burn::tensor::{Device, Tensor, TensorData};

use super::exam::FIRST;
use super::math::{Noise, Stream};
use super::optimiser::Kept;
use super::recipe::Keeper;
use crate::protocol::{Fault, Role, Split, Text, View};

/// Training samples of each rung; a set that has fewer ends earlier.
pub const SIZES: [u32; 10] = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
/// Samples are drawn from so many at most, the first to be downloaded.
const POOL: usize = 20_000;
/// Models that are held against each other.
const PLAYERS: usize = 2;
/// Samples that a step counts or tests at most.
const SLICE: usize = 500;
/// Updates on each rung, at least …
const UPDATES: u64 = 200;
/// … and passes over its samples.
const PASSES: u64 = 10;

/// Which samples a step takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The batch whose turn it is.
    Next,
    /// These of a half, by their index; those of training as augmentation has them.
    These(Split, Vec<usize>),
    /// None: what was to be done is done, and the run pauses.
    Done,
}

/// What there is to wish for.
#[derive(Clone, Copy, Debug)]
pub struct Supply {
    /// Training samples.
    pub train: usize,
    /// Test samples.
    pub test: usize,
    /// Another number, other samples or other augmentation.
    pub edition: u64,
}

/// One of the models that are held against each other.
#[derive(Clone, Debug)]
pub struct Player {
    /// Its name.
    pub title: Text,
    /// Its colour.
    pub role: Role,
    /// As [`Rise::turned`](crate::protocol::Rise::turned).
    pub turned: (&'static str, View),
}

impl Player {
    /// Of this name and colour.
    pub const fn new(title: Text, role: Role, turned: (&'static str, View)) -> Self {
        Self { title, role, turned }
    }
}

/// What an experiment has measured so far.
pub struct Lesson {
    /// A generative and a discriminative model.
    pub players: [Player; PLAYERS],
    /// Rungs that the set has.
    pub rungs: usize,
    /// Draws of training samples that are planned.
    pub draws: usize,
    /// Pairs of errors that are measured: draw by draw, rung by rung.
    pub pairs: usize,
    /// Test samples.
    pub tested: usize,
    /// Wrong ones: `[draws, SIZES, players]`, in one tensor.
    pub wrong: Vec<Tensor<1>>,
}

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// To count samples that are new on this rung.
    Count,
    /// To make an update on samples of this rung.
    Descend,
    /// To test.
    Test,
}

/// One step of the experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// What it is for.
    pub task: Task,
    /// Whether the models begin anew before it.
    pub fresh: bool,
    /// Training samples of the rung.
    pub size: usize,
    /// From 1 down to 0 over a rung's updates, by half a cosine wave.
    pub share: f64,
    draw: usize,
    rung: usize,
    /// Places in the draw's order, or test samples.
    places: Vec<usize>,
    /// Whether the rung ends with it.
    last: bool,
}

/// The whole experiment. Each draw is a random order of the training samples, of which a rung takes the first: what one
/// rung has learnt from, the next one learns from as well.
pub struct Ladder {
    seed: i64,
    batch: usize,
    draws: usize,
    /// The step at which it began.
    origin: u64,
    rungs: usize,
    tested: usize,
    pairs: usize,
    /// `[draws, SIZES, players]`.
    wrong: Tensor<1>,
    edition: Option<u64>,
    order: Option<(usize, Vec<u32>)>,
    turn: Option<Turn>,
}

impl Ladder {
    /// Nothing is measured yet; an update is made on `batch` samples.
    pub fn new(seed: i64, batch: usize, draws: usize, device: &Device) -> Self {
        let wrong = Tensor::zeros([draws * SIZES.len() * PLAYERS], &device.clone().inner());
        let (rungs, tested) = (SIZES.len(), 0);
        Self { seed, batch, draws, origin: 0, rungs, tested, pairs: 0, wrong, edition: None, order: None, turn: None }
    }

    /// Begins anew with the next step.
    pub fn restart(&mut self) {
        // No set is made so often.
        self.edition = self.edition.map(|_| u64::MAX);
    }

    /// The samples of the step that comes after `step` others.
    pub fn wish(&mut self, step: u64, supply: Supply) -> Wish {
        if self.edition.is_some_and(|edition| edition != supply.edition) {
            (self.origin, self.pairs, self.wrong, self.order) = (step, 0, self.wrong.zeros_like(), None);
        }
        self.edition = Some(supply.edition);
        self.rungs = SIZES.iter().filter(|size| **size as usize <= supply.train).count();
        self.tested = supply.test.min(FIRST);
        self.turn = self.turn(step.saturating_sub(self.origin));
        let Some(turn) = self.turn.clone() else { return Wish::Done };
        if turn.task == Task::Test {
            return Wish::These(Split::Test, turn.places);
        }
        if self.order.as_ref().is_none_or(|(draw, _)| *draw != turn.draw) {
            let count = SIZES[self.rungs - 1] as usize;
            let mut noise = Noise::new(self.seed, Stream::Drawn, turn.draw as u64);
            self.order = Some((turn.draw, noise.order(supply.train.min(POOL), count)));
        }
        let order = self.order.as_ref().map(|(_, order)| &order[..]).unwrap_or_default();
        Wish::These(Split::Train, turn.places.iter().map(|place| order[*place] as usize).collect())
    }

    /// What the step at hand is for; where nobody was asked, an update on the first rung.
    pub fn take(&mut self) -> Turn {
        let size = SIZES[0] as usize;
        let plain = Turn {
            task: Task::Descend,
            fresh: false,
            size,
            share: 1.0,
            draw: 0,
            rung: 0,
            places: Vec::new(),
            last: false,
        };
        self.turn.take().unwrap_or(plain)
    }

    /// Adds what each player had wrong of a slice of test samples, each `[1]`.
    pub fn mark(&mut self, turn: &Turn, wrong: [Tensor<1>; PLAYERS]) {
        let place = (turn.draw * SIZES.len() + turn.rung) * PLAYERS;
        for (player, wrong) in wrong.into_iter().enumerate() {
            let [all] = self.wrong.dims();
            let own: Vec<f32> = (0..all).map(|at| f32::from(u8::from(at == place + player))).collect();
            let own = Tensor::<1>::from_data(TensorData::new(own, [all]), &self.wrong.device());
            self.wrong = self.wrong.clone() + own * wrong;
        }
        self.pairs += usize::from(turn.last);
    }

    /// What has been measured, of these players.
    pub fn lesson(&self, players: [Player; PLAYERS]) -> Lesson {
        let Self { rungs, draws, pairs, tested, .. } = *self;
        Lesson { players, rungs, draws, pairs, tested, wrong: vec![self.wrong.clone()] }
    }

    /// Steps of each task on a rung.
    fn tasks(&self, rung: usize) -> [u64; 3] {
        let size = u64::from(SIZES[rung]);
        let new = size - rung.checked_sub(1).map_or(0, |below| u64::from(SIZES[below]));
        let updates = UPDATES.max(PASSES * size.div_ceil(self.batch as u64));
        [new.div_ceil(SLICE as u64), updates, self.tested.div_ceil(SLICE) as u64]
    }

    /// The step that comes after `step` others of the experiment; `None` when all draws are done.
    fn turn(&self, step: u64) -> Option<Turn> {
        let length: u64 = (0..self.rungs).flat_map(|rung| self.tasks(rung)).sum();
        let draw = step.checked_div(length).filter(|draw| *draw < self.draws as u64)? as usize;
        let mut rest = step % length;
        let fresh = rest == 0;
        for (rung, size) in SIZES.iter().enumerate().take(self.rungs) {
            let [count, descend, test] = self.tasks(rung);
            if rest >= count + descend + test {
                rest -= count + descend + test;
                continue;
            }
            let size = *size as usize;
            let turn = |task, share, places| Turn { task, fresh, size, share, draw, rung, places, last: false };
            let slice = |at: u64, from: usize, to: usize| {
                let start = from + at as usize * SLICE;
                (start..(start + SLICE).min(to)).collect::<Vec<_>>()
            };
            return Some(if rest < count {
                let below = rung.checked_sub(1).map_or(0, |below| SIZES[below] as usize);
                turn(Task::Count, 1.0, slice(rest, below, size))
            } else if rest < count + descend {
                let update = rest - count;
                let share = (1.0 + (PI * update as f64 / descend as f64).cos()) / 2.0;
                let (batch, from) = (self.batch.min(size), update as usize * self.batch);
                turn(Task::Descend, share, (from..from + batch).map(|place| place % size).collect())
            } else {
                let at = rest - count - descend;
                Turn { last: at + 1 == test, ..turn(Task::Test, 0.0, slice(at, 0, self.tested)) }
            });
        }
        None
    }
}

/// What is planned follows from the step; what is kept is what was found.
impl Kept for Ladder {
    fn parameters(&self) -> usize {
        0
    }

    fn keep(&mut self, _: &'static str, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        self.wrong = keeper.visit("weights/wrong", self.wrong.clone())?;
        self.origin = keeper.count("ladder/origin", self.origin)?;
        for (name, number) in [("rungs", &mut self.rungs), ("tested", &mut self.tested), ("pairs", &mut self.pairs)] {
            *number = keeper.count(&format!("ladder/{name}"), *number as u64)? as usize;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const SUPPLY: Supply = Supply { train: 60, test: 700, edition: 1 };

    fn ladder() -> Ladder {
        Ladder::new(1, 8, 2, &Device::default().autodiff())
    }

    /// 10, 20 and 50 of 60 samples: 1 step that counts, 200 updates and 2 slices of 700 test samples on each, twice.
    #[test]
    fn every_draw_climbs_all_rungs_that_the_set_has() {
        let mut ladder = ladder();
        let mut seen = Vec::new();
        for step in 0.. {
            let Wish::These(split, rows) = ladder.wish(step, SUPPLY) else { break };
            seen.push((split, rows, ladder.take()));
        }
        assert_eq!(seen.len(), 2 * 3 * (1 + 200 + 2));
        let tests: Vec<_> = seen.iter().filter(|(.., turn)| turn.task == Task::Test).collect();
        assert!(tests.iter().all(|(split, ..)| *split == Split::Test));
        assert_eq!(tests.iter().map(|(_, rows, _)| rows.len()).collect::<Vec<_>>(), [500, 200].repeat(6));
        assert_eq!(tests.iter().filter(|(.., turn)| turn.last).count(), 6);
        assert_eq!(seen.iter().filter(|(.., turn)| turn.fresh).count(), 2);
        for draw in [0, 1] {
            let of = |task, rung| {
                let own = seen.iter().filter(|(.., turn)| (turn.draw, turn.task, turn.rung) == (draw, task, rung));
                own.flat_map(|(_, rows, _)| rows.clone()).collect::<BTreeSet<_>>()
            };
            let counted = [0, 1, 2].map(|rung| of(Task::Count, rung));
            assert_eq!(counted.each_ref().map(BTreeSet::len), [10, 10, 30], "what is new, and nothing twice");
            let all: BTreeSet<_> = counted.iter().flatten().copied().collect();
            assert!(all.len() == 50 && all.iter().all(|row| *row < 60));
            // Both players learn from the same samples.
            assert_eq!(of(Task::Descend, 0), counted[0]);
            assert_eq!(of(Task::Descend, 2), all);
        }
        let first = |draw| seen.iter().find(|(.., turn)| turn.draw == draw).map(|(_, rows, _)| rows.clone());
        assert_ne!(first(0), first(1), "each draw draws anew");
        assert_eq!(ladder.wish(5000, SUPPLY), Wish::Done);
    }

    #[test]
    fn other_samples_begin_it_anew() {
        let mut ladder = ladder();
        ladder.wish(0, SUPPLY);
        ladder.wish(900, SUPPLY);
        assert!(!ladder.take().fresh);
        ladder.wish(901, Supply { edition: 2, ..SUPPLY });
        assert!(ladder.take().fresh);
        ladder.restart();
        ladder.wish(1000, Supply { edition: 2, ..SUPPLY });
        assert!(ladder.take().fresh);
        assert_eq!(ladder.wish(1000 + 2 * 609, Supply { edition: 2, ..SUPPLY }), Wish::Done);
    }

    /// Points are set and erased within a draw.
    #[test]
    fn a_set_that_grows_or_shrinks_is_drawn_from_anew() {
        let mut ladder = ladder();
        let mut step = 0;
        for (edition, train) in [(1, 12), (2, 60), (3, 12), (4, 25)] {
            let supply = Supply { train, test: 5, edition };
            let mut seen = BTreeSet::new();
            // Not to the end of the first draw.
            let rungs = SIZES.iter().filter(|size| **size as usize <= train).count() as u64;
            for _ in 1..rungs * (1 + 200 + 1) {
                let Wish::These(split, rows) = ladder.wish(step, supply) else { panic!("it ended at step {step}") };
                seen.extend(rows.into_iter().filter(|_| split == Split::Train));
                ladder.take();
                step += 1;
            }
            assert!(seen.iter().all(|row| *row < train), "{seen:?} of {train}");
        }
    }
}
