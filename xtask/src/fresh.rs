//! Lets a new checkout go on where another one of the same machine stopped: cargo judges by times of change, and a clone's
//! files are all new.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
    time::{Duration, SystemTime},
};

use crate::{
    packed::sha256,
    shell::{Outcome, about, cache, command, output, root},
};

/// By path: what was in it at the last look, and its time of change then, in nanoseconds since 1970.
type Seen = BTreeMap<String, (String, u128)>;

/// Gives each file that is what it was at the last look the time that it had then, and remembers all of them. Only the last
/// look counts: a file that changed and changed back is new, since what lies in the cache was made of the one between.
///
/// Must come before everything that builds into the cache; the build script's own files are left alone, since it is built
/// before it can look.
pub fn look() -> Outcome {
    let path = cache().join("seen.tsv");
    let seen = read(&fs::read_to_string(&path).unwrap_or_default());
    let (last, moment) = (get(&path).ok(), moment());
    let mut now = Seen::new();
    for name in output(command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?.lines() {
        let file = root().join(name);
        if name.starts_with("xtask/") || !file.is_file() {
            continue;
        }
        let hash = sha256(&file)?;
        let known = seen.get(name).filter(|(before, _)| *before == hash).map(|(_, time)| *time);
        let time = time_of(known, get(&file)?, last, moment);
        set(&file, time)?;
        now.insert(name.to_owned(), (hash, time));
    }
    let lines: String = now.iter().map(|(name, (hash, time))| format!("{hash}\t{time}\t{name}\n")).collect();
    fs::create_dir_all(cache()).map_err(about(&cache()))?;
    fs::write(&path, lines).map_err(about(&path))
}

/// The time of change that makes cargo judge rightly: the known one of what is as it was; else its own, or this moment where
/// that lies before the last look, since something may have been built of other contents since.
fn time_of(known: Option<u128>, own: u128, last: Option<u128>, now: u128) -> u128 {
    known.unwrap_or(if last.is_some_and(|last| own <= last) { now } else { own })
}

/// Nanoseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the ban is for browsers; this runs natively")]
fn moment() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

fn read(lines: &str) -> Seen {
    let line = |line: &str| {
        let mut words = line.splitn(3, '\t');
        let (hash, time, name) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        Some((name.to_owned(), (hash.to_owned(), time)))
    };
    lines.lines().filter_map(line).collect()
}

fn get(file: &Path) -> Outcome<u128> {
    let time = fs::metadata(file).and_then(|about| about.modified()).map_err(about(file))?;
    Ok(time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos()))
}

fn set(file: &Path, time: u128) -> Outcome {
    if get(file)? == time {
        return Ok(());
    }
    let since = Duration::new((time / 1_000_000_000) as u64, (time % 1_000_000_000) as u32);
    let opened = File::options().append(true).open(file);
    opened.and_then(|open| open.set_modified(SystemTime::UNIX_EPOCH + since)).map_err(about(file))
}

#[cfg(test)]
mod tests {
    use super::{get, read, set, time_of};

    #[test]
    fn times_are_put_back_to_the_nanosecond() {
        let path = std::env::temp_dir().join(format!("kiln-fresh-{}", std::process::id()));
        std::fs::write(&path, "x").expect("a file");
        let before = get(&path).expect("a time");
        set(&path, before - 5_000_000_001).expect("another time");
        assert_eq!(get(&path), Ok(before - 5_000_000_001));
        std::fs::remove_file(&path).expect("it goes");
    }

    #[test]
    fn what_is_as_it_was_is_old_and_all_else_is_new() {
        assert_eq!(time_of(Some(3), 9, Some(5), 10), 3);
        assert_eq!(time_of(None, 9, Some(5), 10), 9);
        assert_eq!(time_of(None, 2, Some(5), 10), 10, "changed in another checkout since");
        assert_eq!(time_of(None, 2, None, 10), 2);
    }

    #[test]
    fn what_cannot_be_read_is_new() {
        let seen = read("ab\t12\tsrc/a b.rs\nbroken\nab\tx\tc\n");
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [("src/a b.rs".to_owned(), ("ab".to_owned(), 12))]);
    }
}
