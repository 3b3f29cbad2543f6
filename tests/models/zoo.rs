//! Walks the catalogue: whatever stands in it keeps its card's promises and learns.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use std::collections::HashSet;

use crate::support::{DIGIT, choice, curves, cut, drive, learner, numbers, real, row, synthetic};
use burn::tensor::{Device, Tensor, TensorData};
use kiln::data::SETS;
use kiln::engine::exam::softmax;
use kiln::engine::recipe::{Batch, Entry, Learner, Shape};
use kiln::engine::snapshot::{Gathered, Snapshot};
use kiln::protocol::{Card, Fault, Knob, Meaning, Range, Text, Value, View, Wing};
use kiln::zoo::zoo;

/// A second shape that image models take: colour, 32x32, two classes fewer.
const COLOUR: Shape = Shape { channels: 3, height: 32, width: 32, classes: 8, apart: None };

/// Signals.
const SIGNALS: Shape = Shape { channels: 1, height: 1, width: 40, classes: 10, apart: None };

/// Points in the plane.
const POINTS: Shape = Shape { channels: 2, height: 1, width: 1, classes: 3, apart: None };

fn each(check: impl Fn(&Entry, &Card)) {
    let entries = zoo();
    assert!(!entries.is_empty(), "the catalogue is empty");
    entries.iter().for_each(|entry| check(entry, &(entry.card)()));
}

/// A model that goes down one loss; what others play against each other need not fall.
fn one_loss(card: &Card) -> bool {
    card.series.iter().any(|series| series.name == "loss/train")
}

/// A model that goes down gradients; others count, draw nothing, and are done after an epoch.
fn descends(card: &Card) -> bool {
    card.knobs.iter().any(|knob| knob.name == "learning-rate")
}

fn said(text: &Text, what: &str) {
    assert!(!text.en.trim().is_empty(), "{what}: no English");
    assert!(!text.zh.trim().is_empty(), "{what}: no Chinese");
}

fn sentence(text: &Text, what: &str) {
    said(text, what);
    assert!(text.en.ends_with('.'), "{what}: {:?} is no sentence", text.en);
    assert!(text.zh.ends_with('。'), "{what}: {:?} is no sentence", text.zh);
    assert!(
        text.zh.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign)),
        "{what}: {:?} is no Chinese",
        text.zh
    );
}

#[test]
fn names_are_unique_and_fit_addresses() {
    let plain = |name: &str| {
        !name.is_empty() && name.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-')
    };
    let mut models = HashSet::new();
    each(|_, card| {
        assert!(plain(&card.name), "{}", card.name);
        let names: HashSet<_> = card.knobs.iter().map(|knob| &knob.name).collect();
        assert_eq!(names.len(), card.knobs.len(), "{}: two knobs of one name", card.name);
        assert!(names.iter().all(|name| plain(name)), "{}: {names:?}", card.name);
        let curves: HashSet<_> = card.series.iter().map(|series| &series.name).collect();
        assert_eq!(curves.len(), card.series.len(), "{}: two curves of one name", card.name);
        assert!(
            curves.iter().all(|name| name.split('/').filter(|part| plain(part)).count() == 2),
            "{}: {curves:?}",
            card.name
        );
    });
    assert!(zoo().iter().all(|entry| models.insert((entry.card)().name)), "two models of one name");
}

#[test]
fn cards_speak_both_languages() {
    each(|_, card| {
        let name = &card.name;
        said(&card.title, name);
        sentence(&card.blurb, name);
        card.explanation.iter().for_each(|text| sentence(text, name));
        for knob in &card.knobs {
            said(&knob.title, &format!("{name} {}", knob.name));
            sentence(&knob.help, &format!("{name} {}", knob.name));
            if let Range::Choice(choices) = &knob.range {
                choices.iter().for_each(|choice| said(&choice.title, &choice.name));
            }
        }
        for series in &card.series {
            for text in [&series.group, &series.title] {
                said(text, &series.name);
            }
            // A number without a unit has none in either language; the page says so.
            assert_eq!(series.unit.en.is_empty(), series.unit.zh.is_empty(), "{name} {}", series.name);
        }
        for way in &card.breaks {
            said(&way.title, &way.name);
            sentence(&way.watch, &way.name);
        }
        for formula in &card.formulas {
            said(&formula.title, name);
            formula.symbols.iter().for_each(|symbol| said(&symbol.text, &symbol.tex.source));
        }
    });
}

