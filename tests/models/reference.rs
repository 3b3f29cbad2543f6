//! Holds losses, metrics, layers, optimisers, schedules and initial weights against closed forms and published numbers.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::{DIGIT, learner, row};
use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use kiln::data::SETS;
use kiln::engine::blocks::{Norm, Unit, average, gelu};
use kiln::engine::layers::{Conv, Dense, Dropout, Init, activate, drop_units, halve};
use kiln::engine::math::{Noise, Stream, accuracy, cross_entropy};
use kiln::engine::optimiser::Trained;
use kiln::engine::recipe::{Batch, Learner, Moment};
use kiln::engine::snapshot::Snapshot;
use kiln::engine::training::{Rule, Schedule, Training};
use kiln::native::train::{accuracy as share, digits, tested};
use kiln::protocol::Stroke;
use kiln::zoo::zoo;

fn close(got: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{got:?} against {expected:?}");
    for (got, expected) in got.iter().zip(expected) {
        assert!((f64::from(*got) - expected).abs() <= tolerance * expected.abs().max(1.0), "{got} against {expected}");
    }
}

fn device() -> Device {
    Device::default()
}

fn labels<const N: usize>(labels: [i32; N]) -> Tensor<1, Int> {
    Tensor::from_ints(labels, &device())
}

#[test]
fn cross_entropy_of_known_logits() {
    // softmax(1, 2, 3) = (0.09003057, 0.24472847, 0.66524096): -log of each.
    let logits = Tensor::<2>::from_floats([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], &device());
    close(&row(cross_entropy(logits, labels([0, 1, 2]))), &[2.407_605_96, 1.407_605_96, 0.407_605_96], 1e-6);
    // Equal logits know nothing: log 10.
    close(&row(cross_entropy(Tensor::zeros([2, 10], &device()), labels([3, 9]))), &[10_f64.ln(); 2], 1e-6);
    // exp(1000) overflows; the log-sum-exp does not.
    let steep = Tensor::<2>::from_floats([[1000.0, 0.0], [1000.0, 0.0], [-1000.0, 0.0]], &device());
    close(&row(cross_entropy(steep, labels([0, 1, 0]))), &[0.0, 1000.0, 1000.0], 1e-6);
}

#[test]
fn the_gradient_of_cross_entropy_is_probability_less_truth() {
    // Bishop, Pattern Recognition and Machine Learning, 2006, eq. 4.109.
    let logits = Tensor::<2>::from_floats([[1.0, 2.0, 3.0]], &device().autodiff()).require_grad();
    let gradients = cross_entropy(logits.clone(), labels([1])).sum().backward();
    close(&row(logits.grad(&gradients).unwrap()), &[0.090_030_57, 0.244_728_47 - 1.0, 0.665_240_96], 1e-6);
}

#[test]
fn accuracy_counts_the_largest_logit() {
    let logits = Tensor::<2>::from_floats([[0.1, 0.9], [2.0, -1.0], [0.0, 3.0], [-5.0, -6.0]], &device());
    close(&row(accuracy(logits, labels([1, 0, 0, 0]))), &[75.0], 1e-6);
}

#[test]
fn layers_compute_what_their_formulas_say() {
    let dense = Dense {
        weight: Param::from_tensor(Tensor::from_floats([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], &device())),
        bias: Param::from_tensor(Tensor::from_floats([0.5, -0.5], &device())),
    };
    close(&row(dense.forward(Tensor::from_floats([[1.0, 0.0, -1.0]], &device()))), &[-3.5, -4.5], 1e-6);
    // A cross-correlation: with a flipped kernel the first number would be 1*4 + 2*3 + 4*2 + 5*1 = 23.
    let conv = Conv {
        weight: Param::from_tensor(Tensor::from_floats([[[[1.0, 2.0], [3.0, 4.0]]]], &device())),
        bias: Param::from_tensor(Tensor::from_floats([10.0], &device())),
    };
    let x = Tensor::<4>::from_floats([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]], &device());
    close(&row(conv.forward(x.clone(), 0)), &[47.0, 57.0, 77.0, 87.0], 1e-6);
    assert_eq!(conv.forward(x, 1).dims(), [1, 1, 4, 4]);
    let x = Tensor::<4>::from_floats([[[[1.0, -2.0, 3.0, 0.0, 9.0], [4.0, 5.0, -6.0, -1.0, 9.0]]]], &device());
    close(&row(halve(x)), &[5.0, 3.0], 0.0);
    let x = Tensor::<1>::from_floats([-1.0, 0.0, 2.0], &device());
    close(&row(activate(x.clone(), true)), &[0.0, 0.0, 2.0], 0.0);
    close(&row(activate(x, false)), &[-1.0, 0.0, 2.0], 0.0);
}

