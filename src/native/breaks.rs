//! Breaks a model on purpose, from several seeds, and holds each failure against its own sign.

use std::collections::BTreeMap;

use super::gan::{Trained, train};
use super::quality::{Judged, SAMPLES};
use super::train::digits;
use crate::engine::feed::Shelf;
use crate::engine::findings::{Facts, findings};
use crate::engine::quality::Quality;
use crate::protocol::{Finding, Value};
use crate::zoo::zoo;

/// What a run has come to.
struct State {
    findings: Vec<Finding>,
    quality: Quality,
    /// The means of its last curves.
    curves: BTreeMap<&'static str, f32>,
}

impl State {
    fn curve(&self, name: &str) -> f32 {
        self.curves.get(name).copied().unwrap_or(f32::NAN)
    }

    fn found(&self, sign: impl Fn(&Finding) -> bool) -> bool {
        self.findings.iter().any(sign)
    }

    /// What the failure of this name tells the reader to watch for, beside a run that was left whole; `None` where no
    /// sign of it is known here.
    fn shows(&self, failure: &str, whole: &Self) -> Option<bool> {
        let worse =
            |times: f32| !self.quality.frechet.is_finite() || self.quality.frechet > times * whole.quality.frechet;
        Some(match failure {
            "mode-collapse" => {
                self.found(|it| matches!(it, Finding::ModeCollapse { .. } | Finding::MissingClasses { .. }))
            }
            "vanishing-gradients" => {
                self.found(|it| matches!(it, Finding::DiscriminatorWins { .. }))
                    && self.curve("gradient/generator") < 0.1 * whole.curve("gradient/generator")
            }
            "divergence" => {
                let loss = self.curve("loss/discriminator").abs();
                worse(1.5) && (!loss.is_finite() || loss > 100.0 * whole.curve("loss/discriminator").abs())
            }
            "posterior-collapse" => self.found(|it| matches!(it, Finding::PosteriorCollapse { .. })),
            "no-prior" => worse(1.0) && self.curve("kl/train") > 2.0 * whole.curve("kl/train"),
            "narrow-kernel" => worse(1.5),
            _ => return None,
        })
    }
}

/// Reads the flags, trains each seed with each failure and without, prints a row for each.
pub fn table(words: &[&str]) -> Result<(), String> {
    let (mut model, mut seeds, mut steps, mut only) = ("gan", 10, 1500, None);
    for pair in words.chunks(2) {
        let [flag, word] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
        let whole = || word.parse::<u64>().map_err(|_| format!("`{flag} {word}` is no whole number"));
        match *flag {
            "--model" => model = word,
            "--seeds" => seeds = whole()?,
            "--steps" => steps = whole()?,
            "--only" => only = Some(*word),
            _ => return Err(format!("no flag `{flag}`")),
        }
    }
    let card = zoo().into_iter().map(|entry| (entry.card)()).find(|card| card.name == model);
    let mut failures = card.ok_or_else(|| format!("no model `{model}`"))?.breaks;
    failures.retain(|failure| only.is_none_or(|only| failure.name == only));
    let digits = digits()?;
    let judged = Judged::new(&digits, SAMPLES)?;
    println!("{model}, {steps} steps");
    println!("seed  failure              Frechet  rarest %  spread  |grad G|   loss D       KL");
    let mut whole_too = 0;
    let mut missed = 0;
    for seed in 1..=seeds {
        let whole = state(&digits, &judged, model, Vec::new(), seed, steps)?;
        print(seed, "none", &whole, "");
        for failure in &failures {
            let knobs = failure.knobs.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
            let broken = state(&digits, &judged, model, knobs, seed, steps)?;
            let unknown = || format!("no sign of `{}` is known", failure.name);
            let shows = broken.shows(&failure.name, &whole).ok_or_else(unknown)?;
            missed += u64::from(!shows);
            whole_too += u64::from(whole.shows(&failure.name, &whole) == Some(true));
            print(seed, &failure.name, &broken, if shows { "broken" } else { "STOOD" });
        }
    }
    println!("{missed} failures did not show; {whole_too} showed in a run that was left whole");
    if missed + whole_too == 0 { Ok(()) } else { Err("a switch does not do what it says".into()) }
}

fn print(seed: u64, failure: &str, state: &State, verdict: &str) {
    let Quality { frechet, rarest, spread, .. } = state.quality;
    let [slope, loss, kl] = ["gradient/generator", "loss/discriminator", "kl/train"].map(|name| state.curve(name));
    let rarest = 100.0 * rarest;
    println!(
        "{seed:>4}  {failure:<19}  {frechet:>7.1}  {rarest:>8.1}  {spread:>6.2}  {slope:>8.2e}  {loss:>8.2e}  {kl:>6.2} {verdict}"
    );
}

/// Trains, and says what the page would say of the run.
fn state(
    digits: &Shelf,
    judged: &Judged,
    model: &str,
    mut knobs: Vec<(String, Value)>,
    seed: u64,
    steps: u64,
) -> Result<State, String> {
    knobs.push(("seed".to_owned(), Value::Whole(seed as i64)));
    let Trained { learner, curves } = train(digits, model, &knobs, seed, steps)?;
    let quality = judged.made_by(learner.as_ref(), digits, seed as i64)?;
    let curve = |name: &str| curves.get(name).copied();
    let facts = Facts {
        quality: Some(quality.clone()),
        real: judged.real.census.shares.clone(),
        players: curve("accuracy/real").zip(curve("accuracy/generated")),
        kl: curve("kl/train"),
        ..Facts::default()
    };
    Ok(State { findings: findings(&facts), quality, curves })
}
