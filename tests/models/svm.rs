//! Holds hinges, the primal objective and random Fourier features against closed forms.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::{DIGIT, curves, learner, numbers, row, synthetic};
use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor};
use kiln::engine::hinge::{Hinge, Margin, judge, learn};
use kiln::engine::layers::Dense;
use kiln::engine::math::{Noise, Stream};
use kiln::engine::optimiser::Trained;
use kiln::engine::recipe::{Moment, Scalars};
use kiln::engine::snapshot::{Gathered, Snapshot};
use kiln::engine::training::{Rule, Schedule, Training};
use kiln::protocol::Value;
use kiln::zoo::{fourier::Features, zoo};

fn close(got: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{got:?} against {expected:?}");
    for (got, expected) in got.iter().zip(expected) {
        assert!((f64::from(*got) - expected).abs() <= tolerance, "{got} against {expected}");
    }
}

fn labels<const N: usize>(labels: [i32; N]) -> Tensor<1, Int> {
    Tensor::from_ints(labels, &Device::default())
}

/// The slacks of `scores`, and the gradient of their sum.
fn slacks<const N: usize>(hinge: Hinge, scores: [[f32; 3]; N], own: [i32; N]) -> (Vec<f32>, Vec<f32>) {
    let scores = Tensor::<2>::from_floats(scores, &Device::default().autodiff()).require_grad();
    let slacks = hinge.slacks(scores.clone(), labels(own));
    let gradients = slacks.clone().sum().backward();
    (row(slacks.inner()), row(scores.grad(&gradients).unwrap()))
}

#[test]
fn crammer_and_singers_slack_is_what_the_lead_over_the_best_other_lacks_of_1() {
    let scores = [[2.5, 1.0, 0.0], [0.0, 2.0, 1.5], [-3.0, -1.0, -2.0]];
    let (found, slope) = slacks(Hinge::CrammerSinger, scores, [0, 1, 0]);
    // A lead of 1.5, of 0.5, and of -2.
    close(&found, &[0.0, 0.5, 3.0], 1e-6);
    close(&slope, &[0.0, 0.0, 0.0, 0.0, -1.0, 1.0, -1.0, 1.0, 0.0], 1e-6);
    // Scores of any size keep every digit, also where the own class is far below.
    let (found, _) = slacks(Hinge::CrammerSinger, [[-1e6, 1e6, 0.5], [0.0, 0.25, -4e8]], [0, 1]);
    close(&found, &[2e6 + 1.0, 0.75], 1e-6);
}

#[test]
fn equal_rivals_share_the_gradient() {
    let (found, slope) = slacks(Hinge::CrammerSinger, [[0.0; 3], [0.5, 0.5, 0.5]], [0, 2]);
    close(&found, &[1.0, 1.0], 1e-6);
    close(&slope, &[-1.0, 0.5, 0.5, 0.5, 0.5, -1.0], 1e-6);
}

#[test]
fn each_class_against_the_rest_has_a_slack_of_its_own() {
    let (found, slope) = slacks(Hinge::OneVsRest, [[2.0, -0.5, 0.25], [-0.5, -3.0, 1.5]], [0, 1]);
    close(&found, &[0.0, 0.5, 1.25, 0.5, 4.0, 2.5], 1e-6);
    close(&slope, &[0.0, 1.0, 1.0, 1.0, -1.0, 1.0], 1e-6);
    let scores = Tensor::<2>::from_floats([[2.0, -0.5, 0.25], [-0.5, -3.0, 1.5]], &Device::default());
    let cost = |squared| {
        let margin = Margin { squared, ..Margin::default() };
        row(margin.cost(Hinge::OneVsRest.slacks(scores.clone(), labels([0, 1]))))
    };
    close(&cost(false), &[1.75, 7.0], 1e-6);
    close(&cost(true), &[0.25 + 1.5625, 0.25 + 16.0 + 6.25], 1e-6);
}

/// A machine of one number and two classes, and a step of it on x = 1 of the first class and x = -1 of the second.
struct Pair {
    machine: Trained<Dense>,
    margin: Margin,
}