/// By hand, from x = (1, 3), (2, 6), (0, 0), (-1, 1) and again: mean and variance of each pair, of each four and of all.
#[test]
fn units_normalise_what_they_say() {
    let pairs = [[1.0, 3.0], [2.0, 6.0], [0.0, 0.0], [-1.0, 1.0], [1.0, 3.0], [2.0, 6.0], [0.0, 0.0], [-1.0, 1.0_f32]];
    let x = Tensor::<1>::from_floats(pairs.concat().as_slice(), &device()).reshape([1, 8, 1, 2]);
    let one = |row: usize, column: usize| f32::from(u8::from(row == column));
    let weight: Vec<f32> = (0..64).map(|at| one(at / 8, at % 8)).collect();
    let (scale, shift) = ([1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 2.0], [0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.5]);
    let unit = Unit {
        weight: Param::from_tensor(Tensor::<1>::from_floats(weight.as_slice(), &device()).reshape([8, 8, 1, 1])),
        scale: Param::from_tensor(Tensor::from_floats(scale, &device())),
        shift: Param::from_tensor(Tensor::from_floats(shift, &device())),
    };
    let normal = |x: f64, mean: f64, variance: f64| (x - mean) / (variance + 1e-5).sqrt();
    let expected = |of: &dyn Fn(usize) -> [f64; 2]| -> Vec<f64> {
        let number = |at: usize| {
            let ([mean, variance], channel) = (of(at / 2), at / 2);
            scale[channel] * normal(f64::from(pairs[channel][at % 2]), mean, variance) + shift[channel]
        };
        (0..16).map(number).collect()
    };
    let given = |norm| row(unit.forward(x.clone(), 1, norm));
    // 1, 3, 2, 6: mean 3, squares 4 + 0 + 1 + 9. 0, 0, -1, 1: mean 0, squares 2.
    let group = expected(&|channel| if channel % 4 < 2 { [3.0, 3.5] } else { [0.0, 0.5] });
    close(&given(Norm::Group), &group, 1e-6);
    close(
        &given(Norm::Instance),
        &expected(&|channel| [[2.0, 1.0], [4.0, 4.0], [0.0; 2], [0.0, 1.0]][channel % 4]),
        1e-6,
    );
    // All: mean 12 / 8, mean of squares 52 / 8.
    close(&given(Norm::Layer), &expected(&|_| [1.5, 6.5 - 2.25]), 1e-6);
    close(&given(Norm::Off), &expected(&|_| [0.0, 1.0 - 1e-5]), 1e-6);
}

#[test]
fn gelu_and_averages_of_known_numbers() {
    // Phi(0.5) = 0.69146246, Phi(1) = 0.84134475, Phi(2) = 0.97724987.
    let x = Tensor::<1>::from_floats([0.0, 0.5, 1.0, -1.0, 2.0, -2.0], &device());
    let expected = [0.0, 0.345_731_23, 0.841_344_75, -0.158_655_25, 1.954_499_74, -0.045_500_26];
    close(&row(gelu(x)), &expected, 1e-6);
    let x = Tensor::<4>::from_floats([[[[1.0, 2.0], [3.0, 6.0]], [[-1.0, 0.0], [0.0, 0.0]]]], &device());
    close(&row(average(x)), &[3.0, -0.25], 1e-6);
}

