//! Explanations of classifiers: what must come of them where that is known, and conversations in which they are shown.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::talk::Talk;
use crate::support::{DIGIT, choice, curves, learner, real, row, synthetic};
use burn::tensor::{Device, Tensor, TensorData};
use kiln::data::{Chunk, DataSet, SETS, Samples, Source, Values, hex};
use kiln::engine::dream::{dream, grey};
use kiln::engine::recipe::{Entry, Learner, Shape};
use kiln::engine::saliency::{saliency, slopes};
use kiln::protocol::{
    Body, ChunkCause, Command, DataCard, Event, Layer, Probe, Regions, Setup, Split, Stroke, View, text,
};
use kiln::zoo::zoo;
use sha2::{Digest, Sha256};

/// In colour, and no side is another.
const COLOUR: Shape = Shape { channels: 3, height: 32, width: 24, classes: 4, apart: None };

fn entry(name: &str) -> Entry {
    zoo().into_iter().find(|entry| (entry.card)().name == name).unwrap()
}

/// A model that has learnt something.
fn trained(name: &str, shape: &Shape) -> Box<dyn Learner> {
    let mut model = learner(&entry(name), shape, &[]);
    curves(model.as_mut(), shape, 0..20);
    model
}

/// The third sample.
fn picture(shape: &Shape) -> Tensor<4> {
    synthetic(shape, 3).images.narrow(0, 2, 1)
}

fn best(logits: &[f32]) -> usize {
    (0..logits.len()).max_by(|one, other| logits[*one].total_cmp(&logits[*other])).unwrap()
}

/// The logits of one picture.
fn logits(model: &dyn Learner, picture: Tensor<4>) -> Vec<f32> {
    row(model.logits(picture).unwrap())
}

/// Of a linear model the weight of a number is what the logit rises by when it alone is 1.
fn weights(model: &dyn Learner, shape: &Shape, class: usize) -> Vec<f32> {
    let size = shape.size();
    let all = Tensor::<2>::eye(size, &Device::default()).reshape([size, shape.channels, shape.height, shape.width]);
    let black = logits(model, Tensor::zeros([1, shape.channels, shape.height, shape.width], &Device::default()))[class];
    row(model.logits(all).unwrap()).chunks_exact(shape.classes).map(|logits| logits[class] - black).collect()
}

fn near(one: &[f32], other: &[f32], what: &str) {
    let scale = other.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    assert!(scale > 0.0 && one.len() == other.len(), "{what}: nothing to compare");
    for (one, other) in one.iter().zip(other) {
        assert!((one - other).abs() <= 2e-4 * scale, "{what}: {one} is not {other}, of {scale}");
    }
}

#[test]
fn of_a_linear_model_both_gradients_are_its_weights_times_the_picture() {
    for (name, shape) in [("softmax", DIGIT), ("svm", DIGIT), ("softmax", COLOUR)] {
        let model = trained(name, &shape);
        let found = saliency(&*model, picture(&shape)).unwrap();
        let class = best(&row(found.logits));
        let (area, pixels) = (shape.height * shape.width, row(picture(&shape)));
        let mut expected = vec![0.0; area];
        for (place, (weight, pixel)) in weights(&*model, &shape, class).iter().zip(pixels).enumerate() {
            expected[place % area] += weight * pixel;
        }
        near(&row(found.gradient), &expected, name);
        near(&row(found.integrated), &expected, name);
    }
}

/// Sundararajan, Taly & Yan 2017, section 3: completeness.
#[test]
fn integrated_gradients_sum_to_what_the_picture_adds_to_black() {
    for name in ["perceptron", "lenet", "fourier-svm", "naive-bayes", "discriminant"] {
        let model = trained(name, &DIGIT);
        let found = saliency(&*model, picture(&DIGIT)).unwrap();
        let of = row(found.logits);
        let black = logits(&*model, picture(&DIGIT).zeros_like());
        let rise = of[best(&of)] - black[best(&of)];
        let sum: f32 = row(found.integrated).iter().sum();
        println!("{name}: {sum} of {rise}");
        assert!((sum - rise).abs() < 0.02 * rise.abs(), "{name}: {sum} is not {rise}");
    }
}

