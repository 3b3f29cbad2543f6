//! Holds the GPU's own kernels against Burn's operations on the processor, and whole models' curves on both.
#![cfg(all(feature = "cpu", feature = "gpu"))]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use std::sync::OnceLock;

use burn::tensor::{Device, Int, Tensor, TensorData};
use kiln::engine::math::{Noise, Stream};
use kiln::engine::recipe::{Batch, Entry, Moment, Shape};
use kiln::kernels::{Adam, Window, adam, conv, cross_entropy, deconv, dense, halve, product, squares};
use kiln::protocol::Value;
use kiln::zoo::zoo;

/// The GPU, or a software one; `None`, with a word on it, where there is neither.
fn gpu() -> Option<Device> {
    static GPU: OnceLock<Option<Device>> = OnceLock::new();
    GPU.get_or_init(|| Device::wgpu_options().init().inspect_err(|error| eprintln!("skipped: {error}")).ok()).clone()
}

fn numbers(stream: u64, count: usize) -> Vec<f32> {
    Noise::new(1, Stream::Latents, stream).uniform(count, 1.0)
}

fn tensor<const D: usize>(stream: u64, dims: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers(stream, dims.iter().product()), dims), device)
}

fn read<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().try_into_vec().unwrap()
}

/// What a function gives on both devices, with its gradients by what it is given.
fn alike(what: &str, function: impl Fn(&Device) -> Vec<Vec<f32>>) {
    let Some(gpu) = gpu() else { return };
    let (is, ought) = (function(&gpu), function(&Device::flex()));
    assert_eq!(is.len(), ought.len());
    for (at, (is, ought)) in is.iter().zip(&ought).enumerate() {
        assert_eq!(is.len(), ought.len(), "{what}, tensor {at}");
        for (place, (is, ought)) in is.iter().zip(ought).enumerate() {
            assert!(
                (is - ought).abs() <= 1e-4 * ought.abs().max(1.0),
                "{what}, tensor {at}, {place}: {is} not {ought}"
            );
        }
    }
}

/// A layer's result and gradients, weighed with numbers of its own so that no two places matter alike.
fn layer<const D: usize>(
    [x, weight]: [Tensor<D>; 2],
    outputs: usize,
    device: &Device,
    function: impl Fn(Tensor<D>, Tensor<D>, Tensor<1>) -> Tensor<D>,
) -> Vec<Vec<f32>> {
    let autodiff = |x: Tensor<D>| Tensor::from_inner(x).require_grad();
    let (x, weight) = (autodiff(x), autodiff(weight));
    let bias = Tensor::from_inner(tensor::<1>(3, [outputs], device)).require_grad();
    let y = function(x.clone(), weight.clone(), bias.clone());
    let scale = tensor::<D>(4, y.dims(), device);
    let gradients = (y.clone() * Tensor::from_inner(scale)).sum().backward();
    let by = [x.grad(&gradients).unwrap(), weight.grad(&gradients).unwrap()].map(read);
    [vec![read(y.inner())], by.into(), vec![read(bias.grad(&gradients).unwrap())]].concat()
}

#[test]
fn dense_layers_agree() {
    // Of the last two the product, and the gradient by the weights, are large enough for larger tiles.
    for [rows, inputs, outputs] in [[64, 100, 16], [5, 3, 10], [1, 1, 1], [7, 9, 33], [201, 30, 181], [70, 301, 131]] {
        alike(&format!("{rows} by {inputs} by {outputs}"), |device| {
            let given = [tensor::<2>(1, [rows, inputs], device), tensor::<2>(2, [inputs, outputs], device)];
            layer(given, outputs, device, dense)
        });
    }
}

#[test]
fn a_dense_layer_reads_a_turned_matrix_in_place() {
    alike("turned", |device| {
        let given = [tensor::<2>(1, [12, 6], device).transpose(), tensor::<2>(2, [12, 9], device)];
        layer(given, 9, device, dense)
    });
}

#[test]
fn products_agree_however_their_factors_lie() {
    for turned in [[false, false], [true, false], [false, true], [true, true]] {
        alike(&format!("{turned:?}"), |device| {
            let [a, b] = [(1, [13, 6], turned[0]), (2, [6, 9], turned[1])].map(|(stream, [rows, columns], turned)| {
                let side = if turned { [columns, rows] } else { [rows, columns] };
                let leaf = Tensor::from_inner(tensor::<2>(stream, side, device)).require_grad();
                (leaf.clone(), if turned { leaf.transpose() } else { leaf })
            });
            let y = product(a.1, b.1);
            let scale = Tensor::from_inner(tensor::<2>(4, [13, 9], device));
            let gradients = (y.clone() * scale).sum().backward();
            vec![read(y.inner()), read(a.0.grad(&gradients).unwrap()), read(b.0.grad(&gradients).unwrap())]
        });
    }
}

