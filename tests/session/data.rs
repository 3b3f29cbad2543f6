//! Data sets: the packed files as they are shipped, refusals of damaged ones, and the preprocessing of drawings.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::collections::HashSet;
use std::io::Read;

use flate2::read::GzDecoder;
use kiln::data::{Chunk, DataSet, Making, SETS, Source, Values, hex};
use kiln::engine::feed::{Feed, Shelf};
use kiln::engine::recipe::Shape;
use kiln::protocol::{
    Card, ChunkCause, Fault, Group, Range, Split, Stroke, Text, Value, stroke_text, strokes, width_of,
};
use kiln::zoo::zoo;
use sha2::{Digest, Sha256};

const SIDE: usize = 28;

/// Of sets that are made.
const SEED: u64 = 7;

fn named(name: &str) -> &'static DataSet {
    SETS.iter().find(|set| (set.card)().name == name).expect("it is in the catalogue")
}

fn mnist() -> &'static DataSet {
    named("mnist")
}

fn unpacked(set: &DataSet, chunk: &Chunk) -> Vec<u8> {
    let packed = std::fs::read(kiln::checkout().join(set.path(chunk))).unwrap();
    assert_eq!(packed.len(), chunk.packed, "{}", chunk.file);
    let mut bytes = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    bytes
}

fn shelf(set: &'static DataSet) -> Shelf {
    let mut shelf = Shelf::new(set);
    shelf.make(SEED);
    for (index, chunk) in set.chunks().iter().enumerate() {
        shelf.put(index, set.open(chunk, unpacked(set, chunk)).unwrap());
    }
    shelf
}

#[test]
fn what_is_shipped_is_what_the_cards_say() {
    for set in SETS {
        let (card, shelf) = ((set.card)(), shelf(set));
        assert_eq!(shelf.total(Split::Train), card.train as usize, "{}", card.name);
        assert_eq!(shelf.total(Split::Test), card.test as usize, "{}", card.name);
        assert_eq!(shelf.ready(Split::Test), card.test as usize, "{}", card.name);
        let Some(first) = shelf.chunks().first() else { continue };
        assert!(first.packed <= 350_000, "{}: training could begin sooner", card.name);
    }
}

