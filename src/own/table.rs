//! A table out of a file of comma-separated values, slice by slice, and what is chosen of it.

use std::collections::HashMap;
use std::io::Cursor;

use csv::{ByteRecord, Reader, ReaderBuilder, Trim};

use super::defect::Defect;
use super::{CLASSES, name};
use crate::protocol::Matter;

/// Rows that are shown before anything is chosen.
pub const SHOWN: usize = 6;
/// Defects that are named at once; the others are when the reader asks.
pub const NAMED: usize = 8;
/// Defects that can be named; of more the number is told.
pub const HELD: usize = 1000;

/// In place of a value's index: nothing stands there, or one value too many.
const MISSING: u16 = u16::MAX;
const OTHER: u16 = u16::MAX - 1;

/// A column, cell by cell.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// NaN where no number stands.
    numbers: Vec<f32>,
    /// Indices of `values`.
    codes: Vec<u16>,
    /// The values, as long as they are few enough to be classes.
    values: Vec<String>,
    known: HashMap<String, u16>,
    /// How many cells are no numbers, and the first of them: their rows in the table.
    wrong: Vec<usize>,
    /// Their texts.
    texts: Vec<String>,
    bad: usize,
    missing: usize,
}

impl Column {
    /// Whether most of it are numbers.
    pub fn numeric(&self) -> bool {
        let there = self.numbers.len() - self.missing;
        there > 0 && 2 * self.bad < there
    }

    /// Whether its values can be classes.
    pub fn labels(&self) -> bool {
        (2..=CLASSES).contains(&self.values.len()) && !self.codes.contains(&OTHER)
    }

    fn take(&mut self, cell: &str, comma: bool) {
        let missing = ["", "?", "na", "n/a", "nan", "null", "none"].contains(&cell.to_ascii_lowercase().as_str());
        let number = |cell: &str| cell.parse::<f32>().ok().filter(|number| number.is_finite());
        let number = number(cell).or_else(|| number(&cell.replace(',', ".")).filter(|_| comma));
        let row = self.numbers.len();
        self.numbers.push(number.filter(|_| !missing).unwrap_or(f32::NAN));
        if missing {
            self.missing += 1;
            return self.codes.push(MISSING);
        }
        if number.is_none() {
            self.bad += 1;
            if self.wrong.len() < HELD {
                self.wrong.push(row);
                self.texts.push(name(cell));
            }
        }
        let code = match self.known.get(cell) {
            Some(code) => *code,
            None if self.values.len() > CLASSES => OTHER,
            None => {
                let code = self.values.len() as u16;
                self.values.push(name(cell));
                self.known.insert(cell.to_owned(), code);
                code
            }
        };
        self.codes.push(code);
    }
}

/// A table that is whole.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// The first rows, as they stand in the file.
    pub shown: Vec<Vec<String>>,
    /// Where each row stands in the file, counted from 1.
    lines: Vec<u64>,
    /// Rows that could not be taken, the first of them, and how many.
    wrong: Vec<Defect>,
    bad: usize,
}

/// A table that is being read.
pub struct Scan {
    reader: Reader<Cursor<Vec<u8>>>,
    record: ByteRecord,
    size: u64,
    comma: bool,
    table: Table,
}

