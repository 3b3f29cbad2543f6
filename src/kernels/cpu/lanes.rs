//! Four numbers that are reckoned with at once: WebAssembly's vectors there, an array that the compiler vectorises elsewhere.

use std::ops::{Add, Div, Mul, Sub};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use core::arch::wasm32::{
    f32x4, f32x4_add, f32x4_div, f32x4_extract_lane, f32x4_gt, f32x4_max, f32x4_mul, f32x4_splat, f32x4_sqrt,
    f32x4_sub, i32x4_add, i32x4_shl, v128, v128_and, v128_andnot,
};

/// Numbers in a vector.
pub const WIDTH: usize = 4;

/// Four numbers.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[derive(Clone, Copy)]
pub struct Four(v128);

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[allow(missing_docs, reason = "the other half has the sentences")]
impl Four {
    #[inline(always)]
    pub fn all(x: f32) -> Self {
        Self(f32x4_splat(x))
    }

    #[inline(always)]
    pub fn of(x: &[f32; WIDTH]) -> Self {
        Self(f32x4(x[0], x[1], x[2], x[3]))
    }

    #[inline(always)]
    pub fn numbers(self) -> [f32; WIDTH] {
        let Self(x) = self;
        [f32x4_extract_lane::<0>(x), f32x4_extract_lane::<1>(x), f32x4_extract_lane::<2>(x), f32x4_extract_lane::<3>(x)]
    }

    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(f32x4_max(self.0, other.0))
    }

    #[inline(always)]
    fn doubled(self, times: Self) -> Self {
        Self(i32x4_add(self.0, i32x4_shl(times.0, 23)))
    }

    #[inline(always)]
    pub fn where_over(self, x: Self, bound: Self) -> Self {
        Self(v128_and(self.0, f32x4_gt(x.0, bound.0)))
    }

    #[inline(always)]
    pub fn where_not_over(self, x: Self, bound: Self) -> Self {
        Self(v128_andnot(self.0, f32x4_gt(x.0, bound.0)))
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
macro_rules! operator {
    ($trait:ident, $name:ident, $vector:ident, $sign:tt) => {
        impl $trait for Four {
            type Output = Self;

            #[inline(always)]
            fn $name(self, other: Self) -> Self {
                Self($vector(self.0, other.0))
            }
        }
    };
}

/// Four numbers.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[derive(Clone, Copy)]
pub struct Four([f32; WIDTH]);

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
impl Four {
    /// The same number four times.
    #[inline(always)]
    pub fn all(x: f32) -> Self {
        Self([x; WIDTH])
    }

    /// These.
    #[inline(always)]
    pub fn of(x: &[f32; WIDTH]) -> Self {
        Self(*x)
    }

    /// As an array.
    #[inline(always)]
    pub fn numbers(self) -> [f32; WIDTH] {
        self.0
    }

    /// The square root of each.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    /// The larger of each; no number where either is none.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        let larger = |x: f32, y: f32| if x > y || x.is_nan() { x } else { y };
        Self(std::array::from_fn(|lane| larger(self.0[lane], other.0[lane])))
    }

    /// Doubled as often as the lowest bits of `times` say.
    #[inline(always)]
    fn doubled(self, times: Self) -> Self {
        let doubled = |x: f32, times: f32| f32::from_bits(x.to_bits().wrapping_add(times.to_bits() << 23));
        Self(std::array::from_fn(|lane| doubled(self.0[lane], times.0[lane])))
    }

    /// Zero where `x` is not over `bound`.
    #[inline(always)]
    pub fn where_over(self, x: Self, bound: Self) -> Self {
        Self(std::array::from_fn(|lane| if x.0[lane] > bound.0[lane] { self.0[lane] } else { 0.0 }))
    }

    /// Zero where `x` is over `bound`.
    #[inline(always)]
    pub fn where_not_over(self, x: Self, bound: Self) -> Self {
        Self(std::array::from_fn(|lane| if x.0[lane] > bound.0[lane] { 0.0 } else { self.0[lane] }))
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
macro_rules! operator {
    ($trait:ident, $name:ident, $vector:ident, $sign:tt) => {
        impl $trait for Four {
            type Output = Self;

            #[inline(always)]
            fn $name(self, other: Self) -> Self {
                Self(std::array::from_fn(|lane| self.0[lane] $sign other.0[lane]))
            }
        }
    };
}

operator!(Add, add, f32x4_add, +);
operator!(Sub, sub, f32x4_sub, -);
operator!(Mul, mul, f32x4_mul, *);
operator!(Div, div, f32x4_div, /);

/// Added to a small number it leaves the nearest whole one in the lowest bits.
const ROUND: f32 = 12_582_912.0;

impl Four {
    /// A polynomial of it, by Horner's rule; the highest power's factor first.
    #[inline(always)]
    pub fn polynomial<const N: usize>(self, factors: [f32; N]) -> Self {
        let mut sum = Self::all(factors[0]);
        for factor in &factors[1..] {
            sum = sum * self + Self::all(*factor);
        }
        sum
    }

    /// `e^-|x|`, to about the last bit; 0 beyond 86.9.
    #[inline(always)]
    pub fn fade(self) -> Self {
        // e^x = 2^n e^r with |r| <= ln 2 / 2; ln 2 in two parts, so that n ln 2 is exact (Cody & Waite, Software manual for
        // the elementary functions, 1980), then a Taylor polynomial.
        let zero = Self::all(0.0);
        let x = Self::all(-87.0).max(zero - self.max(zero - self));
        let times = x * Self::all(std::f32::consts::LOG2_E) + Self::all(ROUND);
        let whole = times - Self::all(ROUND);
        let rest = x - whole * Self::all(0.693_359_4) + whole * Self::all(2.121_944_4e-4);
        let sum = rest.polynomial([1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0]);
        sum.doubled(times).where_not_over(Self::all(-86.9), x)
    }

    /// Zero where it is nearer to zero than `least`; no number stays none.
    #[inline(always)]
    pub fn dusted(self, least: f32) -> Self {
        self.where_not_over(Self::all(least), self.max(Self::all(0.0) - self))
    }

    /// `1 / (1 + e^-x)`, given `fade` = `e^-|x|`; no number where x is none.
    #[inline(always)]
    pub fn sigmoid(self, fade: Self) -> Self {
        let (zero, one) = (Self::all(0.0), Self::all(1.0));
        // e^-|x| / (1 + e^-|x|) below zero.
        (one.where_over(self, zero) + fade.where_not_over(self, zero)) / (one + fade)
    }

    /// `ln(1 + x)` for x from 0 to 1: `2 artanh(s)` with `s = x / (2 + x)`, by its series.
    #[inline(always)]
    pub fn ln_1p(self) -> Self {
        let s = self / (self + Self::all(2.0));
        let square = s * s;
        square.polynomial([2.0 / 13.0, 2.0 / 11.0, 2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0, 2.0]) * s
    }

    /// Their sum.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.numbers();
        (a + b) + (c + d)
    }
}

/// Numbers in a block, the width of a kernel's tile.
pub const BLOCK: usize = 16;

/// A block that no other memory shares a line of the cache with: what two threads write into one line keeps both waiting.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct Line(pub [f32; BLOCK]);

impl Line {
    /// So many of them, of zeros.
    pub fn some(count: usize) -> Vec<Self> {
        vec![Self([0.0; BLOCK]); count]
    }
}

/// A block as vectors.
#[inline(always)]
pub fn vectors(block: &[f32; BLOCK]) -> [Four; 4] {
    let (fours, _) = block.as_chunks::<WIDTH>();
    [Four::of(&fours[0]), Four::of(&fours[1]), Four::of(&fours[2]), Four::of(&fours[3])]
}

/// Writes vectors into a block.
#[inline(always)]
pub fn write(block: &mut [f32; BLOCK], vectors: [Four; 4]) {
    let (fours, _) = block.as_chunks_mut::<WIDTH>();
    fours.iter_mut().zip(vectors).for_each(|(four, vector)| *four = vector.numbers());
}

/// `sum over k of a_k b_k`, for rows of `a` (each item has one number of each row) and blocks `b`.
#[inline(always)]
pub fn tile<const ROWS: usize>(rows: &[[f32; ROWS]], blocks: &[Line]) -> [[Four; 4]; ROWS] {
    let mut sums = [[Four::all(0.0); 4]; ROWS];
    for (row, Line(block)) in rows.iter().copied().zip(blocks) {
        let block = vectors(block);
        for (sums, factor) in sums.iter_mut().zip(row) {
            let factor = Four::all(factor);
            for (sum, vector) in sums.iter_mut().zip(block) {
                *sum = *sum + factor * vector;
            }
        }
    }
    sums
}
