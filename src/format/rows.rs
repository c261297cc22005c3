//! Answers that are made of rows: statistics and silences, as JSON objects or as a table.

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::csv::{Cell, Table};
use super::json::Meta;
use super::records::WriteError;
use crate::domain::date::{Day, Edtf};
use crate::query::{Bucket, Tally};

/// A row.
pub trait Row: Serialize {
    /// Its cells.
    fn cells(&self) -> Vec<Cell<'_>>;
}

/// How many events have the values of one row, one of each grouping.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The groupings.
    pub keys: &'a [&'static str],
    /// The values and the count.
    pub tally: &'a Tally,
}

impl Serialize for Counted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.keys.len() + 1))?;
        for (key, value) in self.keys.iter().zip(&self.tally.values) {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry("count", &self.tally.count)?;
        map.end()
    }
}

impl Row for Counted<'_> {
    fn cells(&self) -> Vec<Cell<'_>> {
        let values = self.tally.values.iter().map(|value| match value {
            None => Cell::Empty,
            Some(Bucket::Text(text)) => Cell::text(text),
            Some(Bucket::Number(number)) => Cell::plain(number),
            Some(Bucket::Truth(truth)) => Cell::plain(truth),
        });
        values.chain([Cell::plain(self.tally.count)]).collect()
    }
}

/// An event by its id, title and date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventRef {
    /// The event.
    #[schema(example = "2021-02-10-biden-xi-call")]
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its date (EDTF) at the place where it happened.
    #[schema(value_type = String, example = "2021-02-10")]
    pub date: Edtf,
}

/// Whole days between two events, each of them without any event that matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Silence {
    /// How many days, `from` and `to` included.
    #[schema(minimum = 1)]
    pub days: i64,
    /// The first of them: the day after the latest end so far.
    #[schema(value_type = String, format = "date")]
    pub from: Day,
    /// The last of them: the day before the next event begins.
    #[schema(value_type = String, format = "date")]
    pub to: Day,
    /// The event that the silence follows.
    pub after: EventRef,
    /// The event that ends it.
    pub before: EventRef,
}

/// The columns of silences.
pub const OF_SILENCES: &[&str] = &["days", "from", "to", "after", "before"];

impl Row for Silence {
    fn cells(&self) -> Vec<Cell<'_>> {
        vec![
            Cell::plain(self.days),
            Cell::text(self.from.to_string()),
            Cell::text(self.to.to_string()),
            Cell::text(&self.after.id),
            Cell::text(&self.before.id),
        ]
    }
}

/// What an answer of silences rests on.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct GapsMeta {
    /// What every answer rests on.
    #[serde(flatten)]
    pub meta: Meta,
    /// The days from the end of the last event to `as_of`; 0 where one lasts beyond it, null where there is none.
    #[schema(required, minimum = 0)]
    pub days_since_last: Option<i64>,
}

/// Rows as a table, each cell a value or an id.
pub fn csv(columns: &[&str], rows: &[impl Row], bom: bool) -> Result<Vec<u8>, WriteError> {
    let mut table = Table::new(columns.iter().copied(), bom)?;
    for row in rows {
        table.push(row.cells())?;
    }
    Ok(table.into_bytes()?)
}

/// Rows as JSON, one a line.
pub fn ndjson(rows: &[impl Row]) -> Result<Vec<u8>, WriteError> {
    let mut out = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut out, row)?;
        out.push(b'\n');
    }
    Ok(out)
}
