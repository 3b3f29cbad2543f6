//! Trains every classifier on MNIST from its defaults, and holds it against its target.

use std::path::Path;
use std::time::Instant;

use super::TARGETS;
use super::document::Block;
use super::train::{Course, course, digits};
use crate::protocol::Value;
use crate::zoo::zoo;

/// What a model reached.
struct Row {
    title: String,
    epochs: u32,
    /// Per cent of the test set, by seed.
    reached: Vec<f32>,
    target: f32,
}

/// Reads the flags, trains each model from each seed, prints a line for each run and the table of them.
pub fn table(words: &[&str]) -> Result<(), String> {
    let (mut first, mut seeds, mut block) = (1, 1, None);
    for pair in words.chunks(2) {
        let [flag, word] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
        let whole = || word.parse::<i64>().map_err(|_| format!("`{flag} {word}` is no whole number"));
        match *flag {
            "--seed" => (first, seeds) = (whole()?, 1),
            "--seeds" => seeds = whole()?,
            "--write" => block = Some(Block::find(Path::new(word), "kiln reference")?),
            _ => return Err(format!("no flag `{flag}`")),
        }
    }
    let (digits, cards) = (digits()?, zoo().into_iter().map(|entry| (entry.card)()).collect::<Vec<_>>());
    let (mut rows, mut missed) = (Vec::new(), Vec::new());
    for (model, epochs, target) in TARGETS {
        let card = cards.iter().find(|card| card.name == model).ok_or_else(|| format!("no model `{model}`"))?;
        let mut reached = Vec::new();
        for seed in first..first + seeds {
            let (start, knobs) = (Instant::now(), vec![("seed".to_owned(), Value::Whole(seed))]);
            let done = course(&digits, &Course { model: model.to_owned(), epochs, knobs }, None, false)?;
            let (accuracy, seconds) = (done.accuracy, start.elapsed().as_secs_f32());
            let verdict = if accuracy >= target { "reached" } else { "MISSED" };
            println!(
                "{model:<12} seed {seed} {epochs:>2} epochs {seconds:>6.1} s  test {accuracy:.2} %  target {target:.1} % {verdict}"
            );
            reached.push(accuracy);
        }
        if reached.iter().any(|accuracy| *accuracy < target) {
            missed.push(model);
        }
        rows.push(Row { title: card.title.en.to_string(), epochs, reached, target });
    }
    let text = markdown(first, &rows);
    print!("\n{text}");
    block.map_or(Ok(()), |block| block.write(&text))?;
    if missed.is_empty() { Ok(()) } else { Err(format!("below target: {}", missed.join(", "))) }
}

/// A row for each model, a column for each seed.
fn markdown(first: i64, rows: &[Row]) -> String {
    let count = rows.first().map_or(0, |row| row.reached.len());
    let seeds: String = (first..).take(count).map(|seed| format!(" seed {seed} |")).collect();
    let mut text = format!("| model | epochs |{seeds} target |\n| --- | ---: |{} ---: |\n", " ---: |".repeat(count));
    for Row { title, epochs, reached, target } in rows {
        let reached: String = reached.iter().map(|accuracy| format!(" {accuracy:.2}% |")).collect();
        text += &format!("| {title} | {epochs} |{reached} {target:.1}% |\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_tells_what_each_seed_reached_and_what_it_had_to() {
        let row = Row { title: "Softmax regression".into(), epochs: 10, reached: vec![92.71, 92.756], target: 92.0 };
        let told = "| model | epochs | seed 2 | seed 3 | target |\n| --- | ---: | ---: | ---: | ---: |\n\
            | Softmax regression | 10 | 92.71% | 92.76% | 92.0% |\n";
        assert_eq!(markdown(2, &[row]), told);
    }

    #[test]
    fn every_target_is_of_a_model_that_exists() {
        let names: Vec<_> = zoo().into_iter().map(|entry| (entry.card)().name).collect();
        assert!(TARGETS.iter().all(|(model, ..)| names.iter().any(|name| name == model)));
    }
}
