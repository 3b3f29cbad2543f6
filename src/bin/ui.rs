//! The page.

fn main() {
    #[cfg(target_arch = "wasm32")]
    kiln::ui::open();
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("The page runs in a browser: cargo xtask serve");
}
