//! The view of a classifier's decision regions in the plane, with its hidden units' responses and samples on top.

use burn::tensor::{Int, Tensor, TensorData};

use super::generated::Made;
use super::reads::Make;
use super::scatter::{REACH, window};
use super::{Around, Session, first, trained};
use crate::engine::exam::best;
use crate::engine::pictures::{Frame, layer};
use crate::engine::recipe::{Batch, Sheet};
use crate::protocol::{Body, Dot, Regions, Split, Text, View};

/// Places of the window in a row, and rows.
const SIDE: usize = 48;
/// Samples of either half: as many as an address can hold.
const SHOWN: usize = 500;
/// Units of a hidden layer.
const UNITS: usize = 24;

impl Session {
    /// A [`Body::Regions`]; `None` where the model is no classifier or the data are not there.
    pub(super) fn regions(&self, around: &Around<'_>) -> Option<Made> {
        let shelf = around.shelf;
        let places = Tensor::<4>::from_data(TensorData::new(window(SIDE), [SIDE * SIDE, 2, 1, 1]), &self.inner);
        let trained = shelf.batch(Split::Train, 0..SHOWN.min(trained(shelf)), &self.inner)?;
        let tested = shelf.batch(Split::Test, 0..SHOWN.min(first(shelf)), &self.inner)?;
        let counts = [trained.images.dims()[0], tested.images.dims()[0]];
        let mut points = dots(around, counts)?;
        let blank = Tensor::<1, Int>::zeros([SIDE * SIDE], &self.inner);
        let all = Batch {
            images: Tensor::cat(vec![places.clone(), trained.images, tested.images], 0),
            labels: Tensor::cat(vec![blank, trained.labels, tested.labels], 0),
        };
        let outcome = self.plan.learner.outcome(all);
        let logits = outcome.logits?; // [places and points, classes]
        let classes = logits.dims()[1];
        let (margin, axes) = (outcome.slack.is_some(), shelf.axes());
        let mut tensors = vec![logits.reshape([-1])];
        tensors.extend(outcome.slack);
        let plate = self.plan.learner.show(View::Regions, Some(places)).unwrap_or_default();
        let frames: Vec<Frame> = plate.into_iter().map(|sheet| ask(sheet, &mut tensors)).collect();
        let make: Make = Box::new(move |numbers| {
            let mut numbers = numbers.into_iter();
            let logits = numbers.next().unwrap_or_default();
            let told = logits.chunks_exact(classes).skip(SIDE * SIDE);
            points.iter_mut().zip(told).for_each(|(dot, logits)| dot.guess = best(logits) as u32);
            if margin {
                let slack = numbers.next().unwrap_or_default();
                points.iter_mut().zip(slack.iter().skip(SIDE * SIDE)).for_each(|(dot, slack)| dot.slack = *slack > 0.0);
            }
            let layers = frames.into_iter().zip(numbers).map(|(frame, values)| layer(frame, &values)).collect();
            let pictures = Vec::new();
            Body::Regions(Regions { reach: REACH, axes, side: SIDE as u32, logits, margin, points, pictures, layers })
        });
        Some(Made { tensors, make })
    }
}

/// Registers the first units of a layer, `[1, places, units]`, each to be a picture of the window.
fn ask(sheet: Sheet, tensors: &mut Vec<Tensor<1>>) -> Frame {
    let units = UNITS.min(sheet.values.dims()[2]);
    let all = sheet.values.dims()[2];
    tensors.push(sheet.values.narrow(2, 0, units).swap_dims(1, 2).reshape([-1]));
    let Text { en, zh } = &sheet.title;
    let few = Text {
        en: format!("{en}: the first {units} of {all} units").into(),
        zh: format!("{zh}：{all} 个单元中的前 {units} 个").into(),
    };
    Frame { title: if all > units { few } else { sheet.title }, shape: [units, SIDE, SIDE], signed: sheet.signed }
}

/// The first samples of either half, not told apart by the model yet.
fn dots(around: &Around<'_>, counts: [usize; 2]) -> Option<Vec<Dot>> {
    let mut dots = Vec::new();
    for (split, count) in [Split::Train, Split::Test].into_iter().zip(counts) {
        for row in 0..count {
            let mut at = Vec::new();
            let truth = u32::from(around.shelf.read(split, row, &mut at)?);
            dots.push(Dot { at: [at[0], at[1]], truth, guess: truth, split, slack: false });
        }
    }
    Some(dots)
}
