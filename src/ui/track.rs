//! One curve's memory: every value of a short run, the extremes of equal stretches of a long one.

use crate::protocol::{Reference, Series};

/// How many values a curve may hold; far more than a chart has pixel columns.
pub const CAPACITY: usize = 4096;

/// A curve as it was measured, bounded in memory.
///
/// Steps fall into buckets of equal width. A full bucket keeps its smallest and its largest value, each at the step
/// where it was measured, so that a spike survives and every value shown is one that really occurred.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Steps a bucket spans.
    width: u64,
    /// Values of closed buckets, by step.
    closed: Vec<(u64, f32)>,
    /// Values of the bucket that is still being filled.
    open: Vec<(u64, f32)>,
}

impl Default for Track {
    fn default() -> Self {
        Self { width: 1, closed: Vec::new(), open: Vec::new() }
    }
}

impl Track {
    /// The curve of these values.
    pub fn of(points: &[(u64, f32)]) -> Self {
        let mut track = Self::default();
        points.iter().for_each(|&(step, value)| track.push(step, value));
        track
    }

    /// Adds a value; steps must not fall. A value that is no number is left out: it has no place on an axis.
    pub fn push(&mut self, step: u64, value: f32) {
        if !value.is_finite() {
            return;
        }
        if self.open.first().is_some_and(|first| first.0 / self.width != step / self.width) {
            let open = std::mem::take(&mut self.open);
            extremes(&open, &mut self.closed);
        }
        match self.open.last_mut() {
            Some(last) if last.0 == step => last.1 = value,
            _ => self.open.push((step, value)),
        }
        while self.closed.len() + self.open.len() > CAPACITY {
            self.thin();
        }
    }

    /// Doubles the buckets' width and merges what is held.
    fn thin(&mut self) {
        self.width *= 2;
        let mut all = std::mem::take(&mut self.closed);
        all.append(&mut self.open);
        let last = all.last().map_or(0, |point| point.0 / self.width);
        let split = all.partition_point(|point| point.0 / self.width < last);
        self.open = all.split_off(split);
        for bucket in all.chunk_by(|a, b| a.0 / self.width == b.0 / self.width) {
            extremes(bucket, &mut self.closed);
        }
    }

    /// Forgets what lies after `step`: a run that goes on from a snapshot measures it anew.
    pub fn rewind(&mut self, step: u64) {
        self.closed.retain(|point| point.0 <= step);
        self.open.retain(|point| point.0 <= step);
    }

    /// All values held, by step.
    pub fn points(&self) -> impl Iterator<Item = (u64, f32)> + '_ {
        self.closed.iter().chain(&self.open).copied()
    }

    /// How many values are held.
    pub fn len(&self) -> usize {
        self.closed.len() + self.open.len()
    }

    /// Whether nothing was measured yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The latest value.
    pub fn last(&self) -> Option<(u64, f32)> {
        self.open.last().or(self.closed.last()).copied()
    }

    /// The value measured nearest to `step`.
    pub fn nearest(&self, step: u64) -> Option<(u64, f32)> {
        let half = if self.open.first().is_some_and(|first| first.0 <= step) { &self.open } else { &self.closed };
        let after = half.partition_point(|point| point.0 < step);
        let before = after.checked_sub(1).and_then(|at| half.get(at)).or(self.closed.last().filter(|p| p.0 < step));
        let after = half.get(after).or(self.open.first().filter(|p| p.0 >= step));
        [before, after].into_iter().flatten().min_by_key(|point| point.0.abs_diff(step)).copied()
    }

    /// The curve smoothed by an exponential moving average with `weight` (0 to below 1) on the past of each step.
    ///
    /// Divided by the sum of its weights, so that it does not start at 0: the bias correction of Kingma & Ba, ICLR
    /// 2015, section 3. Where steps are missing the weight acts once for each of them.
    pub fn smoothed(&self, weight: f64) -> Vec<(u64, f32)> {
        let (mut mean, mut share) = (0.0, 0.0);
        let mut before = None;
        self.points()
            .map(|(step, value)| {
                let gap = before.map_or(1, |b: u64| step - b).max(1);
                before = Some(step);
                let decay = weight.powi(i32::try_from(gap).unwrap_or(i32::MAX));
                mean = decay * mean + (1.0 - decay) * f64::from(value);
                share = decay * share + (1.0 - decay);
                (step, (mean / share) as f32)
            })
            .collect()
    }
}

/// At most `rows` of the values of a curve, evenly spread, the first and the last among them.
pub fn spread(track: &Track, rows: usize) -> Vec<(u64, f32)> {
    let points: Vec<_> = track.points().collect();
    if points.len() <= rows {
        return points;
    }
    (0..rows).map(|row| points[row * (points.len() - 1) / (rows - 1)]).collect()
}

/// Curves as comma-separated values, one row a step, one column a curve, a gap where it has no value.
///
/// Names that hold a comma or a quote are quoted (RFC 4180, section 2).
pub fn csv(curves: &[(String, &Track)]) -> String {
    let mut rows: std::collections::BTreeMap<u64, Vec<String>> = std::collections::BTreeMap::new();
    for (column, (_, track)) in curves.iter().enumerate() {
        for (step, value) in track.points() {
            rows.entry(step).or_insert_with(|| vec![String::new(); curves.len()])[column] = value.to_string();
        }
    }
    let quoted = |name: &String| {
        if name.contains([',', '"']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.clone() }
    };
    let names: Vec<_> = curves.iter().map(|(name, _)| quoted(name)).collect();
    let mut out = format!("step,{}\r\n", names.join(","));
    for (step, values) in rows {
        out.push_str(&format!("{step},{}\r\n", values.join(",")));
    }
    out
}

