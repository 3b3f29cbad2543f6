//! The page's state as the part of its address behind `#`, and back.

use std::fmt;

use crate::protocol::{Card, DataCard, Fault, Setup, Value, View};

use super::dial::{self, Read};
use super::lang::Lang;

/// Which device the reader wishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// The page chooses.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// WebGPU.
    Gpu,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Wish {
    /// All, with their names in addresses.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Auto, "auto"), (Self::Cpu, "cpu"), (Self::Gpu, "gpu")];
}

impl Theme {
    /// All, with their names in addresses.
    pub const ALL: [(Self, &'static str); 3] = [(Self::System, "system"), (Self::Light, "light"), (Self::Dark, "dark")];
}

/// All views that have a tab, with their names in addresses and for scripts.
pub const VIEWS: [(View, &str); 15] = [
    (View::Activations, "activations"),
    (View::Filters, "filters"),
    (View::Confusion, "confusion"),
    (View::Mistakes, "mistakes"),
    (View::Samples, "samples"),
    (View::Reconstructions, "reconstructions"),
    (View::Latent, "latent"),
    (View::Decoded, "decoded"),
    (View::Scores, "scores"),
    (View::Regions, "regions"),
    (View::Ladder, "ladder"),
    (View::Augmented, "augmented"),
    (View::Saliency, "saliency"),
    (View::Dream, "dream"),
    (View::Embedding, "embedding"),
];

/// What an address says, before it is held against a catalogue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Address {
    /// The recipe's name.
    pub model: Option<String>,
    /// The data set's name.
    pub data: Option<String>,
    /// The device.
    pub device: Wish,
    /// The open tab, if it was opened.
    pub view: Option<View>,
    /// The language; without it the browser's.
    pub lang: Option<Lang>,
    /// The colours.
    pub theme: Theme,
    /// Train at once.
    pub play: bool,
    /// The step to pause at.
    pub steps: Option<u64>,
    /// The whole address, where it holds the word `bench`: it then asks for the benchmark, and sets no knobs.
    pub bench: Option<String>,
    /// Knobs that differ from their defaults, as texts.
    pub knobs: Vec<(String, String)>,
}

/// Something in an address that could not be taken as it stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Oddity {
    /// A value that its key does not take; it was ignored.
    Value {
        /// The key.
        key: String,
        /// As asked.
        asked: String,
    },
    /// As a worker would put it.
    Fault(Fault),
}

impl Address {
    /// Reads what stands behind `#`; whatever it does not understand it leaves out and reports.
    pub fn parse(hash: &str) -> (Self, Vec<Oddity>) {
        let mut address = Self::default();
        let mut odd = Vec::new();
        let hash = hash.trim_start_matches('#');
        for pair in hash.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decode(key), decode(value));
            if !address.take(&key, &value) {
                odd.push(Oddity::Value { key, asked: value });
            }
        }
        if address.bench.is_some() {
            (address.bench, address.knobs) = (Some(hash.to_owned()), Vec::new());
        }
        (address, odd)
    }

    /// Takes one pair; says whether it was understood.
    fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "model" => self.model = Some(value.to_owned()),
            "data" => self.data = Some(value.to_owned()),
            "device" => return named(&Wish::ALL, value).map(|wish| self.device = wish).is_some(),
            "view" => return named(&VIEWS, value).map(|view| self.view = Some(view)).is_some(),
            "theme" => return named(&Theme::ALL, value).map(|theme| self.theme = theme).is_some(),
            "lang" => return named(&Lang::ALL, value).map(|lang| self.lang = Some(lang)).is_some(),
            "play" => match value {
                "1" => self.play = true,
                "0" => self.play = false,
                _ => return false,
            },
            "bench" => self.bench = Some(String::new()),
            "steps" => return value.parse().map(|steps| self.steps = Some(steps)).is_ok(),
            knob => {
                self.knobs.retain(|(name, _)| name != knob);
                self.knobs.push((knob.to_owned(), value.to_owned()));
            }
        }
        true
    }

    /// Holds the address against the catalogue: what to build, and what could not be had.
    ///
    /// `None` only for a catalogue without a model that has data.
    pub fn resolve(&self, recipes: &[impl AsRef<Card>], datasets: &[DataCard]) -> Option<(Setup, Vec<Oddity>)> {
        let mut odd = Vec::new();
        let asked = self.model.as_deref().unwrap_or_default();
        // The last of the catalogue is the strongest: a first arrival meets it, and the shipped checkpoint is its.
        let card = recipes.iter().map(AsRef::as_ref).find(|card| card.name == asked).or_else(|| {
            if self.model.is_some() {
                odd.push(Oddity::Fault(Fault::UnknownRecipe { name: asked.to_owned() }));
            }
            recipes.last().map(AsRef::as_ref)
        })?;
        let offered = |name: &str| card.data.iter().any(|d| d == name) && datasets.iter().any(|d| d.name == name);
        let data = match self.data.as_deref() {
            Some(name) if offered(name) => name,
            other => {
                odd.extend(other.map(|name| Oddity::Fault(Fault::UnknownData { name: name.to_owned() })));
                card.data.iter().find(|name| offered(name))?
            }
        };
        let card = card.on(datasets.iter().find(|its| its.name == data)?);
        let knobs = self.knobs.iter().filter_map(|(name, text)| changed(&card, name, text, &mut odd)).collect();
        Some((Setup { recipe: card.name.to_string(), data: data.to_owned(), knobs }, odd))
    }
}

