//! The mathematics of adversarial training against closed forms, and the promises of its two players.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::{DIGIT, choice, cut, learner, numbers, real, row, synthetic};
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use kiln::engine::adversarial::average::Average;
use kiln::engine::adversarial::loss::Loss;
use kiln::engine::adversarial::spectral::Spectral;
use kiln::engine::adversarial::{Judge, r1, steepness};
use kiln::engine::knobs::Pick;
use kiln::engine::math::{Noise, Stream};
use kiln::engine::recipe::{Entry, Learner, Moment, Shape};
use kiln::engine::snapshot::{Gathered, Snapshot};
use kiln::protocol::{Value, carried};
use kiln::zoo::zoo;

const REAL: [f32; 3] = [0.7, -1.3, 2.0];
const FAKE: [f32; 3] = [-0.4, 1.6, 0.1];

fn vector(numbers: &[f32]) -> Tensor<1> {
    Tensor::from_data(burn::tensor::TensorData::new(numbers.to_vec(), [numbers.len()]), &Device::default())
}

fn close(one: f32, other: f64, what: &str) {
    assert!((f64::from(one) - other).abs() < 1e-4 * (1.0 + other.abs()), "{what}: {one} instead of {other}");
}

/// Both losses in double precision, written down as the papers have them.
fn by_hand(loss: Loss, real: &[f64], fake: &[f64], smooth: f64) -> (f64, f64) {
    let mean =
        |numbers: &[f64], f: &dyn Fn(f64) -> f64| numbers.iter().map(|x| f(*x)).sum::<f64>() / numbers.len() as f64;
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let target = 1.0 - smooth;
    let cross = |x: f64| -target * sigmoid(x).ln() - smooth * (1.0 - sigmoid(x)).ln();
    let logistic = || mean(real, &cross) - mean(fake, &|x| (1.0 - sigmoid(x)).ln());
    match loss {
        Loss::NonSaturating => (logistic(), -mean(fake, &|x| sigmoid(x).ln())),
        Loss::Saturating => (logistic(), mean(fake, &|x| (1.0 - sigmoid(x)).ln())),
        Loss::LeastSquares => (
            0.5 * mean(real, &|x| (x - target).powi(2)) + 0.5 * mean(fake, &|x| x * x),
            0.5 * mean(fake, &|x| (x - 1.0).powi(2)),
        ),
        Loss::Hinge => (mean(real, &|x| (1.0 - x).max(0.0)) + mean(fake, &|x| (1.0 + x).max(0.0)), -mean(fake, &|x| x)),
        Loss::Wasserstein | Loss::GradientPenalty => (mean(fake, &|x| x) - mean(real, &|x| x), -mean(fake, &|x| x)),
    }
}

#[test]
fn losses_are_what_the_papers_say() {
    let [real, fake] = [REAL, FAKE].map(|numbers| numbers.map(f64::from));
    for (loss, name, _) in Loss::ALL {
        for smooth in [0.0, 0.1] {
            let (judge, make) = by_hand(*loss, &real, &fake, smooth);
            close(numbers(loss.discriminator(vector(&REAL), vector(&FAKE), smooth))[0], judge, name);
            close(numbers(loss.generator(vector(&FAKE)))[0], make, name);
        }
    }
}

#[test]
fn gradients_of_losses_are_finite_differences() {
    let step = 1e-4;
    for (loss, name, _) in Loss::ALL {
        let [real, fake] = [REAL, FAKE].map(|numbers| vector(&numbers).autodiff().require_grad());
        let slopes = loss.discriminator(real.clone(), fake.clone(), 0.1).backward();
        let [of_real, of_fake] = [&real, &fake].map(|place| numbers(place.grad(&slopes).unwrap()));
        let of_made = numbers(fake.grad(&loss.generator(fake.clone()).backward()).unwrap());
        for at in 0..3 {
            let [low, high] = [-step, step].map(|step| {
                let [mut real, mut fake] = [REAL, FAKE].map(|numbers| numbers.map(f64::from));
                real[at] += step;
                let first = by_hand(*loss, &real, &FAKE.map(f64::from), 0.1).0;
                fake[at] += step;
                let (second, third) = by_hand(*loss, &REAL.map(f64::from), &fake, 0.1);
                [first, second, third]
            });
            for (found, which) in [of_real[at], of_fake[at], of_made[at]].into_iter().zip(0..) {
                close(found, (high[which] - low[which]) / (2.0 * step), name);
            }
        }
    }
}

