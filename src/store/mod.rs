//! The database: everything that is SQL, and nothing else has any.
//!
//! A [`Store`] is one version of the data set, built once and only read after that. [`load`] fills it, [`sqlite`]
//! opens it, [`columns`] says what each field and order is in SQL, [`select`] puts the statements of a list together,
//! [`tally`] counts by groups, [`gaps`] finds silences, [`web`] walks from record to record, and [`dialect`] names the places where databases differ.

mod columns;
mod connections;
mod dialect;
mod gaps;
mod load;
mod select;
mod sql;
mod sqlite;
mod takeaway;
mod tally;
mod web;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection as _, Row as _};
use tokio::sync::Semaphore;

use crate::domain::coverage::Coverage;
use crate::domain::dataset::Dataset;
use crate::domain::date::{DateError, Day};
use crate::domain::text::Lang;
use crate::domain::vocab::Capital;
use crate::query::catalogue::{Catalogue, Ids};
use crate::query::cursor::Position;
use crate::query::{Actors, Commitments, Events, Filter, Kind, ListQuery};
use connections::Connections;
use sql::Sql;
pub use sqlite::Place;
use sqlite::Site;
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
#[expect(private_bounds, reason = "what a resource is in SQL is the store's own affair")]
pub trait Stored: columns::Columns {}
impl Stored for Events {}
impl Stored for Actors {}
impl Stored for Commitments {}

/// A record as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its place in the order of ids.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// Its finished JSON, in the language asked for.
    pub document: String,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The records, in order.
    pub records: Vec<Found>,
    /// Where the next page begins, if there is one.
    pub next: Option<Position>,
}

/// The most counts that are remembered.
const COUNTS: u64 = 10_000;

/// How many batches of whole results are read at once: fewer than there are connections, so that pages never wait
/// behind exports.
const EXPORTS: usize = sqlite::READERS / 2;

/// One version of the data set.
#[derive(Clone)]
pub struct Store {
    connections: Connections,
    catalogue: Arc<Catalogue>,
    stamp: Arc<Stamp>,
    longest: [i64; 3],
    coverage: Arc<Coverage>,
    counts: moka::sync::Cache<String, u64>,
    exports: Arc<Semaphore>,
    tallies: tally::Tallies,
}

