//! Silences in plain Rust: the days that no event fills, one by one.

use std::collections::BTreeSet;

use super::World;
use crate::domain::date::Day;
use crate::domain::event::Event;
use crate::domain::vocab::EventStatus;
use crate::query::GapsQuery;
use crate::query::gaps::Gap;

impl<'a> World<'a> {
    /// The silences of a query, and the days since the last event.
    #[must_use]
    pub fn silences(&self, query: &GapsQuery) -> (Vec<Gap<&'a str>>, Option<i64>) {
        let date = |event: &Event| event.date_in(query.filter.capital);
        let mut events: Vec<&Event> = self
            .matching(&query.filter)
            .filter(|event| event.status == EventStatus::Occurred && date(event).start() <= query.as_of)
            .collect();
        events.sort_by_key(|event| (date(event).start(), date(event).end(), &event.id));
        let mut filled: BTreeSet<Day> = BTreeSet::new();
        for event in &events {
            let length = date(event).end().days_since(date(event).start());
            filled.extend((0..=length).map(|days| date(event).start().plus(days)));
        }
        let (Some(first), Some(last)) = (filled.first(), filled.last()) else { return (Vec::new(), None) };
        let mut gaps = Vec::new();
        let mut silent: Vec<Day> = Vec::new();
        for day in (0..=last.days_since(*first)).map(|days| first.plus(days)) {
            if !filled.contains(&day) {
                silent.push(day);
                continue;
            }
            if let (Some(from), Some(to)) = (silent.first(), silent.last())
                && silent.len() >= usize::from(query.min_days)
                && let Some(after) = events.iter().rfind(|event| date(event).end() == from.plus(-1))
                && let Some(before) = events.iter().find(|event| date(event).start() == day)
            {
                let days = i64::try_from(silent.len()).unwrap_or(i64::MAX);
                gaps.push(Gap { days, from: *from, to: *to, after: after.id.as_str(), before: before.id.as_str() });
            }
            silent.clear();
        }
        gaps.sort_by_key(|gap| (std::cmp::Reverse(gap.days), gap.from));
        let since = if *last > query.as_of { 0 } else { query.as_of.days_since(*last) };
        (gaps, Some(since))
    }
}
