//! The native command: trains, measures and packs models without a browser.
#![allow(clippy::disallowed_methods, reason = "here is a clock, and waiting for the device stops no event loop")]

mod bench;
mod breaks;
pub mod catalogue;
mod checkpoint;
mod document;
mod duel;
mod fixture;
mod gan;
mod generate;
mod plane;
mod plot;
mod quality;
mod reference;
mod scale;
mod table;
pub mod tex;
pub mod train;

use std::path::PathBuf;

use crate::data::SETS;
use crate::protocol::{Range, Value};
use crate::zoo::zoo;
use train::{Course, shelf};

/// What each model must reach from its defaults, in per cent of the test set, and after how many epochs.
const TARGETS: [(&str, u32, f32); 9] = [
    ("softmax", 10, 92.0),
    ("naive-bayes", 1, 80.0),
    ("discriminant", 1, 95.5),
    ("svm", 10, 91.0),
    ("fourier-svm", 5, 97.0),
    ("perceptron", 10, 97.8),
    ("lenet", 8, 99.0),
    ("cnn", 8, 99.0),
    ("resnet", 8, 99.0),
];

fn help() -> String {
    let (epochs, dropout) = (checkpoint::EPOCHS, checkpoint::DROPOUT);
    format!(
        "\
kiln train MODEL [--data NAME] [--seed N] [--epochs N] [--knob NAME=VALUE]... [--save PATH] [--sheet PATH]
                            train, on MNIST if nothing else is said, and print every curve; a sheet shows samples
kiln reference [--seed N | --seeds N] [--write DOCUMENT]   train every classifier on MNIST from its defaults and hold it
                            against its target
kiln table [--models A,B] [--data A,B] [--seeds N] [--out PATH] [--write DOCUMENT]   train every classifier on every data
                            set that fits it, from its defaults and three seeds: a table; what the file at PATH has is
                            not trained again
kiln duel [--data A,B] [--seed N] [--knob NAME=VALUE]... [--write DOCUMENT]   naive Bayes against logistic regression with
                            more and more training samples: test errors, and what they say
                            --write also puts the table into its place in a document, such as docs/RESULTS.md
kiln vae [--seed N] [--knob NAME=VALUE]...   train the published VAE and hold its curve against the published one
kiln gan [--model gan|dcgan] [--seeds N] [--steps N] [--loss NAME] [--knob NAME=VALUE]...   train the adversarial models
                            on MNIST from several seeds, let the shipped LeNet count what they make
kiln plane [--model NAME] [--data NAME] [--seeds N] [--seed N] [--steps N] [--knob NAME=VALUE]...   train a generative
                            model on points in the plane, and count the modes that it covers
kiln breaks [--model NAME] [--seeds N] [--steps N] [--only FAILURE]   train a generative model on MNIST with each of
                            its ways to fail, and hold each against its sign
kiln quality [MODEL [--seed N] [--epochs N] [--knob NAME=VALUE]...]   what the metrics of sample quality say of samples
                            whose quality is known, and of a model trained for it
kiln bench [WORKLOAD]... [count=STEPS] [repeats=N] [clock=processor]   milliseconds for a training step on this machine's CPU, and the share
                            of what it reaches at best; a timing is so many steps
kiln bench --scale [--save PATH]   the same against the batch and against the width: a table, also as PATH.md and PATH.svg
kiln catalogue              write what the page shows of models and data sets, in each language, to assets/catalogue/
kiln fixture FOLDER         what another library needs to repeat each workload: weights, batches, noise, and the losses
kiln checkpoint [--seed N] [--epochs N] [--knob NAME=VALUE]... [--save PATH]   train the LeNet that the page ships:
                            without flags the shipped file once more ({epochs} epochs, dropout={dropout}, seed 1)"
    )
}

