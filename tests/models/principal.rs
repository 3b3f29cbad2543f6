//! Principal axes against closed forms: points whose covariance is known.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::{numbers, row};
use burn::tensor::{Device, Tensor, TensorData};
use kiln::engine::math::{Noise, Stream};
use kiln::engine::principal::{Principal, principal, settled};

/// Orthonormal vectors of this size, by Gram and Schmidt from noise.
fn basis(size: usize) -> Vec<Vec<f64>> {
    let noise = Noise::new(3, Stream::Latents, 0).normal(size * size);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for row in noise.chunks_exact(size) {
        let mut row: Vec<f64> = row.iter().map(|number| f64::from(*number)).collect();
        for other in &basis {
            let along: f64 = row.iter().zip(other).map(|(one, other)| one * other).sum();
            row.iter_mut().zip(other).for_each(|(one, other)| *one -= along * other);
        }
        let length = row.iter().map(|number| number * number).sum::<f64>().sqrt();
        basis.push(row.into_iter().map(|number| number / length).collect());
    }
    basis
}

/// Two points on each axis, so far from the mean that the variance along it is as given.
fn points(axes: &[Vec<f64>], variances: &[f64], mean: f64) -> Tensor<2> {
    let (size, count) = (axes.len(), 2 * variances.len());
    let far = |variance: f64| (variance * count as f64 / 2.0).sqrt();
    let ends = axes.iter().zip(variances).flat_map(|(axis, variance)| {
        [1.0, -1.0].map(|sign| axis.iter().map(|number| (mean + sign * far(*variance) * number) as f32).collect())
    });
    let rows: Vec<Vec<f32>> = ends.collect();
    Tensor::from_data(TensorData::new(rows.concat(), [count, size]), &Device::default())
}

/// How far each direction is from an axis, up to its sign.
fn misses(found: &Principal, axes: &[Vec<f64>]) -> [f64; 2] {
    let directions = row(found.directions.clone());
    let size = axes.len();
    [0, 1].map(|at| {
        let own = &directions[at * size..(at + 1) * size];
        let along: f64 = own.iter().zip(&axes[at]).map(|(one, other)| f64::from(*one) * other).sum();
        own.iter()
            .zip(&axes[at])
            .map(|(one, other)| (f64::from(*one) * along.signum() - other).powi(2))
            .sum::<f64>()
            .sqrt()
    })
}

fn close(one: f32, other: f64) {
    assert!((f64::from(one) - other).abs() < 1e-3 * (1.0 + other.abs()), "{one} instead of {other}");
}

#[test]
fn mean_directions_and_variances_are_those_of_a_known_covariance() {
    for (size, variances) in
        [(2, vec![4.5, 0.5]), (5, vec![3.0, 2.0, 1.0, 0.5, 0.1]), (64, vec![1.0, 0.8, 0.5]), (3, vec![2.0, 1e-4])]
    {
        let axes = basis(size);
        let found = principal(points(&axes, &variances, 0.7), None);
        assert!(misses(&found, &axes).iter().all(|miss| *miss < 2e-3), "{size}: {:?}", misses(&found, &axes));
        row(found.mean).into_iter().for_each(|mean| close(mean, 0.7));
        row(found.variances).into_iter().zip(&variances).for_each(|(found, variance)| close(found, *variance));
        close(numbers(found.total)[0], variances.iter().sum());
    }
}

/// Plain power iteration would have to go on for thousands of times.
#[test]
fn variances_that_are_close_are_told_apart() {
    let axes = basis(6);
    let found = principal(points(&axes, &[1.0, 0.97, 0.94, 0.3], 0.0), None);
    assert!(misses(&found, &axes).iter().all(|miss| *miss < 1e-2), "{:?}", misses(&found, &axes));
}

#[test]
fn a_direction_keeps_the_sign_that_it_had() {
    let axes = basis(4);
    let found = principal(points(&axes, &[3.0, 1.0, 0.1], 0.0), None).directions;
    for signs in [[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]] {
        let signs = Tensor::<2>::from_data([[signs[0]], [signs[1]]], &Device::default());
        let before = found.clone() * signs;
        // The weights moved on a little.
        let again = principal(points(&axes, &[2.9, 1.1, 0.2], 0.1), Some(before.clone())).directions;
        let miss = row((again - before).abs()).into_iter().fold(0.0, f32::max);
        assert!(miss < 1e-3, "{miss}");
    }
}

