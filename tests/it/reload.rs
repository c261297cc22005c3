//! Seeds loaded anew into a running program: nothing fails, nothing is mixed, and what is broken changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use climate_timeline::progress::Progress;
use climate_timeline::{seed, serve};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::program::{Line, Server, broken, database, in_time, names, path, program, seeds, settled, text};
use crate::support::{Client, app, dataset, store};

pub(crate) const SERVED: &str = "another data set is served";
const REFUSED: &str = "the seeds are not loaded";

/// Puts files in the place of those in a folder, each in one step.
pub(crate) fn put(from: &Path, to: &Path) {
    for name in names(from) {
        let (new, old) = (to.join(format!(".{name}")), to.join(&name));
        fs::copy(from.join(&name), &new).unwrap();
        fs::rename(new, old).unwrap();
    }
}

/// Makes a link lead elsewhere, in one step.
fn lead(link: &Path, to: &Path) {
    let new = link.with_extension("new");
    symlink(to, &new).unwrap();
    fs::rename(new, link).unwrap();
}

/// Everything that is asked of a version of the data under load, and the right answers.
async fn answers(seeds: &TempDir) -> BTreeMap<String, Vec<u8>> {
    let client = Client::of(
        app(&seed::held(&serve::seeds(Some(seeds.path()), &Progress::default()).unwrap().records).unwrap()).await,
    );
    let mut answers = BTreeMap::new();
    for address in
        ["/v1", "/v1/events?limit=500", "/v1/events.csv", "/v1/actors.ndjson", "/v1/events/1979-01-03-talk-2"]
    {
        answers.insert(address.to_owned(), client.get(address).await.body);
    }
    let mut next = Some(FIRST_PAGE.to_owned());
    while let Some(address) = next {
        let page = client.get(&address).await;
        next = page.json()["links"]["next"].as_str().map(str::to_owned);
        answers.insert(address, page.body);
    }
    answers
}

const FIRST_PAGE: &str = "/v1/events?limit=3&sort=-date";

/// How many times the data set changes under load, and how many ask all the while.
const SWAPS: usize = 20;
const CLIENTS: usize = 6;

#[tokio::test]
async fn swaps_under_load_fail_no_request_and_mix_no_answer() {
    let folders = [seeds(9, 40), seeds(14, 600)];
    let known = Arc::new([answers(&folders[0]).await, answers(&folders[1]).await]);
    let dir = tempfile::tempdir().unwrap();
    let current = dir.path().join("seeds");
    lead(&current, folders[0].path());
    let quiet = "warn,climate_timeline::reload=info";
    let mut server =
        Server::spawn(program(&["--listen", "127.0.0.1:0", "--seed", path(&current)]).env("RUST_LOG", quiet)).await;

    let over = Arc::new(AtomicBool::new(false));
    let asked = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (known, over, asked) = (Arc::clone(&known), Arc::clone(&over), Arc::clone(&asked));
            let mut line = Line::to(&server);
            tokio::spawn(async move {
                let fixed: Vec<&String> = known[0].keys().filter(|address| !address.contains("cursor=")).collect();
                while !over.load(Ordering::Relaxed) {
                    for address in &fixed {
                        let mut next = Some((*address).clone());
                        // What has further pages is followed to the end, across the changes.
                        while let Some(address) = next {
                            let (status, body) = line.get(&address).await;
                            assert_eq!(status, 200, "{address}: {}", text(&body));
                            let of = known.iter().position(|known| known.get(&address) == Some(&body));
                            let of = of.unwrap_or_else(|| panic!("{address}: of no version: {}", text(&body)));
                            asked[of].fetch_add(1, Ordering::Relaxed);
                            next = serde_json::from_slice::<serde_json::Value>(&body)
                                .ok()
                                .and_then(|page| page["links"]["next"].as_str().map(str::to_owned));
                        }
                    }
                }
            })
        })
        .collect();

    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    let (mut told, mut swapped) = (0, 0);
    in_time("the changes", async {
        while swapped < SWAPS {
            tokio::select! {
                _ = ticks.tick() => {
                    told += 1;
                    lead(&current, folders[told % 2].path());
                    server.signal("HUP").await;
                }
                line = server.log.recv() => {
                    let line = line.expect("the server runs");
                    assert!(!line.contains(REFUSED), "{line}");
                    swapped += usize::from(line.contains(SERVED));
                }
            }
        }
    })
    .await;
    over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    assert!(asked.iter().all(|asked| asked.load(Ordering::Relaxed) > 0), "{asked:?}");
    assert_eq!(server.json("/readyz").await["failed_loads"], 0);
    server.stop().await;
}

