//! What a session shows: the views that the page watches, each drawn anew when it changed and the page has painted the last.

use burn::tensor::{Int, Tensor, TensorData};

use super::generated::Made;
use super::reads::{Ask, Reads};
use super::{Around, Session, first, trained};
use crate::data::augment::Occasion;
use crate::engine::contest::told;
use crate::engine::exam::Tally;
use crate::engine::feed::Shelf;
use crate::engine::pictures::{self, Frame};
use crate::engine::recipe::{Batch, Plate, Shape};
use crate::protocol::{Answer, Augmented, Body, Event, Opinion, Phase, Probe, Reading, Split, View};

/// Training samples over their augmented selves.
const CHANGED: usize = 8;
/// Milliseconds that views wait longer than others that cost as much as many steps.
const REST: f64 = 800.0;

/// A view that the page watches.
pub(super) struct Screen {
    pub(super) view: View,
    /// The frame that is not painted yet.
    owed: Option<u64>,
    /// When it was shown last.
    at: f64,
    /// What it showed last.
    shown: Option<Stamp>,
}

/// What a picture depends on; an equal stamp is an equal picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    step: u64,
    /// In slow motion weights move within a step.
    acts: u64,
    probe: u64,
    exams: u64,
    asked: u64,
    /// Frames of a dream that were made of the same weights.
    dreamt: u32,
    shipped: bool,
    /// Of the data set's samples.
    edition: u64,
}

impl Session {
    /// Shows these views from now on.
    pub fn watch(&mut self, views: &[View]) {
        let mut screens = Vec::new();
        for view in views {
            // Credit outlives the list: a frame that is on its way is still owed.
            let known = self.screens.iter().find(|screen| screen.view == *view);
            let (owed, at) = known.map_or((None, f64::MIN), |screen| (screen.owed, screen.at));
            screens.push(Screen { view: *view, owed, at, shown: None });
        }
        self.screens = screens;
    }

    /// Looks at this from now on.
    pub fn look(&mut self, probe: Option<Probe>) {
        // A generated sample that is picked leaves the pad as it was.
        match probe {
            Some(Probe::Generated { index }) => self.picked = Some(index),
            probe => (self.probe, self.picked, self.heard) = (probe, None, None),
        }
        self.probes += 1;
    }

    /// A frame is on the screen.
    pub fn painted(&mut self, frame: u64) {
        for screen in &mut self.screens {
            if screen.owed == Some(frame) {
                screen.owed = None;
            }
        }
    }

    fn stamp(&self, view: View, around: &Around<'_>) -> Stamp {
        let step = self.plan.step;
        let shipped = step == 0 && around.shipped.is_some();
        let (acts, edition) = (self.motion.count, around.shelf.edition());
        let still = Stamp { step, acts, probe: 0, exams: 0, asked: 0, dreamt: 0, shipped: false, edition };
        match view {
            View::Reading => Stamp { probe: self.probes, shipped, ..still },
            View::Activations | View::Samples | View::Reconstructions | View::Opinions | View::Saliency => {
                Stamp { probe: self.probes, ..still }
            }
            View::Dream => Stamp { dreamt: self.dreamt(), ..still },
            View::Latent => Stamp { probe: self.probes, asked: self.asked, ..still },
            View::Decoded => Stamp { asked: self.asked, ..still },
            View::Filters | View::Scores | View::Regions | View::Embedding | View::Ladder => still,
            View::Augmented => Stamp { asked: around.shelf.turns(), acts: 0, ..still },
            // They show an evaluation, and change with the next one.
            View::Confusion | View::Mistakes => Stamp { step: 0, acts: 0, exams: self.exams, edition: 0, ..still },
        }
    }

    /// Whether a view is to be drawn anew. A probe that moved is drawn at once, so that drawing feels live.
    pub(super) fn frame_due(&self, index: usize, around: &Around<'_>) -> bool {
        let screen = &self.screens[index];
        let stamp = self.stamp(screen.view, around);
        if screen.owed.is_some() || screen.shown == Some(stamp) || !self.showable(screen.view, around) {
            return false;
        }
        let asks = |stamp: Stamp| (stamp.probe, stamp.asked, stamp.edition);
        let fresh = screen.shown.is_none_or(|shown| asks(shown) != asks(stamp));
        // They make, read or judge hundreds of pictures: five times a second would take most of the processor.
        let slow = matches!(screen.view, View::Latent | View::Saliency | View::Dream | View::Embedding);
        let at = if slow { screen.at + REST } else { screen.at };
        fresh || self.phase != Phase::Training || self.plan.pace.frame_due(around.now, at)
    }

