//! A query in its one normal form: parameters sorted, values sorted, defaults left out.
//!
//! Two spellings of a query share a normal form, and so a link, an entity tag and a place in every cache.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::cursor::{Cursor, Position};
use super::fields::{Kind, Resource};
use super::form::Extent;
use super::list::{DEFAULT_RECORDS, Filter, ItemQuery, ListQuery, Shape, SortKey};

/// Everything but unreserved characters and the comma, which separates values.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// Parameters on their way to a query string, sorted by name.
#[derive(Debug, Default)]
pub struct Pairs(BTreeMap<Cow<'static, str>, Cow<'static, str>>);

impl Pairs {
    /// Adds a parameter.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) {
        self.0.insert(name.into(), value.into());
    }

    /// Adds what the shape of an answer is asked for by.
    pub fn shape(&mut self, shape: &Shape) {
        if shape.lang_written {
            self.set("lang", shape.lang.tag());
        }
        if let Some(format) = shape.format_written {
            self.set("format", format);
        }
        if let Some(fields) = &shape.fields {
            self.set("fields", fields.join(","));
        }
        if !shape.include.is_empty() {
            let kinds: Vec<&str> = shape.include.iter().copied().map(Kind::plural).collect();
            self.set("include", kinds.join(","));
        }
        if shape.bom {
            self.set("bom", "true");
        }
    }

    /// Adds what records are filtered by, `as_of` aside.
    pub(super) fn filter<R: Resource>(&mut self, filter: &Filter<R>) {
        for term in &filter.terms {
            let (key, suffix) = (R::spec(term.field).key, term.operator.suffix());
            let name = if suffix.is_empty() { Cow::Borrowed(key) } else { Cow::Owned(format!("{key}{suffix}")) };
            let values = match term.values.as_slice() {
                [value] => value.to_string(),
                values => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            };
            self.set(name, values);
        }
        if let Some(capital) = filter.capital {
            self.set("capital", capital.word());
        }
    }
}

impl fmt::Display for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("&")?;
            }
            utf8_percent_encode(name, QUOTED).try_for_each(|piece| f.write_str(piece))?;
            f.write_str("=")?;
            utf8_percent_encode(value, QUOTED).try_for_each(|piece| f.write_str(piece))?;
        }
        Ok(())
    }
}

impl<R: Resource> Filter<R> {
    /// The filter alone, written: what a count of its matches depends on.
    #[must_use]
    pub fn written(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.filter(self);
        if R::AS_OF && (R::MADE_ON_A_DAY || self.as_of.given) {
            pairs.set("as_of", self.as_of.day.to_string());
        }
        format!("{}?{pairs}", R::KIND.plural())
    }
}

impl<R: Resource> ListQuery<R> {
    /// What must stay the same from page to page.
    #[must_use]
    pub fn identity(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.filter(&self.filter);
        // Whatever the form of the answer: a cursor goes from one to another.
        self.ordered(&mut pairs, self.filter.default_sort(Extent::Page));
        if R::AS_OF {
            let open = if self.filter.as_of_stays_open() { "open " } else { "" };
            pairs.set("as_of", format!("{open}{}", self.filter.as_of.day));
        }
        format!("{}?{pairs}", R::KIND.plural())
    }

    /// What the query asks for whatever the day, the language and the page: a feed stays the same as long as this does.
    #[must_use]
    pub fn lasting(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.filter(&self.filter);
        self.ordered(&mut pairs, self.filter.default_sort(Extent::News));
        if R::AS_OF && self.filter.as_of.given {
            pairs.set("as_of", self.filter.as_of.day.to_string());
        }
        format!("{}?{pairs}", R::KIND.plural())
    }

    fn ordered(&self, pairs: &mut Pairs, default: SortKey<R::Sort>) {
        if self.sort.as_slice() != [default] {
            let written = self
                .sort
                .iter()
                .map(|key| format!("{}{}", if key.descending { "-" } else { "" }, R::sort_spec(key.sort).key));
            pairs.set("sort", written.collect::<Vec<_>>().join(","));
        }
        if !self.total {
            pairs.set("total", "false");
        }
        if !self.facets.is_empty() {
            let keys: Vec<&str> = self.facets.iter().map(|group| group.key).collect();
            pairs.set("facets", keys.join(","));
        }
    }

    fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::default();
        pairs.filter(&self.filter);
        self.ordered(&mut pairs, self.filter.default_sort(self.shape.form.extent));
        pairs.shape(&self.shape);
        let by_default = self.shape.form.extent != Extent::Whole && self.limit == DEFAULT_RECORDS;
        if !self.whole && !by_default {
            pairs.set("limit", self.limit.to_string());
        }
        // Whoever follows a feed wants the day on which they ask.
        let lasts = self.shape.form.extent == Extent::News && !self.filter.as_of.given;
        if R::AS_OF && !lasts && !self.filter.as_of_stays_open() {
            pairs.set("as_of", self.filter.as_of.day.to_string());
        }
        pairs
    }

    /// The cursor that marks a place in the answer.
    #[must_use]
    pub fn cursor(&self, version: &str, position: Position) -> String {
        let day = R::AS_OF.then_some(self.filter.as_of.day);
        Cursor::new(version, &self.identity(), day, self.sort_lang, position).encode()
    }

    /// The normal form of this query with another cursor, or none.
    #[must_use]
    pub fn written_at(&self, cursor: Option<&str>) -> String {
        let mut pairs = self.pairs();
        if let Some(cursor) = cursor {
            pairs.set("cursor", cursor.to_owned());
        }
        pairs.to_string()
    }

    /// The normal form of this query, cursor and all.
    #[must_use]
    pub fn written(&self, version: &str) -> String {
        let cursor = self.position.clone().map(|position| self.cursor(version, position));
        self.written_at(cursor.as_deref())
    }
}

impl<R: Resource> fmt::Display for ListQuery<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pairs().fmt(f)
    }
}

impl ItemQuery {
    /// The normal form.
    #[must_use]
    pub fn written<R: Resource>(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.shape(&self.shape);
        if R::AS_OF {
            pairs.set("as_of", self.as_of.day.to_string());
        }
        pairs.to_string()
    }
}
