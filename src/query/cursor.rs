//! A place in the answer to a query: opaque to clients, bound to the query and to the version of the data.
//!
//! Keyset, not offset: the cursor holds the sort keys of the last record shown, so a page deep in a list costs what
//! the first one does, and a page can neither repeat nor skip a record.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::date::Day;
use crate::domain::text::Lang;

/// A value of a sort key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A number.
    Number(i64),
    /// A text, compared by code point.
    Text(String),
}

/// The record that the page begins after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Its sort keys, one for each column that is sorted by.
    pub keys: Vec<Key>,
    /// Its place in the order of ids, which settles ties.
    pub number: i64,
}

/// What a cursor holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The version of the data set that was paged through.
    #[serde(rename = "v")]
    pub version: String,
    /// What the query asked for, save what may change along the way.
    #[serde(rename = "q")]
    pub query: String,
    /// The day that a defaulted `as_of` stood for.
    #[serde(rename = "d")]
    pub as_of: Option<Day>,
    /// The language that text sorts go by.
    #[serde(rename = "l")]
    lang: String,
    /// Where to go on.
    #[serde(rename = "p")]
    pub position: Position,
}

impl Cursor {
    /// Makes a cursor.
    #[must_use]
    pub fn new(version: &str, query: String, as_of: Option<Day>, lang: Lang, position: Position) -> Cursor {
        Cursor { version: version.to_owned(), query, as_of, lang: lang.tag().to_owned(), position }
    }

    /// The language that text sorts go by.
    #[must_use]
    pub fn lang(&self) -> Lang {
        Lang::from_tag(&self.lang).unwrap_or_default()
    }

    /// The written form.
    #[must_use]
    pub fn encode(&self) -> String {
        // Serialising plain strings and numbers to memory cannot fail.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads the written form; `None` for what is not a cursor.
    #[must_use]
    pub fn decode(text: &str) -> Option<Cursor> {
        let cursor: Cursor = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        Lang::from_tag(&cursor.lang).map(|_| cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_noise_is_none() {
        let position = Position { keys: vec![Key::Text("2021-02-10".into()), Key::Number(7)], number: 42 };
        let cursor = Cursor::new("v1", "events?".into(), Some(Day::MIN), Lang::Zh, position);
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for noise in ["x", "", "e30", "!!!!", "bnVsbA"] {
            assert_eq!(Cursor::decode(noise), None, "{noise}");
        }
    }
}
