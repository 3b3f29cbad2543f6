//! Conversations with a host: a worker's whole life, without a browser.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use burn::tensor::Device;
use kiln::data::{Chunk, DataSet, Samples, Source, Values, augment, hex};
use kiln::engine::feed::{Feed, Shelf};
use kiln::engine::host::{Place, Post, Rig, serve};
use kiln::engine::pace::Rules;
use kiln::engine::recipe::Moment;
use kiln::engine::selftest::selftest;
use kiln::engine::snapshot::Snapshot;
use kiln::protocol::{
    Answer, Axes, Body, ChunkCause, Codes, Command, Confusion, DataCard, DeviceCard, DeviceKind, Event, Fault, Opinion,
    Phase, Point, Probe, RunId, Setup, Split, Stroke, Value, View, agreed, text,
};
use kiln::workloads::WORKLOADS;
use kiln::zoo::zoo;
use sha2::{Digest, Sha256};

const SIDE: usize = 4;
const COUNTS: [(Split, usize); 3] = [(Split::Train, 48), (Split::Test, 30), (Split::Train, 48)];
const BATCH: u64 = 8;

/// Small enough for a test.
static TINY: DataSet = DataSet { card, source: SOURCE, prepare, paper: 0.0, shipped: None };
static SHOP: &[&DataSet] = &[&TINY];
/// The same with a checkpoint.
static SHIPPED: DataSet = DataSet { card, source: SOURCE, prepare, paper: 0.0, shipped: Some("tiny.safetensors") };
/// The same with augmentation.
static SUPPLE: DataSet = DataSet { card: supple, source: SOURCE, prepare, paper: 0.0, shipped: None };
static SUPPLE_SHOP: &[&DataSet] = &[&SUPPLE];
const SOURCE: Source = Source::Chunks { folder: "tiny", list: chunks, parse };
static SHIPPED_SHOP: &[&DataSet] = &[&SHIPPED];

fn card() -> DataCard {
    DataCard {
        name: "mnist".into(),
        title: text("Tiny", "微型"),
        blurb: text("Bars.", "条纹。"),
        shape: [1, SIDE as u32, SIDE as u32],
        apart: None,
        classes: vec![text("0", "0"), text("1", "1"), text("2", "2")],
        train: 96,
        test: 30,
        attribution: text("", ""),
        drawable: true,
        judged: false,
        modes: None,
        knobs: vec![],
    }
}

fn supple() -> DataCard {
    DataCard { knobs: augment::knobs(true), ..card() }
}

/// Bars in the row of the class, in noise.
fn bytes(chunk: usize) -> Vec<u8> {
    let count = COUNTS[chunk].1;
    let mut state = 12_345_u32 + chunk as u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 25) as u8
    };
    let mut bytes: Vec<u8> = (0..count * SIDE * SIDE)
        .map(|at| noise() + if at % (SIDE * SIDE) / SIDE == at / (SIDE * SIDE) % 3 { 60 } else { 0 })
        .collect();
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
    let labels = bytes.split_off(chunk.count * SIDE * SIDE);
    Ok(Samples { values: Values::Bytes(bytes), labels })
}

fn prepare(strokes: &[Stroke], _: bool) -> Option<Vec<f32>> {
    (!strokes.is_empty()).then(|| vec![0.5; SIDE * SIDE])
}

type Script = Box<dyn FnMut(&Event) -> Vec<Command>>;
type Server = Box<dyn FnMut(&str, u32) -> Option<Result<Vec<u8>, ChunkCause>>>;

/// A place whose clock ticks when it is looked at, whose files come at once, and whose page follows a script.
struct Fake {
    clock: Cell<f64>,
    breaths: Cell<u32>,
    posts: RefCell<VecDeque<Post>>,
    events: RefCell<Vec<Event>>,
    tries: RefCell<HashMap<String, u32>>,
    delays: RefCell<Vec<f64>>,
    script: RefCell<Script>,
    server: RefCell<Server>,
}

impl Place for Fake {
    fn now(&self) -> f64 {
        self.clock.set(self.clock.get() + 1.0);
        self.clock.get()
    }

    fn memory(&self) -> u64 {
        4096
    }

    fn send(&self, event: Event) {
        let commands = (self.script.borrow_mut())(&event);
        self.posts.borrow_mut().extend(commands.into_iter().map(|command| Post::Command(Ok(command))));
        self.events.borrow_mut().push(event);
    }

    fn take(&self) -> Option<Post> {
        self.posts.borrow_mut().pop_front()
    }

    fn fetch(&self, path: String, delay: f64) {
        let mut tries = self.tries.borrow_mut();
        let count = tries.entry(path.clone()).or_default();
        *count += 1;
        self.delays.borrow_mut().push(delay);
        if let Some(outcome) = (self.server.borrow_mut())(&path, *count) {
            self.posts.borrow_mut().push_back(Post::File { path, outcome });
        }
    }

    async fn breathe(&self) {
        self.breaths.set(self.breaths.get() + 1);
    }

    async fn wait(&self) {
        poll_fn(|_| if self.posts.borrow().is_empty() { Poll::Pending } else { Poll::Ready(()) }).await;
    }
}

/// A host and its place.
struct Talk {
    place: Rc<Fake>,
    host: Pin<Box<dyn Future<Output = ()>>>,
}