#[test]
fn defaults_lie_in_their_ranges_and_conditions_name_choices() {
    each(|_, card| {
        for knob in &card.knobs {
            let what = format!("{} {}", card.name, knob.name);
            match (&knob.range, &knob.default) {
                (Range::Whole { min, max, log }, Value::Whole(value)) => {
                    assert!(min < max && (min..=max).contains(&value) && (!log || *min > 0), "{what}");
                }
                (Range::Real { min, max, log }, Value::Real(value)) => {
                    assert!(min < max && (min..=max).contains(&value) && (!log || *min > 0.0), "{what}");
                }
                (Range::Switch, Value::Switch(_)) => {}
                (Range::Choice(choices), Value::Choice(value)) => {
                    assert!(choices.len() > 1 && choices.iter().any(|choice| choice.name == *value), "{what}");
                }
                (range, value) => panic!("{what}: {value:?} in {range:?}"),
            }
            let Some((decider, wanted)) = &knob.when else { continue };
            let decider =
                card.knobs.iter().find(|knob| knob.name == *decider).unwrap_or_else(|| panic!("{what}: no {decider}"));
            let Range::Choice(choices) = &decider.range else { panic!("{what}: {} is no choice", decider.name) };
            assert!(wanted.iter().all(|name| choices.iter().any(|choice| choice.name == *name)), "{what}: {wanted:?}");
        }
        for name in ["seed", "batch-size"] {
            assert!(
                card.knobs.iter().any(|knob| knob.name == name && !knob.hot),
                "{}: the session needs the cold knob {name}",
                card.name
            );
        }
    });
}

#[test]
fn symbols_name_knobs_and_curves_and_formulas_have_sources() {
    each(|_, card| {
        assert!(!card.formulas.is_empty(), "{}: no formula", card.name);
        for formula in &card.formulas {
            let what = format!("{}: {}", card.name, formula.title.en);
            assert!(formula.source.citation.contains(|sign: char| sign.is_ascii_digit()), "{what}: no year");
            assert_eq!(
                formula.tex.source.matches('{').count(),
                formula.tex.source.matches('}').count(),
                "{what}: braces"
            );
            for symbol in &formula.symbols {
                match &symbol.meaning {
                    Meaning::Plain => {}
                    Meaning::Knob(name) => {
                        assert!(card.knobs.iter().any(|knob| knob.name == *name), "{what}: no knob {name}")
                    }
                    Meaning::Series(name) => {
                        assert!(card.series.iter().any(|series| series.name == *name), "{what}: no curve {name}")
                    }
                }
                for part in symbol.tex.source.split(", ") {
                    assert!(formula.tex.source.contains(part), "{what}: {part} does not stand in it");
                }
            }
        }
    });
}

#[test]
fn references_lie_in_bounds_and_sources_are_the_files_themselves() {
    each(|_, card| {
        let marks: Vec<_> =
            card.series.iter().flat_map(|series| series.references.iter().map(move |mark| (series, mark))).collect();
        // A game between two networks has no loss that a value was published for.
        assert!(!marks.is_empty() || !one_loss(card), "{}: nothing to hold a curve against", card.name);
        for (series, mark) in marks {
            let (low, high) = series.bounds.unwrap_or((f32::MIN, f32::MAX));
            assert!((low..=high).contains(&mark.value) && !mark.source.citation.is_empty(), "{}", series.name);
            let known = mark.data.as_ref().is_none_or(|data| SETS.iter().any(|set| (set.card)().name == *data));
            assert!(known, "{}: a value reached on no data set of the catalogue", series.name);
        }
        let path = kiln::checkout().join(&*card.source_path);
        let source = std::fs::read_to_string(&path).unwrap();
        assert!(source.contains(&format!("name: \"{}\".into()", card.name)), "{}: another model's source", card.name);
        let twin = std::fs::read_to_string(path.with_extension("py")).unwrap();
        assert!(twin.contains("import torch"), "{}", card.name);
        assert_eq!(twin.contains("optimiser.step()"), descends(card), "{}", card.name);
        assert!(card.data.is_empty(), "{}: the catalogue says what data it is offered", card.name);
    });
}

