//! Pictures with the samples of a batch innermost: whatever is done to a pixel is done to a vector of samples, with no
//! shuffles and no remainders.

use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape};

use super::lanes::BLOCK;
use super::parallel::runs;

/// What it costs to lay a number elsewhere, in additions and multiplications.
const STEPS: usize = 6;

/// Values `[channels, height, width, lanes]`, where the lanes are the samples and then zeros up to whole blocks. To Burn it
/// is a tensor `[samples, channels, height, width]` with unusual strides.
#[derive(Clone, Debug)]
pub struct Planes {
    host: FlexTensor,
    /// Samples, channels, height, width.
    pub shape: [usize; 4],
}

/// One block at least, so that no kernel meets a plane of no numbers.
fn lanes(samples: usize) -> usize {
    samples.max(1).next_multiple_of(BLOCK)
}

fn strides([samples, _, height, width]: [usize; 4]) -> Vec<isize> {
    let lanes = lanes(samples);
    [1, height * width * lanes, width * lanes, lanes].map(|stride| stride as isize).to_vec()
}

impl Planes {
    /// Of values `[channels, height, width, lanes]`.
    pub fn new(values: Vec<f32>, shape: [usize; 4]) -> Self {
        let layout = Layout::new(Shape::from(shape.to_vec()), strides(shape), 0);
        Self { host: FlexTensor::new(Bytes::from_elems(values), layout, DType::F32), shape }
    }

    /// Zeros.
    pub fn blank(shape: [usize; 4]) -> Vec<f32> {
        let [samples, channels, height, width] = shape;
        vec![0.0; channels * height * width * lanes(samples)]
    }

    /// `host`, where it is laid out so.
    pub fn seen(host: &FlexTensor) -> Option<Self> {
        let layout = host.layout();
        let shape: [usize; 4] = layout.shape().to_vec().try_into().ok()?;
        let [samples, channels, height, width] = shape;
        let whole = host.bytes().len() == 4 * channels * height * width * lanes(samples);
        let same = layout.start_offset() == 0 && layout.strides() == strides(shape);
        (whole && same).then(|| Self { host: host.clone(), shape })
    }

    /// `host` `[samples, channels, height, width]` with `border` zeros on each side.
    pub fn of(host: &FlexTensor, border: usize) -> Self {
        match Self::seen(host) {
            Some(planes) if border == 0 => planes,
            Some(planes) => planes.framed(border),
            None => Self::gathered(host, border),
        }
    }

    /// As a tensor.
    pub fn host(self) -> FlexTensor {
        self.host
    }

    /// Blocks of lanes, in order.
    pub fn blocks(&self) -> &[[f32; BLOCK]] {
        self.host.storage::<f32>().as_chunks().0
    }

    /// Blocks for each pixel.
    pub fn depth(&self) -> usize {
        lanes(self.shape[0]) / BLOCK
    }

    fn framed(&self, border: usize) -> Self {
        let [samples, channels, height, width] = self.shape;
        let shape = [samples, channels, height + 2 * border, width + 2 * border];
        let mut values = Self::blank(shape);
        let (blocks, _) = values.as_chunks_mut::<BLOCK>();
        let (row, wide) = (width * self.depth(), shape[3] * self.depth());
        for (index, from) in self.blocks().chunks_exact(row).enumerate() {
            let start = (index / height * shape[2] + index % height + border) * wide + border * self.depth();
            blocks[start..start + row].copy_from_slice(from);
        }
        Self::new(values, shape)
    }

    fn gathered(host: &FlexTensor, border: usize) -> Self {
        let host = host.to_contiguous();
        let [samples, channels, height, width] =
            host.layout().shape().to_vec().try_into().expect("pictures have rank 4");
        let shape = [samples, channels, height + 2 * border, width + 2 * border];
        let mut values = Self::blank(shape);
        let (blocks, _) = values.as_chunks_mut::<BLOCK>();
        let (size, depth) = (channels * height * width, lanes(samples) / BLOCK);
        let from = host.storage::<f32>();
        let sample = |index: usize| from.get(index * size..(index + 1) * size).unwrap_or_default();
        let line = shape[3] * depth;
        runs(blocks, line, STEPS * from.len(), |first, blocks| {
            let lines = first..first + blocks.len() / line;
            for (slab, lane) in (0..depth).flat_map(|slab| (0..BLOCK).map(move |lane| (slab, lane))) {
                let sample = sample(slab * BLOCK + lane);
                for (place, numbers) in sample.chunks_exact(width).enumerate() {
                    let at = place / height * shape[2] + place % height + border;
                    if lines.contains(&at) {
                        let line =
                            blocks[((at - first) * shape[3] + border) * depth + slab..].iter_mut().step_by(depth);
                        line.zip(numbers).for_each(|(block, number)| block[lane] = *number);
                    }
                }
            }
        });
        Self::new(values, shape)
    }
}
