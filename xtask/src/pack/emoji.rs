//! Emoji of two vendors, on white, with their categories as classes.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::{Cut, Half, npm_package, write};
use crate::shell::{Outcome, about};

/// Unicode's categories; a category's index is the label. Left out is "Component": five swatches of skin colour.
const CATEGORIES: [&str; 9] = [
    "Smileys & Emotion",
    "People & Body",
    "Animals & Nature",
    "Food & Drink",
    "Travel & Places",
    "Activities",
    "Objects",
    "Symbols",
    "Flags",
];

/// Package, checksum and sheet of each vendor. Only `sheets-clean` holds nothing but the vendor's own art.
const VENDORS: [(&str, &str, &str); 2] = [
    (
        "emoji-datasource-google@16.0.0",
        "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
        "img/google/sheets-clean/32.png",
    ),
    (
        "emoji-datasource-twitter@16.0.0",
        "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
        "img/twitter/sheets-clean/32.png",
    ),
];

const SIDE: usize = 32;
/// Of the sheet: an emoji with a pixel around it.
const CELL: usize = SIDE + 2;
/// One name of so many is for tests.
const TESTED: usize = 5;

/// In whose place Google's sheet has the flag of Saudi Arabia.
const MISDRAWN: &str = "Sark Flag";

/// A row of `emoji.json`.
struct Emoji {
    name: String,
    category: usize,
    sheet: [usize; 2],
}

/// A sheet's pixels.
struct Sheet {
    width: usize,
    /// `[height, width, 4]`: red, green, blue, opacity.
    rgba: Vec<u8>,
}

/// Packs the emoji, both vendors' pictures of a name one after the other, and a list of the names.
pub fn pack() -> Outcome {
    let packages: Outcome<Vec<_>> = VENDORS.iter().map(|(package, hash, _)| npm_package(package, hash)).collect();
    let packages = packages?;
    let sheets: Outcome<Vec<_>> =
        packages.iter().zip(VENDORS).map(|(package, (.., sheet))| read_sheet(&package.join(sheet))).collect();
    let sheets = sheets?;
    let rows = distinct(rows(&packages[0].join("emoji.json"))?, &sheets);
    let tested = tested(&rows);
    let mut names = String::new();
    let halves = [("train", false), ("test", true)].map(|(name, test)| {
        let mut half = Half { name, size: 3 * SIDE * SIDE, pixels: Vec::new(), labels: Vec::new() };
        let mut members: Vec<&Emoji> = rows.iter().filter(|row| tested.contains(&row.name) == test).collect();
        members.sort_by_key(|row| (scramble(&row.name), row.sheet));
        for row in members {
            names += &format!("{name}\t{}\t{}\n", row.category, row.name);
            for sheet in &sheets {
                half.pixels.extend(crop(sheet, row.sheet));
                half.labels.push(row.category as u8);
            }
        }
        half
    });
    let [train, test] = halves;
    let cuts = [Cut { first: 200, later: 800 }, Cut { first: 200, later: 800 }];
    let [train_cut, test_cut] = cuts;
    let folder = write("emoji", [(train, train_cut), (test, test_cut)])?;
    let list = folder.join("names.txt");
    fs::write(&list, names).map_err(about(&list))
}

fn rows(path: &Path) -> Outcome<Vec<Emoji>> {
    let text = fs::read_to_string(path).map_err(about(path))?;
    let rows: Vec<Value> = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let emoji = |row: &Value| {
        let place = |axis: &str| row[axis].as_u64().map(|place| place as usize);
        Some(Emoji {
            name: row["name"].as_str()?.to_owned(),
            category: CATEGORIES.iter().position(|category| row["category"] == *category)?,
            sheet: [place("sheet_x")?, place("sheet_y")?],
        })
    };
    let known = rows.iter().filter(|row| row["category"] != "Component" && row["name"] != MISDRAWN);
    known.map(|row| emoji(row).ok_or_else(|| format!("no emoji: {row}"))).collect()
}

/// The emoji without those for which a vendor repeats an earlier picture, as for France's flag over Clipperton: a test
/// would ask for what was trained on.
fn distinct(rows: Vec<Emoji>, sheets: &[Sheet]) -> Vec<Emoji> {
    let mut seen = vec![BTreeSet::new(); sheets.len()];
    let mut fresh = |row: &Emoji| {
        let pictures = sheets.iter().map(|sheet| crop(sheet, row.sheet));
        // Each sheet's set takes the picture in, even where another sheet's refuses its own.
        pictures.zip(&mut seen).fold(true, |fresh, (picture, seen)| seen.insert(picture) && fresh)
    };
    rows.into_iter().filter(|row| fresh(row)).collect()
}

/// One name in [`TESTED`] of each category. Both vendors draw the same names, so that a split by picture would test on
/// near copies of what was trained on.
fn tested(rows: &[Emoji]) -> BTreeSet<String> {
    let mut tested = BTreeSet::new();
    for category in 0..CATEGORIES.len() {
        let names: BTreeSet<&String> =
            rows.iter().filter(|row| row.category == category).map(|row| &row.name).collect();
        let mut names: Vec<&String> = names.into_iter().collect();
        names.sort_by_key(|name| scramble(name));
        tested.extend(names.iter().take(names.len() / TESTED).map(|name| (*name).clone()));
    }
    tested
}

/// A hash that scatters the names: FNV-1a (Fowler, Noll and Vo), 64 bits, and its bits mixed, as the low bytes of
/// similar names differ little.
fn scramble(name: &str) -> u64 {
    let hash = name
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
    (hash ^ (hash >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn read_sheet(path: &Path) -> Outcome<Sheet> {
    let told = |error: png::DecodingError| format!("{}: {error}", path.display());
    let file = std::io::BufReader::new(fs::File::open(path).map_err(about(path))?);
    let mut reader = png::Decoder::new(file).read_info().map_err(told)?;
    let size = reader.output_buffer_size().ok_or_else(|| format!("{}: too large", path.display()))?;
    let mut rgba = vec![0; size];
    let frame = reader.next_frame(&mut rgba).map_err(told)?;
    if (frame.color_type, frame.bit_depth) != (png::ColorType::Rgba, png::BitDepth::Eight) {
        return Err(format!("{}: expected 8 bits of red, green, blue and opacity", path.display()));
    }
    Ok(Sheet { width: frame.width as usize, rgba })
}

/// An emoji `[3, 32, 32]`, laid on white.
fn crop(sheet: &Sheet, [column, row]: [usize; 2]) -> Vec<u8> {
    let pixel = |channel: usize, at: usize| {
        let (x, y) = (column * CELL + 1 + at % SIDE, row * CELL + 1 + at / SIDE);
        let place = (y * sheet.width + x) * 4;
        let (colour, opacity) = (u32::from(sheet.rgba[place + channel]), u32::from(sheet.rgba[place + 3]));
        ((colour * opacity + 255 * (255 - opacity) + 127) / 255) as u8
    };
    (0..3).flat_map(|channel| (0..SIDE * SIDE).map(move |at| (channel, at))).map(|(c, at)| pixel(c, at)).collect()
}
