//! Sample quality: each metric against numbers worked out by hand, and conversations with a host that measures it.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use crate::support::talk::Talk;
use burn::tensor::{Device, Int, Tensor};
use kiln::data::{Chunk, DataSet, Samples, Source, Values, hex};
use kiln::engine::findings::{Facts, findings};
use kiln::engine::generative::{Generating, quality_series};
use kiln::engine::knobs::Knobs as _;
use kiln::engine::optimiser::Part;
use kiln::engine::quality::{
    Census, Cloud, Gaussian, Measurement, Quality, Reference, active_units, eigen, frechet, root,
};
use kiln::engine::recipe::{Batch, Generator, Moment, Posterior, Recipe, Scalars, Shape, entry};
use kiln::protocol::{
    Answer, Body, Card, ChunkCause, Command, DataCard, Event, Finding, Probe, Reading, Setup, Split, Stroke, Value,
    View, text,
};
use kiln::zoo::zoo;
use sha2::{Digest, Sha256};

fn near(one: f64, other: f64) {
    assert!((one - other).abs() <= 1e-6 * other.abs().max(1.0), "{one} is not {other}");
}

fn distance(one: &Gaussian, other: &Gaussian) -> f64 {
    frechet(one, &root(one.covariance.clone(), one.mean.len()), other)
}

#[test]
fn a_gaussian_is_fitted_with_unbiased_covariance() {
    let cloud = Cloud::new(2, vec![1.0, 2.0, 3.0, 2.0, 2.0, 5.0]);
    let gaussian = Gaussian::of(&cloud);
    assert_eq!(gaussian.mean, [2.0, 3.0]);
    gaussian.covariance.iter().zip([1.0, 0.0, 0.0, 3.0]).for_each(|(one, other)| near(*one, other));
    near(gaussian.spread(), 4.0);
}

/// The second difference has the eigenvalues 2 - 2 cos(k pi / 4).
#[test]
fn eigenvalues_of_a_known_matrix() {
    let matrix = vec![2.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 2.0];
    let (mut values, vectors) = eigen(matrix.clone(), 3);
    for (value, vector) in values.iter().zip(vectors.chunks_exact(3)) {
        for (row, entry) in matrix.chunks_exact(3).zip(vector) {
            near(row.iter().zip(vector).map(|(one, other)| one * other).sum(), value * entry);
        }
    }
    values.sort_by(f64::total_cmp);
    values.iter().zip([2.0 - 2.0_f64.sqrt(), 2.0, 2.0 + 2.0_f64.sqrt()]).for_each(|(one, other)| near(*one, other));
}

#[test]
fn the_root_of_a_covariance() {
    let half = (3.0_f64.sqrt() + 1.0) / 2.0;
    let expected = [half, half - 1.0, half - 1.0, half];
    root(vec![2.0, 1.0, 1.0, 2.0], 2).iter().zip(expected).for_each(|(one, other)| near(*one, other));
    // As large as the features are many: the root's square is what it is the root of.
    let size = 84;
    let points: Vec<f32> = (0..size * 200).map(|at| ((at * at) % 1009) as f32 / 1009.0).collect();
    let covariance = Gaussian::of(&Cloud::new(size, points)).covariance;
    let half = root(covariance.clone(), size);
    for at in 0..size * size {
        near((0..size).map(|k| half[at / size * size + k] * half[k * size + at % size]).sum(), covariance[at]);
    }
}

#[test]
fn the_frechet_distance_of_known_gaussians() {
    let gaussian = |mean: [f64; 2], covariance: [f64; 4]| Gaussian { mean: mean.into(), covariance: covariance.into() };
    // Independent features: |m1 - m2|^2 + sum (s1 - s2)^2 = 25 + 1 + 4.
    let (one, other) = (gaussian([0.0, 0.0], [1.0, 0.0, 0.0, 25.0]), gaussian([3.0, 4.0], [4.0, 0.0, 0.0, 9.0]));
    near(distance(&one, &other), 30.0);
    // Covariances that do not commute. The trace of a 2x2 root: tr(M^1/2)^2 = tr M + 2 det(M)^1/2, with M = C1 C2:
    // tr M = 2 + 5 = 7 and det M = 3 * 4 = 12.
    let (one, other) = (gaussian([0.0, 0.0], [2.0, 1.0, 1.0, 2.0]), gaussian([0.0, 0.0], [1.0, 0.0, 0.0, 4.0]));
    let trace = 2.0 * 1.0 + 2.0 * 4.0;
    near(distance(&one, &other), 4.0 + 5.0 - 2.0 * (trace + 2.0 * 12.0_f64.sqrt()).sqrt());
    near(distance(&one, &other), distance(&other, &one));
    assert!(distance(&one, &one) < 1e-9);
}

