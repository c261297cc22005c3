//! How loading went: what `/readyz` tells of it. The texts of problems are for the log alone.

use std::sync::{Mutex, PoisonError};

/// A record of the loads since the start.
pub(super) struct Loads(Mutex<Standing>);

/// How it stands with loading. Times are Unix times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// When the data set that is served was loaded.
    pub(super) loaded: i64,
    /// When seeds were last read.
    pub(super) attempted: i64,
    /// How many problems that attempt met with.
    pub(super) problems: usize,
    /// How many attempts have failed since the start.
    pub(super) failures: u64,
}

impl Standing {
    /// How long the data set has been served. A clock that was set back makes nothing younger than new.
    pub(super) fn age(&self, now: i64) -> i64 {
        now.saturating_sub(self.loaded).max(0)
    }
}

impl Loads {
    /// The first load has gone well, or the program would not run.
    pub(super) fn new(now: i64) -> Loads {
        Loads(Mutex::new(Standing { loaded: now, attempted: now, problems: 0, failures: 0 }))
    }

    pub(super) fn standing(&self) -> Standing {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn replaced(&self, now: i64) {
        self.change(|standing| *standing = Standing { loaded: now, attempted: now, problems: 0, ..*standing });
    }

    pub(super) fn unchanged(&self, now: i64) {
        self.change(|standing| *standing = Standing { attempted: now, problems: 0, ..*standing });
    }

    pub(super) fn refused(&self, now: i64, problems: usize) {
        self.change(|standing| {
            *standing = Standing { attempted: now, problems, failures: standing.failures + 1, ..*standing };
        });
    }

    fn change(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
