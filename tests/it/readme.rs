//! The README is true: its answers are what the program answers, its tables are the field tables.
//!
//! `RENEW=1 cargo test readme` writes the generated parts anew.

use std::fmt::Write as _;
use std::path::Path;

use climate_timeline::query::fields::ValueType;
use climate_timeline::query::{Actors, Commitments, Events, Resource};

use crate::support::Client;

/// Replaces what stands between each `<!-- mark -->` and its `<!-- end -->`.
async fn renewed(readme: &str) -> String {
    let client = Client::new().await;
    let mut out = String::new();
    let mut rest = readme;
    while let Some((before, after)) = rest.split_once("<!-- ") {
        let (mark, after) = after.split_once(" -->\n").expect("a mark ends on its line");
        let (_, after) = after.split_once("<!-- end -->\n").expect("a generated part ends");
        let made = match mark.split_once(' ') {
            Some(("answer", address)) => {
                let body = client.get(address).await.text();
                format!("```console\n$ curl 'http://127.0.0.1:8080{address}'\n{}\n```\n", body.trim_end())
            }
            _ => filters(),
        };
        write!(out, "{before}<!-- {mark} -->\n{made}<!-- end -->\n").expect("text grows");
        rest = after;
    }
    out + rest
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
    writeln!(out, "\nOrders: {} (the first by default; `-` for descending).", sorts.join(", ")).expect("text grows");
}

#[tokio::test]
async fn the_readme_shows_what_the_program_answers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    // The answers name the build's day nowhere; they change with the records alone.
    let readme = std::fs::read_to_string(&path).expect("a README");
    let renewed = renewed(&readme).await;
    if std::env::var_os("RENEW").is_some() {
        std::fs::write(&path, &renewed).expect("a writable README");
    }
    assert!(readme == renewed || std::env::var_os("RENEW").is_some(), "stale: run `RENEW=1 cargo test readme`");
}