#[tokio::test]
async fn broken_seeds_change_nothing_and_are_told_in_full() {
    let dir = seeds(2, 40);
    let mut server = Server::start(&["--seed", path(dir.path())]).await;
    let before = server.json("/readyz").await;
    assert_eq!((&before["last_load"]["problems"], &before["failed_loads"]), (&json!(0), &json!(0)));
    let list = server.get("/v1/events").await;

    let (bad, places) = broken();
    for file in ["actors", "commitments"] {
        fs::rename(bad.path().join(file), dir.path().join(file)).unwrap();
    }
    server.signal("HUP").await;
    for place in places {
        server.logged(place).await;
    }
    server.logged(REFUSED).await;
    let (status, body) = server.get("/readyz").await;
    let ready: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &ready["status"], &ready["version"]), (200, &json!("ready"), &before["version"]));
    assert!(ready["last_load"]["problems"].as_u64().unwrap() >= 3, "{ready}");
    assert_eq!((&ready["failed_loads"], &ready["loaded"]), (&json!(1), &before["loaded"]));
    assert!(!text(&body).contains("cy"), "{}", text(&body));
    assert_eq!(server.get("/v1/events").await, list);

    for file in ["actors", "commitments"] {
        fs::remove_dir_all(dir.path().join(file)).unwrap();
    }
    server.signal("HUP").await;
    server.logged("the seeds are those that are served").await;
    put(seeds(5, 40).path(), dir.path());
    server.signal("HUP").await;
    server.logged(SERVED).await;
    let after = server.json("/readyz").await;
    assert_eq!((&after["last_load"]["problems"], &after["failed_loads"]), (&json!(0), &json!(1)));
    assert_eq!(server.json("/v1/events").await["page"]["total"], 5);
    server.stop().await;
}

#[tokio::test]
async fn what_only_wants_a_second_look_is_no_problem_of_a_load() {
    let dir = seeds(2, 40);
    let file = dir.path().join("events.ndjson");
    // An event without a source, which its note owns up to.
    let events = fs::read_to_string(&file).unwrap();
    let unsourced = events.lines().map(|line| {
        let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
        event.as_object_mut().unwrap().remove("sources");
        event.to_string()
    });
    let unsourced = unsourced.collect::<Vec<_>>().join("\n");
    fs::write(&file, &unsourced).unwrap();
    let mut server = Server::start(&["--seed", path(dir.path())]).await;
    fs::write(&file, unsourced + "\n{").unwrap();
    server.signal("HUP").await;
    let line = server.logged(REFUSED).await;
    assert!(line.contains("errors in the seeds: 1"), "{line}");
    assert_eq!(server.json("/readyz").await["last_load"]["problems"], 1);
    server.stop().await;
}

/// Makes a pipe of a seed file: whoever reads it waits until it is written to.
pub(crate) async fn pipe(dir: &TempDir) -> std::path::PathBuf {
    let pipe = dir.path().join("commitments.ndjson");
    assert!(Command::new("mkfifo").arg(&pipe).status().await.unwrap().success());
    pipe
}

/// Waits until the pipe is read. The reader goes on when what is given back is dropped.
pub(crate) async fn held(pipe: &Path) -> fs::File {
    let pipe = pipe.to_owned();
    let open = tokio::task::spawn_blocking(move || fs::OpenOptions::new().write(true).open(pipe).unwrap());
    in_time("the reading", open).await.unwrap()
}

/// A server of three events that reads its seeds anew, and is held in the midst of it until what comes last is dropped.
async fn held_in_mid_read() -> (TempDir, Server, std::path::PathBuf, fs::File) {
    let dir = seeds(3, 40);
    let server = Server::start(&["--seed", path(dir.path())]).await;
    let pipe = pipe(&dir).await;
    server.signal("HUP").await;
    let writer = held(&pipe).await;
    (dir, server, pipe, writer)
}

#[tokio::test]
async fn seeds_that_are_replaced_while_they_are_read_are_read_again() {
    // By now the old actors are read, and the events are not.
    let (dir, mut server, pipe, writer) = held_in_mid_read().await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 3);
    let other = seeds(4, 40);
    for name in names(other.path()) {
        let file = other.path().join(name);
        fs::write(&file, fs::read_to_string(&file).unwrap().replace("\"ann\"", "\"amy\"")).unwrap();
    }
    put(other.path(), dir.path());
    fs::remove_file(&pipe).unwrap();
    drop(writer);
    server.logged(SERVED).await;
    assert_eq!(server.json("/v1/events?actor=amy").await["page"]["total"], 4);
    assert_eq!(server.get("/v1/actors/ann").await.0, 404);
    assert_eq!(server.json("/readyz").await["failed_loads"], 0);
    server.stop().await;
}

#[tokio::test]
async fn seeds_that_go_away_while_they_are_read_change_nothing() {
    let (dir, mut server, _, writer) = held_in_mid_read().await;
    let folder = dir.path().to_owned();
    fs::remove_dir_all(&folder).unwrap();
    drop(writer);
    server.logged(REFUSED).await;
    let (_, body) = server.get("/readyz").await;
    assert!(!text(&body).contains(path(&folder)), "{}", text(&body));
    assert_eq!(server.json("/readyz").await["last_load"]["problems"], 1);
    assert_eq!(server.json("/v1/events").await["page"]["total"], 3);
    server.stop().await;
}

