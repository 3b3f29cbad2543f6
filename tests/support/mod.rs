//! What the tests of models and mathematics share: a small synthetic task and ways to read tensors.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests, and native only")]

pub mod talk;

use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData};
use kiln::engine::recipe::{Batch, Entry, Learner, Moment, Scalars, Shape};
use kiln::protocol::Value;

/// A digit's shape.
pub const DIGIT: Shape = Shape { channels: 1, height: 28, width: 28, classes: 10, apart: None };

/// A model on the CPU, with some knobs set.
pub fn learner(entry: &Entry, shape: &Shape, knobs: &[(&str, Value)]) -> Box<dyn Learner> {
    let knobs: Vec<_> = knobs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let (model, notices) = (entry.build)(&knobs, shape, &Device::default().autodiff());
    assert!(notices.is_empty(), "{notices:?}");
    model
}

/// `count` samples on the inner device: pictures, each with a bright bar at its class's place over a little noise, or
/// points about their class's place on a line.
pub fn synthetic(shape: &Shape, count: usize) -> Batch {
    let Shape { channels, height, width, classes, .. } = *shape;
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as f32 / 65_536.0
    };
    let bar = if shape.pictures() { (height - 6) / classes.min(height - 6) } else { 1 };
    let mut pixels = Vec::new();
    for sample in 0..count {
        let top = 3 + sample % classes * bar;
        for place in 0..channels * height * width {
            if !shape.pictures() {
                pixels.push((sample % classes) as f32 + 0.2 * noise());
                continue;
            }
            let (x, y) = (place % width, place / width % height);
            let lit = (top..top + bar).contains(&y) && (4..width - 4).contains(&x);
            pixels.push(if lit { 0.8 } else { 0.0 } + 0.2 * noise());
        }
    }
    let labels: Vec<i32> = (0..count).map(|sample| (sample % classes) as i32).collect();
    let device = Device::default();
    Batch {
        images: Tensor::from_data(TensorData::new(pixels, [count, channels, height, width]), &device),
        labels: Tensor::<1, Int>::from_data(TensorData::new(labels, [count]), &device),
    }
}

/// The step that comes after `step` others, on a batch of 20.
pub fn cut(model: &mut dyn Learner, shape: &Shape, step: u64) -> Scalars {
    model.step(synthetic(shape, 20), Moment { step, steps_per_epoch: 10 })
}

/// Some steps; every curve's value at each.
pub fn curves(model: &mut dyn Learner, shape: &Shape, steps: Range<u64>) -> Vec<f32> {
    steps.flat_map(|step| cut(model, shape, step)).flat_map(|(_, value)| numbers(value)).collect()
}

/// Some steps; the loss before each.
pub fn drive(model: &mut dyn Learner, shape: &Shape, steps: Range<u64>) -> Vec<f32> {
    let loss = |scalars: Scalars| scalars.into_iter().find(|(name, _)| *name == "loss/train").unwrap().1;
    steps.map(|step| numbers(loss(cut(model, shape, step)))[0]).collect()
}

/// A tensor's numbers.
pub fn numbers(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec().unwrap()
}

/// A tensor's numbers, row by row.
pub fn row<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().convert::<f32>().try_into_vec().unwrap()
}

/// A real value.
pub fn real(value: f64) -> Value {
    Value::Real(value)
}

/// A choice.
pub fn choice(name: &'static str) -> Value {
    Value::Choice(name.into())
}