impl Pair {
    fn new(weight: [[f32; 2]; 1], bias: [f32; 2], c: f64, rate: f64) -> Self {
        let device = Device::default().autodiff();
        let training =
            Training { optimiser: Rule::Sgd, learning_rate: rate, schedule: Schedule::Constant, ..Training::default() };
        let dense = Dense {
            weight: Param::from_tensor(Tensor::from_floats(weight, &device)),
            bias: Param::from_tensor(Tensor::from_floats(bias, &device)),
        };
        Self { machine: Trained::new(dense, &training), margin: Margin { c, training, ..Margin::default() } }
    }

    fn step(&mut self, steps_per_epoch: u32) -> Scalars {
        let x = Tensor::<2>::from_floats([[1.0], [-1.0]], &Device::default());
        learn(&mut self.machine, x, 1.0, labels([0, 1]), &self.margin, Moment { step: 0, steps_per_epoch })
    }

    fn weights(&self) -> [Vec<f32>; 2] {
        let machine = self.machine.network();
        [row(machine.weight.val()), row(machine.bias.val())]
    }
}

fn told(scalars: Scalars, wanted: &str) -> f32 {
    numbers(scalars.into_iter().find(|(name, _)| *name == wanted).unwrap().1)[0]
}

#[test]
fn the_objective_is_the_primal_over_c_n() {
    // Leads of 0.4 + 0.5 and 0.4 - 0.5: slacks 0.1 and 1.1. N is 2 samples a step by 10 steps, |W|^2 is 0.08.
    let curve = |name| told(Pair::new([[0.2, -0.2]], [0.25, -0.25], 0.5, 0.1).step(10), name);
    close(&["loss/train", "objective/train"].map(curve), &[0.6, 0.6 + 0.08 / (2.0 * 0.5 * 20.0)], 1e-6);
    // Classified right is the first alone; both have slack.
    close(&["support/train", "accuracy/train"].map(curve), &[100.0, 50.0], 1e-6);
    let curve = |name| told(Pair::new([[0.9, -0.2]], [0.25, 0.0], 0.5, 0.1).step(10), name);
    close(&["loss/train", "support/train", "accuracy/train"].map(curve), &[0.075, 50.0, 100.0], 1e-6);
}

#[test]
fn without_slack_weights_shrink_and_biases_stay() {
    let mut pair = Pair::new([[1.0, -1.0]], [0.25, -0.25], 0.5, 0.1);
    assert_eq!(told(pair.step(10), "loss/train"), 0.0);
    let [weight, bias] = pair.weights();
    // w - rate w / (C N).
    close(&weight, &[1.0 - 0.1 / 10.0, -1.0 + 0.1 / 10.0], 1e-6);
    close(&bias, &[0.25, -0.25], 1e-7);
}

/// By symmetry W is (w, -w) and the lead of both samples 2 w. The primal w^2 + 2 C max(0, 1 - 2 w) is least at w = 2 C
/// where that leaves slack, and else where the margin begins, at w = 1/2.
#[test]
fn descent_finds_the_primal_optimum() {
    for (c, expected) in [(0.05, 0.1), (0.2, 0.4), (10.0, 0.5)] {
        let mut pair = Pair::new([[0.0, 0.0]], [0.0, 0.0], c, 0.002);
        (0..3000).for_each(|_| drop(pair.step(1)));
        let [weight, bias] = pair.weights();
        close(&weight, &[expected, -expected], 5e-3);
        close(&bias, &[0.0, 0.0], 5e-3);
    }
}

/// Longer features with smaller weights are the same machine: equal scores, equal objective.
#[test]
fn the_objective_knows_how_long_features_are() {
    let mut long = Pair::new([[0.02, -0.02]], [0.25, -0.25], 0.5, 0.1);
    let x = Tensor::<2>::from_floats([[10.0], [-10.0]], &Device::default());
    let at = Moment { step: 0, steps_per_epoch: 10 };
    let scalars = learn(&mut long.machine, x, 10.0, labels([0, 1]), &long.margin, at);
    close(&[told(scalars, "objective/train")], &[0.604], 1e-6);
    // Both samples have slack: its gradient is x times the sign of the class; that of the weights is 100 w / (C N).
    let [weight, _] = long.weights();
    close(&weight, &[0.02 + 0.1 * (10.0 - 2.0 / 10.0), -0.02 - 0.1 * (10.0 - 2.0 / 10.0)], 1e-6);
}

