//! Fights the duel of a generative and a discriminative classifier on a data set, and prints its table and its finding.

use std::path::Path;

use burn::tensor::Device;

use super::document::Block;
use super::knob;
use super::train::{read, shelf, whole};
use crate::engine::contest::told;
use crate::engine::feed::{Feed, Lack, Shelf};
use crate::engine::recipe::Moment;
use crate::protocol::{Ladder, Value};
use crate::zoo::zoo;

/// Reads the flags, fights the duel to its end on each data set, prints what came of it.
pub fn table(words: &[&str]) -> Result<(), String> {
    let (mut sets, mut seed, mut asked, mut block) = ("mnist", 1, Vec::new(), None);
    for pair in words.chunks(2) {
        let [flag, word] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
        match *flag {
            "--data" => sets = word,
            "--seed" => seed = word.parse().map_err(|_| format!("`{flag} {word}` is no whole number"))?,
            "--knob" => asked.push(*word),
            "--write" => block = Some(Block::find(Path::new(word), "kiln duel")?),
            _ => return Err(format!("no flag `{flag}`")),
        }
    }
    let mut all = Vec::new();
    for data in sets.split(',') {
        let mut knobs = asked.iter().map(|word| knob("duel", data, word)).collect::<Result<Vec<_>, _>>()?;
        knobs.push(("seed".to_owned(), Value::Whole(seed)));
        let told = fight(&shelf(data, seed as u64, &knobs)?, &knobs)?;
        println!("{data}\n\n{}", markdown(&told));
        all.push((data, told));
    }
    block.map_or(Ok(()), |block| block.write(&ends(&all)))
}

/// Makes every step of the duel.
fn fight(data: &Shelf, knobs: &[(String, Value)]) -> Result<Ladder, String> {
    let device = Device::default().autodiff();
    let entry = zoo().into_iter().find(|entry| (entry.card)().name == "duel").ok_or("no model `duel`")?;
    let (mut learner, notices) = (entry.build)(&data.foreign(knobs), &data.shape(), &device);
    notices.iter().for_each(|notice| eprintln!("{notice:?}"));
    let seed = whole(learner.as_ref(), "seed") as u64;
    let mut feed = Feed::new(data, seed, whole(learner.as_ref(), "batch-size") as usize);
    for step in 0.. {
        match feed.serve(learner.as_mut(), data, step, &device) {
            Ok(batch) => drop(learner.step(batch, Moment { step, steps_per_epoch: 1 })),
            Err(Lack::Late) => return Err("a chunk was not loaded".into()),
            Err(Lack::Done) => break,
        }
    }
    let lesson = learner.lesson().ok_or("it measured nothing")?;
    let wrong: Vec<f32> = lesson.wrong.iter().cloned().flat_map(read).collect();
    Ok(told(&lesson, &wrong))
}

/// A row for each number of samples, then what was observed.
fn markdown(told: &Ladder) -> String {
    let titles: Vec<_> = told.rises.iter().map(|rise| rise.title.en.to_string()).collect();
    let mut text = format!("| {} | {} |\n| ---: | ---: | ---: |\n", told.axes[0].en, titles.join(" | "));
    let Some(first) = told.rises.first() else { return text };
    for (at, (size, ..)) in first.rungs.iter().enumerate() {
        let values = told.rises.iter().map(|rise| {
            let (_, mean, error) = rise.rungs[at];
            format!("{mean:.1} ± {error:.1} %")
        });
        text += &format!("| {size} | {} |\n", values.collect::<Vec<_>>().join(" | "));
    }
    text + &told.said.iter().map(|text| format!("\n{}\n", text.en)).collect::<String>()
}

/// A row for each data set: both players' errors with the fewest and with the most samples, and whose mean is lower there.
fn ends(all: &[(&str, Ladder)]) -> String {
    let Some((_, first)) = all.first() else { return String::new() };
    let titles: Vec<&str> = first.rises.iter().map(|rise| &*rise.title.en).collect();
    let mut text = format!("| data | samples | {} | fewer errors with few | with many |\n", titles.join(" | "));
    text += &format!("| --- | ---: |{} --- | --- |\n", " ---: |".repeat(titles.len()));
    for (data, told) in all {
        let ends = told.rises.iter().filter_map(|rise| Some([*rise.rungs.first()?, *rise.rungs.last()?]));
        let ends: Vec<_> = ends.collect();
        let both = |of: fn((u32, f32, f32)) -> String, pair: &[_; 2]| pair.map(of).join(", ");
        let sizes = ends.first().map(|pair| both(|(size, ..)| size.to_string(), pair)).unwrap_or_default();
        let errors = ends.iter().map(|pair| both(|(_, mean, error)| format!("{mean:.1} ± {error:.1}%"), pair));
        let better = [0, 1].map(|end| {
            let players = ends.iter().zip(&titles);
            players.min_by(|(one, _), (other, _)| one[end].1.total_cmp(&other[end].1)).map_or("", |(_, title)| *title)
        });
        let cells = [sizes].into_iter().chain(errors).chain(better.map(str::to_owned));
        text += &format!("| {data} | {} |\n", cells.collect::<Vec<_>>().join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On penguins both players come near the 4 % that two of their measurements leave; naive Bayes may do so with 10 samples,
    /// logistic regression does not.
    #[test]
    fn penguins_are_told_apart_better_by_who_has_seen_more() {
        let knobs = vec![("seed".to_owned(), Value::Whole(1)), ("draws".to_owned(), Value::Whole(3))];
        let told = fight(&shelf("penguins", 1, &knobs).expect("it is made"), &knobs).expect("it ends");
        for rise in &told.rises {
            let sizes: Vec<u32> = rise.rungs.iter().map(|rung| rung.0).collect();
            assert_eq!(sizes, [10, 20, 50, 100, 200]);
            let (few, many) = (rise.rungs[0].1, rise.rungs[4].1);
            assert!(many < 8.0 && few < 50.0, "{rise:?}");
        }
        let learnt = &told.rises[1].rungs;
        assert!(learnt[4].1 < learnt[0].1, "{learnt:?}");
        let text = markdown(&told);
        assert!(text.starts_with("| training samples | Naive Bayes | Logistic regression |"), "{text}");
        assert!(text.contains("3 of 3 draws") && text.contains("Ng and Jordan"), "{text}");
        let row = ends(&[("penguins", told)]).lines().last().expect("a row behind two of the head").to_owned();
        assert!(row.starts_with("| penguins | 10, 200 |") && row.matches('±').count() == 4, "{row}");
        assert!(row.ends_with(" | Logistic regression |") || row.ends_with(" | Naive Bayes |"), "{row}");
    }
}