fn good(path: &str) -> Vec<u8> {
    bytes(path.rsplit('/').next().unwrap().parse().unwrap())
}

impl Talk {
    fn new() -> Self {
        Self::with(Rules::eager(), |path, _| Some(Ok(good(path))), |_| vec![])
    }

    fn with(
        rules: Rules,
        server: impl FnMut(&str, u32) -> Option<Result<Vec<u8>, ChunkCause>> + 'static,
        script: impl FnMut(&Event) -> Vec<Command> + 'static,
    ) -> Self {
        Self::of(SHOP, rules, server, script)
    }

    fn of(
        shop: &'static [&'static DataSet],
        rules: Rules,
        server: impl FnMut(&str, u32) -> Option<Result<Vec<u8>, ChunkCause>> + 'static,
        script: impl FnMut(&Event) -> Vec<Command> + 'static,
    ) -> Self {
        let place = Rc::new(Fake {
            clock: Cell::new(0.0),
            breaths: Cell::new(0),
            posts: RefCell::default(),
            events: RefCell::default(),
            tries: RefCell::default(),
            delays: RefCell::default(),
            script: RefCell::new(Box::new(script)),
            server: RefCell::new(Box::new(server)),
        });
        let card = DeviceCard { kind: DeviceKind::Cpu, adapter: String::new(), threads: 1, software: false };
        let rig = Rig { device: Device::flex(), card, recipes: zoo(), datasets: shop, rules, workloads: &WORKLOADS };
        let own = place.clone();
        let mut talk = Self { place, host: Box::pin(async move { serve(&*own, rig).await }) };
        talk.live();
        talk
    }

    /// Lets the host work until it sleeps.
    fn live(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        assert!(self.host.as_mut().poll(&mut context).is_pending(), "a host serves for ever");
    }

    fn post(&mut self, post: Post) -> Vec<Event> {
        let before = self.place.events.borrow().len();
        self.place.posts.borrow_mut().push_back(post);
        self.live();
        self.place.events.borrow()[before..].to_vec()
    }

    fn say(&mut self, command: Command) -> Vec<Event> {
        self.post(Post::Command(Ok(command)))
    }

    fn start(&mut self, run: RunId, recipe: &str, knobs: &[(&str, Value)]) -> Vec<Event> {
        self.say(start(run, recipe, knobs, None))
    }

    fn all(&self) -> Vec<Event> {
        self.place.events.borrow().clone()
    }
}

fn start(run: RunId, recipe: &str, knobs: &[(&str, Value)], snapshot: Option<Vec<u8>>) -> Command {
    let mut knobs: Vec<_> = knobs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    knobs.push(("batch-size".into(), Value::Whole(BATCH as i64)));
    Command::Start { run, setup: Setup { recipe: recipe.into(), data: "mnist".into(), knobs }, snapshot }
}

fn phases(events: &[Event]) -> Vec<Phase> {
    events.iter().filter_map(|event| if let Event::Phase { phase, .. } = event { Some(*phase) } else { None }).collect()
}

fn troubles(events: &[Event]) -> Vec<(Fault, bool)> {
    let trouble = |event: &Event| match event {
        Event::Trouble { fault, fatal, .. } => Some((fault.clone(), *fatal)),
        _ => None,
    };
    events.iter().filter_map(trouble).collect()
}

fn step(events: &[Event]) -> u64 {
    let tick = |event: &Event| if let Event::Tick { pulse, .. } = event { Some(pulse.step) } else { None };
    events.iter().rev().find_map(tick).expect("a tick")
}

/// The values of a curve.
fn curve(events: &[Event], name: &str) -> Vec<(u64, f32)> {
    let series = (zoo()[0].card)().series.iter().position(|series| series.name == name).unwrap() as u16;
    let points = |event: &Event| if let Event::Tick { points, .. } = event { points.clone() } else { vec![] };
    let mine = |point: Point| (point.series == series).then_some((point.step, point.value));
    events.iter().flat_map(points).filter_map(mine).collect()
}

fn snapshots(events: &[Event]) -> Vec<(u64, Vec<u8>)> {
    let snapshot = |event: &Event| match event {
        Event::Snapshot { step, bytes, .. } => Some((*step, bytes.clone())),
        _ => None,
    };
    events.iter().filter_map(snapshot).collect()
}

fn frames(events: &[Event], of: View) -> Vec<(u64, u64, Body)> {
    let frame = |event: &Event| match event {
        Event::Frame { frame, step, view, body, .. } if *view == of => Some((*frame, *step, body.clone())),
        _ => None,
    };
    events.iter().filter_map(frame).collect()
}

#[test]
fn the_worker_speaks_first_and_says_by_which_catalogue_it_was_built() {
    let talk = Talk::new();
    let [Event::Hello { version, catalogue, own, .. }] = &talk.all()[..] else { panic!("{:?}", talk.all()) };
    assert_eq!(agreed(*version, *catalogue), Ok(()));
    assert!(own.is_empty(), "{own:?}");
}

