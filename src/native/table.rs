//! The table of models by data sets: every classifier on every set that fits it, from its defaults and several seeds.

use std::collections::BTreeMap;
use std::fs::{OpenOptions, read_to_string};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::document::Block;
use super::train::{Course, course, shelf};
use super::{TARGETS, epochs};
use crate::data::SETS;
use crate::engine::feed::{Feed, Shelf};
use crate::protocol::{Card, Reference, Split, Value, Wing};
use crate::zoo::zoo;

/// The curve that the table is of.
const ACCURACY: &str = "accuracy/test";
/// Updates that a model which goes down a gradient makes at least: small sets are gone through more often.
const UPDATES: u64 = 1000;
/// Epochs with which published figures of a set are compared; they take the place of the rule.
const LONGER: [(&str, &str, u32); 4] =
    [("mnist1d", "softmax", 40), ("mnist1d", "perceptron", 60), ("mnist1d", "cnn", 8), ("mnist1d", "resnet", 8)];
/// Columns beside the models' own: what a knob other than its default makes of one.
const VARIANTS: [(&str, &str, (&str, &str)); 1] = [("lda", "discriminant", ("covariance", "shared"))];
const HEAD: &str = "| data | model | seed | epochs | test % | seconds |\n| --- | --- | --- | --- | --- | --- |\n";

/// A model, from its defaults but for `knobs`.
struct Column {
    title: String,
    card: Card,
    knobs: Vec<(String, Value)>,
}

/// Which cells are asked for.
struct Asked {
    columns: Vec<Column>,
    /// Names, the cheapest first.
    sets: Vec<String>,
    seeds: u32,
    out: Option<PathBuf>,
    write: Option<Block>,
}

/// What came of one run.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    epochs: u32,
    /// Per cent of all test samples.
    accuracy: f32,
    seconds: f32,
}

/// By data set, title of the column and seed.
type Runs = BTreeMap<(String, String, u32), Run>;

/// Reads the flags, makes each run that the file does not have yet and adds its line there, prints the table.
pub fn table(words: &[&str]) -> Result<(), String> {
    let asked = Asked::read(words)?;
    let mut runs = Runs::new();
    if let Some(path) = &asked.out {
        let text = if path.exists() { told(path, read_to_string(path))? } else { HEAD.to_owned() };
        runs = known(&text);
        // A line that was cut off ends here, and another one can follow.
        let whole = if text.ends_with('\n') { text } else { text + "\n" };
        told(path, std::fs::write(path, whole))?;
    }
    for set in &asked.sets {
        for seed in 1..=asked.seeds {
            let data = shelf(set, u64::from(seed), &[])?;
            for column in asked.columns.iter().filter(|column| column.card.data.contains(&set.as_str().into())) {
                let place = (set.clone(), column.title.clone(), seed);
                if runs.contains_key(&place) {
                    continue;
                }
                let run = once(&data, column, seed)?;
                let line = line(&place, &run);
                eprint!("{line}");
                if let Some(path) = &asked.out {
                    let file = OpenOptions::new().append(true).open(path);
                    told(path, file.and_then(|mut file| file.write_all(line.as_bytes())))?;
                }
                runs.insert(place, run);
            }
        }
    }
    let text = summary(&asked, &runs);
    print!("{text}");
    asked.write.map_or(Ok(()), |block| block.write(&text))
}

impl Asked {
    fn read(words: &[&str]) -> Result<Self, String> {
        let (mut names, mut seeds, mut out, mut write) = ([None, None], 3, None, None);
        for pair in words.chunks(2) {
            let [flag, word] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
            match *flag {
                "--models" => names[0] = Some(*word),
                "--data" => names[1] = Some(*word),
                "--seeds" => seeds = word.parse().map_err(|_| format!("`{flag} {word}` is no whole number"))?,
                "--out" => out = Some(PathBuf::from(word)),
                "--write" => write = Some(Block::find(Path::new(word), "kiln table")?),
                _ => return Err(format!("no flag `{flag}`")),
            }
        }
        if write.is_some() && names != [None, None] {
            return Err("a document holds the whole table: `--write` goes without `--models` and `--data`".to_owned());
        }
        let models = zoo().iter().map(|entry| entry.listed(SETS)).filter(classifies).collect::<Vec<_>>();
        let mut cards: Vec<_> = SETS.iter().map(|set| (set.card)()).collect();
        cards.sort_by_key(|card| {
            u64::from(card.train) * card.shape.iter().map(|side| u64::from(*side)).product::<u64>()
        });
        let columns = chosen(columns(models), names[0], |column| &column.title, "classifier")?;
        let sets = chosen(cards, names[1], |card| &card.name, "data set")?;
        Ok(Self { columns, sets: sets.into_iter().map(|card| card.name.to_string()).collect(), seeds, out, write })
    }
}

