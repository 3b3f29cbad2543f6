//! Data of the reader's own in a worker: they train, are parted by class, are refused where they do not fit, and may be
//! learnt from weights of another set.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use crate::support::talk::Talk;
use kiln::data::own::Own;
use kiln::data::{Making, SETS, Samples, Values};
use kiln::protocol::{
    Body, Brought, Catalogue, Command, DataCard, Event, Fault, Matter, Phase, Probe, RunId, Setup, Split, Stroke,
    Value, View, encode, text,
};
use kiln::zoo::zoo;

/// A table of three columns, of which the second follows the class.
fn rows(count: usize) -> Brought {
    let labels: Vec<u8> = (0..count).map(|row| u8::from(row % 3 == 0)).collect();
    let number = |row: usize, column: usize| match column {
        1 => 10.0 * f32::from(labels[row]) + (row % 7) as f32 * 0.1,
        _ => ((row * 37 + column * 11) % 101) as f32,
    };
    let numbers = (0..count).flat_map(|row| (0..3).flat_map(move |column| number(row, column).to_le_bytes()));
    let numbers = numbers.collect();
    let columns = ["width (cm)", "Höhe", "width (cm)"].map(str::to_owned).to_vec();
    Brought {
        name: "own/table.csv".into(),
        title: text("table.csv", "table.csv"),
        classes: vec!["no".into(), "yes".into()],
        labels: (0..count).map(|row| u8::from(row % 3 == 0)).collect(),
        matter: Matter::Rows { columns, numbers },
    }
}

/// The same, all columns at once.
fn wide(count: usize) -> Brought {
    let Brought { matter, .. } = rows(count);
    let Matter::Rows { columns, numbers } = matter else { unreachable!("a table") };
    Brought { matter: Matter::Wide { columns: columns.len() as u32, numbers }, ..rows(count) }
}

/// Pictures that are bright in the row of their class.
fn pictures(shape: [u32; 3], count: usize) -> Brought {
    let side = shape[2] as usize;
    let size = shape.iter().product::<u32>() as usize;
    let pixel = |at: usize| if at % size / side % side == 5 * (1 + at / size % 3) { 250 } else { (at % 17) as u8 };
    Brought {
        name: "own/pictures".into(),
        title: text("pictures", "pictures"),
        classes: ["a", "b", "c"].map(str::to_owned).to_vec(),
        labels: (0..count).map(|index| (index % 3) as u8).collect(),
        matter: Matter::Pictures {
            shape,
            pixels: (0..count * size).map(pixel).collect(),
            light: false,
            drawable: false,
        },
    }
}

/// Strokes from left to right, the lower the higher the class, of ten classes; some classes have none.
fn drawings(count: usize) -> Brought {
    let drawing = |index: usize| {
        let y = 0.1 + 0.2 * (index % 4) as f32;
        vec![Stroke { width: 0.07, points: vec![[0.2, y], [0.5, 0.5], [0.8 - 0.01 * (index % 9) as f32, y]] }]
    };
    Brought {
        name: "own/hand".into(),
        title: text("Your hand", "你的笔迹"),
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        labels: (0..count).map(|index| (index % 4) as u8).collect(),
        matter: Matter::Drawings((0..count).map(drawing).collect()),
    }
}

fn bring(brought: &Brought) -> Command {
    Command::Bring { bytes: encode(brought).unwrap() }
}

fn setup(recipe: &str, data: &str, knobs: &[(&str, Value)]) -> Setup {
    let knobs = knobs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Setup { recipe: recipe.into(), data: data.into(), knobs }
}

fn start(run: RunId, setup: Setup) -> Command {
    Command::Start { run, setup, snapshot: None }
}

fn talk() -> Talk {
    Talk::without_files(zoo(), SETS)
}

/// The catalogue as the page completes it by the last greeting.
fn completed(events: &[Event]) -> Catalogue {
    let Some(Event::Hello { own, .. }) = events.iter().rev().find(|it| matches!(it, Event::Hello { .. })) else {
        panic!("no greeting: {events:?}")
    };
    let datasets: Vec<_> = SETS.iter().map(|set| set.listed()).collect();
    let recipes = zoo().iter().map(|entry| entry.among(&datasets)).collect();
    let mut catalogue = Catalogue { recipes, datasets, acts: vec![] };
    own.iter().for_each(|own| catalogue.admit(own));
    catalogue
}

