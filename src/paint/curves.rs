//! A chart of curves over steps: axes with names, a grid, dashed references, a cursor.

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::{Area, Painted, Palette, letters};
use crate::protocol::Role;

/// By so much an axis to the right that moves by factors goes on beyond its first and its last value.
const AIR: f64 = 1.15;

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whose it is.
    pub role: Role,
    /// As measured, by step.
    pub raw: Vec<(u64, f32)>,
    /// As smoothed; empty where raw is what should be seen.
    pub smooth: Vec<(u64, f32)>,
    /// How far a bar reaches to either side of each raw value; empty where there are none.
    pub bars: Vec<f32>,
    /// A value to hold it against.
    pub reference: Option<f32>,
    /// Whether it is dashed: an earlier curve of the chart has its role, and so its colour.
    pub dashed: bool,
}

/// All that a chart shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What is counted to the right.
    pub x: String,
    /// What is measured upwards, with its unit.
    pub y: String,
    /// The curves.
    pub lines: Vec<Line>,
    /// What the values cannot leave.
    pub bounds: Option<(f32, f32)>,
    /// Whether the axis upwards moves by factors.
    pub log: bool,
    /// Whether the one to the right does: from the first value to the last, none of them 0.
    pub wide: bool,
    /// A step to mark.
    pub cursor: Option<u64>,
    /// Device pixels a page pixel.
    pub scale: f64,
}

/// Where steps lie in a drawing, so that a pointer can be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    /// The first pixel column.
    pub left: f64,
    /// The last one.
    pub right: f64,
    /// The step at the last one; 0 stands at the first.
    pub until: f64,
}

impl Plot {
    /// The step under a pixel column.
    pub fn step_at(&self, column: f64) -> u64 {
        let share = ((column - self.left) / (self.right - self.left)).clamp(0.0, 1.0);
        (share * self.until).round() as u64
    }
}

/// The rectangle between the axes, and the values at its edges.
struct Frame {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    /// At the left edge; 0 where the axis does not move by factors.
    from: f64,
    until: f64,
    low: f64,
    high: f64,
    log: bool,
}

impl Frame {
    fn x(&self, step: f64) -> i32 {
        let share =
            if self.from > 0.0 { (step / self.from).ln() / (self.until / self.from).ln() } else { step / self.until };
        self.left + (share * f64::from(self.right - self.left)).round() as i32
    }

    /// The row of a value; values beyond an edge lie on it.
    fn y(&self, value: f64) -> i32 {
        let value = value.clamp(self.low, self.high);
        let share = if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.bottom - (share * f64::from(self.bottom - self.top)).round() as i32
    }
}

/// Draws a chart over the whole of `backend`.
///
/// # Errors
/// What the backend says, in its words.
pub fn draw<B: DrawingBackend>(backend: B, chart: &Chart, palette: &Palette) -> Result<Plot, String> {
    let area = backend.into_drawing_area();
    let pixels = |css: f64| (css * chart.scale).round() as i32;
    let (width, height) = area.dim_in_pixel();
    let ((from, until), (low, high)) = (reach(chart), range(chart));
    let frame = Frame {
        left: pixels(52.0),
        right: width as i32 - pixels(20.0),
        top: pixels(24.0),
        bottom: height as i32 - pixels(36.0),
        from,
        until,
        low,
        high,
        log: chart.log,
    };
    let painted = axes(&area, chart, &frame, palette)
        .and_then(|()| references(&area, chart, &frame, palette))
        .and_then(|()| lines(&area, chart, &frame, palette))
        .and_then(|()| cursor(&area, chart, &frame, palette))
        .and_then(|()| area.present());
    painted.map_err(|error| error.to_string())?;
    Ok(Plot { left: f64::from(frame.left), right: f64::from(frame.right), until })
}

