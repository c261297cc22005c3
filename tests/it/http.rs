//! The protocol: tags and conditional requests, codings, languages, headers, links, and the pages beside the records.

use std::io::Read as _;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use climate_timeline::http::Limits;
use serde_json::Value;

use crate::support::{Answer, Client, NOW, app, app_at, dataset, each, one, set_clock};

const CALL: &str = "/v1/events/2021-02-10-biden-xi-call";
const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
const DAY: i64 = 86_400;

/// Addresses of every kind of answer that may be cached.
const ADDRESSES: &[&str] = &[
    "/",
    "/v1",
    "/v1/events",
    "/v1/events?type=call&include=actors",
    "/v1/actors",
    "/v1/commitments",
    "/v1/events.csv",
    "/v1/commitments.ndjson",
    "/v1/events.ics?type=call",
    "/v1/events.geojson?type=call",
    "/v1/events.timelinejs?type=call",
    "/v1/actors.atom?limit=2",
    "/v1/commitments.jsonfeed?limit=2",
    "/v1/fields",
    CALL,
    "/v1/actors/xie-zhenhua",
    "/v1/commitments/us-paris-agreement",
    "/openapi.json",
    "/docs",
    "/problems/not-found",
    "/.well-known/api-catalog",
];

async fn tag(client: &Client, address: &str, headers: &[(&str, &str)]) -> String {
    let answer = client.get_with(address, headers).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
    answer.header("etag").to_owned()
}

#[tokio::test]
async fn every_answer_has_a_strong_tag_that_is_its_own() {
    let client = Client::new().await;
    let mut seen = Vec::new();
    for address in ADDRESSES {
        let tag = tag(&client, address, &[]).await;
        let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or_default();
        assert!(!inner.is_empty() && !inner.contains('"'), "{address}: {tag}");
        assert_eq!(tag, self::tag(&client, address, &[]).await, "{address}");
        // The front page, as JSON, is what `/v1` is.
        assert_eq!(seen.contains(&tag), *address == "/v1", "{address}");
        seen.push(tag);
    }
}

#[tokio::test]
async fn two_spellings_of_one_query_share_a_tag_and_a_link() {
    let mut dataset = dataset();
    let renamed = dataset.actors.iter_mut().find(|actor| actor.id == "xie-zhenhua").unwrap();
    renamed.former_ids.push("xie".into());
    let client = Client::of(app(&dataset).await);
    for (one, other) in [
        ("/v1/events?type=summit,call&sort=date&limit=50", "/v1/events?limit=50&type=call&type=summit&type=call"),
        ("/v1/events?actor=xie", "/v1/events?total=true&lang=en&actor=xie-zhenhua"),
        ("/v1/events?from=2021&to=2021", "/v1/events?to=2021-12-31&from=2021-01-01"),
        ("/v1/events?fields=title,date", "/v1/events?fields=date&fields=id,title"),
        ("/v1/events?include=commitments,actors", "/v1/events?include=actors&include=commitments&&"),
        ("/v1/events?mode=none,phone", "/v1/events?mode=phone%2Cnone"),
        ("/v1/events", "/v1/events.json?format=json"),
        ("/v1/events?_=1&utm_source=a", "/v1/events?utm_source=b&_=2"),
        ("/v1/commitments", "/v1/commitments?as_of=2026-11-25"),
        ("/v1/actors?sort=name", "/v1/actors?as_of=2026-11-25"),
        ("/v1/actors?role=%20Special%20ENVOY", "/v1/actors?role=special+envoy"),
        ("/v1/commitments/us-net-zero-2050", "/v1/commitments/us-net-zero-2050.json?as_of=2026-11-25&lang=en"),
        (CALL, "/v1/events/2021-02-10-biden-xi-call.json"),
        ("/v1/fields", "/v1/fields.json?lang=en"),
    ] {
        let (left, right) = (client.get(one).await, client.get(other).await);
        assert_eq!(left.json()["links"]["self"], right.json()["links"]["self"], "{one} {other}");
        assert_eq!(left.header("etag"), right.header("etag"), "{one} {other}");
        assert_eq!(left.text(), right.text(), "{one} {other}");
        let this = left.json()["links"]["self"].as_str().unwrap().to_owned();
        assert_eq!(client.ok(&this).await["data"], left.json()["data"], "{this}");
    }
}

