//! A query for silences: the days between consecutive events on which nothing that matches happened.

use super::list::Shape;
use super::normal::Pairs;
use super::params::{Params, Problem};
use super::parse::{self, Context, Refused};
use super::stats::MOST_ROWS;
use super::{Events, Filter};
use crate::domain::date::Day;

/// The longest silence that can be asked for: a hundred years.
pub const MOST_DAYS: u16 = 36_525;
/// The least days of a silence where `min_days` is not given.
pub const DEFAULT_DAYS: u16 = 90;

/// A query for silences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapsQuery {
    /// Which events; of these, those that occurred.
    pub filter: Filter<Events>,
    /// The day that the answer speaks of: events that begin later are not looked at.
    pub as_of: Day,
    /// The least days of a silence.
    pub min_days: u16,
    /// The most rows; all without.
    pub limit: Option<u16>,
    /// What is shown.
    pub shape: Shape,
}

impl GapsQuery {
    /// Reads a query.
    pub fn read(params: &mut Params, context: &Context<'_>) -> Result<GapsQuery, Refused> {
        let filter = parse::filter(params, context);
        let as_of = parse::as_of(params).unwrap_or(context.today);
        let min_days = parse::number(params, "min_days", MOST_DAYS).unwrap_or(DEFAULT_DAYS);
        let limit = parse::number(params, "limit", MOST_ROWS);
        let bom = parse::bom(params, &context.form);
        let shape = Shape { bom, ..parse::plain_shape(params, context) };
        params.finish().map_err(Refused::Invalid)?;
        Ok(GapsQuery { filter, as_of, min_days, limit, shape })
    }

    /// The rows, refused where they are too many.
    pub fn allowed<E>(&self, gaps: Vec<Gap<E>>) -> Result<Vec<Gap<E>>, Refused> {
        if gaps.len() <= usize::from(MOST_ROWS) {
            return Ok(gaps);
        }
        let reason = format!("it makes {} rows, and {MOST_ROWS} are allowed: ask for longer silences", gaps.len());
        Err(Refused::Invalid(vec![Problem::new("min_days", self.min_days.to_string(), reason)]))
    }

    /// The normal form.
    #[must_use]
    pub fn written(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.filter(&self.filter);
        pairs.shape(&self.shape);
        pairs.set("as_of", self.as_of.to_string());
        if self.min_days != DEFAULT_DAYS {
            pairs.set("min_days", self.min_days.to_string());
        }
        if let Some(limit) = self.limit {
            pairs.set("limit", limit.to_string());
        }
        pairs.to_string()
    }
}

/// A silence: whole days, each of them without an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap<E> {
    /// How many days.
    pub days: i64,
    /// The first of them.
    pub from: Day,
    /// The last of them.
    pub to: Day,
    /// The event that it follows: of those that end the day before, the last to begin.
    pub after: E,
    /// The event that ends it: of those that begin the day after, the first in order of date.
    pub before: E,
}

/// The silences between events that are met in order of date.
#[derive(Debug, Clone)]
pub struct Silences<E> {
    min_days: i64,
    latest: Option<(Day, E)>,
    gaps: Vec<Gap<E>>,
}

impl<E: Clone> Silences<E> {
    /// Silences of at least so many days, before any event is met.
    #[must_use]
    pub fn new(min_days: u16) -> Silences<E> {
        Silences { min_days: min_days.into(), latest: None, gaps: Vec::new() }
    }

    /// Meets the next event in order of first day, last day and id.
    pub fn meet(&mut self, first: Day, last: Day, event: E) {
        if let Some((end, after)) = &self.latest {
            let days = first.days_since(*end) - 1;
            if days >= self.min_days {
                let (from, to) = (end.plus(1), first.plus(-1));
                self.gaps.push(Gap { days, from, to, after: after.clone(), before: event.clone() });
            }
        }
        // An event may end before one that began earlier does: the silence begins after the latest end so far.
        if self.latest.as_ref().is_none_or(|(end, _)| last >= *end) {
            self.latest = Some((last, event));
        }
    }

    /// The silences, the longest first, then the earliest.
    #[must_use]
    pub fn longest_first(&self) -> Vec<Gap<E>> {
        let mut gaps = self.gaps.clone();
        gaps.sort_by_key(|gap| (-gap.days, gap.from));
        gaps
    }

    /// The days from the latest end to a day; 0 where an event lasts beyond it.
    #[must_use]
    pub fn days_since_last(&self, day: Day) -> Option<i64> {
        self.latest.as_ref().map(|(end, _)| day.days_since(*end).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_silence_begins_after_the_latest_end_so_far() {
        let mut silences = Silences::new(2);
        for (first, last, event) in [
            ("2021-01-01", "2021-01-20", "long"),
            ("2021-01-02", "2021-01-03", "within"),
            ("2021-01-22", "2021-01-22", "a day later"),
            ("2021-01-25", "2021-01-25", "two days later"),
            ("2021-01-25", "2021-01-25", "on the same day"),
            ("2021-01-30", "2021-01-30", "four days later"),
        ] {
            silences.meet(day(first), day(last), event);
        }
        let gaps = silences.longest_first();
        let told: Vec<_> = gaps.iter().map(|gap| (gap.days, gap.from, gap.to, gap.after, gap.before)).collect();
        assert_eq!(
            told,
            [
                (4, day("2021-01-26"), day("2021-01-29"), "on the same day", "four days later"),
                (2, day("2021-01-23"), day("2021-01-24"), "a day later", "two days later"),
            ]
        );
        assert_eq!(silences.days_since_last(day("2021-02-02")), Some(3));
        assert_eq!(silences.days_since_last(day("2021-01-29")), Some(0));
        assert_eq!(Silences::<()>::new(1).days_since_last(day("2021-01-29")), None);
    }
}