fn axes<B: DrawingBackend>(area: &Area<B>, chart: &Chart, frame: &Frame, palette: &Palette) -> Painted<B> {
    let pixels = |css: f64| (css * chart.scale).round() as i32;
    let words = |h, v| letters(palette, chart.scale, h, v);
    let thin = palette.grid.stroke_width(chart.scale.round() as u32);
    area.fill(&palette.paper)?;
    let rows = if chart.log { factors(frame.low, frame.high) } else { ticks(frame.low, frame.high, 5) };
    for value in rows {
        let y = frame.y(value);
        area.draw(&PathElement::new([(frame.left, y), (frame.right, y)], thin))?;
        let at = (frame.left - pixels(6.0), y);
        area.draw(&Text::new(label(value), at, words(HPos::Right, VPos::Center)))?;
    }
    let steps = if chart.wide { factors(frame.from, frame.until) } else { ticks(0.0, frame.until, 6) };
    for step in steps.into_iter().filter(|step| step.fract() == 0.0) {
        let x = frame.x(step);
        area.draw(&PathElement::new([(x, frame.bottom), (x, frame.bottom + pixels(4.0))], thin))?;
        let at = (x, frame.bottom + pixels(6.0));
        area.draw(&Text::new(label(step), at, words(HPos::Center, VPos::Top)))?;
    }
    area.draw(&Text::new(chart.y.clone(), (pixels(4.0), pixels(4.0)), words(HPos::Left, VPos::Top)))?;
    let at = (frame.right, frame.bottom + pixels(35.0));
    area.draw(&Text::new(chart.x.clone(), at, words(HPos::Right, VPos::Bottom)))
}

fn references<B: DrawingBackend>(area: &Area<B>, chart: &Chart, frame: &Frame, palette: &Palette) -> Painted<B> {
    let dash = (6.0 * chart.scale).round() as usize;
    for line in &chart.lines {
        let Some(value) = line.reference else { continue };
        let (y, style) = (frame.y(f64::from(value)), palette.of(line.role).stroke_width(stroke(chart, 1.25)));
        for left in (frame.left..frame.right).step_by(dash * 2) {
            let right = (left + dash as i32).min(frame.right);
            area.draw(&PathElement::new([(left, y), (right, y)], style))?;
        }
    }
    Ok(())
}

fn lines<B: DrawingBackend>(area: &Area<B>, chart: &Chart, frame: &Frame, palette: &Palette) -> Painted<B> {
    for line in &chart.lines {
        let colour = palette.of(line.role);
        let path = |points: &[(u64, f32)]| -> Vec<(i32, i32)> {
            let at = |&(step, value): &(u64, f32)| (frame.x(step as f64), frame.y(f64::from(value)));
            thinned(&points.iter().map(at).collect::<Vec<_>>())
        };
        for (&(step, value), bar) in line.raw.iter().zip(&line.bars) {
            let (x, cap) = (frame.x(step as f64), stroke(chart, 4.0) as i32);
            let [low, high] = [value - bar, value + bar].map(|end| frame.y(f64::from(end)));
            for (one, other) in
                [((x, low), (x, high)), ((x - cap, low), (x + cap, low)), ((x - cap, high), (x + cap, high))]
            {
                area.draw(&PathElement::new([one, other], colour.stroke_width(stroke(chart, 1.5))))?;
            }
        }
        let smooth = !line.smooth.is_empty();
        let faint = colour.mix(if smooth { 0.3 } else { 1.0 });
        let raw = path(&line.raw);
        // A curve of few values shows them; a single value would be no line at all.
        if line.raw.len() <= 24 {
            for &at in &raw {
                area.draw(&Circle::new(at, stroke(chart, 3.0), faint.filled()))?;
            }
        }
        let thick = |points, style: ShapeStyle| {
            let (dash, gap) = (stroke(chart, 7.0), stroke(chart, 5.0));
            if line.dashed {
                area.draw(&DashedPathElement::new(points, dash, gap, style))
            } else {
                area.draw(&PathElement::new(points, style))
            }
        };
        if smooth {
            area.draw(&PathElement::new(raw, faint.stroke_width(stroke(chart, 1.0))))?;
            thick(path(&line.smooth), colour.stroke_width(stroke(chart, 2.0)))?;
        } else {
            thick(raw, faint.stroke_width(stroke(chart, 2.0)))?;
        }
    }
    Ok(())
}

/// Of the points in each pixel column the first, the highest, the lowest and the last, in their order: the same picture of a
/// curve that has many values to a column.
fn thinned(path: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut thin = Vec::new();
    for column in path.chunk_by(|one, other| one.0 == other.0) {
        let (mut least, mut most) = (0, 0);
        for (at, point) in column.iter().enumerate() {
            least = if point.1 < column[least].1 { at } else { least };
            most = if point.1 > column[most].1 { at } else { most };
        }
        thin.extend([0, least.min(most), least.max(most), column.len() - 1].map(|at| column[at]));
    }
    thin.dedup();
    thin
}

