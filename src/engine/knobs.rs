//! `knobs!`: what can be set on a model, each knob said once: type, range, default, titles, help, hot or cold.

use std::borrow::Cow;

use crate::protocol::{Choice, Fault, Knob, Range, Text, Value, strokes};

/// Everything that can be set on a model; [`knobs!`](crate::knobs) writes the implementation.
pub trait Knobs: Default + Clone + 'static {
    /// What the knobs say of themselves, in the order of the panel.
    fn knobs() -> Vec<Knob>;

    /// Every value in force, in the same order.
    fn values(&self) -> Vec<(String, Value)>;

    /// Sets one knob.
    ///
    /// # Errors
    /// [`Fault::UnknownKnob`]; [`Fault::Clamped`] where the nearest lawful value is in force now, or the default where
    /// there is no nearest one (NaN, another type, no such choice).
    fn set(&mut self, name: &str, value: &Value) -> Result<(), Fault>;

    /// [`Knobs::set`] for a knob whose range and default are known already.
    ///
    /// # Errors
    /// As [`Knobs::set`].
    fn put(&mut self, knob: &Knob, value: &Value) -> Result<(), Fault>;
}

/// A type that a knob's value can have.
pub trait Dial: Sized + Clone {
    /// As the protocol says it.
    fn value(&self) -> Value;

    /// The nearest lawful value to `asked`; `None` where there is none.
    fn nearest(asked: &Value, range: &Range) -> Option<Self>;
}

impl Dial for i64 {
    fn value(&self) -> Value {
        Value::Whole(*self)
    }

    fn nearest(asked: &Value, range: &Range) -> Option<Self> {
        match (asked, range) {
            (Value::Whole(asked), Range::Whole { min, max, .. }) => Some(*asked.clamp(min, max)),
            _ => None,
        }
    }
}

impl Dial for f64 {
    fn value(&self) -> Value {
        Value::Real(*self)
    }

    fn nearest(asked: &Value, range: &Range) -> Option<Self> {
        let asked = match asked {
            Value::Real(asked) => *asked,
            Value::Whole(asked) => *asked as f64,
            Value::Switch(_) | Value::Choice(_) | Value::Drawing(_) => return None,
        };
        match range {
            Range::Real { min, max, .. } if !asked.is_nan() => Some(asked.clamp(*min, *max)),
            _ => None,
        }
    }
}

impl Dial for bool {
    fn value(&self) -> Value {
        Value::Switch(*self)
    }

    fn nearest(asked: &Value, _: &Range) -> Option<Self> {
        match asked {
            Value::Switch(on) => Some(*on),
            Value::Whole(_) | Value::Real(_) | Value::Choice(_) | Value::Drawing(_) => None,
        }
    }
}

/// An enum of which one item can be chosen; [`choices!`](crate::choices) writes the implementation.
pub trait Pick: Dial + Copy + PartialEq + 'static {
    /// Every item with its name and title, in the order of the list.
    const ALL: &'static [(Self, &'static str, Text)];

    /// The item's name in addresses.
    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(item, ..)| *item == self).map(|(_, name, _)| *name).expect("the macro lists every item")
    }

    /// The list as a range.
    fn range() -> Range {
        let choice =
            |(_, name, title): &(Self, &'static str, Text)| Choice { name: (*name).into(), title: title.clone() };
        Range::Choice(Self::ALL.iter().map(choice).collect())
    }
}

/// Puts `asked`, or what is nearest to it, into `slot`; `knob` knows range and default.
///
/// # Errors
/// [`Fault::Clamped`] where it was not lawful as asked.
pub fn turn<T: Dial>(slot: &mut T, knob: &Knob, asked: &Value) -> Result<(), Fault> {
    let fallback = || T::nearest(&knob.default, &knob.range).expect("a default lies in its range");
    *slot = T::nearest(asked, &knob.range).unwrap_or_else(fallback);
    let used = slot.value();
    if same(&used, asked) { Ok(()) } else { Err(clamped(&knob.name, asked, &used)) }
}

