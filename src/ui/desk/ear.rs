//! What a worker says, taken into the page's state.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Desk, News, Remedy, Saved, Stage, Why};
use crate::protocol::{Body, Command, DeviceCard, Event, Fault, OwnCard, Phase, RunId, View, agreed};
use crate::ui::address::Wish;
use crate::ui::browser;

impl Desk {
    /// Takes what a worker says: the only writer of run state.
    pub fn hear(self, event: Event) {
        let mine = move |run: RunId| self.hold.with_value(|hold| hold.run == run);
        match event {
            Event::Hello { version, device, catalogue, own } => self.greet(agreed(version, catalogue), device, own),
            Event::Unfit { version: _, fault } => self.refuse(fault),
            Event::Started { run, parameters, knobs: _, notices, step } if mine(run) => {
                self.parameters.set(Some(parameters));
                self.tracks.update(|tracks| tracks.iter_mut().for_each(|track| track.rewind(step)));
                self.reel.update(|reel| reel.rewind(step));
                self.rebuilt_reel.update(|reel| reel.rewind(step));
                self.pulse.update(|pulse| pulse.step = step);
                notices.into_iter().for_each(|fault| self.tell(News::Fault(fault), Remedy::None));
                self.take_over(step);
            }
            Event::Phase { run, phase } if mine(run) => self.enter(phase),
            Event::Benched { run, text } if mine(run) => browser::show_bench(Some(&text), self.w().bench),
            Event::Loading { data, samples, of } => {
                if self.setup.read_untracked().as_ref().is_some_and(|setup| setup.data == data) {
                    self.loading.set(Some((samples, of)));
                }
            }
            Event::Tick { run, pulse, points } if mine(run) => {
                self.pulse.set(pulse);
                if !points.is_empty() {
                    self.tracks.update(|tracks| {
                        for point in points {
                            if let Some(track) = tracks.get_mut(usize::from(point.series)) {
                                track.push(point.step, point.value);
                            }
                        }
                    });
                    self.hold.update_value(|hold| hold.deaths = 0);
                }
                self.save_now_and_then();
            }
            Event::Frame { run, frame, step, view, body } if mine(run) => {
                self.show(step, view, body);
                // Effects run before the next animation frame, and panels paint in it; a hidden page gives none.
                request_animation_frame(move || {
                    if mine(run) {
                        self.send(|run| Command::Painted { run, frame });
                    }
                });
            }
            Event::Snapshot { run, step, bytes } => self.keep(run, step, Arc::new(bytes)),
            Event::Findings { run, step, findings } if mine(run) => self.findings.set(Some((step, findings))),
            Event::Trouble { run, fault, fatal } if run.is_none_or(mine) => self.suffer(fault, fatal),
            Event::Acts { run, step, done, acts } if mine(run) => self.hear_acts(step, done, acts),
            // A stale run's last words.
            Event::Started { .. }
            | Event::Phase { .. }
            | Event::Tick { .. }
            | Event::Frame { .. }
            | Event::Findings { .. }
            | Event::Acts { .. }
            | Event::Benched { .. }
            | Event::Trouble { .. } => {}
        }
    }

    fn greet(self, fits: Result<(), Fault>, device: DeviceCard, own: Vec<OwnCard>) {
        if let Err(fault) = fits {
            self.tell(News::Fault(fault), Remedy::Refresh);
            return self.stage.set(Stage::Dead);
        }
        if device.software && self.wish.get_untracked() == Wish::Auto {
            return self.fall_back(Why::Software(device.adapter));
        }
        if !self.pass_on() {
            self.complete(device, own);
        }
    }

    fn enter(self, phase: Phase) {
        self.stage.set(Stage::Run(phase));
        match phase {
            Phase::Ready | Phase::Paused => {
                let eager = self.hold.try_update_value(|hold| std::mem::take(&mut hold.eager)).unwrap_or(false);
                if eager {
                    self.train();
                } else if phase == Phase::Paused && self.slow.get_untracked().is_none() {
                    // To save in mid-step would end the step.
                    self.save();
                }
                self.measure();
            }
            Phase::Preparing | Phase::Compiling | Phase::Training | Phase::Waiting | Phase::Failed => {}
        }
    }

