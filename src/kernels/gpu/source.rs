//! A kernel's text and how it is handed to Burn's runtime, with the numbers that it is told.

use burn_cubecl::cubecl::ir::metadata::Info;
use burn_cubecl::cubecl::ir::settings::{Dim3, KernelSettings};
use burn_cubecl::cubecl::ir::{AddressType, ElemType, Scope, UIntKind};
use burn_cubecl::cubecl::prelude::{KernelDefinition, KernelId, KernelMetadata};
use burn_cubecl::cubecl::server::{KernelArguments, MetadataBindingInfo};
use burn_cubecl::cubecl::{CubeCount, CubeKernel, ExecutionMode, PrecompiledSource};
use burn_cubecl::tensor::CubeTensor;

/// Invocations of a workgroup, in every kernel.
pub const WIDTH: usize = 64;
/// Workgroups in a row; more of them make further rows.
const ROW: usize = 16_384;

/// Our kernels, in WGSL. `READ` stands for the access of what is only read, `WIDTH` and `ROW` for the numbers above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// Tells texts apart.
    pub name: &'static str,
    /// The text itself.
    pub wgsl: &'static str,
    /// What it is compiled with.
    pub variant: &'static str,
    /// The constant `TALL`: whether an invocation has a larger part of the work.
    pub tall: bool,
}

impl KernelMetadata for Text {
    fn name(&self) -> &'static str {
        self.name
    }

    fn id(&self) -> KernelId {
        let id = KernelId::new::<Self>().info((self.name, self.variant, self.tall)).mode(ExecutionMode::Unchecked);
        id.cube_dim(Dim3 { x: WIDTH as u32, y: 1, z: 1 })
    }

    fn address_type(&self) -> ElemType {
        UIntKind::U32.into()
    }
}

impl CubeKernel for Text {
    fn define(&self) -> KernelDefinition {
        let width = Dim3 { x: WIDTH as u32, y: 1, z: 1 };
        let settings = KernelSettings::new(width, ExecutionMode::Unchecked, AddressType::U32);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        // In the browser each tensor has a buffer of its own. Elsewhere several may lie in one, and then no use of it
        // may be read-only while another writes.
        let access = if cfg!(target_family = "wasm") { "read>" } else { "read_write>" };
        let tall = format!("const TALL = {};\n", self.tall);
        let source = [&tall, self.variant, self.wgsl].concat().replace("READ>", access);
        let source = source.replace("WIDTH", &WIDTH.to_string()).replace("ROW", &ROW.to_string());
        Some(PrecompiledSource { source, entrypoint_name: "main".to_owned(), lang: "wgsl" })
    }
}

/// Counts, strides and switches as kernels are told them.
pub fn counts<const N: usize>(numbers: [usize; N]) -> [u32; N] {
    numbers.map(|number| number as u32)
}

/// Runs `text` on `tensors`, bound in this order, with `numbers` bound behind them, in at least `invocations`.
pub fn run(text: Text, tensors: &[&CubeTensor], numbers: &[u32], invocations: usize) {
    let mut words = numbers.to_vec();
    words.resize(words.len().next_multiple_of(4), 0);
    let pairs = words.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair[1]) << 32).collect();
    let buffers = tensors.iter().map(|tensor| tensor.handle.clone().binding()).collect();
    let arguments = KernelArguments::new().with_buffers(buffers).with_info(MetadataBindingInfo::custom(pairs));
    let groups = invocations.div_ceil(WIDTH);
    let count = CubeCount::Static(groups.min(ROW) as u32, groups.div_ceil(ROW) as u32, 1);
    tensors[0].client.launch(Box::new(text), count, arguments);
}
