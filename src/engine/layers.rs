//! Layers that models share; their weights come from the host's seeded noise, so that all devices start alike.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::math::Noise;
use crate::choices;
use crate::kernels::{self, Window, rectify};
pub use crate::kernels::{dense, halve, sigmoid};

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
        /// b = sqrt(1 / inputs): what PyTorch's linear layers and convolutions start from, and so what curves published
        /// with it did (its `kaiming_uniform_` with a = sqrt(5)).
        Torch = "torch", "PyTorch's default" / "PyTorch 默认";
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
            Self::Torch => (1.0 / inputs as f32).sqrt(),
            Self::Zero => 0.0,
        }
    }
}

/// `x` `[batch, size]` beside the sines and cosines of `slowest`, twice, four times … as much of it:
/// `[batch, size (1 + 2 octaves)]`. Without them a network learns steep functions of few numbers late (Tancik et al.,
/// Fourier features let networks learn high frequency functions in low dimensional domains, NeurIPS 2020; these fixed
/// frequencies: Mildenhall et al., NeRF, ECCV 2020, eq. 4).
pub fn waves(x: Tensor<2>, slowest: f64, octaves: usize) -> Tensor<2> {
    let turns = (0..octaves as i32).map(|octave| x.clone().mul_scalar(slowest * 2_f64.powi(octave)));
    let waves: Vec<_> = turns.flat_map(|turn| [turn.clone().sin(), turn.cos()]).collect();
    Tensor::cat([vec![x], waves].concat(), 1)
}

/// How many numbers [`waves`] makes of `size`.
pub fn waved(size: usize, octaves: usize) -> usize {
    size * (1 + 2 * octaves)
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
    pub(super) fn weights<const D: usize>(
        &mut self,
        shape: [usize; D],
        inputs: usize,
        outputs: usize,
    ) -> Param<Tensor<D>> {
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

    /// A transposed convolution that doubles rows and columns. Each number of its output is a sum over a quarter of the
    /// kernel's 4x4 places.
    pub fn deconv(&mut self, inputs: usize, outputs: usize) -> Deconv {
        let weight = self.weights([inputs, outputs, 4, 4], inputs * 4, outputs * 4);
        Deconv { weight, bias: Param::from_tensor(Tensor::zeros([outputs], self.device)) }
    }

    /// Two convolutions that halve rows and columns, from `inputs` channels to `few`, then `many`.
    pub fn shrink(&mut self, inputs: usize, [few, many]: [usize; 2]) -> Shrink {
        Shrink { first: self.conv(inputs, few, 4), second: self.conv(few, many, 4) }
    }

    /// Two transposed convolutions that double rows and columns, from `many` channels to `few`, then `outputs`.
    pub fn grow(&mut self, [few, many]: [usize; 2], outputs: usize) -> Grow {
        Grow { first: self.deconv(many, few), second: self.deconv(few, outputs) }
    }
}

/// Slope of leaky units below zero (Radford et al., ICLR 2016, section 3).
const LEAK: f64 = 0.2;

/// `max(x, 0.2 x)` of numbers of any shape.
pub fn leaky<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    rectify(x, LEAK)
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
        dense(x, self.weight.val(), self.bias.val())
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
        self.strided(x, 1, padding)
    }

    /// The same at every `stride`-th place only: kernel 4, stride 2 and padding 1 halve rows and columns.
    pub fn strided(&self, x: Tensor<4>, stride: usize, padding: usize) -> Tensor<4> {
        let [.., side] = self.weight.dims();
        kernels::conv(x, self.weight.val(), self.bias.val(), Window { side, stride, padding })
    }
}

/// A transposed ("fractionally strided") convolution with kernel 4, stride 2 and padding 1: the transpose of the linear
/// map that halves rows and columns, so it doubles them (Dumoulin & Visin, A guide to convolution arithmetic, 2016,
/// section 4; the block of DCGAN, Radford et al., ICLR 2016). The stride divides the kernel: no checkerboard.
#[derive(Module, Debug)]
pub struct Deconv {
    /// `[inputs, outputs, 4, 4]`.
    pub weight: Param<Tensor<4>>,
    /// `[outputs]`.
    pub bias: Param<Tensor<1>>,
}

impl Deconv {
    /// `[batch, inputs, h, w]` to `[batch, outputs, 2 h, 2 w]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        kernels::deconv(x, self.weight.val(), self.bias.val(), Window { side: 4, stride: 2, padding: 1 })
    }
}

/// Pictures to maps of a quarter of their height and width.
#[derive(Module, Debug)]
pub struct Shrink {
    first: Conv,
    second: Conv,
}

impl Shrink {
    /// `[batch, inputs, h, w]` to `[batch, many, h / 4, w / 4]`, not negative.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        activate(self.second.strided(activate(self.first.strided(x, 2, 1), true), 2, 1), true)
    }
}

/// Maps to pictures of four times their height and width.
#[derive(Module, Debug)]
pub struct Grow {
    first: Deconv,
    second: Deconv,
}

impl Grow {
    /// `[batch, many, h, w]` to `[batch, outputs, 4 h, 4 w]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.second.forward(activate(self.first.forward(x), true))
    }
}

/// `x` `[batch, n]` with the class `[batch, classes]` beside it, where there is one.
pub fn beside(x: Tensor<2>, class: Option<Tensor<2>>) -> Tensor<2> {
    match class {
        Some(class) => Tensor::cat(vec![x, class], 1),
        None => x,
    }
}

/// Each label as a row that is 1 at its class and 0 elsewhere: `[batch]` to `[batch, classes]`. Compared on the device,
/// because `one_hot` waits for it.
pub fn one_hot(labels: Tensor<1, Int>, classes: usize) -> Tensor<2> {
    let [batch] = labels.dims();
    let every = Tensor::arange(0..classes as i64, &labels.device()).reshape([1, classes]);
    labels.reshape([batch, 1]).equal(every).float()
}

/// The mean of each `side` x `side` window: `[batch, channels, h, w]` to `[batch, channels, h / side, w / side]`, rounded up;
/// what juts out over the border is zero.
pub fn average(x: Tensor<4>, side: usize) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let [rows, columns] = [height, width].map(|length| length.div_ceil(side));
    let x = x.pad((0, columns * side - width, 0, rows * side - height), 0.0);
    let windows = x.reshape([batch * channels * rows, side, columns, side]);
    windows.mean_dim(3).mean_dim(1).reshape([batch, channels, rows, columns])
}

/// Each number `side` x `side` times, `[height, width]` of the result: where [`average`] came from.
pub fn enlarge(x: Tensor<4>, side: usize, [height, width]: [usize; 2]) -> Tensor<4> {
    let [batch, channels, rows, columns] = x.dims();
    let windows = x.reshape([batch * channels * rows, 1, columns, 1]);
    let windows = windows.expand([batch * channels * rows, side, columns, side]);
    windows.reshape([batch, channels, rows * side, columns * side]).narrow(2, 0, height).narrow(3, 0, width)
}

/// `max(x, 0)`, or `x` itself where the reader has taken the activations out.
pub fn activate<const D: usize>(x: Tensor<D>, on: bool) -> Tensor<D> {
    if on { rectify(x, 0.0) } else { x }
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
