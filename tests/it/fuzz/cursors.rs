//! Cursors: real ones bent, and made-up ones that are well formed.

use climate_timeline::domain::date::Day;
use climate_timeline::query::cursor::{Cursor, Key};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::{bent, changes, hold, replay};
use crate::oracle::Both;
use crate::support::{Client, app, dataset};

/// Letters of cursors, and what is none.
const BITS: &[&str] = &["", "A", "Q", "e", "9", "-", "_", "=", "+", "/", ".", " ", "%", "eyJ", "é"];

/// Lists in orders of each type of key, of each resource.
const LISTS: &[&str] = &[
    "/v1/events?limit=7",
    "/v1/events?limit=7&sort=-title,type&actor=xie-zhenhua",
    "/v1/events?limit=7&q=climate&lang=zh",
    "/v1/events.csv?limit=7&sort=updated",
    "/v1/events.atom?limit=7&topic=methane",
    "/v1/actors?limit=7",
    "/v1/actors?limit=7&sort=-events,first",
    "/v1/commitments?limit=7",
    "/v1/commitments?limit=7&sort=target_year&as_of=2021-06-01",
];

/// A list with the cursor of each of its pages.
async fn paged(client: &Client, list: &'static str) -> Vec<(&'static str, String)> {
    // Other forms have their cursors from JSON; a feed has an order of its own.
    let json = list.replace(".csv?", "?").replace(".atom?", "?sort=-updated&");
    let mut next = Some(json);
    let mut found = Vec::new();
    while let Some(address) = next {
        let page = client.ok(&address).await;
        found.extend(page["page"]["next"].as_str().map(|cursor| (list, cursor.to_owned())));
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    found
}

fn key() -> impl Strategy<Value = Key> {
    let edge = select(vec![i64::MIN, -1, 0, 1, i64::MAX]).prop_map(Key::Number);
    let day = select(vec!["", "2021-02-10", "9999-12-31", "\u{10ffff}"]).prop_map(|text| Key::Text(text.to_owned()));
    prop_oneof![edge, any::<i64>().prop_map(Key::Number), day, any::<String>().prop_map(Key::Text)]
}

fn day() -> impl Strategy<Value = Option<Day>> {
    select(vec![
        None,
        Some("2021-06-01".parse().expect("a day")),
        Some("2026-11-25".parse().expect("a day")),
        Some(Day::MIN),
    ])
}

/// What a list answers to a cursor: a page, or a refusal of the cursor, and nothing else.
async fn answered(client: &Client, list: &str, cursor: &str) -> Result<(), TestCaseError> {
    let address = format!("{list}&cursor={}", form_urlencoded::byte_serialize(cursor.as_bytes()).collect::<String>());
    let answer = client.get(&address).await;
    match answer.status.as_u16() {
        200 | 410 => Ok(()),
        400 => {
            let body = answer.json();
            prop_assert!(body["code"] == "cursor-mismatch" || body["errors"][0]["parameter"] == "cursor", "{body}");
            Ok(())
        }
        status => Err(TestCaseError::fail(format!("{address}: {status} {}", answer.text()))),
    }
}

#[test]
fn a_cursor_is_taken_as_it_was_given_or_not_at_all() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    let given: Vec<_> = both.runtime.block_on(async {
        let mut given = Vec::new();
        for list in LISTS {
            given.extend(paged(&client, list).await);
        }
        given
    });
    assert!(given.len() > LISTS.len());
    for (list, cursor) in &given {
        assert_eq!(Cursor::decode(cursor).map(|cursor| cursor.encode()).as_ref(), Some(cursor), "{list}");
    }
    let refused = |list: &str, cursor: &str| {
        prop_assert!(Cursor::decode(cursor).is_none(), "{:?}", Cursor::decode(cursor));
        both.runtime.block_on(answered(&client, list, cursor))
    };
    replay("cursors.txt", |cursor| refused(LISTS[0], cursor));
    let cases = (select(given.clone()), changes(BITS, 3));
    hold(300, &cases, |((list, cursor), changes)| {
        let other = bent(&cursor, &changes);
        if other == cursor { Ok(()) } else { refused(list, &other) }
    });
}

#[test]
fn a_cursor_that_nobody_gave_does_no_harm() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    let given: Vec<Vec<_>> = LISTS.iter().map(|list| both.runtime.block_on(paged(&client, list))).collect();
    let keys = (proptest::collection::vec((any::<Index>(), key()), 0..3), proptest::option::of(0..5_usize));
    let cases = (0..LISTS.len(), any::<Index>(), keys, any::<i64>(), day());
    hold(100, &cases, |(list, page, (keys, count), number, day)| {
        let (list, cursor) = &given[list][page.index(given[list].len())];
        let mut made_up = Cursor::decode(cursor).expect("it was given");
        made_up.as_of = day;
        made_up.position.number = number;
        let places = &mut made_up.position.keys;
        places.resize(count.unwrap_or(places.len()), Key::Number(0));
        for (at, key) in keys {
            let count = places.len().max(1);
            places.get_mut(at.index(count)).into_iter().for_each(|place| place.clone_from(&key));
        }
        let written = made_up.encode();
        prop_assert_eq!(Cursor::decode(&written), Some(made_up));
        both.runtime.block_on(answered(&client, list, &written))
    });
}

/// A list can be walked to its end whatever it is filtered by: no link is longer than an address may be.
#[test]
fn a_long_query_can_be_walked_to_its_end() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    let mut ids: Vec<&str> = both.store.catalogue().events.iter().collect();
    ids.sort_by_key(|id| std::cmp::Reverse(id.len()));
    ids.truncate(100);
    both.runtime.block_on(async {
        let mut next = Some(format!("/v1/events?id={}&limit=30", ids.join(",")));
        let mut met = Vec::new();
        while let Some(address) = next {
            let page = client.ok(&address).await;
            met.extend(page["data"].as_array().expect("a page").iter().map(|event| event["id"].clone()));
            next = page["links"]["next"].as_str().map(str::to_owned);
        }
        let mut wanted: Vec<Value> = ids.iter().map(|id| Value::from(*id)).collect();
        wanted.sort_by_key(Value::to_string);
        met.sort_by_key(Value::to_string);
        assert_eq!(met, wanted);
    });
}

/// Where a link of the answer would be longer than an address may be, there is no answer that cannot be followed.
#[test]
fn a_query_whose_links_nobody_could_follow_is_refused() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    let words: Vec<String> = (0..1600).map(|number| format!("-x{number}")).collect();
    both.runtime.block_on(async {
        for path in ["/v1/events", "/v1/events.csv", "/v1/events.atom"] {
            let address = format!("{path}?limit=1&q={}", words.join("+"));
            let longest = &address[..8192];
            let answer = client.get(longest).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (414, &"uri-too-long".into()), "{path}");
            assert_eq!(client.get(&longest[..2000]).await.status, 200, "{path}");
        }
    });
}