#[tokio::test]
async fn another_language_form_or_coding_has_another_tag() {
    let client = Client::new().await;
    let variants: [&[(&str, &str)]; 5] = [
        &[],
        &[("accept-language", "zh-CN")],
        &[("accept-encoding", "gzip")],
        &[("accept-encoding", "br")],
        &[("accept-encoding", "zstd")],
    ];
    for address in ["/v1/events", CALL] {
        let mut tags = Vec::new();
        for headers in variants {
            tags.push(tag(&client, address, headers).await);
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), variants.len(), "{address}");
    }
    for address in ["/", "/problems/not-found"] {
        assert_ne!(tag(&client, address, &[]).await, tag(&client, address, &[HTML]).await, "{address}");
    }
    assert_ne!(tag(&client, "/v1/events", &[]).await, tag(&client, "/v1/events?lang=zh", &[]).await);
    assert_ne!(tag(&client, "/v1/events", &[]).await, tag(&client, "/v1/events?type=call", &[]).await);
}

#[tokio::test]
async fn another_version_of_the_data_or_another_address_has_another_tag() {
    let mut changed = dataset();
    changed.events[0].topics.pop();
    let clients = [Client::new().await, Client::of(app(&changed).await), Client::of(app_at("https://a.example").await)];
    for address in ["/v1", "/v1/events", CALL, "/openapi.json"] {
        let mut tags = Vec::new();
        for client in &clients {
            tags.push(tag(client, address, &[]).await);
        }
        assert!(tags[0] != tags[1] && tags[0] != tags[2] && tags[1] != tags[2], "{address}");
    }
}

