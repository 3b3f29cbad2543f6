//! Conversations with a host that is asked what all models that it has trained say of one picture.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use crate::support::talk::Talk as Host;
use crate::support::{choice, numbers, real, row};
use burn::tensor::{Device, Int, Tensor, TensorData};
use kiln::data::{DataSet, Making, Samples, Source, Values};
use kiln::engine::alumni::KEPT;
use kiln::engine::recipe::{Batch, Learner, Shape};
use kiln::engine::snapshot::Snapshot;
use kiln::protocol::{
    Answer, Body, Command, DataCard, Event, Opinions, Phase, Probe, Setup, Split, Stroke, Value, View, Voice, text,
};
use kiln::zoo::zoo;

const SIDE: usize = 4;
const SHAPE: Shape = Shape { channels: 1, height: SIDE, width: SIDE, classes: 3, apart: None };
const TEST: usize = 12;

/// The same pictures under four names.
static SHOP: &[&DataSet] = &[&set(|| card("one")), &set(|| card("two")), &set(|| card("three")), &set(|| card("four"))];

const fn set(card: fn() -> DataCard) -> DataSet {
    DataSet { card, source: Source::Made { make, card: |card, _| card }, prepare, paper: 0.0, shipped: None }
}

fn card(name: &'static str) -> DataCard {
    DataCard {
        name: name.into(),
        title: text("Tiny", "微型"),
        blurb: text("Bars.", "条纹。"),
        shape: [1, SIDE as u32, SIDE as u32],
        apart: None,
        classes: vec![text("0", "0"), text("1", "1"), text("2", "2")],
        train: 96,
        test: TEST as u32,
        attribution: text("", ""),
        drawable: true,
        judged: false,
        modes: None,
        knobs: Vec::new(),
    }
}

fn make(_: &Making, split: Split) -> Samples {
    let count = if split == Split::Train { 96 } else { TEST };
    let pixels = (0..count).flat_map(|index| (0..SIDE * SIDE).map(move |at| pixel(index, at))).collect();
    Samples { values: Values::Bytes(pixels), labels: (0..count).map(|index| (index % 3) as u8).collect() }
}

/// A bar in the row of the class, over a little that differs from sample to sample.
fn pixel(index: usize, at: usize) -> u8 {
    let bar = if at / SIDE == index % 3 { 180 } else { 0 };
    bar + ((index * 31 + at * 17) % 60) as u8
}

fn prepare(strokes: &[Stroke], _: bool) -> Option<Vec<f32>> {
    (!strokes.is_empty()).then(drawn)
}

/// What every drawing looks like.
fn drawn() -> Vec<f32> {
    (0..SIDE * SIDE).map(|at| if at / SIDE == 1 { 0.75 } else { 0.125 }).collect()
}

struct Talk {
    host: Host,
    run: u32,
}

impl Talk {
    fn new() -> Self {
        Self { host: Host::without_files(zoo(), SHOP), run: 0 }
    }

    fn say(&mut self, command: Command) -> Vec<Event> {
        self.host.say(command)
    }

    /// Begins another run, which watches all opinions and its own reading.
    fn start(&mut self, recipe: &str, data: &str, knobs: &[(&str, Value)], snapshot: Option<Vec<u8>>) -> Vec<Event> {
        self.run += 1;
        let run = self.run;
        let small = [("batch-size", Value::Whole(8)), ("hidden", Value::Whole(8)), ("quality-every", Value::Whole(0))];
        let takes = |name: &str| {
            let entry = zoo().into_iter().find(|entry| (entry.card)().name == recipe).unwrap();
            (entry.card)().knobs.iter().any(|knob| knob.name == name)
        };
        let knobs = small.iter().chain(knobs).filter(|(name, _)| takes(name));
        let knobs = knobs.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let setup = Setup { recipe: recipe.into(), data: data.into(), knobs };
        let mut events = self.say(Command::Start { run, setup, snapshot });
        events.extend(self.say(Command::Watch { run, views: vec![View::Reading, View::Opinions] }));
        events
    }

