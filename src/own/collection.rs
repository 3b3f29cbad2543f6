//! Drawings of a hand, collected into classes, and the file that they are kept and handed on in.

use super::defect::Defect;
use crate::protocol::{Stroke, stroke_text, strokes};

/// How a file begins.
const HEAD: &str = "kiln-collection 1";

/// Drawings at most: what is drawn by hand stays far below.
pub const MOST: usize = 5000;

/// A class's index, and strokes.
pub type Drawing = (u8, Vec<Stroke>);

/// Drawings, each of a class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    /// The classes' names.
    pub classes: Vec<String>,
    /// In the order in which they came.
    pub drawings: Vec<Drawing>,
}

impl Collection {
    /// An empty one of the ten digits.
    pub fn digits() -> Self {
        Self { classes: (0..10).map(|digit| digit.to_string()).collect(), drawings: Vec::new() }
    }

    /// How many drawings each class has.
    pub fn counts(&self) -> Vec<usize> {
        let of = |class: usize| self.drawings.iter().filter(|(its, _)| usize::from(*its) == class).count();
        (0..self.classes.len()).map(of).collect()
    }

    /// Whether it is enough to be learnt: drawings of two classes, two of each.
    pub fn suffices(&self) -> bool {
        self.counts().into_iter().filter(|count| *count > 1).count() > 1
    }

    /// Takes in the drawings of another one, and the classes that are new.
    pub fn join(&mut self, other: Self) {
        let before = self.drawings.len();
        for (class, drawn) in other.drawings {
            let name = &other.classes[usize::from(class)];
            let place = self.classes.iter().position(|its| its == name).unwrap_or(self.classes.len());
            if place == self.classes.len() {
                self.classes.push(name.clone());
            }
            let known =
                self.drawings[..before].iter().any(|(its, strokes)| usize::from(*its) == place && *strokes == drawn);
            // A file that is imported once more adds nothing.
            if !known && place < super::CLASSES && self.drawings.len() < MOST {
                self.drawings.push((place as u8, drawn));
            }
        }
    }

    /// A file: what it is and its version, the classes, then a line for each drawing: its class's number and its strokes.
    pub fn text(&self) -> String {
        let line = |(class, drawn): &Drawing| format!("{class}\t{}\n", stroke_text(drawn));
        let lines: String = self.drawings.iter().map(line).collect();
        format!("{HEAD}\n{}\n{lines}", self.classes.join("\t"))
    }

    /// Of a file's text, which is called `file`.
    ///
    /// # Errors
    /// [`Defect::NotCollection`] for a file of another kind or version, or every defect of its lines.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Defect>> {
        let foreign = || vec![Defect::NotCollection { file: file.to_owned() }];
        let mut lines = text.lines();
        let classes: Vec<_> = match (lines.next(), lines.next()) {
            // Nobody has named a class yet.
            (Some(HEAD), Some("")) => Vec::new(),
            (Some(HEAD), Some(classes)) => classes.split('\t').map(super::name).collect(),
            _ => return Err(foreign()),
        };
        if classes.len() > super::CLASSES || classes.iter().any(String::is_empty) {
            return Err(foreign());
        }
        let (mut drawings, mut wrong) = (Vec::new(), Vec::new());
        for (row, line) in (3..).zip(lines).filter(|(_, line)| !line.trim().is_empty()) {
            let (class, drawn) = line.split_once('\t').unwrap_or((line, ""));
            let known = class.parse().ok().filter(|class| usize::from(*class) < classes.len());
            match (known, strokes(drawn.trim_end())) {
                (Some(class), Some(drawn)) => drawings.push((class, drawn)),
                (None, _) => wrong.push(Defect::Class { row, name: super::name(class) }),
                (_, None) => wrong.push(Defect::Drawing { row }),
            }
        }
        if drawings.len() > MOST {
            wrong.push(Defect::ManyFiles { count: drawings.len() });
        }
        if wrong.is_empty() { Ok(Self { classes, drawings }) } else { Err(wrong) }
    }
}
