//! Holds the mathematics of generative models against closed forms, loops and Monte Carlo, and their switches to their word.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::{DIGIT, choice, cut, drive, learner, numbers, real, row, synthetic};
use burn::tensor::{Device, Int, Tensor, TensorData};
use kiln::engine::discrepancy::{KERNELS, mmd_squared, spread, squared_distances};
use kiln::engine::layers::{Draw, Init, beside, one_hot, waved, waves};
use kiln::engine::likelihood::{active, bernoulli, divergence, gaussian, reparametrise, with_free_bits};
use kiln::engine::math::{Noise, Stream};
use kiln::engine::recipe::{Batch, Entry, Generator, Learner, Moment, Posterior, Shape};
use kiln::protocol::{Value, View, Wing};
use kiln::zoo::zoo;

/// Points in the plane.
const PLANE: Shape = Shape { channels: 2, height: 1, width: 1, classes: 8, apart: None };

fn matrix(rows: &[&[f32]]) -> Tensor<2> {
    let size = [rows.len(), rows[0].len()];
    Tensor::from_data(TensorData::new(rows.concat(), size), &Device::default())
}

fn entry(name: &str) -> Entry {
    zoo().into_iter().find(|entry| (entry.card)().name == name).unwrap()
}

fn close(one: f64, other: f64, tolerance: f64, what: &str) {
    assert!((one - other).abs() < tolerance, "{what}: {one} against {other}");
}

#[test]
fn the_divergence_is_the_closed_form_and_the_mean_of_log_ratios() {
    let (mean, variance) = ([0.7_f64, 0.0, -2.0], [0.5_f64, 1.0, 3.0]);
    let logs = variance.map(|variance| variance.ln() as f32);
    let posterior = Posterior { mean: matrix(&[&mean.map(|mean| mean as f32)]), log_variance: matrix(&[&logs]) };
    let told = row(divergence(&posterior));
    let noise = Noise::new(5, Stream::Latents, 0).normal(400_000);
    for j in 0..3 {
        let (m, v) = (mean[j], variance[j]);
        // log q - log p at samples of q.
        let ratio = |eps: &f32| {
            let z = m + v.sqrt() * f64::from(*eps);
            -0.5 * (v.ln() + (z - m).powi(2) / v) + 0.5 * z * z
        };
        let drawn = noise.iter().map(ratio).sum::<f64>() / noise.len() as f64;
        close(f64::from(told[j]), -0.5 * (1.0 + v.ln() - m * m - v), 1e-6, "closed form");
        close(f64::from(told[j]), drawn, 0.02, "Monte Carlo");
    }
    close(f64::from(told[0]), 0.341_573_6, 1e-6, "by hand");
}

#[test]
fn likelihoods_are_the_textbook_sums() {
    let (x, logits) = ([1.0_f32, 0.0, 0.3], [0.5_f32, 2.0, -1.0]);
    let one = |x: f32, logit: f32| {
        let p = 1.0 / (1.0 + (-f64::from(logit)).exp());
        -(f64::from(x) * p.ln() + (1.0 - f64::from(x)) * (1.0 - p).ln())
    };
    let expected: f64 = x.iter().zip(logits).map(|(x, logit)| one(*x, logit)).sum();
    let told = numbers(bernoulli(matrix(&[&x, &x]), matrix(&[&logits, &logits])));
    close(f64::from(told[0]), expected, 1e-5, "Bernoulli");
    assert_eq!(told[0], told[1]);
    // Where a sigmoid would round to 0 or 1.
    let far = numbers(bernoulli(matrix(&[&[1.0, 0.0]]), matrix(&[&[-300.0, 300.0]])));
    close(f64::from(far[0]), 600.0, 1e-3, "large logits");

    let (x, mean, variance) = ([0.2_f32, -1.0], [0.5_f32, 1.0], 0.25_f64);
    let one = |x: f32, mean: f32| {
        let density =
            (-f64::from(x - mean).powi(2) / (2.0 * variance)).exp() / (std::f64::consts::TAU * variance).sqrt();
        -density.ln()
    };
    let expected: f64 = x.iter().zip(mean).map(|(x, mean)| one(*x, mean)).sum();
    let log = Tensor::from_floats([variance.ln() as f32], &Device::default());
    close(f64::from(numbers(gaussian(matrix(&[&x]), matrix(&[&mean]), log))[0]), expected, 1e-5, "Gaussian");
}