    /// The same, and makes some steps.
    fn train(&mut self, recipe: &str, data: &str, knobs: &[(&str, Value)], steps: u64) -> Vec<Event> {
        let mut events = self.start(recipe, data, knobs, None);
        events.extend(self.say(Command::Train { run: self.run, until: Some(steps) }));
        events
    }

    fn look(&mut self, probe: Option<Probe>) -> Vec<Event> {
        let run = self.run;
        self.say(Command::Probe { run, probe })
    }

    /// What is said of this.
    fn ask(&mut self, probe: Probe) -> Opinions {
        opinions(&self.look(Some(probe))).pop().expect("a probe that changed is looked at")
    }
}

fn drawing() -> Probe {
    Probe::Drawing { strokes: vec![Stroke { width: 0.1, points: vec![[0.5, 0.5]] }], prepared: true }
}

fn test_sample(index: u32) -> Probe {
    Probe::Sample { split: Split::Test, index }
}

fn opinions(events: &[Event]) -> Vec<Opinions> {
    let body = |event: &Event| match event {
        Event::Frame { view: View::Opinions, body: Body::Opinions(opinions), .. } => Some(opinions.clone()),
        _ => None,
    };
    events.iter().filter_map(body).collect()
}

fn reading(events: &[Event]) -> Option<Vec<f32>> {
    let answer = |event: &Event| match event {
        Event::Frame { body: Body::Reading(reading), .. } => Some(reading.answer.clone()),
        _ => None,
    };
    match events.iter().rev().find_map(answer)? {
        Answer::Probabilities(shares) => Some(shares),
        Answer::Abstain => None,
    }
}

fn snapshot(events: &[Event]) -> Vec<u8> {
    let bytes = |event: &Event| if let Event::Snapshot { bytes, .. } = event { Some(bytes.clone()) } else { None };
    events.iter().rev().find_map(bytes).expect("a pause saves")
}

/// The learner that a snapshot was taken of.
fn restored(bytes: &[u8]) -> Box<dyn Learner> {
    let snapshot = Snapshot::read(bytes).unwrap();
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == *snapshot.about.recipe).unwrap();
    let (mut learner, _) = (entry.build)(&snapshot.about.knobs, &SHAPE, &Device::flex().autodiff());
    snapshot.restore(&mut *learner).unwrap();
    learner
}

/// One picture, told to be of this class.
fn batch(pixels: Vec<f32>, class: i32) -> Batch {
    let device = Device::flex();
    Batch {
        images: Tensor::from_data(TensorData::new(pixels, [1, 1, SIDE, SIDE]), &device),
        labels: Tensor::<1, Int>::from_data(TensorData::new(vec![class], [1]), &device),
    }
}

/// A model's own measures of a picture, by name.
fn measured(learner: &dyn Learner, batch: Batch) -> Vec<(String, f32)> {
    learner.outcome(batch).values.into_iter().map(|(name, value)| (name.to_owned(), numbers(value)[0])).collect()
}

fn who(opinions: &Opinions) -> Vec<(&str, u64, bool)> {
    opinions.voices.iter().map(|voice| (&*voice.recipe, voice.step, voice.present)).collect()
}

