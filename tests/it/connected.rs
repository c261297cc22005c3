//! Chains and lineages over the real records, as users meet them.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use climate_timeline::domain::event::EventLink;
use climate_timeline::domain::text::Lang;
use climate_timeline::domain::vocab::EventRelation;
use climate_timeline::query::web::{ChainQuery, LineageQuery};
use climate_timeline::query::{Context, Form, Params};
use serde_json::{Value, json};

use crate::oracle::Both;
use crate::support::{Client, dataset, each, one};
use crate::synthetic;

#[tokio::test]
async fn the_suspension_leads_to_what_it_answered_and_what_answered_it() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events/2022-08-05-china-suspends-climate-talks/chain?depth=1").await;
    let data = &answer["data"];
    assert_eq!(data["truncated"], false);
    let root = one(&data["nodes"], "id", "2022-08-05-china-suspends-climate-talks");
    assert_eq!(root["distance"], 0);
    // Pelosi's visit before it; Xie's word at COP27 after it.
    let ids = each(&data["nodes"], "id");
    assert!(ids.contains(&"2022-08-02-pelosi-taiwan-visit") && ids.contains(&"2022-11-08-kerry-xie-cop27-informal"));
    let dates = each(&data["nodes"], "date");
    assert!(dates.is_sorted(), "{dates:?}");
    let edge = json!({
        "from": "2022-11-08-kerry-xie-cop27-informal", "to": "2022-08-05-china-suspends-climate-talks",
        "relation": "responds-to",
    });
    assert!(data["edges"].as_array().unwrap().contains(&edge));
    let further = client.ok("/v1/events/2022-08-05-china-suspends-climate-talks/chain?depth=2").await;
    assert!(further["data"]["nodes"].as_array().unwrap().len() > ids.len());
    assert_eq!(further["links"]["self"], "/v1/events/2022-08-05-china-suspends-climate-talks/chain");
}

#[tokio::test]
async fn a_step_takes_the_relations_that_are_named_in_their_direction() {
    let client = Client::new().await;
    let address = "/v1/events/2022-08-05-china-suspends-climate-talks/chain?depth=1";
    let back = client.ok(&format!("{address}&relation=responds-to")).await;
    assert!(each(&back["data"]["nodes"], "id").contains(&"2022-08-02-pelosi-taiwan-visit"));
    assert!(!each(&back["data"]["nodes"], "id").contains(&"2022-11-08-kerry-xie-cop27-informal"));
    let on = client.ok(&format!("{address}&relation=answered-by")).await;
    assert!(each(&on["data"]["nodes"], "id").contains(&"2022-11-08-kerry-xie-cop27-informal"));
    assert!(each(&on["data"]["edges"], "relation").iter().all(|relation| *relation == "responds-to"));
}

#[tokio::test]
async fn a_promise_comes_from_those_before_it_and_leads_to_those_after_it() {
    let client = Client::new().await;
    // Of its energy, China promised 15 per cent without fossil fuels for 2020 (in 2009), 20 for 2030 (in 2014), 25 for
    // 2030 (on 12 December 2020), 20 for 2025 on the way there (in March 2021) and 30 for 2035 (in September 2025).
    let lineage = async |as_of: &str| {
        let answer = client.ok(&format!("/v1/commitments/cn-nonfossil-20-2030/lineage?as_of={as_of}")).await;
        let nodes = answer["data"]["nodes"].as_array().expect("a list").clone();
        let told = nodes.iter().map(|node| {
            let text = |key: &str| node[key].as_str().expect("a text").to_owned();
            (text("id"), text("line"), node["distance"].as_u64().expect("a number"))
        });
        (answer["data"].clone(), told.collect::<Vec<_>>())
    };
    let (data, nodes) = lineage("2026-11-25").await;
    let expected = [
        ("cn-nonfossil-15-2020", "ancestor", 1),
        ("cn-carbon-intensity-40-45-2020", "ancestor", 2),
        ("cn-carbon-peak-around-2030", "ancestor", 1),
        ("cn-nonfossil-20-2030", "itself", 0),
        ("cn-nonfossil-25-2030", "descendant", 1),
        ("cn-nonfossil-20-2025", "descendant", 2),
        ("cn-nonfossil-30-2035", "descendant", 2),
    ];
    assert_eq!(nodes, expected.map(|(id, line, distance)| (id.to_owned(), line.to_owned(), distance)));
    let root = one(&data["nodes"], "id", "cn-nonfossil-20-2030");
    assert_eq!((&root["party"], &root["status"]), (&json!("CN"), &json!("superseded")));
    let edge = json!({ "from": "cn-nonfossil-25-2030", "to": "cn-nonfossil-20-2030", "relation": "supersedes" });
    assert!(data["edges"].as_array().expect("a list").contains(&edge));

    // The day before the next promise it is in force, and leads nowhere yet.
    let (data, nodes) = lineage("2020-12-11").await;
    assert_eq!(nodes.len(), 4);
    assert!(nodes.iter().all(|(_, line, _)| line != "descendant"));
    assert_eq!(one(&data["nodes"], "id", "cn-nonfossil-20-2030")["status"], "active");
    let early = client.get("/v1/commitments/cn-nonfossil-20-2030/lineage?as_of=2014-11-11").await;
    assert_eq!((early.status, &early.json()["code"]), (StatusCode::NOT_FOUND, &json!("not-yet-made")));
    // A like promise of the other side is no part of it.
    let zero = client.ok("/v1/commitments/us-net-zero-2050/lineage?as_of=2026-11-25").await;
    assert!(!each(&zero["data"]["nodes"], "id").contains(&"cn-carbon-neutral-2060"));
}

