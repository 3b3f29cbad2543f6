//! Pictures moved, turned, scaled, slanted, mirrored and bent: one map from each place to where its colour comes from.

use super::chance::Chance;

/// An affine map about a picture's middle: mirrored, scaled, slanted and turned, in this order, then moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Pixels to the right and down.
    pub shift: [f64; 2],
    /// Degrees, counter-clockwise.
    pub angle: f64,
    /// A factor.
    pub scale: f64,
    /// Degrees that an upright line leans to the left.
    pub shear: f64,
    /// Left is right.
    pub flipped: bool,
}

impl Default for Pose {
    fn default() -> Self {
        Self { shift: [0.0; 2], angle: 0.0, scale: 1.0, shear: 0.0, flipped: false }
    }
}

/// Places are counted in parts of a pixel: every platform then finds the same ones, and whole pixels and quarter turns are
/// exact.
const PARTS: i32 = 1 << 16;

fn parts(pixels: f64) -> i32 {
    (pixels * f64::from(PARTS)).round() as i32
}

impl Pose {
    /// The inverse of its linear part, row by row.
    fn inverse(&self) -> [[f64; 2]; 2] {
        let ((sin, cos), lean) = (self.angle.to_radians().sin_cos(), self.shear.to_radians().tan());
        let side = if self.flipped { -1.0 } else { 1.0 } / self.scale;
        [[side * (cos - lean * sin), -side * (sin + lean * cos)], [sin / self.scale, cos / self.scale]]
    }

    /// Maps `pixels` `[channels * height * width]`, bent by `field` where there is one. Between pixels it is bilinear, beyond
    /// the edge lies `paper`.
    pub fn apply(&self, pixels: &mut [f32], [_, height, width]: [usize; 3], paper: f32, field: Option<&Field>) {
        let [[across, slant], [rise, down]] = self.inverse();
        let [middle_x, middle_y] = [width, height].map(|side| (side as f64 - 1.0) / 2.0);
        let [right, below] = [across, rise].map(parts);
        let (framed, still) = (framed(pixels, [height, width], paper), vec![[0; 2]; width]);
        let planes = pixels.chunks_exact_mut(height * width).zip(framed.chunks_exact((height + 3) * (width + 3)));
        for (to, plane) in planes {
            let plane =
                Framed { plane, stride: width + 3, edge: [width, height].map(|side| (side as i32 + 1) * PARTS) };
            for (row, to) in to.chunks_exact_mut(width).enumerate() {
                let (x, y) = (-middle_x - self.shift[0], row as f64 - middle_y - self.shift[1]);
                let [mut x, mut y] = [across * x + slant * y + middle_x, rise * x + down * y + middle_y].map(parts);
                let bends = field.map_or(&still[..], |field| &field.0[row * width..]);
                for (to, bend) in to.iter_mut().zip(bends) {
                    *to = plane.colour([x + bend[0], y + bend[1]]);
                    (x, y) = (x + right, y + below);
                }
            }
        }
    }
}

/// A plane with one row and column of paper before it, two behind.
struct Framed<'a> {
    plane: &'a [f32],
    /// Numbers in a row.
    stride: usize,
    /// The last places that are told apart, counted from the first row and column of paper.
    edge: [i32; 2],
}

impl Framed<'_> {
    /// What lies at a place.
    #[inline]
    fn colour(&self, [x, y]: [i32; 2]) -> f32 {
        let (x, y) = ((x + PARTS).clamp(0, self.edge[0]), (y + PARTS).clamp(0, self.edge[1]));
        let [right, below] = [x, y].map(|at| (at & (PARTS - 1)) as f32 * (1.0 / PARTS as f32));
        let start = (y / PARTS) as usize * self.stride + (x / PARTS) as usize;
        let four = &self.plane[start..start + self.stride + 2];
        let between = |left: f32, other: f32| left + right * (other - left);
        let [top, bottom] = [between(four[0], four[1]), between(four[self.stride], four[self.stride + 1])];
        top + below * (bottom - top)
    }
}

