//! A discriminator's scores as two histograms over one axis, and the latent plane's dots.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::curves::{label, ticks};
use super::{Palette, letters};
use crate::protocol::{Latent, Scores};

/// Ten colours that every kind of colour blindness tells apart: Paul Tol's "muted", its indigo and grey set lighter
/// for dark ground.
const CLASSES: [RGBColor; 10] = [
    RGBColor(204, 102, 119),
    RGBColor(102, 119, 221),
    RGBColor(221, 204, 119),
    RGBColor(17, 150, 80),
    RGBColor(136, 204, 238),
    RGBColor(170, 51, 102),
    RGBColor(68, 190, 170),
    RGBColor(153, 153, 51),
    RGBColor(190, 90, 180),
    RGBColor(187, 187, 187),
];

/// The cosine and the sine of a 48th of a turn.
const TURN: [f32; 2] = [0.991_444_9, 0.130_526_19];

/// A class's colour.
pub fn class_colour(class: usize) -> RGBColor {
    CLASSES[class % CLASSES.len()]
}

/// Draws both histograms over the whole of `backend`; `words` name the axes, `scale` is device pixels a page pixel.
///
/// # Errors
/// What the backend says, in its words.
pub fn histograms<B: DrawingBackend>(
    backend: B,
    scores: &Scores,
    words: [&str; 2],
    palette: &Palette,
    scale: f64,
) -> Result<(), String> {
    let area = backend.into_drawing_area();
    let said = |error: DrawingAreaErrorKind<B::ErrorType>| error.to_string();
    let pixels = |css: f64| (css * scale).round() as i32;
    let (width, height) = area.dim_in_pixel();
    let (left, right) = (pixels(46.0), width as i32 - pixels(12.0));
    let (top, bottom) = (pixels(24.0), height as i32 - pixels(38.0));
    let text = |h, v| letters(palette, scale, h, v);
    let most = scores.real.iter().chain(&scores.generated).copied().max().unwrap_or(0).max(1);
    let y = |count: f64| bottom - (count / f64::from(most) * f64::from(bottom - top)).round() as i32;
    let [low, high] = scores.range.map(f64::from);
    let x = |score: f64| left + ((score - low) / (high - low) * f64::from(right - left)).round() as i32;
    area.fill(&palette.paper).map_err(said)?;
    for count in ticks(0.0, f64::from(most), 4) {
        let line = [(left, y(count)), (right, y(count))];
        area.draw(&PathElement::new(line, palette.grid.stroke_width(scale.round() as u32))).map_err(said)?;
        let at = (left - pixels(6.0), y(count));
        area.draw(&Text::new(label(count), at, text(HPos::Right, VPos::Center))).map_err(said)?;
    }
    for score in ticks(low, high, 5) {
        let at = (x(score), bottom + pixels(5.0));
        area.draw(&Text::new(label(score), at, text(HPos::Center, VPos::Top))).map_err(said)?;
    }
    for (counts, colour) in [(&scores.real, palette.neutral), (&scores.generated, palette.generator)] {
        let bins = counts.len().max(1) as f64;
        let edge = |bin: usize| left + (bin as f64 / bins * f64::from(right - left)).round() as i32;
        let mut outline = vec![(left, bottom)];
        for (bin, count) in counts.iter().enumerate().map(|(bin, count)| (bin, f64::from(*count))) {
            let (from, to) = ((edge(bin), y(count)), (edge(bin + 1), bottom));
            area.draw(&Rectangle::new([from, to], colour.mix(0.3).filled())).map_err(said)?;
            outline.extend([from, (edge(bin + 1), y(count))]);
        }
        outline.push((right, bottom));
        area.draw(&PathElement::new(outline, colour.stroke_width(pixels(2.0) as u32))).map_err(said)?;
    }
    let across = ((left + right) / 2, height as i32 - pixels(4.0));
    area.draw(&Text::new(words[0].to_owned(), across, text(HPos::Center, VPos::Bottom))).map_err(said)?;
    area.draw(&Text::new(words[1].to_owned(), (pixels(4.0), pixels(4.0)), text(HPos::Left, VPos::Top)))
        .map_err(said)?;
    area.present().map_err(said)
}