#[test]
fn samples_of_a_posterior_have_its_mean_and_deviation() {
    let device = Device::default();
    let count = 20_000;
    let posterior = Posterior {
        mean: Tensor::full([count, 1], 3.0, &device),
        log_variance: Tensor::full([count, 1], 0.25_f64.ln(), &device),
    };
    let z = row(reparametrise(&posterior, &mut Noise::new(1, Stream::Latents, 0), &device));
    let mean = z.iter().map(|z| f64::from(*z)).sum::<f64>() / count as f64;
    let variance = z.iter().map(|z| (f64::from(*z) - mean).powi(2)).sum::<f64>() / count as f64;
    close(mean, 3.0, 0.02, "mean");
    close(variance, 0.25, 0.02, "variance");
}

#[test]
fn free_bits_are_a_floor_under_each_latent() {
    let kl = || matrix(&[&[0.0, 2.0, 0.4], &[0.2, 4.0, 0.8]]); // means 0.1, 3 and 0.6
    close(f64::from(numbers(with_free_bits(kl(), 0.0))[0]), 3.7, 1e-5, "none");
    close(f64::from(numbers(with_free_bits(kl(), 0.5))[0]), 0.5 + 3.0 + 0.6, 1e-5, "a floor of 0.5");
    let inside = kl().autodiff().require_grad();
    let mut gradients = with_free_bits(inside.clone(), 0.5).backward();
    let slope = row(inside.grad_remove(&mut gradients).unwrap());
    assert_eq!(slope, [0.0, 0.5, 0.5, 0.0, 0.5, 0.5], "below the floor nothing is pressed");
}

#[test]
fn a_latent_is_active_where_its_means_vary() {
    let means = matrix(&[&[0.0, 1.0, 0.05], &[0.0, -1.0, -0.05], &[0.0, 0.0, 0.05]]);
    assert_eq!(numbers(active(means)), [1.0]);
}

#[test]
fn a_transposed_convolution_is_the_transpose_of_the_strided_one() {
    let device = Device::default().autodiff();
    let mut draw = Draw { noise: Noise::new(3, Stream::Weights, 0), init: Init::He, device: &device };
    let (conv, mut deconv) = (draw.conv(2, 3, 4), draw.deconv(3, 2));
    deconv.weight = conv.weight.clone(); // [3, 2, 4, 4] is [outputs, inputs, …] of the one, [inputs, outputs, …] of the other
    let fill = |shape: [usize; 4], step| {
        let count = shape.iter().product();
        Tensor::<4>::from_data(TensorData::new(Noise::new(4, Stream::Latents, step).normal(count), shape), &device)
    };
    let (x, y) = (fill([2, 2, 8, 8], 0), fill([2, 3, 4, 4], 1));
    let one = row((conv.strided(x.clone(), 2, 1) * y.clone()).inner()).iter().sum::<f32>();
    let other = row((x * deconv.forward(y)).inner()).iter().sum::<f32>();
    close(f64::from(one), f64::from(other), 1e-3, "<C x, y> and <x, C' y>");
}

#[test]
fn classes_become_rows_beside_the_code() {
    let labels = Tensor::<1, Int>::from_ints([2, 0], &Device::default());
    let both = beside(matrix(&[&[0.5], &[0.25]]), Some(one_hot(labels, 3)));
    assert_eq!(row(both), [0.5, 0.0, 0.0, 1.0, 0.25, 1.0, 0.0, 0.0]);
}

/// The double loop of Gretton et al. 2012, eq. 3, in double precision.
fn naive(x: &[[f32; 3]], y: &[[f32; 3]], scale: f64) -> f64 {
    let kernel = |a: &[f32; 3], b: &[f32; 3]| {
        let distance: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        (0..KERNELS).map(|j| (-distance / (2_f64.powi(1 - j as i32) * scale)).exp()).sum::<f64>() / KERNELS as f64
    };
    let within = |x: &[[f32; 3]]| {
        let pairs = (0..x.len()).flat_map(|i| (0..x.len()).map(move |j| (i, j))).filter(|(i, j)| i != j);
        pairs.map(|(i, j)| kernel(&x[i], &x[j])).sum::<f64>() / (x.len() * (x.len() - 1)) as f64
    };
    let between = x.iter().flat_map(|x| y.iter().map(|y| kernel(x, y))).sum::<f64>() / (x.len() * y.len()) as f64;
    within(x) + within(y) - 2.0 * between
}

