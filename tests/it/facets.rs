//! Facets over the real records, as users meet them.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, one};

/// The facet of a key.
fn facet<'a>(answer: &'a Value, key: &str) -> &'a Value {
    one(&answer["facets"], "field", key)
}

/// How many matches have a value.
fn count(answer: &Value, key: &str, value: impl Into<Value>) -> u64 {
    let value = value.into();
    let values = facet(answer, key)["values"].as_array().expect("a list");
    values
        .iter()
        .find(|counted| counted["value"] == value)
        .map_or(0, |counted| counted["count"].as_u64().expect("a count"))
}

/// How many records match.
async fn total(client: &Client, address: &str) -> u64 {
    client.ok(address).await["page"]["total"].as_u64().expect("a total")
}

#[tokio::test]
async fn the_first_two_decades_are_counted_as_the_record_has_them() {
    let client = Client::new().await;
    // 1979: diplomatic relations, the agreement on science, the protocols on fisheries and on the atmosphere. The
    // eighties: the protocol on the environment and the agreement on nuclear energy.
    let answer = client.ok("/v1/events?to=1989&facets=year,decade,mode&limit=1").await;
    let years = json!([{ "value": 1979, "count": 4 }, { "value": 1980, "count": 1 }, { "value": 1985, "count": 1 }]);
    assert_eq!(facet(&answer, "year")["values"], years);
    let decades = json!([{ "value": 1970, "count": 4 }, { "value": 1980, "count": 2 }]);
    assert_eq!(*facet(&answer, "decade"), json!({ "field": "decade", "missing": 0, "values": decades }));
}

#[tokio::test]
async fn a_facet_leaves_out_every_filter_on_its_own_field_and_no_other() {
    let client = Client::new().await;
    let free = client.ok("/v1/events?topic=methane&facets=type,year&limit=1").await;
    let bound = client.ok("/v1/events?topic=methane&type=summit&type.not=call&facets=type,year&limit=1").await;
    assert_eq!(facet(&bound, "type"), facet(&free, "type"));
    assert_ne!(facet(&bound, "year"), facet(&free, "year"));
    assert_eq!(bound["page"]["total"], count(&bound, "type", "summit"));

    // A decade is a wider year, so it leaves out filters on the year; `from` and `to` are fields of their own.
    let year = client.ok("/v1/events?year=2021&facets=decade,year&limit=1").await;
    let all = client.ok("/v1/events?facets=decade,year&limit=1").await;
    assert_eq!(year["facets"], all["facets"]);
    let span = client.ok("/v1/events?from=2021&to=2021&year=2021&facets=year&limit=1").await;
    assert!(count(&span, "year", 2021) > 0);
    assert_eq!(count(&span, "year", 2022), 0);
}

#[tokio::test]
async fn a_facet_counts_the_records_own_values_whoever_was_asked_for() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events?actor=xie-zhenhua&side=CN&role=participant&facets=side,actor&limit=1").await;
    // Without `side`, the others are still met by one and the same participant; who sat across from him counts as well,
    // though no participant is both Xie Zhenhua and on the US side.
    let with_him = total(&client, "/v1/events?actor=xie-zhenhua&role=participant&limit=1").await;
    assert_eq!(count(&answer, "side", "CN"), with_him);
    assert!(count(&answer, "side", "US") > 0);
    assert_eq!(total(&client, "/v1/events?actor=xie-zhenhua&role=participant&side=US&limit=1").await, 0);
    // Without `actor`, all participants of China's side.
    let chinese = total(&client, "/v1/events?side=CN&role=participant&limit=1").await;
    assert!(count(&answer, "actor", "xie-zhenhua") >= with_him);
    assert!(count(&answer, "actor", "xie-zhenhua") < chinese);
}

#[tokio::test]
async fn values_come_by_count_then_by_value_and_what_is_missing_is_counted() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events?facets=topic,mode,bilateral&limit=1").await;
    let keys: Vec<&str> =
        answer["facets"].as_array().unwrap().iter().filter_map(|facet| facet["field"].as_str()).collect();
    assert_eq!(keys, ["mode", "bilateral", "topic"], "in order of the field table");
    for facet in answer["facets"].as_array().unwrap() {
        let order: Vec<(i64, String)> = facet["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|counted| (-counted["count"].as_i64().unwrap(), counted["value"].to_string()))
            .collect();
        assert!(order.is_sorted() && !order.is_empty(), "{facet}");
        assert!(order.iter().all(|(count, _)| *count < 0), "a value that no match has is left out");
    }
    let none = total(&client, "/v1/events?mode=none&limit=1").await;
    assert_eq!(facet(&answer, "mode")["missing"], none);
    let (yes, no) = (count(&answer, "bilateral", true), count(&answer, "bilateral", false));
    assert_eq!(json!(yes + no), answer["page"]["total"]);
}

#[tokio::test]
async fn facets_of_commitments_and_actors_speak_of_the_day() {
    let client = Client::new().await;
    for day in ["2016-09-04", "2020-12-01", "2022-09-01"] {
        let answer = client.ok(&format!("/v1/commitments?as_of={day}&facets=status,actor&limit=1")).await;
        let mut sum = 0;
        for status in ["active", "suspended", "superseded", "withdrawn", "lapsed", "achieved", "missed"] {
            let total = total(&client, &format!("/v1/commitments?as_of={day}&status={status}&limit=1")).await;
            assert_eq!(count(&answer, "status", status), total, "{status} on {day}");
            sum += total;
        }
        assert_eq!(answer["page"]["total"], sum);
        let xie = total(&client, &format!("/v1/commitments?as_of={day}&actor=xie-zhenhua&limit=1")).await;
        assert_eq!(count(&answer, "actor", "xie-zhenhua"), xie, "{day}");
    }
    let held = client.ok("/v1/actors?as_of=2021-06-01&facets=organisation&limit=1").await;
    let mee = total(&client, "/v1/actors?as_of=2021-06-01&organisation=cn-mee&limit=1").await;
    assert!(mee > 0);
    assert_eq!(count(&held, "organisation", "cn-mee"), mee);
}

#[tokio::test]
async fn every_page_has_the_facets_of_all_matches_and_a_cursor_keeps_to_them() {
    let client = Client::new().await;
    let first = client.ok("/v1/events?facets=type&limit=7").await;
    assert!(first["meta"]["query"].as_str().unwrap().contains("facets=type"));
    let second = client.ok(first["links"]["next"].as_str().unwrap()).await;
    assert_eq!(first["facets"], second["facets"]);
    let cursor = first["page"]["next"].as_str().unwrap();
    for facets in ["", "&facets=type,level"] {
        let answer = client.get(&format!("/v1/events?limit=7&cursor={cursor}{facets}")).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::BAD_REQUEST, &json!("cursor-mismatch")));
    }
    assert_eq!(client.ok("/v1/events?limit=1").await.get("facets"), None);
}
