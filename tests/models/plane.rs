//! Points in the plane: metrics against hand-computed values, and conversations with a host that shows and measures them.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use crate::support::talk::Talk;
use kiln::data::SETS;
use kiln::engine::findings::{Facts, findings};
use kiln::engine::plane::{Coverage, divergence};
use kiln::engine::snapshot::Snapshot;
use kiln::protocol::{
    Axes, Body, Card, Codes, Command, DataCard, Event, Fault, Finding, Modes, Probe, Regions, Scatter, Setup, Split,
    Stroke, Value, View, stroke_text, width_of,
};
use kiln::zoo::zoo;

fn near(one: f32, other: f64) {
    assert!((f64::from(one) - other).abs() < 1e-4, "{one} is not {other}");
}

fn three() -> Modes {
    Modes { centres: vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], spread: 0.1 }
}

/// Within 0.3 of the nearest centre: the first four; the next two are too far, and the last is nowhere.
#[test]
fn coverage_counts_what_lies_within_three_deviations() {
    let made = [0.0, 0.0, 0.2, 0.2, 0.29, 0.0, 1.0, 0.29, 0.22, 0.22, 0.0, 0.69, f32::NAN, 0.0, 50.0, 50.0];
    let coverage = Coverage::of(&made, &three());
    assert_eq!((coverage.counts.clone(), coverage.high), (vec![3, 1, 0], 0.5));
    assert_eq!((coverage.covered(), coverage.rarest()), (2, 0.0));
    let even = Coverage::of(&[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0], &three());
    assert_eq!((even.covered(), even.high, even.rarest()), (3, 1.0, 0.75));
    let none = Coverage::of(&[], &three());
    assert_eq!((none.covered(), none.high, none.rarest()), (0, 0.0, 0.0));
    assert_eq!(Coverage::of(&[0.0, 0.0], &Modes { centres: vec![], spread: 1.0 }).covered(), 0);
}

/// 625 bins and one for what lies outside, half a count in each: of two points in one bin p is (2.5, 0.5, …) / 315, of one
/// there and one elsewhere q is (1.5, 1.5, 0.5, …) / 315.
#[test]
fn the_divergence_is_the_sum_over_bins() {
    let (together, apart) = ([0.0, 0.0, 0.01, 0.01], [0.0, 0.0, 1.0, 1.0]);
    let expected = (2.5 * (2.5_f64 / 1.5).ln() + 0.5 * (0.5_f64 / 1.5).ln()) / 315.0;
    near(divergence(&together, &apart), expected);
    let outside = [0.0, 0.0, 7.0, 0.0];
    near(divergence(&together, &outside), expected);
    near(divergence(&apart, &apart), 0.0);
    near(divergence(&[], &[]), 0.0);
    // More made than real: p (1.5, 0.5, …) / 314, q (3.5, 0.5, …) / 316.
    let expected = (1.5 * (1.5_f64 * 316.0 / (3.5 * 314.0)).ln() + 625.0 * 0.5 * (316.0_f64 / 314.0).ln()) / 314.0;
    near(divergence(&[0.0, 0.0], &[0.0, 0.0, 0.01, 0.0, -0.01, 0.0]), expected);
    let lost = divergence(&together, &[f32::NAN, 0.0, f32::INFINITY, 0.0]);
    assert!(lost.is_finite() && lost > 0.0);
}

#[test]
fn findings_name_the_modes_that_are_missing() {
    let of = |shares: &[f32]| findings(&Facts { modes: Some(shares.to_vec()), ..Facts::default() });
    assert_eq!(of(&[0.2, 0.3, 0.1]), [Finding::EveryClass { of: 3 }]);
    // A fifth of a third is fair enough.
    assert_eq!(of(&[0.06, 0.5, 0.07]), [Finding::MissingClasses { classes: vec![0], of: 3 }]);
}

// A host whose page says what it is told to say.

impl Talk {
    fn of_points() -> Self {
        Self::without_files(zoo(), SETS)
    }

    fn start(&mut self, recipe: &str, data: &str, knobs: &[(&str, i64)]) -> Vec<Event> {
        let knobs = knobs.iter().map(|(name, value)| ((*name).to_owned(), Value::Whole(*value))).collect();
        let setup = Setup { recipe: recipe.into(), data: data.into(), knobs };
        self.say(Command::Start { run: 1, setup, snapshot: None })
    }
}

