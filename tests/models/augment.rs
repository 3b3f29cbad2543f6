//! Augmentation: what is exact is exact, what is drawn follows from the seed, the step and the sample, and tests stay tests.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use std::time::Instant;

use crate::support::row;
use burn::tensor::Device;
use kiln::data::augment::{Augment, Occasion};
use kiln::data::warp::Pose;
use kiln::data::{DataSet, Making, SETS, Samples, Values};
use kiln::engine::feed::{Feed, Shelf};
use kiln::engine::recipe::{Batch, Shape};
use kiln::protocol::{Range, Split, Value};

const SIDE: usize = 28;
const AREA: usize = SIDE * SIDE;
const GREY: [usize; 3] = [1, SIDE, SIDE];

fn named(name: &str) -> &'static DataSet {
    SETS.iter().find(|set| (set.card)().name == name).unwrap()
}

fn knobs(list: &[(&str, f64)]) -> Vec<(String, Value)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), value_of(name, *value))).collect()
}

fn value_of(name: &str, value: f64) -> Value {
    match name {
        "flip" => Value::Switch(value != 0.0),
        "cutout" => Value::Whole(value as i64),
        _ => Value::Real(value),
    }
}

fn augment(set: &str, list: &[(&str, f64)]) -> Option<Augment> {
    let set = named(set);
    Augment::of(set, &(set.card)(), &Making { seed: 0, knobs: knobs(list) })
}

/// `pixels` as this occasion has them.
fn changed(augment: &Augment, pixels: &[f32], [seed, step, row]: [u64; 3]) -> Vec<f32> {
    let mut pixels = pixels.to_vec();
    augment.change(&mut pixels, Occasion { seed, step, row });
    pixels
}

fn posed(pose: Pose, pixels: &[f32], shape: [usize; 3]) -> Vec<f32> {
    let mut pixels = pixels.to_vec();
    pose.apply(&mut pixels, shape, 0.0, None);
    pixels
}

