//! Optimisers over a network's weights: SGD, momentum, RMSProp, Adam and AdamW, retuned between any two steps.

use std::any::Any;
use std::cell::Cell;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Gradients, Tensor};

use super::recipe::{Keeper, Moment};
use super::training::{Rule, Training};
use crate::kernels;
use crate::protocol::Fault;

/// Decay of the first moment (Kingma & Ba 2015, Algorithm 1).
pub const BETA_1: f64 = 0.9;
/// Decay of the second moment (ibid.).
pub const BETA_2: f64 = 0.999;
/// Decay of RMSProp's mean square (PyTorch's `alpha`; Hinton's lecture 6e has 0.9).
const ALPHA: f64 = 0.99;
/// Keeps the denominators from zero.
pub const EPSILON: f64 = 1e-8;
/// Numbers of a gradient that are held from one step to the next whether anybody looks or not. With the perceptron's 100,352 a
/// step at batch 256 took up to a tenth longer.
const FEW: usize = 16_384;

/// A network, and what its optimiser remembers of earlier gradients.
pub struct Trained<N> {
    /// `None` only while a mapper holds it: so that each weight has one owner and is updated in place.
    network: Option<N>,
    memory: Vec<Box<dyn Any>>,
    rule: Rule,
    updates: u64,
    /// The gradient by the first weight tensor at the last update, where it is kept.
    slope: Option<Box<dyn Any>>,
    /// Whether that was ever asked for.
    asked: Cell<bool>,
}

/// What is remembered of one weight tensor; which are there depends on the rule.
struct Memory<const D: usize> {
    first: Option<Tensor<D>>,
    second: Option<Tensor<D>>,
}

impl<N: Module> Trained<N> {
    /// A network on an autodiff device, not trained yet.
    pub fn new(network: N, training: &Training) -> Self {
        Self {
            network: Some(network),
            memory: Vec::new(),
            rule: training.optimiser,
            updates: 0,
            slope: None,
            asked: Cell::new(false),
        }
    }

    /// The network.
    pub fn network(&self) -> &N {
        self.network.as_ref().expect("put back by whoever takes it")
    }

    /// The gradient by the network's first weight tensor at the last update, on the inner device. `None` before an update;
    /// one of many numbers is kept from the first call on, for those that come after it.
    pub fn slope<const D: usize>(&self) -> Option<Tensor<D>> {
        self.asked.set(true);
        self.slope.as_ref()?.downcast_ref().cloned()
    }

    /// One update down the gradient of `loss` `[1]`, with `training` as it is now; another rule than at the last update
    /// starts with an empty memory.
    pub fn descend(&mut self, loss: &Tensor<1>, training: &Training, at: Moment) {
        self.heed(training);
        self.updates += 1;
        let update = Update::new(training, training.rate(at), self.updates);
        self.follow(loss, update, None);
    }

    /// [`Trained::descend`] with another decay of Adam's first moment than 0.9; gives the gradient's Euclidean norm `[1]`.
    pub fn descend_by(&mut self, beta_1: f64, loss: &Tensor<1>, training: &Training, at: Moment) -> Tensor<1> {
        self.heed(training);
        self.updates += 1;
        let update = Update { beta_1, ..Update::new(training, training.rate(at), self.updates) };
        let nothing = Tensor::zeros([1], &loss.device().inner());
        self.follow(loss, update, Some(nothing.clone())).unwrap_or(nothing).sqrt()
    }

    /// Changes the weights by other means than a gradient, such as clipping.
    pub fn change(&mut self, mapper: &mut impl ModuleMapper) {
        self.network = self.network.take().map(|network| network.map(mapper));
    }

    /// Gives `squares` plus the sum of the squared gradient, where that is asked for.
    fn follow(&mut self, loss: &Tensor<1>, update: Update, squares: Option<Tensor<1>>) -> Option<Tensor<1>> {
        let network = self.network.take().expect("put back by whoever takes it");
        let (gradients, memory, slope) = (loss.backward(), &mut self.memory, &mut self.slope);
        let kept = if self.asked.get() { usize::MAX } else { FEW };
        let mut descent = Descent { gradients, update, memory, next: 0, squares, slope, kept };
        self.network = Some(network.map(&mut descent));
        descent.squares
    }

    fn heed(&mut self, training: &Training) {
        if self.rule != training.optimiser {
            self.rule = training.optimiser;
            self.memory.clear();
            self.updates = 0;
        }
    }

    /// Itself as a part of a model; `name` tells it from the model's other networks and is empty where there is none.
    pub fn part(&mut self, name: &'static str, training: &Training) -> Part<'_> {
        self.heed(training);
        Part { name, kept: self }
    }
}

/// One of a model's networks with its optimiser.
pub struct Part<'a> {
    name: &'static str,
    kept: &'a mut dyn Kept,
}

