//! What came of one engine on one workload.

/// Whether it computed the right thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Its losses are the fixture's, but for this share; no number where the batch is not the fixture's.
    Right(f64),
    /// They are not: which.
    Wrong(String),
    /// A step takes so long that it was measured once and no further.
    Slow,
    /// It was not tried: why.
    Left(String),
    /// It did not run: what it said.
    Failed(String),
}

/// Sorts numbers; the one in their middle, or half way between the two that are.
fn median(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().checked_sub(1)?;
    Some((numbers[last / 2] + numbers[last.div_ceil(2)]) / 2.0)
}

/// Times in milliseconds.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Whether it counts.
    pub outcome: Outcome,
    /// Until the first step was read.
    pub first: f64,
    /// A later step, once.
    pub guess: f64,
    /// A step, once for each round.
    pub times: Vec<f64>,
    /// All that it took to measure it.
    pub spent: f64,
    /// Dispatches of a step on WebGPU.
    pub dispatches: Option<f64>,
    /// Invocations in them, where the shaders' text says how many a workgroup has.
    pub invocations: Option<f64>,
    /// Pipelines that the engine has made until then, those of the workloads before included.
    pub pipelines: Option<f64>,
    /// Bytes of memory after many steps, where they do not take too long.
    pub memory: Option<f64>,
}

impl Cell {
    /// Nothing measured yet.
    pub fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            first: f64::NAN,
            guess: f64::NAN,
            times: Vec::new(),
            spent: 0.0,
            dispatches: None,
            invocations: None,
            pipelines: None,
            memory: None,
        }
    }

    /// Whether it is timed.
    pub fn counts(&self) -> bool {
        matches!(self.outcome, Outcome::Right(_))
    }

    /// Whether there is but the one time of its later step.
    pub fn once(&self) -> bool {
        self.times.is_empty() && self.guess.is_finite() && (self.counts() || self.outcome == Outcome::Slow)
    }

    /// Least, median and most.
    pub fn spread(&self) -> Option<[f64; 3]> {
        let mut times = if self.once() { vec![self.guess] } else { self.times.clone() };
        let median = median(&mut times)?;
        Some([*times.first()?, median, *times.last()?])
    }

    /// How many times as long as `own` it takes: the median over rounds, in each of which both took their turn, so that what
    /// slows the machine for a while slows both; of one that was measured once, by the times as they are.
    pub fn over(&self, own: &Self) -> Option<f64> {
        let mut ratios: Vec<_> = self.times.iter().zip(&own.times).map(|(other, own)| other / own).collect();
        median(&mut ratios).or_else(|| Some(self.spread()?[1] / own.spread()?[1]))
    }

    /// In words.
    pub fn words(&self) -> String {
        let Self { first, guess, .. } = self;
        match &self.outcome {
            Outcome::Right(off) if off.is_nan() => format!("first {first:.0} ms, then {guess:.2} ms"),
            Outcome::Right(off) => format!("first {first:.0} ms, then {guess:.2} ms; losses within {off:.1e}"),
            Outcome::Wrong(what) => format!("WRONG: {what}"),
            Outcome::Slow => format!("first {first:.0} ms, then {guess:.0} ms: measured once"),
            Outcome::Left(why) => format!("left out: {why}"),
            Outcome::Failed(what) => format!("failed: {what}"),
        }
    }
}