/// From the middle of the latent plane to its edge: the outermost pictures stand for the codes at their middles.
pub fn reach(latent: &Latent) -> f32 {
    let side = latent.side as f32;
    if latent.side > 1 { latent.extent * side / (side - 1.0) } else { latent.extent }
}

/// Draws test codes by class, the probe's ellipse and the chosen place over the latent plane; it fills nothing.
///
/// # Errors
/// What the backend says, in its words.
pub fn codes<B: DrawingBackend>(
    backend: B,
    latent: &Latent,
    classes: &[String],
    dots: bool,
    chosen: Option<[f32; 2]>,
    scale: f64,
) -> Result<(), String> {
    let area = backend.into_drawing_area();
    let said = |error: DrawingAreaErrorKind<B::ErrorType>| error.to_string();
    let (width, height) = area.dim_in_pixel();
    let share = |value: f32| f64::from((value / reach(latent) + 1.0) / 2.0);
    let at = |[x, y]: [f32; 2]| {
        ((share(x) * f64::from(width)).round() as i32, ((1.0 - share(y)) * f64::from(height)).round() as i32)
    };
    let pixels = |css: f64| (css * scale).round().max(1.0) as u32;
    if dots {
        for (code, class) in &latent.codes {
            area.draw(&Circle::new(at(*code), pixels(3.5), BLACK.filled())).map_err(said)?;
            area.draw(&Circle::new(at(*code), pixels(2.5), class_colour(*class as usize).filled())).map_err(said)?;
        }
        for (class, name) in classes.iter().enumerate() {
            let own: Vec<[f32; 2]> =
                latent.codes.iter().filter(|code| code.1 as usize == class).map(|it| it.0).collect();
            if own.is_empty() {
                continue;
            }
            let mean = [0, 1].map(|axis| own.iter().map(|code| code[axis]).sum::<f32>() / own.len() as f32);
            area.draw(&Circle::new(at(mean), pixels(10.0), BLACK.mix(0.75).filled())).map_err(said)?;
            let font = ("system-ui, sans-serif", 13.0 * scale).into_font();
            let ink = class_colour(class);
            let style = TextStyle::from(font).color(&ink).pos(Pos::new(HPos::Center, VPos::Center));
            area.draw(&Text::new(name.clone(), at(mean), style)).map_err(said)?;
        }
    }
    if let Some((mean, spread, correlation)) = latent.probe {
        // One and two standard deviations of q(z | x).
        for reach in [1.0, 2.0] {
            let edge = |[cos, sin]: [f32; 2]| {
                // Cholesky's factor of the covariance, applied to the circle.
                let up = correlation * cos + (1.0 - correlation * correlation).max(0.0).sqrt() * sin;
                at([mean[0] + reach * spread[0] * cos, mean[1] + reach * spread[1] * up])
            };
            // By turning on: the page has no other use for sines, whose code and tables are 3 KB of it.
            let next = |[cos, sin]: &[f32; 2]| Some([cos * TURN[0] - sin * TURN[1], cos * TURN[1] + sin * TURN[0]]);
            let ring: Vec<_> = std::iter::successors(Some([1.0, 0.0]), next).take(49).map(edge).collect();
            area.draw(&PathElement::new(ring.clone(), BLACK.stroke_width(pixels(4.0)))).map_err(said)?;
            area.draw(&PathElement::new(ring, YELLOW.stroke_width(pixels(2.0)))).map_err(said)?;
        }
        area.draw(&Circle::new(at(mean), pixels(5.0), YELLOW.filled())).map_err(said)?;
    }
    if let Some(chosen) = chosen {
        area.draw(&Circle::new(at(chosen), pixels(8.0), BLACK.stroke_width(pixels(4.0)))).map_err(said)?;
        area.draw(&Circle::new(at(chosen), pixels(8.0), WHITE.stroke_width(pixels(2.0)))).map_err(said)?;
    }
    area.present().map_err(said)
}