impl Scan {
    /// Of a file's bytes. A first row of which a cell is no number names the columns.
    ///
    /// # Errors
    /// [`Defect::Empty`], [`Defect::NotText`].
    pub fn new(file: &str, mut bytes: Vec<u8>) -> Result<Self, Defect> {
        if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
            bytes.drain(..3);
        }
        let size = bytes.len() as u64;
        let first = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
        let first = first.ok_or_else(|| Defect::Empty { file: file.to_owned() })?;
        let count = |mark: u8| first.iter().filter(|byte| **byte == mark).count();
        let delimiter = [b';', b'\t'].into_iter().filter(|mark| count(*mark) > 0).max_by_key(|mark| count(*mark));
        let delimiter = delimiter.filter(|mark| count(*mark) >= count(b',')).unwrap_or(b',');
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).trim(Trim::All).delimiter(delimiter);
        let mut scan = Self {
            reader: builder.from_reader(Cursor::new(bytes)),
            record: ByteRecord::new(),
            size,
            comma: delimiter == b';',
            table: Table::default(),
        };
        scan.head(file)?;
        Ok(scan)
    }

    fn head(&mut self, file: &str) -> Result<(), Defect> {
        let empty = || Defect::Empty { file: file.to_owned() };
        if !self.next()? {
            return Err(empty());
        }
        let cells = cells(&self.record).ok_or(Defect::NotText { row: 1 })?;
        let cells: Vec<String> = cells.into_iter().map(name).collect();
        let bare = |cell: &String| cell.replace(',', ".").parse::<f64>().is_ok();
        let headless = cells.iter().any(bare);
        let column = |(at, cell): (usize, &String)| {
            let named = !headless && !cell.is_empty();
            Column { name: if named { cell.clone() } else { format!("{}", at + 1) }, ..Column::default() }
        };
        self.table.columns = cells.iter().enumerate().map(column).collect();
        if headless {
            self.take()?;
        }
        Ok(())
    }

    /// Reads up to so many rows; false once all are read.
    ///
    /// # Errors
    /// [`Defect::NotText`].
    pub fn go(&mut self, rows: usize) -> Result<bool, Defect> {
        for _ in 0..rows {
            if !self.next()? {
                return Ok(false);
            }
            self.take()?;
        }
        Ok(true)
    }

    fn next(&mut self) -> Result<bool, Defect> {
        // A reader in memory fails at nothing, and a flexible one at no record.
        self.reader
            .read_byte_record(&mut self.record)
            .map_err(|_| Defect::NotText { row: self.reader.position().line() })
    }

    fn take(&mut self) -> Result<(), Defect> {
        let row = self.record.position().map_or(0, csv::Position::line);
        let cells = cells(&self.record).ok_or(Defect::NotText { row })?;
        let table = &mut self.table;
        if cells.len() != table.columns.len() {
            table.bad += 1;
            if table.wrong.len() < HELD {
                table.wrong.push(Defect::Fields { row, found: cells.len(), expected: table.columns.len() });
            }
            return Ok(());
        }
        if table.shown.len() < SHOWN {
            table.shown.push(cells.iter().map(|cell| name(cell)).collect());
        }
        table.lines.push(row);
        table.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.take(cell, self.comma));
        Ok(())
    }

    /// The share that is read, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.reader.position().byte() as f64 / self.size.max(1) as f64
    }

    /// The table, once all is read.
    pub fn done(self) -> Table {
        self.table
    }
}

/// The cells as texts; `None` where one is none.
fn cells(record: &ByteRecord) -> Option<Vec<&str>> {
    record.iter().map(|cell| std::str::from_utf8(cell).ok()).collect()
}

/// What comes of a choice of columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// The classes' names in order, each with its rows.
    pub classes: Vec<(String, usize)>,
    /// Rows that are left out because something is missing in them.
    pub dropped: usize,
    /// What is wrong, the first of it.
    pub wrong: Vec<Defect>,
    /// How many cells and rows are wrong in all.
    pub bad: usize,
    /// What keeps it from being used at all.
    pub fatal: Option<Defect>,
    /// The rows that remain, and the class of each.
    pub rows: Vec<usize>,
    labels: Vec<u8>,
}

impl Table {
    /// Rows that were read.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// A column that is likely to hold labels: one whose name says so, or the last that can.
    pub fn label(&self) -> Option<usize> {
        let said = ["label", "class", "target", "species", "category", "y", "类别", "标签"];
        let can = |at: &usize| self.columns[*at].labels();
        let named = |at: &usize| said.contains(&self.columns[*at].name.to_lowercase().as_str());
        let all = 0..self.columns.len();
        all.clone().filter(can).find(named).or_else(|| {
            let words = |at: &usize| can(at) && !self.columns[*at].numeric();
            all.clone().rev().find(words).or_else(|| all.clone().rev().find(can))
        })
    }