#[test]
fn a_model_is_offered_every_data_set_that_fits() {
    each(|entry, card| {
        let offered = entry.listed(SETS).data;
        assert!(!offered.is_empty(), "{}: nothing to learn", card.name);
        for set in SETS {
            let set = (set.card)();
            assert_eq!(offered.contains(&set.name), (entry.fits)(&Shape::from(&set)), "{} on {}", card.name, set.name);
        }
        assert_eq!(entry.listed(&[]).data.len(), 0, "{}", card.name);
    });
}

#[test]
fn every_model_learns_and_shows_every_data_set_it_is_offered() {
    each(|entry, card| {
        for set in SETS.iter().map(|set| (set.card)()) {
            let (shape, what) = (Shape::from(&set), format!("{} on {}", card.name, set.name));
            if !(entry.fits)(&shape) {
                continue;
            }
            let mut model = learner(entry, &shape, &[]);
            let values = curves(model.as_mut(), &shape, 0..2);
            assert!(values.iter().all(|value| value.is_finite()), "{what}: {values:?}");
            let batch = synthetic(&shape, 3);
            let outcome = model.outcome(batch.clone());
            assert!(outcome.logits.is_none_or(|logits| logits.dims() == [3, shape.classes]), "{what}");
            if let Some(generator) = model.generator() {
                let z = Tensor::zeros([3, generator.latent()], &Device::default());
                let made = generator.generate(z, batch.labels);
                assert_eq!(made.dims(), [3, shape.channels, shape.height, shape.width], "{what}");
            }
            for view in [View::Filters, View::Activations].into_iter().filter(|view| card.views.contains(view)) {
                assert!(model.show(view, Some(synthetic(&shape, 1).images)).is_some(), "{what}: {view:?}");
            }
        }
    });
}

#[test]
fn a_model_takes_whatever_shape_it_says_it_takes() {
    let plain = Shape { classes: 3, ..DIGIT };
    let wide = Shape { width: 24, ..plain };
    let odd = Shape { height: 9, width: 9, ..plain };
    let every =
        ["softmax", "naive-bayes", "discriminant", "duel", "svm", "fourier-svm", "perceptron", "mmd", "vae", "gan"];
    each(|entry, card| {
        for (shape, others) in [
            (DIGIT, vec!["lenet", "dcgan", "cnn", "resnet"]),
            (COLOUR, vec!["lenet", "dcgan", "cnn", "resnet"]),
            (wide, vec!["dcgan", "cnn", "resnet"]),
            (odd, vec!["lenet", "cnn", "resnet"]),
            (SIGNALS, vec!["cnn", "resnet"]),
            (POINTS, vec![]),
        ] {
            let fits = every.contains(&&*card.name) || others.contains(&&*card.name);
            assert_eq!((entry.fits)(&shape), fits, "{} and {shape:?}", card.name);
            if fits {
                let values = curves(learner(entry, &shape, &[]).as_mut(), &shape, 0..3);
                assert!(values.iter().all(|value| value.is_finite()), "{} and {shape:?}: {values:?}", card.name);
            }
        }
    });
}