#[test]
fn the_third_nearest_neighbour_spans_a_point() {
    let line = Cloud::new(1, vec![0.0, 1.0, 3.0, 6.0, 10.0]);
    assert_eq!(line.radii(0..5), [36.0, 25.0, 9.0, 25.0, 81.0]);
    assert_eq!(line.radii(2..4), [9.0, 25.0]);
    assert_eq!(Cloud::new(1, vec![0.0, 2.0]).radii(0..2), [4.0, 4.0], "of fewer, the farthest");
    // More features than lanes, and not a multiple of them.
    let mut far = vec![0.0; 11];
    far.extend([2.0; 11]);
    assert_eq!(Cloud::new(11, far).radii(0..1), [44.0]);
}

fn measure(real: &[f32], made: &[f32], piece: usize) -> Quality {
    let census = || Census { shares: vec![1.0], confident: 1.0 };
    let mut reference = Reference::new(Cloud::new(1, real.to_vec()), census());
    while !reference.ready() {
        reference.go_on(piece);
    }
    let mut measurement = Measurement::new(Cloud::new(1, made.to_vec()), census());
    loop {
        if let Some(quality) = measurement.go_on(piece, &reference) {
            return quality;
        }
    }
}

/// Real points 0 to 3 have the radii 3, 2, 2, 3. The close ones made reach 0.3, 0.2, 0.2, 0.3 and find 1 alone; 9 reaches
/// 7.9, finds 2 and 3 and lies among none.
#[test]
fn precision_and_recall_of_a_few_points() {
    let (real, made) = ([0.0, 1.0, 2.0, 3.0], [1.0, 1.1, 1.2, 1.3, 9.0]);
    let quality = measure(&real, &made, 100);
    assert_eq!((quality.precision, quality.recall), (0.8, 0.75));
    assert_eq!(measure(&real, &made, 1), quality, "pieces change nothing");
    let same = measure(&real, &real, 2);
    assert_eq!((same.precision, same.recall, same.spread), (1.0, 1.0, 1.0));
    assert!(same.frechet < 1e-6);
    let apart = measure(&real, &[100.0, 101.0, 102.0, 103.0], 2);
    assert_eq!((apart.precision, apart.recall), (0.0, 0.0));
    near(f64::from(apart.frechet), 10_000.0);
}

/// softmax(3, 0) = 0.953, softmax(2, 0) = 0.881.
#[test]
fn a_census_counts_classes_and_confidence() {
    let census = Census::of(&[3.0, 0.0, 2.0, 0.0, 0.0, 3.0, 9.0, 0.0], 2);
    assert_eq!(census, Census { shares: vec![0.75, 0.25], confident: 0.75 });
    let real = Census { shares: vec![0.375, 0.625], confident: 1.0 };
    assert_eq!(census.rarest(&real), 0.4);
    assert_eq!(real.rarest(&real), 1.0);
}

/// Variances 0.0225, 0.0064 and 0 around means that do not matter.
#[test]
fn units_are_active_whose_means_vary() {
    assert_eq!(active_units(&[5.15, 0.08, 1.0, 4.85, -0.08, 1.0], 3), 1);
    assert_eq!(active_units(&[], 3), 0);
}

