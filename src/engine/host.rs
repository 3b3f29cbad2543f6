//! A worker's life: commands in, one session at a time, events out; the same in a browser and in a test.

mod bench;
mod files;
mod own;

use std::future::Future;
use std::rc::Rc;

use burn::tensor::Device;

use crate::data::DataSet;
use crate::data::own::Own;
use crate::protocol::{ChunkCause, Command, DeviceCard, Event, Fault, Phase, RunId, Setup, Value};

use self::files::{fetch_next, report};
use super::alumni::Alumni;
use super::bench::Workload;
use super::bench::ceiling::Ceiling;
use super::feed::{Feed, Shelf};
use super::loader::Loader;
use super::pace::{Pace, Rules};
use super::recipe::Entry;
use super::session::{Around, Plan, Session, Work, warm_up};
use super::shipped::Shipped;
use super::snapshot::Snapshot;

/// What a host is told.
#[derive(Debug)]
pub enum Post {
    /// The page's word, or why it could not be read.
    Command(Result<Command, Fault>),
    /// What came of [`Place::fetch`].
    File {
        /// As asked for.
        path: String,
        /// The file, unpacked if it was packed.
        outcome: Result<Vec<u8>, ChunkCause>,
    },
}

/// Where a host lives: its clock, its breath, its mailbox.
pub trait Place {
    /// Milliseconds since some fixed moment.
    fn now(&self) -> f64;
    /// Bytes of memory held.
    fn memory(&self) -> u64;
    /// Says something to the page.
    fn send(&self, event: Event);
    /// The oldest post, if there is one.
    fn take(&self) -> Option<Post>;
    /// Begins to fetch a file, `delay` milliseconds from now; the answer comes as a [`Post::File`].
    fn fetch(&self, path: String, delay: f64);
    /// Lets others run.
    fn breathe(&self) -> impl Future<Output = ()>;
    /// Sleeps until there is post.
    fn wait(&self) -> impl Future<Output = ()>;
}

/// What a host is built from.
pub struct Rig {
    /// Where models train, without autodiff.
    pub device: Device,
    /// What the page is told of it.
    pub card: DeviceCard,
    /// The models.
    pub recipes: Vec<Entry>,
    /// The data sets.
    pub datasets: &'static [&'static DataSet],
    /// How the device wants to be driven.
    pub rules: Rules,
    /// What its speed is measured by.
    pub workloads: &'static [Workload],
}

/// A data set in use.
struct Store {
    shelf: Shelf,
    loader: Loader,
    shipped: Option<Shipped>,
    /// The checkpoint was asked for.
    asked: bool,
}

struct Host<'a, P> {
    place: &'a P,
    rig: Rig,
    /// What the reader brought.
    own: Vec<Rc<Own>>,
    stores: Vec<Store>,
    session: Option<Session>,
    alumni: Alumni,
    /// What the device reaches at its best, once it has been measured.
    ceiling: Option<Ceiling>,
}

/// Greets the page, then does as it asks, for ever.
pub async fn serve<P: Place>(place: &P, rig: Rig) {
    let mut host = Host {
        place,
        rig,
        own: Vec::new(),
        stores: Vec::new(),
        session: None,
        alumni: Alumni::default(),
        ceiling: None,
    };
    host.greet();
    loop {
        while let Some(post) = place.take() {
            host.hear(post).await;
        }
        match host.advance().await {
            Work::Idle => place.wait().await,
            Work::Read if host.rig.rules.queued => host.breathe().await,
            Work::Read | Work::Done => {
                if host.session.as_mut().is_some_and(|session| session.pace().breath_due(place.now())) {
                    host.breathe().await;
                }
            }
        }
    }
}

