//! What came of one engine on one workload.

/// Whether it computed the right thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Its losses are the fixture's, but for this share.
    Right(f64),
    /// They are not: which.
    Wrong(String),
    /// A step takes so long that it was not measured any further.
    Slow,
    /// It did not run: what it said.
    Failed(String),
}

/// Times in milliseconds.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Whether it counts.
    pub outcome: Outcome,
    /// Until the first step was read.
    pub first: f64,
    /// A later step, roughly.
    pub guess: f64,
    /// A step, once for each round.
    pub times: Vec<f64>,
    /// Dispatches of a step on WebGPU.
    pub dispatches: Option<f64>,
}

impl Cell {
    /// Nothing measured yet.
    pub fn of(outcome: Outcome) -> Self {
        Self { outcome, first: f64::NAN, guess: f64::NAN, times: Vec::new(), dispatches: None }
    }

    /// Whether it is timed.
    pub fn counts(&self) -> bool {
        matches!(self.outcome, Outcome::Right(_))
    }

    /// Least, median and most; of what is too slow the one time that it took.
    pub fn spread(&self) -> Option<[f64; 3]> {
        let mut times = if self.outcome == Outcome::Slow { vec![self.guess] } else { self.times.clone() };
        times.sort_by(f64::total_cmp);
        Some([*times.first()?, times[times.len() / 2], *times.last()?])
    }

    /// In words.
    pub fn words(&self) -> String {
        let Self { first, guess, .. } = self;
        match &self.outcome {
            Outcome::Right(off) => format!("first {first:.0} ms, then {guess:.2} ms; losses within {off:.1e}"),
            Outcome::Wrong(what) => format!("WRONG: {what}"),
            Outcome::Slow => format!("first {first:.0} ms, then {guess:.0} ms: left out"),
            Outcome::Failed(what) => format!("failed: {what}"),
        }
    }
}
