//! The duel of a generative and a discriminative classifier: its mathematics, its run from a page's word to its end.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use crate::support::talk::Talk;
use crate::support::{learner, numbers, real, row};
use burn::tensor::{Device, Int, Tensor, TensorData};
use kiln::data::SETS;
use kiln::engine::contest::told;
use kiln::engine::feed::{Feed, Shelf};
use kiln::engine::gaussian::{Counted, Moments};
use kiln::engine::recipe::{Learner, Moment};
use kiln::engine::snapshot::{Gathered, Snapshot};
use kiln::protocol::{Body, Command, Event, Ladder, Phase, Setup, Value, View};
use kiln::zoo::zoo;

const TWO: [(&str, Value); 1] = [("draws", Value::Whole(2))];

fn shelf(name: &str) -> Shelf {
    let mut shelf = Shelf::new(SETS.iter().find(|set| (set.card)().name == name).unwrap());
    shelf.make(1);
    shelf
}

fn penguins() -> Shelf {
    shelf("penguins")
}

fn duel(shelf: &Shelf) -> Box<dyn Learner> {
    learner(&zoo().into_iter().find(|entry| (entry.card)().name == "duel").unwrap(), &shelf.shape(), &TWO)
}

/// Makes the steps from `from` on, at most up to `to`; the step at which it stopped.
fn fight(model: &mut dyn Learner, shelf: &Shelf, from: u64, to: u64) -> u64 {
    let device = Device::default().autodiff();
    let mut feed = Feed::new(shelf, 1, 250);
    for step in from..to {
        let Ok(batch) = feed.serve(model, shelf, step, &device) else { return step };
        model.step(batch, Moment { step, steps_per_epoch: 1 });
    }
    to
}

fn wrong(model: &dyn Learner) -> Vec<f32> {
    model.lesson().unwrap().wrong.into_iter().flat_map(numbers).collect()
}

/// Means of -1 and 3, three samples to two, and a common variance of 4 / 5: the logits differ by
/// `(3 - -1) (x - (3 - 1) / 2) / s^2 + log(3 / 4)`, the last by the rule of succession.
#[test]
fn classes_of_one_width_have_linear_logits() {
    let device = Device::default();
    let x = Tensor::<2>::from_floats([[-2.0], [0.0], [-1.0], [2.0], [4.0]], &device);
    let labels = Tensor::<1, Int>::from_ints([0, 0, 0, 1, 1], &device);
    let mut counted = Counted::new(Moments::Squares, [2, 1], &device);
    counted.count(x, labels, 0.0);
    // Squares 1, 1, 0 and 1, 1 about the means: 4 / 5.
    let variance = 0.8_f32;
    let asked = [-3.0, 1.0, 2.5];
    let at = Tensor::<2>::from_data(TensorData::new(asked.to_vec(), [3, 1]), &device);
    let logits = row(counted.alike(at, 0.0));
    for (place, pair) in asked.iter().zip(logits.chunks_exact(2)) {
        let expected = 4.0 * (place - 1.0) / variance + (3.0_f32 / 4.0).ln();
        assert!((pair[1] - pair[0] - expected).abs() < 1e-4, "{place}: {pair:?} against {expected}");
    }
}

#[test]
fn a_duel_that_was_saved_goes_on_to_the_same_end() {
    let shelf = penguins();
    let mut whole = duel(&shelf);
    let end = fight(whole.as_mut(), &shelf, 0, u64::MAX);
    assert_eq!(end, 2 * 5 * (1 + 200 + 1));
    let mut first = duel(&shelf);
    fight(first.as_mut(), &shelf, 0, 333);
    let Gathered { tensors, counts } = Gathered::of(first.as_mut()).unwrap();
    let tensors = tensors.into_iter().map(|(name, tensor)| (name, numbers(tensor))).collect();
    let snapshot = Snapshot { tensors, counts: counts.into_iter().collect(), ..Snapshot::default() };
    let mut second = duel(&shelf);
    snapshot.restore(second.as_mut()).unwrap();
    assert_eq!(wrong(second.as_ref()), wrong(first.as_ref()), "what was found is shown at once");
    fight(second.as_mut(), &shelf, 333, u64::MAX);
    assert_eq!(wrong(second.as_ref()), wrong(whole.as_ref()));
}