#[test]
fn dropout_keeps_the_expectation() {
    let mut dropout = Dropout { rate: 0.25, noise: Noise::new(1, Stream::Dropout, 7) };
    let dropped = row(drop_units(Tensor::ones([100, 100], &device()), Some(&mut dropout)));
    let kept = dropped.iter().filter(|value| **value != 0.0).count();
    assert!(dropped.iter().all(|value| *value == 0.0 || (*value - 4.0 / 3.0).abs() < 1e-6));
    // Four standard deviations of 10,000 draws: 4 sqrt(10000 * 0.25 * 0.75) = 173.
    assert!(kept.abs_diff(7_500) < 173, "{kept} of 10,000 kept");
    let ones = drop_units(Tensor::ones([2, 2], &device()), None);
    close(&row(ones), &[1.0; 4], 0.0);
}

#[test]
fn initial_weights_have_the_variance_of_their_papers() {
    let (inputs, outputs, count) = (300, 100, 200_000);
    for (init, variance) in [
        (Init::He, 2.0 / 300.0),     // He et al. 2015, eq. 10
        (Init::Glorot, 2.0 / 400.0), // Glorot & Bengio 2010, eq. 12
        (Init::LeCun, 1.0 / 300.0),  // LeCun et al. 1998, eq. 16
        (Init::Torch, 1.0 / 900.0),  // a bound of 1 / sqrt(inputs), over the square root of 3
        (Init::Zero, 0.0),
    ] {
        let numbers = Noise::new(5, Stream::Weights, 0).uniform(count, init.bound(inputs, outputs));
        let mean = numbers.iter().map(|number| f64::from(*number)).sum::<f64>() / count as f64;
        let spread = numbers.iter().map(|number| f64::from(*number).powi(2)).sum::<f64>() / count as f64;
        assert!(mean.abs() < 4.0 * (variance / count as f64).sqrt() + 1e-12, "{init:?}: mean {mean}");
        assert!((spread - variance).abs() <= 0.01 * variance, "{init:?}: variance {spread}, not {variance}");
    }
}

#[test]
fn noise_depends_on_seed_use_and_step_alone() {
    let draw = |seed, stream, step| Noise::new(seed, stream, step).uniform(4, 1.0);
    assert_eq!(draw(1, Stream::Weights, 0), draw(1, Stream::Weights, 0));
    let others = [draw(2, Stream::Weights, 0), draw(1, Stream::Dropout, 0), draw(1, Stream::Weights, 1)];
    assert!(others.iter().all(|other| *other != draw(1, Stream::Weights, 0)), "{others:?}");
}

#[test]
fn schedules_follow_their_formulas() {
    let at = |epochs: f64| Moment { step: (epochs * 100.0) as u64, steps_per_epoch: 100 };
    let rates = |training: &Training, epochs: &[f64]| {
        epochs.iter().map(|epochs| training.rate(at(*epochs)) as f32).collect::<Vec<_>>()
    };
    let with = |schedule| Training {
        learning_rate: 0.1,
        schedule,
        horizon: 4.0,
        step_every: 2.0,
        step_factor: 0.5,
        ..Training::default()
    };
    close(&rates(&with(Schedule::Constant), &[0.0, 100.0]), &[0.1, 0.1], 1e-7);
    // Half way down stands the mean of 0.1 and 0.001; a quarter down, cos(pi / 4) = 0.70710678.
    let cosine = [0.1, 0.001 + 0.099 * (1.0 + 0.5_f64.sqrt()) / 2.0, 0.0505, 0.001, 0.001];
    close(&rates(&with(Schedule::Cosine), &[0.0, 1.0, 2.0, 4.0, 9.0]), &cosine, 1e-7);
    close(
        &rates(&with(Schedule::Step), &[0.0, 1.99, 2.0, 3.99, 4.0, 6.0]),
        &[0.1, 0.1, 0.05, 0.05, 0.025, 0.0125],
        1e-7,
    );
    // A set of one batch would be annealed after four steps: its epochs count as 30 each.
    let [small, large] = [1, 30].map(|steps_per_epoch| Moment { step: 60, steps_per_epoch });
    let cosine = with(Schedule::Cosine);
    assert_eq!(cosine.rate(small), cosine.rate(large));
    assert!((cosine.rate(small) - 0.0505).abs() < 1e-9, "half way down");
}