fn cloud(step: u64, count: usize, shift: f32) -> Vec<[f32; 3]> {
    let numbers = Noise::new(8, Stream::Latents, step).normal(3 * count);
    numbers.chunks_exact(3).map(|row| [row[0] + shift, row[1], row[2]]).collect()
}

fn tensor(rows: &[[f32; 3]]) -> Tensor<2> {
    Tensor::from_data(TensorData::new(rows.concat(), [rows.len(), 3]), &Device::default())
}

fn estimate(x: &[[f32; 3]], y: &[[f32; 3]], scale: f32) -> f64 {
    f64::from(numbers(mmd_squared(tensor(x), tensor(y), Tensor::from_floats([scale], &Device::default())))[0])
}

#[test]
fn the_discrepancy_is_the_double_loop() {
    for (n, m, shift, scale) in [(7, 5, 0.0, 2.0), (2, 9, 1.5, 0.7), (16, 16, -3.0, 6.0)] {
        let (x, y) = (cloud(1, n, 0.0), cloud(2, m, shift));
        close(estimate(&x, &y, scale), naive(&x, &y, f64::from(scale)), 1e-5, "MMD^2");
    }
    let distances = row(squared_distances(matrix(&[&[1.0, 2.0], &[0.0, 0.0]]), matrix(&[&[4.0, 6.0]])));
    assert_eq!(distances, [25.0, 52.0]);
    let x = cloud(3, 40, 0.0);
    let all: f32 = row(squared_distances(tensor(&x), tensor(&x))).iter().sum();
    close(f64::from(numbers(spread(tensor(&x)))[0]), f64::from(all) / (40.0 * 39.0), 1e-3, "mean squared distance");
}

#[test]
fn the_discrepancy_of_equal_distributions_is_zero_on_average_and_of_others_is_not() {
    let runs: Vec<f64> =
        (0..400).map(|run| estimate(&cloud(2 * run, 12, 0.0), &cloud(2 * run + 1, 12, 0.0), 6.0)).collect();
    let mean = runs.iter().sum::<f64>() / 400.0;
    let error = (runs.iter().map(|run| (run - mean).powi(2)).sum::<f64>() / 400.0 / 400.0).sqrt();
    assert!(mean.abs() < 4.0 * error, "biased: {mean} with a standard error of {error}");
    assert!(runs.iter().any(|run| *run < 0.0), "an unbiased estimate of zero is negative at times");
    let far = estimate(&cloud(1, 200, 0.0), &cloud(2, 200, 1.0), 6.0);
    assert!(far > 0.02, "{far}");
}

fn generate(generator: &dyn Generator, class: i64, count: usize) -> Vec<f32> {
    let device = Device::default();
    let z = Noise::new(1, Stream::Shown, 0).gauss([count, generator.latent()], &device);
    row(generator.generate(z, Tensor::full([count], class, &device)))
}

/// Samples that a generator makes lie in bounds where they are pictures, and have the shape of real ones.
#[test]
fn generators_make_samples_of_the_shape_that_was_asked_for() {
    let pictures = Shape { channels: 3, height: 32, width: 32, classes: 10, apart: None };
    for entry in zoo().iter().filter(|entry| (entry.card)().wing == Wing::Generative) {
        let name = (entry.card)().name;
        for shape in [DIGIT, pictures] {
            let model = learner(entry, &shape, &[]);
            let made = generate(model.generator().unwrap(), 0, 5);
            assert_eq!(made.len(), 5 * shape.size(), "{name}");
            assert!(made.iter().all(|value| (0.0..=1.0).contains(value)), "{name}: no picture");
        }
        let encodes = learner(entry, &DIGIT, &[]).generator().unwrap().encode(synthetic(&DIGIT, 3)).is_some();
        let promised = (entry.card)().views.contains(&View::Reconstructions);
        assert_eq!(encodes, promised, "{name}: reconstructions need an encoder");
    }
}

