//! Turns tensors that were read into the pictures of the protocol.

use super::recipe::Shape;
use crate::protocol::{Layer, Plane, Text};

/// What must be remembered of a sheet while its numbers are on their way.
pub struct Frame {
    /// Its title.
    pub title: Text,
    /// `[channels, height, width]`.
    pub shape: [usize; 3],
    /// Whether values may be negative.
    pub signed: bool,
}

/// A layer from its values `[channels, height, width]`. All its channels share one scale, so that they compare.
pub fn layer(frame: Frame, values: &[f32]) -> Layer {
    let [channels, height, width] = frame.shape;
    let scale = values.iter().filter(|value| value.is_finite()).fold(0.0_f32, |most, value| most.max(value.abs()));
    let grey = |value: &f32| {
        let share = if scale > 0.0 { value / scale } else { 0.0 };
        if frame.signed { (128.0 + 127.0 * share).round() as u8 } else { (255.0 * share).round() as u8 }
    };
    let plane = |values: &[f32]| Plane {
        width: width as u32,
        height: height as u32,
        channels: 1,
        pixels: values.iter().map(grey).collect(),
    };
    let shape = if channels == 1 && height == 1 { vec![width] } else { vec![channels, height, width] };
    Layer {
        title: frame.title,
        shape: shape.into_iter().map(|side| side as u32).collect(),
        channels: values.chunks_exact((height * width).max(1)).map(plane).collect(),
        signed: frame.signed,
        scale,
    }
}

/// A sample `[channels, height, width]` as a layer: one picture, in its colours.
pub fn still(title: Text, sample: &[f32], shape: Shape) -> Layer {
    let sides = [shape.channels, shape.height, shape.width].map(|side| side as u32);
    let scale = shape.bounds()[1];
    Layer { title, shape: sides.to_vec(), channels: vec![plane(&bytes(sample, shape), shape)], signed: false, scale }
}

/// A signal of fewer numbers is drawn in steps, so that its square has so many pixels a side at least.
const CURVE: usize = 28;
/// Of a longer one not every number is drawn, so that its square has no more.
const LONGEST: usize = 128;

/// A sample's bytes `[channels, height, width]` as a picture; of a signal the curve, in a square.
pub fn plane(pixels: &[u8], shape: Shape) -> Plane {
    let Shape { channels, height, width, .. } = shape;
    if shape.signals() {
        let side = (width * CURVE.div_ceil(width)).min(LONGEST);
        let drawn = |signal: &[u8]| (0..side).map(|column| signal[column * width / side]).collect::<Vec<_>>();
        let curves: Vec<u8> = pixels.chunks_exact(width).flat_map(|signal| curve(&drawn(signal))).collect();
        return plane(&curves, Shape { height: side, width: side, ..shape });
    }
    let area = height * width;
    let pixels = (0..area).flat_map(|at| (0..channels).map(move |channel| pixels[channel * area + at])).collect();
    Plane { width: width as u32, height: height as u32, channels: channels as u32, pixels }
}

/// A signal as a curve, light on dark, as high as it is long: each column is lit from the last value to its own.
fn curve(signal: &[u8]) -> Vec<u8> {
    let side = signal.len();
    let row = |value: u8| (usize::from(255 - value) * (side - 1) + 127) / 255;
    let mut pixels = vec![0; side * side];
    for (column, value) in signal.iter().enumerate() {
        let (to, from) = (row(*value), row(signal[column.saturating_sub(1)]));
        // The last value has its pixel already.
        let span = if from < to { from + 1..=to } else { to..=from.max(to + 1) - 1 };
        span.for_each(|row| pixels[row * side + column] = 255);
    }
    pixels
}

/// A sample as models see it `[channels, height, width]`, as bytes.
pub fn bytes(sample: &[f32], shape: Shape) -> Vec<u8> {
    let [low, high] = shape.bounds();
    sample.iter().map(|value| ((value - low) / (high - low) * 255.0).round() as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_layers_have_zero_at_middle_grey() {
        let frame = Frame { title: Text::default(), shape: [2, 1, 2], signed: true };
        let layer = layer(frame, &[-2.0, 0.0, 1.0, 2.0]);
        assert_eq!(layer.channels[0].pixels, [1, 128]);
        assert_eq!(layer.channels[1].pixels, [192, 255]);
        assert_eq!((layer.scale, layer.shape), (2.0, vec![2, 1, 2]));
    }

    /// From the middle to the top, down to the bottom and along it.
    #[test]
    fn a_signal_is_shown_as_its_curve() {
        let shape = Shape { channels: 1, height: 1, width: 5, classes: 1, apart: None };
        let shown = plane(&[128, 255, 0, 0, 64], shape);
        assert_eq!((shown.width, shown.height, shown.channels), (30, 30, 1));
        let steps: Vec<u8> = [128, 255, 0, 0, 64].into_iter().flat_map(|value| [value; 6]).collect();
        assert_eq!(shown.pixels, curve(&steps), "in steps of six pixels");
        let long = Shape { width: 256, ..shape };
        let rise: Vec<u8> = (0..=255).collect();
        let every_other: Vec<u8> = rise.iter().step_by(2).copied().collect();
        assert_eq!(plane(&rise, long).pixels, curve(&every_other), "of a long one not every number");
        let rows: Vec<String> = curve(&[128, 255, 0, 0, 64])
            .chunks_exact(5)
            .map(|row| row.iter().map(|pixel| if *pixel == 255 { '#' } else { '.' }).collect())
            .collect();
        assert_eq!(rows, [".#...", ".##..", "#.#..", "..#.#", "..##."]);
        assert_eq!(bytes(&[-9.0, -4.5, 0.0, 4.5, 9.0], shape), [0, 0, 128, 255, 255]);
    }

    #[test]
    fn a_vector_is_one_row_and_a_dead_layer_is_black() {
        let frame = Frame { title: Text::default(), shape: [1, 1, 3], signed: false };
        let layer = layer(frame, &[0.0; 3]);
        assert_eq!((layer.shape, layer.channels.len()), (vec![3], 1));
        assert_eq!(layer.channels[0].pixels, [0, 0, 0]);
    }
}