/// [`turn`] for a knob whose type is known by its range alone: what comes into force when `asked` is asked for, and the
/// fault where that is something else. Where there is nothing near it, `fallback` comes into force.
pub fn settle(knob: &Knob, asked: &Value, fallback: &Value) -> (Value, Option<Fault>) {
    let near = match &knob.range {
        range @ Range::Whole { .. } => i64::nearest(asked, range).map(Value::Whole),
        range @ Range::Real { .. } => f64::nearest(asked, range).map(Value::Real),
        range @ Range::Switch => bool::nearest(asked, range).map(Value::Switch),
        Range::Choice(list) => {
            let lawful = list.iter().any(|choice| matches!(asked, Value::Choice(name) if *name == choice.name));
            lawful.then(|| asked.clone())
        }
        Range::Drawing { .. } => match asked {
            Value::Drawing(text) if strokes(text).is_some() => Some(asked.clone()),
            _ => return (fallback.clone(), Some(Fault::NoDrawing { knob: knob.name.to_string() })),
        },
    };
    let used = near.unwrap_or_else(|| fallback.clone());
    let fault = (!same(&used, asked)).then(|| clamped(&knob.name, asked, &used));
    (used, fault)
}

/// The fault that says that `used` is in force although `asked` was asked for.
pub fn clamped(knob: &str, asked: &Value, used: &Value) -> Fault {
    Fault::Clamped { knob: knob.to_owned(), asked: words(asked).into_owned(), used: words(used).into_owned() }
}

/// Whole numbers are welcome where real ones are expected, as addresses write `1` for `1.0`.
fn same(used: &Value, asked: &Value) -> bool {
    match (used, asked) {
        (Value::Real(used), Value::Whole(asked)) => *used == *asked as f64,
        (used, asked) => used == asked,
    }
}

fn words(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Whole(number) => number.to_string().into(),
        Value::Real(number) => number.to_string().into(),
        Value::Switch(on) => if *on { "on" } else { "off" }.into(),
        Value::Choice(word) | Value::Drawing(word) => word.as_ref().into(),
    }
}

/// A field's name as addresses write it: `batch_size` is `batch-size`.
pub fn dashed(field: &str) -> Cow<'static, str> {
    field.replace('_', "-").into()
}

/// Declares an enum of which one item can be chosen: `Item = "name", "title" / "标题";` each.
#[macro_export]
macro_rules! choices {
    ($(#[$meta:meta])* $vis:vis enum $choice:ident { $($(#[$doc:meta])* $item:ident = $name:literal, $en:literal / $zh:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $choice { $($(#[$doc])* $item,)+ }

        impl $crate::engine::knobs::Pick for $choice {
            const ALL: &'static [(Self, &'static str, $crate::protocol::Text)] =
                &[$((Self::$item, $name, $crate::protocol::listed($en, $zh)),)+];
        }

        impl $crate::engine::knobs::Dial for $choice {
            fn value(&self) -> $crate::protocol::Value {
                $crate::protocol::Value::Choice($crate::engine::knobs::Pick::name(*self).into())
            }

            fn nearest(asked: &$crate::protocol::Value, _: &$crate::protocol::Range) -> Option<Self> {
                let $crate::protocol::Value::Choice(asked) = asked else { return None };
                <Self as $crate::engine::knobs::Pick>::ALL.iter().find(|(_, name, _)| name == asked).map(|(item, ..)| *item)
            }
        }
    };
}

