//! What an editor does to the strokes of a drawing: leaves out points that say nothing, and rubs out.

use crate::protocol::{Stroke, class_of, width_of};

/// How far a line may move when points are left out, as a share of the pad's side.
const NEAR: f32 = 0.003;

/// What remains of a stroke that is shorter, as a share of the pad's side, is rubbed out with it.
const SHORTEST: f32 = 0.012;

/// The line through fewer of its points that stays within `NEAR` of all (Ramer, Computer Graphics and Image Processing 1,
/// 1972; Douglas & Peucker, Cartographica 10, 1973).
pub fn thinned(points: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut kept = vec![false; points.len()];
    (kept[0], kept[last]) = (true, true);
    let mut spans = vec![(0, last)];
    while let Some((from, to)) = spans.pop() {
        let away = |at: &usize| distance(points[*at], points[from], points[to]);
        let Some(most) = (from + 1..to).max_by(|one, other| away(one).total_cmp(&away(other))) else { continue };
        if away(&most) > NEAR {
            kept[most] = true;
            spans.extend([(from, most), (most, to)]);
        }
    }
    let mut thin: Vec<_> = points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect();
    // A pen that did not move has drawn a dot.
    if thin.iter().all(|point| apart(*point, thin[0]) < NEAR) {
        thin.truncate(1);
    }
    thin
}

/// The strokes without what lies within `radius` of `at`; a stroke that it parts becomes two.
pub fn rubbed(strokes: &[Stroke], at: [f32; 2], radius: f32) -> Vec<Stroke> {
    strokes.iter().flat_map(|stroke| parts(stroke, at, radius)).collect()
}

/// Puts a sample of this class behind those that there are.
pub fn set(strokes: &mut Vec<Stroke>, class: u8, at: [f32; 2]) {
    match strokes.iter_mut().find(|stroke| class_of(stroke) == class) {
        Some(stroke) => stroke.points.push(at),
        None => strokes.push(Stroke { width: width_of(class), points: vec![at] }),
    }
}

/// Takes out the samples that are `shown` and lie within `radius` of `at`.
pub fn unset(strokes: &mut [Stroke], shown: impl Fn(&Stroke) -> bool, at: [f32; 2], radius: f32) {
    for stroke in strokes.iter_mut().filter(|stroke| shown(stroke)) {
        stroke.points.retain(|point| apart(*point, at) > radius);
    }
}

