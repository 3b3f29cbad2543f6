//! Writes weights as safetensors, and trains the LeNet that the page ships so that it reads drawings as well as scans.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData, f16};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, TensorView, serialize};

use super::train::{Course, Done, accuracy, course, digits, read, tested};
use crate::engine::recipe::Keeper;
use crate::protocol::{Fault, Value};

/// Passes over the training set, distorted anew each time; of the shipped file, as is [`DROPOUT`].
pub const EPOCHS: u32 = 14;
/// The share of units left out while it learns.
pub const DROPOUT: f64 = 0.1;
const SIDE: usize = 28;

/// Trains on distorted digits and writes the shipped checkpoint; knobs of `plan` come before its own.
pub fn make(plan: &Course, path: Option<PathBuf>) -> Result<(), String> {
    let digits = digits()?;
    let mut distort = Distort(ChaCha8Rng::seed_from_u64(7));
    let mut augment = |picture: &mut [f32]| distort.picture(picture);
    let mut plan = plan.clone();
    let own = [("dropout", DROPOUT), ("horizon", f64::from(plan.epochs))];
    let own = own.map(|(name, value)| (name.to_owned(), Value::Real(value)));
    // The later of two values counts.
    plan.knobs.splice(0..0, own);
    let mut done = course(&digits, &plan, Some(&mut augment), true)?;
    // What is shipped is rounded to half precision: measure that, not what it was rounded from.
    done.learner.keep(&mut Rounded).map_err(|fault| format!("{fault:?}"))?;
    done.accuracy = accuracy(&tested(done.learner.as_ref(), &digits, &Device::default()));
    println!("rounded to half precision: {:.2} %", done.accuracy);
    let path = path.unwrap_or_else(|| crate::checkout().join("assets/models/lenet-mnist.safetensors"));
    save(done, &plan.model, &path)
}

/// Writes the weights in half precision; the metadata say whose they are and how accurate.
pub fn save(mut done: Done, model: &str, path: &Path) -> Result<(), String> {
    let mut halves = Halves(Vec::new());
    done.learner.keep(&mut halves).map_err(|fault| format!("{fault:?}"))?;
    let views: Result<Vec<_>, SafeTensorError> = halves
        .0
        .iter()
        .map(|(name, bytes)| Ok((name, TensorView::new(Dtype::F16, vec![bytes.len() / 2], bytes)?)))
        .collect();
    let views = views.map_err(|error| error.to_string())?;
    let facts = [
        ("recipe", model.to_owned()),
        ("data", "mnist".to_owned()),
        ("accuracy", (done.accuracy / 100.0).to_string()),
        ("step", done.steps.to_string()),
        ("knob.seed", format!("whole {}", done.seed)),
    ];
    let facts: HashMap<String, String> = facts.map(|(name, fact)| (name.to_owned(), fact)).into();
    let bytes = serialize(views, Some(facts)).map_err(|error| error.to_string())?;
    println!("{}: {} bytes", path.display(), bytes.len());
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// Takes every weight down in half precision.
struct Halves(Vec<(String, Vec<u8>)>);

impl Keeper for Halves {
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault> {
        if name.starts_with("weights/") {
            let bytes =
                read(numbers.clone()).into_iter().flat_map(|number| f16::from_f32(number).to_le_bytes()).collect();
            self.0.push((name.to_owned(), bytes));
        }
        Ok(numbers)
    }

    fn count(&mut self, _: &str, number: u64) -> Result<u64, Fault> {
        Ok(number)
    }
}

/// Rounds every weight to half precision.
struct Rounded;

impl Keeper for Rounded {
    fn visit(&mut self, name: &str, numbers: Tensor<1>) -> Result<Tensor<1>, Fault> {
        if !name.starts_with("weights/") {
            return Ok(numbers);
        }
        let (device, count) = (numbers.device(), numbers.dims()[0]);
        let rounded: Vec<f32> = read(numbers).into_iter().map(|number| f16::from_f32(number).to_f32()).collect();
        Ok(Tensor::from_data(TensorData::new(rounded, [count]), &device))
    }

    fn count(&mut self, _: &str, number: u64) -> Result<u64, Fault> {
        Ok(number)
    }
}

/// Turns scans into what drawings may be: turned, slanted, stretched, moved, drawn with another pen.
struct Distort(ChaCha8Rng);

impl Distort {
    /// From -1 to 1.
    fn toss(&mut self) -> f32 {
        self.0.next_u32() as f32 / (u32::MAX / 2) as f32 - 1.0
    }

    /// Distorts `picture` `[28 * 28]`: an affine map about its middle, then a thicker, thinner, paler or darker pen.
    fn picture(&mut self, picture: &mut [f32]) {
        let (angle, slant) = (self.toss() * 0.22, self.toss() * 0.2); // radians; about 12 degrees
        let (wide, high) = (1.0 + self.toss() * 0.15, 1.0 + self.toss() * 0.15);
        let (right, down) = (self.toss() * 2.0, self.toss() * 2.0); // pixels
        let (sin, cos) = angle.sin_cos();
        let middle = (SIDE - 1) as f32 / 2.0;
        let scan = picture.to_vec();
        for (place, pixel) in picture.iter_mut().enumerate() {
            let (x, y) = ((place % SIDE) as f32 - middle - right, (place / SIDE) as f32 - middle - down);
            let (x, y) = ((cos * x + sin * y) / wide, (cos * y - sin * x) / high);
            *pixel = between(&scan, x + slant * y + middle, y + middle);
        }
        let pen = self.toss();
        if pen.abs() > 0.4 {
            stroke(picture, (pen.abs() - 0.4) / 0.6, pen > 0.0);
        }
        let ink = 1.0 + self.toss() * 0.3;
        picture.iter_mut().for_each(|pixel| *pixel = (*pixel * ink).min(1.0));
    }
}

/// The value at a place between pixels, zero outside: bilinear.
fn between(picture: &[f32], x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (dx, dy) = (x - left, y - top);
    let at = |x: f32, y: f32| {
        let inside = (0.0..SIDE as f32).contains(&x) && (0.0..SIDE as f32).contains(&y);
        if inside { picture[y as usize * SIDE + x as usize] } else { 0.0 }
    };
    let row = |y: f32| at(left, y) * (1.0 - dx) + at(left + 1.0, y) * dx;
    row(top) * (1.0 - dy) + row(top + 1.0) * dy
}

/// Blends a picture with its neighbourhoods' largest (a thicker pen) or smallest values (a thinner one).
fn stroke(picture: &mut [f32], share: f32, thick: bool) {
    let old = picture.to_vec();
    for (place, pixel) in picture.iter_mut().enumerate() {
        let (x, y) = (place % SIDE, place / SIDE);
        let near = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
        let near = near.into_iter().filter(|(x, y)| *x < SIDE && *y < SIDE).map(|(x, y)| old[y * SIDE + x]);
        let edge = if thick { near.fold(*pixel, f32::max) } else { near.fold(*pixel, f32::min) };
        *pixel += share * (edge - *pixel);
    }
}