#[test]
fn a_run_is_built_compiled_trained_to_its_step_evaluated_and_saved() {
    let mut talk = Talk::new();
    let events = talk.start(1, "softmax", &[]);
    assert_eq!(phases(&events), [Phase::Preparing, Phase::Compiling, Phase::Ready]);
    assert!(events.iter().any(|event| matches!(event, Event::Started { parameters: 51, step: 0, .. })), "{events:?}");
    let events = talk.say(Command::Train { run: 1, until: Some(200) });
    assert_eq!(phases(&events), [Phase::Training, Phase::Paused]);
    assert_eq!(step(&events), 200);
    let losses = curve(&events, "loss/train");
    assert!(losses.iter().map(|(step, _)| *step).eq(1..=200), "{losses:?}");
    let tests = curve(&events, "accuracy/test");
    assert_eq!(tests.first().map(|(step, _)| *step), Some(0));
    assert_eq!(tests.last().map(|(step, _)| *step), Some(200));
    assert!(tests.last().unwrap().1 > 80.0 && tests[0].1 < 60.0, "{tests:?}");
    assert_eq!(snapshots(&events).last().map(|(step, _)| *step), Some(200));
    assert!(talk.place.breaths.get() > 5, "{} breaths", talk.place.breaths.get());
    let (samples, of) = (126, 126);
    assert!(talk.all().contains(&Event::Loading { data: "mnist".into(), samples, of }));
}

/// The host adds nothing to a run, its warm-up least of all.
#[test]
fn a_hosted_run_is_the_run_that_a_plain_loop_makes() {
    let mut talk = Talk::new();
    talk.start(1, "perceptron", &[]);
    let hosted = curve(&talk.say(Command::Train { run: 1, until: Some(20) }), "loss/train");
    let mut shelf = Shelf::new(&TINY);
    for (index, chunk) in chunks().iter().enumerate() {
        shelf.put(index, TINY.open(chunk, bytes(index)).unwrap());
    }
    let device = Device::flex().autodiff();
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == "perceptron").unwrap();
    let knobs = [("batch-size".to_owned(), Value::Whole(BATCH as i64))];
    let (mut learner, _) = (entry.build)(&knobs, &shelf.shape(), &device);
    let mut feed = Feed::new(&shelf, 1, BATCH as usize);
    for (step, hosted) in hosted {
        let at = Moment { step: step - 1, steps_per_epoch: feed.steps_per_epoch() as u32 };
        let (name, loss) = learner.step(feed.batch(&shelf, step - 1, &device).unwrap(), at).swap_remove(0);
        #[expect(clippy::disallowed_methods, reason = "a native test may block")]
        let loss: f32 = loss.into_scalar();
        assert_eq!((name, loss.to_bits()), ("loss/train", hosted.to_bits()), "step {step}");
    }
}

fn talk_of_supple() -> Talk {
    Talk::of(SUPPLE_SHOP, Rules::eager(), |path, _| Some(Ok(good(path))), |_| vec![])
}

#[test]
fn augmentation_repeats_with_the_setup_and_turns_between_two_steps() {
    let shift = |value| ("shift", Value::Real(value));
    let whole = |knobs: &[(&str, Value)]| {
        let mut talk = talk_of_supple();
        let events = talk.start(1, "softmax", knobs);
        assert!(troubles(&events).is_empty());
        talk.say(Command::Train { run: 1, until: Some(40) })
    };
    let [plain, moved] = [0.0, 1.5].map(|reach| curve(&whole(&[shift(reach)]), "loss/train"));
    assert_eq!(curve(&whole(&[shift(1.5)]), "loss/train"), moved);
    assert_ne!(plain, moved);
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let bare = talk.say(Command::Train { run: 1, until: Some(40) });
    assert_eq!(curve(&bare, "loss/train"), plain, "at rest it is as if there were no knobs");
    let first = |events: &[Event]| curve(events, "accuracy/test")[0];
    assert_eq!(first(&bare), first(&whole(&[shift(1.5)])), "a test is a test");
    // From step 20 on the other way round.
    let mut talk = talk_of_supple();
    talk.start(1, "softmax", &[]);
    let before = curve(&talk.say(Command::Train { run: 1, until: Some(20) }), "loss/train");
    talk.say(Command::Retune { run: 1, knob: "shift".into(), value: Value::Real(1.5) });
    let after = curve(&talk.say(Command::Train { run: 1, until: Some(40) }), "loss/train");
    assert_eq!(before, plain[..20]);
    assert_ne!(after[0].1, plain[20].1, "it acts at once");
    let (_, bytes) = snapshots(&talk.say(Command::Save { run: 1 })).pop().unwrap();
    assert!(Snapshot::read(&bytes).unwrap().about.knobs.contains(&("shift".to_owned(), Value::Real(1.5))));
}

