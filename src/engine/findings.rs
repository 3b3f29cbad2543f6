//! From numbers to a sentence: what a generative run's measurements say of its state, as findings that the page words.

use super::quality::Quality;
use crate::protocol::Finding;

/// A class is missing that makes up less than this share of the samples: a fifth of the tenth that is fair to a digit, and
/// of 1,000 samples 20, which chance alone does not lead away from 100.
pub const MISSING: f32 = 0.02;
/// The same measured by the class's share among real samples, for sets whose classes are many or uneven.
pub const MISSING_OF_REAL: f32 = 0.2;
/// Samples are blurred of which a smaller share is recognised with confidence. Of real ones, 99 % are.
pub const BLURRED: f32 = 0.8;
/// Samples have collapsed that come near a smaller share of the real ones …
pub const NARROW: f32 = 0.1;
/// … and whose features vary less than this, measured by the real ones' variance. Both, since samples that are all unlike
/// real ones have no recall either, and yet differ from each other.
pub const ALIKE: f32 = 0.5;
/// A discriminator wins that is right about so many of both kinds, in per cent: of 64 samples it misses less than two.
pub const WINS: f32 = 98.0;
/// It has lost when it sees through so few of the generated ones while it believes most of the real ones.
pub const LOSES: f32 = 5.0;
/// The posterior has collapsed whose KL is below this, in nats: on average z tells less than one bit about x.
pub const COLLAPSED: f32 = std::f32::consts::LN_2;

/// What is known of a run; what its model does not have is `None`.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Of its samples, where a fixed classifier judges them.
    pub quality: Option<Quality>,
    /// What the classifier takes real samples for `[classes]`, in shares from 0 to 1.
    pub real: Vec<f32>,
    /// The share of the samples that lie at each mode `[modes]`, where points are drawn from modes.
    pub modes: Option<Vec<f32>>,
    /// Per cent of real samples that a discriminator calls real, and of generated ones that it calls generated.
    pub players: Option<(f32, f32)>,
    /// KL of the posterior, in nats.
    pub kl: Option<f32>,
    /// Active latents, and latents in all.
    pub active: Option<(u32, u32)>,
}

/// What the facts say, the weightiest first.
pub fn findings(facts: &Facts) -> Vec<Finding> {
    let collapse = facts.kl.filter(|kl| *kl < COLLAPSED).map(|kl| Finding::PosteriorCollapse { kl });
    let players = facts.players.and_then(|(real, generated)| players(real, generated));
    let (won, even): (Vec<_>, Vec<_>) =
        players.into_iter().partition(|finding| !matches!(finding, Finding::Balanced { .. }));
    let mut findings: Vec<Finding> = collapse.into_iter().chain(won).collect();
    if let Some(quality) = &facts.quality {
        findings.extend(samples(quality, &facts.real));
    }
    if let Some(shares) = &facts.modes {
        let fair = 1.0 / shares.len().max(1) as f32;
        findings.push(appearing(shares, |_| MISSING_OF_REAL * fair));
    }
    findings.extend(even);
    findings.extend(facts.active.map(|(active, of)| Finding::ActiveUnits { active, of }));
    findings
}

fn players(real: f32, generated: f32) -> Option<Finding> {
    if real >= WINS && generated >= WINS {
        Some(Finding::DiscriminatorWins { real, generated })
    } else if generated <= LOSES && real > 50.0 {
        Some(Finding::GeneratorWins { real, generated })
    } else if real > LOSES && generated > LOSES {
        Some(Finding::Balanced { real, generated })
    } else {
        // It calls everything generated: neither has won, and nothing is even.
        None
    }
}

fn samples(quality: &Quality, real: &[f32]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if quality.recall < NARROW && quality.spread < ALIKE {
        findings.push(Finding::ModeCollapse { recall: 100.0 * quality.recall });
    }
    let confident = 100.0 * quality.census.confident;
    let blurred = (quality.census.confident < BLURRED).then_some(Finding::Blurred { confident });
    let shares = &quality.census.shares[..quality.census.shares.len().min(real.len())];
    let appearing = appearing(shares, |class| MISSING.min(MISSING_OF_REAL * real[class]));
    if matches!(appearing, Finding::EveryClass { .. }) {
        findings.extend(blurred);
        findings.push(appearing);
    } else {
        findings.push(appearing);
        findings.extend(blurred);
    }
    findings
}

/// Which classes have a smaller share of the samples than `least` says for each.
fn appearing(shares: &[f32], least: impl Fn(usize) -> f32) -> Finding {
    let of = shares.len() as u32;
    let missing = shares.iter().enumerate().filter(|(class, share)| **share < least(*class));
    let classes: Vec<u32> = missing.map(|(class, _)| class as u32).collect();
    if classes.is_empty() { Finding::EveryClass { of } } else { Finding::MissingClasses { classes, of } }
}
