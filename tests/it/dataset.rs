//! The data set to take home holds what the API says, in bytes that do not change.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

use axum::body::Bytes;
use axum::http::{Method, StatusCode};
use climate_timeline::seed;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Row as _};
use zip::ZipArchive;

use crate::support::{Client, app, app_at, dataset};

async fn file(client: &Client, name: &str) -> Vec<u8> {
    let answer = client.get(&format!("/v1/dataset.{name}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.body
}

async fn opened(bytes: &[u8], dir: &Path) -> SqliteConnection {
    let path = dir.join("dataset.sqlite");
    std::fs::write(&path, bytes).unwrap();
    SqliteConnectOptions::new().filename(&path).read_only(true).connect().await.unwrap()
}

async fn texts(database: &mut SqliteConnection, sql: &'static str) -> Vec<String> {
    let rows = sqlx::query(sql).fetch_all(database).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.get(0)).collect()
}

async fn count(database: &mut SqliteConnection, sql: &'static str) -> u64 {
    let count: i64 = sqlx::query(sql).fetch_one(database).await.unwrap().get(0);
    count.unsigned_abs()
}

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[tokio::test]
async fn the_same_data_gives_the_same_bytes() {
    let (one, other) = (Client::new().await, Client::new().await);
    for name in ["sqlite", "zip"] {
        assert!(file(&one, name).await == file(&other, name).await, "{name}");
        assert!(file(&one, name).await == file(&one, name).await, "{name}");
    }
}

#[tokio::test]
async fn the_sqlite_file_is_sound_and_holds_every_record() {
    let client = Client::new().await;
    let dir = tempfile::tempdir().unwrap();
    let mut database = opened(&file(&client, "sqlite").await, dir.path()).await;
    assert_eq!(texts(&mut database, "PRAGMA integrity_check").await, ["ok"]);
    assert!(sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut database).await.unwrap().is_empty());

    let data = dataset();
    let ids: Vec<_> = data.events.iter().map(|event| event.id.clone()).collect();
    assert_eq!(texts(&mut database, "SELECT id FROM events ORDER BY id").await, ids);
    let ids: Vec<_> = data.actors.iter().map(|actor| actor.id.clone()).collect();
    assert_eq!(texts(&mut database, "SELECT id FROM actors ORDER BY id").await, ids);
    let ids: Vec<_> = data.commitments.iter().map(|made| made.id.clone()).collect();
    assert_eq!(texts(&mut database, "SELECT id FROM commitments ORDER BY id").await, ids);

    let total = |number: usize| u64::try_from(number).unwrap();
    let sources = data.events.iter().map(|event| event.sources.len()).sum();
    assert_eq!(count(&mut database, "SELECT COUNT(*) FROM event_sources").await, total(sources));
    let parts = data.events.iter().map(|event| event.actors.len()).sum();
    assert_eq!(count(&mut database, "SELECT COUNT(*) FROM event_actors").await, total(parts));
    let history = data.commitments.iter().map(|made| made.history.len()).sum();
    assert_eq!(count(&mut database, "SELECT COUNT(*) FROM commitment_history").await, total(history));
    let version = "SELECT value FROM about WHERE key = 'data version'";
    assert_eq!(texts(&mut database, version).await, [seed::data_version(&data)]);
}

#[tokio::test]
async fn the_sqlite_file_tells_where_commitments_stood_as_the_api_does() {
    let client = Client::new().await;
    let dir = tempfile::tempdir().unwrap();
    let mut database = opened(&file(&client, "sqlite").await, dir.path()).await;
    for day in ["1985-05-01", "2015-12-12", "2017-06-01", "2020-11-04", "2022-08-05", "2022-09-01", "2026-11-25"] {
        let rows = sqlx::query(
            "SELECT commitment, status FROM commitment_states \
             WHERE from_day <= $1 AND (until_day IS NULL OR until_day > $1) ORDER BY commitment",
        );
        let rows = rows.bind(day).fetch_all(&mut database).await.unwrap();
        let stood: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let answer = client.ok(&format!("/v1/commitments?as_of={day}&limit=500&fields=id,status")).await;
        let text = |record: &Value, key: &str| record[key].as_str().unwrap().to_owned();
        let mut told: Vec<_> =
            answer["data"].as_array().unwrap().iter().map(|made| (text(made, "id"), text(made, "status"))).collect();
        told.sort();
        assert_eq!(stood, told, "{day}");
    }
}

#[tokio::test]
async fn the_sqlite_file_can_be_searched_in_both_languages() {
    let client = Client::new().await;
    let dir = tempfile::tempdir().unwrap();
    let mut database = opened(&file(&client, "sqlite").await, dir.path()).await;
    for (words, table, id) in [
        ("\"联合声明\"", "events", "2021-04-17-shanghai-joint-statement"),
        ("\"上海\"", "events", "2021-04-17-shanghai-joint-statement"),
        ("\"shanghai\" \"statement\"", "events", "2021-04-17-shanghai-joint-statement"),
        ("\"解振华\"", "actors", "xie-zhenhua"),
        ("\"Zhenhua\"", "actors", "xie-zhenhua"),
        ("\"neutrality\"", "commitments", "cn-carbon-neutral-2060"),
    ] {
        // What Datasette asks once it has found the index of a table by its `content`.
        let index = sqlx::query("SELECT name FROM sqlite_master WHERE rootpage = 0 AND sql LIKE $1");
        let index = index.bind(format!("%VIRTUAL TABLE%USING FTS%content=\"{table}\"%"));
        let index: String = index.fetch_one(&mut database).await.unwrap().get(0);
        let sql = format!("SELECT id FROM {table} WHERE rowid IN (SELECT rowid FROM {index} WHERE {index} MATCH $1)");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(words).fetch_all(&mut database).await.unwrap();
        assert!(rows.iter().any(|row| row.get::<&str, _>(0) == id), "{words} in {table}");
    }
}

