//! All that can be wrong with what is brought, named by its row or its file.

use super::CLASSES;
use super::collection::MOST;
use super::words::{self, Lang, fill};
use crate::protocol::Text;

/// Something that is wrong; texts are as they stand in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// More bytes than there may be.
    Large {
        /// Megabytes.
        megabytes: u64,
    },
    /// Nothing stands in it.
    Empty {
        /// The file.
        file: String,
    },
    /// It is none of the kinds of files that can be read.
    Kind {
        /// The file.
        file: String,
    },
    /// The browser could not read it.
    Unread {
        /// The file.
        file: String,
    },
    /// Bytes that are no text in UTF-8.
    NotText {
        /// The row.
        row: u64,
    },
    /// A row with more or fewer fields than the first.
    Fields {
        /// The row.
        row: u64,
        /// Its fields.
        found: usize,
        /// The first row's.
        expected: usize,
    },
    /// What is no number in a column of numbers.
    NotNumber {
        /// The row.
        row: u64,
        /// The column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// Fewer than two columns of numbers.
    Columns,
    /// All samples are of one class.
    OneClass,
    /// More classes than can be told apart.
    ManyClasses {
        /// What holds them.
        of: String,
        /// How many there are, or more.
        count: usize,
    },
    /// Rows or pictures that remain are fewer than two.
    Few,
    /// No picture.
    NotPicture {
        /// The file.
        file: String,
    },
    /// A picture that lies in no folder.
    NoFolder {
        /// The file.
        file: String,
    },
    /// An archive that cannot be read.
    NotZip {
        /// The file.
        file: String,
    },
    /// More unpacked than there may be.
    Bomb {
        /// The file.
        file: String,
    },
    /// More files than there may be.
    ManyFiles {
        /// How many.
        count: usize,
    },
    /// Not two files, of which one holds pictures and one their labels.
    NoPair,
    /// A file that does not begin as IDX files do.
    Magic {
        /// The file.
        file: String,
        /// What it begins with, in hexadecimal digits.
        found: String,
    },
    /// A file that is shorter or longer than it says.
    Length {
        /// The file.
        file: String,
        /// Its bytes.
        found: u64,
        /// Those that it speaks of.
        expected: u64,
    },
    /// As many labels as pictures there must be.
    Counts {
        /// Labels.
        labels: u64,
        /// Pictures.
        pictures: u64,
    },
    /// A collection of another kind or a later version.
    NotCollection {
        /// The file.
        file: String,
    },
    /// A line of a collection that holds no drawing.
    Drawing {
        /// The line.
        row: u64,
    },
    /// A line of a collection with a class that its head does not have.
    Class {
        /// The line.
        row: u64,
        /// The class.
        name: String,
    },
    /// A file that would make a collection larger than it may be.
    Crowded {
        /// The file.
        file: String,
        /// The classes that it would have.
        classes: usize,
        /// The drawings that it would have.
        drawings: usize,
    },
    /// A collection that holds as much as it may.
    Full,
    /// A drawing of more points than are kept.
    LongDrawing,
}

impl Defect {
    /// In words.
    pub fn said(&self, lang: Lang) -> String {
        let number = |number: &dyn std::fmt::Display| number.to_string();
        let said = |text: &Text, values: &[(&str, &str)]| fill(&lang.of(text), values);
        let of = |text: &Text, file: &str| said(text, &[("file", file)]);
        match self {
            Self::Large { megabytes } => said(&words::LARGE, &[("size", &number(megabytes))]),
            Self::Empty { file } => of(&words::EMPTY, file),
            Self::Kind { file } => of(&words::KIND, file),
            Self::Unread { file } => of(&words::UNREAD, file),
            Self::NotText { row } => said(&words::NOT_TEXT, &[("row", &number(row))]),
            Self::Fields { row, found, expected } => {
                let [row, found, expected] = [number(row), number(found), number(expected)];
                said(&words::FIELDS, &[("row", &row), ("found", &found), ("expected", &expected)])
            }
            Self::NotNumber { row, column, text } => {
                said(&words::NOT_NUMBER, &[("row", &number(row)), ("column", column), ("text", text)])
            }
            Self::Columns => lang.of(&words::COLUMNS),
            Self::OneClass => lang.of(&words::ONE_CLASS),
            Self::ManyClasses { of, count } => {
                let most = CLASSES.to_string();
                said(&words::MANY_CLASSES, &[("of", of), ("count", &number(count)), ("most", &most)])
            }
            Self::Few => lang.of(&words::FEW),
            Self::NotPicture { file } => of(&words::NOT_PICTURE, file),
            Self::NoFolder { file } => of(&words::NO_FOLDER, file),
            Self::NotZip { file } => of(&words::NOT_ZIP, file),
            Self::Bomb { file } => of(&words::BOMB, file),
            Self::ManyFiles { count } => said(&words::MANY_FILES, &[("count", &number(count))]),
            Self::NoPair => lang.of(&words::NO_PAIR),
            Self::Magic { file, found } => said(&words::MAGIC, &[("file", file), ("found", found)]),
            Self::Length { file, found, expected } => {
                let [found, expected] = [*found, *expected].map(crate::ui::figures::count);
                said(&words::LENGTH, &[("file", file), ("found", &found), ("expected", &expected)])
            }
            Self::Counts { labels, pictures } => {
                let [labels, pictures] = [*labels, *pictures].map(crate::ui::figures::grouped);
                said(&words::COUNTS, &[("labels", &labels), ("pictures", &pictures)])
            }
            Self::NotCollection { file } => of(&words::NOT_COLLECTION, file),
            Self::Drawing { row } => said(&words::BAD_DRAWING, &[("row", &number(row))]),
            Self::Class { row, name } => said(&words::BAD_CLASS, &[("row", &number(row)), ("name", name)]),
            Self::Crowded { file, classes, drawings } => {
                let [classes, drawings, most, kinds] = [*classes, *drawings, MOST, CLASSES].map(|it| it.to_string());
                let (most, kinds) = (("most", &*most), ("kinds", &*kinds));
                said(&words::CROWDED, &[("file", file), ("classes", &classes), ("drawings", &drawings), most, kinds])
            }
            Self::Full => {
                let [most, kinds] = [MOST, CLASSES].map(|it| it.to_string());
                said(&words::FULL, &[("most", &most), ("kinds", &kinds)])
            }
            Self::LongDrawing => lang.of(&words::LONG_DRAWING),
        }
    }
}
