//! The running average of a generator's weights, of which samples are drawn (Yazıcı et al., ICLR 2019).

use std::any::Any;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;

use crate::engine::optimiser::Kept;
use crate::engine::recipe::Keeper;
use crate::protocol::Fault;

/// `w' = b w' + (1 - b) w` after each update of w. At the t-th update b is at most `t / (t + 9)`, so that the random
/// weights of the start are soon forgotten.
pub struct Average<N> {
    /// `None` only while a mapper holds it.
    network: Option<N>,
    updates: u64,
}

impl<N: Module> Average<N> {
    /// Begins with the weights of `network`.
    pub fn new(network: &N) -> Self {
        Self { network: Some(network.valid()), updates: 0 }
    }

    /// The averaged network, on the inner device.
    pub fn network(&self) -> &N {
        self.network.as_ref().expect("put back by whoever takes it")
    }

    /// Takes in the weights of `network`; a decay b of 0 copies them.
    pub fn follow(&mut self, network: &N, decay: f64) {
        let time = self.updates as f64;
        self.updates += 1;
        let decay = decay.min(time / (time + 9.0));
        let mut weights = Weights(Vec::new());
        network.visit(&mut weights);
        let mut blend = Blend { weights: weights.0.into_iter(), decay };
        self.network = self.network.take().map(|average| average.map(&mut blend));
    }
}

struct Weights(Vec<Box<dyn Any>>);

impl ModuleVisitor for Weights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.push(Box::new(param.val().inner()));
    }
}

struct Blend {
    weights: std::vec::IntoIter<Box<dyn Any>>,
    decay: f64,
}

impl ModuleMapper for Blend {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let new = self.weights.next().and_then(|weight| weight.downcast::<Tensor<D>>().ok());
        let new = *new.expect("both networks are walked in one order");
        param.map(|old| old.mul_scalar(self.decay) + new.mul_scalar(1.0 - self.decay))
    }
}

impl<N: Module> Kept for Average<N> {
    fn parameters(&self) -> usize {
        0
    }

    fn keep(&mut self, name: &'static str, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        self.updates = keeper.count(&format!("average/{name}"), self.updates)?;
        let mut keeping = Keeping { keeper, path: vec![name.to_owned()], end: Ok(()) };
        self.network = self.network.take().map(|network| network.map(&mut keeping));
        keeping.end
    }
}

struct Keeping<'a> {
    keeper: &'a mut dyn Keeper,
    path: Vec<String>,
    end: Result<(), Fault>,
}

impl ModuleMapper for Keeping<'_> {
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
        let name = format!("weights/{}", self.path.join("."));
        param.map(|old| {
            let dims = old.dims();
            match self.keeper.visit(&name, old.clone().reshape([dims.iter().product::<usize>()])) {
                Ok(kept) => kept.reshape(dims),
                Err(fault) => {
                    self.end = Err(fault);
                    old
                }
            }
        })
    }
}
