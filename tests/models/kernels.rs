//! Holds the kernels of single precision, with their gradients, against Burn's own operations in double precision.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::row;
use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use kiln::kernels::cpu::{Matrix, product};
use kiln::kernels::{
    Adam, Groups, Window, adam, add, average, bernoulli, conv, deconv, dense, gelu, halve, normalise, rectify,
};

/// Numbers from -1 to 1, others for each seed.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// What `op` makes of inputs of these sizes, and the gradients of a weighted sum of that in each input.
fn run(sizes: &[usize], precision: FloatDType, op: &dyn Fn(&[Tensor<1>]) -> Tensor<1>) -> Vec<Vec<f32>> {
    let device = Device::default().autodiff();
    let leaf = |(index, size): (usize, &usize)| {
        let numbers = Tensor::<1>::from_data(TensorData::new(numbers(*size, index as u32 + 1), [*size]), &device);
        numbers.cast(precision).require_grad()
    };
    let inputs: Vec<_> = sizes.iter().enumerate().map(leaf).collect();
    let output = op(&inputs);
    let [size] = output.dims();
    let weights = Tensor::<1>::from_data(TensorData::new(numbers(size, 99), [size]), &device).cast(precision);
    let gradients = (output.clone() * weights).sum().backward();
    let slopes = inputs.iter().map(|input| row(input.grad(&gradients).unwrap()));
    [row(output.inner())].into_iter().chain(slopes).collect()
}

/// Fails where single precision strays from double precision by more than rounding.
fn agree(name: &str, sizes: &[usize], op: impl Fn(&[Tensor<1>]) -> Tensor<1>) {
    let [single, double] = [FloatDType::F32, FloatDType::F64].map(|precision| run(sizes, precision, &op));
    for (part, (single, double)) in single.iter().zip(&double).enumerate() {
        assert_eq!(single.len(), double.len());
        let largest = double.iter().fold(1e-3, |largest: f32, number| largest.max(number.abs()));
        let error = single.iter().zip(double).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(error <= 3e-6 * largest, "{name}, part {part}: {error} of {largest}");
    }
}

#[test]
fn a_linear_layer_is_right() {
    for [batch, inputs, outputs] in [[1, 3, 2], [5, 300, 17], [64, 20, 33]] {
        agree("linear", &[batch * inputs, inputs * outputs, outputs], |of| {
            let (x, w) = (of[0].clone().reshape([batch, inputs]), of[1].clone().reshape([inputs, outputs]));
            dense(x, w, of[2].clone()).flatten(0, 1)
        });
    }
}

#[test]
fn a_matrix_product_is_right() {
    for [rows, inner, columns] in [[1, 1, 1], [5, 1, 40], [3, 300, 17], [64, 600, 32], [5, 64, 48]] {
        let (a, b) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
        let shift = numbers(columns, 3);
        let turn = |numbers: &[f32], rows: usize, columns: usize| -> Vec<f32> {
            (0..columns)
                .flat_map(|column| (0..rows).map(move |row| (row, column)))
                .map(|(row, column)| numbers[row * columns + column])
                .collect()
        };
        let (across, down) = (turn(&a, rows, inner), turn(&b, inner, columns));
        let [plain, turned] = [
            product(Matrix::new(&a, rows, inner), Matrix::new(&b, inner, columns), Some(&shift)),
            product(
                Matrix::new(&across, inner, rows).transposed(),
                Matrix::new(&down, columns, inner).transposed(),
                Some(&shift),
            ),
        ];
        for (place, number) in plain.iter().enumerate() {
            let (row, column) = (place / columns, place % columns);
            let term = |k: usize| f64::from(a[row * inner + k]) * f64::from(b[k * columns + column]);
            let sum = f64::from(shift[column]) + (0..inner).map(term).sum::<f64>();
            assert!((f64::from(*number) - sum).abs() < 3e-5, "{number} and not {sum}");
            assert_eq!(number.to_bits(), turned[place].to_bits());
        }
    }
}

