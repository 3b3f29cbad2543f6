//! Layers that models share; their weights come from the host's seeded noise, so that all devices start alike.

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};

use super::math::Noise;
use crate::choices;

choices! {
    /// How wide initial weights are drawn: uniform between -b and b. Uniform and not normal, because a square root is
    /// exact on every machine and a logarithm is not.
    pub enum Init {
        /// b = sqrt(6 / inputs): keeps the variance through ReLUs (He et al., ICCV 2015, eq. 10).
        He = "he", "He (Kaiming)" / "He（Kaiming）";
        /// b = sqrt(6 / (inputs + outputs)) (Glorot & Bengio, AISTATS 2010, eq. 16).
        Glorot = "glorot", "Glorot (Xavier)" / "Glorot（Xavier）";
        /// b = sqrt(3 / inputs): unit variance without ReLUs (LeCun et al., Efficient BackProp, 1998, eq. 16).
        LeCun = "lecun", "LeCun" / "LeCun";
        /// All zero: right for a linear model, fatal for a deep one, whose units stay equal.
        Zero = "zero", "Zero" / "全零";
    }
}

impl Init {
    /// The bound b for a unit with so many inputs and a weight with so many outputs.
    pub fn bound(self, inputs: usize, outputs: usize) -> f32 {
        match self {
            Self::He => (6.0 / inputs as f32).sqrt(),
            Self::Glorot => (6.0 / (inputs + outputs) as f32).sqrt(),
            Self::LeCun => (3.0 / inputs as f32).sqrt(),
            Self::Zero => 0.0,
        }
    }
}

/// Initial weights of one network, drawn layer after layer.
pub struct Draw<'a> {
    /// Where from.
    pub noise: Noise,
    /// How wide.
    pub init: Init,
    /// Where to; an autodiff device.
    pub device: &'a Device,
}

impl Draw<'_> {
    fn weights<const D: usize>(&mut self, shape: [usize; D], inputs: usize, outputs: usize) -> Param<Tensor<D>> {
        let numbers = self.noise.uniform(shape.iter().product(), self.init.bound(inputs, outputs));
        Param::from_tensor(Tensor::from_data(TensorData::new(numbers, shape), self.device))
    }

    /// A fully connected layer.
    pub fn dense(&mut self, inputs: usize, outputs: usize) -> Dense {
        let weight = self.weights([inputs, outputs], inputs, outputs);
        Dense { weight, bias: Param::from_tensor(Tensor::zeros([outputs], self.device)) }
    }

    /// A convolution with square kernels of side `kernel`.
    pub fn conv(&mut self, inputs: usize, outputs: usize, kernel: usize) -> Conv {
        let window = kernel * kernel;
        let weight = self.weights([outputs, inputs, kernel, kernel], inputs * window, outputs * window);
        Conv { weight, bias: Param::from_tensor(Tensor::zeros([outputs], self.device)) }
    }
}

/// `y = x W + b`.
#[derive(Module, Debug)]
pub struct Dense {
    /// `[inputs, outputs]`.
    pub weight: Param<Tensor<2>>,
    /// `[outputs]`.
    pub bias: Param<Tensor<1>>,
}

impl Dense {
    /// `[batch, inputs]` to `[batch, outputs]`.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        linear(x, self.weight.val(), Some(self.bias.val()))
    }
}

/// `y_k = sum over c of w_kc * x_c + b_k`, where `*` is the cross-correlation (LeCun et al. 1998, section II).
#[derive(Module, Debug)]
pub struct Conv {
    /// `[outputs, inputs, kernel, kernel]`.
    pub weight: Param<Tensor<4>>,
    /// `[outputs]`.
    pub bias: Param<Tensor<1>>,
}

impl Conv {
    /// `[batch, inputs, h, w]` to `[batch, outputs, h + 2 padding - kernel + 1, w + 2 padding - kernel + 1]`.
    pub fn forward(&self, x: Tensor<4>, padding: usize) -> Tensor<4> {
        let options = ConvOptions::new([1, 1], [padding, padding], [1, 1], 1);
        conv2d(x, self.weight.val(), Some(self.bias.val()), options)
    }
}

/// The largest of each 2x2 window: `[batch, channels, h, w]` to `[batch, channels, h / 2, w / 2]`.
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    max_pool2d(x, MaxPoolOptions::new([2, 2]))
}

/// `max(x, 0)`, or `x` itself where the reader has taken the activations out.
pub fn activate<const D: usize>(x: Tensor<D>, on: bool) -> Tensor<D> {
    if on { relu(x) } else { x }
}

/// Dropout while training: a mask from the host's noise; nothing at rate 0 or in evaluation.
pub struct Dropout {
    /// The share of units that is dropped.
    pub rate: f64,
    /// The step's noise.
    pub noise: Noise,
}

/// Drops units of `x` `[batch, units]`.
pub fn drop_units(x: Tensor<2>, dropout: Option<&mut Dropout>) -> Tensor<2> {
    match dropout {
        Some(dropout) if dropout.rate > 0.0 => {
            let mask = dropout.noise.mask(x.dims(), dropout.rate, &x.device().inner());
            x * mask
        }
        Some(_) | None => x,
    }
}
