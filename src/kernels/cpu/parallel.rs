//! Divides a kernel's work among threads, where there are any. Each number comes of the same steps however many there are,
//! so that curves stay the same.

/// Pieces for each thread: more than one, because the page's own thread takes its time of a core, too.
#[cfg(feature = "threads")]
const PIECES: usize = 4;

/// In how many pieces to divide work of about `steps` additions and multiplications; a piece takes longer than waking a thread.
pub fn pieces(steps: usize) -> usize {
    #[cfg(feature = "threads")]
    if rayon::current_thread_index().is_some() {
        return (steps / 50_000).clamp(1, PIECES * rayon::current_num_threads());
    }
    let _ = steps;
    1
}

/// Does `work` with each of the parts, which it is given with their index.
pub fn each<T: Send>(parts: Vec<T>, work: impl Fn(usize, T) + Sync) {
    #[cfg(feature = "threads")]
    if parts.len() > 1 {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        return parts.into_par_iter().enumerate().for_each(|(index, part)| work(index, part));
    }
    parts.into_iter().enumerate().for_each(|(index, part)| work(index, part));
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