fn cards() -> (Vec<Card>, Vec<DataCard>) {
    (zoo().iter().map(|entry| entry.listed(SETS)).collect(), SETS.iter().map(|set| set.listed()).collect())
}

fn scatters(events: &[Event]) -> Vec<Scatter> {
    let body = |event: &Event| match event {
        Event::Frame { view: View::Samples, body: Body::Scatter(scatter), .. } => Some(scatter.clone()),
        _ => None,
    };
    events.iter().filter_map(body).collect()
}

fn curve(events: &[Event], recipe: &str, name: &str) -> Vec<f32> {
    let card = cards().0.into_iter().find(|card| card.name == recipe).unwrap();
    let series = card.series.iter().position(|series| series.name == name).unwrap();
    let points = events.iter().flat_map(|event| if let Event::Tick { points, .. } = event { &points[..] } else { &[] });
    points.filter(|point| usize::from(point.series) == series).map(|point| point.value).collect()
}

#[test]
fn a_gan_on_the_ring_shows_points_a_field_slopes_and_a_grid_and_is_measured() {
    let mut talk = Talk::of_points();
    let started = talk.start("gan", "ring", &[("batch-size", 16), ("quality-every", 5)]);
    assert!(started.iter().any(|event| matches!(event, Event::Loading { samples: 12_500, of: 12_500, .. })));
    let shown = scatters(&talk.say(Command::Watch { run: 1, views: vec![View::Samples] }));
    let [first] = &shown[..] else { panic!("{} frames before the first step", shown.len()) };
    assert_eq!((first.real.len(), first.generated.len(), first.slopes.len()), (500, 500, 64));
    assert_eq!(first.grid.len(), 441, "its latents are two by default on points");
    assert!(first.real.iter().flatten().all(|number| number.abs() <= first.reach));
    let field = first.field.as_ref().unwrap();
    assert_eq!((field.values.pixels.len(), field.range), (1024, [0.0, 1.0]));
    let events = talk.say(Command::Train { run: 1, until: Some(10) });
    let last = scatters(&events).pop().unwrap();
    assert_eq!(last.real, first.real, "the same real points throughout");
    assert_ne!(last.generated, first.generated);
    assert_eq!(curve(&events, "gan", "modes/covered").len(), 2);
    assert!(curve(&events, "gan", "near/share").iter().all(|share| (0.0..=100.0).contains(share)));
    assert!(curve(&events, "gan", "plane/kl").iter().all(|kl| *kl > 0.0));
    for name in ["frechet/score", "quality/rarest", "manifold/recall"] {
        assert!(curve(&events, "gan", name).is_empty(), "{name}: nobody judges points");
    }
    let missing = |event: &Event| match event {
        Event::Findings { findings, .. } => {
            findings.iter().any(|it| matches!(it, Finding::MissingClasses { of: 8, .. }))
        }
        _ => false,
    };
    assert!(events.iter().any(missing), "ten steps cover no ring");
}

fn regions(events: &[Event]) -> Regions {
    let body = |event: &Event| match event {
        Event::Frame { view: View::Regions, body: Body::Regions(regions), .. } => Some(regions.clone()),
        _ => None,
    };
    events.iter().filter_map(body).next_back().unwrap()
}

/// The class of the place nearest to `at`.
fn class_at(regions: &Regions, at: [f32; 2]) -> u32 {
    let side = regions.side as usize;
    let classes = regions.logits.len() / (side * side + regions.points.len());
    let cell = |share: f32| ((share * side as f32) as usize).min(side - 1);
    let (column, row) = (cell((at[0] / regions.reach + 1.0) / 2.0), cell((1.0 - at[1] / regions.reach) / 2.0));
    let logits = &regions.logits[(row * side + column) * classes..][..classes];
    (0..classes).max_by(|one, other| logits[*one].total_cmp(&logits[*other])).unwrap() as u32
}