/// Each plane of `pixels` with `paper` around: one row and column before it, two behind.
fn framed(pixels: &[f32], [height, width]: [usize; 2], paper: f32) -> Vec<f32> {
    let stride = width + 3;
    let mut framed = vec![paper; pixels.len() / (height * width) * (height + 3) * stride];
    for (index, line) in pixels.chunks_exact(width).enumerate() {
        let start = (index / height * (height + 3) + index % height + 1) * stride + 1;
        framed[start..start + width].copy_from_slice(line);
    }
    framed
}

/// How far each place of a picture is displaced `[height * width]`, in parts of a pixel: to the right, and down.
pub struct Field(Vec<[i32; 2]>);

/// The deviation of the Gaussian that smooths a field, in pixels (Simard, Steinkraus & Platt, Best practices for convolutional
/// neural networks applied to visual document analysis, ICDAR 2003, section 2: sigma = 4).
const SMOOTH: f64 = 4.0;

impl Field {
    /// Even random numbers, smoothed, scaled so that each place is displaced by `spread` pixels on each axis, in the mean over
    /// all fields (ibid.; with their alpha of 34 it is 1.4). The smoothing goes round the picture's edges, so that they move
    /// like its middle.
    pub(super) fn drawn(chance: &mut Chance, [height, width]: [usize; 2], spread: f64) -> Self {
        let [down, across] = [height, width].map(circle);
        // An even number from -1 to 1 has a variance of 1/3, and smoothing multiplies it by the sum of squared weights.
        let energy = |weights: &[f32]| weights.iter().map(|weight| f64::from(weight * weight)).sum::<f64>();
        let scale = f64::from(PARTS) * spread * (3.0 / (energy(&down) * energy(&across))).sqrt();
        let mut noise = vec![0.0; 2 * height * width];
        for row in noise.chunks_exact_mut(2 * width) {
            let (right, down) = row.split_at_mut(width);
            right.iter_mut().zip(down).for_each(|(right, down)| [*right, *down] = chance.pair());
        }
        let smooth = smoothed(&smoothed(&noise, &down), &across);
        let part = |number: f32| (number * scale as f32) as i32;
        let rows = smooth.chunks_exact(2 * width).map(|row| row.split_at(width));
        Self(rows.flat_map(|(right, down)| right.iter().zip(down)).map(|(x, y)| [part(*x), part(*y)]).collect())
    }
}

/// A Gaussian wound round a circle of so many places; the weights sum to 1.
fn circle(places: usize) -> Vec<f32> {
    let reach = (3.0 * SMOOTH) as i64;
    let mut weights = vec![0.0; places];
    for offset in -reach..=reach {
        let exponent = -0.5 * (offset as f64 / SMOOTH).powi(2);
        weights[offset.rem_euclid(places as i64) as usize] += exponent.exp();
    }
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| (weight / sum) as f32).collect()
}

/// Numbers that are summed at once.
const LANES: usize = 8;

/// Two fields side by side, `[rows, 2, columns]`, smoothed down each column: `[columns, 2, rows]`.
fn smoothed(values: &[f32], weights: &[f32]) -> Vec<f32> {
    let (rows, columns) = (weights.len(), values.len() / weights.len() / 2);
    let mut turned = vec![0.0; values.len()];
    // Once round and once more, so that no row has to look for the one behind the last.
    let round = [values, values, &[0.0; LANES]].concat();
    for (row, first) in (0..rows).flat_map(|row| (0..2 * columns).step_by(LANES).map(move |first| (row, first))) {
        let mut sums = [0.0; LANES];
        for (behind, weight) in weights.iter().enumerate() {
            let line: &[f32] = &round[(row + behind) * 2 * columns + first..][..LANES];
            sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += weight * value);
        }
        for (column, sum) in (first..2 * columns).zip(sums) {
            let place = if column < columns { 2 * column } else { 2 * (column - columns) + 1 };
            turned[place * rows + row] = sum;
        }
    }
    turned
}