#[test]
fn findings_follow_from_the_numbers() {
    let real = vec![0.25; 4];
    let quality = |shares: [f32; 4], confident, recall, spread| Quality {
        frechet: 1.0,
        census: Census { shares: shares.into(), confident },
        rarest: 0.0,
        precision: 1.0,
        recall,
        spread,
    };
    let of = |facts: Facts| findings(&Facts { real: real.clone(), ..facts });
    let good = quality([0.2, 0.3, 0.25, 0.25], 0.95, 0.6, 0.9);
    let facts = Facts { quality: Some(good.clone()), players: Some((80.0, 70.0)), ..Facts::default() };
    let even = Finding::Balanced { real: 80.0, generated: 70.0 };
    assert_eq!(of(facts), [Finding::EveryClass { of: 4 }, even]);
    let collapsed = quality([1.0, 0.0, 0.0, 0.0], 0.5, 0.01, 0.1);
    let facts = Facts { quality: Some(collapsed), players: Some((99.0, 99.5)), ..Facts::default() };
    let expected = [
        Finding::DiscriminatorWins { real: 99.0, generated: 99.5 },
        Finding::ModeCollapse { recall: 1.0 },
        Finding::MissingClasses { classes: vec![1, 2, 3], of: 4 },
        Finding::Blurred { confident: 50.0 },
    ];
    assert_eq!(of(facts), expected);
    let facts = Facts { kl: Some(0.01), active: Some((0, 20)), ..Facts::default() };
    assert_eq!(of(facts), [Finding::PosteriorCollapse { kl: 0.01 }, Finding::ActiveUnits { active: 0, of: 20 }]);
    let players = |real, generated| of(Facts { players: Some((real, generated)), ..Facts::default() });
    assert_eq!(players(99.0, 2.0), [Finding::GeneratorWins { real: 99.0, generated: 2.0 }]);
    assert_eq!(players(1.0, 99.0), [], "it calls everything generated");
    assert_eq!(of(Facts { kl: Some(25.0), ..Facts::default() }), []);
}

// A model that makes the same grey picture of every latent, and knows one latent of two.

struct Grey(Generating);

impl Recipe for Grey {
    type Knobs = Generating;

    fn card() -> Card {
        let lenet = zoo().into_iter().map(|entry| (entry.card)()).find(|card| card.name == "lenet").unwrap();
        let mut series = lenet.series.clone();
        series.extend(quality_series());
        for name in ["accuracy/real", "accuracy/generated", "kl/train"] {
            series.push(kiln::protocol::Series { name: name.into(), ..series[0].clone() });
        }
        Card { name: "grey".into(), series, knobs: Generating::knobs(), ..lenet }
    }

    fn new(knobs: Generating, _: &Shape, _: &Device) -> Self {
        Self(knobs)
    }

    fn knobs(&self) -> &Generating {
        &self.0
    }

    fn knobs_mut(&mut self) -> &mut Generating {
        &mut self.0
    }

    fn step(&mut self, batch: Batch, _: Moment) -> Scalars {
        let value = |value: f32| Tensor::full([1], value, &batch.images.device());
        vec![("accuracy/real", value(99.0)), ("accuracy/generated", value(100.0)), ("kl/train", value(0.1))]
    }

    fn generator(&self) -> Option<&dyn Generator> {
        Some(self)
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        Vec::new()
    }
}

impl Generator for Grey {
    fn latent(&self) -> usize {
        2
    }

    fn generate(&self, z: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<4> {
        assert_eq!(z.dims()[0], labels.dims()[0]);
        Tensor::full([z.dims()[0], 1, 4, 4], 0.5, &z.device())
    }

    fn encode(&self, batch: Batch) -> Option<Posterior> {
        let first: Tensor<2> = batch.labels.float().unsqueeze_dim(1);
        let mean = Tensor::cat(vec![first.clone(), first.zeros_like()], 1);
        Some(Posterior { log_variance: mean.zeros_like(), mean })
    }
}

// A data set small enough for a test, with and without a network that is shipped with it.

const COUNTS: [(Split, usize); 2] = [(Split::Train, 96), (Split::Test, 60)];
const SOURCE: Source = Source::Chunks { folder: "tiny", list: chunks, parse };
static PLAIN: DataSet = DataSet { card, source: SOURCE, prepare, paper: 0.0, shipped: None };
static SHIPPED: DataSet = DataSet { card, source: SOURCE, prepare, paper: 0.0, shipped: Some("tiny.safetensors") };
static PLAIN_SHOP: &[&DataSet] = &[&PLAIN];
static SHIPPED_SHOP: &[&DataSet] = &[&SHIPPED];

fn card() -> DataCard {
    DataCard {
        name: "mnist".into(),
        title: text("Tiny", "微型"),
        blurb: text("Bars.", "条纹。"),
        shape: [1, 4, 4],
        apart: None,
        classes: vec![text("0", "0"), text("1", "1"), text("2", "2")],
        train: 96,
        test: 60,
        attribution: text("", ""),
        drawable: true,
        judged: false,
        modes: None,
        knobs: vec![],
    }
}

/// Bars in the row of the class, in noise.
fn bytes(chunk: usize) -> Vec<u8> {
    let count = COUNTS[chunk].1;
    let noise = |at: usize| (at * at * 31 % 97) as u8;
    let mut bytes: Vec<u8> =
        (0..count * 16).map(|at| noise(at) + if at % 16 / 4 == at / 16 % 3 { 120 } else { 0 }).collect();
    bytes.extend((0..count).map(|index| (index % 3) as u8));
    bytes
}

fn chunks() -> Vec<Chunk> {
    let chunk = |(index, (split, count)): (usize, &(Split, usize))| {
        let bytes = bytes(index);
        let sha256 = hex(&Sha256::digest(&bytes));
        Chunk { file: index.to_string(), split: *split, count: *count, unpacked: bytes.len(), packed: 0, sha256 }
    };
    COUNTS.iter().enumerate().map(chunk).collect()
}

fn parse(chunk: &Chunk, mut bytes: Vec<u8>) -> Result<Samples, ChunkCause> {
    let labels = bytes.split_off(chunk.count * 16);
    Ok(Samples { values: Values::Bytes(bytes), labels })
}

fn prepare(_: &[Stroke], _: bool) -> Option<Vec<f32>> {
    None
}

impl Talk {
    fn judged(shop: &'static [&'static DataSet], network: Vec<u8>) -> Self {
        let mut recipes = zoo();
        recipes.push(entry::<Grey>());
        Self::with(recipes, shop, move |path| {
            let chunk = path.rsplit('/').next().unwrap().parse();
            Ok(chunk.map_or_else(|_| network.clone(), bytes))
        })
    }

