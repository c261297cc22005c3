//! What records are counted by: the values of a field, or the periods that their days fall in.

use serde::{Deserialize, Serialize};

use super::fields::{FieldSpec, Resource, ValueType};

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

impl Period {
    /// How many months it has.
    fn months(self) -> i64 {
        match self {
            Period::Month => 1,
            Period::Quarter => 3,
            Period::Year => 12,
            Period::Decade => 120,
        }
    }

    /// The number of the period that a value stands for, counted from the year 0.
    #[must_use]
    pub fn number(self, value: &Bucket) -> Option<i64> {
        match (self, value) {
            (Period::Year, Bucket::Number(year)) => Some(*year),
            (Period::Decade, Bucket::Number(year)) => Some(year / 10),
            (Period::Month, Bucket::Text(text)) => {
                let (year, month) = text.split_once('-')?;
                Some(year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()? - 1)
            }
            (Period::Quarter, Bucket::Text(text)) => {
                let (year, quarter) = text.split_once("-Q")?;
                Some(year.parse::<i64>().ok()? * 4 + quarter.parse::<i64>().ok()? - 1)
            }
            _ => None,
        }
    }

    /// The value that stands for the period of this number.
    #[must_use]
    pub fn value(self, number: i64) -> Bucket {
        match self {
            Period::Year => Bucket::Number(number),
            Period::Decade => Bucket::Number(number * 10),
            Period::Month => Bucket::Text(format!("{:04}-{:02}", number / 12, number % 12 + 1)),
            Period::Quarter => Bucket::Text(format!("{:04}-Q{}", number / 4, number % 4 + 1)),
        }
    }

    /// The number of the longer period that holds the period of this number.
    #[must_use]
    pub fn within(self, number: i64, longer: Period) -> i64 {
        number * self.months() / longer.months()
    }
}

/// What records are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counting {
    /// Whether lists count their matches so (`facets=`).
    pub facet: bool,
    /// Whether statistics group so (`by=`).
    pub grouping: bool,
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
    /// What records are counted by it for.
    pub counting: Counting,
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
    /// The period, where values stand for one.
    pub period: Option<Period>,
    /// Whether its values stand in order of time.
    pub in_time: bool,
    /// Its name in a Chinese sentence.
    pub zh: &'static str,
}

/// What lists of a resource count their matches by, in order of its tables.
#[must_use]
pub fn facets<R: Resource>() -> Vec<Group<R::Field>> {
    let fields = R::FIELDS.iter().filter(|spec| spec.counting.facet).map(of_field::<R>);
    fields.chain(R::PERIODS.iter().filter(|spec| spec.counting.facet).map(of_period)).collect()
}

/// What statistics of a resource group by, in order of its tables.
#[must_use]
pub fn groupings<R: Resource>() -> Vec<Group<R::Field>> {
    let fields = R::FIELDS.iter().filter(|spec| spec.counting.grouping).map(of_field::<R>);
    fields.chain(R::PERIODS.iter().filter(|spec| spec.counting.grouping).map(of_period)).collect()
}

fn of_field<R: Resource>(spec: &FieldSpec<R::Field>) -> Group<R::Field> {
    // The years of a field that has longer and shorter periods are periods as well.
    let period = R::PERIODS.iter().any(|period| period.field == spec.field).then_some(Period::Year);
    let in_time = matches!(spec.values, ValueType::Year);
    Group { key: spec.key, field: spec.field, period, in_time, zh: spec.zh }
}

fn of_period<F: Copy>(spec: &PeriodSpec<F>) -> Group<F> {
    Group { key: spec.key, field: spec.field, period: Some(spec.period), in_time: true, zh: spec.zh }
}

/// A value that records are counted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
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
