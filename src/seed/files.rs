//! Where seed files come from: the binary itself or a folder.

use std::borrow::Cow;
use std::fmt::Write as _;
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

/// Every seed file below a folder, sorted by path. Files of other names, and whatever begins with a dot, are left out.
pub fn read_dir(dir: &Path) -> Result<Vec<SeedFile>, SeedReadError> {
    let mut files = Vec::new();
    for found in seed_paths(dir)? {
        let bytes = fs::read(&found.full).map_err(unreadable(&found.full))?;
        let text = String::from_utf8(bytes).map_err(|error| SeedReadError::NotUtf8 {
            path: found.full.clone(),
            offset: error.utf8_error().valid_up_to(),
        })?;
        files.push(SeedFile { path: found.relative, text: Cow::Owned(text) });
    }
    Ok(files)
}

/// How often a folder is read before it is given up.
const READINGS: usize = 5;

/// Every seed file below a folder, as [`read_dir`] has them, all of one state of the folder, and its fingerprint.
///
/// A folder may be written to, emptied or exchanged while it is read; then it is read again.
pub fn read_settled(dir: &Path) -> Result<(String, Vec<SeedFile>), SeedReadError> {
    let mut failure = SeedReadError::Restless { path: dir.to_owned() };
    for _ in 0..READINGS {
        match read_once(dir) {
            Ok(Some(read)) => return Ok(read),
            Ok(None) => {}
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// The folder if it stayed as it was while it was read.
fn read_once(dir: &Path) -> Result<Option<(String, Vec<SeedFile>)>, SeedReadError> {
    // Where the name is a link, it may lead elsewhere from one file to the next.
    let dir = &dir.canonicalize().map_err(unreadable(dir))?;
    let fingerprint = fingerprint_dir(dir)?;
    let files = read_dir(dir)?;
    Ok((fingerprint_dir(dir)? == fingerprint).then_some((fingerprint, files)))
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
        let (fingerprint, files) = read_settled(&link).unwrap();
        assert_eq!(fingerprint, fingerprint_dir(&link).unwrap());
        assert_eq!((files.len(), &*files[0].path), (1, "a.toml"));
        fs::remove_file(&link).unwrap();
        assert!(read_settled(&link).unwrap_err().to_string().contains("link"));
    }

    #[test]
    fn the_built_in_seeds_are_sorted() {
        assert!(built_in().is_sorted_by(|a, b| a.path < b.path));
    }
}
