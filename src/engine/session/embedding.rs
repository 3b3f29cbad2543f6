//! The view of a classifier's last hidden layer: test samples along its principal axes, as the model tells them apart.

use burn::tensor::Tensor;

use super::generated::Made;
use super::reads::Make;
use super::{Around, Session, first};
use crate::engine::exam::best;
use crate::engine::principal::{principal, settled};
use crate::engine::recipe::Features;
use crate::kernels::product;
use crate::protocol::{Body, Dot, Plane, Regions, Split, Text};

/// Samples that a model is given at once.
const SLICE: usize = 250;
/// The window grows and shrinks by this, so that it stands still most of the time.
const NOTCH: f32 = 1.25;
/// A variance below which nothing is told apart.
const TINY: f64 = 1e-24;

impl Session {
    /// A [`Body::Regions`] of samples alone, with their pictures where the page does not have them yet (`whole`); `None`
    /// where the model has no hidden layer or the data are not there.
    pub(super) fn embedding(&self, around: &Around<'_>, whole: bool) -> Option<Made> {
        let shelf = around.shelf;
        let count = first(shelf);
        let features = (0..count).step_by(SLICE).map(|from| {
            let batch = shelf.batch(Split::Test, from..count.min(from + SLICE), &self.inner)?;
            self.plan.learner.features(batch.images)
        });
        let features = features.collect::<Option<Vec<Features>>>()?;
        let (hidden, logits): (Vec<_>, Vec<_>) = features.into_iter().map(|all| (all.hidden, all.logits)).unzip();
        let (hidden, logits) = (Tensor::cat(hidden, 0), Tensor::cat(logits, 0));
        let classes = logits.dims()[1];
        let before = self.layout.take();
        let found = settled(principal(hidden.clone(), before.clone()), before);
        self.layout.replace(Some(found.directions.clone()));
        let places = product(hidden - found.mean, found.directions.transpose()); // [count, 2]
        let shares = found.variances.reshape([2]) / found.total.add_scalar(TINY).expand([2]);
        let mut points: Vec<Dot> = (0..count)
            .filter_map(|row| shelf.label(Split::Test, row).map(u32::from))
            .map(|truth| Dot { at: [0.0; 2], truth, guess: truth, split: Split::Test, slack: false })
            .collect();
        let shown = if whole { 0..count } else { 0..0 };
        let pictures: Vec<Plane> =
            shown.filter_map(|row| Some(shelf.plane(&shelf.sample(Split::Test, row)?.0))).collect();
        let tensors = vec![places.reshape([-1]), logits.reshape([-1]), shares];
        let make: Make = Box::new(move |numbers| {
            let mut numbers = numbers.into_iter();
            let [places, logits, shares] = [(); 3].map(|()| numbers.next().unwrap_or_default());
            let told = places.chunks_exact(2).zip(logits.chunks_exact(classes));
            points.iter_mut().zip(told).for_each(|(dot, (at, logits))| {
                (dot.at, dot.guess) = ([at[0], at[1]], best(logits) as u32);
            });
            let (reach, axes) = (reach(&places), [0, 1].map(|at| name(&shares, at)));
            Body::Regions(Regions { reach, axes, side: 0, logits, margin: false, points, pictures, layers: Vec::new() })
        });
        Some(Made { tensors, make })
    }
}

/// Half the width of a window that holds all `places`: a power of [`NOTCH`].
fn reach(places: &[f32]) -> f32 {
    let most = places.iter().filter(|place| place.is_finite()).fold(0.0_f32, |most, place| most.max(place.abs()));
    if most > f32::MIN_POSITIVE { NOTCH.powf((1.02 * most).log(NOTCH).ceil()) } else { 1.0 }
}

/// An axis by its rank and its share of the variance.
fn name(shares: &[f32], at: usize) -> Text {
    let share = |at: usize| shares.get(at).copied().unwrap_or_default();
    // Of two that are equal the one across comes first.
    let ahead = share(1 - at) > share(at) || at == 1 && share(0) == share(1);
    let (rank, percent) = (1 + u8::from(ahead), 100.0 * share(at));
    Text {
        en: format!("PC {rank} ({percent:.1} % of variance)").into(),
        zh: format!("主成分 {rank}（占方差 {percent:.1} %）").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_all_and_moves_in_notches() {
        for most in [1e-6_f32, 0.3, 1.0, 7.9, 8.1, 1e4] {
            let half = reach(&[0.1 * most, -most, 0.0, f32::NAN]);
            assert!(half >= most && half < 1.3 * most, "{half} for {most}");
        }
        assert_eq!(reach(&[7.9]), reach(&[-8.1]), "a little more needs no other window");
        assert_eq!([reach(&[]), reach(&[0.0, f32::INFINITY])], [1.0, 1.0]);
    }

    #[test]
    fn axes_are_ranked_by_what_lies_along_them() {
        let named = |shares: [f32; 2]| [0, 1].map(|at| name(&shares, at).en.into_owned());
        assert_eq!(named([0.34, 0.125]), ["PC 1 (34.0 % of variance)", "PC 2 (12.5 % of variance)"]);
        assert_eq!(named([0.125, 0.34]), ["PC 2 (12.5 % of variance)", "PC 1 (34.0 % of variance)"]);
        assert_eq!(named([0.0, 0.0]), ["PC 1 (0.0 % of variance)", "PC 2 (0.0 % of variance)"]);
        assert_eq!(name(&[0.5, 0.25], 1).zh, "主成分 2（占方差 25.0 %）");
    }
}
