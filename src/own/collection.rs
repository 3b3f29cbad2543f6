//! Drawings of a hand, collected into classes, and the file that they are kept and handed on in.

use super::CLASSES;
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

/// What was taken out of a collection and can be brought back: drawings of a class, or the class with all that it had.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// The class's name: other classes may come and go before it is back.
    class: String,
    /// Where the class stood.
    place: usize,
    /// Where each drawing stood, and its strokes.
    drawings: Vec<(usize, Vec<Stroke>)>,
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

    /// The index of the class of this name, which is added where it is new.
    ///
    /// # Errors
    /// [`Defect::Full`].
    pub fn class(&mut self, name: &str) -> Result<usize, Defect> {
        if let Some(known) = self.classes.iter().position(|its| its == name) {
            return Ok(known);
        }
        if self.classes.len() >= CLASSES {
            return Err(Defect::Full);
        }
        self.classes.push(name.to_owned());
        Ok(self.classes.len() - 1)
    }

    /// Takes in a drawing of a class.
    ///
    /// # Errors
    /// [`Defect::Full`], or [`Defect::LongDrawing`] for one that a file does not hold.
    pub fn keep(&mut self, class: u8, drawn: &[Stroke]) -> Result<(), Defect> {
        if self.drawings.len() >= MOST {
            return Err(Defect::Full);
        }
        // As a file gives it back, so that its own file adds nothing to a collection.
        let drawn = strokes(&stroke_text(drawn)).ok_or(Defect::LongDrawing)?;
        self.drawings.push((class, drawn));
        Ok(())
    }

    /// Takes in the drawings of another one, which a file of this name held, and the classes that are new: all of it or
    /// nothing.
    ///
    /// # Errors
    /// [`Defect::Crowded`] where together they are more than there may be.
    pub fn join(&mut self, file: &str, other: Self) -> Result<(), Defect> {
        let mut joined = self.clone();
        for (class, drawn) in other.drawings {
            let name = &other.classes[usize::from(class)];
            let place = joined.classes.iter().position(|its| its == name).unwrap_or(joined.classes.len());
            if place == joined.classes.len() {
                joined.classes.push(name.clone());
            }
            let known = self.drawings.iter().any(|(its, strokes)| usize::from(*its) == place && *strokes == drawn);
            // A file that is imported once more adds nothing.
            if !known {
                joined.drawings.push((place as u8, drawn));
            }
        }
        joined.fits(file)?;
        *self = joined;
        Ok(())
    }

    fn fits(&self, file: &str) -> Result<(), Defect> {
        let (classes, drawings) = (self.classes.len(), self.drawings.len());
        if classes > CLASSES || drawings > MOST {
            return Err(Defect::Crowded { file: file.to_owned(), classes, drawings });
        }
        Ok(())
    }

    /// Takes a drawing out; `None` where there is none.
    pub fn erase(&mut self, at: usize) -> Option<Removed> {
        if at >= self.drawings.len() {
            return None;
        }
        let (class, drawn) = self.drawings.remove(at);
        let place = usize::from(class);
        Some(Removed { class: self.classes[place].clone(), place, drawings: vec![(at, drawn)] })
    }

    /// Takes a class out with its drawings; `None` where there is none.
    pub fn remove(&mut self, place: usize) -> Option<Removed> {
        if place >= self.classes.len() {
            return None;
        }
        let class = self.classes.remove(place);
        let (mut drawings, mut others) = (Vec::new(), Vec::new());
        for (at, (of, drawn)) in std::mem::take(&mut self.drawings).into_iter().enumerate() {
            match usize::from(of) {
                its if its == place => drawings.push((at, drawn)),
                its => others.push((of - u8::from(its > place), drawn)),
            }
        }
        self.drawings = others;
        Some(Removed { class, place, drawings })
    }

    /// Brings back what was taken out; its class's index.
    ///
    /// # Errors
    /// [`Defect::Full`] where others have taken its room.
    pub fn restore(&mut self, removed: &Removed) -> Result<usize, Defect> {
        let known = self.classes.iter().position(|its| *its == removed.class);
        let crowded = known.is_none() && self.classes.len() >= CLASSES;
        if crowded || self.drawings.len() + removed.drawings.len() > MOST {
            return Err(Defect::Full);
        }
        let place = known.unwrap_or(removed.place.min(self.classes.len()));
        if known.is_none() {
            self.classes.insert(place, removed.class.clone());
            let later = self.drawings.iter_mut().filter(|(of, _)| usize::from(*of) >= place);
            later.for_each(|(of, _)| *of += 1);
        }
        for (at, drawn) in &removed.drawings {
            self.drawings.insert((*at).min(self.drawings.len()), (place as u8, drawn.clone()));
        }
        Ok(place)
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
    /// [`Defect::NotCollection`] for a file of another kind or version, [`Defect::ManyClasses`], or every defect of its
    /// lines.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Defect>> {
        let foreign = || vec![Defect::NotCollection { file: file.to_owned() }];
        let mut lines = text.lines();
        let classes: Vec<_> = match (lines.next(), lines.next()) {
            // Nobody has named a class yet.
            (Some(HEAD), Some("")) => Vec::new(),
            (Some(HEAD), Some(classes)) => classes.split('\t').map(super::name).collect(),
            _ => return Err(foreign()),
        };
        if classes.iter().any(String::is_empty) {
            return Err(foreign());
        }
        if classes.len() > CLASSES {
            return Err(vec![Defect::ManyClasses { of: file.to_owned(), count: classes.len() }]);
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
        let read = Self { classes, drawings };
        wrong.extend(read.fits(file).err());
        if wrong.is_empty() { Ok(read) } else { Err(wrong) }
    }
}
