//! Making an index of events that come one by one, in order of id.

use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use super::order::Order;
use super::part::{BadPart, Part, parts_of_sets};
use super::sets::{Sets, Slot};
use super::{Clock, Index, Orders, clock, day_number};
use crate::domain::date::Edtf;
use crate::domain::event::Event;
use crate::domain::records::short;
use crate::domain::vocab::{Capital, Side, Vocabulary as _};
use crate::query::groups::Bucket;

/// An index in the making. Until it is finished, its sets hold places in the order of ids, from 0.
#[derive(Default)]
pub struct Builder {
    size: u32,
    sets: HashMap<Slot, BTreeMap<Bucket, RoaringBitmap>>,
    participants: BTreeMap<[Bucket; 3], RoaringBitmap>,
    /// First and last days, by each clock.
    days: [Vec<(i32, i32)>; 3],
}

/// The clocks, in order of their places.
const CLOCKS: [Option<Capital>; 3] = [None, Some(Capital::Washington), Some(Capital::Beijing)];

fn text(value: &impl ToString) -> Bucket {
    Bucket::Text(value.to_string())
}

impl Builder {
    /// Adds the next event in order of id. `side` tells whose side an actor belongs to.
    pub fn add(&mut self, event: &Event, side: impl Fn(&str) -> Option<Side>) {
        self.own_values(event);
        for topic in &event.topics {
            self.set(Slot::Topic, text(topic));
        }
        for link in &event.commitments {
            self.set(Slot::Commitment, text(&link.id));
        }
        for participant in &event.actors {
            let side = side(&participant.id).map_or("", Side::word);
            let values = [text(&participant.id), text(&side), text(&participant.role)];
            for (slot, value) in [Slot::Actor, Slot::Side, Slot::Role].into_iter().zip(values.clone()) {
                self.set(slot, value);
            }
            self.participants.entry(values).or_default().insert(self.size);
        }
        for capital in CLOCKS {
            self.date(event.date_in(capital), clock(capital));
        }
        self.set(Slot::Updated, Bucket::Number(day_number(event.updated).into()));
        self.size += 1;
    }