/// What a card says is of the whole set; of 128 samples it comes out within a tenth.
#[test]
fn cards_say_how_far_samples_lie_from_each_other() {
    let mut wrong = Vec::new();
    for set in SETS {
        let card = (set.card)();
        let Some(told) = card.apart else {
            assert!(card.plane(), "{}: any kernel is as good as another", card.name);
            continue;
        };
        let samples = match set.source {
            Source::Made { make, .. } => make(&Making { seed: SEED, knobs: vec![] }, Split::Train),
            _ => set.chunks().first().map(|chunk| set.open(chunk, unpacked(set, chunk)).unwrap()).unwrap(),
        };
        let shape = Shape::from(&card);
        let [low, high] = shape.bounds();
        let found = samples.values.apart(shape.size()).unwrap() * (high - low).powi(2);
        if (found / told - 1.0).abs() > 0.1 {
            wrong.push(format!("{}: {found}, not {told}", card.name));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// How many samples of each class a half holds.
fn counts(set: &'static DataSet, split: Split) -> Vec<usize> {
    let (shelf, mut counts) = (shelf(set), vec![0; (set.card)().classes.len()]);
    (0..shelf.total(split)).for_each(|index| counts[usize::from(shelf.label(split, index).unwrap())] += 1);
    counts
}

#[test]
fn cards_speak_both_languages_and_name_every_class_once() {
    for set in SETS {
        let card = (set.card)();
        for text in [&card.title, &card.blurb, &card.attribution].into_iter().chain(&card.classes) {
            assert!(!text.en.trim().is_empty() && !text.zh.trim().is_empty(), "{}: {text:?}", card.name);
        }
        for text in [&card.blurb, &card.attribution] {
            assert!(text.en.ends_with('.') && text.zh.ends_with('。'), "{}: {text:?}", card.name);
        }
        for language in [|text: &Text| text.en.clone(), |text: &Text| text.zh.clone()] {
            let names: HashSet<_> = card.classes.iter().map(language).collect();
            assert_eq!(names.len(), card.classes.len(), "{}: two classes of one name", card.name);
        }
    }
}

#[test]
fn no_picture_stands_in_both_halves() {
    for set in SETS {
        let (card, shelf) = ((set.card)(), shelf(set));
        // Points have no bytes; two of the same coordinates would be a wonder.
        let pictures = |split: Split| {
            let shelf = &shelf;
            (0..shelf.total(split)).filter_map(move |index| Some((index, shelf.sample(split, index)?.0)))
        };
        let trained: HashSet<_> = pictures(Split::Train).map(|(_, pixels)| pixels).collect();
        for (index, pixels) in pictures(Split::Test) {
            assert!(!trained.contains(&pixels), "{}: test picture {index}", card.name);
        }
    }
}

/// Counted in the originals.
#[test]
fn fashion_sketches_and_emoji_have_as_many_of_each_class_as_the_originals() {
    let trained = [1935, 2025, 1982, 2011, 1967, 2010, 2068, 2003, 1971, 2028];
    assert_eq!(counts(named("fashion"), Split::Train), trained);
    assert_eq!(counts(named("fashion"), Split::Test), [1000; 10]);
    assert_eq!(counts(named("sketches"), Split::Train), [80; 27]);
    assert_eq!(counts(named("sketches"), Split::Test), [20; 27]);
    assert_eq!(counts(named("emoji"), Split::Train), [272, 578, 256, 210, 350, 136, 424, 360, 418]);
    assert_eq!(counts(named("emoji"), Split::Test), [66, 142, 62, 52, 86, 34, 104, 88, 104]);
}

#[test]
fn each_emoji_stands_in_one_half_with_the_pictures_of_both_vendors() {
    let list = include_str!("../../assets/data/emoji/names.txt");
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    let names = |half: &str| rows.iter().filter(|row| row[0] == half).map(|row| row[2]).collect::<HashSet<_>>();
    assert!(names("train").is_disjoint(&names("test")));
    let shelf = shelf(named("emoji"));
    for (half, split) in [("train", Split::Train), ("test", Split::Test)] {
        let classes: Vec<u8> = rows.iter().filter(|row| row[0] == half).map(|row| row[1].parse().unwrap()).collect();
        assert_eq!(2 * classes.len(), shelf.total(split));
        let label = |index| shelf.label(split, index).unwrap();
        assert!((0..shelf.total(split)).all(|index| label(index) == classes[index / 2]), "{half}");
    }
}

/// The original has 255 where a sheet is clear, so that no emoji has black corners.
#[test]
fn emoji_are_whole_and_lie_on_white() {
    let shelf = shelf(named("emoji"));
    let white = |index| {
        let (pixels, _) = shelf.sample(Split::Train, index).unwrap();
        [0, 31, 31 * 32, 32 * 32 - 1].iter().all(|at| (0..3).all(|channel| pixels[channel * 1024 + at] > 200))
    };
    let count = (0..1000).filter(|index| white(*index)).count();
    assert!(count > 700, "only {count} of 1000 have four white corners");
}

/// The counts of the digits, as LeCun's page and every other copy of the set have them.
#[test]
fn mnist_is_mnist() {
    let shelf = shelf(mnist());
    let count = |split: Split| {
        let mut counts = [0; 10];
        (0..shelf.total(split)).for_each(|index| counts[usize::from(shelf.sample(split, index).unwrap().1)] += 1);
        counts
    };
    assert_eq!(count(Split::Train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert_eq!(count(Split::Test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    assert!(shelf.sample(Split::Test, 10_000).is_none() && shelf.sample(Split::Train, 60_000).is_none());
}

#[test]
fn a_damaged_chunk_is_refused() {
    for set in SETS {
        let Some(chunk) = set.chunks().into_iter().next() else { continue };
        let bytes = unpacked(set, &chunk);
        assert_eq!(set.open(&chunk, bytes[..bytes.len() - 1].to_vec()), Err(ChunkCause::Truncated));
        assert_eq!(set.open(&chunk, vec![]), Err(ChunkCause::Truncated));
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert_eq!(set.open(&chunk, bytes), Err(ChunkCause::Checksum), "{}, byte {at}", chunk.file);
        }
        let mut stranger = bytes;
        *stranger.last_mut().unwrap() = (set.card)().classes.len() as u8;
        let claimed = Chunk { sha256: hex(&Sha256::digest(&stranger)), ..chunk };
        assert_eq!(set.open(&claimed, stranger), Err(ChunkCause::Checksum), "a label of no class");
    }
}

#[test]
fn an_epoch_shows_each_sample_once_and_the_first_one_in_the_order_of_the_download() {
    let shelf = Shelf::new(mnist());
    let mut feed = Feed::new(&shelf, 7, 50);
    let steps = feed.steps_per_epoch();
    assert_eq!(steps, 1200);
    for epoch in 0..2 {
        let mut seen: Vec<u32> = (0..steps).flat_map(|step| feed.rows(epoch * steps + step).to_vec()).collect();
        assert_eq!(seen[..2000].iter().all(|row| *row < 2000), epoch == 0);
        assert_ne!(seen[..100], (0..100).collect::<Vec<_>>()[..], "epoch {epoch} is not shuffled");
        seen.sort_unstable();
        assert!(seen.iter().copied().eq(0..60_000), "epoch {epoch}");
    }
}

#[test]
fn the_order_follows_from_the_seed_and_the_step_alone() {
    let shelf = Shelf::new(mnist());
    let (mut one, mut other, mut stranger) =
        (Feed::new(&shelf, 7, 64), Feed::new(&shelf, 7, 64), Feed::new(&shelf, 8, 64));
    let late = other.rows(5000).to_vec();
    for step in [0, 1, 936, 937, 5000] {
        assert_eq!(one.rows(step), other.rows(step));
        assert_ne!(one.rows(step), stranger.rows(step));
    }
    assert_eq!(one.rows(5000), late);
}

/// A seven, drawn with the pen of the pad.
fn seven() -> Vec<Stroke> {
    vec![
        Stroke { width: 0.06, points: vec![[0.3, 0.25], [0.7, 0.25], [0.5, 0.8]] },
        Stroke { width: 0.06, points: vec![[0.4, 0.5], [0.65, 0.5]] },
    ]
}

fn moved(strokes: &[Stroke], scale: f32, shift: [f32; 2]) -> Vec<Stroke> {
    let place = |point: &[f32; 2]| [point[0] * scale + shift[0], point[1] * scale + shift[1]];
    strokes
        .iter()
        .map(|stroke| Stroke { width: stroke.width * scale, points: stroke.points.iter().map(place).collect() })
        .collect()
}

fn prepared(strokes: &[Stroke]) -> Vec<f32> {
    let picture = (mnist().prepare)(strokes, true).expect("there is ink");
    assert_eq!(picture.len(), SIDE * SIDE);
    assert!(picture.iter().all(|ink| (0.0..=1.0).contains(ink)));
    picture
}

fn centre(picture: &[f32]) -> [f32; 2] {
    let mass: f32 = picture.iter().sum();
    let along = |axis: fn(usize) -> usize| {
        picture.iter().enumerate().map(|(index, ink)| ink * axis(index) as f32).sum::<f32>() / mass
    };
    [along(|index| index % SIDE), along(|index| index / SIDE)]
}

/// Width and height of what is darker than a half.
fn extent(picture: &[f32]) -> [usize; 2] {
    let inked: Vec<_> = (0..SIDE * SIDE).filter(|index| picture[*index] > 0.5).collect();
    let span = |axis: fn(usize) -> usize| {
        let places: Vec<_> = inked.iter().map(|index| axis(*index)).collect();
        places.iter().max().unwrap() - places.iter().min().unwrap() + 1
    };
    [span(|index| index % SIDE), span(|index| index / SIDE)]
}

fn apart(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
}

#[test]
fn nothing_drawn_is_nothing() {
    for prepare in [true, false] {
        assert_eq!((mnist().prepare)(&[], prepare), None);
        let empty = Stroke { width: 0.1, points: vec![] };
        let broken = Stroke { width: 0.1, points: vec![[f32::NAN, 0.5], [f32::INFINITY, 0.0]] };
        let thin = Stroke { width: 0.0, points: vec![[0.5, 0.5]] };
        assert_eq!((mnist().prepare)(&[empty, broken, thin], prepare), None);
    }
}

#[test]
fn a_prepared_drawing_fills_the_box_and_its_mass_is_where_the_training_set_has_it() {
    let picture = prepared(&seven());
    let [x, y] = centre(&picture);
    assert!((x - 14.0).abs() < 0.5 && (y - 14.0).abs() < 0.5, "{x} {y}");
    let [width, height] = extent(&picture);
    assert!((19..=21).contains(&height) && width < height, "{width} x {height}");
}

#[test]
fn a_prepared_drawing_does_not_depend_on_where_and_how_large_it_was_drawn() {
    let picture = prepared(&seven());
    for (scale, shift) in [(1.0, [0.2, -0.1]), (0.5, [0.0, 0.0]), (0.3, [0.6, 0.6]), (1.2, [-0.3, 0.4])] {
        let other = prepared(&moved(&seven(), scale, shift));
        assert!(apart(&picture, &other) < 0.02, "scale {scale}, shift {shift:?}: {}", apart(&picture, &other));
    }
}

#[test]
fn strokes_come_out_as_heavy_as_in_the_training_set() {
    for width in [0.005, 0.03, 0.1, 0.3] {
        let line = [Stroke { width, points: vec![[0.5, 0.1], [0.5, 0.9]] }];
        let picture = prepared(&line);
        let row: f32 = picture[14 * SIDE..15 * SIDE].iter().sum();
        assert!((1.5..=3.9).contains(&row), "pen {width}: {row} pixels");
    }
}

#[test]
fn a_dot_stays_a_dot() {
    for points in [vec![[0.9, 0.1]], vec![[0.9, 0.1], [0.901, 0.1]]] {
        let picture = prepared(&[Stroke { width: 0.06, points }]);
        let [width, height] = extent(&picture);
        assert!(width <= 5 && height <= 5, "{width} x {height}");
        let [x, y] = centre(&picture);
        assert!((x - 14.0).abs() < 0.1 && (y - 14.0).abs() < 0.1, "{x} {y}");
    }
}

#[test]
fn the_raw_crop_keeps_place_and_size() {
    let dot = [Stroke { width: 3.0 / 28.0, points: vec![[6.5 / 28.0, 20.5 / 28.0]] }];
    let picture = (mnist().prepare)(&dot, false).unwrap();
    let [x, y] = centre(&picture);
    assert!((x - 6.0).abs() < 1e-3 && (y - 20.0).abs() < 1e-3, "{x} {y}");
    assert_eq!(extent(&picture), [3, 3]);
    let off = [Stroke { width: 0.05, points: vec![[3.0, 3.0], [4.0, 3.0]] }];
    assert_eq!((mnist().prepare)(&off, false), None, "ink off the pad is not seen");
    assert!((mnist().prepare)(&off, true).is_some(), "but it is ink");
}

#[test]
fn sets_that_no_drawing_belongs_to_read_none() {
    for set in SETS {
        for prepare in [true, false] {
            assert_eq!((set.prepare)(&seven(), prepare).is_some(), (set.card)().drawable, "{}", (set.card)().name);
        }
    }
}

fn sketched(strokes: &[Stroke]) -> Vec<f32> {
    let picture = (named("sketches").prepare)(strokes, true).expect("there is ink");
    assert!(picture.len() == SIDE * SIDE && picture.iter().all(|ink| (0.0..=1.0).contains(ink)));
    picture
}

/// First and last row, or column, with ink.
fn reach(picture: &[f32], axis: fn(usize) -> usize) -> [usize; 2] {
    let places: Vec<_> = (0..SIDE * SIDE).filter(|index| picture[*index] > 0.05).map(axis).collect();
    [*places.iter().min().unwrap(), *places.iter().max().unwrap()]
}

#[test]
fn a_prepared_sketch_fills_the_picture_from_edge_to_edge_with_its_box_in_the_middle() {
    let square = |scale: f32| {
        vec![Stroke {
            width: 0.07,
            points: [[0.0, 0.0], [0.4, 0.0], [0.4, 1.0], [0.0, 1.0], [0.0, 0.0]]
                .map(|p| p.map(|v| 0.1 + scale * v))
                .to_vec(),
        }]
    };
    for scale in [0.2, 0.5, 0.8] {
        let picture = sketched(&square(scale));
        assert_eq!(reach(&picture, |index| index / SIDE), [0, 27], "scale {scale}");
        let [left, right] = reach(&picture, |index| index % SIDE);
        assert!(left + right == 27 || left + right == 26 || left + right == 28, "scale {scale}: {left} to {right}");
    }
}

/// As Wu's lines in the set: a row of a steep line, and a column of a flat one, sums to one pixel whatever the pen.
#[test]
fn a_sketched_line_is_as_heavy_as_in_the_training_set() {
    for width in [0.03, 0.07, 0.14] {
        for end in [[0.5, 0.9], [0.6, 0.9], [0.8, 0.9], [0.9, 0.9]] {
            let picture = sketched(&[Stroke { width, points: vec![[0.1, 0.1], end] }]);
            for row in 8..20 {
                let sum: f32 = picture[row * SIDE..(row + 1) * SIDE].iter().sum();
                assert!((sum - 1.0).abs() < 0.02, "pen {width} to {end:?}, row {row}: {sum}");
            }
        }
    }
}

/// Sets of points, with the samples of a half: `[count, 2]` and labels.
fn planes() -> impl Iterator<Item = &'static DataSet> {
    SETS.iter().copied().filter(|set| (set.card)().plane())
}

/// Those of them that are made of chance.
fn scattered() -> impl Iterator<Item = &'static DataSet> {
    planes().filter(|set| (set.card)().knobs.iter().any(|knob| knob.name == "count"))
}

fn made(set: &DataSet, seed: u64, split: Split) -> (Vec<[f32; 2]>, Vec<u8>) {
    made_with(set, seed, &[], split)
}

fn made_with(set: &DataSet, seed: u64, knobs: &[(&str, Value)], split: Split) -> (Vec<[f32; 2]>, Vec<u8>) {
    let Source::Made { make, .. } = set.source else { panic!("{} is not made", (set.card)().name) };
    let knobs = knobs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let samples = make(&Making { seed, knobs }, split);
    let Values::Reals(values) = samples.values else { panic!("{}: points are real", (set.card)().name) };
    (values.chunks_exact(2).map(|point| [point[0], point[1]]).collect(), samples.labels)
}

#[test]
fn points_are_as_many_as_the_card_says_within_reach_and_of_each_class_alike() {
    assert_eq!((planes().count(), scattered().count()), (15, 12));
    for set in planes() {
        let card = (set.card)().counted(&[]);
        for (split, count) in [(Split::Train, card.train), (Split::Test, card.test)] {
            let (points, labels) = made(set, SEED, split);
            assert_eq!((points.len(), labels.len()), (count as usize, count as usize), "{}", card.name);
            assert!(points.iter().flatten().all(|number| number.is_finite()), "{}", card.name);
            let far = points.iter().filter(|point| point.iter().any(|number| number.abs() > 1.25)).count();
            assert!(far * 1000 < points.len(), "{}: {far} points lie far out", card.name);
            let widest = points.iter().flatten().fold(0.0_f32, |most, number| most.max(number.abs()));
            assert!(widest > 0.6, "{}: it reaches only to {widest}", card.name);
            // Of a drawing each stroke has its length's share, and penguins were counted as they came.
            for class in 0..if ["drawn", "penguins"].contains(&&*card.name) { 0 } else { card.classes.len() } {
                let own = labels.iter().filter(|label| usize::from(**label) == class).count() as f32;
                let fair = count as f32 / card.classes.len() as f32;
                // Four deviations of a binomial.
                assert!((own - fair).abs() < 4.0 * fair.sqrt() + 1.0, "{}: {own} of class {class}", card.name);
            }
        }
    }
}

#[test]
fn points_follow_from_the_seed_and_halves_and_seeds_differ() {
    for set in scattered() {
        let name = (set.card)().name;
        let (train, labels) = made(set, SEED, Split::Train);
        assert_eq!(made(set, SEED, Split::Train), (train.clone(), labels), "{name}");
        let bits = |point: &[f32; 2]| point.map(f32::to_bits);
        let all: HashSet<_> = train.iter().map(bits).collect();
        assert!(all.len() + 2 > train.len(), "{name}: points repeat");
        for other in [made(set, SEED, Split::Test).0, made(set, SEED + 1, Split::Train).0] {
            let shared = other.iter().filter(|point| all.contains(&bits(point))).count();
            assert!(shared < 2, "{name}: {shared} points stand in both");
        }
    }
}

/// A shelf that is made anew holds other points; one of files refuses to be made.
#[test]
fn a_made_set_has_no_files_and_a_set_of_files_is_not_made() {
    let chunk = mnist().chunks().remove(0);
    for set in planes() {
        assert!(set.chunks().is_empty() && set.open(&chunk, vec![0; chunk.unpacked]) == Err(ChunkCause::Checksum));
        let mut shelf = Shelf::new(set);
        assert_eq!((shelf.ready(Split::Train), shelf.label(Split::Test, 0)), (0, None));
        assert!(shelf.make(1));
        let (mut one, mut other) = (Vec::new(), Vec::new());
        shelf.read(Split::Train, 0, &mut one).unwrap();
        assert!(shelf.make(2));
        shelf.read(Split::Train, 0, &mut other).unwrap();
        // What the reader sets depends on no seed.
        let name = (set.card)().name;
        assert!(one.len() == 2 && (one != other) == (name != "points"), "{name}");
        assert!(shelf.sample(Split::Train, 0).is_none(), "a point has no pixels");
        assert!(shelf.read(Split::Test, 1_000_000, &mut one).is_none());
    }
    assert!(!Shelf::new(mnist()).make(1));
}

/// Deviations and centres are those of the cards, and each label is its nearest centre.
#[test]
fn modes_are_where_the_card_says() {
    for (name, count, spread) in [("ring", 8, 0.01), ("grid", 25, 0.0125)] {
        let set = named(name);
        let modes = (set.card)().modes.unwrap();
        assert_eq!((modes.centres.len(), modes.spread), (count, spread));
        let (points, labels) = made(set, SEED, Split::Train);
        let mut squares = 0.0;
        for (point, label) in points.iter().zip(&labels) {
            let far = |centre: &[f32; 2]| (point[0] - centre[0]).powi(2) + (point[1] - centre[1]).powi(2);
            let own = far(&modes.centres[usize::from(*label)]);
            assert!(modes.centres.iter().all(|centre| far(centre) >= own), "{name}");
            squares += f64::from(own);
        }
        let deviation = (squares / (2.0 * points.len() as f64)).sqrt();
        assert!((deviation / f64::from(spread) - 1.0).abs() < 0.02, "{name}: {deviation}");
    }
    assert!(planes().filter(|set| (set.card)().modes.is_some()).count() == 2);
}

/// Each point lies on its shape: noise is left out by a margin of five deviations.
#[test]
fn points_lie_on_their_curves() {
    let on = |name: &str, place: &dyn Fn([f32; 2], u8) -> bool| {
        let (points, labels) = made(named(name), SEED, Split::Test);
        let off = points.iter().zip(&labels).filter(|(point, label)| !place(**point, **label)).count();
        assert!(off < 3, "{name}: {off} points lie off");
    };
    let radius = |[x, y]: [f32; 2]| x.hypot(y);
    on("circles", &|point, class| (radius(point) - [1.0, 0.5][usize::from(class)]).abs() < 0.15);
    on("moons", &|[x, y], class| {
        let [x, y] = [1.5 * x + 0.5, 1.5 * y + 0.25];
        let from = if class == 0 { x.hypot(y) } else { (x - 1.0).hypot(y - 0.5) };
        (from - 1.0).abs() < 0.25 && if class == 0 { y > -0.25 } else { y < 0.75 }
    });
    on("lines", &|[x, y], class| (y - 0.5 * x - [0.35, -0.35][usize::from(class)]).abs() < 0.12);
    on("swissroll", &|point, class| {
        let turn = radius(point) * 15.0 / std::f32::consts::PI;
        if class == 0 { (2.5..5.0).contains(&turn) } else { (1.0..3.5).contains(&turn) }
    });
    on("checkerboard", &|[x, y], class| {
        let [column, row] = [x, y].map(|number| ((number + 1.0) * 2.0) as u8);
        (column + row) % 2 == 0 && row % 2 == class && x.abs() <= 1.0 && y.abs() <= 1.0
    });
    on("spirals", &|point, _| (0.03..1.05).contains(&radius(point)));
    on("pinwheel", &|point, _| radius(point) < 1.3);
    on("blobs", &|point, _| radius(point) < 0.7 + 5.0 * 0.16);
    let (points, labels) = made(named("xor"), SEED, Split::Test);
    let alike = points.iter().zip(&labels).filter(|([x, y], label)| (x * y > 0.0) == (**label == 0)).count();
    // Beyond an axis lies Phi(-0.55 / 0.18) = 0.1 % of a cloud.
    assert!(alike as f32 > 0.99 * points.len() as f32, "{alike}");
}

fn real(value: f64) -> Value {
    Value::Real(value)
}

/// No knob of a set is called as one of a model that takes it, and each default is lawful.
#[test]
fn knobs_of_sets_and_models_have_names_of_their_own() {
    let models: Vec<Card> = zoo().iter().map(|entry| entry.listed(SETS)).collect();
    for set in SETS {
        let card = (set.card)();
        assert!(!card.knobs.is_empty(), "{}", card.name);
        for model in models.iter().filter(|model| model.data.contains(&card.name)) {
            let knobs = model.on(&card).knobs;
            let names: HashSet<_> = knobs.iter().map(|knob| &knob.name).collect();
            assert_eq!(names.len(), knobs.len(), "{} on {}", model.name, card.name);
        }
        let own: Vec<_> = card.knobs.iter().map(|knob| (knob.name.to_string(), knob.default.clone())).collect();
        let mut shelf = Shelf::new(set);
        assert_eq!((shelf.adopt(&own), shelf.values()), (vec![], &own[..]), "{}", card.name);
        assert!(card.knobs.iter().all(|knob| knob.group == Group::Data && knob.title.zh != knob.title.en));
    }
}

/// As many classes as are asked for, each as frequent, and named on the card as made.
#[test]
fn the_knob_says_how_many_classes_there_are() {
    let knobbed = scattered().filter(|set| (set.card)().knobs.iter().any(|knob| knob.name == "classes"));
    let mut seen = 0;
    for set in knobbed {
        for classes in [2, 3, 6_i64] {
            let knobs = [("classes", Value::Whole(classes))];
            let (_, labels) = made_with(set, SEED, &knobs, Split::Train);
            let counts = labels.iter().fold([0; 7], |mut counts, label| {
                counts[usize::from(*label)] += 1;
                counts
            });
            let (own, others) = counts.split_at(classes as usize);
            // Eight squares cannot be shared out evenly among three, five or six.
            let squares = (set.card)().name == "checkerboard" && classes != 2;
            let fair = |class: usize| match classes {
                3 if squares => [3, 2, 3][class] * 1250,
                _ if squares => {
                    if class < 2 {
                        2500
                    } else {
                        1250
                    }
                }
                _ => 10_000 / classes as i32,
            };
            assert!(own.iter().enumerate().all(|(class, count)| (*count - fair(class)).abs() < 300), "{counts:?}");
            assert!(others.iter().all(|count| *count == 0));
            let mut shelf = Shelf::new(set);
            assert!(shelf.adopt(&[("classes".into(), Value::Whole(classes))]).is_empty());
            shelf.make(SEED);
            assert_eq!((shelf.shape().classes, shelf.card().classes.len()), (classes as usize, classes as usize));
        }
        seen += 1;
    }
    assert_eq!(seen, 5);
}

/// A sample stays what it is whatever the count; noise moves it along a line from where it lies without any.
#[test]
fn count_and_noise_leave_each_sample_its_own_chance() {
    for set in scattered() {
        let name = (set.card)().name;
        let plain = made(set, SEED, Split::Train);
        let few = made_with(set, SEED, &[("count", Value::Whole(137))], Split::Train);
        assert_eq!((few.0.len(), &few.0[..], &few.1[..]), (137, &plain.0[..137], &plain.1[..137]), "{name}");
        let (few, all) =
            (made_with(set, SEED, &[("count", Value::Whole(137))], Split::Test), made(set, SEED, Split::Test));
        assert_eq!((few.0.len(), &few.0[..], &few.1[..]), (34, &all.0[..34], &all.1[..34]), "{name}");
        let [bare, once, wide] =
            [0.0, 1.0, 3.0].map(|noise| made_with(set, SEED, &[("noise", real(noise))], Split::Train));
        let defined = if name == "checkerboard" { &bare } else { &once };
        assert_eq!(&plain, defined, "{name}");
        assert_eq!((&bare.1, &wide.1), (&plain.1, &plain.1), "{name}");
        // The pinwheel bends its noise.
        for ((bare, near), wide) in bare.0.iter().zip(&once.0).zip(&wide.0).filter(|_| name != "pinwheel") {
            for axis in 0..2 {
                let (once, thrice) = (near[axis] - bare[axis], wide[axis] - bare[axis]);
                assert!((thrice - 3.0 * once).abs() < 1e-4, "{name}: {bare:?} {near:?} {wide:?}");
            }
        }
    }
}

/// Squares that meet at a corner are of two classes, whatever their number; each square is of one.
#[test]
fn squares_that_meet_at_a_corner_are_of_different_classes() {
    for classes in 2..=6 {
        let (points, labels) =
            made_with(named("checkerboard"), SEED, &[("classes", Value::Whole(classes))], Split::Train);
        let mut board = [[None; 4]; 4];
        for ([x, y], label) in points.iter().zip(&labels) {
            let [column, row] = [x, y].map(|number| ((number + 1.0) * 2.0) as usize);
            assert!(board[row][column].is_none_or(|known| known == *label), "{classes}: {column}, {row}");
            board[row][column] = Some(*label);
        }
        assert_eq!(board.iter().flatten().flatten().count(), 8);
        for row in 0..3 {
            for (one, other) in (0..3).flat_map(|column| [(column, column + 1), (column + 1, column)]) {
                let [one, other] = [board[row][one], board[row + 1][other]];
                assert!(one.is_none() || one != other, "{classes}: {board:?}");
            }
        }
    }
}

/// As many points are learnt from whatever their share; a sample of either half stays what it is.
#[test]
fn the_training_share_says_how_many_points_there_are_to_test_on() {
    for set in scattered() {
        let all = [Split::Train, Split::Test].map(|split| made_with(set, SEED, &[], split));
        for (share, halves) in [(10, [10_000, 20_000]), (50, [10_000; 2]), (80, [10_000, 2500]), (90, [10_000, 1111])] {
            let knobs = [("train-share", Value::Whole(share))];
            let mut shelf = Shelf::new(set);
            assert!(shelf.adopt(&knobs.clone().map(|(name, value)| (name.to_owned(), value))).is_empty());
            shelf.make(SEED);
            assert_eq!([Split::Train, Split::Test].map(|split| shelf.total(split)), halves, "{}", (set.card)().name);
            assert_eq!([shelf.card().train, shelf.card().test].map(|count| count as usize), halves);
            for (split, all) in [Split::Train, Split::Test].into_iter().zip(&all) {
                let (points, labels) = made_with(set, SEED, &knobs, split);
                let both = points.len().min(all.0.len());
                assert_eq!((&points[..both], &labels[..both]), (&all.0[..both], &all.1[..both]));
            }
        }
    }
}

/// The columns and classes of a table.
fn table(name: &str) -> (Vec<Vec<f64>>, Vec<u8>) {
    let path = kiln::checkout().join(format!("assets/data/{name}/table.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<f64>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    let classes = rows.iter().map(|row| row[4] as u8).collect();
    ((0..4).map(|column| rows.iter().map(|row| row[column]).collect()).collect(), classes)
}

const TABLES: [(&str, [&str; 4], [u32; 3]); 2] = [
    ("iris", ["sepal-length", "sepal-width", "petal-length", "petal-width"], [50, 50, 50]),
    ("penguins", ["bill-length", "bill-depth", "flipper-length", "body-mass"], [151, 68, 123]),
];

/// Counts, and means as they stand in the sets' own descriptions: of iris to two places with deviations (scikit-learn's, after
/// the UCI repository's), of penguins to as many as R prints by `summary`.
#[test]
fn iris_and_penguins_are_what_was_published() {
    let means = [[5.84, 3.06, 3.76, 1.20], [43.92, 17.15, 200.9, 4202.0]];
    let within = [[0.005; 4], [0.005, 0.005, 0.05, 0.5]];
    for ((name, _, counts), (means, within)) in TABLES.iter().zip(means.iter().zip(&within)) {
        let (columns, classes) = table(name);
        let count = |class: u8| classes.iter().filter(|own| **own == class).count() as u32;
        assert_eq!([0, 1, 2].map(count), *counts, "{name}");
        for ((column, mean), within) in columns.iter().zip(means).zip(within) {
            let found = column.iter().sum::<f64>() / column.len() as f64;
            assert!((found - mean).abs() <= *within, "{name}: {found}, not {mean}");
        }
    }
    let (columns, _) = table("iris");
    let deviations = columns.iter().map(|column| {
        let mean = column.iter().sum::<f64>() / 150.0;
        (column.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / 149.0).sqrt()
    });
    assert!(deviations.zip([0.83, 0.43, 1.76, 0.76]).all(|(found, told)| (found - told).abs() < 0.007));
}

/// Every thing is in one half, of each class the same share; both together have mean 0, and 2.5 deviations are 1.
#[test]
fn a_table_is_shared_out_by_the_seed_and_standardised_as_a_whole() {
    for (name, features, counts) in TABLES {
        let (columns, classes) = table(name);
        for (share, [x, y]) in [(10, [0, 1]), (70, [2, 3]), (90, [3, 0]), (50, [1, 1])] {
            let chosen = |at: usize| Value::Choice(features[at].into());
            let knobs = [("train-share", Value::Whole(share)), ("x-feature", chosen(x)), ("y-feature", chosen(y))];
            let [train, test] = [Split::Train, Split::Test].map(|split| made_with(named(name), SEED, &knobs, split));
            for (class, count) in counts.iter().enumerate() {
                let own = train.1.iter().filter(|label| usize::from(**label) == class).count() as u32;
                assert_eq!(own, (count * share as u32 + 50) / 100, "{name}, {share} %");
            }
            assert_eq!(train.1.len() + test.1.len(), classes.len());
            for (axis, column) in [(0, &columns[x]), (1, &columns[y])] {
                let [mean, variance] = moments(train.0.iter().chain(&test.0).map(move |point| point[axis]));
                assert!(mean.abs() < 1e-5 && (variance * 6.25 - 1.0).abs() < 1e-4, "{name}: {mean} {variance}");
                // Both halves together are the column, up to where its zero and its unit are, class by class.
                let made = train.0.iter().chain(&test.0).zip(train.1.iter().chain(&test.1));
                let mut made: Vec<_> = made.map(|(point, label)| (*label, f64::from(point[axis]))).collect();
                let mut told: Vec<_> = classes.iter().copied().zip(column.iter().copied()).collect();
                let order = |one: &(u8, f64), other: &(u8, f64)| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1));
                made.sort_by(order);
                told.sort_by(order);
                let [made_ends, told_ends] = [&made, &told].map(|all| [all[0].1, all[all.len() - 1].1]);
                let share = |value: f64, ends: [f64; 2]| (value - ends[0]) / (ends[1] - ends[0]);
                for (made, told) in made.iter().zip(&told) {
                    assert!((share(made.1, made_ends) - share(told.1, told_ends)).abs() < 1e-4, "{name}: {made:?}");
                }
            }
        }
        let [one, other] = [SEED, SEED + 1].map(|seed| made(named(name), seed, Split::Test).0);
        assert_ne!(one, other, "{name}");
        assert_eq!(made(named(name), SEED, Split::Test).0, one, "{name}");
    }
}

/// The window of the plane reaches to 1.25.
#[test]
fn every_thing_of_a_table_lies_within_the_window() {
    for (name, features, _) in TABLES {
        let mut widest = 0.0_f32;
        for (seed, share) in (0..8).flat_map(|seed| [10, 30, 50, 70, 90].map(|share| (seed, share))) {
            for (x, y) in features.iter().flat_map(|x| features.map(|y| (*x, y))) {
                let [x, y] = [x, y].map(|feature| Value::Choice(feature.into()));
                let knobs = [("train-share", Value::Whole(share)), ("x-feature", x), ("y-feature", y)];
                for split in [Split::Train, Split::Test] {
                    let (points, _) = made_with(named(name), seed, &knobs, split);
                    widest = points.iter().flatten().fold(widest, |most, number| most.max(number.abs()));
                }
            }
        }
        assert!((0.9..1.25).contains(&widest), "{name}: {widest}");
    }
}

#[test]
fn modes_are_as_wide_as_they_are_made() {
    for (name, spread) in [("ring", 0.01), ("grid", 0.0125)] {
        let mut shelf = Shelf::new(named(name));
        for (noise, factor) in [(1.0, 1.0), (3.0, 3.0), (0.5, 0.5), (0.0, 0.1)] {
            assert!(shelf.adopt(&[("noise".into(), real(noise))]).is_empty());
            shelf.make(SEED);
            let modes = shelf.card().modes.clone().unwrap();
            assert!((modes.spread / spread - factor).abs() < 1e-5, "{name}: {} at noise {noise}", modes.spread);
            let mut points = Vec::new();
            (0..2500).for_each(|row| {
                shelf.read(Split::Test, row, &mut points);
            });
            let high = kiln::engine::plane::Coverage::of(&points, &modes).high;
            assert!(high > 0.98, "{name}: {high} of the real points are of high quality at noise {noise}");
        }
    }
}

#[test]
fn a_shelf_settles_what_is_asked_of_its_knobs() {
    let mut shelf = Shelf::new(named("drawn"));
    let asked = [("noise", real(9.0)), ("count", real(3.0)), ("drawing", real(1.0)), ("latent", Value::Whole(2))];
    let asked = asked.map(|(name, value)| (name.to_owned(), value));
    let faults = shelf.adopt(&asked);
    let [Fault::Clamped { .. }, Fault::Clamped { .. }, Fault::NoDrawing { .. }] = &faults[..] else {
        panic!("{faults:?}")
    };
    assert_eq!(shelf.foreign(&asked), asked[3..]);
    shelf.make(SEED);
    let edition = shelf.edition();
    assert_eq!((shelf.turn("latent", &real(1.0)), shelf.remake()), (None, false));
    assert!(matches!(shelf.turn("count", &Value::Whole(200)), Some(Err(Fault::Clamped { .. }))), "it is cold");
    assert_eq!((shelf.turn("noise", &real(5.0)), shelf.remake()), (Some(Ok(())), false), "as it was");
    let line = Value::Drawing(stroke_text(&[Stroke { width: 0.05, points: vec![[0.1, 0.5], [0.9, 0.5]] }]).into());
    assert_eq!(shelf.turn("drawing", &line), Some(Ok(())));
    for none in ["", "?", "AAA"] {
        let turned = shelf.turn("drawing", &Value::Drawing(none.into()));
        assert!(matches!(turned, Some(Err(Fault::NoDrawing { .. }))), "{none}");
    }
    assert!(shelf.values().contains(&("drawing".to_owned(), line)), "the last drawing stays");
    assert!(shelf.remake() && !shelf.remake() && shelf.edition() == edition + 1);
    assert_eq!(shelf.total(Split::Train), 10_000);
}

fn drawing(drawn: &[Stroke]) -> [(&'static str, Value); 1] {
    [("drawing", Value::Drawing(stroke_text(drawn).into()))]
}

fn moments(numbers: impl Iterator<Item = f32> + Clone) -> [f64; 2] {
    let count = numbers.clone().count() as f64;
    let mean = numbers.clone().map(f64::from).sum::<f64>() / count;
    [mean, numbers.map(|number| (f64::from(number) - mean).powi(2)).sum::<f64>() / count]
}

/// Along a straight stroke of length l, with noise of deviation s: variance l^2 / 12 + s^2, and s^2 across. A stroke's width
/// is four deviations, and the pad's side 2.5.
#[test]
fn samples_lie_evenly_along_a_straight_stroke() {
    let set = named("drawn");
    let line = drawing(&[Stroke { width: 0.125, points: vec![[0.1, 0.25], [0.3, 0.25], [0.7, 0.25]] }]);
    let back = strokes(&stroke_text(&[Stroke { width: 0.125, points: vec![[0.1, 0.25], [0.7, 0.25]] }])).unwrap();
    let [from, to] =
        [back[0].points[0], back[0].points[1]].map(|[x, y]| [2.5 * x - 1.25, 1.25 - 2.5 * y].map(f64::from));
    let (length, spread) = (to[0] - from[0], f64::from(back[0].width) * 2.5 / 4.0);
    let (points, labels) = made_with(set, SEED, &line, Split::Train);
    let [along, across] = [0, 1].map(|axis| moments(points.iter().map(move |point| point[axis])));
    assert!((along[0] - (from[0] + to[0]) / 2.0).abs() < 0.02 && (across[0] - from[1]).abs() < 0.005);
    assert!((along[1] / (length * length / 12.0 + spread * spread) - 1.0).abs() < 0.03, "{along:?}");
    assert!((across[1] / (spread * spread) - 1.0).abs() < 0.05, "{across:?}");
    assert!(labels.iter().all(|label| *label == 0));
    let thin = made_with(set, SEED, &[&line[..], &[("noise", real(0.0))]].concat(), Split::Train).0;
    assert!(thin.iter().all(|point| (f64::from(point[1]) - from[1]).abs() < 1e-6), "no noise leaves the line");
}

/// By length 3 to 1, and a dot counts as a tenth of the pad's side.
#[test]
fn strokes_have_their_lengths_share_and_a_dot_has_one() {
    let long = Stroke { width: 0.01, points: vec![[0.1, 0.1], [0.7, 0.1]] };
    let short = Stroke { width: 0.01, points: vec![[0.1, 0.9], [0.1, 0.8], [0.2, 0.8]] };
    let dot = Stroke { width: 0.1, points: vec![[0.9, 0.9]] };
    let (points, labels) = made_with(named("drawn"), SEED, &drawing(&[long, short, dot]), Split::Train);
    let share = |place: fn(&[f32; 2]) -> bool| points.iter().filter(|point| place(point)).count() as f64 / 10_000.0;
    let shares = [share(|point| point[1] > 0.5), share(|point| point[1] < 0.0 && point[0] < 0.0)];
    // Four deviations of a binomial are below 0.02.
    assert!((shares[0] - 0.6 / 0.9).abs() < 0.02 && (shares[1] - 0.2 / 0.9).abs() < 0.02, "{shares:?}");
    assert!((share(|point| point[0] > 0.7 && point[1] < 0.0) - 0.1 / 0.9).abs() < 0.02);
    let second = |(point, label): (&[f32; 2], &u8)| (*label == 1) == (point[0] < 0.0 && point[1] < 0.0);
    assert!(points.iter().zip(&labels).all(second), "strokes are of two classes in turn");
}

#[test]
fn the_default_drawing_is_one() {
    let card = (named("drawn").card)();
    let knob = card.knobs.iter().find(|knob| matches!(knob.range, Range::Drawing { .. })).unwrap();
    let Value::Drawing(text) = &knob.default else { panic!("{:?}", knob.default) };
    assert!(strokes(text).is_some_and(|drawn| drawn.len() == 2) && text.len() < 200, "{text}");
    assert_eq!(made(named("drawn"), SEED, Split::Train), {
        let same = [("drawing", knob.default.clone())];
        made_with(named("drawn"), SEED, &same, Split::Train)
    });
}

/// Of points `[class, count]`, each class in a row of its own.
fn set_points(classes: &[(u8, usize)]) -> (&'static str, Value) {
    let row = |(class, count): &(u8, usize)| Stroke {
        width: width_of(*class),
        points: (0..*count).map(|at| [at as f32 / 511.0, f32::from(*class) / 8.0]).collect(),
    };
    ("points", Value::Drawing(stroke_text(&classes.iter().map(row).collect::<Vec<_>>()).into()))
}

#[test]
fn every_point_that_is_set_is_one_sample_in_one_half() {
    let set = named("points");
    let made = |classes: &[(u8, usize)], count| {
        let knobs = [set_points(classes), ("classes", Value::Whole(count))];
        [Split::Train, Split::Test].map(|split| made_with(set, SEED, &knobs, split))
    };
    let counts = |labels: &[u8]| [0, 1, 2].map(|class| labels.iter().filter(|label| **label == class).count());
    let [train, test] = made(&[(0, 10), (2, 1), (5, 10), (1, 2)], 3);
    assert_eq!((counts(&train.1), counts(&test.1)), ([8, 1, 1], [2, 1, 0]), "class 6 is not asked for");
    assert_eq!((train.1.len(), test.1.len()), (10, 3));
    let sides = train.0.iter().chain(&test.0).map(|point| point.map(f32::to_bits)).collect::<HashSet<_>>();
    assert_eq!(sides.len(), 13, "each stands in one half");
    let [x, y] = train.0[0];
    assert!((x + 1.25).abs() < 1e-6 && (y - 1.25).abs() < 1e-6, "the pad's corner is the plane's");
    let [more, tested] = made(&[(0, 11), (2, 1), (5, 10), (1, 2)], 3);
    assert!(train.0.iter().all(|point| more.0.contains(point)) && tested == test, "one more moves no other");
}

#[test]
fn too_few_points_are_tested_on_themselves_and_none_are_the_first_ones() {
    let set = named("points");
    let [train, test] = [Split::Train, Split::Test].map(|split| made_with(set, SEED, &[set_points(&[(1, 1)])], split));
    assert_eq!((train.1.clone(), train), (vec![1], test));
    let elsewhere = made_with(set, SEED, &[set_points(&[(4, 9)])], Split::Train);
    assert_eq!(elsewhere, made(set, SEED, Split::Train), "of two classes there is none");
    let mut shelf = Shelf::new(set);
    shelf.make(SEED);
    let mut feed = Feed::new(&shelf, SEED, 64);
    assert_eq!((shelf.total(Split::Train), shelf.total(Split::Test), feed.batch_size()), (12, 4, 12));
    let (name, value) = set_points(&[(0, 100), (1, 100)]);
    assert_eq!((shelf.turn(name, &value), shelf.remake()), (Some(Ok(())), true));
    feed.follow(&shelf);
    assert_eq!((feed.batch_size(), feed.steps_per_epoch(), shelf.card().train), (64, 2, 160));
    assert!(feed.rows(1001).len() == 64 && feed.rows(1001).iter().any(|row| *row >= 100));
}
