//! Where databases differ, each difference one function. SQLite is the one spoken today.

pub(super) mod fulltext;

/// A piece of SQL made of fixed pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece(String);

impl Piece {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A column as it is.
pub(super) fn column(alias: &'static str, name: &'static str) -> Piece {
    Piece(format!("{alias}.{name}"))
}

/// A column written with its alias.
pub(super) fn written(column: &'static str) -> Piece {
    Piece(column.to_owned())
}

/// All rows as one text, with a blank between them; null where there are none.
pub(super) fn listed(word: &'static str) -> Piece {
    Piece(format!("group_concat({word}, ' ')"))
}

/// The same, with a comma between.
pub(super) fn listed_by_comma(word: &'static str) -> Piece {
    Piece(format!("group_concat({word}, ',')"))
}

/// A column that the planner must not look up by index.
///
/// A page is read in the order of an index and ends as soon as it is full. SQLite does not know that a page ends, so
/// it would rather fetch every match by another index and sort them: the cost of a page would grow with the data.
pub(super) fn unindexed(alias: &'static str, name: &'static str) -> Piece {
    Piece(format!("+{alias}.{name}"))
}

/// A join in the written order: the left side is walked, the right side looked up.
pub(super) const ORDERED_JOIN: &str = " CROSS JOIN ";

/// Opens a test whether a text contains another; the two texts follow, with a comma between, and `> 0)`.
pub(super) const CONTAINS: &str = "(instr(";

/// Refreshes what the planner knows of the tables, from so many rows of each index: enough to choose by.
pub(super) const ANALYZE: &str = "PRAGMA analysis_limit = 1000; ANALYZE";