#[test]
fn a_classifier_of_points_shows_its_regions_its_units_and_who_is_taken_for_whom() {
    let mut talk = Talk::of_points();
    talk.start("perceptron", "moons", &[("batch-size", 64)]);
    talk.say(Command::Watch { run: 1, views: vec![View::Regions] });
    let shown = regions(&talk.say(Command::Train { run: 1, until: Some(300) }));
    assert_eq!((shown.logits.len(), shown.margin), ((48 * 48 + 1000) * 2, false));
    let units: Vec<_> = shown.layers.iter().map(|layer| (layer.channels.len(), layer.shape.clone())).collect();
    assert_eq!(units, [(24, vec![24, 48, 48]), (16, vec![16, 48, 48])], "all of them");
    let of = |split| shown.points.iter().filter(|dot| dot.split == split).count();
    assert_eq!((of(Split::Train), of(Split::Test)), (500, 500));
    let wrong = shown.points.iter().filter(|dot| dot.guess != dot.truth).count();
    assert!(wrong < 50, "{wrong} of 1,000 are wrong after 300 steps");
    let agree = shown.points.iter().filter(|dot| class_at(&shown, dot.at) == dot.guess).count();
    assert!(agree > 975, "{agree} of 1,000 lie in the region of their class: the window is not turned or mirrored");
    assert!(shown.points.iter().all(|dot| !dot.slack));
}

/// Two of four measurements are the axes, which are named, and the points are those of the sets' knobs.
#[test]
fn measured_things_name_their_axes_and_all_are_shown() {
    for (data, counts, knobs, names) in [
        ("iris", (105, 45), vec![], ["petal length / 2.5 σ", "petal width / 2.5 σ"]),
        ("penguins", (240, 102), vec![("y-feature", "body-mass")], ["bill length / 2.5 σ", "body mass / 2.5 σ"]),
    ] {
        let mut talk = Talk::of_points();
        let knobs = knobs.iter().map(|(name, value)| ((*name).to_owned(), Value::Choice((*value).into()))).collect();
        let setup = Setup { recipe: "perceptron".into(), data: data.into(), knobs };
        talk.say(Command::Start { run: 1, setup, snapshot: None });
        talk.say(Command::Watch { run: 1, views: vec![View::Regions] });
        let shown = regions(&talk.say(Command::Train { run: 1, until: Some(150) }));
        assert_eq!(shown.axes.each_ref().map(|name| &*name.en), names);
        let of = |split| shown.points.iter().filter(|dot| dot.split == split).count();
        assert_eq!((of(Split::Train), of(Split::Test)), counts, "{data}");
        let right = shown.points.iter().filter(|dot| dot.guess == dot.truth).count();
        assert!(right * 10 > shown.points.len() * 8, "{data}: {right} of {} are right", shown.points.len());
    }
    let mut talk = Talk::of_points();
    talk.start("softmax", "moons", &[]);
    let shown = regions(&talk.say(Command::Watch { run: 1, views: vec![View::Regions] }));
    assert!(shown.axes.iter().all(|name| name.en.is_empty() && name.zh.is_empty()));
}

/// The network has as many outputs as there are classes, also where the run before had others.
#[test]
fn a_run_has_the_classes_that_it_asks_for() {
    let mut talk = Talk::of_points();
    for (run, classes) in [(1, 4), (2, 2), (3, 6)] {
        let knobs = vec![("classes".to_owned(), Value::Whole(classes))];
        let setup = Setup { recipe: "perceptron".into(), data: "blobs".into(), knobs };
        talk.say(Command::Start { run, setup, snapshot: None });
        talk.say(Command::Watch { run, views: vec![View::Regions, View::Confusion] });
        let mut events = talk.say(Command::Train { run, until: Some(200) });
        events.extend(talk.say(Command::Evaluate { run }));
        let shown = regions(&events);
        assert_eq!(shown.logits.len(), (48 * 48 + shown.points.len()) * classes as usize);
        let matrix = events.iter().rev().find_map(|event| match event {
            Event::Frame { body: Body::Confusion(matrix), .. } => Some(matrix.clone()),
            _ => None,
        });
        let matrix = matrix.unwrap();
        let right: u32 =
            (0..matrix.classes).map(|class| matrix.counts[(class * matrix.classes + class) as usize]).sum();
        let all: u32 = matrix.counts.iter().sum();
        assert_eq!(i64::from(matrix.classes), classes);
        assert!(f64::from(right) > 0.9 * f64::from(all), "{right} of {all} with {classes} classes");
    }
}

