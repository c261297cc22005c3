//! Records as they are answered with: finished JSON, found by number.

use std::collections::HashMap;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sqlx::Row as _;

use super::columns;
use super::dialect;
use super::sql::Sql;
use super::{Found, Store, StoreError};
use crate::domain::date::Day;
use crate::domain::text::Lang;
use crate::query::Kind;

/// The records that were read last and most often, by kind, number and language.
pub(super) type Documents = Arc<Cache<(Kind, i64, Lang), Found, Weigher>>;

/// The most that is kept of them, in bytes: all records of a data set of thousands.
const KEPT: u64 = 16 << 20;
/// About what a record takes.
const USUAL: usize = 2 << 10;
/// What a record that is kept takes beside its text.
const OVERHEAD: usize = 200;

/// Weighs in bytes.
#[derive(Clone)]
pub(super) struct Weigher;

impl Weighter<(Kind, i64, Lang), Found> for Weigher {
    fn weight(&self, _: &(Kind, i64, Lang), found: &Found) -> u64 {
        (found.id.len() + found.document.len() + OVERHEAD) as u64
    }
}

/// An empty memory of records.
pub(super) fn remembered() -> Documents {
    let count = usize::try_from(KEPT).unwrap_or_default() / USUAL;
    Arc::new(Cache::with_weighter(count, KEPT, Weigher))
}

/// How many documents are read at a time.
const BATCH: usize = 512;

impl Store {
    /// The records with these numbers, in the order of these.
    pub async fn documents(&self, kind: Kind, numbers: &[i64], lang: Lang) -> Result<Vec<Found>, StoreError> {
        let kept: Vec<Option<Found>> =
            numbers.iter().map(|number| self.documents.get(&(kind, *number, lang))).collect();
        let unknown: Vec<i64> =
            numbers.iter().zip(&kept).filter(|(_, kept)| kept.is_none()).map(|(number, _)| *number).collect();
        if unknown.is_empty() {
            return Ok(kept.into_iter().flatten().collect());
        }
        let mut read: HashMap<i64, Found> = HashMap::with_capacity(unknown.len());
        for found in self.read(kind, &unknown, lang).await? {
            self.documents.insert((kind, found.number, lang), found.clone());
            read.insert(found.number, found);
        }
        let found = numbers.iter().zip(kept).filter_map(|(number, kept)| kept.or_else(|| read.get(number).cloned()));
        Ok(found.collect())
    }

    /// Reads records from the database.
    async fn read(&self, kind: Kind, numbers: &[i64], lang: Lang) -> Result<Vec<Found>, StoreError> {
        let ids = self.catalogue.ids(kind);
        let mut records = Vec::with_capacity(numbers.len());
        let mut loan = self.connections.borrow().await?;
        for numbers in numbers.chunks(BATCH) {
            // All in one row: handing a row over costs more than reading a record.
            let mut sql = Sql::new("SELECT ");
            sql.push_made(&dialect::lines(columns::number(kind), columns::document(kind, lang)));
            sql.push(match kind {
                Kind::Events => " FROM event_document e WHERE e.n IN ",
                Kind::Actors => " FROM actor a WHERE a.n IN ",
                Kind::Commitments => " FROM commitment c WHERE c.n IN ",
            });
            // Filled up to a few lengths, so that there are few statements to prepare.
            let filled = numbers.len().next_power_of_two();
            let last = numbers.last().copied();
            sql.bind_list(numbers.iter().copied().chain(last.into_iter().cycle()).take(filled));
            let row = sql.query().fetch_one(loan.get()?).await?;
            for line in row.try_get::<Option<&str>, _>(0)?.unwrap_or_default().lines() {
                let numbered =
                    line.split_once(' ').and_then(|(number, document)| Some((number.parse().ok()?, document)));
                let Some((number, document)) = numbered else { continue };
                let Some(id) = ids.at(number) else { continue };
                records.push(Found { number, id: id.into(), document: document.into() });
            }
        }
        Ok(records)
    }

    /// The record with this present id.
    pub async fn get(&self, kind: Kind, id: &str, lang: Lang) -> Result<Option<Found>, StoreError> {
        let Some(number) = self.catalogue.ids(kind).number(id) else { return Ok(None) };
        Ok(self.documents(kind, &[number], lang).await?.pop())
    }

    /// The records with these numbers, by number.
    pub async fn by_number(&self, kind: Kind, numbers: &[i64], lang: Lang) -> Result<HashMap<i64, Found>, StoreError> {
        let found = self.documents(kind, numbers, lang).await?;
        Ok(found.into_iter().map(|found| (found.number, found)).collect())
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
        let Some(sql) = included(of, numbers, wanted, day) else { return Ok(Vec::new()) };
        let mut loan = self.connections.borrow().await?;
        let rows = sql.query().fetch_all(loan.get()?).await?;
        drop(loan);
        let numbers: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        self.documents(wanted, &numbers, lang).await
    }

    /// The records of a kind after the `after`th in order of id, at most `most`, as lines of NDJSON seeds; and the
    /// number of the last of them.
    pub async fn seeds(&self, kind: Kind, after: i64, most: u32) -> Result<Option<(String, i64)>, StoreError> {
        let mut sql = Sql::new(match kind {
            Kind::Events => "SELECT n, seed FROM event_document WHERE n > ",
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

/// The statement for the numbers behind [`Store::included`]; `None` where records of the one kind have no stubs of the
/// other.
fn included(of: Kind, numbers: &[i64], wanted: Kind, day: Day) -> Option<Sql> {
    let mut sql = Sql::new(match wanted {
        Kind::Events => "SELECT e.n FROM event e WHERE e.n IN (",
        Kind::Actors => "SELECT a.n FROM actor a WHERE a.n IN (",
        Kind::Commitments => "SELECT c.n FROM commitment c WHERE c.n IN (",
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
