//! `finish`: the last hand on what Trunk built, which calls it: words of other languages, and shorter names in a release.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    classes,
    shell::{Outcome, about, command as program, only, run},
    tools,
    wasm::TARGET,
};

#[allow(dead_code, missing_docs, reason = "the page's own module, of which only the lines are wanted")]
#[path = "../../src/ui/words.rs"]
mod words;

/// What the compiler uses of WebAssembly by default, `.cargo/config.toml` asks for, and the worker on threads.
const FEATURES: [&str; 9] = [
    "simd",
    "bulk-memory",
    "bulk-memory-opt",
    "reference-types",
    "mutable-globals",
    "sign-ext",
    "nontrapping-float-to-int",
    "multivalue",
    "threads",
];

/// What imports were called, and what they are called now.
type Renamed = Vec<(String, String)>;

/// `finish`, in the folder that Trunk names.
pub fn command(arguments: &[&str]) -> Outcome {
    only(arguments, &[], &[])?;
    let folder = env::var_os("TRUNK_STAGING_DIR").ok_or("`finish` is for Trunk to call: see Trunk.toml")?;
    let folder = PathBuf::from(folder);
    let locales = folder.join("locales");
    fs::create_dir_all(&locales).map_err(about(&locales))?;
    let file = locales.join("zh.txt");
    fs::write(&file, words::CHINESE).map_err(about(&file))?;
    if env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release") { shorten_all(&folder) } else { Ok(()) }
}

/// Shortens each binary of a folder with the script that starts it, and optimises those once more that are to be small.
fn shorten_all(folder: &Path) -> Outcome {
    for entry in fs::read_dir(folder).map_err(about(folder))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix("_bg.wasm") {
            if !name.starts_with("cpu") {
                classes::part(folder, name)?;
                optimise(&entry.path())?;
            }
            shorten(folder, name)?;
        }
    }
    Ok(())
}

/// Gzip'd, levels above the first make binaries larger: what is inlined and reordered repeats itself less.
pub fn optimise(binary: &Path) -> Outcome {
    let mut node = program("node");
    node.arg(tools::wasm_opt()?).arg("-O1").args(FEATURES.map(|feature| format!("--enable-{feature}")));
    let what = format!("optimising {} (a worker takes a minute)", binary.display());
    run(&what, node.arg(binary).arg("-o").arg(binary))
}

/// Takes out of `{name}_bg.wasm` what no browser reads, and gives what it imports from `{name}.js` short names: by
/// wasm-bindgen's own, a hash in each, both files are the larger by what does not compress.
pub fn shorten(folder: &Path, name: &str) -> Outcome {
    let [binary, script] = ["_bg.wasm", ".js"].map(|end| folder.join(format!("{name}{end}")));
    let module = fs::read(&binary).map_err(about(&binary))?;
    let text = fs::read_to_string(&script).map_err(about(&script))?;
    let (module, renamed) = rename(&module).ok_or_else(|| format!("{}: no {TARGET} module", binary.display()))?;
    let text = replace(&bare(&text), &renamed).map_err(|error| format!("{}: {error}", script.display()))?;
    fs::write(&binary, module).map_err(about(&binary))?;
    fs::write(&script, text).map_err(about(&script))
}

/// A module whose sections are what `change` makes of each, by its kind; those that it makes nothing of are left out.
pub fn changed(module: &[u8], mut change: impl FnMut(u8, &[u8]) -> Option<Option<Vec<u8>>>) -> Option<Vec<u8>> {
    let (head, mut rest) = module.split_at_checked(8)?;
    let mut out = head.to_vec();
    while let Some((kind, after)) = rest.split_first() {
        let (section, after) = counted(after)?;
        rest = after;
        if let Some(section) = change(*kind, section)? {
            put_section(&mut out, *kind, &section);
        }
    }
    Some(out)
}

/// A module without its names for debuggers and with short ones for its imports: the old and the new ones.
fn rename(module: &[u8]) -> Option<(Vec<u8>, Renamed)> {
    let mut renamed = Renamed::new();
    let out = changed(module, |kind, section| {
        Some(match kind {
            0 if [b"name".as_slice(), b"producers"].contains(&counted(section)?.0) => None,
            2 => Some(imports(section, &mut renamed)?),
            _ => Some(section.to_vec()),
        })
    })?;
    (!renamed.is_empty()).then_some((out, renamed))
}

/// The section of imports with short names in it.
fn imports(section: &[u8], renamed: &mut Renamed) -> Option<Vec<u8>> {
    let (count, mut rest) = number(section)?;
    let mut out = Vec::new();
    put_number(&mut out, count);
    for _ in 0..count {
        let (from, after) = counted(rest)?;
        let (name, after) = counted(after)?;
        let (kind, size) = (*after.first()?, import_size(after)?);
        put_counted(&mut out, from);
        // Only functions: a memory from elsewhere is known to more than one script.
        if kind == 0 {
            let short = short(renamed.len());
            put_counted(&mut out, short.as_bytes());
            renamed.push((String::from_utf8(name.to_vec()).ok()?, short));
        } else {
            put_counted(&mut out, name);
        }
        out.extend_from_slice(after.get(..size)?);
        rest = after.get(size..)?;
    }
    rest.is_empty().then_some(out)
}

