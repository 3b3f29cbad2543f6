//! Keyframes of a run: the pictures or points that it showed as it went on, thinned as they grow, so that one can go back.

use std::sync::Arc;

use crate::protocol::{Scatter, Scored};

/// Keyframes at most.
pub const MOST: usize = 120;

/// Bytes of pixels and points at most.
pub const BYTES: usize = 6_000_000;

/// What was shown at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyframe {
    /// Steps made when it was taken.
    pub step: u64,
    /// What was shown.
    pub shot: Shot,
}

/// What a keyframe holds; those of a reel are of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Shot {
    /// Pictures, in the same order in every keyframe.
    Tiles(Vec<Scored>),
    /// Points, with all that is drawn around them.
    Points(Scatter),
}

impl Shot {
    /// Its pictures.
    pub fn tiles(&self) -> &[Scored] {
        match self {
            Self::Tiles(tiles) => tiles,
            Self::Points(_) => &[],
        }
    }

    /// Bytes of pixels and points.
    fn bytes(&self) -> usize {
        match self {
            Self::Tiles(tiles) => tiles.iter().map(|tile| tile.picture.pixels.len()).sum(),
            Self::Points(Scatter { real, generated, slopes, grid, field, .. }) => {
                let points = real.len() + generated.len() + slopes.len() + grid.len();
                points * size_of::<[f32; 2]>() + field.as_ref().map_or(0, |field| field.values.pixels.len())
            }
        }
    }
}

/// Keyframes by step, bounded in number and in memory.
///
/// They are evenly spread over the steps: whenever they grow too many, every second one goes, and from then on a new
/// one is kept only at the distance that the remaining ones have. The first and the newest are always there.
#[derive(Clone, Debug, Default)]
pub struct Reel {
    frames: Vec<Arc<Keyframe>>,
    /// Steps between two that are kept.
    gap: u64,
}

impl Reel {
    /// Adds a keyframe; steps must not fall. That of a step that is held already takes its place.
    pub fn push(&mut self, step: u64, shot: Shot) {
        // The newest is only kept for good once it is far enough from the one before.
        let newest = self.frames.last().map(|newest| newest.step);
        let before = self.frames.iter().rev().nth(1).map(|before| before.step);
        let near = newest.zip(before).is_some_and(|(newest, before)| newest - before < self.gap);
        if near || newest == Some(step) {
            self.frames.pop();
        }
        self.frames.push(Arc::new(Keyframe { step, shot }));
        while self.frames.len() > MOST || (self.frames.len() > 2 && self.bytes() > BYTES) {
            self.thin();
        }
    }

    /// Drops every second one, but neither the first nor the newest.
    fn thin(&mut self) {
        let last = self.frames.len() - 1;
        let mut at = 0;
        self.frames.retain(|_| {
            at += 1;
            (at - 1) % 2 == 0 || at - 1 == last
        });
        let span = self.frames[self.frames.len() - 1].step - self.frames[0].step;
        self.gap = span / (self.frames.len() as u64 - 1);
    }

    /// Bytes of pixels and points held.
    pub fn bytes(&self) -> usize {
        self.frames.iter().map(|frame| frame.shot.bytes()).sum()
    }

    /// Forgets what lies after `step`: a run that goes on from a snapshot shows it anew.
    pub fn rewind(&mut self, step: u64) {
        self.frames.retain(|frame| frame.step <= step);
    }

    /// All keyframes, by step.
    pub fn frames(&self) -> &[Arc<Keyframe>] {
        &self.frames
    }

    /// The index of the keyframe nearest to `step`.
    pub fn nearest(&self, step: u64) -> Option<usize> {
        (0..self.frames.len()).min_by_key(|at| self.frames[*at].step.abs_diff(step))
    }

