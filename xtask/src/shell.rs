//! Running programs: what every other module does it with, so that each step says itself what it is doing.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::Instant,
};

use crate::times;

/// A sentence for the reader where something failed.
pub type Outcome<T = ()> = Result<T, String>;

/// The checkout's root.
pub fn root() -> PathBuf {
    // As cargo says it now: a program in a cache that checkouts share may have been compiled in another one.
    let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().expect("xtask is a folder of the checkout").to_path_buf()
}

/// Where tools and build output are kept between checkouts.
pub fn cache() -> PathBuf {
    let folder = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("KILN_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|path| path.join("kiln")))
        .or_else(|| folder("HOME").map(|path| path.join(".cache/kiln")))
        .unwrap_or_else(|| root().join("target/cache"))
}

/// Cargo's target folder for one kind of work: `native`, `wasm`, `tools`.
pub fn target(kind: &str) -> PathBuf {
    cache().join("target").join(kind)
}

/// A command in the checkout's root, with the cached tools before everything else on the PATH.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(cache().join("tools/bin")).chain(env::split_paths(&path));
    command.current_dir(root()).env("PATH", env::join_paths(folders).unwrap_or(path));
    // `cargo xtask` tells its children which toolchain and package they are in; each of these chooses anew.
    for name in ["RUSTC", "RUSTDOC", "CARGO", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_MANIFEST_DIR"]
    {
        command.env_remove(name);
    }
    command
}

/// The default toolchain's cargo, building into the `native` folder.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut cargo = command("cargo");
    cargo.args(arguments).env("CARGO_TARGET_DIR", target("native"));
    cargo
}

/// Says what is going to happen, runs it, and says how long it took.
pub fn run(what: &str, command: &mut Command) -> Outcome {
    watched(what, command, |_| Ok(()))
}

/// The same, with a look at the program while it runs.
pub fn watched(what: &str, command: &mut Command, look: impl FnOnce(&mut Child) -> Outcome) -> Outcome {
    match times::last(what) {
        Some(last) => println!("\n== {what} (last time {last:.0} s)"),
        None => println!("\n== {what}"),
    }
    let start = now();
    let mut child = command.spawn().map_err(|error| missing(command, &error))?;
    look(&mut child).map_err(|error| format!("{what}: {error}"))?;
    let status = child.wait().map_err(|error| format!("{what}: {error}"))?;
    let seconds = start.elapsed().as_secs_f32();
    times::stage(what, seconds);
    if !status.success() {
        return Err(format!("{what}: `{}` failed ({status})", words(command)));
    }
    println!("== {what}: done in {seconds:.0} s");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the ban is for browsers; this runs natively")]
fn now() -> Instant {
    Instant::now()
}

/// What a program prints, trimmed.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| missing(command, &error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed ({}): {}", words(command), output.status, said.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first file of this name on the PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Makes a folder anew, empty.
pub fn fresh_folder(path: &Path) -> Outcome {
    if path.exists() {
        fs::remove_dir_all(path).map_err(about(path))?;
    }
    fs::create_dir_all(path).map_err(about(path))
}

/// Names the file in an error about it.
pub fn about(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

/// The value after a flag such as `--port`.
pub fn flag<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1)).copied()
}

/// Refuses words that a command does not know; `valued` flags take one word after them.
pub fn only(words: &[&str], plain: &[&str], valued: &[&str]) -> Outcome {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if valued.contains(word) {
            rest.next().ok_or_else(|| format!("{word} wants a value"))?;
        } else if !plain.contains(word) {
            return Err(format!("no such flag here: {word}"));
        }
    }
    Ok(())
}

/// A command as it would be typed.
pub fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn missing(command: &Command, error: &std::io::Error) -> String {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("`{program}` is not installed: install it and run this again"),
        _ => format!("`{program}` could not be started: {error}"),
    }
}
