//! SQLite: where a database is kept, and how it is opened.

use std::io::ErrorKind;
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::dialect::fulltext::IS_THERE;
use super::sql::Sql;
use super::{Stamp, StoreError, documents};

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the memory of this process: it needs no disk and leaves nothing behind, however the process ends.
    Memory,
    /// In a file, which is kept for the next start.
    File(PathBuf),
}

/// What would end the path of an address, or mean something in it.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_');

/// Bytes of a page of the database.
const PAGE: u32 = 16_384;

/// How many requests can read at once.
pub(super) const READERS: usize = 4;

impl Place {
    /// A place of this kind that nothing is in yet: a new database is built beside the old one.
    pub(super) fn fresh(&self) -> Site {
        match self {
            Place::Memory => {
                // A leading `/` makes the name shared among the connections of this process.
                static BUILT: AtomicU64 = AtomicU64::new(0);
                let number = BUILT.fetch_add(1, Ordering::Relaxed);
                Site::Memory(format!("/climate-timeline-{number}"))
            }
            Place::File(path) => Site::File(beside(path)),
        }
    }
}

/// The name under which a file is made, until it takes the place of `path`.
fn beside(path: &Path) -> PathBuf {
    longer(path, ".new")
}

fn longer(path: &Path, end: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(end);
    path.with_file_name(name)
}

/// A file beside a database, without which it is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The finished documents.
    Documents,
    /// The database of the full text: built beside the other, since that takes as long as all the rest.
    Words,
}

impl Part {
    const ALL: [Part; 2] = [Part::Documents, Part::Words];

    /// What its name goes on with, after the name of the database.
    fn end(self) -> &'static str {
        match self {
            Part::Documents => "-documents",
            Part::Words => "-words",
        }
    }

    /// The part of a database that is being built.
    fn draft(self, path: &Path) -> PathBuf {
        longer(path, self.end())
    }

    /// The part of a kept database. Those of another version have another name: at every moment there is a database with its
    /// parts, whichever of the two it is.
    pub(super) fn kept(self, path: &Path, stamp: &Stamp) -> PathBuf {
        longer(path, &format!("{}-{}", self.end(), documents::mark(stamp)))
    }
}

/// One database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Site {
    Memory(String),
    File(PathBuf),
}

impl Site {
    fn options(&self) -> SqliteConnectOptions {
        match self {
            Site::Memory(name) => SqliteConnectOptions::new().filename(name).vfs("memdb"),
            Site::File(path) => SqliteConnectOptions::new().filename(path),
        }
        .disable_statement_logging()
    }

    /// Keeps the place clean while a database is built here.
    pub(super) fn draft(&self) -> Draft {
        match self {
            Site::Memory(_) => Draft(Vec::new()),
            Site::File(path) => {
                let parts = Part::ALL.into_iter().map(|part| part.draft(path));
                Draft(iter::once(path.clone()).chain(parts).collect())
            }
        }
    }

    /// A connection that fills the database. There is no journal: what fails half-way is thrown away whole.
    pub(super) async fn writer(&self) -> Result<SqliteConnection, StoreError> {
        if let Site::File(path) = self {
            remove(path)?;
        }
        let options = self.options().create_if_missing(true).journal_mode(SqliteJournalMode::Off);
        let options = options.synchronous(SqliteSynchronous::Off);
        let options = options.page_size(PAGE).pragma("temp_store", "memory");
        let options = match self {
            Site::Memory(_) => options,
            Site::File(_) => options.locking_mode(SqliteLockingMode::Exclusive),
        };
        Ok(SqliteConnection::connect_with(&options).await?)
    }

