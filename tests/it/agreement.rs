//! Numbers that agree: whatever is asked, every form of the answer holds the same records, and as many as the total
//! says, before the data set is swapped and after.

use atom_syndication::Feed;
use climate_timeline::clock::Clock;
use climate_timeline::http::App;
use climate_timeline::query::groups::{self, Group};
use climate_timeline::query::{Actors, Commitments, Events, Kind};
use climate_timeline::store::Stored;
use csv::ReaderBuilder;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::oracle::{Both, query};
use crate::support::{self, Client, each};
use crate::synthetic;

/// The ids of the records of an answer's list.
fn ids(list: &Value) -> Vec<String> {
    each(list, "id").into_iter().map(str::to_owned).collect()
}

/// The ids that addresses of records end in, sorted: feeds have an order of their own.
fn sorted_ids<'a>(addresses: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ids: Vec<String> =
        addresses.map(|address| address.rsplit('/').next().unwrap_or_default().to_owned()).collect();
    ids.sort_unstable();
    ids
}

/// Follows `next` to its end, and gives the ids and the total.
async fn pages(client: &Client, address: &str) -> (Vec<String>, u64) {
    let (mut met, mut total, mut next) = (Vec::new(), 0, Some(address.to_owned()));
    while let Some(address) = next {
        let page = client.ok(&address).await;
        met.extend(ids(&page["data"]));
        total = page["page"]["total"].as_u64().expect("a total");
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    (met, total)
}

async fn jsonfeed(client: &Client, address: String) -> Vec<String> {
    let (mut met, mut next) = (Vec::new(), Some(address));
    while let Some(address) = next {
        let page = client.ok(address.trim_start_matches("http://localhost")).await;
        met.extend(each(&page["items"], "url").into_iter().map(str::to_owned));
        next = page["next_url"].as_str().map(str::to_owned);
    }
    sorted_ids(met.iter().map(String::as_str))
}

async fn atom(client: &Client, address: String) -> Vec<String> {
    let (mut met, mut next) = (Vec::new(), Some(address));
    while let Some(address) = next {
        let page = client.get(address.trim_start_matches("http://localhost")).await;
        let feed = Feed::read_from(&*page.body).unwrap_or_else(|error| panic!("{error}: {}", page.text()));
        met.extend(feed.entries().iter().map(|entry| entry.links()[0].href.clone()));
        next = feed.links().iter().find(|link| link.rel == "next").map(|link| link.href.clone());
    }
    sorted_ids(met.iter().map(String::as_str))
}

/// A query without some of its parameters.
fn without(raw: &str, names: &[&str]) -> String {
    let kept = raw.split('&').filter(|part| !names.iter().any(|name| part.split('=').next() == Some(name)));
    kept.collect::<Vec<_>>().join("&")
}

/// Counted by single values that the query does not filter by, the matches add up to the total.
async fn adds_up<R: Stored>(client: &Client, raw: &str, total: u64) -> Result<(), TestCaseError> {
    let list = format!("/v1/{}", R::KIND.plural());
    let filters = without(raw, &["facets", "limit", "sort"]);
    let filtered = |field: R::Field| {
        let key = R::spec(field).key;
        filters.split('&').any(|part| part.split(['=', '.']).next() == Some(key))
    };
    let single = |group: &Group<R::Field>| !R::spec(group.field).many;
    let facets = groups::facets::<R>().into_iter().filter(|group| single(group) && !filtered(group.field));
    let facets: Vec<&str> = facets.map(|group| group.key).collect();
    if !facets.is_empty() {
        let answer = client.ok(&format!("{list}?{filters}&limit=1&facets={}", facets.join(","))).await;
        let counted = answer["facets"].as_array().expect("facets");
        prop_assert_eq!(counted.len(), facets.len(), "{}", raw);
        for facet in counted {
            let counts = facet["values"].as_array().expect("values").iter().map(|value| &value["count"]);
            let sum: u64 = counts.chain([&facet["missing"]]).map(|count| count.as_u64().expect("a count")).sum();
            prop_assert_eq!(sum, total, "{} of {}", facet["field"], raw);
        }
    }
    for group in groups::groupings::<R>().into_iter().filter(single) {
        let answer = client.ok(&format!("{list}/stats?by={}&{filters}", group.key)).await;
        let rows = answer["data"].as_array().expect("rows").iter();
        let sum: u64 = rows.map(|row| row["count"].as_u64().expect("a count")).sum();
        prop_assert_eq!(sum, total, "{} of {}", group.key, raw);
    }
    Ok(())
}

async fn agree<R: Stored>(client: &Client, raw: &str) -> Result<(), TestCaseError> {
    let kind = R::KIND;
    let list = format!("/v1/{}", kind.plural());
    let (met, total) = pages(client, &format!("{list}?{raw}")).await;
    prop_assert_eq!(met.len() as u64, total, "{}", raw);
    adds_up::<R>(client, raw, total).await?;
    let mut sorted = met.clone();
    sorted.sort_unstable();
    sorted.dedup();
    prop_assert_eq!(sorted.len(), met.len(), "{}: a record is met twice", raw);

    // What only a page can hold.
    let raw = &without(raw, &["facets"]);
    let unlimited = without(raw, &["limit"]);
    let ndjson = client.get(&format!("{list}.ndjson?{unlimited}&fields=id")).await;
    prop_assert_eq!(ndjson.header("x-total-count"), total.to_string());
    let lines = ndjson.text();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    prop_assert_eq!(ids(&lines.collect()), met.clone(), "ndjson of {}", raw);
    let csv = client.get(&format!("{list}.csv?{unlimited}")).await;
    let mut reader = ReaderBuilder::new().from_reader(&*csv.body);
    let rows = reader.records().map(|row| row.expect("a row").get(0).expect("a cell").to_owned());
    prop_assert_eq!(rows.collect::<Vec<_>>(), met.clone(), "csv of {}", raw);
    if kind == Kind::Events {
        let map = client.ok(&format!("{list}.geojson?{unlimited}&fields=id")).await;
        prop_assert_eq!(ids(&map["features"]), met, "geojson of {}", raw);
    }
    prop_assert_eq!(jsonfeed(client, format!("{list}.jsonfeed?{raw}")).await, sorted.clone(), "jsonfeed of {}", raw);
    prop_assert_eq!(atom(client, format!("{list}.atom?{raw}")).await, sorted, "atom of {}", raw);
    Ok(())
}

fn agree_on<R: Stored>(both: &Both<'_>, client: &Client) {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(60) });
    let run = runner.run(&query::<R>(both), |raw| both.runtime.block_on(agree::<R>(client, &raw)));
    if let Err(failure) = run {
        panic!("{failure}");
    }
}

#[test]
fn every_form_holds_the_same_records() {
    let (before, after) = (synthetic::dataset(120), support::dataset());
    let (before, after) = (Both::new(&before), Both::new(&after));
    let app = App::new(before.store.clone(), Clock::at(support::NOW), None);
    let client = Client::of(app.clone());
    let first = before.runtime.block_on(client.ok("/v1/events?limit=20"));
    for (index, both) in [&before, &after].into_iter().enumerate() {
        if index == 1 {
            app.replace(after.store.clone());
        }
        agree_on::<Events>(both, &client);
        agree_on::<Actors>(both, &client);
        agree_on::<Commitments>(both, &client);
    }
    // A walk that began before the swap goes on in the data set that it began with, and never mixes the two.
    let next = first["links"]["next"].as_str().expect("more");
    let (rest, total) = after.runtime.block_on(pages(&client, next));
    let walked = [ids(&first["data"]), rest].concat();
    assert_eq!((walked.len() as u64, total), (120, 120));
    let page = after.runtime.block_on(client.ok(next));
    assert_eq!(page["meta"]["version"], first["meta"]["version"]);
}