/// Declares a struct of knobs, and optionally knobs that it shares with others, whose defaults it may override:
///
/// ```text
/// knobs! {
///     /// What can be set on the model.
///     pub struct Settings {
///         width: whole(1, 1024, log) = 128, cold Network, "Width" / "宽度", "…" / "…";
///         dropout: real(0.0, 0.9, linear) = 0.0, hot Network, "Dropout" / "随机失活", "…" / "…";
///         schedule: pick(Schedule) = Schedule::Constant, hot Training, "…" / "…", "…" / "…";
///         every: real(0.1, 100.0, log) = 5.0, hot Training, "…" / "…", "…" / "…", when schedule = "step";
///     }
///     shared training: Training { learning_rate: 0.1 }
/// }
/// ```
#[macro_export]
macro_rules! knobs {
    (
        $(#[$meta:meta])* $vis:vis struct $knobs:ident {
            $($field:ident : $kind:ident $range:tt = $default:expr, $heat:ident $group:ident, $title:literal / $title_zh:literal,
                $help:literal / $help_zh:literal $(, when $decider:ident = $($choice:literal)|+)?;)*
        }
        $(shared $shared:ident : $set:ty { $($over:ident : $value:expr),* $(,)? })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $knobs {
            $(#[doc = $help] pub $field: $crate::knobs!(@type $kind $range),)*
            $(/** What it shares with others. */ pub $shared: $set,)?
        }

        impl Default for $knobs {
            fn default() -> Self {
                Self { $($field: $default,)* $($shared: <$set>::default().with(|shared| { $(shared.$over = $value;)* let _ = shared; }),)? }
            }
        }

        impl $knobs {
            /// Itself, after `change`.
            #[allow(dead_code, reason = "only shared sets and tests call it")]
            #[must_use]
            pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
                change(&mut self);
                self
            }
        }

        impl $crate::engine::knobs::Knobs for $knobs {
            #[allow(unused_mut, unused_imports, reason = "a set may have no shared part, or nothing else")]
            fn knobs() -> Vec<$crate::protocol::Knob> {
                use $crate::engine::knobs::{Dial, dashed};
                let defaults = Self::default();
                let mut knobs = vec![$($crate::protocol::Knob {
                    name: dashed(stringify!($field)),
                    title: $crate::protocol::listed($title, $title_zh),
                    help: $crate::protocol::listed($help, $help_zh),
                    range: $crate::knobs!(@range $kind $range),
                    default: defaults.$field.value(),
                    hot: $crate::knobs!(@heat $heat),
                    group: $crate::protocol::Group::$group,
                    when: $crate::knobs!(@when $($decider $($choice)+)?),
                },)*];
                $(
                    let values = defaults.$shared.values();
                    let own = <$set>::knobs().into_iter().zip(values).map(|(knob, (_, default))| $crate::protocol::Knob { default, ..knob });
                    knobs.extend(own);
                )?
                knobs
            }

            #[allow(unused_mut, unused_imports, reason = "a set may have no shared part, or nothing else")]
            fn values(&self) -> Vec<(String, $crate::protocol::Value)> {
                use $crate::engine::knobs::{Dial, dashed};
                let mut values = vec![$((dashed(stringify!($field)).into_owned(), self.$field.value()),)*];
                $(values.extend(self.$shared.values());)?
                values
            }

            fn set(&mut self, name: &str, value: &$crate::protocol::Value) -> Result<(), $crate::protocol::Fault> {
                let unknown = || $crate::protocol::Fault::UnknownKnob { name: name.to_owned() };
                let knob = Self::knobs().into_iter().find(|knob| knob.name == name).ok_or_else(unknown)?;
                self.put(&knob, value)
            }

            fn put(&mut self, knob: &$crate::protocol::Knob, value: &$crate::protocol::Value) -> Result<(), $crate::protocol::Fault> {
                $(if knob.name == $crate::engine::knobs::dashed(stringify!($field)) {
                    return $crate::engine::knobs::turn(&mut self.$field, knob, value);
                })*
                $(if true { return self.$shared.put(knob, value); })?
                #[allow(unreachable_code, reason = "only without a shared part")]
                Err($crate::protocol::Fault::UnknownKnob { name: knob.name.to_string() })
            }
        }
    };
    (@type whole $range:tt) => { i64 };
    (@type real $range:tt) => { f64 };
    (@type switch $range:tt) => { bool };
    (@type pick ($choice:ty)) => { $choice };
    (@range whole ($min:expr, $max:expr, $scale:ident)) => {
        $crate::protocol::Range::Whole { min: $min, max: $max, log: $crate::knobs!(@log $scale) }
    };
    (@range real ($min:expr, $max:expr, $scale:ident)) => {
        $crate::protocol::Range::Real { min: $min, max: $max, log: $crate::knobs!(@log $scale) }
    };
    (@range switch $range:tt) => { $crate::protocol::Range::Switch };
    (@range pick ($choice:ty)) => { <$choice as $crate::engine::knobs::Pick>::range() };
    (@log log) => { true };
    (@log linear) => { false };
    (@heat hot) => { true };
    (@heat cold) => { false };
    (@when) => { None };
    (@when $decider:ident $($choice:literal)+) => { Some((dashed(stringify!($decider)), vec![$($choice.into()),+])) };
}

/// The number that an address and a reader can bear: with two digits, or without a fraction.
pub fn two_digits(number: f64) -> f64 {
    let mut power = 1.0;
    while (1e-9..10.0).contains(&(number * power)) {
        power *= 10.0;
    }
    (number * power).round() / power
}

#[cfg(test)]
mod tests {
    use super::two_digits;

    #[test]
    fn two_digits_are_kept() {
        let found = [1.6 / 105.0, 1.6 / 443.0, 3.12, 512.3, 0.0].map(two_digits);
        assert_eq!(found, [0.015, 0.0036, 3.1, 512.0, 0.0]);
    }
}