fn parts(stroke: &Stroke, at: [f32; 2], radius: f32) -> Vec<Stroke> {
    let far = |point: [f32; 2]| apart(point, at) > radius;
    let ends = || stroke.points.windows(2).map(|ends| (ends[0], ends[1]));
    if stroke.points.len() < 2 || ends().all(|(from, to)| within(from, to, at, radius).is_none()) {
        return Some(stroke.clone())
            .filter(|stroke| stroke.points.iter().all(|point| far(*point)))
            .into_iter()
            .collect();
    }
    let (mut parts, mut part) = (Vec::new(), Vec::new());
    for (from, to) in ends() {
        let along = |share: f32| [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
        if part.is_empty() && far(from) {
            part.push(from);
        }
        match within(from, to, at, radius) {
            None => part.push(to),
            Some((enters, leaves)) => {
                if enters > 0.0 {
                    part.push(along(enters));
                }
                parts.push(std::mem::take(&mut part));
                if leaves < 1.0 {
                    part.extend([along(leaves), to]);
                }
            }
        }
    }
    parts.push(part);
    let long = |points: &Vec<[f32; 2]>| points.windows(2).map(|ends| apart(ends[0], ends[1])).sum::<f32>() >= SHORTEST;
    parts.into_iter().filter(long).map(|points| Stroke { width: stroke.width, points }).collect()
}

/// From which share to which a segment lies within a circle; `None` where it does not.
fn within(from: [f32; 2], to: [f32; 2], at: [f32; 2], radius: f32) -> Option<(f32, f32)> {
    let (along, away) = ([to[0] - from[0], to[1] - from[1]], [from[0] - at[0], from[1] - at[1]]);
    let [a, b, c] = [dot(along, along), dot(along, away), dot(away, away) - radius * radius];
    if a == 0.0 {
        return (c <= 0.0).then_some((0.0, 1.0));
    }
    // a t^2 + 2 b t + c = 0 at the circle.
    let root = b * b - a * c;
    if root <= 0.0 {
        return None;
    }
    let (enters, leaves) = ((-b - root.sqrt()) / a, (-b + root.sqrt()) / a);
    (enters < 1.0 && leaves > 0.0).then_some((enters.max(0.0), leaves.min(1.0)))
}

fn dot(one: [f32; 2], other: [f32; 2]) -> f32 {
    one[0] * other[0] + one[1] * other[1]
}

/// The distance between two points.
pub fn apart(one: [f32; 2], other: [f32; 2]) -> f32 {
    (one[0] - other[0]).hypot(one[1] - other[1])
}

/// The distance of a point from the segment between two others.
fn distance(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let (along, away) = ([to[0] - from[0], to[1] - from[1]], [point[0] - from[0], point[1] - from[1]]);
    let length = dot(along, along);
    let share = if length > 0.0 { (dot(along, away) / length).clamp(0.0, 1.0) } else { 0.0 };
    (away[0] - share * along[0]).hypot(away[1] - share * along[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[[f32; 2]]) -> Stroke {
        Stroke { width: 0.05, points: points.to_vec() }
    }

    #[test]
    fn points_on_a_line_are_left_out_and_corners_stay() {
        let bent: Vec<[f32; 2]> =
            (0..=20).map(|at| at as f32 / 20.0).map(|at| [at, if at < 0.5 { 0.0 } else { at - 0.5 }]).collect();
        assert_eq!(thinned(&bent), [[0.0, 0.0], [0.5, 0.0], [1.0, 0.5]]);
        let turn = |at: i32| (std::f32::consts::TAU * at as f32 / 500.0).sin_cos();
        let circle: Vec<[f32; 2]> = (0..=500).map(turn).map(|(sin, cos)| [0.5 + 0.4 * cos, 0.5 + 0.4 * sin]).collect();
        let thin = thinned(&circle);
        assert!((10..40).contains(&thin.len()), "{} points", thin.len());
        let away = |point: &[f32; 2]| thin.windows(2).map(|it| distance(*point, it[0], it[1])).fold(1.0, f32::min);
        assert!(circle.iter().all(|point| away(point) <= NEAR));
    }

    #[test]
    fn a_pen_that_trembles_on_the_spot_draws_a_dot() {
        assert_eq!(thinned(&[[0.5, 0.5], [0.501, 0.5], [0.5, 0.501]]), [[0.5, 0.5]]);
        assert_eq!(thinned(&[[0.5, 0.5]]), [[0.5, 0.5]]);
        assert!(thinned(&[]).is_empty());
    }

    #[test]
    fn rubbing_across_a_stroke_parts_it_where_the_circle_cuts_it() {
        let parts = rubbed(&[line(&[[0.0, 0.5], [1.0, 0.5]])], [0.5, 0.53], 0.05);
        let [left, right] = &parts[..] else { panic!("{parts:?}") };
        for (end, expected) in [(left.points[1], 0.46), (right.points[0], 0.54)] {
            assert!((end[0] - expected).abs() < 1e-5 && end[1] == 0.5, "{end:?}");
        }
        assert_eq!((left.points[0], right.points[1], left.width), ([0.0, 0.5], [1.0, 0.5], 0.05));
    }

    #[test]
    fn rubbing_an_end_shortens_a_stroke_and_rubbing_all_removes_it() {
        let stroke = line(&[[0.1, 0.5], [0.2, 0.5], [0.9, 0.5]]);
        let [rest] = &rubbed(std::slice::from_ref(&stroke), [0.1, 0.5], 0.2)[..] else { panic!("one part") };
        assert!((rest.points[0][0] - 0.3).abs() < 1e-5 && rest.points[1] == [0.9, 0.5]);
        let [rest] = &rubbed(std::slice::from_ref(&stroke), [0.9, 0.5], 0.2)[..] else { panic!("one part") };
        assert!(rest.points.len() == 3 && (rest.points[2][0] - 0.7).abs() < 1e-5);
        assert!(rubbed(std::slice::from_ref(&stroke), [0.5, 0.5], 0.395).is_empty(), "crumbs go with the rest");
        assert_eq!(rubbed(std::slice::from_ref(&stroke), [0.5, 0.7], 0.1), [stroke]);
    }

    #[test]
    fn samples_are_set_behind_their_own_and_taken_out_where_they_are_seen() {
        let mut strokes = Vec::new();
        for (class, at) in [(1, [0.1, 0.1]), (0, [0.5, 0.5]), (1, [0.5, 0.52]), (1, [0.9, 0.9])] {
            set(&mut strokes, class, at);
        }
        let told = |strokes: &[Stroke]| strokes.iter().map(|it| (class_of(it), it.points.len())).collect::<Vec<_>>();
        assert_eq!(told(&strokes), [(1, 3), (0, 1)]);
        unset(&mut strokes, |stroke| class_of(stroke) == 0, [0.5, 0.5], 0.05);
        assert_eq!(told(&strokes), [(1, 3), (0, 0)], "what is not shown is not erased");
        unset(&mut strokes, |_| true, [0.5, 0.5], 0.05);
        assert_eq!(told(&strokes), [(1, 2), (0, 0)]);
        assert_eq!(strokes[0].points, [[0.1, 0.1], [0.9, 0.9]]);
    }

    #[test]
    fn a_dot_goes_where_it_is_met() {
        let dot = line(&[[0.5, 0.5]]);
        assert!(rubbed(std::slice::from_ref(&dot), [0.52, 0.5], 0.03).is_empty());
        assert_eq!(rubbed(std::slice::from_ref(&dot), [0.6, 0.5], 0.03), [dot]);
        assert!(rubbed(&[line(&[[0.5, 0.5], [0.5, 0.5]])], [0.5, 0.5], 0.03).is_empty());
    }
}
