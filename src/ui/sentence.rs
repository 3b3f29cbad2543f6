//! Faults as sentences: what happened, and what the reader can do.

use crate::protocol::{Card, ChunkCause, Fault, Finding};

use super::address::Oddity;
use super::figures;
use super::lang::Lang;
use super::words::fill;

/// What happened, and advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What happened.
    pub what: String,
    /// What to do about it; empty where nothing needs doing.
    pub advice: String,
}

/// A fault in words; `card` lends its knobs' titles.
pub fn of_fault(fault: &Fault, lang: Lang, card: Option<&Card>) -> Sentence {
    let w = lang.words();
    let said = |what: &str, values: &[(&str, &str)], advice: &str| Sentence {
        what: fill(what, values),
        advice: fill(advice, values),
    };
    match fault {
        Fault::Garbled { detail } => said(w.odd_garbled, &[("detail", detail)], w.adv_garbled),
        Fault::UnknownRecipe { name } => said(w.f_recipe, &[("name", name)], w.adv_recipe),
        Fault::UnknownData { name } => said(w.f_data, &[("name", name)], w.adv_data),
        Fault::UnknownKnob { name } => said(w.f_knob, &[("name", name)], w.adv_knob),
        Fault::Clamped { knob, asked, used } => {
            let known = card.and_then(|card| card.knobs.iter().find(|its| its.name == *knob));
            let title = known.map_or_else(|| knob.clone(), |its| lang.of(&its.title));
            said(w.f_clamped, &[("knob", &title), ("asked", asked), ("used", used)], w.adv_clamped)
        }
        Fault::Diverged { step } => said(w.f_diverged, &[("step", &figures::count(*step))], w.adv_diverged),
        Fault::Chunk { file, tries, cause } => {
            let cause = self::cause(cause, lang);
            said(w.f_chunk, &[("file", file), ("tries", &tries.to_string()), ("cause", &cause)], w.adv_chunk)
        }
        Fault::NoGpu { detail } => said(w.f_no_gpu, &[("detail", detail)], w.adv_no_gpu),
        Fault::PoorGpu { lacks } => said(w.f_poor_gpu, &[("lacks", lacks)], w.adv_poor_gpu),
        Fault::SelfTest { detail } => said(w.f_self_test, &[("detail", detail)], w.adv_self_test),
        Fault::GpuLost { detail } => said(w.f_gpu_lost, &[("detail", detail)], w.adv_gpu_lost),
        Fault::Panicked { detail } => said(w.f_panicked, &[("detail", detail)], w.adv_panicked),
        Fault::Snapshot { detail } => said(w.f_snapshot, &[("detail", detail)], w.adv_snapshot),
        Fault::Version { worker, page } => {
            let values = [("worker", worker.to_string()), ("page", page.to_string())];
            said(w.f_version, &values.each_ref().map(|(name, value)| (*name, value.as_str())), w.adv_version)
        }
        Fault::NoDrawing { knob } => {
            let known = card.and_then(|card| card.knobs.iter().find(|its| its.name == *knob));
            let title = known.map_or_else(|| knob.clone(), |its| lang.of(&its.title));
            said(w.f_drawing, &[("knob", &title)], w.adv_drawing)
        }
    }
}

/// What a run's numbers say, in words; `classes` are the names of the data set's classes.
pub fn of_finding(finding: &Finding, lang: Lang, classes: &[String]) -> String {
    let w = lang.words();
    let percent = |value: &f32| format!("{value:.0} %");
    let both = |word, real, generated| fill(word, &[("real", &percent(real)), ("generated", &percent(generated))]);
    match finding {
        Finding::DiscriminatorWins { real, generated } => both(w.fi_d_wins, real, generated),
        Finding::GeneratorWins { real, generated } => both(w.fi_g_wins, real, generated),
        Finding::Balanced { real, generated } => both(w.fi_balanced, real, generated),
        Finding::EveryClass { of } => fill(w.fi_every_class, &[("of", &of.to_string())]),
        Finding::MissingClasses { classes: missing, of } => {
            let name = |at: &u32| classes.get(*at as usize).cloned().unwrap_or_else(|| at.to_string());
            let names = missing.iter().map(name).collect::<Vec<_>>().join(w.list_comma);
            let there = (*of as usize).saturating_sub(missing.len()).to_string();
            fill(w.fi_missing, &[("count", &there), ("of", &of.to_string()), ("classes", &names)])
        }
        Finding::ModeCollapse { recall } => fill(w.fi_collapse, &[("recall", &percent(recall))]),
        Finding::Blurred { confident } => fill(w.fi_blurred, &[("confident", &percent(confident))]),
        Finding::PosteriorCollapse { kl } => fill(w.fi_posterior, &[("kl", &figures::value(*kl))]),
        Finding::ActiveUnits { active, of } => {
            fill(w.fi_active, &[("active", &active.to_string()), ("of", &of.to_string())])
        }
    }
}

/// Something odd in the address, in words.
pub fn of_oddity(oddity: &Oddity, lang: Lang, card: Option<&Card>) -> Sentence {
    match oddity {
        Oddity::Value { key, asked } => {
            /// Characters that are quoted: a drawing has thousands.
            const QUOTED: usize = 40;
            let short: String = asked.chars().take(QUOTED).collect();
            let asked = if short.len() < asked.len() { format!("{short}…") } else { short };
            Sentence { what: fill(lang.words().odd_value, &[("key", key), ("asked", &asked)]), advice: String::new() }
        }
        Oddity::Fault(fault) => of_fault(fault, lang, card),
    }
}

fn cause(cause: &ChunkCause, lang: Lang) -> String {
    let w = lang.words();
    match cause {
        ChunkCause::Status(status) => fill(w.cause_status, &[("status", &status.to_string())]),
        ChunkCause::Network(_) => w.cause_network.to_owned(),
        ChunkCause::Truncated => w.cause_truncated.to_owned(),
        ChunkCause::Checksum => w.cause_checksum.to_owned(),
    }
}
