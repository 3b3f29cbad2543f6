//! One pass of Adam over a weight tensor and its two moments, in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::lanes::{Four, WIDTH};

/// The numbers of an update.
#[derive(Clone, Copy, Debug)]
pub struct Adam {
    /// The shares of both moments that are kept.
    pub decays: [f32; 2],
    /// What the quotient of the moments is multiplied by.
    pub scale: f32,
    /// What is added to the second moment's root.
    pub epsilon: f32,
}

/// `w` after the gradient `g`, and both moments: `m = decay m + g`, `v = decay v + g^2`,
/// `w = w - scale m / (sqrt(v) + epsilon)`, where moments that are not there count as zero.
pub fn adam<const D: usize>(
    w: Tensor<D>,
    g: Tensor<D>,
    moments: [Option<Tensor<D>>; 2],
    by: Adam,
) -> (Tensor<D>, [Tensor<D>; 2]) {
    let [first, second] = moments.map(|moment| moment.unwrap_or_else(|| w.zeros_like()));
    let [mut w, g, mut first, mut second] = [w, g, first, second].map(dense);
    pass(w.storage_mut(), g.storage(), first.storage_mut(), second.storage_mut(), by);
    let [w, first, second] = [w, first, second].map(Tensor::from_primitive::<Flex>);
    (w, [first, second])
}

fn dense<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    let host = tensor.try_into_primitive::<Flex>().expect("only tensors that `serves` holds for come here");
    host.to_contiguous()
}

fn pass(w: &mut [f32], g: &[f32], first: &mut [f32], second: &mut [f32], by: Adam) {
    let ((w, w_rest), (g, g_rest)) = (w.as_chunks_mut::<WIDTH>(), g.as_chunks::<WIDTH>());
    let ((m, m_rest), (v, v_rest)) = (first.as_chunks_mut::<WIDTH>(), second.as_chunks_mut::<WIDTH>());
    let coefficients = Coefficients::new(by);
    for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
        coefficients.follow(w, g, m, v);
    }
    let rest = w_rest.len();
    let fill = |from: &[f32]| std::array::from_fn(|lane| from.get(lane).copied().unwrap_or(0.0));
    let (mut w, mut m, mut v) = (fill(w_rest), fill(m_rest), fill(v_rest));
    coefficients.follow(&mut w, &fill(g_rest), &mut m, &mut v);
    w_rest.copy_from_slice(&w[..rest]);
    m_rest.copy_from_slice(&m[..rest]);
    v_rest.copy_from_slice(&v[..rest]);
}

struct Coefficients {
    decays: [Four; 2],
    scale: Four,
    epsilon: Four,
}

impl Coefficients {
    fn new(Adam { decays, scale, epsilon }: Adam) -> Self {
        Self { decays: decays.map(Four::all), scale: Four::all(scale), epsilon: Four::all(epsilon) }
    }

    #[inline(always)]
    fn follow(&self, w: &mut [f32; WIDTH], g: &[f32; WIDTH], m: &mut [f32; WIDTH], v: &mut [f32; WIDTH]) {
        let slope = Four::of(g);
        let first = Four::of(m) * self.decays[0] + slope;
        let second = Four::of(v) * self.decays[1] + slope * slope;
        let weight = Four::of(w) - first / (second.sqrt() + self.epsilon) * self.scale;
        *m = first.numbers();
        *v = second.numbers();
        *w = weight.numbers();
    }
}
