//! MNIST-1D: what is made against what was published, and conversations with a host that learns and shows it.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::talk::Talk;
use kiln::data::{DataSet, Making, SETS, Source, Values};
use kiln::engine::feed::Shelf;
use kiln::engine::recipe::Shape;
use kiln::protocol::{Body, Card, Codes, Command, Event, Plane, Probe, Setup, Split, Value, View};
use kiln::zoo::zoo;

const LENGTH: usize = 40;
const SEED: u64 = 7;

fn set() -> &'static DataSet {
    SETS.iter().find(|set| (set.card)().name == "mnist1d").unwrap()
}

/// Bytes of each sample, and labels.
fn made(seed: u64, knobs: &[(&str, Value)], split: Split) -> (Vec<Vec<u8>>, Vec<u8>) {
    let Source::Made { make, .. } = set().source else { panic!("it is made") };
    let knobs = knobs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let samples = make(&Making { seed, knobs }, split);
    let Values::Bytes(bytes) = samples.values else { panic!("signals have bytes") };
    (bytes.chunks_exact(LENGTH).map(<[u8]>::to_vec).collect(), samples.labels)
}

fn many() -> [(&'static str, Value); 1] {
    [("count", Value::Whole(20_000))]
}

fn moments(numbers: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    let count = numbers.clone().count() as f64;
    let mean = numbers.clone().sum::<f64>() / count;
    [mean, (numbers.map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt()]
}

/// Counted in the 5,000 samples of `mnist1d_data.pkl`, the file that was published with the procedure (Greydanus & Kobak
/// 2024), in which all numbers together have mean 0 and deviation 1: products of numbers so many places apart, mean and
/// deviation of each class, and the deviation at each place, which falls where shapes seldom come.
#[test]
fn signals_are_spread_as_the_published_ones() {
    const LAGS: [(usize, f64); 5] = [(1, 0.815), (2, 0.533), (4, 0.264), (8, 0.092), (16, -0.020)];
    const MEANS: [f64; 10] = [0.471, -0.097, 0.035, 0.333, -0.127, 0.0, -0.383, 0.168, -0.253, -0.146];
    const DEVIATIONS: [f64; 10] = [1.196, 0.873, 0.835, 1.009, 0.881, 0.838, 1.191, 0.877, 1.0, 0.899];
    const PLACES: [f64; LENGTH] = [
        1.11, 1.01, 1.02, 1.06, 1.09, 1.11, 1.12, 1.12, 1.10, 1.06, 1.06, 1.06, 1.03, 1.02, 1.01, 1.01, 1.03, 1.03,
        1.01, 1.00, 1.01, 1.01, 1.03, 1.03, 1.03, 1.05, 1.05, 1.05, 0.99, 0.90, 0.85, 0.81, 0.78, 0.78, 0.79, 0.80,
        0.83, 0.87, 0.96, 1.12,
    ];
    let (signals, labels) = made(SEED, &many(), Split::Train);
    let numbers = |signal: &Vec<u8>| -> Vec<f64> {
        signal.iter().map(|byte| (f64::from(*byte) / 255.0 * 2.0 - 1.0) * f64::from(kiln::data::SPAN)).collect()
    };
    let signals: Vec<Vec<f64>> = signals.iter().map(numbers).collect();
    let [mean, deviation] = moments(signals.iter().flatten().copied());
    assert!((deviation - 1.0).abs() < 0.01 && mean.abs() < 0.06, "{mean} {deviation}");
    let standard: Vec<Vec<f64>> =
        signals.iter().map(|signal| signal.iter().map(|number| (number - mean) / deviation).collect()).collect();
    for (lag, published) in LAGS {
        let products = standard.iter().flat_map(|signal| signal.iter().zip(&signal[lag..]).map(|(a, b)| a * b));
        let [found, _] = moments(products.collect::<Vec<_>>().into_iter());
        assert!((found - published).abs() < 0.01, "{lag} places apart: {found}, not {published}");
    }
    for (place, published) in PLACES.iter().enumerate() {
        let [_, found] = moments(standard.iter().map(|signal| signal[place]));
        assert!((found - published).abs() < 0.04, "place {place}: {found}, not {published}");
    }
    for class in 0..10 {
        let own: Vec<f64> = standard
            .iter()
            .zip(&labels)
            .filter(|(_, label)| usize::from(**label) == class)
            .flat_map(|(signal, _)| signal.clone())
            .collect();
        let [mean, deviation] = moments(own.into_iter());
        assert!((mean - MEANS[class]).abs() < 0.03, "class {class}: mean {mean}");
        assert!((deviation - DEVIATIONS[class]).abs() < 0.02, "class {class}: deviation {deviation}");
    }
}

#[test]
fn there_are_as_many_as_the_card_says_of_each_class_alike_and_hardly_any_at_the_bounds() {
    let card = (set().card)();
    assert_eq!((card.shape, card.train, card.test), ([1, 1, 40], 4000, 1000));
    for (split, count) in [(Split::Train, 4000), (Split::Test, 1000)] {
        let (signals, labels) = made(SEED, &[], split);
        assert_eq!((signals.len(), labels.len()), (count, count));
        for class in 0..10 {
            let own = labels.iter().filter(|label| **label == class).count() as f64;
            let fair = count as f64 / 10.0;
            assert!((own - fair).abs() < 4.0 * fair.sqrt(), "{own} of class {class}");
        }
        let clipped = signals.iter().flatten().filter(|byte| matches!(byte, 0 | 255)).count();
        assert!(clipped * 2000 < signals.len() * LENGTH, "{clipped} numbers lie at the bounds");
    }
}

/// Without noise a signal is its shape, between 12/71 and 12/47 of its length, on a straight line.
#[test]
fn without_noise_a_signal_is_a_shape_on_a_straight_line() {
    let (signals, _) = made(SEED, &[("noise", Value::Real(0.0))], Split::Test);
    for signal in &signals {
        let bend = |at: &usize| {
            let [before, here, after] = [at - 1, *at, at + 1].map(|at| i32::from(signal[at]));
            (before - 2 * here + after).abs() > 2
        };
        let bent = (1..LENGTH - 1).filter(bend).count();
        // 11 of at most 47 places, a step at each end and one on both sides of the border.
        assert!((2..=15).contains(&bent), "{bent} places are bent: {signal:?}");
    }
}

#[test]
fn a_signal_follows_from_the_seed_and_stays_whatever_the_count_and_the_noise_of_others() {
    let (plain, labels) = made(SEED, &[], Split::Train);
    assert_eq!(made(SEED, &[], Split::Train), (plain.clone(), labels.clone()));
    let few = made(SEED, &[("count", Value::Whole(137))], Split::Train);
    assert_eq!((few.0.len(), &few.0[..], &few.1[..]), (137, &plain[..137], &labels[..137]));
    assert_eq!(made(SEED, &many(), Split::Test), made(SEED, &[], Split::Test));
    assert_ne!(made(SEED + 1, &[], Split::Train).0[..10], plain[..10]);
    let [bare, wide] = [0.0, 3.0].map(|noise| made(SEED, &[("noise", Value::Real(noise))], Split::Train).0);
    for ((bare, plain), wide) in bare.iter().zip(&plain).zip(&wide) {
        for at in 0..LENGTH {
            let [bare, plain, wide] = [bare[at], plain[at], wide[at]].map(f32::from);
            // Each is rounded, and what lies beyond the bounds is moved there.
            let off = (wide - bare) - 3.0 * (plain - bare);
            assert!(off.abs() <= 2.5 || wide == 0.0 || wide == 255.0, "{bare} {plain} {wide}");
        }
    }
}

#[test]
fn shuffled_places_are_one_other_order_for_all() {
    let shuffled = [("shuffled", Value::Switch(true))];
    let (plain, mixed) = (made(SEED, &[], Split::Train).0, made(SEED, &shuffled, Split::Train).0);
    let column = |signals: &[Vec<u8>], at: usize| -> Vec<u8> { signals.iter().map(|signal| signal[at]).collect() };
    let from: Vec<usize> = (0..LENGTH)
        .map(|at| {
            (0..LENGTH).find(|from| column(&plain, *from) == column(&mixed, at)).expect("a column of the original")
        })
        .collect();
    let mut sorted = from.clone();
    sorted.sort_unstable();
    assert!(sorted.iter().copied().eq(0..LENGTH) && from != sorted, "{from:?}");
    let (plain, mixed) = (made(SEED, &[], Split::Test).0, made(SEED, &shuffled, Split::Test).0);
    assert!(
        plain.iter().zip(&mixed).all(|(plain, mixed)| from.iter().zip(mixed).all(|(at, byte)| plain[*at] == *byte))
    );
}

/// Models see standard deviations, views the curve.
#[test]
fn a_shelf_hands_out_deviations_and_a_curve() {
    let mut shelf = Shelf::new(set());
    assert!(shelf.make(SEED));
    let (mut seen, (bytes, label)) = (Vec::new(), shelf.sample(Split::Test, 3).unwrap());
    assert_eq!(shelf.read(Split::Test, 3, &mut seen), Some(label));
    assert!(
        seen.iter()
            .zip(bytes.iter())
            .all(|(number, byte)| (number - (f32::from(*byte) - 127.5) / 127.5 * 4.5).abs() < 1e-5)
    );
    let Plane { width, height, channels, pixels } = shelf.plane(&bytes);
    assert_eq!((width, height, channels, pixels.len()), (40, 40, 1, 1600));
    let shape = Shape::from(shelf.card());
    assert!(shape.signals() && !shape.pictures() && !shelf.card().plane() && !shelf.card().augmented());
}

fn cards() -> Vec<Card> {
    zoo().iter().map(|entry| entry.listed(SETS)).collect()
}

fn start(talk: &mut Talk, recipe: &str) -> Vec<Event> {
    let setup = Setup { recipe: recipe.into(), data: "mnist1d".into(), knobs: vec![] };
    talk.say(Command::Start { run: 1, setup, snapshot: None })
}

#[test]
fn every_model_but_those_of_squares_takes_signals_and_shows_all_that_it_promises() {
    let models = cards();
    let refusing: Vec<_> =
        models.iter().filter(|card| !card.data.contains(&"mnist1d".into())).map(|card| &*card.name).collect();
    assert_eq!(refusing, ["dcgan", "lenet"]);
    let data = (set().card)();
    for card in models.iter().filter(|card| card.data.contains(&"mnist1d".into())) {
        let mut talk = Talk::without_files(zoo(), SETS);
        start(&mut talk, &card.name);
        let views = card.on(&data).views;
        assert!(!views.contains(&View::Augmented) && !views.contains(&View::Regions), "{}", card.name);
        let mut events = talk.say(Command::Watch { run: 1, views: [&views[..], &[View::Opinions]].concat() });
        events.extend(talk.say(Command::Probe { run: 1, probe: Some(Probe::Sample { split: Split::Test, index: 3 }) }));
        events.extend(talk.say(Command::Decode { run: 1, codes: Some(Codes::Given(vec![vec![0.5]])) }));
        events.extend(talk.say(Command::Train { run: 1, until: Some(3) }));
        events.extend(talk.say(Command::Probe { run: 1, probe: Some(Probe::Generated { index: 3 }) }));
        let mut shown = Vec::new();
        for event in &events {
            match event {
                Event::Frame { view, body, .. } => {
                    shown.push(*view);
                    square(body, &format!("{}: {view:?}", card.name));
                }
                Event::Trouble { fault, .. } => panic!("{}: {fault:?}", card.name),
                _ => {}
            }
        }
        // A generator's quality is measured now and then; what shows an evaluation comes with one.
        for view in views {
            assert!(shown.contains(&view), "{}: {view:?} is not shown", card.name);
        }
    }
}

/// Each picture of a sample is the curve in a square.
fn square(body: &Body, what: &str) {
    let good =
        |plane: &Plane| assert!((plane.width, plane.height) == (40, 40), "{what}: {}x{}", plane.width, plane.height);
    match body {
        Body::Reading(reading) => good(&reading.seen),
        Body::Gallery(gallery) => gallery.tiles.iter().for_each(|tile| good(&tile.picture)),
        Body::Samples(samples) => {
            samples.generated.iter().chain(&samples.real).for_each(|scored| good(&scored.picture));
            samples.nearest.iter().for_each(|nearest| good(&nearest.picture));
        }
        Body::Reconstructions(pairs) => {
            pairs.iter().for_each(|pair| [&pair.original, &pair.decoded].into_iter().for_each(good))
        }
        Body::Opinions(opinions) => opinions.seen.iter().for_each(good),
        _ => {}
    }
}

/// The order of the published accuracies: 32, 68 and 94 % (Greydanus & Kobak 2024), here after a short while.
#[test]
fn a_convolution_leads_a_perceptron_which_leads_a_straight_line() {
    let accuracy = |recipe: &str, steps: u64| {
        let mut talk = Talk::without_files(zoo(), SETS);
        start(&mut talk, recipe);
        talk.say(Command::Train { run: 1, until: Some(steps) });
        let events = talk.say(Command::Evaluate { run: 1 });
        let card = cards().into_iter().find(|card| card.name == recipe).unwrap();
        let series = card.series.iter().position(|series| series.name == "accuracy/test").unwrap();
        let points =
            events.iter().flat_map(|event| if let Event::Tick { points, .. } = event { &points[..] } else { &[] });
        points.filter(|point| usize::from(point.series) == series).map(|point| point.value).next_back().unwrap()
    };
    let found = [accuracy("softmax", 600), accuracy("perceptron", 600), accuracy("cnn", 130)];
    println!("{found:?}");
    assert!(found[0] > 20.0 && found[0] < 36.0 && found[1] > 45.0 && found[2] > 72.0, "{found:?}");
}
