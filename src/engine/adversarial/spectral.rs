//! Spectral normalisation: each weight matrix divided by its largest singular value (Miyato et al., ICLR 2018).

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, TensorData};

use crate::engine::math::Noise;
use crate::engine::optimiser::Kept;
use crate::engine::recipe::Keeper;
use crate::kernels::product;
use crate::protocol::Fault;

/// Keeps a norm of zero from dividing.
const TINY: f64 = 1e-12;

/// The first left singular vector of each weight tensor of two or more dimensions, as far as power iteration has come:
/// one iteration for each update (ibid., Algorithm 1).
pub struct Spectral {
    /// `[1, rows]` each, in the order of the network's walk.
    vectors: Vec<Tensor<2>>,
}

impl Spectral {
    /// Random vectors for `network`.
    pub fn new(network: &impl Module, mut noise: Noise, device: &Device) -> Self {
        let mut vectors = Vec::new();
        network.visit(&mut Matrices(&mut |matrix| {
            let [rows, _] = matrix.dims();
            vectors.push(unit(Tensor::from_data(TensorData::new(noise.normal(rows), [1, rows]), device)));
        }));
        Self { vectors }
    }

    /// One power iteration on the weights of `network`.
    pub fn iterate(&mut self, network: &impl Module) {
        let mut vectors = self.vectors.iter_mut();
        network.visit(&mut Matrices(&mut |matrix| {
            let u = vectors.next().expect("a network keeps its weights");
            let v = unit(product(u.clone(), matrix.clone())); // [1, columns]
            *u = unit(product(v, matrix.transpose()));
        }));
    }

    /// `network` with every matrix W as `W / sigma`, `sigma = u W v`; gradients flow through W in both places, while u and v
    /// are constants (ibid., eq. 9 to 12).
    pub fn divide<N: Module>(&self, network: N) -> N {
        network.map(&mut Divide { vectors: self.vectors.iter() })
    }
}

/// The largest singular value `[1, 1]` of `matrix` `[rows, columns]`, as the left vector `u` `[1, rows]` has it.
fn sigma(matrix: Tensor<2>, u: Tensor<2>) -> Tensor<2> {
    let v = unit(product(u.clone(), matrix.clone().inner()));
    product(product(u, matrix), v.transpose()).clamp_min(TINY)
}

fn unit(row: Tensor<2>) -> Tensor<2> {
    let norm = row.clone().square().sum_dim(1).sqrt().add_scalar(TINY); // [1, 1]
    row / norm
}

/// A weight tensor `[rows, …]` as a matrix.
fn matrix<const D: usize>(w: Tensor<D>) -> Tensor<2> {
    let rows = w.dims()[0] as i32;
    w.reshape([rows, -1])
}

struct Matrices<'a>(&'a mut dyn FnMut(Tensor<2>));

impl ModuleVisitor for Matrices<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if D > 1 {
            (self.0)(matrix(param.val().inner()));
        }
    }
}

struct Divide<'a> {
    vectors: std::slice::Iter<'a, Tensor<2>>,
}

impl ModuleMapper for Divide<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if D < 2 {
            return param;
        }
        let u = self.vectors.next().expect("a network keeps its weights").clone();
        let (id, w, mapper) = param.consume();
        let by = sigma(matrix(w.clone()), u).reshape([1; D]);
        Param::from_mapped_value(id, w / by, mapper)
    }
}

impl Kept for Spectral {
    fn parameters(&self) -> usize {
        0
    }

    fn keep(&mut self, name: &'static str, keeper: &mut dyn Keeper) -> Result<(), Fault> {
        for (index, vector) in self.vectors.iter_mut().enumerate() {
            let dims = vector.dims();
            let kept = keeper.visit(&format!("spectral/{name}.{index}"), vector.clone().reshape([-1]))?;
            *vector = kept.reshape(dims);
        }
        Ok(())
    }
}
