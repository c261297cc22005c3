//! Which events match, in which order, and how many have which value: answered from memory.
//!
//! As search engines do, each value of a field has the set of the events that have it, a roaring bitmap; a filter is
//! an intersection of such sets, a count is the size of one, and an order is a list of all events that is walked until
//! a page is full. So a page costs what it shows, and a total costs next to nothing, whatever the size of the data set.
//! The database keeps the records themselves, and the parts of the index for the next start.
//!
//! Within the index an event goes by its *rank*: its place, from 0, in the order of first day, last day and id, by the
//! clock of the place. So sets of days are ranges, and a set is in order of date as it is. Outside, events go by their
//! number, their place in the order of ids from 1.
//!
//! [`build`] makes an index from events, [`part`] writes and reads it, [`sets`] holds the sets, [`matching`] finds what
//! a filter matches, [`order`] makes pages, [`tally`] counts. `query::matches` says the same in plain Rust, and tests
//! hold the one against the other.

mod build;
mod matching;
mod order;
mod part;
mod sets;
mod tally;

use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use crate::domain::date::Day;
use crate::domain::records::short;
use crate::domain::text::Lang;
use crate::domain::vocab::Capital;
use crate::query::EventSort;
use crate::query::groups::Bucket;
pub use build::Builder;
pub use matching::Matches;
use order::Order;
pub use order::{Picked, Scores};
pub use part::{BadPart, Part};
use sets::{Sets, Slot};

/// The index of a data set's events.
pub struct Index {
    /// The number of the event of each rank.
    numbers: Vec<u32>,
    /// The rank of the event of each number, the first being of number 1.
    ranks: Vec<u32>,
    /// Every event.
    all: RoaringBitmap,
    sets: HashMap<Slot, Sets>,
    /// The events that an actor of a side has a role in: what one participant is.
    participants: BTreeMap<[Bucket; 3], RoaringBitmap>,
    clocks: [Clock; 3],
    orders: Orders,
}

/// The days of events, by one clock, each counted from [`Day::MIN`] and at the event's rank.
struct Clock {
    first: Vec<i32>,
    last: Vec<i32>,
    /// The longest event, in days.
    longest: i32,
    /// The events that are longer than [`build::MONTH`].
    long: RoaringBitmap,
    /// The most that a first day differs from that by the clock of the place, in days.
    drift: i32,
}

/// The orders that can be walked.
struct Orders {
    dates: [Order; 3],
    r#type: Order,
    updated: Order,
    title_en: Order,
    title_zh: Order,
}

/// The place of a clock among three.
fn clock(capital: Option<Capital>) -> usize {
    match capital {
        None => 0,
        Some(Capital::Washington) => 1,
        Some(Capital::Beijing) => 2,
    }
}

/// A day as it is counted here.
fn day_number(day: Day) -> i32 {
    // All days that can be written are within four million.
    i32::try_from(day.days_since(Day::MIN)).unwrap_or(i32::MAX)
}

impl Index {
    /// How many events there are.
    fn size(&self) -> u32 {
        short(self.numbers.len())
    }

    /// The number of the event of this rank.
    fn number(&self, rank: u32) -> u32 {
        self.numbers.get(rank as usize).copied().unwrap_or_default()
    }

    /// The rank of the event of this number.
    fn rank(&self, number: i64) -> Option<u32> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.ranks.get(at).copied()
    }

    /// The set of the events with these numbers.
    #[must_use]
    pub fn set(&self, numbers: impl IntoIterator<Item = i64>) -> RoaringBitmap {
        let mut ranks: Vec<u32> = numbers.into_iter().filter_map(|number| self.rank(number)).collect();
        ranks.sort_unstable();
        ranks.into_iter().collect()
    }

    /// The events without a value.
    fn without(&self, slot: Slot) -> RoaringBitmap {
        self.sets.get(&slot).map_or_else(|| self.all.clone(), |sets| &self.all - &sets.any)
    }

    /// How well events fit a search, from their numbers with their scores.
    #[must_use]
    pub fn scores(&self, scored: impl IntoIterator<Item = (i64, i64)>) -> Scores {
        scored.into_iter().filter_map(|(number, score)| Some((self.rank(number)?, score))).collect()
    }

    /// How well the event of this number fits a search.
    #[must_use]
    pub fn score(&self, number: i64, scores: &Scores) -> Option<i64> {
        scores.get(&self.rank(number)?).copied()
    }

    /// The first day of the first event and the last day of the last, by the clock of the place.
    #[must_use]
    pub fn span(&self) -> (Option<Day>, Option<Day>) {
        let [place, ..] = &self.clocks;
        let day = |number: &i32| Day::MIN.plus((*number).into());
        (place.first.first().map(day), place.last.iter().max().map(day))
    }

    /// Some events in order of date by a clock, each with its first and last day.
    pub fn in_order_of_date<'a>(
        &'a self,
        set: &'a RoaringBitmap,
        capital: Option<Capital>,
    ) -> impl Iterator<Item = (i64, Day, Day)> + 'a {
        let [place, ..] = &self.clocks;
        let clock = self.clocks.get(clock(capital)).unwrap_or(place);
        let days = |rank: u32| Some((*clock.first.get(rank as usize)?, *clock.last.get(rank as usize)?));
        let mut events: Vec<(i32, i32, u32)> =
            set.iter().filter_map(|rank| days(rank).map(|(first, last)| (first, last, self.number(rank)))).collect();
        events.sort_unstable();
        let day = |number: i32| Day::MIN.plus(number.into());
        events.into_iter().map(move |(first, last, number)| (number.into(), day(first), day(last)))
    }

    /// The order of a sort, if it is not by relevance.
    fn order(&self, sort: EventSort, capital: Option<Capital>, lang: Lang) -> Option<&Order> {
        match (sort, lang) {
            (EventSort::Date, _) => self.orders.dates.get(clock(capital)),
            (EventSort::Title, Lang::En) => Some(&self.orders.title_en),
            (EventSort::Title, Lang::Zh) => Some(&self.orders.title_zh),
            (EventSort::Type, _) => Some(&self.orders.r#type),
            (EventSort::Updated, _) => Some(&self.orders.updated),
            (EventSort::Relevance, _) => None,
        }
    }
}