    fn show(self, step: u64, view: View, mut body: Body) {
        match (view, &mut body) {
            (_, Body::Reading(_)) => self.reading.put(step, body),
            (View::Filters, Body::Layers(_)) => self.filters.put(step, body),
            (View::Saliency, Body::Layers(_)) => self.saliency.put(step, body),
            (View::Dream, Body::Layers(_)) => self.dream.put(step, body),
            (_, Body::Layers(_)) => self.activations.put(step, body),
            (_, Body::Confusion(matrix)) if matrix.counts.len() == (matrix.classes * matrix.classes) as usize => {
                self.confusion.put(step, body);
            }
            (_, Body::Confusion(_)) => {
                self.tell(News::Fault(Fault::Garbled { detail: "confusion".into() }), Remedy::None);
            }
            (_, Body::Gallery(_)) => self.gallery.put(step, body),
            (_, Body::Samples(_)) => {
                self.samples.put(step, body);
                self.film(step);
            }
            (_, Body::Scatter(_)) => {
                self.scatter.put(step, body);
                self.film(step);
            }
            (_, Body::Reconstructions(_)) => {
                self.rebuilt.put(step, body);
                self.film_rebuilt(step);
            }
            (_, Body::Latent(_)) => self.latent.put(step, body),
            (_, Body::Decoded(_)) => {
                self.decoded.put(step, body);
                self.decoded_came();
            }
            (View::Embedding, Body::Regions(told)) => {
                let last = if told.pictures.is_empty() { self.embedding.take() } else { None };
                if let Some(Body::Regions(last)) = last {
                    told.pictures = last.pictures;
                }
                self.embedding.put(step, body);
            }
            (_, Body::Regions(_)) => self.regions.put(step, body),
            (_, Body::Ladder(_)) => self.ladder.put(step, body),
            (_, Body::Scores(_)) => self.scores.put(step, body),
            (_, Body::Opinions(opinions)) => self.opinions.set(opinions.clone()),
            (_, Body::Augmented(_)) => self.augmented.put(step, body),
        }
    }

    fn keep(self, run: RunId, step: u64, bytes: Arc<Vec<u8>>) {
        let mut move_now = false;
        if self.hold.with_value(|hold| hold.run == run) {
            self.stow(step, &bytes);
        }
        self.hold.update_value(|hold| {
            if hold.run == run {
                hold.saved = Some(Saved { step, bytes: bytes.clone() });
                move_now = std::mem::take(&mut hold.moving);
            }
        });
        self.shelf.update_untracked(|shelf| {
            if let Some(shelf) = shelf.as_mut().filter(|shelf| shelf.run == run) {
                (shelf.step, shelf.bytes) = (step, Some(bytes));
                // A run's name begins at 1: no snapshot comes under this one.
                shelf.run = if shelf.once { 0 } else { run };
            }
        });
        if move_now {
            self.change_worker();
        }
    }

    fn suffer(self, fault: Fault, fatal: bool) {
        match (&fault, fatal) {
            (Fault::Panicked { .. } | Fault::GpuLost { .. }, true) => self.replace_worker(fault),
            (Fault::Chunk { .. }, _) => self.tell(News::Fault(fault), Remedy::Reload),
            (Fault::Version { .. }, _) => {
                self.tell(News::Fault(fault), Remedy::Refresh);
                self.stage.set(Stage::Dead);
            }
            (_, true) => {
                self.stage.set(Stage::Run(Phase::Failed));
                self.tell(News::Fault(fault), Remedy::None);
            }
            (_, false) => self.tell(News::Fault(fault), Remedy::None),
        }
    }
}