#[test]
fn large_logits_keep_finite_losses() {
    for (loss, name, _) in Loss::ALL {
        let far = vector(&[200.0, -200.0]);
        let both = [loss.discriminator(far.clone(), far.clone(), 0.0), loss.generator(far)];
        assert!(both.into_iter().all(|loss| numbers(loss)[0].is_finite()), "{name}");
    }
}

#[test]
fn accuracy_counts_right_answers() {
    let found = |loss: Loss| loss.accuracy(vector(&REAL), vector(&FAKE)).map(|share| numbers(share)[0].round());
    assert_eq!(found(Loss::NonSaturating), [67.0, 33.0]);
    assert_eq!(found(Loss::LeastSquares), [67.0, 67.0]);
    // The middle of both means is 0.45.
    assert_eq!(found(Loss::Wasserstein), [67.0, 67.0]);
}

/// `w x`, whose gradient is w everywhere.
#[derive(Module, Debug)]
struct Linear {
    weight: Param<Tensor<2>>,
}

impl Judge for Linear {
    fn judge(&self, x: Tensor<4>, _: Option<Tensor<2>>) -> Tensor<1> {
        let [batch, ..] = x.dims();
        x.flatten::<2>(1, 3).matmul(self.weight.val()).reshape([batch])
    }
}

fn linear<const N: usize>(weights: &[[f32; 1]; N]) -> Linear {
    let weight = Tensor::<2>::from_data(*weights, &Device::default());
    Linear { weight: Param::from_tensor(weight.autodiff().require_grad()) }
}

#[test]
fn penalties_know_the_gradient_of_a_linear_discriminator() {
    let network = linear(&[[3.0], [-4.0], [0.0], [12.0]]); // norm 13
    let x: Tensor<4> = Tensor::from_data([[[[0.1, 0.2], [0.3, 0.4]]], [[[0.9, 0.0], [0.5, 0.7]]]], &Device::default());
    let norms = steepness(&network, &network.valid(), x, None);
    numbers(norms.clone().inner()).into_iter().for_each(|norm| close(norm, 13.0, "norm"));
    // d|w|/dw = w / |w|, for both samples.
    let slope = row(network.weight.val().grad(&norms.sum().backward()).unwrap());
    for (found, weight) in slope.into_iter().zip([3.0, -4.0, 0.0, 12.0]) {
        assert!((f64::from(found) - 2.0 * weight / 13.0).abs() < 2e-3, "{found} for {weight}");
    }
    // R1 is unbiased: over many directions its mean is |w|^2 / 2.
    let count = 40_000;
    let device = Device::default();
    let place = Tensor::<4>::zeros([count, 1, 2, 2], &device);
    let nudge = Noise::new(1, Stream::Latents, 0).gauss([count, 4], &device).mul_scalar(0.01).reshape([count, 1, 2, 2]);
    let still = network.valid();
    let found = numbers(r1(still.judge(place.clone(), None), still.judge(place + nudge, None)))[0];
    assert!((found / 84.5 - 1.0).abs() < 0.03, "{found}");
}