impl<'a> Part<'a> {
    /// A part of another kind than [`Trained`].
    pub fn new(name: &'static str, kept: &'a mut dyn Kept) -> Self {
        Self { name, kept }
    }

    /// Trainable numbers.
    pub fn parameters(&self) -> usize {
        self.kept.parameters()
    }

    /// Lets go of what only learning needs.
    pub fn rest(self) {
        self.kept.rest();
    }

    /// Hands its state to `keeper`, and takes over what comes back.
    ///
    /// # Errors
    /// Whatever `keeper` says; the state is then partly replaced.
    pub fn keep(self, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        self.kept.keep(self.name, keeper)
    }
}

/// State that snapshots hold.
pub trait Kept {
    /// Trainable numbers.
    fn parameters(&self) -> usize;
    /// Lets go of what only learning needs.
    fn rest(&mut self) {}
    /// Hands everything to `keeper` under names that hold `name`, and takes over what comes back.
    ///
    /// # Errors
    /// Whatever `keeper` says; the state is then partly replaced.
    fn keep(&mut self, name: &'static str, keeper: &mut dyn Keeper) -> Result<(), Fault>;
}

/// Weights are kept as `weights/…`, memory as `optimiser/first/…` and `optimiser/second/…`, and the count of updates as
/// `optimiser/updates`; a part's name follows the first two words.
impl<N: Module> Kept for Trained<N> {
    fn parameters(&self) -> usize {
        self.network().num_params()
    }

    fn rest(&mut self) {
        self.memory.clear();
        self.slope = None;
    }

    fn keep(&mut self, name: &'static str, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        let path: Vec<String> = (!name.is_empty()).then(|| name.to_owned()).into_iter().collect();
        let updates = [&["optimiser/updates".to_owned()], path.as_slice()].concat().join("/");
        self.updates = keeper.count(&updates, self.updates)?;
        let network = self.network.take().expect("put back by whoever takes it");
        let mut keeping = Keeping { keeper, rule: self.rule, memory: &mut self.memory, next: 0, path, end: Ok(()) };
        self.network = Some(network.map(&mut keeping));
        keeping.end
    }
}

/// The numbers of one update, the same for all weights.
#[derive(Clone, Copy, Debug)]
struct Update {
    rule: Rule,
    rate: f64,
    momentum: f64,
    decay: f64,
    /// Decay of Adam's first moment.
    beta_1: f64,
    /// Updates made, this one included.
    time: f64,
}

impl Update {
    fn new(training: &Training, rate: f64, time: u64) -> Self {
        let Training { optimiser: rule, momentum, weight_decay: decay, .. } = *training;
        Self { rule, rate, momentum, decay, beta_1: BETA_1, time: time as f64 }
    }

    /// The weights `w` after the gradient `g`. PyTorch's conventions: weight decay is added to the gradient
    /// (`g + decay w`), but for AdamW, where it shrinks the weight (Loshchilov & Hutter 2019, Algorithm 2).
    fn apply<const D: usize>(self, w: Tensor<D>, g: Tensor<D>, memory: &mut Memory<D>) -> Tensor<D> {
        // Adam's kernel has its own.
        let apart = matches!(self.rule, Rule::Adam | Rule::AdamW) || self.decay == 0.0;
        let g = if apart { g } else { g + w.clone().mul_scalar(self.decay) };
        match self.rule {
            Rule::Sgd => w - g.mul_scalar(self.rate),
            Rule::Momentum => {
                // v = momentum v + g; w = w - rate v: Polyak's heavy ball as in Sutskever et al. 2013, with the rate
                // outside v, as PyTorch has it, so that a new rate acts at once.
                let v = gather(&mut memory.first, g, self.momentum);
                w - v.mul_scalar(self.rate)
            }
            Rule::RmsProp => {
                // s = alpha s + (1 - alpha) g^2; w = w - rate g / (sqrt(s) + eps) (Tieleman & Hinton 2012).
                // Kept is s / (1 - alpha), which saves a product; the same below.
                let root = (1.0 - ALPHA).sqrt();
                let s = gather(&mut memory.second, g.clone().square(), ALPHA);
                w - (g / s.sqrt().add_scalar(EPSILON / root)).mul_scalar(self.rate / root)
            }
            Rule::Adam | Rule::AdamW => {
                let first = memory.first.take().unwrap_or_else(|| g.zeros_like());
                let second = memory.second.take().unwrap_or_else(|| g.zeros_like());
                let [w, m, v] = kernels::adam(w, g, [first, second], self.adam());
                (memory.first, memory.second) = (Some(m), Some(v));
                w
            }
        }
    }

