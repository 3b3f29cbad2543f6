//! Charts as SVG, and pictures as pixels, without a browser.
#![cfg(feature = "ui")]

use kiln::paint::Palette;
use kiln::paint::curves::{Chart, Line, Plot, draw, ticks};
use kiln::paint::film::Film;
use kiln::paint::pixels::{Image, mosaic, picture, sheet};
use kiln::paint::regions::{Shows, ground, logits_of, nearest, regions};
use kiln::paint::reliability::reliability;
use kiln::paint::scatter::{Layers, scatter};
use kiln::paint::scores::{codes, histograms};
use kiln::protocol::{Bin, Dot, Field, Latent, Layer, Plane, Regions, Role, Scatter, Scores, Split, text};
use plotters::prelude::{RGBColor, SVGBackend};

const PALETTE: Palette = Palette {
    paper: RGBColor(255, 255, 255),
    ink: RGBColor(30, 30, 30),
    grid: RGBColor(220, 220, 220),
    train: RGBColor(0, 114, 178),
    test: RGBColor(213, 94, 0),
    generator: RGBColor(0, 158, 115),
    discriminator: RGBColor(204, 121, 167),
    neutral: RGBColor(90, 90, 90),
};

fn line(role: Role, raw: Vec<(u64, f32)>) -> Line {
    Line { role, raw, smooth: vec![], bars: vec![], reference: None, dashed: false }
}

fn chart(lines: Vec<Line>) -> Chart {
    Chart {
        x: "step".into(),
        y: "loss (nats)".into(),
        lines,
        bounds: None,
        log: false,
        wide: false,
        cursor: None,
        scale: 1.0,
    }
}

fn svg(chart: &Chart) -> (String, Plot) {
    let mut out = String::new();
    let plot = draw(SVGBackend::with_string(&mut out, (600, 240)), chart, &PALETTE).expect("SVG takes everything");
    (out, plot)
}

/// The points of the training curve.
fn places(out: &str) -> Vec<(f64, f64)> {
    let path = out.split("<polyline").find(|piece| piece.contains("#0072B2")).expect("the curve is a path");
    let points = path.split("points=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("it has points");
    let place = |point: &str| point.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)));
    points.split_whitespace().filter_map(place).collect()
}

fn falling() -> Vec<(u64, f32)> {
    (1..=100).map(|step| (step, 2.3 / step as f32)).collect()
}

#[test]
fn curves_have_axes_with_names_and_their_roles_colours() {
    let (out, _) = svg(&chart(vec![line(Role::Train, falling()), line(Role::Test, vec![(50, 1.0), (100, 0.5)])]));
    for needed in ["loss (nats)", "step", "#0072B2", "#D55E00", ">\n100\n<", ">\n0\n<"] {
        assert!(out.contains(needed), "{needed} is missing from {out}");
    }
}

#[test]
fn a_curve_falls_when_its_values_fall() {
    let (out, _) = svg(&chart(vec![line(Role::Train, falling())]));
    let rows: Vec<f64> = places(&out).into_iter().map(|(_, row)| row).collect();
    assert!(rows.len() > 20 && rows.windows(2).all(|pair| pair[0] <= pair[1]), "{rows:?}");
}

#[test]
fn a_reference_is_dashed_and_within_the_frame() {
    let mut with = chart(vec![Line { reference: Some(99.0), ..line(Role::Test, vec![(1, 10.0), (100, 98.0)]) }]);
    with.bounds = Some((0.0, 100.0));
    let without = chart(vec![line(Role::Test, vec![(1, 10.0), (100, 98.0)])]);
    let dashes = svg(&with).0.matches("<polyline").count() - svg(&without).0.matches("<polyline").count();
    assert!(dashes > 20, "{dashes} dashes");
}

#[test]
fn a_second_curve_of_a_role_is_dashed() {
    let flat = || line(Role::Generator, vec![(0, 0.5), (100, 0.5)]);
    let plain = svg(&chart(vec![flat()])).0.matches("<polyline").count();
    let dashes = svg(&chart(vec![Line { dashed: true, ..flat() }])).0.matches("<polyline").count();
    assert!(dashes > plain + 20, "{dashes} pieces of a dashed curve, {plain} of a plain one");
}

