//! What the reader is told: news, what can be done about it, and the notices on the page.

use leptos::prelude::*;

use super::Desk;
use crate::protocol::Fault;
use crate::ui::address::Oddity;
use crate::ui::words::fill;
use crate::ui::{figures, sentence};

/// Something to tell the reader.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// Of the address.
    Odd(Oddity),
    /// Of a worker.
    Fault(Fault),
    /// Of the page itself.
    Said(Said),
}

/// What the page tells of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The browser did not allow copying.
    CopyFailed,
    /// A new run took the place of one that had made so many steps.
    Restarted(u64),
    /// The earlier run is back, at this step.
    WentBack(u64),
    /// It is, and the run that was left for it is on the shelf.
    WentBackFrom(u64),
    /// It is back, but from its start.
    WentBackBare,
    /// The data of the run on the shelf are not there, or not yet.
    DataAway,
    /// A new worker goes on from this step.
    ReplacedAt(u64),
    /// A new worker starts from the beginning.
    ReplacedFresh,
    /// A drawing would be longer than a link allows.
    DrawingFull,
    /// A drawing without a stroke is none.
    DrawingEmpty,
    /// The words of the language wished for could not be fetched.
    Wordless,
}

/// What a notice offers to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing.
    None,
    /// Return to the run on the shelf.
    GoBack,
    /// Open a worker anew.
    Wake,
    /// Load data once more.
    Reload,
    /// Load the catalogue once more.
    Consult,
    /// Load the page once more.
    Refresh,
}

/// A notice on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Names it.
    pub id: u32,
    /// What it says.
    pub news: News,
    /// What it offers.
    pub remedy: Remedy,
}

impl Desk {
    /// What a notice says, in the language in force.
    pub fn told(self, news: &News) -> sentence::Sentence {
        let (lang, card) = (self.lang.get(), self.card.get());
        match news {
            News::Odd(oddity) => sentence::of_oddity(oddity, lang, card.as_deref()),
            News::Fault(fault) => sentence::of_fault(fault, lang, card.as_deref()),
            News::Said(said) => {
                let w = lang.words();
                let (word, step) = match *said {
                    Said::CopyFailed => (w.copy_failed, 0),
                    Said::Restarted(step) => (w.restarted, step),
                    Said::WentBack(step) => (w.went_back, step),
                    Said::WentBackFrom(step) => (w.went_back_from, step),
                    Said::WentBackBare => (w.went_back_bare, 0),
                    Said::DataAway => (w.data_away, 0),
                    Said::ReplacedAt(step) => (w.replaced_at, step),
                    Said::ReplacedFresh => (w.replaced_fresh, 0),
                    Said::DrawingFull => (w.drawing_full, 0),
                    Said::DrawingEmpty => (w.drawing_empty, 0),
                    Said::Wordless => (w.wordless, 0),
                };
                let what = fill(word, &[("step", &figures::count(step))]);
                sentence::Sentence { what, advice: String::new() }
            }
        }
    }

    /// Shows a notice, once.
    pub fn tell(self, news: News, remedy: Remedy) {
        /// More would hide the page.
        const MOST: usize = 4;
        let mut id = 0;
        self.hold.update_value(|hold| {
            hold.notices += 1;
            id = hold.notices;
        });
        self.notices.update(|notices| {
            notices.retain(|notice| notice.news != news && (remedy == Remedy::None || notice.remedy != remedy));
            notices.push(Notice { id, news, remedy });
            let surplus = notices.len().saturating_sub(MOST);
            notices.drain(..surplus);
        });
    }
}