    /// The columns that are numbers, but for that of the labels.
    pub fn features(&self, label: Option<usize>) -> Vec<usize> {
        (0..self.columns.len()).filter(|at| Some(*at) != label && self.columns[*at].numeric()).collect()
    }

    /// What these columns make of the table. Rows in which one of them is empty are left out, and with `lenient` also those
    /// in which something is wrong.
    pub fn choose(&self, features: &[usize], label: usize, lenient: bool) -> Chosen {
        let labels = &self.columns[label];
        let mut chosen = Chosen { wrong: self.wrong.clone(), bad: self.bad, ..Chosen::default() };
        for column in features.iter().map(|at| &self.columns[*at]) {
            chosen.bad += column.bad;
            chosen.wrong.extend(column.wrong.iter().zip(&column.texts).map(|(row, text)| Defect::NotNumber {
                row: self.lines[*row],
                column: column.name.clone(),
                text: text.clone(),
            }));
        }
        chosen.wrong.truncate(HELD);
        let order = order(&labels.values);
        let mut counts = vec![0; order.len()];
        for row in 0..self.rows() {
            let code = labels.codes[row];
            let cells = || features.iter().map(|at| (self.columns[*at].numbers[row], self.columns[*at].codes[row]));
            if code == MISSING || cells().any(|(_, code)| code == MISSING) {
                chosen.dropped += 1;
            } else if cells().all(|(number, _)| number.is_finite()) && usize::from(code) < order.len() {
                counts[usize::from(code)] += 1;
                chosen.rows.push(row);
                chosen.labels.push(code as u8);
            }
        }
        // Classes of which no row remains are none.
        let left: Vec<usize> = order.into_iter().filter(|code| counts[*code] > 0).collect();
        let place = |code: u8| left.iter().position(|its| *its == usize::from(code)).unwrap_or_default() as u8;
        chosen.labels.iter_mut().for_each(|code| *code = place(*code));
        chosen.classes = left.iter().map(|code| (labels.values[*code].clone(), counts[*code])).collect();
        chosen.fatal = self.fatal(features, labels, &chosen, lenient);
        chosen
    }

    fn fatal(&self, features: &[usize], labels: &Column, chosen: &Chosen, lenient: bool) -> Option<Defect> {
        if features.len() < 2 {
            return Some(Defect::Columns);
        }
        if labels.values.len() > CLASSES {
            return Some(Defect::ManyClasses { of: labels.name.clone(), count: labels.values.len() });
        }
        if chosen.rows.len() < 2 {
            return Some(Defect::Few);
        }
        if chosen.classes.len() < 2 {
            return Some(Defect::OneClass);
        }
        chosen.wrong.first().filter(|_| !lenient).cloned()
    }

    /// The chosen columns of the chosen rows, and their classes, as a worker takes them: two columns at a time, or `all`.
    pub fn brought(&self, features: &[usize], chosen: &Chosen, all: bool) -> (Vec<String>, Vec<u8>, Matter) {
        let columns: Vec<_> = features.iter().map(|at| &self.columns[*at]).collect();
        let mut numbers = Vec::with_capacity(4 * columns.len() * chosen.rows.len());
        for row in &chosen.rows {
            columns.iter().for_each(|column| numbers.extend(column.numbers[*row].to_le_bytes()));
        }
        let names = || columns.iter().map(|column| column.name.clone()).collect();
        let matter = match all {
            true => Matter::Wide { columns: columns.len() as u32, numbers },
            false => Matter::Rows { columns: names(), numbers },
        };
        (chosen.classes.iter().map(|(name, _)| name.clone()).collect(), chosen.labels.clone(), matter)
    }
}

/// The values' indices in order: by number where all are numbers, else by text.
fn order(values: &[String]) -> Vec<usize> {
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.parse().ok()).collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    match numbers {
        Some(numbers) => order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other])),
        None => order.sort_by(|one, other| values[*one].cmp(&values[*other])),
    }
    order
}
