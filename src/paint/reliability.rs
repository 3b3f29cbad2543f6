//! The reliability diagram: of the samples that a model was so sure of, how many were right.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::{Area, Painted, Palette, letters};
use crate::protocol::Bin;

/// By how much confidence and accuracy differ, on the average over samples: the expected calibration error, from 0 to 1
/// (Guo et al., On calibration of modern neural networks, ICML 2017, eq. 3). 0 without samples.
pub fn calibration_error(bins: &[Bin]) -> f64 {
    mean_gap(bins, f64::abs)
}

/// By how much the mean confidence is above the accuracy, from -1 to 1.
pub fn overconfidence(bins: &[Bin]) -> f64 {
    mean_gap(bins, |gap| gap)
}

/// What `of` makes of the confidence of each bin's samples less how many are right, for each sample.
fn mean_gap(bins: &[Bin], of: fn(f64) -> f64) -> f64 {
    let all: u32 = bins.iter().map(|bin| bin.count).sum();
    let gaps = bins.iter().map(|bin| of(f64::from(bin.confidence) - f64::from(bin.right)));
    gaps.sum::<f64>() / f64::from(all.max(1))
}

/// Draws accuracy over confidence, bin by bin, with the diagonal on which a calibrated model's bars end, over the whole of
/// `backend`; `words` name the axes, `scale` is device pixels a page pixel.
///
/// # Errors
/// What the backend says, in its words.
pub fn reliability<B: DrawingBackend>(
    backend: B,
    bins: &[Bin],
    words: [&str; 2],
    palette: &Palette,
    scale: f64,
) -> Result<(), String> {
    draw(&backend.into_drawing_area(), bins, words, palette, scale).map_err(|error| error.to_string())
}

fn draw<B: DrawingBackend>(
    area: &Area<B>,
    bins: &[Bin],
    words: [&str; 2],
    palette: &Palette,
    scale: f64,
) -> Painted<B> {
    let pixels = |css: f64| (css * scale).round() as i32;
    let (width, height) = area.dim_in_pixel();
    let (left, right, top, bottom) =
        (pixels(46.0), width as i32 - pixels(22.0), pixels(24.0), height as i32 - pixels(38.0));
    let x = |share: f64| left + (share * f64::from(right - left)).round() as i32;
    let y = |share: f64| bottom - (share * f64::from(bottom - top)).round() as i32;
    let text = |h, v| letters(palette, scale, h, v);
    let thin = scale.round().max(1.0) as u32;
    area.fill(&palette.paper)?;
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let label = format!("{:.0} %", 100.0 * share);
        area.draw(&PathElement::new([(left, y(share)), (right, y(share))], palette.grid.stroke_width(thin)))?;
        area.draw(&Text::new(label.clone(), (left - pixels(6.0), y(share)), text(HPos::Right, VPos::Center)))?;
        area.draw(&Text::new(label, (x(share), bottom + pixels(5.0)), text(HPos::Center, VPos::Top)))?;
    }
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    for (at, bin) in bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
        let edge = |at: usize| x(at as f64 / bins.len() as f64);
        let share = f64::from(bin.right) / f64::from(bin.count);
        // Bins that hold little say little.
        let ink = palette.test.mix(0.25 + 0.65 * (f64::from(bin.count) / f64::from(most)).sqrt());
        area.draw(&Rectangle::new([(edge(at) + 1, y(share)), (edge(at + 1) - 1, bottom)], ink.filled()))?;
    }
    area.draw(&PathElement::new([(left, bottom), (right, top)], palette.ink.stroke_width(thin)))?;
    let across = ((left + right) / 2, height as i32 - pixels(4.0));
    area.draw(&Text::new(words[0].to_owned(), across, text(HPos::Center, VPos::Bottom)))?;
    area.draw(&Text::new(words[1].to_owned(), (pixels(4.0), pixels(4.0)), text(HPos::Left, VPos::Top)))?;
    area.present()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two samples at 0.6, one of them right, and two at 0.9, both right: |1 - 1.2| / 4 + |2 - 1.8| / 4 = 0.1.
    #[test]
    fn the_calibration_error_is_the_mean_gap() {
        let bins =
            [Bin { count: 2, right: 1, confidence: 1.2 }, Bin::default(), Bin { count: 2, right: 2, confidence: 1.8 }];
        assert!((calibration_error(&bins) - 0.1).abs() < 1e-6);
        assert!(overconfidence(&bins).abs() < 1e-6, "too sure below, not sure enough above");
        assert_eq!((calibration_error(&[]), overconfidence(&[])), (0.0, 0.0));
        let vain = [Bin { count: 10, right: 5, confidence: 9.0 }];
        assert!((calibration_error(&vain) - 0.4).abs() < 1e-6 && (overconfidence(&vain) - 0.4).abs() < 1e-6);
    }
}
