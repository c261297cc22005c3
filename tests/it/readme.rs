//! What people read is true: its answers are what the program answers, its tables and counts are made from the tables
//! and records themselves.
//!
//! `RENEW=1 cargo test --test it readme` writes the generated parts anew.

mod curators;
mod runbook;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use axum::http::StatusCode;
use clap::CommandFactory as _;
use climate_timeline::cli::Cli;
use climate_timeline::domain::dataset::Dataset;
use climate_timeline::domain::vocab::{Confidence, Side, Vocabulary as _};
use climate_timeline::query::fields::ValueType;
use climate_timeline::query::{Actors, Commitments, Events, Resource, groups};
use serde_json::Value;

use crate::support::{Client, dataset};

/// The files with generated parts.
const FILES: [&str; 5] = ["README.md", "docs/cookbook.md", "seed/CHANGELOG.md", curators::PAGE, runbook::PAGE];

/// Replaces what stands between each `<!-- mark -->` and its `<!-- end -->`.
async fn renewed(text: &str, client: &Client) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut told = BTreeSet::new();
    while let Some((before, after)) = rest.split_once("<!-- ") {
        let (mark, after) = after.split_once(" -->\n").expect("a mark ends on its line");
        let (written, after) = after.split_once("<!-- end -->\n").expect("a generated part ends");
        let made = match mark.split_once(' ') {
            Some(("answer", address)) => session(address, "", &asked(client, address).await),
            Some(("lines", rest)) => {
                let (count, address) = rest.split_once(' ').expect("a number and an address");
                let body = asked(client, address).await;
                let lines: Vec<&str> = body.lines().take(count.parse().expect("a number")).collect();
                session(address, &format!(" | head -n {count}"), &lines.join("\n"))
            }
            // Written by hand, and tried by a test.
            Some(("new", _)) => written.to_owned(),
            Some(("seed", path)) => curators::file(path),
            Some(("part", path_and_keys)) => curators::part(path_and_keys),
            Some(("keys", kind)) => curators::keys(kind, &mut told),
            _ => match mark {
                "words" => curators::words(),
                "filters" => filters(),
                "settings" => settings(),
                "metrics" => runbook::metrics().await,
                "counts" => counts(&dataset()),
                "coverage" => coverage(&client.ok("/v1").await["data"]["coverage"]),
                _ => panic!("`{mark}` is no mark"),
            },
        };
        write!(out, "{before}<!-- {mark} -->\n{made}<!-- end -->\n").expect("text grows");
        rest = after;
    }
    out + rest
}

/// The flags of `serve`, as its help tells them.
fn settings() -> String {
    let mut command = Cli::command();
    let serve = command.find_subcommand_mut("serve").expect("there is a command `serve`");
    let mut out = "\n| flag | environment | default | |\n|---|---|---|---|\n".to_owned();
    for flag in serve.get_arguments() {
        let name = flag.get_long().expect("flags have long names");
        let variable = flag.get_env().expect("flags have variables").to_string_lossy();
        let defaults: Vec<_> = flag.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = if defaults.is_empty() { "none".to_owned() } else { format!("`{}`", defaults.join(" ")) };
        let help = flag.get_help().expect("flags have help");
        writeln!(out, "| `--{name}` | `{variable}` | {default} | {help} |").expect("text grows");
    }
    out
}

/// What the program answers.
async fn asked(client: &Client, address: &str) -> String {
    let answer = client.get(&encoded(address)).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
    answer.text()
}

/// An address whose Chinese, which curl takes as it is typed, is in ASCII.
fn encoded(address: &str) -> String {
    percent_encoding::utf8_percent_encode(address, percent_encoding::CONTROLS).to_string()
}

/// What is typed into a shell, and what comes of it.
fn session(address: &str, pipe: &str, output: &str) -> String {
    format!(
        "```console\n$ curl -s 'http://127.0.0.1:8080{address}'{pipe}\n{}\n```\n",
        output.trim_end().replace("\r\n", "\n")
    )
}

fn filters() -> String {
    let mut out = String::new();
    table::<Events>(&mut out);
    table::<Actors>(&mut out);
    table::<Commitments>(&mut out);
    out
}

