//! Lists over the real records, as users meet them.

use std::collections::BTreeMap;

use climate_timeline::domain::date::Edtf;
use serde_json::{Value, json};

use crate::support::{Client, each, one};

/// Follows `next` to the end, changing the query along the way, and gives every id in order.
async fn walk(client: &Client, address: &str, change: impl Fn(usize, String) -> String) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut address = address.to_owned();
    for page in 0..1000 {
        let answer = client.ok(&address).await;
        let found = each(&answer["data"], "id");
        assert!(page == 0 || !found.is_empty(), "{address}: an empty page follows a full one");
        ids.extend(found.into_iter().map(str::to_owned));
        let next = answer["links"]["next"].as_str();
        assert_eq!(next.is_some(), answer["page"]["next"].is_string(), "{address}");
        let Some(next) = next else {
            assert_eq!(answer["page"]["next"], Value::Null);
            return ids;
        };
        address = change(page, next.to_owned());
    }
    panic!("{address}: there is no end");
}

fn unchanged(_: usize, next: String) -> String {
    next
}

/// The ids of everything that matches, in one page.
async fn all(client: &Client, address: &str) -> Vec<String> {
    let answer = client.ok(&with(address, "limit=500")).await;
    assert_eq!(answer["page"]["next"], Value::Null, "{address}");
    each(&answer["data"], "id").into_iter().map(str::to_owned).collect()
}

fn with(address: &str, more: &str) -> String {
    format!("{address}{}{more}", if address.contains('?') { '&' } else { '?' })
}

#[tokio::test]
async fn following_next_to_the_end_gives_every_match_once_in_order() {
    let client = Client::new().await;
    for address in [
        "/v1/events",
        "/v1/events?sort=-date",
        "/v1/events?sort=type,-date",
        "/v1/events?sort=-type,title",
        "/v1/events?sort=title",
        "/v1/events?sort=-title&lang=zh",
        "/v1/events?sort=updated",
        "/v1/events?topic=climate-cooperation,envoys&actor=john-kerry",
        "/v1/events?topic.not=coal&year=2021",
        "/v1/events?mode=none&sort=-date,type",
        "/v1/events?capital=beijing&from=2021-02&to=2021-04&sort=-date",
        "/v1/events?side.all=US,CN&bilateral=true",
        "/v1/actors",
        "/v1/actors?sort=-name",
        "/v1/actors?sort=events",
        "/v1/actors?sort=-events,name",
        "/v1/actors?sort=first",
        "/v1/actors?sort=-last",
        "/v1/actors?kind=person&as_of=2021-03-20",
        "/v1/commitments",
        "/v1/commitments?sort=target_year",
        "/v1/commitments?sort=-target_year,title",
        "/v1/commitments?sort=-status_since",
        "/v1/commitments?as_of=2021-03-20&party=CN,US",
    ] {
        let whole = all(&client, address).await;
        assert!(!whole.is_empty(), "{address}");
        let mut once = whole.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), whole.len(), "{address}");
        for limit in [1, 7, 50] {
            let walked = walk(&client, &with(address, &format!("limit={limit}")), unchanged).await;
            assert_eq!(walked, whole, "{address} by {limit}");
        }
        let total = &client.ok(&with(address, "limit=1")).await["page"]["total"];
        assert_eq!(*total, json!(whole.len()), "{address}");
    }
}

#[tokio::test]
async fn a_last_page_that_is_full_has_no_successor() {
    let client = Client::new().await;
    let whole = all(&client, "/v1/events?type=call").await;
    let count = whole.len();
    assert!(count > 1);
    let full = client.ok(&format!("/v1/events?type=call&limit={count}")).await;
    assert_eq!((&full["page"]["next"], &full["links"]["next"]), (&Value::Null, &Value::Null));
    let first = client.ok(&format!("/v1/events?type=call&limit={}", count - 1)).await;
    let last = client.ok(first["links"]["next"].as_str().unwrap()).await;
    assert_eq!(each(&last["data"], "id"), [whole.last().unwrap()]);
    assert_eq!(last["page"]["next"], Value::Null);
    assert_eq!(last["page"]["total"], json!(count));
    assert_eq!(client.ok(last["links"]["first"].as_str().unwrap()).await["data"], first["data"]);
}