/// Runs the command that `words` (without the program's name) ask for.
///
/// # Errors
/// A sentence for the user.
pub fn run(words: &[String]) -> Result<(), String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["train", model, flags @ ..] => {
            let flags = Flags::read(model, flags)?;
            let data = shelf(flags.data.as_deref().unwrap_or("mnist"), flags.seed(), &flags.knobs)?;
            let done = train::course(&data, &flags.course(model, epochs(model)), None, true)?;
            if let Some(path) = &flags.sheet {
                generate::sheet(&done, data.shape(), path)?;
            }
            match flags.save {
                Some(path) => checkpoint::save(done, model, &path),
                None => Ok(()),
            }
        }
        ["reference", flags @ ..] => reference::table(flags),
        ["vae", flags @ ..] => generate::vae(&Flags::read("vae", flags)?.knobs),
        ["quality"] => quality::table(None),
        ["quality", model, flags @ ..] => {
            quality::table(Some(&Flags::read(model, flags)?.course(model, epochs(model))))
        }
        ["bench", "--scale", words @ ..] => scale::all(words),
        ["bench", words @ ..] => bench::all(words),
        ["fixture", folder] => fixture::all(folder.as_ref()),
        ["checkpoint", flags @ ..] => {
            let flags = Flags::read("lenet", flags)?;
            checkpoint::make(&flags.course("lenet", checkpoint::EPOCHS), flags.save)
        }
        ["gan", flags @ ..] => gan::table(flags),
        ["breaks", flags @ ..] => breaks::table(flags),
        ["plane", flags @ ..] => plane::table(flags),
        ["duel", flags @ ..] => duel::table(flags),
        ["catalogue"] => catalogue::write(&crate::checkout()),
        ["table", flags @ ..] => table::table(flags),
        _ => Err(help()),
    }
}

fn epochs(model: &str) -> u32 {
    TARGETS.iter().find(|(name, ..)| *name == model).map_or(10, |(_, epochs, _)| *epochs)
}

/// What stands after a command.
#[derive(Default)]
struct Flags {
    epochs: Option<u32>,
    save: Option<PathBuf>,
    sheet: Option<PathBuf>,
    data: Option<String>,
    knobs: Vec<(String, Value)>,
}

impl Flags {
    fn read(model: &str, words: &[&str]) -> Result<Self, String> {
        let (mut flags, mut asked) = (Self::default(), Vec::new());
        for pair in words.chunks(2) {
            let [flag, word] = pair else { return Err(format!("`{}` needs a value\n{}", pair[0], help())) };
            let bad = |_| format!("`{flag} {word}` is no whole number");
            match *flag {
                "--seed" => flags.knobs.push(("seed".into(), Value::Whole(word.parse().map_err(bad)?))),
                "--epochs" => flags.epochs = Some(word.parse().map_err(bad)?),
                "--save" => flags.save = Some(word.into()),
                "--sheet" => flags.sheet = Some(word.into()),
                "--data" => flags.data = Some((*word).to_owned()),
                "--knob" => asked.push(*word),
                _ => return Err(format!("no flag `{flag}`\n{}", help())),
            }
        }
        // They are the data set's or the model's, and another flag names the set.
        let data = flags.data.as_deref().unwrap_or("mnist");
        let knobs = asked.into_iter().map(|word| knob(model, data, word)).collect::<Result<Vec<_>, _>>()?;
        flags.knobs.extend(knobs);
        Ok(flags)
    }

    /// The seed that was asked for last, or the default.
    fn seed(&self) -> u64 {
        let asked = self.knobs.iter().rev().find(|(name, _)| name == "seed");
        if let Some((_, Value::Whole(seed))) = asked { *seed as u64 } else { 1 }
    }

    fn course(&self, model: &str, epochs: u32) -> Course {
        Course { model: model.to_owned(), epochs: self.epochs.unwrap_or(epochs), knobs: self.knobs.clone() }
    }
}

/// `name=value`, read by the type of the model's knob or the data set's.
fn knob(model: &str, data: &str, word: &str) -> Result<(String, Value), String> {
    let (name, word) = word.split_once('=').ok_or_else(|| format!("`{word}` should read name=value"))?;
    let card = zoo().into_iter().map(|entry| (entry.card)()).find(|card| card.name == model);
    let card = card.ok_or_else(|| format!("no model `{model}`"))?;
    let set = SETS.iter().map(|set| (set.card)()).find(|set| set.name == data);
    let knobs = card.on(&set.ok_or_else(|| format!("no data set `{data}`"))?).knobs;
    let knob = knobs.iter().find(|knob| knob.name == name);
    let knob = knob.ok_or_else(|| format!("neither {model} nor {data} has a knob `{name}`"))?;
    let bad = || format!("`{word}` is no value of `{name}`");
    let value = match knob.range {
        Range::Whole { .. } => Value::Whole(word.parse().map_err(|_| bad())?),
        Range::Real { .. } => Value::Real(word.parse().map_err(|_| bad())?),
        Range::Switch => Value::Switch(matches!(word, "on" | "true" | "1")),
        Range::Choice(_) => Value::Choice(word.to_owned().into()),
        Range::Drawing { .. } => Value::Drawing(word.to_owned().into()),
    };
    Ok((name.to_owned(), value))
}
