//! Holds what is counted, Cholesky factors, posteriors and samples against closed forms and double precision.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::{DIGIT, choice, curves, learner, numbers, real, row, synthetic};
use burn::tensor::{Device, Int, Tensor, TensorData};
use kiln::engine::cholesky::cholesky;
use kiln::engine::gaussian::{Counted, Moments};
use kiln::engine::layers::{average, enlarge};
use kiln::engine::math::{Noise, Stream};
use kiln::engine::recipe::{Batch, Learner, Moment, Shape};
use kiln::engine::snapshot::{About, Gathered, Snapshot};
use kiln::protocol::{Value, View};
use kiln::zoo::zoo;

/// Points in the plane.
const PLANE: Shape = Shape { channels: 2, height: 1, width: 1, classes: 3, apart: None };

fn close(got: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{got:?} against {expected:?}");
    for (got, expected) in got.iter().zip(expected) {
        assert!((f64::from(*got) - expected).abs() <= tolerance * expected.abs().max(1.0), "{got} against {expected}");
    }
}

fn model(name: &str, shape: &Shape, knobs: &[(&str, Value)]) -> Box<dyn Learner> {
    learner(&zoo().into_iter().find(|entry| (entry.card)().name == name).unwrap(), shape, knobs)
}

fn matrix(numbers: &[f32], [rows, columns]: [usize; 2]) -> Tensor<2> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), [rows, columns]), &Device::default())
}

fn ints(labels: &[i32]) -> Tensor<1, Int> {
    Tensor::from_ints(labels, &Device::default())
}

// Cholesky factors.

#[test]
fn a_factor_by_hand() {
    let a = Tensor::<3>::from_floats([[[4.0, 2.0], [2.0, 3.0]], [[9.0, -3.0], [-3.0, 2.0]]], &Device::default());
    let factor = cholesky(a, 1e-6);
    let root = 2.0_f64.sqrt();
    close(&row(factor.lower.clone()), &[2.0, 0.0, 1.0, root, 3.0, 0.0, -1.0, 1.0], 1e-6);
    close(&row(factor.inverse.clone()), &[0.5, 0.0, -0.5 / root, 1.0 / root, 1.0 / 3.0, 0.0, 1.0 / 3.0, 1.0], 1e-6);
    close(&numbers(factor.log_determinant()), &[8.0_f64.ln(), 9.0_f64.ln()], 1e-6);
}

/// The matrix of second differences has 2 on its diagonal and -1 beside it, and the determinant n + 1; its factor has
/// `L_ii^2 = (i + 1) / i` and `L_i+1,i = -sqrt(i / (i + 1))`, i from 1.
#[test]
fn factors_of_second_differences() {
    for n in [1, 2, 7, 8, 9, 16, 17, 57, 196] {
        let near = |at: usize| match (at / n).abs_diff(at % n) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        };
        let one: Vec<f32> = (0..n * n).map(near).collect();
        // The second is four times the first: factors are twice as large.
        let both = [one.clone(), one.iter().map(|number| 4.0 * number).collect()].concat();
        let a = Tensor::<3>::from_data(TensorData::new(both, [2, n, n]), &Device::default());
        let factor = cholesky(a, 1e-6);
        let mut expected = vec![0.0; n * n];
        for i in 1..=n {
            let share = (i + 1) as f64 / i as f64;
            expected[(i - 1) * (n + 1)] = share.sqrt();
            if i < n {
                expected[i * n + i - 1] = -share.recip().sqrt();
            }
        }
        let twice: Vec<f64> = expected.iter().map(|number| 2.0 * number).collect();
        close(&row(factor.lower.clone()), &[expected, twice].concat(), 2e-5);
        let determinant = (n as f64 + 1.0).ln();
        let determinants = [determinant, determinant + n as f64 * 4.0_f64.ln()];
        close(&numbers(factor.log_determinant()), &determinants, 1e-4);
        let eye: Vec<f64> = (0..2 * n * n).map(|at| f64::from(u8::from(at / n % n == at % n))).collect();
        close(&row(factor.lower.matmul(factor.inverse)), &eye, 1e-4);
    }
}

