//! Decision regions in the plane: each place in the colour of its class, with samples on top; or one unit's response.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::pixels::channel;
use super::scatter::{Window, axes, name};
use super::scores::class_colour;
use super::{Area, Painted, Palette};
use crate::protocol::{Dot, Regions, Split};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shows {
    /// Samples that the model learns from.
    pub train: bool,
    /// Samples that it is tested on.
    pub test: bool,
    /// Instead of the regions the response of a hidden unit: its layer, and its place there.
    pub unit: Option<(usize, usize)>,
}

/// How strongly a region covers the paper where the model is sure.
const STRONGEST: f64 = 0.6;
/// Half the arms of the cross at the place that is read, in page pixels.
const CROSS: f64 = 7.0;

/// Draws all over the whole of `backend`, with a cross at the place `at` and the names of the axes; `scale` is device pixels a page
/// pixel.
///
/// # Errors
/// What the backend says, in its words.
pub fn regions<B: DrawingBackend>(
    backend: B,
    regions: &Regions,
    shows: Shows,
    at: [f32; 2],
    names: &[String; 2],
    palette: &Palette,
    scale: f64,
) -> Result<(), String> {
    let area = backend.into_drawing_area();
    let window = Window::on(&area, regions.reach, scale);
    let painted = area
        .fill(&palette.paper)
        .and_then(|()| ground(&area, regions, shows, &window))
        .and_then(|()| axes(&area, &window, palette))
        .and_then(|()| {
            let shown = |dot: &&Dot| if dot.split == Split::Train { shows.train } else { shows.test };
            regions.points.iter().filter(shown).try_for_each(|dot| point(&area, dot, &window, palette))
        })
        .and_then(|()| cross(&area, at, &window, palette))
        .and_then(|()| name(&area, &names[0], [0.98, -0.98], (HPos::Right, VPos::Bottom), &window, palette))
        .and_then(|()| name(&area, &names[1], [-0.98, 0.98], (HPos::Left, VPos::Top), &window, palette))
        .and_then(|()| area.present());
    painted.map_err(|error| error.to_string())
}

fn ground<B: DrawingBackend>(area: &Area<B>, regions: &Regions, shows: Shows, window: &Window) -> Painted<B> {
    let side = regions.side as usize;
    let unit = shows.unit.and_then(|(layer, unit)| channel(regions.layers.get(layer)?, unit));
    for place in 0..side * side {
        let square = window.square(place, side);
        let ink = match &unit {
            Some(image) => {
                let Some([red, green, blue, _]) = image.rgba.get(4 * place..4 * place + 4) else { continue };
                RGBColor(*red, *green, *blue).mix(1.0)
            }
            None => {
                let Some(logits) = logits(regions, place) else { continue };
                let (class, sure) = certainty(logits, regions.margin);
                class_colour(class).mix(STRONGEST * sure)
            }
        };
        area.draw(&Rectangle::new(square, ink.filled()))?;
    }
    Ok(())
}

/// Training samples are discs and test samples rings; a support vector has a dark rim, and what is taken for another class a
/// dark middle.
fn point<B: DrawingBackend>(area: &Area<B>, dot: &Dot, window: &Window, palette: &Palette) -> Painted<B> {
    let Some(at) = window.at(dot.at) else { return Ok(()) };
    let (ink, line) = (class_colour(dot.truth as usize), window.pixels(1.0) as u32);
    let size = window.pixels(3.0);
    if dot.split == Split::Train {
        area.draw(&Circle::new(at, size, ink.filled()))?;
        let rim = if dot.slack { palette.ink.mix(1.0) } else { palette.paper.mix(0.8) };
        area.draw(&Circle::new(at, size, rim.stroke_width(line)))?;
    } else {
        area.draw(&Circle::new(at, size, palette.paper.filled()))?;
        area.draw(&Circle::new(at, size, ink.stroke_width(2 * line)))?;
    }
    if dot.guess != dot.truth {
        area.draw(&Circle::new(at, window.pixels(1.0), palette.ink.filled()))?;
    }
    Ok(())
}

