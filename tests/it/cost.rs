//! The cost of a page does not grow with the record: for each field, operator and order, one page of a record of
//! 100,000 events takes SQLite at most twice the steps that it takes of one of 1,000.

use climate_timeline::domain::text::Lang;
use climate_timeline::query::fields::{EventField, Operator, Resource as _};
use climate_timeline::query::{Context, Events, Form, ListQuery, Params, groups, parse};
use climate_timeline::store::Store;

use crate::{support, synthetic};

/// Pages whose cost may grow by more than twice: the parameter, the order, and the reason why.
const EXCEPTIONS: &[(&str, &[&str], &str)] = &[
    (
        "from",
        &["date"],
        "events that began up to the longest event's length before the day may still last on it, and are looked at: \
         where the record is denser, there are more of them",
    ),
    (
        "from",
        &["type", "-type", "updated", "-updated"],
        "ties go by id, which begins with a date: in an order of few values the earlier events of the first value are \
         passed over one by one",
    ),
    (
        "q",
        &["date", "-date", "title", "-title", "type", "-type", "updated", "-updated", "relevance", "-relevance"],
        "the records that a search finds are collected before the first of them is shown, and there are a hundred times \
         as many",
    ),
    ("year", &["type", "-type", "updated", "-updated"], "as with `from`"),
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
async fn a_page_of_a_hundred_times_the_record_costs_at_most_twice_as_much() {
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
            _ if after <= 2 * before => {}
            Some(row) => excused.push(row),
            None => grown.push(format!("{}: {before} steps, then {after}", page.query)),
        }
    }
    assert!(grown.is_empty(), "{grown:#?}");
    for (row, (filter, sorts, _)) in EXCEPTIONS.iter().enumerate() {
        assert!(excused.contains(&row), "{filter} by {sorts:?} needs no exception any more");
    }
    counting_costs_in_proportion(&small, &large).await;
}

/// Counting has to look at every match, and so costs a hundred times as much here; it must not cost more than twice that.
async fn counting_costs_in_proportion(small: &Store, large: &Store) {
    let filter = read(small, "").filter;
    let mut asked: Vec<Vec<_>> = groups::facets::<Events>().into_iter().map(|group| vec![group]).collect();
    let groupings = groups::groupings::<Events>();
    asked.extend(groupings.iter().flat_map(|one| groupings.iter().map(|other| vec![*one, *other])));
    for by in asked {
        let before = small.tally_cost(&filter, &by).await.expect("counts");
        let after = large.tally_cost(&filter, &by).await.expect("counts");
        let keys: Vec<&str> = by.iter().map(|group| group.key).collect();
        assert!(after <= 200 * before, "by {}: {before} steps, then {after}", keys.join(","));
    }
}