#[tokio::test]
async fn an_empty_result_is_one_empty_page() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events?to=1900").await;
    assert_eq!(answer["data"], json!([]));
    assert_eq!(answer["page"], json!({ "limit": 50, "total": 0, "next": null }));
}

#[tokio::test]
async fn the_limit_is_fifty_by_default_and_may_change_along_the_way() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events").await;
    assert_eq!((answer["data"].as_array().unwrap().len(), &answer["page"]["limit"]), (50, &json!(50)));
    let walked = walk(&client, "/v1/events?limit=3", |page, next| {
        next.replace("limit=3", "limit=5").replace("limit=5", &format!("limit={}", 2 + page))
    })
    .await;
    assert_eq!(walked, all(&client, "/v1/events").await);
}

#[tokio::test]
async fn a_walk_by_title_stays_one_walk_when_the_language_changes() {
    let client = Client::new().await;
    for (first, other) in [("en", "zh"), ("zh", "en")] {
        for sort in ["title", "-title"] {
            let address = format!("/v1/events?sort={sort}&lang={first}");
            let whole = all(&client, &address).await;
            let change = |page: usize, next: String| {
                let lang = if page.is_multiple_of(2) { other } else { first };
                let plain: Vec<&str> = next.split(['?', '&']).filter(|part| !part.starts_with("lang=")).collect();
                format!("{}?{}&lang={lang}", plain[0], plain[1..].join("&"))
            };
            assert_eq!(walk(&client, &with(&address, "limit=9"), change).await, whole, "{address}");
        }
    }
    let (english, chinese) =
        (all(&client, "/v1/events?sort=title").await, all(&client, "/v1/events?sort=title&lang=zh").await);
    assert_ne!(english, chinese);
    let walked =
        walk(&client, "/v1/actors?limit=9", |page, next| if page == 0 { with(&next, "lang=zh") } else { next });
    assert_eq!(walked.await, all(&client, "/v1/actors").await);
}

#[tokio::test]
async fn dates_go_by_start_then_end_then_id() {
    let client = Client::new().await;
    for (sort, descending) in [("date", false), ("-date", true)] {
        let answer = client.ok(&format!("/v1/events?sort={sort}&limit=500&fields=start,end")).await;
        let rows: Vec<(&str, &str, &str)> = answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| {
                (event["start"].as_str().unwrap(), event["end"].as_str().unwrap(), event["id"].as_str().unwrap())
            })
            .collect();
        let mut sorted = rows.clone();
        sorted.sort_by(|a, b| {
            let days = (a.0, a.1).cmp(&(b.0, b.1));
            (if descending { days.reverse() } else { days }).then(a.2.cmp(b.2))
        });
        assert_eq!(rows, sorted, "{sort}");
    }
}

#[tokio::test]
async fn missing_values_come_last_in_both_directions() {
    let client = Client::new().await;
    for sort in ["target_year", "-target_year"] {
        let answer = client.ok(&format!("/v1/commitments?sort={sort}&limit=500&fields=target")).await;
        let years: Vec<Option<i64>> = answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|made| made["target"].get("target_year").and_then(Value::as_i64))
            .collect();
        let known = years.iter().take_while(|year| year.is_some()).count();
        assert!(known > 0 && known < years.len());
        assert!(years[known..].iter().all(Option::is_none), "{sort}: {years:?}");
        let descending = sort.starts_with('-');
        assert!(years[..known].is_sorted_by(|a, b| if descending { a >= b } else { a <= b }), "{sort}: {years:?}");
    }
}