/// Those of `all` that `asked` names, separated by commas; all where nothing is asked.
fn chosen<T>(all: Vec<T>, asked: Option<&str>, name: fn(&T) -> &str, what: &str) -> Result<Vec<T>, String> {
    let Some(asked) = asked else { return Ok(all) };
    let asked: Vec<&str> = asked.split(',').collect();
    match asked.iter().find(|word| !all.iter().any(|one| name(one) == **word)) {
        Some(word) => Err(format!("no {what} `{word}`")),
        None => Ok(all.into_iter().filter(|one| asked.contains(&name(one))).collect()),
    }
}

fn classifies(card: &Card) -> bool {
    card.wing == Wing::Discriminative && card.series.iter().any(|series| series.name == ACCURACY)
}

/// A column for each model, and one behind it for each of its variants.
fn columns(models: Vec<Card>) -> Vec<Column> {
    let of = |card: Card| {
        let own = Column { title: card.name.to_string(), knobs: Vec::new(), card };
        let variants =
            VARIANTS.iter().filter(|(_, model, _)| *own.card.name == **model).map(|(title, _, (knob, value))| {
                let knobs = vec![((*knob).to_owned(), Value::Choice((*value).into()))];
                Column { title: (*title).to_owned(), card: own.card.clone(), knobs }
            });
        let variants: Vec<_> = variants.collect();
        [own].into_iter().chain(variants)
    };
    models.into_iter().flat_map(of).collect()
}

/// Trains a column's model.
fn once(data: &Shelf, column: &Column, seed: u32) -> Result<Run, String> {
    let card = &column.card;
    let batch = card.on(data.card()).knobs.iter().find_map(|knob| match knob.default {
        Value::Whole(batch) if knob.name == "batch-size" => Some(batch as usize),
        _ => None,
    });
    let feed = Feed::new(data, 0, batch.ok_or_else(|| format!("{} has no batch size", card.name))?);
    let covered = feed.steps_per_epoch() * feed.batch_size() as u64;
    let left_out = 1.0 - covered as f64 / data.total(Split::Train).max(1) as f64;
    let epochs = passes(&card.name, &data.card().name, feed.steps_per_epoch(), left_out);
    let seed = ("seed".to_owned(), Value::Whole(i64::from(seed)));
    let knobs = column.knobs.iter().cloned().chain([seed]).collect();
    let start = Instant::now();
    let done = course(data, &Course { model: card.name.to_string(), epochs, knobs }, None, false)?;
    Ok(Run { epochs, accuracy: done.accuracy, seconds: start.elapsed().as_secs_f32() })
}

/// Epochs of a model on a set: as many as its target on MNIST takes, and no fewer than make [`UPDATES`]. A model that only
/// counts takes one, and ten where the samples that fill no batch, others each time, are more than one in a hundred.
fn passes(model: &str, data: &str, steps: u64, left_out: f64) -> u32 {
    if let Some((.., epochs)) = LONGER.iter().find(|(set, name, _)| (*set, *name) == (data, model)) {
        return *epochs;
    }
    match epochs(model) {
        1 if TARGETS.iter().any(|(name, ..)| *name == model) => {
            if left_out > 0.01 {
                10
            } else {
                1
            }
        }
        usual => usual.max(UPDATES.div_ceil(steps.max(1)) as u32),
    }
}

fn line((data, model, seed): &(String, String, u32), run: &Run) -> String {
    format!("| {data} | {model} | {seed} | {} | {} | {:.1} |\n", run.epochs, run.accuracy, run.seconds)
}

/// The runs of a file; a line that was cut off in the middle says nothing.
fn known(text: &str) -> Runs {
    text.split_inclusive('\n').filter(|line| line.ends_with("|\n")).filter_map(one).collect()
}

fn one(line: &str) -> Option<((String, String, u32), Run)> {
    let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
    let mut next = || cells.next();
    let place = (next()?.to_owned(), next()?.to_owned(), next()?.parse().ok()?);
    let run = Run { epochs: next()?.parse().ok()?, accuracy: next()?.parse().ok()?, seconds: next()?.parse().ok()? };
    Some((place, run))
}

