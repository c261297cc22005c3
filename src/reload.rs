//! Seeds loaded anew into a running program: when it is told to, or when they are seen to have changed.
//!
//! They are read, checked and built beside what is served, and take its place in one step. What fails changes nothing.

use std::path::PathBuf;
use std::time::Duration;

use tokio::signal::unix::Signal;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::http::App;
use crate::seed;
use crate::serve::{self, BadSeeds};
use crate::store::{Place, Store};

/// Loads seeds anew.
pub struct Reloader {
    app: App,
    dir: PathBuf,
    place: Place,
    /// How the folder was when it was last loaded from. `None`: it could not be read.
    tried: Option<String>,
    /// How it was when it was last looked at.
    seen: Option<String>,
}

impl Reloader {
    /// For an app whose data set came from this folder and is kept in this place.
    #[must_use]
    pub fn new(app: App, dir: PathBuf, place: Place) -> Reloader {
        let served = Some(app.store().stamp().fingerprint.clone());
        Reloader { app, dir, place, tried: served.clone(), seen: served }
    }

    /// Loads whenever the signal comes, and when the folder has changed where that is to be watched.
    ///
    /// Signals that come while a load is under way make one further load, however many they are.
    pub async fn run(mut self, mut signal: Signal, watch: Option<Duration>) {
        let mut looks = watch.map(interval);
        if let Some(looks) = &mut looks {
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            tokio::select! {
                _ = signal.recv() => self.reload().await,
                () = next(looks.as_mut()) => if self.has_changed().await { self.reload().await },
            }
        }
    }

    /// Whether the folder is another than was last loaded, and is at rest: as it was at the last look.
    async fn has_changed(&mut self) -> bool {
        let look = self.look().await;
        let at_rest = look == self.seen;
        self.seen = look;
        at_rest && self.seen != self.tried
    }

    /// The fingerprint of the folder, if it can be read.
    async fn look(&self) -> Option<String> {
        let dir = self.dir.clone();
        tokio::task::spawn_blocking(move || seed::fingerprint_dir(&dir).ok()).await.ok().flatten()
    }

    /// Loads the seeds and serves them, if they are sound and others than those that are served.
    async fn reload(&mut self) {
        self.tried = self.look().await;
        match self.load().await {
            Ok(Some(store)) => {
                self.app.replace(store);
                let store = self.app.store();
                let catalogue = store.catalogue();
                tracing::info!(
                    version = catalogue.version,
                    events = catalogue.events.len(),
                    actors = catalogue.actors.len(),
                    commitments = catalogue.commitments.len(),
                    "another data set is served"
                );
            }
            Ok(None) => {
                self.app.unchanged();
                tracing::info!("the seeds are those that are served");
            }
            Err(error) => self.refuse(&error),
        }
    }

    async fn load(&self) -> anyhow::Result<Option<Store>> {
        let served = self.app.store().catalogue().version.clone();
        serve::load(Some(&self.dir), &self.place, Some(&served)).await
    }

    /// Logs in full why the seeds are not served.
    fn refuse(&self, error: &anyhow::Error) {
        let mut count = 1;
        if let Some(BadSeeds { errors, more }) = error.downcast_ref() {
            count = errors.len() + more;
            for problem in errors {
                tracing::error!("{problem}");
            }
        }
        self.app.refused(count);
        let version = self.app.store().catalogue().version.clone();
        tracing::error!(version, "the seeds are not loaded, the data set stays what it was: {error:#}");
    }
}

/// The next look, which never comes where nothing is watched.
async fn next(looks: Option<&mut Interval>) {
    match looks {
        Some(looks) => {
            looks.tick().await;
        }
        None => std::future::pending().await,
    }
}
