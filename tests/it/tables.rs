//! Statistics and silences over the real records, as users meet them.

use axum::http::{Method, StatusCode};
use climate_timeline::domain::date::Day;
use serde_json::{Value, json};

use crate::support::{Client, each};

/// The counts of the rows whose `key` has this value.
fn counts(answer: &Value, key: &str, value: &Value) -> Vec<u64> {
    let rows = answer["data"].as_array().expect("rows").iter().filter(|row| row[key] == *value);
    rows.map(|row| row["count"].as_u64().expect("a count")).collect()
}

fn sum(answer: &Value) -> u64 {
    answer["data"].as_array().expect("rows").iter().map(|row| row["count"].as_u64().expect("a count")).sum()
}

#[tokio::test]
async fn every_year_from_the_first_match_to_the_last_is_there() {
    let client = Client::new().await;
    // Diplomatic relations, science, fisheries and the atmosphere in 1979; the environment in 1980; nuclear energy in 1985.
    let answer = client.ok("/v1/events/stats?by=year&to=1989").await;
    let rows: Vec<Value> = [(1979, 4), (1980, 1), (1981, 0), (1982, 0), (1983, 0), (1984, 0), (1985, 1)]
        .iter()
        .map(|(year, count)| json!({ "year": year, "count": count }))
        .collect();
    assert_eq!(answer["data"], json!(rows));
    assert_eq!(answer["meta"]["description"], "Events to 1989-12-31, counted by year.");
    assert_eq!(answer["links"]["self"], "/v1/events/stats?by=year&to=1989-12-31");
    let none = client.ok("/v1/events/stats?by=year&to=1900").await;
    assert_eq!(none["data"], json!([]));
}

#[tokio::test]
async fn beside_another_grouping_each_period_has_each_value() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events/stats?by=year,mode&to=1989").await;
    // Those of 1979 were signed together or exchanged, two and two; that of 1980 in writing; that of 1985 together.
    for (year, expected) in [(1979, [2, 2]), (1980, [0, 1]), (1981, [0, 0]), (1984, [0, 0]), (1985, [1, 0])] {
        assert_eq!(counts(&answer, "year", &json!(year)), expected, "{year}");
    }
    assert_eq!(answer["data"].as_array().unwrap().len(), 14);
    // The columns come in the order asked for.
    let text = client.get("/v1/events/stats?by=mode,decade&to=1989&limit=1").await.text();
    assert!(text.starts_with("{\"data\":[{\"mode\":\"in-person\",\"decade\":1970,\"count\":"), "{text}");
}

#[tokio::test]
async fn an_event_coarser_than_the_period_stands_under_null() {
    let client = Client::new().await;
    for by in ["month", "quarter"] {
        let answer = client.ok(&format!("/v1/events/stats?by={by}")).await;
        let last = answer["data"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last[by], Value::Null);
        // Three events are dated by their year alone.
        let coarse = client.ok("/v1/events?limit=500&fields=date").await;
        let dates = each(&coarse["data"], "date").into_iter().filter(|date| date.len() == 4).count();
        assert_eq!(last["count"], dates);
        assert_eq!(json!(sum(&answer)), client.ok("/v1/events?limit=1").await["page"]["total"]);
    }
    // The talks of 31 August to 3 September 2021 count in the month in which they began.
    let answer = client.ok("/v1/events/stats?by=month,type&actor=john-kerry&type=visit&from=2021-08&to=2021-09").await;
    let month = answer["data"][0]["month"].as_str().unwrap();
    assert_eq!(month, "2021-08");
}

#[tokio::test]
async fn actor_and_side_are_those_of_one_participant() {
    let client = Client::new().await;
    let answer = client.ok("/v1/events/stats?by=actor,side&actor=xie-zhenhua").await;
    let rows = answer["data"].as_array().unwrap();
    let with = |actor: &str| rows.iter().filter(|row| row["actor"] == actor).collect::<Vec<_>>();
    assert_eq!(with("xie-zhenhua").len(), 1);
    assert_eq!((&with("xie-zhenhua")[0]["side"], with("john-kerry")[0]["side"].as_str()), (&json!("CN"), Some("US")));
    let total = &client.ok("/v1/events?actor=xie-zhenhua&limit=1").await["page"]["total"];
    assert_eq!(with("xie-zhenhua")[0]["count"], *total);
}

#[tokio::test]
async fn too_many_rows_are_refused_with_their_number_and_a_way_out() {
    let client = Client::new().await;
    let answer = client.get("/v1/events/stats?by=month,actor").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let problem = &answer.json()["errors"][0];
    assert_eq!((&problem["parameter"], &problem["value"]), (&json!("by"), &json!("month,actor")));
    let reason = problem["reason"].as_str().unwrap();
    assert!(reason.contains("10000 are allowed") && reason.contains("`from`"), "{reason}");
    assert!(sum(&client.ok("/v1/events/stats?by=month,actor&year=2021").await) > 67);
}

