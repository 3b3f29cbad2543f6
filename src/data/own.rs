//! Data of the reader's own: rows of a table, pictures by class, or drawings of a hand, as they were brought.

use std::borrow::Cow;

use super::distance::median_distance;
use super::plane::share;
use super::table::{UNIT, axis_knob, chosen, counted, half, placed};
use super::{DataSet, Making, Samples, Source, Values, augment, mnist};
use crate::protocol::{Brought, Choice, DataCard, Fault, Knob, Matter, OWN, Split, Stroke, Text, WIDEST, text};

/// Per cent of the samples that are learnt from, unless the knob says otherwise.
const SHARE: u32 = 80;
/// The same of drawings, of which there are few: they are there to test on as much as to learn from.
const DRAWN: u32 = 50;

/// On black, and on white.
static DARK: DataSet = row(0.0);
static LIGHT: DataSet = row(1.0);

const fn row(paper: f32) -> DataSet {
    DataSet { card: blank, source: Source::Brought, prepare, paper, shipped: None }
}

/// A drawing becomes what it would be among MNIST's digits, so that models of either can be asked about both.
fn prepare(strokes: &[Stroke], prepared: bool) -> Option<Vec<f32>> {
    (mnist::SET.prepare)(strokes, prepared)
}

/// A set that was brought.
#[derive(Debug)]
pub struct Own {
    card: DataCard,
    /// Per cent of the samples that are learnt from, unless the knob says otherwise.
    share: u32,
    /// `[count]`, class indices.
    labels: Vec<u8>,
    samples: Kind,
    set: &'static DataSet,
}

#[derive(Debug)]
enum Kind {
    /// `[count, columns]`, of which two at a time are seen.
    Rows { columns: Vec<Choice>, numbers: Vec<f32> },
    /// `[count, columns]`, of which all are seen.
    Wide { columns: usize, numbers: Vec<f32> },
    /// `[count, channels, height, width]`.
    Pictures { size: usize, pixels: Vec<u8> },
}

impl Own {
    /// Of what was brought.
    ///
    /// # Errors
    /// [`Fault::Garbled`] where it does not fit together: whoever brings it has told the reader of every defect before.
    pub fn new(brought: Brought) -> Result<Self, Fault> {
        let Brought { name, title, classes, labels, matter } = brought;
        let misfit = |detail: &str| Err(Fault::Garbled { detail: format!("{name}: {detail}") });
        let known = labels.iter().all(|label| usize::from(*label) < classes.len());
        if !name.starts_with(OWN) || classes.len() < 2 || labels.len() < 2 || !known {
            return misfit("name, classes or labels");
        }
        let light = matches!(matter, Matter::Pictures { light: true, .. });
        let drawable = matches!(matter, Matter::Drawings(_) | Matter::Pictures { drawable: true, .. });
        let share = if matches!(matter, Matter::Drawings(_)) { DRAWN } else { SHARE };
        let Some((samples, shape, blurb)) = samples(matter, labels.len()) else { return misfit("samples") };
        let card = DataCard {
            name: name.into(),
            title,
            blurb,
            shape,
            apart: None,
            classes: classes.into_iter().map(same).collect(),
            train: 0,
            test: 0,
            attribution: text("Data of your own, which stay on this device.", "你自己的数据，只保存在这台设备上。"),
            drawable,
            judged: false,
            modes: None,
            knobs: knobs(&samples, drawable, share),
        };
        let mut own = Self { card, share, labels, samples, set: if light { &LIGHT } else { &DARK } };
        own.card = DataCard { apart: own.apart(), ..own.as_made(own.card.clone(), &Making::default()) };
        Ok(own)
    }

    /// As [`DataCard::apart`], of what is learnt from by default, or of all pictures.
    fn apart(&self) -> Option<f32> {
        match &self.samples {
            Kind::Pictures { size, pixels } => {
                median_distance(self.labels.len(), *size, &|at| f32::from(pixels[at]) / 255.0)
            }
            Kind::Rows { .. } | Kind::Wide { .. } => {
                let size = self.card.shape.iter().product::<u32>() as usize;
                self.make(&Making::default(), Split::Train).values.apart(size)
            }
        }
    }

    /// What the catalogue says of it.
    pub fn card(&self) -> &DataCard {
        &self.card
    }

    /// The row of the catalogue that all sets of its kind share.
    pub fn set(&self) -> &'static DataSet {
        self.set
    }

    /// The card with as many samples as either half has.
    pub fn as_made(&self, card: DataCard, making: &Making) -> DataCard {
        counted(card, &self.labels, making, self.share)
    }

    /// The samples of one half: of each class the same share is learnt from.
    pub fn make(&self, making: &Making, split: Split) -> Samples {
        let rows = half(&self.labels, making, self.share, split);
        let values = match &self.samples {
            Kind::Pictures { size, pixels } => {
                Values::Bytes(rows.iter().flat_map(|row| &pixels[row * size..][..*size]).copied().collect())
            }
            Kind::Rows { columns, numbers } => placed(
                &rows,
                &[0, 1].map(|axis| {
                    let asked = chosen(making, axis);
                    let column = columns.iter().position(|column| Some(&*column.name) == asked).unwrap_or(axis);
                    cells(numbers, columns.len(), column)
                }),
                UNIT,
            ),
            Kind::Wide { columns, numbers } => {
                let all: Vec<_> = (0..*columns).map(|column| cells(numbers, *columns, column)).collect();
                placed(&rows, &all, 1.0)
            }
        };
        Samples { values, labels: rows.into_iter().map(|row| self.labels[row]).collect() }
    }
}