#[test]
fn every_model_learns_a_small_batch() {
    each(|entry, card| {
        for shape in [DIGIT, COLOUR] {
            let mut model = learner(entry, &shape, &[]);
            if !one_loss(card) {
                let values = curves(model.as_mut(), &shape, 0..20);
                assert!(values.iter().all(|value| value.is_finite()), "{}: {values:?}", card.name);
                continue;
            }
            let losses = drive(model.as_mut(), &shape, 0..60);
            assert!(losses.iter().all(|loss| loss.is_finite()), "{}: {losses:?}", card.name);
            // Of grey pixels even the best guess has a cross-entropy, so that a generator's loss has a floor.
            let share = if card.wing == Wing::Discriminative { 0.5 } else { 0.8 };
            assert!(losses[59] < share * losses[0], "{}: from {} only to {}", card.name, losses[0], losses[59]);
        }
    });
}

#[test]
fn curves_of_a_step_are_on_the_card() {
    each(|entry, card| {
        let mut model = learner(entry, &DIGIT, &[]);
        for (name, value) in cut(model.as_mut(), &DIGIT, 0) {
            assert!(card.series.iter().any(|series| series.name == name), "{}: {name}", card.name);
            assert_eq!(value.dims(), [1], "{}: {name}", card.name);
        }
        // Beside a figure there is no room for more.
        let long = card.series.iter().find(|series| series.unit.en.chars().count() > 9);
        assert!(long.is_none(), "{}: a unit of {long:?}", card.name);
    });
}

#[test]
fn the_seed_decides_the_curve() {
    each(|entry, card| {
        let curve = |seed| {
            let knobs = [("seed", Value::Whole(seed)), ("init", choice("he"))];
            let known = knobs.into_iter().filter(|(name, _)| card.knobs.iter().any(|knob| knob.name == *name));
            bits(&curves(learner(entry, &DIGIT, &known.collect::<Vec<_>>()).as_mut(), &DIGIT, 0..5))
        };
        assert_eq!(curve(4_294_967_295), curve(4_294_967_295), "{}", card.name);
        assert_eq!(curve(1) != curve(2), descends(card), "{}", card.name);
    });
}

#[test]
fn dropout_repeats_with_the_seed_and_rests_in_evaluation() {
    each(|entry, card| {
        if !card.knobs.iter().any(|knob| knob.name == "dropout") {
            return;
        }
        let curve = |rate| bits(&curves(learner(entry, &DIGIT, &[("dropout", real(rate))]).as_mut(), &DIGIT, 0..5));
        assert_eq!(curve(0.5), curve(0.5), "{}", card.name);
        assert_ne!(curve(0.5), curve(0.0), "{}", card.name);
        let [with, without] =
            [0.5, 0.0].map(|rate| judged(learner(entry, &DIGIT, &[("dropout", real(rate))]).as_ref()));
        assert_eq!(with, without, "{}: dropout acts in evaluation", card.name);
    });
}

#[test]
fn a_restored_run_goes_on_as_if_nothing_had_happened() {
    each(|entry, card| {
        for optimiser in ["sgd", "momentum", "rmsprop", "adam", "adamw"] {
            let knobs = if descends(card) { vec![("optimiser", choice(optimiser))] } else { Vec::new() };
            let mut first = learner(entry, &DIGIT, &knobs);
            curves(first.as_mut(), &DIGIT, 0..4);
            let gathered = Gathered::of(first.as_mut()).unwrap();
            let tensors = gathered.tensors.into_iter().map(|(name, tensor)| (name, numbers(tensor))).collect();
            let counts = gathered.counts.into_iter().collect();
            let snapshot = Snapshot { tensors, counts, ..Snapshot::default() };
            // Another seed where only the first weights follow from it: dropout rests by default, a generator's noise not.
            let seed = if card.wing == Wing::Discriminative { 9 } else { 1 };
            let mut second = learner(entry, &DIGIT, &[knobs, vec![("seed", Value::Whole(seed))]].concat());
            snapshot.restore(second.as_mut()).unwrap();
            let [one, other] = [first.as_mut(), second.as_mut()].map(|model| bits(&curves(model, &DIGIT, 4..8)));
            assert_eq!(one, other, "{} with {optimiser}", card.name);
        }
    });
}