/// In single precision, over a step that leaves some ReLUs on their side.
#[test]
fn the_gradient_by_the_picture_agrees_with_finite_differences() {
    const STEP: f32 = 1e-2;
    for (name, shape) in [("lenet", DIGIT), ("perceptron", COLOUR), ("discriminant", DIGIT), ("naive-bayes", COLOUR)] {
        let model = trained(name, &shape);
        let picture = picture(&shape);
        let class = best(&logits(&*model, picture.clone()));
        let own = Tensor::<2>::eye(shape.classes, &Device::default()).narrow(0, class, 1);
        let slopes = row(slopes(&*model, picture.clone(), own).unwrap());
        let pixels = row(picture.clone());
        let scale = slopes.iter().fold(0.0_f32, |most, slope| most.max(slope.abs()));
        let mut order: Vec<usize> = (0..slopes.len()).collect();
        order.sort_by(|one, other| slopes[*other].abs().total_cmp(&slopes[*one].abs()));
        for place in order.iter().take(5).chain(&[0, 300, 411, slopes.len() - 1]) {
            let at = |side: f32| {
                let mut moved = pixels.clone();
                moved[*place] += side * STEP;
                logits(&*model, Tensor::from_data(TensorData::new(moved, picture.dims()), &Device::default()))[class]
            };
            let slope = (at(1.0) - at(-1.0)) / (2.0 * STEP);
            assert!(
                (slope - slopes[*place]).abs() < 0.05 * scale,
                "{name} at {place}: {} against {slope}",
                slopes[*place]
            );
        }
    }
}

/// A softmax regression for which one pixel, and the picture's only bright one, weighs most.
#[test]
fn covering_what_weighs_most_costs_most() {
    let model = trained("softmax", &DIGIT);
    let of = row(saliency(&*model, picture(&DIGIT)).unwrap().logits);
    let weights = weights(&*model, &DIGIT, best(&of));
    let heaviest = best(&weights);
    // Everything else is paper, also the corners.
    let mut pixels = vec![0.0; DIGIT.size()];
    pixels[heaviest] = 1.0;
    let alone = Tensor::<4>::from_data(TensorData::new(pixels, [1, 1, 28, 28]), &Device::default());
    let found = saliency(&*model, alone).unwrap();
    let class = best(&row(found.logits));
    let occluded = row(found.occluded);
    let most = occluded.iter().copied().fold(f32::MIN, f32::max);
    assert_eq!(class, best(&of));
    assert!((occluded[heaviest] - most).abs() < 1e-5 && most > 0.0, "{} of {most}", occluded[heaviest]);
    assert!((most - weights[heaviest]).abs() < 1e-4, "all patches over the pixel take its whole weight away");
    let far = |place: &usize| (place / 28).abs_diff(heaviest / 28) > 6 || (place % 28).abs_diff(heaviest % 28) > 6;
    assert!((0..DIGIT.size()).filter(far).all(|place| occluded[place].abs() < 1e-5), "paper costs nothing");
}

#[test]
fn blank_paper_may_be_covered_whatever_its_colour() {
    let model = trained("perceptron", &COLOUR);
    let white = Tensor::<4>::ones([1, 3, 32, 24], &Device::default());
    let occluded = row(saliency(&*model, white).unwrap().occluded);
    assert!(occluded.iter().all(|fall| fall.abs() < 1e-4));
}

