//! How far a load has come: counted by those who do the work, told by who watches.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::time::timeout;

/// The events of a load under way.
#[derive(Debug, Default)]
pub struct Progress {
    read: AtomicU64,
    written: AtomicU64,
}

impl Progress {
    /// So many more events are read and checked.
    pub fn read(&self, events: usize) {
        self.read.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// So many more events are on their way into the database.
    pub fn written(&self, events: usize) {
        self.written.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// How many events are read, and how many written.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.read.load(Ordering::Relaxed), self.written.load(Ordering::Relaxed))
    }
}

/// How often a line in the log tells, and how often the line on a terminal changes.
const IN_LOG: Duration = Duration::from_secs(5);
const ON_TERMINAL: Duration = Duration::from_millis(250);

/// Does some work, and tells how far it has come: on a terminal in a line that changes, else in the log.
///
/// Work that is done at once is not told of.
pub async fn told<T>(progress: &Progress, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let terminal = std::io::stderr().is_terminal();
    let every = if terminal { ON_TERMINAL } else { IN_LOG };
    let mut work = std::pin::pin!(work);
    let mut told = false;
    loop {
        if let Ok(done) = timeout(every, &mut work).await {
            if told && terminal {
                // The line goes as if it had not been there. Where standard error is closed, nobody looks.
                let _ = write!(std::io::stderr(), "\r\x1b[K");
            }
            return done;
        }
        told = true;
        let (read, written) = progress.counts();
        let seconds = begun.elapsed().as_secs();
        if terminal {
            let _ = write!(std::io::stderr(), "\r{read} events read, {written} written, {seconds} s\x1b[K");
        } else {
            tracing::info!(read, written, seconds, "loading");
        }
    }
}