#[test]
fn power_iteration_finds_the_largest_singular_value() {
    // diag(3, 1) turned on both sides: singular values 3 and 1.
    let (one, other) = (0.3_f32, 1.1_f32);
    let turn = |angle: f32| -> Tensor<2> {
        Tensor::from_data([[angle.cos(), -angle.sin()], [angle.sin(), angle.cos()]], &Device::default())
    };
    let stretch: Tensor<2> = Tensor::from_data([[3.0, 0.0], [0.0, 1.0]], &Device::default());
    let matrix = turn(one).matmul(stretch).matmul(turn(other));
    let network = Linear { weight: Param::from_tensor(matrix.clone().autodiff().require_grad()) };
    let mut spectral = Spectral::new(&network, Noise::new(5, Stream::Weights, 1), &Device::default());
    (0..30).for_each(|_| spectral.iterate(&network));
    let divided = spectral.divide(network.clone());
    for (found, weight) in row(divided.weight.val().inner()).into_iter().zip(row(matrix)) {
        close(found, f64::from(weight) / 3.0, "W / sigma");
    }
    // Along W itself W / sigma does not change: its gradient there is zero, so sigma's own gradient is counted.
    let gradients = divided.weight.val().square().sum().backward();
    let slope = network.weight.val().grad(&gradients).unwrap();
    let along = row((slope * network.weight.val().inner()).sum())[0];
    assert!(along.abs() < 1e-4, "{along}");
}

#[test]
fn averages_are_weighted_sums() {
    let first = linear(&[[1.0], [2.0]]);
    let mut average = Average::new(&first);
    let mut expected = [1.0, 2.0];
    for (update, decay) in [0.0_f64, 0.1, 2.0 / 11.0].into_iter().enumerate() {
        let next = [[update as f32], [3.0 - update as f32]];
        average.follow(&linear(&next), 0.9);
        for (old, [new]) in expected.iter_mut().zip(next) {
            *old = decay * *old + (1.0 - decay) * f64::from(new);
        }
        row(average.network().weight.val())
            .into_iter()
            .zip(expected)
            .for_each(|(one, other)| close(one, other, "mean"));
    }
}

fn models() -> Vec<Entry> {
    zoo().into_iter().filter(|entry| ["gan", "dcgan"].contains(&&*(entry.card)().name)).collect()
}

fn state(model: &mut dyn Learner) -> Vec<(String, Vec<u32>)> {
    let gathered = Gathered::of(model).unwrap();
    let bits = |tensor| numbers(tensor).into_iter().map(f32::to_bits).collect();
    gathered.tensors.into_iter().map(|(name, tensor)| (name, bits(tensor))).collect()
}

fn changed(model: &mut dyn Learner, player: &str, step: u64) -> bool {
    let weights = |model: &mut dyn Learner| -> Vec<_> {
        state(model).into_iter().filter(|(name, _)| name.starts_with(&format!("weights/{player}."))).collect()
    };
    let before = weights(model);
    assert!(!before.is_empty(), "{player}");
    cut(model, &DIGIT, step);
    before != weights(model)
}

#[test]
fn only_those_learn_who_play() {
    for entry in models() {
        for (players, moves) in [("both", [true, true]), ("generator", [true, false]), ("discriminator", [false, true])]
        {
            let mut model = learner(&entry, &DIGIT, &[("players", choice(players))]);
            let found = ["generator", "discriminator"].map(|player| changed(model.as_mut(), player, 0));
            assert_eq!(found, moves, "{players}");
        }
        let mut model = learner(&entry, &DIGIT, &[("discriminator-steps", Value::Whole(3))]);
        let turns: Vec<bool> = (0..6).map(|step| changed(model.as_mut(), "generator", step)).collect();
        assert_eq!(turns, [true, false, false, true, false, false]);
    }
}

#[test]
fn clipping_bounds_every_weight_of_the_critic() {
    for entry in models() {
        let mut model = learner(&entry, &DIGIT, &[("loss", choice("wgan")), ("clip", real(0.02))]);
        cut(model.as_mut(), &DIGIT, 0);
        for (name, weights) in state(model.as_mut()) {
            let most = weights.into_iter().map(|bits| f32::from_bits(bits).abs()).fold(0.0, f32::max);
            assert!(!name.starts_with("weights/discriminator.") || most <= 0.02, "{name}: {most}");
        }
    }
}

