//! All of the page's state as signals; only `hear` writes what a run reports, and only a new run clears it.

mod breaks;
mod crew;
mod ear;
mod helm;
mod hold;
mod library;
mod news;
mod own;
mod route;
mod shown;
mod sight;
mod slow;
mod stow;

use std::sync::Arc;

use hold::{Hold, Saved};
use leptos::prelude::*;
pub use news::{News, Notice, Remedy, Said};
pub use route::wanted;
pub use shown::Shown;
use shown::shown;
pub use sight::generates;

use super::address::{Address, Theme, Wish};
use super::lang::Lang;
use super::reel::Reel;
use super::track::Track;
use super::words::Words;
use crate::protocol::{
    Act, Augmented, Axes, Card, Codes, Command, Confusion, DataCard, Decoded, DeviceCard, Fault, Finding, Gallery,
    Ladder, Latent, Layer, Opinions, Phase, Probe, Pulse, Reading, Reconstruction, Regions, RunId, Samples, Scatter,
    Scores, Series, Setup, Text, Value, View,
};

/// Where the page and its run stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// No worker has spoken yet.
    Waking,
    /// As the worker says.
    Run(Phase),
    /// No worker can be had; the notices say why.
    Dead,
}

/// Why this device runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It is the best here, and needs no reason.
    Best,
    /// The reader chose it.
    Chosen,
    /// The browser has no WebGPU.
    NoWebGpu,
    /// It has, but gives no adapter.
    NoAdapter,
    /// Its adapter of this name is only software.
    Software(String),
    /// The GPU worker would not have it.
    Unfit(Fault),
    /// The GPU worker died before.
    Lost,
    /// This copy of the page has no GPU worker.
    Absent,
    /// Its GPU worker is still being compiled, by whoever serves the page from the sources.
    Building,
}

/// What there is to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// Models.
    pub recipes: Vec<Arc<Card>>,
    /// Data sets.
    pub datasets: Vec<DataCard>,
}

/// A run that was left for another, kept so that nothing is lost.
#[derive(Clone, Debug)]
pub struct Shelf {
    run: RunId,
    setup: Setup,
    tracks: Vec<Track>,
    reels: [Reel; 2],
    step: u64,
    bytes: Option<Arc<Vec<u8>>>,
    /// Its first snapshot from here on is its last.
    once: bool,
}

