//! Divides a kernel's work among threads, where there are any. Each number comes of the same steps however many there are,
//! so that curves stay the same.

/// Pieces for each thread, at most: many, so that all end at about the same time.
const PIECES: usize = 12;
/// Additions and multiplications that take some tens of microseconds: a few times as long as handing a piece to a thread that is
/// awake, for on a machine that others use it may not be.
const LEAST: usize = 200_000;

/// In how many pieces to divide work of about `steps` additions and multiplications.
pub fn pieces(steps: usize) -> usize {
    match threads() {
        1 => 1,
        threads => (steps / LEAST).clamp(1, PIECES * threads),
    }
}

/// The same where each piece must prepare what all need: `steps` are then told without what that costs.
pub fn portions(steps: usize) -> usize {
    pieces(steps).min(2 * threads())
}

/// How many threads there are to work; none of them anywhere but in a pool.
fn threads() -> usize {
    #[cfg(feature = "threads")]
    if rayon::current_thread_index().is_some() {
        return rayon::current_num_threads();
    }
    1
}

/// Does `work` with runs of whole units of `unit` values, which it is given with the index of their first unit; all of it is
/// about `steps` additions and multiplications.
pub fn runs<T: Send>(values: &mut [T], unit: usize, steps: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let units = values.len().div_ceil(unit).div_ceil(pieces(steps)).max(1);
    each(values.chunks_mut(units * unit).collect(), |index, run| work(index * units, run));
}

/// Does `work` with each of the parts, which it is given with their index.
pub fn each<T: Send>(parts: Vec<T>, work: impl Fn(usize, T) + Sync) {
    #[cfg(feature = "threads")]
    if parts.len() > 1 {
        let parts: Vec<_> = parts.into_iter().map(Once::new).collect();
        return together::all(parts.len(), &|index| work(index, parts[index].take()));
    }
    parts.into_iter().enumerate().for_each(|(index, part)| work(index, part));
}

/// Does both, at the same time where there are threads and it is worth it; either is about `steps` additions and multiplications,
/// and may be divided itself: whoever ends first helps the other.
#[cfg_attr(not(feature = "threads"), expect(unused_variables, reason = "one thread does the one, then the other"))]
pub fn both<A: Send, B: Send>(steps: usize, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "threads")]
    if pieces(steps.saturating_mul(2)) > 1 {
        let (a, b, first, second) = (Once::new(a), Once::new(b), Once::empty(), Once::empty());
        together::all(2, &|index| if index == 0 { first.put(a.take()()) } else { second.put(b.take()()) });
        return (first.take(), second.take());
    }
    (a(), b())
}

/// What one thread puts down and one takes.
#[cfg(feature = "threads")]
struct Once<T>(std::sync::Mutex<Option<T>>);

#[cfg(feature = "threads")]
impl<T> Once<T> {
    fn new(value: T) -> Self {
        Self(Some(value).into())
    }

    fn empty() -> Self {
        Self(None.into())
    }

    fn put(&self, value: T) {
        *self.0.lock().expect("nothing panics while it holds this") = Some(value);
    }

    fn take(&self) -> T {
        self.0.lock().ok().and_then(|mut value| value.take()).expect("put down before, and taken once")
    }
}

/// Division among threads that are kept awake: to wake one takes as long as many a kernel.
#[cfg(feature = "threads")]
mod together {
    use std::hint::spin_loop;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rayon::Yield;

    /// Looks for work in vain, about half a millisecond, after which a helper goes to sleep.
    const PATIENCE: usize = 12_000;
    /// Helpers that are awake, or are being woken.
    static AWAKE: AtomicUsize = AtomicUsize::new(0);

    /// Does `work` for each index below `count`. Not generic: it would be compiled anew for every kernel.
    pub fn all(count: usize, work: &(dyn Fn(usize) + Sync)) {
        wake();
        let left = AtomicUsize::new(count);
        rayon::scope(|scope| {
            for index in 0..count {
                let left = &left;
                scope.spawn(move |_| {
                    work(index);
                    left.fetch_sub(1, Ordering::Release);
                });
            }
            // The scope itself would soon sleep, and be woken late.
            while left.load(Ordering::Acquire) > 0 {
                if rayon::yield_now() != Some(Yield::Executed) {
                    spin_loop();
                }
            }
        });
    }

    /// Has all other threads look for work, where none does.
    fn wake() {
        let helpers = rayon::current_num_threads() - 1;
        if AWAKE.compare_exchange(0, helpers, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            let caller = rayon::current_thread_index();
            rayon::spawn_broadcast(move |context| {
                if Some(context.index()) != caller {
                    look();
                    AWAKE.fetch_sub(1, Ordering::AcqRel);
                }
            });
        }
    }

    /// Works for the others until there has long been nothing to do.
    fn look() {
        let mut vain = 0;
        while vain < PATIENCE {
            if rayon::yield_now() == Some(Yield::Executed) {
                vain = 0;
            } else {
                vain += 1;
                spin_loop();
            }
        }
    }
}

/// Planes of `plane` numbers each, cut alike: the first `width` numbers of every plane, then the next of every plane;
/// no bands of no values, whatever the sizes.
pub fn bands<T>(values: &mut [T], plane: usize, width: usize) -> Vec<Vec<&mut [T]>> {
    let mut bands: Vec<Vec<_>> = Vec::new();
    if values.is_empty() {
        return bands;
    }
    bands.resize_with(plane.div_ceil(width), Vec::new);
    for plane in values.chunks_exact_mut(plane) {
        bands.iter_mut().zip(plane.chunks_mut(width)).for_each(|(band, piece)| band.push(piece));
    }
    bands
}
