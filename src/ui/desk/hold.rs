//! What the desk remembers and no panel sees.

use std::sync::Arc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsValue;

use super::Why;
use super::own::Fresh;
use crate::link::Link;
use crate::protocol::{Catalogue, DeviceKind, OwnCard, RunId};
use crate::ui::lang::Lang;

/// A run's last snapshot.
#[derive(Clone)]
pub(super) struct Saved {
    pub(super) step: u64,
    pub(super) bytes: Arc<Vec<u8>>,
}

/// What no panel sees.
pub(super) struct Hold {
    pub(super) link: Option<Link>,
    /// Counts links, so that a closed one's last words are not taken for its successor's.
    pub(super) watch: u32,
    pub(super) kind: DeviceKind,
    pub(super) run: RunId,
    /// Train as soon as the run is ready.
    pub(super) eager: bool,
    /// The present run's last snapshot.
    pub(super) saved: Option<Saved>,
    pub(super) asked_at: f64,
    /// When the start script was last given the run.
    pub(super) stowed_at: f64,
    /// What the next worker goes on from.
    pub(super) carry: Option<Saved>,
    /// Once the snapshot is here, change to another device.
    pub(super) moving: bool,
    /// Tell the reader that a new worker took over.
    pub(super) replaced: bool,
    /// Workers that died since the last one made a step.
    pub(super) deaths: u32,
    /// Why the GPU is not tried again.
    pub(super) refused: Option<Why>,
    pub(super) restart: Option<Timeout>,
    pub(super) look_due: bool,
    /// Since when a decoded code is on its way, and whether another one was asked for since.
    pub(super) decoding: Option<f64>,
    pub(super) decode_due: bool,
    pub(super) notices: u32,
    /// When slow motion goes on.
    pub(super) act: Option<Timeout>,
    /// The benchmark that the address asks for has begun.
    pub(super) measured: bool,
    /// The reader has opened a tab.
    pub(super) opened: bool,
    /// The language that the reader wishes, spoken once its words are here.
    pub(super) wanted: Lang,
    /// The catalogue as its file has it.
    pub(super) cards: Option<Catalogue>,
    /// What the worker has taken in of the reader's own.
    pub(super) own: Vec<OwnCard>,
    /// Data sets of the reader's own by name, each with the message that brings it: every worker is told all of them.
    pub(super) brought: Vec<(String, JsValue)>,
    /// How many of them this worker has been told; `None` before it has greeted.
    pub(super) told: Option<usize>,
    pub(super) fresh: Option<Fresh>,
}

impl Hold {
    /// Of a page that has no worker yet; `eager`: it is to train as soon as it can.
    pub(super) fn new(eager: bool, wanted: Lang) -> Self {
        Self {
            link: None,
            watch: 0,
            kind: DeviceKind::Cpu,
            run: 0,
            eager,
            saved: None,
            asked_at: 0.0,
            stowed_at: f64::MIN,
            carry: None,
            moving: false,
            replaced: false,
            deaths: 0,
            refused: None,
            restart: None,
            look_due: false,
            decoding: None,
            decode_due: false,
            notices: 0,
            act: None,
            measured: false,
            opened: false,
            wanted,
            cards: None,
            own: Vec::new(),
            brought: Vec::new(),
            told: None,
            fresh: None,
        }
    }
}
