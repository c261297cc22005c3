//! The forms beside JSON: how they are chosen, how much they hold, and that they say what JSON says.

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
        ("/v1/events", "text/*;q=0.9, text/csv;q=0.1, application/x-ndjson;q=0.5", "application/x-ndjson"),
        ("/v1/events?format=ndjson", "text/csv", "application/x-ndjson"),
        ("/v1/events.csv", "application/json", csv),
        ("/v1/events.csv?format=csv", "", csv),
        ("/v1/events.json", "text/csv", "application/json"),
        ("/v1/actors.csv", "", csv),
        ("/v1/commitments.ndjson", "", "application/x-ndjson"),
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