#[tokio::test]
async fn seeds_that_break_while_they_are_read_change_nothing_until_they_are_whole() {
    let (dir, mut server, pipe, writer) = held_in_mid_read().await;
    // What an upload that is broken off leaves: half a file.
    let (other, events) = (seeds(5, 40), dir.path().join("events.ndjson"));
    let whole = fs::read(other.path().join("events.ndjson")).unwrap();
    fs::write(&events, &whole[..whole.len() / 2]).unwrap();
    fs::remove_file(&pipe).unwrap();
    drop(writer);
    server.logged("events.ndjson:3:").await;
    server.logged(REFUSED).await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 3);
    fs::write(&events, &whole).unwrap();
    server.signal("HUP").await;
    server.logged(SERVED).await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 5);
    assert_eq!(server.json("/readyz").await["failed_loads"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_disk_that_does_not_answer_does_not_hold_up_the_end() {
    let (_dir, server, _, writer) = held_in_mid_read().await;
    server.stop().await;
    drop(writer);
}

#[tokio::test]
async fn a_folder_that_is_watched_is_loaded_when_it_changes() {
    let dir = seeds(3, 40);
    let mut server = Server::start(&["--watch=20ms", "--seed", path(dir.path())]).await;
    put(seeds(5, 40).path(), dir.path());
    server.logged(SERVED).await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 5);
    let noise = tempfile::tempdir().unwrap();
    fs::write(noise.path().join("events.ndjson"), "{").unwrap();
    put(noise.path(), dir.path());
    server.logged(REFUSED).await;
    put(seeds(6, 40).path(), dir.path());
    server.logged(SERVED).await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 6);
    // What is broken is tried once, and not at every look.
    assert_eq!(server.json("/readyz").await["failed_loads"], 1);
    server.stop().await;
}

#[tokio::test]
async fn seeds_that_are_built_in_are_not_loaded_again() {
    let mut server = Server::start(&[]).await;
    server.signal("HUP").await;
    server.logged("there is nothing to load").await;
    assert_eq!(server.json("/readyz").await["status"], "ready");
    server.stop().await;
}

#[tokio::test]
async fn a_kept_database_is_replaced_by_the_one_that_was_loaded() {
    let (dir, seeds_dir) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let file = dir.path().join("kept.db");
    let url = database(&file);
    let args = ["--database", &url, "--seed", path(seeds_dir.path())];
    let mut server = Server::start(&args).await;
    let next = server.json("/v1/events?limit=2").await["links"]["next"].as_str().unwrap().to_owned();
    put(seeds(5, 40).path(), seeds_dir.path());
    server.signal("HUP").await;
    server.logged(SERVED).await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 5);
    // The file that the cursor was made on is gone by name only.
    assert_eq!(server.json(&next).await["page"]["total"], 3);
    assert_eq!(settled(dir.path()), ["kept.db", "kept.db-documents", "kept.db-words"]);
    server.stop().await;
    let built = fs::metadata(&file).unwrap().ino();
    let server = Server::start(&args).await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 5);
    server.stop().await;
    assert_eq!(fs::metadata(&file).unwrap().ino(), built);
}

#[tokio::test]
async fn a_database_that_cannot_be_written_leaves_the_old_one_and_nothing_beside_it() {
    let (dir, seeds_dir) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let file = dir.path().join("kept.db");
    let mut server = Server::start(&["--database", &database(&file), "--seed", path(seeds_dir.path())]).await;
    // A folder in the way of the new file.
    fs::create_dir(dir.path().join("kept.db.new")).unwrap();
    put(seeds(5, 40).path(), seeds_dir.path());
    server.signal("HUP").await;
    server.logged(REFUSED).await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 3);
    assert_eq!(server.json("/readyz").await["last_load"]["problems"], 1);
    fs::remove_dir(dir.path().join("kept.db.new")).unwrap();
    server.signal("HUP").await;
    server.logged(SERVED).await;
    assert_eq!(settled(dir.path()), ["kept.db", "kept.db-documents", "kept.db-words"]);
    server.stop().await;
}

#[tokio::test]
async fn a_cursor_outlives_one_change_of_the_data_and_not_two() {
    let mut records = dataset();
    let app = app(&records).await;
    let client = Client::of(app.clone());
    let first = client.ok("/v1/events?limit=2&fields=id").await;
    let next = first["links"]["next"].as_str().unwrap().to_owned();
    let second = client.get(&next).await;
    records.events.remove(3);
    app.replace(store(&records).await);
    let again = client.get(&next).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &second.body));
    assert_eq!(again.header("etag"), second.header("etag"));
    assert_ne!(client.ok("/v1/events?limit=2&fields=id").await["meta"]["version"], first["meta"]["version"]);
    // The same records anew are no change.
    app.replace(store(&records).await);
    assert_eq!(client.get(&next).await.status, StatusCode::OK);
    records.events.remove(3);
    app.replace(store(&records).await);
    let expired = client.get(&next).await;
    assert_eq!((expired.status, &expired.json()["code"]), (StatusCode::GONE, &json!("cursor-expired")));
}