#[tokio::test]
async fn only_the_fields_asked_for_are_shown_in_the_records_order() {
    let client = Client::new().await;
    for (asked, shown) in [
        ("title,date", &["id", "date", "title"][..]),
        ("date,id,title", &["id", "date", "title"]),
        ("links,actors,type", &["id", "type", "actors", "links"]),
        ("id", &["id"]),
    ] {
        for address in ["/v1/events", "/v1/events/2021-02-10-biden-xi-call"] {
            let answer = client.get(&with(address, &format!("fields={asked}"))).await;
            let record = match &answer.json()["data"] {
                Value::Array(list) => list[0].clone(),
                record => record.clone(),
            };
            let mut keys: Vec<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
            // In the bytes, since a parsed object may be in another order.
            let text = answer.text();
            keys.sort_by_key(|key| text.find(&format!("\"{key}\":")));
            assert_eq!(keys, shown, "{address}");
        }
    }
    let whole = client.ok("/v1/commitments?limit=1").await["data"][0].clone();
    for key in whole.as_object().unwrap().keys() {
        let some = client.ok(&format!("/v1/commitments?limit=1&fields={key}")).await;
        assert_eq!(some["data"][0][key], whole[key], "{key}");
    }
}

#[tokio::test]
async fn a_record_in_a_list_is_the_record_at_its_own_address() {
    let client = Client::new().await;
    for (list, query) in [
        ("/v1/events?limit=500", ""),
        ("/v1/events?limit=500&lang=zh", "?lang=zh"),
        ("/v1/actors?limit=500", ""),
        ("/v1/actors?limit=500&as_of=2021-03-20&lang=zh", "?as_of=2021-03-20&lang=zh"),
        ("/v1/commitments?limit=500", ""),
        ("/v1/commitments?limit=500&as_of=2021-03-20", "?as_of=2021-03-20"),
    ] {
        let answer = client.ok(list).await;
        for record in answer["data"].as_array().unwrap() {
            let own = client.ok(&format!("{}{query}", record["links"]["self"].as_str().unwrap())).await;
            assert_eq!(own["data"], *record, "{list}");
        }
    }
}

#[tokio::test]
async fn included_records_are_whole_and_there_once() {
    let client = Client::new().await;
    for (list, query, stubs) in [
        (
            "/v1/events?year=2021&limit=20&include=actors,commitments,events",
            "",
            &["actors", "commitments", "related:events"][..],
        ),
        (
            "/v1/events?year=2021&limit=5&lang=zh&include=actors,commitments,events",
            "?lang=zh",
            &["actors", "commitments", "related:events"],
        ),
        ("/v1/events?actor=wang-yi&include=events&fields=title", "", &[]),
        (
            "/v1/commitments?as_of=2021-11-01&include=commitments,events",
            "?as_of=2021-11-01",
            &["related:commitments", "events"],
        ),
        ("/v1/commitments?as_of=2021-11-01&include=events&lang=zh", "?as_of=2021-11-01&lang=zh", &["events"]),
        ("/v1/commitments/us-paris-agreement?as_of=2020-12-31&include=events", "?as_of=2020-12-31", &["events"]),
        ("/v1/events/2021-02-10-biden-xi-call?include=actors,events", "", &["actors", "related:events"]),
    ] {
        let answer = client.ok(list).await;
        let included = answer["included"].as_object().unwrap();
        let mut count = 0;
        for (kind, records) in included {
            for (id, record) in records.as_object().unwrap() {
                // An event says the same on every day.
                let query = if kind == "events" { query.replace("as_of=2021-11-01&", "") } else { query.to_owned() };
                let query = if kind == "events" && query.contains("as_of") { String::new() } else { query };
                let own = client.ok(&format!("/v1/{kind}/{id}{query}")).await;
                assert_eq!(own["data"], *record, "{list}: {kind} {id}");
                count += 1;
            }
        }
        assert!(count > 0, "{list}");
        let records = match &answer["data"] {
            Value::Array(list) => list.clone(),
            record => vec![record.clone()],
        };
        let mut wanted: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for stub in stubs {
            let (key, kind) = stub.split_once(':').unwrap_or((stub, stub));
            let ids = wanted.entry(kind).or_default();
            ids.extend(records.iter().flat_map(|record| each(&record[key], "id")).map(str::to_owned));
        }
        for (kind, mut ids) in wanted {
            ids.sort();
            ids.dedup();
            let found: Vec<&String> = included[kind].as_object().unwrap().keys().collect();
            assert_eq!(found, ids.iter().collect::<Vec<_>>(), "{list}: {kind}");
        }
    }
    let actors = client.ok("/v1/actors/xie-zhenhua?include=actors&as_of=2021-03-20").await;
    assert!(actors["included"]["actors"].get("cn-ndrc").is_some(), "{}", actors["included"]);
    let plain = client.ok("/v1/events?limit=1").await;
    assert!(plain.get("included").is_none() && plain.get("facets").is_none());
}

