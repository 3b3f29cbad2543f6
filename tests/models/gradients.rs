//! Holds every model's gradient against finite differences of its loss, in double precision.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use std::collections::BTreeMap;

use crate::support::{choice, cut, drive, learner, real, synthetic};
use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use kiln::engine::recipe::{Entry, Keeper, Learner, Shape};
use kiln::protocol::{Card, Fault, Value, View, Wing};
use kiln::zoo::zoo;

/// Small enough for many evaluations, and no kernel overlooks a side.
const SMALL: Shape = Shape { channels: 2, height: 28, width: 28, classes: 5, apart: None };
/// The step of the difference: its error is of the order of the step's square, rounding's of 1e-16 / step. A longer one
/// changes, in some of thousands of windows, which number is the largest.
const STEP: f64 = 1e-7;
/// Of the gradient's length.
const TOLERANCE: f64 = 1e-5;

/// Weights by name.
type Weights = BTreeMap<String, Vec<f64>>;

/// Reads all weights, and writes them where it has others.
struct Hand {
    seen: Weights,
    put: Option<Weights>,
}

impl Keeper for Hand {
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault> {
        assert_eq!(numbers.dtype(), DType::F64, "{name} is not in double precision");
        let new = match self.put.as_ref().and_then(|put| put.get(name)) {
            Some(new) => Tensor::from_data(TensorData::new(new.clone(), [new.len()]), &numbers.device()),
            None => numbers.clone(),
        };
        self.seen.insert(name.to_owned(), numbers.into_data().try_into_vec().unwrap());
        Ok(new)
    }

    fn count(&mut self, _: &str, number: u64) -> Result<u64, Fault> {
        Ok(number)
    }
}

fn weights(model: &mut dyn Learner) -> Weights {
    let mut hand = Hand { seen: Weights::new(), put: None };
    model.keep(&mut hand).unwrap();
    hand.seen
}

fn put(model: &mut dyn Learner, weights: &Weights) {
    model.keep(&mut Hand { seen: Weights::new(), put: Some(weights.clone()) }).unwrap();
}

/// The filters and, once it is kept, the gradient by them; nothing of a model that shows none.
fn shown(model: &dyn Learner) -> Vec<Vec<f64>> {
    let plate = model.show(View::Filters, None).unwrap_or_default();
    assert!(plate.iter().all(|sheet| sheet.signed));
    plate.into_iter().map(|sheet| sheet.values.into_data().try_into_vec().unwrap()).collect()
}

/// What a step goes down, on the batch that `cut` trains on: the mean loss, or the objective of a model that has another
/// one. A generator draws the same noise again at the same step.
fn loss(model: &mut dyn Learner, card: &Card) -> f64 {
    let objective = card.series.iter().any(|series| series.name == "objective/train");
    if objective || model.generator().is_some() {
        let wanted = if objective { "objective/train" } else { "loss/train" };
        let (_, loss) = cut(model, &SMALL, 3).into_iter().find(|(name, _)| *name == wanted).unwrap();
        return loss.into_data().try_into_vec::<f64>().unwrap()[0];
    }
    let outcome = model.outcome(synthetic(&SMALL, 20));
    let losses = outcome.values.into_iter().find(|(name, _)| *name == "loss/test").unwrap().1;
    let losses: Vec<f64> = losses.into_data().try_into_vec().unwrap();
    losses.iter().sum::<f64>() / losses.len() as f64
}

/// A direction of length 1 with random signs and some entries left out: no error can hide in what it does not weigh.
fn direction(count: usize, turn: u32) -> Vec<f64> {
    let mut state = turn.wrapping_mul(2_654_435_761).wrapping_add(count as u32);
    let signs: Vec<f64> = (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [-1.0, 0.0, 1.0, 1.0][(state >> 30) as usize]
        })
        .collect();
    let length = signs.iter().map(|sign| sign * sign).sum::<f64>().sqrt().max(1.0);
    signs.into_iter().map(|sign| sign / length).collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// Every model that goes down the gradient of one loss, and its variants whose losses or networks are others.