    /// Connections that only read.
    pub(super) async fn readers(&self) -> Result<Vec<SqliteConnection>, StoreError> {
        let options = self.options().pragma("query_only", "1").statement_cache_capacity(512);
        let options = match self {
            Site::Memory(_) => options,
            // Nobody changes the file: a new version is a new file. So there is nothing to lock or to look out for.
            Site::File(_) => options.read_only(true).immutable(true).pragma("mmap_size", "1073741824"),
        };
        let mut connections = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            connections.push(SqliteConnection::connect_with(&options).await?);
        }
        Ok(connections)
    }

    /// The file that the documents of the database are written to, unless they stay in memory.
    pub(super) fn documents(&self) -> Option<PathBuf> {
        match self {
            Site::Memory(_) => None,
            Site::File(path) => Some(Part::Documents.draft(path)),
        }
    }

    /// Where the full text of the database is built.
    pub(super) fn words(&self) -> Site {
        match self {
            Site::Memory(name) => Site::Memory(format!("{name}{}", Part::Words.end())),
            Site::File(path) => Site::File(Part::Words.draft(path)),
        }
    }

    /// Where the full text of a kept database is.
    pub(super) fn kept_words(&self, stamp: &Stamp) -> Site {
        match self {
            Site::Memory(_) => self.words(),
            Site::File(path) => Site::File(Part::Words.kept(path, stamp)),
        }
    }

    /// Lets a connection that only reads find the tables of this database, too.
    pub(super) async fn attach(&self, reader: &mut SqliteConnection) -> Result<(), StoreError> {
        let address = match self {
            Site::Memory(name) => format!("file:{name}?vfs=memdb"),
            Site::File(path) => {
                // SQLite takes the missing end of a page for zeros.
                if !std::fs::metadata(path)?.len().is_multiple_of(PAGE.into()) {
                    return Err(std::io::Error::new(ErrorKind::InvalidData, "a database is cut short").into());
                }
                // A path may be anything that a file can be called.
                let scheme = if path.is_absolute() { "file://" } else { "file:" };
                let path = percent_encode(path.as_os_str().as_encoded_bytes(), QUOTED);
                format!("{scheme}{path}?mode=ro&immutable=1")
            }
        };
        let mut sql = Sql::new("ATTACH ");
        sql.bind(address).push(" AS words");
        sql.query().execute(&mut *reader).await?;
        // Whole pages that are missing are found so here, not by who searches.
        Sql::new(IS_THERE).query().execute(reader).await?;
        Ok(())
    }

    /// Puts a finished database in its place, in one step that survives a crash of the machine; its parts are there before
    /// it.
    pub(super) fn settle(self, place: &Place, stamp: &Stamp) -> Result<Site, StoreError> {
        let (Site::File(built), Place::File(path)) = (&self, place) else { return Ok(self) };
        let sync = |path: &Path| std::fs::File::open(path)?.sync_all();
        sync(built)?;
        sync(&Part::Words.draft(built))?;
        for part in Part::ALL {
            std::fs::rename(part.draft(built), part.kept(path, stamp))?;
        }
        sync(folder(path))?;
        std::fs::rename(built, path)?;
        sync(folder(path))?;
        forget(path, stamp)?;
        Ok(Site::File(path.clone()))
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes the parts of databases that were here before. Who has them open goes on reading them.
pub(super) fn forget(path: &Path, stamp: &Stamp) -> Result<(), StoreError> {
    let stems = Part::ALL.map(|part| longer(path, &format!("{}-", part.end())));
    let kept = Part::ALL.map(|part| part.kept(path, stamp));
    for entry in std::fs::read_dir(folder(path))? {
        let found = path.with_file_name(entry?.file_name());
        let begins =
            |stem: &PathBuf| found.as_os_str().as_encoded_bytes().starts_with(stem.as_os_str().as_encoded_bytes());
        if stems.iter().any(begins) && !kept.contains(&found) {
            remove(&found)?;
        }
    }
    Ok(())
}

/// What is being built. What is left of it when this goes, because it could not be finished, is removed.
pub(super) struct Draft(Vec<PathBuf>);

impl Drop for Draft {
    fn drop(&mut self) {
        // The next build would remove it as well, so there is nobody to tell.
        for path in &self.0 {
            let _ = remove(path);
        }
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
