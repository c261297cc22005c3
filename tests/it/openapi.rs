//! The OpenAPI document that is committed is the one that the program serves.

use climate_timeline::http;
use climate_timeline::query::{Actors, Commitments, Events, Resource};
use serde_json::Value;

use crate::support::{Client, dataset};

const COMMITTED: &str = include_str!("../../openapi.json");

#[test]
fn the_committed_document_is_fresh() {
    let made = String::from_utf8(http::openapi_document("")).expect("the document is UTF-8");
    assert!(made == COMMITTED, "openapi.json is stale; renew it: cargo run -- openapi > openapi.json");
}

#[tokio::test]
async fn the_server_gives_the_committed_document() {
    let answer = Client::new().await.get("/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/vnd.oai.openapi+json;version=3.1");
    assert_eq!(answer.text(), COMMITTED);
}

/// Asserts that the ids in a field table are known.
fn examples<R: Resource>(known: &dyn Fn(&str) -> bool) {
    let ids = R::FIELDS.iter().filter(|spec| spec.values.name() == "id").map(|spec| spec.example);
    ids.for_each(|id| assert!(known(id), "{id}"));
}

#[test]
fn the_ids_in_examples_exist() {
    let dataset = dataset();
    let known =
        |id: &str| dataset.event(id).is_some() || dataset.actor(id).is_some() || dataset.commitment(id).is_some();
    let document: Value = serde_json::from_str(COMMITTED).expect("the document is JSON");
    for (name, plural) in [("EventId", "events"), ("ActorId", "actors"), ("CommitmentId", "commitments")] {
        let id = document["components"]["schemas"][name]["examples"][0].as_str().expect("there is an example");
        assert!(known(id), "{id}");
        let path = format!("/v1/{plural}/{{id}}");
        assert_eq!(document["paths"][path]["get"]["parameters"][0]["example"], id);
    }
    examples::<Events>(&known);
    examples::<Actors>(&known);
    examples::<Commitments>(&known);
}
