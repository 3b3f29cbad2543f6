//! The worker that trains on the processor.

fn main() {
    // With threads each of them comes past here, and the loader begins when all have.
    #[cfg(all(target_arch = "wasm32", not(feature = "threads")))]
    kiln::worker::cpu(1);
}

/// What the loader calls; of a library's exports the linker would drop those that nobody calls.
#[cfg(all(target_arch = "wasm32", feature = "threads"))]
mod exports {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    pub fn begin(threads: u16) {
        kiln::worker::begin(threads);
    }

    #[wasm_bindgen]
    pub fn help() {
        kiln::worker::help();
    }
}
