//! What speaks for the class that a classifier gives a picture, pixel by pixel: by gradients, and by covering patches.

use burn::tensor::{Device, Tensor, TensorData};

use super::layers::one_hot;
use super::recipe::Learner;
use crate::kernels::product;

/// Pictures on the way from black to the picture, in one batch.
const STEPS: usize = 32;
/// Side of the square that is covered, as large a part of a digit as in Zeiler & Fergus 2014, section 4.2.
const PATCH: usize = 6;
/// Pixels from one covered place to the next; as a divisor of the side, so that all pixels are covered equally often.
const STRIDE: usize = 2;

/// What each pixel did for the logit of the class that a picture is given; above 0 it spoke for it. Channels are summed.
pub struct Saliency {
    /// `[1, classes]`, of the picture.
    pub logits: Tensor<2>,
    /// `[height, width]`: the gradient times the picture (Simonyan, Vedaldi & Zisserman, 2014, section 3; times the input:
    /// Shrikumar et al., Not just a black box, 2016).
    pub gradient: Tensor<2>,
    /// `[height, width]`: the gradient's mean on the straight way from black, times the picture; all pixels together make
    /// the logit's rise over that of black (Sundararajan, Taly & Yan, ICML 2017, eq. 1 and 3; here by the midpoint rule).
    pub integrated: Tensor<2>,
    /// `[height, width]`: how far the logit falls where a square is covered, the mean of all that cover the pixel (Zeiler &
    /// Fergus, ECCV 2014, section 4.2).
    pub occluded: Tensor<2>,
}

/// The gradient by `images` `[batch, channels, height, width]`, which have no history, of the sum of their logits, each
/// times its place in `weights` `[batch or 1, classes]`. `None` of a model that has no logits.
pub fn slopes(learner: &dyn Learner, images: Tensor<4>, weights: Tensor<2>) -> Option<Tensor<4>> {
    let images = images.autodiff().require_grad();
    let logits = learner.logits(images.clone())?;
    let gradients = (logits * weights).sum().backward();
    images.grad(&gradients)
}

/// What speaks for the class that `learner` gives `picture` `[1, channels, height, width]` on the inner device; `None` of a
/// model that is no classifier.
pub fn saliency(learner: &dyn Learner, picture: Tensor<4>) -> Option<Saliency> {
    let logits = learner.logits(picture.clone())?;
    let [_, classes] = logits.dims();
    let own = one_hot(logits.clone().argmax(1).reshape([1]), classes);
    let device = picture.device();
    let shares = (0..STEPS).map(|step| (step as f32 + 0.5) / STEPS as f32).collect();
    let shares = Tensor::<4>::from_data(TensorData::new(shares, [STEPS, 1, 1, 1]), &device);
    let all = Tensor::cat(vec![picture.clone(), picture.clone() * shares], 0);
    let slopes = slopes(learner, all, own.clone())?;
    let times = |slope: Tensor<4>| {
        let [_, _, height, width] = slope.dims();
        (slope * picture.clone()).sum_dim(1).reshape([height, width])
    };
    let gradient = times(slopes.clone().narrow(0, 0, 1));
    let integrated = times(slopes.narrow(0, 1, STEPS).mean_dim(0));
    let occluded = occluded(learner, picture, logits.clone(), own, &device)?;
    Some(Saliency { logits, gradient, integrated, occluded })
}

fn occluded(
    learner: &dyn Learner,
    picture: Tensor<4>,
    logits: Tensor<2>,
    own: Tensor<2>,
    device: &Device,
) -> Option<Tensor<2>> {
    let [_, _, height, width] = picture.dims();
    let [down, across] = [height, width].map(|side| Tensor::<2>::from_data(patches(side), device));
    let ([rows, _], [columns, _]) = (down.dims(), across.dims());
    let places = rows * columns;
    let covers = down.clone().reshape([rows, 1, height, 1]) * across.clone().reshape([1, columns, 1, width]);
    let covers = covers.reshape([places, 1, height, width]);
    let paper = paper(picture.clone());
    let covered = picture.clone() - (picture - paper) * covers; // [places, channels, height, width]
    let falls = (logits - learner.logits(covered)?) * own;
    let falls = falls.sum_dim(1).reshape([rows, columns]);
    let times = (PATCH / STRIDE) as f64;
    Some(product(product(down.transpose(), falls), across).div_scalar(times * times))
}

/// What a picture's corners show, `[1, channels, 1, 1]`: where paper is covered by it, nothing changes.
fn paper(picture: Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = picture.dims();
    let ends =
        |x: Tensor<4>, dim, side| Tensor::cat(vec![x.clone().narrow(dim, 0, 1), x.narrow(dim, side - 1, 1)], dim);
    ends(ends(picture, 2, height), 3, width).mean_dim(2).mean_dim(3)
}

/// Where patches lie on a side, `[patches, side]`: 1 where one covers. They jut out over the border, so that every pixel is
/// covered by the same number of them.
fn patches(side: usize) -> TensorData {
    let (patch, end) = (PATCH as i32, side as i32);
    let starts: Vec<i32> = (STRIDE as i32 - patch..end).step_by(STRIDE).collect();
    let covers = |start: &i32| {
        let covered = *start..start + patch;
        (0..end).map(move |at| f32::from(u8::from(covered.contains(&at))))
    };
    let all: Vec<f32> = starts.iter().flat_map(covers).collect();
    TensorData::new(all, [starts.len(), side])
}