#[test]
fn a_strip_shows_what_the_next_step_will_see() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let events = talk.say(Command::Watch { run: 1, views: vec![View::Augmented] });
    assert!(frames(&events, View::Augmented).is_empty(), "the set has no such knobs");
    let mut talk = talk_of_supple();
    talk.start(1, "softmax", &[]);
    let pairs = |events: &[Event]| match frames(events, View::Augmented).pop() {
        Some((frame, step, Body::Augmented(pairs))) => (frame, step, pairs),
        other => panic!("{other:?}"),
    };
    let (frame, step, resting) = pairs(&talk.say(Command::Watch { run: 1, views: vec![View::Augmented] }));
    assert!(step == 0 && resting.len() == 8 && resting.iter().all(|pair| pair.original == pair.seen));
    talk.say(Command::Painted { run: 1, frame });
    let events = talk.say(Command::Retune { run: 1, knob: "rotation".into(), value: Value::Real(90.0) });
    let (frame, _, turned) = pairs(&events);
    assert!(turned.iter().zip(&resting).all(|(one, other)| one.original == other.original));
    assert!(turned.iter().all(|pair| pair.original != pair.seen));
    // Step after step, until one of the eight is in the batch.
    let mut shelf = Shelf::new(&SUPPLE);
    assert!(shelf.adopt(&[("rotation".to_owned(), Value::Real(90.0))]).is_empty());
    for (index, chunk) in chunks().iter().enumerate() {
        shelf.put(index, SUPPLE.open(chunk, bytes(index)).unwrap());
    }
    let mut feed = Feed::new(&shelf, 1, BATCH as usize);
    let next = (1..).find(|step| feed.rows(*step).iter().any(|row| *row < 8)).unwrap();
    talk.say(Command::Painted { run: 1, frame });
    talk.say(Command::Watch { run: 1, views: vec![] });
    talk.say(Command::Train { run: 1, until: Some(next) });
    let (_, step, strip) = pairs(&talk.say(Command::Watch { run: 1, views: vec![View::Augmented] }));
    assert_eq!(step, next);
    let batch = feed.batch(&shelf, next, &Device::flex()).unwrap().images;
    #[expect(clippy::disallowed_methods, reason = "a native test may block")]
    let batch: Vec<f32> = batch.into_data().try_into_vec().unwrap();
    let place = feed.rows(next).iter().position(|row| *row < 8).unwrap();
    let seen = batch[place * SIDE * SIDE..][..SIDE * SIDE].iter().map(|pixel| (pixel * 255.0).round() as u8);
    assert!(strip[feed.rows(next)[place] as usize].seen.pixels.iter().copied().eq(seen));
}

#[test]
fn it_pauses_between_two_steps_and_goes_on() {
    let script = |event: &Event| match event {
        Event::Tick { run, pulse, .. } if (30..60).contains(&pulse.step) => vec![Command::Pause { run: *run }],
        _ => vec![],
    };
    let mut talk = Talk::with(Rules::eager(), |path, _| Some(Ok(good(path))), script);
    talk.start(1, "softmax", &[]);
    let events = talk.say(Command::Train { run: 1, until: Some(150) });
    let paused = step(&events);
    assert!((30..150).contains(&paused), "{paused}");
    assert_eq!(phases(&events).last(), Some(&Phase::Paused));
    let events = talk.say(Command::Train { run: 1, until: Some(150) });
    assert_eq!(curve(&events, "loss/train")[0].0, paused + 1);
    assert_eq!(step(&events), 150);
}

#[test]
fn a_benchmark_pauses_a_run_measures_and_leaves_its_curve_as_it_was() {
    let bench = |run| Command::Bench { run, words: "workload=softmax&batch=4&count=2&repeats=2".into() };
    let mut asked = false;
    let script = move |event: &Event| match event {
        Event::Tick { run, pulse, .. } if pulse.step > 30 && !std::mem::replace(&mut asked, true) => vec![bench(*run)],
        _ => vec![],
    };
    let mut talk = Talk::with(Rules::eager(), |path, _| Some(Ok(good(path))), script);
    assert!(talk.say(bench(1)).is_empty(), "before any run");
    talk.start(1, "softmax", &[]);
    let events = talk.say(Command::Train { run: 1, until: Some(150) });
    let paused = events.iter().position(|event| *event == Event::Phase { run: 1, phase: Phase::Paused }).unwrap();
    let told = |event: &Event| match event {
        Event::Benched { run: 1, text } => Some(text.clone()),
        _ => None,
    };
    assert!(events[..paused].iter().all(|event| told(event).is_none()), "it is measured in a pause");
    let texts: Vec<_> = events.iter().filter_map(told).collect();
    assert!(texts.len() == 2 && !texts[0].contains("```json") && texts[1].contains("```json"), "{texts:?}");
    assert!(texts[1].contains("| softmax | 4 |") && texts[1].contains("\"loss/train\":[2.3025"), "{}", texts[1]);
    let step = step(&events);
    assert!((30..150).contains(&step), "{step}");
    let rest = curve(&talk.say(Command::Train { run: 1, until: Some(150) }), "loss/train");
    let mut other = Talk::new();
    other.start(1, "softmax", &[]);
    let whole = curve(&other.say(Command::Train { run: 1, until: Some(150) }), "loss/train");
    assert_eq!(rest, whole[step as usize..]);
    let unknown = troubles(&talk.say(Command::Bench { run: 1, words: "workload=x".into() }));
    assert_eq!(unknown, [(Fault::UnknownRecipe { name: "x".into() }, false)]);
}

#[test]
fn a_step_is_one_step() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    for made in 1..=3 {
        let events = talk.say(Command::Step { run: 1 });
        assert_eq!(curve(&events, "loss/train").len(), 1);
        assert_eq!((step(&events), phases(&events).last()), (made, Some(&Phase::Paused)));
    }
}