    /// At most `count` of them, evenly spread, the first and the newest among them.
    pub fn spread(&self, count: usize) -> Vec<Arc<Keyframe>> {
        let (all, count) = (self.frames.len(), count.min(self.frames.len()));
        let place = |at: usize| if count > 1 { at * (all - 1) / (count - 1) } else { 0 };
        (0..count).map(|at| self.frames[place(at)].clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Field, Plane};

    fn tiles(bytes: usize) -> Shot {
        let picture = Plane { width: bytes as u32, height: 1, channels: 1, pixels: vec![0; bytes] };
        Shot::Tiles(vec![Scored { picture, score: None }])
    }

    fn steps(reel: &Reel) -> Vec<u64> {
        reel.frames().iter().map(|frame| frame.step).collect()
    }

    #[test]
    fn a_short_run_is_kept_whole() {
        let mut reel = Reel::default();
        (0..MOST as u64).for_each(|step| reel.push(step * 10, tiles(1)));
        assert_eq!(steps(&reel), (0..MOST as u64).map(|step| step * 10).collect::<Vec<_>>());
    }

    #[test]
    fn a_long_run_stays_bounded_and_even() {
        let mut reel = Reel::default();
        for step in 0..20_000 {
            reel.push(step, tiles(1));
            assert!(reel.frames().len() <= MOST);
            assert_eq!((reel.frames()[0].step, reel.frames()[reel.frames().len() - 1].step), (0, step));
        }
        assert!(reel.frames().len() > MOST / 3, "{}", reel.frames().len());
        let steps = steps(&reel);
        let gaps: Vec<u64> = steps.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let (least, most) = (gaps[..gaps.len() - 1].iter().min().unwrap(), gaps.iter().max().unwrap());
        assert!(*most <= 4 * least, "{steps:?}");
    }

    #[test]
    fn large_pictures_are_fewer() {
        let mut reel = Reel::default();
        (0..50).for_each(|step| reel.push(step, tiles(BYTES / 10)));
        assert!(reel.bytes() <= BYTES);
        assert_eq!((steps(&reel)[0], steps(&reel).last().copied()), (0, Some(49)));
        let mut huge = Reel::default();
        (0..3).for_each(|step| huge.push(step, tiles(BYTES)));
        assert_eq!(steps(&huge), [0, 2], "the ends are kept at any size");
    }

    /// As a GAN on two latents shows them: some 16 KB, of which a reel holds all that it may.
    #[test]
    fn points_are_kept_and_counted() {
        let values = Plane { width: 32, height: 32, channels: 1, pixels: vec![0; 1024] };
        let scatter = |count: usize| Scatter {
            reach: 1.5,
            real: vec![[0.0; 2]; 500],
            generated: vec![[count as f32; 2]; count],
            field: Some(Field { values: values.clone(), range: [0.0, 1.0] }),
            slopes: vec![[0.0; 2]; 64],
            grid: vec![[0.0; 2]; 441],
        };
        let mut reel = Reel::default();
        (0..1000).for_each(|step| reel.push(step, Shot::Points(scatter(500))));
        assert!(reel.frames().len() > MOST / 3 && reel.bytes() == reel.frames().len() * (8 * 1505 + 1024));
        assert!(reel.bytes() < BYTES && reel.frames()[0].shot.tiles().is_empty());
        let mut large = Reel::default();
        (0..200).for_each(|step| large.push(step, Shot::Points(scatter(100_000))));
        assert!(large.bytes() <= BYTES && large.frames().len() > 2);
        let Shot::Points(last) = &large.frames()[large.frames().len() - 1].shot else { panic!("points") };
        assert_eq!((steps(&large)[0], last.generated[0]), (0, [100_000.0; 2]));
    }

    #[test]
    fn the_same_step_again_takes_the_place() {
        let mut reel = Reel::default();
        [0, 5, 5].into_iter().for_each(|step| reel.push(step, tiles(step as usize + 1)));
        assert_eq!((steps(&reel), reel.frames()[1].shot.tiles()[0].picture.width), (vec![0, 5], 6));
    }

    #[test]
    fn going_back_finds_what_is_nearest() {
        let mut reel = Reel::default();
        [0, 10, 20, 30].into_iter().for_each(|step| reel.push(step, tiles(1)));
        assert_eq!((reel.nearest(14), reel.nearest(16), reel.nearest(999)), (Some(1), Some(2), Some(3)));
        assert_eq!(reel.spread(3).iter().map(|frame| frame.step).collect::<Vec<_>>(), [0, 10, 30]);
        assert_eq!((reel.spread(9).len(), reel.spread(1).len(), Reel::default().spread(3).len()), (4, 1, 0));
        reel.rewind(10);
        assert_eq!(steps(&reel), [0, 10]);
        assert_eq!(Reel::default().nearest(3), None);
    }
}
