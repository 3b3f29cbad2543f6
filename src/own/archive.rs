//! A zip of pictures, a folder a class: what lies in it, unpacked within bounds.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::defect::Defect;
use super::picture::{MOST, place};

/// Bytes of one file unpacked, at most.
pub const FILE: u64 = 25_000_000;
/// Bytes of all files unpacked, at most: four times as many as packed.
pub const ALL: u64 = 200_000_000;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The folder that it lies in.
    pub class: String,
    /// Its folder and its name.
    pub file: String,
    index: usize,
}

/// An archive that was opened.
pub struct Archive {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    file: String,
    unpacked: u64,
}

impl Archive {
    /// Opens a file's bytes: the files that lie in it, and those that lie in no folder.
    ///
    /// # Errors
    /// [`Defect::NotZip`], [`Defect::Empty`], [`Defect::ManyFiles`].
    pub fn open(file: &str, bytes: Vec<u8>) -> Result<(Self, Vec<Entry>, Vec<Defect>), Defect> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Defect::NotZip { file: file.to_owned() })?;
        let (mut entries, mut wrong) = (Vec::new(), Vec::new());
        for index in 0..zip.len() {
            let Some(Ok(path)) = zip.name_for_index(index) else { continue };
            match place(&path).filter(|_| !path.ends_with('/')) {
                Some(Ok((class, file))) => entries.push(Entry { class, file, index }),
                Some(Err(defect)) => wrong.push(defect),
                None => {}
            }
        }
        if entries.len() > MOST {
            return Err(Defect::ManyFiles { count: entries.len() });
        }
        if entries.is_empty() && wrong.is_empty() {
            return Err(Defect::Empty { file: file.to_owned() });
        }
        Ok((Self { zip, file: file.to_owned(), unpacked: 0 }, entries, wrong))
    }

    /// A file's bytes. What the archive says of their number is not believed.
    ///
    /// # Errors
    /// [`Defect::Bomb`] where they are too many, of the archive if all are; [`Defect::Unread`].
    pub fn unpack(&mut self, entry: &Entry) -> Result<Vec<u8>, Defect> {
        let unread = || Defect::Unread { file: entry.file.clone() };
        let packed = self.zip.by_index(entry.index).map_err(|_| unread())?;
        let mut bytes = Vec::new();
        packed.take(FILE + 1).read_to_end(&mut bytes).map_err(|_| unread())?;
        if bytes.len() as u64 > FILE {
            return Err(Defect::Bomb { file: entry.file.clone() });
        }
        self.unpacked += bytes.len() as u64;
        if self.unpacked > ALL { Err(Defect::Bomb { file: self.file.clone() }) } else { Ok(bytes) }
    }
}
