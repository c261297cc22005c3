//! What every handler may look at.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::dataset::Shelf;
use super::negotiate::Chosen;
use super::openapi;
use crate::clock::Clock;
use crate::domain::text::Lang;
use crate::query::Context;
use crate::store::Store;

/// The program's state. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The data set that is served; swapped whole.
    store: Arc<ArcSwap<Store>>,
    /// What tells the day.
    pub clock: Clock,
    /// What links begin with: scheme and host without a slash at the end, or nothing.
    pub base: Arc<str>,
    /// The build of the program, which every entity tag depends on.
    pub build: &'static str,
    /// The files to take home, once they are made.
    pub(super) shelf: Shelf,
    /// The OpenAPI document.
    pub(super) openapi: Arc<[u8]>,
}

impl App {
    /// The state of a program that serves this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock, public_url: Option<&str>) -> App {
        let base: Arc<str> = public_url.unwrap_or_default().trim_end_matches('/').into();
        let openapi = openapi::rendered(&base).into();
        App {
            store: Arc::new(ArcSwap::from_pointee(store)),
            clock,
            base,
            build: crate::BUILD,
            shelf: Shelf::default(),
            openapi,
        }
    }

    /// The data set that is served now. A request asks once and stays with the answer.
    #[must_use]
    pub fn store(&self) -> Arc<Store> {
        self.store.load_full()
    }

    /// Serves another data set from now on.
    pub fn replace(&self, store: Store) {
        self.store.store(Arc::new(store));
    }

    /// What a query is read against.
    pub(super) fn context<'a>(&self, store: &'a Store, lang: Lang, chosen: Chosen) -> Context<'a> {
        let format = chosen.written.then(|| chosen.format.name());
        let form = chosen.format.form();
        Context { catalogue: store.catalogue(), today: self.clock.today(), lang, format, form }
    }
}