/// Noise, so that no two places are alike.
fn noise(count: usize) -> Vec<f32> {
    let mut state = 9_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// A ring, as smooth as a digit.
fn ring() -> Vec<f32> {
    let ink = |at: usize| {
        let (x, y) = ((at % SIDE) as f32 - 13.5, (at / SIDE) as f32 - 13.5);
        (1.0 - ((x.hypot(y) - 7.0) / 2.0).powi(2)).max(0.0)
    };
    (0..AREA).map(ink).collect()
}

/// A shelf whose samples are noise, with knobs set.
fn shelf(name: &str, list: &[(&str, f64)]) -> Shelf {
    let mut shelf = Shelf::new(named(name));
    assert!(shelf.adopt(&knobs(list)).is_empty());
    let size = shelf.shape().size();
    for (index, chunk) in shelf.chunks().to_vec().iter().enumerate().filter(|(_, chunk)| chunk.count <= 5000) {
        let values = (0..chunk.count * size).map(|at| (at * 31 % 251) as u8).collect();
        shelf.put(index, Samples { values: Values::Bytes(values), labels: vec![1; chunk.count] });
    }
    shelf
}

fn bits(batch: Batch) -> Vec<u32> {
    row(batch.images).into_iter().map(f32::to_bits).collect()
}

#[test]
fn sets_of_pictures_have_hot_knobs_that_rest() {
    for set in SETS {
        let card = (set.card)();
        let signals = Shape::from(&card).signals();
        assert_eq!(card.augmented(), !card.plane() && !signals, "{}", card.name);
        if card.plane() || signals {
            let loud = Making { seed: 0, knobs: knobs(&[("noise", 1.0)]) };
            assert_eq!(Augment::of(set, &card, &loud), None, "{}: its noise is another one", card.name);
            continue;
        }
        let flips = card.knobs.iter().any(|knob| knob.name == "flip");
        assert_eq!(flips, card.name != "mnist", "a digit's mirror image is no digit");
        assert!(card.knobs.iter().all(|knob| knob.hot));
        let rest = card.knobs.iter().map(|knob| (knob.name.to_string(), knob.default.clone())).collect();
        assert_eq!(Augment::of(set, &card, &Making { seed: 0, knobs: rest }), None, "{}", card.name);
        for knob in &card.knobs {
            let most = match knob.range {
                Range::Real { max, .. } => Value::Real(max),
                Range::Whole { max, .. } => Value::Whole(max),
                Range::Switch => Value::Switch(true),
                ref other => panic!("{other:?}"),
            };
            let augment = Augment::of(set, &card, &Making { seed: 0, knobs: vec![(knob.name.to_string(), most)] });
            let augment = augment.unwrap_or_else(|| panic!("{} {} does nothing", card.name, knob.name));
            let pixels = noise(card.shape.iter().product::<u32>() as usize);
            let moved = (0..8).filter(|row| changed(&augment, &pixels, [1, 2, *row]) != pixels).count();
            assert!(moved > 0, "{} {}", card.name, knob.name);
            let fine = (0..8).flat_map(|row| changed(&augment, &pixels, [1, 2, row]));
            assert!(fine.into_iter().all(|pixel| (0.0..=1.0).contains(&pixel)), "{} {}", card.name, knob.name);
        }
    }
}

#[test]
fn at_rest_a_batch_is_the_batch() {
    let pixels = noise(3 * AREA);
    assert_eq!(posed(Pose::default(), &pixels, [3, SIDE, SIDE]), pixels);
    let (shelf, device) = (shelf("sketches", &[]), Device::default());
    let mut feed = Feed::new(&shelf, 5, 16);
    let rows: Vec<usize> = feed.rows(3).iter().map(|row| *row as usize).collect();
    let plain = shelf.batch(Split::Train, rows.into_iter(), &device).unwrap();
    assert_eq!(bits(feed.batch(&shelf, 3, &device).unwrap()), bits(plain));
}

#[test]
fn whole_pixels_quarter_turns_and_mirrors_are_exact() {
    let shape = [2, SIDE, SIDE];
    let pixels = noise(2 * AREA);
    let at = |channel: usize, x: i64, y: i64| {
        let inside = (0..SIDE as i64).contains(&x) && (0..SIDE as i64).contains(&y);
        if inside { pixels[channel * AREA + y as usize * SIDE + x as usize] } else { 0.0 }
    };
    let expect = |pose: Pose, from: &dyn Fn(i64, i64) -> (i64, i64)| {
        let moved = posed(pose, &pixels, shape);
        for (place, pixel) in moved.iter().enumerate() {
            let (channel, x, y) = (place / AREA, (place % SIDE) as i64, (place / SIDE % SIDE) as i64);
            let (from_x, from_y) = from(x, y);
            assert_eq!(*pixel, at(channel, from_x, from_y), "{pose:?} at {x} {y}");
        }
    };
    let last = SIDE as i64 - 1;
    let still = Pose::default();
    expect(Pose { shift: [3.0, -2.0], ..still }, &|x, y| (x - 3, y + 2));
    expect(Pose { shift: [-40.0, 0.0], ..still }, &|x, y| (x + 40, y));
    expect(Pose { flipped: true, ..still }, &|x, y| (last - x, y));
    expect(Pose { angle: 180.0, ..still }, &|x, y| (last - x, last - y));
    // Counter-clockwise: the top comes from the right.
    expect(Pose { angle: 90.0, ..still }, &|x, y| (last - y, x));
    expect(Pose { angle: -90.0, ..still }, &|x, y| (y, last - x));
    // Mirrored first, then turned, then moved.
    expect(Pose { angle: 90.0, flipped: true, shift: [0.0, 1.0], ..still }, &|x, y| (y - 1, x));
}

#[test]
fn half_a_pixel_is_the_mean_and_scale_and_shear_go_where_they_say() {
    let pixels = noise(AREA);
    let moved = posed(Pose { shift: [0.5, 0.0], ..Pose::default() }, &pixels, GREY);
    assert!((moved[30] - (pixels[30] + pixels[29]) / 2.0).abs() < 1e-6 && moved[28] == pixels[28] / 2.0);
    let ink = |picture: &[f32]| picture.iter().sum::<f32>();
    let large = posed(Pose { scale: 1.5, ..Pose::default() }, &ring(), GREY);
    assert!((ink(&large) / ink(&ring()) - 2.25).abs() < 0.02, "an area grows by the square");
    // An upright line leans to the left by its angle.
    let line: Vec<f32> = (0..AREA).map(|at| if at % SIDE == 14 { 1.0 } else { 0.0 }).collect();
    let leaning = posed(Pose { shear: 45.0, ..Pose::default() }, &line, GREY);
    let centre = |y: usize| {
        let line = &leaning[y * SIDE..(y + 1) * SIDE];
        line.iter().enumerate().map(|(x, ink)| x as f32 * ink).sum::<f32>() / ink(line)
    };
    assert!((centre(8) - (14.0 - 5.5)).abs() < 0.01 && (centre(20) - (14.0 + 6.5)).abs() < 0.01, "{}", centre(8));
}

#[test]
fn emoji_lie_on_white_and_digits_on_black() {
    for (name, paper) in [("mnist", 0.0), ("emoji", 1.0)] {
        let augment = augment(name, &[("scale", 50.0)]).unwrap();
        let size = (named(name).card)().shape.iter().product::<u32>() as usize;
        let small = (0..40).map(|row| changed(&augment, &vec![0.5; size], [1, 1, row])).find(|it| it[0] != 0.5);
        assert_eq!(small.unwrap()[0], paper, "{name}");
    }
}

#[test]
fn what_happens_follows_from_seed_step_and_sample_alone() {
    let all = [("shift", 2.0), ("rotation", 10.0), ("elastic", 1.0), ("noise", 0.1), ("cutout", 5.0)];
    let augment = augment("mnist", &all).unwrap();
    let one = changed(&augment, &ring(), [7, 300, 4]);
    assert_eq!(changed(&augment, &ring(), [7, 300, 4]), one);
    for other in [[8, 300, 4], [7, 301, 4], [7, 300, 5]] {
        assert_ne!(changed(&augment, &ring(), other), one, "{other:?}");
    }
    // A batch's size and what else stands in it do not matter.
    let (shelf, device) = (shelf("sketches", &all), Device::default());
    let mut feed = Feed::new(&shelf, 7, 16);
    let batch = row(feed.batch(&shelf, 9, &device).unwrap().images);
    for (place, index) in feed.rows(9).to_vec().into_iter().enumerate() {
        let mut own = Vec::new();
        shelf.augmented(Occasion { seed: 7, step: 9, row: index.into() }, &mut own).unwrap();
        assert_eq!(own, batch[place * AREA..(place + 1) * AREA]);
    }
}

/// Of even numbers from -a to a: mean 0, variance a^2 / 3.
#[test]
fn shifts_are_even_within_their_reach() {
    let augment = augment("mnist", &[("shift", 4.0)]).unwrap();
    // A ramp tells by how far it was moved.
    let ramp: Vec<f32> = (0..AREA).map(|at| (at % SIDE) as f32 / 32.0).collect();
    let middle = 14 * SIDE + 14;
    let shifts = (0..4000).map(|row| f64::from(ramp[middle] - changed(&augment, &ramp, [1, 0, row])[middle]) * 32.0);
    let shifts: Vec<f64> = shifts.collect();
    let mean = shifts.iter().sum::<f64>() / 4000.0;
    let variance = shifts.iter().map(|shift| shift * shift).sum::<f64>() / 4000.0;
    assert!(mean.abs() < 0.15 && (variance - 16.0 / 3.0).abs() < 0.3, "{mean} {variance}");
    assert!(shifts.iter().all(|shift| shift.abs() <= 4.001) && shifts.iter().any(|shift| shift.abs() > 3.9));
}

#[test]
fn noise_has_its_deviation_and_half_of_the_pictures_are_mirrored() {
    let augment = augment("mnist", &[("noise", 0.1)]).unwrap();
    let all: Vec<f32> = (0..100).flat_map(|row| changed(&augment, &[0.5; AREA], [1, 1, row])).collect();
    let mean = all.iter().map(|pixel| f64::from(*pixel)).sum::<f64>() / all.len() as f64;
    let variance = all.iter().map(|pixel| (f64::from(*pixel) - mean).powi(2)).sum::<f64>() / all.len() as f64;
    assert!((mean - 0.5).abs() < 2e-3 && (variance.sqrt() / 0.1 - 1.0).abs() < 0.01, "{mean} {variance}");
    let mirror = self::augment("fashion", &[("flip", 1.0)]).unwrap();
    let pixels = noise(AREA);
    let flipped = posed(Pose { flipped: true, ..Pose::default() }, &pixels, GREY);
    let count = (0..1000).map(|row| changed(&mirror, &pixels, [3, 4, row])).filter(|it| *it == flipped).count();
    let same = (0..1000).map(|row| changed(&mirror, &pixels, [3, 4, row])).filter(|it| *it == pixels).count();
    assert!(count + same == 1000 && (430..570).contains(&count), "{count} of 1000");
}

#[test]
fn cutout_covers_one_square_that_may_hang_over_the_edge() {
    let augment = augment("mnist", &[("cutout", 9.0)]).unwrap();
    let (mut whole, mut cut) = (0, 0);
    for row in 0..500 {
        let picture = changed(&augment, &[1.0; AREA], [1, 1, row]);
        let holes: Vec<usize> = (0..AREA).filter(|at| picture[*at] == 0.0).collect();
        let span = |axis: fn(usize) -> usize| {
            let places: Vec<_> = holes.iter().map(|at| axis(*at)).collect();
            places.iter().max().unwrap() - places.iter().min().unwrap() + 1
        };
        let [wide, high] = [span(|at| at % SIDE), span(|at| at / SIDE)];
        assert_eq!(holes.len(), wide * high, "it is a rectangle");
        assert!((5..=9).contains(&wide) && (5..=9).contains(&high));
        *if holes.len() == 81 { &mut whole } else { &mut cut } += 1;
    }
    // The middle is 4 pixels from every edge in 20 of 28 rows and columns.
    assert!((200..310).contains(&whole) && cut > 100, "{whole} of 500");
}

#[test]
fn elastic_distortion_moves_ink_by_its_deviation_and_keeps_most_of_it() {
    let augment = augment("mnist", &[("elastic", 1.4)]).unwrap();
    let ramp: Vec<f32> = (0..AREA).map(|at| (at % SIDE) as f32 / 32.0).collect();
    let (mut squares, mut count, mut rough) = (0.0, 0.0, 0.0_f64);
    for row in 0..200 {
        let bent = changed(&augment, &ramp, [1, 1, row]);
        let way = |at: usize| f64::from(bent[at] - ramp[at]) * 32.0;
        // Far enough from the edges that no place takes its colour from beyond them.
        for at in (0..AREA).filter(|at| [at % SIDE, at / SIDE].iter().all(|place| (7..20).contains(place))) {
            squares += way(at).powi(2);
            count += 1.0;
            rough += (way(at + SIDE) - way(at)).powi(2);
        }
    }
    let (deviation, slope) = ((squares / count).sqrt(), (rough / count).sqrt());
    assert!((deviation / 1.4 - 1.0).abs() < 0.06, "{deviation} pixels");
    // Smoothing by a Gaussian of deviation s leaves differences of 1 / (s sqrt(2)) between neighbours.
    assert!((slope / (1.4 / (4.0 * std::f64::consts::SQRT_2)) - 1.0).abs() < 0.1, "{slope}");
    let ink = |picture: &[f32]| picture.iter().sum::<f32>();
    for row in 0..50 {
        let bent = changed(&augment, &ring(), [2, 2, row]);
        let moved: f32 = bent.iter().zip(&ring()).map(|(one, other)| (one - other).abs()).sum();
        assert!(moved > 0.1 * ink(&ring()), "it hardly moves: {moved}");
        assert!((ink(&bent) / ink(&ring()) - 1.0).abs() < 0.4, "{} of {}", ink(&bent), ink(&ring()));
    }
    let mean = (0..200).map(|row| ink(&changed(&augment, &ring(), [3, 3, row]))).sum::<f32>() / 200.0;
    assert!((mean / ink(&ring()) - 1.0).abs() < 0.06, "ink comes or goes: {mean}");
}

#[test]
fn test_samples_and_the_real_ones_of_views_stay_as_they_are() {
    let device = Device::default();
    let [plain, loud] = [vec![], vec![("noise", 0.5), ("rotation", 90.0)]].map(|list| shelf("sketches", &list));
    for split in [Split::Test, Split::Train] {
        let [plain, loud] = [&plain, &loud].map(|shelf| bits(shelf.batch(split, 0..32, &device).unwrap()));
        assert_eq!(plain, loud, "{split:?}");
        let read = |shelf: &Shelf| shelf.sample(split, 3).unwrap().0.to_vec();
        assert_eq!(read(&shelf("sketches", &[])), read(&shelf("sketches", &[("noise", 0.5)])));
    }
    let [one, other] = [&plain, &loud].map(|shelf| bits(Feed::new(shelf, 1, 32).batch(shelf, 0, &device).unwrap()));
    assert_ne!(one, other);
}

#[test]
fn a_knob_acts_from_the_next_batch_on() {
    let (mut shelf, device) = (shelf("sketches", &[]), Device::default());
    let mut feed = Feed::new(&shelf, 1, 8);
    let mut batch = |shelf: &Shelf, step| bits(feed.batch(shelf, step, &device).unwrap());
    let plain = batch(&shelf, 4);
    let turns = shelf.turns();
    assert_eq!(shelf.turn("shift", &Value::Real(2.0)), Some(Ok(())));
    assert!(shelf.turns() != turns && !shelf.remake(), "no sample is made anew");
    let moved = batch(&shelf, 4);
    assert_ne!(moved, plain);
    assert_eq!(shelf.turn("shift", &Value::Real(0.0)), Some(Ok(())));
    assert_eq!(batch(&shelf, 4), plain);
    assert!(shelf.adopt(&knobs(&[("shift", 2.0)])).is_empty());
    assert_eq!(batch(&shelf, 4), moved, "the same setup, the same batch");
}

/// Says what a batch of 64 digits costs: `cargo test --profile quick --features cpu --test augment -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, for an optimised build"]
fn it_is_fast() {
    let affine = [("shift", 2.0), ("rotation", 10.0), ("scale", 10.0), ("shear", 5.0)];
    let with = |one| [&affine[..], &[one]].concat();
    let cases = [
        ("affine", affine.to_vec()),
        ("affine and elastic", with(("elastic", 1.4))),
        ("affine and noise", with(("noise", 0.1))),
        ("affine and cutout", with(("cutout", 8.0))),
    ];
    let digits = ring();
    for (what, list) in cases {
        let augment = augment("mnist", &list).unwrap();
        let mut times: Vec<f64> = (0..200)
            .map(|step| {
                let mut batch = digits.repeat(64);
                let start = Instant::now();
                for (row, pixels) in (0_u64..).zip(batch.chunks_exact_mut(AREA)) {
                    augment.change(pixels, Occasion { seed: 1, step, row });
                }
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{what}: {:.3} ms for 64 pictures of 28x28", times[100]);
    }
}