/// The names of the models that a catalogue offers a data set, and the set's card.
fn offered(events: &[Event], data: &str) -> (Vec<String>, DataCard) {
    let Catalogue { recipes, datasets, .. } = completed(events);
    let card = datasets.iter().find(|card| card.name == data).expect("it is in the catalogue").clone();
    let fit = recipes.iter().filter(|card| card.data.iter().any(|its| its == data));
    (fit.map(|card| card.name.to_string()).collect(), card)
}

/// What a worker adds to the file is what the file would say if it held the set.
#[test]
fn a_completed_catalogue_is_the_one_that_lists_the_set() {
    let events = talk().say(bring(&drawings(40)));
    let mut found = completed(&events);
    let recipes: Vec<_> = zoo().iter().map(|entry| entry.among(&found.datasets)).collect();
    assert_eq!(found.recipes, recipes);
    let Some(Event::Hello { own, .. }) = events.last() else { panic!("{events:?}") };
    let once = found.clone();
    own.iter().for_each(|own| found.admit(own));
    assert_eq!(found, once, "a set that is brought again takes its own place");
}

/// The last value of a curve.
fn last(events: &[Event], recipe: &str, series: &str) -> Option<f32> {
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == recipe).unwrap();
    let index = (entry.card)().series.iter().position(|its| its.name == series).unwrap();
    let points = events.iter().filter_map(|event| match event {
        Event::Tick { points, .. } => Some(points),
        _ => None,
    });
    points.flatten().rfind(|point| usize::from(point.series) == index).map(|point| point.value)
}

fn trouble(events: &[Event]) -> Vec<&Fault> {
    let faults = events.iter().filter_map(|event| match event {
        Event::Trouble { fault, .. } => Some(fault),
        _ => None,
    });
    faults.collect()
}

/// The numbers of samples that are no pictures.
fn reals(samples: &Samples) -> &[f32] {
    if let Values::Reals(reals) = &samples.values { reals } else { panic!("numbers") }
}

/// Each column counts in its own deviations, and no column is left out.
#[test]
fn all_columns_of_a_table_are_one_sample() {
    let own = Own::new(wide(300)).unwrap();
    let halves = [Split::Train, Split::Test].map(|split| own.make(&Making::default(), split));
    let numbers: Vec<f32> = halves.iter().flat_map(|half| reals(half).to_vec()).collect();
    assert_eq!(numbers.len(), 900);
    for column in 0..3 {
        let of: Vec<f32> = numbers.iter().skip(column).step_by(3).copied().collect();
        let mean = of.iter().sum::<f32>() / 300.0;
        let variance = of.iter().map(|number| (number - mean).powi(2)).sum::<f32>() / 300.0;
        assert!(mean.abs() < 1e-4 && (variance - 1.0).abs() < 1e-4, "column {column}: {mean}, {variance}");
    }
    let mut talk = talk();
    let (models, card) = offered(&talk.say(bring(&wide(300))), "own/table.csv");
    assert_eq!((card.shape, card.train, card.test), ([1, 1, 3], 240, 60));
    assert!(card.knobs.iter().all(|knob| !knob.name.ends_with("-feature")), "there is nothing to choose");
    let parts = ["softmax", "perceptron", "svm", "naive-bayes", "discriminant", "fourier-svm"];
    assert!(parts.iter().all(|name| models.iter().any(|model| model == name)), "{models:?}");
    for model in models {
        let events = talk.say(start(1, setup(&model, "own/table.csv", &[])));
        assert_eq!(trouble(&events), Vec::<&Fault>::new(), "{model}");
        let views = vec![View::Confusion, View::Mistakes, View::Samples, View::Filters];
        talk.say(Command::Watch { run: 1, views });
        let events = talk.say(Command::Train { run: 1, until: Some(100) });
        assert_eq!(trouble(&events), Vec::<&Fault>::new(), "{model}");
        if parts.contains(&&*model) {
            let accuracy = last(&events, &model, "accuracy/test").expect("it was tested");
            assert!(accuracy > 95.0, "{model}: {accuracy}");
        }
        let shows = |view| events.iter().any(|it| matches!(it, Event::Frame { view: its, .. } if *its == view));
        assert!(model == "duel" || shows(View::Confusion) || shows(View::Samples), "{model}");
    }
}

