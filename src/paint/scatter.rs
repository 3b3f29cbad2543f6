//! Generated points among real ones: axes of one scale, a discriminator's field, its gradients, a warped grid.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::curves::{label, ticks};
use super::scores::class_colour;
use super::{Area, Painted, Palette, letters};
use crate::protocol::{Field, Scatter};

/// What is drawn besides the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layers {
    /// The discriminator's field.
    pub field: bool,
    /// Where it draws the points to.
    pub slopes: bool,
    /// The grid over two latents.
    pub grid: bool,
    /// Classes that generated points are of, one after the other; 0 where they are of none.
    pub classes: usize,
}

/// Room for the words of the axes, on the left and below, in page pixels; and on the other sides.
const MARGIN: f64 = 30.0;
const GAP: f64 = 8.0;
/// How strongly a field covers the paper where it is largest.
const STRONGEST: f64 = 0.55;
/// The longest gradient, in page pixels.
const LONGEST: f64 = 28.0;
/// An arrowhead's length, in page pixels.
const BARB: f64 = 6.0;

/// The square between the axes, in device pixels.
pub(super) struct Window {
    left: i32,
    top: i32,
    side: i32,
    reach: f64,
    /// Device pixels a page pixel.
    scale: f64,
}

impl Window {
    /// The largest square on an area that leaves room for the axes' words.
    pub(super) fn on<B: DrawingBackend>(area: &Area<B>, reach: f32, scale: f64) -> Self {
        let (width, height) = area.dim_in_pixel();
        let [margin, gap] = [MARGIN, GAP].map(|css| (css * scale).round() as i32);
        let side = (width as i32).min(height as i32) - margin - gap;
        Self { left: margin, top: gap, side: side.max(1), reach: f64::from(reach).max(f64::MIN_POSITIVE), scale }
    }

    /// The corners of one of `side * side` squares, counted from the top left.
    pub(super) fn square(&self, place: usize, side: usize) -> [(i32, i32); 2] {
        let edge = |at: usize| self.side * at as i32 / side.max(1) as i32;
        let (column, row) = (place % side, place / side);
        [(0, 0), (1, 1)].map(|(right, down)| (self.left + edge(column + right), self.top + edge(row + down)))
    }

    pub(super) fn pixels(&self, css: f64) -> i32 {
        (css * self.scale).round().max(1.0) as i32
    }

    /// Where a place is drawn, if it lies in the window.
    pub(super) fn at(&self, place: [f32; 2]) -> Option<(i32, i32)> {
        let [x, y] = place.map(|number| f64::from(number) / self.reach);
        let pixel = |share: f64| (share * f64::from(self.side)).round() as i32;
        (x.abs() <= 1.0 && y.abs() <= 1.0)
            .then(|| (self.left + pixel((x + 1.0) / 2.0), self.top + pixel((1.0 - y) / 2.0)))
    }
}

/// The place of the plane that lies at a share of a picture's width and height, where the picture is `size` page pixels.
pub fn place(share: [f32; 2], size: [f64; 2], reach: f32) -> [f32; 2] {
    let side = size[0].min(size[1]) - MARGIN - GAP;
    let [x, y] = [(share[0], size[0], MARGIN), (share[1], size[1], GAP)]
        .map(|(share, size, from)| ((f64::from(share) * size - from) / side.max(1.0)) as f32);
    [(2.0 * x - 1.0) * reach, (1.0 - 2.0 * y) * reach]
}

/// Draws all over the whole of `backend`, both axes in one scale; `scale` is device pixels a page pixel.
///
/// # Errors
/// What the backend says, in its words.
pub fn scatter<B: DrawingBackend>(
    backend: B,
    scatter: &Scatter,
    layers: Layers,
    palette: &Palette,
    scale: f64,
) -> Result<(), String> {
    let area = backend.into_drawing_area();
    let window = Window::on(&area, scatter.reach, scale);
    let painted = area
        .fill(&palette.paper)
        .and_then(|()| match scatter.field.as_ref().filter(|_| layers.field) {
            Some(field) => ground(&area, field, &window, palette),
            None => Ok(()),
        })
        .and_then(|()| axes(&area, &window, palette))
        .and_then(|()| if layers.grid { grid(&area, scatter, &window, palette) } else { Ok(()) })
        .and_then(|()| dots(&area, &scatter.real, &window, |_| palette.neutral))
        .and_then(|()| if layers.slopes { slopes(&area, scatter, &window, palette) } else { Ok(()) })
        .and_then(|()| {
            let of = |at: usize| if layers.classes > 0 { class_colour(at % layers.classes) } else { palette.generator };
            dots(&area, &scatter.generated, &window, of)
        })
        .and_then(|()| area.present());
    painted.map_err(|error| error.to_string())
}