#[test]
fn a_matrix_without_full_rank_ends_in_numbers() {
    let n = 40;
    let ones = Tensor::<3>::ones([1, n, n], &Device::default());
    let factor = cholesky(ones + Tensor::<2>::eye(n, &Device::default()).mul_scalar(1e-9).unsqueeze(), 1e-6);
    for tensor in [factor.lower.clone(), factor.inverse.clone()] {
        assert!(row(tensor).iter().all(|number| number.is_finite()));
    }
    assert!(numbers(factor.log_determinant())[0].is_finite());
}

// What is counted.

/// Class 0: (1, 2) and (3, 4); class 1: (0, 0), (0, 2) and (6, 1); class 2: none.
fn few(moments: Moments) -> Counted {
    let mut counted = Counted::new(moments, [3, 2], &Device::default());
    counted.count(matrix(&[1.0, 2.0, 0.0, 0.0, 0.0, 2.0], [3, 2]), ints(&[0, 1, 1]), 0.0);
    counted.count(matrix(&[6.0, 1.0, 3.0, 4.0], [2, 2]), ints(&[1, 0]), 0.0);
    counted
}

#[test]
fn a_few_samples_by_hand() {
    let counted = few(Moments::Squares);
    close(&row(counted.middle()), &[2.0, 1.8], 1e-6);
    // A class that was not seen is taken to be like all samples.
    close(&row(counted.means()), &[2.0, 3.0, 2.0, 1.0, 2.0, 1.8], 1e-6);
    close(&row(counted.within()), &[26.0 / 5.0, 4.0 / 5.0], 1e-6);
    close(&row(counted.whole()), &[5.2, 8.8 / 5.0], 1e-6);
    close(&row(counted.own()), &[1.0, 1.0, 8.0, 2.0 / 3.0, 5.2, 1.76], 1e-6);
    close(&row(counted.log_priors()), &[3.0_f64 / 8.0, 4.0 / 8.0, 1.0 / 8.0].map(f64::ln), 1e-6);
    let counted = few(Moments::Pairs);
    close(&row(counted.means()), &[2.0, 3.0, 2.0, 1.0, 2.0, 1.8], 1e-6);
    close(&row(counted.within()), &[5.2, 0.4, 0.4, 0.8], 1e-6);
    close(&row(counted.whole()), &[5.2, 0.4, 0.4, 1.76], 1e-6);
    close(&row(counted.own())[..8], &[1.0, 1.0, 1.0, 1.0, 8.0, 0.0, 0.0, 2.0 / 3.0], 1e-6);
}

/// Numbers about `far`, which vary by a hundredth, of three classes in turn.
fn cloud(count: usize, size: usize, far: f32) -> (Vec<f32>, Vec<i32>) {
    let noise = Noise::new(5, Stream::Made, 0).normal(count * size);
    let labels: Vec<i32> = (0..count).map(|at| (at * at % 7 % 3) as i32).collect();
    let number = |(at, noise): (usize, &f32)| far + 0.01 * (noise + labels[at / size] as f32 * (at % size) as f32);
    (noise.iter().enumerate().map(number).collect(), labels)
}