#[test]
fn convolutions_and_their_transposes_are_right() {
    // Samples, inputs, outputs, side, kernel, stride, border.
    for case in [[3, 2, 3, 7, 3, 1, 1], [17, 1, 6, 8, 5, 1, 2], [20, 3, 4, 8, 4, 2, 1], [1, 2, 1, 6, 5, 1, 0]] {
        let [samples, inputs, outputs, side, kernel, stride, border] = case;
        let window = Window { side: kernel, stride, padding: border };
        let sizes = [samples * inputs * side * side, inputs * outputs * kernel * kernel, outputs];
        let pictures = |of: &[Tensor<1>]| of[0].clone().reshape([samples, inputs, side, side]);
        agree(&format!("conv {case:?}"), &sizes, |of| {
            let w = of[1].clone().reshape([outputs, inputs, kernel, kernel]);
            conv(pictures(of), w, of[2].clone(), window).flatten(0, 3)
        });
        agree(&format!("deconv {case:?}"), &sizes, |of| {
            let w = of[1].clone().reshape([inputs, outputs, kernel, kernel]);
            deconv(pictures(of), w, of[2].clone(), window).flatten(0, 3)
        });
    }
}

/// In either direction, one after the other, and divided or not.
#[test]
fn nothing_is_made_of_an_empty_batch() {
    for [rows, inner, columns] in [[0, 3, 2], [2, 3, 0], [0, 3, 0], [0, 0, 2]] {
        let (a, b, shift) = (numbers(rows * inner, 1), numbers(inner * columns, 2), numbers(columns, 3));
        let made = product(Matrix::new(&a, rows, inner), Matrix::new(&b, inner, columns), Some(&shift));
        assert!(made.is_empty(), "{rows}, {inner}, {columns}");
    }
    let (a, b) = ([], []);
    let made = product(Matrix::new(&a, 0, 2).transposed(), Matrix::new(&b, 0, 3), None);
    assert_eq!(made, [0.0; 6], "a sum of no products");
    let device = Device::default().autodiff();
    let window = Window { side: 3, stride: 1, padding: 1 };
    let weights = |shape: [usize; 4]| Tensor::<4>::ones(shape, &device).require_grad();
    let (w, v) = (weights([3, 2, 3, 3]), weights([3, 2, 3, 3]));
    let [shift, back] = [3, 2].map(|count| Tensor::<1>::ones([count], &device).require_grad());
    let x = Tensor::<4>::zeros([0, 2, 6, 6], &device).require_grad();
    let y = deconv(rectify(conv(x.clone(), w.clone(), shift.clone(), window), 0.0), v.clone(), back, window);
    assert_eq!((y.dims(), row(y.clone().flatten::<1>(0, 3).inner()).len()), ([0, 2, 6, 6], 0));
    let gradients = y.sum().backward();
    assert_eq!(x.grad(&gradients).unwrap().dims(), [0, 2, 6, 6]);
    for slopes in [w, v].map(|w| w.grad(&gradients).unwrap()) {
        assert_eq!(row(slopes.flatten::<1>(0, 3)), [0.0; 54]);
    }
    assert_eq!(row(shift.grad(&gradients).unwrap()), [0.0; 3]);
}

#[test]
fn kernels_in_a_row_understand_each_other() {
    let window = Window { side: 3, stride: 1, padding: 1 };
    for samples in [1, 16, 21] {
        agree("a small LeNet", &[samples * 2 * 144, 3 * 2 * 9, 3, 4 * 3 * 9, 4, 36, 1], |of| {
            let x = of[0].clone().reshape([samples, 2, 12, 12]);
            let x = rectify(conv(x, of[1].clone().reshape([3, 2, 3, 3]), of[2].clone(), window), 0.0);
            let x = halve(x.clone()) + halve(rectify(x, 0.2));
            let x = rectify(conv(x, of[3].clone().reshape([4, 3, 3, 3]), of[4].clone(), window), 0.2);
            let x = halve(x).flatten(1, 3); // [samples, 36]
            dense(x, of[5].clone().reshape([36, 1]), of[6].clone()).flatten(0, 1)
        });
    }
}

#[test]
fn rectifiers_and_windows_are_right() {
    for slope in [0.0, 0.2] {
        agree("rectify", &[37], |of| rectify(of[0].clone(), slope));
        agree("rectify, crosswise", &[35], |of| {
            rectify(of[0].clone().reshape([5, 7]).transpose(), slope).flatten(0, 1)
        });
    }
    agree("halve", &[18 * 2 * 35], |of| halve(of[0].clone().reshape([18, 2, 5, 7])).flatten(0, 3));
    for shape in [[18, 2, 1, 7], [18, 2, 7, 1]] {
        agree("halve a line", &[18 * 2 * 7], |of| halve(of[0].clone().reshape(shape)).flatten(0, 3));
    }
}

