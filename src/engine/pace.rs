//! When to step, read, show, save and breathe: arithmetic on milliseconds that others measure.

/// How a device wants to be driven.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Work is queued and only a read waits for it (a GPU), or done at once (a processor).
    pub queued: bool,
    /// Milliseconds of work between two breaths.
    pub breath: f64,
    /// Milliseconds between two ticks, at least.
    pub tick: f64,
    /// Milliseconds between two frames of one view while training, at least.
    pub frame: f64,
    /// Milliseconds of training between two snapshots.
    pub snapshot: f64,
    /// Test samples looked at in one go.
    pub slice: usize,
}

impl Rules {
    /// For a processor: 12 ms of work, then a breath.
    pub const fn eager() -> Self {
        Self { queued: false, breath: 12.0, tick: 100.0, frame: 200.0, snapshot: 5000.0, slice: 100 }
    }

    /// For a GPU, where submitting is quick and every awaited read is a breath in itself.
    pub const fn queued() -> Self {
        Self { queued: true, breath: 50.0, tick: 100.0, frame: 200.0, snapshot: 5000.0, slice: 500 }
    }
}

/// Keeps the time of one run.
#[derive(Clone, Debug)]
pub struct Pace {
    rules: Rules,
    breath: f64,
    read: f64,
    tick: f64,
    snapshot: f64,
    /// Steps submitted since the last read.
    steps: u32,
    /// Steps to submit before the next read, on a queued device.
    quota: u32,
    /// Times and steps of the last second of training, oldest first.
    trail: Vec<(f64, u64)>,
}

impl Pace {
    /// A pace that begins at `now`.
    pub fn new(rules: Rules, now: f64) -> Self {
        let [breath, read, snapshot] = [now; 3];
        Self { rules, breath, read, tick: f64::MIN, snapshot, steps: 0, quota: 1, trail: Vec::new() }
    }

    /// The rules kept.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The `step`th step was submitted.
    pub fn stepped(&mut self, now: f64, step: u64) {
        self.steps += 1;
        self.trail.push((now, step));
        let old = self.trail.iter().take_while(|(at, _)| now - at > 1000.0).count();
        self.trail.drain(..old);
    }

    /// Whether scalars should be read now.
    pub fn read_due(&self, now: f64) -> bool {
        self.steps > 0 && if self.rules.queued { self.steps >= self.quota } else { now - self.read >= self.rules.tick }
    }

    /// They were read. The quota moves until a round takes about as long as a tick, so that the queue stays short
    /// and the device is never idle; the first read comes after one step, since nothing is known yet.
    pub fn read(&mut self, now: f64) {
        let round = now - self.read;
        if self.rules.queued && self.steps >= self.quota {
            if round < self.rules.tick / 2.0 {
                self.quota = self.quota.saturating_mul(2).min(1024);
            } else if round > self.rules.tick {
                self.quota = (self.quota / 2).max(1);
            }
        }
        self.read = now;
        self.steps = 0;
    }

    /// Whether a tick may be sent.
    pub fn tick_due(&self, now: f64) -> bool {
        now - self.tick >= self.rules.tick
    }

    /// One was sent.
    pub fn ticked(&mut self, now: f64) {
        self.tick = now;
    }

    /// Whether a view last shown at `shown` may be shown again while training.
    pub fn frame_due(&self, now: f64, shown: f64) -> bool {
        now - shown >= self.rules.frame
    }

    /// Whether a snapshot is due while training.
    pub fn snapshot_due(&self, now: f64) -> bool {
        now - self.snapshot >= self.rules.snapshot
    }

    /// One was sent, or training begins.
    pub fn saved(&mut self, now: f64) {
        self.snapshot = now;
    }

    /// Whether to let others run.
    pub fn breath_due(&self, now: f64) -> bool {
        now - self.breath >= self.rules.breath
    }

    /// Others ran.
    pub fn breathed(&mut self, now: f64) {
        self.breath = now;
    }

    /// Steps a second over the last second of training; 0 until two steps were made.
    pub fn speed(&self) -> f32 {
        match (self.trail.first(), self.trail.last()) {
            (Some((start, first)), Some((end, last))) if end > start => {
                ((last - first) as f64 * 1000.0 / (end - start)) as f32
            }
            _ => 0.0,
        }
    }

    /// Training stopped: what was is no measure of what comes.
    pub fn rest(&mut self) {
        self.trail.clear();
    }
}

/// Steps between two looks at the first thousand test samples. A look costs about a third of what training on as many
/// samples does (one pass of three), so this keeps it near a tenth of the time: 50 steps at batch size 64.
pub fn exam_every(batch: usize) -> u64 {
    (3200 / batch.max(1) as u64).max(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_read_ten_times_a_second() {
        let mut pace = Pace::new(Rules::eager(), 0.0);
        let mut reads = 0;
        for step in 1..=1000 {
            let now = step as f64 * 10.0;
            pace.stepped(now, step);
            if pace.read_due(now) {
                pace.read(now);
                reads += 1;
            }
        }
        assert_eq!(reads, 100);
        assert!((pace.speed() - 100.0).abs() < 1e-3, "{}", pace.speed());
    }

    #[test]
    fn a_queue_grows_until_a_round_fills_half_a_tick_and_shrinks_when_it_is_too_long() {
        let (mut pace, mut now) = (Pace::new(Rules::queued(), 0.0), 0.0);
        let mut rounds = |pace: &mut Pace, cost: f64| {
            let mut longest = 0;
            for round in 0..40 {
                let mut steps = 0;
                while !pace.read_due(now) {
                    pace.stepped(now, steps);
                    steps += 1;
                }
                now += cost * steps as f64;
                pace.read(now);
                longest = if round > 30 { longest.max(steps) } else { 0 };
            }
            longest
        };
        assert_eq!(rounds(&mut pace, 1.0), 64);
        assert_eq!(rounds(&mut pace, 30.0), 2);
        assert_eq!(rounds(&mut pace, 500.0), 1);
    }

    #[test]
    fn breath_follows_work() {
        let mut pace = Pace::new(Rules::eager(), 0.0);
        assert!(!pace.breath_due(11.9) && pace.breath_due(12.0));
        pace.breathed(12.0);
        assert!(!pace.breath_due(20.0));
    }

    #[test]
    fn a_rest_forgets_the_speed() {
        let mut pace = Pace::new(Rules::eager(), 0.0);
        pace.stepped(0.0, 1);
        pace.stepped(10.0, 2);
        assert!(pace.speed() > 99.0);
        pace.rest();
        assert_eq!(pace.speed(), 0.0);
    }

    #[test]
    fn an_exam_costs_about_a_tenth() {
        for batch in [1, 8, 64, 256] {
            let share = 1000.0 / 3.0 / (exam_every(batch) as f64 * batch as f64);
            assert!(share <= 0.11, "batch {batch}: {share}");
        }
    }
}
