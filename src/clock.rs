//! The clock is a value: the program takes the system's, tests set their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::date::Day;

/// What tells the time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that stands until it is set (Unix time in seconds).
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a Unix time in seconds.
    #[must_use]
    pub fn at(seconds: i64) -> Clock {
        Clock::Set(Arc::new(AtomicI64::new(seconds)))
    }

    /// The Unix time in seconds.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn seconds(&self) -> i64 {
        match self {
            Clock::System => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_secs()).ok())
                .unwrap_or(0),
            Clock::Set(seconds) => seconds.load(Ordering::Relaxed),
        }
    }

    /// The day in UTC.
    #[must_use]
    pub fn today(&self) -> Day {
        Day::from_unix_seconds(self.seconds())
    }
}
