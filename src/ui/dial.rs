//! Between a knob's value, its text and its slider's position.

use super::figures;
use crate::protocol::{Knob, Range, Value, strokes};

/// What became of a text that was meant for a knob.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// In range.
    Good(Value),
    /// Out of range, and moved to the nearer bound.
    Clamped(Value),
    /// No value of this kind.
    Bad,
}

/// A value as it stands in addresses and number fields.
pub fn text(value: &Value) -> String {
    match value {
        Value::Whole(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Switch(on) => u8::from(*on).to_string(),
        Value::Choice(word) | Value::Drawing(word) => word.to_string(),
    }
}

/// Reads a text by a knob's range.
pub fn read(range: &Range, text: &str) -> Read {
    let good_if = |same: bool, value| if same { Read::Good(value) } else { Read::Clamped(value) };
    match range {
        Range::Whole { min, max, .. } => match figures::number(text.trim()) {
            Some(number) => {
                let used = (number.round() as i64).clamp(*min, *max);
                good_if(used as f64 == number, Value::Whole(used))
            }
            None => Read::Bad,
        },
        Range::Real { min, max, .. } => match figures::number(text.trim()) {
            Some(number) => {
                let used = number.clamp(*min, *max);
                good_if(used == number, Value::Real(used))
            }
            None => Read::Bad,
        },
        Range::Switch => match text {
            "1" | "true" | "on" => Read::Good(Value::Switch(true)),
            "0" | "false" | "off" => Read::Good(Value::Switch(false)),
            _ => Read::Bad,
        },
        Range::Choice(choices) => match choices.iter().find(|choice| choice.name == text) {
            Some(choice) => Read::Good(Value::Choice(choice.name.clone())),
            None => Read::Bad,
        },
        Range::Drawing { .. } => match strokes(text) {
            Some(_) => Read::Good(Value::Drawing(text.to_owned().into())),
            None => Read::Bad,
        },
    }
}

/// Where a slider stands for a value, from 0 to 1; `None` where a slider would be of no use.
pub fn position(range: &Range, value: &Value) -> Option<f64> {
    let (min, max, log) = bounds(range)?;
    let number = number(value)?;
    let share = if log { (number / min).ln() / (max / min).ln() } else { (number - min) / (max - min) };
    Some(share.clamp(0.0, 1.0))
}

/// The value at a slider's position, rounded to what a reader would type.
pub fn at(range: &Range, position: f64) -> Option<Value> {
    let (min, max, log) = bounds(range)?;
    let exact = if log { min * (position * (max / min).ln()).exp() } else { min + (max - min) * position };
    let used = match range {
        Range::Whole { .. } => return Some(Value::Whole(exact.round() as i64)),
        _ if log => significant(exact, 2),
        _ => {
            let grain = 10f64.powi(((max - min) / 100.0).log10().floor() as i32);
            significant((exact / grain).round() * grain, 6)
        }
    };
    Some(Value::Real(used.clamp(min, max)))
}

/// A slider's bounds, and whether it moves by factors.
fn bounds(range: &Range) -> Option<(f64, f64, bool)> {
    /// Beyond this a pixel of a slider is thousands of values: a seed, for instance.
    const WIDEST: f64 = 1e5;
    match range {
        Range::Whole { min, max, log } if *log || ((max - min) as f64) < WIDEST => {
            Some((*min as f64, *max as f64, *log && *min > 0))
        }
        // From 0 on, factors have no meaning; a slider of cubes would be an invention that no axis shows.
        Range::Real { min, max, log } => Some((*min, *max, *log && *min > 0.0)),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Whole(number) => Some(*number as f64),
        Value::Real(number) => Some(*number),
        Value::Switch(_) | Value::Choice(_) | Value::Drawing(_) => None,
    }
}

/// Rounded to so many significant digits, by way of decimal text so that 0.003 is 0.003.
fn significant(number: f64, digits: usize) -> f64 {
    figures::number(&format!("{number:.*e}", digits - 1)).unwrap_or(number)
}

/// Whether a knob matters now: what it hangs on has one of the values that it names.
pub fn matters(knob: &Knob, value_of: impl Fn(&str) -> Option<Value>) -> bool {
    let Some((other, names)) = &knob.when else { return true };
    value_of(other).is_none_or(|value| names.iter().any(|name| *name == text(&value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_by_factors_gives_short_numbers() {
        let range = Range::Real { min: 1e-5, max: 1.0, log: true };
        assert_eq!(at(&range, 0.4), Some(Value::Real(0.001)));
        assert_eq!(position(&range, &Value::Real(0.001)).map(|p| (p * 1e6).round()), Some(400_000.0));
        assert_eq!(at(&range, 0.0), Some(Value::Real(1e-5)));
        assert_eq!(at(&range, 1.0), Some(Value::Real(1.0)));
    }

    #[test]
    fn every_position_is_in_range_and_reads_back() {
        for range in [
            Range::Real { min: 0.0, max: 0.9, log: false },
            Range::Real { min: 0.0, max: 0.1, log: true },
            Range::Whole { min: 1, max: 512, log: true },
            Range::Whole { min: -3, max: 3, log: false },
        ] {
            for tenth in 0..=10 {
                let value = at(&range, f64::from(tenth) / 10.0).expect("these have sliders");
                assert_eq!(read(&range, &text(&value)), Read::Good(value));
            }
        }
    }

    #[test]
    fn odd_texts_are_refused_or_moved_into_range() {
        let range = Range::Whole { min: 1, max: 64, log: false };
        assert_eq!(read(&range, "65"), Read::Clamped(Value::Whole(64)));
        assert_eq!(read(&range, "2.5"), Read::Clamped(Value::Whole(3)));
        assert_eq!(read(&range, "NaN"), Read::Bad);
        assert_eq!(read(&range, "-1e99"), Read::Clamped(Value::Whole(1)));
        assert_eq!(read(&Range::Switch, "yes"), Read::Bad);
        assert_eq!(read(&Range::Choice(vec![]), "adam"), Read::Bad);
    }

    #[test]
    fn a_seed_has_no_slider() {
        assert_eq!(at(&Range::Whole { min: 0, max: 999_999, log: false }, 0.5), None);
    }
}
