//! Curves over logarithmic axes, as SVG.

use std::fmt::Write as _;

/// Pixels: a panel's drawing area, and what lies left of it, right of it for names, above and below.
const SIDES: [f64; 2] = [360.0, 300.0];
const LEFT: f64 = 64.0;
const RIGHT: f64 = 120.0;
const ABOVE: f64 = 34.0;
const BELOW: f64 = 52.0;
/// One a curve; they differ in lightness as well.
const COLOURS: [&str; 4] = ["#d9541e", "#0067a3", "#2f7d4f", "#6b3f87"];

/// A named row of points, and beside each what it is held against.
pub struct Curve {
    /// Written at its end.
    pub name: String,
    /// `(x, y, guide)`, all over zero, with growing `x`.
    pub points: Vec<(f64, f64, f64)>,
}

/// Curves over one pair of axes.
pub struct Panel {
    /// Written over it.
    pub title: &'static str,
    /// What lies across, with its unit.
    pub across: &'static str,
    /// What lies upward, with its unit.
    pub up: &'static str,
    /// What is drawn.
    pub curves: Vec<Curve>,
}

/// Panels side by side under one scale upward; guides are dashed.
pub fn svg(panels: &[Panel], caption: &str) -> String {
    let wide = LEFT + SIDES[0] + RIGHT;
    let (width, height) = (wide * panels.len() as f64, ABOVE + SIDES[1] + BELOW + 18.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    let ups = panels.iter().flat_map(points).flat_map(|(_, y, guide)| [y, guide]);
    let up = Scale::decades(ups, ABOVE + SIDES[1], ABOVE);
    for (index, panel) in panels.iter().enumerate() {
        let left = wide * index as f64 + LEFT;
        let across = Scale::around(points(panel).map(|(x, ..)| x), left, left + SIDES[0]);
        axes(&mut svg, panel, &across, &up);
        for (curve, colour) in panel.curves.iter().zip(COLOURS.iter().cycle()) {
            draw(&mut svg, curve, colour, &across, &up);
        }
    }
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"{}\" fill=\"#555\">{caption}</text>", height - 6.0);
    svg + "</svg>\n"
}

fn points(panel: &Panel) -> impl Iterator<Item = (f64, f64, f64)> {
    panel.curves.iter().flat_map(|curve| curve.points.iter().copied())
}

/// Maps the logarithms between `ends` to the pixels between `places`.
struct Scale {
    ends: [f64; 2],
    places: [f64; 2],
}

impl Scale {
    /// From the least to the most, and a little more on both sides.
    fn around(numbers: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let [low, high] = extent(numbers);
        Self { ends: [low - 0.08, high + 0.08], places: [from, to] }
    }

    /// The same, to whole powers of ten.
    fn decades(numbers: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let [low, high] = extent(numbers);
        Self { ends: [low.floor(), high.ceil().max(low.floor() + 1.0)], places: [from, to] }
    }

    fn place(&self, number: f64) -> f64 {
        let ([low, high], [from, to]) = (self.ends, self.places);
        from + (number.log10() - low) / (high - low) * (to - from)
    }
}

/// The least and the largest logarithm.
fn extent(numbers: impl Iterator<Item = f64>) -> [f64; 2] {
    numbers.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], number| {
        [low.min(number.log10()), high.max(number.log10())]
    })
}

fn axes(svg: &mut String, panel: &Panel, across: &Scale, up: &Scale) {
    let ([left, right], [bottom, top]) = (across.places, up.places);
    let mut marks: Vec<f64> = points(panel).map(|(x, ..)| x).collect();
    marks.sort_by(f64::total_cmp);
    marks.dedup();
    for mark in marks {
        let x = across.place(mark);
        let _ = writeln!(svg, "<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"#eee\"/>");
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{mark}</text>", bottom + 15.0);
    }
    for power in up.ends[0] as i32..=up.ends[1] as i32 {
        let (mark, y) = (10_f64.powi(power), up.place(10_f64.powi(power)));
        let _ = writeln!(svg, "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#ddd\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{mark}</text>", left - 5.0, y + 4.0);
    }
    let (middle, half) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let _ = writeln!(svg, "<path d=\"M{left} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"#333\"/>");
    let title = [(panel.title, top - 14.0, " font-weight=\"bold\""), (panel.across, bottom + 34.0, "")];
    for (words, y, weight) in title {
        let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{y}\" text-anchor=\"middle\"{weight}>{words}</text>");
    }
    let (x, words) = (left - 46.0, panel.up);
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{half}\" text-anchor=\"middle\" transform=\"rotate(-90 {x} {half})\">{words}</text>"
    );
}

fn draw(svg: &mut String, curve: &Curve, colour: &str, across: &Scale, up: &Scale) {
    let line = |height: fn(&(f64, f64, f64)) -> f64| {
        let places = curve.points.iter().map(|point| {
            let (x, y) = (across.place(point.0), up.place(height(point)));
            format!("{x:.1},{y:.1}")
        });
        places.collect::<Vec<_>>().join(" ")
    };
    let guide = line(|point| point.2);
    let _ = writeln!(svg, "<polyline points=\"{guide}\" fill=\"none\" stroke=\"{colour}\" stroke-dasharray=\"2 4\"/>");
    let curve_line = line(|point| point.1);
    let _ = writeln!(svg, "<polyline points=\"{curve_line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
    for (x, y, _) in &curve.points {
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>",
            across.place(*x),
            up.place(*y)
        );
    }
    if let Some((x, y, _)) = curve.points.last() {
        let (x, y) = (across.place(*x) + 8.0, up.place(*y) + 4.0);
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{colour}\">{}</text>", curve.name);
    }
}

#[cfg(test)]
mod tests {
    use super::{Curve, Panel, SIDES, svg};

    #[test]
    fn a_factor_is_as_long_everywhere_and_a_line_of_slope_one_is_straight() {
        let points = [(1.0, 1.0, 1.0), (10.0, 10.0, 5.0), (100.0, 100.0, 50.0)].to_vec();
        let panel = Panel { title: "t", across: "a", up: "u", curves: vec![Curve { name: "n".into(), points }] };
        let text = svg(&[panel], "c");
        let numbers = |name: &str| -> Vec<f64> {
            let circles = text.lines().filter(|line| line.starts_with("<circle"));
            circles
                .map(|line| line.split(name).nth(1).and_then(|it| it.split('"').next()).unwrap().parse().unwrap())
                .collect()
        };
        let (x, y) = (numbers("cx=\""), numbers("cy=\""));
        assert!((x[1] - x[0] - (x[2] - x[1])).abs() < 0.2 && x[1] > x[0], "{x:?}");
        assert!((y[1] - y[0] - (y[2] - y[1])).abs() < 0.2 && (y[1] - y[0] + SIDES[1] / 2.0).abs() < 0.2, "{y:?}");
        assert!(text.contains(">100</text>") && text.contains(">u</text>") && text.ends_with("</svg>\n"), "{text}");
    }
}
