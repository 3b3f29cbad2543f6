//! How good samples are: distance, coverage and neighbourhoods in the features of a fixed classifier, on the host.

use std::ops::Range;

use super::exam::{best, softmax};

/// Neighbours that span a point's part of the manifold (Kynkäänniemi et al., Improved precision and recall metric for
/// assessing generative models, NeurIPS 2019: k = 3).
pub const NEIGHBOURS: usize = 3;
/// From this probability on the classifier is confident.
pub const CONFIDENT: f32 = 0.9;
/// A latent is active whose mean varies by more than this (Burda, Grosse & Salakhutdinov, Importance weighted
/// autoencoders, ICLR 2016, section 5.2).
pub(super) const ACTIVE: f64 = 0.01;
/// Sweeps of Jacobi's method at most; it converges quadratically, and ten have always been enough.
const SWEEPS: usize = 30;

/// Points in a space of features.
#[derive(Clone, Debug, Default)]
pub struct Cloud {
    size: usize,
    numbers: Vec<f32>,
}

impl Cloud {
    /// Points of `size` features each, row by row.
    pub fn new(size: usize, numbers: Vec<f32>) -> Self {
        Self { size: size.max(1), numbers }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.numbers.len() / self.size.max(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.numbers.chunks_exact(self.size.max(1))
    }

    fn row(&self, index: usize) -> &[f32] {
        &self.numbers[index * self.size..(index + 1) * self.size]
    }

    /// The squared distance from each of these points to its third nearest other one; to the farthest, of fewer.
    pub fn radii(&self, rows: Range<usize>) -> Vec<f32> {
        rows.map(|row| self.radius(row)).collect()
    }

    fn radius(&self, row: usize) -> f32 {
        let mut nearest = [f32::INFINITY; NEIGHBOURS];
        for (other, point) in self.rows().enumerate() {
            let far = squared(self.row(row), point);
            if other != row && far < nearest[NEIGHBOURS - 1] {
                nearest[NEIGHBOURS - 1] = far;
                nearest.sort_by(f32::total_cmp);
            }
        }
        nearest.into_iter().rev().find(|far| far.is_finite()).unwrap_or_default()
    }
}

/// `|one - other|^2`, in lanes that the compiler can add side by side.
fn squared(one: &[f32], other: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut lanes = [0.0_f32; LANES];
    let (pairs, rest) = (one.chunks_exact(LANES), one.len() / LANES * LANES);
    for (one, other) in pairs.zip(other.chunks_exact(LANES)) {
        for lane in 0..LANES {
            lanes[lane] += (one[lane] - other[lane]) * (one[lane] - other[lane]);
        }
    }
    let rest = one[rest..].iter().zip(&other[rest..]).map(|(one, other)| (one - other) * (one - other));
    lanes.iter().sum::<f32>() + rest.sum::<f32>()
}

/// A Gaussian fitted to points.
#[derive(Clone, Debug)]
pub struct Gaussian {
    /// `[size]`.
    pub mean: Vec<f64>,
    /// `[size, size]`, unbiased (divided by one less than the points there are).
    pub covariance: Vec<f64>,
}

impl Gaussian {
    /// The Gaussian of these points.
    pub fn of(cloud: &Cloud) -> Self {
        let (size, count) = (cloud.size, cloud.len());
        let mut mean = vec![0.0; size];
        for row in cloud.rows() {
            mean.iter_mut().zip(row).for_each(|(mean, number)| *mean += f64::from(*number) / count as f64);
        }
        let mut covariance = vec![0.0; size * size];
        let scale = 1.0 / (count as f64 - 1.0).max(1.0);
        for row in cloud.rows() {
            let off: Vec<f64> = row.iter().zip(&mean).map(|(number, mean)| f64::from(*number) - mean).collect();
            for (one, sums) in off.iter().zip(covariance.chunks_exact_mut(size)) {
                sums.iter_mut().zip(&off).for_each(|(sum, other)| *sum += scale * one * other);
            }
        }
        Self { mean, covariance }
    }