#[test]
fn a_hot_knob_acts_and_a_wrong_one_is_a_notice() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let plain = curve(&talk.say(Command::Train { run: 1, until: Some(5) }), "loss/train");
    talk.start(2, "softmax", &[]);
    let turn = |knob: &str, value| Command::Retune { run: 2, knob: knob.into(), value };
    assert!(troubles(&talk.say(turn("learning-rate", Value::Real(0.5)))).is_empty());
    let retuned = curve(&talk.say(Command::Train { run: 2, until: Some(5) }), "loss/train");
    assert_eq!(plain[0], retuned[0]);
    assert_ne!(plain[4], retuned[4]);
    let unknown = troubles(&talk.say(turn("no-such-knob", Value::Real(0.5))));
    assert!(matches!(unknown[..], [(Fault::UnknownKnob { .. }, false)]), "{unknown:?}");
    let clamped = troubles(&talk.say(turn("learning-rate", Value::Real(1e9))));
    assert!(matches!(clamped[..], [(Fault::Clamped { .. }, false)]), "{clamped:?}");
}

#[test]
fn commands_to_another_run_are_dropped() {
    let mut talk = Talk::new();
    for command in [Command::Train { run: 1, until: None }, Command::Pause { run: 1 }, Command::Reload { run: 1 }] {
        assert!(talk.say(command).is_empty(), "before any run");
    }
    talk.start(1, "softmax", &[]);
    talk.start(2, "softmax", &[]);
    let stale = vec![
        Command::Train { run: 1, until: Some(5) },
        Command::Step { run: 1 },
        Command::Watch { run: 1, views: vec![View::Filters] },
        Command::Painted { run: 3, frame: 1 },
        Command::Evaluate { run: 1 },
        Command::Save { run: 1 },
    ];
    for command in stale {
        assert!(talk.say(command.clone()).is_empty(), "{command:?}");
    }
    assert_eq!(step(&talk.say(Command::Step { run: 2 })), 1);
}

#[test]
fn garbage_is_answered_and_forgotten() {
    let mut talk = Talk::new();
    let fault = Fault::Garbled { detail: "noise".into() };
    assert_eq!(troubles(&talk.post(Post::Command(Err(fault.clone())))), [(fault, false)]);
    assert!(talk.post(Post::File { path: "no/such/file".into(), outcome: Ok(vec![1]) }).is_empty());
    assert_eq!(phases(&talk.start(1, "softmax", &[])).last(), Some(&Phase::Ready));
}

#[test]
fn an_unknown_name_fails_and_the_next_start_does_not() {
    let mut talk = Talk::new();
    let events = talk.start(1, "no-such-recipe", &[]);
    assert_eq!(troubles(&events), [(Fault::UnknownRecipe { name: "no-such-recipe".into() }, true)]);
    assert_eq!(phases(&events), [Phase::Preparing, Phase::Failed]);
    assert!(talk.say(Command::Train { run: 1, until: None }).is_empty());
    let setup = Setup { recipe: "softmax".into(), data: "nowhere".into(), knobs: vec![] };
    let events = talk.say(Command::Start { run: 2, setup, snapshot: None });
    assert_eq!(troubles(&events), [(Fault::UnknownData { name: "nowhere".into() }, true)]);
    let events = talk.start(3, "softmax", &[("nonsense", Value::Switch(true))]);
    let notices = events
        .iter()
        .find_map(|event| if let Event::Started { notices, .. } = event { Some(notices.len()) } else { None });
    assert_eq!((notices, phases(&events).last()), (Some(1), Some(&Phase::Ready)));
}

#[test]
fn a_chunk_that_fails_twice_is_tried_a_third_time() {
    let server = |path: &str, tries: u32| {
        Some(match (path, tries) {
            ("tiny/2", 1) => Err(ChunkCause::Status(503)),
            ("tiny/2", 2) => Ok(vec![0; good(path).len()]),
            _ => Ok(good(path)),
        })
    };
    let mut talk = Talk::with(Rules::eager(), server, |_| vec![]);
    talk.start(1, "softmax", &[]);
    assert_eq!(step(&talk.say(Command::Train { run: 1, until: Some(12) })), 12);
    assert!(troubles(&talk.all()).is_empty());
    assert_eq!(*talk.place.delays.borrow(), [0.0, 0.0, 0.0, 400.0, 800.0]);
}

#[test]
fn a_chunk_that_is_refused_is_told_and_waited_for_until_a_reload_brings_it() {
    let server = |path: &str, tries: u32| {
        Some(if path == "tiny/2" && tries <= 3 { Ok(good(path)[1..].to_vec()) } else { Ok(good(path)) })
    };
    let mut talk = Talk::with(Rules::eager(), server, |_| vec![]);
    let events = talk.start(1, "softmax", &[]);
    let fault = Fault::Chunk { file: "2".into(), tries: 3, cause: ChunkCause::Truncated };
    assert_eq!(troubles(&events), [(fault, false)]);
    let events = talk.say(Command::Train { run: 1, until: Some(12) });
    assert_eq!((phases(&events).last(), step(&events)), (Some(&Phase::Waiting), 6), "the first chunk has 48 samples");
    let events = talk.say(Command::Reload { run: 1 });
    assert_eq!((phases(&events), step(&events)), (vec![Phase::Training, Phase::Paused], 12));
}

