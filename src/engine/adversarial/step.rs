//! One step of the game, made of acts that can be carried out one at a time.

use burn::module::{ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};

use super::loss::Loss;
use super::penalty::{SMALL, r1, steepness};
use super::{Duel, Judge, Maker, Players, Playing, acts, told};
use crate::engine::math::{Noise, Stream};
use crate::engine::recipe::{Acted, Batch, Moment, Scalars};
use crate::engine::training::Training;
use crate::kernels::sigmoid;
use crate::protocol::Text;

/// What a step does, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A minibatch and latents are drawn, and samples made of them.
    Draw,
    /// One power iteration of D's spectral normalisation.
    Normalise,
    /// D judges real and generated samples.
    Judge,
    /// What D's slope costs it.
    Penalise,
    /// D's weights move.
    TeachDiscriminator,
    /// They are cut to a magnitude.
    Clip,
    /// D, as it is now, judges the generated samples.
    Fool,
    /// G's weights move.
    TeachGenerator,
    /// The average of G's weights follows.
    Follow,
}

/// Whether the loss in force adds a penalty on D's slope between real and generated samples.
pub(super) fn penalised(knobs: &Playing) -> bool {
    knobs.loss == Loss::GradientPenalty && knobs.penalty > 0.0
}

/// Whether G learns in the step at a moment.
fn turn(knobs: &Playing, at: Moment) -> bool {
    match knobs.players {
        Players::Both => at.step.is_multiple_of(knobs.discriminator_steps as u64),
        Players::Generator => true,
        Players::Discriminator => false,
    }
}

/// The stages of the step at a moment.
pub fn stages(knobs: &Playing, at: Moment) -> Vec<Stage> {
    let (turn, judge) = (turn(knobs, at), knobs.players != Players::Generator);
    let all = [
        (Stage::Draw, true),
        (Stage::Normalise, judge && knobs.spectral),
        (Stage::Judge, judge),
        (Stage::Penalise, judge && (knobs.r1 > 0.0 || penalised(knobs))),
        (Stage::TeachDiscriminator, judge),
        (Stage::Clip, judge && knobs.loss == Loss::Wasserstein),
        (Stage::Fool, turn),
        (Stage::TeachGenerator, turn),
        (Stage::Follow, turn),
    ];
    all.into_iter().filter(|(_, happens)| *happens).map(|(stage, _)| stage).collect()
}

/// What a step that has begun has come to.
pub(super) struct Round<D> {
    /// `[batch, channels, height, width]`; autodiff where G learns, else on the inner device.
    fake: Tensor<4>,
    /// Likewise, on the inner device.
    real: Tensor<4>,
    class: Option<Tensor<2>>,
    noise: Noise,
    trial: Option<Trial<D>>,
    /// What the next update descends `[1]`, penalties included.
    loss: Option<Tensor<1>>,
    /// What D said last of real and of generated samples `[batch]`, on the inner device.
    said: [Option<Tensor<1>>; 2],
    /// D's loss `[1]` without and with its penalties.
    costs: Option<[Tensor<1>; 2]>,
}

/// D between its judgement and its update.
struct Trial<D> {
    network: D,
    /// As D saw them.
    real: Tensor<4>,
    fake: Tensor<4>,
    /// D's outputs `[batch]` for real samples, and for the same a little displaced.
    here: Tensor<1>,
    nudged: Option<Tensor<1>>,
}

impl<G: Maker, D: Judge> Duel<G, D> {
    /// One step: an update of D, then one of G against the new D (Goodfellow et al. 2014, Algorithm 1, with G's samples
    /// shared by both). `batch` may be on either device.
    pub fn step(&mut self, batch: Batch, knobs: &Playing, at: Moment) -> Scalars {
        let mut scalars = Vec::new();
        for stage in stages(knobs, at) {
            scalars.extend(self.carry_out(stage, &batch, knobs, at));
        }
        self.round = None;
        scalars
    }

    /// The `index`th of a step's stages alone, and what it found; all of them in order are [`Duel::step`], to the bit.
    pub fn act(&mut self, index: usize, batch: &Batch, knobs: &Playing, at: Moment) -> Acted {
        let stages = stages(knobs, at);
        let Some(stage) = stages.get(index).copied() else { return Acted::default() };
        let scalars = self.carry_out(stage, batch, knobs, at);
        let found = self.found(stage, &scalars, knobs);
        if index + 1 == stages.len() {
            self.round = None;
        }
        Acted { scalars, found }
    }