#[test]
fn a_snapshot_that_does_not_fit_is_refused() {
    each(|entry, card| {
        let mut model = learner(entry, &DIGIT, &[]);
        let fault = Snapshot::default().restore(model.as_mut()).unwrap_err();
        assert!(matches!(fault, Fault::Snapshot { .. }), "{}: {fault:?}", card.name);
        assert!(
            curves(model.as_mut(), &DIGIT, 0..1).iter().all(|value| value.is_finite()),
            "{}: a refused snapshot broke the model",
            card.name
        );
    });
}

#[test]
fn every_optimiser_and_schedule_learns() {
    each(|entry, card| {
        if card.wing != Wing::Discriminative || !descends(card) {
            return;
        }
        for (optimiser, rate) in
            [("sgd", 0.05), ("momentum", 0.005), ("rmsprop", 0.001), ("adam", 0.002), ("adamw", 0.002)]
        {
            for schedule in ["constant", "cosine", "step"] {
                let knobs = [
                    ("optimiser", choice(optimiser)),
                    ("learning-rate", real(rate)),
                    ("schedule", choice(schedule)),
                    ("weight-decay", real(1e-4)),
                ];
                let losses = drive(learner(entry, &DIGIT, &knobs).as_mut(), &DIGIT, 0..25);
                assert!(
                    losses[24] < 0.9 * losses[0],
                    "{} {optimiser} {schedule}: from {} to {}",
                    card.name,
                    losses[0],
                    losses[24]
                );
            }
        }
    });
}

#[test]
fn hot_knobs_turn_between_steps_and_cold_ones_do_not() {
    each(|entry, card| {
        let mut model = learner(entry, &DIGIT, &[]);
        curves(model.as_mut(), &DIGIT, 0..2);
        if descends(card) {
            let before = judged(model.as_ref());
            model.turn("optimiser", &choice("sgd")).unwrap();
            model.turn("learning-rate", &real(1e-6)).unwrap();
            curves(model.as_mut(), &DIGIT, 2..3);
            let share = |(old, new): (&f32, f32)| (old - new).abs() / old.abs().max(1.0);
            let moved = before.iter().zip(judged(model.as_ref())).map(share).fold(0.0, f32::max);
            // Averaged weights go on towards those of earlier steps.
            assert!(moved < 1e-3 || !one_loss(card), "{}: the old learning rate still acts ({moved})", card.name);
        }
        let known = |knob: &&Knob| knob.name == "learning-rate" || !descends(card) && knob.hot;
        let most =
            |knob: &Knob| if let Range::Real { max, .. } = knob.range { Some((knob.name.clone(), max)) } else { None };
        let (hot, most) = card.knobs.iter().filter(known).find_map(most).unwrap();
        let clamped = model.turn(&hot, &real(1e9)).unwrap_err();
        assert!(matches!(clamped, Fault::Clamped { .. }), "{clamped:?}");
        assert!(
            matches!(model.turn("seed", &Value::Whole(77)), Err(Fault::Clamped { .. })),
            "{}: a cold knob turned",
            card.name
        );
        assert!(matches!(model.turn("no-such", &real(1.0)), Err(Fault::UnknownKnob { .. })), "{}", card.name);
        let values = model.values();
        assert!(
            card.knobs.iter().map(|knob| &*knob.name).eq(values.iter().map(|(name, _)| &**name)),
            "{}: {values:?}",
            card.name
        );
        assert!(values.contains(&("seed".into(), Value::Whole(1))) && values.contains(&(hot.into(), real(most))));
    });
}

