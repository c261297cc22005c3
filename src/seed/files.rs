//! Where seed files come from: the binary itself or a folder.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::iter;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use std::{fs, io};

use sha2::{Digest as _, Sha256};

/// One file of seeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedFile {
    /// The path in the seed folder, with `/` on every system.
    pub path: String,
    /// What the file holds.
    pub text: Cow<'static, str>,
}

/// A file of seeds: its text, or the open file where it may be longer than memory.
#[derive(Debug)]
pub struct Source {
    pub(super) path: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Held(Cow<'static, str>),
    Open(File),
}

impl From<SeedFile> for Source {
    fn from(SeedFile { path, text }: SeedFile) -> Source {
        Source { path, content: Content::Held(text) }
    }
}

/// Whole lines of a file.
pub(super) struct Chunk<'a> {
    /// The first byte in the file.
    pub(super) offset: u64,
    pub(super) text: Cow<'a, str>,
}

/// How many bytes of a file are read at once: enough for a thread to be busy with; few in tests, so that there is more
/// than one part to read.
const AT_ONCE: usize = if cfg!(test) { 1 << 12 } else { 1 << 20 };

impl Source {
    /// Its text, if it is in memory.
    pub(super) fn held(&self) -> Option<&str> {
        match &self.content {
            Content::Held(text) => Some(text),
            Content::Open(_) => None,
        }
    }

    /// All of it.
    pub(super) fn whole(&self) -> Result<Cow<'_, str>, SeedReadError> {
        let mut whole = match self.chunk(0)? {
            Some(chunk) => chunk.text,
            None => return Ok(Cow::Borrowed("")),
        };
        while let Some(chunk) = self.chunk(whole.len() as u64)? {
            whole.to_mut().push_str(&chunk.text);
        }
        Ok(whole)
    }

    /// The lines from a byte on, as many as are read at once; none at the end. A line is never cut.
    pub(super) fn chunk(&self, offset: u64) -> Result<Option<Chunk<'_>>, SeedReadError> {
        let file = match &self.content {
            Content::Held(text) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| text.get(offset..)).unwrap_or_default();
                return Ok((!rest.is_empty()).then_some(Chunk { offset, text: Cow::Borrowed(rest) }));
            }
            Content::Open(file) => file,
        };
        let mut bytes = Vec::new();
        for size in iter::successors(Some(AT_ONCE), |size| size.checked_mul(2)) {
            let from = bytes.len();
            bytes.resize(size, 0);
            let read =
                fill(file, &mut bytes[from..], offset + from as u64).map_err(unreadable(Path::new(&self.path)))?;
            bytes.truncate(from + read);
            let is_end = bytes.len() < size;
            let newline = memchr::memrchr(b'\n', &bytes).map(|at| at + 1);
            if let Some(end) = newline.filter(|_| !is_end) {
                bytes.truncate(end);
            }
            if is_end || newline.is_some() {
                break;
            }
        }
        let text = String::from_utf8(bytes).map_err(|error| SeedReadError::NotUtf8 {
            path: self.path.clone().into(),
            offset: usize::try_from(offset).unwrap_or(usize::MAX) + error.utf8_error().valid_up_to(),
        })?;
        Ok((!text.is_empty()).then_some(Chunk { offset, text: Cow::Owned(text) }))
    }

    /// A part of the file that was read before.
    pub(super) fn part(&self, offset: u64, length: usize) -> io::Result<Cow<'_, str>> {
        match &self.content {
            Content::Held(text) => {
                let offset = usize::try_from(offset).unwrap_or(usize::MAX);
                let part = text.get(offset..offset.saturating_add(length));
                part.map(Cow::Borrowed).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
            }
            Content::Open(file) => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, offset)?;
                String::from_utf8(bytes).map(Cow::Owned).map_err(|_| io::ErrorKind::InvalidData.into())
            }
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Why a seed folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SeedReadError {
    /// The folder or file is missing, or may not be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not text.
    #[error("{} is not UTF-8: byte {offset} begins no character", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first byte that is not UTF-8, from 0.
        offset: usize,
    },
    /// The folder was written to all the while.
    #[error("{} changes while it is read", path.display())]
    Restless {
        /// The folder.
        path: PathBuf,
    },
}

