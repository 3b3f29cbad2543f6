//! Drawn: a distribution of the reader's own, along the strokes of a drawing.

use crate::protocol::{DataCard, Range, Split, Stroke, Value, listed, stroke_text, strokes, text};

use super::plane::{self, Chance, Point, place, share_of};
use super::{DataSet, Making, Samples, knob};

/// The pad reaches from minus this to this, on both axes.
const REACH: f64 = 1.25;
/// A stroke's width in deviations of its noise: 95.4 % of the samples across it lie on what was drawn.
const DEVIATIONS: f64 = 4.0;
/// A dot counts as so long, and so does a stroke that is shorter: a tenth of the pad's side.
const LEAST: f64 = 0.25;

/// The catalogue's row.
pub static SET: DataSet = plane::set(card, make);

fn card() -> DataCard {
    let mut card = plane::card(
        "drawn",
        text("Your own distribution", "自己画的分布"),
        listed(
            "Draw where the points are to lie; change it while the model trains, and see how it follows.",
            "画出数据点所在的位置；可以边训练边修改，看模型如何跟上。",
        ),
        // Of a fixed number, whatever is drawn: a classifier's network hangs on it.
        vec![text("strokes 1, 3, 5, …", "第 1、3、5、… 笔"), text("strokes 2, 4, 6, …", "第 2、4、6、… 笔")],
        None,
        text("Made from your drawing and the random seed.", "由你的画和随机种子生成。"),
    );
    card.knobs.insert(
        0,
        knob(
            "drawing",
            [
                text("Your distribution", "你的分布"),
                listed(
                "Points lie along the strokes, evenly by length and as wide as the brush. To a classifier strokes are of two classes in turn.",
                "数据点沿笔画按长度均匀分布，宽度同画笔。对分类器而言，各笔画交替属于两个类别。",
                ),
            ],
            Range::Drawing { reach: REACH, marks: false },
            Value::Drawing(stroke_text(&heart()).into()),
            true,
        ),
    );
    card
}

/// A heart with a dot in its middle: two parts, of which a generator must leave the way between empty.
fn heart() -> Vec<Stroke> {
    let outline = (0..=60).map(|step| {
        let angle = std::f64::consts::TAU * f64::from(step) / 60.0;
        let x = 16.0 * angle.sin().powi(3);
        let y = 13.0 * angle.cos() - 5.0 * (2.0 * angle).cos() - 2.0 * (3.0 * angle).cos() - (4.0 * angle).cos();
        share_of([x / 16.5, (y + 2.5) / 16.5], REACH)
    });
    vec![
        Stroke { width: 6.0 / 128.0, points: outline.collect() },
        Stroke { width: 14.0 / 128.0, points: vec![share_of([0.0, 0.15], REACH)] },
    ]
}

fn make(making: &Making, split: Split) -> Samples {
    let asked = if let Some(Value::Drawing(text)) = making.value("drawing") { strokes(text) } else { None };
    let drawn = asked.or_else(|| strokes(&stroke_text(&heart()))).expect("the heart is a drawing");
    let pieces = pieces(&drawn);
    plane::samples(making, split, |chance| sample(&pieces, chance))
}

/// A straight piece of a stroke.
struct Piece {
    ends: [[f64; 2]; 2],
    /// The length of all pieces up to its end.
    until: f64,
    spread: f64,
    class: u8,
}

fn pieces(drawn: &[Stroke]) -> Vec<Piece> {
    let (mut pieces, mut until) = (Vec::new(), 0.0);
    for (index, stroke) in drawn.iter().enumerate() {
        let places: Vec<_> = stroke.points.iter().map(|at| place(*at, REACH)).collect();
        let length = |ends: &[[f64; 2]]| (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1]);
        let whole: f64 = places.windows(2).map(length).sum();
        let spread = f64::from(stroke.width) * 2.0 * REACH / DEVIATIONS;
        let mut put = |ends, length| {
            until += length;
            pieces.push(Piece { ends, until, spread, class: (index % 2) as u8 });
        };
        if whole > 0.0 {
            let scale = (LEAST / whole).max(1.0);
            places.windows(2).for_each(|ends| put([ends[0], ends[1]], scale * length(ends)));
        } else {
            put([places[0]; 2], LEAST);
        }
    }
    pieces
}

fn sample(pieces: &[Piece], chance: &mut Chance) -> Point {
    let at = chance.share() * pieces.last().map_or(0.0, |last| last.until);
    let index = pieces.partition_point(|piece| piece.until <= at).min(pieces.len() - 1);
    let piece = &pieces[index];
    let from = if index == 0 { 0.0 } else { pieces[index - 1].until };
    let share = if piece.until > from { (at - from) / (piece.until - from) } else { 0.0 };
    let on = [0, 1].map(|axis| piece.ends[0][axis] + share * (piece.ends[1][axis] - piece.ends[0][axis]));
    (chance.near(on, piece.spread), piece.class)
}
