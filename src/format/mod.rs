//! Records in, bytes out: pure, knowing neither the database nor HTTP.
//!
//! [`Format`] is the table of what is offered; [`record`] finishes a stored document for the day, the keys and the
//! links asked for; [`json`] is the envelope; [`csv`] writes tables.

pub mod csv;
pub mod json;
pub mod record;

/// The licence of the data (SPDX).
pub const LICENCE: &str = "CC-BY-4.0";

/// A form in which answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// JSON, a page at a time.
    Json,
    /// A table of comma-separated values.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// A page for people.
    Html,
}

/// A row of the table of formats.
struct Spec {
    name: &'static str,
    media_type: &'static str,
    content_type: &'static str,
}

impl Format {
    /// What lists and records are given in.
    pub const OF_RECORDS: &[Format] = &[Format::Json];
    /// What rows of numbers are given in.
    pub const OF_ROWS: &[Format] = &[Format::Json, Format::Csv, Format::Ndjson];
    /// What the pages that people open as well are given in; the first is for clients that do not say.
    pub const OF_PAGES: &[Format] = &[Format::Json, Format::Html];

    /// The table.
    const fn spec(self) -> Spec {
        match self {
            Format::Json => Spec { name: "json", media_type: "application/json", content_type: "application/json" },
            Format::Csv => {
                Spec { name: "csv", media_type: "text/csv", content_type: "text/csv; charset=utf-8; header=present" }
            }
            Format::Ndjson => {
                Spec { name: "ndjson", media_type: "application/x-ndjson", content_type: "application/x-ndjson" }
            }
            Format::Html => Spec { name: "html", media_type: "text/html", content_type: "text/html; charset=utf-8" },
        }
    }

    /// The name, for `format=` and suffixes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The media type, without parameters.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        self.spec().media_type
    }

    /// The value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        self.spec().content_type
    }

    /// The format with this name, among those offered.
    #[must_use]
    pub fn named(name: &str, offered: &[Format]) -> Option<Format> {
        offered.iter().copied().find(|format| format.name() == name)
    }
}