#[test]
fn the_log_scale_takes_zeros_and_spikes() {
    let values = vec![(1, 0.0), (2, 1e-3), (3, 1e3), (4, -1.0)];
    let (out, _) = svg(&Chart { log: true, ..chart(vec![line(Role::Train, values)]) });
    assert!(!out.contains("NaN") && !out.contains("inf"), "{out}");
    assert!(out.contains(">\n10\n<") && out.contains(">\n1\n<"), "{out}");
}

/// 10, 100 and 1,000 lie equally far apart, and a bar from 20 to 40 reaches from one to the other.
#[test]
fn a_wide_axis_moves_by_factors_and_bars_reach_as_far_as_they_say() {
    let curve = line(Role::Generator, vec![(10, 50.0), (100, 30.0), (1000, 30.0)]);
    let with = Chart { wide: true, ..chart(vec![Line { bars: vec![10.0, 10.0, 0.0], ..curve }]) };
    let (out, _) = svg(&with);
    let numbers = |name: &str, of: &str| -> Vec<f64> {
        let start = format!(" {name}=\"");
        let pieces = of.split(&start).skip(1);
        pieces.filter_map(|piece| piece.split('"').next()?.parse().ok()).collect()
    };
    let circles: Vec<&str> = out.split("<circle").skip(1).collect();
    let at: Vec<f64> = circles.iter().flat_map(|circle| numbers("cx", circle)).collect();
    assert_eq!(at.len(), 3, "{out}");
    assert!((at[2] - at[1] - (at[1] - at[0])).abs() <= 1.0 && at[1] - at[0] > 150.0, "{at:?}");
    assert!([">\n10\n<", ">\n100\n<", ">\n1000\n<"].iter().all(|tick| out.contains(tick)), "{out}");
    let colour = circles[0].split("fill=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let drawn = out.split("<polyline").skip(1).filter(|piece| piece.split("/>").next().unwrap().contains(colour));
    assert_eq!(drawn.count(), 1 + 9, "the curve, and a stem and two caps for each value");
    let (empty, plot) = svg(&Chart { wide: true, ..chart(vec![line(Role::Test, vec![])]) });
    assert!(!empty.contains("NaN") && plot.until > 10.0, "{empty}");
}

/// 40,000 values on some hundred columns: the one spike is drawn, and no column has more than four points.
#[test]
fn a_long_curve_is_as_many_points_as_there_are_columns() {
    let value = |step: u64| if step == 23_456 { 9.0 } else { 2.0 + (step % 7) as f32 * 0.1 };
    let (out, plot) = svg(&chart(vec![line(Role::Train, (0..40_000).map(|step| (step, value(step))).collect())]));
    let places = places(&out);
    let columns = (plot.right - plot.left) as usize + 1;
    assert!((columns..=4 * columns).contains(&places.len()), "{} points on {columns} columns", places.len());
    assert_eq!(places.iter().filter(|(_, row)| *row < 100.0).count(), 1, "{places:?}");
    assert!(places.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0] != pair[1]));
}

#[test]
fn a_chart_without_values_still_stands() {
    for log in [false, true] {
        for bounds in [None, Some((0.0, 100.0))] {
            let lines = vec![Line { reference: Some(99.0), ..line(Role::Train, vec![]) }];
            let (out, plot) = svg(&Chart { log, bounds, ..chart(lines) });
            assert!(out.contains("loss (nats)") && !out.contains("NaN"));
            assert_eq!(plot.until, 10.0);
            let whole = bounds.is_some() && !log;
            assert_eq!(out.contains(">\n100\n<") && out.contains(">\n20\n<"), whole, "{out}");
        }
    }
}

#[test]
fn a_flat_curve_and_a_single_value_are_drawn() {
    for values in [vec![(1, 0.0)], vec![(1, 5.0), (9, 5.0)]] {
        let (out, _) = svg(&chart(vec![line(Role::Train, values)]));
        assert!(out.contains("<circle") && !out.contains("NaN"), "{out}");
    }
}