    /// Starts a run and trains to a step.
    fn run(&mut self, run: u32, recipe: &str, knobs: &[(&str, i64)], until: u64) -> Vec<Event> {
        let mut knobs: Vec<_> = knobs.iter().map(|(name, value)| ((*name).to_owned(), Value::Whole(*value))).collect();
        knobs.push(("batch-size".into(), Value::Whole(8)));
        let setup = Setup { recipe: recipe.into(), data: "mnist".into(), knobs };
        let mut events = self.say(Command::Start { run, setup, snapshot: None });
        events.extend(self.say(Command::Train { run, until: Some(until) }));
        events
    }
}

/// A LeNet that has learnt the bars.
fn network() -> Vec<u8> {
    let events = Talk::judged(PLAIN_SHOP, Vec::new()).run(1, "lenet", &[], 60);
    let snapshot = |event| if let Event::Snapshot { bytes, .. } = event { Some(bytes) } else { None };
    events.into_iter().rev().find_map(snapshot).expect("a pause saves")
}

/// The steps and values of a curve.
fn curve(events: &[Event], name: &str) -> Vec<(u64, f32)> {
    let series = Grey::card().series.iter().position(|series| series.name == name).unwrap();
    let points = events.iter().flat_map(|event| if let Event::Tick { points, .. } = event { &points[..] } else { &[] });
    points.filter(|point| usize::from(point.series) == series).map(|point| (point.step, point.value)).collect()
}

fn said(events: &[Event]) -> Vec<(u64, Vec<Finding>)> {
    let said = |event: &Event| match event {
        Event::Findings { step, findings, .. } => Some((*step, findings.clone())),
        _ => None,
    };
    events.iter().filter_map(said).collect()
}

#[test]
fn a_host_measures_at_the_cadence_and_in_a_pause_and_says_what_follows() {
    let mut talk = Talk::judged(SHIPPED_SHOP, network());
    let events = talk.run(1, "grey", &[("quality-every", 10)], 25);
    for name in ["frechet/score", "quality/confident", "quality/rarest", "manifold/precision", "manifold/recall"] {
        let steps: Vec<u64> = curve(&events, name).iter().map(|(step, _)| *step).collect();
        assert_eq!(steps, [10, 20, 25], "{name}");
    }
    // The same grey each time: no real sample is near it, and two classes of three are missing.
    assert!(curve(&events, "frechet/score").iter().all(|(_, value)| *value > 0.1));
    assert_eq!(curve(&events, "manifold/recall")[0].1, 0.0);
    assert_eq!(curve(&events, "quality/rarest")[0].1, 0.0);
    let said = said(&events);
    assert_eq!(said.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [10, 20, 25]);
    let found = &said[2].1;
    assert!(matches!(found[0], Finding::PosteriorCollapse { kl } if (kl - 0.1).abs() < 1e-6), "{found:?}");
    assert_eq!(found[1], Finding::DiscriminatorWins { real: 99.0, generated: 100.0 });
    assert_eq!(found[2], Finding::ModeCollapse { recall: 0.0 });
    assert!(matches!(&found[3], Finding::MissingClasses { classes, of: 3 } if classes.len() == 2), "{found:?}");
    assert_eq!(found.last(), Some(&Finding::ActiveUnits { active: 1, of: 2 }));
    // The same weights are not measured twice.
    assert!(talk.say(Command::Evaluate { run: 1 }).iter().all(|event| !matches!(event, Event::Findings { .. })));
}

