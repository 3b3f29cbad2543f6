//! What a visitor does, done to the built page in a real browser: one binary, so that Cargo links but once and few
//! Chromiums serve all tests.

mod address;
mod bench;
mod catalogue;
mod classifiers;
mod duel;
mod engines;
mod faults;
mod generative;
mod gpu;
mod harness;
mod language;
/// What measures frames, long tasks, memory or threads, and so has the machine alone.
mod measured {
    mod endurance;
    mod frames;
    mod start;
    mod threads;
}
mod opinions;
mod own;
mod page;
mod plane;
mod points;
mod slow;
mod walk;
