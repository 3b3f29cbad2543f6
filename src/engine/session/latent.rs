//! The view of the latent plane: two latents or two principal axes, what lies where, and where test samples lie.

use burn::tensor::{Tensor, TensorData};

use super::generated::Made;
use super::reads::Make;
use super::screens::sample;
use super::{Around, Session, first};
use crate::engine::pictures::{bytes, plane};
use crate::engine::principal;
use crate::engine::recipe::{Generator, Posterior};
use crate::kernels::product;
use crate::protocol::{Axes, Body, Latent, Principal, Split};

/// Decoded pictures in a row of the plane.
const SIDE: usize = 15;
/// Half the width of the plane: 99.7 % of N(0, 1).
const EXTENT: f32 = 3.0;
/// Test samples on the plane.
const CODES: usize = 500;
/// A deviation below which nothing is told apart.
const TINY: f64 = 1e-12;

/// A plane in the space of codes: a place (a, b) is the code `origin + a basis[0] + b basis[1]`, and a code z lies at
/// `(z - origin) dual^T`.
struct Frame {
    /// `[1, latent]`.
    origin: Tensor<2>,
    /// `[2, latent]`.
    basis: Tensor<2>,
    /// `[2, latent]`.
    dual: Tensor<2>,
    /// `[2]`: of principal axes, the share of the variance that lies along each.
    shares: Option<Tensor<1>>,
}

impl Session {
    pub(super) fn latent_plane(&self, generator: &dyn Generator, around: &Around<'_>) -> Option<Made> {
        let (shelf, shape, size) = (around.shelf, around.shelf.shape(), generator.latent());
        let count = CODES.min(first(shelf));
        let labels: Vec<u32> = (0..count).filter_map(|row| Some(u32::from(shelf.label(Split::Test, row)?))).collect();
        let posterior = generator.encode(shelf.batch(Split::Test, 0..count, &self.inner)?);
        let axes = match self.axes {
            Axes::Latents(axes) => axes.map(|axis| axis.min(size as u32 - 1)),
            Axes::Principal => [0, 1.min(size as u32 - 1)],
        };
        let means = posterior.map(|posterior| posterior.mean);
        let leading = means.clone().filter(|_| self.axes == Axes::Principal && size > 1);
        let frame = leading.map_or_else(|| self.along_latents(axes, size), |means| self.along_principal(means));
        let places: Vec<f32> = (0..SIDE * SIDE).flat_map(|place| [at(place % SIDE), -at(place / SIDE)]).collect();
        let places = Tensor::<2>::from_data(TensorData::new(places, [SIDE * SIDE, 2]), &self.inner);
        let codes = frame.origin.clone() + product(places, frame.basis.clone());
        let mut tensors = vec![generator.generate(codes, self.class(SIDE * SIDE, shape)).reshape([-1])];
        let on_plane = |codes: Tensor<2>| product(codes - frame.origin.clone(), frame.dual.clone().transpose());
        let encodes = means.map(|means| tensors.push(on_plane(means).reshape([-1]))).is_some();
        let principal = frame.shares.clone().map(|shares| {
            tensors.extend([frame.origin.clone().reshape([-1]), frame.basis.clone().reshape([-1]), shares]);
        });
        let probe = self.probe.as_ref().and_then(|probe| sample(probe, around)).filter(|_| encodes);
        if let Some(Posterior { mean, log_variance }) =
            probe.and_then(|probe| generator.encode(self.stack(&[probe], shape)))
        {
            // A diagonal Gaussian, projected: W diag(s^2) W^T.
            let spread = product(frame.dual.clone() * log_variance.exp(), frame.dual.clone().transpose());
            tensors.extend([on_plane(mean).reshape([-1]), spread.reshape([-1])]);
        }
        let area = shape.size();
        let make: Make = Box::new(move |numbers| {
            let mut numbers = numbers.into_iter();
            let mut next = || numbers.next().unwrap_or_default();
            let decoded = next().chunks_exact(area).map(|pixels| plane(&bytes(pixels, shape), shape)).collect();
            let means = if encodes { next() } else { Vec::new() };
            Body::Latent(Latent {
                size: size as u32,
                axes,
                extent: EXTENT,
                side: SIDE as u32,
                decoded,
                codes: means.chunks_exact(2).map(|place| [place[0], place[1]]).zip(labels).collect(),
                principal: principal.map(|()| {
                    let (mean, basis, shares) = (next(), next(), next());
                    let axes = [0, 1].map(|axis| basis[axis * size..(axis + 1) * size].to_vec());
                    Principal { mean, axes, shares: [shares[0], shares[1]] }
                }),
                probe: ellipse(&next(), &next()),
            })
        });
        Some(Made { tensors, make })
    }

    /// Unit vectors; all other latents are 0.
    fn along_latents(&self, axes: [u32; 2], size: usize) -> Frame {
        let mut rows = vec![0.0; 2 * size];
        axes.iter().enumerate().for_each(|(row, axis)| rows[row * size + *axis as usize] = 1.0);
        let basis = Tensor::<2>::from_data(TensorData::new(rows, [2, size]), &self.inner);
        let origin = Tensor::zeros([1, size], &self.inner);
        Frame { origin, dual: basis.clone(), basis, shares: None }
    }

    /// The principal axes of `means` `[count, latent]`, in standard deviations.
    fn along_principal(&self, means: Tensor<2>) -> Frame {
        let before = self.directions.take();
        let principal::Principal { mean, directions, variances, total } = principal::principal(means, before);
        self.directions.replace(Some(directions.clone()));
        let deviations = variances.clone().clamp_min(0.0).sqrt().add_scalar(TINY); // [2, 1]
        let shares = variances.reshape([2]) / total.add_scalar(TINY * TINY).expand([2]);
        Frame {
            origin: mean,
            basis: directions.clone() * deviations.clone(),
            dual: directions / deviations,
            shares: Some(shares),
        }
    }
}

/// Where a row or a column of the plane lies.
fn at(step: usize) -> f32 {
    EXTENT * (2.0 * step as f32 / (SIDE - 1) as f32 - 1.0)
}

/// Mean, deviations and correlation, of a mean `[2]` and a covariance `[2, 2]`; nothing of nothing.
fn ellipse(mean: &[f32], covariance: &[f32]) -> Option<([f32; 2], [f32; 2], f32)> {
    let (&[x, y], &[xx, xy, _, yy]) = (mean, covariance) else { return None };
    let spread = [xx, yy].map(|variance| variance.max(0.0).sqrt());
    let correlation = xy / (spread[0] * spread[1]).max(f32::MIN_POSITIVE);
    Some(([x, y], spread, correlation.clamp(-1.0, 1.0)))
}
