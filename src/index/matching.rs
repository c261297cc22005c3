//! The events that a filter matches.

use std::borrow::Cow;
use std::ops::Range;

use roaring::RoaringBitmap;

use super::build::MONTH;
use super::sets::{Sets, Slot, union};
use super::{Clock, Index, clock, day_number};
use crate::domain::date::Day;
use crate::domain::records::short;
use crate::query::catalogue::Ids;
use crate::query::fields::{EventField, Operator};
use crate::query::groups::Bucket;
use crate::query::{Events, Filter, Term, Value};

/// The fields that one participant must meet together, in the order of [`Index::participants`].
const GROUP: [EventField; 3] = [EventField::Actor, EventField::Side, EventField::Role];

/// The events that match a filter, found as far as they are asked for.
pub struct Matches<'a> {
    /// Every event.
    every: &'a RoaringBitmap,
    /// The sets that an event is in all of, the smallest first.
    wanted: Vec<Cow<'a, RoaringBitmap>>,
    /// The sets that it is in none of.
    unwanted: Vec<Cow<'a, RoaringBitmap>>,
    days: Vec<Days<'a>>,
}

/// What a term asks for.
enum Asked<'a> {
    /// The events of a set.
    Only(Cow<'a, RoaringBitmap>),
    /// All others.
    AllBut(Cow<'a, RoaringBitmap>),
    Days(Days<'a>),
}

/// The events that are on one side of a day. Ranks are in order of first day by the clock of the place, so it is only
/// of some that it has to be looked up.
struct Days<'a> {
    clock: &'a Clock,
    side: Beside,
    /// Outside of these are none.
    possible: Range<u32>,
    /// Of these it is not known without a look; the other possible ones are.
    unsure: Range<u32>,
    /// Of these only such are possible as last longer than a month.
    far: Range<u32>,
}

#[derive(Clone, Copy)]
enum Beside {
    /// Whose last day is that day or later.
    NotOverBefore(i32),
    /// Whose first day is that day or earlier.
    BegunBy(i32),
}

impl Days<'_> {
    fn meets(&self, rank: u32) -> bool {
        let at = rank as usize;
        match self.side {
            Beside::NotOverBefore(day) => self.clock.last.get(at).is_some_and(|last| *last >= day),
            Beside::BegunBy(day) => self.clock.first.get(at).is_some_and(|first| *first <= day),
        }
    }

    /// Takes those that do not meet it from a set.
    fn narrow(&self, set: &mut RoaringBitmap) {
        set.remove_range(..self.possible.start);
        set.remove_range(self.possible.end..);
        let met: Vec<u32> = set.range(self.unsure.clone()).filter(|rank| self.meets(*rank)).collect();
        set.remove_range(self.unsure.clone());
        set.extend(met);
    }
}

impl<'a> Matches<'a> {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> Cow<'a, RoaringBitmap> {
        match self.wanted.split_first() {
            Some((smallest, others)) => self.narrowed(smallest.clone(), others),
            None => self.narrowed(Cow::Borrowed(self.every), &[]),
        }
    }

    /// Of some ranks, those that may be matches for all that is known of days.
    pub(super) fn possible(&self, ranks: Range<u32>) -> Range<u32> {
        self.days
            .iter()
            .fold(ranks, |ranks, Days { possible, .. }| ranks.start.max(possible.start)..ranks.end.min(possible.end))
    }

    /// Events among some ranks, in order, all matches among them; and whether each is one.
    pub(super) fn one_by_one(&self, ranks: Range<u32>) -> impl Iterator<Item = (u32, bool)> {
        let Range { start, end } = self.possible(ranks);
        let far = self.days.iter().find(|days| !days.far.is_empty());
        let near = far.map_or(start, |days| days.far.end.min(end).max(start));
        let long = far.into_iter().flat_map(move |days| days.clock.long.range(start..near));
        let (smallest, others) = match self.wanted.split_first() {
            Some((smallest, others)) => (&**smallest, others),
            None => (self.every, &[][..]),
        };
        let long = long.map(|rank| (rank, self.meets(rank, &self.wanted)));
        long.chain(smallest.range(near..end.max(near)).map(|rank| (rank, self.meets(rank, others))))
    }

    /// Whether an event is on the days asked for, and in all of some sets.
    fn meets(&self, rank: u32, wanted: &[Cow<'_, RoaringBitmap>]) -> bool {
        self.days.iter().all(|days| days.meets(rank))
            && wanted.iter().all(|set| set.contains(rank))
            && !self.unwanted.iter().any(|set| set.contains(rank))
    }

    /// Those among some ranks.
    #[must_use]
    pub(super) fn within(&self, ranks: Range<u32>) -> RoaringBitmap {
        let mut set = RoaringBitmap::new();
        set.insert_range(self.possible(ranks));
        self.narrowed(Cow::Owned(set), &self.wanted).into_owned()
    }

    /// Those of a set, if they are also in some of the sets that an event is wanted in.
    fn narrowed(&self, mut set: Cow<'a, RoaringBitmap>, wanted: &[Cow<'_, RoaringBitmap>]) -> Cow<'a, RoaringBitmap> {
        for wanted in wanted {
            *set.to_mut() &= &**wanted;
        }
        for unwanted in &self.unwanted {
            *set.to_mut() -= &**unwanted;
        }
        for days in &self.days {
            days.narrow(set.to_mut());
        }
        set
    }
}

