//! The forms beside JSON: how they are chosen, how much they hold, and that they say what JSON says.

use atom_syndication::Feed;
use axum::http::{Method, StatusCode};
use climate_timeline::domain::date::{Day, Edtf};
use csv::{Reader, ReaderBuilder, StringRecord};
use serde_json::Value;

use crate::support::{Answer, Client, each, one, strings};

const LISTS: [&str; 3] = ["events", "actors", "commitments"];

/// Every page of a list in JSON, to its end: the records as they are written.
async fn pages(client: &Client, address: &str) -> Vec<Value> {
    let (mut records, mut next) = (Vec::new(), Some(address.to_owned()));
    while let Some(address) = next {
        let page = client.ok(&address).await;
        records.extend(page["data"].as_array().expect("a list").clone());
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    records
}

async fn whole(client: &Client, address: &str) -> Answer {
    let answer = client.get(address).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
    answer
}

fn table(answer: &Answer) -> (StringRecord, Vec<StringRecord>) {
    let mut reader: Reader<&[u8]> = ReaderBuilder::new().from_reader(&answer.body);
    let header = reader.headers().expect("a header").clone();
    (header, reader.records().map(|row| row.expect("each row has as many cells as the header")).collect())
}

#[tokio::test]
async fn a_line_of_ndjson_is_the_record_as_json_has_it() {
    let client = Client::new().await;
    for list in LISTS {
        for query in ["", "lang=zh", "sort=-updated&fields=id,links", "updated_since=2026-11-25"] {
            let all = pages(&client, &format!("/v1/{list}?limit=500&{query}")).await;
            let answer = whole(&client, &format!("/v1/{list}.ndjson?{query}")).await;
            assert!(answer.text().ends_with('\n'));
            // `Value` keeps no order of keys, so the text of a page is looked at as well.
            let page = client.get(&format!("/v1/{list}?limit=500&{query}")).await.text();
            let lines: Vec<String> = answer.text().lines().map(str::to_owned).collect();
            assert_eq!(lines.len(), all.len(), "{list} {query}");
            for (line, record) in lines.iter().zip(&all) {
                assert_eq!(&serde_json::from_str::<Value>(line).expect("a line is JSON"), record, "{list} {query}");
                assert!(page.contains(line.as_str()), "{line}");
            }
            assert_eq!(answer.header("x-total-count"), all.len().to_string());
        }
    }
}

/// Whether a text is a value of a type that the dictionary names.
fn fits(kind: &str, text: &str) -> bool {
    match kind.trim_end_matches(" or null") {
        "day" => text.parse::<Day>().is_ok(),
        "date (EDTF)" => text.parse::<Edtf>().is_ok(),
        "number" => text.parse::<f64>().is_ok(),
        "integer" => text.parse::<u32>().is_ok(),
        "boolean" => text == "true" || text == "false",
        "address" => text.starts_with("http") || text.starts_with("/v1/"),
        "id" | "word" => text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
        "text" => true,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn csv_has_the_columns_and_types_that_the_dictionary_promises() {
    let client = Client::new().await;
    let dictionary = client.ok("/v1/fields").await;
    for list in LISTS {
        let columns = &dictionary["data"][list]["columns"];
        let (header, rows) = table(&whole(&client, &format!("/v1/{list}.csv")).await);
        assert_eq!(header.iter().collect::<Vec<_>>(), each(columns, "name"));
        assert!(rows.len() > 100, "{list}");
        for row in &rows {
            for (cell, column) in row.iter().zip(columns.as_array().expect("columns")) {
                let kind = column["type"].as_str().expect("a type");
                let several = column["several"] == true;
                assert!(
                    !cell.is_empty()
                        || several
                        || kind.ends_with("or null")
                        || column["name"].as_str().expect("a name").contains('.'),
                    "{column} {row:?}"
                );
                let values: Vec<&str> = if several { cell.split(';').collect() } else { vec![cell] };
                assert!(values.iter().all(|value| value.is_empty() || fits(kind, value)), "{column}: {cell}");
            }
        }
    }
}

/// The value at a path, in each of the values of a list on the way.
fn at<'a>(record: &'a Value, path: &str) -> Vec<&'a Value> {
    let (key, part) = path.split_once('.').map_or((path, None), |(key, part)| (key, Some(part)));
    let values = match &record[key] {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    values.into_iter().map(|value| part.map_or(value, |part| &value[part])).collect()
}

#[tokio::test]
async fn a_row_of_csv_says_what_the_record_says() {
    let client = Client::new().await;
    for list in LISTS {
        let all = pages(&client, &format!("/v1/{list}?limit=500&lang=zh")).await;
        let (header, rows) = table(&whole(&client, &format!("/v1/{list}.csv?lang=zh")).await);
        assert_eq!(rows.len(), all.len());
        for (row, record) in rows.iter().zip(&all) {
            for (name, cell) in header.iter().zip(row) {
                let values: Vec<String> = at(record, name)
                    .into_iter()
                    .map(|value| match value {
                        Value::Null => String::new(),
                        Value::String(text) => text.clone(),
                        other => other.to_string(),
                    })
                    .collect();
                let several = record[name.split('.').next().expect("a key")].is_array();
                let joined = if several {
                    values.iter().map(|value| value.replace(';', "%3B")).collect::<Vec<_>>().join(";")
                } else {
                    values.join("")
                };
                assert_eq!(cell, joined, "{name} of {}", record["id"]);
            }
        }
    }
}

#[tokio::test]
async fn csv_shows_the_keys_asked_for_and_its_header_even_where_nothing_matches() {
    let client = Client::new().await;
    let answer = whole(&client, "/v1/events.csv?fields=location,title&type=summit&from=2035").await;
    assert_eq!(answer.text(), "id,title,location.place,location.country,location.lat,location.lon\r\n");
    assert_eq!(answer.header("x-total-count"), "0");
    let marked = whole(&client, "/v1/events.csv?fields=id&from=2035&bom=true").await;
    assert_eq!(marked.text(), "\u{feff}id\r\n");
}

#[tokio::test]
async fn a_form_is_chosen_by_suffix_by_parameter_or_by_accept() {
    let client = Client::new().await;
    let csv = "text/csv; charset=utf-8; header=present";
    for (address, accept, content_type) in [
        ("/v1/events", "", "application/json"),
        ("/v1/events", "*/*", "application/json"),
        ("/v1/events", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("/v1/events", "text/csv", csv),
        ("/v1/events", "text/*", csv),
        ("/v1/events", "application/json;q=0.5, text/csv;q=0.8", csv),
        ("/v1/events", "text/csv;q=0.5, application/json", "application/json"),
        ("/v1/actors", "text/*;q=0.9, text/csv;q=0.1, application/x-ndjson;q=0.5", "application/x-ndjson"),
        ("/v1/events?format=ndjson", "text/csv", "application/x-ndjson"),
        ("/v1/events.csv", "application/json", csv),
        ("/v1/events.csv?format=csv", "", csv),
        ("/v1/events.json", "text/csv", "application/json"),
        ("/v1/actors.csv", "", csv),
        ("/v1/commitments.ndjson", "", "application/x-ndjson"),
        ("/v1/events", "text/calendar", "text/calendar; charset=utf-8"),
        ("/v1/events.ics", "", "text/calendar; charset=utf-8"),
        ("/v1/events.geojson", "", "application/geo+json"),
        ("/v1/events.timelinejs", "", "application/x.timelinejs+json"),
        ("/v1/events", "application/atom+xml, */*;q=0.1", "application/atom+xml; charset=utf-8"),
        ("/v1/actors.atom", "", "application/atom+xml; charset=utf-8"),
        ("/v1/commitments", "application/feed+json", "application/feed+json"),
    ] {
        let headers: &[(&str, &str)] = if accept.is_empty() { &[] } else { &[("accept", accept)] };
        let answer = client.get_with(address, headers).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, content_type), "{address} {accept}");
    }
}

#[tokio::test]
async fn a_form_that_is_not_offered_is_refused_with_the_list() {
    let client = Client::new().await;
    for (address, accept, status, told) in [
        ("/v1/events.xml", "*/*", 404, "`.csv`"),
        ("/v1/actors.ics", "*/*", 404, "`.ndjson`"),
        ("/v1/events/2021-02-10-biden-xi-call.csv", "*/*", 404, "`.json`"),
        ("/v1/fields.csv", "*/*", 404, "`.json`"),
        ("/v1/events?format=xml", "*/*", 400, "\"ndjson\""),
        ("/v1/events.csv?format=json", "*/*", 400, "`.csv`"),
        ("/v1/events", "application/xml", 406, "text/csv"),
        ("/v1/events", "text/csv;q=0", 406, "application/json"),
    ] {
        let answer = client.get_with(address, &[("accept", accept)]).await;
        assert_eq!(answer.status.as_u16(), status, "{address}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.text().contains(told), "{address}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_a_form_cannot_express_is_refused_and_not_ignored() {
    let client = Client::new().await;
    for (address, parameter) in [
        ("/v1/events.csv?include=actors", "include"),
        ("/v1/events.ndjson?include=actors", "include"),
        ("/v1/events.ndjson?bom=true", "bom"),
        ("/v1/events?bom=true", "bom"),
        ("/v1/events.csv?bom=1", "bom"),
        ("/v1/events.ics?fields=title", "fields"),
        ("/v1/events.atom?fields=title", "fields"),
        ("/v1/events.timelinejs?fields=title", "fields"),
        ("/v1/events.geojson?include=actors", "include"),
        ("/v1/events.jsonfeed?include=actors", "include"),
        ("/v1/events.csv?limit=501", "limit"),
    ] {
        let answer = client.get(address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
        assert_eq!(each(&answer.json()["errors"], "parameter"), [parameter], "{address}");
    }
}

#[tokio::test]
async fn a_limit_makes_a_page_of_it_with_a_next() {
    let client = Client::new().await;
    let all = whole(&client, "/v1/events.ndjson?sort=title").await.text();
    let (mut address, mut walked) = ("/v1/events.ndjson?sort=title&limit=100".to_owned(), String::new());
    loop {
        let page = whole(&client, &address).await;
        walked.push_str(&page.text());
        assert!(page.text().lines().count() <= 100);
        assert_eq!(page.header("x-total-count"), all.lines().count().to_string());
        let links: Vec<&str> = page.header("link").split(", <").collect();
        let Some(next) = links.iter().find_map(|link| link.strip_suffix(">; rel=\"next\"")) else { break };
        address = next.to_owned();
    }
    assert_eq!(walked, all);
    // The default of JSON is no default here.
    let fifty = whole(&client, "/v1/events.ndjson?limit=50").await;
    assert_eq!(fifty.text().lines().count(), 50);
    assert_ne!(fifty.header("etag"), whole(&client, "/v1/events.ndjson").await.header("etag"));
}

#[tokio::test]
async fn a_cursor_goes_from_one_form_to_another() {
    let client = Client::new().await;
    let first = client.ok("/v1/events?type=call&limit=5&sort=-date").await;
    let cursor = first["page"]["next"].as_str().expect("more pages");
    let rest =
        whole(&client, &format!("/v1/events.ndjson?type=call&sort=-date&fields=id&cursor={cursor}")).await.text();
    let all = whole(&client, "/v1/events.ndjson?type=call&sort=-date&fields=id").await.text();
    assert_eq!(rest.lines().collect::<Vec<_>>(), all.lines().skip(5).collect::<Vec<_>>());
    let other = client.get(&format!("/v1/events.ndjson?type=summit&sort=-date&cursor={cursor}")).await;
    assert_eq!(other.json()["code"], "cursor-mismatch");
}

#[tokio::test]
async fn one_whole_result_has_one_tag_however_it_is_asked_for() {
    let client = Client::new().await;
    let by_suffix = whole(&client, "/v1/events.csv?type=call").await;
    let by_parameter = whole(&client, "/v1/events?format=csv&type=call&total=true").await;
    let by_accept = client.get_with("/v1/events?type=call", &[("accept", "text/csv")]).await;
    let tag = by_suffix.header("etag");
    assert_eq!([by_parameter.header("etag"), by_accept.header("etag")], [tag, tag]);
    assert_eq!(by_suffix.header("vary"), "Accept-Language, Accept-Encoding");
    assert_eq!(by_accept.header("vary"), "Accept, Accept-Language, Accept-Encoding");
    assert_eq!(by_suffix.header("content-disposition"), "inline; filename=\"events.csv\"");
    assert_eq!(by_suffix.header("content-language"), "en");
    for (name, value) in [("accept-language", "zh"), ("accept-encoding", "gzip")] {
        assert_ne!(client.get_with("/v1/events.csv?type=call", &[(name, value)]).await.header("etag"), tag);
    }
    let marked = whole(&client, "/v1/events.csv?type=call&bom=true").await;
    assert_ne!(marked.header("etag"), tag);
    let unmarked = whole(&client, "/v1/events.csv?type=call&bom=false").await;
    assert_eq!(unmarked.header("etag"), tag);
    let uncounted = whole(&client, "/v1/events.csv?type=call&total=false").await;
    assert_eq!(uncounted.header("x-total-count"), "");
    let exposed = by_suffix.header("access-control-expose-headers");
    assert!(exposed.contains("x-total-count") && exposed.contains("content-disposition"), "{exposed}");
}

#[tokio::test]
async fn a_head_names_what_a_get_would_send_and_a_held_tag_is_enough() {
    let client = Client::new().await;
    for address in ["/v1/events.csv", "/v1/actors.ndjson?limit=3"] {
        let got = whole(&client, address).await;
        let head = client.ask(Method::HEAD, address, &[]).await;
        assert!(head.body.is_empty());
        for name in ["etag", "content-type", "x-total-count", "content-disposition", "link", "vary"] {
            assert_eq!(head.header(name), got.header(name), "{address} {name}");
        }
        let again = client.get_with(address, &[("if-none-match", got.header("etag"))]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
}

#[tokio::test]
async fn the_dictionary_names_every_column_of_a_key() {
    let client = Client::new().await;
    let dictionary = client.ok("/v1/fields").await;
    let columns = &dictionary["data"]["events"]["columns"];
    assert_eq!(one(columns, "name", "location.lat")["type"], "number or null");
    assert_eq!(one(columns, "name", "topics")["several"], true);
    let names = each(columns, "name");
    for key in each(&dictionary["data"]["events"]["properties"], "key") {
        assert!(names.iter().any(|name| name.split('.').next() == Some(key)), "{key}");
    }
    assert_eq!(strings(&dictionary["data"]["events"]["include"]), ["actors", "commitments", "events"]);
}

/// The content lines of a calendar, unfolded; holds the text to the rules of RFC 5545 on lines.
fn content_lines(calendar: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    assert!(calendar.ends_with("\r\n"));
    for line in calendar.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        match line.strip_prefix(' ') {
            Some(more) => lines.last_mut().expect("no line is folded before the first").push_str(more),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// The events of a calendar, each with its properties; parameters stay with the names.
fn calendar_events(lines: &[String]) -> Vec<Vec<(String, String)>> {
    lines
        .split(|line| line == "BEGIN:VEVENT")
        .skip(1)
        .map(|lines| {
            let end = lines.iter().position(|line| line == "END:VEVENT").expect("an event ends");
            let parts = lines[..end].iter().map(|line| line.split_once(':').expect("a value"));
            parts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        })
        .collect()
}

fn property<'a>(event: &'a [(String, String)], name: &str) -> &'a str {
    let mut found = event.iter().filter(|(known, _)| known == name);
    let value = found.next().map_or("", |(_, value)| value);
    assert!(found.next().is_none(), "{name} is there twice");
    value
}

#[tokio::test]
async fn a_calendar_holds_each_event_that_is_known_to_the_day() {
    let client = Client::new().await;
    for lang in ["en", "zh"] {
        let all = pages(&client, &format!("/v1/events?limit=500&lang={lang}")).await;
        let answer = whole(&client, &format!("/v1/events.ics?lang={lang}")).await;
        let lines = content_lines(&answer.text());
        let events = calendar_events(&lines);
        let of_days: Vec<&Value> = all
            .iter()
            .filter(|event| event["date"].as_str().expect("a date").split('/').all(|date| date.len() == 10))
            .collect();
        assert_eq!(events.len(), of_days.len());
        for (entry, event) in events.iter().zip(of_days) {
            let day = |key: &str| event[key].as_str().expect("a day").parse::<Day>().expect("a day");
            let digits = |day: Day| day.to_string().replace('-', "");
            assert_eq!(property(entry, "DTSTART;VALUE=DATE"), digits(day("start")));
            assert_eq!(property(entry, "DTEND;VALUE=DATE"), digits(day("end").plus(1)));
            assert_eq!(property(entry, "DTSTAMP"), format!("{}T000000Z", digits(day("updated"))));
            let title = event["title"].as_str().expect("a title").replace(',', "\\,").replace(';', "\\;");
            assert_eq!(property(entry, "SUMMARY"), title);
            let address = format!("http://localhost/v1/events/{}", event["id"].as_str().expect("an id"));
            assert_eq!(property(entry, "URL"), address);
            let status = match event["status"].as_str().expect("a status") {
                "occurred" => "CONFIRMED",
                "scheduled" => "TENTATIVE",
                _ => "CANCELLED",
            };
            assert_eq!(property(entry, "STATUS"), status);
            let location = &event["location"];
            let point = location["lat"].as_f64().map(|lat| format!("{lat};{}", location["lon"]));
            assert_eq!(property(entry, "GEO"), point.unwrap_or_default());
        }
        let left_out = all.len() - events.len();
        assert!(left_out > 0);
        let told = lines.iter().find(|line| line.starts_with("X-WR-CALDESC:")).expect("it says what it leaves out");
        assert!(told.contains(&left_out.to_string()), "{told}");
        let mut ids: Vec<&str> = events.iter().map(|event| property(event, "UID")).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), events.len());
    }
}

#[tokio::test]
async fn a_map_holds_every_event_and_no_geometry_where_there_is_no_place() {
    let client = Client::new().await;
    let all = pages(&client, "/v1/events?limit=500").await;
    let map = client.ok("/v1/events.geojson").await;
    assert_eq!(map["type"], "FeatureCollection");
    let features = map["features"].as_array().expect("features");
    assert_eq!(features.len(), all.len());
    for (feature, event) in features.iter().zip(&all) {
        assert_eq!(
            (&feature["type"], &feature["id"], &feature["properties"]),
            (&"Feature".into(), &event["id"], event)
        );
        let location = &event["location"];
        if location["lat"].is_null() {
            assert!(feature["geometry"].is_null());
        } else {
            assert_eq!(feature["geometry"]["type"], "Point");
            assert_eq!(feature["geometry"]["coordinates"], serde_json::json!([location["lon"], location["lat"]]));
        }
    }
    assert!(features.iter().any(|feature| feature["geometry"].is_null()));
    // The place is the record's, whichever keys are shown.
    let few = client.ok("/v1/events.geojson?fields=title&country=CN&limit=1").await;
    assert!(few["features"][0]["geometry"]["coordinates"].is_array());
    assert_eq!(few["features"][0]["properties"].as_object().expect("an object").len(), 2);
    assert_eq!(client.ok("/v1/events.geojson?from=2035").await["features"], serde_json::json!([]));
}

#[tokio::test]
async fn a_time_line_is_as_exact_as_the_record() {
    let client = Client::new().await;
    let all = pages(&client, "/v1/events?limit=500").await;
    let line = client.ok("/v1/events.timelinejs").await;
    let slides = line["events"].as_array().expect("slides");
    assert_eq!(slides.len(), all.len());
    let written = |date: &Value| {
        let parts = ["year", "month", "day"].into_iter().filter_map(|part| date[part].as_i64());
        parts.map(|part| format!("{part:02}")).collect::<Vec<_>>().join("-")
    };
    for (slide, event) in slides.iter().zip(&all) {
        assert_eq!(slide["unique_id"], event["id"]);
        let end = &slide["end_date"];
        let date = if end.is_null() {
            written(&slide["start_date"])
        } else {
            format!("{}/{}", written(&slide["start_date"]), written(end))
        };
        assert_eq!(date, event["date"].as_str().expect("a date"));
        assert!(!slide["text"]["headline"].as_str().expect("a headline").contains('<'));
    }
}

fn feed(answer: &Answer) -> Feed {
    Feed::read_from(&*answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

/// Walks a feed along `next`, and gives each item's identifier and day.
async fn walked(client: &Client, address: &str) -> Vec<(String, String)> {
    let (mut items, mut next) = (Vec::new(), Some(address.to_owned()));
    while let Some(address) = next {
        let answer = whole(client, &address).await;
        let local = |link: &str| link.strip_prefix("http://localhost").expect("an absolute link").to_owned();
        if answer.header("content-type") == "application/feed+json" {
            let feed = answer.json();
            let all = feed["items"].as_array().expect("items");
            items.extend(all.iter().map(|item| {
                let day = item["date_modified"].as_str().expect("a time")[..10].to_owned();
                (item["id"].as_str().expect("an id").to_owned(), day)
            }));
            next = feed["next_url"].as_str().map(local);
        } else {
            let feed = feed(&answer);
            items.extend(
                feed.entries().iter().map(|entry| (entry.id.clone(), entry.updated.to_rfc3339()[..10].to_owned())),
            );
            next = feed.links().iter().find(|link| link.rel == "next").map(|link| local(&link.href));
        }
    }
    items
}

#[tokio::test]
async fn feeds_hold_every_record_once_last_updated_first() {
    let client = Client::new().await;
    for list in LISTS {
        let atom = walked(&client, &format!("/v1/{list}.atom?limit=40")).await;
        assert!(atom.is_sorted_by(|(_, earlier), (_, later)| earlier >= later), "{list}");
        assert_eq!(walked(&client, &format!("/v1/{list}.jsonfeed?limit=100")).await, atom, "{list}");
        let total = client.ok(&format!("/v1/{list}")).await["page"]["total"].as_u64().expect("a total");
        let mut ids: Vec<&String> = atom.iter().map(|(id, _)| id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len() as u64, atom.len() as u64), (total, total), "{list}");
    }
    let by_date = walked(&client, "/v1/events.atom?sort=-date&limit=500").await;
    assert!(!by_date.is_sorted_by(|(_, earlier), (_, later)| earlier >= later), "an order that is asked for is kept");
}

#[tokio::test]
async fn a_feed_names_itself_and_where_it_is() {
    let client = Client::new().await;
    let address = "/v1/commitments?party=CN&topic=coal&lang=zh&limit=3&format=atom";
    let atom = feed(&client.get_with(address, &[("host", "timeline.example:8080")]).await);
    let link = |feed: &Feed, rel: &str| feed.links().iter().find(|link| link.rel == rel).map(|link| link.href.clone());
    let own = "http://timeline.example:8080/v1/commitments?format=atom&lang=zh&limit=3&party=CN&topic=coal";
    assert_eq!(link(&atom, "self").as_deref(), Some(own));
    assert_eq!(atom.lang.as_deref(), Some("zh"));
    assert!(
        atom.entries()
            .iter()
            .all(|entry| entry.links()[0].href.starts_with("http://timeline.example:8080/v1/commitments/"))
    );
    // Where it is asked, and how much of it, make no other feed.
    let elsewhere = Client::of(crate::support::app_at("https://other.example").await);
    let other = feed(&whole(&elsewhere, &address.replace("limit=3", "limit=2")).await);
    assert!(link(&other, "next").expect("more").starts_with("https://other.example/v1/commitments?"));
    assert_eq!(other.id, atom.id);
    assert_eq!(other.entries()[0].id, atom.entries()[0].id);
    assert_ne!(feed(&whole(&client, &address.replace("coal", "methane")).await).id, atom.id);
    assert_ne!(feed(&whole(&client, &address.replace("zh", "en")).await).id, atom.id);
    let json = client.get_with("/v1/events.jsonfeed?limit=1", &[("host", "timeline.example")]).await.json();
    assert_eq!(json["feed_url"], "http://timeline.example/v1/events?format=jsonfeed&limit=1");
    assert_eq!(json["home_page_url"], "http://timeline.example/");
}

#[tokio::test]
async fn one_representation_a_host_where_links_need_one() {
    let client = Client::new().await;
    for (address, differ) in [("/v1/events.atom", true), ("/v1/events.ics", true), ("/v1/events.geojson", false)] {
        let here = client.get_with(address, &[("host", "a.example")]).await;
        let there = client.get_with(address, &[("host", "b.example")]).await;
        assert_eq!(here.header("etag") != there.header("etag"), differ, "{address}");
        assert_eq!(here.body != there.body, differ, "{address}");
    }
}

#[tokio::test]
async fn a_cursor_keeps_its_order_from_feed_to_page_and_back() {
    let client = Client::new().await;
    let news = client.ok("/v1/events?sort=-updated&limit=30&fields=id").await;
    let feed_cursor = client.ok("/v1/events.jsonfeed?limit=10").await["next_url"].as_str().expect("more").to_owned();
    let cursor = feed_cursor.split("cursor=").nth(1).expect("a cursor").split('&').next().expect("a cursor");
    let page = client.ok(&format!("/v1/events?limit=20&fields=id&cursor={cursor}")).await;
    assert_eq!(each(&page["data"], "id"), each(&news["data"], "id")[10..]);
    assert!(page["links"]["self"].as_str().expect("a link").contains("sort=-updated"));
    let by_date = client.ok("/v1/events?limit=5&fields=id").await;
    let cursor = by_date["page"]["next"].as_str().expect("a cursor");
    let feed = client.ok(&format!("/v1/events.jsonfeed?limit=5&cursor={cursor}")).await;
    let ids: Vec<&str> = each(&feed["items"], "url").iter().map(|url| url.rsplit('/').next().expect("an id")).collect();
    let ten = client.ok("/v1/events?limit=10&fields=id").await;
    assert_eq!(ids, each(&ten["data"], "id")[5..]);
    assert!(feed["feed_url"].as_str().expect("a link").contains("sort=date"));
}
