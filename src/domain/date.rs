//! Dates as the record knows them: a day, a month, a year or an interval of those.
//!
//! The written form is EDTF (ISO 8601-2, level 0, <https://www.loc.gov/standards/datetime/>): `2021`, `2021-04`,
//! `2021-04-17` and `2021-04-14/2021-04-17`. Every date has an earliest and a latest day, so dates of different
//! precision sort and compare. The calendar itself is `jiff`'s and does not show outside this module.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil;
use serde::{Deserialize, Serialize};

/// What is wrong with the text of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text has another shape than a date.
    #[error("a date is YYYY, YYYY-MM or YYYY-MM-DD")]
    Shape,
    /// The shape is right, but the calendar has no such day or month.
    #[error("the calendar has no such date")]
    NotInCalendar,
    /// An interval ends before it begins.
    #[error("the interval ends before it begins")]
    Backwards,
}

/// A day of the Gregorian calendar, years 1 to 9999; written `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(civil::Date);

impl Day {
    /// The earliest day that can be written.
    pub const MIN: Day = Day(civil::date(1, 1, 1));
    /// The latest day that can be written.
    pub const MAX: Day = Day(civil::date(9999, 12, 31));

    /// The day with this year, month (1-12) and day of the month (1-31).
    pub fn new(year: i16, month: i8, day: i8) -> Result<Day, DateError> {
        if year < 1 {
            return Err(DateError::NotInCalendar);
        }
        civil::Date::new(year, month, day).map(Day).map_err(|_| DateError::NotInCalendar)
    }

    /// The day of a Unix time in seconds, in UTC, held within [`Day::MIN`] and [`Day::MAX`]: a clock may say anything.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Day {
        Day(civil::date(1970, 1, 1)).plus(seconds.div_euclid(86_400))
    }

    /// The day `days` later (earlier, if negative), held within [`Day::MIN`] and [`Day::MAX`].
    #[must_use]
    pub fn plus(self, days: i64) -> Day {
        let bounded = days.clamp(-4_000_000, 4_000_000);
        match self.0.checked_add(bounded.days()) {
            Ok(date) if date >= Day::MIN.0 => Day(date),
            Ok(_) => Day::MIN,
            Err(_) if days < 0 => Day::MIN,
            Err(_) => Day::MAX,
        }
    }

    /// The number of days from `earlier` to this day.
    #[must_use]
    pub fn days_since(self, earlier: Day) -> i64 {
        (self.0 - earlier.0).get_days().into()
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month (1-12).
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month (1-31).
    #[must_use]
    pub fn day_of_month(self) -> i8 {
        self.0.day()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Day, DateError> {
        match text.parse::<Point>()? {
            Point::Day(day) => Ok(day),
            Point::Year(_) | Point::Month(..) => Err(DateError::Shape),
        }
    }
}

/// A year, a month or a day: what a date parameter may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    /// A whole year.
    Year(i16),
    /// A month (1-12) of a year.
    Month(i16, i8),
    /// One day.
    Day(Day),
}

impl Point {
    /// The earliest day.
    #[must_use]
    pub fn first_day(self) -> Day {
        match self {
            Point::Year(year) => Day(civil::date(year, 1, 1)),
            Point::Month(year, month) => Day(civil::date(year, month, 1)),
            Point::Day(day) => day,
        }
    }

    /// The latest day.
    #[must_use]
    pub fn last_day(self) -> Day {
        match self {
            Point::Year(year) => Day(civil::date(year, 12, 31)),
            Point::Month(year, month) => Day(civil::date(year, month, 1).last_of_month()),
            Point::Day(day) => day,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Point::Year(year) => write!(f, "{year:04}"),
            Point::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Point::Day(day) => day.fmt(f),
        }
    }
}

impl FromStr for Point {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Point, DateError> {
        let number = |part: &str, digits: usize| -> Result<i16, DateError> {
            if part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()) {
                part.parse().map_err(|_| DateError::Shape)
            } else {
                Err(DateError::Shape)
            }
        };
        let small =
            |part: &str| -> Result<i8, DateError> { i8::try_from(number(part, 2)?).map_err(|_| DateError::Shape) };
        let mut parts = text.split('-');
        let year = number(parts.next().unwrap_or_default(), 4)?;
        let month = parts.next().map(small).transpose()?;
        let day = parts.next().map(small).transpose()?;
        if parts.next().is_some() {
            return Err(DateError::Shape);
        }
        // Going through `Day` refuses month 13 and 30 February alike.
        let first = Day::new(year, month.unwrap_or(1), day.unwrap_or(1))?;
        Ok(match (month, day) {
            (None, _) => Point::Year(year),
            (Some(month), None) => Point::Month(year, month),
            (Some(_), Some(_)) => Point::Day(first),
        })
    }
}

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Precision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
    /// Two dates and all between them.
    Interval,
}

/// A date in EDTF: a [`Point`], or an interval of two points.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edtf {
    from: Point,
    to: Option<Point>,
}

impl Edtf {
    /// The earliest day.
    #[must_use]
    pub fn start(self) -> Day {
        self.from.first_day()
    }