    fn showable(&self, view: View, around: &Around<'_>) -> bool {
        let generates = || self.plan.learner.generator().is_some();
        let shows = if around.shelf.card().plane() { view.of_points() } else { view.of_pictures() };
        if !shows {
            return false;
        }
        match view {
            View::Reading | View::Activations | View::Saliency => self.looks(around),
            View::Filters | View::Dream | View::Ladder => true,
            View::Regions => {
                let ready = |split, count| around.shelf.ready(split) >= count;
                ready(Split::Train, trained(around.shelf)) && ready(Split::Test, first(around.shelf))
            }
            View::Confusion | View::Mistakes => self.tally.as_ref().is_some_and(Tally::classified),
            View::Samples | View::Scores => generates() && around.shelf.ready(Split::Train) >= trained(around.shelf),
            View::Embedding => around.shelf.ready(Split::Test) >= first(around.shelf),
            View::Reconstructions | View::Latent => {
                generates() && around.shelf.ready(Split::Test) >= first(around.shelf)
            }
            View::Decoded => generates() && self.decode.is_some(),
            // Without a probe it says who can be asked; a sample that has not landed is waited for.
            View::Opinions => !matches!(self.probe, Some(Probe::Sample { .. })) || self.looks(around),
            View::Augmented => around.shelf.card().augmented() && around.shelf.ready(Split::Train) >= CHANGED,
        }
    }

    /// Whether there is a probe that can be looked at now.
    fn looks(&self, around: &Around<'_>) -> bool {
        match &self.probe {
            None => false,
            Some(Probe::Drawing { .. }) => around.shelf.card().drawable,
            Some(Probe::Sample { split, index }) => around.shelf.label(*split, *index as usize).is_some(),
            Some(Probe::Generated { .. }) => false,
        }
    }

    /// Asks for what a frame shows, or sends it at once where nothing needs to be read.
    pub(super) fn ask_frame(&mut self, index: usize, around: &Around<'_>, reads: &mut Reads) {
        let view = self.screens[index].view;
        let stamp = self.stamp(view, around);
        match view {
            View::Reading => self.ask_reading(stamp, around, reads),
            View::Activations => {
                let sample = self.seen(around).map(|(sample, _)| self.picture(sample, around.shelf.shape()));
                let mut plate = sample.and_then(|sample| self.plan.learner.show(view, Some(sample)));
                // The first sheet is the sample itself.
                let input = plate.as_mut().and_then(|plate| plate.first_mut());
                input.into_iter().for_each(|input| input.signed |= around.shelf.shape().signals());
                self.ask_plate(index, plate, stamp, reads);
            }
            View::Filters => {
                let plate = self.plan.learner.show(view, None);
                self.ask_plate(index, plate, stamp, reads);
            }
            View::Confusion | View::Mistakes => {
                let body = self.tally.as_ref().map(|tally| match view {
                    View::Confusion => tally.confusion(),
                    _ => tally.mistakes(around.shelf),
                });
                if let Some(body) = body {
                    self.send_frame(view, body, stamp, around.now);
                }
            }
            View::Samples | View::Reconstructions | View::Latent | View::Decoded | View::Scores => {
                self.screens[index].shown = Some(stamp);
                if let Some(made) = self.generated(view, around) {
                    self.ask_made(view, made, stamp, around, reads);
                }
            }
            View::Regions | View::Saliency | View::Dream | View::Embedding | View::Ladder => {
                let before = self.screens[index].shown.replace(stamp);
                let made = match view {
                    View::Ladder => self.ladder(),
                    View::Saliency => self.saliency(around),
                    View::Dream => self.dream(around),
                    View::Embedding => self.embedding(around, before.is_none_or(|it| it.edition != stamp.edition)),
                    _ => self.regions(around),
                };
                if let Some(made) = made {
                    self.ask_made(view, made, stamp, around, reads);
                }
            }
            View::Opinions => {
                let made = self.opinions(around);
                self.ask_made(view, made, stamp, around, reads);
            }
            View::Augmented => {
                let body = self.augmented(around.shelf);
                self.send_frame(view, body, stamp, around.now);
            }
        }
    }

    fn ask_made(&mut self, view: View, made: Made, stamp: Stamp, around: &Around<'_>, reads: &mut Reads) {
        if made.tensors.is_empty() {
            return self.send_frame(view, (made.make)(Vec::new()), stamp, around.now);
        }
        reads.asks.push(Ask::Made { view, stamp, tensors: made.tensors.len(), make: made.make });
        made.tensors.into_iter().for_each(|tensor| reads.add(tensor));
    }

