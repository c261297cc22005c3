//! What `/v1` says the record covers is what the lists hold.

use climate_timeline::domain::coverage::{Coverage, Decade};
use climate_timeline::domain::vocab::{Confidence, Side, Vocabulary as _};
use serde_json::Value;

use crate::support::{Client, dataset};

/// Asserts that the counts are the totals of the list under a filter.
async fn agrees(client: &Client, counts: &Value, filter: &str) {
    let total = async |more: String| {
        let address = format!("/v1/events?limit=1{filter}{more}");
        client.ok(&address).await["page"]["total"].clone()
    };
    assert_eq!(counts["events"], total(String::new()).await, "{filter}");
    for word in Side::WORDS {
        assert_eq!(counts["sides"][word.word], total(format!("&side={}", word.word)).await, "{filter} {word:?}");
    }
    for word in Confidence::WORDS {
        let total = total(format!("&confidence={}", word.word)).await;
        assert_eq!(counts["confidence"][word.word], total, "{filter} {word:?}");
    }
}

#[tokio::test]
async fn the_entry_counts_what_the_lists_hold() {
    let client = Client::new().await;
    let coverage = client.ok("/v1").await["data"]["coverage"].clone();
    agrees(&client, &coverage["all"], "").await;
    let decades = coverage["decades"].as_array().unwrap();
    assert!(decades.len() > 1);
    for decade in decades {
        let first = decade["decade"].as_u64().unwrap();
        let years: Vec<String> = (first..first + 10).map(|year| year.to_string()).collect();
        agrees(&client, decade, &format!("&year={}", years.join(","))).await;
    }
}

#[test]
fn a_decade_without_an_event_is_there_and_every_word_counts_from_nought() {
    let mut dataset = dataset();
    dataset.events.retain(|event| !(1980..2000).contains(&event.date.start().year()));
    let coverage = Coverage::new(&dataset);
    let at = |decade: i16| coverage.decades.iter().find(|row| row.decade == decade).unwrap();
    let Decade { counts, .. } = at(1980);
    assert_eq!((at(1990).counts.events, counts.events), (0, 0));
    assert_eq!((counts.sides.len(), counts.confidence.len()), (Side::ALL.len(), Confidence::ALL.len()));
    assert!(coverage.decades.is_sorted_by(|a, b| a.decade + 10 == b.decade));
    dataset.events.clear();
    assert!(Coverage::new(&dataset).decades.is_empty());
}
