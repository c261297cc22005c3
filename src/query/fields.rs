//! One table of fields per resource: what can be asked, and how.
//!
//! The parser, the OpenAPI document, `/v1/fields`, the README tables and the tests read these tables. What a field
//! means in sets (`index`) or SQL (`store::columns`) and in plain Rust ([`super::matches`]) are exhaustive matches over the same enums,
//! so a field without either does not compile.
//!
//! Here is what a row is and what a resource has; the rows are in `tables`.

mod tables;

use std::fmt::Debug;
use std::hash::Hash;

use super::groups::{Counting, PeriodSpec};
use crate::domain::country;
use crate::domain::vocab::Word;
pub use tables::{
    ActorField, ActorSort, Actors, CommitmentField, CommitmentSort, Commitments, EventField, EventSort, Events,
};

/// A kind of record that can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Events.
    Events,
    /// Actors.
    Actors,
    /// Commitments.
    Commitments,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Kind::Events, Kind::Actors, Kind::Commitments];

    /// The plural, as in addresses.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Events => "events",
            Kind::Actors => "actors",
            Kind::Commitments => "commitments",
        }
    }

    /// The singular.
    #[must_use]
    pub fn singular(self) -> &'static str {
        match self {
            Kind::Events => "event",
            Kind::Actors => "actor",
            Kind::Commitments => "commitment",
        }
    }

    /// The name in Chinese.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Kind::Events => "事件",
            Kind::Actors => "参与者",
            Kind::Commitments => "承诺",
        }
    }

    /// The kind with this plural.
    #[must_use]
    pub fn from_plural(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.plural() == word)
    }
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy)]
pub enum ValueType {
    /// Words of a closed vocabulary.
    Words(&'static [Word]),
    /// A country code (ISO 3166-1 alpha-2).
    Country,
    /// `true` or `false`.
    Boolean,
    /// A year.
    Year,
    /// The id of a record of this kind, or a former one.
    Id(Kind),
    /// One date: a year, a month or a day, read as its first day.
    FirstDay,
    /// One date: a year, a month or a day, read as its last day.
    LastDay,
    /// One phrase of free text.
    Phrase,
    /// One search: words, phrases, prefixes and exclusions.
    Search,
}

impl ValueType {
    /// Whether the field takes one value only.
    #[must_use]
    pub fn single(self) -> bool {
        matches!(self, ValueType::FirstDay | ValueType::LastDay | ValueType::Phrase | ValueType::Search)
    }

    /// The type's name in the data dictionary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ValueType::Words(_) => "word",
            ValueType::Country => "country code",
            ValueType::Boolean => "boolean",
            ValueType::Year => "year",
            ValueType::Id(_) => "id",
            ValueType::FirstDay | ValueType::LastDay => "date",
            ValueType::Phrase => "phrase",
            ValueType::Search => "search",
        }
    }

    /// The closed list of values, where there is one.
    #[must_use]
    pub fn allowed(self) -> Vec<&'static str> {
        match self {
            ValueType::Words(words) => words.iter().map(|word| word.word).collect(),
            ValueType::Country => country::CODES.to_vec(),
            ValueType::Boolean => vec!["true", "false"],
            _ => Vec::new(),
        }
    }
}

/// How a filter's values are to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `field=a,b`: any of them.
    Any,
    /// `field.all=a,b`: every one of them.
    All,
    /// `field.not=a,b`: none of them.
    Not,
}

impl Operator {
    /// What follows the field's key in a parameter's name.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Operator::Any => "",
            Operator::All => ".all",
            Operator::Not => ".not",
        }
    }
}

/// A row of a field table.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec<F> {
    /// The field.
    pub field: F,
    /// The parameter's name.
    pub key: &'static str,
    /// What its values are.
    pub values: ValueType,
    /// Whether a record can have several values (and `.all` makes sense).
    pub many: bool,
    /// Whether a record can be without a value (and `=none` makes sense).
    pub optional: bool,
    /// What records are counted by it for.
    pub counting: Counting,
    /// What it means.
    pub meaning: &'static str,
    /// The field's name in a Chinese sentence.
    pub zh: &'static str,
    /// An example value.
    pub example: &'static str,
}

