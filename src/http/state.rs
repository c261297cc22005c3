//! What every handler may look at.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use axum::body::Bytes;

use super::dataset::Shelf;
use super::loads::Loads;
use super::metrics::Metrics;
use super::negotiate::Chosen;
use super::openapi;
use super::ready::Answers;
use crate::clock::Clock;
use crate::domain::date::Day;
use crate::domain::text::Lang;
use crate::query::Context;
use crate::query::cursor::Cursor;
use crate::store::Store;

/// The program's state. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The data set that is served, and the one before; swapped whole.
    versions: Arc<ArcSwap<Versions>>,
    /// How loading went.
    pub(super) loads: Arc<Loads>,
    /// What tells the day.
    pub clock: Clock,
    /// What links begin with: scheme and host without a slash at the end, or nothing.
    pub base: Arc<str>,
    /// The build of the program, which every entity tag depends on.
    pub build: &'static str,
    /// The files to take home, once they are made.
    pub(super) shelf: Shelf,
    /// Whether operators have a listener of their own.
    pub(super) apart: bool,
    /// Whether the server has been told to stop.
    leaving: Arc<AtomicBool>,
    /// What is counted; a service that cannot count serves all the same.
    pub(super) metrics: Result<Arc<Metrics>, Arc<prometheus::Error>>,
    /// The OpenAPI document.
    /// The OpenAPI document, once it was asked for.
    openapi: Arc<OnceLock<Bytes>>,
    /// The answers that are kept.
    pub(super) ready: Arc<Answers>,
}

/// The versions of the data set that requests are answered from.
struct Versions {
    serving: Arc<Store>,
    /// Answers only the cursors that were made on it.
    before: Option<Arc<Store>>,
    /// How many were served before.
    generation: u64,
}

impl Versions {
    /// These, after another has taken the first place. The same records loaded anew leave the one before where it is.
    fn followed_by(&self, store: &Arc<Store>) -> Versions {
        let same = self.serving.catalogue().version == store.catalogue().version;
        let before = if same { self.before.clone() } else { Some(Arc::clone(&self.serving)) };
        Versions { serving: Arc::clone(store), before, generation: self.generation + 1 }
    }
}

/// A stretch of time in which the same request has the same answer: a day, as long as the data set is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) day: Day,
    /// How many data sets were served before.
    pub(super) generation: u64,
}

impl App {
    /// The state of a program that serves this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock, public_url: Option<&str>) -> App {
        let base: Arc<str> = public_url.unwrap_or_default().trim_end_matches('/').into();
        App {
            versions: Arc::new(ArcSwap::from_pointee(Versions {
                serving: Arc::new(store),
                before: None,
                generation: 0,
            })),
            loads: Arc::new(Loads::new(clock.seconds())),
            clock,
            base,
            build: crate::BUILD,
            apart: false,
            leaving: Arc::new(AtomicBool::new(false)),
            metrics: Metrics::new().map(Arc::new).map_err(Arc::new),
            shelf: Shelf::default(),
            openapi: Arc::default(),
            ready: Arc::new(Answers::new(0)),
        }
    }

    /// The same, and answers are kept, of so many bytes altogether.
    #[must_use]
    pub fn keeping(mut self, bytes: u64) -> App {
        self.ready = Arc::new(Answers::new(bytes));
        self
    }

    /// The OpenAPI document.
    pub(super) fn openapi(&self) -> Bytes {
        self.openapi.get_or_init(|| openapi::rendered(&self.base).into()).clone()
    }

    /// The data set that is served now. A request asks once and stays with the answer.
    #[must_use]
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.versions.load().serving)
    }

    /// The data set that a cursor was made on, if it is still kept; else the one that is served now.
    pub(super) fn store_of(&self, cursor: Option<&str>) -> Arc<Store> {
        let versions = self.versions.load();
        let version = cursor.and_then(Cursor::decode).map(|cursor| cursor.version);
        let before = versions.before.as_ref().filter(|before| Some(&before.catalogue().version) == version.as_ref());
        Arc::clone(before.unwrap_or(&versions.serving))
    }

    /// What an answer may depend on beside its request.
    pub(super) fn moment(&self) -> Moment {
        Moment { day: self.clock.today(), generation: self.versions.load().generation }
    }

    /// Serves another data set from now on. The one before is kept for the cursors that were made on it.
    pub fn replace(&self, store: Store) {
        let store = Arc::new(store);
        self.versions.rcu(|versions| versions.followed_by(&store));
        self.ready.clear();
        self.loads.replaced(self.clock.seconds());
    }

    /// Notes that the seeds were read and are those that are served.
    pub fn unchanged(&self) {
        self.loads.unchanged(self.clock.seconds());
    }

    /// Notes that seeds could not be loaded, for so many problems.
    pub fn refused(&self, problems: usize) {
        self.loads.refused(self.clock.seconds(), problems);
    }

    /// Says from now on that requests are better sent elsewhere.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Counts an answer that was kept, or was not and had to be made.
    pub(super) fn count_ready(&self, kept: bool) {
        if let Ok(metrics) = &self.metrics {
            metrics.count_ready(kept);
        }
    }

    /// What a query is read against.
    pub(super) fn context<'a>(&self, store: &'a Store, lang: Lang, chosen: Chosen) -> Context<'a> {
        let format = chosen.written.then(|| chosen.format.name());
        let form = chosen.format.form();
        Context { catalogue: store.catalogue(), today: self.clock.today(), lang, format, form }
    }
}
