//! The toolchain that compiles to `wasm32-unknown-unknown`: found, fetched, or completed from Debian's own packages.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::fresh;
use crate::shell::{Outcome, about, command, fresh_folder, on_path, output, root, run, target};

/// What everything in the page is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows Debian's toolchain.
const LINKED: &str = "kiln";
/// Burn's minimum.
const OLDEST: (u32, u32) = (1, 95);
const PACKAGES: [&str; 6] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22", "rust-web-clippy", "rustfmt-web"];

/// A toolchain that has the target.
#[derive(Clone, Debug)]
pub struct Toolchain {
    name: Option<&'static str>,
}

impl Toolchain {
    /// Makes a command use this toolchain, and the `wasm` target folder.
    pub fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(name) = self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command.env("CARGO_TARGET_DIR", target("wasm"))
    }

    /// Its cargo, with these arguments.
    pub fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut cargo = command("cargo");
        self.apply(cargo.args(arguments));
        cargo
    }
}

/// The toolchain, set up if it was missing: the target is there; or rustup may fetch it; or Debian has the parts.
fn toolchain() -> Outcome<Toolchain> {
    for name in [None, Some(LINKED)] {
        if has_target(name) {
            println!(
                "wasm target: {}",
                name.map_or("with the default toolchain".into(), |name| format!("with `{name}`"))
            );
            return Ok(Toolchain { name });
        }
    }
    if may_fetch() {
        let added =
            run("adding the wasm target by rustup (under a minute)", command("rustup").args(["target", "add", TARGET]));
        match added {
            Ok(()) if has_target(None) => return Ok(Toolchain { name: None }),
            Ok(()) => {}
            Err(error) => println!("{error}"),
        }
    }
    if Path::new("/etc/debian_version").exists() && on_path("apt-get").is_some() && on_path("rustup").is_some() {
        from_debian()?;
        return Ok(Toolchain { name: Some(LINKED) });
    }
    Err(format!(
        "Rust's {TARGET} target is missing. Install it with `rustup target add {TARGET}`, or, where rustup may not \
         fetch (RUSTUP_AUTO_INSTALL=0), install a Rust of {}.{} or newer that has it, and link it: \
         `rustup toolchain link {LINKED} PREFIX`.",
        OLDEST.0, OLDEST.1
    ))
}

impl Toolchain {
    /// Makes sure of the standard library's sources, of which the one with atomics is built.
    pub fn sources(&self) -> Outcome {
        let mut rustc = command("rustc");
        self.apply(&mut rustc);
        let sysroot = PathBuf::from(output(rustc.args(["--print", "sysroot"]))?);
        if sysroot.join("lib/rustlib/src/rust/library/std").exists() {
            return Ok(());
        }
        if may_fetch() {
            let add = ["component", "add", "rust-src"];
            return run("adding the standard library's sources by rustup", command("rustup").args(add));
        }
        Err(format!("the sources of Rust's standard library are missing from {}: install rust-src", sysroot.display()))
    }
}

fn may_fetch() -> bool {
    on_path("rustup").is_some() && env::var("RUSTUP_AUTO_INSTALL").as_deref() != Ok("0")
}

fn has_target(name: Option<&str>) -> bool {
    let mut rustc = command("rustc");
    if let Some(name) = name {
        rustc.env("RUSTUP_TOOLCHAIN", name);
    }
    let Ok(sysroot) = output(rustc.args(["--print", "sysroot"])) else { return false };
    holds_std(&target_libraries(Path::new(&sysroot)))
}