    /// Adam's `rate m^ / (sqrt(v^) + eps)` with `m^ = m (1 - beta_1) / (1 - beta_1^t)` and `v^` likewise, put as
    /// `scale m / (sqrt(v) + epsilon)`: Kingma & Ba 2015, the remark after Algorithm 1.
    fn adam(self) -> kernels::Adam {
        let first = (1.0 - self.beta_1) / (1.0 - self.beta_1.powf(self.time));
        let second = ((1.0 - BETA_2) / (1.0 - BETA_2.powf(self.time))).sqrt();
        let apart = self.rule == Rule::AdamW;
        kernels::Adam {
            keep: self.beta_1,
            fade: BETA_2,
            scale: self.rate * first / second,
            epsilon: EPSILON / second,
            pull: if apart { 0.0 } else { self.decay },
            shrink: if apart { 1.0 - self.rate * self.decay } else { 1.0 },
        }
    }
}

/// `memory = keep * memory + new`, without a copy of the old memory.
fn gather<const D: usize>(memory: &mut Option<Tensor<D>>, new: Tensor<D>, keep: f64) -> Tensor<D> {
    let sum = match memory.take() {
        Some(old) => old.mul_scalar(keep) + new,
        None => new,
    };
    *memory = Some(sum.clone());
    sum
}

/// The memory of the next weight tensor; networks are walked in one order, always.
fn recall<'a, const D: usize>(memory: &'a mut Vec<Box<dyn Any>>, next: &mut usize) -> &'a mut Memory<D> {
    if *next == memory.len() {
        memory.push(Box::new(Memory::<D> { first: None, second: None }));
    }
    *next += 1;
    memory[*next - 1].downcast_mut().expect("a weight keeps its rank")
}

struct Descent<'a> {
    gradients: Gradients,
    update: Update,
    memory: &'a mut Vec<Box<dyn Any>>,
    next: usize,
    squares: Option<Tensor<1>>,
    slope: &'a mut Option<Box<dyn Any>>,
    /// The first gradient is, if it has no more numbers.
    kept: usize,
}

impl ModuleMapper for Descent<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let memory = recall::<D>(self.memory, &mut self.next);
        let (id, w, mapper) = param.consume();
        let w = match w.grad_remove(&mut self.gradients) {
            Some(g) => {
                self.squares = self.squares.take().map(|squares| squares + kernels::squares(g.clone()));
                if self.next == 1 && g.dims().iter().product::<usize>() <= self.kept {
                    // No copy, and no kernel writes to a gradient.
                    *self.slope = Some(Box::new(g.clone()));
                }
                self.update.apply(w.inner(), g, memory).autodiff().require_grad()
            }
            None => w,
        };
        Param::from_mapped_value(id, w, mapper)
    }
}

struct Keeping<'a, 'b> {
    keeper: &'a mut dyn Keeper,
    rule: Rule,
    memory: &'b mut Vec<Box<dyn Any>>,
    next: usize,
    path: Vec<String>,
    end: Result<(), Fault>,
}

impl Keeping<'_, '_> {
    fn visit<const D: usize>(&mut self, part: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Fault> {
        let dims = tensor.dims();
        let name = format!("{part}/{}", self.path.join("."));
        let back = self.keeper.visit(&name, tensor.reshape([dims.iter().product::<usize>()]))?;
        Ok(back.reshape(dims))
    }

    fn walk<const D: usize>(&mut self, w: Tensor<D>) -> Result<Tensor<D>, Fault> {
        let empty = w.zeros_like();
        let new = self.visit("weights", w)?;
        let memory = recall::<D>(self.memory, &mut self.next);
        let (mut first, mut second) = (memory.first.take(), memory.second.take());
        if matches!(self.rule, Rule::Momentum | Rule::Adam | Rule::AdamW) {
            first = Some(self.visit("optimiser/first", first.unwrap_or_else(|| empty.clone()))?);
        }
        if matches!(self.rule, Rule::RmsProp | Rule::Adam | Rule::AdamW) {
            second = Some(self.visit("optimiser/second", second.unwrap_or(empty))?);
        }
        *recall::<D>(self.memory, &mut (self.next - 1)) = Memory { first, second };
        Ok(new)
    }
}

impl ModuleMapper for Keeping<'_, '_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.end.is_err() {
            return param;
        }
        let (id, old, mapper) = param.consume();
        let new = self.walk(old.clone().inner()).map(|new| new.autodiff().require_grad());
        let w = new.unwrap_or_else(|fault| {
            self.end = Err(fault);
            old
        });
        Param::from_mapped_value(id, w, mapper)
    }
}