/// Two weights whose gradient a test chooses: the loss is their product with it.
#[derive(Module, Debug)]
struct Pair {
    w: Param<Tensor<1>>,
}

/// The pair's path from (1, -2) under these gradients; gives where it ends.
fn path(training: &Training, gradients: impl Iterator<Item = [f32; 2]>) -> Vec<f32> {
    let start = Tensor::<1>::from_floats([1.0, -2.0], &device().autodiff());
    let mut pair = Trained::new(Pair { w: Param::from_tensor(start) }, training);
    for (step, gradient) in gradients.enumerate() {
        let loss = (pair.network().w.val() * Tensor::<1>::from_floats(gradient, &device())).sum();
        pair.descend(&loss, training, Moment { step: step as u64, steps_per_epoch: 1000 });
    }
    row(pair.network().w.val())
}

fn rule(optimiser: Rule, learning_rate: f64) -> Training {
    Training { optimiser, learning_rate, weight_decay: 0.0, ..Training::default() }
}

/// A steady gradient.
fn steady(steps: usize) -> impl Iterator<Item = [f32; 2]> {
    std::iter::repeat_n([0.5, -4.0], steps)
}

#[test]
fn sgd_and_momentum_under_a_steady_gradient() {
    let n = 10.0;
    close(&path(&rule(Rule::Sgd, 0.01), steady(10)), &[1.0 - 0.01 * n * 0.5, -2.0 + 0.01 * n * 4.0], 1e-6);
    // v_t = g (1 - mu^t) / (1 - mu), so the way after n steps is rate g / (1 - mu) (n - mu (1 - mu^n) / (1 - mu)).
    let mu = 0.9_f64;
    let way = 0.01 / (1.0 - mu) * (n - mu * (1.0 - mu.powi(10)) / (1.0 - mu));
    close(&path(&rule(Rule::Momentum, 0.01), steady(10)), &[1.0 - way * 0.5, -2.0 + way * 4.0], 1e-6);
}

#[test]
fn rmsprop_and_adam_under_a_steady_gradient_forget_its_size() {
    // s_t = (1 - alpha^t) g^2, so step t goes rate / sqrt(1 - alpha^t) against the gradient's sign.
    let way: f64 = (1..=10).map(|t| 0.01 / (1.0 - 0.99_f64.powi(t)).sqrt()).sum();
    close(&path(&rule(Rule::RmsProp, 0.01), steady(10)), &[1.0 - way, -2.0 + way], 1e-6);
    // With the bias corrected, m^ = g and v^ = g^2: every step goes `rate` (Kingma & Ba 2015, sections 2.1 and 3).
    for optimiser in [Rule::Adam, Rule::AdamW] {
        close(&path(&rule(optimiser, 0.01), steady(10)), &[0.9, -1.9], 1e-6);
    }
}