fn cursor<B: DrawingBackend>(area: &Area<B>, chart: &Chart, frame: &Frame, palette: &Palette) -> Painted<B> {
    let Some(step) = chart.cursor.filter(|step| *step as f64 <= frame.until) else { return Ok(()) };
    let x = frame.x(step as f64);
    area.draw(&PathElement::new([(x, frame.top), (x, frame.bottom)], palette.ink.stroke_width(stroke(chart, 1.0))))?;
    for line in &chart.lines {
        let shown = if line.smooth.is_empty() { &line.raw } else { &line.smooth };
        if let Some(point) = shown.iter().min_by_key(|point| point.0.abs_diff(step)) {
            let at = (frame.x(point.0 as f64), frame.y(f64::from(point.1)));
            area.draw(&Circle::new(at, stroke(chart, 4.0), palette.of(line.role).filled()))?;
        }
    }
    Ok(())
}

fn stroke(chart: &Chart, css: f64) -> u32 {
    (css * chart.scale).round().max(1.0) as u32
}

/// The steps at the left and the right edge.
fn reach(chart: &Chart) -> (f64, f64) {
    let ends = |line: &Line| Some([line.raw.first()?.0, line.raw.last()?.0]);
    let ends: Vec<_> = chart.lines.iter().filter_map(ends).collect();
    let last = ends.iter().map(|ends| ends[1]).max().unwrap_or(0).max(10) as f64;
    if !chart.wide {
        return (0.0, last);
    }
    let first = ends.iter().map(|ends| ends[0]).min().unwrap_or(1).max(1) as f64;
    (first / AIR, last.max(2.0 * first) * AIR)
}

/// The values at the lower and upper edge: all that is drawn, with a little air, within the bounds.
fn range(chart: &Chart) -> (f64, f64) {
    let measured = chart.lines.iter().flat_map(|line| {
        let bar = |at: usize| line.bars.get(at).copied().unwrap_or_default();
        line.raw.iter().enumerate().flat_map(move |(at, (_, value))| [value - bar(at), value + bar(at)])
    });
    let references = chart.lines.iter().filter_map(|line| line.reference);
    let values: Vec<f64> = measured.chain(references).map(f64::from).filter(|v| !chart.log || *v > 0.0).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bounds = chart.bounds.map(|(low, high)| (f64::from(low), f64::from(high)));
    if chart.lines.iter().all(|line| line.raw.is_empty()) || low > high {
        return match bounds {
            Some((low, high)) if !chart.log || low > 0.0 => (low, high),
            _ => (if chart.log { 0.01 } else { 0.0 }, 1.0),
        };
    }
    if chart.log {
        let floor = (low / 1.1).max(high * 1e-6);
        return (floor, (high * 1.1).max(floor * 1.5));
    }
    let air = ((high - low) * 0.05).max(high.abs() * 0.01).max(1e-6);
    // A loss is read against zero while it is far from flat.
    let single = chart.lines.iter().all(|line| line.raw.len() <= 1);
    let low = if low > 0.0 && (single || low < high / 2.0) { 0.0 } else { low - air };
    let high = high + air;
    bounds.map_or((low, high), |(least, most)| (low.max(least), high.min(most)))
}

/// About `count` round values from `low` to `high`: multiples of 1, 2 or 5 times a power of ten.
pub fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let rough = (high - low) / count as f64;
    // Whole powers of ten end where numbers are no longer normal.
    if !(rough.is_normal() && rough > 0.0) {
        return Vec::new();
    }
    let power = 10f64.powi(rough.log10().floor() as i32);
    let grain = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|g| *g >= rough).unwrap_or(power);
    let (first, last) = ((low / grain).ceil() as i64, (high / grain + 1e-9).floor() as i64);
    (first..=last).map(|n| n as f64 * grain).collect()
}

/// Powers of ten from `low` to `high`, with their doubles and quintuples where there are few.
fn factors(low: f64, high: f64) -> Vec<f64> {
    let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
    let multiples: &[f64] = if high / low > 1e3 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let all = decades.flat_map(|decade| multiples.iter().map(move |m| m * 10f64.powi(decade)));
    all.filter(|value| (low..=high).contains(value)).collect()
}

/// A value at an axis, short.
pub(super) fn label(value: f64) -> String {
    let size = value.abs();
    if size >= 1e6 {
        format!("{}M", (value / 1e4).round() / 100.0)
    } else if size >= 1e4 {
        format!("{}k", (value / 10.0).round() / 100.0)
    } else if size >= 1e-3 || size == 0.0 {
        ((value * 1e4).round() / 1e4).to_string()
    } else {
        format!("{value:.0e}")
    }
}
