//! A classifier turned around: for each class a picture that raises its score, by gradient ascent on the pixels.

use burn::tensor::{Device, Tensor, TensorData};

use super::recipe::{Learner, Shape};
use super::saliency::slopes;
use crate::kernels::product;

/// Updates in one go.
const STEPS: usize = 12;
/// Of a pixel's typical change in one update. A gradient is measured by its own size, since scores are of any scale.
const RATE: f64 = 0.03;
/// The share of its light that each pixel loses in an update, which is the gradient of an L2 penalty (Simonyan, Vedaldi &
/// Zisserman, 2014, eq. 1): where nothing speaks for light, there is none.
const DECAY: f64 = 0.02;
/// The share of each neighbour in a pixel after an update, against the noise that gradients favour (Yosinski et al.,
/// Understanding neural networks through deep visualization, 2015, section 3.1, where it is a Gaussian blur).
const BLUR: f32 = 0.1;
/// The grey that pictures start from.
const GREY: f64 = 0.2;
/// A gradient's size below which it has no direction.
const TINY: f64 = 1e-12;

/// One grey picture, or flat signal, for each class, `[classes, channels, height, width]` on the inner `device`.
pub fn grey(shape: Shape, device: &Device) -> Tensor<4> {
    let grey = if shape.signals() { 0.0 } else { GREY };
    Tensor::full([shape.classes, shape.channels, shape.height, shape.width], grey, device)
}

/// The `pictures` `[classes, channels, height, width]`, one for each class, after some updates up the gradient of its logit,
/// within the bounds of its numbers (Simonyan, Vedaldi & Zisserman, Deep inside convolutional networks, 2014, section 2: the score itself, since
/// a probability also rises by lowering the others), and each one's logit `[classes]`. `None` of a model that is no
/// classifier. All on the inner device.
pub fn dream(learner: &dyn Learner, mut pictures: Tensor<4>) -> Option<(Tensor<4>, Tensor<1>)> {
    let ([classes, channels, height, width], device) = (pictures.dims(), pictures.device());
    let [low, high] = Shape { channels, height, width, classes, apart: None }.bounds();
    let own = Tensor::<2>::eye(classes, &device);
    let blurs = [height, width].map(|side| Tensor::<2>::from_data(blur(side), &device));
    for _ in 0..STEPS {
        let slope = slopes(learner, pictures.clone(), own.clone())?;
        let size = slope.clone().flatten::<2>(1, 3).square().mean_dim(1).sqrt().clamp_min(TINY);
        let raised = pictures + (slope / size.reshape([classes, 1, 1, 1])).mul_scalar(RATE * f64::from(high));
        pictures = blurred(raised.mul_scalar(1.0 - DECAY), &blurs).clamp(low, high);
    }
    let logits = (learner.logits(pictures.clone())? * own).sum_dim(1).reshape([classes]);
    Some((pictures, logits))
}

/// Rows and columns, one after the other.
fn blurred(x: Tensor<4>, [down, across]: &[Tensor<2>; 2]) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let rows = product(x.reshape([batch * channels * height, width]), across.clone());
    let columns = rows.reshape([batch, channels, height, width]).swap_dims(2, 3);
    let columns = product(columns.reshape([batch * channels * width, height]), down.clone());
    columns.reshape([batch, channels, width, height]).swap_dims(2, 3)
}

/// What each pixel of a side becomes of each, `[side, side]`, symmetric; nothing is lost at the ends.
fn blur(side: usize) -> TensorData {
    let mut shares = vec![0.0; side * side];
    for at in 0..side {
        shares[at * side + at] += 1.0 - 2.0 * BLUR;
        for beside in [at.saturating_sub(1), (at + 1).min(side - 1)] {
            shares[at * side + beside] += BLUR;
        }
    }
    TensorData::new(shares, [side, side])
}
