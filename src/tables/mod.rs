//! The data set as flat tables: what is taken home in `/v1/dataset.sqlite` and `/v1/dataset.zip`.
//!
//! A [`Table`] says what its columns mean, so the SQLite file's comments, the Data Package's schemas and the
//! dictionary all come from here; [`events`], [`actors`] and [`commitments`] take records apart into rows, and
//! [`dictionary`] has the tables themselves as rows. Both languages stand side by side, and a list within a record is a table of its own.

pub mod actors;
pub mod commitments;
pub mod dictionary;
pub mod events;

use std::borrow::Cow;

use crate::domain::source::Source;
use crate::domain::vocab::{Vocabulary, Word};

/// A flat table.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// What one row is.
    pub meaning: &'static str,
    /// The columns, in order.
    pub columns: &'static [Column],
    /// The columns that tell rows apart.
    pub key: &'static [&'static str],
    /// The columns that a full-text index covers; none where it would be of no use.
    pub searched: &'static [&'static str],
}

/// A column of a table.
#[derive(Debug, PartialEq)]
pub struct Column {
    /// The column's name.
    pub name: &'static str,
    /// What its values are.
    pub kind: CellKind,
    /// Whether a row may be without a value.
    pub optional: bool,
    /// The table whose key the values are.
    pub of: Option<&'static str>,
    /// What the values mean.
    pub meaning: &'static str,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A word of a closed vocabulary.
    Word(&'static [Word]),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A date as far as it is known (EDTF): a day, a month, a year, or two dates with `/` between them.
    Date,
    /// A year.
    Year,
    /// An address on the web.
    Address,
}

/// A value in a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    None,
    /// Text, words, dates and addresses.
    Text(Cow<'a, str>),
    /// Whole numbers and years.
    Integer(i64),
    /// Numbers.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

/// Rows on their way to a table.
pub type Rows<'a> = Vec<(&'static Table, Vec<Cell<'a>>)>;

/// Every table, a table that others refer to before them.
pub const TABLES: &[&Table] = &[
    &actors::ACTORS,
    &actors::POSTS,
    &actors::SOURCES,
    &commitments::COMMITMENTS,
    &commitments::TOPICS,
    &commitments::STATES,
    &commitments::RELATIONS,
    &commitments::SOURCES,
    &events::EVENTS,
    &events::ACTORS,
    &events::TOPICS,
    &events::COMMITMENTS,
    &events::RELATIONS,
    &events::ACCOUNTS,
    &events::SOURCES,
    &commitments::HISTORY,
    &commitments::HISTORY_SOURCES,
];

impl Column {
    const fn new(name: &'static str, kind: CellKind, meaning: &'static str) -> Column {
        Column { name, kind, optional: false, of: None, meaning }
    }

    const fn may(name: &'static str, kind: CellKind, meaning: &'static str) -> Column {
        Column { name, kind, optional: true, of: None, meaning }
    }

    const fn of(table: &'static str, name: &'static str, meaning: &'static str) -> Column {
        Column { name, kind: CellKind::Text, optional: false, of: Some(table), meaning }
    }

    const fn may_be_of(table: &'static str, name: &'static str, meaning: &'static str) -> Column {
        Column { name, kind: CellKind::Text, optional: true, of: Some(table), meaning }
    }
}

impl<'a> Cell<'a> {
    fn text(text: &'a str) -> Cell<'a> {
        Cell::Text(Cow::Borrowed(text))
    }

    fn may(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::None, Cell::text)
    }

    fn word(word: impl Vocabulary) -> Cell<'a> {
        Cell::Text(Cow::Borrowed(word.word()))
    }

    fn shown(value: &impl ToString) -> Cell<'a> {
        Cell::Text(Cow::Owned(value.to_string()))
    }

    fn may_show(value: Option<&impl ToString>) -> Cell<'a> {
        value.map_or(Cell::None, Cell::shown)
    }
}

/// The place of an item in its list, from 1.
fn position(index: usize) -> Cell<'static> {
    Cell::Integer(i64::try_from(index).unwrap_or(i64::MAX - 1) + 1)
}

/// The columns of a table of sources after those that name the record.
macro_rules! source_columns {
    ($($first:expr),+ $(,)?) => {
        &[
            $($first,)+
            Column::new("position", CellKind::Integer, "The source's place in the record, from 1."),
            Column::new("url", CellKind::Address, "The address of the text."),
            Column::new("publisher", CellKind::Text, "Who published it."),
            Column::may("title", CellKind::Text, "The title, where it was seen."),
            Column::may("about", CellKind::Text, "What the text is, where the title is not known."),
            Column::may("date", CellKind::Date, "The day of publication, as far as it is known (EDTF)."),
            Column::new("lang", CellKind::Text, "The language of the text (BCP 47)."),
            Column::new("kind", CellKind::Word(SourceKind::WORDS), "What kind of source it is."),
        ]
    };
}
use source_columns;

/// The cells of a source, from `position` on.
fn source(index: usize, source: &Source) -> [Cell<'_>; 8] {
    [
        position(index),
        Cell::text(&source.url),
        Cell::text(&source.publisher),
        Cell::may(source.title.as_deref()),
        Cell::may(source.about.as_deref()),
        Cell::may_show(source.date.as_ref()),
        Cell::text(&source.lang),
        Cell::word(source.kind),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_references_name_columns_that_are_there() {
        for table in TABLES {
            let has = |name: &str| table.columns.iter().any(|column| column.name == name);
            assert!(table.key.iter().chain(table.searched).all(|name| has(name)), "{}", table.name);
            for column in table.columns {
                let Some(of) = column.of else { continue };
                let target = TABLES.iter().find(|other| other.name == of);
                assert_eq!(target.map(|target| target.key), Some(["id"].as_slice()), "{}.{}", table.name, column.name);
            }
        }
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names: Vec<_> = TABLES.iter().map(|table| table.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TABLES.len());
        for table in TABLES {
            let mut names: Vec<_> = table.columns.iter().map(|column| column.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
        }
    }
}
