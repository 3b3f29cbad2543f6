//! Which tests may run at the same time, and how long each took.

use std::{
    cell::RefCell,
    io::Write,
    sync::{Arc, LazyLock},
    time::Instant,
};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Held by many who share the machine, or by one who has it alone.
static MACHINE: LazyLock<Arc<RwLock<()>>> = LazyLock::new(Arc::default);

thread_local! {
    /// Each test runs in a thread of its own, so that its turn ends with the test, however that ends.
    static TURN: RefCell<Option<Turn>> = const { RefCell::new(None) };
}

enum Hold {
    Shared { _machine: OwnedRwLockReadGuard<()> },
    Alone { _machine: OwnedRwLockWriteGuard<()> },
}

struct Turn {
    began: Instant,
    _hold: Hold,
}

impl Turn {
    fn take(hold: Hold) {
        let turn = Self { began: Instant::now(), _hold: hold };
        TURN.with_borrow_mut(|place| *place = Some(turn));
    }
}

/// Waits until nobody has the machine alone, unless this test has its turn already.
pub async fn shared() {
    if TURN.with_borrow(Option::is_none) {
        Turn::take(Hold::Shared { _machine: Arc::clone(&MACHINE).read_owned().await });
    }
}

/// Waits until no other test runs, and lets none begin until this one ends: for what measures frames, long tasks, memory
/// or threads. To be called before a page is opened.
pub async fn alone() {
    TURN.with_borrow_mut(Option::take);
    Turn::take(Hold::Alone { _machine: Arc::clone(&MACHINE).write_owned().await });
}

impl Drop for Turn {
    /// Writes the test's name and its seconds to the file that `KILN_TIMES` names.
    fn drop(&mut self) {
        let thread = std::thread::current();
        let (Some(path), Some(name)) = (std::env::var_os("KILN_TIMES"), thread.name()) else { return };
        // A test's thread is called as the test is, with its module.
        if !name.contains("::") {
            return;
        }
        let line = format!("{name} {:.1}\n", self.began.elapsed().as_secs_f64());
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        // Where it cannot be written, a test is none the worse.
        let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}
