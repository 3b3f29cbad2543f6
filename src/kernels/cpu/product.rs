//! The matrix product, for matrices as small as these models have.

use super::lanes::{BLOCK, Line, tile, vectors, write};
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

    /// As the left matrix of a product: its rows in pairs, so many columns at a time as a strip of the right one is deep.
    fn laid(&self) -> Vec<Vec<[f32; 2]>> {
        let deep = self.columns.div_ceil(self.columns.div_ceil(DEEP).max(1)).max(1);
        (0..self.columns).step_by(deep).map(|from| self.pairs(from, deep.min(self.columns - from))).collect()
    }

    /// Columns from `first` on as blocks, zeros where there are none.
    fn strip(&self, from: usize, first: usize, strip: &mut [Line]) {
        let width = BLOCK.min(self.columns - first);
        if width < BLOCK {
            strip.fill(Line([0.0; BLOCK]));
        }
        if self.column == 1 {
            for (depth, Line(block)) in strip.iter_mut().enumerate() {
                let numbers = &self.values[(from + depth) * self.row + first..];
                match numbers.first_chunk::<BLOCK>().filter(|_| width == BLOCK) {
                    // WebAssembly's own copy is a call, which takes longer than so few numbers.
                    Some(whole) => write(block, vectors(whole)),
                    None => block[..width].copy_from_slice(&numbers[..width]),
                }
            }
            return;
        }
        for lane in 0..width {
            let numbers = self.values[(first + lane) * self.column + from * self.row..].iter().step_by(self.row);
            strip.iter_mut().zip(numbers).for_each(|(Line(block), number)| block[lane] = *number);
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
    // Where rows are divided, each part lays the right matrix out anew: few parts, and along the longer side.
    let count = portions(rows * columns * a.columns);
    if rows > columns {
        let band = rows.div_ceil(count).next_multiple_of(2);
        let parts = to.chunks_mut(band * columns).map(|part| part.chunks_exact_mut(columns).collect()).collect();
        each(parts, |index, to: Vec<_>| add_product(&a.below(index * band, to.len()).laid(), b, to));
    } else {
        let (a, band) = (a.laid(), columns.div_ceil(count).next_multiple_of(BLOCK));
        each(bands(&mut to, columns, band), |index, to| add_product(&a, b.beside(index * band, to[0].len()), to));
    }
    to
}

/// Adds `a b` to these rows; `a` is laid out.
fn add_product(a: &[Vec<[f32; 2]>], b: Matrix<'_>, mut to: Vec<&mut [f32]>) {
    let pairs = to.len().div_ceil(2);
    let mut from = 0;
    for factors in a {
        let mut strip = Line::some(factors.len() / pairs);
        for first in (0..b.columns).step_by(BLOCK) {
            b.strip(from, first, &mut strip);
            for (rows, factors) in to.chunks_mut(2).zip(factors.chunks_exact(strip.len())) {
                let sums = tile(factors, &strip);
                rows.iter_mut().zip(sums).for_each(|(row, sums)| add(&mut row[first..], sums));
            }
        }
        from += strip.len();
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