#[test]
fn evaluation_gives_scores_and_costs() {
    let pair = Pair::new([[0.2, -0.2]], [0.25, -0.25], 0.5, 0.1);
    let x = Tensor::<2>::from_floats([[1.0], [-1.0]], &Device::default());
    let outcome = judge(pair.machine.network().valid().forward(x), labels([0, 1]), &pair.margin);
    close(&row(outcome.logits.unwrap()), &[0.45, -0.45, 0.05, -0.05], 1e-6);
    let (name, costs) = outcome.values.into_iter().next().unwrap();
    assert_eq!(name, "loss/test");
    close(&numbers(costs), &[0.1, 1.1], 1e-6);
}

/// Pairs of rows whose squared distances run from 0 to 64, in 20 dimensions.
fn pairs() -> [Tensor<2>; 2] {
    let device = Device::default();
    let one = Noise::new(3, Stream::Shown, 0).gauss([64, 20], &device);
    let way = Noise::new(3, Stream::Tested, 0).gauss([64, 20], &device);
    let length = way.clone().square().sum_dim(1).sqrt();
    let far = Tensor::arange(0..64, &device).float().sqrt().reshape([64, 1]);
    [one.clone(), one + way / length * far]
}

/// Rahimi & Recht, NIPS 2007: the mean of D features has the kernel for its expectation. The variance of one, for a
/// Gaussian kernel k of the distance d, is `1 + k(2 d) / 2 - k(d)^2`, of which D leave a D-th part (Sutherland &
/// Schneider, On the error of random Fourier features, UAI 2015, section 2).
#[test]
fn products_of_random_features_come_to_the_gaussian_kernel() {
    let [one, other] = pairs();
    let gamma = 0.05;
    let squares: Vec<f64> = (0..64).map(f64::from).collect();
    let kernel = |square: f64| (-gamma * square).exp();
    let variance = |square: &f64| 1.0 + kernel(4.0 * square) / 2.0 - kernel(*square).powi(2);
    for count in [256, 1024, 4096] {
        let (mut error, mut expected) = (0.0, 0.0);
        for seed in 1..=4 {
            let features = Features::new(seed, gamma, [20, count], &Device::default());
            let found = row((features.of(one.clone()) * features.of(other.clone())).sum_dim(1));
            error += found.iter().zip(&squares).map(|(k, d)| (f64::from(*k) - kernel(*d)).powi(2)).sum::<f64>();
            expected += squares.iter().map(variance).sum::<f64>() / count as f64;
        }
        let share = (error / expected).sqrt();
        assert!((0.75..1.25).contains(&share), "{count} features: {share} of the expected error");
    }
}

#[test]
fn features_follow_from_the_seed() {
    let [x, _] = pairs();
    let of = |seed, gamma| row(Features::new(seed, gamma, [20, 32], &Device::default()).of(x.clone()));
    assert_eq!(of(4_294_967_295, 0.1), of(4_294_967_295, 0.1));
    assert_ne!(of(1, 0.1), of(2, 0.1));
    let bound = (2.0_f32 / 32.0).sqrt() + 1e-6;
    assert!(of(1, 0.1).iter().all(|feature| feature.abs() <= bound));
    // Without frequencies only the phases are left.
    let still = of(1, 0.0);
    assert!(still.chunks(32).all(|row| row == &still[..32]));
}

/// The features are not in it, but whoever takes it over answers by those that it was trained on.
#[test]
fn a_snapshot_brings_its_features_along() {
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == "fourier-svm").unwrap();
    let small = ("features", Value::Whole(64));
    let mut first = learner(&entry, &DIGIT, std::slice::from_ref(&small));
    curves(first.as_mut(), &DIGIT, 0..20);
    let gathered = Gathered::of(first.as_mut()).unwrap();
    assert!(gathered.tensors.iter().all(|(_, tensor)| tensor.dims()[0] <= 640), "frequencies were saved");
    let tensors = gathered.tensors.into_iter().map(|(name, tensor)| (name, numbers(tensor))).collect();
    let snapshot = Snapshot { tensors, counts: gathered.counts.into_iter().collect(), ..Snapshot::default() };
    let mut second = learner(&entry, &DIGIT, &[small, ("seed", Value::Whole(9))]);
    let scores = |model: &dyn kiln::engine::recipe::Learner| row(model.outcome(synthetic(&DIGIT, 10)).logits.unwrap());
    assert_ne!(scores(first.as_ref()), scores(second.as_ref()));
    snapshot.restore_weights(second.as_mut()).unwrap();
    assert_eq!(scores(first.as_ref()), scores(second.as_ref()));
}