/// All of the page's state; a handle that panels copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What the address said at first.
    pub address: StoredValue<Address>,
    /// The language that the page speaks; set by `speak`.
    pub lang: RwSignal<Lang>,
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// The device that the reader wishes.
    pub wish: RwSignal<Wish>,
    /// The step to pause at.
    pub until: RwSignal<Option<u64>>,
    /// What is being trained, once a catalogue is here.
    pub setup: RwSignal<Option<Setup>>,
    /// The tab that is open.
    pub view: RwSignal<View>,
    /// What is looked at.
    pub probe: RwSignal<Option<Probe>>,
    /// The step under the pointer, on all charts at once.
    pub cursor: RwSignal<Option<u64>>,
    /// What a symbol points to: the id of a knob's or a chart's element.
    pub spot: RwSignal<Option<String>>,
    /// Changes when canvases must be painted anew: size, pixel density, colours.
    pub surface: RwSignal<u32>,
    /// What there is to choose from, once its file is here.
    pub catalogue: RwSignal<Option<Arc<Catalogue>>>,
    /// What the worker trains on, once it has greeted.
    pub device: RwSignal<Option<DeviceCard>>,
    /// Why this device runs.
    pub why: RwSignal<Why>,
    /// Where the run stands.
    pub stage: RwSignal<Stage>,
    /// How fast and how far.
    pub pulse: RwSignal<Pulse>,
    /// Trainable numbers.
    pub parameters: RwSignal<Option<u64>>,
    /// The curves, in the order of the card's series.
    pub tracks: RwSignal<Vec<Track>>,
    /// Samples here, and in all.
    pub loading: RwSignal<Option<(u32, u32)>>,
    /// The probe, read.
    pub reading: Shown<Reading>,
    /// What all models that learnt the data set say of it.
    pub opinions: RwSignal<Opinions>,
    /// Who was taken for whom.
    pub confusion: Shown<Confusion>,
    /// Mistakes.
    pub gallery: Shown<Gallery>,
    /// Filters.
    pub filters: Shown<Vec<Layer>>,
    /// Activations.
    pub activations: Shown<Vec<Layer>>,
    /// Training samples, and what augmentation makes of them.
    pub augmented: Shown<Vec<Augmented>>,
    /// What speaks for the probe's class.
    pub saliency: Shown<Vec<Layer>>,
    /// What each class looks for.
    pub dream: Shown<Vec<Layer>>,
    /// Generated samples.
    pub samples: Shown<Samples>,
    /// Generated points.
    pub scatter: Shown<Scatter>,
    /// Reconstructions.
    pub rebuilt: Shown<Vec<Reconstruction>>,
    /// The latent plane.
    pub latent: Shown<Latent>,
    /// Decoded codes.
    pub decoded: Shown<Vec<Decoded>>,
    /// A discriminator's scores.
    pub scores: Shown<Scores>,
    /// A classifier's regions of the plane.
    pub regions: Shown<Regions>,
    /// Test samples by a classifier's last hidden layer.
    pub embedding: Shown<Regions>,
    /// Errors by the number of training samples.
    pub ladder: Shown<Ladder>,
    /// Step and what the numbers say of the run.
    pub findings: RwSignal<Option<(u64, Vec<Finding>)>>,
    /// Steps made, acts done of the next one, and all its acts; of models whose steps are made of acts.
    pub acts: RwSignal<Option<(u64, u32, Vec<Act>)>>,
    /// In slow motion: whether it plays by itself.
    pub slow: RwSignal<Option<bool>>,
    /// Milliseconds from one act to the next.
    pub tempo: RwSignal<u32>,
    /// Keyframes of the samples.
    pub reel: RwSignal<Reel>,
    /// Keyframes of the reconstructions: all originals, then all that was made of them.
    pub rebuilt_reel: RwSignal<Reel>,
    /// The step that is looked back at; `None` is now.
    pub playhead: RwSignal<Option<u64>>,
    /// The generated sample whose nearest training picture is looked for.
    pub picked: RwSignal<Option<u32>>,
    /// Axes of the latent plane, and the class that a conditional model decodes.
    pub plane: RwSignal<(Axes, u32)>,
    /// What is decoded.
    pub codes: RwSignal<Option<Codes>>,
    /// The settings before the reader broke the run.
    pub broken: RwSignal<Option<Setup>>,
    /// What the reader is told.
    pub notices: RwSignal<Vec<Notice>>,
    /// The run that was left.
    pub shelf: RwSignal<Option<Shelf>>,
    /// The card of the model in force, as it holds on the data set in force.
    pub card: Memo<Option<Arc<Card>>>,
    /// The card of the data set in force.
    pub data: Memo<Option<DataCard>>,
    hold: StoredValue<Hold, LocalStorage>,
}