/// Eight points on a circle with a little noise, `[count, 2, 1, 1]`.
fn ring(step: u64, count: usize) -> Batch {
    let noise = Noise::new(2, Stream::Latents, step).normal(2 * count);
    let at = |sample: usize| std::f32::consts::TAU * (sample % 8) as f32 / 8.0;
    let points = (0..count)
        .flat_map(|row| [2.0 * at(row).cos() + 0.05 * noise[2 * row], 2.0 * at(row).sin() + 0.05 * noise[2 * row + 1]]);
    let labels: Vec<i32> = (0..count).map(|row| (row % 8) as i32).collect();
    let device = Device::default();
    Batch {
        images: Tensor::from_data(TensorData::new(points.collect::<Vec<_>>(), [count, 2, 1, 1]), &device),
        labels: Tensor::from_data(TensorData::new(labels, [count]), &device),
    }
}

#[test]
fn points_in_the_plane_are_no_pictures() {
    for name in ["vae", "mmd"] {
        let mut model = learner(&entry(name), &PLANE, &[("learning-rate", real(0.002))]);
        let mut losses = Vec::new();
        for step in 0..300 {
            let scalars = model.step(ring(step, 128), Moment { step, steps_per_epoch: 100 });
            losses.push(numbers(scalars.into_iter().find(|(name, _)| *name == "loss/train").unwrap().1)[0]);
        }
        let late = losses[280..].iter().sum::<f32>() / 20.0;
        assert!(late < 0.6 * losses[0], "{name}: from {} to {late}", losses[0]);
        let made = generate(model.generator().unwrap(), 0, 64);
        assert!(made.iter().any(|value| *value < -0.5) && made.iter().any(|value| *value > 1.0), "{name}: {made:?}");
    }
}

#[test]
fn every_variant_of_the_vae_learns() {
    let conditional = ("conditional", Value::Switch(true));
    for knobs in [
        vec![("body", choice("conv"))],
        vec![("likelihood", choice("gaussian"))],
        vec![("body", choice("conv")), ("likelihood", choice("gaussian")), conditional.clone()],
        vec![conditional, ("latent", Value::Whole(20))],
    ] {
        let mut model = learner(&entry("vae"), &DIGIT, &knobs);
        let losses = drive(model.as_mut(), &DIGIT, 0..60);
        // A density's logarithm may pass zero: what counts is how far it falls.
        assert!(losses[59] < losses[0] - 0.2 * losses[0].abs(), "{knobs:?}: from {} to {}", losses[0], losses[59]);
    }
}

#[test]
fn only_a_conditional_vae_heeds_the_class() {
    for (on, heeds) in [(true, true), (false, false)] {
        let model = learner(&entry("vae"), &DIGIT, &[("conditional", Value::Switch(on))]);
        let generator = model.generator().unwrap();
        assert_eq!(generate(generator, 1, 4) != generate(generator, 7, 4), heeds);
    }
}

#[test]
fn the_curves_are_the_bound_and_its_two_parts() {
    let mut model = learner(&entry("vae"), &DIGIT, &[("beta", real(4.0)), ("free-bits", real(1.0))]);
    let at = |scalars: &[(&str, f32)], name: &str| scalars.iter().find(|(known, _)| *known == name).unwrap().1;
    let step: Vec<_> =
        cut(model.as_mut(), &DIGIT, 0).into_iter().map(|(name, value)| (name, numbers(value)[0])).collect();
    let sum = at(&step, "reconstruction/train") + at(&step, "kl/train");
    close(f64::from(at(&step, "loss/train")), f64::from(sum), 1e-2, "whatever beta and free bits are");
    let tested = || -> Vec<Vec<f32>> {
        model.outcome(synthetic(&DIGIT, 9)).values.into_iter().map(|(_, values)| numbers(values)).collect()
    };
    let [loss, reconstruction, kl] = tested().try_into().unwrap();
    for row in 0..9 {
        close(f64::from(loss[row]), f64::from(reconstruction[row] + kl[row]), 1e-2, "sample by sample");
    }
    assert_eq!(tested()[0], loss, "evaluation repeats");
}