#[test]
fn a_slow_download_does_not_change_the_curve() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let quick = curve(&talk.say(Command::Train { run: 1, until: Some(30) }), "loss/train");
    let mut talk = Talk::with(Rules::eager(), |_, _| None, |_| vec![]);
    talk.start(1, "softmax", &[]);
    talk.say(Command::Train { run: 1, until: Some(30) });
    for chunk in [2, 1, 0] {
        let path = format!("tiny/{chunk}");
        let outcome = Ok(good(&path));
        talk.post(Post::File { path, outcome });
    }
    assert_eq!(curve(&talk.all(), "loss/train"), quick);
}

#[test]
fn a_snapshot_goes_on_as_the_run_would_have() {
    for recipe in ["softmax", "perceptron"] {
        for rule in ["sgd", "momentum", "rmsprop", "adam", "adamw"] {
            let knobs = [("optimiser", Value::Choice(rule.into())), ("dropout", Value::Real(0.25))];
            let knobs = if recipe == "softmax" { &knobs[..1] } else { &knobs[..] };
            let mut talk = Talk::new();
            talk.start(1, recipe, knobs);
            let events = talk.say(Command::Train { run: 1, until: Some(17) });
            let (step, bytes) = snapshots(&events).pop().expect("a pause saves");
            assert_eq!(step, 17);
            let whole = curve(&talk.say(Command::Train { run: 1, until: Some(40) }), "loss/train");
            let mut other = Talk::new();
            let events = other.say(start(2, recipe, knobs, Some(bytes)));
            assert_eq!(phases(&events).last(), Some(&Phase::Paused), "{:?}", troubles(&events));
            let resumed = curve(&other.say(Command::Train { run: 2, until: Some(40) }), "loss/train");
            assert_eq!(resumed.len(), 23);
            assert_eq!(resumed, whole, "{recipe} with {rule}");
        }
    }
}

/// A run may be lost after its optimiser was switched and before it was saved anew: it goes on as the switched one would have.
#[test]
fn a_snapshot_goes_on_with_another_optimiser() {
    for (before, after) in [("sgd", "adam"), ("adam", "sgd"), ("rmsprop", "momentum"), ("adam", "adamw")] {
        let rule = |name: &str| Value::Choice(name.to_owned().into());
        let mut talk = Talk::new();
        talk.start(1, "softmax", &[("optimiser", rule(before))]);
        let (_, bytes) = snapshots(&talk.say(Command::Train { run: 1, until: Some(17) })).pop().expect("a pause saves");
        talk.say(Command::Retune { run: 1, knob: "optimiser".into(), value: rule(after) });
        let whole = curve(&talk.say(Command::Train { run: 1, until: Some(40) }), "loss/train");
        let mut other = Talk::new();
        let events = other.say(start(2, "softmax", &[("optimiser", rule(after))], Some(bytes)));
        assert_eq!(phases(&events).last(), Some(&Phase::Paused), "{:?}", troubles(&events));
        assert_eq!(
            curve(&other.say(Command::Train { run: 2, until: Some(40) }), "loss/train"),
            whole,
            "{before}, {after}"
        );
    }
}

#[test]
fn a_snapshot_that_was_asked_for_comes_before_the_next_run() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    talk.say(Command::Train { run: 1, until: Some(3) });
    talk.place.posts.borrow_mut().push_back(Post::Command(Ok(Command::Save { run: 1 })));
    let events = talk.start(2, "softmax", &[]);
    assert_eq!(snapshots(&events).iter().map(|(step, _)| *step).collect::<Vec<_>>(), [3]);
    let at = |sought: fn(&Event) -> bool| events.iter().position(sought).expect("it is there");
    assert!(
        at(|it| matches!(it, Event::Snapshot { run: 1, .. })) < at(|it| matches!(it, Event::Started { run: 2, .. }))
    );
}

#[test]
fn a_snapshot_that_does_not_fit_is_refused() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let (_, bytes) = snapshots(&talk.say(Command::Save { run: 1 })).pop().unwrap();
    let cut = bytes[..bytes.len() - 1].to_vec();
    for (run, recipe, bytes) in
        [(2, "softmax", vec![]), (3, "softmax", vec![7; 100]), (4, "softmax", cut), (5, "perceptron", bytes)]
    {
        let events = talk.say(start(run, recipe, &[], Some(bytes)));
        assert!(matches!(troubles(&events)[..], [(Fault::Snapshot { .. }, true)]), "{:?}", troubles(&events));
        assert_eq!(phases(&events).last(), Some(&Phase::Failed));
    }
}

#[test]
fn a_run_that_diverges_stops_and_says_where() {
    let knobs = [
        ("optimiser", Value::Choice("sgd".into())),
        ("learning-rate", Value::Real(10.0)),
        ("weight-decay", Value::Real(1.0)),
    ];
    let mut talk = Talk::new();
    talk.start(1, "perceptron", &knobs);
    let events = talk.say(Command::Train { run: 1, until: Some(1000) });
    let [(Fault::Diverged { step }, true)] = troubles(&events)[..] else { panic!("{:?}", troubles(&events)) };
    assert_eq!(phases(&events).last(), Some(&Phase::Failed));
    assert!(curve(&events, "loss/train").iter().all(|(at, loss)| *at < step && loss.is_finite()));
    assert!(talk.say(Command::Train { run: 1, until: None }).is_empty());
    assert_eq!(phases(&talk.start(2, "softmax", &[])).last(), Some(&Phase::Ready));
}

