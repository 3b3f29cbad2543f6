//! Turns planes of numbers into pixels that a canvas takes as they are.

use crate::protocol::{Layer, Plane};

/// Pixels, four bytes each (red, green, blue, opacity), rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `[height, width, 4]`.
    pub rgba: Vec<u8>,
}

/// A picture as it is; `None` where its size and its pixels disagree.
pub fn picture(plane: &Plane) -> Option<Image> {
    let (width, height, channels) = (plane.width, plane.height, plane.channels as usize);
    let fits = plane.pixels.len() == width as usize * height as usize * channels;
    if !fits || !(channels == 1 || channels == 3) || plane.pixels.is_empty() {
        return None;
    }
    let colour = |pixel: &[u8]| match *pixel {
        [red, green, blue] => [red, green, blue, 255],
        _ => [pixel[0], pixel[0], pixel[0], 255],
    };
    Some(Image { width, height, rgba: plane.pixels.chunks_exact(channels).flat_map(colour).collect() })
}

/// A layer's channels side by side in a sheet about `columns` wide, one transparent pixel apart.
pub fn sheet(layer: &Layer) -> Option<Image> {
    let first = layer.channels.first()?;
    let (tile_width, tile_height) = (first.width as usize, first.height as usize);
    let across = columns(layer.channels.len(), tile_width, tile_height);
    let down = layer.channels.len().div_ceil(across);
    let (width, height) = (across * (tile_width + 1) - 1, down * (tile_height + 1) - 1);
    let mut rgba = vec![0; width * height * 4];
    for at in 0..layer.channels.len() {
        let image = channel(layer, at)?;
        if (image.width as usize, image.height as usize) != (tile_width, tile_height) {
            return None;
        }
        let (left, top) = (at % across * (tile_width + 1), at / across * (tile_height + 1));
        for (row, line) in image.rgba.chunks_exact(tile_width * 4).enumerate() {
            let start = ((top + row) * width + left) * 4;
            rgba[start..start + line.len()].copy_from_slice(line);
        }
    }
    Some(Image { width: width as u32, height: height as u32, rgba })
}

/// One channel of a layer.
pub fn channel(layer: &Layer, at: usize) -> Option<Image> {
    let plane = layer.channels.get(at)?;
    if layer.signed { diverging(plane) } else { picture(plane) }
}

/// The channel that lies at a place of [`sheet`], which is given as shares of its width and height.
pub fn channel_at(layer: &Layer, [x, y]: [f32; 2]) -> Option<usize> {
    let (first, tiles) = (layer.channels.first()?, layer.channels.len());
    let across = columns(tiles, first.width as usize, first.height as usize);
    let cell = |share: f32, of: usize| ((share.clamp(0.0, 1.0) * of as f32) as usize).min(of - 1);
    let at = cell(y, tiles.div_ceil(across)) * across + cell(x, across);
    (at < tiles).then_some(at)
}

/// Tiles in a row, so that a sheet is about three times as wide as it is high.
fn columns(tiles: usize, width: usize, height: usize) -> usize {
    let across = (3.0 * tiles as f64 * height as f64 / width as f64).sqrt().round() as usize;
    across.clamp(1, tiles)
}

/// Signed values: blue below zero, orange above, white at zero (told apart in every kind of colour blindness).
fn diverging(plane: &Plane) -> Option<Image> {
    const BELOW: [f32; 3] = [0.0, 90.0, 160.0];
    const ABOVE: [f32; 3] = [200.0, 80.0, 0.0];
    let mut image = picture(plane)?;
    for pixel in image.rgba.chunks_exact_mut(4) {
        let value = (f32::from(pixel[0]) - 128.0) / 127.0;
        let end = if value < 0.0 { BELOW } else { ABOVE };
        for (byte, end) in pixel.iter_mut().zip(end) {
            *byte = (255.0 + (end - 255.0) * value.abs().min(1.0)) as u8;
        }
    }
    Some(image)
}

/// Pictures of one size in rows, one transparent pixel apart, each over a bar of what it is given, if it is given one.
///
/// `bars` are shares from 0 to 1, one a picture; a bar is `ink` on `track` (red, green, blue).
pub fn mosaic(planes: &[&Plane], columns: usize, bars: &[f32], ink: [u8; 3], track: [u8; 3]) -> Option<Image> {
    let first = planes.first()?;
    let (tile_width, tile_height) = (first.width as usize, first.height as usize);
    let across = columns.clamp(1, planes.len());
    let pitch = (tile_width + 1, tile_height + 1 + if bars.is_empty() { 0 } else { BAR + 1 });
    let (width, height) = (across * pitch.0 - 1, planes.len().div_ceil(across) * pitch.1 - 1);
    let mut rgba = vec![0; width * height * 4];
    for (at, plane) in planes.iter().enumerate() {
        let image = picture(plane)?;
        if (image.width as usize, image.height as usize) != (tile_width, tile_height) {
            return None;
        }
        let (left, top) = (at % across * pitch.0, at / across * pitch.1);
        let mut put = |row: usize, line: &[u8]| {
            let start = ((top + row) * width + left) * 4;
            rgba[start..start + line.len()].copy_from_slice(line);
        };
        image.rgba.chunks_exact(tile_width * 4).enumerate().for_each(|(row, line)| put(row, line));
        if let Some(share) = bars.get(at) {
            let full = (share.clamp(0.0, 1.0) * tile_width as f32).round() as usize;
            let colour = |column: usize| if column < full { ink } else { track };
            let line: Vec<u8> = (0..tile_width).map(colour).flat_map(|[r, g, b]| [r, g, b, 255]).collect();
            (0..BAR).for_each(|row| put(tile_height + 1 + row, &line));
        }
    }
    Some(Image { width: width as u32, height: height as u32, rgba })
}

/// Rows of a bar under a picture, in its pixels.
const BAR: usize = 2;
