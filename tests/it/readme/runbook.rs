//! `docs/operating.md`: its table of metrics, and that every alert is explained in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use climate_timeline::http::Limits;

use crate::support::{Client, app, dataset};

/// Where the page stands.
pub(super) const PAGE: &str = "docs/operating.md";

/// A row for each metric that a server which has answered something tells of.
pub(super) async fn metrics() -> String {
    let limits = Limits { request_timeout: Duration::from_mins(1), in_flight: 10, rate: None, trusted: Vec::new() };
    let client = Client::served(app(&dataset()).await, limits);
    client.ok("/v1/events").await;
    let told = client.get("/metrics").await.text();
    let kinds = said(&told, "# TYPE ");
    let mut out = "\n| metric | kind | unit | labels | |\n|---|---|---|---|---|\n".to_owned();
    for (name, meaning) in said(&told, "# HELP ") {
        let (kind, unit, labels) = (kinds[name], unit(name), labels(&told, name).join(", "));
        writeln!(out, "| `{name}` | {kind} | {unit} | {labels} | {meaning} |").expect("text grows");
    }
    out
}

/// What the lines of one kind say, by the name of the metric.
fn said<'a>(told: &'a str, kind: &str) -> BTreeMap<&'a str, &'a str> {
    told.lines().filter_map(|line| line.strip_prefix(kind)?.split_once(' ')).collect()
}

/// The unit, which Prometheus has in the name.
fn unit(name: &str) -> &'static str {
    match name.trim_end_matches("_total") {
        name if name.ends_with("_seconds") => "seconds",
        name if name.ends_with("_bytes") => "bytes",
        _ => "number",
    }
}

/// The labels of a metric, without the bounds of histograms.
fn labels(told: &str, name: &str) -> Vec<String> {
    let samples = told.lines().filter_map(|line| line.strip_prefix(name)?.split_once('{'));
    let names = samples.flat_map(|(_, labels)| labels.split("\",").filter_map(|label| label.split_once('=')));
    let names: BTreeSet<&str> = names.map(|(label, _)| label).filter(|label| *label != "le").collect();
    names.into_iter().map(|label| format!("`{label}`")).collect()
}

/// The sections of the page under headings of the third rank, by their headings.
fn sections(page: &str) -> BTreeMap<&str, &str> {
    let parts = page.split("\n## ").flat_map(|part| part.split("\n### ").skip(1));
    parts.filter_map(|section| section.split_once('\n')).collect()
}

#[test]
fn the_runbook_says_of_every_alert_what_it_means_and_what_to_do() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let rules = std::fs::read_to_string(docs.join("prometheus-rules.yml")).expect("rules");
    let page = std::fs::read_to_string(docs.join("operating.md")).expect("a runbook");
    let sections = sections(&page);
    let alerts: BTreeMap<&str, &str> =
        rules.split("- alert: ").skip(1).filter_map(|rule| rule.split_once('\n')).collect();
    for (alert, rule) in &alerts {
        let section = sections.get(alert).unwrap_or_else(|| panic!("no section `{alert}`"));
        for part in ["\n- **Means**: ", "\n- **Look at**: ", "\n- **Do**: "] {
            assert!(section.contains(part), "{alert}: no `{}`", part.trim());
        }
        let link = format!("runbook: docs/operating.md#{}\n", alert.to_lowercase());
        assert!(rule.contains(&link), "{alert} wants `{}`", link.trim());
    }
    let explained = sections.keys().filter(|heading| heading.starts_with("ClimateTimeline"));
    assert!(explained.eq(alerts.keys()), "the page explains alerts that there are not: {sections:?}");
}

#[test]
fn the_links_of_the_runbook_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join(PAGE)).expect("a runbook");
    let headings: BTreeSet<String> = (page.lines())
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')))
        .map(|heading| heading.to_lowercase().replace(' ', "-"))
        .collect();
    let links: Vec<&str> = page.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 20, "{links:?}");
    for link in links {
        match link.strip_prefix('#') {
            Some(heading) => assert!(headings.contains(heading), "no heading for `{link}`"),
            None => assert!(root.join("docs").join(link).exists(), "no file for `{link}`"),
        }
    }
}
