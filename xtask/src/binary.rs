//! One binary of the site: compiled by cargo, bound to its script by wasm-bindgen.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    page::{Binary, Script},
    shell::{Outcome, about, root, run, target},
    wasm::{TARGET, Toolchain},
};

/// How much the compiler is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Fast to build.
    Everyday,
    /// Small and fast to run.
    Release,
}

/// What a binary needs to run on several threads in a browser: a standard library with atomics, and memory that is shared, in
/// place of what `.cargo/config.toml` says. Memory that is shared must say how far it may grow: a gigabyte, as phones refuse
/// more.
const THREADS: [&str; 10] = [
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

impl Binary {
    /// The CPU worker once more, on threads: no link of the page asks for it, since Trunk cannot build it.
    pub fn on_threads() -> Self {
        Self {
            name: "cpu_worker".to_owned(),
            feature: "threads".to_owned(),
            release: "release".to_owned(),
            everyday: "draft".to_owned(),
            script: Script::Classic,
        }
    }

    /// What its files are called in the site.
    pub fn title(&self) -> &str {
        if self.threaded() { "cpu_threads" } else { &self.name }
    }

    fn threaded(&self) -> bool {
        self.feature == "threads"
    }

    /// Compiles it, and writes `title.js` and `title_bg.wasm` into a folder.
    pub fn build(&self, effort: Effort, toolchain: &Toolchain, folder: &Path) -> Outcome {
        let made = self.compile(effort, toolchain)?;
        fs::create_dir_all(folder).map_err(about(folder))?;
        self.bind(&made, effort, folder).map_err(|error| format!("binding {}: {error:#}", self.title()))?;
        if self.script == Script::Loader {
            let loader = folder.join(format!("{}_loader.js", self.name));
            let text = format!(
                "importScripts(\"./{0}.js\");\nwasm_bindgen({{ module_or_path: \"./{0}_bg.wasm\" }});\n",
                self.name
            );
            fs::write(&loader, text).map_err(about(&loader))?;
        }
        Ok(())
    }

    fn compile(&self, effort: Effort, toolchain: &Toolchain) -> Outcome<PathBuf> {
        let profile = match effort {
            Effort::Everyday => &self.everyday,
            Effort::Release => &self.release,
        };
        let words = ["build", "--locked", "--target", TARGET, "--no-default-features", "--bin", &self.name];
        let mut cargo = toolchain.cargo(words);
        cargo.args(["--features", &self.feature, "--profile", profile]).current_dir(root());
        // Folders of their own: two builds may then go on at once.
        let folder = target(match self.feature.as_str() {
            "threads" => "threads",
            "gpu" => "gpu",
            _ => "wasm",
        });
        if self.threaded() {
            toolchain.sources()?;
            // `build-std` needs the compiler's leave; it is the only way to a standard library with atomics.
            cargo.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
            cargo.env("CARGO_ENCODED_RUSTFLAGS", THREADS.join("\u{1f}"));
        }
        run(&format!("compiling {} ({profile})", self.title()), cargo.env("CARGO_TARGET_DIR", &folder))?;
        Ok(folder.join(TARGET).join(profile).join(format!("{}.wasm", self.name)))
    }

    fn bind(&self, made: &Path, effort: Effort, folder: &Path) -> Result<(), anyhow::Error> {
        let mut bindgen = Bindgen::new();
        match self.script {
            Script::Main | Script::Module => bindgen.web(true)?,
            Script::Classic | Script::Loader => bindgen.no_modules(true)?,
        };
        let release = effort == Effort::Release;
        // A module finds its binary beside itself.
        bindgen.omit_default_module_path(false);
        bindgen.typescript(false).remove_name_section(release).remove_producers_section(release);
        let mut output = bindgen.input_path(made).out_name(self.title()).generate_output()?;
        let renamed = if release { shortened(output.wasm_mut()) } else { HashMap::new() };
        output.emit(folder)?;
        let script = folder.join(format!("{}.js", self.title()));
        fs::write(&script, with_names(&fs::read_to_string(&script)?, &renamed))?;
        Ok(())
    }
}

/// Gives what a module and its script call each other by short names, and tells them: by wasm-bindgen's own, a hash in each,
/// both are the larger by what does not compress.
fn shortened(module: &mut walrus::Module) -> HashMap<String, String> {
    let mut renamed = HashMap::new();
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports).filter(|name| name.starts_with("__wbg_") || name.contains("__h")) {
        let short = format!("w{}", renamed.len());
        renamed.insert(std::mem::replace(name, short.clone()), short);
    }
    renamed
}

/// A script in which these names have become others.
fn with_names(script: &str, renamed: &HashMap<String, String>) -> String {
    let mut text = String::with_capacity(script.len());
    for word in script.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
        let name = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        text.push_str(renamed.get(name).map_or(name, String::as_str));
        text.push_str(&word[name.len()..]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with_names;

    #[test]
    fn whole_names_become_others() {
        let renamed = [("__wbg_log_1f".to_owned(), "w0".to_owned())].into();
        let script = "x = { __wbg_log_1f: (é) => wasm.__wbg_log_1f2(), a__wbg_log_1f: 1 }; __wbg_log_1f";
        assert_eq!(with_names(script, &renamed), "x = { w0: (é) => wasm.__wbg_log_1f2(), a__wbg_log_1f: 1 }; w0");
    }
}
