//! What models and data sets say of themselves, so that the page knows none of them by name.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{DataCard, View};

/// A sentence in both of the page's languages; without Chinese where the catalogue has it under the English words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// English.
    pub en: Cow<'static, str>,
    /// Simplified Chinese.
    pub zh: Cow<'static, str>,
}

/// A [`Text`] from its two languages, English first.
pub const fn text(en: &'static str, zh: &'static str) -> Text {
    Text { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
}

/// A model's description of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its name in addresses and files: lower case, no spaces.
    pub name: Cow<'static, str>,
    /// Its title.
    pub title: Text,
    /// What kind of model it is.
    pub wing: Wing,
    /// One line for the catalogue.
    pub blurb: Text,
    /// Three sentences: what it is, how it learns, what to look for.
    pub explanation: [Text; 3],
    /// Data sets that it accepts, by name; the first is the default. The catalogue fills them in: a model names none.
    pub data: Vec<Cow<'static, str>>,
    /// Defaults that differ on some of them; filled in likewise.
    pub tuned: Vec<Tuned>,
    /// Its mathematics.
    pub formulas: Vec<Formula>,
    /// Its knobs, in the order of the panel.
    pub knobs: Vec<Knob>,
    /// Its curves.
    pub series: Vec<Series>,
    /// What can be shown of it.
    pub views: Vec<View>,
    /// Ways to make it fail.
    pub breaks: Vec<Break>,
    /// Its own source file's path in the repository; the same network in PyTorch lies beside it.
    pub source_path: Cow<'static, str>,
}

impl Card {
    /// The card as it holds on a data set: with the defaults that are tuned to it, the set's own knobs behind the model's
    /// and with the views that can show its samples.
    pub fn on(&self, data: &DataCard) -> Self {
        let mut card = self.clone();
        let tuned = self.tuned.iter().filter(|tuned| tuned.data == data.name).flat_map(|tuned| &tuned.knobs);
        for (name, value) in tuned {
            card.knobs.iter_mut().filter(|knob| knob.name == *name).for_each(|knob| knob.default = value.clone());
        }
        card.knobs.extend(data.knobs.iter().cloned());
        card.views.retain(|view| if data.plane() { view.of_points() } else { view.of_pictures() });
        card.views.extend(data.augmented().then_some(View::Augmented));
        card
    }
}

/// Defaults of a model that hold on one data set alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// The data set, by name.
    pub data: Cow<'static, str>,
    /// Knobs, by name, with what they are there.
    pub knobs: Vec<(Cow<'static, str>, Value)>,
}

/// The two halves of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wing {
    /// Models p(y | x), or a boundary.
    Discriminative,
    /// Models p(x) or p(x, y), or draws from it.
    Generative,
}

/// A failure that the reader can bring about, to learn what it looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Break {
    /// Its name in addresses and scripts.
    pub name: Cow<'static, str>,
    /// What fails.
    pub title: Text,
    /// Why it fails, and what to look for.
    pub watch: Text,
    /// The knobs that bring it about.
    pub knobs: Vec<(Cow<'static, str>, Value)>,
}

/// Mathematics, as it is written and as browsers set it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tex {
    /// In TeX.
    pub source: Cow<'static, str>,
    /// In MathML; `kiln catalogue` fills it in, and no worker does.
    pub markup: String,
}

impl From<&'static str> for Tex {
    fn from(source: &'static str) -> Self {
        Self { source: source.into(), markup: String::new() }
    }
}

/// A formula, with what its symbols mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Formula {
    /// What it is called.
    pub title: Text,
    /// The formula itself.
    pub tex: Tex,
    /// Its symbols.
    pub symbols: Vec<Symbol>,
    /// Where it stands.
    pub source: Source,
}

/// One symbol of a formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Symbol {
    /// The symbol itself.
    pub tex: Tex,
    /// In words.
    pub text: Text,
    /// Where the reader meets it in the page.
    pub meaning: Meaning,
}