fn subjects() -> Vec<(Entry, Vec<(&'static str, Value)>)> {
    let small = ("hidden", Value::Whole(24));
    let variants = [
        ("vae", vec![small.clone(), ("conditional", Value::Switch(true))]),
        ("vae", vec![small.clone(), ("likelihood", choice("gaussian"))]),
        ("vae", vec![small, ("body", choice("conv"))]),
        ("svm", vec![("c", real(0.01))]),
        ("svm", vec![("hinge", choice("one-vs-rest"))]),
        ("svm", vec![("squared", Value::Switch(true))]),
        ("cnn", vec![("normalisation", choice("layer"))]),
        ("cnn", vec![("normalisation", choice("off"))]),
        ("resnet", vec![("shortcuts", Value::Switch(false))]),
    ];
    let descends = |entry: &Entry| {
        let Card { series, knobs, .. } = (entry.card)();
        series.iter().any(|series| series.name == "loss/train") && knobs.iter().any(|knob| knob.name == "learning-rate")
    };
    let mut all: Vec<_> = zoo().into_iter().filter(descends).map(|entry| (entry, Vec::new())).collect();
    for (name, knobs) in variants {
        all.extend(zoo().into_iter().filter(|entry| (entry.card)().name == name).map(|entry| (entry, knobs.clone())));
    }
    all
}

#[test]
fn backpropagation_agrees_with_finite_differences() {
    Device::default().configure(FloatDType::F64).unwrap();
    for (entry, own) in subjects() {
        let card = (entry.card)();
        let name = format!("{} {own:?}", card.name);
        let generative = card.wing == Wing::Generative;
        // One step of gradient descent at rate 1 moves every weight by its gradient. The steps before it leave the
        // start, where biases are zero and ReLUs stand on their corners.
        let rate = real(if generative { 1e-4 } else { 0.01 });
        let knobs = [("optimiser", choice("sgd")), ("learning-rate", rate), ("schedule", choice("constant"))];
        let start = [("init", choice("he")), ("seed", Value::Whole(3))];
        let mut model = learner(&entry, &SMALL, &[knobs.as_slice(), &start, &own].concat());
        drive(model.as_mut(), &SMALL, 0..3);
        model.turn("learning-rate", &real(1.0)).unwrap();
        let before = weights(model.as_mut());
        let filters = shown(model.as_ref()).into_iter().next();
        cut(model.as_mut(), &SMALL, 3);
        let after = weights(model.as_mut());
        assert_eq!(filters.is_some(), card.views.contains(&View::Filters), "{name}");
        if let Some(old) = filters {
            let [new, told]: [Vec<f64>; 2] = shown(model.as_ref()).try_into().unwrap();
            for ((old, new), told) in old.into_iter().zip(new).zip(told) {
                assert!((old - new - told).abs() < 1e-12, "{name}: {told} is shown, {} was gone", old - new);
            }
        }
        for (tensor, old) in &before {
            let gradient: Vec<f64> = old.iter().zip(&after[tensor]).map(|(old, new)| old - new).collect();
            let length = dot(&gradient, &gradient).sqrt();
            assert!(length > 1e-6, "{name} {tensor}: no gradient at all");
            for turn in 0..3 {
                let way = direction(old.len(), turn);
                let mut at = |side: f64| {
                    let moved = old.iter().zip(&way).map(|(old, way)| old + side * STEP * way).collect();
                    let mut all = before.clone();
                    all.insert(tensor.clone(), moved);
                    put(model.as_mut(), &all);
                    loss(model.as_mut(), &card)
                };
                let slope = (at(1.0) - at(-1.0)) / (2.0 * STEP);
                let told = dot(&gradient, &way);
                assert!(
                    (slope - told).abs() < TOLERANCE * length,
                    "{name} {tensor}: {told} against {slope}, of {length}"
                );
            }
        }
    }
}
