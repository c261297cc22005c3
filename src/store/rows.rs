//! Rows on their way into the tables: put into batches by some threads, and written by another.

use tokio::sync::mpsc;

use super::StoreError;
use super::sql::{Arg, Sql};

/// Enough to make the cost of handing rows over small beside that of writing them.
const ROWS_AT_ONCE: usize = 64;

/// How many batches may wait to be written: those of some thousands of records, so that all processors go on while the
/// words of the records before are taken in.
const WAITING: usize = 800;
/// The same of the full text, whose rows are longer than all others of a record together.
const WORDS_WAITING: usize = 160;

/// Rows to be written.
#[derive(Default)]
pub(super) struct Batches {
    pub(super) tables: Vec<Sql>,
    /// Those for the full text.
    pub(super) words: Vec<Sql>,
}

/// Where batches go to be written.
pub(super) struct Sinks {
    tables: mpsc::Sender<Sql>,
    words: mpsc::Sender<Sql>,
}

/// Where batches go, and where they come out: those for the tables, and those for the full text.
pub(super) fn sinks() -> (Sinks, [mpsc::Receiver<Sql>; 2]) {
    let (tables, of_tables) = mpsc::channel(WAITING);
    let (words, of_words) = mpsc::channel(WORDS_WAITING);
    (Sinks { tables, words }, [of_tables, of_words])
}

impl Sinks {
    /// Sends batches to be written.
    pub(super) fn send(&self, batches: Batches) -> Result<(), StoreError> {
        let sent = |sink: &mpsc::Sender<Sql>, batches: Vec<Sql>| {
            batches.into_iter().try_for_each(|batch| sink.blocking_send(batch))
        };
        // Nobody takes batches any more where one before has failed.
        let both = sent(&self.tables, batches.tables).and_then(|()| sent(&self.words, batches.words));
        both.map_err(|_| StoreError::Closed)
    }
}

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
