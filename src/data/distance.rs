//! How far a set's samples lie from each other: what the width of a kernel is measured by.

/// Samples that are held against each other, spread evenly over all: 8,128 pairs.
const HELD: usize = 128;

/// The median of the squared Euclidean distance between two of `count` samples of `size` numbers each, where `number`
/// gives one of all `[count, size]`. Nothing where no two differ.
pub(super) fn median_distance(count: usize, size: usize, number: &dyn Fn(usize) -> f32) -> Option<f32> {
    let held = count.min(HELD);
    let rows: Vec<Vec<f32>> = (0..held)
        .map(|row| row * count / held * size)
        .map(|start| (start..start + size).map(number).collect())
        .collect();
    let pairs = rows.iter().enumerate().flat_map(|(at, one)| rows[..at].iter().map(move |other| (one, other)));
    let mut distances: Vec<f32> =
        pairs.map(|(one, other)| one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum()).collect();
    distances.sort_by(f32::total_cmp);
    distances.get(distances.len() / 2).copied().filter(|median| *median > 0.0)
}

#[cfg(test)]
mod tests {
    use super::median_distance;

    /// Of 0, 1 and 3 the squared distances are 1, 4 and 9.
    #[test]
    fn a_median_by_hand() {
        let points = [0.0, 5.0, 1.0, 5.0, 3.0, 5.0];
        assert_eq!(median_distance(3, 2, &|at| points[at]), Some(4.0));
        assert_eq!(median_distance(3, 1, &|at| points[2 * at]), Some(4.0));
        assert_eq!(median_distance(1, 2, &|at| points[at]), None);
        assert_eq!(median_distance(4, 3, &|_| 0.5), None, "all are the same");
    }

    /// Of two independent values of a uniform distribution the squared difference has the median (1 - 1/sqrt(2))^2.
    #[test]
    fn few_stand_for_many() {
        let found = median_distance(100_000, 1, &|at| (at * 7919 % 100_000) as f32 / 1e5).unwrap();
        assert!((found / 0.085_786 - 1.0).abs() < 0.1, "{found}");
    }
}
