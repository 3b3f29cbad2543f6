//! The catalogue as files: all that the page shows of models and data sets before any worker is there.

use serde::{Deserialize, Serialize};

use super::{Act, Card, DataCard, Fault, OwnCard, Tex, Text, Tuned, VERSION};

/// Marks of the catalogue's files: of the cards, by which page and worker know that they were built with the same ones, and of
/// the words in Chinese.
pub const MARKS: [u32; 2] = include!("../../assets/catalogue.rs");

/// Whether texts, formulas and ways to fail are compiled in: a worker in a browser does without what only the page's file says.
pub const LISTED: bool = cfg!(not(target_arch = "wasm32"));

/// A [`text`](super::text) that only the catalogue says, not a worker as it runs: there it is empty.
#[inline(always)]
pub const fn listed(en: &'static str, zh: &'static str) -> Text {
    if LISTED { super::text(en, zh) } else { super::text("", "") }
}

/// What only the catalogue says: nothing in a browser's worker.
#[inline(always)]
pub fn if_listed<T>(make: impl FnOnce() -> Vec<T>) -> Vec<T> {
    if LISTED { make() } else { Vec::new() }
}

/// Everything that the page can show and choose from; `kiln catalogue` writes it to `assets/catalogue/cards.bin`. Its texts are
/// in English; what they are in another language stands in a file of that language, on a line behind the English words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Every recipe, in the order of the catalogue.
    pub recipes: Vec<Card>,
    /// Every data set, likewise.
    pub datasets: Vec<DataCard>,
    /// Every formula that an act of a step can carry out, with [`blank`]s for the numbers in it.
    pub acts: Vec<Tex>,
}

impl Catalogue {
    /// Takes in a data set of the reader's own, in the place of an earlier one of its name.
    pub fn admit(&mut self, own: &OwnCard) {
        let name = &own.card.name;
        self.datasets.retain(|card| card.name != *name);
        self.datasets.push(own.card.clone());
        for card in &mut self.recipes {
            card.data.retain(|data| data != name);
            card.tuned.retain(|tuned| tuned.data != *name);
            let Some(fit) = own.fits.iter().find(|fit| fit.recipe == *card.name) else { continue };
            card.data.push(name.clone());
            if !fit.tuned.is_empty() {
                card.tuned.push(Tuned { data: name.clone(), knobs: fit.tuned.clone() });
            }
        }
    }
}

/// The formula of an act as it is shown: with its markup, and with its numbers where their blanks stand.
pub fn carried(act: &Act, acts: &[Tex]) -> Tex {
    let known = acts.iter().find(|tex| tex.source == act.tex.source).unwrap_or(&act.tex);
    let fill = |pattern: &str| {
        let blanks = act.numbers.iter().enumerate();
        blanks.fold(pattern.to_owned(), |filled, (at, number)| filled.replace(&blank(at), number))
    };
    Tex { source: fill(&known.source).into(), markup: fill(&known.markup) }
}

/// What stands in a formula of an act for its number at a place: a number with more decimals than any that is put there.
pub fn blank(at: usize) -> String {
    format!("0.1234567{at}")
}

/// Tells one file from another: FNV-1a of 32 bits (Fowler, Noll & Vo, RFC 9923).
pub const fn mark(bytes: &[u8]) -> u32 {
    let (mut mark, mut at) = (0x811c_9dc5, 0);
    while at < bytes.len() {
        mark = (mark ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    mark
}

/// Holds a worker's greeting against this build.
///
/// # Errors
/// [`Fault::Version`] where the worker speaks another version, or was built with another catalogue.
pub fn agreed(version: u16, catalogue: u32) -> Result<(), Fault> {
    let [page, _] = MARKS;
    if version != VERSION {
        Err(Fault::Version { worker: version.into(), page: VERSION.into() })
    } else if catalogue != page {
        Err(Fault::Version { worker: catalogue, page })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_the_published_ones() {
        // The test vectors of RFC 9923, appendix C.
        assert_eq!(["", "a", "foobar"].map(|text| mark(text.as_bytes())), [0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968]);
    }

    #[test]
    fn a_worker_of_another_build_is_told_apart() {
        assert_eq!(agreed(VERSION, MARKS[0]), Ok(()));
        assert!(matches!(agreed(VERSION + 1, MARKS[0]), Err(Fault::Version { .. })));
        assert!(matches!(agreed(VERSION, MARKS[0] ^ 1), Err(Fault::Version { .. })));
    }
}
