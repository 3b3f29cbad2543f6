//! Turns the strokes of a drawing into a small grey picture, as a set's own preprocessing would have.

use crate::protocol::Stroke;

/// How a set prepared its own scans.
pub(super) struct Scan {
    /// The picture's side, in pixels.
    pub side: usize,
    /// The side of the box that the ink is scaled into, keeping its aspect.
    pub boxed: f32,
    /// How the ink is placed.
    pub centre: Centre,
    /// The thinnest and the thickest pen among the set's samples, in pixels.
    pub pen: (f32, f32),
    /// How a line was drawn.
    pub brush: Brush,
}

/// How a set places ink in its pictures.
pub(super) enum Centre {
    /// Its centre of mass comes to lie here, x and y alike, in pixel indices.
    Mass(f32),
    /// The box around it comes into the middle, as nearly as whole pixels allow.
    Box,
}

/// How a line covers the pixels that it passes.
#[derive(Clone, Copy)]
pub(super) enum Brush {
    /// A round pen: as heavy across the line whatever its slope.
    Round,
    /// As heavy in each row, or in each column where it is flat, whatever its slope (X. Wu, An efficient antialiasing
    /// technique, SIGGRAPH 1991).
    Wu,
}

/// A pen stroke in pixels.
struct Line {
    radius: f32,
    points: Vec<[f32; 2]>,
}

/// The pad's drawing scaled down as it is, `[side, side]`, from 0 to 1; `None` where no ink falls on it.
pub(super) fn raw(strokes: &[Stroke], side: usize) -> Option<Vec<f32>> {
    let lines = scaled(&sane(strokes), side as f32, (0.0, f32::MAX));
    let picture = raster(&lines, side, [0.0, 0.0], Brush::Round);
    picture.iter().any(|ink| *ink > 0.0).then_some(picture)
}

/// The drawing boxed and centred as `scan` says, `[side, side]`, from 0 to 1; `None` where nothing was drawn.
pub(super) fn prepared(strokes: &[Stroke], scan: &Scan) -> Option<Vec<f32>> {
    let strokes = sane(strokes);
    if strokes.is_empty() {
        return None;
    }
    let lines = scaled(&strokes, scale(&strokes, scan), scan.pen);
    let (low, high) = inked(&lines);
    let middle = scan.side as f32 / 2.0;
    let mut shift = [0, 1].map(|axis| middle - (low[axis] + high[axis]) / 2.0);
    let Centre::Mass(centre) = scan.centre else {
        shift = [0, 1].map(|axis| (shift[axis] + low[axis]).round() - low[axis]);
        return Some(raster(&lines, scan.side, shift, scan.brush));
    };
    // Ink that is clipped at the picture's edge moves the centre once more, so it takes a few rounds.
    for _ in 0..4 {
        let mass = centre_of_mass(&raster(&lines, scan.side, shift, scan.brush), scan.side)?;
        shift = [0, 1].map(|axis| shift[axis] + centre - mass[axis]);
    }
    Some(raster(&lines, scan.side, shift, scan.brush))
}

/// Strokes with at least one point, without the coordinates that are no numbers or far off the pad.
fn sane(strokes: &[Stroke]) -> Vec<Stroke> {
    let near = |value: &f32| value.is_finite() && value.abs() <= 16.0;
    strokes
        .iter()
        .filter(|stroke| stroke.width.is_finite() && stroke.width > 0.0)
        .map(|stroke| Stroke {
            width: stroke.width.min(1.0),
            points: stroke.points.iter().copied().filter(|point| point.iter().all(near)).collect(),
        })
        .filter(|stroke| !stroke.points.is_empty())
        .collect()
}

/// Pixels a pad's side, so that the ink, its pens clamped, fills the box.
fn scale(strokes: &[Stroke], scan: &Scan) -> f32 {
    let extent = |scale: f32, pen: (f32, f32)| {
        let (low, high) = inked(&scaled(strokes, scale, pen));
        (high[0] - low[0]).max(high[1] - low[1])
    };
    let natural = scan.boxed / extent(1.0, (0.0, f32::MAX));
    // A thinned pen leaves room to grow into. A dot that shook would be blown up without a limit to that.
    let (mut small, mut large) = (0.0, 1.5 * natural);
    for _ in 0..32 {
        let middle = (small + large) / 2.0;
        if extent(middle, scan.pen) > scan.boxed {
            large = middle;
        } else {
            small = middle;
        }
    }
    small
}