fn ground<B: DrawingBackend>(area: &Area<B>, field: &Field, window: &Window, palette: &Palette) -> Painted<B> {
    let side = field.values.width as usize;
    for (place, value) in field.values.pixels.iter().take(side * side).enumerate() {
        let ink = palette.discriminator.mix(STRONGEST * f64::from(*value) / 255.0);
        area.draw(&Rectangle::new(window.square(place, side), ink.filled()))?;
    }
    Ok(())
}

pub(super) fn axes<B: DrawingBackend>(area: &Area<B>, window: &Window, palette: &Palette) -> Painted<B> {
    let words = |h, v| letters(palette, window.scale, h, v);
    let (left, bottom, gap) = (window.left, window.top + window.side, window.pixels(5.0));
    let thin = palette.grid.stroke_width(window.pixels(1.0) as u32);
    for value in ticks(-window.reach, window.reach, 6) {
        let Some((x, y)) = window.at([value as f32; 2]) else { continue };
        area.draw(&PathElement::new([(x, window.top), (x, bottom)], thin))?;
        area.draw(&PathElement::new([(left, y), (left + window.side, y)], thin))?;
        area.draw(&Text::new(label(value), (x, bottom + gap), words(HPos::Center, VPos::Top)))?;
        area.draw(&Text::new(label(value), (left - gap, y), words(HPos::Right, VPos::Center)))?;
    }
    Ok(())
}

/// A word inside a corner of the window.
pub(super) fn name<B: DrawingBackend>(
    area: &Area<B>,
    name: &str,
    corner: [f32; 2],
    (across, up): (HPos, VPos),
    window: &Window,
    palette: &Palette,
) -> Painted<B> {
    let Some(at) = window.at(corner.map(|side| side * window.reach as f32)) else { return Ok(()) };
    area.draw(&Text::new(name, at, letters(palette, window.scale, across, up)))
}

fn dots<B: DrawingBackend>(
    area: &Area<B>,
    places: &[[f32; 2]],
    window: &Window,
    colour: impl Fn(usize) -> RGBColor,
) -> Painted<B> {
    for (index, at) in places.iter().enumerate().filter_map(|(index, place)| Some((index, window.at(*place)?))) {
        area.draw(&Circle::new(at, window.pixels(2.0), colour(index).mix(0.7).filled()))?;
    }
    Ok(())
}

/// An arrow from each point up the discriminator's slope, the steepest at full length.
fn slopes<B: DrawingBackend>(area: &Area<B>, scatter: &Scatter, window: &Window, palette: &Palette) -> Painted<B> {
    let length = |slope: &[f32; 2]| f64::from(slope[0].hypot(slope[1]));
    let most = scatter.slopes.iter().map(length).filter(|length| length.is_finite()).fold(0.0, f64::max);
    let style = palette.ink.stroke_width(window.pixels(1.0) as u32);
    for (place, slope) in scatter.generated.iter().zip(&scatter.slopes) {
        let Some(from) = window.at(*place).filter(|_| most > 0.0 && length(slope).is_finite()) else { continue };
        let along = slope.map(|part| f64::from(part) / most * LONGEST * window.scale);
        area.draw(&PathElement::new(arrow(from, along, BARB * window.scale), style))?;
    }
    Ok(())
}

/// One line that makes an arrow: to the tip, and to the end of either barb and back; a short arrow has short barbs.
fn arrow((x, y): (i32, i32), [right, up]: [f64; 2], barb: f64) -> [(i32, i32); 5] {
    let at = |right: f64, up: f64| (x + right.round() as i32, y - up.round() as i32);
    let share = (barb / right.hypot(up).max(f64::MIN_POSITIVE)).min(0.5);
    // Back along the shaft, and half as far to its side.
    let end = |side: f64| at(right - share * (right + side * up / 2.0), up - share * (up - side * right / 2.0));
    [at(0.0, 0.0), at(right, up), end(1.0), at(right, up), end(-1.0)]
}

/// The lines of the grid, each as far as it lies in the window.
fn grid<B: DrawingBackend>(area: &Area<B>, scatter: &Scatter, window: &Window, palette: &Palette) -> Painted<B> {
    let side = scatter.grid.len().isqrt();
    let style = palette.generator.mix(0.5).stroke_width(window.pixels(1.0) as u32);
    for (place, from) in scatter.grid.iter().enumerate() {
        let Some(from) = window.at(*from) else { continue };
        let right = (place % side + 1 < side).then_some(place + 1);
        for to in [right, Some(place + side)].into_iter().flatten() {
            if let Some(to) = scatter.grid.get(to).and_then(|to| window.at(*to)) {
                area.draw(&PathElement::new([from, to], style))?;
            }
        }
    }
    Ok(())
}
