//! Statistics in plain Rust: rows of counts, the empty ones found day by day.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::counts::{Countable as _, period};
use crate::domain::date::{Day, Edtf};
use crate::domain::event::Event;
use crate::query::groups::{Bucket, Group, Period, Tally};
use crate::query::{Events, Resource, StatsQuery};

/// The values of a row.
type Values = Vec<Option<Bucket>>;

impl World<'_> {
    /// The rows of a query for statistics, however many.
    #[must_use]
    pub fn stats(&self, query: &StatsQuery) -> Vec<Tally> {
        let mut counts: BTreeMap<Values, u64> = BTreeMap::new();
        let mut days = BTreeSet::new();
        for event in self.matching(&query.filter) {
            days.insert(event.date_in(query.filter.capital).start());
            for values in self.rows_of(event, query) {
                *counts.entry(values).or_default() += 1;
            }
        }
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            for values in empty(query, &counts, *first, *last) {
                counts.entry(values).or_default();
            }
        }
        let mut rows: Vec<Tally> = counts.into_iter().map(|(values, count)| Tally { values, count }).collect();
        let last = |value: &Option<Bucket>| (value.is_none(), value.clone());
        rows.sort_by_key(|row| row.values.iter().map(last).collect::<Vec<_>>());
        rows
    }

    /// The rows that an event counts in, each once.
    fn rows_of(&self, event: &Event, query: &StatsQuery) -> BTreeSet<Values> {
        let values = |group: &Group<<Events as Resource>::Field>| -> BTreeSet<Option<Bucket>> {
            let values: BTreeSet<_> = Events::values(self, event, group, &query.filter).into_iter().map(Some).collect();
            if values.is_empty() { BTreeSet::from([None]) } else { values }
        };
        let keys = query.keys();
        if keys.len() == 2 && keys.iter().all(|key| ["actor", "side"].contains(key)) && !event.actors.is_empty() {
            let pairs = event.actors.iter().map(|participant| {
                let side = self.dataset.actor(&participant.id).map(|actor| Bucket::Text(actor.side.to_string()));
                let actor = Some(Bucket::Text(participant.id.clone()));
                if keys.first() == Some(&"actor") { vec![actor, side] } else { vec![side, actor] }
            });
            return pairs.collect();
        }
        let mut rows = BTreeSet::from([Vec::new()]);
        for group in &query.by {
            let values = values(group);
            rows = rows
                .iter()
                .flat_map(|row| values.iter().map(|value| [row.as_slice(), std::slice::from_ref(value)].concat()))
                .collect();
        }
        rows
    }
}

/// The rows that must be there whether any event counts in them or not.
fn empty(query: &StatsQuery, counts: &BTreeMap<Values, u64>, first: Day, last: Day) -> BTreeSet<Values> {
    let periods: Vec<Option<Period>> = query.by.iter().map(|group| group.period).collect();
    let met = |at: usize| counts.keys().filter_map(move |values| values.get(at)?.clone());
    let within = |at: usize, value: &Bucket| {
        met(at).min().is_some_and(|first| first <= *value) && met(at).max().is_some_and(|last| *value <= last)
    };
    let mut rows = BTreeSet::new();
    let (mut day, mut known) = (first, None);
    // A period is met on its first day, or on the first day of all.
    while day <= last {
        let values: Values = periods.iter().map(|span| period(Edtf::from(day), (*span)?)).collect();
        if known.as_ref() != Some(&values) {
            rows.extend(beside(&periods, &values, &within, counts));
            known = Some(values);
        }
        day = day.plus(1);
    }
    rows
}

/// The rows of one day's periods.
fn beside(
    periods: &[Option<Period>],
    values: &Values,
    within: &dyn Fn(usize, &Bucket) -> bool,
    counts: &BTreeMap<Values, u64>,
) -> Vec<Values> {
    let whole = |at: usize| values.get(at).and_then(Option::as_ref).is_some_and(|value| within(at, value));
    match periods {
        [Some(_)] => {
            if whole(0) {
                vec![values.clone()]
            } else {
                Vec::new()
            }
        }
        [Some(one), Some(other)] => {
            let (short, long) = if one < other { (0, 1) } else { (1, 0) };
            if whole(short) {
                return vec![values.clone()];
            }
            // Beyond the shorter periods that are known, the longer one is there, but only where nothing else is in it.
            let alone = !counts.keys().any(|row| row.get(long) == values.get(long));
            let mut row = values.clone();
            if let Some(value) = row.get_mut(short) {
                *value = None;
            }
            if whole(long) && alone { vec![row] } else { Vec::new() }
        }
        [Some(_), None] | [None, Some(_)] => {
            let at = usize::from(periods.first() == Some(&None));
            let others: BTreeSet<&Option<Bucket>> = counts.keys().filter_map(|row| row.get(1 - at)).collect();
            let row = |other: &Option<Bucket>| {
                let mut row = values.clone();
                if let Some(value) = row.get_mut(1 - at) {
                    other.clone_into(value);
                }
                row
            };
            if whole(at) { others.into_iter().map(row).collect() } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}
