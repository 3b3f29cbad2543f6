//! `catalogue`: what the page shows of models and data sets, written to files: the cards in English, and a file of words for
//! each other language.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::tex::{self, DisplayMode};
use crate::data::SETS;
use crate::protocol::{Card, Catalogue, DataCard, Knob, Range, Tex, Text, encode, mark};
use crate::zoo::zoo;

/// What lies where in the repository.
///
/// # Errors
/// A formula that cannot be set, or a text that the files cannot hold.
pub fn files() -> Result<Vec<(PathBuf, Vec<u8>)>, String> {
    let mut catalogue = whole()?;
    let words = translated(&mut catalogue)?.into_bytes();
    let cards = encode(&catalogue).map_err(|fault| format!("{fault:?}"))?;
    let marks = format!(
        "// Marks of the files in `assets/catalogue/`, the cards' first, as `kiln catalogue` wrote them.\n[{:#010x}, {:#010x}]\n",
        mark(&cards),
        mark(&words)
    );
    Ok(vec![
        ("assets/catalogue/cards.bin".into(), cards),
        ("assets/catalogue/zh.txt".into(), words),
        ("assets/catalogue.rs".into(), marks.into_bytes()),
    ])
}

/// Writes the files into the checkout at `root`.
///
/// # Errors
/// A sentence for the user.
pub fn write(root: &Path) -> Result<(), String> {
    for (path, bytes) in files()? {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, &bytes));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{:>8} bytes  {}", bytes.len(), path.display());
    }
    Ok(())
}

/// The catalogue in all languages with every formula set.
///
/// # Errors
/// A formula that cannot be set.
pub fn whole() -> Result<Catalogue, String> {
    let entries = zoo();
    let datasets: Vec<_> = SETS.iter().map(|set| set.listed()).collect();
    let mut recipes: Vec<_> = entries.iter().map(|entry| entry.among(&datasets)).collect();
    for formula in recipes.iter_mut().flat_map(|card| &mut card.formulas) {
        tex::set(&mut formula.tex, DisplayMode::Block)?;
        formula.symbols.iter_mut().try_for_each(|symbol| tex::set(&mut symbol.tex, DisplayMode::Inline))?;
    }
    let mut carried: Vec<_> = entries.iter().flat_map(|entry| (entry.carried)()).collect();
    carried.sort_unstable();
    carried.dedup();
    let mut acts: Vec<_> = carried.into_iter().map(|source| Tex { source: source.into(), ..Tex::default() }).collect();
    acts.iter_mut().try_for_each(|tex| tex::set(tex, DisplayMode::Block))?;
    Ok(Catalogue { recipes, datasets, acts })
}

/// Takes the Chinese words out of a catalogue: lines of English words, a tab and Chinese ones, in the order of the English.
/// Where the same English words are said otherwise elsewhere, they stay in the card.
///
/// # Errors
/// A text that does not stand on a line.
fn translated(catalogue: &mut Catalogue) -> Result<String, String> {
    let (mut words, mut odd) = (BTreeMap::new(), Ok(()));
    let mut take = |text: &mut Text| {
        if [&text.en, &text.zh].iter().any(|words| words.contains(['\n', '\t'])) {
            odd = Err(format!("this text does not stand on a line: {}", text.en));
        }
        if *words.entry(text.en.to_string()).or_insert_with(|| text.zh.to_string()) == *text.zh {
            text.zh = "".into();
        }
    };
    catalogue.recipes.iter_mut().for_each(|card| model(card, &mut take));
    catalogue.datasets.iter_mut().for_each(|card| data(card, &mut take));
    odd?;
    Ok(words.into_iter().map(|(en, zh)| format!("{en}\t{zh}\n")).collect())
}

fn model(card: &mut Card, say: &mut impl FnMut(&mut Text)) {
    say(&mut card.title);
    say(&mut card.blurb);
    card.explanation.iter_mut().for_each(&mut *say);
    for formula in &mut card.formulas {
        say(&mut formula.title);
        formula.symbols.iter_mut().for_each(|symbol| say(&mut symbol.text));
    }
    card.knobs.iter_mut().for_each(|its| knob(its, say));
    for series in &mut card.series {
        [&mut series.group, &mut series.title, &mut series.unit].into_iter().for_each(&mut *say);
    }
    for way in &mut card.breaks {
        [&mut way.title, &mut way.watch].into_iter().for_each(&mut *say);
    }
}

fn data(card: &mut DataCard, say: &mut impl FnMut(&mut Text)) {
    [&mut card.title, &mut card.blurb, &mut card.attribution].into_iter().for_each(&mut *say);
    card.classes.iter_mut().for_each(&mut *say);
    card.knobs.iter_mut().for_each(|its| knob(its, say));
}

fn knob(knob: &mut Knob, say: &mut impl FnMut(&mut Text)) {
    [&mut knob.title, &mut knob.help].into_iter().for_each(&mut *say);
    if let Range::Choice(choices) = &mut knob.range {
        choices.iter_mut().for_each(|choice| say(&mut choice.title));
    }
}