#[tokio::test]
async fn tables_come_as_csv_and_ndjson_as_well() {
    let client = Client::new().await;
    let csv = client.get("/v1/events/stats.csv?by=year,side&to=1979").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(csv.header("x-total-count"), "2");
    assert_eq!(csv.text(), "year,side,count\r\n1979,CN,4\r\n1979,US,4\r\n");
    let marked = client.get("/v1/events/stats?by=year&to=1979&format=csv&bom=true").await;
    assert_eq!(marked.text(), "\u{feff}year,count\r\n1979,4\r\n");
    for address in ["/v1/events/stats?by=month,topic&from=2020", "/v1/events/gaps?min_days=60"] {
        let json = client.ok(address).await;
        let lines = client.get(&format!("{address}&format=ndjson")).await;
        let rows: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(json["data"], json!(rows));
        let table = client.get_with(address, &[("accept", "text/csv")]).await.text();
        assert_eq!(table.lines().count(), rows.len() + 1, "{address}");
        let first = client.get(&format!("{address}&format=ndjson&limit=3")).await;
        assert_eq!(first.text().lines().count(), 3);
        assert_eq!(first.header("x-total-count"), rows.len().to_string());
    }
}

#[tokio::test]
async fn the_silence_after_the_suspension_lasted_from_august_to_november_2022() {
    let client = Client::new().await;
    // The presidents spoke on 28 July 2022. On 5 August China broke the climate talks off, an act of one side; Kerry and
    // Xie first spoke again at COP27 on 8 November. Between them lie 102 days: 3 of July, 92 of August to October, 7 of
    // November.
    let within = "bilateral=true&topic=climate-cooperation&from=2022-07&to=2022-12";
    let answer = client.ok(&format!("/v1/events/gaps?{within}")).await;
    let expected = json!({
        "days": 102, "from": "2022-07-29", "to": "2022-11-07",
        "after": { "id": "2022-07-28-biden-xi-call", "date": "2022-07-28" },
        "before": { "id": "2022-11-08-kerry-xie-cop27-informal", "date": "2022-11-08/2022-11-09" },
    });
    let mut row = answer["data"][0].clone();
    for end in ["after", "before"] {
        let title = row[end].as_object_mut().unwrap().remove("title").unwrap();
        assert!(title.as_str().is_some_and(|title| !title.is_empty()));
    }
    assert_eq!((answer["data"].as_array().unwrap().len(), &row), (1, &expected));
    // Those days hold no such event, and one day more on either side does.
    let on = |from: &str, to: &str| {
        format!("/v1/events?bilateral=true&topic=climate-cooperation&status=occurred&from={from}&to={to}&limit=1")
    };
    for (from, to, some) in
        [("2022-07-29", "2022-11-07", false), ("2022-07-28", "2022-11-07", true), ("2022-07-29", "2022-11-08", true)]
    {
        assert_eq!(client.ok(&on(from, to)).await["page"]["total"] != 0, some, "{from} {to}");
    }
}

#[tokio::test]
async fn days_since_the_last_event_are_counted_from_its_end() {
    let client = Client::new().await;
    for (as_of, days, gaps) in [
        ("2022-11-08", json!(0), 1),
        ("2022-11-07", json!(102), 0),
        ("2022-07-29", json!(1), 0),
        ("2022-07-28", json!(0), 0),
    ] {
        let within = "bilateral=true&topic=climate-cooperation&from=2022-07-28";
        let answer = client.ok(&format!("/v1/events/gaps?{within}&as_of={as_of}")).await;
        assert_eq!(answer["meta"]["days_since_last"], days, "{as_of}");
        assert_eq!(answer["meta"]["as_of"], as_of);
        assert_eq!(answer["data"].as_array().unwrap().len(), gaps, "{as_of}");
    }
    let none = client.ok("/v1/events/gaps?to=1900").await;
    assert_eq!((&none["data"], &none["meta"]["days_since_last"]), (&json!([]), &Value::Null));
    // What is scheduled only does not end a silence: the conference of Antalya is not known to have been held.
    let today = client.ok("/v1/events/gaps").await;
    assert_eq!(today["meta"]["as_of"], "2026-11-25");
    let last = client.ok("/v1/events?status=occurred&sort=-date&limit=500&fields=end").await;
    let end = each(&last["data"], "end").into_iter().max().unwrap();
    let end: Day = end.parse().unwrap();
    let day: Day = "2026-11-25".parse().unwrap();
    assert_eq!(today["meta"]["days_since_last"], day.days_since(end).max(0));
}

#[tokio::test]
async fn tables_answer_heads_and_known_tags_and_no_other_methods() {
    let client = Client::new().await;
    for address in ["/v1/events/stats?by=year", "/v1/events/gaps", "/v1/events/gaps.csv"] {
        let answer = client.get(address).await;
        let tag = answer.header("etag").to_owned();
        assert_eq!(client.get_with(address, &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
        let head = client.ask(Method::HEAD, address, &[]).await;
        assert_eq!((head.status, head.header("etag"), head.body.len()), (StatusCode::OK, tag.as_str(), 0));
        assert_eq!(client.ask(Method::POST, address, &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}
