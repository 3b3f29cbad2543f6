//! More threads for the CPU worker: helpers, which are workers that run the same module on the same memory.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};

/// Threads that were asked for and not taken yet, and what tells of new ones.
static ASKED: (Mutex<Vec<ThreadBuilder>>, Condvar) = (Mutex::new(Vec::new()), Condvar::new());
/// Kept, or its threads would end. This thread is one of them, so that kernels find the pool by where they run.
static POOL: OnceLock<ThreadPool> = OnceLock::new();

/// Runs the worker on `threads` threads: this one, and helpers that are about to call [`help`].
pub fn begin(threads: u16) {
    let ask = |thread| {
        ASKED.0.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        ASKED.1.notify_one();
        Ok(())
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads.into()).use_current_thread().spawn_handler(ask).build();
    let together = threads > 1 && pool.is_ok_and(|pool| POOL.set(pool).is_ok());
    super::cpu(if together { threads } else { 1 });
}

/// Works for the pool, until the worker ends.
pub fn help() {
    let mut asked = ASKED.0.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(thread) = asked.pop() {
            drop(asked);
            return thread.run();
        }
        asked = ASKED.1.wait(asked).unwrap_or_else(PoisonError::into_inner);
    }
}