impl<P: Place> Host<'_, P> {
    async fn breathe(&mut self) {
        self.place.breathe().await;
        let now = self.place.now();
        if let Some(session) = &mut self.session {
            session.pace().breathed(now);
        }
    }

    async fn hear(&mut self, post: Post) {
        match post {
            Post::Command(Ok(Command::Start { run, setup, snapshot })) => self.start(run, setup, snapshot).await,
            Post::Command(Ok(Command::Bench { run, words })) => self.bench(run, &words).await,
            Post::Command(Ok(Command::Bring { bytes })) => self.bring(&bytes).await,
            Post::Command(Ok(command)) => self.obey(command),
            Post::Command(Err(fault)) => self.place.send(Event::Trouble { run: None, fault, fatal: false }),
            Post::File { path, outcome } => self.landed(&path, outcome),
        }
        self.speak();
    }

    /// Passes on what the session said.
    fn speak(&mut self) {
        for event in self.session.as_mut().map(Session::said).unwrap_or_default() {
            self.place.send(event);
        }
    }

    /// All commands but `Start`, `Bench` and `Bring`, which go to the run that they name and nowhere else.
    fn obey(&mut self, command: Command) {
        let now = self.place.now();
        let Some(session) = self.session.as_mut().filter(|session| Some(session.run()) == run(&command)) else {
            return;
        };
        let Some(store) = of(&mut self.stores, session) else { return };
        match command {
            Command::Start { .. } | Command::Bench { .. } | Command::Bring { .. } => {}
            Command::Train { until, .. } => session.train(until, now),
            Command::Pause { .. } => session.pause(&store.shelf, now),
            Command::Step { .. } => session.step_once(now),
            Command::Retune { run, knob, value } => {
                let turned = store.shelf.turn(&knob, &value);
                if let Err(fault) = turned.unwrap_or_else(|| session.turn(&knob, &value, now)) {
                    self.place.send(Event::Trouble { run: Some(run), fault, fatal: false });
                }
            }
            Command::Watch { views, .. } => session.watch(&views),
            Command::Probe { probe, .. } => session.look(probe),
            Command::Decode { codes, .. } => session.decode(codes),
            Command::Turn { axes, class, .. } => session.turn_plane(axes, class),
            Command::Painted { frame, .. } => session.painted(frame),
            Command::Evaluate { .. } => session.evaluate(&store.shelf, now),
            Command::Save { .. } => session.save(now),
            Command::Act { .. } => session.act(&store.shelf, now),
            Command::Reload { .. } => {
                store.loader.forgive();
                fetch_next(self.place, store);
            }
        }
    }

    /// Builds a run in the place of the present one, whose model is kept.
    async fn start(&mut self, run: RunId, setup: Setup, snapshot: Option<Vec<u8>>) {
        // A snapshot that was asked for comes before the next run, also where both words came at once.
        if self.session.as_ref().is_some_and(Session::owes_snapshot) {
            self.advance().await;
        }
        self.session.take().and_then(Session::retire).into_iter().for_each(|alumnus| self.alumni.admit(alumnus));
        self.rig.device.memory_cleanup();
        self.place.send(Event::Phase { run, phase: Phase::Preparing });
        if let Err(fault) = self.build(run, setup, snapshot).await {
            match &mut self.session {
                Some(session) => session.fail(fault),
                None => {
                    self.place.send(Event::Trouble { run: Some(run), fault, fatal: true });
                    self.place.send(Event::Phase { run, phase: Phase::Failed });
                }
            }
        }
    }

    async fn build(&mut self, run: RunId, setup: Setup, snapshot: Option<Vec<u8>>) -> Result<(), Fault> {
        let entry = entry(&self.rig, &setup.recipe)?;
        let (card, build) = (entry.among(&self.cards()), entry.build);
        if !card.data.contains(&setup.data.as_str().into()) {
            return Err(Fault::UnknownData { name: setup.data });
        }
        let snapshot = snapshot.map(|bytes| Snapshot::read(&bytes)).transpose()?;
        let store = self.open(&setup.data)?;
        let device = self.rig.device.clone().autodiff();
        let shelf = &mut self.stores[store].shelf;
        let knobs = shelf.foreign(&setup.knobs);
        let clamped = shelf.adopt(&setup.knobs);
        let shape = shelf.shape_to_make();
        let (mut learner, mut notices) = build(&knobs, &shape, &device);
        notices.extend(clamped);
        let step = match &snapshot {
            Some(snapshot) => snapshot.resume(&setup, &mut *learner)?,
            None => 0,
        };
        self.alumni.recall(&setup.recipe, &setup.data, step);
        let mut values = learner.values();
        let seed = whole(&values, "seed").unwrap_or_default();
        if shelf.make(seed) {
            report(self.place, shelf);
        }
        let feed = Feed::new(shelf, seed, whole(&values, "batch-size").unwrap_or(64) as usize);
        values.extend(shelf.values().iter().cloned());
        let (batch, slice) = (feed.batch_size(), self.rig.rules.slice);
        let parameters = learner.parameters() as u64;
        self.place.send(Event::Started { run, parameters, knobs: values, notices, step });
        let pace = Pace::new(self.rig.rules, self.place.now());
        let (data, autodiff) = (setup.data, device.clone());
        let mut session =
            Session::new(Plan { run, card, learner, device: autodiff, feed, seed, data, shape, step, pace });
        session.enter(Phase::Compiling);
        self.session = Some(session);
        self.speak();
        // The page paints the phase before a GPU's driver may keep everything busy.
        self.place.breathe().await;
        let (mut scratch, _) = build(&knobs, &shape, &device);
        warm_up(&mut *scratch, shape, batch, slice, &device).await?;
        let phase = if step == 0 { Phase::Ready } else { Phase::Paused };
        let Some(session) = &mut self.session else { return Ok(()) };
        session.enter(phase);
        // Weights that come from another data set are tested on this one before they learn it.
        if snapshot.is_some() && step == 0 {
            session.evaluate(&self.stores[store].shelf, self.place.now());
        }
        Ok(())
    }

    async fn advance(&mut self) -> Work {
        let Some(session) = &mut self.session else { return Work::Idle };
        let Some(store) = of(&mut self.stores, session) else { return Work::Idle };
        let now = self.place.now();
        // Here and not where a knob is turned: of many turns in a row only the last is made.
        if store.shelf.remake() {
            session.remade(&store.shelf, now);
        }
        let around = Around {
            shelf: &store.shelf,
            shipped: store.shipped.as_ref(),
            alumni: &self.alumni,
            now,
            memory: self.place.memory(),
        };
        let work = session.advance(&around).await.unwrap_or_else(|fault| {
            session.fail(fault);
            Work::Done
        });
        self.speak();
        work
    }
}

