//! Everything that crosses the worker boundary, as plain data.

mod act;
mod body;
mod brought;
mod card;
mod catalogue;
mod data;
mod device;
mod fault;
mod finding;
mod kept;
mod ladder;
mod latent;
mod opinion;
mod pulse;
mod regions;
mod strokes;
mod verdict;

pub use act::Act;
pub use body::{
    Answer, Augmented, Body, Codes, Field, Gallery, Layer, Neighbour, Opinion, Plane, Probe, Reading, Reconstruction,
    Samples, Scatter, Scored, Scores, Split, Stroke, Tile, View,
};
pub use brought::{Brought, Fit, Matter, OWN, OwnCard, WIDEST};
pub use card::{
    Break, Card, Choice, Formula, Group, Knob, Meaning, Range, Reference, Role, Series, Source, Symbol, Tex, Text,
    Tuned, Value, Wing, text,
};
pub use catalogue::{Catalogue, LISTED, MARKS, agreed, blank, carried, if_listed, listed, mark};
pub use data::{DataCard, Modes};
pub use device::{DeviceCard, DeviceKind, imitates};
pub use fault::{ChunkCause, Fault};
pub use finding::Finding;
pub use kept::Kept;
pub use ladder::{Ladder, Rise};
pub use latent::{Axes, Decoded, Latent, Principal};
pub use opinion::{Opinions, Voice};
pub use pulse::{Phase, Point, Pulse};
pub use regions::{Dot, Regions};
pub use strokes::{LONGEST, class_of, stroke_text, strokes, width_of};
pub use verdict::{Bin, Confusion};

use serde::{Deserialize, Serialize};

/// The protocol's version: the first field of [`Event::Hello`]; raise it with every change of a message.
pub const VERSION: u16 = 12;

/// Names one run; every message of a run carries it, so that a stale one can be dropped.
pub type RunId = u32;

/// All that decides a run: the same setup on the same device repeats the same curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The recipe's name, as in its [`Card`].
    pub recipe: String,
    /// The data set's name, as in its [`DataCard`].
    pub data: String,
    /// Knobs that differ from their defaults, by name (`seed` is one of them).
    pub knobs: Vec<(String, Value)>,
}

/// What the page asks of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Build a run in the place of the present one; it stands at step 0, or at the snapshot's step, and waits.
    Start {
        /// The new run.
        run: RunId,
        /// What to build.
        setup: Setup,
        /// Where to go on from, as an [`Event::Snapshot`] brought it.
        #[serde(with = "serde_bytes")]
        snapshot: Option<Vec<u8>>,
    },
    /// Train until told otherwise, or until step `until` has been made.
    Train {
        /// The run meant.
        run: RunId,
        /// The step to pause at.
        until: Option<u64>,
    },
    /// Stop between two steps.
    Pause {
        /// The run meant.
        run: RunId,
    },
    /// Make one step, then pause.
    Step {
        /// The run meant.
        run: RunId,
    },
    /// Turn a hot knob between two steps.
    Retune {
        /// The run meant.
        run: RunId,
        /// The knob's name.
        knob: String,
        /// Its new value.
        value: Value,
    },
    /// Show these views from now on, and no others.
    Watch {
        /// The run meant.
        run: RunId,
        /// Each is shown at once and then again as the run goes on.
        views: Vec<View>,
    },
    /// Look at this from now on: the views [`View::Reading`], [`View::Activations`], [`View::Saliency`] and
    /// [`View::Opinions`] speak of it. `None` takes it away.
    Probe {
        /// The run meant.
        run: RunId,
        /// A drawing or a sample.
        probe: Option<Probe>,
    },
    /// Decode these from now on: the view [`View::Decoded`] speaks of them. `None` takes them away.
    Decode {
        /// The run meant.
        run: RunId,
        /// What to decode.
        codes: Option<Codes>,
    },
    /// Choose what [`View::Latent`] and [`View::Decoded`] show.
    Turn {
        /// The run meant.
        run: RunId,
        /// What is across and up in the latent plane.
        axes: Axes,
        /// The class that a conditional model decodes.
        class: u32,
    },
    /// The frame with this number is on the screen: the next may be made.
    Painted {
        /// The run meant.
        run: RunId,
        /// As in [`Event::Frame`].
        frame: u64,
    },
    /// Evaluate on the whole test set now.
    Evaluate {
        /// The run meant.
        run: RunId,
    },
    /// Send a [`Event::Snapshot`] now.
    Save {
        /// The run meant.
        run: RunId,
    },
    /// Try once more to load what could not be loaded.
    Reload {
        /// The run meant.
        run: RunId,
    },
    /// Carry out the next act of a step, and wait; a run that trains pauses first. Whatever else is asked of the run but
    /// to show something first brings the step that has begun to its end.
    Act {
        /// The run meant.
        run: RunId,
    },
    /// Measure how fast this worker trains; a run that trains pauses first.
    Bench {
        /// The run meant.
        run: RunId,
        /// What to measure, in the words of an address: `workload=lenet&batch=64&count=20&repeats=5`, all of them optional.
        words: String,
    },
    /// Take in a data set that the reader brings, in the place of an earlier one of its name; [`Event::Hello`] comes again, with
    /// its card.
    Bring {
        /// A [`Brought`], encoded by itself: the page only passes it on.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
}

