//! Records in, bytes out: pure, knowing neither the database nor HTTP.
//!
//! [`Format`] is the table of what is offered; [`record`] finishes a stored document for the day, the keys and the
//! links asked for; [`json`] is the envelope round a page; [`records`] writes whole results; [`csv`] writes tables, and
//! [`columns`] makes rows of records; [`rows`] and [`web`] are the answers that are not made of records; [`hit`] tells a
//! hit of a search, and [`snippet`] marks it.
//!
//! [`feed`] is what Atom and JSON Feed have in common.

use crate::query::{Extent, Form, Kind};

mod atom;
pub mod columns;
pub mod csv;
pub mod feed;
mod geojson;
pub mod hit;
mod ics;
pub mod json;
mod jsonfeed;
pub mod record;
pub mod records;
pub mod rows;
pub mod snippet;
mod timelinejs;
mod view;
pub mod web;
mod words;

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
    /// A calendar (RFC 5545).
    Ics,
    /// A map (RFC 7946).
    Geojson,
    /// A time line for `TimelineJS` 3.
    Timelinejs,
    /// A feed (RFC 4287).
    Atom,
    /// A feed in JSON Feed 1.1.
    Jsonfeed,
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

/// A form that holds what was last updated.
const fn news(name: &'static str) -> Form {
    Form { name, extent: Extent::News, keyed: false, beside: false, marked: false }
}

/// A row of the table of formats.
struct Spec {
    media_type: &'static str,
    content_type: &'static str,
    form: Form,
    /// Whether links in it must have a host.
    absolute: bool,
}

const fn row(media_type: &'static str, content_type: &'static str, form: Form) -> Spec {
    Spec { media_type, content_type, form, absolute: false }
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
    pub const fn of_lists(kind: Kind) -> &'static [Format] {
        use Format::{Atom, Csv, Geojson, Ics, Json, Jsonfeed, Ndjson, Timelinejs};
        match kind {
            Kind::Events => &[Json, Csv, Ndjson, Ics, Geojson, Timelinejs, Atom, Jsonfeed],
            Kind::Actors | Kind::Commitments => &[Json, Csv, Ndjson, Atom, Jsonfeed],
        }
    }

    /// The table.
    const fn spec(self) -> Spec {
        match self {
            Format::Json => row("application/json", "application/json", Form::JSON),
            Format::Csv => {
                row("text/csv", "text/csv; charset=utf-8; header=present", Form { marked: true, ..whole("csv") })
            }
            Format::Ndjson => row("application/x-ndjson", "application/x-ndjson", whole("ndjson")),
            Format::Ics => Spec {
                absolute: true,
                ..row("text/calendar", "text/calendar; charset=utf-8", Form { keyed: false, ..whole("ics") })
            },
            Format::Geojson => row("application/geo+json", "application/geo+json", whole("geojson")),
            // Nobody has registered one.
            Format::Timelinejs => row(
                "application/x.timelinejs+json",
                "application/x.timelinejs+json",
                Form { keyed: false, ..whole("timelinejs") },
            ),
            Format::Atom => Spec {
                absolute: true,
                ..row("application/atom+xml", "application/atom+xml; charset=utf-8", news("atom"))
            },
            Format::Jsonfeed => {
                Spec { absolute: true, ..row("application/feed+json", "application/feed+json", news("jsonfeed")) }
            }
            Format::Html => row("text/html", "text/html; charset=utf-8", Form { name: "html", ..Form::JSON }),
            Format::Sqlite => row("application/vnd.sqlite3", "application/vnd.sqlite3", whole("sqlite")),
            Format::Zip => row("application/zip", "application/zip", whole("zip")),
        }
    }

    /// Whether links in it must have a host.
    #[must_use]
    pub fn absolute(self) -> bool {
        self.spec().absolute
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