#[test]
fn a_pointer_finds_its_step() {
    let (_, plot) = svg(&chart(vec![line(Role::Train, falling())]));
    assert_eq!(plot.step_at(plot.left), 0);
    assert_eq!(plot.step_at(plot.right), 100);
    assert_eq!(plot.step_at((plot.left + plot.right) / 2.0), 50);
    assert_eq!(plot.step_at(-100.0), 0);
    assert_eq!(plot.step_at(1e9), 100);
}

#[test]
fn the_cursor_marks_every_curve() {
    let lines = vec![line(Role::Train, falling()), line(Role::Test, falling())];
    let (out, _) = svg(&Chart { cursor: Some(40), ..chart(lines) });
    assert_eq!(out.matches("<circle").count(), 2);
}

#[test]
fn ticks_are_round_and_within() {
    assert_eq!(ticks(0.0, 100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
    assert_eq!(ticks(3.0, 11.0, 4), [4.0, 6.0, 8.0, 10.0]);
    assert!(ticks(1.0, 1.0, 5).is_empty());
    assert!(ticks(f64::NAN, 1.0, 5).is_empty());
}

fn plane(pixels: Vec<u8>, width: u32) -> Plane {
    Plane { width, height: pixels.len() as u32 / width, channels: 1, pixels }
}

#[test]
fn pictures_keep_their_greys_and_colours() {
    let grey = picture(&plane(vec![0, 128, 255, 7], 2)).expect("it fits");
    assert_eq!(grey.rgba, [0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255, 7, 7, 7, 255]);
    let colour = Plane { width: 1, height: 1, channels: 3, pixels: vec![1, 2, 3] };
    assert_eq!(picture(&colour).expect("it fits").rgba, [1, 2, 3, 255]);
}

#[test]
fn a_plane_of_the_wrong_size_is_refused() {
    assert_eq!(picture(&Plane { width: 2, height: 2, channels: 1, pixels: vec![0; 3] }), None);
    assert_eq!(picture(&Plane::default()), None);
    assert_eq!(picture(&Plane { width: 1, height: 1, channels: 2, pixels: vec![0; 2] }), None);
}

#[test]
fn a_sheet_lays_its_channels_out_and_tells_signs_apart() {
    let channels = vec![plane(vec![128], 1), plane(vec![255], 1), plane(vec![1], 1)];
    let layer = Layer { title: text("a", "一"), shape: vec![3, 1, 1], channels, signed: true, scale: 1.0 };
    let image = sheet(&layer).expect("it fits");
    assert_eq!((image.width, image.height), (5, 1));
    let pixel = |at: usize| &image.rgba[at * 4..at * 4 + 4];
    assert_eq!(pixel(0), [255, 255, 255, 255], "zero is white");
    assert!(pixel(2)[0] > pixel(2)[2], "above zero is orange");
    assert!(pixel(4)[2] > pixel(4)[0], "below zero is blue");
    assert_eq!(pixel(1), [0, 0, 0, 0], "the gap is transparent");
    assert_eq!(sheet(&Layer { channels: vec![], ..layer }), None);
}

#[test]
fn a_mosaic_lays_out_its_tiles_over_their_bars() {
    let (black, white) = (plane(vec![0; 4], 2), plane(vec![255; 4], 2));
    let image = mosaic(&[&black, &white, &white], 2, &[0.5, 1.0, 0.0], [9, 9, 9], [7, 7, 7]).expect("it fits");
    // Two tiles of 2x2 with a gap, twice: 2 rows of picture, a gap, 2 rows of bar, a gap.
    assert_eq!((image.width, image.height), (5, 11));
    let pixel = |x: usize, y: usize| &image.rgba[(y * 5 + x) * 4..(y * 5 + x) * 4 + 4];
    assert_eq!((pixel(1, 1), pixel(3, 0), pixel(0, 6)), (&[0, 0, 0, 255][..], &[255; 4][..], &[255; 4][..]));
    assert_eq!((pixel(0, 3), pixel(1, 3)), (&[9, 9, 9, 255][..], &[7, 7, 7, 255][..]), "half a bar");
    assert_eq!((pixel(2, 0), pixel(0, 2)), (&[0; 4][..], &[0; 4][..]), "gaps are transparent");
    assert_eq!(mosaic(&[&black, &plane(vec![0; 3], 3)], 2, &[], [0; 3], [0; 3]), None, "tiles of one size");
    assert_eq!(mosaic(&[], 2, &[], [0; 3], [0; 3]), None);
}

#[test]
fn a_film_gives_its_pictures_back() {
    for (colour, shade) in [(false, [255, 255, 255, 255]), (true, [255, 0, 0, 255])] {
        let mut film = Film::new(2, 1, colour).expect("a film");
        for first in [[0, 0, 0, 255], shade] {
            let image = Image { width: 2, height: 1, rgba: [first, shade].concat() };
            film.add(&image, 12).expect("it is of the film's size");
        }
        let bytes = film.finish().expect("a file");
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(&bytes[..]).expect("a GIF");
        let mut shots = Vec::new();
        while let Some(frame) = decoder.read_next_frame().expect("a picture") {
            shots.push((frame.delay, frame.buffer.to_vec()));
        }
        assert_eq!(shots, [(12, [[0, 0, 0, 255], shade].concat()), (12, [shade, shade].concat())]);
        assert_eq!(decoder.repeat(), gif::Repeat::Infinite);
    }
}

#[test]
fn scores_are_two_histograms_over_one_axis() {
    let scores = Scores { range: [0.0, 1.0], probability: true, real: vec![1, 9], generated: vec![40, 0] };
    let mut out = String::new();
    let canvas = SVGBackend::with_string(&mut out, (600, 240));
    histograms(canvas, &scores, ["probability", "samples"], &PALETTE, 1.0).expect("SVG takes everything");
    for needed in ["probability", "samples", "#009E73", "#5A5A5A", ">\n40\n<", ">\n0.4\n<"] {
        assert!(out.contains(needed), "{needed} is missing from {out}");
    }
    assert_eq!(out.matches("<rect").count(), 5, "the paper and four bins");
}

/// The frame is 400 wide and 200 high, from (46, 24): 468 less margins of 46 and 22, 262 less 24 and 38.
#[test]
fn bars_of_confidence_end_where_as_many_are_right() {
    let bin = |count, right| Bin { count, right, confidence: 0.0 };
    let drawn = |bins: &[Bin]| {
        let mut out = String::new();
        let canvas = SVGBackend::with_string(&mut out, (468, 262));
        reliability(canvas, bins, ["confidence", "accuracy"], &PALETTE, 1.0).expect("SVG takes everything");
        out
    };
    let out = drawn(&[bin(0, 0), bin(4, 1), bin(0, 0), bin(1, 1)]);
    let bars = ["x=\"147\" y=\"174\" width=\"98\" height=\"50\"", "x=\"347\" y=\"24\" width=\"98\" height=\"200\""];
    for needed in bars.into_iter().chain(["46,224 446,24", "confidence", "accuracy", ">\n75 %\n<"]) {
        assert!(out.contains(needed), "{needed} is missing from {out}");
    }
    assert_eq!(out.matches("<rect").count(), 3, "the paper, and no bar where there are no samples");
    let inks = out.split("<rect").filter(|piece| piece.contains("#D55E00"));
    let inks: Vec<f64> =
        inks.filter_map(|piece| piece.split("opacity=\"").nth(1)?.split('"').next()?.parse().ok()).collect();
    assert!(inks.len() == 2 && inks[0] > inks[1], "a bin that holds little is pale: {inks:?}");
    let empty = drawn(&[]);
    assert!(empty.contains("46,224 446,24") && empty.matches("<rect").count() == 1, "{empty}");
}

#[test]
fn test_codes_lie_where_they_should_and_a_probe_has_its_ellipse() {
    let latent = Latent {
        size: 2,
        axes: [0, 1],
        extent: 3.0,
        side: 0,
        decoded: vec![],
        codes: vec![([0.0, 3.0], 0), ([-3.0, 0.0], 1)],
        probe: None,
        principal: None,
    };
    let draw = |latent: &Latent, dots: bool, chosen| {
        let mut out = String::new();
        let canvas = SVGBackend::with_string(&mut out, (601, 601));
        codes(canvas, latent, &["naught".into(), "one".into()], dots, chosen, 1.0).expect("SVG takes everything");
        out
    };
    let out = draw(&latent, true, None);
    assert!(out.contains("cx=\"301\" cy=\"0\"") && out.contains("cx=\"0\" cy=\"301\""), "{out}");
    assert!(out.contains("naught") && out.contains("one"));
    assert!(!draw(&latent, false, None).contains("<circle"));
    assert!(draw(&latent, false, Some([3.0, -3.0])).contains("cx=\"601\" cy=\"601\""));
    let probed = Latent { probe: Some(([1.0, 0.0], [0.5, 0.25], 0.0)), ..latent };
    assert_eq!(draw(&probed, false, None).matches("<polyline").count(), 4, "two rings, each outlined");
    // A full correlation makes of the inner ring the diagonal from (0.5, -0.25) to (1.5, 0.25).
    let tilted = Latent { probe: Some(([1.0, 0.0], [0.5, 0.25], 1.0)), ..probed };
    let out = draw(&tilted, false, None);
    assert!(out.contains("451,275") && out.contains("351,326"), "{out}");
}

/// A window of one place, and what stands in it.
fn told(points: Vec<Dot>, side: u32) -> Regions {
    Regions {
        reach: 1.0,
        axes: Default::default(),
        side,
        logits: vec![0.0, 3.0_f32.ln()],
        margin: false,
        points,
        pictures: vec![],
        layers: vec![],
    }
}

fn drawn(told: &Regions, names: [&str; 2]) -> String {
    let (mut out, shows) = (String::new(), Shows { train: true, test: true });
    let canvas = SVGBackend::with_string(&mut out, (438, 438));
    regions(canvas, told, shows, &names.map(str::to_owned), &PALETTE, 1.0).expect("SVG takes everything");
    out
}

#[test]
fn regions_name_their_axes() {
    let (named, bare) = (drawn(&told(vec![], 1), ["length (cm)", "weight (g)"]), drawn(&told(vec![], 1), ["", ""]));
    assert!(named.contains("length (cm)") && named.contains("weight (g)"), "{named}");
    assert!(!bare.contains("length"));
    assert!(!bare.contains("<rect"), "the ground shows through");
}

#[test]
fn a_place_has_its_classs_colour_the_surer_the_stronger() {
    let ground = ground(&told(vec![], 1), None).unwrap();
    // Three quarters of two: half of what can be had.
    assert_eq!((ground.width, ground.height, ground.rgba), (1, 1, vec![102, 119, 221, 77]));
    assert!(kiln::paint::regions::ground(&told(vec![], 0), None).is_none(), "samples alone have no ground");
    assert!(kiln::paint::regions::ground(&told(vec![], 1), Some((0, 0))).is_none(), "no such unit");
}

#[test]
fn samples_alone_are_discs_and_one_is_always_near() {
    let dot = |at, guess| Dot { at, truth: 1, guess, split: Split::Test, slack: false };
    let dots = vec![dot([-0.5, 0.0], 1), dot([0.5, 0.5], 0)];
    let (alone, placed) = (told(dots.clone(), 0), told(dots, 1));
    assert_eq!([&alone, &placed].map(|told| nearest(told, [0.5, 0.4])), [Some(1), None]);
    assert_eq!([&alone, &placed].map(|told| nearest(told, [0.49, 0.49])), [Some(1), Some(1)]);
    assert_eq!(nearest(&told(vec![], 0), [0.0, 0.0]), None);
    let discs = |told: &Regions| drawn(told, ["", ""]).matches("fill=\"#6677DD\"").count();
    assert_eq!([discs(&alone), discs(&placed)], [2, 0], "a ring's middle is paper");
    let wrong = drawn(&alone, ["", ""]).matches("<circle").count();
    assert_eq!(wrong, 5, "two discs with their rims, and the middle of one that is wrong");
}

/// Class 0 leads by 2 x: even at 0, ahead by the margin at 0.5, behind by it at -0.5; each line crosses three rows of squares.
#[test]
fn a_margin_is_drawn_and_support_vectors_are_ringed() {
    let places = (0..16).flat_map(|place| [2.0 * ((place % 4) as f32 + 0.5) / 2.0 - 2.0, 0.0]);
    let logits: Vec<f32> = places.chain([0.0, 1.0]).collect();
    let dot = |slack| Dot { at: [0.9, 0.9], truth: 1, guess: 1, split: Split::Train, slack };
    let with = |margin, slack| Regions { margin, logits: logits.clone(), ..told(vec![dot(slack)], 4) };
    let count = |told: &Regions, piece: &str| drawn(told, ["", ""]).matches(piece).count();
    let lines = [true, false].map(|margin| count(&with(margin, false), "<polyline"));
    assert_eq!(lines[0] - lines[1], 4 * 3, "two lines of each class");
    assert_eq!([false, true].map(|slack| count(&with(true, slack), "<circle")), [2, 3]);
    assert_eq!(logits_of(&with(true, false), 0), Some(&[0.0, 1.0][..]), "behind those of the places");
    assert_eq!(logits_of(&with(true, false), 1), None);
}

const BARE: Layers = Layers { field: false, slopes: false, grid: false, classes: 0 };

fn spread() -> Scatter {
    Scatter {
        reach: 1.5,
        real: vec![[0.0, 0.0], [1.5, 1.5]],
        generated: vec![[-1.5, -1.5], [9.0, 0.0], [f32::NAN, 0.0]],
        field: Some(Field { values: plane(vec![0, 255, 128, 64], 2), range: [0.0, 1.0] }),
        slopes: vec![[2.0, 0.0], [1.0, 1.0], [f32::NAN, 0.0]],
        grid: vec![[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]],
    }
}

fn scattered(points: &Scatter, layers: Layers, size: (u32, u32)) -> String {
    let mut out = String::new();
    scatter(SVGBackend::with_string(&mut out, size), points, layers, &PALETTE, 1.0).expect("SVG takes everything");
    assert!(!out.contains("NaN") && !out.contains("inf"), "{out}");
    out
}

/// The window's side is 438 less margins of 30 and 8: 400 pixels from (30, 8).
#[test]
fn points_lie_where_they_should_on_axes_of_one_scale() {
    for size in [(438, 438), (600, 438), (438, 900)] {
        let out = scattered(&spread(), BARE, size);
        for place in ["cx=\"230\" cy=\"208\"", "cx=\"430\" cy=\"8\"", "cx=\"30\" cy=\"408\""] {
            assert!(out.contains(place), "{place} is missing from {out}");
        }
        assert_eq!(out.matches("<circle").count(), 3, "what lies outside the window is left out");
        for needed in ["#5A5A5A", "#009E73", ">\n1\n<", ">\n-1.5\n<"] {
            assert!(out.contains(needed), "{needed} is missing from {out}");
        }
    }
}

#[test]
fn a_field_covers_the_window_slopes_are_arrows_and_a_grid_is_lines() {
    let bare = scattered(&spread(), BARE, (438, 438));
    let counts = |layers| {
        let out = scattered(&spread(), layers, (438, 438));
        ["<rect", "<polyline"].map(|piece| out.matches(piece).count() - bare.matches(piece).count())
    };
    assert_eq!(counts(Layers { field: true, ..BARE }), [3, 0], "where D finds nothing real the paper is bare");
    assert_eq!(counts(Layers { slopes: true, ..BARE }), [0, 1], "one of three points lies in the window");
    assert_eq!(counts(Layers { grid: true, ..BARE }), [0, 4], "a square has four sides");
    let told = scattered(&spread(), Layers { classes: 2, ..BARE }, (438, 438));
    assert!(bare.contains("#009E73") && !told.contains("#009E73"), "each point has its class's colour");
    let steep = scattered(&spread(), Layers { slopes: true, ..BARE }, (438, 438));
    let arrow = "30,408 58,408 52,405 58,408 52,411";
    assert!(steep.contains(arrow), "the steepest is 28 pixels long and has a head of 6: {steep}");
}

#[test]
fn a_scatter_of_nothing_still_stands() {
    let nothing = Scatter {
        reach: 0.0,
        real: vec![],
        generated: vec![],
        field: Some(Field { values: Plane::default(), range: [0.0, 0.0] }),
        slopes: vec![],
        grid: vec![],
    };
    for size in [(438, 438), (1, 1), (20, 900)] {
        scattered(&nothing, Layers { field: true, slopes: true, grid: true, classes: 2 }, size);
    }
}