fn target_libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn holds_std(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

/// Installs packages of the distribution, as root or by sudo.
pub fn apt_install(what: &str, packages: &[&str]) -> Outcome {
    let advice = || format!("install these packages and run this again: {}", packages.join(" "));
    let root = output(command("id").arg("-u")).is_ok_and(|id| id == "0");
    let apt = |arguments: &[&str]| {
        let mut apt = if root { command("apt-get") } else { command("sudo") };
        if !root {
            apt.args(["-n", "apt-get"]);
        }
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    if !root && on_path("sudo").is_none() {
        return Err(format!("{what} needs root: {}", advice()));
    }
    run("refreshing the list of packages", &mut apt(&["update", "-q"]))
        .map_err(|error| format!("{error}; {}", advice()))?;
    let install = [["install", "-y", "-q", "--no-install-recommends"].as_slice(), packages].concat();
    run(what, &mut apt(&install)).map_err(|error| format!("{error}; {}", advice()))
}

/// Debian ships no wasm standard library, but its sources: build it, lay it into the toolchain, and link that.
fn from_debian() -> Outcome {
    apt_install("installing Debian's Rust with its library sources (about a minute)", &PACKAGES)?;
    let rustc = Path::new("/usr/bin/rustc");
    let version = output(command(rustc).arg("-vV"))?;
    if release(&version).is_none_or(|found| found < OLDEST) {
        return Err(format!("Debian's rustc is too old, {}.{} is needed. It is: {version}", OLDEST.0, OLDEST.1));
    }
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc -vV names no host")?;
    let sysroot = PathBuf::from(output(command(rustc).args(["--print", "sysroot"]))?);
    build_std(&target_libraries(&sysroot))?;
    link_lld(&sysroot.join("lib/rustlib").join(host).join("bin"))?;
    run("linking the toolchain", command("rustup").args(["toolchain", "link", LINKED]).arg(&sysroot))?;
    if has_target(Some(LINKED)) { Ok(()) } else { Err(format!("the toolchain `{LINKED}` still lacks {TARGET}")) }
}

fn release(version: &str) -> Option<(u32, u32)> {
    let line = version.lines().find_map(|line| line.strip_prefix("release: "))?;
    let mut numbers = line.split('.').map_while(|word| word.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

/// Builds `std` through an empty crate and copies its libraries to where rustc looks for the target's.
fn build_std(libraries: &Path) -> Outcome {
    let work = target("std");
    fresh_folder(&work)?;
    fs::create_dir(work.join("src")).map_err(about(&work))?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n";
    fs::write(work.join("Cargo.toml"), manifest).map_err(about(&work))?;
    fs::write(work.join("src/lib.rs"), "#![no_std]\n").map_err(about(&work))?;
    // Without the embedded bitcode every later build with `lto` fails: there is nothing to optimise across.
    run(
        "building the standard library for wasm (about a minute)",
        command("/usr/bin/cargo")
            .args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET])
            .current_dir(&work)
            .env("RUSTC", "/usr/bin/rustc")
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Cembed-bitcode=yes -Copt-level=3")
            .env("CARGO_TARGET_DIR", work.join("target")),
    )?;
    let built = work.join("target").join(TARGET).join("release/deps");
    let mut copy: Vec<PathBuf> =
        fs::read_dir(&built).map_err(about(&built))?.flatten().map(|file| file.path()).collect();
    copy.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".rlib") && !name.starts_with("libempty")
    });
    let mut install = as_root("install");
    run("laying it into the toolchain", install.args(["-D", "-m", "644", "-t"]).arg(libraries).args(copy))
}

/// rustc looks for `rust-lld` beside its own tools; LLVM's `lld` answers to that name.
fn link_lld(folder: &Path) -> Outcome {
    let lld = "/usr/lib/llvm-22/bin/lld";
    if !Path::new(lld).exists() {
        return Err(format!("the package lld-22 brought no {lld}"));
    }
    run("making the folder of the linker", as_root("mkdir").arg("-p").arg(folder))?;
    run("linking the linker", as_root("ln").args(["-sf", lld]).arg(folder.join("rust-lld")))
}

fn as_root(program: &str) -> Command {
    if output(command("id").arg("-u")).is_ok_and(|id| id == "0") {
        return command(program);
    }
    let mut sudo = command("sudo");
    sudo.args(["-n", program]);
    sudo
}

/// What every command begins with that builds: the toolchain, the crates, and an honest look at what has changed.
pub fn ready() -> Outcome<Toolchain> {
    fresh::look()?;
    fetch()?;
    toolchain()
}

/// Downloads every crate, so that what follows may run offline.
fn fetch() -> Outcome {
    run("fetching crates", command("cargo").args(["fetch", "--locked", "--quiet"]).current_dir(root()))
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn reads_the_release_of_rustc() {
        assert_eq!(release("rustc 1.96.0\nrelease: 1.96.0\n"), Some((1, 96)));
        assert_eq!(release("release: 1.97.0-nightly"), Some((1, 97)));
        assert_eq!(release("rustc 1.96.0"), None);
    }
}