#[test]
fn a_stream_comes_to_what_all_at_once_does_and_small_deviations_survive() {
    let (count, size) = (600, 5);
    let (x, labels) = cloud(count, size, 100.0);
    for moments in [Moments::Squares, Moments::Pairs] {
        let counted = |pieces: &[usize], times: usize| {
            let mut counted = Counted::new(moments, [3, size], &Device::default());
            let mut at = 0;
            for piece in pieces.iter().cycle().take(times * pieces.len()) {
                let (from, to) = (at % count, at % count + piece);
                let rows = matrix(&x[from * size..to * size], [*piece, size]);
                counted.count(rows, ints(&labels[from..to]), 0.0);
                at += piece;
            }
            [counted.means(), counted.own(), counted.within(), counted.whole()].map(row)
        };
        let once = counted(&[count], 1);
        let means: Vec<f64> =
            (0..3 * size).map(|at| f64::from(exact(&x, &labels, size, at / size).0[at % size])).collect();
        close(&once[0], &means, 1e-6);
        for others in [counted(&[1; 600], 1), counted(&[7, 93, 200, 300], 1), counted(&[200, 400], 3)] {
            for (once, other) in once.iter().zip(others) {
                // Deviations are 1e-4 squared; sums of squares of 1e4 would be off by as much as 1e-3.
                let apart = once.iter().zip(&other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
                assert!(apart < if once[0] > 1.0 { 1e-4 } else { 1e-6 }, "{moments:?}: off by {apart}");
            }
        }
    }
}

#[test]
fn what_is_forgotten_weighs_less() {
    let mut counted = Counted::new(Moments::Squares, [1, 1], &Device::default());
    let mut see = |number: f32| {
        counted.count(matrix(&[number], [1, 1]), ints(&[0]), 0.5);
        (row(counted.means())[0], row(counted.own())[0])
    };
    see(0.0);
    // Weights of 0.5 and 1: the mean of 0 and 3 is 2, the variance 2/9 * 9.
    let (mean, variance) = see(3.0);
    close(&[mean, variance], &[2.0, 2.0], 1e-6);
    let (mean, variance) = (0..40).map(|_| see(7.0)).last().unwrap();
    close(&[mean, variance], &[7.0, 0.0], 1e-4);
}

// Posteriors.

/// The mean `[size]`, the covariance `[size, size]` and the share of a class, in double precision.
fn exact(x: &[f32], labels: &[i32], size: usize, class: usize) -> (Vec<f32>, Vec<f64>, f64) {
    let rows: Vec<&[f32]> =
        x.chunks(size).zip(labels).filter(|(_, label)| **label as usize == class).map(|(row, _)| row).collect();
    let n = rows.len() as f64;
    let mean: Vec<f64> = (0..size).map(|at| rows.iter().map(|row| f64::from(row[at])).sum::<f64>() / n).collect();
    let apart = |row: &[f32], at: usize| f64::from(row[at]) - mean[at];
    let pair = |at: usize| rows.iter().map(|row| apart(row, at / size) * apart(row, at % size)).sum::<f64>() / n;
    let covariance = (0..size * size).map(pair).collect();
    (mean.iter().map(|number| *number as f32).collect(), covariance, (n + 1.0) / (labels.len() as f64 + 3.0))
}

/// Correlated points of three classes, of which one is rarer, and their labels.
fn points(count: usize) -> (Vec<f32>, Vec<i32>) {
    let noise = Noise::new(3, Stream::Made, 0).normal(2 * count);
    let labels: Vec<i32> = (0..count).map(|at| [0, 1, 2, 0, 1][at % 5]).collect();
    let point = |at: usize| {
        let (a, b) = (noise[2 * at], noise[2 * at + 1]);
        match labels[at] {
            0 => [0.3 * a, 0.2 * a + 0.1 * b],
            1 => [0.5 + 0.1 * a, -0.4 + 0.3 * b],
            _ => [-0.2 + 0.2 * a - 0.2 * b, 0.6 + 0.25 * b],
        }
    };
    ((0..count).flat_map(point).collect(), labels)
}

fn batch(x: &[f32], labels: &[i32]) -> Batch {
    let images = Tensor::from_data(TensorData::new(x.to_vec(), [labels.len(), 2, 1, 1]), &Device::default());
    Batch { images, labels: ints(labels) }
}

/// Counts all of `x` in minibatches of 20.
fn teach(model: &mut dyn Learner, x: &[f32], labels: &[i32]) {
    for (step, (x, labels)) in x.chunks(40).zip(labels.chunks(20)).enumerate() {
        model.step(batch(x, labels), Moment { step: step as u64, steps_per_epoch: 10 });
    }
}

/// `log P(y) + log p(x | y)` of each row and class: of a mean, a covariance `[a, b, b, c]` and a share.
fn log_joint(x: &[f32], classes: &[([f64; 2], [f64; 4], f64)]) -> Vec<f64> {
    let joint = |point: &[f32], (mean, [a, b, _, c], share): &([f64; 2], [f64; 4], f64)| {
        let [u, v] = [f64::from(point[0]) - mean[0], f64::from(point[1]) - mean[1]];
        let determinant = a * c - b * b;
        let square = (c * u * u - 2.0 * b * u * v + a * v * v) / determinant;
        share.ln() - 0.5 * square - 0.5 * determinant.ln() - std::f64::consts::TAU.ln()
    };
    x.chunks(2).flat_map(|point| classes.iter().map(move |class| joint(point, class))).collect()
}

/// Each class's mean, covariance and share.
fn classes(x: &[f32], labels: &[i32]) -> Vec<([f64; 2], [f64; 4], f64)> {
    let class = |class| {
        let (mean, covariance, share) = exact(x, labels, 2, class);
        ([0, 1].map(|at| f64::from(mean[at])), [0, 1, 2, 3].map(|at| covariance[at]), share)
    };
    (0..3).map(class).collect()
}

fn logits(model: &dyn Learner, x: &[f32]) -> Vec<f32> {
    row(model.outcome(batch(x, &vec![0; x.len() / 2])).logits.unwrap())
}

#[test]
fn naive_bayes_has_the_exact_posterior() {
    let (x, labels) = points(400);
    let smoothing = 0.05;
    let mut model = model("naive-bayes", &PLANE, &[("smoothing", real(smoothing))]);
    teach(model.as_mut(), &x, &labels);
    let all = exact(&x, &vec![0; 400], 2, 0).1;
    let more = smoothing * all[0].max(all[3]);
    let smoothed: Vec<_> = classes(&x, &labels)
        .into_iter()
        .map(|(mean, [a, _, _, c], share)| (mean, [a + more, 0.0, 0.0, c + more], share))
        .collect();
    let expected = log_joint(&x, &smoothed);
    close(&logits(model.as_ref(), &x), &expected, 1e-4);
    // The loss is the cross-entropy of the posterior by Bayes' rule.
    let outcome = model.outcome(batch(&x, &labels));
    let (name, losses) = outcome.values.into_iter().next().unwrap();
    let surprise = |(joint, label): (&[f64], &i32)| {
        let evidence: f64 = joint.iter().map(|log| log.exp()).sum();
        evidence.ln() - joint[*label as usize]
    };
    let losses = (name, numbers(losses));
    close(&losses.1, &expected.chunks(3).zip(&labels).map(surprise).collect::<Vec<_>>(), 1e-4);
    assert_eq!(losses.0, "loss/test");
}

/// With shrinkage as Friedman has it, towards the mean variance of all classes.
fn shrunk(
    classes: &[([f64; 2], [f64; 4], f64)],
    within: [f64; 4],
    shared: bool,
    gamma: f64,
) -> Vec<([f64; 2], [f64; 4], f64)> {
    let round = gamma * (within[0] + within[3]) / 2.0 + 1e-6;
    let draw = |(mean, own, share): &([f64; 2], [f64; 4], f64)| {
        let from = if shared { within } else { *own };
        let [a, b, c, d] = from.map(|number| (1.0 - gamma) * number);
        (*mean, [a + round, b, c, d + round], *share)
    };
    classes.iter().map(draw).collect()
}

fn within(x: &[f32], labels: &[i32]) -> [f64; 4] {
    let part = |class: usize| {
        let n = labels.iter().filter(|label| **label as usize == class).count() as f64;
        exact(x, labels, 2, class).1.into_iter().map(move |number| number * n / labels.len() as f64)
    };
    let there = |class: &usize| labels.contains(&(*class as i32));
    let parts: Vec<Vec<f64>> = (0..3).filter(there).map(|class| part(class).collect()).collect();
    [0, 1, 2, 3].map(|at| parts.iter().map(|part| part[at]).sum())
}

#[test]
fn discriminant_analysis_has_the_exact_posterior() {
    let (x, labels) = points(400);
    let mut model = model("discriminant", &PLANE, &[]);
    teach(model.as_mut(), &x, &labels);
    let (own, within) = (classes(&x, &labels), within(&x, &labels));
    for (name, shared) in [("own", false), ("shared", true), ("own", false)] {
        model.turn("covariance", &choice(name)).unwrap();
        for gamma in [1e-4, 0.3, 1.0] {
            model.turn("shrinkage", &real(gamma)).unwrap();
            let expected = log_joint(&x, &shrunk(&own, within, shared, gamma));
            close(&logits(model.as_ref(), &x), &expected, 2e-4);
        }
    }
}

/// Two classes of one covariance S: `w x + b = 0` with `w = S^-1 (m1 - m0)` and
/// `b = log(p1 / p0) - (m1 + m0) w / 2` (Hastie et al. 2009, eq. 4.9).
#[test]
fn two_classes_are_parted_by_the_line_of_linear_discriminant_analysis() {
    let (x, labels) = points(400);
    let labels: Vec<i32> = labels.iter().map(|label| label % 2).collect();
    let shape = Shape { classes: 2, ..PLANE };
    let mut model = model("discriminant", &shape, &[("covariance", choice("shared")), ("shrinkage", real(1e-4))]);
    teach(model.as_mut(), &x, &labels);
    let within = within(&x, &labels);
    let [zero, one] = [0, 1].map(|class| exact(&x, &labels, 2, class));
    let [a, b, _, c] = shrunk(&[([0.0; 2], within, 1.0)], within, true, 1e-4)[0].1;
    let apart = [0, 1].map(|at| f64::from(one.0[at]) - f64::from(zero.0[at]));
    let determinant = a * c - b * b;
    let w = [(c * apart[0] - b * apart[1]) / determinant, (a * apart[1] - b * apart[0]) / determinant];
    let n = [0, 1].map(|class| labels.iter().filter(|label| **label == class).count() as f64 + 1.0);
    let half = |at: usize| w[at] * (f64::from(one.0[at]) + f64::from(zero.0[at])) / 2.0;
    let bias = (n[1] / n[0]).ln() - half(0) - half(1);
    let lead = |point: [f64; 2]| {
        let logits = logits(model.as_ref(), &point.map(|number| number as f32));
        f64::from(logits[1] - logits[0])
    };
    for along in [-2.0, -0.5, 0.0, 1.0, 3.0] {
        let length = w[0].hypot(w[1]);
        let at = -bias / (length * length);
        let point = [w[0] * at - w[1] / length * along, w[1] * at + w[0] / length * along];
        assert!(lead(point).abs() < 2e-3 * length, "{along} along the line: {}", lead(point));
        let beside = [point[0] + w[0] / length, point[1] + w[1] / length];
        assert!((lead(beside) - length).abs() < 2e-3 * length, "one beside it: {} not {length}", lead(beside));
    }
}

#[test]
fn a_class_that_was_never_seen_is_possible_and_what_was_seen_once_is_no_trap() {
    for name in ["naive-bayes", "discriminant"] {
        for shape in [DIGIT, PLANE] {
            let mut model = model(name, &shape, &[]);
            for count in [1, 2, 3] {
                let loss = &model.step(synthetic(&shape, count), Moment { step: 0, steps_per_epoch: 1 })[0].1;
                assert!(numbers(loss.clone())[0].is_finite(), "{name}");
                let judged = row(model.outcome(synthetic(&shape, 20)).logits.unwrap());
                assert!(judged.iter().all(|logit| logit.is_finite()), "{name} after {count}");
            }
        }
    }
}

// Snapshots, samples, views.

#[test]
fn a_snapshot_brings_back_every_bit() {
    for (name, shape) in [("naive-bayes", DIGIT), ("discriminant", DIGIT), ("discriminant", PLANE)] {
        let mut first = model(name, &shape, &[]);
        curves(first.as_mut(), &shape, 0..5);
        let gathered = Gathered::of(first.as_mut()).unwrap();
        let tensors = gathered.tensors.into_iter().map(|(name, tensor)| (name, numbers(tensor))).collect();
        let about = About { recipe: name.into(), data: "mnist".into(), ..About::default() };
        let written = Snapshot { about, tensors, counts: gathered.counts.into_iter().collect() };
        let read = Snapshot::read(&written.write().unwrap()).unwrap();
        let mut second = model(name, &shape, &[]);
        let of = |model: &dyn Learner| row(model.outcome(synthetic(&shape, 10)).logits.unwrap());
        assert_ne!(of(first.as_ref()), of(second.as_ref()), "{name}");
        read.restore_weights(second.as_mut()).unwrap();
        assert_eq!(of(first.as_ref()), of(second.as_ref()), "{name}");
        assert_eq!(curves(first.as_mut(), &shape, 5..8), curves(second.as_mut(), &shape, 5..8), "{name}");
    }
}

fn samples(model: &dyn Learner, count: usize, class: i64) -> Vec<f32> {
    let generator = model.generator().unwrap();
    let z = Noise::new(8, Stream::Shown, 0).gauss([count, generator.latent()], &Device::default());
    row(generator.generate(z, Tensor::full([count], class, &Device::default())))
}

#[test]
fn samples_have_the_mean_and_the_covariance_of_their_class() {
    let (x, labels) = points(400);
    for (name, pairs) in [("naive-bayes", false), ("discriminant", true)] {
        let mut model = model(name, &PLANE, &[]);
        teach(model.as_mut(), &x, &labels);
        for (class, (mean, covariance, _)) in classes(&x, &labels).into_iter().enumerate() {
            let made = samples(model.as_ref(), 20_000, class as i64);
            let (made_mean, made_covariance, _) = exact(&made, &vec![0; 20_000], 2, 0);
            close(&made_mean, &mean, 0.01);
            for at in 0..4 {
                let expected = if pairs || at == 0 || at == 3 { covariance[at] } else { 0.0 };
                let wide = (covariance[0] * covariance[3]).sqrt();
                assert!((made_covariance[at] - expected).abs() < 0.04 * wide, "{name} {class}: {made_covariance:?}");
            }
        }
    }
}

#[test]
fn pictures_are_made_of_their_class_in_bounds_and_in_squares() {
    for (name, side) in [("naive-bayes", 1), ("discriminant", 2)] {
        let mut model = model(name, &DIGIT, &[]);
        curves(model.as_mut(), &DIGIT, 0..5);
        assert_eq!(model.generator().unwrap().latent(), 784 / (side * side), "{name}");
        let made = samples(model.as_ref(), 5, 3);
        assert!(made.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
        for at in (0..made.len()).filter(|at| at % side == 0 && at / 28 % side == 0) {
            assert!((0..side * side).all(|step| made[at] == made[at + step % side + step / side * 28]), "{name}");
        }
        // The bar of class 3 lies in rows 9 and 10.
        let bright = |row: usize| made[row * 28..row * 28 + 28].iter().sum::<f32>();
        assert!(bright(9) > 3.0 * bright(20), "{name}: {} beside {}", bright(9), bright(20));
    }
}

#[test]
fn filters_are_means_deviations_and_of_a_shared_covariance_weights() {
    for (name, covariance, sheets) in
        [("naive-bayes", None, 2), ("discriminant", Some("own"), 2), ("discriminant", Some("shared"), 3)]
    {
        let knobs: Vec<_> = covariance.into_iter().map(|word| ("covariance", choice(word))).collect();
        let mut model = model(name, &DIGIT, &knobs);
        curves(model.as_mut(), &DIGIT, 0..5);
        let plate = model.show(View::Filters, None).unwrap();
        assert_eq!(plate.len(), sheets, "{name} {covariance:?}");
        assert_eq!(plate.iter().filter(|sheet| sheet.signed).count(), sheets - 2);
        assert!(plate.iter().all(|sheet| row(sheet.values.clone()).iter().all(|number| number.is_finite())));
    }
}

#[test]
fn pictures_are_averaged_over_squares_and_enlarged_again() {
    let numbers: Vec<f32> = (0..2 * 15).map(|number| number as f32).collect();
    let x = Tensor::<4>::from_data(TensorData::new(numbers, [1, 2, 3, 5]), &Device::default());
    let small = average(x.clone(), 2);
    assert_eq!(small.dims(), [1, 2, 2, 3]);
    // 0 1 5 6, 2 3 7 8, 4 9 and nothing; 10 11, 12 13, 14 and nothing.
    close(&row(small.clone())[..6], &[3.0, 5.0, 3.25, 5.25, 6.25, 3.5], 1e-6);
    let large = enlarge(small, 2, [3, 5]);
    assert_eq!(large.dims(), [1, 2, 3, 5]);
    close(&row(large)[..15], &[3.0, 3.0, 5.0, 5.0, 3.25, 3.0, 3.0, 5.0, 5.0, 3.25, 5.25, 5.25, 6.25, 6.25, 3.5], 1e-6);
    close(&row(average(x.clone(), 1)), &row(x).into_iter().map(f64::from).collect::<Vec<_>>(), 0.0);
}
