//! Records in, bytes out: pure, knowing neither the database nor HTTP.
//!
//! [`Format`] is the table of what is offered; [`record`] finishes a stored document for the day, the keys and the
//! links asked for; [`json`] is the envelope round a page; [`records`] writes whole results; [`csv`] writes tables, and
//! [`columns`] makes rows of records; [`rows`] and [`web`] are the answers that are not made of records; [`hit`] tells a
//! hit of a search, and [`snippet`] marks it.

use crate::query::{Extent, Form, Kind};

pub mod columns;
pub mod csv;
pub mod hit;
pub mod json;
pub mod record;
pub mod records;
pub mod rows;
pub mod snippet;
pub mod web;

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
    /// A SQLite database.
    Sqlite,
    /// An archive.
    Zip,
}

/// A form that holds the whole result.
const fn whole(name: &'static str) -> Form {
    Form { name, extent: Extent::Whole, keyed: true, beside: false, marked: false }
}

/// A row of the table of formats.
struct Spec {
    media_type: &'static str,
    content_type: &'static str,
    form: Form,
}

impl Format {
    /// What lists and records are given in.
    pub const OF_RECORDS: &[Format] = &[Format::Json];
    /// What rows of numbers are given in.
    pub const OF_ROWS: &[Format] = &[Format::Json, Format::Csv, Format::Ndjson];
    /// What the whole data set is given in.
    pub const OF_DATASET: &[Format] = &[Format::Sqlite, Format::Zip];
    /// What the pages that people open as well are given in; the first is for clients that do not say.
    pub const OF_PAGES: &[Format] = &[Format::Json, Format::Html];

    /// What a list of records of a kind is given in; the first is for clients that do not say.
    #[must_use]
    pub const fn of_lists(_kind: Kind) -> &'static [Format] {
        &[Format::Json, Format::Csv, Format::Ndjson]
    }

    /// The table.
    const fn spec(self) -> Spec {
        match self {
            Format::Json => Spec { media_type: "application/json", content_type: "application/json", form: Form::JSON },
            Format::Csv => Spec {
                media_type: "text/csv",
                content_type: "text/csv; charset=utf-8; header=present",
                form: Form { marked: true, ..whole("csv") },
            },
            Format::Ndjson => {
                Spec { media_type: "application/x-ndjson", content_type: "application/x-ndjson", form: whole("ndjson") }
            }
            Format::Html => Spec {
                media_type: "text/html",
                content_type: "text/html; charset=utf-8",
                form: Form { name: "html", ..Form::JSON },
            },
            Format::Sqlite => Spec {
                media_type: "application/vnd.sqlite3",
                content_type: "application/vnd.sqlite3",
                form: whole("sqlite"),
            },
            Format::Zip => Spec { media_type: "application/zip", content_type: "application/zip", form: whole("zip") },
        }
    }

    /// The name, for `format=` and suffixes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().form.name
    }

    /// What it can express.
    #[must_use]
    pub fn form(self) -> Form {
        self.spec().form
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