#[test]
fn convolutions_agree() {
    for (side, stride, padding) in [(5, 1, 2), (5, 1, 0), (3, 1, 1), (4, 2, 1), (3, 2, 1), (3, 3, 0), (1, 2, 0)] {
        let window = Window { side, stride, padding };
        for [batch, inputs, outputs, h, w] in [[3, 2, 5, 7, 10], [17, 1, 3, 6, 9], [2, 5, 1, 8, 8]] {
            alike(&format!("{window:?} on {batch} {inputs}x{h}x{w}"), |device| {
                let x = tensor::<4>(1, [batch, inputs, h, w], device);
                let weight = tensor::<4>(2, [outputs, inputs, side, side], device);
                layer([x, weight], outputs, device, |x, w, b| conv(x, w, b, window))
            });
        }
    }
}

#[test]
fn transposed_convolutions_agree() {
    for (side, stride, padding) in [(4, 2, 1), (5, 1, 2), (3, 2, 0)] {
        let window = Window { side, stride, padding };
        for [batch, inputs, outputs, h, w] in [[3, 2, 5, 7, 10], [17, 6, 1, 4, 3]] {
            alike(&format!("{window:?} on {batch} {inputs}x{h}x{w}"), |device| {
                let x = tensor::<4>(1, [batch, inputs, h, w], device);
                let weight = tensor::<4>(2, [inputs, outputs, side, side], device);
                layer([x, weight], outputs, device, |x, w, b| deconv(x, w, b, window))
            });
        }
    }
}

#[test]
fn windows_are_halved_alike() {
    for [h, w] in [[4, 6], [5, 7]] {
        alike(&format!("{h}x{w}"), |device| {
            let x = Tensor::from_inner(tensor::<4>(1, [2, 3, h, w], device)).require_grad();
            let y = halve(x.clone());
            let scale = tensor::<4>(2, y.dims(), device);
            let gradients = (y.clone() * Tensor::from_inner(scale)).sum().backward();
            vec![read(y.inner()), read(x.grad(&gradients).unwrap())]
        });
    }
}

#[test]
fn the_first_of_equal_numbers_gets_the_gradient() {
    alike("all equal", |device| {
        let x = Tensor::from_inner(Tensor::<4>::zeros([1, 1, 4, 4], device)).require_grad();
        let gradients = halve(x.clone()).sum().backward();
        vec![read(x.grad(&gradients).unwrap())]
    });
}

#[test]
fn cross_entropies_agree() {
    alike("cross-entropy", |device| {
        let logits = tensor::<2>(1, [70, 10], device).mul_scalar(30.0);
        let logits = Tensor::from_inner(logits).require_grad();
        let labels: Vec<i32> = (0..70).map(|row| row % 10).collect();
        let labels = Tensor::<1, Int>::from_ints(labels.as_slice(), device);
        let losses = cross_entropy(logits.clone(), labels);
        let gradients = losses.clone().mean().backward();
        vec![read(losses.inner()), read(logits.grad(&gradients).unwrap())]
    });
}

#[test]
fn updates_agree_and_leave_other_owners_alone() {
    alike("Adam", |device| {
        let [w, g, m] = [1, 2, 3].map(|stream| tensor::<2>(stream, [9, 20], device));
        let v = g.clone().square();
        let told = Adam { keep: 0.9, fade: 0.999, scale: 0.01, epsilon: 1e-4, pull: 0.1, shrink: 0.98 };
        let kept = w.clone();
        let moved = adam(w, g, [m, v], told).map(read);
        [moved.into(), vec![read(kept)]].concat()
    });
}

#[test]
fn squares_agree() {
    for count in [1, 100, 5000] {
        alike("squares", |device| vec![read(squares(tensor::<1>(1, [count], device)))]);
    }
}

/// What a model's first steps come to, each number with its name.
fn curve(entry: &Entry, device: &Device) -> Vec<(&'static str, f32)> {
    let shape = Shape { channels: 1, height: 28, width: 28, classes: 10, apart: None };
    // R1 is found by a finite difference, which magnifies what rounding costs.
    let plain = [("r1".to_owned(), Value::Real(0.0))];
    let knobs = if (entry.card)().knobs.iter().any(|knob| knob.name == "r1") { &plain[..] } else { &[] };
    let (mut learner, _) = (entry.build)(knobs, &shape, &device.clone().autodiff());
    let step = |step| {
        let pixels = numbers(step, 16 * 784).into_iter().map(f32::abs).collect();
        let images = Tensor::from_data(TensorData::new::<f32, _>(pixels, [16, 1, 28, 28]), device);
        let labels: Vec<i32> = (0..16).map(|row| row % 10).collect();
        let batch = Batch { images, labels: Tensor::from_ints(labels.as_slice(), device) };
        let scalars = learner.step(batch, Moment { step, steps_per_epoch: 100 });
        scalars.into_iter().map(|(series, value)| (series, read(value)[0])).collect::<Vec<_>>()
    };
    (0..8).flat_map(step).collect()
}

#[test]
fn the_same_seed_gives_the_same_curve() {
    let Some(gpu) = gpu() else { return };
    for entry in zoo() {
        let name = (entry.card)().name;
        for ((series, is), (_, ought)) in curve(&entry, &gpu).iter().zip(&curve(&entry, &Device::flex())) {
            assert!((is - ought).abs() <= 1e-3 * ought.abs().max(1.0), "{name}, {series}: {is:?} not {ought:?}");
        }
    }
}