/// Of many numbers no covariance is made; what one look leaves open the next ones find.
#[test]
fn wide_points_have_the_same_axes() {
    let axes = basis(200);
    let points = points(&axes, &[3.0, 2.0, 1.5, 0.5], 0.7);
    let mut found = principal(points.clone(), None);
    assert!(misses(&found, &axes).iter().all(|miss| *miss < 0.02), "{:?}", misses(&found, &axes));
    for _ in 0..3 {
        found = principal(points.clone(), Some(found.directions));
    }
    assert!(misses(&found, &axes).iter().all(|miss| *miss < 2e-3), "{:?}", misses(&found, &axes));
    row(found.variances).into_iter().zip([3.0, 2.0]).for_each(|(found, variance)| close(found, variance));
    let products = row(found.directions.clone().matmul(found.directions.transpose()));
    products.into_iter().zip([1.0, 0.0, 0.0, 1.0]).for_each(|(found, expected)| close(found, expected));
}

/// A third direction overtakes both, of points whose last look knew nothing of it.
#[test]
fn no_direction_is_out_of_reach_of_wide_points() {
    let axes = basis(150);
    let before = principal(points(&axes, &[2.0, 1.0], 0.0), None).directions;
    let mut found = principal(points(&axes, &[2.0, 1.0, 9.0], 0.0), Some(before));
    for _ in 0..3 {
        found = principal(points(&axes, &[2.0, 1.0, 9.0], 0.0), Some(found.directions));
    }
    let variances = row(found.variances);
    close(variances[0], 9.0);
    close(variances[1], 2.0);
}

/// Where one variance overtakes the other, each axis stays where it was, with its variance and its sign.
#[test]
fn axes_keep_their_places_when_their_ranks_change() {
    let axes = basis(5);
    let before = principal(points(&axes, &[3.0, 2.5, 0.1], 0.0), None).directions;
    for signs in [[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]] {
        let before = before.clone() * Tensor::<2>::from_data([[signs[0]], [signs[1]]], &Device::default());
        for (variances, told) in [([2.4, 2.9, 0.1], [2.4, 2.9]), ([3.1, 2.4, 0.1], [3.1, 2.4])] {
            let found = settled(principal(points(&axes, &variances, 0.0), Some(before.clone())), Some(before.clone()));
            let miss = row((found.directions - before.clone()).abs()).into_iter().fold(0.0, f32::max);
            assert!(miss < 2e-3, "{miss}");
            row(found.variances).into_iter().zip(told).for_each(|(found, variance)| close(found, variance));
        }
    }
    let first = settled(principal(points(&axes, &[3.0, 2.5, 0.1], 0.0), None), None);
    row(first.variances).into_iter().zip([3.0, 2.5]).for_each(|(found, variance)| close(found, variance));
}

/// A hidden layer may have one unit.
#[test]
fn points_of_one_number_lie_on_one_axis() {
    let line = Tensor::<2>::from_data([[1.0_f32], [3.0]], &Device::default());
    let found = principal(line, None);
    close(row(found.variances.clone())[0], 1.0);
    assert_eq!(row(found.variances)[1], 0.0);
    assert_eq!(row(found.directions).into_iter().map(f32::abs).collect::<Vec<_>>(), [1.0, 0.0]);
}

/// Of points that do not differ, or only along one line, the directions are still two that are orthogonal.
#[test]
fn nothing_breaks_without_variance() {
    let axes = basis(3);
    for variances in [vec![0.0, 0.0], vec![1.0]] {
        let found = principal(points(&axes, &variances, 0.5), None);
        let products = row(found.directions.clone().matmul(found.directions.transpose()));
        products.into_iter().zip([1.0, 0.0, 0.0, 1.0]).for_each(|(found, expected)| close(found, expected));
        assert!(row(found.variances)[1].abs() < 1e-6);
    }
}
