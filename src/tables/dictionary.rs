//! The tables themselves as rows: what each column means, and the words that it may hold.

use super::{Cell, CellKind, Column, Rows, TABLES, Table};

/// What the columns mean.
pub const FIELDS: Table = Table {
    name: "dictionary",
    meaning: "A column of one of the tables, and what it means.",
    columns: &[
        Column::new("table_name", CellKind::Text, "The table."),
        Column::new("column_name", CellKind::Text, "The column."),
        Column::new("type", CellKind::Text, "What its values are."),
        Column::new("optional", CellKind::Boolean, "Whether a row may be without a value."),
        Column::may("refers_to", CellKind::Text, "The table whose `id` the values are."),
        Column::new("meaning", CellKind::Text, "What the values mean."),
    ],
    key: &["table_name", "column_name"],
    searched: &[],
};

/// The words of the closed vocabularies.
pub const WORDS: Table = Table {
    name: "vocabulary",
    meaning: "A word that a column may hold, and what it means.",
    columns: &[
        Column::new("table_name", CellKind::Text, "The table."),
        Column::new("column_name", CellKind::Text, "The column."),
        Column::new("word", CellKind::Text, "The word."),
        Column::new("word_zh", CellKind::Text, "The word in Chinese."),
        Column::new("meaning", CellKind::Text, "What it means."),
    ],
    key: &["table_name", "column_name", "word"],
    searched: &[],
};

impl CellKind {
    /// The kind in a word or two, for the dictionary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CellKind::Text => "text",
            CellKind::Word(_) => "word",
            CellKind::Integer => "whole number",
            CellKind::Number => "number",
            CellKind::Boolean => "boolean",
            CellKind::Day => "day",
            CellKind::Date => "date (EDTF)",
            CellKind::Year => "year",
            CellKind::Address => "address",
        }
    }
}

/// The rows of both tables.
#[must_use]
pub fn rows() -> Rows<'static> {
    let mut rows: Rows<'static> = Vec::new();
    for table in TABLES {
        for column in table.columns {
            let names = || [Cell::text(table.name), Cell::text(column.name)];
            let [of, name] = names();
            let row = vec![
                of,
                name,
                Cell::text(column.kind.name()),
                Cell::Boolean(column.optional),
                Cell::may(column.of),
                Cell::text(column.meaning),
            ];
            rows.push((&FIELDS, row));
            let CellKind::Word(words) = column.kind else { continue };
            for word in words {
                let [of, name] = names();
                let row = vec![of, name, Cell::text(word.word), Cell::text(word.zh), Cell::text(word.meaning)];
                rows.push((&WORDS, row));
            }
        }
    }
    rows
}
