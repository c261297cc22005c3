//! How lists of a resource are answered: by SQL, unless the resource has an index of its own.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::columns::Columns;
use super::{Found, Page, Store, StoreError, select, sql, tally};
use crate::query::cursor::Position;
use crate::query::{Filter, Group, ListQuery, Resource, Tally};

/// How lists of a resource are answered.
pub(super) trait Answers: Resource {
    /// A page of a list.
    fn page(store: &Store, query: &ListQuery<Self>) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// The records that fit a search best, each with its score: the less, the better.
    fn best(
        store: &Store,
        query: &ListQuery<Self>,
    ) -> impl Future<Output = Result<Vec<(i64, Found)>, StoreError>> + Send;

    /// How many records match.
    fn count(store: &Store, filter: &Filter<Self>) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// How many of them have a date that is not known to the day.
    fn count_coarse(store: &Store, filter: &Filter<Self>) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// How many matches have each value, or each pair of values, of some groupings.
    fn tally(
        store: &Store,
        filter: &Filter<Self>,
        groups: &[Group<Self::Field>],
    ) -> impl Future<Output = Result<Vec<Tally>, StoreError>> + Send;
}

impl<R: Columns> Answers for R {
    async fn page(store: &Store, query: &ListQuery<R>) -> Result<Page, StoreError> {
        let limit = usize::from(query.limit);
        let order = select::order(query);
        let mut rows = rows(store, query).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(row) if more => {
                let keys = order.iter().enumerate().map(|(index, (column, _))| sql::key(row, index + 1, column.number));
                Some(Position { keys: keys.collect::<Result<_, _>>()?, number: row.try_get(0)? })
            }
            _ => None,
        };
        let records = store.documents(R::KIND, &numbers(&rows)?, query.shape.lang).await?;
        Ok(Page { records, next })
    }

    async fn best(store: &Store, query: &ListQuery<R>) -> Result<Vec<(i64, Found)>, StoreError> {
        let mut rows = rows(store, query).await?;
        rows.truncate(query.limit.into());
        let scores: Vec<i64> = rows.iter().map(|row| row.try_get(1)).collect::<Result<_, _>>()?;
        let records = store.documents(R::KIND, &numbers(&rows)?, query.shape.lang).await?;
        Ok(scores.into_iter().zip(records).collect())
    }

    async fn count(store: &Store, filter: &Filter<R>) -> Result<u64, StoreError> {
        let statement = select::count(filter);
        let mut loan = store.connections.borrow().await?;
        let count: i64 = statement.query().fetch_one(loan.get()?).await?.try_get(0)?;
        Ok(count.unsigned_abs())
    }

    async fn count_coarse(_: &Store, _: &Filter<R>) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn tally(store: &Store, filter: &Filter<R>, groups: &[Group<R::Field>]) -> Result<Vec<Tally>, StoreError> {
        let (statement, groupings) = tally::counting(filter, groups);
        let mut loan = store.connections.borrow().await?;
        let rows = statement.query().fetch_all(loan.get()?).await?;
        drop(loan);
        Ok(tally::read(&rows, &groupings, &store.catalogue)?)
    }
}

/// The numbers of the records of rows.
fn numbers(rows: &[SqliteRow]) -> Result<Vec<i64>, sqlx::Error> {
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The rows of a page, and one more if there is one: it tells whether there is a next page.
async fn rows<R: Columns>(store: &Store, query: &ListQuery<R>) -> Result<Vec<SqliteRow>, StoreError> {
    let limit = u32::from(query.limit) + 1;
    let mut rows: Vec<SqliteRow> = Vec::new();
    let mut loan = store.connections.borrow().await?;
    for statement in select::page(query, limit) {
        let wanted = usize::from(query.limit) + 1 - rows.len();
        if wanted == 0 {
            break;
        }
        let found = statement.query().fetch_all(loan.get()?).await?;
        rows.extend(found.into_iter().take(wanted));
    }
    Ok(rows)
}
