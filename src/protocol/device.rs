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

/// Whether an adapter that calls itself so is no GPU, but imitates one on the processor: SwiftShader, Mesa's rasterizers, or
/// the one that comes with Windows.
pub fn imitates(adapter: &str) -> bool {
    let adapter = adapter.to_ascii_lowercase();
    ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"].iter().any(|word| adapter.contains(word))
}

#[cfg(test)]
mod tests {
    use super::imitates;

    #[test]
    fn imitations_are_told_from_gpus() {
        let imitations = [
            "Google SwiftShader",
            "llvmpipe (LLVM 19.1.7, 256 bits)",
            "Mesa lavapipe",
            "Microsoft Basic Render Driver",
            "Apple Software Renderer",
        ];
        assert!(imitations.into_iter().all(imitates));
        let real = ["NVIDIA GeForce RTX 4090", "intel gen-12lp", "apple metal-3", "AMD Radeon Graphics (RADV)", ""];
        assert!(!real.into_iter().any(imitates));
    }
}
