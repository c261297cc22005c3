//! Pages: so many matches in some order, after one of them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use roaring::RoaringBitmap;

use super::{Index, Matches};
use crate::domain::records::short;
use crate::query::{Events, ListQuery};

/// How well events fit a search, by rank: the less, the better.
pub type Scores = HashMap<u32, i64>;

/// All events in the order of a key; those of the same key make a group, in order of id.
pub(super) struct Order {
    /// The key of each rank.
    keys: Vec<i64>,
    /// Whether the order is that of ranks.
    by_rank: bool,
    /// Made when it is first walked.
    walk: OnceLock<Walk>,
}

/// An order, to be walked.
struct Walk {
    ranks: Vec<u32>,
    /// Where each group begins, and where the last ends.
    starts: Vec<usize>,
}

impl Order {
    pub(super) fn new(keys: Vec<i64>) -> Order {
        Order { keys, by_rank: false, walk: OnceLock::new() }
    }

    /// The order that ranks are in.
    pub(super) fn by_rank(keys: Vec<i64>) -> Order {
        Order { keys, by_rank: true, walk: OnceLock::new() }
    }

    fn key(&self, rank: u32) -> i64 {
        self.keys.get(rank as usize).copied().unwrap_or_default()
    }

    fn walk(&self, index: &Index) -> &Walk {
        self.walk.get_or_init(|| {
            let mut ranks: Vec<u32> = (0..index.size()).collect();
            if !self.by_rank {
                ranks.sort_unstable_by_key(|rank| (self.key(*rank), index.number(*rank)));
            }
            let mut starts: Vec<usize> = (0..ranks.len())
                .filter(|at| *at == 0 || self.key_at(&ranks, *at) != self.key_at(&ranks, *at - 1))
                .collect();
            starts.push(ranks.len());
            Walk { ranks, starts }
        })
    }

    fn key_at(&self, ranks: &[u32], at: usize) -> Option<i64> {
        ranks.get(at).map(|rank| self.key(*rank))
    }

    /// The group of a key, or where it would be.
    fn group(&self, walk: &Walk, key: i64) -> usize {
        walk.starts.partition_point(|start| self.key_at(&walk.ranks, *start).is_some_and(|first| first < key))
    }

    /// The ranks of the group that an event is in, in the order that ranks are in.
    fn bounds(&self, walk: &Walk, rank: u32) -> Range<u32> {
        let range = walk.range(self.group(walk, self.key(rank)));
        short(range.start)..short(range.end)
    }
}

impl Walk {
    /// How many groups there are.
    fn groups(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Where a group stands.
    fn range(&self, group: usize) -> Range<usize> {
        match self.starts.get(group..group + 2) {
            Some([start, end]) => *start..*end,
            _ => 0..0,
        }
    }
}

/// What events are compared by.
enum Key<'a> {
    Order(&'a Order),
    Scores(&'a Scores),
}

impl Key<'_> {
    fn of(&self, rank: u32) -> i64 {
        match self {
            Key::Order(order) => order.key(rank),
            Key::Scores(scores) => scores.get(&rank).copied().unwrap_or_default(),
        }
    }
}

/// A page, and what it took to find it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked {
    /// The numbers of the events, in order.
    pub numbers: Vec<i64>,
    /// How many events were looked at.
    pub looked_at: usize,
}

/// A page in the making.
struct Picking<'a> {
    index: &'a Index,
    matches: &'a Matches<'a>,
    /// All matches, where a page cannot be had of fewer.
    all: OnceCell<Cow<'a, RoaringBitmap>>,
    keys: Vec<(Key<'a>, bool)>,
    /// The last event of the page before.
    after: Option<u32>,
    most: usize,
}

