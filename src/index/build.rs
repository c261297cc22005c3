//! Making an index of events that come one by one, in order of id.

use std::collections::BTreeMap;

use foldhash::HashMap;
use roaring::RoaringBitmap;

use super::order::Order;
use super::part::{BadPart, Part, parts_of_sets};
use super::sets::{Sets, Slot};
use super::{Clock, Index, Orders, clock, day_number};
use crate::domain::date::{Edtf, Point};
use crate::domain::event::Event;
use crate::domain::records::short;
use crate::domain::vocab::{Capital, Side, Vocabulary as _};
use crate::query::groups::Bucket;

/// An index in the making. Until it is finished, its sets hold places in the order of ids, from 0.
#[derive(Default)]
pub struct Builder {
    size: u32,
    words: HashMap<Slot, HashMap<String, Growing>>,
    others: HashMap<Slot, HashMap<Bucket, Growing>>,
    /// By each clock.
    months: [HashMap<Point, Growing>; 3],
    /// By actor, then by side and role.
    participants: HashMap<String, HashMap<[&'static str; 2], Growing>>,
    /// First and last days, by each clock.
    days: [Vec<(i32, i32)>; 3],
}

/// A set whose members come in order. They are gathered first: to add each by itself to the set takes longer.
#[derive(Default)]
struct Growing {
    set: RoaringBitmap,
    gathered: Vec<u32>,
}

impl Growing {
    /// How many are gathered.
    const MOST: usize = 1 << 10;

    /// Adds a member, which is the last one again or comes after it.
    fn add(&mut self, member: u32) {
        if self.gathered.last() == Some(&member) {
            return;
        }
        if self.gathered.len() == Growing::MOST {
            // There is no error, since they are in order.
            let _ = self.set.append(self.gathered.drain(..));
        }
        self.gathered.push(member);
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.set.iter().chain(self.gathered.iter().copied())
    }
}

/// The clocks, in order of their places.
const CLOCKS: [Option<Capital>; 3] = [None, Some(Capital::Washington), Some(Capital::Beijing)];

/// Changes the value under a word, which is written anew only where there is none yet.
fn change<V: Default>(values: &mut HashMap<String, V>, word: &str, change: impl FnOnce(&mut V)) {
    if let Some(value) = values.get_mut(word) {
        change(value);
    } else {
        let mut value = V::default();
        change(&mut value);
        values.insert(word.to_owned(), value);
    }
}

impl Builder {
    /// Adds the next event in order of id. `side` tells whose side an actor belongs to.
    pub fn add(&mut self, event: &Event, side: impl Fn(&str) -> Option<Side>) {
        self.own_values(event);
        for topic in &event.topics {
            self.word(Slot::Topic, topic.word());
        }
        for link in &event.commitments {
            self.word(Slot::Commitment, &link.id);
        }
        for participant in &event.actors {
            let (side, role) = (side(&participant.id).map_or("", Side::word), participant.role.word());
            for (slot, value) in [(Slot::Actor, &*participant.id), (Slot::Side, side), (Slot::Role, role)] {
                self.word(slot, value);
            }
            change(&mut self.participants, &participant.id, |sets: &mut HashMap<_, Growing>| {
                sets.entry([side, role]).or_default().add(self.size);
            });
        }
        for capital in CLOCKS {
            self.date(event.date_in(capital), clock(capital));
        }
        self.other(Slot::Updated, Bucket::Number(day_number(event.updated).into()));
        self.size += 1;
    }

    fn own_values(&mut self, event: &Event) {
        self.word(Slot::Type, event.r#type.word());
        self.word(Slot::Level, event.level.word());
        self.word(Slot::Status, event.status.word());
        self.word(Slot::Confidence, event.confidence.word());
        self.other(Slot::Bilateral, Bucket::Truth(event.bilateral));
        self.other(Slot::Contested, Bucket::Truth(event.contested));
        self.other(Slot::OfDays, Bucket::Truth(event.date.is_of_days()));
        if let Some(mode) = event.mode {
            self.word(Slot::Mode, mode.word());
        }
        if let Some(location) = event.location.as_ref().filter(|location| !location.country.is_empty()) {
            self.word(Slot::Country, &location.country);
        }
    }

    fn date(&mut self, date: Edtf, clock: usize) {
        self.other(Slot::Year(clock), Bucket::Number(date.start().year().into()));
        if let (Some(month), Some(months)) = (date.first_month(), self.months.get_mut(clock)) {
            months.entry(month).or_default().add(self.size);
        }
        if let Some(days) = self.days.get_mut(clock) {
            days.push((day_number(date.start()), day_number(date.end())));
        }
    }

    fn word(&mut self, slot: Slot, word: &str) {
        change(self.words.entry(slot).or_default(), word, |set: &mut Growing| set.add(self.size));
    }

    fn other(&mut self, slot: Slot, value: Bucket) {
        self.others.entry(slot).or_default().entry(value).or_default().add(self.size);
    }

    /// The parts of the index of the events added, for [`Index::read`]. For each of them, in the order that they came in,
    /// `titles` has the place of its title in English and in Chinese among all titles, folded; the same for titles that
    /// are the same.
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
        let ranked = |set: Growing| moved(&set, &ranks);
        let mut values: HashMap<Slot, BTreeMap<Bucket, RoaringBitmap>> = HashMap::default();
        let months = self.months.into_iter().enumerate().map(|(clock, months)| {
            let months = months.into_iter().map(|(month, set)| (month.to_string(), set));
            (Slot::Month(clock), months.collect())
        });
        for (slot, words) in self.words.into_iter().chain(months) {
            let words = words.into_iter().map(|(word, set)| (Bucket::Text(word), ranked(set)));
            values.entry(slot).or_default().extend(words);
        }
        for (slot, others) in self.others {
            values.entry(slot).or_default().extend(others.into_iter().map(|(value, set)| (value, ranked(set))));
        }
        let sets = values.into_iter().map(|(slot, values)| (slot, Sets::new(values))).collect();
        let participants = self.participants.into_iter().flat_map(|(actor, sets)| {
            let values = move |[side, role]: [&str; 2]| [&actor, side, role].map(|word| Bucket::Text(word.to_owned()));
            sets.into_iter().map(move |(with, set)| (values(with), set))
        });
        let participants = participants.map(|(values, set)| (values, ranked(set))).collect();
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
fn moved(set: &Growing, ranks: &[u32]) -> RoaringBitmap {
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
        sets: std::collections::HashMap<Slot, Sets>,
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

/// Few events are longer than this, in days.
pub(super) const MONTH: i32 = 31;

impl Clock {
    fn new([first, last]: [Vec<i32>; 2], at_place: &[i32]) -> Clock {
        let longest = first.iter().zip(&last).map(|(first, last)| last - first).max().unwrap_or(0);
        let lengths = (0..).zip(first.iter().zip(&last));
        let long = lengths.filter(|(_, (first, last))| *last - *first > MONTH).map(|(rank, _)| rank).collect();
        let drift = first.iter().zip(at_place).map(|(first, place)| (first - place).abs()).max().unwrap_or(0);
        Clock { first, last, longest, long, drift }
    }
}
