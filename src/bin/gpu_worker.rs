//! The worker that trains on the GPU.

#[cfg(target_arch = "wasm32")]
mod constructors {
    #![allow(unsafe_code)]

    unsafe extern "C" {
        fn __wasm_call_ctors();
    }

    /// Runs the static constructors in which Burn's kernels register themselves. A reference to this symbol also keeps
    /// the linker from running them before every single exported call.
    pub fn run() {
        // SAFETY: the linker makes this function; it takes nothing, and main calls it once, before everything else.
        unsafe { __wasm_call_ctors() }
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        constructors::run();
        kiln::worker::gpu();
    }
}
