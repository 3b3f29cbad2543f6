//! Data sets: the packed files as they are shipped, refusals of damaged ones, and the preprocessing of drawings.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use kiln::data::{Chunk, DataSet, SETS};
use kiln::engine::feed::{Feed, Shelf};
use kiln::protocol::{ChunkCause, Split, Stroke};

const SIDE: usize = 28;

fn mnist() -> &'static DataSet {
    SETS.iter().find(|set| (set.card)().name == "mnist").expect("MNIST is in the catalogue")
}

fn unpacked(set: &DataSet, chunk: &Chunk) -> Vec<u8> {
    let packed = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(set.path(chunk))).unwrap();
    assert_eq!(packed.len(), chunk.packed, "{}", chunk.file);
    let mut bytes = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    bytes
}

fn shelf(set: &'static DataSet) -> Shelf {
    let mut shelf = Shelf::new(set);
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
        assert!(shelf.chunks()[0].packed <= 350_000, "{}: training could begin sooner", card.name);
    }
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
    let set = mnist();
    let chunk = &set.chunks()[0];
    let bytes = unpacked(set, chunk);
    assert_eq!(set.open(chunk, bytes[..bytes.len() - 1].to_vec()), Err(ChunkCause::Truncated));
    assert_eq!(set.open(chunk, vec![]), Err(ChunkCause::Truncated));
    for at in [0, bytes.len() / 2, bytes.len() - 1] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        assert_eq!(set.open(chunk, bytes), Err(ChunkCause::Checksum), "byte {at}");
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