/// What leads by less than the margin has slack, and nothing else.
#[test]
fn a_support_vector_machine_marks_its_support_vectors() {
    let mut talk = Talk::of_points();
    talk.start("svm", "moons", &[]);
    talk.say(Command::Watch { run: 1, views: vec![View::Regions] });
    let shown = regions(&talk.say(Command::Train { run: 1, until: Some(300) }));
    assert!(shown.margin && shown.layers.is_empty());
    let support = shown.points.iter().filter(|dot| dot.slack).count();
    assert!((1..1000).contains(&support), "{support}");
    assert!(shown.points.iter().filter(|dot| dot.guess != dot.truth).all(|dot| dot.slack), "a mistake has slack");
}

/// Latents that are not two have no grid; a critic's field spans its scores; a model without one has no field.
#[test]
fn what_a_model_lacks_is_left_out() {
    let mut talk = Talk::of_points();
    for (recipe, judged) in [("gan", true), ("mmd", false), ("vae", false)] {
        talk.start(recipe, "moons", &[("latent", 3)]);
        let shown = scatters(&talk.say(Command::Watch { run: 1, views: vec![View::Samples] }));
        let first = shown.first().unwrap();
        assert_eq!(
            (first.grid.len(), first.field.is_some(), first.slopes.len()),
            (0, judged, 64 * usize::from(judged))
        );
        let events = talk.say(Command::Train { run: 1, until: Some(2) });
        assert!(curve(&events, recipe, "modes/covered").is_empty(), "moons have no modes");
        assert_eq!(curve(&events, recipe, "plane/kl").len(), 1, "{recipe}: measured in the pause");
    }
}

/// A classifier that models its classes shows points of them all, and the grid of its two numbers of noise; no field.
#[test]
fn classifiers_by_bayes_rule_make_points_where_real_ones_lie() {
    for recipe in ["naive-bayes", "discriminant"] {
        let mut talk = Talk::of_points();
        talk.start(recipe, "ring", &[]);
        talk.say(Command::Watch { run: 1, views: vec![View::Samples, View::Confusion] });
        let events = talk.say(Command::Train { run: 1, until: Some(30) });
        let last = scatters(&events).pop().unwrap();
        assert_eq!((last.generated.len(), last.grid.len(), last.field.is_some()), (500, 441, false), "{recipe}");
        let beside =
            |made: &&[f32; 2]| last.real.iter().any(|real| (made[0] - real[0]).hypot(made[1] - real[1]) < 0.05);
        assert!(last.generated.iter().filter(beside).count() > 450, "{recipe}");
        assert!(curve(&events, recipe, "accuracy/test").pop().unwrap() > 95.0, "{recipe}");
        assert!(events.iter().any(|event| matches!(event, Event::Frame { view: View::Confusion, .. })), "{recipe}");
    }
}

/// Whatever is asked for, of whatever model, on whatever points: no picture comes, and nothing breaks.
#[test]
fn no_view_of_pictures_is_shown_of_points() {
    let all = [
        View::Reading,
        View::Activations,
        View::Filters,
        View::Confusion,
        View::Mistakes,
        View::Samples,
        View::Reconstructions,
        View::Latent,
        View::Decoded,
        View::Scores,
        View::Opinions,
        View::Regions,
        View::Saliency,
        View::Dream,
    ];
    let (models, sets) = cards();
    for set in sets.iter().filter(|set| set.plane()) {
        for model in models.iter().filter(|model| model.data.contains(&set.name)) {
            let mut talk = Talk::of_points();
            talk.start(&model.name, &set.name, &[]);
            let mut events = talk.say(Command::Watch { run: 1, views: all.to_vec() });
            for probe in [Probe::Sample { split: Split::Test, index: 3 }, Probe::Generated { index: 70_000 }] {
                events.extend(talk.say(Command::Probe { run: 1, probe: Some(probe) }));
            }
            events.extend(talk.say(Command::Decode { run: 1, codes: Some(Codes::Given(vec![vec![0.5]])) }));
            events.extend(talk.say(Command::Turn { run: 1, axes: Axes::Latents([900, 901]), class: 900 }));
            events.extend(talk.say(Command::Train { run: 1, until: Some(2) }));
            let what = format!("{} on {}", model.name, set.name);
            for event in &events {
                match event {
                    Event::Frame { view, .. } => assert!(view.of_points(), "{what}: {view:?}"),
                    Event::Trouble { fault, .. } => panic!("{what}: {fault:?}"),
                    _ => {}
                }
            }
            assert!(events.iter().any(|event| matches!(event, Event::Frame { .. })), "{what} shows nothing");
        }
    }
}

