//! The module that brings data of the reader's own, which the page loads when it is asked for.

// The start script calls what the module exports; here is nothing to begin with.
fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("This part of the page runs in a browser: cargo xtask serve");
}

#[cfg(target_arch = "wasm32")]
mod exports {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    pub fn open(word: &str) {
        kiln::own::open(word);
    }
}
