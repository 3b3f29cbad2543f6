//! Slow motion, in conversations with a host: a step made act by act is the step that is made whole.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use crate::support::talk::Talk;
use kiln::data::SETS;
use kiln::engine::snapshot::Snapshot;
use kiln::protocol::{Act, Command, Event, Phase, Setup, Value, View};
use kiln::zoo::zoo;

// A host whose page says what it is told to say.

impl Talk {
    fn new() -> Self {
        Self::without_files(zoo(), SETS)
    }

    /// A run on points: no picture has to be loaded.
    fn start(&mut self, recipe: &str, snapshot: Option<Vec<u8>>) -> Vec<Event> {
        let knobs = vec![("batch-size".into(), Value::Whole(16)), ("quality-every".into(), Value::Whole(0))];
        self.say(Command::Start {
            run: 1,
            setup: Setup { recipe: recipe.into(), data: "ring".into(), knobs },
            snapshot,
        })
    }

    fn act(&mut self) -> Vec<Event> {
        self.say(Command::Act { run: 1 })
    }
}

/// A GAN on the ring, with the list of its first step's acts.
fn talk() -> (Talk, Vec<Act>) {
    let mut talk = Talk::new();
    let (step, done, acts) = told(&talk.start("gan", None)).pop().expect("a run that stands tells its acts");
    assert_eq!((step, done), (0, 0));
    (talk, acts)
}

/// Steps made, acts done, and all acts, each time that they are told.
fn told(events: &[Event]) -> Vec<(u64, u32, Vec<Act>)> {
    let acts = |event: &Event| match event {
        Event::Acts { step, done, acts, .. } => Some((*step, *done, acts.clone())),
        _ => None,
    };
    events.iter().filter_map(acts).collect()
}

/// Every value of every curve, to the bit.
fn points(events: &[Event]) -> Vec<(u64, u16, u32)> {
    let points = events.iter().flat_map(|event| if let Event::Tick { points, .. } = event { &points[..] } else { &[] });
    let mut points: Vec<_> = points.map(|point| (point.step, point.series, point.value.to_bits())).collect();
    points.sort_unstable();
    points
}

fn steps(events: &[Event]) -> Vec<u64> {
    let step = |event: &Event| if let Event::Tick { pulse, .. } = event { Some(pulse.step) } else { None };
    events.iter().filter_map(step).collect()
}

fn snapshot(events: &[Event]) -> (u64, Vec<u8>) {
    let snapshot = |event: &Event| match event {
        Event::Snapshot { step, bytes, .. } => Some((*step, bytes.clone())),
        _ => None,
    };
    events.iter().rev().find_map(snapshot).expect("a snapshot")
}

/// The last snapshot, whole; its bytes hold some of it in any order.
fn state(events: &[Event]) -> Snapshot {
    Snapshot::read(&snapshot(events).1).unwrap()
}

/// Ten steps that nobody looked into.
fn whole() -> (Vec<(u64, u16, u32)>, Snapshot) {
    let (mut talk, _) = talk();
    let events = talk.say(Command::Train { run: 1, until: Some(10) });
    (points(&events), state(&events))
}

#[test]
fn a_step_made_act_by_act_counts_when_it_is_whole() {
    let (mut talk, acts) = talk();
    assert!(acts.len() > 4 && acts.iter().all(|act| act.values.is_empty() && act.tex.markup.is_empty()));
    talk.say(Command::Watch { run: 1, views: vec![View::Samples] });
    for done in 1..=acts.len() {
        let events = talk.act();
        let last = done == acts.len();
        let [(step, of, acts)] = &told(&events)[..] else { panic!("{events:?}") };
        assert_eq!((*step, *of), (u64::from(last), done as u32));
        let found = |title: &str| acts.iter().position(|act| act.title.en == title).unwrap();
        assert_eq!(acts[found("D judges both")].values.len(), if done > found("D judges both") { 3 } else { 0 });
        assert!(events.iter().any(|event| matches!(event, Event::Frame { .. })), "what is shown follows each act");
        assert_eq!((steps(&events), points(&events).is_empty()), (if last { vec![1] } else { vec![] }, !last));
    }
    let events = talk.act();
    assert_eq!(told(&events)[0].1, 1, "the next step begins");
    assert!(steps(&events).is_empty());
}

