//! Which chunk of a data set to fetch next, and what to do about one that did not come: arithmetic, no network.

use crate::protocol::{ChunkCause, Fault};

/// How often a chunk is tried before the reader is told.
pub const TRIES: u32 = 3;

/// Chunks on the way at one time. More would only make the first one land later.
const AT_ONCE: usize = 2;

/// Milliseconds before the second try; each later one waits twice as long.
const BACKOFF: f64 = 400.0;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Unasked,
    OnTheWay { tries: u32 },
    Landed,
    Refused,
}

/// The state of a data set's download.
pub struct Loader {
    states: Vec<State>,
}

impl Loader {
    /// Nothing of `chunks` chunks has been asked for.
    pub fn new(chunks: usize) -> Self {
        Self { states: vec![State::Unasked; chunks] }
    }

    /// Chunks to be fetched now, in load order; they count as asked for.
    pub fn ask(&mut self) -> Vec<usize> {
        let under_way = self.states.iter().filter(|state| matches!(state, State::OnTheWay { .. })).count();
        let unasked = self.states.iter().enumerate().filter(|(_, state)| **state == State::Unasked);
        let next: Vec<_> = unasked.map(|(index, _)| index).take(AT_ONCE.saturating_sub(under_way)).collect();
        for index in &next {
            self.states[*index] = State::OnTheWay { tries: 1 };
        }
        next
    }

    /// A chunk landed whole.
    pub fn landed(&mut self, chunk: usize) {
        self.states[chunk] = State::Landed;
    }

    /// A chunk did not: milliseconds to wait before the next try.
    ///
    /// # Errors
    /// [`Fault::Chunk`] when it was tried often enough.
    pub fn failed(&mut self, chunk: usize, file: &str, cause: ChunkCause) -> Result<f64, Fault> {
        let tries = match self.states[chunk] {
            State::OnTheWay { tries } => tries,
            State::Unasked | State::Landed | State::Refused => 0,
        };
        if tries < TRIES {
            self.states[chunk] = State::OnTheWay { tries: tries + 1 };
            return Ok(BACKOFF * f64::from(1 << tries.saturating_sub(1)));
        }
        self.states[chunk] = State::Refused;
        Err(Fault::Chunk { file: file.to_owned(), tries, cause })
    }

    /// Asks again for everything that was given up.
    pub fn forgive(&mut self) {
        for state in &mut self.states {
            if *state == State::Refused {
                *state = State::Unasked;
            }
        }
    }
}