#[test]
fn convolutions_refuse_points() {
    for model in ["dcgan", "lenet"] {
        let events = Talk::of_points().start(model, "ring", &[]);
        assert!(
            events
                .iter()
                .any(|event| matches!(event, Event::Trouble { fault: Fault::UnknownData { .. }, fatal: true, .. })),
            "{model}"
        );
    }
}

/// Of the curves that hold on some sets alone, each set has its own.
#[test]
fn each_set_has_the_curves_that_are_measured_on_it() {
    let (models, sets) = cards();
    let gan = models.iter().find(|card| card.name == "gan").unwrap();
    for set in &sets {
        let has = |name: &str| gan.series.iter().any(|series| series.name == name && series.on(set));
        let own = ["frechet/score", "modes/covered", "near/share", "plane/kl"].map(has);
        let modes = set.modes.is_some();
        assert_eq!(own, [set.judged, modes, modes, set.plane()], "{}", set.name);
        assert!(has("loss/generator"));
    }
}

fn turn(knob: &str, value: Value) -> Command {
    Command::Retune { run: 1, knob: knob.into(), value }
}

fn losses(events: &[Event]) -> Vec<f32> {
    curve(events, "perceptron", "loss/train")
}

/// Noise acts between two steps: it changes what the next batch holds, and neither its order nor the steps before.
#[test]
fn noise_turned_while_it_trains_moves_the_points_and_keeps_their_order() {
    let train = |noise: &[f64]| {
        let mut talk = Talk::of_points();
        talk.start("perceptron", "moons", &[]);
        let mut made = losses(&talk.say(Command::Train { run: 1, until: Some(5) }));
        for noise in noise {
            let told = talk.say(turn("noise", Value::Real(*noise)));
            assert!(
                !told.iter().any(|event| matches!(event, Event::Started { .. } | Event::Trouble { .. })),
                "{told:?}"
            );
        }
        made.extend(losses(&talk.say(Command::Train { run: 1, until: Some(10) })));
        made
    };
    let (plain, noisy) = (train(&[]), train(&[4.0]));
    assert_eq!((plain.len(), &plain[..5]), (10, &noisy[..5]));
    assert_ne!(plain[5], noisy[5]);
    assert_eq!(train(&[4.0, 1.0]), plain, "and back: the same points in the same order");
}

/// A paused run shows other points at once, is measured on them, and saves what they were made from.
#[test]
fn a_drawing_changes_what_is_learnt_while_the_run_stands() {
    let mut talk = Talk::of_points();
    let started = talk.start("gan", "drawn", &[("quality-every", 100), ("count", 300)]);
    let in_force = started.iter().find_map(|event| match event {
        Event::Started { knobs, notices, .. } => Some((knobs.clone(), notices.clone())),
        _ => None,
    });
    let (knobs, notices) = in_force.unwrap();
    assert!(knobs.contains(&("count".into(), Value::Whole(300))) && notices.is_empty(), "{notices:?}");
    assert!(knobs.iter().any(|(name, value)| name == "drawing" && matches!(value, Value::Drawing(_))));
    assert!(started.iter().any(|event| matches!(event, Event::Loading { samples: 375, of: 375, .. })));
    let before = scatters(&talk.say(Command::Watch { run: 1, views: vec![View::Samples] })).pop().unwrap();
    assert_eq!(before.real.len(), 300, "all that are learnt from");
    talk.say(Command::Train { run: 1, until: Some(3) });
    let line = Value::Drawing(stroke_text(&[Stroke { width: 0.02, points: vec![[0.1, 0.5], [0.9, 0.5]] }]).into());
    let events = talk.say(turn("drawing", line.clone()));
    let after = scatters(&events).pop().expect("points are shown anew");
    assert!(after.real.iter().all(|point| point[1].abs() < 0.1) && before.real.iter().any(|point| point[1] > 0.5));
    assert_eq!(curve(&events, "gan", "plane/kl").len(), 1, "measured against the new points");
    let refused = talk.say(turn("drawing", Value::Drawing("".into())));
    assert!(
        refused
            .iter()
            .any(|event| matches!(event, Event::Trouble { fault: Fault::NoDrawing { .. }, fatal: false, .. }))
    );
    assert!(scatters(&refused).is_empty(), "the last drawing stays");
    let cold = talk.say(turn("count", Value::Whole(500)));
    assert!(cold.iter().any(|event| matches!(event, Event::Trouble { fault: Fault::Clamped { .. }, .. })));
    let events = talk.say(Command::Save { run: 1 });
    let bytes =
        events.iter().find_map(|event| if let Event::Snapshot { bytes, .. } = event { Some(bytes) } else { None });
    let saved = Snapshot::read(bytes.unwrap()).unwrap().about.knobs;
    assert!(saved.contains(&("drawing".into(), line)) && saved.contains(&("count".into(), Value::Whole(300))));
}

