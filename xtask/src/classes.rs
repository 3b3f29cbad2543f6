//! Takes out of a release the classes that wasm-bindgen exports for a dependency's sake and that nobody makes.

use std::fs;
use std::path::Path;

use crate::finish::{changed, counted, number, put_counted, put_number};
use crate::shell::{Outcome, about};

/// Takes them out of `{name}.js`, and what they call out of `{name}_bg.wasm`: what is exported is never optimised away, and
/// of streams that the page does not use it was 2.5 KB gzip'd.
pub fn part(folder: &Path, name: &str) -> Outcome {
    let [binary, script] = ["_bg.wasm", ".js"].map(|end| folder.join(format!("{name}{end}")));
    let module = fs::read(&binary).map_err(about(&binary))?;
    let text = fs::read_to_string(&script).map_err(about(&script))?;
    let classes = unmade(&text);
    if classes.is_empty() {
        return Ok(());
    }
    let module = stripped(&module, &classes).ok_or_else(|| format!("{}: not read", binary.display()))?;
    fs::write(&binary, module).map_err(about(&binary))?;
    fs::write(&script, without(&text, &classes)).map_err(about(&script))
}

/// The classes of a script that no Rust hands out: then it would wrap a pointer in one.
fn unmade(script: &str) -> Vec<String> {
    let class = |line: &str| line.strip_prefix("export class ")?.split(' ').next().map(str::to_owned);
    let made = |class: &String| script.contains(&format!("{class}.__wrap("));
    script.lines().filter_map(class).filter(|class| !made(class)).collect()
}

/// A script as wasm-bindgen writes it without these classes: each ends with a brace of its own line, and what watches over its
/// instances with a line's `);`.
fn without(script: &str, classes: &[String]) -> String {
    let closed = |line: &str| line.ends_with(");");
    let (mut out, mut last) = (String::new(), None::<fn(&str) -> bool>);
    for line in script.lines() {
        let begins = |head: &str, tail: &str| classes.iter().any(|it| line.starts_with(&format!("{head}{it}{tail}")));
        if let Some(is_last) = last {
            last = last.filter(|_| !is_last(line));
        } else if begins("export class ", " {") {
            last = Some(|line| line == "}");
        } else if begins("const ", "Finalization ") {
            last = Some(closed as fn(&str) -> bool).filter(|_| !closed(line));
        } else if !begins("if (Symbol.dispose) ", ".") {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// A module without the exports of these classes.
fn stripped(module: &[u8], classes: &[String]) -> Option<Vec<u8>> {
    changed(module, |kind, section| Some(Some(if kind == 7 { exports(section, classes)? } else { section.to_vec() })))
}

/// The section of exports without those of these classes.
fn exports(section: &[u8], classes: &[String]) -> Option<Vec<u8>> {
    let (count, mut rest) = number(section)?;
    let (mut kept, mut entries) = (0, Vec::new());
    for _ in 0..count {
        let (name, after) = counted(rest)?;
        let (kind, after) = after.split_first()?;
        let (index, after) = number(after)?;
        rest = after;
        let text = String::from_utf8_lossy(name);
        let of = |class: &String| text.trim_start_matches("__wbg_").starts_with(&format!("{}_", class.to_lowercase()));
        if !classes.iter().any(of) {
            kept += 1;
            put_counted(&mut entries, name);
            entries.push(*kind);
            put_number(&mut entries, index);
        }
    }
    let mut out = Vec::new();
    put_number(&mut out, kept);
    out.extend(entries);
    rest.is_empty().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{stripped, unmade, without};

    const SCRIPT: &str = "/**\n * A pipe.\n */
export class Pipe {
    free() {
        if (this) {
        }
    }
}
if (Symbol.dispose) Pipe.prototype[Symbol.dispose] = Pipe.prototype.free;

export class Used {
}
f(Used.__wrap(arg0));
const PipeFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_pipe_free(ptr, 1));
let wasm;
";

    #[test]
    fn a_class_that_nobody_makes_is_taken_out() {
        let classes = unmade(SCRIPT);
        assert_eq!(classes, ["Pipe"]);
        let left = "/**\n * A pipe.\n */\n\nexport class Used {\n}\nf(Used.__wrap(arg0));\nlet wasm;\n";
        assert_eq!(without(SCRIPT, &classes), left);
    }

    #[test]
    fn its_exports_are_taken_out_of_the_module() {
        let module = |names: &[&str]| {
            let mut section = vec![names.len() as u8];
            for name in names {
                section.push(name.len() as u8);
                section.extend_from_slice(name.as_bytes());
                section.extend([0, 9]);
            }
            [&b"\0asm\x01\0\0\0"[..], &[7, section.len() as u8], &section, &[11, 1, 0]].concat()
        };
        let whole = module(&["memory", "__wbg_pipe_free", "pipe_start", "pipette"]);
        assert_eq!(stripped(&whole, &["Pipe".to_owned()]), Some(module(&["memory", "pipette"])));
        assert_eq!(stripped(&whole[..20], &[]), None);
    }
}