fn scaled(strokes: &[Stroke], scale: f32, pen: (f32, f32)) -> Vec<Line> {
    strokes
        .iter()
        .map(|stroke| Line {
            radius: (stroke.width * scale).clamp(pen.0, pen.1) / 2.0,
            points: stroke.points.iter().map(|point| point.map(|value| value * scale)).collect(),
        })
        .collect()
}

/// The corners of the box around the ink.
fn inked(lines: &[Line]) -> ([f32; 2], [f32; 2]) {
    let mut corners = ([f32::MAX; 2], [f32::MIN; 2]);
    for line in lines {
        for point in &line.points {
            for (axis, value) in point.iter().enumerate() {
                corners.0[axis] = corners.0[axis].min(value - line.radius);
                corners.1[axis] = corners.1[axis].max(value + line.radius);
            }
        }
    }
    corners
}

/// Ink on each pixel: how much of it a round pen covers, by the distance of the pixel's centre from the stroke.
fn raster(lines: &[Line], side: usize, shift: [f32; 2], brush: Brush) -> Vec<f32> {
    let mut picture = vec![0.0_f32; side * side];
    for line in lines {
        for (index, start) in line.points.iter().enumerate() {
            let end = line.points.get(index + 1);
            if end.is_some() || index == 0 {
                let moved = |point: &[f32; 2]| [point[0] + shift[0], point[1] + shift[1]];
                segment(&mut picture, side, line.radius, [moved(start), moved(end.unwrap_or(start))], brush);
            }
        }
    }
    picture
}

fn segment(picture: &mut [f32], side: usize, radius: f32, [start, end]: [[f32; 2]; 2], brush: Brush) {
    let reach = radius + 1.0;
    let span = |axis: usize| {
        let low = (start[axis].min(end[axis]) - reach).floor().clamp(0.0, side as f32) as usize;
        let high = (start[axis].max(end[axis]) + reach).ceil().clamp(0.0, side as f32) as usize;
        low..high
    };
    // A pen thinner than a pixel covers less of it.
    let darkest = (2.0 * radius).min(1.0);
    let slant = match brush {
        Brush::Round => 1.0,
        Brush::Wu => slant(start, end),
    };
    for row in span(1) {
        for column in span(0) {
            let away = slant * distance([column as f32 + 0.5, row as f32 + 0.5], start, end);
            let ink = &mut picture[row * side + column];
            *ink = ink.max((radius + 0.5 - away).clamp(0.0, darkest));
        }
    }
}

/// How much longer than its distance the way from a line is along rows or, where the line is flat, columns.
fn slant(start: [f32; 2], end: [f32; 2]) -> f32 {
    let (across, down) = ((end[0] - start[0]).abs(), (end[1] - start[1]).abs());
    let most = across.max(down);
    if most > 0.0 { across.hypot(down) / most } else { 1.0 }
}

/// The distance of a point from the segment between two others.
fn distance(point: [f32; 2], start: [f32; 2], end: [f32; 2]) -> f32 {
    let (along, away) = ([end[0] - start[0], end[1] - start[1]], [point[0] - start[0], point[1] - start[1]]);
    let length = along[0] * along[0] + along[1] * along[1];
    let share = if length > 0.0 { (away[0] * along[0] + away[1] * along[1]) / length } else { 0.0 }.clamp(0.0, 1.0);
    (away[0] - share * along[0]).hypot(away[1] - share * along[1])
}

/// x and y in pixel indices; `None` where there is no ink.
fn centre_of_mass(picture: &[f32], side: usize) -> Option<[f32; 2]> {
    let mass: f32 = picture.iter().sum();
    let moment = |axis: fn(usize, usize) -> usize| {
        picture.iter().enumerate().map(|(index, ink)| ink * axis(index, side) as f32).sum::<f32>()
    };
    (mass > 0.0).then(|| [moment(|index, side| index % side) / mass, moment(|index, side| index / side) / mass])
}