/// What learnt a set is not asked of one of the same name whose samples have another shape.
#[test]
fn a_set_that_comes_again_in_another_shape_is_learnt() {
    let mut talk = talk();
    let mut run = 0;
    for shape in [[1, 28, 28], [3, 32, 32], [1, 28, 28]] {
        talk.say(bring(&pictures(shape, 90)));
        for model in ["softmax", "perceptron", "discriminant"] {
            run += 1;
            let mut events = talk.say(start(run, setup(model, "own/pictures", &[])));
            let probe = Some(Probe::Sample { split: Split::Test, index: 0 });
            events.extend(talk.say(Command::Watch { run, views: vec![View::Opinions] }));
            events.extend(talk.say(Command::Train { run, until: Some(5) }));
            events.extend(talk.say(Command::Probe { run, probe }));
            assert_eq!(trouble(&events), Vec::<&Fault>::new(), "{model}");
            let heard = events.iter().rev().find_map(|event| match event {
                Event::Frame { body: Body::Opinions(opinions), .. } => Some(opinions.voices.clone()),
                _ => None,
            });
            let asked = heard.unwrap_or_default();
            assert_eq!(asked.len(), (run as usize - 1) % 3 + 1, "{model}: {asked:?}");
        }
    }
}

#[test]
fn rows_of_a_table_are_a_set_of_points_that_models_learn() {
    let mut talk = talk();
    let (models, card) = offered(&talk.say(bring(&rows(300))), "own/table.csv");
    assert!(models.contains(&"perceptron".to_owned()) && !models.contains(&"lenet".to_owned()), "{models:?}");
    assert_eq!((card.shape, card.train, card.test), ([2, 1, 1], 240, 60));
    let knobs = [("x-feature", Value::Choice("2-höhe".into())), ("y-feature", Value::Choice("3-width--cm-".into()))];
    for model in models {
        let events = talk.say(start(1, setup(&model, "own/table.csv", &knobs)));
        assert_eq!(trouble(&events), Vec::<&Fault>::new(), "{model}");
        talk.say(Command::Watch { run: 1, views: vec![View::Regions, View::Confusion] });
        let events = talk.say(Command::Train { run: 1, until: Some(60) });
        assert!(events.iter().any(|it| matches!(it, Event::Phase { phase: Phase::Paused, .. })), "{model}: {events:?}");
        if model == "perceptron" {
            let accuracy = last(&events, &model, "accuracy/test").expect("it was tested");
            assert!(accuracy > 95.0, "{accuracy} % of two classes that lie far apart");
        }
    }
}

#[test]
fn the_axes_show_the_columns_that_are_chosen_in_deviations() {
    let own = Own::new(rows(300)).unwrap();
    let choice = |name: &'static str| Value::Choice(name.into());
    let knobs = vec![("x-feature".to_owned(), choice("2-höhe")), ("y-feature".to_owned(), choice("1-width--cm-"))];
    let making = Making { seed: 3, knobs };
    let points = |split| {
        let Samples { values: Values::Reals(reals), labels } = own.make(&making, split) else { panic!("points") };
        reals.chunks(2).map(|at| [at[0], at[1]]).zip(labels).collect::<Vec<_>>()
    };
    let all: Vec<_> = [Split::Train, Split::Test].into_iter().flat_map(points).collect();
    assert_eq!(all.len(), 300);
    assert!(all.iter().all(|(at, label)| (at[0] > 0.0) == (*label == 1)), "the second column parts the classes");
    for axis in [0, 1] {
        let mean = all.iter().map(|(at, _)| f64::from(at[axis])).sum::<f64>() / 300.0;
        let variance = all.iter().map(|(at, _)| (f64::from(at[axis]) - mean).powi(2)).sum::<f64>() / 300.0;
        assert!(mean.abs() < 1e-6 && (variance.sqrt() - 1.0 / 2.5).abs() < 1e-5, "{mean} {variance}");
    }
    let labels = kiln::data::axes(own.card(), &making);
    assert_eq!(labels.map(|label| label.en.into_owned()), ["Höhe / 2.5 σ", "width / 2.5 σ"]);
}

