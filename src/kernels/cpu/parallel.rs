//! Divides a kernel's work among threads, where there are any. Each number comes of the same steps however many there are,
//! so that curves stay the same.

/// Pieces for each thread, at most: many, so that all end at about the same time.
const PIECES: usize = 12;
/// Additions and multiplications that take some tens of microseconds: a few times as long as handing a piece to a thread that is
/// awake, for on a machine that others use it may not be.
const LEAST: usize = 400_000;

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
        return together::each(parts, &work);
    }
    parts.into_iter().enumerate().for_each(|(index, part)| work(index, part));
}

/// Division among threads that are kept awake: to wake one takes as long as many a kernel.
#[cfg(feature = "threads")]
mod together {
    use std::hint::spin_loop;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rayon::Yield;

    /// Looks for work in vain, some tenths of a millisecond, after which a helper goes to sleep.
    const PATIENCE: usize = 5_000;
    /// Helpers that are awake, or are being woken.
    static AWAKE: AtomicUsize = AtomicUsize::new(0);

    pub fn each<T: Send>(parts: Vec<T>, work: &(impl Fn(usize, T) + Sync)) {
        wake();
        let left = AtomicUsize::new(parts.len());
        rayon::scope(|scope| {
            for (index, part) in parts.into_iter().enumerate() {
                let left = &left;
                scope.spawn(move |_| {
                    work(index, part);
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
