//! Decision regions in the plane: each place in the colour of its class, or one unit's response; and samples over them.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::contour::zeros;
use super::pixels::{Image, channel};
use super::scatter::{Window, axes, name};
use super::scores::class_colour;
use super::{Area, Painted, Palette};
use crate::protocol::{Dot, Regions, Split};

/// Which samples are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shows {
    /// Those that the model learns from.
    pub train: bool,
    /// Those that it is tested on.
    pub test: bool,
}

/// How strongly a region covers the paper where the model is sure.
const STRONGEST: f64 = 0.6;
/// How near a sample lies to the place that it is at, as a share of the window's half.
const NEAR: f32 = 0.05;

/// Draws samples, axes and their names over the whole of `backend`, which shows [`ground`] between them; `scale` is device
/// pixels a page pixel.
///
/// # Errors
/// What the backend says, in its words.
pub fn regions<B: DrawingBackend>(
    backend: B,
    regions: &Regions,
    shows: Shows,
    names: &[String; 2],
    palette: &Palette,
    scale: f64,
) -> Result<(), String> {
    let area = backend.into_drawing_area();
    let window = Window::on(&area, regions.reach, scale);
    let painted = axes(&area, &window, palette)
        .and_then(|()| if regions.margin { margins(&area, regions, &window, palette) } else { Ok(()) })
        .and_then(|()| {
            let shown = |dot: &&Dot| if dot.split == Split::Train { shows.train } else { shows.test };
            let disc = |dot: &Dot| dot.split == Split::Train || regions.side == 0;
            regions.points.iter().filter(shown).try_for_each(|dot| point(&area, dot, disc(dot), &window, palette))
        })
        .and_then(|()| name(&area, &names[0], [0.98, -0.98], (HPos::Right, VPos::Bottom), &window, palette))
        .and_then(|()| name(&area, &names[1], [-0.98, 0.98], (HPos::Left, VPos::Top), &window, palette))
        .and_then(|()| area.present());
    painted.map_err(|error| error.to_string())
}

/// Each place as a pixel, for the window's square: in the colour of its class, the surer the less of the paper shows through;
/// or the response of a hidden `unit`, by its layer and its place there. `None` where nothing is told of places.
pub fn ground(regions: &Regions, unit: Option<(usize, usize)>) -> Option<Image> {
    if let Some((layer, unit)) = unit {
        return channel(regions.layers.get(layer)?, unit);
    }
    let side = regions.side;
    let pixel = |place: usize| {
        let (class, sure) = certainty(logits(regions, place)?, regions.margin);
        let RGBColor(red, green, blue) = class_colour(class);
        Some([red, green, blue, (255.0 * STRONGEST * sure).round() as u8])
    };
    let pixels: Vec<_> = (0..side as usize * side as usize).map_while(pixel).collect();
    (side > 0).then(|| Image { width: side, height: side, rgba: pixels.concat() })
}

/// Of each class the line where it is even with its best rival, and fainter the one where it leads by the margin.
fn margins<B: DrawingBackend>(area: &Area<B>, regions: &Regions, window: &Window, palette: &Palette) -> Painted<B> {
    let side = regions.side as usize;
    let classes = logits(regions, 0).map_or(0, <[f32]>::len);
    for (class, (lead, strength)) in (0..classes).flat_map(|class| [(class, (0.0, 0.9)), (class, (1.0, 0.45))]) {
        let beyond = |place| logits(regions, place).map_or(f32::NAN, |logits| ahead(logits, class) - lead);
        let values: Vec<f32> = (0..side * side).map(beyond).collect();
        let style = palette.ink.mix(strength).stroke_width(window.pixels(1.0) as u32);
        for [from, to] in zeros(&values, side, regions.reach) {
            if let Some((from, to)) = window.at(from).zip(window.at(to)) {
                area.draw(&PathElement::new([from, to], style))?;
            }
        }
    }
    Ok(())
}

/// Training samples are discs and test samples rings, but discs where they stand alone; a support vector has a ring around it,
/// and what is taken for another class a dark middle.
fn point<B: DrawingBackend>(area: &Area<B>, dot: &Dot, disc: bool, window: &Window, palette: &Palette) -> Painted<B> {
    let Some(at) = window.at(dot.at) else { return Ok(()) };
    let (ink, line) = (class_colour(dot.truth as usize), window.pixels(1.0) as u32);
    let size = window.pixels(3.0);
    if disc {
        area.draw(&Circle::new(at, size, ink.filled()))?;
        area.draw(&Circle::new(at, size, palette.paper.mix(0.8).stroke_width(line)))?;
    } else {
        area.draw(&Circle::new(at, size, palette.paper.filled()))?;
        area.draw(&Circle::new(at, size, ink.stroke_width(2 * line)))?;
    }
    if dot.slack {
        area.draw(&Circle::new(at, window.pixels(5.0), palette.ink.stroke_width(line)))?;
    }
    if dot.guess != dot.truth {
        area.draw(&Circle::new(at, window.pixels(1.0), palette.ink.filled()))?;
    }
    Ok(())
}

/// The logits of a place.
fn logits(regions: &Regions, place: usize) -> Option<&[f32]> {
    let rows = (regions.side as usize).pow(2) + regions.points.len();
    let classes = regions.logits.len() / rows.max(1);
    regions.logits.chunks_exact(classes.max(1)).nth(place)
}

/// The logits of a sample: its own, not those of the places around it.
pub fn logits_of(regions: &Regions, sample: usize) -> Option<&[f32]> {
    logits(regions, (regions.side as usize).pow(2) + sample).filter(|_| sample < regions.points.len())
}

/// The sample nearest to a place: where samples stand alone whichever it is, else one that lies there.
pub fn nearest(regions: &Regions, at: [f32; 2]) -> Option<usize> {
    let far = |dot: &Dot| (dot.at[0] - at[0]).hypot(dot.at[1] - at[1]);
    let all = regions.points.iter().map(far).enumerate();
    let (index, far) = all.min_by(|one, other| one.1.total_cmp(&other.1))?;
    (regions.side == 0 || far < NEAR * regions.reach).then_some(index)
}

/// The best class and how sure the model is of it: its probability, from 0 where all classes have the same to 1; of a support
/// vector machine its score's lead, up to the margin.
fn certainty(logits: &[f32], margin: bool) -> (usize, f64) {
    let best = (0..logits.len()).fold(0, |best, at| if logits[at] > logits[best] { at } else { best });
    if margin {
        return (best, f64::from(ahead(logits, best)).clamp(0.0, 1.0));
    }
    let even = 1.0 / logits.len().max(2) as f64;
    let share = f64::from(probabilities(logits)[best]);
    (best, ((share - even) / (1.0 - even)).clamp(0.0, 1.0))
}

/// By how much a class leads its best rival.
fn ahead(logits: &[f32], class: usize) -> f32 {
    let rivals = logits.iter().enumerate().filter(|(at, _)| *at != class).map(|(_, logit)| *logit);
    logits[class] - rivals.fold(f32::MIN, f32::max)
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
            pictures: Vec::new(),
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