/// What a symbol is tied to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Meaning {
    /// Words only.
    Plain,
    /// A knob, by name.
    Knob(Cow<'static, str>),
    /// A curve, by name.
    Series(Cow<'static, str>),
}

/// A publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Authors, year, where it appeared and which equation.
    pub citation: Cow<'static, str>,
    /// Its DOI or stable address; may be empty. The page shows it as text and loads nothing from it.
    pub link: Cow<'static, str>,
}

/// Which part of the knob panel a knob stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Group {
    /// The network's shape.
    Network,
    /// How it is trained.
    Training,
    /// What it is trained on.
    Data,
}

/// Something that the reader can set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knob {
    /// Its name in addresses: lower case, words joined by `-`.
    pub name: Cow<'static, str>,
    /// Its title, the field's standard term.
    pub title: Text,
    /// One sentence.
    pub help: Text,
    /// What values it takes.
    pub range: Range,
    /// Its default.
    pub default: Value,
    /// Hot knobs act between two steps; cold ones start a new run.
    pub hot: bool,
    /// Where it stands.
    pub group: Group,
    /// It only matters while the named choice knob has one of these values.
    pub when: Option<(Cow<'static, str>, Vec<Cow<'static, str>>)>,
}

/// The values that a knob takes; bounds are included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Range {
    /// Whole numbers.
    Whole {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// Whether a slider moves by factors.
        log: bool,
    },
    /// Real numbers.
    Real {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
        /// Whether a slider moves by factors.
        log: bool,
    },
    /// On or off.
    Switch,
    /// One of a list.
    Choice(Vec<Choice>),
    /// Strokes, at least one, on a square pad.
    Drawing {
        /// The pad reaches from minus this to this, on both axes.
        reach: f64,
        /// Its points are samples, and a stroke's width says of which class ([`super::class_of`]).
        marks: bool,
    },
}

/// One item of a [`Range::Choice`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its name in addresses.
    pub name: Cow<'static, str>,
    /// Its title.
    pub title: Text,
}

/// A knob's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Of a [`Range::Whole`].
    Whole(i64),
    /// Of a [`Range::Real`].
    Real(f64),
    /// Of a [`Range::Switch`].
    Switch(bool),
    /// Of a [`Range::Choice`], by name.
    Choice(Cow<'static, str>),
    /// Of a [`Range::Drawing`], as [`super::stroke_text`] has it.
    Drawing(Cow<'static, str>),
}

/// Who a curve or a mark belongs to; each has one fixed colour in the whole page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Measured on the training set.
    Train,
    /// Measured on the test set.
    Test,
    /// A generator, and what it makes.
    Generator,
    /// A discriminator.
    Discriminator,
    /// None of these.
    Neutral,
}

/// A curve. Those that share the part of the name before `/` are drawn into one chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// `group/name`, for instance `loss/train`.
    pub name: Cow<'static, str>,
    /// The chart's title, the same for all of a group.
    pub group: Text,
    /// The curve's own title.
    pub title: Text,
    /// The unit of the axis: `nats`, `%`.
    pub unit: Text,
    /// Its colour.
    pub role: Role,
    /// Bounds that the values cannot leave, if there are any (an accuracy: 0 to 100).
    pub bounds: Option<(f32, f32)>,
    /// What this model is known to reach: on one data set each, or on all.
    pub references: Vec<Reference>,
}

impl Series {
    /// Whether a data set has it: some curves are measured by a set's fixed classifier, others by what its points are
    /// drawn from, others by where they lie.
    pub fn on(&self, data: &DataCard) -> bool {
        match self.name.split('/').next() {
            Some("frechet" | "quality" | "manifold") => data.judged,
            Some("modes" | "near") => data.modes.is_some(),
            Some("plane") => data.plane(),
            _ => true,
        }
    }
}

/// A published value that a curve can be held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// In the series' unit.
    pub value: f32,
    /// The data set that it was reached on, by name; `None` where it holds on all.
    pub data: Option<Cow<'static, str>>,
    /// Whose it is.
    pub source: Source,
}