#[test]
fn halves_are_parted_by_class_and_seed_and_share_no_sample() {
    let own = Own::new(pictures([1, 28, 28], 90)).unwrap();
    let make = |seed, split| own.make(&Making { seed, knobs: vec![] }, split);
    let counts = |samples: &Samples| [0, 1, 2].map(|class| samples.labels.iter().filter(|it| **it == class).count());
    assert_eq!(counts(&make(1, Split::Train)), [24; 3]);
    assert_eq!(counts(&make(1, Split::Test)), [6; 3]);
    assert_eq!(make(1, Split::Train), make(1, Split::Train));
    assert_ne!(make(1, Split::Train), make(2, Split::Train));
    // Of two samples one is learnt from and one is there to test on, whatever the share.
    let mut few = pictures([1, 28, 28], 4);
    few.labels = vec![0, 0, 1, 2];
    let few = Own::new(few).unwrap();
    for share in [10, 90] {
        let making = Making { seed: 1, knobs: vec![("train-share".into(), Value::Whole(share))] };
        let card = few.as_made(few.card().clone(), &making);
        assert_eq!((card.train, card.test), (3, 1), "{share} %");
    }
}

/// Whatever their size: on 3x64x64 pixels the coefficient that suits MNIST would leave each picture alone.
#[test]
fn a_kernel_is_as_wide_as_ones_own_samples_lie_apart() {
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == "fourier-svm").unwrap();
    for brought in [pictures([1, 28, 28], 60), pictures([3, 64, 64], 60), rows(300)] {
        let own = Own::new(brought).unwrap();
        let card = entry.among(std::slice::from_ref(own.card())).on(own.card());
        let gamma = card.knobs.iter().find(|knob| knob.name == "gamma").map(|knob| knob.default.clone());
        let Some(Value::Real(gamma)) = gamma else { panic!("{gamma:?}") };
        let learnt = own.make(&Making::default(), Split::Train).values;
        let size = own.card().shape.iter().product::<u32>();
        let apart = f64::from(learnt.apart(size as usize).unwrap());
        assert!((gamma * apart / 1.6 - 1.0).abs() < 0.1, "{gamma} where samples lie {apart} apart");
    }
}

#[test]
fn pictures_of_either_size_are_learnt_and_augmented() {
    for (shape, recipe) in [([1, 28, 28], "softmax"), ([3, 32, 32], "cnn")] {
        let mut talk = talk();
        let (models, card) = offered(&talk.say(bring(&pictures(shape, 60))), "own/pictures");
        assert!(models.contains(&"lenet".to_owned()) && card.augmented(), "{models:?}");
        talk.say(start(1, setup(recipe, "own/pictures", &[("batch-size", Value::Whole(16))])));
        talk.say(Command::Retune { run: 1, knob: "shift".into(), value: Value::Real(1.0) });
        let events = talk.say(Command::Train { run: 1, until: Some(40) });
        assert_eq!(trouble(&events), Vec::<&Fault>::new());
        assert_eq!(last(&events, recipe, "accuracy/test"), Some(100.0), "{recipe}");
    }
}

/// Bayes and discriminants meet classes without a sample.
#[test]
fn every_model_learns_a_hand_that_has_not_drawn_all_digits() {
    let mut talk = talk();
    let (models, card) = offered(&talk.say(bring(&drawings(40))), "own/hand");
    assert!(card.drawable && card.classes.len() == 10 && (card.train, card.test) == (20, 20));
    for model in models.iter().filter(|name| !["resnet", "cnn", "dcgan", "fourier"].contains(&name.as_str())) {
        talk.say(start(1, setup(model, "own/hand", &[("batch-size", Value::Whole(10))])));
        let events = talk.say(Command::Train { run: 1, until: Some(3) });
        assert_eq!(trouble(&events), Vec::<&Fault>::new(), "{model}");
    }
}

