//! Addresses: those of the documents and random valid ones, bent; all the way through the API.

use climate_timeline::query::Problem;
use proptest::prelude::*;
use proptest::sample::select;

use super::queries::{BITS, queries, shown, told};
use super::{bent, changes, hold, replay};
use crate::oracle::Both;
use crate::support::{Answer, Client, app, dataset};

/// The most bytes of a refusal: it may tell of many parameters, but is no way to make the server work.
const LONGEST_REFUSAL: usize = 2 * 1024 * 1024;

/// Draws addresses: routes and their suffixes, with query strings, bent.
fn addresses(both: &Both<'_>) -> impl Strategy<Value = String> + use<> {
    let paths = [
        "/v1/events",
        "/v1/events.csv",
        "/v1/events.ics",
        "/v1/events.geojson",
        "/v1/actors",
        "/v1/actors.atom",
        "/v1/commitments",
        "/v1/commitments.ndjson",
        "/v1/events/stats",
        "/v1/events/stats.csv",
        "/v1/events/gaps",
        "/v1/search",
        "/v1/events/2021-02-10-biden-xi-call",
        "/v1/events/2021-02-10-biden-xi-call/chain",
        "/v1/actors/xie-zhenhua",
        "/v1/commitments/us-net-zero-2050",
        "/v1/commitments/us-net-zero-2050/lineage",
        "/v1",
        "/v1/fields",
        "/problems/not-found",
        "/",
    ];
    let plain = (select(paths.to_vec()), queries(both)).prop_map(|(path, raw)| format!("{path}?{raw}"));
    let valid = prop_oneof![4 => plain, 1 => select(shown())];
    (valid, changes(BITS, 1)).prop_map(|(address, changes)| bent(&address, &changes))
}

/// A refusal is a problem that says of each parameter what is wrong with it.
fn refused(raw: &str, answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert_eq!(answer.header("content-type"), "application/problem+json");
    prop_assert!(answer.body.len() <= LONGEST_REFUSAL, "{} bytes", answer.body.len());
    let body = answer.json();
    prop_assert_eq!(&body["status"], answer.status.as_u16());
    if body["code"] == "invalid-parameters" {
        let problem = |problem: &serde_json::Value| {
            let part = |key: &str| problem[key].as_str().unwrap_or_else(|| panic!("{key}: {problem}")).to_owned();
            Problem::new(part("parameter"), part("value"), part("reason"))
        };
        let problems: Vec<Problem> = body["errors"].as_array().expect("a list").iter().map(problem).collect();
        told(raw, &problems)?;
    }
    Ok(())
}

/// The link of an answer to itself leads to the same answer.
async fn leads_to_itself(client: &Client, answer: &Answer) -> Result<(), TestCaseError> {
    let link = answer.header("link").split_once(">; rel=\"self\"").and_then(|(link, _)| link.strip_prefix('<'));
    let Some(link) = link else { return Ok(()) };
    let again = client.get(link).await;
    prop_assert_eq!(again.status, answer.status, "{}", link);
    prop_assert_eq!(again.header("link"), answer.header("link"));
    if answer.header("content-type") == "application/json" {
        prop_assert_eq!(&again.json()["data"], &answer.json()["data"], "{}", link);
    } else {
        prop_assert!(again.body == answer.body, "{}", link);
    }
    Ok(())
}

fn answers(both: &Both<'_>, client: &Client, address: &str) -> Result<(), TestCaseError> {
    // What is no address is told so by the server's HTTP library.
    let Ok(uri) = address.parse::<axum::http::Uri>() else { return Ok(()) };
    prop_assume!(uri.path().starts_with('/'));
    both.runtime.block_on(async {
        let answer = client.get(address).await;
        match answer.status.as_u16() {
            200 => leads_to_itself(client, &answer).await,
            308 => Ok(()),
            400 | 404 | 406 | 410 | 414 => refused(uri.query().unwrap_or_default(), &answer),
            status => Err(TestCaseError::fail(format!("{status}: {}", answer.text()))),
        }
    })
}

#[test]
fn any_address_is_answered_or_refused_in_full() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    replay("queries.txt", |address| answers(&both, &client, address));
    hold(60, &addresses(&both), |address| answers(&both, &client, &address));
}