#[tokio::test]
async fn a_client_that_holds_the_answer_is_told_so_without_a_query() {
    let app = app(&dataset()).await;
    let client = Client::of(app.clone());
    let mut held = Vec::new();
    for address in ADDRESSES {
        held.push((address, client.get(address).await));
    }
    // From here on every query fails.
    app.store().close().await;
    for (address, answer) in held {
        let tag = answer.header("etag");
        for condition in
            [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}, W/\"y\""), format!("{tag},\"x\""), "*".into()]
        {
            let again = client.get_with(address, &[("if-none-match", &condition)]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{address} {condition}");
            assert!(again.body.is_empty());
            for header in ["etag", "cache-control", "vary", "access-control-allow-origin", "x-content-type-options"] {
                assert_eq!(again.header(header), answer.header(header), "{address}: {header}");
            }
            assert_eq!((again.header("content-type"), again.header("content-length")), ("", ""), "{address}");
        }
    }
    // What was not asked before is in the database alone.
    for condition in ["\"x\"", "W/\"x\"", "x", ""] {
        let answer = client.get_with("/v1/events?lang=zh", &[("if-none-match", condition)]).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{condition}");
    }
    assert_eq!(client.get("/v1/events?type=call&lang=zh").await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_tag_of_one_coding_is_not_one_of_another() {
    let client = Client::new().await;
    let plain = tag(&client, "/v1/events", &[]).await;
    let answer = client.get_with("/v1/events", &[("if-none-match", &plain), ("accept-encoding", "gzip")]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn after_midnight_only_what_depends_on_the_day_is_new() {
    let app = app(&dataset()).await;
    let client = Client::of(app.clone());
    let midnight = NOW - NOW.rem_euclid(DAY) + DAY;
    for (address, new) in [
        ("/v1/commitments", true),
        ("/v1/actors", true),
        ("/v1/commitments/us-net-zero-2050", true),
        ("/v1/actors/xie-zhenhua", true),
        ("/v1/events?include=commitments", true),
        ("/v1/events?include=actors", true),
        ("/v1/events/2021-02-10-biden-xi-call?include=actors", true),
        ("/v1/events", false),
        (CALL, false),
        ("/v1/events?include=events", false),
        ("/v1/commitments?as_of=2021-03-20", false),
        ("/v1/actors?as_of=2021-03-20", false),
        ("/v1/commitments/us-net-zero-2050?as_of=2021-03-20", false),
        ("/v1", false),
        ("/v1/fields", false),
    ] {
        set_clock(&app, NOW);
        let noon = tag(&client, address, &[]).await;
        set_clock(&app, midnight - 1);
        assert_eq!(tag(&client, address, &[]).await, noon, "{address}");
        set_clock(&app, midnight);
        assert_eq!(tag(&client, address, &[]).await != noon, new, "{address}");
    }
    assert_eq!(client.ok("/v1/commitments").await["meta"]["as_of"], "2026-11-26");
    assert_eq!(client.ok("/v1/events").await["meta"]["as_of"], Value::Null);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let client = Client::new().await;
    for address in ADDRESSES.iter().chain(&["/livez", "/readyz", "/nowhere", "/v1/events?limit=0"]) {
        for headers in [&[][..], &[("accept-encoding", "gzip")], &[("accept-language", "zh")]] {
            let get = client.get_with(address, headers).await;
            let head = client.ask(Method::HEAD, address, headers).await;
            assert_eq!(head.status, get.status, "{address}");
            assert!(head.body.is_empty(), "{address}");
            let mut told = head.headers.clone();
            if let Some(length) = told.remove("content-length") {
                assert_eq!(length, get.body.len().to_string().as_str(), "{address}");
            }
            let mut wanted = get.headers.clone();
            wanted.remove("content-length");
            assert_eq!(told, wanted, "{address}");
        }
    }
}

fn decoded(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        "" => plain.clone_from(&answer.body),
        "gzip" => drop(flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut plain).unwrap()),
        "br" => drop(brotli::Decompressor::new(&*answer.body, 4096).read_to_end(&mut plain).unwrap()),
        "zstd" => plain = zstd::stream::decode_all(&*answer.body).unwrap(),
        other => panic!("{other}"),
    }
    plain
}

#[tokio::test]
async fn each_coding_holds_the_plain_bytes() {
    let client = Client::new().await;
    for address in ADDRESSES {
        let plain = client.get(address).await;
        assert_eq!(plain.header("content-encoding"), "");
        for (accepted, used) in [
            ("gzip", "gzip"),
            ("br", "br"),
            ("zstd", "zstd"),
            ("gzip, deflate, br, zstd", "zstd"),
            ("gzip;q=1, br;q=0.5", "gzip"),
            ("deflate", ""),
            ("identity", ""),
            ("gzip;q=0", ""),
        ] {
            let coded = client.get_with(address, &[("accept-encoding", accepted)]).await;
            assert_eq!(coded.header("content-encoding"), used, "{address} {accepted}");
            assert_eq!(decoded(&coded), plain.body, "{address} {accepted}");
            assert_eq!(coded.header("content-type"), plain.header("content-type"));
            assert_eq!(coded.header("link"), plain.header("link"));
        }
    }
}

#[tokio::test]
async fn vary_names_what_the_choice_looked_at() {
    let client = Client::new().await;
    for address in ["/v1/events", CALL, "/v1/actors/xie-zhenhua", "/v1/commitments", "/v1", "/", "/problems/timeout"] {
        let answer = client.get(address).await;
        assert_eq!(answer.header("vary"), "Accept, Accept-Language, Accept-Encoding", "{address}");
        assert_eq!(answer.headers.get_all("vary").iter().count(), 1, "{address}");
    }
    for address in ["/v1/events?lang=zh", "/v1/actors/xie-zhenhua?lang=zh", "/v1?lang=zh"] {
        assert_eq!(client.get(address).await.header("vary"), "Accept, Accept-Encoding", "{address}");
    }
    for address in ["/docs", "/openapi.json", "/.well-known/api-catalog"] {
        assert_eq!(client.get(address).await.header("vary"), "Accept-Encoding", "{address}");
    }
}

#[tokio::test]
async fn content_language_says_which_language_it_is() {
    let client = Client::new().await;
    for address in ["/v1/events", CALL, "/v1/actors/xie-zhenhua", "/v1/commitments"] {
        assert_eq!(client.get(address).await.header("content-language"), "en", "{address}");
        let chinese = client.get_with(address, &[("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")]).await;
        assert_eq!(chinese.header("content-language"), "zh", "{address}");
        let joint = if address.contains('?') { '&' } else { '?' };
        let asked = client.get_with(&format!("{address}{joint}lang=en"), &[("accept-language", "zh")]).await;
        assert_eq!(asked.header("content-language"), "en", "{address}");
        assert_eq!(client.get_with(address, &[("accept-language", "fr")]).await.header("content-language"), "en");
    }
}

#[tokio::test]
async fn answers_may_be_kept_a_minute_and_operators_answers_not_at_all() {
    let client = Client::new().await;
    for address in ADDRESSES {
        let answer = client.get(address).await;
        assert_eq!(answer.header("cache-control"), "public, max-age=60, stale-while-revalidate=600", "{address}");
    }
    for address in ["/livez", "/readyz"] {
        let answer = client.get(address).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{address}");
        assert_eq!(answer.header("content-type"), "application/json", "{address}");
        assert_eq!(answer.header("etag"), "", "{address}");
    }
}

#[tokio::test]
async fn every_answer_is_guarded_and_none_names_the_server() {
    let client = Client::new().await;
    for address in ADDRESSES.iter().chain(&["/livez", "/readyz", "/nowhere"]) {
        for headers in [&[][..], &[HTML]] {
            let answer = client.get_with(address, headers).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{address}");
            let policy = answer.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{address}: {policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{address}: {policy}");
            assert!(!policy.contains("unsafe-eval") && !policy.contains("http"), "{address}: {policy}");
            assert_eq!(answer.header("server"), "", "{address}");
            assert_eq!(answer.header("x-powered-by"), "", "{address}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{address}");
        }
    }
}

#[tokio::test]
async fn a_preflight_is_answered() {
    let client = Client::new().await;
    for address in ["/v1/events", CALL, "/openapi.json", "/readyz"] {
        let asked = [
            ("origin", "https://example.com"),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "if-none-match,x-request-id"),
        ];
        let answer = client.ask(Method::OPTIONS, address, &asked).await;
        assert!(answer.status.is_success(), "{address}: {}", answer.status);
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert!(answer.header("access-control-allow-methods").contains(method));
        }
        assert_eq!(answer.header("access-control-allow-headers"), "*");
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{address}");
        assert_ne!(answer.header("access-control-max-age"), "");
    }
    let answer = client.get("/v1/events").await;
    let exposed = answer.header("access-control-expose-headers").to_lowercase();
    for header in ["etag", "link", "content-language", "x-request-id", "x-total-count", "deprecation", "sunset"] {
        assert!(exposed.contains(header), "{header}: {exposed}");
    }
}

