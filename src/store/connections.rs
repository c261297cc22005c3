//! A fixed set of read connections to one database.
//!
//! A general pool reopens connections by path when it sees fit, and would find the file that has since taken the old
//! one's place. These are opened once and never again, so a request reads the database that it began with.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::StoreError;

/// Open connections, lent one at a time.
#[derive(Clone)]
pub(super) struct Connections {
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
    permits: Arc<Semaphore>,
}

/// A connection on loan; it goes back when this is dropped.
pub(super) struct Loan {
    connection: Option<SqliteConnection>,
    home: Connections,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    pub(super) fn new(connections: Vec<SqliteConnection>) -> Connections {
        let permits = Arc::new(Semaphore::new(connections.len()));
        Connections { idle: Arc::new(Mutex::new(connections)), permits }
    }

    /// Waits for a connection.
    pub(super) async fn borrow(&self) -> Result<Loan, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if connection.is_none() {
            return Err(StoreError::Closed);
        }
        Ok(Loan { connection, home: self.clone(), _permit: permit })
    }

    /// Whether no more are lent.
    pub(super) fn are_closed(&self) -> bool {
        self.permits.is_closed()
    }

    /// Lends no more, and closes what is idle.
    pub(super) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            // Nothing was written, so there is nothing to lose.
            let _ = connection.close().await;
        }
    }
}

impl Loan {
    pub(super) fn get(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection.as_mut().ok_or(StoreError::Closed)
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.home.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