#[test]
fn adam_follows_algorithm_1_under_a_changing_gradient() {
    let gradients: Vec<[f32; 2]> = (0..50).map(|t| [(t as f32 * 0.7).sin(), 0.1 * t as f32 - 1.0]).collect();
    for (optimiser, decay) in [(Rule::Adam, 0.0), (Rule::Adam, 0.1), (Rule::AdamW, 0.1)] {
        let mut expected = [1.0_f64, -2.0];
        for (index, w) in expected.iter_mut().enumerate() {
            let (mut m, mut v) = (0.0, 0.0);
            for (t, gradient) in (1..).zip(&gradients) {
                let mut g = f64::from(gradient[index]);
                match optimiser {
                    Rule::AdamW => *w -= 0.02 * decay * *w, // Loshchilov & Hutter 2019, Algorithm 2, as in PyTorch
                    _ => g += decay * *w,
                }
                m = 0.9 * m + 0.1 * g;
                v = 0.999 * v + 0.001 * g * g;
                let (m_hat, v_hat): (f64, f64) = (m / (1.0 - 0.9_f64.powi(t)), v / (1.0 - 0.999_f64.powi(t)));
                *w -= 0.02 * m_hat / (v_hat.sqrt() + 1e-8);
            }
        }
        let training = Training { weight_decay: decay, ..rule(optimiser, 0.02) };
        close(&path(&training, gradients.iter().copied()), &expected, 2e-5);
    }
}

#[test]
fn weight_decay_alone_shrinks_weights_geometrically() {
    let shrunk = (1.0 - 0.1 * 0.2_f64).powi(10);
    for optimiser in [Rule::Sgd, Rule::AdamW] {
        let training = Training { weight_decay: 0.2, ..rule(optimiser, 0.1) };
        close(&path(&training, std::iter::repeat_n([0.0; 2], 10)), &[shrunk, -2.0 * shrunk], 1e-6);
    }
}

#[test]
fn another_optimiser_starts_with_an_empty_memory() {
    let start = Tensor::<1>::from_floats([1.0, -2.0], &device().autodiff());
    let mut training = rule(Rule::Momentum, 0.01);
    let mut pair = Trained::new(Pair { w: Param::from_tensor(start) }, &training);
    let mut step = |training: &Training| {
        let before = row(pair.network().w.val());
        let loss = (pair.network().w.val() * Tensor::<1>::from_floats([0.5, -4.0], &device())).sum();
        pair.descend(&loss, training, Moment { step: 0, steps_per_epoch: 1 });
        row(pair.network().w.val())[0] - before[0]
    };
    step(&training);
    let fast = step(&training);
    training.optimiser = Rule::Adam;
    let first = step(&training);
    assert!((first + 0.01).abs() < 1e-6, "Adam's first step goes the learning rate, not {first}");
    training.optimiser = Rule::Momentum;
    let slow = step(&training);
    assert!((slow + 0.005).abs() < 1e-6 && fast < slow, "the old velocity acts again: {slow}");
}

const SHIPPED: &str = "assets/models/lenet-mnist.safetensors";

fn shipped() -> Box<dyn Learner> {
    let snapshot = Snapshot::read(&std::fs::read(kiln::checkout().join(SHIPPED)).unwrap()).unwrap();
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == snapshot.about.recipe).unwrap();
    let mut model = learner(&entry, &DIGIT, &[]);
    snapshot.restore_weights(model.as_mut()).unwrap();
    model
}

#[test]
fn the_shipped_checkpoint_is_as_accurate_as_it_says() {
    let bytes = std::fs::read(kiln::checkout().join(SHIPPED)).unwrap();
    assert!(bytes.len() <= 180 * 1024, "{} bytes", bytes.len());
    let snapshot = Snapshot::read(&bytes).unwrap();
    let found = share(&tested(shipped().as_ref(), &digits().unwrap(), &device()));
    let said = snapshot.about.accuracy.unwrap() * 100.0;
    // Other processors round other bits: two pictures of 10,000 may tip over.
    assert!(said > 99.3 && (found - said).abs() < 0.025, "{found} % of the test pictures, but it says {said} %");
}

