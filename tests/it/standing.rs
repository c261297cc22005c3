//! Where a commitment stands on a day: for each one, on each day before, on and after each entry of its history, the
//! API equals a fold written here from the contract's words.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use climate_timeline::domain::commitment::Commitment;
use climate_timeline::domain::date::Day;
use climate_timeline::domain::vocab::Vocabulary as _;

use crate::support::{self, Client};

/// The status on a day and since when, from the last entry that changes it; `None` before the first entry.
fn standing(commitment: &Commitment, day: Day) -> Option<(&'static str, Day)> {
    let mut entries: Vec<(Day, &'static str)> =
        commitment.history.iter().map(|entry| (entry.date.start(), entry.change.word())).collect();
    entries.sort_by_key(|(day, _)| *day);
    let statuses: Vec<(Day, &'static str)> = entries
        .iter()
        .enumerate()
        .filter(|(_, (date, _))| *date <= day)
        .filter_map(|(index, (date, change))| match *change {
            "announced" | "resumed" => Some((*date, "active")),
            "formalised" | "reaffirmed" | "strengthened" | "weakened" => (index == 0).then_some((*date, "active")),
            other => Some((*date, other)),
        })
        .collect();
    let status = statuses.last()?.1;
    let unbroken = statuses.iter().rev().take_while(|(_, other)| *other == status);
    Some((status, unbroken.last()?.0))
}

#[tokio::test]
async fn each_commitment_stands_on_each_day_as_its_history_says() {
    let dataset = support::dataset();
    let client = Client::new().await;
    let mut asked = 0;
    for commitment in &dataset.commitments {
        for entry in &commitment.history {
            for day in [-1, 0, 1].map(|days| entry.date.start().plus(days)) {
                let answer = client.get(&format!("/v1/commitments/{}?as_of={day}", commitment.id)).await;
                let expected = standing(commitment, day);
                asked += 1;
                let Some((status, since)) = expected else {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND);
                    assert_eq!(answer.json()["code"], "not-yet-made");
                    continue;
                };
                let data = &answer.json()["data"];
                assert_eq!(data["status"], status, "{} on {day}", commitment.id);
                assert_eq!(data["status_since"], since.to_string(), "{} on {day}", commitment.id);
                assert_eq!(data["as_of"], day.to_string());
                let shown = data["history"].as_array().expect("a list").len();
                let by_then = commitment.history.iter().filter(|entry| entry.date.start() <= day).count();
                assert_eq!(shown, by_then, "{} on {day}", commitment.id);
                for event in data["events"].as_array().expect("a list") {
                    let id = event["id"].as_str().expect("an id");
                    assert!(dataset.event(id).expect("an event").date.start() <= day);
                }
            }
        }
    }
    assert!(asked > 400, "{asked}");
}

#[tokio::test]
async fn lists_on_a_day_hold_just_the_commitments_made_by_then_under_their_status() {
    let dataset = support::dataset();
    let client = Client::new().await;
    for day in ["2009-01-01", "2016-09-03", "2020-11-04", "2021-01-20", "2021-11-10", "2022-09-01", "2025-01-21"] {
        let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for commitment in &dataset.commitments {
            if let Some((status, _)) = standing(commitment, day.parse().expect("a day")) {
                expected.entry(status).or_default().push(&commitment.id);
            }
        }
        for status in climate_timeline::domain::vocab::Status::ALL {
            let address = format!("/v1/commitments?as_of={day}&status={status}&limit=500");
            let answer = client.ok(&address).await;
            let mut ids: Vec<&str> =
                answer["data"].as_array().expect("a list").iter().filter_map(|made| made["id"].as_str()).collect();
            ids.sort_unstable();
            assert_eq!(ids, expected.get(status.word()).cloned().unwrap_or_default(), "{address}");
        }
    }
}