    /// The sum of all variances.
    pub fn spread(&self) -> f64 {
        trace(&self.covariance, self.mean.len())
    }
}

fn trace(matrix: &[f64], size: usize) -> f64 {
    matrix.iter().step_by(size + 1).sum()
}

fn product(one: &[f64], other: &[f64], size: usize) -> Vec<f64> {
    let mut product = vec![0.0; size * size];
    for (row, sums) in one.chunks_exact(size).zip(product.chunks_exact_mut(size)) {
        for (factor, other) in row.iter().zip(other.chunks_exact(size)) {
            sums.iter_mut().zip(other).for_each(|(sum, number)| *sum += factor * number);
        }
    }
    product
}

/// Eigenvalues of a symmetric matrix `[size, size]`, and its eigenvectors as rows `[size, size]`, by the cyclic method of
/// Jacobi (Golub & Van Loan, Matrix computations, 4th edition, section 8.5).
pub fn eigen(mut matrix: Vec<f64>, size: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors: Vec<f64> = (0..size * size).map(|at| if at % (size + 1) == 0 { 1.0 } else { 0.0 }).collect();
    let all: f64 = matrix.iter().map(|number| number * number).sum();
    for _ in 0..SWEEPS {
        let diagonal: f64 = matrix.iter().step_by(size + 1).map(|number| number * number).sum();
        if all - diagonal <= 1e-22 * all {
            break;
        }
        for low in 0..size {
            for high in low + 1..size {
                rotate(&mut matrix, &mut vectors, size, [low, high]);
            }
        }
    }
    (matrix.into_iter().step_by(size + 1).collect(), vectors)
}

/// Turns the plane of two axes so that their entry off the diagonal vanishes.
fn rotate(matrix: &mut [f64], vectors: &mut [f64], size: usize, [low, high]: [usize; 2]) {
    let entry = matrix[low * size + high];
    if entry == 0.0 {
        return;
    }
    let slope = (matrix[high * size + high] - matrix[low * size + low]) / (2.0 * entry);
    let tangent = slope.signum() / (slope.abs() + slope.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    let turn = |one: &mut f64, other: &mut f64| {
        (*one, *other) = (cosine * *one - sine * *other, sine * *one + cosine * *other);
    };
    for row in matrix.chunks_exact_mut(size) {
        let (left, right) = row.split_at_mut(high);
        turn(&mut left[low], &mut right[0]);
    }
    for numbers in [matrix, vectors] {
        let (above, below) = numbers.split_at_mut(high * size);
        above[low * size..(low + 1) * size].iter_mut().zip(below).for_each(|(one, other)| turn(one, other));
    }
}

/// The symmetric root of a covariance `[size, size]`; what rounding made negative counts as zero.
pub fn root(matrix: Vec<f64>, size: usize) -> Vec<f64> {
    let (values, vectors) = eigen(matrix, size);
    let mut stretched = vectors.clone();
    for (row, value) in stretched.chunks_exact_mut(size).zip(&values) {
        row.iter_mut().for_each(|number| *number *= value.max(0.0).sqrt());
    }
    let columns: Vec<f64> = (0..size * size).map(|at| vectors[at % size * size + at / size]).collect();
    product(&columns, &stretched, size)
}

/// The squared Fréchet distance of two Gaussians, `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2)` (Dowson & Landau,
/// The Fréchet distance between multivariate normal distributions, Journal of Multivariate Analysis 12, 1982; as a score of
/// samples: Heusel et al., NeurIPS 2017). `half` is the root of the first one's covariance. Never negative.
pub fn frechet(one: &Gaussian, half: &[f64], other: &Gaussian) -> f64 {
    let size = one.mean.len();
    let apart: f64 = one.mean.iter().zip(&other.mean).map(|(one, other)| (one - other) * (one - other)).sum();
    // The root of a product that is symmetric, unlike C1 C2, which has the same eigenvalues.
    let (values, _) = eigen(product(&product(half, &other.covariance, size), half, size), size);
    let shared: f64 = values.iter().map(|value| value.max(0.0).sqrt()).sum();
    (apart + one.spread() + other.spread() - 2.0 * shared).max(0.0)
}

/// What a classifier takes samples for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Census {
    /// `[classes]`: the share of the samples that it takes for each class, from 0 to 1.
    pub shares: Vec<f32>,
    /// The share of which it is confident.
    pub confident: f32,
}

impl Census {
    /// Of logits `[samples, classes]`.
    pub fn of(logits: &[f32], classes: usize) -> Self {
        let mut census = Self { shares: vec![0.0; classes], confident: 0.0 };
        let one = 1.0 / (logits.len() / classes.max(1)).max(1) as f32;
        for logits in logits.chunks_exact(classes.max(1)) {
            let guess = best(logits);
            census.shares[guess] += one;
            census.confident += if softmax(logits)[guess] >= CONFIDENT { one } else { 0.0 };
        }
        census
    }

