//! The matches of a filter counted by one grouping or two, in one statement.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::columns::{Access, Columns, Grouping, Plan, Read};
use super::dialect;
use super::select::conditions;
use super::sql::Sql;
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

/// The statement that counts, and how its rows are to be read.
pub(super) fn counting<R: Columns>(filter: &Filter<R>, groups: &[Group<R::Field>]) -> (Sql, Vec<Grouping<R>>) {
    let groupings: Vec<Grouping<R>> = groups.iter().filter_map(|group| R::group(group, filter)).collect();
    (statement(filter, &groupings), groupings)
}

/// Reads what was counted.
pub(super) fn read<R: Columns>(
    rows: &[SqliteRow],
    groupings: &[Grouping<R>],
    catalogue: &Catalogue,
) -> Result<Vec<Tally>, sqlx::Error> {
    let mut counts: BTreeMap<Vec<Option<Bucket>>, u64> = BTreeMap::new();
    for row in rows {
        let values = groupings.iter().enumerate();
        let values = values.map(|(index, grouping)| value(row, index + 1, grouping.read, catalogue));
        *counts.entry(values.collect::<Result<_, _>>()?).or_default() += row.try_get::<i64, _>(0)?.unsigned_abs();
    }
    Ok(counts.into_iter().map(|(values, count)| Tally { values, count }).collect())
}

fn statement<R: Columns>(filter: &Filter<R>, groupings: &[Grouping<R>]) -> Sql {
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
    conditions(&mut sql, filter, &Plan { access: Access::Any, ranked: None }, None);
    sql.push(if groupings.len() > 1 { " GROUP BY 2, 3" } else { " GROUP BY 2" });
    sql
}

fn value(row: &SqliteRow, index: usize, read: Read, catalogue: &Catalogue) -> Result<Option<Bucket>, sqlx::Error> {
    let number = || row.try_get::<Option<i64>, _>(index);
    let text = || Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(index)?.filter(|text| !text.is_empty()));
    Ok(match read {
        Read::Text => text()?.map(Bucket::Text),
        Read::Number => number()?.filter(|number| *number != 0).map(Bucket::Number),
        Read::Id(kind) => {
            number()?.and_then(|number| catalogue.ids(kind).at(number)).map(|id| Bucket::Text(id.to_owned()))
        }
    })
}