    /// The latest day.
    #[must_use]
    pub fn end(self) -> Day {
        self.to.unwrap_or(self.from).last_day()
    }

    /// The month that it begins in; `None` where that is known to the year only.
    #[must_use]
    pub fn first_month(self) -> Option<Point> {
        match self.from {
            Point::Year(_) => None,
            Point::Month(..) => Some(self.from),
            Point::Day(day) => Some(Point::Month(day.year(), day.0.month())),
        }
    }

    /// Whether its first and last day are both known to the day.
    #[must_use]
    pub fn is_of_days(self) -> bool {
        [Some(self.from), self.to].into_iter().flatten().all(|point| matches!(point, Point::Day(_)))
    }

    /// The first and the last point, the last where there are two.
    #[must_use]
    pub fn points(self) -> (Point, Option<Point>) {
        (self.from, self.to)
    }

    /// How exactly the date is known.
    #[must_use]
    pub fn precision(self) -> Precision {
        match (self.to, self.from) {
            (Some(_), _) => Precision::Interval,
            (None, Point::Day(_)) => Precision::Day,
            (None, Point::Month(..)) => Precision::Month,
            (None, Point::Year(_)) => Precision::Year,
        }
    }
}

impl From<Day> for Edtf {
    fn from(day: Day) -> Edtf {
        Edtf { from: Point::Day(day), to: None }
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            None => self.from.fmt(f),
            Some(to) => write!(f, "{}/{to}", self.from),
        }
    }
}

impl fmt::Debug for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Edtf {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Edtf, DateError> {
        let Some((from, to)) = text.split_once('/') else {
            return Ok(Edtf { from: text.parse()?, to: None });
        };
        let (from, to): (Point, Point) = (from.parse()?, to.parse()?);
        if to.last_day() < from.first_day() || to.first_day() < from.first_day() {
            return Err(DateError::Backwards);
        }
        Ok(Edtf { from, to: Some(to) })
    }
}

/// Serialises as the written form, and reads it back.
macro_rules! written {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
written!(Day, Edtf);

#[cfg(test)]
mod tests {
    use super::*;

    fn edtf(text: &str) -> Edtf {
        text.parse().unwrap()
    }

    #[test]
    fn bounds_and_precision_follow_the_written_form() {
        for (text, start, end, precision) in [
            ("2021", "2021-01-01", "2021-12-31", Precision::Year),
            ("2024-02", "2024-02-01", "2024-02-29", Precision::Month),
            ("2021-02-10", "2021-02-10", "2021-02-10", Precision::Day),
            ("2021-04-14/2021-04-17", "2021-04-14", "2021-04-17", Precision::Interval),
            ("2013/2016", "2013-01-01", "2016-12-31", Precision::Interval),
        ] {
            let date = edtf(text);
            assert_eq!(date.is_of_days(), matches!(text.len(), 10 | 21), "{text}");
            assert_eq!(date.to_string(), text);
            assert_eq!(date.start().to_string(), start);
            assert_eq!(date.end().to_string(), end);
            assert_eq!(date.precision(), precision);
        }
    }

    #[test]
    fn a_month_is_known_unless_the_date_begins_with_a_year() {
        for (text, month) in [
            ("2021", None),
            ("2013/2016-03", None),
            ("2024-02", Some("2024-02")),
            ("2024-02/2025", Some("2024-02")),
            ("2021-04-30/2021-05-02", Some("2021-04")),
        ] {
            assert_eq!(edtf(text).first_month().map(|month| month.to_string()).as_deref(), month, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "21", "2021-2", "2021-02-10-01", "2021/", "/2021", "2021-0a", "２０２１", "+2021", " 2021"]
        {
            assert_eq!(text.parse::<Edtf>(), Err(DateError::Shape), "{text}");
        }
        for text in ["2021-02-30", "2021-13", "2021-00", "2023-02-29", "0000"] {
            assert_eq!(text.parse::<Edtf>(), Err(DateError::NotInCalendar), "{text}");
        }
        assert_eq!("2021-05/2021-04".parse::<Edtf>(), Err(DateError::Backwards));
        assert_eq!("2021-05-02/2021-05".parse::<Edtf>(), Err(DateError::Backwards));
    }

    #[test]
    fn days_count_on_the_calendar() {
        let day: Day = "2020-02-28".parse().unwrap();
        assert_eq!(day.plus(2).to_string(), "2020-03-01");
        assert_eq!(day.plus(2).days_since(day), 2);
        assert_eq!(Day::from_unix_seconds(1_795_608_000).to_string(), "2026-11-25");
        assert_eq!(Day::from_unix_seconds(-1).to_string(), "1969-12-31");
        assert_eq!((Day::from_unix_seconds(i64::MIN), Day::from_unix_seconds(i64::MAX)), (Day::MIN, Day::MAX));
        assert_eq!(Day::MIN.plus(-1), Day::MIN);
        assert_eq!(Day::MAX.plus(1), Day::MAX);
        assert_eq!(Day::MAX.plus(i64::MAX), Day::MAX);
    }
}