/// Written by `build.rs`: path and text of every seed file, sorted by path.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/seeds.rs"));

/// The seeds that the binary carries.
#[must_use]
pub fn built_in() -> Vec<SeedFile> {
    BUILT_IN.iter().map(|(path, text)| SeedFile { path: (*path).to_owned(), text: Cow::Borrowed(text) }).collect()
}

/// Every seed file below a folder, sorted by path, to be read as it is needed. Files of other names, and whatever begins
/// with a dot, are left out.
pub fn open_dir(dir: &Path) -> Result<Vec<Source>, SeedReadError> {
    seed_paths(dir)?.into_iter().map(open).collect()
}

fn open(found: Found) -> Result<Source, SeedReadError> {
    let file = File::open(&found.full).map_err(unreadable(&found.full))?;
    let is_file = file.metadata().map_err(unreadable(&found.full))?.is_file();
    // What is no file, such as a pipe, can be read but once.
    if ndjson_stem(&found.relative).is_some() && is_file {
        return Ok(Source { path: found.relative, content: Content::Open(file) });
    }
    Ok(text(found, file)?.into())
}

/// Every seed file below a folder, sorted by path. Files of other names, and whatever begins with a dot, are left out.
pub fn read_dir(dir: &Path) -> Result<Vec<SeedFile>, SeedReadError> {
    let read = |found: Found| {
        let file = File::open(&found.full).map_err(unreadable(&found.full))?;
        text(found, file)
    };
    seed_paths(dir)?.into_iter().map(read).collect()
}

fn text(found: Found, mut file: File) -> Result<SeedFile, SeedReadError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable(&found.full))?;
    let text = String::from_utf8(bytes).map_err(|error| SeedReadError::NotUtf8 {
        path: found.full.clone(),
        offset: error.utf8_error().valid_up_to(),
    })?;
    Ok(SeedFile { path: found.relative, text: Cow::Owned(text) })
}

/// How often a folder is read before it is given up.
const READINGS: usize = 5;

