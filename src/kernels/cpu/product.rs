//! The matrix product, for matrices as small as these models have.

use super::lanes::{BLOCK, tile, vectors, write};
use super::parallel::{bands, each, portions};

/// Rows of the right matrix that are gone through at once: a strip of them stays in the nearest cache.
const DEEP: usize = 272;

/// A matrix in memory.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    /// Its numbers.
    pub values: &'a [f32],
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Numbers from one row to the next.
    pub row: usize,
    /// Numbers from one column to the next.
    pub column: usize,
}

impl<'a> Matrix<'a> {
    /// A matrix that lies row by row.
    pub fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        Self { values, rows, columns, row: columns, column: 1 }
    }

    /// The same with rows and columns swapped.
    pub fn transposed(self) -> Self {
        let Self { values, rows, columns, row, column } = self;
        Self { values, rows: columns, columns: rows, row: column, column: row }
    }

    /// `count` rows from `first` on.
    fn below(self, first: usize, count: usize) -> Self {
        Self { values: &self.values[first * self.row..], rows: count, ..self }
    }

    /// `count` columns from `first` on.
    fn beside(self, first: usize, count: usize) -> Self {
        self.transposed().below(first, count).transposed()
    }

    /// `count` columns from `from` on, rows in pairs: both numbers of a column, then the next column's; a last single row has zeros for a companion.
    pub(super) fn pairs(&self, from: usize, count: usize) -> Vec<[f32; 2]> {
        let mut pairs = vec![[0.0; 2]; self.rows.div_ceil(2) * count];
        for (pair, place) in pairs.chunks_exact_mut(count).enumerate() {
            for (side, row) in (2 * pair..self.rows).take(2).enumerate() {
                let numbers = self.values[row * self.row + from * self.column..].iter().step_by(self.column);
                place.iter_mut().zip(numbers).for_each(|(pair, number)| pair[side] = *number);
            }
        }
        pairs
    }

    /// Columns from `first` on as blocks, zeros where there are none.
    fn strip(&self, from: usize, first: usize, strip: &mut [[f32; BLOCK]]) {
        let width = BLOCK.min(self.columns - first);
        if width < BLOCK {
            strip.fill([0.0; BLOCK]);
        }
        if self.column == 1 {
            for (depth, block) in strip.iter_mut().enumerate() {
                let at = (from + depth) * self.row + first;
                block[..width].copy_from_slice(&self.values[at..at + width]);
            }
            return;
        }
        for lane in 0..width {
            let numbers = self.values[(first + lane) * self.column + from * self.row..].iter().step_by(self.row);
            strip.iter_mut().zip(numbers).for_each(|(block, number)| block[lane] = *number);
        }
    }
}

/// `a b`, plus `shift` to each row, row by row.
pub fn product(a: Matrix<'_>, b: Matrix<'_>, shift: Option<&[f32]>) -> Vec<f32> {
    let (rows, columns) = (a.rows, b.columns);
    let mut to = vec![0.0; rows * columns];
    if to.is_empty() {
        return to;
    }
    if let Some(shift) = shift {
        to.chunks_exact_mut(columns).for_each(|row| row.copy_from_slice(shift));
    }
    // Each part lays the other matrix out anew: few parts, and along the longer side.
    let count = portions(rows * columns * a.columns);
    if rows > columns {
        let band = rows.div_ceil(count).next_multiple_of(2);
        let parts = to.chunks_mut(band * columns).map(|part| part.chunks_exact_mut(columns).collect()).collect();
        each(parts, |index, to: Vec<_>| add_product(a.below(index * band, to.len()), b, to));
    } else {
        let band = columns.div_ceil(count).next_multiple_of(BLOCK);
        each(bands(&mut to, columns, band), |index, to| add_product(a, b.beside(index * band, to[0].len()), to));
    }
    to
}

/// Adds `a b` to these rows.
fn add_product(a: Matrix<'_>, b: Matrix<'_>, mut to: Vec<&mut [f32]>) {
    let deep = a.columns.div_ceil(a.columns.div_ceil(DEEP).max(1)).max(1);
    let mut strip = vec![[0.0; BLOCK]; deep];
    for from in (0..a.columns).step_by(deep) {
        let strip = &mut strip[..deep.min(a.columns - from)];
        let pairs = a.pairs(from, strip.len());
        for first in (0..b.columns).step_by(BLOCK) {
            b.strip(from, first, strip);
            for (rows, factors) in to.chunks_mut(2).zip(pairs.chunks_exact(strip.len())) {
                let sums = tile(factors.iter().copied().zip(&*strip));
                rows.iter_mut().zip(sums).for_each(|(row, sums)| add(&mut row[first..], sums));
            }
        }
    }
}

/// Adds a block to the first of `row`, as far as it reaches.
#[inline(always)]
fn add(row: &mut [f32], sums: [super::lanes::Four; 4]) {
    if let Some(block) = row.first_chunk_mut::<BLOCK>() {
        let old = vectors(block);
        write(block, std::array::from_fn(|index| old[index] + sums[index]));
        return;
    }
    let mut block = [0.0; BLOCK];
    write(&mut block, sums);
    row.iter_mut().zip(block).for_each(|(old, sum)| *old += sum);
}
