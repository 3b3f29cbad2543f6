//! Pictures of the reader's own, made as small as models take them.

use super::defect::Defect;

/// The side of grey pictures, as MNIST's.
pub const GREY: usize = 28;
/// The side of pictures in colour, as CIFAR's.
pub const COLOUR: usize = 32;

/// Pictures at most.
pub const MOST: usize = 20_000;

/// A channel that differs from another by more is a colour and no noise of a camera.
const TINT: u8 = 40;
/// The share of such pixels from which a picture is one in colour.
const COLOURED: usize = 50;

/// A picture in both forms.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// `[28, 28]`.
    pub grey: Vec<u8>,
    /// `[3, 32, 32]`.
    pub colour: Vec<u8>,
    /// Whether it has colours.
    pub coloured: bool,
    /// Whether its edge is bright: it lies on white.
    pub light: bool,
}

impl Picture {
    /// Of the same picture in both sizes, four bytes a pixel: red, green, blue, and one that is not heeded.
    pub fn of(small: &[u8], large: &[u8]) -> Self {
        let (small, _) = small.as_chunks::<4>();
        let (large, _) = large.as_chunks::<4>();
        let grey: Vec<u8> = small.iter().map(luma).collect();
        let colour = (0..3).flat_map(|channel| large.iter().map(move |pixel| pixel[channel])).collect();
        let tinted = large.iter().filter(|pixel| {
            let [red, green, blue, _] = **pixel;
            red.max(green).max(blue) - red.min(green).min(blue) > TINT
        });
        let coloured = tinted.count() * COLOURED > large.len();
        Self { light: edge(&grey) > 127, grey, colour, coloured }
    }
}

/// What a pixel weighs on a grey scale (ITU-R BT.601).
fn luma([red, green, blue, _]: &[u8; 4]) -> u8 {
    ((299 * u32::from(*red) + 587 * u32::from(*green) + 114 * u32::from(*blue) + 500) / 1000) as u8
}

/// The mean of a grey picture's outermost pixels.
fn edge(grey: &[u8]) -> u8 {
    let outer = |at: &usize| [at % GREY, at / GREY].iter().any(|place| [0, GREY - 1].contains(place));
    let pixels: Vec<u32> = (0..grey.len()).filter(outer).map(|at| u32::from(grey[at])).collect();
    (pixels.iter().sum::<u32>() / pixels.len().max(1) as u32) as u8
}

/// A grey picture `[height, width]` as one of `side` x `side`, its middle in the middle, whole: each pixel is the mean of
/// what it covers, and what is not square has black beside it.
pub fn resampled(grey: &[u8], [height, width]: [usize; 2], side: usize) -> Vec<u8> {
    if [height, width] == [side; 2] {
        return grey.to_vec();
    }
    let step = height.max(width) as f64 / side as f64;
    let (across, down) = (spans(width, side, step), spans(height, side, step));
    let pixel = |rows: &[(usize, f64)], columns: &[(usize, f64)]| {
        let sum: f64 = rows
            .iter()
            .flat_map(|(y, high)| columns.iter().map(move |(x, wide)| high * wide * f64::from(grey[y * width + x])))
            .sum();
        (sum / (step * step)).round() as u8
    };
    down.iter().flat_map(|rows| across.iter().map(move |columns| pixel(rows, columns))).collect()
}

/// For each of `side` pixels: which of `count` it covers, and how much of each.
fn spans(count: usize, side: usize, step: f64) -> Vec<Vec<(usize, f64)>> {
    let start = (count as f64 - step * side as f64) / 2.0;
    let span = |at: usize| {
        let (from, to) = (start + at as f64 * step, start + (at + 1) as f64 * step);
        let covered = |index: usize| to.min((index + 1) as f64) - from.max(index as f64);
        (0..count).map(|index| (index, covered(index))).filter(|(_, share)| *share > 0.0).collect()
    };
    (0..side).map(span).collect()
}

/// The class and the name of a file at this path, which is that of the folder it lies in; `None` for what a system lays
/// beside one's files.
///
/// # Errors
/// [`Defect::NoFolder`] where it lies in none.
pub fn place(path: &str) -> Option<Result<(String, String), Defect>> {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    let hidden = |part: &&str| part.starts_with('.') || *part == "__MACOSX";
    let file = *parts.last()?;
    if parts.iter().any(hidden) || ["Thumbs.db", "desktop.ini"].contains(&file) {
        return None;
    }
    let short = parts[parts.len().saturating_sub(2)..].join("/");
    let class = parts.len().checked_sub(2).map(|at| super::name(parts[at]));
    Some(class.map(|class| (class, short)).ok_or_else(|| Defect::NoFolder { file: file.to_owned() }))
}