#[test]
fn no_second_frame_of_a_view_before_the_first_is_painted() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let events = talk.say(Command::Watch { run: 1, views: vec![View::Filters] });
    let [(frame, 0, Body::Layers(layers))] = &frames(&events, View::Filters)[..] else { panic!("{events:?}") };
    assert!(!layers.is_empty());
    let events = talk.say(Command::Train { run: 1, until: Some(2000) });
    assert!(frames(&events, View::Filters).is_empty(), "the first is not painted");
    assert!(frames(&talk.say(Command::Painted { run: 1, frame: frame + 9 }), View::Filters).is_empty());
    let events = talk.say(Command::Painted { run: 1, frame: *frame });
    assert!(matches!(frames(&events, View::Filters)[..], [(_, 2000, _)]), "{events:?}");
}

#[test]
fn frames_and_ticks_keep_their_distance() {
    let painter = |event: &Event| match event {
        Event::Frame { run, frame, .. } => vec![Command::Painted { run: *run, frame: *frame }],
        _ => vec![],
    };
    let mut talk = Talk::with(Rules::eager(), |path, _| Some(Ok(good(path))), painter);
    talk.start(1, "softmax", &[]);
    talk.say(Command::Watch { run: 1, views: vec![View::Filters] });
    let began = talk.place.clock.get();
    let events = talk.say(Command::Train { run: 1, until: Some(2000) });
    let seconds = (talk.place.clock.get() - began) / 1000.0;
    let ticks = events.iter().filter(|event| matches!(event, Event::Tick { .. })).count() as f64;
    let shown = frames(&events, View::Filters).len() as f64;
    assert!(ticks <= 10.0 * seconds + 3.0 && ticks >= 5.0 * seconds, "{ticks} ticks in {seconds} s");
    assert!(shown <= 5.0 * seconds + 3.0 && shown >= 2.0 * seconds, "{shown} frames in {seconds} s");
}

#[test]
fn a_drawing_is_read_and_an_empty_pad_abstains() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    talk.say(Command::Watch { run: 1, views: vec![View::Reading, View::Activations] });
    let drawing = |strokes| Some(Probe::Drawing { strokes, prepared: true });
    let dot = Stroke { width: 0.1, points: vec![[0.5, 0.5]] };
    let mut ask = |probe| {
        let events = talk.say(Command::Probe { run: 1, probe });
        let readings = frames(&events, View::Reading);
        for event in &events {
            if let Event::Frame { frame, .. } = event {
                talk.say(Command::Painted { run: 1, frame: *frame });
            }
        }
        readings
            .into_iter()
            .map(|(_, _, body)| if let Body::Reading(reading) = body { reading } else { panic!() })
            .next()
    };
    assert_eq!(ask(None), None);
    let reading = ask(drawing(vec![dot])).unwrap();
    let Answer::Probabilities(shares) = &reading.answer else { panic!("{reading:?}") };
    assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6 && shares.len() == 3);
    assert_eq!((reading.by, reading.truth, reading.seen.pixels), (Opinion::Current, None, vec![128; SIDE * SIDE]));
    let reading = ask(drawing(vec![])).unwrap();
    assert_eq!((reading.answer, reading.seen.pixels), (Answer::Abstain, vec![0; SIDE * SIDE]));
    let reading = ask(Some(Probe::Sample { split: Split::Test, index: 4 })).unwrap();
    assert_eq!(reading.truth, Some(1));
    assert_eq!(ask(Some(Probe::Sample { split: Split::Test, index: 4_000_000_000 })), None);
}

#[test]
fn the_shipped_checkpoint_answers_until_the_run_has_made_a_step() {
    let mut talk = Talk::new();
    talk.start(1, "perceptron", &[]);
    let (_, bytes) = snapshots(&talk.say(Command::Train { run: 1, until: Some(50) })).pop().unwrap();
    let mut snapshot = Snapshot::read(&bytes).unwrap();
    snapshot.about.accuracy = Some(0.75);
    let bytes = snapshot.write().unwrap();
    let server = move |path: &str, _| Some(Ok(if path.ends_with("s") { bytes.clone() } else { good(path) }));
    let mut talk = Talk::of(SHIPPED_SHOP, Rules::eager(), server, |_| vec![]);
    talk.start(1, "softmax", &[]);
    talk.say(Command::Watch { run: 1, views: vec![View::Reading] });
    let probe = Some(Probe::Sample { split: Split::Test, index: 0 });
    let events = talk.say(Command::Probe { run: 1, probe });
    let [(frame, 0, Body::Reading(reading))] = &frames(&events, View::Reading)[..] else { panic!("{events:?}") };
    let title = zoo().iter().map(|entry| (entry.card)()).find(|card| card.name == "perceptron").unwrap().title;
    assert_eq!(reading.by, Opinion::Shipped { title, accuracy: 0.75 });
    talk.say(Command::Painted { run: 1, frame: *frame });
    let events = talk.say(Command::Step { run: 1 });
    let [(_, 1, Body::Reading(reading))] = &frames(&events, View::Reading)[..] else { panic!("{events:?}") };
    assert_eq!(reading.by, Opinion::Current);
    assert!(troubles(&talk.all()).is_empty());
}