    fn own_values(&mut self, event: &Event) {
        self.set(Slot::Type, text(&event.r#type));
        self.set(Slot::Level, text(&event.level));
        self.set(Slot::Status, text(&event.status));
        self.set(Slot::Confidence, text(&event.confidence));
        self.set(Slot::Bilateral, Bucket::Truth(event.bilateral));
        self.set(Slot::Contested, Bucket::Truth(event.contested));
        self.set(Slot::OfDays, Bucket::Truth(event.date.is_of_days()));
        if let Some(mode) = event.mode {
            self.set(Slot::Mode, text(&mode));
        }
        if let Some(location) = event.location.as_ref().filter(|location| !location.country.is_empty()) {
            self.set(Slot::Country, text(&location.country));
        }
    }

    fn date(&mut self, date: Edtf, clock: usize) {
        self.set(Slot::Year(clock), Bucket::Number(date.start().year().into()));
        if let Some(month) = date.first_month() {
            self.set(Slot::Month(clock), text(&month));
        }
        if let Some(days) = self.days.get_mut(clock) {
            days.push((day_number(date.start()), day_number(date.end())));
        }
    }

    fn set(&mut self, slot: Slot, value: Bucket) {
        self.sets.entry(slot).or_default().entry(value).or_default().insert(self.size);
    }

    /// The parts of the index of the events added, for [`Index::read`]. For each of them, in the order that they came in, `titles` has the place of its
    /// title in English and in Chinese among all titles, folded; the same for titles that are the same.
    pub fn finish(self, titles: [Vec<u32>; 2]) -> Result<Vec<Part>, BadPart> {
        let [place, ..] = &self.days;
        let mut by_date: Vec<u32> = (0..self.size).collect();
        by_date.sort_by_key(|at| place.get(*at as usize).copied());
        let mut ranks = vec![0; by_date.len()];
        for (at, rank) in by_date.iter().zip(0..) {
            if let Some(slot) = ranks.get_mut(*at as usize) {
                *slot = rank;
            }
        }
        let ranked = |set: RoaringBitmap| moved(&set, &ranks);
        let every = |sets: BTreeMap<Bucket, RoaringBitmap>| {
            Sets::new(sets.into_iter().map(|(value, set)| (value, ranked(set))).collect())
        };
        let sets = self.sets.into_iter().map(|(slot, sets)| (slot, every(sets))).collect();
        let participants = self.participants.into_iter().map(|(values, set)| (values, ranked(set))).collect();
        let at_rank = |values: &[i32]| sorted(values, &by_date);
        let days = self.days.map(|days| {
            let (first, last): (Vec<i32>, Vec<i32>) = days.into_iter().unzip();
            [at_rank(&first), at_rank(&last)]
        });
        let columns = Columns {
            numbers: by_date.iter().map(|at| at + 1).collect(),
            days,
            titles: titles.map(|places| sorted(&places, &by_date)),
        };
        let mut parts = columns.parts();
        parts.extend(parts_of_sets(&sets, &participants)?);
        Ok(parts)
    }
}

/// A set of places, as the set of their ranks.
fn moved(set: &RoaringBitmap, ranks: &[u32]) -> RoaringBitmap {
    let mut moved: Vec<u32> = set.iter().filter_map(|at| ranks.get(at as usize).copied()).collect();
    moved.sort_unstable();
    moved.into_iter().collect()
}

/// Values of places, in order of rank.
fn sorted<T: Copy>(values: &[T], by_date: &[u32]) -> Vec<T> {
    by_date.iter().filter_map(|at| values.get(*at as usize).copied()).collect()
}

/// What is known of each event, in order of rank.
pub(super) struct Columns {
    pub(super) numbers: Vec<u32>,
    /// First and last days, by each clock.
    pub(super) days: [[Vec<i32>; 2]; 3],
    pub(super) titles: [Vec<u32>; 2],
}

impl Index {
    pub(super) fn new(
        columns: Columns,
        sets: HashMap<Slot, Sets>,
        participants: BTreeMap<[Bucket; 3], RoaringBitmap>,
    ) -> Index {
        let Columns { numbers, days, titles: [title_en, title_zh] } = columns;
        let mut ranks = vec![0; numbers.len()];
        for (number, rank) in numbers.iter().zip(0..) {
            if let Some(slot) = ranks.get_mut((*number as usize).wrapping_sub(1)) {
                *slot = rank;
            }
        }
        let by_value = |slot| Order::new(places(numbers.len(), sets.get(&slot)));
        let by_date = |[first, last]: &[Vec<i32>; 2]| {
            let both = first.iter().zip(last).map(|(first, last)| i64::from(*first) << 32 | i64::from(*last));
            both.collect()
        };
        let [place, washington, beijing] = &days;
        let orders = Orders {
            dates: [Order::by_rank(by_date(place)), Order::new(by_date(washington)), Order::new(by_date(beijing))],
            r#type: by_value(Slot::Type),
            updated: by_value(Slot::Updated),
            title_en: Order::new(title_en.into_iter().map(i64::from).collect()),
            title_zh: Order::new(title_zh.into_iter().map(i64::from).collect()),
        };
        let at_place = place[0].clone();
        let clocks = days.map(|days| Clock::new(days, &at_place));
        let mut all = RoaringBitmap::new();
        all.insert_range(0..short(numbers.len()));
        Index { numbers, ranks, all, sets, participants, clocks, orders }
    }
}

/// The place of each event's value among all values, in order of rank.
fn places(size: usize, sets: Option<&Sets>) -> Vec<i64> {
    let mut places = vec![0; size];
    for (set, place) in sets.iter().flat_map(|sets| sets.values.values()).zip(0..) {
        for rank in set {
            if let Some(slot) = places.get_mut(rank as usize) {
                *slot = place;
            }
        }
    }
    places
}

impl Clock {
    fn new([first, last]: [Vec<i32>; 2], at_place: &[i32]) -> Clock {
        let longest = first.iter().zip(&last).map(|(first, last)| last - first).max().unwrap_or(0);
        let drift = first.iter().zip(at_place).map(|(first, place)| (first - place).abs()).max().unwrap_or(0);
        Clock { first, last, longest, drift }
    }
}