/// Of the points that are there at first ten are learnt from, and there are no twenty.
#[test]
fn a_set_of_one_rung_is_not_held_against_the_theory() {
    let shelf = shelf("points");
    let mut model = duel(&shelf);
    let said = |model: &dyn Learner| {
        let [said, _] = told(&model.lesson().unwrap(), &wrong(model)).said;
        (said.en.into_owned(), said.zh.into_owned())
    };
    assert_eq!(fight(model.as_mut(), &shelf, 0, 1), 1);
    let (en, zh) = said(model.as_ref());
    assert!(en.starts_with("This set is too small") && zh.contains("至少需要 20 个训练样本"), "{en} {zh}");
    assert_eq!(fight(model.as_mut(), &shelf, 1, u64::MAX), 2 * (1 + 200 + 1));
    let (en, zh) = said(model.as_ref());
    assert!(en.starts_with("With 10 samples") && en.ends_with("20 training samples at least."), "{en}");
    assert!(!en.contains("Ng and Jordan") && !zh.contains("Ng 和 Jordan"), "{en} {zh}");
}

/// Results of two settings never mix.
#[test]
fn a_knob_that_is_turned_begins_the_duel_anew() {
    let shelf = penguins();
    let mut model = duel(&shelf);
    fight(model.as_mut(), &shelf, 0, 500);
    assert!(model.lesson().unwrap().pairs > 1);
    model.turn("penalty", &real(0.5)).unwrap();
    fight(model.as_mut(), &shelf, 500, 501);
    assert_eq!(model.lesson().unwrap().pairs, 0);
    assert_eq!(fight(model.as_mut(), &shelf, 501, u64::MAX), 500 + 2 * 5 * 202, "all of it once more");
}

#[test]
fn a_page_sees_errors_fall_and_the_run_stops_by_itself() {
    let mut talk = Talk::without_files(zoo(), SETS);
    let knobs = TWO.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let setup = Setup { recipe: "duel".into(), data: "penguins".into(), knobs };
    talk.say(Command::Start { run: 1, setup, snapshot: None });
    talk.say(Command::Watch { run: 1, views: vec![View::Ladder] });
    let events = talk.say(Command::Train { run: 1, until: None });
    let phases: Vec<_> = events
        .iter()
        .filter_map(|event| if let Event::Phase { phase, .. } = event { Some(*phase) } else { None })
        .collect();
    assert_eq!(phases, [Phase::Training, Phase::Paused]);
    let ladders: Vec<&Ladder> = events
        .iter()
        .filter_map(
            |event| if let Event::Frame { body: Body::Ladder(ladder), .. } = event { Some(ladder) } else { None },
        )
        .collect();
    let rungs = |ladder: &Ladder| ladder.rises.iter().map(|rise| rise.rungs.len()).collect::<Vec<_>>();
    assert!(ladders.iter().any(|ladder| rungs(ladder) == [2, 2]), "it is shown while it grows");
    let last = ladders.last().unwrap();
    assert_eq!(rungs(last), [5, 5]);
    // Naive Bayes may be near its end from the first rung on.
    assert!(last.rises.iter().all(|rise| rise.rungs[4].1 < 8.0), "{last:?}");
    assert!(last.rises[1].rungs[4].1 < last.rises[1].rungs[0].1, "{last:?}");
    assert!(last.said[0].en.contains("Ng and Jordan") && last.said[0].zh.contains("Ng 和 Jordan"), "{last:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Snapshot { .. })));
    // There is nothing left to do.
    let events = talk.say(Command::Train { run: 1, until: None });
    assert!(events.contains(&Event::Phase { run: 1, phase: Phase::Paused }), "{events:?}");
}
