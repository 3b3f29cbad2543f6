//! What is on a pad that is a knob, and what it was: strokes, or samples of classes; it acts when the pen is lifted.

use leptos::prelude::*;

use super::easel::Pen;
use super::latent::classes;
use crate::protocol::{Knob, LONGEST, Range, Stroke, Value, class_of, stroke_text, strokes};
use crate::ui::desk::{Desk, News, Remedy, Said};
use crate::ui::{dial, sketch};

/// The brush's width at first, as a share of the pad.
pub const BRUSH: f32 = 0.05;

/// The least width of the eraser.
const ERASER: f32 = 0.06;

/// Drawings that can be taken back, at most.
const REMEMBERED: usize = 50;

/// What is on a pad, and what it was.
#[derive(Clone, Copy)]
pub struct Sheet {
    pub desk: Desk,
    pub knob: StoredValue<Knob>,
    /// As the run has it.
    pub value: Memo<Value>,
    /// As it is shown, while a pen is down.
    pub strokes: RwSignal<Vec<Stroke>>,
    /// Texts that were in force before, the newest last, and those that were taken back, the last one last.
    pub past: RwSignal<Vec<Value>>,
    pub future: RwSignal<Vec<Value>>,
    /// Where points are samples: the class that is set.
    pub class: Option<RwSignal<usize>>,
    pub width: RwSignal<f32>,
    pub erases: RwSignal<bool>,
    /// The pen while keys move it, or the eraser while it rubs.
    pub pen: RwSignal<Option<Pen>>,
    /// Where a pointer that is down was last.
    pub held: StoredValue<Option<[f32; 2]>>,
    /// Where a sample was sown last.
    pub seed: StoredValue<Option<[f32; 2]>>,
}

impl Sheet {
    /// Of a pad for this knob.
    pub fn new(desk: Desk, knob: StoredValue<Knob>, value: Memo<Value>) -> Self {
        let marks = knob.with_value(|knob| matches!(knob.range, Range::Drawing { marks: true, .. }));
        let class = marks.then(|| RwSignal::new(0));
        Self {
            desk,
            knob,
            value,
            strokes: RwSignal::new(Vec::new()),
            past: RwSignal::new(Vec::new()),
            future: RwSignal::new(Vec::new()),
            class,
            width: RwSignal::new(BRUSH),
            erases: RwSignal::new(false),
            pen: RwSignal::new(None),
            held: StoredValue::new(None),
            seed: StoredValue::new(None),
        }
    }

    /// Shows what is in force.
    pub fn show(self) {
        self.strokes.set(strokes(&dial::text(&self.value.get())).unwrap_or_default());
    }

    fn say(self, said: Said) {
        self.desk.tell(News::Said(said), Remedy::None);
    }

    pub fn brush(self) -> f32 {
        let width = self.width.get();
        if self.erases.get() { width.max(ERASER) } else { width }
    }

    /// The pen comes down.
    pub fn start(self, at: [f32; 2]) {
        if self.erases.get_untracked() {
            return self.rub(at, at);
        }
        let width = self.width.get_untracked();
        self.strokes.update(|strokes| match self.class {
            Some(class) => sketch::set(strokes, class.get_untracked() as u8, at),
            None => strokes.push(Stroke { width, points: vec![at] }),
        });
    }

    /// It moves.
    pub fn draw(self, from: [f32; 2], to: [f32; 2]) {
        if self.erases.get_untracked() {
            return self.rub(from, to);
        }
        if self.class.is_some() {
            return self.sow(to);
        }
        self.strokes.update(|strokes| strokes.iter_mut().last().into_iter().for_each(|stroke| stroke.points.push(to)));
    }

    /// Sets one more sample about here, as far off as the brush is wide, once the pen is that far from the last.
    fn sow(self, to: [f32; 2]) {
        let width = self.width.get_untracked();
        let seed = self.seed.get_value();
        if seed.is_none_or(|seed| sketch::apart(seed, to) >= width) {
            self.seed.set_value(Some(to));
            self.start(to.map(|share| (share + width * (js_sys::Math::random() as f32 - 0.5)).clamp(0.0, 1.0)));
        }
    }

    /// Sets samples of this class from now on, if there is one.
    pub fn choose(self, at: usize) {
        if let Some(class) = self.class.filter(|_| at < untrack(|| classes(self.desk)).len()) {
            class.set(at);
            self.erases.set(false);
        }
    }

    /// Rubs out on the way from one place to another, in steps that leave nothing between them.
    fn rub(self, from: [f32; 2], to: [f32; 2]) {
        let radius = untrack(|| self.brush()) / 2.0;
        let shown = self.shown();
        let steps = ((to[0] - from[0]).hypot(to[1] - from[1]) / radius * 2.0).ceil().max(1.0);
        self.strokes.update(|strokes| {
            for step in 1..=steps as usize {
                let share = step as f32 / steps;
                let at = [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
                if self.class.is_some() {
                    sketch::unset(strokes, &shown, at, radius);
                } else {
                    *strokes = sketch::rubbed(strokes, at, radius);
                }
            }
        });
    }

    /// The pen is lifted: what is drawn comes into force, if it can.
    pub fn lift(self) {
        if !self.erases.get_untracked() && self.class.is_none() {
            self.strokes.update(|strokes| {
                strokes
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|stroke| stroke.points = sketch::thinned(&stroke.points));
            });
        }
        let text = self.strokes.with_untracked(|strokes| stroke_text(strokes));
        if self.bare() {
            return self.say(Said::DrawingEmpty);
        }
        if text.len() > LONGEST {
            self.say(Said::DrawingFull);
            return untrack(|| self.show());
        }
        let before = self.value.get_untracked();
        let value = Value::Drawing(text.into());
        if value != before {
            self.future.set(Vec::new());
            self.remember(before);
        }
        self.turn(value);
    }

    /// Whether nothing is left; of samples, none of a class that there is.
    fn bare(self) -> bool {
        let shown = self.shown();
        !self.strokes.read_untracked().iter().any(|stroke| shown(stroke) && !stroke.points.is_empty())
    }

    /// Tells the strokes that are shown.
    pub fn shown(self) -> impl Fn(&Stroke) -> bool {
        let classes = self.class.map(|_| untrack(|| classes(self.desk)).len());
        move |stroke| classes.is_none_or(|classes| usize::from(class_of(stroke)) < classes)
    }

    fn remember(self, before: Value) {
        self.past.update(|past| {
            past.push(before);
            past.drain(..past.len().saturating_sub(REMEMBERED));
        });
    }

    fn turn(self, value: Value) {
        self.desk.turn(&self.knob.get_value(), value);
        untrack(|| self.show());
    }

    /// Takes the last change back; on a pad that was cleared, the clearing.
    pub fn undo(self) {
        self.pen.set(None);
        if self.bare() {
            return untrack(|| self.show());
        }
        if let Some(before) = self.past.try_update(Vec::pop).flatten() {
            self.future.update(|future| future.push(self.value.get_untracked()));
            self.turn(before);
        }
    }

    /// Brings back what was taken back last.
    pub fn redo(self) {
        self.pen.set(None);
        if let Some(next) = self.future.try_update(Vec::pop).flatten() {
            self.remember(self.value.get_untracked());
            self.turn(next);
        }
    }

    pub fn clear(self) {
        self.pen.set(None);
        self.strokes.set(Vec::new());
        self.say(Said::DrawingEmpty);
    }

    pub fn reset(self) {
        self.remember(self.value.get_untracked());
        self.turn(self.knob.with_value(|knob| knob.default.clone()));
    }
}
