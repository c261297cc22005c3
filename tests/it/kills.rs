//! An end as hard as any, at any time: what is kept is whole, and nothing is left beside it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use climate_timeline::BUILD;
use climate_timeline::store::{Place, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Server, database, in_time, names, path, program, seeds, settled};
use crate::reload::{SERVED, held, pipe, put};

/// A version of the data: its seeds and what must be served of it.
struct Version {
    seeds: TempDir,
    entry: Value,
    record: Value,
    number: usize,
}

impl Version {
    async fn new(events: usize, record: &str) -> Version {
        let seeds = seeds(events, 100);
        let server = Server::start(&["--seed", path(seeds.path())]).await;
        let (entry, record) = (server.json("/v1").await, server.json(record).await);
        server.stop().await;
        Version { seeds, entry, record, number: events }
    }

    fn id(&self) -> &str {
        self.entry["data"]["version"].as_str().unwrap()
    }

    /// Starts on a database and these seeds, and looks at what is served.
    async fn is_served_from(&self, url: &str) {
        let server = Server::start(&["--database", url, "--seed", path(self.seeds.path())]).await;
        assert_eq!(server.json("/v1").await, self.entry);
        let this = self.record["links"]["self"].as_str().unwrap();
        assert_eq!(server.json(this).await, self.record);
        assert_eq!(server.json("/v1/events?limit=1&actor=bo").await["page"]["total"], json!(self.number));
        // Nothing is written any more, so that the end may be as hard as any other.
        server.killed().await;
    }
}

/// Enough for a load that takes a while, and few enough for fifty.
const EVENTS_OF_B: usize = 1500;
const KILLS: u32 = 50;

#[tokio::test]
async fn a_load_that_is_killed_leaves_the_old_data_or_the_new_whole() {
    let a = Version::new(3, "/v1/events/1979-01-03-talk-2").await;
    let b = Version::new(EVENTS_OF_B, "/v1/events/1983-02-28-talk-1399").await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("kept.db");
    let url = database(&file);
    a.is_served_from(&url).await;
    let old = tempfile::tempdir().unwrap();
    put(dir.path(), old.path());

    let load = || {
        let seeds = path(b.seeds.path());
        let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--database", &url, "--seed", seeds]);
        command.stdout(Stdio::null());
        command
    };
    let begun = Instant::now();
    Server::spawn(&mut load()).await.stop().await;
    let whole = begun.elapsed();

    for kill in 0..KILLS {
        for name in names(dir.path()) {
            fs::remove_file(dir.path().join(name)).unwrap();
        }
        put(old.path(), dir.path());
        let mut child = load().stderr(Stdio::null()).spawn().unwrap();
        // From the start to a little past the end.
        let moment = whole * (2 * kill + 1) * 6 / (10 * KILLS);
        // The program ends only when it is killed, so this is over at the moment.
        assert!(tokio::time::timeout(moment, child.wait()).await.is_err(), "the load failed");
        child.kill().await.unwrap();

        let left = names(dir.path());
        // Two databases, each with its two parts, the second of them perhaps in the making; and no journal.
        assert!(left.len() <= 6 && !left.contains("kept.db-journal"), "{left:?}");
        let kept = Store::kept(&Place::File(file.clone()), BUILD).await.expect("there is a whole database");
        let version = kept.stamp().version.clone();
        kept.close().await;
        if version == a.id() {
            a.is_served_from(&url).await;
        } else {
            assert_eq!(version, b.id(), "after {moment:?} of {whole:?}");
            b.is_served_from(&url).await;
        }
        // Now and then, what was broken off is done again and to the end.
        if kill % 10 == 5 {
            b.is_served_from(&url).await;
            assert_eq!(settled(dir.path()), ["kept.db", "kept.db-documents", "kept.db-words"]);
        }
    }
    b.is_served_from(&url).await;
}

/// Waits until something is there.
async fn appears(path: &Path) {
    in_time("a file", async {
        while !path.exists() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_reload_that_is_killed_leaves_the_old_data_or_the_new_whole() {
    let large = seeds(1500, 400);
    for moment in ["seeds are read", "the database is written", "it is served"] {
        let (dir, seeds_dir) = (tempfile::tempdir().unwrap(), seeds(3, 40));
        let file = dir.path().join("kept.db");
        let args = ["--database", &database(&file), "--seed", path(seeds_dir.path())];
        let mut server = Server::start(&args).await;
        let pipe = pipe(&seeds_dir).await;
        server.signal("HUP").await;
        let writer = held(&pipe).await;
        put(large.path(), seeds_dir.path());
        fs::remove_file(&pipe).unwrap();
        let mut totals = vec![3, 1500];
        match moment {
            "seeds are read" => totals = vec![3],
            "the database is written" => {
                drop(writer);
                appears(&dir.path().join("kept.db.new")).await;
            }
            _ => {
                drop(writer);
                server.logged(SERVED).await;
                totals = vec![1500];
            }
        }
        server.killed().await;
        // A start on the seeds of before finds a whole database, whichever it is.
        let kept = Store::kept(&Place::File(file.clone()), BUILD).await.expect("there is a whole database");
        let total = kept.catalogue().events.len();
        kept.close().await;
        assert!(totals.contains(&total), "{moment}: {total}");
        let server = Server::start(&args).await;
        assert_eq!(server.json("/v1/events").await["page"]["total"], 1500, "{moment}");
        server.stop().await;
        assert_eq!(settled(dir.path()), ["kept.db", "kept.db-documents", "kept.db-words"], "{moment}");
    }
}
