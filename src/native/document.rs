//! Puts a table that a command has measured in its place in a document.

use std::fs::{read_to_string, write};
use std::path::{Path, PathBuf};

/// The line that ends a block.
const END: &str = "<!-- end -->";

/// The part of a document that one command writes: what stands between the line `<!-- COMMAND -->` and [`END`].
#[derive(Debug)]
pub struct Block {
    path: PathBuf,
    command: &'static str,
}

impl Block {
    /// The block of `command` in the document at `path`.
    ///
    /// # Errors
    /// It is looked for at once, so that nobody trains for an hour and then learns that there is no place for the table.
    pub fn find(path: &Path, command: &'static str) -> Result<Self, String> {
        let block = Self { path: path.to_owned(), command };
        replaced(&block.read()?, command, "").map_err(|error| block.told(error))?;
        Ok(block)
    }

    /// Replaces what stands in it; the rest is read again, since it may have been edited meanwhile.
    pub fn write(&self, table: &str) -> Result<(), String> {
        let text = replaced(&self.read()?, self.command, table).map_err(|error| self.told(error))?;
        write(&self.path, text).map_err(|error| self.told(error))
    }

    fn read(&self) -> Result<String, String> {
        read_to_string(&self.path).map_err(|error| self.told(error))
    }

    fn told(&self, error: impl std::fmt::Display) -> String {
        format!("{}: {error}", self.path.display())
    }
}

/// `text` with `table` between the markers of `command`, which stand on lines of their own.
fn replaced(text: &str, command: &str, table: &str) -> Result<String, String> {
    let open = format!("<!-- {command} -->");
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| *line == open).ok_or_else(|| format!("it has no line `{open}`"))?;
    let inside = lines[start + 1..].iter().position(|line| line.starts_with("<!-- "));
    let end = inside.map(|at| start + 1 + at).filter(|at| lines[*at] == END);
    let end = end.ok_or_else(|| format!("the block `{open}` does not end with `{END}`"))?;
    let whole = [&lines[..=start], &["", table.trim(), ""], &lines[end..]].concat();
    Ok(whole.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Results\n\n<!-- kiln table -->\n\n| old |\n\n<!-- end -->\n\nProse about `<!-- kiln duel -->`.\n";

    #[test]
    fn a_block_is_replaced_and_the_prose_stays() {
        let new = replaced(TEXT, "kiln table", "| new |\n| --- |\n").unwrap();
        assert_eq!(new, TEXT.replace("| old |", "| new |\n| --- |"));
        assert_eq!(replaced(&new, "kiln table", "| old |"), Ok(TEXT.to_owned()), "and it can be replaced again");
    }

    #[test]
    fn only_the_block_of_that_name_is_replaced() {
        let two = format!("{TEXT}\n{}", TEXT.replace("kiln table", "kiln duel"));
        let new = replaced(&two, "kiln duel", "| new |").unwrap();
        assert_eq!(new, format!("{TEXT}\n{}", TEXT.replace("kiln table", "kiln duel").replace("old", "new")));
    }

    #[test]
    fn a_block_that_is_missing_or_open_is_an_error_that_says_so() {
        let missing = replaced(TEXT, "kiln duel", "| new |").unwrap_err();
        assert!(missing.contains("no line `<!-- kiln duel -->`"), "{missing}");
        let open = replaced(&TEXT.replace(END, ""), "kiln table", "| new |").unwrap_err();
        assert!(open.contains("does not end"), "{open}");
        let other = TEXT.replace(END, "<!-- kiln duel -->");
        assert!(replaced(&other, "kiln table", "| new |").is_err(), "another block's table would be swallowed");
    }

    #[test]
    fn a_document_is_written_where_it_lies() {
        let path = std::env::temp_dir().join(format!("kiln-document-{}.md", std::process::id()));
        write(&path, TEXT).unwrap();
        assert!(Block::find(&path, "kiln reference").unwrap_err().contains("kiln-document"));
        Block::find(&path, "kiln table").unwrap().write("| new |").unwrap();
        assert_eq!(read_to_string(&path).unwrap(), TEXT.replace("old", "new"));
        drop(std::fs::remove_file(&path));
        assert!(Block::find(&path, "kiln table").is_err(), "there is no such document");
    }
}