    fn carry_out(&mut self, stage: Stage, batch: &Batch, knobs: &Playing, at: Moment) -> Scalars {
        if stage == Stage::Draw {
            self.round = Some(self.draw(batch, knobs, at));
            return Vec::new();
        }
        let Some(mut round) = self.round.take() else { return Vec::new() };
        let mut scalars = Vec::new();
        match stage {
            Stage::Draw => {}
            Stage::Normalise => self.spectral.iterate(self.discriminator.network()),
            Stage::Judge => scalars = self.judge_both(&mut round, knobs),
            Stage::Penalise => self.penalise(&mut round, knobs),
            Stage::TeachDiscriminator => scalars = self.teach_discriminator(&mut round, knobs, at),
            Stage::Clip => self.discriminator.change(&mut Clip(knobs.clip)),
            Stage::Fool => scalars = self.judge_anew(&mut round, knobs),
            Stage::TeachGenerator => scalars = self.teach_generator(&mut round, knobs, at),
            Stage::Follow => self.average.follow(self.generator.network(), knobs.average),
        }
        self.round = Some(round);
        scalars
    }

    fn draw(&mut self, batch: &Batch, knobs: &Playing, at: Moment) -> Round<D> {
        (self.probability, self.divided) = (knobs.loss.probability(), knobs.spectral);
        let (real, class) = (batch.images.clone().inner(), self.class(batch.labels.clone().inner()));
        let [count, ..] = real.dims();
        let mut noise = Noise::new(knobs.generating.training.seed, Stream::Latents, at.step);
        let z = told(noise.gauss([count, self.latent], &real.device()), class.clone());
        let network = self.generator.network();
        let fake = if turn(knobs, at) { network.make(z) } else { network.valid().make(z) };
        Round { fake, real, class, noise, trial: None, loss: None, said: [None, None], costs: None }
    }

    fn judge_both(&self, round: &mut Round<D>, knobs: &Playing) -> Scalars {
        let (real, fake) = (round.real.clone(), round.fake.clone().inner());
        let (real, fake) = (blur(real, knobs, &mut round.noise), blur(fake, knobs, &mut round.noise));
        let network = self.discriminator.network().clone();
        let network = if knobs.spectral { self.spectral.divide(network) } else { network };
        let nudged = (knobs.r1 > 0.0).then(|| real.clone() + jolt(&mut round.noise, &real).mul_scalar(SMALL));
        let seen: Vec<_> = [real.clone(), fake.clone()].into_iter().chain(nudged).collect();
        let (count, classes) = (seen.len(), round.class.clone().map(|class| Tensor::cat(vec![class; seen.len()], 0)));
        let mut parts = network.judge(Tensor::cat(seen, 0), classes).chunk(count, 0).into_iter();
        let mut part = || parts.next().expect("as many parts as D saw");
        let (here, made) = (part(), part());
        let loss = knobs.loss.discriminator(here.clone(), made.clone(), knobs.smoothing);
        let said = [here.clone(), made].map(Tensor::inner);
        let [yes, no] = knobs.loss.accuracy(said[0].clone(), said[1].clone());
        let told = loss.clone().inner();
        (round.said, round.loss) = (said.map(Some), Some(loss));
        round.trial = Some(Trial { network, real, fake, here, nudged: parts.next() });
        vec![("loss/discriminator", told), ("accuracy/real", yes), ("accuracy/generated", no)]
    }

    fn penalise(&self, round: &mut Round<D>, knobs: &Playing) {
        let (Some(trial), Some(mut whole)) = (round.trial.take(), round.loss.take()) else { return };
        let Trial { network, real, fake, here, nudged } = trial;
        let loss = whole.clone();
        if let Some(nudged) = nudged {
            whole = whole + r1(here, nudged).mul_scalar(knobs.r1);
        }
        if penalised(knobs) {
            let [count, ..] = real.dims();
            let share = TensorData::new(round.noise.uniform(count, 0.5), [count, 1, 1, 1]);
            let share = Tensor::from_data(share, &real.device());
            let between = fake.clone() + (real - fake) * share.add_scalar(0.5);
            let still = self.frozen(knobs.spectral);
            let excess = steepness(&network, &still, between, round.class.clone()).sub_scalar(1.0);
            whole = whole + excess.square().mean().mul_scalar(knobs.penalty);
        }
        round.costs = Some([loss.inner(), whole.clone().inner()]);
        round.loss = Some(whole);
    }

