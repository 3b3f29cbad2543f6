//! Fights the duel of a generative and a discriminative classifier on a data set, and prints its table and its finding.

use burn::tensor::Device;

use super::knob;
use super::train::{read, shelf, whole};
use crate::engine::contest::told;
use crate::engine::feed::{Feed, Lack, Shelf};
use crate::engine::recipe::Moment;
use crate::protocol::{Ladder, Value};
use crate::zoo::zoo;

/// Reads the flags, fights the duel to its end, prints what came of it.
pub fn table(words: &[&str]) -> Result<(), String> {
    let (mut data, mut seed, mut asked) = ("mnist", 1, Vec::new());
    for pair in words.chunks(2) {
        let [flag, word] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
        match *flag {
            "--data" => data = word,
            "--seed" => seed = word.parse().map_err(|_| format!("`{flag} {word}` is no whole number"))?,
            "--knob" => asked.push(*word),
            _ => return Err(format!("no flag `{flag}`")),
        }
    }
    let mut knobs = asked.into_iter().map(|word| knob("duel", data, word)).collect::<Result<Vec<_>, _>>()?;
    knobs.push(("seed".to_owned(), Value::Whole(seed)));
    let told = fight(&shelf(data, seed as u64, &knobs)?, &knobs)?;
    print!("{}", markdown(&told));
    Ok(())
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
    }
}