    /// The share of the class that is rarest, measured by its share among real samples: 1 where none is rarer than there.
    pub fn rarest(&self, real: &Self) -> f32 {
        let shares = self.shares.iter().zip(&real.shares).filter(|(_, real)| **real > 0.0);
        shares.map(|(share, real)| share / real).fold(1.0, f32::min)
    }
}

/// Real samples as samples are measured by them; made piece by piece, since the radii take long.
#[derive(Clone, Debug)]
pub struct Reference {
    cloud: Cloud,
    /// What the classifier takes them for.
    pub census: Census,
    gaussian: Gaussian,
    half: Vec<f64>,
    radii: Vec<f32>,
}

impl Reference {
    /// Of these features and that census; not [`ready`](Self::ready) yet.
    pub fn new(cloud: Cloud, census: Census) -> Self {
        let gaussian = Gaussian::of(&cloud);
        let half = root(gaussian.covariance.clone(), cloud.size);
        Self { cloud, census, gaussian, half, radii: Vec::new() }
    }

    /// Looks at the neighbours of that many more points.
    pub fn go_on(&mut self, rows: usize) {
        let next = self.radii.len();
        self.radii.extend(self.cloud.radii(next..(next + rows).min(self.cloud.len())));
    }

    /// Whether samples can be measured by it.
    pub fn ready(&self) -> bool {
        self.radii.len() == self.cloud.len()
    }
}

/// How good samples are.
#[derive(Clone, Debug, PartialEq)]
pub struct Quality {
    /// The squared Fréchet distance to the real ones.
    pub frechet: f32,
    /// What the classifier takes them for.
    pub census: Census,
    /// As [`Census::rarest`].
    pub rarest: f32,
    /// The share of samples that lie among real ones, from 0 to 1 (Kynkäänniemi et al. 2019, eq. 2).
    pub precision: f32,
    /// The share of real samples that lie among these (ibid.).
    pub recall: f32,
    /// The variance of all their features together, measured by that of the real ones.
    pub spread: f32,
}

/// A measurement under way, piece by piece.
#[derive(Clone, Debug)]
pub struct Measurement {
    made: Cloud,
    census: Census,
    next: usize,
    /// Samples that lie among real ones.
    among: usize,
    /// Whether a real sample lies among these.
    covered: Vec<bool>,
}

impl Measurement {
    /// Of samples with these features, which the classifier takes for that.
    pub fn new(made: Cloud, census: Census) -> Self {
        Self { made, census, next: 0, among: 0, covered: Vec::new() }
    }

    /// Looks at the neighbours of that many more samples; the result once all have been looked at.
    pub fn go_on(&mut self, rows: usize, real: &Reference) -> Option<Quality> {
        self.covered.resize(real.cloud.len(), false);
        let end = (self.next + rows).min(self.made.len());
        for row in self.next..end {
            let (own, point) = (self.made.radius(row), self.made.row(row));
            let mut among = false;
            for ((other, radius), covered) in real.cloud.rows().zip(&real.radii).zip(&mut self.covered) {
                let far = squared(point, other);
                among |= far <= *radius;
                *covered |= far <= own;
            }
            self.among += usize::from(among);
        }
        self.next = end;
        (end == self.made.len()).then(|| self.result(real))
    }

    fn result(&self, real: &Reference) -> Quality {
        let gaussian = Gaussian::of(&self.made);
        let share = |part: usize, of: usize| part as f32 / of.max(1) as f32;
        Quality {
            frechet: frechet(&real.gaussian, &real.half, &gaussian) as f32,
            rarest: self.census.rarest(&real.census),
            census: self.census.clone(),
            precision: share(self.among, self.made.len()),
            recall: share(self.covered.iter().filter(|covered| **covered).count(), self.covered.len()),
            spread: (gaussian.spread() / real.gaussian.spread().max(f64::MIN_POSITIVE)) as f32,
        }
    }
}

/// How many of `size` latents are active, given their means over some samples `[samples, size]`.
pub fn active_units(means: &[f32], size: usize) -> usize {
    let samples = (means.len() / size.max(1)).max(1) as f64;
    let variance = |unit: usize| {
        let column = || means.iter().skip(unit).step_by(size.max(1)).map(|mean| f64::from(*mean));
        let middle = column().sum::<f64>() / samples;
        column().map(|mean| (mean - middle) * (mean - middle)).sum::<f64>() / samples
    };
    (0..size).filter(|unit| variance(*unit) > ACTIVE).count()
}