/// What a worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The first message of every worker: what it is and what no file says of it; once more after each [`Command::Bring`].
    Hello {
        /// [`VERSION`] of the worker's build.
        version: u16,
        /// What it trains on.
        device: DeviceCard,
        /// The first of the [`MARKS`] that it was built with.
        catalogue: u32,
        /// What the reader brought, in the order in which it came.
        own: Vec<OwnCard>,
    },
    /// This worker cannot train here; the page opens another one.
    Unfit {
        /// [`VERSION`] of the worker's build.
        version: u16,
        /// Why.
        fault: Fault,
    },
    /// A run was built.
    Started {
        /// The run meant.
        run: RunId,
        /// Trainable numbers.
        parameters: u64,
        /// Every knob's value in force, after clamping.
        knobs: Vec<(String, Value)>,
        /// What was asked for and could not be had: clamped or unknown.
        notices: Vec<Fault>,
        /// Steps already made: 0, or the snapshot's.
        step: u64,
    },
    /// The run entered a phase.
    Phase {
        /// The run meant.
        run: RunId,
        /// The phase entered.
        phase: Phase,
    },
    /// Data came in.
    Loading {
        /// The data set's name.
        data: String,
        /// Samples here.
        samples: u32,
        /// Samples in all.
        of: u32,
    },
    /// Values for the curves, at most 10 times a second.
    Tick {
        /// The run meant.
        run: RunId,
        /// Where it stands.
        pulse: Pulse,
        /// New values since the last tick, in order.
        points: Vec<Point>,
    },
    /// A view, drawn anew; no second one of the same view before [`Command::Painted`].
    Frame {
        /// The run meant.
        run: RunId,
        /// Counts the run's frames.
        frame: u64,
        /// Steps made when it was taken.
        step: u64,
        /// Which view.
        view: View,
        /// What to draw.
        body: Body,
    },
    /// All that is needed to go on from here in another worker.
    Snapshot {
        /// The run meant.
        run: RunId,
        /// Steps made.
        step: u64,
        /// Weights and optimiser state, in the safetensors format.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// What the run's numbers say of its state, the weightiest first; takes the place of what was said before.
    Findings {
        /// The run meant.
        run: RunId,
        /// Steps made when they were measured.
        step: u64,
        /// May be empty.
        findings: Vec<Finding>,
    },
    /// Something went wrong; `fatal` ends the run.
    Trouble {
        /// The run meant, if it is one run's trouble.
        run: Option<RunId>,
        /// What, as data; the page words it.
        fault: Fault,
        /// Whether the run can go on.
        fatal: bool,
    },
    /// Of a model whose step is made of acts: those of the step at hand. Comes whenever the run comes to rest, and after
    /// each [`Command::Act`].
    Acts {
        /// The run meant.
        run: RunId,
        /// Steps made; a step counts when its last act is done.
        step: u64,
        /// Acts done.
        done: u32,
        /// All of them, in order.
        acts: Vec<Act>,
    },
    /// What has been measured so far.
    Benched {
        /// The run meant.
        run: RunId,
        /// A table in Markdown, and behind it, once all is measured, the numbers in JSON.
        text: String,
    },
}

/// Bytes of a message, for the wire.
///
/// # Errors
/// [`Fault::Garbled`] where postcard cannot write it (no value of these types is known to do that).
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, Fault> {
    postcard::to_stdvec(message).map_err(|error| Fault::Garbled { detail: error.to_string() })
}

/// A worker's message out of its bytes.
///
/// # Errors
/// [`Fault::Version`] for the greeting of a worker of another build, even one whose greeting cannot be read as ours;
/// [`Fault::Garbled`] for bytes that are no message.
pub fn event(bytes: &[u8]) -> Result<Event, Fault> {
    // Hello and Unfit are the first two variants and begin with the version: that much never changes.
    if let Ok(((0 | 1, worker), _)) = postcard::take_from_bytes::<(u32, u16)>(bytes)
        && worker != VERSION
    {
        return Err(Fault::Version { worker: worker.into(), page: VERSION.into() });
    }
    decode(bytes)
}

/// A message out of its bytes; trailing bytes are refused.
///
/// # Errors
/// [`Fault::Garbled`] for bytes that are no such message.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => Err(Fault::Garbled { detail: format!("{} bytes too many", rest.len()) }),
        Err(error) => Err(Fault::Garbled { detail: error.to_string() }),
    }
}
