//! What sets of measured things share: two of their features as points in the plane, and halves that the seed parts.

use std::borrow::Cow;

use super::chance::Chance;
use super::plane::share;
use super::{Making, Samples, Values, knob};
use crate::protocol::{Choice, DataCard, Knob, Range, Split, Text, Value, text};

/// Per cent of the things that are learnt from, unless the knob says otherwise.
const SHARE: u32 = 70;
/// So many standard deviations of a feature are 1 in the plane: all things then lie within its window, up to 1.25.
const UNIT: f64 = 2.5;

/// Things of some classes, each with the same few features.
pub(super) struct Table {
    /// As in [`DataCard`].
    pub(super) name: &'static str,
    pub(super) title: Text,
    pub(super) blurb: Text,
    pub(super) attribution: Text,
    pub(super) classes: &'static [Text],
    /// Each with its name in addresses and its title with its unit, in the order of the columns.
    pub(super) features: &'static [(&'static str, Text)],
    /// Those that are shown by default, the first to the right and the second upwards.
    pub(super) shown: [usize; 2],
    /// A line each: the features, then the index of the class, between commas. The first line names the columns.
    pub(super) lines: &'static str,
}

/// A thing.
struct Thing {
    features: Vec<f64>,
    class: u8,
}

impl Table {
    pub(super) fn card(&self) -> DataCard {
        let card = DataCard {
            name: Cow::Borrowed(self.name),
            title: self.title.clone(),
            blurb: self.blurb.clone(),
            shape: [2, 1, 1],
            classes: self.classes.to_vec(),
            train: 0,
            test: 0,
            attribution: self.attribution.clone(),
            drawable: false,
            judged: false,
            modes: None,
            knobs: vec![
                self.axis(0),
                self.axis(1),
                share(
                    SHARE,
                    text(
                        "How many of the points the model learns from, in per cent; it is tested on the others.",
                        "百分之多少的点用于学习；其余的点用于测试。",
                    ),
                ),
            ],
        };
        self.as_made(card, &Making::default())
    }

    /// The knob that chooses what an axis shows.
    fn axis(&self, axis: usize) -> Knob {
        let words = [
            [
                text("x feature", "x 轴特征"),
                text(
                    "What lies to the right, in standard deviations from the mean.",
                    "向右的坐标是什么，以标准差计，原点为均值。",
                ),
            ],
            [
                text("y feature", "y 轴特征"),
                text(
                    "What lies upwards, in standard deviations from the mean.",
                    "向上的坐标是什么，以标准差计，原点为均值。",
                ),
            ],
        ];
        let choice = |(name, title): &(&'static str, Text)| Choice { name: Cow::Borrowed(name), title: title.clone() };
        let default = Value::Choice(Cow::Borrowed(self.features[self.shown[axis]].0));
        knob(AXES[axis], words[axis].clone(), Range::Choice(self.features.iter().map(choice).collect()), default, false)
    }

    /// The card with as many samples as either half has.
    pub(super) fn as_made(&self, card: DataCard, making: &Making) -> DataCard {
        let things = self.things();
        let train = self.quotas(&things, making).iter().sum();
        DataCard { train, test: things.len() as u32 - train, ..card }
    }

    /// The samples of one half. They are standardised by the means and deviations of the whole table, which know features alone
    /// and no class: so a thing stands at the same place whatever the seed and the share.
    pub(super) fn make(&self, making: &Making, split: Split) -> Samples {
        let (things, columns) = (self.things(), [0, 1].map(|axis| self.column(making, axis)));
        let mut quotas = self.quotas(&things, making);
        let order = Chance::of_all(making.seed).order(things.len());
        let (train, test): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|thing| {
            let quota = &mut quotas[usize::from(things[*thing].class)];
            let left = *quota > 0;
            *quota -= u32::from(left);
            left
        });
        let scales = columns.map(|column| moments(things.iter().map(|thing| thing.features[column])));
        let own = if split == Split::Train { train } else { test };
        let place = |thing: &usize| {
            let at = |axis: usize| {
                let [mean, deviation] = scales[axis];
                ((things[*thing].features[columns[axis]] - mean) / (UNIT * deviation)) as f32
            };
            [at(0), at(1)]
        };
        let labels = own.iter().map(|thing| things[*thing].class).collect();
        Samples { values: Values::Reals(own.iter().flat_map(place).collect()), labels }
    }

    /// Of each class, how many things are learnt from: of each the same share.
    fn quotas(&self, things: &[Thing], making: &Making) -> Vec<u32> {
        let count = |class: usize| things.iter().filter(|thing| usize::from(thing.class) == class).count() as u32;
        let share = making.share(SHARE);
        (0..self.classes.len()).map(|class| (count(class) * share + 50) / 100).collect()
    }

    /// The feature that an axis shows.
    fn column(&self, making: &Making, axis: usize) -> usize {
        let asked = making.value(AXES[axis]).and_then(|value| {
            let Value::Choice(asked) = value else { return None };
            self.features.iter().position(|(name, _)| name == asked)
        });
        asked.unwrap_or(self.shown[axis])
    }

    /// A line that does not read so is left out, which the tests would notice.
    fn things(&self) -> Vec<Thing> {
        let thing = |line: &str| {
            let (features, class) = line.rsplit_once(',')?;
            let features: Vec<f64> = features.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
            let class = class.parse().ok().filter(|class| usize::from(*class) < self.classes.len())?;
            (features.len() == self.features.len()).then_some(Thing { features, class })
        };
        self.lines.lines().skip(1).filter_map(thing).collect()
    }
}

/// The knobs that choose what is shown.
const AXES: [&str; 2] = ["x-feature", "y-feature"];

/// What the axes of a set of points show, where its knobs say so, and in which unit.
pub fn axes(card: &DataCard, making: &Making) -> [Text; 2] {
    AXES.map(|name| {
        let knob = card.knobs.iter().find(|knob| knob.name == name);
        let (Some(Range::Choice(choices)), Some(Value::Choice(chosen))) =
            (knob.map(|knob| &knob.range), making.value(name))
        else {
            return Text::default();
        };
        choices.iter().find(|choice| choice.name == *chosen).map(|choice| standard(&choice.title)).unwrap_or_default()
    })
}

/// A feature's title with what 1 is in the plane in place of its unit.
fn standard(title: &Text) -> Text {
    let Text { en, zh } = title;
    let bare = |title: &str| format!("{} / {UNIT} σ", title.split(['(', '（']).next().unwrap_or_default().trim());
    Text { en: bare(en).into(), zh: bare(zh).into() }
}

/// Mean and standard deviation.
fn moments(numbers: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    let count = numbers.clone().count() as f64;
    let mean = numbers.clone().sum::<f64>() / count;
    let variance = numbers.map(|number| (number - mean).powi(2)).sum::<f64>() / count;
    [mean, variance.sqrt().max(f64::MIN_POSITIVE)]
}
