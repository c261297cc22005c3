//! The database: everything that is SQL, and nothing else has any.
//!
//! A [`Store`] is one version of the data set, built once and only read after that. [`load`] fills it, [`sqlite`]
//! opens it, [`records`] reads records, whose [`documents`] are beside it. Which [`mod@events`] match is known from the
//! index in memory; for the few actors and commitments, [`columns`] says what each field and order is in SQL, [`select`]
//! puts the statements of a list together and [`tally`] counts by groups. [`web`] walks from record to record, and
//! [`dialect`] names the places where databases differ.

mod answers;
mod columns;
mod connections;
mod dialect;
mod documents;
mod events;
mod load;
mod records;
mod rows;
mod select;
mod sql;
mod sqlite;
mod takeaway;
mod tally;
mod web;

use std::collections::HashMap;
use std::sync::Arc;

use bytestring::ByteString;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Row as _};
use tokio::sync::Semaphore;

use crate::domain::coverage::Coverage;
use crate::domain::date::DateError;
use crate::domain::records::Records;
use crate::index::{BadPart, Index};
use crate::progress::Progress;
use crate::query::catalogue::{Catalogue, Ids};
use crate::query::cursor::Position;
use crate::query::{Actors, Commitments, Events, Filter, Group, Kind, ListQuery, Tally};
use answers::Answers;
use connections::Connections;
use documents::Documents;
use sql::Sql;
pub use sqlite::Place;
use sqlite::{Part, Site};
pub use takeaway::Takeaway;
pub use web::{Edge, Reached, Web};

/// What went wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A file could not be written or put in its place.
    #[error("database file: {0}")]
    File(#[from] std::io::Error),
    /// A record could not be written as JSON, or read back.
    #[error("document: {0}")]
    Document(#[from] serde_json::Error),
    /// A column that holds a day holds something else.
    #[error("a day: {0}")]
    Day(#[from] DateError),
    /// The index of events could not be written or read.
    #[error("the index of events: {0}")]
    Index(#[from] BadPart),
    /// A record names another that is not there, which the seeds' check should have found.
    #[error("a record names `{0}`, which is not there")]
    UnknownReference(String),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

/// What a database was built from and by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The content hash of the records.
    pub version: String,
    /// The program.
    pub build: String,
    /// The seed files.
    pub fingerprint: String,
}

/// A resource that the store can list.
#[expect(private_bounds, reason = "how a resource is listed is the store's own affair")]
pub trait Stored: Answers {}
impl Stored for Events {}
impl Stored for Actors {}
impl Stored for Commitments {}

/// A record as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its place in the order of ids.
    pub number: i64,
    /// Its id.
    pub id: Arc<str>,
    /// Its finished JSON, in the language asked for.
    pub document: ByteString,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The records, in order.
    pub records: Vec<Found>,
    /// Where the next page begins, if there is one.
    pub next: Option<Position>,
}

/// How many batches of whole results are read at once: fewer than there are connections, so that pages never wait
/// behind exports.
const EXPORTS: usize = sqlite::READERS / 2;

/// One version of the data set.
#[derive(Clone)]
pub struct Store {
    connections: Connections,
    catalogue: Arc<Catalogue>,
    stamp: Arc<Stamp>,
    coverage: Arc<Coverage>,
    index: Arc<Index>,
    hits: events::Hits,
    documents: Documents,
    exports: Arc<Semaphore>,
    tallies: tally::Tallies,
}

impl Store {
    /// Builds a new database from a data set and puts it in its place, whole or not at all.
    pub async fn build(
        records: Arc<dyn Records>,
        stamp: Stamp,
        place: &Place,
        progress: &Arc<Progress>,
    ) -> Result<Store, StoreError> {
        let site = place.fresh();
        let _draft = site.draft();
        let (mut tables, mut words) = (site.writer().await?, site.words().writer().await?);
        let documents = documents::Writer::new(site.documents().as_deref())?;
        let writers = load::Writers { tables: &mut tables, words: &mut words, documents };
        let documents = load::fill(writers, records, stamp.clone(), Arc::clone(progress)).await?;
        // A database in memory lives as long as a connection to it, so the readers come before the writer goes.
        let store = if *place == Place::Memory {
            let store = Store::open(&site, |_| Ok(documents)).await?;
            tables.close().await?;
            words.close().await?;
            store
        } else {
            tables.close().await?;
            words.close().await?;
            Store::open(&site.settle(place, &stamp)?, |_| Ok(documents)).await?
        };
        Ok(store)
    }

    /// Opens the database that is kept in a place, if this build of the program made it.
    ///
    /// Whatever is wrong with a kept database, building it anew is the remedy.
    pub async fn kept(place: &Place, build: &str) -> Option<Store> {
        let Place::File(path) = place else { return None };
        if !path.exists() {
            return None;
        }
        let documents = |stamp: &Stamp| Documents::open(&Part::Documents.kept(path, stamp), stamp);
        match Store::open(&Site::File(path.clone()), documents).await {
            Ok(store) if store.stamp.build == build => {
                // Left behind where a start was broken off; a disk that cannot be written to has to keep them.
                let _ = sqlite::forget(path, &store.stamp);
                Some(store)
            }
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "the kept database cannot be used and is built anew");
                None
            }
        }
    }

    async fn open(
        site: &Site,
        documents: impl FnOnce(&Stamp) -> std::io::Result<Documents>,
    ) -> Result<Store, StoreError> {
        let mut readers = site.readers().await?;
        let Some(first) = readers.first_mut() else { return Err(StoreError::Closed) };
        let (stamp, coverage) = read_stamp(first).await?;
        let documents = documents(&stamp)?;
        let index = events::read_index(first).await?;
        let catalogue = read_catalogue(first, stamp.version.clone(), &index).await?;
        let words = site.kept_words(&stamp);
        for reader in &mut readers {
            words.attach(reader).await?;
        }
        Ok(Store {
            connections: Connections::new(readers),
            catalogue: Arc::new(catalogue),
            stamp: Arc::new(stamp),
            coverage: Arc::new(coverage),
            index: Arc::new(index),
            hits: events::remembered(),
            documents,
            exports: Arc::new(Semaphore::new(EXPORTS)),
            tallies: tally::remembered(),
        })
    }

    /// What is known of the data set without asking the database.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What the database was built from and by.
    #[must_use]
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// How many events there are, by decade, side and confidence.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Answers no more.
    pub async fn close(&self) {
        self.connections.close().await;
    }

    /// A page of a list.
    pub async fn list<R: Stored>(&self, query: &ListQuery<R>) -> Result<Page, StoreError> {
        R::page(self, query).await
    }

    /// A page of a list that is wanted whole: as [`Store::list`], with pages of others going first.
    pub async fn batch<R: Stored>(&self, query: &ListQuery<R>) -> Result<Page, StoreError> {
        let _turn = self.exports.acquire().await.map_err(|_| StoreError::Closed)?;
        self.list(query).await
    }

    /// The records that fit a search best, each with its score: the less, the better. The query sorts by relevance.
    pub async fn best<R: Stored>(&self, query: &ListQuery<R>) -> Result<Vec<(i64, Found)>, StoreError> {
        R::best(self, query).await
    }

    /// How many records match.
    pub async fn count<R: Stored>(&self, filter: &Filter<R>) -> Result<u64, StoreError> {
        R::count(self, filter).await
    }

    /// How many of the records that match have a date that is not known to the day.
    pub async fn count_coarse<R: Stored>(&self, filter: &Filter<R>) -> Result<u64, StoreError> {
        R::count_coarse(self, filter).await
    }

    /// How many matches have each value, or each pair of values, of these groupings; known once per filter.
    ///
    /// A record of several values counts once under each. `actor`, `side` and `role` of an event are those of one and
    /// the same participant.
    pub async fn tally<R: Stored>(
        &self,
        filter: &Filter<R>,
        groups: &[Group<R::Field>],
    ) -> Result<Arc<[Tally]>, StoreError> {
        let names: Vec<&str> = groups.iter().map(|group| group.key).collect();
        let key = format!("{} {}", names.join(","), filter.written());
        if let Some(tallies) = self.tallies.get(&key) {
            return Ok(tallies);
        }
        let tallies: Arc<[Tally]> = R::tally(self, filter, groups).await?.into();
        self.tallies.insert(key, Arc::clone(&tallies));
        Ok(tallies)
    }
}