impl Desk {
    /// The state of a page with this address, before any worker has spoken.
    pub fn new(address: Address) -> Self {
        let (setup, catalogue) = (RwSignal::new(None::<Setup>), RwSignal::new(None::<Arc<Catalogue>>));
        let named = Memo::new(move |_| setup.read().as_ref().map(|it| (it.recipe.clone(), it.data.clone())));
        let data = Memo::new(move |_| {
            let (_, name) = named.get()?;
            let data = catalogue.get()?.datasets.iter().find(|data| data.name == name).cloned()?;
            Some(data.counted(setup.read().as_ref().map(|setup| &setup.knobs[..]).unwrap_or_default()))
        });
        let card = Memo::new(move |_| {
            let (name, _) = named.get()?;
            let card = catalogue.get()?.recipes.iter().find(|card| card.name == name).cloned()?;
            Some(data.with(|data| data.as_ref().map(|data| Arc::new(card.on(data)))).unwrap_or(card))
        });
        let wanted = wanted(&address);
        let opened = address.view;
        let mut hold = Hold::new(address.play, wanted);
        hold.opened = opened.is_some();
        Self {
            lang: RwSignal::new(Some(wanted).filter(|lang| lang.known()).unwrap_or_default()),
            theme: RwSignal::new(address.theme),
            wish: RwSignal::new(address.device),
            until: RwSignal::new(address.steps),
            address: StoredValue::new(address),
            setup,
            view: RwSignal::new(opened.unwrap_or(View::Confusion)),
            probe: RwSignal::new(None),
            cursor: RwSignal::new(None),
            spot: RwSignal::new(None),
            surface: RwSignal::new(0),
            catalogue,
            device: RwSignal::new(None),
            why: RwSignal::new(Why::Best),
            stage: RwSignal::new(Stage::Waking),
            pulse: RwSignal::new(Pulse::default()),
            parameters: RwSignal::new(None),
            tracks: RwSignal::new(Vec::new()),
            loading: RwSignal::new(None),
            reading: shown!(Reading),
            opinions: RwSignal::new(Opinions::default()),
            confusion: shown!(Confusion),
            gallery: shown!(Gallery),
            filters: shown!(Layers),
            activations: shown!(Layers),
            augmented: shown!(Augmented),
            saliency: shown!(Layers),
            dream: shown!(Layers),
            samples: shown!(Samples),
            scatter: shown!(Scatter),
            rebuilt: shown!(Reconstructions),
            latent: shown!(Latent),
            decoded: shown!(Decoded),
            scores: shown!(Scores),
            regions: shown!(Regions),
            embedding: shown!(Regions),
            ladder: shown!(Ladder),
            findings: RwSignal::new(None),
            acts: RwSignal::new(None),
            slow: RwSignal::new(None),
            tempo: RwSignal::new(1200),
            reel: RwSignal::new(Reel::default()),
            rebuilt_reel: RwSignal::new(Reel::default()),
            playhead: RwSignal::new(None),
            picked: RwSignal::new(None),
            plane: RwSignal::new((Axes::Latents([0, 1]), 0)),
            codes: RwSignal::new(None),
            broken: RwSignal::new(None),
            notices: RwSignal::new(Vec::new()),
            shelf: RwSignal::new(None),
            card,
            data,
            hold: StoredValue::new_local(hold),
        }
    }

    /// The page's words in the language in force.
    pub fn w(self) -> &'static Words {
        self.lang.get().words()
    }

    /// A card's text in the language in force.
    pub fn say(self, text: &Text) -> String {
        self.lang.get().of(text)
    }

    /// Whether the model could be told the class and is not: as a classifier it then has no curve.
    pub fn untold(self) -> Memo<bool> {
        Memo::new(move |_| self.value("conditional") == Some(Value::Switch(false)))
    }

    /// Whether a curve is measured on the data set in force.
    pub fn measures(self, series: &Series, untold: bool) -> bool {
        self.data.with(|data| data.as_ref().is_none_or(|data| series.on(data)))
            && !(untold && series.name == "accuracy/test")
    }

    /// A knob's value in force.
    pub fn value(self, name: &str) -> Option<Value> {
        let setup = self.setup.read();
        let changed = setup.as_ref()?.knobs.iter().find(|(its, _)| its == name).map(|(_, value)| value.clone());
        changed.or_else(|| self.card.read().as_ref()?.knobs.iter().find(|k| k.name == name).map(|k| k.default.clone()))
    }

    /// Begins the benchmark that the address asks for, once, and in a pause.
    fn measure(self) {
        let stands = matches!(self.stage.get_untracked(), Stage::Run(Phase::Ready | Phase::Paused));
        let words = self.address.with_value(|address| address.bench.clone());
        if let Some(words) = words.filter(|_| stands && !self.hold.with_value(|hold| hold.measured)) {
            self.hold.update_value(|hold| hold.measured = true);
            self.send(|run| Command::Bench { run, words });
        }
    }

    /// Before a worker has greeted it has no run that could be meant.
    fn send(self, command: impl FnOnce(RunId) -> Command) {
        self.hold.with_value(|hold| {
            if let Some(link) = hold.link.as_ref().filter(|_| hold.told.is_some()) {
                link.send(&command(hold.run));
            }
        });
    }
}