    fn teach_discriminator(&mut self, round: &mut Round<D>, knobs: &Playing, at: Moment) -> Scalars {
        round.trial = None;
        let Some(loss) = round.loss.take() else { return Vec::new() };
        let training = Training { learning_rate: knobs.discriminator_rate, ..knobs.generating.training.clone() };
        vec![("gradient/discriminator", self.discriminator.descend_by(knobs.beta_1, &loss, &training, at))]
    }

    fn judge_anew(&self, round: &mut Round<D>, knobs: &Playing) -> Scalars {
        let fake = blur(round.fake.clone(), knobs, &mut round.noise);
        let scores = self.frozen(knobs.spectral).judge(fake, round.class.clone());
        let loss = knobs.loss.generator(scores.clone());
        round.said = [None, Some(scores.inner())];
        round.loss = Some(loss.clone());
        vec![("loss/generator", loss.inner())]
    }

    fn teach_generator(&mut self, round: &mut Round<D>, knobs: &Playing, at: Moment) -> Scalars {
        let Some(loss) = round.loss.take() else { return Vec::new() };
        let norm = self.generator.descend_by(knobs.beta_1, &loss, &knobs.generating.training, at);
        vec![("gradient/generator", norm)]
    }

    /// The numbers that a stage found, each with its name; an ordinary step does without their cost.
    fn found(&self, stage: Stage, scalars: &Scalars, knobs: &Playing) -> Vec<(Text, Tensor<1>)> {
        let Some(round) = &self.round else { return Vec::new() };
        let shown = |said: Tensor<1>| if knobs.loss.probability() { sigmoid(said) } else { said };
        let mean = |said: &Option<Tensor<1>>| said.clone().map(|said| shown(said).mean());
        let [real, fake] = &round.said;
        let first = scalars.first().map(|(_, value)| value.clone());
        let numbers = match stage {
            Stage::Draw | Stage::Normalise | Stage::Clip | Stage::Follow => vec![],
            Stage::Judge => vec![
                (acts::LOSS[0].clone(), first),
                (acts::MEAN[0].clone(), mean(real)),
                (acts::MEAN[1].clone(), mean(fake)),
            ],
            Stage::Penalise => {
                let cost = round.costs.clone().map(|[without, with]| with - without);
                vec![(acts::PENALTY, cost)]
            }
            Stage::TeachDiscriminator | Stage::TeachGenerator => vec![(acts::NORM, first)],
            Stage::Fool => vec![(acts::LOSS[1].clone(), first), (acts::MEAN[1].clone(), mean(fake))],
        };
        numbers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Numbers of variance 1 and no correlation, in the shape of `like`: spread evenly, which needs no logarithm.
fn jolt(noise: &mut Noise, like: &Tensor<4>) -> Tensor<4> {
    let dims = like.dims();
    let numbers = noise.uniform(dims.iter().product(), 3_f32.sqrt());
    Tensor::from_data(TensorData::new(numbers, dims), &like.device().inner())
}

fn gauss(noise: &mut Noise, like: &Tensor<4>) -> Tensor<4> {
    let dims = like.dims();
    let numbers = noise.normal(dims.iter().product());
    Tensor::from_data(TensorData::new(numbers, dims), &like.device().inner())
}

/// Instance noise (Sønderby et al., ICLR 2017; Arjovsky & Bottou, ICLR 2017).
fn blur(x: Tensor<4>, knobs: &Playing, noise: &mut Noise) -> Tensor<4> {
    if knobs.instance_noise == 0.0 {
        return x;
    }
    let grain = gauss(noise, &x).mul_scalar(knobs.instance_noise);
    x + grain
}

/// Cuts every weight to a magnitude.
struct Clip(f64);

impl ModuleMapper for Clip {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, w, mapper) = param.consume();
        Param::from_mapped_value(id, w.inner().clamp(-self.0, self.0).autodiff().require_grad(), mapper)
    }
}