#[test]
fn zero_never_measures_until_the_knob_is_turned() {
    let mut talk = Talk::judged(SHIPPED_SHOP, network());
    let events = talk.run(1, "grey", &[("quality-every", 0)], 25);
    assert!(said(&events).is_empty() && curve(&events, "frechet/score").is_empty());
    talk.say(Command::Retune { run: 1, knob: "quality-every".into(), value: Value::Whole(30) });
    let events = talk.say(Command::Train { run: 1, until: Some(31) });
    assert_eq!(curve(&events, "frechet/score").iter().map(|(step, _)| *step).collect::<Vec<_>>(), [30, 31]);
}

#[test]
fn without_a_shipped_network_no_sample_is_judged() {
    let events = Talk::judged(PLAIN_SHOP, Vec::new()).run(1, "grey", &[("quality-every", 10)], 10);
    assert!(quality_series().iter().all(|series| curve(&events, &series.name).is_empty()));
    let judged = |finding: &Finding| {
        matches!(
            finding,
            Finding::ModeCollapse { .. }
                | Finding::MissingClasses { .. }
                | Finding::EveryClass { .. }
                | Finding::Blurred { .. }
        )
    };
    let said = said(&events);
    assert_eq!(said.len(), 1, "what needs no judge is said all the same: {said:?}");
    assert!(!said[0].1.iter().any(judged) && !said[0].1.is_empty(), "{said:?}");
    // A classifier makes nothing, or is not judged by what it makes.
    for recipe in ["softmax", "naive-bayes", "discriminant"] {
        let classifier = Talk::judged(SHIPPED_SHOP, network()).run(1, recipe, &[], 30);
        assert!(classifier.iter().all(|event| !matches!(event, Event::Findings { .. })), "{recipe}");
    }
}

/// A classifier that models its classes shows what it makes and what it tells apart; it encodes and scores nothing.
#[test]
fn classifiers_by_bayes_rule_show_views_of_both_kinds() {
    // Averaged over squares, bars in neighbouring rows would be one.
    for (recipe, knobs) in [("naive-bayes", &[][..]), ("discriminant", &[("pooling", 1)])] {
        let mut talk = Talk::judged(PLAIN_SHOP, Vec::new());
        talk.run(1, recipe, knobs, 24);
        let its = [View::Samples, View::Reading, View::Filters, View::Confusion, View::Mistakes];
        let views = [&its[..], &[View::Reconstructions, View::Scores, View::Activations]].concat();
        talk.say(Command::Probe { run: 1, probe: Some(Probe::Sample { split: Split::Test, index: 4 }) });
        let events = talk.say(Command::Watch { run: 1, views: views.clone() });
        let bodies: Vec<_> = events
            .iter()
            .filter_map(|event| if let Event::Frame { view, body, .. } = event { Some((*view, body)) } else { None })
            .collect();
        let shown: Vec<View> = views.into_iter().filter(|view| bodies.iter().any(|(of, _)| of == view)).collect();
        assert_eq!(shown, its, "{recipe}");
        for (_, body) in bodies {
            match body {
                Body::Samples(samples) => assert_eq!(samples.generated.len(), 64),
                Body::Reading(Reading { answer: Answer::Probabilities(shares), truth, .. }) => {
                    assert_eq!(*truth, Some(1));
                    assert!(shares[1] > 0.5, "{recipe}: {shares:?}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_generator_of_the_catalogue_has_the_knob_and_the_curves() {
    for card in zoo().iter().map(|entry| (entry.card)()) {
        let known = |name: &str| card.series.iter().any(|series| series.name == name);
        if card.knobs.iter().any(|knob| knob.name == "quality-every") {
            assert!(quality_series().iter().all(|series| known(&series.name)), "{}", card.name);
        }
    }
}