#[tokio::test]
async fn the_count_can_be_left_out() {
    let client = Client::new().await;
    let counted = client.ok("/v1/events?type=call").await;
    let uncounted = client.ok("/v1/events?type=call&total=false").await;
    assert!(counted["page"]["total"].is_u64());
    assert!(uncounted["page"].get("total").is_none(), "{}", uncounted["page"]);
    assert_eq!(counted["data"], uncounted["data"]);
    let walked = walk(&client, "/v1/events?total=false&limit=20", unchanged).await;
    assert_eq!(walked, all(&client, "/v1/events").await);
}

#[tokio::test]
async fn the_language_is_asked_for_by_parameter_or_by_preference() {
    let client = Client::new().await;
    let id = "/v1/events/2021-02-10-biden-xi-call";
    let chinese = client.ok(&with(id, "lang=zh")).await;
    assert!(chinese["data"]["title"].as_str().unwrap().contains("拜登"));
    assert!(chinese["data"]["summary"].as_str().unwrap().contains("通电话"));
    let biden = one(&chinese["data"]["actors"], "id", "joe-biden");
    assert!(biden["post"].as_str().unwrap().contains("总统") && biden["name"] != "Joe Biden", "{biden}");
    assert!(one(&chinese["data"]["accounts"], "side", "CN")["says"].as_str().unwrap().contains("拜登同意"));
    let preferred = client.get_with(id, &[("accept-language", "zh-Hans-CN,zh;q=0.9,en;q=0.8")]).await;
    assert_eq!(preferred.json()["data"], chinese["data"]);
    // The link says what it takes to get the same without the preference.
    let this = preferred.json()["links"]["self"].as_str().unwrap().to_owned();
    assert_eq!(client.ok(&this).await, preferred.json());
    let list = client.ok("/v1/events?type=call&lang=zh").await;
    let description = list["meta"]["description"].as_str().unwrap();
    assert!(description.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{description}");
    let english = client.ok("/v1/events?type=call").await;
    assert!(english["meta"]["description"].as_str().unwrap().contains("call"), "{}", english["meta"]);
}

#[tokio::test]
async fn a_capital_has_days_of_its_own() {
    let client = Client::new().await;
    let call = "2021-02-10-biden-xi-call".to_owned();
    let on = |capital: &str, day: &str| format!("/v1/events?capital={capital}&from={day}&to={day}");
    assert!(all(&client, &on("beijing", "2021-02-11")).await.contains(&call));
    assert!(!all(&client, &on("washington", "2021-02-11")).await.contains(&call));
    assert!(all(&client, &on("washington", "2021-02-10")).await.contains(&call));
    assert!(!all(&client, &on("beijing", "2021-02-10")).await.contains(&call));
    // Without a capital the place decides; for a call that is Washington.
    assert!(all(&client, "/v1/events?from=2021-02-10&to=2021-02-10").await.contains(&call));
    assert!(!all(&client, "/v1/events?from=2021-02-11&to=2021-02-11").await.contains(&call));
}

#[tokio::test]
async fn an_event_matches_when_any_of_its_days_is_in_the_range() {
    let client = Client::new().await;
    let talks = "2021-03-18-anchorage-talks".to_owned();
    for (range, found) in [
        ("from=2021-03-19", true),
        ("to=2021-03-18", true),
        ("from=2021-03-19&to=2021-03-19", true),
        ("from=2021-03-20", false),
        ("to=2021-03-17", false),
        ("from=2021-03&to=2021-03", true),
        ("from=2021&to=2021", true),
        ("capital=beijing&from=2021-03-20&to=2021-03-20", true),
        ("capital=beijing&to=2021-03-18", false),
    ] {
        let ids = all(&client, &format!("/v1/events?{range}")).await;
        assert_eq!(ids.contains(&talks), found, "{range}");
    }
    // A month is all of its days.
    let interview = "2020-10-xie-bloomberg-interview".to_owned();
    assert!(all(&client, "/v1/events?from=2020-10-31&to=2020-10-31").await.contains(&interview));
    assert!(!all(&client, "/v1/events?from=2020-11").await.contains(&interview));
}

#[tokio::test]
async fn fields_are_anded_values_are_ored_and_one_participant_meets_actor_side_and_role() {
    let client = Client::new().await;
    let (calls, meetings) = (all(&client, "/v1/events?type=call").await, all(&client, "/v1/events?type=meeting").await);
    assert_eq!(all(&client, "/v1/events?type=call,meeting").await.len(), calls.len() + meetings.len());
    let rest = all(&client, "/v1/events?type.not=call,meeting").await;
    assert_eq!(rest.len() + calls.len() + meetings.len(), all(&client, "/v1/events").await.len());
    for event in client.ok("/v1/events?actor=joe-biden&role=host&limit=500").await["data"].as_array().unwrap() {
        assert_eq!(one(&event["actors"], "id", "joe-biden")["role"], "host", "{event}");
    }
    let summit = "2021-04-22-leaders-summit-on-climate".to_owned();
    assert!(all(&client, "/v1/events?actor=joe-biden&role=host").await.contains(&summit));
    assert!(!all(&client, "/v1/events?actor=xi-jinping&role=host").await.contains(&summit));
    assert!(all(&client, "/v1/events?actor.all=joe-biden,kamala-harris&role=host").await.contains(&summit));
    assert!(!all(&client, "/v1/events?actor.all=joe-biden,xi-jinping&role=host").await.contains(&summit));
    for event in client.ok("/v1/events?side.all=US,CN&limit=500").await["data"].as_array().unwrap() {
        let sides = each(&event["actors"], "side");
        assert!(sides.contains(&"US") && sides.contains(&"CN"), "{event}");
    }
    for event in client.ok("/v1/events?mode=none&limit=500").await["data"].as_array().unwrap() {
        assert_eq!(event["mode"], Value::Null);
    }
}

#[tokio::test]
async fn a_commitment_shows_only_what_was_by_the_day_asked_for() {
    let client = Client::new().await;
    let paris = |day: &'static str| format!("/v1/commitments/us-paris-agreement?as_of={day}");
    for (day, status, since) in [
        ("2015-12-12", "active", "2015-12-12"),
        ("2017-06-01", "active", "2015-12-12"),
        ("2020-11-03", "active", "2015-12-12"),
        ("2020-11-04", "withdrawn", "2020-11-04"),
        ("2021-02-18", "withdrawn", "2020-11-04"),
        ("2021-02-19", "active", "2021-02-19"),
        ("2026-01-26", "active", "2021-02-19"),
        ("2026-01-27", "withdrawn", "2026-01-27"),
        ("2026-11-25", "withdrawn", "2026-01-27"),
    ] {
        let made = client.ok(&paris(day)).await;
        let data = &made["data"];
        assert_eq!((&data["status"], &data["status_since"]), (&json!(status), &json!(since)), "{day}");
        assert_eq!((&data["as_of"], &made["meta"]["as_of"]), (&json!(day), &json!(day)));
        assert!(each(&data["history"], "date").iter().all(|date| *date <= day), "{day}: {}", data["history"]);
        assert!(each(&data["events"], "date").iter().all(|date| *date <= day), "{day}: {}", data["events"]);
        let listed = client.ok(&format!("/v1/commitments?id=us-paris-agreement&as_of={day}&status={status}")).await;
        assert_eq!(listed["data"][0], *data, "{day}");
    }
    let (before, after) = (client.ok(&paris("2020-11-03")).await, client.ok(&paris("2020-11-04")).await);
    let exit = "2020-11-04-us-paris-exit-effective";
    assert!(!each(&before["data"]["events"], "id").contains(&exit));
    assert!(each(&after["data"]["events"], "id").contains(&exit));
    // A related commitment is there from its first day on.
    let mirror = |day: &'static str| format!("/v1/commitments/us-ndc-2035-61-66?as_of={day}");
    let related = client.ok(&mirror("2025-09-23")).await["data"]["related"].clone();
    assert!(!each(&related, "id").contains(&"cn-ndc-2035-7-10"), "{related}");
    let related = client.ok(&mirror("2025-09-24")).await["data"]["related"].clone();
    assert_eq!(one(&related, "id", "cn-ndc-2035-7-10")["relation"], "mirrors");
    // What is not yet made is in no list.
    let listed = all(&client, "/v1/commitments?as_of=2025-09-23").await;
    assert!(listed.contains(&"us-ndc-2035-61-66".to_owned()) && !listed.contains(&"cn-ndc-2035-7-10".to_owned()));
}

#[tokio::test]
async fn an_actor_shows_the_posts_held_on_the_day_asked_for() {
    let client = Client::new().await;
    for (day, posts) in [
        ("2008-12-01", &["US Senator for Massachusetts"][..]),
        ("2016-01-01", &["Secretary of State"]),
        (
            "2013-02-01",
            &["Chairman, Senate Foreign Relations Committee", "US Senator for Massachusetts", "Secretary of State"],
        ),
        ("2017-01-20", &["Secretary of State"]),
        ("2019-06-01", &[]),
        ("2021-03-20", &["Special Presidential Envoy for Climate"]),
        ("2024-03-06", &["Special Presidential Envoy for Climate"]),
        ("2024-03-07", &[]),
    ] {
        let kerry = client.ok(&format!("/v1/actors/john-kerry?as_of={day}")).await;
        assert_eq!(each(&kerry["data"]["posts"], "title"), posts, "{day}");
        assert_eq!(kerry["data"]["roles"].as_array().unwrap().len(), 4);
    }
    let now = client.ok("/v1/actors/john-kerry").await;
    assert_eq!((&now["data"]["posts"], &now["meta"]["as_of"]), (&json!([]), &json!("2026-11-25")));
}

#[tokio::test]
async fn a_role_is_looked_for_among_all_posts_or_among_those_of_a_day() {
    let client = Client::new().await;
    let kerry = "john-kerry".to_owned();
    for (query, found) in [
        ("role=secretary+of+state", true),
        ("role=secretary+of+state&as_of=2016-01-01", true),
        ("role=secretary+of+state&as_of=2021-03-20", false),
        ("role=CLIMATE&as_of=2021-03-20", true),
        ("role=总统气候", true),
        ("organisation=us-senate", true),
        ("organisation=us-senate&as_of=2010-01-01", true),
        ("organisation=us-senate&as_of=2021-03-20", false),
        ("organisation=us-state-department&role=envoy", true),
        // One post meets both, or none does.
        ("organisation=us-senate&role=envoy", false),
    ] {
        let address = format!("/v1/actors?{}", query.replace("总统气候", "%E6%80%BB%E7%BB%9F%E6%B0%94%E5%80%99"));
        assert_eq!(all(&client, &address).await.contains(&kerry), found, "{query}");
    }
}

#[tokio::test]
async fn a_walk_keeps_the_day_that_it_began_with() {
    let app = crate::support::app(&crate::support::dataset()).await;
    let client = Client::of(app.clone());
    for address in ["/v1/actors?role=minister&limit=1", "/v1/commitments?limit=1"] {
        crate::support::set_clock(&app, crate::support::NOW);
        let first = client.ok(address).await;
        crate::support::set_clock(&app, crate::support::NOW + 86_400);
        let second = client.ok(first["links"]["next"].as_str().unwrap()).await;
        assert_eq!(second["meta"]["as_of"], "2026-11-25", "{address}");
        let cursor = first["page"]["next"].as_str().unwrap();
        let bare = client.ok(&with(address, &format!("cursor={cursor}"))).await;
        assert_eq!(bare["data"], second["data"], "{address}");
        assert_eq!(client.ok(address).await["meta"]["as_of"], "2026-11-26");
    }
}

#[tokio::test]
async fn participants_stand_with_the_post_of_the_day() {
    let client = Client::new().await;
    for (event, actor, post) in [
        ("2021-04-17-shanghai-joint-statement", "john-kerry", json!("Special Presidential Envoy for Climate")),
        ("2021-11-10-glasgow-joint-declaration", "john-kerry", json!("Special Presidential Envoy for Climate")),
        ("2021-02-10-biden-xi-call", "joe-biden", json!("President of the United States")),
        ("2021-02-10-biden-xi-call", "xi-jinping", json!("President of China")),
        ("2021-04-17-shanghai-joint-statement", "xie-zhenhua", json!("Special Envoy for Climate Change")),
        ("2021-02-25-china-confirms-xie-appointment", "xie-zhenhua", json!("Special Envoy for Climate Change")),
        ("2020-07-14-biden-campaign-climate-plan", "joe-biden", Value::Null),
        ("2020-11-23-kerry-named-climate-envoy", "john-kerry", Value::Null),
        ("2020-11-04-us-paris-exit-effective", "donald-trump", json!("President of the United States")),
        ("2021-02-25-china-confirms-xie-appointment", "cn-mee", Value::Null),
        (
            "2020-10-xie-bloomberg-interview",
            "xie-zhenhua",
            json!("President, Institute of Climate Change and Sustainable Development"),
        ),
    ] {
        let answer = client.ok(&format!("/v1/events/{event}")).await;
        assert_eq!(one(&answer["data"]["actors"], "id", actor)["post"], post, "{event} {actor}");
    }
    for event in client.ok("/v1/events?actor=john-kerry&year=2021&limit=500").await["data"].as_array().unwrap() {
        let before = event["start"].as_str().unwrap() < "2021-01-20";
        let post = &one(&event["actors"], "id", "john-kerry")["post"];
        assert_eq!(*post == "Special Presidential Envoy for Climate", !before, "{event}");
    }
}

#[tokio::test]
async fn relations_show_from_both_ends() {
    const INVERSES: [(&str, &str); 9] = [
        ("follows-up", "followed-up-by"),
        ("implements", "implemented-by"),
        ("reverses", "reversed-by"),
        ("responds-to", "answered-by"),
        ("part-of", "includes"),
        ("prepares", "prepared-by"),
        ("supersedes", "superseded-by"),
        ("strengthens", "strengthened-by"),
        ("mirrors", "mirrors"),
    ];
    let client = Client::new().await;
    let mut used: Vec<String> = Vec::new();
    for kind in ["events", "commitments"] {
        let answer = client.ok(&format!("/v1/{kind}?limit=500")).await;
        let records: BTreeMap<&str, &Value> =
            answer["data"].as_array().unwrap().iter().map(|record| (record["id"].as_str().unwrap(), record)).collect();
        for (id, record) in &records {
            for stub in record["related"].as_array().unwrap() {
                let (other, relation) = (stub["id"].as_str().unwrap(), stub["relation"].as_str().unwrap());
                let inverse = INVERSES.iter().find_map(|(one, two)| match relation {
                    _ if relation == *one => Some(*two),
                    _ if relation == *two => Some(*one),
                    _ => None,
                });
                let inverse = inverse.unwrap_or_else(|| panic!("{id}: {relation}"));
                let back = records[other]["related"].as_array().unwrap();
                let there = back.iter().any(|stub| stub["id"] == **id && stub["relation"] == inverse);
                assert!(there, "{id} {relation} {other}: {back:?}");
                assert_eq!(stub["title"], records[other]["title"]);
                used.push(relation.to_owned());
            }
            if kind == "events" {
                let dates = each(&record["related"], "date");
                let starts = dates.iter().map(|date| date.parse::<Edtf>().unwrap().start());
                assert!(starts.is_sorted(), "{id}: {dates:?}");
            }
        }
    }
    for relation in ["follows-up", "followed-up-by", "responds-to", "answered-by", "reversed-by", "mirrors"] {
        assert!(used.iter().any(|found| found == relation), "{relation}");
    }
}

#[tokio::test]
async fn the_query_is_told_in_its_normal_form() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events?type=summit,call&sort=-date&limit=5&from=2021").await;
    assert_eq!(answer["meta"]["query"], "from=2021-01-01&limit=5&sort=-date&type=call,summit");
    assert_eq!(answer["links"]["self"], "/v1/events?from=2021-01-01&limit=5&sort=-date&type=call,summit");
    assert_eq!(answer["meta"]["version"], client.ok("/v1").await["data"]["version"]);
    assert_eq!(answer["meta"]["licence"], "CC-BY-4.0");
}
