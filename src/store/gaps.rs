//! The silences between events, and the records at their ends.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use sqlx::Row as _;

use super::columns::{self, Access, Plan};
use super::dialect;
use super::select::conditions;
use super::sql::Sql;
use super::{Found, Store, StoreError, found};
use crate::domain::text::Lang;
use crate::domain::vocab::{EventStatus, Vocabulary as _};
use crate::query::gaps::{GapsQuery, Silences};
use crate::query::{Events, Kind};

/// How many documents are read at a time.
const BATCH: usize = 500;

impl Store {
    /// The silences between the matching events that occurred, each end the number of an event.
    pub async fn silences(&self, query: &GapsQuery) -> Result<Silences<i64>, StoreError> {
        let statement = self.in_order_of_date(query);
        let mut silences = Silences::new(query.min_days);
        let mut loan = self.connections.borrow().await?;
        let mut rows = statement.query().fetch(loan.get()?);
        while let Some(row) = rows.try_next().await? {
            let (first, last): (&str, &str) = (row.try_get(1)?, row.try_get(2)?);
            silences.meet(first.parse()?, last.parse()?, row.try_get(0)?);
        }
        Ok(silences)
    }

    fn in_order_of_date(&self, query: &GapsQuery) -> Sql {
        let capital = query.filter.capital;
        let (first, last) = columns::clock(capital);
        let (first, last) = (dialect::column("e", first), dialect::column("e", last));
        let mut sql = Sql::new("SELECT e.n, ");
        sql.push_made(&first).push(", ").push_made(&last).push(" FROM event e");
        let plan = Plan { access: Access::Any, walk: None, ranked: None, longest: self.longest(capital) };
        let mut separator = conditions::<Events>(&mut sql, &query.filter, &plan, None);
        separator.push(&mut sql);
        sql.push("e.status = ").bind(EventStatus::Occurred.word());
        separator.push(&mut sql);
        sql.push_made(&first).push(" <= ").bind(query.as_of.to_string());
        sql.push(" ORDER BY 2, 3, 1");
        sql
    }

    /// The records with these numbers, by number.
    pub async fn by_number(&self, kind: Kind, numbers: &[i64], lang: Lang) -> Result<HashMap<i64, Found>, StoreError> {
        let mut records = HashMap::with_capacity(numbers.len());
        let mut loan = self.connections.borrow().await?;
        for numbers in numbers.chunks(BATCH) {
            let mut sql = Sql::new("SELECT ");
            sql.push(columns::identity(kind)).push(columns::document(kind, lang));
            sql.push(match kind {
                Kind::Events => " FROM event e WHERE e.n IN ",
                Kind::Actors => " FROM actor a WHERE a.n IN ",
                Kind::Commitments => " FROM commitment c WHERE c.n IN ",
            });
            sql.bind_list(numbers.iter().copied());
            for row in sql.query().fetch_all(loan.get()?).await? {
                let record = found(&row)?;
                records.insert(record.number, record);
            }
        }
        Ok(records)
    }
}
