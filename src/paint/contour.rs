//! Lines along which a field over a grid of places is zero, by marching squares.

/// A straight piece of a line, from place to place.
pub type Piece = [[f32; 2]; 2];

/// Where `values` `[side, side]` are zero, which hold at the middles of squares that a window from minus to plus `reach` is cut
/// into, rows from the top (Lorensen & Cline, Marching cubes, SIGGRAPH 1987, in the plane).
pub fn zeros(values: &[f32], side: usize, reach: f32) -> Vec<Piece> {
    let at = |step: f32| (2.0 * (step + 0.5) / side as f32 - 1.0) * reach;
    let mut pieces = Vec::new();
    for (row, column) in (1..side).flat_map(|row| (1..side).map(move |column| (row, column))) {
        // Once around the square whose corners are four neighbours.
        let corners = [(row - 1, column - 1), (row - 1, column), (row, column), (row, column - 1)];
        let value = |corner: usize| {
            let (row, column) = corners[corner % 4];
            values.get(row * side + column).copied().unwrap_or(f32::NAN)
        };
        let crossing = |corner: usize| {
            let (from, to) = (value(corner), value(corner + 1));
            let share = from / (from - to);
            let between = |from: usize, to: usize| from as f32 + share * (to as f32 - from as f32);
            let ((row, column), (below, right)) = (corners[corner], corners[(corner + 1) % 4]);
            ((from > 0.0) != (to > 0.0)).then(|| [at(between(column, right)), -at(between(row, below))])
        };
        let crossings: Vec<[f32; 2]> = (0..4).filter_map(crossing).collect();
        // Of four, at a saddle, either pairing is as good.
        pieces.extend(crossings.chunks_exact(2).map(|ends| [ends[0], ends[1]]));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::zeros;

    /// x - 0.25 on a grid of places -0.75, -0.25, 0.25, 0.75, and a circle.
    #[test]
    fn lines_lie_where_the_field_is_zero() {
        let places = |side: usize| {
            let at = move |step: usize| (2.0 * (step as f32 + 0.5) / side as f32 - 1.0) * 2.0;
            (0..side * side).map(move |place| [at(place % side), -at(place / side)])
        };
        let slope: Vec<f32> = places(4).map(|[x, _]| x - 0.4).collect();
        let line = zeros(&slope, 4, 2.0);
        assert_eq!(line.len(), 3, "a piece in each row of squares");
        assert!(line.iter().flatten().all(|[x, _]| (x - 0.4).abs() < 1e-6), "{line:?}");
        let round: Vec<f32> = places(48).map(|[x, y]| x.hypot(y) - 1.0).collect();
        let circle = zeros(&round, 48, 2.0);
        assert!(circle.iter().flatten().all(|[x, y]| (x.hypot(*y) - 1.0).abs() < 2e-3));
        let length: f32 = circle.iter().map(|[from, to]| (from[0] - to[0]).hypot(from[1] - to[1])).sum();
        assert!((length / std::f32::consts::TAU - 1.0).abs() < 2e-3, "{length}");
        assert!(zeros(&[1.0; 16], 4, 2.0).is_empty() && zeros(&[], 4, 2.0).is_empty());
    }
}