#[test]
fn unlawful_knobs_are_clamped_and_reported() {
    each(|entry, card| {
        let asked = [
            ("batch-size", Value::Whole(-3)),
            ("learning-rate", real(f64::NAN)),
            ("optimiser", choice("magic")),
            ("colour", real(1.0)),
        ]
        .map(|(name, value)| (name.to_owned(), value));
        let (model, notices) = (entry.build)(&asked, &DIGIT, &Device::default().autodiff());
        assert_eq!(notices.len(), 4, "{}: {notices:?}", card.name);
        assert!(matches!(notices[3], Fault::UnknownKnob { .. }), "{}", card.name);
        let values = model.values();
        for knob in card.knobs.iter().filter(|knob| knob.name != "batch-size") {
            assert!(values.contains(&(knob.name.to_string(), knob.default.clone())), "{} {}", card.name, knob.name);
        }
        assert!(values.contains(&("batch-size".into(), Value::Whole(1))), "{}", card.name);
    });
}

#[test]
fn ways_to_break_a_model_turn_its_own_knobs_to_lawful_values() {
    each(|entry, card| {
        let names: HashSet<_> = card.breaks.iter().map(|way| &way.name).collect();
        assert_eq!(names.len(), card.breaks.len(), "{}: two breaks of one name", card.name);
        for way in &card.breaks {
            let knobs: Vec<_> = way.knobs.iter().map(|(name, value)| (&**name, value.clone())).collect();
            // Refuses unknown knobs and values out of range.
            let values = learner(entry, &DIGIT, &knobs).values();
            let other = |(name, value): &(String, Value)| {
                card.knobs.iter().any(|knob| knob.name == **name && knob.default != *value)
            };
            assert!(values.iter().any(other), "{} {}: all at their defaults", card.name, way.name);
        }
    });
}

#[test]
fn every_promised_view_is_shown() {
    each(|entry, card| {
        for shape in [DIGIT, COLOUR] {
            let model = learner(entry, &shape, &[]);
            let picture = synthetic(&shape, 1).images;
            assert!(model.show(View::Activations, None).is_none(), "{}: activations of nothing", card.name);
            for view in [View::Filters, View::Activations] {
                if !card.views.contains(&view) {
                    continue;
                }
                let plate =
                    model.show(view, Some(picture.clone())).unwrap_or_else(|| panic!("{}: no {view:?}", card.name));
                assert!(!plate.is_empty(), "{}: {view:?} is empty", card.name);
                for sheet in &plate {
                    said(&sheet.title, &card.name);
                    assert!(sheet.values.dims().iter().all(|side| *side > 0) && !sheet.values.is_autodiff());
                    let values = row(sheet.values.clone());
                    assert!(values.iter().all(|value| value.is_finite()), "{}: {}", card.name, sheet.title.en);
                    assert!(
                        sheet.signed || values.iter().all(|value| *value >= 0.0),
                        "{}: {} is signed",
                        card.name,
                        sheet.title.en
                    );
                }
                if view == View::Activations {
                    let (first, last) = (plate.first().unwrap(), plate.last().unwrap());
                    assert_eq!(first.values.dims(), [shape.channels, shape.height, shape.width], "{}", card.name);
                    assert_eq!(
                        row(first.values.clone()),
                        row(picture.clone()),
                        "{}: the input is not the probe",
                        card.name
                    );
                    let batch = synthetic(&shape, 1);
                    assert_eq!(
                        row(last.values.clone()),
                        row(model.outcome(batch).logits.unwrap()),
                        "{}: the last layer",
                        card.name
                    );
                }
            }
        }
    });
}

#[test]
fn after_a_step_its_gradient_stands_beside_the_filters() {
    for name in ["softmax", "perceptron", "lenet"] {
        let entry = zoo().into_iter().find(|entry| (entry.card)().name == name).unwrap();
        let mut model = learner(&entry, &DIGIT, &[]);
        assert_eq!(model.show(View::Filters, None).unwrap().len(), 1, "{name}: there is no last step");
        cut(model.as_mut(), &DIGIT, 0);
        let plate = model.show(View::Filters, None).unwrap();
        assert_eq!(plate.len(), 2, "{name}");
        assert_eq!(plate[0].values.dims(), plate[1].values.dims(), "{name}");
    }
}