#[test]
fn a_run_begins_with_the_drawing_that_is_asked_for_or_tells_that_it_is_none() {
    let mut talk = Talk::of_points();
    for (text, faults) in [("FAgA.FAgC", 0), ("nonsense", 1)] {
        let knobs = vec![("drawing".to_owned(), Value::Drawing(text.into())), ("latent".into(), Value::Whole(2))];
        let setup = Setup { recipe: "gan".into(), data: "drawn".into(), knobs };
        let events = talk.say(Command::Start { run: 1, setup, snapshot: None });
        let notices = events
            .iter()
            .find_map(|event| if let Event::Started { notices, .. } = event { Some(notices.clone()) } else { None });
        let notices = notices.unwrap();
        assert_eq!(notices.len(), faults, "{notices:?}");
        assert!(notices.iter().all(|fault| matches!(fault, Fault::NoDrawing { .. })));
    }
}

/// Own points come and go between two steps of one run, down to a single one; every model bears it.
#[test]
fn points_are_set_and_erased_while_a_model_learns() {
    let marks = |classes: &[(u8, usize)]| {
        let row = |(class, count): &(u8, usize)| Stroke {
            width: width_of(*class),
            points: (0..*count).map(|at| [at as f32 / 300.0, 0.2 + f32::from(*class) / 5.0]).collect(),
        };
        Value::Drawing(stroke_text(&classes.iter().map(row).collect::<Vec<_>>()).into())
    };
    let rounds: [&[(u8, usize)]; 6] =
        [&[(0, 40), (1, 40), (2, 40)], &[(0, 1)], &[(2, 1)], &[(0, 2), (1, 1)], &[(1, 3)], &[(0, 200), (1, 150)]];
    let models = cards().0.into_iter().filter(|card| card.data.contains(&"points".into()));
    for model in models {
        let mut talk = Talk::of_points();
        talk.start(&model.name, "points", &[("classes", 3)]);
        talk.say(Command::Watch { run: 1, views: vec![View::Regions, View::Samples, View::Confusion] });
        for (round, classes) in rounds.into_iter().enumerate() {
            let mut events = talk.say(turn("points", marks(classes)));
            events.extend(talk.say(Command::Train { run: 1, until: Some(3 * (round as u64 + 1)) }));
            let what = format!("{} on {classes:?}", model.name);
            let mut step = 0;
            for event in &events {
                match event {
                    Event::Trouble { fault, .. } => panic!("{what}: {fault:?}"),
                    Event::Started { .. } => panic!("{what}: it began anew"),
                    Event::Tick { pulse, points, .. } => {
                        step = pulse.step;
                        assert!(points.iter().all(|point| point.value.is_finite()), "{what}: {points:?}");
                    }
                    Event::Frame { body: Body::Regions(told), .. } => {
                        assert!(told.logits.iter().all(|logit| logit.is_finite()), "{what}");
                        let all: usize = classes.iter().map(|(_, count)| count).sum();
                        let shown = told.points.len();
                        assert!(shown == all || all == 1 && shown == 2, "{what}: {shown} points");
                    }
                    _ => {}
                }
            }
            // An experiment may come to its end before.
            let ends = model.views.contains(&View::Ladder);
            assert!(step == 3 * (round as u64 + 1) || ends, "{what}: {step}");
        }
    }
}