/// A knob of the address, if the card has it and it differs from its default.
fn changed(card: &Card, name: &str, text: &str, odd: &mut Vec<Oddity>) -> Option<(String, Value)> {
    let Some(knob) = card.knobs.iter().find(|knob| knob.name == name) else {
        odd.push(Oddity::Fault(Fault::UnknownKnob { name: name.to_owned() }));
        return None;
    };
    let value = match dial::read(&knob.range, text) {
        Read::Good(value) => value,
        Read::Clamped(value) => {
            let (asked, used) = (text.to_owned(), dial::text(&value));
            odd.push(Oddity::Fault(Fault::Clamped { knob: name.to_owned(), asked, used }));
            value
        }
        Read::Bad => {
            odd.push(Oddity::Value { key: name.to_owned(), asked: text.to_owned() });
            return None;
        }
    };
    (value != knob.default).then(|| (name.to_owned(), value))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(bench) = &self.bench {
            return f.write_str(bench);
        }
        let mut pairs = Vec::new();
        let mut put = |key: &str, value: &str| pairs.push(format!("{}={}", encode(key), encode(value)));
        self.model.iter().for_each(|model| put("model", model));
        self.data.iter().for_each(|data| put("data", data));
        if self.device != Wish::default() {
            put("device", name(&Wish::ALL, self.device));
        }
        self.knobs.iter().for_each(|(name, value)| put(name, value));
        self.view.iter().for_each(|view| put("view", name(&VIEWS, *view)));
        self.lang.iter().for_each(|lang| put("lang", name(&Lang::ALL, *lang)));
        if self.theme != Theme::default() {
            put("theme", name(&Theme::ALL, self.theme));
        }
        if self.play {
            put("play", "1");
        }
        self.steps.iter().for_each(|steps| put("steps", &steps.to_string()));
        f.write_str(&pairs.join("&"))
    }
}

/// The value with this name.
pub fn named<T: Copy>(all: &[(T, &'static str)], name: &str) -> Option<T> {
    all.iter().find(|(_, its)| *its == name).map(|(value, _)| *value)
}

/// The name of this value.
pub fn name<T: Copy + PartialEq>(all: &[(T, &'static str)], value: T) -> &'static str {
    all.iter().find(|(its, _)| *its == value).map_or("", |(_, name)| name)
}

/// Percent-decoding (RFC 3986, section 2.1); what is no escape stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encoding of all but the unreserved characters.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
