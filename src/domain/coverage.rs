//! How much the record holds, by decade, side and confidence: what a reader may expect of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::dataset::Dataset;
use super::event::Event;
use super::records::Records;
use super::vocab::{Confidence, Side, Vocabulary};

/// How many events the record holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Coverage {
    /// Of all events.
    pub all: Counts,
    /// Of the events of each decade, from the first to the last; those between without an event are there.
    pub decades: Vec<Decade>,
}

/// How many events of a decade the record holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CoverageOfDecade)]
pub struct Decade {
    /// The first year of the decade. An event counts by its first day.
    #[schema(example = 2020)]
    pub decade: i16,
    /// Of its events.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Events, counted. Every side and confidence is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CoverageCounts)]
pub struct Counts {
    /// How many there are.
    pub events: u64,
    /// How many a side takes part in; one with several sides counts for each.
    #[schema(example = json!({ "US": 21, "CN": 20, "UN": 2, "other": 3 }))]
    pub sides: BTreeMap<Side, u64>,
    /// How many are borne out so far.
    #[schema(example = json!({ "verified": 18, "single-source": 3, "unverified": 0 }))]
    pub confidence: BTreeMap<Confidence, u64>,
}

/// Counts events, one after the other.
#[derive(Debug, Default)]
pub struct Counter {
    decades: BTreeMap<i16, Counts>,
}

impl Counter {
    /// Counts an event in which these sides take part.
    pub fn add(&mut self, event: &Event, sides: &BTreeSet<Side>) {
        self.decades.entry(decade(event)).or_insert_with(Counts::none).add(event, sides);
    }

    /// All that was counted.
    #[must_use]
    pub fn coverage(mut self) -> Coverage {
        let mut all = Counts::none();
        self.decades.values().for_each(|counts| all.take_in(counts));
        if let (Some((first, _)), Some((last, _))) = (self.decades.first_key_value(), self.decades.last_key_value()) {
            for decade in (*first..*last).step_by(10) {
                self.decades.entry(decade).or_insert_with(Counts::none);
            }
        }
        let decades = self.decades.into_iter().map(|(decade, counts)| Decade { decade, counts }).collect();
        Coverage { all, decades }
    }
}

impl Coverage {
    /// Counts the events of a data set.
    #[must_use]
    pub fn new(dataset: &Dataset) -> Coverage {
        let mut counter = Counter::default();
        dataset.events.iter().for_each(|event| counter.add(event, &sides(event, dataset)));
        counter.coverage()
    }
}

/// The sides that take part in an event.
#[must_use]
pub fn sides(event: &Event, records: &dyn Records) -> BTreeSet<Side> {
    event.actors.iter().filter_map(|participant| records.actor(&participant.id)).map(|actor| actor.side).collect()
}

impl Counts {
    fn none() -> Counts {
        Counts { events: 0, sides: zeros(), confidence: zeros() }
    }

    fn add(&mut self, event: &Event, sides: &BTreeSet<Side>) {
        self.events += 1;
        *self.confidence.entry(event.confidence).or_default() += 1;
        for side in sides {
            *self.sides.entry(*side).or_default() += 1;
        }
    }

    fn take_in(&mut self, other: &Counts) {
        self.events += other.events;
        other.sides.iter().for_each(|(side, count)| *self.sides.entry(*side).or_default() += count);
        other.confidence.iter().for_each(|(word, count)| *self.confidence.entry(*word).or_default() += count);
    }
}

fn zeros<V: Vocabulary>() -> BTreeMap<V, u64> {
    V::ALL.iter().map(|word| (*word, 0)).collect()
}

fn decade(event: &Event) -> i16 {
    let year = event.date.start().year();
    year - year % 10
}
