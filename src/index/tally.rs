//! Matches counted by the values of one grouping or two.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use super::sets::{Slot, union};
use super::{Index, clock};
use crate::domain::vocab::Capital;
use crate::query::fields::EventField;
use crate::query::groups::{Bucket, Period};
use crate::query::{Group, Tally};

/// The sets of the values of a grouping, and the set of the events without any; none that is empty.
type Groups<'a> = Vec<(Option<Bucket>, Cow<'a, RoaringBitmap>)>;

/// Above this many pairs of values, pairs are counted event by event, and not value by value.
const PAIRS: usize = 20_000;

impl Index {
    /// How many matches have each value, or each pair of values, of these groupings, in order of the values.
    ///
    /// An event of several values counts once under each. `actor`, `side` and `role` are those of one participant.
    #[must_use]
    pub fn tally(&self, matches: &RoaringBitmap, groups: &[Group<EventField>], capital: Option<Capital>) -> Vec<Tally> {
        let counts = match groups {
            [one] => {
                let groups = self.groups(one, capital, matches);
                groups.into_iter().map(|(value, set)| (vec![value], set.intersection_len(matches))).collect()
            }
            [one, other] => self.pairs(matches, [one, other], capital),
            _ => BTreeMap::new(),
        };
        let counted = counts.into_iter().filter(|(_, count)| *count > 0);
        counted.map(|(values, count)| Tally { values, count }).collect()
    }

    fn pairs(
        &self,
        matches: &RoaringBitmap,
        groups: [&Group<EventField>; 2],
        capital: Option<Capital>,
    ) -> BTreeMap<Vec<Option<Bucket>>, u64> {
        if let Some(places) = of_one_participant(groups) {
            return self.participants_counted(matches, places);
        }
        let [one, other] = groups.map(|group| self.groups(group, capital, matches));
        if one.len().saturating_mul(other.len()) > PAIRS {
            return event_by_event(matches, &one, &other);
        }
        let mut counts = BTreeMap::new();
        for (value, set) in &one {
            let set = &**set & matches;
            for (beside, others) in &other {
                counts.insert(vec![value.clone(), beside.clone()], set.intersection_len(others));
            }
        }
        counts
    }

    fn participants_counted(
        &self,
        matches: &RoaringBitmap,
        [one, other]: [usize; 2],
    ) -> BTreeMap<Vec<Option<Bucket>>, u64> {
        let mut sets: BTreeMap<Vec<Option<Bucket>>, Vec<&RoaringBitmap>> = BTreeMap::new();
        for (values, set) in &self.participants {
            if let (Some(one), Some(other)) = (values.get(one), values.get(other)) {
                sets.entry(vec![Some(one.clone()), Some(other.clone())]).or_default().push(set);
            }
        }
        let mut counts: BTreeMap<_, _> =
            sets.into_iter().map(|(values, sets)| (values, union(sets).intersection_len(matches))).collect();
        counts.insert(vec![None, None], self.without(Slot::Actor).intersection_len(matches));
        counts
    }

    /// The sets by which a grouping parts the matches.
    fn groups(&self, group: &Group<EventField>, capital: Option<Capital>, matches: &RoaringBitmap) -> Groups<'_> {
        let slot = match group.period {
            Some(Period::Month | Period::Quarter) => Some(Slot::Month(clock(capital))),
            _ => Slot::of(group.field, capital),
        };
        let Some(slot) = slot else { return Vec::new() };
        let values = self.sets.get(&slot).into_iter().flat_map(|sets| &sets.values);
        let mut groups: Groups<'_> = match group.period {
            Some(period @ (Period::Quarter | Period::Decade)) => {
                let mut longer: BTreeMap<Bucket, Vec<&RoaringBitmap>> = BTreeMap::new();
                for (value, set) in values {
                    if let Some(value) = within(value, period) {
                        longer.entry(value).or_default().push(set);
                    }
                }
                longer.into_iter().map(|(value, sets)| (Some(value), Cow::Owned(union(sets)))).collect()
            }
            _ => values.map(|(value, set)| (Some(value.clone()), Cow::Borrowed(set))).collect(),
        };
        groups.push((None, Cow::Owned(self.without(slot))));
        groups.retain(|(_, set)| !set.is_disjoint(matches));
        groups
    }

    /// How many matches have a date that is not known to the day.
    #[must_use]
    pub fn coarse(&self, matches: &RoaringBitmap) -> u64 {
        let coarse = self.sets.get(&Slot::OfDays).and_then(|sets| sets.values.get(&Bucket::Truth(false)));
        coarse.map_or(0, |coarse| coarse.intersection_len(matches))
    }
}

/// The longer period that a month or a year falls in.
fn within(value: &Bucket, period: Period) -> Option<Bucket> {
    let shorter = if period == Period::Quarter { Period::Month } else { Period::Year };
    Some(period.value(shorter.within(shorter.number(value)?, period)))
}

/// The places of two groupings among the values of a participant, where both are among them.
fn of_one_participant(groups: [&Group<EventField>; 2]) -> Option<[usize; 2]> {
    let place = |group: &Group<EventField>| {
        [EventField::Actor, EventField::Side, EventField::Role].iter().position(|field| *field == group.field)
    };
    Some([place(groups[0])?, place(groups[1])?])
}

/// Counts pairs of many values by many: once over all values that events have, and not once a pair.
fn event_by_event(matches: &RoaringBitmap, one: &Groups<'_>, other: &Groups<'_>) -> BTreeMap<Vec<Option<Bucket>>, u64> {
    let mut values: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, (_, set)) in one.iter().enumerate() {
        for rank in &(&**set & matches) {
            values.entry(rank).or_default().push(at);
        }
    }
    let mut counts: HashMap<(usize, usize), u64> = HashMap::new();
    for (beside, (_, set)) in other.iter().enumerate() {
        for rank in &(&**set & matches) {
            for at in values.get(&rank).into_iter().flatten() {
                *counts.entry((*at, beside)).or_default() += 1;
            }
        }
    }
    let value = |groups: &Groups<'_>, at: usize| groups.get(at).and_then(|(value, _)| value.clone());
    counts.into_iter().map(|((at, beside), count)| (vec![value(one, at), value(other, beside)], count)).collect()
}