fn cross<B: DrawingBackend>(area: &Area<B>, at: [f32; 2], window: &Window, palette: &Palette) -> Painted<B> {
    let Some((x, y)) = window.at(at) else { return Ok(()) };
    let (arm, style) = (window.pixels(CROSS), palette.ink.stroke_width(window.pixels(1.5) as u32));
    area.draw(&PathElement::new([(x - arm, y), (x + arm, y)], style))?;
    area.draw(&PathElement::new([(x, y - arm), (x, y + arm)], style))
}

fn logits(regions: &Regions, place: usize) -> Option<&[f32]> {
    let classes = regions.logits.len() / (regions.side as usize).pow(2).max(1);
    regions.logits.chunks_exact(classes.max(1)).nth(place)
}

/// The best class and how sure the model is of it: its probability, from 0 where all classes have the same to 1; of a support
/// vector machine its score's lead, up to the margin.
fn certainty(logits: &[f32], margin: bool) -> (usize, f64) {
    let best = (0..logits.len()).fold(0, |best, at| if logits[at] > logits[best] { at } else { best });
    let rival = (0..logits.len()).filter(|at| *at != best).map(|at| logits[at]).fold(f32::MIN, f32::max);
    if margin {
        return (best, f64::from(logits[best] - rival).clamp(0.0, 1.0));
    }
    let even = 1.0 / logits.len().max(2) as f64;
    let share = f64::from(probabilities(logits)[best]);
    (best, ((share - even) / (1.0 - even)).clamp(0.0, 1.0))
}

/// `e^z / sum(e^z)`.
pub fn probabilities(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let shares: Vec<f32> = logits.iter().map(|logit| (logit - most).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.iter().map(|share| share / sum).collect()
}

/// The logits at a place, straight between those of the four places around it; empty where nothing is told.
pub fn logits_at(regions: &Regions, at: [f32; 2]) -> Vec<f32> {
    let side = regions.side as usize;
    let last = side.saturating_sub(1);
    // In squares, from the middle of the first.
    let [x, y] = [at[0], -at[1]].map(|place| {
        let square = (place / regions.reach + 1.0) / 2.0 * side as f32 - 0.5;
        square.clamp(0.0, last as f32)
    });
    let (left, top) = (x.floor() as usize, y.floor() as usize);
    let mut sum = Vec::new();
    for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let share = |along: f32, from: usize, far: usize| {
            let beyond = along - from as f32;
            if far == 1 { beyond } else { 1.0 - beyond }
        };
        let weight = share(x, left, column) * share(y, top, row);
        let place = (top + row).min(last) * side + (left + column).min(last);
        let Some(logits) = logits(regions, place) else { return Vec::new() };
        sum.resize(logits.len(), 0.0);
        sum.iter_mut().zip(logits).for_each(|(sum, logit)| *sum += weight * logit);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(margin: bool) -> Regions {
        // Two places a side; the logits of class 0 are 1, 2 over 3, 4, and those of class 1 are 0.
        let logits = vec![1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 4.0, 0.0];
        Regions {
            axes: Default::default(),
            reach: 1.0,
            side: 2,
            logits,
            margin,
            points: Vec::new(),
            layers: Vec::new(),
        }
    }

    #[test]
    fn a_place_is_read_between_its_neighbours() {
        assert_eq!(logits_at(&two(false), [0.0, 0.0]), [2.5, 0.0]);
        assert_eq!(logits_at(&two(false), [-0.5, 0.5]), [1.0, 0.0], "the middle of the first square");
        assert_eq!(logits_at(&two(false), [1.0, -1.0]), [4.0, 0.0], "beyond the last middle");
        assert!(logits_at(&Regions { side: 0, logits: Vec::new(), ..two(false) }, [0.0, 0.0]).is_empty());
    }

    #[test]
    fn the_surer_the_stronger() {
        let third = 1.0_f32 / 3.0;
        assert_eq!(probabilities(&[0.0, 0.0, 0.0]), [third; 3]);
        assert_eq!(certainty(&[0.0, 0.0], false), (0, 0.0));
        let (class, sure) = certainty(&[0.0, 3.0_f32.ln()], false); // 3 / 4 against 1 / 4
        assert!(class == 1 && (sure - 0.5).abs() < 1e-6, "{sure}");
        assert_eq!(certainty(&[0.25, 0.75, -3.0], true), (1, 0.5), "half the margin");
        assert_eq!(certainty(&[5.0, 0.0], true), (0, 1.0));
    }
}
