//! What each table of a record may hold, as data: the reader knows no other keys, and the JSON Schemas for editors and
//! the tables of keys for curators are made of the same rows.

use crate::domain::vocab::{Vocabulary, Word};

/// A table of a record.
#[derive(Debug)]
pub(in crate::seed) struct Shape {
    /// What it is called.
    pub(in crate::seed) name: &'static str,
    /// Its keys, in the order in which they are written.
    pub(in crate::seed) keys: &'static [Row],
}

impl Shape {
    pub(super) fn key(&self, name: &str) -> Option<&'static Row> {
        self.keys.iter().find(|row| row.key == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|row| row.key)
    }
}

/// A key of a table.
#[derive(Debug)]
pub(in crate::seed) struct Row {
    pub(in crate::seed) key: &'static str,
    /// Whether the table must have it.
    pub(in crate::seed) needed: bool,
    pub(in crate::seed) holds: Holds,
    /// What it is for.
    pub(in crate::seed) meaning: &'static str,
}

/// A key that the table must have.
pub(super) const fn need(key: &'static str, holds: Holds, meaning: &'static str) -> Row {
    Row { key, needed: true, holds, meaning }
}

/// A key that is left out where there is nothing to say.
pub(super) const fn may(key: &'static str, holds: Holds, meaning: &'static str) -> Row {
    Row { key, needed: false, holds, meaning }
}

/// What a key holds.
#[derive(Debug)]
pub(in crate::seed) enum Holds {
    Text,
    /// A word of a vocabulary, by the vocabulary's name and words.
    Word(&'static str, &'static [Word]),
    /// A date in EDTF.
    Edtf,
    Day,
    Year,
    /// The id of a record.
    Id,
    /// A web address.
    Url,
    Country,
    /// A language tag (BCP 47).
    Lang,
    Boolean,
    Number,
    /// Degrees, so many to either side of zero.
    Degrees(i16),
    Table(&'static Shape),
    List(&'static Holds),
}

/// A word of the vocabulary.
pub(super) const fn word<V: Vocabulary>() -> Holds {
    Holds::Word(V::NAME, V::WORDS)
}
