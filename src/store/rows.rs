//! Rows on their way into the tables: put into statements of many rows each by one thread, and run by another.

use tokio::sync::mpsc;

use super::StoreError;
use super::sql::{Arg, Sql};

/// Enough to make the cost of a statement small beside that of its rows. A value is found by its number among those of
/// its statement, so that more rows would cost more again.
const ROWS_AT_ONCE: usize = 16;

/// How many statements may wait to be run: enough that neither thread waits for the other at every turn.
pub(super) const WAITING: usize = 64;

/// Where statements go to be run.
pub(super) type Sink = mpsc::Sender<Sql>;

/// How many rows are gathered where each goes by a statement of its own, one after the other.
const ROWS_IN_A_RUN: usize = 4_000;

/// Rows for one table.
pub(super) struct Rows {
    insert: &'static str,
    columns: usize,
    /// How many rows go into a statement.
    at_once: usize,
    /// How many rows are gathered before statements are made of them.
    gathered: usize,
    args: Vec<Vec<Arg>>,
}

impl Rows {
    pub(super) fn new(insert: &'static str, columns: usize) -> Rows {
        Rows { insert, columns, at_once: ROWS_AT_ONCE, gathered: ROWS_AT_ONCE, args: Vec::new() }
    }

    /// For a table into which each row goes by a statement of its own, and as few others between them as may be.
    pub(super) fn in_runs(insert: &'static str, columns: usize) -> Rows {
        Rows { at_once: 1, gathered: ROWS_IN_A_RUN, ..Rows::new(insert, columns) }
    }

    pub(super) fn add(&mut self, sink: &Sink, row: impl Into<Vec<Arg>>) -> Result<(), StoreError> {
        let row = row.into();
        debug_assert_eq!(row.len(), self.columns, "{}", self.insert);
        self.args.push(row);
        if self.args.len() == self.gathered { self.flush(sink) } else { Ok(()) }
    }

    pub(super) fn flush(&mut self, sink: &Sink) -> Result<(), StoreError> {
        let mut rows = self.args.drain(..).peekable();
        while rows.peek().is_some() {
            let mut sql = Sql::new(self.insert);
            for (index, row) in rows.by_ref().take(self.at_once).enumerate() {
                sql.push(if index > 0 { ", " } else { " VALUES " });
                sql.bind_list(row);
            }
            // Nobody takes statements any more where one before has failed.
            sink.blocking_send(sql).map_err(|_| StoreError::Closed)?;
        }
        Ok(())
    }
}
