//! What a client is told when there is no answer: every refusal, and the one form that they all have.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use climate_timeline::http::error::CODES;
use climate_timeline::http::{App, Limits};
use serde_json::Value;

use crate::support::{Answer, Client, app, app_at, dataset, strings};

/// Checks what every error has, and gives its body.
fn problem(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("etag"), "", "an error is no representation");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-expose-headers").contains("x-request-id"), "{:?}", answer.headers);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let body = answer.json();
    assert_eq!(body["type"], format!("/problems/{code}"));
    assert_eq!(body["code"], code);
    assert_eq!(body["status"], status);
    for key in ["title", "detail"] {
        assert!(body[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {body}");
    }
    assert!(body.as_object().unwrap().contains_key("request_id"), "{body}");
    assert_eq!(body.get("errors").is_some(), code == "invalid-parameters", "{body}");
    body
}

async fn refused(client: &Client, address: &str, status: u16, code: &str) -> Value {
    let answer = client.get(address).await;
    assert_eq!(answer.json()["code"], code, "{address}: {}", answer.text());
    problem(&answer, status, code)
}

/// A problem as it must be told: parameter, value, one of the things allowed (or nothing), the nearest name.
type Told = (&'static str, &'static str, &'static str, Option<&'static str>);

const REFUSALS: &[(&str, &[Told])] = &[
    // Names.
    ("/v1/events?typ=summit", &[("typ", "summit", "type", Some("type"))]),
    ("/v1/events?type.all=call", &[("type.all", "call", "type.not", Some("type"))]),
    ("/v1/events?from.not=2021", &[("from.not", "2021", "from", Some("from"))]),
    ("/v1/events?as_of=2021-03-20", &[("as_of", "2021-03-20", "capital", None)]),
    ("/v1/actors?capital=beijing", &[("capital", "beijing", "as_of", None)]),
    ("/v1/actors?role.not=minister", &[("role.not", "minister", "role", Some("role"))]),
    ("/v1/commitments?form=2021", &[("form", "2021", "party", Some("format"))]),
    ("/v1/events/2021-02-10-biden-xi-call?limit=5", &[("limit", "5", "lang", None)]),
    ("/v1/commitments/us-net-zero-2050?asof=2021-01-01", &[("asof", "2021-01-01", "as_of", Some("as_of"))]),
    ("/v1?x=1", &[("x", "1", "lang", None)]),
    ("/v1/fields?x=1", &[("x", "1", "format", None)]),
    // Vocabularies.
    ("/v1/events?type=sumit", &[("type", "sumit", "summit", Some("summit"))]),
    ("/v1/events?type.not=sumit", &[("type.not", "sumit", "summit", Some("summit"))]),
    ("/v1/events?type=Summit", &[("type", "Summit", "summit", Some("summit"))]),
    ("/v1/events?type=none", &[("type", "none", "call", None)]),
    ("/v1/events?mode=phon", &[("mode", "phon", "none", Some("phone"))]),
    ("/v1/events?side=USA", &[("side", "USA", "US", Some("US"))]),
    ("/v1/events?topic.all=none", &[("topic.all", "none", "", None)]),
    ("/v1/events?bilateral=yes", &[("bilateral", "yes", "true", None)]),
    ("/v1/events?country=us", &[("country", "us", "US", Some("US"))]),
    ("/v1/events?capital=bejing", &[("capital", "bejing", "beijing", Some("beijing"))]),
    ("/v1/actors?kind=persn", &[("kind", "persn", "person", Some("person"))]),
    ("/v1/commitments?status=activ", &[("status", "activ", "active", Some("active"))]),
    ("/v1/commitments?party=both", &[("party", "both", "joint", None)]),
    // Days, years and numbers.
    ("/v1/events?from=2021-02-30", &[("from", "2021-02-30", "YYYY-MM-DD", None)]),
    ("/v1/events?to=2021-13", &[("to", "2021-13", "YYYY-MM", None)]),
    ("/v1/events?to=yesterday", &[("to", "yesterday", "YYYY", None)]),
    ("/v1/events?from=2022&to=2021", &[("from", "2022-01-01", "", None)]),
    ("/v1/events?year=21", &[("year", "21", "YYYY", None)]),
    ("/v1/events?updated_since=2021-2-1", &[("updated_since", "2021-2-1", "YYYY-MM-DD", None)]),
    ("/v1/commitments?as_of=2021", &[("as_of", "2021", "YYYY-MM-DD", None)]),
    ("/v1/commitments?as_of=2021-02-29", &[("as_of", "2021-02-29", "YYYY-MM-DD", None)]),
    ("/v1/events?limit=0", &[("limit", "0", "1 to 500", None)]),
    ("/v1/events?limit=501", &[("limit", "501", "1 to 500", None)]),
    ("/v1/events?limit=-1", &[("limit", "-1", "1 to 500", None)]),
    ("/v1/events?limit=all", &[("limit", "all", "1 to 500", None)]),
    ("/v1/events?limit=99999999999999999999", &[("limit", "99999999999999999999", "1 to 500", None)]),
    ("/v1/events?total=1", &[("total", "1", "true", None)]),
    // Ids.
    ("/v1/events?actor=nobody", &[("actor", "nobody", "an id from /v1/actors", None)]),
    ("/v1/events?actor=jon-kerry", &[("actor", "jon-kerry", "an id from /v1/actors", Some("john-kerry"))]),
    (
        "/v1/events?commitment=us-net-zero-2055",
        &[("commitment", "us-net-zero-2055", "an id from /v1/commitments", Some("us-net-zero-2050"))],
    ),
    ("/v1/actors?organisation=cn-ndcr", &[("organisation", "cn-ndcr", "an id from /v1/actors", Some("cn-ndrc"))]),
    // What is shown, and where it begins.
    ("/v1/events?fields=id,titel", &[("fields", "titel", "title", Some("title"))]),
    ("/v1/events?include=actor", &[("include", "actor", "actors", Some("actors"))]),
    ("/v1/actors?include=events", &[("include", "events", "actors", None)]),
    ("/v1/events?sort=dat", &[("sort", "dat", "-date", Some("date"))]),
    ("/v1/events?sort=date,-date", &[("sort", "-date", "", None)]),
    ("/v1/events?facets=typ", &[("facets", "typ", "type", Some("type"))]),
    ("/v1/events?facets=type,", &[("facets", "", "decade", None)]),
    ("/v1/events?facets=month", &[("facets", "month", "year", None)]),
    ("/v1/events.ndjson?facets=type", &[("facets", "type", "`facets` with `format=json`", None)]),
    ("/v1/actors?facets=role", &[("facets", "role", "side", None)]),
    ("/v1/events?lang=fr", &[("lang", "fr", "zh", None)]),
    ("/v1/events?format=jsn", &[("format", "jsn", "json", Some("json"))]),
    ("/v1/events?cursor=x", &[("cursor", "x", "page.next of the page before", None)]),
    ("/v1/events?cursor=e30", &[("cursor", "e30", "page.next of the page before", None)]),
    // Tables and connected records.
    ("/v1/events/stats", &[("by", "", "year", None)]),
    ("/v1/events/stats?by=yaer", &[("by", "yaer", "year", Some("year"))]),
    ("/v1/events/stats?by=role", &[("by", "role", "side", None)]),
    ("/v1/events/stats?by=year,year", &[("by", "year", "", None)]),
    ("/v1/events/stats?by=year,side,type", &[("by", "year,side,type", "actor", None)]),
    ("/v1/events/stats?by=year&type=sumit", &[("type", "sumit", "summit", Some("summit"))]),
    ("/v1/events/stats?by=year&sort=-year", &[("sort", "-year", "by", None)]),
    ("/v1/events/stats?by=year&bom=true", &[("bom", "true", "`bom` with `format=csv`", None)]),
    ("/v1/events/stats.csv?by=year&format=json", &[("format", "json", "csv", None)]),
    ("/v1/events/gaps?min_days=0", &[("min_days", "0", "1 to 36525", None)]),
    ("/v1/events/gaps?limit=10001", &[("limit", "10001", "1 to 10000", None)]),
    ("/v1/events/gaps?as_of=2021", &[("as_of", "2021", "YYYY-MM-DD", None)]),
    ("/v1/events/gaps?min_day=5", &[("min_day", "5", "min_days", Some("min_days"))]),
    ("/v1/events/2021-02-10-biden-xi-call/chain?depth=11", &[("depth", "11", "1 to 10", None)]),
    (
        "/v1/events/2021-02-10-biden-xi-call/chain?relation=follow-up",
        &[("relation", "follow-up", "followed-up-by", Some("follows-up"))],
    ),
    ("/v1/commitments/us-net-zero-2050/lineage?relation=supersedes", &[("relation", "supersedes", "depth", None)]),
    // Empty values, and single ones given again.
    ("/v1/events?type=", &[("type", "", "call", None)]),
    ("/v1/events?type", &[("type", "", "call", None)]),
    ("/v1/events?type=call,", &[("type", "", "call", None)]),
    ("/v1/events?from=", &[("from", "", "YYYY-MM-DD", None)]),
    ("/v1/events?limit=", &[("limit", "", "1 to 500", None)]),
    ("/v1/events?limit=1&limit=2", &[("limit", "1&2", "", None)]),
    ("/v1/events?from=2021&from=2022", &[("from", "2021&2022", "", None)]),
    ("/v1/events?capital=beijing&capital=beijing", &[("capital", "beijing&beijing", "", None)]),
    ("/v1/actors?role=envoy&role=minister", &[("role", "envoy&minister", "", None)]),
    ("/v1/commitments?as_of=2021-01-01&as_of=2021-01-01", &[("as_of", "2021-01-01&2021-01-01", "", None)]),
    // Bytes that are no text.
    ("/v1/events?type=%ff", &[("type", "%ff", "", None)]),
    ("/v1/events?%c3%28=call", &[("%c3%28=call", "call", "", None)]),
    ("/v1/events?type=call%00", &[("type", "call%00", "", None)]),
    ("/v1/actors?role=%00", &[("role", "%00", "", None)]),
    // Several at once, in the order of the request.
    (
        "/v1/events?type=sumit,call,metting&limit=0&typ=summit",
        &[
            ("type", "sumit", "summit", Some("summit")),
            ("type", "metting", "meeting", Some("meeting")),
            ("limit", "0", "1 to 500", None),
            ("typ", "summit", "type", Some("type")),
        ],
    ),
    (
        "/v1/events?cursor=x&actor=nobody&from=2021-02-30&type=",
        &[
            ("cursor", "x", "page.next of the page before", None),
            ("actor", "nobody", "an id from /v1/actors", None),
            ("from", "2021-02-30", "YYYY-MM-DD", None),
            ("type", "", "call", None),
        ],
    ),
];

#[tokio::test]
async fn what_is_not_understood_is_refused_all_at_once_with_what_is_allowed_and_the_nearest_name() {
    let client = Client::new().await;
    for (address, told) in REFUSALS {
        let body = refused(&client, address, 400, "invalid-parameters").await;
        let errors = body["errors"].as_array().unwrap();
        assert_eq!(errors.len(), told.len(), "{address}: {body}");
        for (error, (parameter, value, allowed, nearest)) in errors.iter().zip(*told) {
            assert_eq!(error["parameter"], *parameter, "{address}: {error}");
            assert_eq!(error["value"], *value, "{address}: {error}");
            assert!(error["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{address}: {error}");
            assert_eq!(error.get("did_you_mean").and_then(Value::as_str), *nearest, "{address}: {error}");
            match error.get("allowed") {
                None => assert_eq!(*allowed, "", "{address}: {error}"),
                Some(list) => assert!(strings(list).contains(allowed), "{address}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn a_parameter_takes_a_hundred_values_and_no_more() {
    let client = Client::new().await;
    let years = |count: usize| (1900..).take(count).map(|year| year.to_string()).collect::<Vec<_>>();
    client.ok(&format!("/v1/events?year={}", years(100).join(","))).await;
    for list in [years(101).join(","), years(101).join("&year=")] {
        let body = refused(&client, &format!("/v1/events?year={list}"), 400, "invalid-parameters").await;
        assert_eq!(body["errors"][0]["parameter"], "year");
        assert!(body["errors"][0]["reason"].as_str().unwrap().contains("100"), "{body}");
    }
}

#[tokio::test]
async fn text_that_is_no_ascii_and_comes_unescaped_is_refused_like_any_other() {
    let client = Client::new().await;
    let body = refused(&client, "/v1/events?type=会议", 400, "invalid-parameters").await;
    assert_eq!(body["errors"][0]["value"], "会议");
}

#[tokio::test]
async fn every_code_has_a_page_that_says_what_it_means_and_how_to_mend_the_request() {
    let client = Client::new().await;
    for code in CODES {
        let address = format!("/problems/{}", code.code);
        let data = &client.ok(&address).await["data"];
        assert_eq!((&data["code"], &data["status"]), (&code.code.into(), &code.status.into()));
        assert!(data["meaning"].is_string() && data["mend"].is_string(), "{data}");
        let page = client.get_with(&address, &[("accept", "text/html,*/*;q=0.8")]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text().contains(code.title) && page.text().contains(code.mend), "{}", page.text());
    }
    let known: Vec<&str> = CODES.iter().map(|code| code.code).collect();
    for code in [
        "invalid-parameters",
        "cursor-mismatch",
        "not-found",
        "not-yet-made",
        "method-not-allowed",
        "not-acceptable",
        "cursor-expired",
        "uri-too-long",
        "header-too-large",
        "too-many-requests",
        "timeout",
        "overloaded",
        "not-ready",
        "internal",
    ] {
        assert!(known.contains(&code), "{code}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let client = Client::new().await;
    for address in [
        "/nowhere",
        "/v2/events",
        "/v1/",
        "/v1/nothing",
        "/v1/event",
        "/v1/nothing/x",
        "/v1/events/",
        "/v1/events/2021-02-10-biden-xi-call/x/y",
        "/v1/events/no-such-event",
        "/v1/actors/no-such-actor",
        "/v1/commitments/no-such-commitment",
        "/problems/no-such-problem",
        "/assets/0123456789abcdef/page.css",
    ] {
        refused(&client, address, 404, "not-found").await;
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_is_not_found_like_any_other() {
    let client = Client::new().await;
    for address in ["/v1/%ff", "/v1/events/%ff", "/problems/%ff", "/assets/%ff/page.css", "/%ff"] {
        refused(&client, address, 404, "not-found").await;
    }
}

#[tokio::test]
async fn a_wrong_id_is_told_the_nearest_one() {
    let client = Client::new().await;
    for (address, nearest) in [
        ("/v1/events/2021-02-10-xi-biden-call", "2021-02-10-biden-xi-call"),
        ("/v1/actors/xie-zenhua", "xie-zhenhua"),
        ("/v1/commitments/us-netzero-2050", "us-net-zero-2050"),
    ] {
        let body = refused(&client, address, 404, "not-found").await;
        assert!(body["detail"].as_str().unwrap().contains(nearest), "{body}");
    }
}

#[tokio::test]
async fn a_format_that_is_not_offered_is_refused_with_the_list() {
    let client = Client::new().await;
    for address in ["/v1/events.cvs", "/v1/fields.pdf", "/v1/events/2021-02-10-biden-xi-call.pdf", "/v1/events."] {
        let body = refused(&client, address, 404, "not-found").await;
        assert!(body["detail"].as_str().unwrap().contains("`.json`"), "{body}");
    }
    let body = refused(&client, "/v1/events?format=pdf", 400, "invalid-parameters").await;
    assert!(strings(&body["errors"][0]["allowed"]).contains(&"json"), "{body}");
    for (address, offered) in [
        ("/v1/events", "application/json"),
        ("/v1/actors/xie-zhenhua", "application/json"),
        ("/v1", "application/json"),
        ("/v1/fields", "application/json"),
        ("/problems/not-found", "text/html"),
        ("/", "text/html"),
    ] {
        let answer = client.get_with(address, &[("accept", "image/png")]).await;
        let body = problem(&answer, 406, "not-acceptable");
        assert!(body["detail"].as_str().unwrap().contains(offered), "{address}: {body}");
    }
}

#[tokio::test]
async fn every_route_answers_other_methods_with_those_that_it_has() {
    let client = Client::new().await;
    let docs = client.get("/docs").await.text();
    let asset = docs.split('"').find(|part| part.starts_with("/assets/")).unwrap();
    for address in [
        "/",
        "/v1",
        "/v1/events",
        "/v1/events.json",
        "/v1/fields",
        "/v1/events/2021-02-10-biden-xi-call",
        "/openapi.json",
        "/docs",
        asset,
        "/problems/not-found",
        "/.well-known/api-catalog",
        "/livez",
        "/readyz",
        "/metrics",
    ] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = client.ask(method, address, &[]).await;
            problem(&answer, 405, "method-not-allowed");
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{address}");
        }
    }
}

#[tokio::test]
async fn a_commitment_is_not_yet_made_before_its_first_day() {
    let client = Client::new().await;
    let address = "/v1/commitments/us-net-zero-2050?as_of=2021-01-26";
    let body = refused(&client, address, 404, "not-yet-made").await;
    assert!(body["detail"].as_str().unwrap().contains("2021-01-27"), "{body}");
    client.ok("/v1/commitments/us-net-zero-2050?as_of=2021-01-27").await;
}

#[tokio::test]
async fn a_cursor_of_another_query_is_a_mismatch() {
    let client = Client::new().await;
    let cases: [(&str, &[&str]); 4] = [
        (
            "/v1/events?topic=climate-cooperation&limit=2",
            &[
                "/v1/events?topic=envoys",
                "/v1/events?topic=climate-cooperation,envoys",
                "/v1/events?topic.not=climate-cooperation",
                "/v1/events",
                "/v1/events?topic=climate-cooperation&from=2021",
                "/v1/events?topic=climate-cooperation&sort=-date",
                "/v1/events?topic=climate-cooperation&sort=title",
                "/v1/events?topic=climate-cooperation&sort=date,title",
                "/v1/events?topic=climate-cooperation&total=false",
                "/v1/events?topic=climate-cooperation&capital=beijing",
                "/v1/actors",
            ],
        ),
        (
            "/v1/events?capital=beijing&limit=2",
            &["/v1/events?capital=washington", "/v1/events?", "/v1/events?capital=beijing&to=2021"],
        ),
        (
            "/v1/commitments?as_of=2021-06-01&limit=2",
            &["/v1/commitments?as_of=2021-06-02", "/v1/commitments?as_of=2021-06-01&party=US"],
        ),
        (
            "/v1/actors?role=minister&limit=2",
            &["/v1/actors?role=minister&as_of=2026-11-25", "/v1/actors?role=ministry", "/v1/actors?sort=-name"],
        ),
    ];
    for (first, others) in cases {
        let page = client.ok(first).await;
        let cursor = page["page"]["next"].as_str().unwrap();
        for other in others {
            let joint = if other.contains('?') { '&' } else { '?' };
            let body = refused(&client, &format!("{other}{joint}cursor={cursor}"), 400, "cursor-mismatch").await;
            assert_eq!(body["status"], 400, "{other}");
        }
    }
}

#[tokio::test]
async fn what_an_answer_shows_may_change_along_the_way() {
    let client = Client::new().await;
    let first = client.ok("/v1/events?topic=climate-cooperation&limit=2&lang=zh&fields=title").await;
    let cursor = first["page"]["next"].as_str().unwrap();
    let second = client.ok(&format!("/v1/events?topic=climate-cooperation&limit=2&cursor={cursor}")).await;
    let ids = crate::support::each(&second["data"], "id");
    for change in ["limit=1", "limit=500", "fields=date", "include=actors", "lang=en", "format=json", "_=1"] {
        let address = format!("/v1/events?topic=climate-cooperation&cursor={cursor}&{change}");
        let page = client.ok(&address).await;
        assert_eq!(page["data"][0]["id"], ids[0], "{change}");
        let suffixed = address.replace("/v1/events?", "/v1/events.json?");
        assert_eq!(client.ok(&suffixed).await["data"], page["data"], "{change}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_version_of_the_data_has_expired() {
    let mut changed = dataset();
    changed.events[0].topics.pop();
    let (old, new) = (Client::new().await, Client::of(app(&changed).await));
    let next = old.ok("/v1/events?limit=2").await["links"]["next"].as_str().unwrap().to_owned();
    old.ok(&next).await;
    refused(&new, &next, 410, "cursor-expired").await;
}

#[tokio::test]
async fn what_is_too_long_to_be_meant_is_refused() {
    let client = Client::new().await;
    let padded = |length: usize| format!("/v1/events?_={}", "x".repeat(length - "/v1/events?_=".len()));
    client.ok(&padded(8 * 1024)).await;
    refused(&client, &padded(8 * 1024 + 1), 414, "uri-too-long").await;
    refused(&client, &format!("/{}", "x".repeat(9000)), 414, "uri-too-long").await;
    let header = "x".repeat(17 * 1024);
    problem(&client.get_with("/v1/events", &[("x-long", &header)]).await, 431, "header-too-large");
}

#[tokio::test]
async fn a_failure_of_the_program_shows_nothing_of_what_failed() {
    let app = app(&dataset()).await;
    app.store().close().await;
    let client = Client::of(app);
    for address in ["/v1/events", "/v1/actors?sort=-events", "/v1/commitments", "/v1/events/2021-02-10-biden-xi-call"] {
        let answer = client.get(address).await;
        let body = problem(&answer, 500, "internal");
        let text = answer.text().to_lowercase();
        for inner in ["closed", "store", "sql", "database", "connection", ".rs", "panic"] {
            assert!(!text.contains(inner), "`{inner}` in {body}");
        }
    }
}

fn limits(in_flight: usize, request_timeout: Duration) -> Limits {
    Limits { in_flight, request_timeout, rate: None, trusted: Vec::new() }
}

const LONG: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_server_with_too_much_to_do_says_so_but_still_tells_operators_that_it_lives() {
    let client = Client::served(app(&dataset()).await, limits(0, LONG));
    let answer = client.get_with("/v1/events", &[("x-request-id", "abc")]).await;
    let body = problem(&answer, 503, "overloaded");
    assert_eq!(body["request_id"], "abc");
    assert_eq!((answer.header("retry-after"), answer.header("x-request-id")), ("1", "abc"));
    for address in ["/livez", "/readyz"] {
        client.ok(address).await;
    }
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let client = Client::served(app(&dataset()).await, limits(8, Duration::from_nanos(1)));
    // Several statements, each of which has to wait for the database.
    let answer = client.get("/v1/events?limit=500&include=actors,commitments,events").await;
    let body = problem(&answer, 503, "timeout");
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(body["request_id"], answer.header("x-request-id"));
}

#[tokio::test]
async fn links_to_problems_begin_with_the_public_address() {
    const BASE: &str = "https://timeline.example";
    let client = |app: App, in_flight| Client::served(app, limits(in_flight, LONG));
    for (in_flight, code) in [(8, "not-found"), (0, "overloaded")] {
        let answer = client(app_at(BASE).await, in_flight).get("/nowhere").await;
        assert_eq!(answer.json()["type"], format!("{BASE}/problems/{code}"));
    }
}
