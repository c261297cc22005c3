//! Rows on their way into the tables: put into batches by some threads, and written by another.

use tokio::sync::mpsc;

use super::StoreError;
use super::sql::{Arg, Sql};

/// Enough to make the cost of handing rows over small beside that of writing them.
const ROWS_AT_ONCE: usize = 64;

/// How many batches may wait to be written: those of some thousands of records, so that all processors go on while the
/// words of the records before are taken in.
pub(super) const WAITING: usize = 960;

/// Where batches go to be written.
pub(super) type Sink = mpsc::Sender<Sql>;

/// Rows for one table.
pub(super) struct Rows {
    insert: &'static str,
    waiting: Vec<Vec<Arg>>,
}

impl Rows {
    /// `insert` opens the insertion of rows. It must not leave the statement to be undone half-way (`OR ROLLBACK`): before
    /// each that may have to be, SQLite would write down what full text it has gathered.
    pub(super) fn new(insert: &'static str) -> Rows {
        Rows { insert, waiting: Vec::new() }
    }

    /// Adds a row, and hands over a batch as soon as there is one.
    pub(super) fn add(&mut self, batches: &mut Vec<Sql>, row: impl Into<Vec<Arg>>) {
        self.waiting.push(row.into());
        if self.waiting.len() == ROWS_AT_ONCE {
            self.hand_over(batches, ROWS_AT_ONCE);
        }
    }

    /// Hands over what there is, in batches of a few sizes, so that there are few statements to prepare.
    pub(super) fn flush(&mut self, batches: &mut Vec<Sql>) {
        while let Some(size) = self.waiting.len().checked_ilog2() {
            self.hand_over(batches, 1 << size);
        }
    }

    fn hand_over(&mut self, batches: &mut Vec<Sql>, rows: usize) {
        let mut sql = Sql::new(self.insert);
        for (index, row) in self.waiting.drain(..rows).enumerate() {
            sql.push(if index > 0 { ", " } else { " VALUES " }).push_row(row);
        }
        batches.push(sql);
    }
}

/// Sends batches to be written.
pub(super) fn send(sink: &Sink, batches: Vec<Sql>) -> Result<(), StoreError> {
    // Nobody takes batches any more where one before has failed.
    batches.into_iter().try_for_each(|batch| sink.blocking_send(batch)).map_err(|_| StoreError::Closed)
}