/// Bytes that say what an import is: a function's type, or the limits of a memory.
fn import_size(what: &[u8]) -> Option<usize> {
    let (kind, after) = what.split_first()?;
    let left = match kind {
        0 => number(after)?.1,
        2 => {
            let (flags, after) = number(after)?;
            let (_, after) = number(after)?;
            if flags & 1 == 1 { number(after)?.1 } else { after }
        }
        _ => return None,
    };
    Some(what.len() - left.len())
}

/// The name of a number: `a` to `z`, `ba`, `bb`, …
fn short(mut at: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.insert(0, char::from(b'a' + (at % 26) as u8));
        at /= 26;
        if at == 0 {
            return letters.into_iter().collect();
        }
    }
}

/// A number of the format, LEB128, and what follows it.
pub fn number(mut bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        bytes = rest;
        value |= u32::from(byte & 127) << shift;
        if byte & 128 == 0 {
            return Some((value, bytes));
        }
    }
    None
}

/// As many bytes as a number before them says, and what follows them.
pub fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    rest.split_at_checked(length as usize)
}

pub fn put_number(out: &mut Vec<u8>, mut value: u32) {
    while value > 127 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

pub fn put_counted(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}

fn put_section(out: &mut Vec<u8>, kind: u8, section: &[u8]) {
    out.push(kind);
    put_counted(out, section);
}

/// A script without indentation and comments that have a line to themselves. A text that runs over lines is left as it is.
fn bare(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let comment = |line: &&str| ["//", "/*", "*"].iter().any(|start| line.starts_with(start));
    let lines: Vec<_> = script.lines().map(str::trim).filter(|line| !line.is_empty() && !comment(line)).collect();
    lines.join("\n")
}

/// A script by whose new names the module finds what it imports; each old one must stand in it once.
fn replace(script: &str, renamed: &[(String, String)]) -> Outcome<String> {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let (mut out, mut rest, mut found) = (String::new(), script, 0);
    while let Some(start) = rest.find("__wb") {
        let end = rest[start..].find(|letter| !word(letter)).map_or(rest.len(), |length| start + length);
        let name = &rest[start..end];
        let new = renamed.iter().find(|(old, _)| old == name);
        found += usize::from(new.is_some());
        out.push_str(&rest[..start]);
        out.push_str(new.map_or(name, |(_, new)| new));
        rest = &rest[end..];
    }
    out.push_str(rest);
    let wanted = renamed.len();
    if found == wanted { Ok(out) } else { Err(format!("{found} names of imports found, not {wanted}")) }
}

#[cfg(test)]
mod tests {
    use super::{bare, number, put_number, rename, replace, short};

    /// A module of two imported functions and a memory, a section of names and one of something else.
    fn module(names: [&str; 2]) -> Vec<u8> {
        let mut imports = vec![3];
        for (name, what) in [(names[0], &[0, 5][..]), ("memory", &[2, 3, 17, 128, 1]), (names[1], &[0, 200, 1])] {
            for word in ["./ui_bg.js", name] {
                imports.push(word.len() as u8);
                imports.extend_from_slice(word.as_bytes());
            }
            imports.extend_from_slice(what);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend([&[2, imports.len() as u8], &imports[..], &[11, 3, 1, 2, 3]].concat());
        module
    }

    #[test]
    fn imports_are_renamed_and_names_are_dropped() {
        let long = ["__wbg_remove_8228e91d7ddbc755", "__wbindgen_cast_0001"];
        let mut whole = module(long);
        whole.extend(*b"\0\x06\x04name\x01");
        let (out, renamed) = rename(&whole).expect("a module");
        assert_eq!(out, module(["a", "b"]));
        let script = "x = { __wbg_remove_8228e91d7ddbc755: function() {}, __wbindgen_cast_0001() {} }; __wbg_init()";
        assert_eq!(replace(script, &renamed), Ok("x = { a: function() {}, b() {} }; __wbg_init()".to_owned()));
        assert!(replace("nothing", &renamed).is_err() && rename(&whole[..20]).is_none());
    }

    #[test]
    fn names_are_short_and_differ() {
        assert_eq!([0, 25, 26, 51, 675, 676].map(short), ["a", "z", "ba", "bz", "zz", "baa"]);
    }

    #[test]
    fn numbers_come_back() {
        for value in [0, 127, 128, 16_384, u32::MAX] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, value);
            assert_eq!(number(&bytes), Some((value, &[][..])));
        }
    }

    #[test]
    fn lines_lose_what_nobody_runs() {
        assert_eq!(bare("/**\n * @returns\n */\n  a();\n\n  // why\n  b(`x`);"), "a();\nb(`x`);");
        assert_eq!(bare("  a(`\n  x`);"), "  a(`\n  x`);");
    }
}