#[test]
fn a_dream_raises_each_classs_score_and_stays_a_picture() {
    for name in ["softmax", "perceptron", "lenet", "svm", "fourier-svm", "naive-bayes", "discriminant"] {
        let model = trained(name, &DIGIT);
        let start = grey(DIGIT, &Device::default());
        let before = row(model.logits(start.clone()).unwrap());
        let (once, _) = dream(&*model, start).unwrap();
        let (pictures, told) = dream(&*model, once).unwrap();
        let after = row(model.logits(pictures.clone()).unwrap());
        for class in 0..10 {
            let at = class * 10 + class;
            assert!(after[at] > before[at], "{name} {class}: {} is not over {}", after[at], before[at]);
        }
        let own: Vec<f32> = (0..10).map(|class| after[class * 11]).collect();
        near(&row(told), &own, name);
        let pixels = row(pictures);
        assert!(pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)), "{name}");
        let named = after.chunks_exact(10).enumerate().filter(|(class, logits)| best(logits) == *class).count();
        assert!(named >= 9, "{name}: only {named} of 10 are taken for what they were made for");
    }
}

/// A loss of which no gradient comes, as of zero weights, fades and breaks nothing.
#[test]
fn models_that_know_nothing_yet_are_explained_without_a_fault() {
    for entry in zoo() {
        for shape in [DIGIT, COLOUR].iter().filter(|shape| (entry.fits)(shape)) {
            let model = learner(&entry, shape, &[]);
            let reads = (entry.card)().views.contains(&View::Reading);
            let found = saliency(&*model, picture(shape));
            assert_eq!(found.is_some(), reads, "{}", (entry.card)().name);
            let Some(found) = found else { continue };
            for map in [found.gradient, found.integrated, found.occluded] {
                assert_eq!(map.dims(), [shape.height, shape.width]);
                assert!(row(map).iter().all(|value| value.is_finite()), "{}", (entry.card)().name);
            }
            let (pictures, _) = dream(&*model, grey(*shape, &Device::default())).unwrap();
            assert!(row(pictures).iter().all(|pixel| (0.0..=1.0).contains(pixel)), "{}", (entry.card)().name);
        }
    }
}

