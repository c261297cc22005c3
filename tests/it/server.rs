//! The built program, over real sockets, signals and files.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::program::{
    Server, broken, database, in_time, names, path, printed, program, request, run, seeds, settled, text,
};
use crate::support::Client;

/// Every file below a folder, by its path.
fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() {
            let below = contents(&entry.path()).into_iter();
            files.extend(below.map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

#[tokio::test]
async fn the_program_serves_what_it_carries_inside_with_nothing_to_set_up() {
    let client = Client::new().await;
    for command in [&["serve"][..], &[]] {
        let server = Server::start(command).await;
        for path in ["/v1/events?type=call", "/v1/events/2021-02-10-biden-xi-call?lang=zh", "/openapi.json", "/docs"] {
            let (status, body) = server.get(path).await;
            assert_eq!((status, text(&body)), (200, client.get(path).await.text()), "{path}");
        }
        assert_eq!(server.json("/readyz").await["status"], "ready");
        assert_eq!(server.get("/nowhere").await.0, 404);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another() {
    let server = Server::start(&[]).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let (first, last) = (request("/livez").replace("connection: close\r\n", ""), request("/livez"));
    stream.write_all(format!("{first}{first}{last}").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    in_time("three answers", stream.read_to_end(&mut bytes)).await.unwrap();
    assert_eq!(text(&bytes).matches("HTTP/1.1 200 OK").count(), 3);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_request_gets_a_bare_refusal_and_a_closed_connection() {
    let server = Server::start(&[]).await;
    for (bytes, status) in [
        ("noise\r\n\r\n".to_owned(), "400"),
        (format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(70_000)), "414"),
        (format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(1000)), "431"),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        // The server may close before all of it is written.
        let _ = stream.write_all(bytes.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = in_time("a refusal", stream.read_to_end(&mut answer)).await;
        assert!(text(&answer).starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {}", text(&answer));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_log_that_nobody_reads_any_more_does_no_harm() {
    let mut server = Server::start(&[]).await;
    // With its reader gone, every write to standard error fails.
    server.log.close();
    for _ in 0..3 {
        assert_eq!(server.get("/v1/events?type=call").await.0, 200);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_health_check_tells_a_server_from_a_closed_port() {
    let server = Server::start(&[]).await;
    let address = server.address.to_string();
    assert_eq!(run(&["healthcheck", "--listen", &address]).await.status.code(), Some(0));
    let by_environment = program(&["healthcheck"]).env("LISTEN", &address).status().await.unwrap();
    assert_eq!(by_environment.code(), Some(0));
    let everywhere = format!("0.0.0.0:{}", server.address.port());
    assert_eq!(run(&["healthcheck", "--listen", &everywhere]).await.status.code(), Some(0));
    server.stop().await;
    // A port that is held, so that no other server takes it, and at which nobody listens.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = closed.local_addr().unwrap().to_string();
    let output = run(&["healthcheck", "--listen", &address]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stderr.is_empty());
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--listen", &address]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&format!("cannot listen on {address}")), "{}", text(&output.stderr));
}

#[tokio::test]
async fn bad_flags_are_refused_with_their_name_and_what_is_allowed() {
    for (args, name, allowed) in [
        (&["--listen", "nowhere"][..], "--listen", "nowhere"),
        (&["serve", "--listen", "localhost:70000"], "--listen", "70000"),
        (&["--ops-listen", "9090"], "--ops-listen", "9090"),
        (&["--request-timeout", "0"], "--request-timeout", "10s"),
        (&["--header-timeout", "soon"], "--header-timeout", "10s"),
        (&["--drain-timeout=-1"], "--drain-timeout", "10s"),
        (&["--max-connections", "0"], "--max-connections", "at least 1"),
        (&["--max-in-flight", "many"], "--max-in-flight", "at least 1"),
        (&["--database", "postgres://x"], "--database", "sqlite://"),
        (&["--public-url", "timeline.example"], "--public-url", "https://timeline.example"),
        (&["--log-format", "xml"], "--log-format", "json"),
        (&["--cache-size", "much"], "--cache-size", "64MiB"),
        (&["--rate-limit", "many"], "--rate-limit", "100/1m"),
        (&["--trusted-proxies", "10.0.0.0/8,localhost"], "--trusted-proxies", "10.0.0.0/8 or ::1"),
        (&["--watch=often"], "--watch", "`on`, `off`"),
        (&["--listn", "127.0.0.1:0"], "--listn", "--listen"),
        (&["check", "--format", "xml"], "--format", "text"),
        (&["export"], "<DIR>", "DIR"),
        (&["query"], "<ADDRESS>", "ADDRESS"),
        (&["qery", "/v1"], "qery", "query"),
    ] {
        let output = run(args).await;
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains(name) && told.contains(allowed), "{args:?}: {told}");
    }
    let output = program(&[]).env("MAX_IN_FLIGHT", "0").output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--max-in-flight"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn every_flag_has_its_environment_variable_and_the_help_shows_both() {
    let help = text(&printed(&["serve", "--help"]).await);
    for (flag, variable) in [
        ("--listen", "LISTEN=]"),
        ("--ops-listen", "OPS_LISTEN=]"),
        ("--seed", "SEED_DIR=]"),
        ("--database", "DATABASE_URL=]"),
        ("--public-url", "PUBLIC_URL=]"),
        ("--log-format", "LOG_FORMAT=]"),
        ("--rate-limit", "RATE_LIMIT=]"),
        ("--trusted-proxies", "TRUSTED_PROXIES=]"),
        ("--watch", "WATCH=]"),
        ("--request-timeout", "REQUEST_TIMEOUT=]"),
        ("--header-timeout", "HEADER_TIMEOUT=]"),
        ("--drain-timeout", "DRAIN_TIMEOUT=]"),
        ("--max-connections", "MAX_CONNECTIONS=]"),
        ("--max-in-flight", "MAX_IN_FLIGHT=]"),
    ] {
        assert!(help.contains(flag) && help.contains(variable), "{flag}: {help}");
    }
    assert!(help.contains("[default: 127.0.0.1:8080]") && help.contains("[default: 10000]"), "{help}");
    let seeds = seeds(3, 40);
    let server = Server::spawn(
        program(&[])
            .env("LISTEN", "127.0.0.1:0")
            .env("SEED_DIR", seeds.path())
            .env("PUBLIC_URL", "https://timeline.example/")
            // The line that tells the address comes all the same.
            .env("RUST_LOG", "off"),
    )
    .await;
    let list = server.json("/v1/events").await;
    assert_eq!(list["page"]["total"], 3);
    assert_eq!(list["links"]["self"], "https://timeline.example/v1/events");
    server.stop().await;
}

#[tokio::test]
async fn broken_seeds_are_refused_with_every_fault_in_its_place() {
    let (dir, places) = broken();
    for args in [&["serve", "--listen", "127.0.0.1:0", "--seed"][..], &["query", "/v1", "--seed"]] {
        let output = run(&[args, &[path(dir.path())]].concat()).await;
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        for place in places {
            assert!(told.lines().any(|line| line.starts_with(place)), "{place}: {told}");
        }
        assert!(told.contains("did you mean `person`?"), "{told}");
        assert!(!told.contains("listening on"));
    }
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--seed", path(&dir.path().join("nowhere"))]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("nowhere"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn check_prints_every_fault_and_fails() {
    let (dir, places) = broken();
    let output = run(&["check", path(dir.path())]).await;
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stdout);
    for place in places {
        assert!(told.lines().any(|line| line.starts_with(place)), "{place}: {told}");
    }
    let output = run(&["check", path(dir.path()), "--format", "json"]).await;
    assert_eq!(output.status.code(), Some(1));
    let faults: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    for place in places {
        let found = faults.iter().any(|fault| {
            let told = format!("{}:{}:{}", fault["file"].as_str().unwrap(), fault["line"], fault["column"]);
            told.starts_with(place) && fault["severity"] == "error" && fault["message"].is_string()
        });
        assert!(found, "{place}: {faults:?}");
    }
    let sound = seeds(2, 40);
    for args in [&["check"][..], &["check", path(sound.path())]] {
        let told = text(&printed(args).await);
        assert!(told.contains(" 0 errors"), "{told}");
    }
    let json: Value =
        serde_json::from_slice(&printed(&["check", path(sound.path()), "--format", "json"]).await).unwrap();
    assert!(json.is_array());
}

#[tokio::test]
async fn what_is_exported_and_loaded_again_is_the_same_data() {
    let dir = tempfile::tempdir().unwrap();
    let addresses = ["/v1", "/v1/events?limit=500", "/v1/actors?limit=500&lang=zh&as_of=2021-03-20"];
    for format in ["toml", "ndjson"] {
        let out = dir.path().join(format);
        printed(&["export", path(&out), "--format", format]).await;
        for address in addresses {
            let again = printed(&["query", address, "--seed", path(&out)]).await;
            assert_eq!(text(&again), text(&printed(&["query", address]).await), "{format} {address}");
        }
        let again = dir.path().join(format!("{format}-again"));
        printed(&["export", path(&again), "--format", format, "--seed", path(&out)]).await;
        assert!(contents(&again) == contents(&out), "{format}");
        // A folder that holds something is left alone.
        assert_eq!(run(&["export", path(&out), "--format", format]).await.status.code(), Some(1));
    }
    assert_eq!(names(&dir.path().join("ndjson")).len(), 3);
    assert!(dir.path().join("toml/events/2021/2021-02-10-biden-xi-call.toml").is_file());
}

#[tokio::test]
async fn openapi_prints_the_document_that_the_server_gives() {
    let server = Server::start(&["--public-url", "https://timeline.example"]).await;
    let told = printed(&["openapi", "--public-url", "https://timeline.example"]).await;
    assert_eq!(text(&told), text(&server.get("/openapi.json").await.1));
    server.stop().await;
}

#[tokio::test]
async fn query_writes_what_the_server_answers_byte_for_byte() {
    let server = Server::start(&[]).await;
    for address in [
        "/v1",
        "/v1/events?type=summit",
        "/v1/events?limit=3&sort=-date&lang=zh&include=actors",
        "/v1/actors/xie-zhenhua?as_of=2021-03-20",
        "/v1/commitments?as_of=2021-03-20",
        "/problems/not-found",
    ] {
        let (status, body) = server.get(address).await;
        assert_eq!(status, 200, "{address}");
        assert_eq!(text(&printed(&["query", address]).await), text(&body), "{address}");
    }
    for address in
        ["/v1/events?type=sumit", "/nowhere", "/v1/actors/nobody", "/v1/commitments/us-net-zero-2050?as_of=2000-01-01"]
    {
        let output = run(&["query", address]).await;
        assert_eq!(output.status.code(), Some(1), "{address}");
        let (_, body) = server.get(address).await;
        let id = serde_json::from_slice::<Value>(&body).unwrap()["request_id"].clone();
        assert!(id.is_string());
        let wanted = text(&body).replace(&format!("\"request_id\":{id}"), "\"request_id\":null");
        assert_eq!(text(&output.stdout), wanted, "{address}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_kept_database_is_used_again_until_the_seeds_change() {
    let (dir, seeds) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let file = dir.path().join("kept.db");
    let url = database(&file);
    let args = ["--database", &url, "--seed", path(seeds.path())];
    let inode = || fs::metadata(&file).unwrap().ino();

    let server = Server::start(&args).await;
    let (first, list) = (server.json("/v1").await, server.json("/v1/events").await);
    let built = inode();
    server.stop().await;

    let server = Server::start(&args).await;
    assert_eq!(inode(), built);
    assert_eq!((server.json("/v1").await, server.json("/v1/events").await), (first.clone(), list));
    server.stop().await;

    // The same records in files that were written anew.
    let events = seeds.path().join("events.ndjson");
    let text = fs::read_to_string(&events).unwrap();
    fs::write(&events, format!("{text}\n")).unwrap();
    let server = Server::start(&args).await;
    assert_eq!(inode(), built);
    assert_eq!(server.json("/v1").await, first);
    server.stop().await;

    fs::write(&events, text.lines().take(2).collect::<Vec<_>>().join("\n")).unwrap();
    let server = Server::start(&args).await;
    assert_ne!(inode(), built);
    let second = server.json("/v1").await;
    assert_eq!(second["data"]["records"]["events"], 2);
    assert_ne!(second["data"]["version"], first["data"]["version"]);
    server.stop().await;
    assert_eq!(settled(dir.path()), ["kept.db", "kept.db-documents", "kept.db-words"]);
}

#[tokio::test]
async fn a_kept_database_that_is_no_database_is_built_anew() {
    let (dir, seeds) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let file = dir.path().join("kept.db");
    for noise in [&b""[..], b"noise", &[0; 8192]] {
        fs::write(&file, noise).unwrap();
        let server = Server::start(&["--database", &database(&file), "--seed", path(seeds.path())]).await;
        assert_eq!(server.json("/v1/events").await["page"]["total"], 3);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_kept_database_without_its_parts_is_built_anew() {
    let (dir, seeds) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let file = dir.path().join("kept.db");
    let args = ["--database", &database(&file), "--seed", path(seeds.path())];
    Server::start(&args).await.stop().await;
    let list = names(dir.path());
    for part in list.iter().map(|name| dir.path().join(name)).filter(|part| *part != file) {
        let whole = fs::read(&part).unwrap();
        let others = [&whole[1..], &whole[..whole.len() - 1], b"noise", b""];
        for bytes in others.into_iter().map(Some).chain([None]) {
            match bytes {
                Some(bytes) => fs::write(&part, bytes).unwrap(),
                None => fs::remove_file(&part).unwrap(),
            }
            let server = Server::start(&args).await;
            assert_eq!(server.json("/v1/events?q=talk").await["data"].as_array().unwrap().len(), 3);
            server.stop().await;
            assert_eq!(names(dir.path()), list);
            assert!(fs::read(&part).unwrap() == whole, "{}", part.display());
        }
    }
}

#[tokio::test]
async fn a_kept_database_may_be_called_anything() {
    let (dir, seeds) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    for name in ["a b", "#1", "100%20", "气候", "'quoted'"] {
        let file = dir.path().join(name).join(name);
        fs::create_dir(dir.path().join(name)).unwrap();
        for _ in ["built", "kept"] {
            let server = Server::start(&["--database", &database(&file), "--seed", path(seeds.path())]).await;
            assert_eq!(server.json("/v1/events?q=talk").await["page"]["total"], 3, "{name}");
            server.stop().await;
        }
    }
}

#[tokio::test]
async fn parts_left_behind_by_another_version_are_removed_at_the_next_start() {
    let (dir, seeds) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let file = dir.path().join("kept.db");
    let args = ["--database", &database(&file), "--seed", path(seeds.path())];
    Server::start(&args).await.stop().await;
    for part in ["documents", "words"] {
        fs::write(dir.path().join(format!("kept.db-{part}-0123456789abcdef")), "others'").unwrap();
    }
    fs::write(dir.path().join("notes"), "the operator's").unwrap();
    Server::start(&args).await.stop().await;
    assert_eq!(settled(dir.path()), ["kept.db", "kept.db-documents", "kept.db-words", "notes"]);
}

#[tokio::test]
async fn broken_seeds_leave_a_kept_database_alone() {
    let (dir, seeds) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let file = dir.path().join("kept.db");
    let server = Server::start(&["--database", &database(&file), "--seed", path(seeds.path())]).await;
    server.stop().await;
    let before = fs::read(&file).unwrap();
    let (broken, _) = broken();
    let args = ["serve", "--listen", "127.0.0.1:0", "--database", &database(&file), "--seed", path(broken.path())];
    assert_eq!(run(&args).await.status.code(), Some(1));
    assert!(fs::read(&file).unwrap() == before);
}
