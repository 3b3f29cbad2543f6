//! What generative models make, without a browser: the published curve of a VAE, and sheets of samples.

use std::path::Path;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::train::{Course, Done, course, digits, read};
use crate::engine::math::{Noise, Stream};
use crate::engine::pictures::{bytes, plane};
use crate::engine::recipe::Shape;
use crate::protocol::{Plane, Value};

/// Epoch and negative ELBO on MNIST's test set in nats, of PyTorch's examples/vae: 784-400-20, ReLU, Bernoulli on grey
/// pixels, Adam at 1e-3, batches of 128.
const PUBLISHED: [(usize, f32); 7] =
    [(1, 127.3), (2, 115.8), (3, 112.2), (4, 109.6), (5, 108.5), (7, 107.1), (10, 105.6)];
/// Per cent that the curve may differ from it.
const TOLERANCE: f32 = 1.0;
/// Samples in a row of a sheet, and rows.
const SIDE: usize = 10;

/// Trains the published VAE and holds its curve against the published one; later knobs of `knobs` win.
pub fn vae(knobs: &[(String, Value)]) -> Result<(), String> {
    let published = [("latent", Value::Whole(20)), ("hidden", Value::Whole(400)), ("batch-size", Value::Whole(128))];
    let mut all: Vec<_> = published.map(|(name, value)| (name.to_owned(), value)).into();
    all.extend_from_slice(knobs);
    let done = course(&digits()?, &Course { model: "vae".into(), epochs: 10, knobs: all }, None, true)?;
    println!("{:>5} {:>9} {:>9} {:>7}", "epoch", "published", "measured", "per cent");
    let mut worst = 0.0_f32;
    for (epoch, expected) in PUBLISHED {
        let curves = done.tested.get(epoch - 1).ok_or("ten epochs are needed")?;
        let measured = curves.iter().find(|(name, _)| *name == "loss/test").ok_or("no curve loss/test")?.1;
        let off = 100.0 * (measured / expected - 1.0);
        println!("{epoch:>5} {expected:>9.1} {measured:>9.2} {off:>+7.2}");
        worst = worst.max(off.abs());
    }
    if worst <= TOLERANCE { Ok(()) } else { Err(format!("off by {worst:.2} %, more than {TOLERANCE} %")) }
}

/// Writes a sheet of samples, class after class where the model heeds classes, as PGM or PPM.
pub fn sheet(done: &Done, shape: Shape, path: &Path) -> Result<(), String> {
    let generator = done.learner.generator().ok_or("this model makes no samples")?;
    let device = Device::default();
    let z = Noise::new(done.seed, Stream::Shown, 0).gauss([SIDE * SIDE, generator.latent()], &device);
    let labels: Vec<i32> = (0..SIDE * SIDE).map(|index| (index % shape.classes.max(1)) as i32).collect();
    let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [SIDE * SIDE]), &device);
    let made = read(generator.generate(z, labels).flatten(0, 3));
    if !matches!(shape.channels, 1 | 3) || shape.height * shape.width == 1 {
        return Err("only grey and colour pictures can be written".into());
    }
    let tiles: Vec<Plane> = made.chunks_exact(shape.size()).map(|made| plane(&bytes(made, shape), shape)).collect();
    let [width, height, channels] = [tiles[0].width, tiles[0].height, tiles[0].channels].map(|side| side as usize);
    let magic = if channels == 1 { "P5" } else { "P6" };
    let mut file = format!("{magic}\n{} {}\n255\n", SIDE * width, SIDE * height).into_bytes();
    for y in 0..SIDE * height {
        for x in 0..SIDE * width {
            let at = (y % height * width + x % width) * channels;
            file.extend_from_slice(&tiles[y / height * SIDE + x / width].pixels[at..at + channels]);
        }
    }
    std::fs::write(path, file).map_err(|error| format!("{}: {error}", path.display()))
}
