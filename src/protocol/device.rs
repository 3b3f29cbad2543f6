//! The device that a worker trains on.

use serde::{Deserialize, Serialize};

/// Which kind of device a worker trains on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    /// Burn's Flex backend, with kernels of our own, on the processor.
    Cpu,
    /// Burn's wgpu backend, through the browser's WebGPU.
    Gpu,
}

/// The device as a worker found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCard {
    /// CPU or GPU.
    pub kind: DeviceKind,
    /// The adapter's own name; empty on the CPU.
    pub adapter: String,
    /// Threads of the processor that train together; 1 on the GPU.
    pub threads: u16,
    /// The adapter only imitates a GPU on the processor.
    pub software: bool,
}