#[test]
fn whatever_follows_first_ends_the_step_and_the_curve_is_the_same() {
    let (expected, weights) = whole();
    let train = || Command::Train { run: 1, until: Some(10) };
    let others: [(&str, Vec<Command>); 6] = [
        ("train", vec![]),
        ("pause", vec![Command::Pause { run: 1 }]),
        ("step", vec![Command::Step { run: 1 }]),
        ("save", vec![Command::Save { run: 1 }]),
        ("evaluate", vec![Command::Evaluate { run: 1 }]),
        ("retune", vec![Command::Retune { run: 1, knob: "players".into(), value: Value::Choice("both".into()) }]),
    ];
    for (what, commands) in others {
        for acts in 1..6 {
            let (mut talk, _) = talk();
            let mut events: Vec<Event> = (0..acts).flat_map(|_| talk.act()).collect();
            assert!(steps(&events).is_empty() && points(&events).is_empty(), "{what}");
            for command in commands.clone() {
                let more = talk.say(command);
                let made = if what == "step" { 2 } else { 1 };
                assert_eq!(steps(&more).last(), Some(&made), "{what} after {acts} acts");
                events.extend(more);
            }
            events.extend(talk.say(train()));
            assert_eq!(points(&events), expected, "{what} after {acts} acts");
            assert!(state(&events) == weights, "{what} after {acts} acts");
        }
    }
}

#[test]
fn a_snapshot_in_mid_step_goes_on_alike() {
    let (expected, weights) = whole();
    let (mut one, _) = talk();
    let mut events: Vec<Event> = (0..3).flat_map(|_| one.act()).collect();
    events.extend(one.say(Command::Save { run: 1 }));
    let (step, bytes) = snapshot(&events);
    assert_eq!(step, 1);
    let mut other = Talk::new();
    assert_eq!(told(&other.start("gan", Some(bytes))).pop().map(|(step, done, _)| (step, done)), Some((1, 0)));
    let mut rest = other.say(Command::Train { run: 1, until: Some(10) });
    let end = state(&rest);
    rest.extend(events);
    assert_eq!(points(&rest), expected);
    assert!(end == weights);
}

/// A run that trains pauses, saves whole steps only, and takes its step apart; a knob's turn changes the acts to come.
#[test]
fn acts_follow_the_settings_and_a_run_that_trains_pauses_first() {
    let (mut talk, first) = talk();
    let turn = |knob: &str, value: &'static str| Command::Retune {
        run: 1,
        knob: knob.into(),
        value: Value::Choice(value.into()),
    };
    let acts = told(&talk.say(turn("players", "generator"))).pop().unwrap().2;
    assert!(acts.len() < first.len() && acts.iter().all(|act| act.title.en != "D learns"));
    talk.say(turn("players", "both"));
    let acts = told(&talk.say(turn("loss", "hinge"))).pop().unwrap().2;
    assert!(acts.iter().any(|act| act.tex.source.contains("max")));
    // The page asks for an act while the run trains.
    talk.post(Command::Train { run: 1, until: None });
    let events = talk.act();
    let phases: Vec<_> =
        events.iter().filter_map(|it| if let Event::Phase { phase, .. } = it { Some(*phase) } else { None }).collect();
    assert_eq!(phases, [Phase::Training, Phase::Paused]);
    assert_eq!(told(&events).last().map(|it| it.1), Some(1));
    assert!(!events.iter().any(|event| matches!(event, Event::Snapshot { .. })), "half a step is not saved");
}

#[test]
fn models_whose_steps_have_no_acts_ignore_them() {
    for recipe in ["vae", "mmd"] {
        let mut talk = Talk::new();
        assert!(told(&talk.start(recipe, None)).is_empty(), "{recipe}");
        assert!(talk.act().is_empty(), "{recipe}");
    }
    let (mut talk, _) = talk();
    assert!(talk.say(Command::Act { run: 7 }).is_empty(), "another run's");
}