#[test]
fn weights_are_carried_to_another_set_of_the_same_shape_and_tested_there_at_once() {
    let mut talk = talk();
    talk.say(bring(&drawings(40)));
    let mut second = drawings(40);
    second.name = "own/second".into();
    talk.say(bring(&second));
    talk.say(start(1, setup("softmax", "own/hand", &[("batch-size", Value::Whole(10))])));
    talk.say(Command::Train { run: 1, until: Some(60) });
    talk.post(Command::Save { run: 1 });
    let events = talk.say(bring(&second));
    let saved = events.iter().position(|it| matches!(it, Event::Snapshot { .. })).expect("it was saved");
    let greeted = events.iter().position(|it| matches!(it, Event::Hello { .. })).expect("it was taken in");
    assert!(saved < greeted, "what was learnt comes before what it is carried to");
    let Event::Snapshot { bytes, step: 60, .. } = &events[saved] else { panic!("{:?}", events[saved]) };
    let carried = |recipe: &str, run| Command::Start {
        run,
        setup: setup(recipe, "own/second", &[("batch-size", Value::Whole(10))]),
        snapshot: Some(bytes.clone()),
    };
    let events = talk.say(carried("softmax", 2));
    assert!(events.iter().any(|it| matches!(it, Event::Started { step: 0, .. })));
    let accuracy = last(&events, "softmax", "accuracy/test").expect("it is tested before it learns");
    assert!(accuracy > 95.0, "{accuracy} %: the drawings are the same");
    let events = talk.say(carried("perceptron", 3));
    assert!(matches!(trouble(&events)[..], [Fault::Snapshot { .. }]), "another model's weights are refused");
}

#[test]
fn what_does_not_fit_together_is_refused_and_what_was_there_stays() {
    let mut talk = talk();
    talk.say(bring(&rows(30)));
    let spoilt: [fn(&mut Brought); 11] = [
        |it| it.name = "table.csv".into(),
        |it| it.classes.truncate(1),
        |it| it.labels[3] = 2,
        |it| it.labels.truncate(29),
        |it| it.labels.clear(),
        |it| it.matter = Matter::Rows { columns: vec!["a".into()], numbers: vec![0; 120] },
        |it| it.matter = Matter::Rows { columns: vec!["a".into(); 3], numbers: [f32::NAN.to_le_bytes(); 90].concat() },
        |it| it.matter = Matter::Wide { columns: 3, numbers: vec![0; 120] },
        |it| it.matter = Matter::Wide { columns: 1, numbers: vec![0; 120] },
        |it| it.matter = Matter::Wide { columns: 257, numbers: vec![0; 4 * 257 * 30] },
        |it| it.matter = Matter::Drawings(vec![vec![]; 30]),
    ];
    for spoil in spoilt {
        let mut brought = rows(30);
        spoil(&mut brought);
        let events = talk.say(bring(&brought));
        assert!(matches!(trouble(&events)[..], [Fault::Garbled { .. }]), "{brought:?}");
        assert_eq!(offered(&events, "own/table.csv").1.train, 24);
    }
    for shape in [[2, 28, 28], [1, 7, 28], [1, 28, 65]] {
        let matter = Matter::Pictures {
            shape,
            pixels: vec![0; 30 * shape.iter().product::<u32>() as usize],
            light: true,
            drawable: false,
        };
        let events = talk.say(bring(&Brought { matter, ..rows(30) }));
        assert!(matches!(trouble(&events)[..], [Fault::Garbled { .. }]), "{shape:?}");
    }
    let events = talk.say(Command::Bring { bytes: vec![7; 40] });
    assert!(matches!(trouble(&events)[..], [Fault::Garbled { .. }]) && offered(&events, "own/table.csv").1.train == 24);
}
