//! Records in, bytes out: pure, knowing neither the database nor HTTP.
//!
//! [`Format`] is the table of what is offered; [`record`] finishes a stored document for the day, the keys and the
//! links asked for; [`json`] is the envelope.

pub mod json;
pub mod record;

/// The licence of the data (SPDX).
pub const LICENCE: &str = "CC-BY-4.0";

/// A form in which answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// JSON, a page at a time.
    Json,
    /// A page for people.
    Html,
}

impl Format {
    /// What lists and records are given in.
    pub const OF_RECORDS: &[Format] = &[Format::Json];
    /// What the pages that people open as well are given in; the first is for clients that do not say.
    pub const OF_PAGES: &[Format] = &[Format::Json, Format::Html];

    /// The name, for `format=` and suffixes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Html => "html",
        }
    }

    /// The media type, without parameters.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Html => "text/html",
        }
    }

    /// The value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Html => "text/html; charset=utf-8",
        }
    }

    /// The format with this name, among those offered.
    #[must_use]
    pub fn named(name: &str, offered: &[Format]) -> Option<Format> {
        offered.iter().copied().find(|format| format.name() == name)
    }
}
