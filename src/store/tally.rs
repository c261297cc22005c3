//! The matches of a filter counted by one grouping or two: one statement, its answer remembered.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::columns::{Access, Columns, Grouping, Plan, Read};
use super::dialect;
use super::select::conditions;
use super::sql::Sql;
use super::{Store, StoreError, Stored};
use crate::query::catalogue::Catalogue;
use crate::query::{Bucket, Filter, Group, Tally};

/// The counts that are remembered, shared among those who ask.
pub(super) type Tallies = moka::sync::Cache<String, Arc<[Tally]>>;

/// The most values that are remembered: some megabytes.
const VALUES: u64 = 200_000;

/// An empty memory of counts.
pub(super) fn remembered() -> Tallies {
    let weight =
        |key: &String, tallies: &Arc<[Tally]>| u32::try_from(1 + key.len() / 32 + tallies.len()).unwrap_or(u32::MAX);
    moka::sync::Cache::builder().weigher(weight).max_capacity(VALUES).build()
}

impl Store {
    /// How many matches have each value, or each pair of values, of these groupings.
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
        let (statement, groupings) = self.counting(filter, groups);
        let mut loan = self.connections.borrow().await?;
        let rows = statement.query().fetch_all(loan.get()?).await?;
        drop(loan);
        // Months of one quarter are rows of their own until here.
        let mut counts: BTreeMap<Vec<Option<Bucket>>, u64> = BTreeMap::new();
        for row in &rows {
            let values = groupings
                .iter()
                .enumerate()
                .map(|(index, grouping)| value(row, index + 1, grouping.read, &self.catalogue));
            *counts.entry(values.collect::<Result<_, _>>()?).or_default() += row.try_get::<i64, _>(0)?.unsigned_abs();
        }
        let tallies: Arc<[Tally]> = counts.into_iter().map(|(values, count)| Tally { values, count }).collect();
        self.tallies.insert(key, Arc::clone(&tallies));
        Ok(tallies)
    }

    /// What counting costs when nothing is remembered, in steps of the database's virtual machine.
    pub async fn tally_cost<R: Stored>(
        &self,
        filter: &Filter<R>,
        groups: &[Group<R::Field>],
    ) -> Result<u64, StoreError> {
        let (statement, _) = self.counting(filter, groups);
        self.steps(async |connection| Ok(statement.query().fetch_all(connection).await?)).await
    }

    fn counting<R: Stored>(&self, filter: &Filter<R>, groups: &[Group<R::Field>]) -> (Sql, Vec<Grouping<R>>) {
        let groupings: Vec<Grouping<R>> = groups.iter().filter_map(|group| R::group(group, filter)).collect();
        (statement(filter, &groupings, self.longest(filter.capital)), groupings)
    }
}

fn statement<R: Columns>(filter: &Filter<R>, groupings: &[Grouping<R>], longest: i64) -> Sql {
    let linked = groupings.iter().any(|grouping| grouping.links.is_some());
    let mut sql = Sql::new(if linked { "SELECT COUNT(DISTINCT " } else { "SELECT COUNT(" });
    sql.push_made(&dialect::column(R::NUMBER.0, R::NUMBER.1)).push(")");
    for grouping in groupings {
        sql.push(", ").push_made(&grouping.column);
    }
    sql.push(" FROM ").push(R::FROM);
    for (index, grouping) in groupings.iter().enumerate() {
        let Some((links, tie)) = grouping.links else { continue };
        let earlier = groupings.iter().take(index).filter_map(|other| other.links);
        // Values that stand in one row of links are those of one link.
        if earlier.into_iter().any(|(other, _)| other.same_table(&links)) {
            continue;
        }
        links.join(&mut sql);
        tie(&mut sql, filter);
    }
    conditions(&mut sql, filter, &Plan { access: Access::Any, walk: None, ranked: None, longest }, None);
    sql.push(if groupings.len() > 1 { " GROUP BY 2, 3" } else { " GROUP BY 2" });
    sql
}

fn value(row: &SqliteRow, index: usize, read: Read, catalogue: &Catalogue) -> Result<Option<Bucket>, sqlx::Error> {
    let number = || row.try_get::<Option<i64>, _>(index);
    let text = || Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(index)?.filter(|text| !text.is_empty()));
    Ok(match read {
        Read::Text => text()?.map(Bucket::Text),
        Read::Quarter => text()?.as_deref().and_then(quarter).map(Bucket::Text),
        Read::Years(years) => {
            text()?.and_then(|text| text.parse().ok()).map(|first: i64| Bucket::Number(first * years))
        }
        Read::Number => number()?.filter(|number| *number != 0).map(Bucket::Number),
        Read::Truth => number()?.map(|number| Bucket::Truth(number != 0)),
        Read::Id(kind) => {
            number()?.and_then(|number| catalogue.ids(kind).at(number)).map(|id| Bucket::Text(id.to_owned()))
        }
    })
}

/// The quarter of a month.
fn quarter(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let month: u8 = month.parse().ok()?;
    Some(format!("{year}-Q{}", month.div_ceil(3)))
}