#[tokio::test]
async fn connected_records_have_the_failures_of_records() {
    let client = Client::new().await;
    for (address, status) in [
        ("/v1/events/2021-nothing/chain", 404),
        ("/v1/commitments/us-nothing/lineage", 404),
        ("/v1/events/2021-02-10-biden-xi-call/lineage", 404),
        ("/v1/actors/xie-zhenhua/chain", 404),
        ("/v1/events/2021-02-10-biden-xi-call/chain.csv", 404),
        ("/v1/events/2021-02-10-biden-xi-call/chain?format=csv", 400),
        ("/v1/events/2021-02-10-biden-xi-call/chain.json", 200),
    ] {
        assert_eq!(client.get(address).await.status.as_u16(), status, "{address}");
    }
    let made_up = Client::of(crate::support::app(&synthetic::dataset(40)).await);
    let id = synthetic::dataset(40).events.iter().find(|event| !event.former_ids.is_empty()).expect("one").id.clone();
    let moved = made_up.get("/v1/events/1980-old-event/chain.json?depth=3").await;
    assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(moved.header("location"), format!("/v1/events/{id}/chain.json?depth=3"));
}

/// The nodes and edges of an answer.
type Told = (BTreeMap<String, (u16, String)>, BTreeSet<(String, String, String)>);

fn told(web: &climate_timeline::store::Web, both: &Both<'_>, events: bool) -> Told {
    let catalogue = both.store.catalogue();
    let ids = if events { &catalogue.events } else { &catalogue.commitments };
    let id = |number| ids.at(number).expect("an id").to_owned();
    let nodes = web.nodes.iter().map(|node| (id(node.number), (node.distance, format!("{:?}", node.line))));
    let edges = web.edges.iter().map(|edge| (id(edge.from), id(edge.to), edge.relation.clone()));
    (nodes.collect(), edges.collect())
}

#[test]
fn the_database_walks_as_the_oracle_does() {
    for data in [dataset(), synthetic::dataset(300)] {
        let both = Both::new(&data);
        let context = Context {
            catalogue: both.store.catalogue(),
            today: "2007-01-01".parse().expect("a day"),
            lang: Lang::En,
            format: None,
            form: Form::JSON,
        };
        let plain = |(nodes, edges): climate_timeline::query::matches::web::Connected<'_>| -> Told {
            let nodes = nodes.into_iter().map(|(id, (far, line))| (id.to_owned(), (far, format!("{line:?}"))));
            let edges = edges.into_iter().map(|(from, to, name)| (from.to_owned(), to.to_owned(), name.to_owned()));
            (nodes.collect(), edges.collect())
        };
        for event in &data.events {
            for raw in ["", "depth=1", "depth=4&relation=follows-up,part-of", "depth=3&relation=includes,answered-by"] {
                let query = ChainQuery::read(&mut Params::decode(raw), &context).expect("a query");
                let web =
                    both.runtime.block_on(both.store.chain(&event.id, &query)).expect("a walk").expect("an event");
                assert!(!web.truncated);
                assert_eq!(told(&web, &both, true), plain(both.world.chain(&event.id, &query)), "{} {raw}", event.id);
            }
        }
        for made in &data.commitments {
            for raw in ["as_of=2003-01-01", "depth=2", "as_of=2026-01-01&depth=1", "as_of=2026-01-01"] {
                let query = LineageQuery::read(&mut Params::decode(raw), &context).expect("a query");
                if made.standing(query.as_of.day).is_none() {
                    continue;
                }
                let web = both.runtime.block_on(both.store.lineage(&made.id, &query)).expect("a walk").expect("one");
                assert_eq!(told(&web, &both, false), plain(both.world.lineage(&made.id, &query)), "{} {raw}", made.id);
            }
        }
    }
}

#[test]
fn no_more_than_five_hundred_are_shown_and_the_nearest_of_them() {
    // Every third event carries on from the first, and every other one from the one before it.
    let mut data = synthetic::dataset(1_000);
    let ids: Vec<String> = data.events.iter().map(|event| event.id.clone()).collect();
    for (index, event) in data.events.iter_mut().enumerate().skip(1) {
        let id = ids[if index % 3 == 0 { 0 } else { index - 1 }].clone();
        event.related = vec![EventLink { id, relation: EventRelation::FollowsUp }];
    }
    let both = Both::new(&data);
    let context = Context {
        catalogue: both.store.catalogue(),
        today: "2026-11-25".parse().expect("a day"),
        lang: Lang::En,
        format: None,
        form: Form::JSON,
    };
    let query = ChainQuery::read(&mut Params::decode("depth=10"), &context).expect("a query");
    for event in data.events.iter().step_by(100) {
        let web = both.runtime.block_on(both.store.chain(&event.id, &query)).expect("a walk").expect("an event");
        let (all, _) = both.world.chain(&event.id, &query);
        assert!(web.truncated && all.len() > 500, "{}", event.id);
        let mut distances: Vec<u16> = all.values().map(|(distance, _)| *distance).collect();
        distances.sort_unstable();
        let mut shown: Vec<u16> = web.nodes.iter().map(|node| node.distance).collect();
        shown.sort_unstable();
        assert_eq!(shown, distances[..500]);
    }
}

#[tokio::test]
async fn the_answer_speaks_the_language_asked_for() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events/2021-02-10-biden-xi-call/chain?lang=zh").await;
    let titles: Vec<&Value> = answer["data"]["nodes"].as_array().unwrap().iter().map(|node| &node["title"]).collect();
    assert!(titles.iter().all(|title| !title.as_str().unwrap().is_ascii()));
}
