//! The CPU worker on threads, which Trunk cannot build: a standard library of its own, and memory that is shared.

use std::path::Path;

use crate::{
    finish,
    shell::{Outcome, command, root, run, target},
    wasm::{TARGET, Toolchain},
};

/// What shared memory asks of the compiler and of the linker, in place of what `.cargo/config.toml` says. Memory that is shared
/// must say how far it may grow: a gigabyte, as phones refuse more.
const FLAGS: [&str; 10] = [
    "-Ctarget-feature=+simd128,+atomics,+bulk-memory,+mutable-globals",
    "--cfg=getrandom_backend=\"wasm_js\"",
    "-Clink-arg=--shared-memory",
    "-Clink-arg=--max-memory=1073741824",
    "-Clink-arg=--import-memory",
    "-Clink-arg=--export=__wasm_init_tls",
    "-Clink-arg=--export=__tls_size",
    "-Clink-arg=--export=__tls_align",
    "-Clink-arg=--export=__tls_base",
    "-Clink-arg=--export=__heap_base",
];

/// Builds it into the site.
pub fn build(toolchain: &Toolchain, dist: &Path) -> Outcome {
    let words = ["build", "--locked", "--release", "--target", TARGET, "--bin=cpu_worker", "--no-default-features"];
    let mut cargo = toolchain.cargo(words);
    // `build-std` needs the compiler's leave; it is the only way to a standard library with atomics.
    cargo.args(["--features=threads", "-Zbuild-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
    cargo.env("CARGO_TARGET_DIR", target("threads")).env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    run("building the CPU worker on threads (about 6 minutes cold, on two cores)", cargo.current_dir(root()))?;
    let built = target("threads").join(TARGET).join("release/cpu_worker.wasm");
    let mut bindgen = command("wasm-bindgen");
    bindgen.args(["--target=no-modules", "--no-typescript", "--out-name=cpu_threads", "--out-dir"]).arg(dist);
    run("binding it", bindgen.arg(built))?;
    finish::optimise(&dist.join("cpu_threads_bg.wasm"))?;
    finish::shorten(dist, "cpu_threads")
}