#[test]
fn every_setting_learns_repeats_and_goes_on_from_a_snapshot() {
    let colour = Shape { channels: 3, height: 32, width: 32, classes: 8, apart: None };
    for entry in models() {
        for (loss, name, _) in Loss::ALL {
            let on = Value::Switch(true);
            let rate = real(0.1);
            let knobs = [
                ("loss", choice(name)),
                ("spectral", on.clone()),
                ("conditional", on),
                ("instance-noise", rate.clone()),
                ("smoothing", rate),
            ];
            for shape in [DIGIT, colour] {
                let [mut one, mut other] = [(); 2].map(|()| learner(&entry, &shape, &knobs));
                for step in 0..2 {
                    for (curve, value) in cut(one.as_mut(), &shape, step) {
                        assert!(numbers(value)[0].is_finite(), "{loss:?} {curve}");
                    }
                }
                let gathered = Gathered::of(one.as_mut()).unwrap();
                let tensors = gathered.tensors.into_iter().map(|(name, tensor)| (name, numbers(tensor))).collect();
                let counts = gathered.counts.into_iter().collect();
                Snapshot { tensors, counts, ..Snapshot::default() }.restore(other.as_mut()).unwrap();
                for model in [&mut one, &mut other] {
                    cut(model.as_mut(), &shape, 2);
                }
                assert_eq!(state(one.as_mut()), state(other.as_mut()), "{loss:?}");
                let mut again = learner(&entry, &shape, &knobs);
                (0..3).for_each(|step| drop(cut(again.as_mut(), &shape, step)));
                assert_eq!(state(one.as_mut()), state(again.as_mut()), "{loss:?}: the seed decides");
            }
        }
    }
}