/// The smallest and the largest of a bucket, in the order of their steps.
fn extremes(bucket: &[(u64, f32)], into: &mut Vec<(u64, f32)>) {
    let by_value = |a: &&(u64, f32), b: &&(u64, f32)| a.1.total_cmp(&b.1);
    let (Some(low), Some(high)) = (bucket.iter().min_by(by_value), bucket.iter().max_by(by_value)) else {
        return;
    };
    let (first, second) = if low.0 <= high.0 { (low, high) } else { (high, low) };
    into.push(*first);
    if second.0 != first.0 {
        into.push(*second);
    }
}

/// The published value that a curve can be held against on this data set.
pub fn mark<'a>(series: &'a Series, data: &str) -> Option<&'a Reference> {
    series.references.iter().find(|mark| mark.data.as_ref().is_none_or(|its| *its == *data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Role, Source, text};

    fn long() -> Track {
        let mut track = Track::default();
        for step in 1..=100_000u64 {
            let value = if step == 43_210 { 9.0 } else { 1.0 / step as f32 };
            track.push(step, value);
        }
        track
    }

    #[test]
    fn a_long_run_stays_bounded_and_keeps_its_spike() {
        let track = long();
        assert!(track.len() <= CAPACITY);
        assert!(track.len() > CAPACITY / 4, "thinned more than it had to: {}", track.len());
        assert_eq!(track.nearest(43_210), Some((43_210, 9.0)));
        assert_eq!(track.last(), Some((100_000, 1.0 / 100_000.0)));
        assert_eq!(track.points().next(), Some((1, 1.0)));
        assert!(track.points().zip(track.points().skip(1)).all(|(a, b)| a.0 < b.0));
    }

    #[test]
    fn early_and_late_stretches_are_equally_dense() {
        let track = long();
        let early = track.points().filter(|p| p.0 <= 50_000).count() as f64;
        let share = early / track.len() as f64;
        assert!((0.4..0.6).contains(&share), "{share}");
    }

    #[test]
    fn a_short_run_is_kept_whole() {
        let mut track = Track::default();
        (1..=1000).for_each(|step| track.push(step, step as f32));
        assert_eq!(track.len(), 1000);
        assert_eq!(track.nearest(500), Some((500, 500.0)));
        assert_eq!(track.nearest(0), Some((1, 1.0)));
        assert_eq!(track.nearest(5000), Some((1000, 1000.0)));
    }

    #[test]
    fn a_repeated_step_is_corrected_and_no_number_is_left_out() {
        let mut track = Track::default();
        track.push(1, 2.0);
        track.push(1, 3.0);
        track.push(2, f32::NAN);
        assert_eq!(track.points().collect::<Vec<_>>(), [(1, 3.0)]);
    }

    #[test]
    fn a_run_that_goes_on_from_a_snapshot_forgets_what_came_after() {
        let mut track = Track::default();
        (1..=10).for_each(|step| track.push(step, step as f32));
        track.rewind(4);
        track.push(5, 0.5);
        assert_eq!(track.points().collect::<Vec<_>>(), [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 0.5)]);
    }

    #[test]
    fn a_table_holds_both_ends_and_csv_holds_all() {
        let (mut train, mut test) = (Track::default(), Track::default());
        (1..=1000).for_each(|step| train.push(step, 0.5));
        test.push(1000, 0.25);
        let rows = spread(&train, 100);
        assert_eq!((rows.len(), rows[0].0, rows[99].0), (100, 1, 1000));
        let csv = csv(&[("loss/train (nats)".to_owned(), &train), ("loss, \"test\"".to_owned(), &test)]);
        assert!(csv.starts_with("step,loss/train (nats),\"loss, \"\"test\"\"\"\r\n1,0.5,\r\n"), "{}", &csv[..80]);
        assert!(csv.ends_with("1000,0.5,0.25\r\n"));
        assert_eq!(csv.lines().count(), 1001);
    }

    #[test]
    fn smoothing_has_no_bias_at_the_start() {
        let mut track = Track::default();
        [(1, 2.0), (2, 4.0), (4, 8.0)].into_iter().for_each(|(step, value)| track.push(step, value));
        let smooth = track.smoothed(0.5);
        // By hand: (0.5*2) / 0.5 = 2; (0.25*2 + 0.5*4) / 0.75 = 10/3; two steps on, weight 1/4 on the past.
        assert!((smooth[0].1 - 2.0).abs() < 1e-6);
        assert!((smooth[1].1 - 10.0 / 3.0).abs() < 1e-6);
        assert!((smooth[2].1 - (2.5 / 4.0 + 6.0) / (0.75 / 4.0 + 0.75)).abs() < 1e-6);
        assert_eq!(track.smoothed(0.0), track.points().collect::<Vec<_>>());
    }

    #[test]
    fn a_published_value_is_shown_where_it_holds_only() {
        let source = Source { citation: "Me, 2020".into(), link: "".into() };
        let of = |data: Option<&'static str>| Series {
            name: "loss/test".into(),
            group: text("Loss", "损失"),
            title: text("Test loss", "测试损失"),
            unit: text("nats", "奈特"),
            role: Role::Test,
            bounds: None,
            references: vec![Reference { value: 1.0, data: data.map(Into::into), source: source.clone() }],
        };
        assert!(mark(&of(Some("digits")), "digits").is_some());
        assert!(mark(&of(Some("digits")), "letters").is_none());
        assert!(mark(&of(None), "letters").is_some());
        let both = [of(Some("digits")), of(Some("letters"))].map(|one| one.references).concat();
        let marked = mark(&Series { references: both, ..of(None) }, "letters").cloned();
        assert_eq!(marked.and_then(|mark| mark.data), Some("letters".into()));
        assert!(mark(&Series { references: Vec::new(), ..of(None) }, "digits").is_none());
    }
}