#[test]
fn confusion_and_mistakes_agree_with_the_accuracy() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let views = vec![View::Confusion, View::Mistakes];
    let events = [talk.say(Command::Watch { run: 1, views }), talk.say(Command::Evaluate { run: 1 })].concat();
    let accuracy = curve(&events, "accuracy/test")[0].1;
    let (_, _, Body::Confusion(Confusion { classes, counts, bins })) = &frames(&events, View::Confusion)[0] else {
        panic!("{events:?}")
    };
    let right: u32 = (0..*classes).map(|class| counts[(class * classes + class) as usize]).sum();
    assert_eq!(counts.iter().sum::<u32>(), 30);
    let binned = bins.iter().fold((0, 0), |(all, good), bin| (all + bin.count, good + bin.right));
    assert_eq!(binned, (30, right));
    assert!((accuracy - 100.0 * right as f32 / 30.0).abs() < 1e-4);
    let (_, _, Body::Gallery(gallery)) = &frames(&events, View::Mistakes)[0] else { panic!("{events:?}") };
    assert_eq!((gallery.wrong, gallery.of), (30 - right, 30));
    assert!(gallery.tiles.is_sorted_by(|one, other| one.confidence >= other.confidence));
    assert!(gallery.tiles.iter().all(|tile| tile.truth == tile.index % 3 && tile.guess != tile.truth));
}

/// On principal axes, in deviations, test codes have mean 0, variance 1 and no correlation; a place decodes to what the
/// plane shows there; the probe's Gaussian is projected.
#[test]
fn the_latent_plane_turns_to_principal_axes() {
    let paint = |event: &Event| match event {
        Event::Frame { run, frame, .. } => vec![Command::Painted { run: *run, frame: *frame }],
        _ => vec![],
    };
    let mut talk = Talk::with(Rules::eager(), |path, _| Some(Ok(good(path))), paint);
    talk.start(1, "vae", &[("latent", Value::Whole(5))]);
    talk.say(Command::Train { run: 1, until: Some(40) });
    let plane = |events: &[Event]| match frames(events, View::Latent).pop() {
        Some((_, _, Body::Latent(latent))) => latent,
        other => panic!("{other:?}"),
    };
    talk.say(Command::Probe { run: 1, probe: Some(Probe::Sample { split: Split::Test, index: 0 }) });
    let plain = plane(&talk.say(Command::Watch { run: 1, views: vec![View::Latent, View::Decoded] }));
    assert!(
        plain.principal.is_none() && plain.probe.is_some_and(|probe| probe.2.abs() < 1e-6),
        "latents are independent"
    );
    let latent = plane(&talk.say(Command::Turn { run: 1, axes: Axes::Principal, class: 0 }));
    let principal = latent.principal.unwrap();
    let [first, second] = principal.shares;
    assert!(second > 0.0 && first >= second && first + second <= 1.0 + 1e-4, "{first} {second}");
    let count = latent.codes.len() as f32;
    let mean = |of: &dyn Fn([f32; 2]) -> f32| latent.codes.iter().map(|(place, _)| of(*place)).sum::<f32>() / count;
    let moments =
        [mean(&|p| p[0]), mean(&|p| p[1]), mean(&|p| p[0] * p[0]), mean(&|p| p[1] * p[1]), mean(&|p| p[0] * p[1])];
    for (found, expected) in moments.into_iter().zip([0.0, 0.0, 1.0, 1.0, 0.0]) {
        assert!((found - expected).abs() < 1e-2, "{moments:?}");
    }
    let (place, spread, correlation) = latent.probe.unwrap();
    assert!(
        place.iter().zip(latent.codes[0].0).all(|(one, other)| (one - other).abs() < 1e-4),
        "the first test sample"
    );
    assert!(spread.iter().all(|deviation| *deviation > 0.0) && correlation.abs() <= 1.0);
    // The upper right corner: (3, 3).
    let code = (0..5).map(|at| principal.mean[at] + 3.0 * (principal.axes[0][at] + principal.axes[1][at])).collect();
    let events = talk.say(Command::Decode { run: 1, codes: Some(Codes::Given(vec![code])) });
    let Some((_, _, Body::Decoded(decoded))) = frames(&events, View::Decoded).pop() else { panic!("{events:?}") };
    let corner = &latent.decoded[latent.side as usize - 1];
    let pairs = decoded[0].picture.pixels.iter().zip(&corner.pixels);
    assert!(pairs.clone().all(|(one, other)| one.abs_diff(*other) <= 1), "{:?}", pairs.collect::<Vec<_>>());
}

#[test]
fn a_queued_device_makes_the_same_run() {
    let mut talk = Talk::new();
    talk.start(1, "softmax", &[]);
    let eager = curve(&talk.say(Command::Train { run: 1, until: Some(100) }), "loss/train");
    let mut talk = Talk::with(Rules::queued(), |path, _| Some(Ok(good(path))), |_| vec![]);
    talk.start(1, "softmax", &[]);
    assert_eq!(curve(&talk.say(Command::Train { run: 1, until: Some(100) }), "loss/train"), eager);
}

#[test]
fn the_device_passes_its_test() {
    let device = Device::flex();
    let mut test = Box::pin(selftest(&device));
    let done = test.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(done, Poll::Ready(Ok(())));
}