/// Knobs, and how many acts the steps have, in turn.
type Kind = (Vec<(&'static str, Value)>, Vec<usize>);

/// Every kind of step: penalties, clipping, normalisation, noise, turns of one player, the class told.
fn kinds() -> Vec<Kind> {
    let on = || Value::Switch(true);
    let only = |player| ("players", choice(player));
    vec![
        (vec![("r1", real(0.0))], vec![6]),
        (vec![("r1", real(0.5)), ("spectral", on()), ("instance-noise", real(0.1))], vec![8]),
        (vec![("loss", choice("wgan-gp")), ("conditional", on()), ("r1", real(0.0))], vec![7]),
        (vec![("loss", choice("wgan")), ("r1", real(0.0)), ("discriminator-steps", Value::Whole(2))], vec![7, 4]),
        (vec![("loss", choice("hinge")), ("r1", real(0.1)), ("smoothing", real(0.1)), only("generator")], vec![4]),
        (vec![("loss", choice("least-squares")), ("r1", real(0.1)), only("discriminator")], vec![4]),
    ]
}

#[test]
fn the_acts_of_a_step_are_the_step() {
    let points = Shape { channels: 2, height: 1, width: 1, classes: 3, apart: None };
    let bits = |scalars: Vec<(&'static str, Tensor<1>)>| {
        let mut bits: Vec<_> = scalars.into_iter().map(|(name, value)| (name, numbers(value)[0].to_bits())).collect();
        bits.sort_unstable();
        bits
    };
    for entry in models() {
        let shape = if (entry.card)().name == "gan" { points } else { DIGIT };
        for (knobs, counts) in kinds() {
            let [mut whole, mut parted] = [(); 2].map(|()| learner(&entry, &shape, &knobs));
            for step in 0..4 {
                let at = Moment { step, steps_per_epoch: 10 };
                let acts = parted.acts(at);
                assert_eq!(acts.len(), counts[step as usize % counts.len()], "{knobs:?}");
                let batch = synthetic(&shape, 20);
                let mut scalars = Vec::new();
                for index in 0..acts.len() {
                    let acted = parted.act(index, &batch, at);
                    scalars.extend(acted.scalars);
                    acted.found.into_iter().for_each(|(name, value)| {
                        assert!(numbers(value)[0].is_finite(), "{}", name.en);
                    });
                    // The reader looks between two acts.
                    drop(parted.generator().unwrap().score(synthetic(&shape, 4)));
                }
                assert_eq!(bits(cut(whole.as_mut(), &shape, step)), bits(scalars), "{knobs:?}");
                assert_eq!(state(whole.as_mut()), state(parted.as_mut()), "{knobs:?}");
            }
        }
    }
}

/// D's weights move in one act alone, and so do G's, and the average's.
#[test]
fn each_network_moves_in_its_own_act() {
    let entry = models().swap_remove(0);
    let at = Moment { step: 0, steps_per_epoch: 10 };
    let after = |count: usize| {
        let mut model = learner(&entry, &DIGIT, &[]);
        (0..count).for_each(|index| drop(model.act(index, &synthetic(&DIGIT, 20), at)));
        state(model.as_mut())
    };
    let acts = learner(&entry, &DIGIT, &[]).acts(at);
    let moves: Vec<(String, Vec<&str>)> = (0..acts.len())
        .map(|index| {
            let (before, after) = (after(index), after(index + 1));
            let moved = |player: &&str| {
                let prefix = format!("weights/{player}.");
                before.iter().zip(&after).any(|(old, new)| old.0.starts_with(&prefix) && old.1 != new.1)
            };
            let players = ["discriminator", "generator", "average"].into_iter().filter(moved).collect();
            (acts[index].title.en.to_string(), players)
        })
        .collect();
    let of = |title: &str| moves.iter().find(|(its, _)| its == title).map(|(_, players)| players.clone()).unwrap();
    assert_eq!(of("D learns"), ["discriminator"]);
    assert_eq!(of("G learns"), ["generator"]);
    assert_eq!(of("The average follows"), ["average"]);
    assert_eq!(moves.iter().filter(|(_, players)| !players.is_empty()).count(), 3, "{moves:?}");
}

#[test]
fn the_formulas_of_acts_are_those_of_the_settings_in_force() {
    let entry = models().swap_remove(0);
    let at = Moment { step: 0, steps_per_epoch: 10 };
    let all = |knobs: &[(&str, Value)]| -> String {
        let acts = learner(&entry, &DIGIT, knobs).acts(at);
        acts.iter().map(|act| carried(act, &[]).source.into_owned()).collect::<Vec<_>>().join(" ; ")
    };
    let has = |knobs: &[(&str, Value)], parts: &[&str]| {
        let found = all(knobs);
        parts.iter().for_each(|part| assert!(found.contains(part), "{part} is missing: {found}"));
    };
    has(&[("loss", choice("hinge"))], &[r"\max(0, 1 - D(x))", r"-\mathbb{E}_z[D(G(z))]"]);
    has(&[("loss", choice("wgan")), ("clip", real(0.02))], &[r"-\mathbb{E}_x[D(x)]", "c = 0.02"]);
    has(&[("loss", choice("wgan-gp"))], &[r"\rVert - 1)^2", r"\lambda = 10"]);
    has(&[("loss", choice("saturating"))], &[r"\mathcal{L}_G = \mathbb{E}_z[\log(1 - D(G(z)))]"]);
    has(&[("smoothing", real(0.1))], &[r"-0.9\, \mathbb{E}_x[\log D(x)] - 0.1\,"]);
    has(&[("conditional", Value::Switch(true))], &["G(z, y)", "D(x, y)"]);
    has(&[("optimiser", choice("sgd")), ("learning-rate", real(0.25))], &[r"- \eta\, g \\", r"\eta &= 0.25"]);
    has(&[("optimiser", choice("adamw")), ("weight-decay", real(0.5))], &[r"(1 - 0.5\, \eta)\, \theta_G"]);
    assert!(!all(&[("r1", real(0.0))]).contains("nabla_x") && all(&[("r1", real(0.3))]).contains(r"\gamma &= 0.3"));
    assert!(all(&[("average", real(0.0))]).contains(r"\bar\theta_G \leftarrow \theta_G"));
}