/// A column of numbers `[count, columns]`.
fn cells(numbers: &[f32], columns: usize, column: usize) -> Vec<f64> {
    numbers.iter().skip(column).step_by(columns).map(|number| f64::from(*number)).collect()
}

/// Finite numbers `[count, columns]` of bytes as they were brought.
fn finite(numbers: &[u8], size: usize) -> Option<Vec<f32>> {
    let (numbers, rest) = numbers.as_chunks::<4>();
    let numbers: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let fits = rest.is_empty() && numbers.len() == size && numbers.iter().all(|number| number.is_finite());
    fits.then_some(numbers)
}

/// Nothing has been brought.
fn blank() -> DataCard {
    DataCard {
        name: Cow::Borrowed(OWN),
        title: Text::default(),
        blurb: Text::default(),
        shape: [2, 1, 1],
        apart: None,
        classes: Vec::new(),
        train: 0,
        test: 0,
        attribution: Text::default(),
        drawable: false,
        judged: false,
        modes: None,
        knobs: Vec::new(),
    }
}

/// The samples, their shape and a sentence on them; `None` where they are not `count` or no numbers.
fn samples(matter: Matter, count: usize) -> Option<(Kind, [u32; 3], Text)> {
    let said = |en: &str, zh: &str| Text { en: format!("{count} {en}").into(), zh: format!("{count} {zh}").into() };
    match matter {
        Matter::Rows { columns, numbers } => {
            let numbers = finite(&numbers, count * columns.len()).filter(|_| columns.len() > 1)?;
            let blurb = said(
                "rows of your own, seen by two of their columns at a time.",
                "行你自己的数据，每次用其中两列来看。",
            );
            Some((Kind::Rows { columns: choices(columns), numbers }, [2, 1, 1], blurb))
        }
        Matter::Wide { columns, numbers } => {
            let width = columns as usize;
            let numbers = finite(&numbers, count * width).filter(|_| (2..=WIDEST).contains(&width))?;
            let blurb = said(
                "rows of your own, all columns at once: each counts in standard deviations from its mean.",
                "行你自己的数据，所有列一起用：每列以标准差计，原点为均值。",
            );
            Some((Kind::Wide { columns: width, numbers }, [1, 1, columns], blurb))
        }
        Matter::Pictures { shape, pixels, .. } => {
            let fits = matches!(shape[0], 1 | 3) && shape[1..].iter().all(|side| (8..=64).contains(side));
            let size: usize = shape.map(|side| side as usize).iter().product();
            let blurb = said("pictures of your own.", "张你自己的图片。");
            (fits && pixels.len() == count * size).then_some((Kind::Pictures { size, pixels }, shape, blurb))
        }
        Matter::Drawings(drawings) => {
            let mut pixels = Vec::new();
            for strokes in &drawings {
                let ink = prepare(strokes, true)?;
                pixels.extend(ink.into_iter().map(|ink| (ink * 255.0).round() as u8));
            }
            let shape = (mnist::SET.card)().shape;
            let size: usize = shape.map(|side| side as usize).iter().product();
            let blurb = said(
                "drawings of your own hand, made as MNIST's digits were.",
                "幅你亲手画的图，按 MNIST 数字的方式处理。",
            );
            (drawings.len() == count).then_some((Kind::Pictures { size, pixels }, shape, blurb))
        }
    }
}

/// Columns as choices, each under a name that an address can hold: two columns may have one title.
fn choices(columns: Vec<String>) -> Vec<Choice> {
    let name = |(index, title): (usize, String)| {
        let word = |c: char| if c.is_alphanumeric() { c } else { '-' };
        let plain: String = title.to_lowercase().chars().map(word).collect();
        Choice { name: format!("{}-{plain}", index + 1).into(), title: same(title) }
    };
    columns.into_iter().enumerate().map(name).collect()
}

fn knobs(samples: &Kind, drawable: bool, default: u32) -> Vec<Knob> {
    let mut knobs = match samples {
        Kind::Rows { columns, .. } => [0, 1].map(|axis| axis_knob(axis, columns.clone(), axis)).to_vec(),
        Kind::Wide { .. } => Vec::new(),
        Kind::Pictures { .. } => augment::knobs(!drawable),
    };
    knobs.push(share(
        default,
        text(
            "How many of each class's samples the model learns from, in per cent; it is tested on the others.",
            "每个类别中百分之多少的样本用于学习；其余的样本用于测试。",
        ),
    ));
    knobs
}

/// What the reader wrote is the same in both languages.
fn same(title: String) -> Text {
    Text { en: title.clone().into(), zh: title.into() }
}
