//! The cost of a page does not grow with the record: for each field, operator and order, one page of a record of
//! 100,000 events takes SQLite at most twice the steps that it takes of one of 1,000.

use climate_timeline::domain::text::Lang;
use climate_timeline::query::fields::{EventField, EventSort, Operator, Resource as _};
use climate_timeline::query::{Context, Events, ListQuery, Params, parse};
use climate_timeline::store::Store;

use crate::{support, synthetic};

/// Pages whose cost may grow, each with the reason why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

fn read(store: &Store, raw: &str) -> ListQuery<Events> {
    let today = "2026-11-25".parse().expect("a day");
    let context = Context { catalogue: store.catalogue(), today, lang: Lang::En, format: None };
    parse::list(&mut Params::decode(raw), &context).unwrap_or_else(|refused| panic!("{raw}: {refused:?}"))
}

/// A value of a field that both records have.
fn value(field: EventField, store: &Store) -> String {
    match field {
        EventField::Id => store.catalogue().events.iter().nth(500).expect("an event").to_owned(),
        EventField::Actor => "actor-01".into(),
        EventField::Commitment => "cn-promise-01".into(),
        EventField::Year | EventField::From => "2001".into(),
        EventField::To => "2001-06".into(),
        EventField::UpdatedSince => "2026-11-24".into(),
        field => Events::spec(field).example.into(),
    }
}

/// Every filter by one field and operator, in every order.
fn pages(store: &Store) -> Vec<(String, String)> {
    let mut sorts = vec![];
    for spec in Events::SORTS {
        sorts.extend([spec.key.to_owned(), format!("-{}", spec.key)]);
    }
    sorts.extend(["type,-date".to_owned(), "-updated,title".to_owned()]);
    let mut filters = vec![(String::new(), String::new())];
    for spec in Events::FIELDS {
        for operator in spec.operators() {
            let name = format!("{}{}", spec.key, operator.suffix());
            let value = value(spec.field, store);
            filters.push((name.clone(), format!("{name}={value}")));
            if spec.optional && operator == Operator::Any {
                filters.push((format!("{name} none"), format!("{name}=none")));
            }
        }
    }
    let mut pages = Vec::new();
    for (name, filter) in &filters {
        for sort in &sorts {
            for capital in ["", "&capital=beijing"] {
                if capital.is_empty() || sort.ends_with("date") {
                    pages.push((format!("{name} by {sort}{capital}"), format!("{filter}&sort={sort}{capital}")));
                }
            }
        }
    }
    assert!(pages.len() > EventField::ALL.len() * Events::SORTS.len());
    let _ = EventSort::Date;
    pages
}

#[tokio::test]
async fn a_page_of_a_hundred_times_the_record_costs_at_most_twice_as_much() {
    let small = support::store(&synthetic::dataset(1_000)).await;
    let large = support::store(&synthetic::dataset(100_000)).await;
    let mut grown = Vec::new();
    let large_pages = pages(&large);
    for ((name, on_small), (_, on_large)) in pages(&small).into_iter().zip(large_pages) {
        let before = small.page_cost(&read(&small, &on_small)).await.expect("a page");
        let after = large.page_cost(&read(&large, &on_large)).await.expect("a page");
        if after > 2 * before {
            grown.push(format!("{name}: {before} steps, then {after}"));
        }
    }
    let excused =
        |line: &String| EXCEPTIONS.iter().any(|(filter, sort, _)| line.starts_with(filter) && line.contains(sort));
    let unexcused: Vec<&String> = grown.iter().filter(|line| !excused(line)).collect();
    assert!(unexcused.is_empty(), "{unexcused:#?}");
}