/// By the weight of pixel x in class k the mean cross-entropy rises by the mean of x (p_k - y_k), whatever optimiser and weight
/// decay make of that.
#[test]
fn the_gradient_that_softmax_regression_shows_is_that_of_its_batch() {
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == "softmax").unwrap();
    for shape in [DIGIT, COLOUR, SIGNALS] {
        let mut model = learner(&entry, &shape, &[("init", choice("he")), ("weight-decay", real(0.1))]);
        // A large one is kept once it was asked for.
        model.show(View::Filters, None).unwrap();
        let Batch { images, .. } = synthetic(&shape, 20);
        let (size, logits, pixels) = (shape.size(), row(model.logits(images.clone()).unwrap()), row(images));
        cut(model.as_mut(), &shape, 0);
        let told = row(model.show(View::Filters, None).unwrap()[1].values.clone());
        let mut expected = vec![0.0_f32; shape.classes * size];
        let samples = logits.chunks_exact(shape.classes).zip(pixels.chunks_exact(size));
        for (sample, (logits, pixels)) in samples.enumerate() {
            let mut apart = softmax(logits);
            apart[sample % shape.classes] -= 1.0;
            for (slopes, apart) in expected.chunks_exact_mut(size).zip(apart) {
                slopes.iter_mut().zip(pixels).for_each(|(slope, pixel)| *slope += apart * pixel / 20.0);
            }
        }
        let most = expected.iter().fold(0.0_f32, |most, slope| most.max(slope.abs()));
        assert!(most > 1e-3 && told.len() == expected.len(), "{shape:?}: nothing to compare");
        for (told, expected) in told.iter().zip(&expected) {
            assert!((told - expected).abs() < 1e-4 * most, "{shape:?}: {told} is not {expected}, of {most}");
        }
    }
}

#[test]
fn outcomes_have_the_shapes_that_they_promise() {
    each(|entry, card| {
        let model = learner(entry, &DIGIT, &[]);
        let outcome = model.outcome(synthetic(&DIGIT, 7));
        if card.wing == Wing::Discriminative {
            let logits = outcome.logits.expect("a classifier's logits");
            assert_eq!(logits.dims(), [7, 10], "{}", card.name);
            assert!(!logits.is_autodiff(), "{}", card.name);
        }
        for (name, values) in outcome.values {
            assert!(card.series.iter().any(|series| series.name == name), "{}: no curve {name}", card.name);
            assert!(values.dims() == [7] && !values.is_autodiff(), "{}: {name}", card.name);
        }
    });
}

#[test]
fn without_activations_a_perceptron_is_one_linear_map() {
    for (name, linear) in [("perceptron", true), ("lenet", false)] {
        let entry = zoo().into_iter().find(|entry| (entry.card)().name == name).unwrap();
        for (on, expected) in [(false, linear), (true, false)] {
            let model = learner(&entry, &DIGIT, &[("activations", Value::Switch(on))]);
            // An affine map f has f(a) + f(b) = 2 f((a + b) / 2).
            let (one, other) = (synthetic(&DIGIT, 1).images, Tensor::ones([1, 1, 28, 28], &Device::default()));
            let [fa, fb, fm] = [one.clone(), other.clone(), (one + other) / 2.0].map(|images| {
                let labels = synthetic(&DIGIT, 1).labels;
                row(model.outcome(Batch { images, labels }).logits.unwrap())
            });
            let bend = (0..10).map(|class| (fa[class] + fb[class] - 2.0 * fm[class]).abs()).fold(0.0, f32::max);
            assert_eq!(bend < 1e-4, expected, "{name}, activations {on}: bend {bend}");
        }
    }
}

/// An address without a model means the last one (`Address::resolve`): links that were sent, and the drawing that is read on
/// arrival, hang on it.
#[test]
fn a_first_arrival_meets_the_model_whose_checkpoint_is_shipped() {
    let last = (zoo().last().unwrap().card)();
    let checkpoint = SETS.iter().find_map(|set| set.shipped).unwrap();
    assert!(checkpoint.starts_with(&format!("{}-", last.name)), "{checkpoint} is not of {}", last.name);
}

