//! A place in the answer to a query: opaque to clients, bound to the query and to the version of the data.
//!
//! Keyset, not offset: the cursor tells the last record shown and its sort keys (where its number alone does not tell
//! its place), so a page deep in a list costs what the first one does, and a page can neither repeat nor skip a record.
//! Of the query it holds a hash, so that a link with a long query is not twice as long. It ends in a hash of itself: one
//! that was cut short or written over is no cursor, and does not lead to a page that looks right.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

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
    /// Its sort keys, one for each column that is sorted by; none where its number tells its place.
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
    /// A hash of what the query asked for, save what may change along the way.
    #[serde(rename = "q")]
    query: String,
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
    /// Makes a cursor for a query that asks for `identity`.
    #[must_use]
    pub fn new(version: &str, identity: &str, as_of: Option<Day>, lang: Lang, position: Position) -> Cursor {
        let query = URL_SAFE_NO_PAD.encode(mark(identity.as_bytes()));
        Cursor { version: version.to_owned(), query, as_of, lang: lang.tag().to_owned(), position }
    }

    /// Whether it was made for a query that asks for `identity`.
    #[must_use]
    pub fn is_of(&self, identity: &str) -> bool {
        self.query == URL_SAFE_NO_PAD.encode(mark(identity.as_bytes()))
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
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.extend(mark(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the written form; `None` for what is not a cursor, to the letter.
    #[must_use]
    pub fn decode(text: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let written = bytes.get(..bytes.len().checked_sub(MARK)?)?;
        let cursor: Cursor = serde_json::from_slice(written).ok()?;
        Lang::from_tag(&cursor.lang).filter(|_| cursor.encode() == text).map(|_| cursor)
    }
}

/// The bytes of a [`mark`]: no two queries that anybody asks share one.
const MARK: usize = 12;

/// The beginning of a hash.
fn mark(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).into_iter().take(MARK).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_noise_is_none() {
        let position = Position { keys: vec![Key::Text("2021-02-10".into()), Key::Number(7)], number: 42 };
        let cursor = Cursor::new("v1", "events?", Some(Day::MIN), Lang::Zh, position);
        assert!(cursor.is_of("events?") && !cursor.is_of("actors?"));
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for noise in ["x", "", "e30", "!!!!", "bnVsbA"] {
            assert_eq!(Cursor::decode(noise), None, "{noise}");
        }
    }
}