impl Store {
    /// Builds a new database from a data set and puts it in its place, whole or not at all.
    pub async fn build(dataset: &Dataset, stamp: Stamp, place: &Place) -> Result<Store, StoreError> {
        let site = place.fresh();
        let _draft = site.draft();
        let mut writer = site.writer().await?;
        load::fill(&mut writer, dataset, &stamp).await?;
        // A database in memory lives as long as a connection to it, so the readers come before the writer goes.
        let store = if *place == Place::Memory {
            let store = Store::open(&site).await?;
            writer.close().await?;
            store
        } else {
            writer.close().await?;
            Store::open(&site.settle(place)?).await?
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
        match Store::open(&Site::File(path.clone())).await {
            Ok(store) => (store.stamp.build == build).then_some(store),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "the kept database cannot be used and is built anew");
                None
            }
        }
    }

    async fn open(site: &Site) -> Result<Store, StoreError> {
        let mut readers = site.readers().await?;
        let Some(first) = readers.first_mut() else { return Err(StoreError::Closed) };
        let (stamp, longest, coverage) = read_stamp(first).await?;
        let catalogue = read_catalogue(first, stamp.version.clone()).await?;
        Ok(Store {
            connections: Connections::new(readers),
            catalogue: Arc::new(catalogue),
            stamp: Arc::new(stamp),
            longest,
            coverage: Arc::new(coverage),
            counts: moka::sync::Cache::new(COUNTS),
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

    /// Lends no more connections.
    pub async fn close(&self) {
        self.connections.close().await;
    }

    fn longest(&self, capital: Option<Capital>) -> i64 {
        let [place, washington, beijing] = self.longest;
        match capital {
            None => place,
            Some(Capital::Washington) => washington,
            Some(Capital::Beijing) => beijing,
        }
    }

    /// A page of a list.
    pub async fn list<R: Stored>(&self, query: &ListQuery<R>) -> Result<Page, StoreError> {
        let limit = usize::from(query.limit);
        let walked = R::walk(&query.filter, &query.sort).is_some();
        let order = select::order(query, walked);
        let mut loan = self.connections.borrow().await?;
        let mut rows = self.rows(loan.get()?, query).await?;
        drop(loan);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(row) if more => {
                let keys = order.iter().enumerate().map(|(index, (column, _))| sql::key(row, index + 3, column.number));
                Some(Position { keys: keys.collect::<Result<_, _>>()?, number: row.try_get(0)? })
            }
            _ => None,
        };
        let records = rows.iter().map(found).collect::<Result<_, _>>()?;
        Ok(Page { records, next })
    }

    /// A page of a list that is wanted whole: as [`Store::list`], with pages of others going first.
    pub async fn batch<R: Stored>(&self, query: &ListQuery<R>) -> Result<Page, StoreError> {
        let _turn = self.exports.acquire().await.map_err(|_| StoreError::Closed)?;
        self.list(query).await
    }

    /// The records that fit a search best, each with its score: the less, the better. The query sorts by relevance.
    pub async fn best<R: Stored>(&self, query: &ListQuery<R>) -> Result<Vec<(i64, Found)>, StoreError> {
        let mut loan = self.connections.borrow().await?;
        let rows = self.rows(loan.get()?, query).await?;
        drop(loan);
        let best = rows.iter().take(query.limit.into()).map(|row| Ok((row.try_get(3)?, found(row)?)));
        best.collect::<Result<_, sqlx::Error>>().map_err(StoreError::from)
    }

    /// The rows of a page, and one more if there is one: it tells whether there is a next page.
    async fn rows<R: Stored>(
        &self,
        connection: &mut SqliteConnection,
        query: &ListQuery<R>,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let limit = u32::from(query.limit) + 1;
        let mut rows: Vec<SqliteRow> = Vec::new();
        for statement in select::page(query, limit, self.longest(query.filter.capital)) {
            let wanted = usize::from(query.limit) + 1 - rows.len();
            if wanted == 0 {
                break;
            }
            let found = statement.query().fetch_all(&mut *connection).await?;
            rows.extend(found.into_iter().take(wanted));
        }
        Ok(rows)
    }

    /// What a page costs, in steps of the database's virtual machine: a measure that no other load disturbs.
    pub async fn page_cost<R: Stored>(&self, query: &ListQuery<R>) -> Result<u64, StoreError> {
        self.steps(async |connection| self.rows(connection, query).await).await
    }

    /// The steps that some reading takes.
    async fn steps<T>(
        &self,
        read: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<u64, StoreError> {
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let mut loan = self.connections.borrow().await?;
        let connection = loan.get()?;
        connection.lock_handle().await?.set_progress_handler(1, move || {
            counted.fetch_add(1, Ordering::Relaxed);
            true
        });
        let done = read(connection).await;
        connection.lock_handle().await?.remove_progress_handler();
        done?;
        Ok(steps.load(Ordering::Relaxed))
    }

    /// How many records match; known once per filter.
    pub async fn count<R: Stored>(&self, filter: &Filter<R>) -> Result<u64, StoreError> {
        self.counted("COUNT(*)", filter).await
    }

    /// How many of the records that match have a date that is not known to the day; known once per filter.
    pub async fn count_coarse<R: Stored>(&self, filter: &Filter<R>) -> Result<u64, StoreError> {
        self.counted(R::COARSE, filter).await
    }

    async fn counted<R: Stored>(&self, counted: &'static str, filter: &Filter<R>) -> Result<u64, StoreError> {
        let key = format!("{counted} {}", filter.written());
        if let Some(count) = self.counts.get(&key) {
            return Ok(count);
        }
        let statement = select::count(counted, filter, self.longest(filter.capital));
        let mut loan = self.connections.borrow().await?;
        let count: i64 = statement.query().fetch_one(loan.get()?).await?.try_get(0)?;
        let count = count.unsigned_abs();
        self.counts.insert(key, count);
        Ok(count)
    }

    /// The record with this present id.
    pub async fn get(&self, kind: Kind, id: &str, lang: Lang) -> Result<Option<Found>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(columns::identity(kind)).push(columns::document(kind, lang));
        sql.push(match kind {
            Kind::Events => " FROM event e WHERE e.id = ",
            Kind::Actors => " FROM actor a WHERE a.id = ",
            Kind::Commitments => " FROM commitment c WHERE c.id = ",
        });
        sql.bind(id);
        let mut loan = self.connections.borrow().await?;
        let row = sql.query().fetch_optional(loan.get()?).await?;
        row.as_ref().map(found).transpose().map_err(StoreError::from)
    }

    /// The documents of the records of kind `wanted` that the records of kind `of` with these numbers have stubs of,
    /// as far as they exist on `day`; each once, in order of id.
    pub async fn included(
        &self,
        of: Kind,
        numbers: &[i64],
        wanted: Kind,
        day: Day,
        lang: Lang,
    ) -> Result<Vec<Found>, StoreError> {
        let Some(sql) = included(of, numbers, wanted, day, lang) else { return Ok(Vec::new()) };
        let mut loan = self.connections.borrow().await?;
        let rows = sql.query().fetch_all(loan.get()?).await?;
        Ok(rows.iter().map(found).collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// The records of a kind after the `after`th in order of id, at most `most`, as lines of NDJSON seeds; and the
    /// number of the last of them.
    pub async fn seeds(&self, kind: Kind, after: i64, most: u32) -> Result<Option<(String, i64)>, StoreError> {
        let mut sql = Sql::new(match kind {
            Kind::Events => "SELECT n, seed FROM event WHERE n > ",
            Kind::Actors => "SELECT n, seed FROM actor WHERE n > ",
            Kind::Commitments => "SELECT n, seed FROM commitment WHERE n > ",
        });
        sql.bind(after).push(" ORDER BY n LIMIT ").bind(i64::from(most));
        let mut loan = self.connections.borrow().await?;
        let rows = sql.query().fetch_all(loan.get()?).await?;
        drop(loan);
        let Some(last) = rows.last() else { return Ok(None) };
        let number = last.try_get(0)?;
        let lines: String = rows.iter().map(|row| row.try_get::<&str, _>(1)).collect::<Result<_, _>>()?;
        Ok(Some((lines, number)))
    }
}

fn found(row: &SqliteRow) -> Result<Found, sqlx::Error> {
    Ok(Found { number: row.try_get(0)?, id: row.try_get(1)?, document: row.try_get(2)? })
}

/// The statement behind [`Store::included`]; `None` where records of the one kind have no stubs of the other.
fn included(of: Kind, numbers: &[i64], wanted: Kind, day: Day, lang: Lang) -> Option<Sql> {
    let mut sql = Sql::new("SELECT ");
    sql.push(columns::identity(wanted)).push(columns::document(wanted, lang));
    sql.push(match wanted {
        Kind::Events => " FROM event e WHERE e.n IN (",
        Kind::Actors => " FROM actor a WHERE a.n IN (",
        Kind::Commitments => " FROM commitment c WHERE c.n IN (",
    });
    sql.push(match (of, wanted) {
        (Kind::Events, Kind::Actors) => "SELECT l.actor FROM event_actor l WHERE l.event IN ",
        (Kind::Events, Kind::Commitments) => "SELECT l.commitment FROM event_commitment l WHERE l.event IN ",
        (Kind::Events, Kind::Events) => "SELECT l.other FROM event_related l WHERE l.event IN ",
        (Kind::Actors, Kind::Actors) => "SELECT l.organisation FROM actor_post l WHERE l.actor IN ",
        (Kind::Commitments, Kind::Commitments) => "SELECT l.other FROM commitment_related l WHERE l.commitment IN ",
        (Kind::Commitments, Kind::Events) => "SELECT l.event FROM event_commitment l WHERE l.commitment IN ",
        (Kind::Actors, Kind::Events | Kind::Commitments) | (Kind::Commitments, Kind::Actors) => return None,
    });
    sql.bind_list(numbers.iter().copied());
    sql.push(")");
    // What an answer as of a day shows no stub of, it does not include either.
    match (of, wanted) {
        (_, Kind::Commitments) => sql.push(" AND c.made <= ").bind(day.to_string()),
        (Kind::Commitments, Kind::Events) => sql.push(" AND e.first_place <= ").bind(day.to_string()),
        _ => &mut sql,
    };
    sql.push(" ORDER BY 1");
    Some(sql)
}

async fn read_stamp(connection: &mut SqliteConnection) -> Result<(Stamp, [i64; 3], Coverage), StoreError> {
    let sql = Sql::new(
        "SELECT version, build, fingerprint, longest_place, longest_washington, longest_beijing, coverage \
         FROM data_set",
    );
    let row = sql.query().fetch_one(connection).await?;
    let stamp = Stamp { version: row.try_get(0)?, build: row.try_get(1)?, fingerprint: row.try_get(2)? };
    let coverage = serde_json::from_str(row.try_get(6)?)?;
    Ok((stamp, [row.try_get(3)?, row.try_get(4)?, row.try_get(5)?], coverage))
}

async fn read_catalogue(connection: &mut SqliteConnection, version: String) -> Result<Catalogue, StoreError> {
    let mut ids = Vec::new();
    for kind in Kind::ALL {
        ids.push(read_ids(connection, kind).await?);
    }
    let (commitments, actors, events) =
        (ids.pop().unwrap_or_default(), ids.pop().unwrap_or_default(), ids.pop().unwrap_or_default());
    let days = Sql::new("SELECT MIN(first_place), MAX(last_place) FROM event");
    let row = days.query().fetch_one(connection).await?;
    let day = |index| -> Result<Option<Day>, sqlx::Error> {
        Ok(row.try_get::<Option<String>, usize>(index)?.and_then(|text| text.parse().ok()))
    };
    Ok(Catalogue { version, events, actors, commitments, first_day: day(0)?, last_day: day(1)? })
}

async fn read_ids(connection: &mut SqliteConnection, kind: Kind) -> Result<Ids, StoreError> {
    let sql = Sql::new(match kind {
        Kind::Events => "SELECT id FROM event ORDER BY n",
        Kind::Actors => "SELECT id FROM actor ORDER BY n",
        Kind::Commitments => "SELECT id FROM commitment ORDER BY n",
    });
    let mut ids: Vec<Box<str>> = Vec::new();
    {
        let mut rows = sql.query().fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            ids.push(row.try_get::<&str, _>(0)?.into());
        }
    }
    let mut sql = Sql::new("SELECT id, present FROM former_id WHERE kind = ");
    sql.bind(kind.plural());
    let rows = sql.query().fetch_all(connection).await?;
    let former = rows.iter().map(|row| Ok((row.try_get::<&str, _>(0)?.into(), row.try_get::<&str, _>(1)?.into())));
    Ok(Ids::new(ids, former.collect::<Result<HashMap<_, _>, sqlx::Error>>()?))
}
