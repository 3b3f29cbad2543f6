//! Points: samples that the reader sets one by one, of classes of the reader's choice.

use crate::protocol::{DataCard, Range, Split, Stroke, Value, class_of, listed, stroke_text, strokes, text, width_of};

use super::plane::{self, numbered, of_classes, place, share_of};
use super::{DataSet, Making, Samples, Values, knob};

/// The pad reaches from minus this to this, on both axes.
const REACH: f64 = 1.25;
/// Classes, unless the knob says otherwise.
const CLASSES: u8 = 2;
/// Per cent of each class that are learnt from, unless the knob says otherwise.
const SHARE: u32 = 80;

/// What is there at first, class by class: two arcs, so that training has something to do.
const FIRST: [&[[f64; 2]]; 2] = [
    &[[-0.8, 0.0], [-0.7, 0.35], [-0.5, 0.6], [-0.2, 0.75], [0.1, 0.7], [0.35, 0.5], [0.5, 0.2], [0.55, -0.1]],
    &[[-0.3, 0.1], [-0.25, -0.25], [0.0, -0.5], [0.3, -0.65], [0.6, -0.6], [0.85, -0.4], [1.0, -0.05], [0.1, 0.05]],
];

/// The catalogue's row.
pub static SET: DataSet = DataSet::made(card, make, as_made, 0.0);

fn card() -> DataCard {
    let mut card = plane::card(
        "points",
        text("Your own points", "自己放置的点"),
        listed(
            "Set points of each class, one by one or in swarms; add and erase while the model trains.",
            "逐个或成串地放置各类的点；训练途中也可以添加和擦除。",
        ),
        numbered("class", "类", 6),
        None,
        text("Set by you.", "由你放置。"),
    );
    card.knobs = vec![knob(
        "points",
        [
            text("Your points", "你的点"),
            listed(
                "Every point is one sample. Of each class some are kept for testing, as the training share says, but for a class of one point; with no others the model is tested on what it learns from.",
                "每个点就是一个样本。每个类别按训练集占比留出一部分用于测试，仅有一个点的类别除外；若没有其他点，就用训练点测试。",
            ),
        ],
        Range::Drawing { reach: REACH, marks: true },
        Value::Drawing(stroke_text(&first()).into()),
        true,
    )];
    card = of_classes(card, CLASSES);
    card.knobs.push(plane::share(
        SHARE,
        listed(
            "How many of each class's points the model learns from, in per cent; it is tested on the others.",
            "每个类别百分之多少的点用于学习；其余的点用于测试。",
        ),
    ));
    filled(card, &Making::default())
}

fn first() -> Vec<Stroke> {
    let stroke = |(class, places): (usize, &&[[f64; 2]])| Stroke {
        width: width_of(class as u8),
        points: places.iter().map(|place| share_of(*place, REACH)).collect(),
    };
    FIRST.iter().enumerate().map(stroke).collect()
}

fn as_made(card: DataCard, making: &Making) -> DataCard {
    filled(card, making).counted(&making.knobs)
}

/// The card with as many samples as either half has.
fn filled(card: DataCard, making: &Making) -> DataCard {
    let [train, test] = [Split::Train, Split::Test].map(|split| half(making, split).len() as u32);
    DataCard { train, test, ..card }
}

fn make(making: &Making, split: Split) -> Samples {
    let own = half(making, split);
    let values = own.iter().flat_map(|(place, _)| place.map(|number| number as f32)).collect();
    Samples { values: Values::Reals(values), labels: own.iter().map(|(_, class)| *class).collect() }
}

/// The points of one half. Where there is none to test on, they are those that are learnt from.
fn half(making: &Making, split: Split) -> Vec<plane::Point> {
    let (asked, classes) = (drawn(making), making.whole("classes").map_or(CLASSES, |count| count as u8));
    // Points of classes that are not asked for wait until they are.
    let mut points = told(&asked, classes);
    if points.is_empty() {
        points = told(&first(), classes);
    }
    let share = 100 - making.share(SHARE) as usize;
    let tested = |(at, ..): &(usize, plane::Point)| tests(at + 1, share) > tests(*at, share);
    let (test, train): (Vec<_>, Vec<_>) = points.into_iter().partition(tested);
    let own = if split == Split::Train || test.is_empty() { train } else { test };
    own.into_iter().map(|(_, point)| point).collect()
}

fn drawn(making: &Making) -> Vec<Stroke> {
    let asked = if let Some(Value::Drawing(text)) = making.value("points") { strokes(text) } else { None };
    asked.unwrap_or_else(first)
}

/// Points with their place among those of their class; the first of each class before all second ones, so that views that show
/// only the first points show all classes.
fn told(drawn: &[Stroke], classes: u8) -> Vec<(usize, plane::Point)> {
    let mut counts = vec![0; classes.into()];
    let mut points = Vec::new();
    for stroke in drawn {
        let class = class_of(stroke);
        let Some(count) = counts.get_mut(usize::from(class)) else { continue };
        for at in &stroke.points {
            points.push((*count, (place(*at, REACH), class)));
            *count += 1;
        }
    }
    points.sort_by_key(|(at, _)| *at);
    points
}

/// How many of the first `count` points of a class are tested on, `share` per cent of them, at least one of two, and never all.
/// It grows by at most one from point to point: a point stays in its half while others come behind it.
fn tests(count: usize, share: usize) -> usize {
    ((count * share + 50) / 100).clamp(usize::from(count > 1), count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::tests;

    #[test]
    fn a_point_stays_in_its_half() {
        for share in 10..=90 {
            assert_eq!([0, 1, 2].map(|count| tests(count, share)), [0, 0, 1]);
            for count in 2..700 {
                let (now, next) = (tests(count, share), tests(count + 1, share));
                assert!(now >= 1 && now < count && (now..=now + 1).contains(&next), "{share} % of {count}");
                assert!((now as f64 - (count * share) as f64 / 100.0).abs() <= 1.0);
            }
        }
    }
}