/// Three kinds of model, one after the other: each says what it said itself before another took its place.
#[test]
fn each_model_says_what_it_says_itself() {
    let mut talk = Talk::new();
    talk.train("softmax", "one", &[], 9);
    let softmax = reading(&talk.look(Some(drawing()))).unwrap();
    talk.train("perceptron", "one", &[("hidden-1", Value::Whole(8))], 12);
    let perceptron = reading(&talk.look(Some(drawing()))).unwrap();
    let vae = restored(&snapshot(&talk.train("vae", "one", &[], 15)));
    let said = talk.ask(drawing());
    assert_eq!(who(&said), [("vae", 15, true), ("perceptron", 12, false), ("softmax", 9, false)]);
    assert!(said.seen.is_some() && said.truth.is_none());
    let [of_vae, of_perceptron, of_softmax] = &said.voices[..] else { panic!("{said:?}") };
    for (voice, own) in [(of_softmax, &softmax), (of_perceptron, &perceptron)] {
        assert_eq!(&voice.probabilities, own, "{}", voice.recipe);
        assert!((own.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(voice.measures.is_empty() && voice.rebuilt.is_none() && voice.score.is_none() && voice.told.is_none());
    }
    assert_eq!(of_vae.measures, measured(&*vae, batch(drawn(), 0)));
    let names: Vec<&str> = of_vae.measures.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["loss/test", "reconstruction/test", "kl/test"]);
    let [loss, reconstruction, kl] = [0, 1, 2].map(|at| of_vae.measures[at].1);
    assert!((loss - reconstruction - kl).abs() < 1e-3 * loss.abs(), "{loss} is not {reconstruction} + {kl}");
    let generator = vae.generator().unwrap();
    let decoded = generator.generate(generator.encode(batch(drawn(), 0)).unwrap().mean, batch(drawn(), 0).labels);
    let bytes: Vec<u8> = row(decoded).iter().map(|value| (value * 255.0).round() as u8).collect();
    assert_eq!(of_vae.rebuilt.as_ref().unwrap().pixels, bytes);
    assert!(of_vae.probabilities.is_empty() && of_vae.score.is_none());
}

/// A GAN says its discriminator's score: a probability, or under a critic's loss the score itself.
#[test]
fn a_discriminator_scores_the_drawing() {
    let mut talk = Talk::new();
    let gan = restored(&snapshot(&talk.train("gan", "one", &[], 5)));
    let said = talk.ask(drawing());
    let logit = row(gan.generator().unwrap().score(batch(drawn(), 0)).unwrap().logits)[0];
    let score = said.voices[0].score.unwrap();
    assert!(said.voices[0].probability && (score - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-5, "{score} of {logit}");
    let critic = restored(&snapshot(&talk.train("gan", "one", &[("loss", choice("wgan"))], 5)));
    let said = talk.ask(drawing());
    let logit = row(critic.generator().unwrap().score(batch(drawn(), 0)).unwrap().logits)[0];
    assert!((said.voices[0].score.unwrap() - logit).abs() < 1e-5 && !said.voices[0].probability);
    // The run before stays until this one retires.
    assert_eq!(who(&said), [("gan", 5, true), ("gan", 5, false)]);
    assert_eq!(said.voices[1].score, Some(score));
}

/// A conditional model is told the label of a sample; of a drawing it says which class costs it least.
#[test]
fn a_conditional_model_is_told_a_class() {
    let mut talk = Talk::new();
    let knobs = [("conditional", Value::Switch(true))];
    let vae = restored(&snapshot(&talk.train("vae", "one", &knobs, 40)));
    let said = talk.ask(test_sample(4));
    assert_eq!((said.truth, said.voices[0].told), (Some(1), Some(1)));
    let pixels = (0..SIDE * SIDE).map(|at| f32::from(pixel(4, at)) / 255.0).collect();
    assert_eq!(said.voices[0].measures, measured(&*vae, batch(pixels, 1)));
    let said = talk.ask(drawing());
    assert_eq!((said.truth, said.voices[0].told), (None, Some(1)), "the drawing is a bar in the row of class 1");
    let events = talk.say(Command::Watch { run: talk.run, views: vec![View::Reconstructions] });
    let rebuilt = events.iter().find_map(|event| match event {
        Event::Frame { body: Body::Reconstructions(pairs), .. } => Some(pairs[0].decoded.clone()),
        _ => None,
    });
    assert_eq!(rebuilt, said.voices[0].rebuilt, "everywhere it is taken for that class");
    let gan = restored(&snapshot(&talk.train("gan", "one", &knobs, 10)));
    let said = talk.ask(drawing());
    let scores = [0, 1, 2].map(|class| row(gan.generator().unwrap().score(batch(drawn(), class)).unwrap().logits)[0]);
    let best = (0..3).max_by(|one, other| scores[*one].total_cmp(&scores[*other])).unwrap();
    assert_eq!(said.voices[0].told, Some(best as u32));
    assert!((said.voices[0].score.unwrap() - 1.0 / (1.0 + (-scores[best]).exp())).abs() < 1e-5);
}

/// By Bayes' rule: of every test sample that class is guessed whose bound is the best, and the curve says how often rightly.
#[test]
fn a_model_that_is_told_the_class_is_a_classifier() {
    let mut talk = Talk::new();
    let series = |name: &str| {
        let entry = zoo().into_iter().find(|entry| (entry.card)().name == "vae").unwrap();
        (entry.card)().series.iter().position(|its| its.name == name).unwrap()
    };
    let accuracy = |events: &[Event]| {
        let points = events.iter().filter_map(|event| match event {
            Event::Tick { points, .. } => Some(points),
            _ => None,
        });
        let at = series("accuracy/test");
        points.flatten().filter(|point| usize::from(point.series) == at).map(|point| point.value).collect::<Vec<_>>()
    };
    let knobs = [("conditional", Value::Switch(true))];
    let events = talk.train("vae", "one", &knobs, 600);
    let vae = restored(&snapshot(&events));
    let pixels: Vec<f32> = (0..TEST * SIDE * SIDE).map(|at| f32::from(pixel(at / 16, at % 16)) / 255.0).collect();
    let images = Tensor::<4>::from_data(TensorData::new(pixels, [TEST, 1, SIDE, SIDE]), &Device::flex());
    let costs = [0, 1, 2].map(|class| {
        let labels = Tensor::<1, Int>::full([TEST], class, &Device::flex());
        numbers(vae.outcome(Batch { images: images.clone(), labels }).values.remove(0).1)
    });
    let guess = |index: usize| (0..3).min_by(|one, other| costs[*one][index].total_cmp(&costs[*other][index])).unwrap();
    let right = (0..TEST).filter(|index| guess(*index) == index % 3).count();
    let curve = accuracy(&events);
    assert_eq!(curve.last(), Some(&(100.0 * right as f32 / TEST as f32)), "{curve:?}");
    assert!(right > TEST * 3 / 4, "{right} of {TEST}");
    assert_eq!(accuracy(&talk.train("vae", "one", &[], 40)), Vec::<f32>::new(), "one that is told nothing is none");
}

/// Without a picture it is known who will answer, so that the page can show the pad; a model that can only make pictures
/// has nothing to say of one.
#[test]
fn an_empty_pad_lists_who_can_answer() {
    let mut talk = Talk::new();
    assert_eq!(opinions(&talk.start("softmax", "one", &[], None)), [Opinions::default()], "nothing was learnt yet");
    talk.say(Command::Train { run: talk.run, until: Some(3) });
    let listed = |recipe: &str, step| Voice { recipe: recipe.into(), step, ..Voice::default() };
    let said = opinions(&talk.train("mmd", "one", &[], 3)).pop().unwrap();
    assert_eq!(said, Opinions { voices: vec![listed("softmax", 3)], ..Opinions::default() });
    let said = opinions(&talk.train("vae", "one", &[], 4)).pop().unwrap();
    assert_eq!(said.voices, [Voice { present: true, ..listed("vae", 4) }, listed("softmax", 3)]);
    assert!(talk.ask(drawing()).voices.iter().all(|voice| voice.measures.len() + voice.probabilities.len() == 3));
    let cleared = talk.ask(Probe::Drawing { strokes: vec![], prepared: true });
    assert_eq!((cleared.seen, cleared.voices), (None, said.voices.clone()));
    // A sample that does not exist is not looked at, and a generated one leaves the pad as it was.
    assert!(opinions(&talk.look(Some(test_sample(4_000_000_000)))).is_empty());
    let sample = talk.ask(test_sample(2));
    assert_eq!(sample.truth, Some(2));
    assert_eq!(talk.ask(Probe::Generated { index: 3 }), sample);
}

/// While the run goes on its own opinion is asked for again, with the others beside it.
#[test]
fn the_present_run_is_asked_again_as_it_goes_on() {
    let mut talk = Talk::new();
    talk.train("softmax", "one", &[], 5);
    talk.train("vae", "one", &[], 5);
    let first = talk.ask(drawing());
    let run = talk.run;
    let later = opinions(&talk.say(Command::Train { run, until: Some(400) }));
    assert!(later.len() > 1, "it is asked while it trains");
    assert!(later.iter().all(|said| said.voices[1] == first.voices[1]), "who was trained before stays as it was");
    let last = later.last().unwrap();
    assert_eq!(last.voices[0].step, 400);
    assert!(last.voices[0].measures[0].1 < first.voices[0].measures[0].1, "{last:?}");
}

#[test]
fn another_data_sets_models_stay_silent() {
    let mut talk = Talk::new();
    talk.train("softmax", "one", &[], 5);
    talk.train("vae", "two", &[], 5);
    assert_eq!(who(&talk.ask(drawing())), [("vae", 5, true)]);
    talk.start("gan", "one", &[], None);
    assert_eq!(who(&talk.ask(drawing())), [("softmax", 5, false)]);
}

#[test]
fn a_run_that_made_no_step_or_failed_is_not_kept() {
    let mut talk = Talk::new();
    talk.start("perceptron", "one", &[], None);
    let wild = [("optimiser", choice("sgd")), ("learning-rate", real(10.0)), ("weight-decay", real(1.0))];
    let events = talk.train("softmax", "one", &wild, 2000);
    assert!(events.iter().any(|event| matches!(event, Event::Phase { phase: Phase::Failed, .. })));
    talk.train("vae", "one", &[], 1);
    assert_eq!(who(&talk.ask(drawing())), [("vae", 1, true)]);
}

/// A run of the same model takes its predecessor's place only when it retires itself; a run that is gone back to is not
/// listed twice.
#[test]
fn one_is_kept_for_each_model_and_data_set() {
    let mut talk = Talk::new();
    let bytes = snapshot(&talk.train("softmax", "one", &[], 7));
    talk.start("softmax", "one", &[], None);
    assert_eq!(who(&talk.ask(drawing())), [("softmax", 7, false)], "the new run has made no step");
    talk.start("softmax", "one", &[], Some(bytes));
    assert_eq!(who(&talk.ask(drawing())), [("softmax", 7, true)], "it is gone back to");
    talk.train("softmax", "one", &[], 3);
    assert_eq!(who(&talk.ask(drawing())), [("softmax", 3, true), ("softmax", 7, false)]);
    talk.train("vae", "one", &[], 2);
    assert_eq!(who(&talk.ask(drawing())), [("vae", 2, true), ("softmax", 3, false)]);
}

#[test]
fn the_oldest_goes_when_there_are_too_many() {
    let mut talk = Talk::new();
    let sets = ["one", "two", "three", "four"];
    let runs: Vec<_> = sets.iter().flat_map(|data| ["softmax", "vae"].map(|recipe| (recipe, *data))).collect();
    for (at, (recipe, data)) in runs.iter().enumerate() {
        talk.train(recipe, data, &[], at as u64 + 1);
    }
    // The eighth is the present run: seven have retired, and the first of them is gone.
    assert_eq!(runs.len(), KEPT + 2);
    talk.start("mmd", "two", &[], None);
    assert_eq!(who(&talk.ask(drawing())), [("vae", 4, false), ("softmax", 3, false)]);
    talk.start("mmd", "one", &[], None);
    let said = talk.ask(drawing());
    assert!(who(&said).is_empty(), "both of the first set are gone: {said:?}");
}