/// Digits as a visitor draws them on the pad, by hand in straight pieces: x to the right, y down, from 0 to 1.
const DRAWN: [&[&[[f32; 2]]]; 10] = [
    &[&[
        [0.5, 0.2],
        [0.36, 0.27],
        [0.3, 0.45],
        [0.33, 0.68],
        [0.45, 0.8],
        [0.58, 0.78],
        [0.68, 0.62],
        [0.69, 0.4],
        [0.62, 0.25],
        [0.5, 0.2],
    ]],
    &[&[[0.52, 0.18], [0.5, 0.5], [0.49, 0.82]]],
    &[&[
        [0.32, 0.35],
        [0.38, 0.23],
        [0.52, 0.18],
        [0.65, 0.26],
        [0.66, 0.4],
        [0.54, 0.58],
        [0.36, 0.76],
        [0.32, 0.8],
        [0.5, 0.79],
        [0.7, 0.8],
    ]],
    &[&[
        [0.34, 0.24],
        [0.48, 0.18],
        [0.62, 0.24],
        [0.63, 0.38],
        [0.48, 0.48],
        [0.63, 0.54],
        [0.67, 0.68],
        [0.56, 0.8],
        [0.4, 0.8],
        [0.32, 0.73],
    ]],
    &[&[[0.4, 0.2], [0.34, 0.4], [0.31, 0.54], [0.5, 0.54], [0.7, 0.53]], &[[0.62, 0.25], [0.6, 0.5], [0.58, 0.82]]],
    &[&[
        [0.66, 0.2],
        [0.4, 0.2],
        [0.37, 0.45],
        [0.5, 0.43],
        [0.64, 0.5],
        [0.67, 0.65],
        [0.57, 0.78],
        [0.42, 0.8],
        [0.33, 0.74],
    ]],
    &[&[
        [0.6, 0.18],
        [0.46, 0.3],
        [0.36, 0.5],
        [0.34, 0.68],
        [0.43, 0.8],
        [0.58, 0.79],
        [0.66, 0.67],
        [0.6, 0.55],
        [0.47, 0.54],
        [0.36, 0.63],
    ]],
    &[&[[0.3, 0.22], [0.5, 0.21], [0.7, 0.21], [0.6, 0.4], [0.52, 0.6], [0.46, 0.82]]],
    &[&[
        [0.62, 0.27],
        [0.5, 0.19],
        [0.38, 0.26],
        [0.4, 0.38],
        [0.52, 0.48],
        [0.64, 0.6],
        [0.63, 0.75],
        [0.5, 0.82],
        [0.37, 0.74],
        [0.38, 0.6],
        [0.52, 0.47],
        [0.62, 0.36],
        [0.62, 0.27],
    ]],
    &[&[
        [0.64, 0.36],
        [0.54, 0.47],
        [0.4, 0.44],
        [0.36, 0.3],
        [0.46, 0.2],
        [0.6, 0.22],
        [0.65, 0.36],
        [0.63, 0.6],
        [0.58, 0.82],
    ]],
];

#[test]
fn the_shipped_checkpoint_reads_drawings() {
    let mut missed = Vec::new();
    let model = shipped();
    let set = SETS.iter().find(|set| (set.card)().name == "mnist").unwrap();
    // Thin and thick pens, small and large, in a corner and in the middle: the preparation is there to undo that.
    for (width, size, corner) in
        [(0.03, 1.0, 0.0), (0.06, 1.0, 0.0), (0.09, 1.0, 0.0), (0.05, 0.5, 0.0), (0.05, 0.7, 0.25)]
    {
        for (digit, lines) in DRAWN.iter().enumerate() {
            let place = |point: &[f32; 2]| point.map(|share| corner + size * share);
            let strokes: Vec<Stroke> =
                lines.iter().map(|line| Stroke { width, points: line.iter().map(place).collect() }).collect();
            let pixels = (set.prepare)(&strokes, true).unwrap();
            let images = Tensor::from_data(TensorData::new(pixels, [1, 1, 28, 28]), &device());
            let outcome = model.outcome(Batch { images, labels: labels([digit as i32]) });
            let logits = row(outcome.logits.unwrap());
            let guess = (0..10).max_by(|one, other| logits[*one].total_cmp(&logits[*other])).unwrap();
            if guess != digit {
                missed.push(format!("a {digit} with a pen of {width}, size {size}, was read as {guess}"));
            }
        }
    }
    assert!(missed.len() <= 1, "{missed:#?}");
}