fn table<R: Resource>(out: &mut String) {
    let kind = R::KIND.plural();
    writeln!(out, "\n**Filters of `/v1/{kind}`**\n\n| field | forms | values | meaning |\n|---|---|---|---|")
        .expect("text grows");
    for spec in R::FIELDS {
        let forms: Vec<String> =
            spec.operators().iter().map(|operator| format!("`{}{}`", spec.key, operator.suffix())).collect();
        let mut values = match spec.values {
            ValueType::Words(words) => {
                words.iter().map(|word| format!("`{}`", word.word)).collect::<Vec<_>>().join(" ")
            }
            other => other.name().to_owned(),
        };
        if spec.optional {
            values.push_str(", or `none`");
        }
        writeln!(out, "| `{}` | {} | {values} | {} |", spec.key, forms.join(" "), spec.meaning).expect("text grows");
    }
    let sorts: Vec<String> = R::SORTS.iter().map(|spec| format!("`{}`", spec.key)).collect();
    let best_first = if R::BEST_FIRST { ", `relevance` where `q` is given" } else { "" };
    writeln!(out, "\nOrders: {} (the first by default{best_first}; `-` for descending).", sorts.join(", "))
        .expect("text grows");
    let facets: Vec<String> = groups::facets::<R>().iter().map(|group| format!("`{}`", group.key)).collect();
    writeln!(out, "\nFacets: {}.", facets.join(", ")).expect("text grows");
}

/// A row a decade and one for all, a column a side and a confidence.
fn coverage(coverage: &Value) -> String {
    let (sides, confidence) = (Side::WORDS.iter(), Confidence::WORDS.iter());
    let columns: Vec<(&str, &str)> =
        (sides.map(|word| ("sides", word.word))).chain(confidence.map(|word| ("confidence", word.word))).collect();
    let names: Vec<&str> = columns.iter().map(|(_, word)| *word).collect();
    let rule = "---:|".repeat(1 + columns.len());
    let mut out = format!("\n| decade | events | {} |\n|---|{rule}\n", names.join(" | "));
    let mut row = |name: &str, counts: &Value| {
        write!(out, "| {name} | {} |", counts["events"]).expect("text grows");
        for (group, word) in &columns {
            write!(out, " {} |", counts[group][word]).expect("text grows");
        }
        out.push('\n');
    };
    for decade in coverage["decades"].as_array().expect("a list of decades") {
        row(&format!("{}s", decade["decade"]), decade);
    }
    row("all", &coverage["all"]);
    out
}

/// How many records and sources there are, and from when to when.
fn counts(dataset: &Dataset) -> String {
    let Dataset { events, actors, commitments } = dataset;
    let entries = commitments.iter().flat_map(|made| &made.history);
    let sources = (events.iter().flat_map(|event| &event.sources))
        .chain(actors.iter().flat_map(|actor| &actor.sources))
        .chain(commitments.iter().flat_map(|made| &made.sources))
        .chain(entries.clone().flat_map(|entry| &entry.sources));
    let addresses: BTreeSet<&str> = sources.map(|source| &*source.url).collect();
    let days = || events.iter().map(|event| event.date);
    let first = days().map(|date| date.start().year()).min().expect("there are events");
    let last = days().map(|date| date.end().year()).max().expect("there are events");
    format!(
        "{} events from {first} to {last}, {} actors, {} commitments with {} entries of history, {} sources.\n",
        events.len(),
        actors.len(),
        commitments.len(),
        entries.count(),
        addresses.len(),
    )
}

#[tokio::test]
async fn the_readmes_show_what_the_program_answers() {
    let client = Client::new().await;
    for file in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        // The answers name the build's day nowhere; they change with the records alone.
        let written = std::fs::read_to_string(&path).expect("the file is there");
        let renewed = renewed(&written, &client).await;
        if std::env::var_os("RENEW").is_some() {
            std::fs::write(&path, &renewed).expect("the file can be written");
        } else {
            assert!(written == renewed, "{file} is stale: run `RENEW=1 cargo test --test it readme`");
        }
    }
}

#[test]
fn the_newest_entry_of_the_data_changelog_holds_the_counts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/CHANGELOG.md");
    let log = std::fs::read_to_string(path).expect("a changelog of the data");
    // Older entries keep theirs as plain text.
    let newest = log.split("\n## ").nth(1).expect("an entry");
    assert!(newest.contains("<!-- counts -->\n") && log.matches("<!-- counts -->").count() == 1, "{newest}");
}

#[test]
fn the_citation_names_this_version() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CITATION.cff");
    let citation = std::fs::read_to_string(path).expect("a citation");
    let version = concat!("\nversion: ", env!("CARGO_PKG_VERSION"), "\n");
    assert!(citation.contains(version), "CITATION.cff wants{version}");
}
