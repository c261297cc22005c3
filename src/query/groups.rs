//! What records are counted by: the values of a field, or the periods that their days fall in.

use serde::Serialize;

use super::fields::{Resource, ValueType};

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A month, `2021-04`.
    Month,
    /// A quarter, `2021-Q2`.
    Quarter,
    /// A year, 2021.
    Year,
    /// Ten years, named by the first of them: 2020.
    Decade,
}

/// A row of a table of periods.
#[derive(Debug, Clone, Copy)]
pub struct PeriodSpec<F> {
    /// The name in `facets=` and `by=`.
    pub key: &'static str,
    /// The field of years that it widens or narrows: a facet leaves filters on that field out.
    pub field: F,
    /// How long it is.
    pub period: Period,
    /// Whether lists count their matches by it (`facets=`).
    pub facet: bool,
    /// Whether statistics group by it (`by=`).
    pub grouping: bool,
    /// What it means.
    pub meaning: &'static str,
    /// Its name in a Chinese sentence.
    pub zh: &'static str,
}

/// What records are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group<F> {
    /// Its name.
    pub key: &'static str,
    /// The field whose values count.
    pub field: F,
    /// The period, where it is another than the field's own values.
    pub period: Option<Period>,
    /// Whether its values stand in order of time.
    pub in_time: bool,
}

/// What lists of a resource count their matches by, in order of its tables.
#[must_use]
pub fn facets<R: Resource>() -> Vec<Group<R::Field>> {
    let fields = R::FIELDS.iter().filter(|spec| spec.facet).map(|spec| Group {
        key: spec.key,
        field: spec.field,
        period: None,
        in_time: matches!(spec.values, ValueType::Year),
    });
    fields.chain(R::PERIODS.iter().filter(|spec| spec.facet).map(of_period)).collect()
}

fn of_period<F: Copy>(spec: &PeriodSpec<F>) -> Group<F> {
    Group { key: spec.key, field: spec.field, period: Some(spec.period), in_time: true }
}

/// A value that records are counted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[schema(as = CountedValue)]
pub enum Bucket {
    /// A year, or the first year of a decade.
    Number(i64),
    /// Whether something is so.
    Truth(bool),
    /// A word, a country code, an id, a month or a quarter.
    Text(String),
}

/// How many records have these values, one of each grouping; `None` stands for no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The values.
    pub values: Vec<Option<Bucket>>,
    /// How many records.
    pub count: u64,
}

/// How many matches have each value of a field, whatever the query asks of that field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Facet {
    /// The field, or the period.
    pub field: &'static str,
    /// How many have no value.
    pub missing: u64,
    /// The values that occur: years and decades in order of time, all else by count, the greatest first, then by value.
    pub values: Vec<FacetValue>,
}

/// A value, and how many matches have it. A record of several values counts once under each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FacetValue {
    /// The value.
    pub value: Bucket,
    /// How many have it.
    pub count: u64,
}

impl Facet {
    /// Puts the counts of one grouping in order.
    #[must_use]
    pub fn new<F>(group: &Group<F>, tallies: &[Tally]) -> Facet {
        let mut facet = Facet { field: group.key, missing: 0, values: Vec::new() };
        for tally in tallies {
            match tally.values.first() {
                Some(Some(value)) => facet.values.push(FacetValue { value: value.clone(), count: tally.count }),
                _ => facet.missing += tally.count,
            }
        }
        facet.values.sort_by(|a, b| {
            let by_count = if group.in_time { std::cmp::Ordering::Equal } else { b.count.cmp(&a.count) };
            by_count.then_with(|| a.value.cmp(&b.value))
        });
        facet
    }
}