/// Of a line the largest of each two.
#[test]
fn a_line_is_halved_along_itself() {
    let device = Device::default().autodiff();
    let line = Tensor::<4>::from_data([[[[1.0, 3.0, -2.0, -5.0, 9.0]]]], &device).require_grad();
    for (x, dims) in [(line.clone(), [1, 1, 1, 2]), (line.clone().swap_dims(2, 3), [1, 1, 2, 1])] {
        let halved = halve(x);
        assert_eq!((halved.dims(), row(halved.clone().inner())), (dims, vec![3.0, -2.0]));
        let gradients = halved.sum().backward();
        assert_eq!(row(line.grad(&gradients).unwrap()), [0.0, 1.0, 1.0, 0.0, 0.0]);
    }
}

#[cfg(feature = "threads")]
#[test]
fn threads_change_no_number() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let same = |name: &str, sizes: &[usize], op: &(dyn Fn(&[Tensor<1>]) -> Tensor<1> + Sync)| {
        let alone = run(sizes, FloatDType::F32, op);
        assert!(pool.install(|| run(sizes, FloatDType::F32, op)) == alone, "{name}");
    };
    let (pictures, kernels) = ([99, 3, 13, 11], [5, 3, 5, 5]);
    let sizes = [pictures.iter().product(), kernels.iter().product(), 5];
    for (stride, padding) in [(1, 2), (2, 1), (1, 0)] {
        let window = Window { side: 5, stride, padding };
        same(&format!("conv by {stride}"), &sizes, &|of| {
            conv(of[0].clone().reshape(pictures), of[1].clone().reshape(kernels), of[2].clone(), window).flatten(0, 3)
        });
    }
    same("dense", &[97 * 130, 130 * 70, 70], &|of| {
        dense(of[0].clone().reshape([97, 130]), of[1].clone().reshape([130, 70]), of[2].clone()).flatten(0, 1)
    });
    same("bernoulli", &[97 * 130, 97 * 130], &|of| {
        bernoulli(of[0].clone().reshape([97, 130]), of[1].clone().reshape([97, 130]))
    });
    let window = Window { side: 5, stride: 2, padding: 1 };
    same("deconv", &[sizes[0], sizes[1], 5], &|of| {
        let kernels = of[1].clone().reshape([3, 5, 5, 5]);
        deconv(of[0].clone().reshape(pictures), kernels, of[2].clone(), window).flatten(0, 3)
    });
    for [rows, inner, columns] in [[390, 300, 33], [33, 300, 390], [7, 9, 11]] {
        let (a, b) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
        let found = || product(Matrix::new(&a, rows, inner), Matrix::new(&b, inner, columns), None);
        assert!(pool.install(found) == found(), "{rows} by {columns}");
        let found =
            || product(Matrix::new(&b, inner, columns).transposed(), Matrix::new(&a, rows, inner).transposed(), None);
        assert!(pool.install(found) == found(), "{columns} by {rows}");
    }
    let device = Device::default();
    let updated = || {
        let of = |seed| Tensor::<1>::from_data(TensorData::new(numbers(200_003, seed), [200_003]), &device);
        let numbers = Adam { keep: 0.9, fade: 0.99, scale: 0.1, epsilon: 1e-8, pull: 0.0, shrink: 1.0 };
        adam(of(1), of(2), [of(3), of(4).square()], numbers).map(row)
    };
    assert!(pool.install(updated) == updated(), "Adam");
}

#[test]
fn group_normalisation_is_right() {
    for ([samples, channels, high, wide], count) in [([3, 4, 5, 7], 2), ([18, 6, 3, 3], 6), ([16, 2, 4, 4], 1)] {
        let size = channels * high * wide;
        agree(&format!("normalise by {count}"), &[samples * size, channels, channels], |of| {
            let x = of[0].clone().reshape([samples, channels, high, wide]).mul_scalar(3.0).add_scalar(1.0);
            normalise(x, of[1].clone(), of[2].clone(), Groups { count, epsilon: 1e-5 }).flatten(0, 3)
        });
    }
}

#[test]
fn sums_and_means_are_right_in_either_order() {
    let shape = [18, 3, 4, 5];
    let count = shape.iter().product();
    let window = Window { side: 1, stride: 1, padding: 0 };
    agree("average", &[count], |of| average(of[0].clone().reshape(shape)).flatten(0, 1));
    agree("add", &[count, count], |of| add(of[0].clone(), of[1].clone()));
    // One of them as it comes from a convolution, and a number that two ways lead to.
    agree("add, crosswise", &[count, 9, 3], |of| {
        let x = of[0].clone().reshape(shape);
        let y = conv(x.clone(), of[1].clone().reshape([3, 3, 1, 1]), of[2].clone(), window);
        let sum = add(add(y.clone(), x.clone()), add(x, y));
        gelu(sum).flatten(0, 3)
    });
}