impl<'a> Asked<'a> {
    fn only(set: RoaringBitmap) -> Asked<'a> {
        Asked::Only(Cow::Owned(set))
    }

    fn all_but(set: RoaringBitmap) -> Asked<'a> {
        Asked::AllBut(Cow::Owned(set))
    }
}

impl Index {
    /// The events that match a filter. `ids` are those of events, and `found` are the events that meet its search, if
    /// it has one.
    #[must_use]
    pub fn matches<'a>(&'a self, filter: &Filter<Events>, ids: &Ids, found: Option<&'a RoaringBitmap>) -> Matches<'a> {
        let (mut wanted, mut unwanted, mut days) = (Vec::new(), Vec::new(), Vec::new());
        for asked in filter.terms.iter().filter_map(|term| self.asked(filter, term, ids)) {
            match asked {
                Asked::Only(set) => wanted.push(set),
                Asked::AllBut(set) => unwanted.push(set),
                Asked::Days(beside) => days.push(beside),
            }
        }
        wanted.extend(found.map(Cow::Borrowed));
        wanted.sort_by_key(|set| set.len());
        Matches { every: &self.all, wanted, unwanted, days }
    }

    /// What a term asks for; nothing where that is said elsewhere.
    fn asked(&self, filter: &Filter<Events>, term: &Term<EventField>, ids: &Ids) -> Option<Asked<'_>> {
        let clock = self.clocks.get(clock(filter.capital))?;
        Some(match term.field {
            EventField::Id => {
                let numbers = term.named().iter().filter_map(|value| ids.number(&value.to_string()));
                let set = self.set(numbers);
                if term.operator == Operator::Not { Asked::all_but(set) } else { Asked::only(set) }
            }
            EventField::From => Asked::Days(self.not_over_before(clock, term.day()?)),
            EventField::To => Asked::Days(self.begun_by(clock, term.day()?)),
            EventField::UpdatedSince => {
                let day = Bucket::Number(day_number(term.day()?).into());
                let sets = self.sets.get(&Slot::Updated)?;
                Asked::only(union(sets.values.range(day..).map(|(_, set)| set)))
            }
            EventField::Q => return None,
            EventField::Actor | EventField::Side | EventField::Role => return self.participants(filter, term),
            field => self.by_values(Slot::of(field, filter.capital)?, term),
        })
    }

    /// What a term on the values of a field asks for, by itself.
    fn by_values(&self, slot: Slot, term: &Term<EventField>) -> Asked<'_> {
        let Some(sets) = self.sets.get(&slot) else { return self.without_values(term) };
        let named = || term.named().iter().filter_map(|value| sets.values.get(&bucket(value)));
        match term.operator {
            Operator::Any if term.names_missing() => Asked::only(union(named()) | self.without(slot)),
            Operator::Any => match (term.named(), named().next()) {
                ([_], Some(set)) => Asked::Only(Cow::Borrowed(set)),
                _ => Asked::only(union(named())),
            },
            Operator::All => Asked::only(self.all_of(sets, term)),
            Operator::Not if term.names_missing() => Asked::all_but(union(named()) | self.without(slot)),
            Operator::Not => Asked::all_but(union(named())),
        }
    }

    /// What a term asks for where no event has any value.
    fn without_values(&self, term: &Term<EventField>) -> Asked<'_> {
        let set = if term.names_missing() { self.all.clone() } else { RoaringBitmap::new() };
        if term.operator == Operator::Not { Asked::all_but(set) } else { Asked::only(set) }
    }

    fn all_of(&self, sets: &Sets, term: &Term<EventField>) -> RoaringBitmap {
        let mut all = self.all.clone();
        for value in term.named() {
            match sets.values.get(&bucket(value)) {
                Some(set) => all &= set,
                None => all.clear(),
            }
        }
        all
    }

    /// What a term on participants asks for; the plain terms are answered once, with the first of them.
    fn participants(&self, filter: &Filter<Events>, term: &Term<EventField>) -> Option<Asked<'_>> {
        let plain: Vec<_> = GROUP.iter().filter_map(|field| filter.term(*field, Operator::Any)).collect();
        let slot = Slot::of(term.field, filter.capital)?;
        match (term.operator, plain.as_slice()) {
            (Operator::Any, [first, ..]) if first.field != term.field => None,
            (Operator::Any, [_, _, ..]) => {
                let mut set = self.together(&plain, None);
                if plain.iter().all(|term| term.names_missing()) {
                    set |= self.without(Slot::Actor);
                }
                Some(Asked::only(set))
            }
            (Operator::All, [_, ..]) => {
                let mut all = self.all.clone();
                for value in term.named() {
                    all &= self.together(&plain, Some(&(term.field, bucket(value))));
                }
                Some(Asked::only(all))
            }
            _ => Some(self.by_values(slot, term)),
        }
    }

    /// The events of which one participant meets all of some terms, and has one more value.
    fn together(&self, plain: &[&Term<EventField>], also: Option<&(EventField, Bucket)>) -> RoaringBitmap {
        let wanted = GROUP.map(|field| {
            let term = plain.iter().find(|term| term.field == field);
            let named: Option<Vec<Bucket>> = term.map(|term| term.named().iter().map(bucket).collect());
            let also = also.filter(|(of, _)| *of == field).map(|(_, value)| value);
            (named, also)
        });
        let meets = |values: &[Bucket; 3]| {
            values.iter().zip(&wanted).all(|(value, (named, also))| {
                named.as_ref().is_none_or(|named| named.contains(value)) && also.is_none_or(|also| also == value)
            })
        };
        union(self.participants.iter().filter(|(values, _)| meets(values)).map(|(_, set)| set))
    }

    /// The events whose last day is `day` or later.
    fn not_over_before<'a>(&self, clock: &'a Clock, day: Day) -> Days<'a> {
        let day = day_number(day);
        // Whatever begins that late by the clock of the place has not ended by any clock.
        let surely = self.first_rank(day.saturating_add(clock.drift));
        let begun = |length: i32| self.first_rank(day.saturating_sub(clock.drift).saturating_sub(length));
        let (perhaps, near) = (begun(clock.longest), begun(clock.longest.min(MONTH)));
        Days {
            clock,
            side: Beside::NotOverBefore(day),
            possible: perhaps..self.size(),
            unsure: perhaps..surely,
            far: perhaps..near,
        }
    }

    /// The events whose first day is `day` or earlier.
    fn begun_by<'a>(&self, clock: &'a Clock, day: Day) -> Days<'a> {
        let day = day_number(day);
        let surely = self.first_rank(day.saturating_sub(clock.drift).saturating_add(1));
        let perhaps = self.first_rank(day.saturating_add(clock.drift).saturating_add(1));
        Days {
            clock,
            side: Beside::BegunBy(day),
            possible: 0..perhaps,
            unsure: surely.min(perhaps)..perhaps,
            far: 0..0,
        }
    }

    /// The rank of the first event that begins on a day or later, by the clock of the place.
    fn first_rank(&self, day: i32) -> u32 {
        short(self.clocks[0].first.partition_point(|first| *first < day))
    }
}

/// A value as sets are kept under it.
fn bucket(value: &Value) -> Bucket {
    match value {
        Value::Bool(truth) => Bucket::Truth(*truth),
        Value::Year(year) => Bucket::Number((*year).into()),
        Value::Missing | Value::Word(_) | Value::Id(_) | Value::Day(_) | Value::Phrase(_) | Value::Search(_) => {
            Bucket::Text(value.to_string())
        }
    }
}
