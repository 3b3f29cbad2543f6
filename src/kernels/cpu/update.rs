//! One pass of Adam over a weight tensor and its two moments, in place.

use burn::backend::Flex;
use burn::tensor::Tensor;

use super::super::Adam;
use super::lanes::{Four, WIDTH};
use super::parallel::{each, pieces};
use super::tape::Input;

/// Gradients below are taken for none: beside `epsilon` they move nothing, but where a unit has fallen silent its moments
/// would fade to the smallest numbers that there are, stay there, and take a processor ten times as long as others.
const GRADIENT: f32 = 1e-18;

/// What a weight's update costs, in multiplications and additions: memory is what it waits for.
const STEPS: usize = 5;

/// `w` after the gradient `g`, and both moments, as [`kernels::adam`](super::super::adam) has it but for weight decay.
pub fn adam<const D: usize>(w: Tensor<D>, g: Tensor<D>, [m, v]: [Tensor<D>; 2], numbers: Adam) -> [Tensor<D>; 3] {
    let [mut w, g, mut m, mut v] = [w, g, m, v].map(|tensor| Input::from(tensor).plain().to_contiguous());
    let (count, coefficients) = (g.storage::<f32>().len(), Coefficients::new(numbers));
    let length = count.div_ceil(pieces(count * STEPS)).next_multiple_of(WIDTH).max(WIDTH);
    let weights = w.storage_mut().chunks_mut(length).zip(g.storage().chunks(length));
    let moments = m.storage_mut().chunks_mut(length).zip(v.storage_mut().chunks_mut(length));
    each(weights.zip(moments).collect(), |_, ((w, g), (m, v))| pass(w, g, m, v, &coefficients));
    [w, m, v].map(Tensor::from_primitive::<Flex>)
}

fn pass(w: &mut [f32], g: &[f32], first: &mut [f32], second: &mut [f32], coefficients: &Coefficients) {
    let ((w, w_rest), (g, g_rest)) = (w.as_chunks_mut::<WIDTH>(), g.as_chunks::<WIDTH>());
    let ((m, m_rest), (v, v_rest)) = (first.as_chunks_mut::<WIDTH>(), second.as_chunks_mut::<WIDTH>());
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
    fn new(Adam { keep, fade, scale, epsilon, .. }: Adam) -> Self {
        let [keep, fade, scale, epsilon] = [keep, fade, scale, epsilon].map(|number| Four::all(number as f32));
        Self { decays: [keep, fade], scale, epsilon }
    }

    #[inline(always)]
    fn follow(&self, w: &mut [f32; WIDTH], g: &[f32; WIDTH], m: &mut [f32; WIDTH], v: &mut [f32; WIDTH]) {
        let slope = Four::of(g).dusted(GRADIENT);
        let first = (Four::of(m) * self.decays[0] + slope).dusted(GRADIENT);
        let second = (Four::of(v) * self.decays[1] + slope * slope).dusted(GRADIENT * GRADIENT);
        let weight = Four::of(w) - first / (second.sqrt() + self.epsilon) * self.scale;
        *m = first.numbers();
        *v = second.numbers();
        *w = weight.numbers();
    }
}