#[test]
fn free_bits_keep_the_divergence_from_falling_to_nothing() {
    let kl = |free: f64| {
        let knobs = [("beta", real(300.0)), ("free-bits", real(free))];
        let mut model = learner(&entry("vae"), &DIGIT, &knobs);
        drive(model.as_mut(), &DIGIT, 0..300);
        let scalars = cut(model.as_mut(), &DIGIT, 300);
        numbers(scalars.into_iter().find(|(name, _)| *name == "kl/train").unwrap().1)[0]
    };
    assert!(kl(0.0) < 0.2, "{}", kl(0.0));
    assert!(kl(1.0) > 1.0, "{}: what lies below a floor of 1 nat is not pressed", kl(1.0));
}

fn broken(model: &str, way: &str) -> Vec<(&'static str, Value)> {
    let card = (entry(model).card)();
    let way = card.breaks.iter().find(|known| known.name == way).unwrap();
    way.knobs.iter().map(|(name, value)| (&*name.to_string().leak(), value.clone())).collect()
}

#[test]
fn the_posterior_collapses_when_asked_to_and_only_then() {
    for seed in 1..=5 {
        for (collapsed, knobs) in [(true, broken("vae", "posterior-collapse")), (false, Vec::new())] {
            let seed = ("seed", Value::Whole(seed));
            let mut model = learner(&entry("vae"), &DIGIT, &[knobs, vec![seed]].concat());
            drive(model.as_mut(), &DIGIT, 0..300);
            let scalars: Vec<_> = cut(model.as_mut(), &DIGIT, 300);
            let at = |name: &str| numbers(scalars.iter().find(|(known, _)| *known == name).unwrap().1.clone())[0];
            assert_eq!(at("latents/active") == 0.0, collapsed, "active latents, kl {}", at("kl/train"));
            assert_eq!(at("kl/train") < 0.2, collapsed, "kl {}", at("kl/train"));
        }
    }
}

#[test]
fn without_a_prior_codes_leave_it() {
    let kl = |knobs: Vec<(&'static str, Value)>| {
        let mut model = learner(&entry("vae"), &DIGIT, &knobs);
        drive(model.as_mut(), &DIGIT, 0..200);
        let scalars = cut(model.as_mut(), &DIGIT, 200);
        numbers(scalars.into_iter().find(|(name, _)| *name == "kl/train").unwrap().1)[0]
    };
    let (free, bound) = (kl(broken("vae", "no-prior")), kl(Vec::new()));
    assert!(free > 1.4 * bound, "{free} nats against {bound}");
}

/// The mean squared distance from made samples to the nearest real one.
fn distance(model: &dyn Learner) -> f32 {
    let made = generate(model.generator().unwrap(), 0, 64);
    let made = Tensor::<2>::from_data(TensorData::new(made, [64, DIGIT.size()]), &Device::default());
    let all = row(squared_distances(made, synthetic(&DIGIT, 20).images.flatten(1, 3)));
    all.chunks_exact(20).map(|row| row.iter().copied().fold(f32::MAX, f32::min)).sum::<f32>() / 64.0
}

#[test]
fn kernels_too_narrow_find_no_data() {
    let after = |knobs: Vec<(&'static str, Value)>| {
        let mut model = learner(&entry("mmd"), &DIGIT, &knobs);
        drive(model.as_mut(), &DIGIT, 0..100);
        distance(model.as_ref())
    };
    let (blind, sighted) = (after(broken("mmd", "narrow-kernel")), after(Vec::new()));
    assert!(sighted < 0.5 * blind, "{sighted} against {blind}");
}

#[test]
fn waves_are_sines_and_cosines_of_twice_as_much_each_time() {
    let lifted = waves(matrix(&[&[0.5, -1.0], &[0.0, 2.0]]), 1.5, 2);
    assert_eq!(lifted.dims(), [2, waved(2, 2)]);
    let of = |x: f32, y: f32| {
        let [slow, fast] = [1.5, 3.0].map(|turn| [turn * x, turn * y]);
        [[x, y], slow.map(f32::sin), slow.map(f32::cos), fast.map(f32::sin), fast.map(f32::cos)].concat()
    };
    let expected = [of(0.5, -1.0), of(0.0, 2.0)].concat();
    assert!(row(lifted).iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-6));
    assert_eq!(row(waves(matrix(&[&[0.5]]), 1.0, 0)), [0.5], "none leave what there is");
}
