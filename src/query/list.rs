//! A query for a list of records, fully understood.

use std::fmt;

use super::cursor::{Key, Position};
use super::fields::{KeyType, Kind, Operator, Resource};
use super::form::{Extent, Form};
use super::groups::Group;
use super::search::Search;
use crate::domain::date::Day;
use crate::domain::text::Lang;
use crate::domain::vocab::Capital;

/// The most records on a page.
pub const MOST_RECORDS: u16 = 500;
/// The records on a page where `limit` is not given.
pub const DEFAULT_RECORDS: u16 = 50;
/// The records that are read at a time where all are asked for: few enough that many clients can each hold a batch.
const BATCH_RECORDS: u16 = 200;

/// A value that a filter names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// `none`: no value.
    Missing,
    /// A word of the field's vocabulary, or a country code.
    Word(&'static str),
    /// `true` or `false`.
    Bool(bool),
    /// A year.
    Year(i16),
    /// The present id of a record.
    Id(String),
    /// A day.
    Day(Day),
    /// A folded phrase.
    Phrase(String),
    /// A search.
    Search(Search),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Missing => f.write_str("none"),
            Value::Word(word) => f.write_str(word),
            Value::Bool(value) => value.fmt(f),
            Value::Year(year) => write!(f, "{year:04}"),
            Value::Id(text) | Value::Phrase(text) => f.write_str(text),
            Value::Day(day) => day.fmt(f),
            Value::Search(search) => search.fmt(f),
        }
    }
}

/// One condition: a field, an operator, and values, sorted and each once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term<F> {
    /// The field.
    pub field: F,
    /// How the values are to be met.
    pub operator: Operator,
    /// The values; never empty.
    pub values: Vec<Value>,
}

impl<F> Term<F> {
    /// Whether `none` is among the values.
    #[must_use]
    pub fn names_missing(&self) -> bool {
        self.values.first() == Some(&Value::Missing)
    }

    /// The values other than `none`.
    #[must_use]
    pub fn named(&self) -> &[Value] {
        if self.names_missing() { &self.values[1..] } else { &self.values }
    }

    /// The day of a term that has just one.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        match self.values.first() {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }
}

/// The day that an answer speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The day.
    pub day: Day,
    /// Whether the request named it, and it was not the day of the request by default.
    pub given: bool,
}

/// Which records are asked for: every term must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter<R: Resource> {
    /// The conditions, in order of field and operator, at most one for each of those pairs.
    pub terms: Vec<Term<R::Field>>,
    /// Whose clock dates go by; the place's own without one.
    pub capital: Option<Capital>,
    /// The day that the answer speaks of.
    pub as_of: AsOf,
}

impl<R: Resource> Filter<R> {
    /// The term of a field and operator.
    #[must_use]
    pub fn term(&self, field: R::Field, operator: Operator) -> Option<&Term<R::Field>> {
        self.terms.iter().find(|term| term.field == field && term.operator == operator)
    }

    /// What `q` asks for.
    #[must_use]
    pub fn search(&self) -> Option<&Search> {
        match self.term(R::Q, Operator::Any)?.values.first() {
            Some(Value::Search(search)) => Some(search),
            _ => None,
        }
    }

    /// The order where `sort` is left out: the resource's own, or the best first where `q` is given; or last updated
    /// first.
    #[must_use]
    pub fn default_sort(&self, extent: Extent) -> SortKey<R::Sort> {
        let updated = R::SORTS.iter().find(|spec| extent == Extent::News && spec.key == "updated");
        match updated {
            Some(spec) => SortKey { sort: spec.sort, descending: true },
            None if R::BEST_FIRST && self.search().is_some() => SortKey { sort: R::RELEVANCE, descending: false },
            None => SortKey { sort: R::SORTS[0].sort, descending: false },
        }
    }

    /// The filter without any term on a field.
    #[must_use]
    pub fn without(&self, field: R::Field) -> Filter<R> {
        let terms = self.terms.iter().filter(|term| term.field != field).cloned().collect();
        Filter { terms, capital: self.capital, as_of: self.as_of }
    }

    /// Whether `as_of` was left out and would change which records match if the day were named.
    ///
    /// Then a link must leave it out as well.
    #[must_use]
    pub fn as_of_stays_open(&self) -> bool {
        !self.as_of.given && self.terms.iter().any(|term| R::AS_OF_FIELDS.contains(&term.field))
    }
}

/// One key to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey<S> {
    /// What to sort by.
    pub sort: S,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What an answer shows of each record, whichever records they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The language.
    pub lang: Lang,
    /// Whether `lang` must be written in links, since the client's own preference would choose another.
    pub lang_written: bool,
    /// Whether the answer would be the same under any preference of the client's.
    pub lang_fixed: bool,
    /// The format that links must name, since the client's own preference would choose another.
    pub format_written: Option<&'static str>,
    /// The top-level keys to show, in the record's order; all without.
    pub fields: Option<Vec<&'static str>>,
    /// The kinds of record to include in full, sorted.
    pub include: Vec<Kind>,
    /// The form of the answer.
    pub form: Form,
    /// Whether the answer begins with a byte order mark.
    pub bom: bool,
}

/// A query for a list of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery<R: Resource> {
    /// Which records.
    pub filter: Filter<R>,
    /// In which order; the id settles ties.
    pub sort: Vec<SortKey<R::Sort>>,
    /// The language that text sorts go by: that of the first page, whatever `lang` becomes along the way.
    pub sort_lang: Lang,
    /// The most records on the page.
    pub limit: u16,
    /// Whether all matches are asked for; `limit` is then how many are read at a time.
    pub whole: bool,
    /// Where the page begins.
    pub position: Option<Position>,
    /// Whether all matches are counted.
    pub total: bool,
    /// What all matches are counted by, in order of the tables.
    pub facets: Vec<Group<R::Field>>,
    /// What is shown of each.
    pub shape: Shape,
}

/// The records that are read at once where `limit` is left out.
#[must_use]
pub fn default_limit(extent: Extent) -> u16 {
    if extent == Extent::Whole { BATCH_RECORDS } else { DEFAULT_RECORDS }
}

impl<R: Resource> ListQuery<R> {
    /// Whether a position has the keys that cursors of this query hold.
    #[must_use]
    pub fn has_keys(&self, position: &Position) -> bool {
        let wanted = self.sort.iter().filter(|_| R::KEYED).flat_map(|key| R::sort_spec(key.sort).keys);
        let found = position.keys.iter().map(|key| match key {
            Key::Text(_) => KeyType::Text,
            Key::Number(_) => KeyType::Number,
        });
        wanted.copied().eq(found)
    }
}

/// A query for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemQuery {
    /// The day that the answer speaks of.
    pub as_of: AsOf,
    /// What is shown.
    pub shape: Shape,
}

/// Whether an answer depends on the day asked for.
#[must_use]
pub fn depends_on_day<R: Resource>(shape: &Shape) -> bool {
    R::AS_OF || shape.include.iter().any(|kind| *kind != Kind::Events)
}