#[test]
fn parameters_are_counted_as_the_papers_do() {
    let counts = [
        ("softmax", 7_850),
        // A mean and a variance for each pixel of each class, and its share.
        ("naive-bayes", 10 * (2 * 784 + 1)),
        ("discriminant", 10 * (196 + 196 * 197 / 2 + 1)),
        ("svm", 7_850),
        ("fourier-svm", 40_970),
        ("perceptron", 109_386),
        ("lenet", 61_706),
        // 108, 2,592, 10,368 and 27,648 weights of kernels, 2 for each of 148 channels and 64 averages, 650 behind them.
        ("cnn", 41_790),
        // 108, then 2,592, 8,064 and 24,000 of the blocks, 2 for each of 228 channels and 40 averages, 410 behind them.
        ("resnet", 35_710),
    ];
    for (name, count) in counts {
        let entry = zoo().into_iter().find(|entry| (entry.card)().name == name).unwrap();
        assert_eq!(learner(&entry, &DIGIT, &[]).parameters(), count, "{name}");
    }
}

/// All that a model makes of test samples, or of the same noise.
fn judged(model: &dyn Learner) -> Vec<f32> {
    let batch = synthetic(&DIGIT, 16);
    let outcome = model.outcome(batch.clone());
    let mut all: Vec<f32> = outcome.logits.map(row).unwrap_or_default();
    all.extend(outcome.values.into_iter().flat_map(|(_, values)| numbers(values)));
    if let Some(generator) = model.generator() {
        let size = generator.latent();
        let noise: Vec<f32> = (0..16 * size).map(|at| ((at * 37 % 101) as f32 - 50.0) / 40.0).collect();
        let z = Tensor::from_data(TensorData::new(noise, [16, size]), &Device::default());
        all.extend(row(generator.generate(z, batch.labels)));
    }
    assert!(!all.is_empty(), "nothing to judge by");
    all
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// A catalogue tells the page where other defaults hold, and a learner that is asked for nothing has them.
#[test]
fn tuned_defaults_are_on_the_card_and_in_force() {
    each(|entry, card| {
        let listed = entry.listed(SETS);
        assert!(card.tuned.is_empty(), "{}: the catalogue says what is tuned", card.name);
        for set in SETS.iter().map(|set| (set.card)()).filter(|set| listed.data.contains(&set.name)) {
            let there = listed.on(&set);
            let values = learner(entry, &Shape::from(&set), &[]).values();
            assert_eq!(
                there.knobs.len(),
                values.len() + set.knobs.len(),
                "the set's own knobs stand behind the model's"
            );
            for (knob, (name, value)) in there.knobs.iter().zip(values) {
                assert_eq!((&*knob.name, &knob.default), (&*name, &value), "{} on {}", card.name, set.name);
            }
            assert_eq!(there.series, listed.series, "curves are known by their place");
        }
    });
}

/// Nothing that shows pictures is offered where samples are points, and something is.
#[test]
fn points_are_offered_no_views_of_pictures() {
    each(|entry, _| {
        let listed = entry.listed(SETS);
        for set in SETS.iter().map(|set| (set.card)()).filter(|set| listed.data.contains(&set.name)) {
            let there = listed.on(&set);
            if set.plane() {
                assert!(!there.views.is_empty(), "{} on {}", there.name, set.name);
                let fine = [View::Samples, View::Scores, View::Confusion, View::Regions, View::Embedding, View::Ladder];
                assert!(there.views.iter().all(|view| fine.contains(view)), "{}: {:?}", there.name, there.views);
            } else {
                let pictures = listed.views.iter().copied().filter(|view| *view != View::Regions);
                let changed = set.augmented().then_some(View::Augmented);
                assert_eq!(there.views, pictures.chain(changed).collect::<Vec<_>>());
            }
        }
    });
}