async fn read_stamp(connection: &mut SqliteConnection) -> Result<(Stamp, Coverage), StoreError> {
    let sql = Sql::new("SELECT version, build, fingerprint, coverage FROM data_set");
    let row = sql.query().fetch_one(connection).await?;
    let stamp = Stamp { version: row.try_get(0)?, build: row.try_get(1)?, fingerprint: row.try_get(2)? };
    let coverage = serde_json::from_str(row.try_get(3)?)?;
    Ok((stamp, coverage))
}

async fn read_catalogue(
    connection: &mut SqliteConnection,
    version: String,
    index: &Index,
) -> Result<Catalogue, StoreError> {
    let mut ids = Vec::new();
    for kind in Kind::ALL {
        ids.push(read_ids(connection, kind).await?);
    }
    let (commitments, actors, events) =
        (ids.pop().unwrap_or_default(), ids.pop().unwrap_or_default(), ids.pop().unwrap_or_default());
    let (first_day, last_day) = index.span();
    Ok(Catalogue { version, events, actors, commitments, first_day, last_day })
}

async fn read_ids(connection: &mut SqliteConnection, kind: Kind) -> Result<Ids, StoreError> {
    // As one text, which an index alone gives: to walk a million records would take seconds.
    let mut sql = Sql::new("SELECT ");
    sql.push_made(&dialect::listed("id")).push(match kind {
        Kind::Events => " FROM event",
        Kind::Actors => " FROM actor",
        Kind::Commitments => " FROM commitment",
    });
    let row = sql.query().fetch_one(&mut *connection).await?;
    let listed: Option<&str> = row.try_get(0)?;
    let ids = listed.unwrap_or_default().split_terminator(' ').map(Box::from).collect();
    let mut sql = Sql::new("SELECT id, present FROM former_id WHERE kind = ");
    sql.bind(kind.plural());
    let rows = sql.query().fetch_all(connection).await?;
    let former = rows.iter().map(|row| Ok((row.try_get::<&str, _>(0)?.into(), row.try_get::<&str, _>(1)?.into())));
    Ok(Ids::new(ids, former.collect::<Result<HashMap<_, _>, sqlx::Error>>()?))
}
