//! Holds the files that the page shows its catalogue from against the cards that they are made of.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test, and native only")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{DIGIT, learner};
use kiln::engine::recipe::{Learner, Moment};
use kiln::native::catalogue::{files, whole};
use kiln::native::tex::{DisplayMode, set};
use kiln::protocol::{Act, Card, Catalogue, Knob, MARKS, Range, Tex, Value, carried, decode, mark};
use kiln::zoo::zoo;

const ADVICE: &str =
    "the cards have changed: run `cargo run --features cpu --bin kiln -- catalogue`, and check in what it writes";

fn read(path: &str) -> Vec<u8> {
    fs::read(kiln::checkout().join(path)).unwrap_or_default()
}

#[test]
fn the_files_are_what_the_cards_say() {
    for (path, bytes) in files().unwrap() {
        assert!(fs::read(kiln::checkout().join(&path)).ok() == Some(bytes), "{}: {ADVICE}", path.display());
    }
    let marks = ["assets/catalogue/cards.bin", "assets/catalogue/zh.txt"].map(|path| mark(&read(path)));
    assert_eq!(marks, MARKS, "{ADVICE}");
}

/// The page sets no TeX itself: what the catalogue hands it is whole, and holds nothing that its policy refuses.
#[test]
fn every_formula_and_every_symbol_is_set() {
    let Catalogue { recipes, acts, .. } = decode(&read("assets/catalogue/cards.bin")).expect(ADVICE);
    assert_eq!(recipes.len(), zoo().len());
    let formulas = recipes.iter().flat_map(|card| &card.formulas);
    let symbols = formulas.clone().flat_map(|formula| formula.symbols.iter().map(|symbol| &symbol.tex));
    for tex in formulas.map(|formula| &formula.tex).chain(symbols).chain(&acts) {
        let fine = tex.markup.starts_with("<math") && tex.markup.ends_with("</math>") && !tex.markup.contains("style=");
        assert!(fine, "{} became {}", tex.source, tex.markup);
    }
}

/// Whatever other language there is, it has the texts that the Chinese file has, and no others.
#[test]
fn a_language_says_each_english_text_once_and_in_order() {
    let keys = |file: &Path| {
        let words = fs::read_to_string(file).unwrap();
        let pairs = words.lines().map(|line| line.split_once('\t').unwrap());
        let said = |(en, said): (&str, &str)| {
            assert_eq!(en.is_empty(), said.is_empty(), "{}: {en:?} is {said:?}", file.display());
            en.to_owned()
        };
        pairs.map(said).collect::<Vec<_>>()
    };
    let chinese = keys(&kiln::checkout().join("assets/catalogue/zh.txt"));
    assert!(chinese.len() > 100 && chinese.is_sorted_by(|one, next| one < next), "the page looks them up by halving");
    for file in fs::read_dir(kiln::checkout().join("assets/catalogue")).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|end| end == "txt") {
            assert_eq!(keys(&file), chinese, "{}", file.display());
        }
    }
}

/// What every hot knob can be: all of its choices, or its ends and its default.
fn values(range: &Range, default: &Value) -> Vec<Value> {
    match range {
        Range::Whole { min, max, .. } => vec![Value::Whole(*min), Value::Whole(*max), default.clone()],
        Range::Real { min, max, .. } => vec![Value::Real(*min), Value::Real(*max), default.clone()],
        Range::Switch => vec![Value::Switch(false), Value::Switch(true)],
        Range::Choice(choices) => choices.iter().map(|choice| Value::Choice(choice.name.clone())).collect(),
        Range::Drawing { .. } => vec![default.clone()],
    }
}

fn acts(model: &dyn Learner) -> Vec<Act> {
    [0, 7].into_iter().flat_map(|step| model.acts(Moment { step, steps_per_epoch: 2 })).collect()
}

/// Every two settings of hot knobs, each with the settings that take them back.
fn pairs(card: &Card) -> Vec<[[(String, Value); 2]; 2]> {
    let hot: Vec<_> = card.knobs.iter().filter(|knob| knob.hot).collect();
    let set = |knob: &Knob, value: Value| (knob.name.to_string(), value);
    let mut pairs = Vec::new();
    for (at, one) in hot.iter().enumerate() {
        for other in &hot[at + 1..] {
            let back = [set(one, one.default.clone()), set(other, other.default.clone())];
            for first in values(&one.range, &one.default) {
                let with = |second| [[set(one, first.clone()), set(other, second)], back.clone()];
                pairs.extend(values(&other.range, &other.default).into_iter().map(with));
            }
        }
    }
    pairs
}

/// No act carries out a formula that the catalogue lacks, and one that is filled in is set as it would be by itself.
#[test]
fn whatever_acts_carry_out_is_in_the_catalogue() {
    let all = whole().unwrap().acts;
    let mut met = BTreeSet::new();
    for entry in zoo().iter().filter(|entry| !(entry.carried)().is_empty()) {
        let card = (entry.card)();
        for conditional in [false, true] {
            let mut model = learner(entry, &DIGIT, &[("conditional", Value::Switch(conditional))]);
            for [turns, back] in pairs(&card) {
                turns.iter().for_each(|(knob, value)| model.turn(knob, value).unwrap());
                for act in acts(&*model) {
                    let told = carried(&act, &all);
                    assert!(!told.markup.is_empty(), "{}: {}, by {turns:?}", card.name, act.tex.source);
                    if met.insert(told.source.clone()) {
                        let mut alone = Tex { source: told.source.clone(), ..Tex::default() };
                        set(&mut alone, DisplayMode::Block).unwrap();
                        assert_eq!(told, alone);
                    }
                }
                back.iter().for_each(|(knob, value)| model.turn(knob, value).unwrap());
            }
        }
    }
    assert!(met.len() > all.len() / 2, "{} formulas of {} patterns", met.len(), all.len());
}

#[test]
fn models_without_such_formulas_have_no_acts() {
    for entry in zoo().iter().filter(|entry| (entry.carried)().is_empty()) {
        assert!(acts(&*learner(entry, &DIGIT, &[])).is_empty(), "{}", (entry.card)().name);
    }
}

/// A browser's worker has no words but those that it says as it runs: `listed` ones are empty there.
#[test]
fn what_a_worker_says_as_it_runs_is_worded_in_it() {
    let session = fs::read_dir(kiln::checkout().join("src/engine/session")).unwrap().map(|file| file.unwrap().path());
    let others = ["src/data/own.rs", "src/data/table.rs", "src/data/augment.rs", "src/engine/adversarial/acts.rs"];
    for path in session.chain(others.map(|path| kiln::checkout().join(path))) {
        assert!(!fs::read_to_string(&path).unwrap().contains("listed("), "{}", path.display());
    }
    for entry in zoo() {
        let path = (entry.card)().source_path;
        let source = String::from_utf8(read(&path)).unwrap();
        let shown = source.split_once("fn show(").map_or("", |(_, rest)| rest.split("\n    }\n").next().unwrap());
        assert!(!shown.contains("listed(") && !source.contains("            title: listed("), "{path}");
    }
}
