//! Opens workers: chooses the device, falls back, and replaces a worker that died.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Desk, News, Remedy, Said, Saved, Stage, Why};
use crate::link::Link;
use crate::protocol::{DeviceKind, Fault, Phase};
use crate::ui::address::Wish;
use crate::ui::browser::{self, Gpu, Missing};

/// A worker that dies this often without a step between is not tried again by itself.
const TRIES: u32 = 3;

impl Desk {
    /// Opens the worker that the reader's wish and the browser allow.
    pub fn wake(self) {
        self.stage.set(Stage::Waking);
        let missing = browser::gpu_worker_is_missing().map(|missing| match missing {
            Missing::Absent => Why::Absent,
            Missing::Building => Why::Building,
        });
        if let (Wish::Auto | Wish::Gpu, Some(why)) = (self.wish.get_untracked(), missing) {
            return self.open(DeviceKind::Cpu, why);
        }
        let refused = self.hold.with_value(|hold| hold.refused.clone());
        match (self.wish.get_untracked(), refused) {
            (Wish::Cpu, _) => self.open(DeviceKind::Cpu, Why::Chosen),
            (Wish::Gpu, _) => self.open(DeviceKind::Gpu, Why::Chosen),
            (Wish::Auto, Some(why)) => self.open(DeviceKind::Cpu, why),
            (Wish::Auto, None) => spawn_local(async move {
                let gpu = browser::gpu().await;
                // The reader may have chosen while the browser thought.
                if self.wish.get_untracked() != Wish::Auto {
                    return;
                }
                match gpu {
                    Gpu::Real => self.open(DeviceKind::Gpu, Why::Best),
                    Gpu::Software(name) => self.fall_back(Why::Software(name)),
                    Gpu::NoAdapter => self.fall_back(Why::NoAdapter),
                    Gpu::Absent => self.fall_back(Why::NoWebGpu),
                }
            }),
        }
    }

    /// Uses the processor from now on.
    pub(super) fn fall_back(self, why: Why) {
        self.hold.update_value(|hold| hold.refused = Some(why.clone()));
        self.open(DeviceKind::Cpu, why);
    }

    fn open(self, kind: DeviceKind, why: Why) {
        self.why.set(why);
        let mut watch = 0;
        self.hold.update_value(|hold| {
            hold.watch += 1;
            watch = hold.watch;
            hold.kind = kind;
            hold.link = None;
            hold.told = None;
        });
        let opened = Link::open(kind, move |event| {
            if self.hold.try_with_value(|hold| hold.watch == watch).unwrap_or(false) {
                self.hear(event);
            }
        });
        self.hold.update_value(|hold| hold.link = Some(opened));
    }

    /// A worker that cannot train here.
    pub(super) fn refuse(self, fault: Fault) {
        match self.hold.with_value(|hold| hold.kind) {
            DeviceKind::Gpu => {
                if self.wish.get_untracked() == Wish::Gpu {
                    self.tell(News::Fault(fault.clone()), Remedy::None);
                }
                self.fall_back(Why::Unfit(fault));
            }
            DeviceKind::Cpu => {
                self.hold.update_value(|hold| hold.link = None);
                self.tell(News::Fault(fault), Remedy::Wake);
                self.stage.set(Stage::Dead);
            }
        }
    }

    /// Closes the worker and opens the one now wished for, which goes on from the last snapshot.
    pub(super) fn change_worker(self) {
        self.hold.update_value(|hold| {
            hold.watch += 1;
            hold.link = None;
            hold.carry = hold.saved.clone();
        });
        self.wake();
    }

    /// A worker died: tells the reader and opens another.
    pub(super) fn replace_worker(self, fault: Fault) {
        let training = matches!(self.stage.get_untracked(), Stage::Run(Phase::Training | Phase::Waiting));
        let (mut deaths, mut kind) = (0, DeviceKind::Cpu);
        self.hold.update_value(|hold| {
            hold.deaths += 1;
            (deaths, kind) = (hold.deaths, hold.kind);
            hold.watch += 1;
            hold.link = None;
            hold.moving = false;
            hold.carry = hold.saved.clone();
            hold.eager = hold.eager || (training && hold.saved.is_some());
            hold.replaced = true;
        });
        if kind == DeviceKind::Gpu && deaths > 1 {
            self.hold.update_value(|hold| (hold.deaths, hold.refused) = (0, Some(Why::Lost)));
            self.wish.set(Wish::Auto);
        } else if deaths >= TRIES {
            self.tell(News::Fault(fault), Remedy::Wake);
            return self.stage.set(Stage::Dead);
        }
        self.tell(News::Fault(fault), Remedy::None);
        self.stage.set(Stage::Waking);
        // Not from within the dead worker's own message.
        gloo::timers::callback::Timeout::new(200, move || self.wake()).forget();
    }

    /// The run stands again: says so, if its worker had to be replaced.
    pub(super) fn take_over(self, step: u64) {
        let replaced = self.hold.try_update_value(|hold| std::mem::take(&mut hold.replaced)).unwrap_or(false);
        if !replaced {
            return;
        }
        if step > 0 {
            self.tell(News::Said(Said::ReplacedAt(step)), Remedy::None);
        } else {
            self.tell(News::Said(Said::ReplacedFresh), Remedy::None);
        }
    }

    /// Opens a worker again after all were given up.
    pub fn wake_again(self) {
        self.hold.update_value(|hold| {
            hold.deaths = 0;
            hold.carry = hold.saved.clone();
        });
        self.wake();
    }

    /// The reader wishes another device: the run moves there with its weights.
    pub fn choose_device(self, wish: Wish) {
        if self.wish.get_untracked() == wish {
            return;
        }
        self.wish.set(wish);
        let training = matches!(self.stage.get_untracked(), Stage::Run(Phase::Training | Phase::Waiting));
        let alive = self.hold.with_value(|hold| hold.link.is_some());
        self.hold.update_value(|hold| {
            (hold.deaths, hold.refused) = (0, None);
            hold.eager = hold.eager || training;
        });
        if !alive || self.pulse.get_untracked().step == 0 {
            return self.change_worker();
        }
        self.hold.update_value(|hold| hold.moving = true);
        self.save();
        // A worker that does not answer is left behind with what was saved before.
        let late = move || {
            let waits = self.hold.try_update_value(|hold| std::mem::take(&mut hold.moving)).unwrap_or(false);
            if waits {
                self.change_worker();
            }
        };
        gloo::timers::callback::Timeout::new(1500, late).forget();
    }

    /// The present run's snapshot.
    pub(super) fn saved(self) -> Option<Saved> {
        self.hold.with_value(|hold| hold.saved.clone())
    }
}