    fn ask_reading(&mut self, stamp: Stamp, around: &Around<'_>, reads: &mut Reads) {
        let shape = around.shelf.shape();
        let (by, learner) = match around.shipped.filter(|_| stamp.shipped) {
            Some(shipped) => {
                (Opinion::Shipped { title: shipped.title.clone(), accuracy: shipped.accuracy }, &shipped.learner)
            }
            None => (Opinion::Current, &self.plan.learner),
        };
        let Some((sample, truth)) = self.seen(around) else {
            let blank = pictures::bytes(&vec![0.0; shape.size()], shape);
            let reading = Reading { seen: around.shelf.plane(&blank), by, answer: Answer::Abstain, truth: None };
            self.send_frame(View::Reading, Body::Reading(reading), stamp, around.now);
            return;
        };
        let seen = around.shelf.plane(&pictures::bytes(&sample, shape));
        let labels = Tensor::<1, Int>::zeros([1], &self.inner);
        let outcome = learner.outcome(Batch { images: self.picture(sample, shape), labels });
        let Some(logits) = outcome.logits else { return };
        reads.asks.push(Ask::Reading { seen, by, truth, stamp });
        reads.add(logits);
    }

    fn ask_plate(&mut self, index: usize, plate: Option<Plate>, stamp: Stamp, reads: &mut Reads) {
        let screen = &mut self.screens[index];
        // What a model cannot show now is not asked for again before something changes.
        screen.shown = Some(stamp);
        let Some(plate) = plate else { return };
        let mut frames = Vec::new();
        for sheet in plate {
            frames.push(Frame { title: sheet.title, shape: sheet.values.dims(), signed: sheet.signed });
            reads.add(sheet.values);
        }
        reads.asks.push(Ask::Plate { view: screen.view, frames, stamp });
    }

    fn ladder(&self) -> Option<Made> {
        let mut lesson = self.plan.learner.lesson()?;
        let tensors = std::mem::take(&mut lesson.wrong);
        Some(Made { tensors, make: Box::new(move |numbers| Body::Ladder(told(&lesson, &numbers.concat()))) })
    }

    /// The first training samples: the same throughout a run, so that the eye can follow one.
    fn augmented(&self, shelf: &Shelf) -> Body {
        let pair = |row: usize| {
            let occasion = Occasion { seed: self.plan.seed, step: self.plan.step, row: row as u64 };
            let mut seen = Vec::new();
            shelf.augmented(occasion, &mut seen)?;
            let original = shelf.plane(&shelf.sample(Split::Train, row)?.0);
            Some(Augmented { original, seen: shelf.plane(&pictures::bytes(&seen, shelf.shape())) })
        };
        Body::Augmented((0..CHANGED).filter_map(pair).collect())
    }

    /// The probe as a sample `[channels * height * width]` from 0 to 1, and its true class if it has one.
    pub(super) fn seen(&self, around: &Around<'_>) -> Option<(Vec<f32>, Option<u32>)> {
        sample(self.probe.as_ref()?, around)
    }

    /// `[1, channels, height, width]`.
    pub(super) fn picture(&self, sample: Vec<f32>, shape: Shape) -> Tensor<4> {
        self.picture_stack(sample, 1, shape)
    }

    /// `[count, channels, height, width]`.
    pub(super) fn picture_stack(&self, samples: Vec<f32>, count: usize, shape: Shape) -> Tensor<4> {
        Tensor::from_data(TensorData::new(samples, [count, shape.channels, shape.height, shape.width]), &self.inner)
    }

    pub(super) fn send_frame(&mut self, view: View, body: Body, stamp: Stamp, now: f64) {
        let Some(screen) = self.screens.iter_mut().find(|screen| screen.view == view) else { return };
        if let Body::Opinions(opinions) = &body {
            self.heard = Some(opinions.voices.iter().filter(|voice| !voice.present).cloned().collect());
        }
        self.frames += 1;
        (screen.owed, screen.at, screen.shown) = (Some(self.frames), now, Some(stamp));
        self.out.push(Event::Frame { run: self.plan.run, frame: self.frames, step: self.plan.step, view, body });
    }
}

/// A probe as a sample `[channels * height * width]` from 0 to 1, and its true class if it has one.
pub(super) fn sample(probe: &Probe, around: &Around<'_>) -> Option<(Vec<f32>, Option<u32>)> {
    match probe {
        Probe::Drawing { strokes, prepared } => Some(((around.shelf.set().prepare)(strokes, *prepared)?, None)),
        Probe::Sample { split, index } => {
            let mut values = Vec::new();
            let label = around.shelf.read(*split, *index as usize, &mut values)?;
            Some((values, Some(u32::from(label))))
        }
        Probe::Generated { .. } => None,
    }
}