/// They neither train nor disturb: the same curve, explained or not.
#[test]
fn looking_changes_nothing() {
    let run = |looks: bool| {
        let mut model = learner(&entry("lenet"), &DIGIT, &[("optimiser", choice("adam")), ("dropout", real(0.1))]);
        let mut all = Vec::new();
        for step in 0..4 {
            all.extend(curves(model.as_mut(), &DIGIT, step..step + 1));
            if looks {
                saliency(&*model, picture(&DIGIT)).unwrap();
                dream(&*model, grey(DIGIT, &Device::default())).unwrap();
            }
        }
        all
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn every_classifier_offers_both_views_and_nobody_else_does() {
    for entry in zoo() {
        let (plain, listed) = ((entry.card)(), entry.listed(SETS));
        let classifies = plain.views.contains(&View::Reading);
        for view in [View::Saliency, View::Dream] {
            assert_eq!(listed.views.contains(&view), classifies, "{} {view:?}", listed.name);
            assert!(view.of_pictures() && !view.of_points());
            for set in SETS.iter().map(|set| (set.card)()).filter(|set| listed.data.contains(&set.name)) {
                assert_eq!(listed.on(&set).views.contains(&view), classifies && !set.plane());
            }
        }
    }
}

// A host whose page says what it is told to say, over twelve pictures.

const SIDE: usize = 12;

static BARS: DataSet = DataSet {
    card,
    source: Source::Chunks { folder: "bars", list: chunks, parse },
    prepare,
    shipped: None,
    paper: 0.0,
};
static SHOP: &[&DataSet] = &[&BARS];

fn card() -> DataCard {
    DataCard {
        name: "bars".into(),
        title: text("Bars", "条纹"),
        blurb: text("Bars.", "条纹。"),
        shape: [1, SIDE as u32, SIDE as u32],
        apart: None,
        classes: vec![text("one", "一"), text("two", "二"), text("three", "三")],
        train: 48,
        test: 12,
        attribution: text("", ""),
        drawable: true,
        judged: false,
        modes: None,
        knobs: vec![],
    }
}

/// Bars in the rows of the class.
fn bytes(count: usize) -> Vec<u8> {
    let lit = |at: usize| at % (SIDE * SIDE) / SIDE / 4 == at / (SIDE * SIDE) % 3;
    let pixels = (0..count * SIDE * SIDE).map(|at| if lit(at) { 200 } else { 0 });
    pixels.chain((0..count).map(|index| (index % 3) as u8)).collect()
}

fn chunks() -> Vec<Chunk> {
    let chunk = |(split, count): (Split, usize)| {
        let bytes = bytes(count);
        let sha256 = hex(&Sha256::digest(&bytes));
        Chunk { file: count.to_string(), split, count, unpacked: bytes.len(), packed: 0, sha256 }
    };
    [(Split::Train, 48), (Split::Test, 12)].map(chunk).to_vec()
}

fn parse(chunk: &Chunk, mut bytes: Vec<u8>) -> Result<Samples, ChunkCause> {
    let labels = bytes.split_off(chunk.count * SIDE * SIDE);
    Ok(Samples { values: Values::Bytes(bytes), labels })
}

fn prepare(strokes: &[Stroke], _: bool) -> Option<Vec<f32>> {
    (!strokes.is_empty()).then(|| vec![0.5; SIDE * SIDE])
}

impl Talk {
    fn new() -> Self {
        Self::with(zoo(), SHOP, |path| Ok(bytes(path.rsplit('/').next().unwrap().parse().unwrap())))
    }
}

fn layers(events: &[Event], wanted: View) -> Vec<Vec<Layer>> {
    let body = |event: &Event| match event {
        Event::Frame { view, body: Body::Layers(layers), .. } if *view == wanted => Some(layers.clone()),
        _ => None,
    };
    events.iter().filter_map(body).collect()
}

#[test]
fn every_classifier_shows_both_views_of_pictures() {
    for name in zoo().iter().map(|entry| entry.listed(SHOP)).filter(|card| !card.data.is_empty()).map(|card| card.name)
    {
        let classifies = (entry(&name).card)().views.contains(&View::Reading);
        let mut talk = Talk::new();
        let setup = Setup { recipe: name.to_string(), data: "bars".into(), knobs: vec![] };
        talk.say(Command::Start { run: 1, setup, snapshot: None });
        talk.say(Command::Train { run: 1, until: Some(12) });
        let events = talk.say(Command::Watch { run: 1, views: vec![View::Saliency, View::Dream] });
        assert!(layers(&events, View::Saliency).is_empty(), "{name}: nothing is on the pad");
        let dreams = layers(&events, View::Dream);
        let probed = talk.say(Command::Probe { run: 1, probe: Some(Probe::Sample { split: Split::Test, index: 4 }) });
        let found = layers(&probed, View::Saliency);
        if !classifies {
            assert!(dreams.is_empty() && found.is_empty(), "{name}");
            continue;
        }
        assert_eq!(dreams.len(), 11, "{name}: a run that stands dreams on for a while, and comes to rest");
        let last = dreams.last().unwrap();
        assert_eq!(last.len(), 3, "{name}");
        assert!(last[1].title.en.starts_with("two: ") && last[1].title.zh.starts_with("二："), "{name}");
        assert_eq!((last[1].shape.clone(), last[1].scale, last[1].signed), (vec![1, 12, 12], 1.0, false));
        let [maps] = &found[..] else { panic!("{name}: {} frames of one probe", found.len()) };
        let titles: Vec<_> = maps.iter().map(|layer| &*layer.title.en).collect();
        assert_eq!(titles, ["Input, read as two", "Gradient × input", "Integrated gradients", "Occlusion"], "{name}");
        assert!(maps.iter().skip(1).all(|map| map.signed && map.shape == [1, 12, 12] && map.scale > 0.0), "{name}");
        assert!(layers(&probed, View::Dream).is_empty(), "{name}: the dream does not heed the pad");
        let more = layers(&talk.say(Command::Step { run: 1 }), View::Dream);
        assert!(!more.is_empty(), "{name}: other weights, other dreams");
    }
}

fn layouts(events: &[Event]) -> Vec<Regions> {
    let body = |event: &Event| match event {
        Event::Frame { view: View::Embedding, body: Body::Regions(told), .. } => Some(told.clone()),
        _ => None,
    };
    events.iter().filter_map(body).collect()
}

/// The mean of what two lists of numbers multiply to.
fn moment(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum::<f32>() / one.len() as f32
}

fn axis(told: &Regions, at: usize) -> Vec<f32> {
    told.points.iter().map(|dot| dot.at[at]).collect()
}

#[test]
fn a_classifier_with_a_hidden_layer_lays_out_its_test_samples() {
    let mut shown = Vec::new();
    for card in zoo().iter().map(|entry| entry.listed(SHOP)).filter(|card| !card.data.is_empty()) {
        let name = &*card.name;
        let features = learner(&entry(name), &DIGIT, &[]).features(picture(&DIGIT));
        let offered = card.views.contains(&View::Embedding);
        assert_eq!(offered, features.is_some(), "{name}");
        let mut talk = Talk::new();
        let setup = Setup { recipe: name.to_owned(), data: "bars".into(), knobs: vec![] };
        talk.say(Command::Start { run: 1, setup, snapshot: None });
        let first = layouts(&talk.say(Command::Watch { run: 1, views: vec![View::Embedding] }));
        let events = talk.say(Command::Train { run: 1, until: Some(12) });
        assert_eq!(!first.is_empty(), offered, "{name}");
        if !offered {
            assert!(layouts(&events).is_empty(), "{name}");
            continue;
        }
        shown.push(name.to_owned());
        let told = layouts(&events).pop().unwrap();
        assert_eq!((told.side, told.points.len(), told.logits.len()), (0, 12, 36), "{name}");
        assert_eq!((first[0].pictures.len(), told.pictures.len()), (12, 0), "{name}: pictures come once");
        for (index, dot) in told.points.iter().enumerate() {
            let guess = best(&told.logits[3 * index..3 * index + 3]);
            assert_eq!((dot.truth, dot.guess, dot.split), (index as u32 % 3, guess as u32, Split::Test), "{name}");
            assert!(dot.at.iter().all(|place| place.abs() <= told.reach), "{name}");
            assert_eq!(first[0].pictures[index].pixels, bytes(12)[index * SIDE * SIDE..(index + 1) * SIDE * SIDE]);
        }
        let (across, up, one) = (axis(&told, 0), axis(&told, 1), [1.0; 12]);
        let (wide, tall) = (moment(&across, &across), moment(&up, &up));
        assert!(moment(&across, &one).abs() < 1e-3 * wide.sqrt(), "{name}: the mean lies in the middle");
        assert!(moment(&across, &up).abs() < 1e-3 * wide.max(tall), "{name}: both axes vary by themselves");
        let ranks = told.axes.each_ref().map(|axis| axis.en[..4].to_owned());
        assert_eq!(ranks, if wide >= tall { ["PC 1", "PC 2"] } else { ["PC 2", "PC 1"] }, "{name}");
        let share = |at: usize| told.axes[at].en[6..].split(' ').next().unwrap().parse::<f32>().unwrap();
        assert!((share(0) / share(1) - wide / tall).abs() < 0.1 * wide / tall || share(1) < 1.0, "{name}");
        assert!(share(0) + share(1) < 100.2, "{name}");
        // Weights that stand lay the same samples out in the same way, and a step turns nothing around.
        let again = layouts(&talk.say(Command::Watch { run: 1, views: vec![View::Embedding] })).pop().unwrap();
        assert_eq!(again.pictures, first[0].pictures, "{name}: who opens the view anew gets them again");
        for at in [0, 1] {
            near(&axis(&again, at), &axis(&told, at), name);
        }
        let next = layouts(&talk.say(Command::Step { run: 1 })).pop().unwrap();
        assert!((0..2).all(|at| moment(&axis(&next, at), &axis(&told, at)) > 0.0), "{name}");
        assert!(layouts(&talk.say(Command::Probe { run: 1, probe: None })).is_empty(), "{name}: the pad is no matter");
    }
    assert!(
        ["perceptron", "lenet", "cnn", "resnet"].iter().all(|name| shown.iter().any(|its| its == name)),
        "{shown:?}"
    );
}
