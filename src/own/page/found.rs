//! What the chosen files hold, before it is used.

use std::sync::Arc;

use crate::own::CLASSES;
use crate::own::defect::Defect;
use crate::own::picture::{COLOUR, GREY, Picture};
use crate::own::table::{HELD, Table};
use crate::protocol::Matter;

/// What is found.
#[derive(Clone)]
pub(super) enum Found {
    Nothing,
    Reading {
        file: String,
        share: f64,
    },
    /// It cannot be used.
    Wrong(Vec<Defect>),
    Table {
        title: String,
        table: Arc<Table>,
    },
    Pictures {
        title: String,
        pictures: Arc<Pictures>,
    },
}

/// Pictures by class, in the forms that models take.
#[derive(Default)]
pub(super) struct Pictures {
    pub(super) classes: Vec<String>,
    pub(super) labels: Vec<u8>,
    /// `[count, 28, 28]`.
    pub(super) grey: Vec<u8>,
    /// `[count, 3, 32, 32]`, or nothing.
    pub(super) colour: Vec<u8>,
    /// How many have colours, and how many lie on white.
    pub(super) coloured: usize,
    pub(super) light: usize,
    /// Whether a drawing can be one of them.
    pub(super) drawable: bool,
    /// The first files that are none, and how many there are.
    pub(super) wrong: Vec<Defect>,
    pub(super) bad: usize,
}

impl Pictures {
    /// None yet, of these classes.
    pub(super) fn of<'a>(classes: impl Iterator<Item = &'a str>, wrong: Vec<Defect>) -> Self {
        let mut classes: Vec<String> = classes.map(str::to_owned).collect();
        classes.sort();
        classes.dedup();
        let mut pictures = Self { classes, ..Self::default() };
        wrong.into_iter().for_each(|defect| pictures.refuse(defect));
        pictures
    }

    pub(super) fn take(&mut self, class: &str, picture: Result<Picture, Defect>) {
        match (picture, self.classes.iter().position(|its| its == class)) {
            (Ok(picture), Some(class)) => {
                self.labels.push(class.min(usize::from(u8::MAX)) as u8);
                self.grey.extend(picture.grey);
                self.colour.extend(picture.colour);
                self.coloured += usize::from(picture.coloured);
                self.light += usize::from(picture.light);
            }
            (Err(defect), _) => self.refuse(defect),
            (Ok(_), None) => {}
        }
    }

    pub(super) fn refuse(&mut self, defect: Defect) {
        self.bad += 1;
        if self.wrong.len() < HELD {
            self.wrong.push(defect);
        }
    }

    /// The classes of which there are pictures: their indices, names and numbers of pictures.
    pub(super) fn counts(&self) -> Vec<(u8, String, usize)> {
        let of = |class: u8| self.labels.iter().filter(|its| **its == class).count();
        let named = self.classes.iter().take(usize::from(u8::MAX)).enumerate();
        let counted = named.map(|(class, name)| (class as u8, name.clone(), of(class as u8)));
        // Of an IDX pair a class without a picture keeps its place, so that each class's number is its name.
        counted.filter(|(_, _, count)| self.drawable || *count > 0).collect()
    }

    /// What keeps them from being used.
    pub(super) fn fatal(&self, lenient: bool) -> Option<Defect> {
        let counts = self.counts();
        if counts.len() > CLASSES {
            return Some(Defect::ManyClasses { of: "/".to_owned(), count: counts.len() });
        }
        if self.labels.len() < 2 {
            return Some(self.wrong.first().cloned().unwrap_or(Defect::Few));
        }
        if counts.iter().filter(|(_, _, count)| *count > 0).count() < 2 {
            return Some(Defect::OneClass);
        }
        self.wrong.first().filter(|_| !lenient).cloned()
    }

    /// The samples and their classes, as a worker takes them.
    pub(super) fn brought(&self, form: Form) -> (Vec<String>, Vec<u8>, Matter) {
        let counts = self.counts();
        let place = |label: &u8| counts.iter().position(|(class, _, _)| class == label).unwrap_or_default() as u8;
        let turned =
            |bytes: &[u8]| bytes.iter().map(|byte| if form.inverted { 255 - byte } else { *byte }).collect::<Vec<_>>();
        let matter = Matter::Pictures {
            shape: if form.colour { [3, COLOUR as u32, COLOUR as u32] } else { [1, GREY as u32, GREY as u32] },
            pixels: turned(if form.colour { &self.colour } else { &self.grey }),
            light: (2 * self.light > self.labels.len()) != form.inverted,
            drawable: self.drawable && !form.colour,
        };
        (counts.iter().map(|(_, name, _)| name.clone()).collect(), self.labels.iter().map(place).collect(), matter)
    }

    /// A picture as four bytes a pixel, and its side.
    pub(super) fn rgba(&self, index: usize, form: Form) -> (u32, Vec<u8>) {
        let side = if form.colour { COLOUR } else { GREY };
        let size = side * side;
        let at = |channel: usize, pixel: usize| {
            let byte = if form.colour {
                self.colour[(3 * index + channel) * size + pixel]
            } else {
                self.grey[index * size + pixel]
            };
            if form.inverted { 255 - byte } else { byte }
        };
        (side as u32, (0..size).flat_map(|pixel| [at(0, pixel), at(1, pixel), at(2, pixel), 255]).collect())
    }
}

/// How pictures are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Form {
    pub(super) colour: bool,
    pub(super) inverted: bool,
}
