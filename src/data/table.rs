//! What sets of measured things share: two of their features as points in the plane, and halves that the seed parts.

use std::borrow::Cow;

use super::chance::Chance;
use super::plane::share;
use super::{Making, Samples, Values, knob};
use crate::protocol::{Choice, DataCard, Knob, Range, Split, Text, Value, text};

/// Per cent of the things that are learnt from, unless the knob says otherwise.
const SHARE: u32 = 70;
/// So many standard deviations of a feature are 1 in the plane: all things then lie within its window, up to 1.25.
pub(super) const UNIT: f64 = 2.5;

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
            apart: None,
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
        let apart = self.make(&Making::default(), Split::Train).values.apart(2);
        self.as_made(DataCard { apart, ..card }, &Making::default())
    }

    /// The knob that chooses what an axis shows.
    fn axis(&self, axis: usize) -> Knob {
        let choice = |(name, title): &(&'static str, Text)| Choice { name: Cow::Borrowed(name), title: title.clone() };
        axis_knob(axis, self.features.iter().map(choice).collect(), self.shown[axis])
    }

    /// The card with as many samples as either half has.
    pub(super) fn as_made(&self, card: DataCard, making: &Making) -> DataCard {
        counted(card, &self.labels(&self.things()), making, SHARE)
    }

    /// The samples of one half.
    pub(super) fn make(&self, making: &Making, split: Split) -> Samples {
        let (things, shown) = (self.things(), [0, 1].map(|axis| self.column(making, axis)));
        let labels = self.labels(&things);
        let own = half(&labels, making, SHARE, split);
        let columns = shown.map(|column| things.iter().map(|thing| thing.features[column]).collect());
        let values = placed(&own, &columns, UNIT);
        Samples { values, labels: own.iter().map(|thing| labels[*thing]).collect() }
    }

    fn labels(&self, things: &[Thing]) -> Vec<u8> {
        things.iter().map(|thing| thing.class).collect()
    }

    /// The feature that an axis shows.
    fn column(&self, making: &Making, axis: usize) -> usize {
        let asked = chosen(making, axis).and_then(|asked| self.features.iter().position(|(name, _)| *name == asked));
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

/// The knob that chooses which of these columns an axis shows.
pub(super) fn axis_knob(axis: usize, columns: Vec<Choice>, shown: usize) -> Knob {
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
    let default = Value::Choice(columns[shown].name.clone());
    knob(AXES[axis], words[axis].clone(), Range::Choice(columns), default, false)
}

/// The name of the column that is asked for on an axis.
pub(super) fn chosen(making: &Making, axis: usize) -> Option<&str> {
    if let Some(Value::Choice(asked)) = making.value(AXES[axis]) { Some(asked) } else { None }
}

/// The card with as many samples as either half has of all with these labels; `default` as in [`half`].
pub(super) fn counted(card: DataCard, labels: &[u8], making: &Making, default: u32) -> DataCard {
    let train = quotas(labels, making.share(default)).iter().sum();
    DataCard { train, test: labels.len() as u32 - train, ..card }
}

/// Of all samples with these labels the rows of one half, in an order of chance; of each class `default` per cent are learnt
/// from unless a knob says otherwise.
pub(super) fn half(labels: &[u8], making: &Making, default: u32, split: Split) -> Vec<usize> {
    let mut quotas = quotas(labels, making.share(default));
    let order = Chance::of_all(making.seed).order(labels.len());
    let (train, test): (Vec<usize>, Vec<usize>) = order.into_iter().partition(|row| {
        let quota = &mut quotas[usize::from(labels[*row])];
        let left = *quota > 0;
        *quota -= u32::from(left);
        left
    });
    if split == Split::Train { train } else { test }
}

/// Of each class, how many samples are learnt from: of each the same share, and of two or more neither all nor none.
fn quotas(labels: &[u8], share: u32) -> Vec<u32> {
    let mut counts = vec![0; 1 + labels.iter().max().map_or(0, |most| usize::from(*most))];
    labels.iter().for_each(|label| counts[usize::from(*label)] += 1);
    let quota = |count: u32| ((count * share + 50) / 100).clamp(count.min(1), count.max(2) - 1);
    counts.into_iter().map(quota).collect()
}

/// These rows, by what each column holds of all, where 1 is `unit` standard deviations. They are standardised by the means and
/// deviations of the whole table, which know columns alone and no class: so a thing stands at the same place whatever the seed
/// and the share.
pub(super) fn placed(rows: &[usize], columns: &[Vec<f64>], unit: f64) -> Values {
    let scales: Vec<_> = columns.iter().map(|column| moments(column.iter().copied())).collect();
    let place = |row: &usize| {
        let row = *row;
        let cell = move |(column, [mean, deviation]): (&Vec<f64>, &[f64; 2])| {
            ((column[row] - mean) / (unit * deviation)) as f32
        };
        columns.iter().zip(&scales).map(cell)
    };
    Values::Reals(rows.iter().flat_map(place).collect())
}

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