/// The store of the data set that a session learns.
fn of<'a>(stores: &'a mut [Store], session: &Session) -> Option<&'a mut Store> {
    stores.iter_mut().find(|store| store.shelf.card().name == session.data())
}

fn entry<'a>(rig: &'a Rig, recipe: &str) -> Result<&'a Entry, Fault> {
    let entry = rig.recipes.iter().find(|entry| (entry.card)().name == recipe);
    entry.ok_or_else(|| Fault::UnknownRecipe { name: recipe.to_owned() })
}

fn whole(values: &[(String, Value)], name: &str) -> Option<u64> {
    values.iter().find_map(|(known, value)| match value {
        Value::Whole(value) if known == name => u64::try_from(*value).ok(),
        _ => None,
    })
}

/// The run that a command is for; what is brought is for all.
fn run(command: &Command) -> Option<RunId> {
    Some(match command {
        Command::Bring { .. } => return None,
        Command::Start { run, .. }
        | Command::Train { run, .. }
        | Command::Pause { run }
        | Command::Step { run }
        | Command::Retune { run, .. }
        | Command::Watch { run, .. }
        | Command::Probe { run, .. }
        | Command::Decode { run, .. }
        | Command::Turn { run, .. }
        | Command::Painted { run, .. }
        | Command::Evaluate { run }
        | Command::Save { run }
        | Command::Reload { run }
        | Command::Act { run }
        | Command::Bench { run, .. } => *run,
    })
}