/// A row for each data set, a column for each model: mean and standard deviation over the seeds, and what was published; a
/// dash where a model does not accept the set. The epochs of each run stand in the file of runs.
fn summary(asked: &Asked, runs: &Runs) -> String {
    let mut text = String::from("| data |");
    asked.columns.iter().for_each(|column| text += &format!(" {} |", column.title));
    text.push_str("\n| --- |");
    text.push_str(&" --- |".repeat(asked.columns.len()));
    for set in &asked.sets {
        text += &format!("\n| {set} |");
        for Column { title, card, knobs } in &asked.columns {
            if !card.data.contains(&set.as_str().into()) {
                text += " – |";
                continue;
            }
            let mine = runs.iter().filter(|((data, column, _), _)| data == set && column == title);
            let known = published(card, set).filter(|_| knobs.is_empty());
            text += &format!(" {} |", cell(&mine.map(|(_, run)| run).collect::<Vec<_>>(), known));
        }
    }
    text.push('\n');
    text
}

/// What the card says is known to be reached on this set, per cent.
fn published(card: &Card, set: &str) -> Option<f32> {
    let series = card.series.iter().find(|series| series.name == ACCURACY)?;
    let holds = |mark: &&Reference| mark.data.as_ref().is_none_or(|data| data == set);
    series.references.iter().find(holds).map(|mark| mark.value)
}

fn cell(runs: &[&Run], published: Option<f32>) -> String {
    if runs.is_empty() {
        return String::new();
    }
    let known = published.map(|value| format!(" ({value})")).unwrap_or_default();
    let (mean, spread) = spread(&runs.iter().map(|run| f64::from(run.accuracy)).collect::<Vec<_>>());
    let spread = spread.map(|spread| format!(" ± {spread:.1}")).unwrap_or_default();
    format!("{mean:.1}{spread}{known}")
}

/// The mean, and of more than one value the standard deviation, by n - 1.
fn spread(values: &[f64]) -> (f64, Option<f64>) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt()))
}

fn told<T>(path: &Path, outcome: std::io::Result<T>) -> Result<T, String> {
    outcome.map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(accuracy: f32) -> Run {
        Run { epochs: 10, accuracy, seconds: 1.5 }
    }

    /// 90, 91 and 95: mean 92, deviation sqrt((4 + 1 + 9) / 2).
    #[test]
    fn a_cell_tells_mean_deviation_and_what_was_published() {
        let runs = [run(90.0), run(91.0), run(95.0)];
        assert_eq!(cell(&runs.iter().collect::<Vec<_>>(), Some(92.5)), "92.0 ± 2.6 (92.5)");
        assert_eq!(cell(&[&run(90.0)], None), "90.0");
        assert_eq!(cell(&[], Some(92.5)), "");
    }

    #[test]
    fn a_file_that_was_cut_off_goes_on_where_its_last_whole_line_ends() {
        let place = ("iris".to_owned(), "softmax".to_owned(), 2);
        let text = format!("{HEAD}{}| iris | softmax | 3 | 10 | 9", line(&place, &run(93.33)));
        assert_eq!(known(&text), Runs::from([(place, run(93.33))]));
    }

    #[test]
    fn small_sets_are_gone_through_more_often_and_what_counts_counts_once() {
        assert_eq!(passes("softmax", "mnist", 937, 0.0005), 10);
        assert_eq!(passes("softmax", "iris", 1, 0.4), 1000);
        assert_eq!((passes("naive-bayes", "mnist", 937, 0.0005), passes("naive-bayes", "iris", 1, 0.4)), (1, 10));
        assert_eq!(passes("perceptron", "mnist1d", 62, 0.008), 60);
    }

    #[test]
    fn a_table_is_made_and_taken_up_again() {
        let path = std::env::temp_dir().join(format!("kiln-table-{}.md", std::process::id()));
        let words = ["--models", "discriminant,lda", "--data", "circles", "--seeds", "1", "--out"];
        let words = [&words[..], &[path.to_str().expect("a temporary folder has a plain name")]].concat();
        table(&words).expect("it trains");
        let first = read_to_string(&path).expect("it was written");
        let runs = known(&first);
        let [own, shared] = ["discriminant", "lda"].map(|title| &runs[&("circles".to_owned(), title.to_owned(), 1)]);
        assert!(own.accuracy > 99.0 && shared.accuracy < 70.0, "a straight line parts no rings: {first}");
        table(&words).expect("there is nothing left to train");
        assert_eq!(read_to_string(&path).expect("it was written"), first);
        drop(std::fs::remove_file(&path));
        assert_eq!(table(&["--data", "nowhere"]), Err("no data set `nowhere`".to_owned()));
        let lost = table(&["--write", path.to_str().expect("a temporary folder has a plain name")]);
        assert!(lost.is_err_and(|error| error.contains("kiln-table")), "it is told before anything is trained");
    }
}