/// Reads a folder by `take`, from its seed files of one state, which has a fingerprint.
///
/// A folder may be written to, emptied or exchanged while it is read; then it is read again.
pub fn read_settled<T>(
    dir: &Path,
    mut take: impl FnMut(Vec<Source>) -> Result<T, SeedReadError>,
) -> Result<(String, T), SeedReadError> {
    let mut failure = SeedReadError::Restless { path: dir.to_owned() };
    for _ in 0..READINGS {
        match read_once(dir, &mut take) {
            Ok(Some(read)) => return Ok(read),
            Ok(None) => {}
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// What `take` made of the folder if it stayed as it was meanwhile.
fn read_once<T>(
    dir: &Path,
    take: &mut impl FnMut(Vec<Source>) -> Result<T, SeedReadError>,
) -> Result<Option<(String, T)>, SeedReadError> {
    // Where the name is a link, it may lead elsewhere from one file to the next.
    let dir = &dir.canonicalize().map_err(unreadable(dir))?;
    let fingerprint = fingerprint_dir(dir)?;
    let taken = take(open_dir(dir)?)?;
    Ok((fingerprint_dir(dir)? == fingerprint).then_some((fingerprint, taken)))
}

/// A hash that changes when a seed file comes, goes or is written: over path, size and time of the last change.
///
/// It is there to skip reading a folder again at start-up; the content hash is [`super::data_version`].
pub fn fingerprint_dir(dir: &Path) -> Result<String, SeedReadError> {
    let mut hash = Sha256::new();
    for found in seed_paths(dir)? {
        let metadata = fs::metadata(&found.full).map_err(unreadable(&found.full))?;
        let modified = metadata.modified().map_err(unreadable(&found.full))?;
        // A time before 1970 is as good a mark as any other; its distance alone need not be signed.
        let since = modified.duration_since(UNIX_EPOCH).unwrap_or_else(|error| error.duration());
        hash.update(format!("{:?} {} {}\n", found.relative, metadata.len(), since.as_nanos()));
    }
    Ok(hex(&hash.finalize()))
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Found {
    relative: String,
    full: PathBuf,
}

fn seed_paths(dir: &Path) -> Result<Vec<Found>, SeedReadError> {
    let mut found = Vec::new();
    walk(dir, "", &mut found)?;
    found.sort_by(|a, b| a.relative.cmp(&b.relative));
    Ok(found)
}

fn walk(dir: &Path, prefix: &str, found: &mut Vec<Found>) -> Result<(), SeedReadError> {
    for entry in fs::read_dir(dir).map_err(unreadable(dir))? {
        let entry = entry.map_err(unreadable(dir))?;
        let full = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let relative = format!("{prefix}{name}");
        // A link to a file is followed, as mounted configuration has them; a link to a folder could lead in a circle.
        if entry.file_type().map_err(unreadable(&full))?.is_dir() {
            walk(&full, &format!("{relative}/"), found)?;
        } else if is_seed_name(&name) {
            found.push(Found { relative, full });
        }
    }
    Ok(())
}

fn is_seed_name(name: &str) -> bool {
    let is_toml = Path::new(name).extension().is_some_and(|extension| extension == "toml");
    is_toml || ndjson_stem(name).is_some_and(|stem| super::Kind::ALL.iter().any(|kind| kind.folder() == stem))
}

/// The name of an NDJSON file without its extension.
pub(super) fn ndjson_stem(name: &str) -> Option<&str> {
    name.strip_suffix(".ndjson")
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> SeedReadError + '_ {
    |source| SeedReadError::Unreadable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        dir
    }

    #[test]
    fn a_folder_gives_its_seed_files_in_order_and_nothing_else() {
        let dir = folder(&[
            ("events/2021/b.toml", b"b"),
            ("events/2021/a.toml", b"a"),
            ("actors.ndjson", b""),
            ("actors/README.md", b"\xff"),
            ("other.ndjson", b""),
            ("scope.json", b""),
            (".git/x.toml", b""),
        ]);
        let files = read_dir(dir.path()).unwrap();
        let paths: Vec<_> = files.iter().map(|file| &*file.path).collect();
        assert_eq!(paths, ["actors.ndjson", "events/2021/a.toml", "events/2021/b.toml"]);
        assert_eq!(files[1].text, "a");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let dir = folder(&[("actors/a.toml", b"ab\xff")]);
        let error = read_dir(dir.path()).unwrap_err().to_string();
        assert!(error.ends_with("a.toml is not UTF-8: byte 2 begins no character"), "{error}");
        let missing = dir.path().join("nowhere");
        for error in [read_dir(&missing).unwrap_err(), fingerprint_dir(&missing).unwrap_err()] {
            assert!(error.to_string().contains("nowhere"), "{error}");
        }
    }

    #[test]
    fn the_fingerprint_changes_with_the_files() {
        let dir = folder(&[("actors/a.toml", b"a"), ("notes.txt", b"")]);
        let first = fingerprint_dir(dir.path()).unwrap();
        assert_eq!(fingerprint_dir(dir.path()).unwrap(), first);
        fs::write(dir.path().join("notes.txt"), "more").unwrap();
        assert_eq!(fingerprint_dir(dir.path()).unwrap(), first);
        fs::write(dir.path().join("actors/a.toml"), "ab").unwrap();
        let second = fingerprint_dir(dir.path()).unwrap();
        assert_ne!(second, first);
        fs::write(dir.path().join("actors/b.toml"), "").unwrap();
        assert_ne!(fingerprint_dir(dir.path()).unwrap(), second);
    }

    #[test]
    fn a_folder_that_is_at_rest_is_read_with_its_fingerprint() {
        let dir = folder(&[("actors/a.toml", b"a")]);
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path().join("actors"), &link).unwrap();
        let (fingerprint, files) = read_settled(&link, Ok).unwrap();
        assert_eq!(fingerprint, fingerprint_dir(&link).unwrap());
        assert_eq!((files.len(), &*files[0].path), (1, "a.toml"));
        fs::remove_file(&link).unwrap();
        assert!(read_settled(&link, Ok).unwrap_err().to_string().contains("link"));
    }

    #[test]
    fn the_built_in_seeds_are_sorted() {
        assert!(built_in().is_sorted_by(|a, b| a.path < b.path));
    }
}