#[test]
fn gelu_is_right() {
    agree("gelu", &[37], |of| gelu(of[0].clone().mul_scalar(6.0)));
    agree("gelu, crosswise", &[35], |of| gelu(of[0].clone().reshape([5, 7]).transpose()).flatten(0, 1));
    let far = Tensor::<1>::from_data([0.0, 1.0, -1.0, 100.0, -100.0, f32::NAN], &Device::default());
    let values = row(gelu(far));
    // Phi(1) = 0.841345.
    for (value, expected) in values.iter().zip([0.0, 0.841_345, -0.158_655, 100.0, 0.0]) {
        assert!((value - expected).abs() < 1e-6, "{value} and not {expected}");
    }
    assert!(values[5].is_nan());
}

#[test]
fn a_gradient_goes_to_the_first_of_equals_and_no_number_stays_none() {
    let device = Device::default().autodiff();
    let x = Tensor::<4>::zeros([1, 1, 2, 2], &device).require_grad();
    let gradients = halve(x.clone()).sum().backward();
    assert_eq!(row(x.grad(&gradients).unwrap()), [1.0, 0.0, 0.0, 0.0]);
    let nothing = Tensor::<1>::from_data([f32::NAN, 1.0, -1.0], &device);
    assert!(row(rectify(nothing.clone(), 0.0).inner())[0].is_nan());
    assert!(row(rectify(nothing.clone(), 0.2).inner())[0].is_nan());
    assert!(row(bernoulli(nothing.zeros_like().reshape([1, 3]), nothing.reshape([1, 3])).inner())[0].is_nan());
}

#[test]
fn bernoulli_likelihoods_are_right() {
    agree("bernoulli", &[5 * 19, 5 * 19], |of| {
        let [x, logits] = [0, 1].map(|index| of[index].clone().reshape([5, 19]));
        bernoulli(x, logits.mul_scalar(9.0))
    });
    let device = Device::default();
    let (x, far) = (Tensor::<2>::from_data([[1.0, 0.0]], &device), Tensor::<2>::from_data([[300.0, -300.0]], &device));
    assert_eq!(row(bernoulli(x.clone(), far.clone())), [0.0]);
    assert_eq!(row(bernoulli(x, far.neg())), [600.0]);
}

#[test]
fn adam_is_right() {
    let device = Device::default();
    let tensor = |count: usize, seed, precision| {
        Tensor::<1>::from_data(TensorData::new(numbers(count, seed), [count]), &device).cast(precision)
    };
    let by = Adam { keep: 0.9, fade: 0.999, scale: 0.01, epsilon: 1e-4, pull: 0.1, shrink: 0.99 };
    for count in [1, 4, 37] {
        let [single, double] = [FloatDType::F32, FloatDType::F64].map(|precision| {
            let w = tensor(count, 1, precision);
            let mut state = [w.clone(), w.zeros_like(), w.zeros_like()];
            for step in 0..5 {
                let [w, m, v] = state;
                state = adam(w, tensor(count, 10 + step, precision), [m, v], by);
            }
            state.map(row).concat()
        });
        single.iter().zip(&double).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{a} and not {b}"));
    }
}

/// Numbers that fade without end would be computed with slowly, ever after.
#[test]
fn moments_fade_to_nothing() {
    let device = Device::default();
    let of = |number: f32| Tensor::<1>::from_data([number; 5], &device);
    let by = Adam { keep: 0.9, fade: 0.9, scale: 0.01, epsilon: 1e-8, pull: 0.0, shrink: 1.0 };
    let fade = |moments: [f32; 2], gradient: f32| {
        let mut state = [of(1.0), of(moments[0]), of(moments[1])];
        for _ in 0..1_000 {
            let [w, m, v] = state;
            state = adam(w, of(gradient), [m, v], by);
        }
        state.map(row)
    };
    let [weights, m, v] = fade([0.1, 0.1], 0.0);
    assert!(m == [0.0; 5] && v == [0.0; 5], "{m:?}, {v:?}");
    assert!(weights.iter().all(|weight| weight.is_finite()));
    let [_, _, v] = fade([0.0; 2], 1e-20);
    assert_eq!(v, [0.0; 5], "the square of a gradient is no better");
    let [weights, ..] = fade([0.0; 2], f32::NAN);
    assert!(weights.iter().all(|weight| weight.is_nan()), "no number stays none");
}