impl Index {
    /// The first `most` matches in the order of a query, after its position. `scores` are there if it is by relevance.
    #[must_use]
    pub fn page(&self, query: &ListQuery<Events>, matches: &Matches<'_>, scores: &Scores, most: usize) -> Picked {
        let keys = query.sort.iter().map(|key| {
            let order = self.order(key.sort, query.filter.capital, query.sort_lang);
            (order.map_or(Key::Scores(scores), Key::Order), key.descending)
        });
        let after = match &query.position {
            None => None,
            Some(position) => match self.rank(position.number) {
                // No event stands there, so none comes after it.
                None => return Picked::default(),
                rank => rank,
            },
        };
        Picking { index: self, matches, all: OnceCell::new(), keys: keys.collect(), after, most }.pick()
    }
}

impl Picking<'_> {
    fn pick(&self) -> Picked {
        let picked = match self.keys.first() {
            Some((Key::Order(order), false)) if order.by_rank && self.keys.len() == 1 => self.by_rank(),
            Some((Key::Order(order), descending)) if order.by_rank => self.by_groups(order, *descending),
            Some((Key::Order(order), descending)) if !self.is_rare() => {
                let (page, looked_at) = self.by_walk(order, *descending);
                page.map_or_else(|| self.by_sort(), |page| (page, looked_at))
            }
            _ => self.by_sort(),
        };
        let (ranks, looked_at) = picked;
        Picked { numbers: ranks.iter().map(|rank| self.index.number(*rank).into()).collect(), looked_at }
    }

    /// All matches.
    fn all(&self) -> &RoaringBitmap {
        self.all.get_or_init(|| self.matches.all())
    }

    /// Whether it is less work to sort all matches than to meet enough of them along a walk.
    fn is_rare(&self) -> bool {
        let matches = self.all().len();
        matches.saturating_mul(matches) < u64::from(self.index.size()).saturating_mul(self.most as u64)
    }

    fn compare(&self, one: u32, other: u32) -> Ordering {
        let by_keys = self.keys.iter().map(|(key, descending)| {
            let order = key.of(one).cmp(&key.of(other));
            if *descending { order.reverse() } else { order }
        });
        let by_keys = by_keys.fold(Ordering::Equal, Ordering::then);
        by_keys.then_with(|| self.index.number(one).cmp(&self.index.number(other)))
    }

    fn is_past(&self, rank: u32) -> bool {
        self.after.is_none_or(|after| self.compare(rank, after) == Ordering::Greater)
    }

    /// The first of some events that are past the position, in order.
    fn first(&self, mut ranks: Vec<u32>, most: usize) -> Vec<u32> {
        ranks.retain(|rank| self.is_past(*rank));
        if ranks.len() > most {
            ranks.select_nth_unstable_by(most, |one, other| self.compare(*one, *other));
            ranks.truncate(most);
        }
        ranks.sort_unstable_by(|one, other| self.compare(*one, *other));
        ranks
    }

    /// Sorts all matches.
    fn by_sort(&self) -> (Vec<u32>, usize) {
        let ranks: Vec<u32> = self.all().iter().collect();
        let looked_at = ranks.len();
        (self.first(ranks, self.most), looked_at)
    }

    /// Walks an order group by group, and looks whether the events met are matches. It is given up where that takes
    /// longer than to sort all matches: they may all stand at the far end.
    fn by_walk(&self, order: &Order, descending: bool) -> (Option<Vec<u32>>, usize) {
        let patience = usize::try_from(self.all().len()).unwrap_or(usize::MAX);
        let walk = order.walk(self.index);
        let begun = self.after.map(|after| order.group(walk, order.key(after)));
        let groups: Box<dyn Iterator<Item = usize>> = match (descending, begun) {
            (false, begun) => Box::new(begun.unwrap_or(0)..walk.groups()),
            (true, begun) => Box::new((0..begun.map_or(walk.groups(), |begun| begun + 1)).rev()),
        };
        let (mut page, mut looked_at) = (Vec::new(), 0);
        for group in groups {
            let most = self.most - page.len();
            let ranks = walk.ranks.get(walk.range(group)).unwrap_or_default();
            if self.keys.len() == 1 {
                // Within a group the order is that of ids, so what comes before the position is passed over at once.
                let after = self.after.filter(|_| begun == Some(group)).map(|after| self.index.number(after));
                let from = after.map_or(0, |after| ranks.partition_point(|rank| self.index.number(*rank) <= after));
                let patience = patience - looked_at;
                let met = ranks.iter().skip(from).copied().take(patience).inspect(|_| looked_at += 1);
                page.extend(met.filter(|rank| self.all().contains(*rank)).take(most));
            } else {
                looked_at += ranks.len();
                let met = ranks.iter().copied().filter(|rank| self.all().contains(*rank));
                page.extend(self.first(met.collect(), most));
            }
            if page.len() >= self.most {
                break;
            }
            if looked_at >= patience {
                return (None, looked_at);
            }
        }
        (Some(page), looked_at)
    }

    /// Walks the matches themselves, which are in the order asked for. The first events that may be matches are looked at
    /// one by one: mostly the page is full with them. Where it is not, matches are found a stretch of ranks at a time, each
    /// longer than the one before.
    fn by_rank(&self) -> (Vec<u32>, usize) {
        let (mut page, mut looked_at) = (Vec::with_capacity(self.most), 0);
        let ranks = self.after.map_or(0, |after| after + 1)..self.index.size();
        for (rank, is_match) in self.matches.one_by_one(ranks.clone()) {
            looked_at += 1;
            page.extend(is_match.then_some(rank));
            if page.len() >= self.most {
                break;
            }
            if looked_at == ONE_BY_ONE {
                self.by_stretches(rank + 1..ranks.end, &mut page);
                break;
            }
        }
        let looked_at = looked_at.max(page.len());
        (page, looked_at)
    }

    fn by_stretches(&self, ranks: Range<u32>, page: &mut Vec<u32>) {
        let (mut rest, mut length) = (self.matches.possible(ranks), STRETCH);
        while page.len() < self.most && !rest.is_empty() {
            let end = rest.start.saturating_add(length).min(rest.end);
            page.extend(self.matches.within(rest.start..end).iter().take(self.most - page.len()));
            (rest.start, length) = (end, length.saturating_mul(2));
        }
    }

    /// The same group by group, where within a group the order is another, or where the groups are in reverse: within
    /// each, the order is that of ids either way.
    fn by_groups(&self, order: &Order, descending: bool) -> (Vec<u32>, usize) {
        let walk = order.walk(self.index);
        let (mut page, mut looked_at) = (Vec::new(), 0);
        let mut rest = match self.after.map(|after| order.bounds(walk, after)) {
            None => 0..self.index.size(),
            Some(group) if descending => 0..group.end,
            Some(group) => group.start..self.index.size(),
        };
        rest = self.matches.possible(rest);
        let (mut found, mut stretch, mut length) = (RoaringBitmap::new(), 0..0, STRETCH);
        while page.len() < self.most {
            let mut left = found.range(stretch.clone());
            let Some(next) = (if descending { left.next_back() } else { left.next() }) else {
                if rest.is_empty() {
                    break;
                }
                // Whole groups.
                stretch = if descending {
                    order.bounds(walk, rest.end.saturating_sub(length).max(rest.start)).start..rest.end
                } else {
                    rest.start..order.bounds(walk, rest.start.saturating_add(length).min(rest.end) - 1).end
                };
                rest = if descending { rest.start..stretch.start } else { stretch.end..rest.end };
                found = self.matches.within(stretch.clone());
                length = length.saturating_mul(2);
                continue;
            };
            let group = order.bounds(walk, next);
            stretch = if descending { stretch.start..group.start } else { group.end..stretch.end };
            let most = self.most - page.len();
            if self.keys.len() == 1 {
                let from = self.after.filter(|after| group.contains(after)).map_or(group.start, |after| after + 1);
                page.extend(found.range(from..group.end).take(most).inspect(|_| looked_at += 1));
            } else {
                let met: Vec<u32> = found.range(group).collect();
                looked_at += met.len();
                page.extend(self.first(met, most));
            }
        }
        (page, looked_at)
    }
}

/// How many events are looked at before sets of them are made.
const ONE_BY_ONE: usize = 1 << 9;

/// How many ranks are looked through first.
const STRETCH: u32 = 1 << 13;
