//! What a client prefers and what it holds: the headers with weights, and `If-None-Match`, against a plain reading of
//! RFC 9110.

use std::io::Read as _;

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::select;

use super::{bent, changes, hold, replay};
use crate::oracle::Both;
use crate::support::{Answer, Client, app, dataset};

/// What breaks readers of lists: separators, quotes and halves of weights.
const BITS: &[&str] = &[
    "", ",", ";", "=", "\"", "\\", "q", "q=", ";q=0", ";q=1", ";q=0.001", ";q=1.001", ";q=-1", ";Q=0.5", "*", "/",
    "*/*", " ", "\t", "W/", "en", "zh", "gzip", "identity", "é", "0",
];

const WEIGHTS: &[(&str, u16)] = &[
    ("", 1000),
    (";q=1", 1000),
    (";q=1.000", 1000),
    (";q=0", 0),
    (";q=0.", 0),
    (";q=0.000", 0),
    (";q=0.5", 500),
    ("; q=0.001", 1),
    (" ;\tQ=0.9", 900),
];

/// One entry of a list: what is named, with what parameters, how much it weighs.
type Entry = (&'static str, &'static str, (&'static str, u16));

fn entries(names: &'static [&'static str], parameters: &'static [&'static str]) -> impl Strategy<Value = Vec<Entry>> {
    proptest::collection::vec((select(names), select(parameters), select(WEIGHTS)), 0..6)
}

fn written(entries: &[Entry], separator: &str) -> String {
    let entry = |(name, parameters, (weight, _)): &Entry| format!("{name}{parameters}{weight}");
    entries.iter().map(entry).collect::<Vec<_>>().join(separator)
}

/// The weights of all entries with this name.
fn weights(entries: &[Entry], name: &str) -> Vec<u16> {
    let named = entries.iter().filter(|(what, ..)| what.eq_ignore_ascii_case(name));
    named.map(|(_, _, (_, weight))| *weight).collect()
}

/// The least and the greatest weight of the first of these names that is there; nothing where none is.
fn between(entries: &[Entry], names: &[&str]) -> Option<(u16, u16)> {
    let found = names.iter().map(|name| weights(entries, name)).find(|found| !found.is_empty())?;
    Some((*found.iter().min()?, *found.iter().max()?))
}

async fn ask(client: &Client, address: &str, name: &str, value: &HeaderValue) -> Answer {
    client.send(Request::get(address).header(name, value).body(Body::empty()).expect("a request")).await
}

/// A body without its coding.
fn plain(answer: &Answer) -> Vec<u8> {
    let mut out = Vec::new();
    match answer.header("content-encoding") {
        "gzip" => drop(flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut out).expect("gzip")),
        "br" => drop(brotli::Decompressor::new(&*answer.body, 4096).read_to_end(&mut out).expect("Brotli")),
        "zstd" => out = zstd::decode_all(&*answer.body).expect("Zstandard"),
        _ => out.clone_from(&answer.body),
    }
    out
}

const LIST: &str = "/v1/events?limit=2";

/// The media types that lists of events are offered in.
const TYPES: &[&str] = &[
    "application/json",
    "text/csv",
    "application/x-ndjson",
    "application/atom+xml",
    "application/feed+json",
    "text/calendar",
    "application/geo+json",
    "application/x.timelinejs+json",
];
const RANGES: &[&str] = &[
    "application/json",
    "Text/CSV",
    "application/atom+xml",
    "text/calendar",
    "application/*",
    "text/*",
    "*/*",
    "image/png",
    "text/html",
];
const PARAMETERS: &[&str] = &["", "", ";charset=utf-8", ";profile=\"a,b;q=0\"", ";x=\"\\\"\"", "; header=present"];

/// What is picked is not refused and weighs most; nothing is picked only where all is refused.
fn picks_a_type(entries: &[Entry], answer: &Answer) -> Result<(), TestCaseError> {
    let of = |media_type: &str| {
        let family = format!("{}/*", media_type.split('/').next().unwrap_or_default());
        between(entries, &[media_type, &family, "*/*"])
    };
    let picked = answer.header("content-type").split(';').next().unwrap_or_default();
    if entries.is_empty() {
        prop_assert_eq!(picked, "application/json");
    } else if answer.status == 406 {
        let refused = |media_type: &&str| of(media_type).is_none_or(|(least, _)| least == 0);
        prop_assert!(TYPES.iter().all(refused));
    } else {
        prop_assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let most = of(picked).map_or(0, |(_, most)| most);
        prop_assert!(most > 0, "{picked} is refused");
        prop_assert!(
            TYPES.iter().all(|other| of(other).is_none_or(|(least, _)| least <= most)),
            "{picked} weighs less"
        );
    }
    Ok(())
}

/// What is picked is not refused, and the bytes are the same; plain ones are sent where everything is refused.
fn picks_a_coding(entries: &[Entry], answer: &Answer, bytes: &[u8]) -> Result<(), TestCaseError> {
    let most = |coding: &str| between(entries, &[coding, "*"]).map_or(0, |(_, most)| most);
    prop_assert_eq!(answer.status.as_u16(), 200);
    prop_assert!(plain(answer) == bytes);
    let least = |coding: &str| between(entries, &[coding, "*"]).map_or(0, |(least, _)| least);
    match answer.header("content-encoding") {
        "" => {
            let refused = between(entries, &["identity", "*"]).is_some_and(|(_, most)| most == 0);
            prop_assert!(
                !refused || ["zstd", "br", "gzip"].iter().all(|coding| least(coding) == 0),
                "plain is refused"
            );
        }
        coding => prop_assert!(most(coding) > 0, "{coding} is refused"),
    }
    Ok(())
}

