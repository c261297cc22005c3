//! SQLite: where a database is kept, and how it is opened.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::StoreError;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the memory of this process: it needs no disk and leaves nothing behind, however the process ends.
    Memory,
    /// In a file, which is kept for the next start.
    File(PathBuf),
}

/// Bytes of a page of the database: room for the documents of a record in both languages, which smaller pages would scatter.
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

/// The name under which a database is built, until it takes the place of `path`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(std::ffi::OsStr::to_os_string).unwrap_or_default();
    name.push(".new");
    path.with_file_name(name)
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
            Site::Memory(_) => Draft(None),
            Site::File(path) => Draft(Some(path.clone())),
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

    /// Puts a finished database in its place, in one step that survives a crash of the machine.
    pub(super) fn settle(self, place: &Place) -> Result<Site, StoreError> {
        let (Site::File(built), Place::File(path)) = (&self, place) else { return Ok(self) };
        std::fs::File::open(built)?.sync_all()?;
        std::fs::rename(built, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder)?.sync_all()?;
        Ok(Site::File(path.clone()))
    }
}

/// A database that is being built. What is left of it when this goes, because it could not be finished, is removed.
pub(super) struct Draft(Option<PathBuf>);

impl Drop for Draft {
    fn drop(&mut self) {
        // The next build would remove it as well, so there is nobody to tell.
        let _ = self.0.as_deref().map(remove);
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
