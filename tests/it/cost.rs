//! The cost of a page hardly grows with the record: for each field, operator and order, a page of a record of 100,000
//! events looks at no more than twenty times the events that it looks at in one of 1,000. (The rarer the matches, the
//! more other events stand between them, up to where it is less work to sort the matches: the root of the number.)

use climate_timeline::domain::text::Lang;
use climate_timeline::query::fields::{EventField, Operator, Resource as _};
use climate_timeline::query::{Context, Events, Form, ListQuery, Params, parse};
use climate_timeline::store::Store;

use crate::{support, synthetic};

/// Pages whose cost may grow by more: the parameter, the order, and the reason why.
const EXCEPTIONS: &[(&str, &[&str], &str)] = &[
    (
        "type",
        &["type", "-type"],
        "the matches are all in one place of the order, which is not known before they are sorted",
    ),
    (
        "year",
        &["date", "-date", "type", "-type", "updated", "-updated"],
        "as with `type`: the days of `capital` are an order of their own, and ties go by id, which begins with a date",
    ),
    ("from", &["date", "type", "-type", "updated", "-updated"], "as with `year`"),
    ("to", &["-date"], "as with `year`"),
    ("q", &["relevance", "-relevance"], "how well each of the matches fits is not known before it is asked"),
    ("updated_since", &["updated"], "as with `type`"),
];

/// A page that every filter here can fill from 1,000 events.
const LIMIT: &str = "limit=30";

fn read(store: &Store, raw: &str) -> ListQuery<Events> {
    let today = "2026-11-25".parse().expect("a day");
    let context = Context { catalogue: store.catalogue(), today, lang: Lang::En, format: None, form: Form::JSON };
    parse::list(&mut Params::decode(raw), &context).unwrap_or_else(|refused| panic!("{raw}: {refused:?}"))
}

/// A value of a field that both records have.
fn value(field: EventField, store: &Store) -> String {
    match field {
        EventField::Id => store.catalogue().events.iter().nth(500).expect("an event").to_owned(),
        EventField::Actor => "actor-01".into(),
        EventField::Commitment => "cn-promise-01".into(),
        EventField::Year | EventField::From => "2005".into(),
        EventField::To => "2005-06".into(),
        EventField::UpdatedSince => "2026-11-24".into(),
        field => Events::spec(field).example.into(),
    }
}

/// A page by one filter and one order.
struct Page {
    filter: String,
    sort: String,
    query: String,
}

/// Every filter by one field and operator, in every order.
fn pages(store: &Store) -> Vec<Page> {
    let mut sorts = vec![];
    for spec in Events::SORTS {
        sorts.extend([spec.key.to_owned(), format!("-{}", spec.key)]);
    }
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
            if sort.ends_with("relevance") && name != "q" {
                continue;
            }
            for capital in ["", "&capital=beijing"] {
                if capital.is_empty() || sort.ends_with("date") {
                    pages.push(Page {
                        filter: name.clone(),
                        sort: sort.clone(),
                        query: format!("{filter}&sort={sort}{capital}&{LIMIT}"),
                    });
                }
            }
        }
    }
    pages
}

#[tokio::test]
async fn a_page_of_a_hundred_times_the_record_looks_at_twenty_times_the_events_at_most() {
    let small = support::store(&synthetic::dataset(1_000)).await;
    let large = support::store(&synthetic::dataset(100_000)).await;
    let (mut grown, mut excused) = (Vec::new(), Vec::new());
    let on_large = pages(&large);
    for (page, twin) in pages(&small).into_iter().zip(on_large) {
        let before = small.page_cost(&read(&small, &page.query)).await.expect("a page");
        let after = large.page_cost(&read(&large, &twin.query)).await.expect("a page");
        let exception =
            EXCEPTIONS.iter().position(|(filter, sorts, _)| *filter == page.filter && sorts.contains(&&*page.sort));
        match exception {
            _ if after <= 20 * before => {}
            Some(row) => excused.push(row),
            None => grown.push(format!("{}: {before} events, then {after}", page.query)),
        }
    }
    assert!(grown.is_empty(), "{grown:#?}");
    for (row, (filter, sorts, _)) in EXCEPTIONS.iter().enumerate() {
        assert!(excused.contains(&row), "{filter} by {sorts:?} needs no exception any more");
    }
}

#[tokio::test]
async fn pages_that_look_through_all_events_show_each_match_once_in_either_order() {
    let store = support::store(&synthetic::dataset(100_000)).await;
    // So few match that a page is not full before all events are looked through.
    for topic in ["methane", "coal"] {
        let filter = format!("type=summit&mode=written&confidence=unverified&topic={topic}&limit=200");
        let total = store.count(&read(&store, &filter).filter).await.expect("a count");
        let forwards = numbers(&store, &format!("{filter}&sort=date")).await;
        let mut backwards = numbers(&store, &format!("{filter}&sort=-date")).await;
        assert!((1..=200).contains(&total) && forwards.len() as u64 == total, "{topic}: {total}");
        let mut sorted = forwards;
        sorted.sort_unstable();
        backwards.sort_unstable();
        assert_eq!(sorted, backwards, "{topic}");
    }
}

async fn numbers(store: &Store, query: &str) -> Vec<i64> {
    let page = store.list(&read(store, query)).await.expect("a page");
    page.records.iter().map(|found| found.number).collect()
}