/// `Link` as pairs of relation and address, sorted.
fn links_of(answer: &Answer) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = answer
        .header("link")
        .split(", <")
        .map(|link| {
            let (address, rest) = link.trim_start_matches('<').split_once(">; rel=\"").unwrap();
            (rest.trim_end_matches('"').to_owned(), address.to_owned())
        })
        .collect();
    links.sort();
    links
}

#[tokio::test]
async fn the_link_header_repeats_the_links() {
    let client = Client::new().await;
    for address in
        ["/v1/events", "/v1/events?limit=2&type=call", "/v1/events?limit=500", CALL, "/v1", "/v1/fields", "/v1/actors"]
    {
        let answer = client.get(address).await;
        let links = answer.json()["links"].clone();
        let told =
            links.as_object().unwrap().iter().filter_map(|(rel, to)| Some((rel.clone(), to.as_str()?.to_owned())));
        let mut told: Vec<_> = told.collect();
        told.sort();
        assert_eq!(links_of(&answer), told, "{address}");
    }
}

/// Every text of a document that is a link to this server.
fn links_within(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::Object(links) if key == "links" => {
                        found.extend(links.values().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => links_within(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| links_within(value, found)),
        _ => {}
    }
}

const LINKED: &[&str] = &[
    "/v1/events?limit=2&include=actors,commitments,events",
    "/v1/actors?limit=2&include=actors",
    "/v1/commitments?limit=2&include=events,commitments",
    CALL,
    "/v1/events?fields=links&limit=1",
    "/v1",
    "/v1/fields",
];

#[tokio::test]
async fn links_begin_with_the_public_address_where_there_is_one() {
    // A slash at the end, and a path, are both in use.
    for (given, base) in [
        ("https://timeline.example", "https://timeline.example"),
        ("https://timeline.example/", "https://timeline.example"),
        ("https://timeline.example/climate", "https://timeline.example/climate"),
    ] {
        let client = Client::of(app_at(given).await);
        let within = format!("{base}/");
        for address in LINKED {
            let answer = client.get(address).await;
            let mut links = Vec::new();
            links_within(&answer.json(), &mut links);
            assert!(!links.is_empty());
            links.extend(links_of(&answer).into_iter().map(|(_, link)| link));
            assert!(links.iter().all(|link| link.starts_with(&within)), "{address}: {links:?}");
        }
        let entry = client.ok("/v1").await;
        let all = entry["data"]["links"].to_string();
        assert_eq!(all.matches("\"/").count(), 0, "{all}");
        assert_eq!(client.ok("/openapi.json").await["servers"][0]["url"], base);
        assert_eq!(client.get("/nowhere").await.json()["type"], format!("{base}/problems/not-found"));
        for address in ["/", "/docs", "/problems/not-found"] {
            let page = client.get_with(address, &[HTML]).await.text();
            for link in addresses_in(&page) {
                assert!(link.starts_with(&within), "{address}: {link}");
            }
        }
        let catalog = client.get_with("/.well-known/api-catalog", &[("host", "other.example")]).await;
        assert!(catalog.text().contains(&format!("\"{base}/v1\"")) && !catalog.text().contains("other"));
    }
}

#[tokio::test]
async fn links_are_absolute_paths_where_there_is_no_public_address() {
    let client = Client::new().await;
    for address in LINKED {
        let answer = client.get_with(address, &[("host", "asked.example")]).await;
        let mut links = Vec::new();
        links_within(&answer.json(), &mut links);
        links.extend(links_of(&answer).into_iter().map(|(_, link)| link));
        assert!(links.iter().all(|link| link.starts_with('/') && !link.starts_with("//")), "{address}: {links:?}");
    }
    assert_eq!(client.ok("/openapi.json").await["servers"][0]["url"], "/");
}

#[tokio::test]
async fn a_renamed_record_answers_at_its_present_address() {
    let mut dataset = dataset();
    let renamed = dataset.actors.iter_mut().find(|actor| actor.id == "xie-zhenhua").unwrap();
    renamed.former_ids.push("xie".into());
    let client = Client::of(app(&dataset).await);
    for (address, present) in [
        ("/v1/actors/xie", "/v1/actors/xie-zhenhua"),
        ("/v1/actors/xie?lang=zh&as_of=2021-03-20", "/v1/actors/xie-zhenhua?lang=zh&as_of=2021-03-20"),
        ("/v1/actors/xie.json", "/v1/actors/xie-zhenhua.json"),
        ("/v1/actors/xie.json?lang=zh", "/v1/actors/xie-zhenhua.json?lang=zh"),
    ] {
        let answer = client.get(address).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{address}");
        assert_eq!(answer.header("location"), present, "{address}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        client.ok(present).await;
    }
    // What is no ASCII is escaped on the way.
    let answer = client.get("/v1/actors/xie?role=特使").await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(answer.header("location"), "/v1/actors/xie-zhenhua?role=%E7%89%B9%E4%BD%BF");
    let answer = client.get("/v1/actors/xie.%0d%0aset-cookie:x").await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(client.get(answer.header("location")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_keeps_its_id_or_is_given_one() {
    let limits = Limits { in_flight: 8, request_timeout: Duration::from_mins(1), rate: None, trusted: Vec::new() };
    let client = Client::served(app(&dataset()).await, limits);
    for id in ["abc-123", "01HQ.x_y:z/w+v=", &"x".repeat(128)] {
        for address in ["/v1/events", "/nowhere", "/livez"] {
            let answer = client.get_with(address, &[("x-request-id", id)]).await;
            assert_eq!(answer.header("x-request-id"), id, "{address}");
        }
        assert_eq!(client.get_with("/nowhere", &[("x-request-id", id)]).await.json()["request_id"], id);
    }
    let mut made = Vec::new();
    for unfit in ["", "has space", "a\"b", "<x>", &"x".repeat(129)] {
        let answer = client.get_with("/nowhere", &[("x-request-id", unfit)]).await;
        let id = answer.header("x-request-id").to_owned();
        assert!(!id.is_empty() && id != unfit, "{unfit}");
        assert_eq!(answer.json()["request_id"], id.as_str());
        assert!(!made.contains(&id));
        made.push(id);
    }
    let trace = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")];
    assert_eq!(client.get_with("/v1/events", &trace).await.status, StatusCode::OK);
    assert_eq!(client.get_with("/v1/events", &[("traceparent", "noise")]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn cache_busters_and_campaign_marks_are_dropped_and_told() {
    let client = Client::new().await;
    for address in ["/v1/events", "/v1/actors/xie-zhenhua", "/v1", "/v1/fields"] {
        let plain = client.ok(address).await;
        assert_eq!(plain["meta"]["ignored"], serde_json::json!([]));
        let marked = client.ok(&format!("{address}?utm_source=x&_=17&utm_medium=mail&_=18")).await;
        assert_eq!(marked["meta"]["ignored"], serde_json::json!(["_", "utm_medium", "utm_source"]), "{address}");
        assert_eq!((&marked["data"], &marked["links"]), (&plain["data"], &plain["links"]), "{address}");
    }
}

#[tokio::test]
async fn the_api_catalog_is_a_linkset_of_absolute_links() {
    let client = Client::new().await;
    let answer = client.get_with("/.well-known/api-catalog", &[("host", "asked.example:8080")]).await;
    assert!(answer.header("content-type").starts_with("application/linkset+json"));
    assert!(answer.header("link").contains("rel=\"api-catalog\""), "{}", answer.header("link"));
    let linkset = answer.json();
    let at = |path: &str| format!("http://asked.example:8080{path}");
    let api = one(&linkset["linkset"], "anchor", &at("/v1"));
    assert_eq!(api["service-desc"][0]["href"], at("/openapi.json"));
    assert_eq!(api["service-doc"][0]["href"], at("/docs"));
    assert_eq!(api["status"][0]["href"], at("/readyz"));
    let catalog = one(&linkset["linkset"], "anchor", &at("/.well-known/api-catalog"));
    assert_eq!(each(&catalog["item"], "href"), [at("/v1")]);
    // What it names is there.
    for path in ["/v1", "/openapi.json", "/docs", "/v1/fields", "/readyz"] {
        assert_eq!(client.get(path).await.status, StatusCode::OK, "{path}");
    }
}

/// What a page links to or loads.
fn addresses_in(page: &str) -> Vec<&str> {
    ["href=\"", "src=\"", "data-url=\""]
        .iter()
        .flat_map(|mark| page.split(mark).skip(1))
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect()
}

#[tokio::test]
async fn the_front_page_is_for_people_and_its_json_for_scripts() {
    let client = Client::new().await;
    let page = client.get_with("/", &[HTML]).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for address in addresses_in(&page.text()) {
        assert_eq!(client.get(&address.replace("&amp;", "&")).await.status, StatusCode::OK, "{address}");
    }
    for headers in [&[][..], &[("accept", "*/*")], &[("accept", "application/json")]] {
        let answer = client.get_with("/", headers).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json(), client.ok("/v1").await);
    }
}

#[tokio::test]
async fn the_entry_counts_the_records_and_links_to_what_there_is() {
    let client = Client::new().await;
    let entry = client.ok("/v1").await;
    for kind in ["events", "actors", "commitments"] {
        let total = &client.ok(&format!("/v1/{kind}?limit=1")).await["page"]["total"];
        assert_eq!(&entry["data"]["records"][kind], total, "{kind}");
    }
    assert_eq!(entry["data"]["version"], entry["meta"]["version"]);
    assert_eq!(entry["data"]["licence"], "CC-BY-4.0");
    let first = client.ok("/v1/events?sort=date&limit=1&fields=start").await;
    assert_eq!(entry["data"]["first_day"], first["data"][0]["start"]);
    for (name, link) in entry["data"]["links"].as_object().unwrap() {
        let links = link.as_array().map_or_else(
            || vec![link.as_str().unwrap()],
            |list| list.iter().map(|link| link.as_str().unwrap()).collect(),
        );
        for link in links {
            assert_eq!(client.get(link).await.status, StatusCode::OK, "{name}: {link}");
        }
    }
}

#[tokio::test]
async fn the_reference_loads_nothing_from_elsewhere_and_what_it_loads_never_changes() {
    let client = Client::new().await;
    let page = client.get("/docs").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    let page = page.text();
    let addresses = addresses_in(&page);
    assert!(addresses.len() >= 5 && addresses.contains(&"/openapi.json"), "{addresses:?}");
    for address in addresses.into_iter().filter(|address| *address != "/openapi.json") {
        assert!(address.starts_with("/assets/"), "{address}");
        let asset = client.get(address).await;
        assert_eq!(asset.status, StatusCode::OK, "{address}");
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable", "{address}");
        let wanted = match address.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("png") => "image/png",
            other => panic!("{other:?}"),
        };
        assert_eq!(asset.header("content-type"), wanted, "{address}");
        assert!(!asset.body.is_empty(), "{address}");
        let held = client.get_with(address, &[("if-none-match", asset.header("etag"))]).await;
        assert_eq!(held.status, StatusCode::NOT_MODIFIED, "{address}");
        assert_eq!(held.header("cache-control"), "public, max-age=31536000, immutable", "{address}");
    }
}

#[tokio::test]
async fn operators_are_told_what_is_served() {
    let client = Client::new().await;
    assert_eq!(client.ok("/livez").await["status"], "alive");
    let ready = client.ok("/readyz").await;
    let entry = client.ok("/v1").await;
    assert_eq!(ready["status"], "ready");
    assert_eq!(ready["version"], entry["data"]["version"]);
    assert_eq!(ready["records"], entry["data"]["records"]);
}
