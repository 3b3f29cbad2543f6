//! The times as bars on a logarithmic scale, in SVG.

use std::fmt::Write as _;

/// Pixels of a bar's row, of the names on its left, and of a factor of ten.
const ROW: f64 = 15.0;
const LEFT: f64 = 190.0;
const DECADE: f64 = 130.0;
/// Where the scale begins and ends, as powers of ten of a millisecond.
const ENDS: [i32; 2] = [-1, 4];
/// Kiln's own bars, and all others.
const COLOURS: [&str; 2] = ["#d9541e", "#7b8794"];

/// An engine, and what it reached, if it ran.
pub type Bar = (String, Option<f64>);

/// For each workload, by its name, each engine's milliseconds.
pub fn svg(workloads: &[(String, Vec<Bar>)]) -> String {
    let rows: usize = workloads.iter().map(|(_, bars)| bars.len() + 1).sum();
    let [low, high] = ENDS;
    let (width, height) = (LEFT + f64::from(high - low) * DECADE + 90.0, (rows as f64 + 3.0) * ROW);
    let place = |ms: f64| (ms.max(1e-9).log10().clamp(f64::from(low), f64::from(high)) - f64::from(low)) * DECADE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for power in low..=high {
        let x = LEFT + place(10_f64.powi(power));
        let _ = writeln!(svg, "<path d=\"M{x} {ROW}V{}\" stroke=\"#ddd\"/>", height - ROW);
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{} ms</text>",
            height - 3.0,
            10_f64.powi(power)
        );
    }
    let mut y = ROW;
    for (workload, bars) in workloads {
        y += ROW;
        let _ = writeln!(svg, "<text x=\"6\" y=\"{}\" font-weight=\"bold\">{workload}</text>", y - 3.0);
        for (engine, time) in bars {
            let own = COLOURS[usize::from(!engine.starts_with("kiln-"))];
            let long = time.map_or(0.0, place).max(1.0);
            let said = time.map_or("-".to_owned(), |ms| format!("{ms:.2} ms"));
            let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{engine}</text>", LEFT - 6.0, y + 11.0);
            let _ = writeln!(
                svg,
                "<rect x=\"{LEFT}\" y=\"{}\" width=\"{long}\" height=\"{}\" fill=\"{own}\"/>",
                y + 2.0,
                ROW - 4.0
            );
            let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{said}</text>", LEFT + long + 4.0, y + 11.0);
            y += ROW;
        }
    }
    svg + "</svg>\n"
}