/// English is answered where nothing is preferred, unless it is refused and Chinese is not.
fn picks_a_language(entries: &[Entry], answer: &Answer) -> Result<(), TestCaseError> {
    let of = |names: &[&str]| names.iter().flat_map(|name| weights(entries, name)).max();
    let any = of(&["*"]);
    let (english, chinese) = (of(&["en", "en-GB"]).or(any), of(&["zh", "zh-Hans-CN"]).or(any));
    let wanted = match (english, chinese) {
        (Some(0), None) => "zh",
        (english, chinese) if chinese.unwrap_or(0) > english.unwrap_or(0) => "zh",
        (english, chinese) if chinese.unwrap_or(0) < english.unwrap_or(0) => "en",
        // Of two that weigh the same, either will do.
        _ => return Ok(()),
    };
    prop_assert_eq!(answer.header("content-language"), wanted);
    Ok(())
}

#[test]
fn nothing_is_picked_that_the_client_refuses() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    let bytes = both.runtime.block_on(client.get(LIST)).body;
    let asked = |name: &str, entries: &[Entry], separator: &str| {
        let value = HeaderValue::from_str(&written(entries, separator)).expect("a value");
        both.runtime.block_on(ask(&client, LIST, name, &value))
    };
    let separators = || select(vec![",", ", ", " ,, ", "\t,"]);
    hold(100, &(entries(RANGES, PARAMETERS), separators()), |(entries, separator)| {
        picks_a_type(&entries, &asked("accept", &entries, separator))
    });
    let codings = &["gzip", "br", "zstd", "identity", "*", "deflate", "GZip"];
    hold(100, &(entries(codings, &[""]), separators()), |(entries, separator)| {
        picks_a_coding(&entries, &asked("accept-encoding", &entries, separator), &bytes)
    });
    let tags = &["en", "zh", "*", "en-GB", "zh-Hans-CN", "fr", "ZH"];
    hold(100, &(entries(tags, &[""]), separators()), |(entries, separator)| {
        picks_a_language(&entries, &asked("accept-language", &entries, separator))
    });
}

/// Whatever a header holds, there is an answer, whole and the same in every coding, or a refusal of the types.
async fn is_answered(client: &Client, bytes: &[u8], name: &str, value: &str) -> Result<(), TestCaseError> {
    let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) else { return Ok(()) };
    let answer = ask(client, LIST, name, &value).await;
    match answer.status.as_u16() {
        200 => prop_assert!(name != "accept-encoding" || plain(&answer) == bytes),
        406 => prop_assert_eq!((name, &answer.json()["code"]), ("accept", &"not-acceptable".into())),
        304 => prop_assert_eq!((name, answer.body.len()), ("if-none-match", 0)),
        status => return Err(TestCaseError::fail(format!("{status}: {}", answer.text()))),
    }
    let varies = answer.header("vary").to_lowercase();
    prop_assert!(name == "if-none-match" || answer.status == 406 || varies.contains(name), "{varies}");
    Ok(())
}

#[test]
fn whatever_a_header_holds_is_answered() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    let bytes = both.runtime.block_on(client.get(LIST)).body;
    let holds = |name: &str, value: &str| both.runtime.block_on(is_answered(&client, &bytes, name, value));
    replay("headers.txt", |line| {
        let (name, value) = line.split_once(": ").expect("a header");
        holds(name, value)
    });
    let real = vec![
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"),
        ("accept", "text/csv;charset=utf-8, application/*;q=0.2"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1"),
        ("accept-language", "zh-CN,zh;q=0.9,en-GB;q=0.8,en;q=0.7"),
        ("accept-language", "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"),
        ("if-none-match", "\"abc\", W/\"def\", \"x,y\""),
        ("if-none-match", "*"),
    ];
    hold(150, &(select(real), changes(BITS, 6)), |((name, value), changes)| holds(name, &bent(value, &changes)));
}

#[test]
fn an_answer_that_the_client_holds_is_not_sent_again_and_every_other_is() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let client = Client::of(both.runtime.block_on(app(&dataset)));
    let tag = both.runtime.block_on(client.get(LIST)).header("etag").to_owned();
    let inner = tag.trim_matches('"').to_owned();
    let others = ["\"\"", "W/\"x\"", "\"x,y\"", "\"é\"", "\"W/\"", "\"*\""].map(str::to_owned);
    let near = [format!("\"{inner}x\""), format!("\"x{inner}\""), format!("\"W/{inner}\""), format!("\",{inner}\"")];
    let held = [tag.clone(), format!("W/{tag}")];
    let cases = proptest::collection::vec(
        prop_oneof![4 => select([&others[..], &near].concat()), 1 => select(held.to_vec())],
        1..6,
    );
    hold(150, &(cases, select(vec![",", ", ", " ,\t, "])), |(tags, separator)| {
        let value = HeaderValue::from_bytes(tags.join(separator).as_bytes()).expect("a value");
        let answer = both.runtime.block_on(ask(&client, LIST, "if-none-match", &value));
        let known = tags.iter().any(|tag| held.contains(tag));
        prop_assert_eq!(answer.status.as_u16(), if known { 304 } else { 200 });
        Ok(())
    });
}
