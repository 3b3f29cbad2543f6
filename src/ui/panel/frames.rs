//! Paints between two pictures of the screen, as much at once as leaves the page quick.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use leptos::prelude::*;

use crate::ui::browser;

/// Milliseconds of a frame after which no further painting is begun: what is left waits for the next.
const ROOM: f64 = 10.0;

thread_local! {
    static DUE: RefCell<VecDeque<Box<dyn FnOnce()>>> = RefCell::default();
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Paints in the next animation frame that has room, however often it is asked to before.
pub fn once_a_frame(paint: impl Fn() + Copy + 'static) -> impl Fn() + Copy {
    let due = StoredValue::new(false);
    move || {
        if !due.get_value() {
            due.set_value(true);
            DUE.with_borrow_mut(|all| {
                all.push_back(Box::new(move || {
                    due.try_set_value(false);
                    paint();
                }));
            });
            ask();
        }
    }
}

fn ask() {
    if !ASKED.replace(true) {
        request_animation_frame(frame);
    }
}

fn frame() {
    ASKED.set(false);
    let start = browser::now();
    // One at least, or nothing would ever be painted.
    while let Some(paint) = DUE.with_borrow_mut(VecDeque::pop_front) {
        paint();
        if browser::now() - start > ROOM {
            break;
        }
    }
    if DUE.with_borrow(|all| !all.is_empty()) {
        ask();
    }
}