#[tokio::test]
async fn the_sqlite_files_tables_say_what_they_hold() {
    let client = Client::new().await;
    let dir = tempfile::tempdir().unwrap();
    let mut database = opened(&file(&client, "sqlite").await, dir.path()).await;
    let made = texts(&mut database, "SELECT sql FROM sqlite_master WHERE name = 'events'").await;
    assert!(made[0].contains("contested INTEGER NOT NULL, -- Whether the sides' accounts contradict"), "{}", made[0]);
    let undescribed = "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND m.name NOT LIKE '%\\_search%' ESCAPE '\\' AND c.name <> 'words_zh' \
        AND m.name NOT IN ('about', 'dictionary', 'vocabulary') AND NOT EXISTS \
        (SELECT 1 FROM dictionary d WHERE d.table_name = m.name AND d.column_name = c.name)";
    assert_eq!(texts(&mut database, undescribed).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_packages_description_fits_its_files() {
    let client = Client::of(app_at("https://timeline.example").await);
    let files = unpacked(&file(&client, "zip").await);
    let description: Value = serde_json::from_slice(&files["datapackage.json"]).unwrap();
    assert_eq!(description["homepage"], "https://timeline.example");
    assert_eq!(description["version"], seed::data_version(&dataset()));
    let resources = description["resources"].as_array().unwrap();
    for resource in resources {
        let bytes = &files[resource["path"].as_str().unwrap()];
        assert_eq!(resource["bytes"], bytes.len());
        let digest = Bytes::copy_from_slice(&Sha256::digest(bytes));
        assert_eq!(resource["hash"], format!("sha256:{digest:x}"));
        let fields: Vec<_> = resource["schema"]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        let text = std::str::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().next().unwrap(), fields.join(","));
    }
    let tables = files.keys().filter(|path| path.starts_with("data/")).count();
    assert_eq!(tables, resources.len());
    for name in ["README.md", "LICENSE", "CITATION.cff"] {
        assert!(!files[name].is_empty(), "{name}");
    }
    let bare = unpacked(&file(&Client::new().await, "zip").await);
    let bare: Value = serde_json::from_slice(&bare["datapackage.json"]).unwrap();
    assert_eq!(bare.get("homepage"), None);
}

#[tokio::test]
async fn the_packages_seeds_are_the_data_set() {
    let client = Client::new().await;
    let files = unpacked(&file(&client, "zip").await);
    let dir = tempfile::tempdir().unwrap();
    seed::write_ndjson(&dataset(), dir.path()).unwrap();
    for kind in ["events", "actors", "commitments"] {
        let exported = std::fs::read(dir.path().join(format!("{kind}.ndjson"))).unwrap();
        assert!(files[&format!("seed/{kind}.ndjson")] == exported, "{kind}");
    }
    let loaded = seed::load(&seed::read_dir(dir.path()).unwrap()).unwrap().dataset;
    assert_eq!(seed::data_version(&loaded), seed::data_version(&dataset()));
}

#[tokio::test]
async fn a_new_data_set_is_packed_anew() {
    let mut smaller = dataset();
    let app = app(&smaller).await;
    let client = Client::of(app.clone());
    let before = client.get("/v1/dataset.zip").await;
    let gone = smaller.events.iter().position(|event| event.related.is_empty() && event.commitments.is_empty());
    smaller.events[gone.unwrap()].title.en.push_str(" again");
    app.replace(crate::support::store(&smaller).await);
    let after = client.get("/v1/dataset.zip").await;
    assert_ne!(before.header("etag"), after.header("etag"));
    let text = String::from_utf8(unpacked(&after.body)["data/events.csv"].clone()).unwrap();
    assert!(text.contains(" again,"));
}

#[tokio::test]
async fn the_files_are_answered_like_all_else() {
    let client = Client::new().await;
    for (name, media_type) in [("sqlite", "application/vnd.sqlite3"), ("zip", "application/zip")] {
        let address = format!("/v1/dataset.{name}");
        let answer = client.get(&address).await;
        assert_eq!(answer.header("content-type"), media_type);
        let version = seed::data_version(&dataset());
        let disposition = format!("attachment; filename=\"us-china-climate-timeline-{version}.{name}\"");
        assert_eq!(answer.header("content-disposition"), disposition);
        let head = client.ask(Method::HEAD, &address, &[]).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
        let kept = client.get_with(&address, &[("if-none-match", answer.header("etag"))]).await;
        assert_eq!((kept.status, kept.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(client.get(&format!("{address}?q=x")).await.status, StatusCode::BAD_REQUEST);
    }
    let packed = client.get_with("/v1/dataset.zip", &[("accept-encoding", "gzip")]).await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("", ""));
    let packed = client.get_with("/v1/dataset.sqlite", &[("accept-encoding", "gzip")]).await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "Accept-Encoding"));
    for address in ["/v1/dataset", "/v1/dataset.csv"] {
        let answer = client.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains(".sqlite") && answer.text().contains(".zip"), "{}", answer.text());
    }
}
