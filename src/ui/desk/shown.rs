//! What a view showed last: every view's body in a signal of one type, read as what it is.

use leptos::prelude::*;

use crate::protocol::Body;

/// A view's last body, with the step at which it was taken. All signals hold a [`Body`], because Leptos' machinery is
/// compiled anew for each type that a signal holds: a kilobyte of the page for each.
pub struct Shown<T: 'static> {
    body: RwSignal<Option<(u64, Body)>>,
    of: fn(&Body) -> Option<&T>,
}

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shown<T> {}

impl<T> Shown<T> {
    /// Of bodies of which `of` takes the inside; nothing is shown yet.
    pub fn new(of: fn(&Body) -> Option<&T>) -> Self {
        Self { body: RwSignal::new(None), of }
    }

    /// A part of it, which `of` takes out of the same body.
    pub fn part<U>(self, of: fn(&Body) -> Option<&U>) -> Shown<U> {
        Shown { body: self.body, of }
    }

    /// Reads it, and what reads it is called again when it changes.
    pub fn with<R>(self, read: impl FnOnce(&Option<(u64, &T)>) -> R) -> R {
        self.body.with(|body| read(&self.inside(body)))
    }

    /// Reads it once.
    pub fn with_untracked<R>(self, read: impl FnOnce(&Option<(u64, &T)>) -> R) -> R {
        self.body.with_untracked(|body| read(&self.inside(body)))
    }

    fn inside(self, body: &Option<(u64, Body)>) -> Option<(u64, &T)> {
        body.as_ref().and_then(|(step, body)| Some((*step, (self.of)(body)?)))
    }

    /// When it was taken.
    pub fn step(self) -> Option<u64> {
        self.body.with(|body| body.as_ref().map(|body| body.0))
    }

    /// Calls what asks again when it changes.
    pub fn track(self) {
        self.body.track();
    }

    /// What was shown last; the next body is to be put in its place at once.
    pub(super) fn take(self) -> Option<Body> {
        self.body.try_update_untracked(Option::take).flatten().map(|(_, body)| body)
    }

    /// Shows this from now on.
    pub(super) fn put(self, step: u64, body: Body) {
        self.body.set(Some((step, body)));
    }

    /// Shows nothing from now on.
    pub(super) fn clear(self) {
        self.body.set(None);
    }
}

/// A [`Shown`] of one kind of body.
macro_rules! shown {
    ($kind:ident) => {
        $crate::ui::desk::Shown::new(
            |body| if let $crate::protocol::Body::$kind(inside) = body { Some(inside) } else { None },
        )
    };
}
pub(super) use shown;