impl<F> FieldSpec<F> {
    /// The operators that the field has.
    #[must_use]
    pub fn operators(&self) -> Vec<Operator> {
        let mut operators = vec![Operator::Any];
        if self.many {
            operators.push(Operator::All);
        }
        if !self.values.single() {
            operators.push(Operator::Not);
        }
        operators
    }
}

/// What a column that is sorted by holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// Text, days included.
    Text,
    /// Whole numbers.
    Number,
}

/// A row of a table of sorts.
#[derive(Debug, Clone, Copy)]
pub struct SortSpec<S> {
    /// The sort.
    pub sort: S,
    /// Its name in `sort=`.
    pub key: &'static str,
    /// What it sorts by.
    pub meaning: &'static str,
    /// The sort's name in a Chinese sentence.
    pub zh: &'static str,
    /// The keys that it goes by.
    pub keys: &'static [KeyType],
}

/// A top-level key of a record, for `fields=` and the data dictionary.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// The key.
    pub key: &'static str,
    /// The type of its value.
    pub kind: &'static str,
    /// What it means, with the unit where there is one.
    pub meaning: &'static str,
    /// What of its value, or of each of its values, tables show, each in a column; the value itself without.
    pub parts: &'static [Part],
}

/// A key of an object inside a record.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The key.
    pub key: &'static str,
    /// The type of its value.
    pub kind: &'static str,
}

/// A kind of record, with its tables.
pub trait Resource: Debug + Clone + Copy + PartialEq + Send + Sync + 'static {
    /// The fields that can be filtered by.
    type Field: Debug + Copy + Ord + Hash + Send + Sync + 'static;
    /// The orders that can be asked for.
    type Sort: Debug + Copy + PartialEq + Send + Sync + 'static;

    /// Which kind of record it is.
    const KIND: Kind;
    /// The field table.
    const FIELDS: &'static [FieldSpec<Self::Field>];
    /// The table of sorts, the default first.
    const SORTS: &'static [SortSpec<Self::Sort>];
    /// The periods that records are counted by, beside the years of a field.
    const PERIODS: &'static [PeriodSpec<Self::Field>];
    /// The top-level keys of a record, in its order.
    const PROPERTIES: &'static [Property];
    /// The kinds of record that a record has stubs of.
    const INCLUDES: &'static [Kind];
    /// Whether `as_of` can be asked for.
    const AS_OF: bool;
    /// Whether `capital` can be asked for.
    const CAPITAL: bool;
    /// Whether a cursor holds the keys that a list is sorted by; else a record's number alone tells its place in every
    /// order.
    const KEYED: bool;
    /// Fields that mean something else where `as_of` is given than where it is left out.
    const AS_OF_FIELDS: &'static [Self::Field];
    /// Whether `as_of` decides which records there are (and not only what they show).
    const MADE_ON_A_DAY: bool;
    /// The field that holds a search.
    const Q: Self::Field;
    /// The order in which what fits a search best comes first.
    const RELEVANCE: Self::Sort;
    /// Whether that is the default order of a search.
    const BEST_FIRST: bool;

    /// The row of a field.
    #[must_use]
    fn spec(field: Self::Field) -> &'static FieldSpec<Self::Field> {
        // Every variant has a row: `tests::every_field_has_one_row` counts them.
        Self::FIELDS.iter().find(|spec| spec.field == field).unwrap_or(&Self::FIELDS[0])
    }

    /// The row of a sort.
    #[must_use]
    fn sort_spec(sort: Self::Sort) -> &'static SortSpec<Self::Sort> {
        Self::SORTS.iter().find(|spec| spec.sort == sort).unwrap_or(&Self::SORTS[0])
    }
}
