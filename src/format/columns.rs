//! A record as a row: its properties, and the parts of those that are objects or lists, each a column.
//!
//! A column is named by the path to its values, `location.country`. The values of a list are joined by `;`, so columns of
//! one list go together, value by value. Texts inside lists have no column.

use std::borrow::Cow;

use serde_json::Value;

use super::csv::Cell;
use crate::query::fields::Property;

/// A column of a table of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name: the path to its values.
    pub name: String,
    /// The type of its values.
    pub kind: &'static str,
    /// Whether a cell may hold several, joined by `;`.
    pub several: bool,
    key: &'static str,
    part: Option<&'static str>,
}

/// The columns of records with these properties, or of those of them that are asked for.
#[must_use]
pub fn columns(properties: &'static [Property], fields: Option<&[&'static str]>) -> Vec<Column> {
    let shown = |property: &&Property| fields.is_none_or(|fields| fields.contains(&property.key));
    properties.iter().filter(shown).flat_map(of_property).collect()
}

fn of_property(property: &'static Property) -> Vec<Column> {
    let (key, several) = (property.key, property.kind.starts_with("list "));
    if property.parts.is_empty() {
        let kind = property.kind.strip_prefix("list of ").map_or(property.kind, |kind| kind.trim_end_matches('s'));
        return vec![Column { name: key.to_owned(), kind, several, key, part: None }];
    }
    let parts = property.parts.iter();
    parts
        .map(|part| Column { name: format!("{key}.{}", part.key), kind: part.kind, several, key, part: Some(part.key) })
        .collect()
}

impl Column {
    /// The cell of a record.
    #[must_use]
    pub fn cell<'a>(&self, record: &'a Value) -> Cell<'a> {
        let value = record.get(self.key).unwrap_or(&Value::Null);
        match value {
            Value::Array(list) => {
                let parts: Vec<Cow<'a, str>> = list.iter().map(|one| joinable(self.part_of(one))).collect();
                if parts.is_empty() { Cell::Empty } else { Cell::text(parts.join(";")) }
            }
            one => cell(self.part_of(one)),
        }
    }

    fn part_of<'a>(&self, value: &'a Value) -> &'a Value {
        match self.part {
            None => value,
            Some(part) => value.get(part).unwrap_or(&Value::Null),
        }
    }
}

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Null => Cell::Empty,
        Value::String(text) => Cell::text(text.as_str()),
        other => Cell::plain(other),
    }
}

/// A value among several. No id and no word holds a `;`; in an address it can be written otherwise.
fn joinable(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) if text.contains(';') => Cow::Owned(text.replace(';', "%3B")),
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}
