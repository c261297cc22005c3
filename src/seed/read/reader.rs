//! What reading has in common for all records: the way to a value, tables and their keys, faults.

use std::fmt;

use super::super::node::{Key, NULL, Node, NodeKind};
use super::super::place::Place;
use super::super::problem::Problem;
use super::super::suggest;
use super::shape::Shape;
use crate::domain::date::{Day, Edtf};
use crate::domain::text::Text;
use crate::domain::vocab::Vocabulary;

/// The way from a record to a value. It lives on the stack: only a problem writes it out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'s> {
    Root,
    Key(&'s Path<'s>, &'s str),
    Item(&'s Path<'s>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, key) => f.write_str(key),
            Path::Key(parent, key) => write!(f, "{parent}.{key}"),
            Path::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A value and the way to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'s> {
    pub(super) node: &'s Node,
    pub(super) path: Path<'s>,
}

impl<'s> Spot<'s> {
    pub(super) fn root(node: &'s Node) -> Spot<'s> {
        Spot { node, path: Path::Root }
    }

    pub(super) fn is_empty_list(&self) -> bool {
        matches!(&self.node.kind, NodeKind::Array(items) if items.is_empty())
    }

    /// Whether the value is this text.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(&self.node.kind, NodeKind::String(written) if written == text)
    }
}

/// The key of a record's own id in a line of NDJSON.
const ID: &str = "id";

/// A table that is being read.
#[derive(Debug)]
pub(super) struct Table<'s> {
    spot: Spot<'s>,
    /// Nothing where the value is no table.
    entries: Option<&'s [(Key, Node)]>,
    shape: &'static Shape,
    /// The known keys that an unknown one is likely to stand for: those are not missing as well.
    misspelt: Vec<String>,
}

impl Table<'_> {
    /// The value of a key; a null counts as left out.
    pub(super) fn get<'t>(&'t self, name: &'t str) -> Option<Spot<'t>> {
        let (_, node) = self.entries?.iter().find(|(key, _)| key.name == name)?;
        (node.kind != NodeKind::Other(NULL)).then_some(Spot { node, path: Path::Key(&self.spot.path, name) })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Holds the reader to the shape: what it reads is declared there, and needed there if it needs it.
    fn declares(&self, name: &str, needed: bool) -> bool {
        match self.shape.key(name) {
            Some(row) => row.needed == needed,
            None => name == ID && needed,
        }
    }
}

/// What stands in a record for a value that could not be read.
pub(super) trait Blank {
    fn blank() -> Self;
}

impl Blank for String {
    fn blank() -> String {
        String::new()
    }
}

impl Blank for Text {
    fn blank() -> Text {
        Text { en: String::new(), zh: String::new() }
    }
}

impl Blank for Day {
    fn blank() -> Day {
        Day::MIN
    }
}

impl Blank for Edtf {
    fn blank() -> Edtf {
        Day::MIN.into()
    }
}

impl<V: Vocabulary> Blank for V {
    fn blank() -> V {
        V::ALL[0]
    }
}

/// Reads one record and gathers its problems.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    place: &'a Place<'a>,
    /// Whether a syntax error may have swallowed keys: then none is reported as missing.
    cut_short: bool,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(place: &'a Place<'a>, cut_short: bool) -> Reader<'a> {
        Reader { place, cut_short, problems: Vec::new() }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Whether what seems to be left out may only be unreadable.
    pub(super) fn cut_short(&self) -> bool {
        self.cut_short
    }

    /// Reports a fault of a value.
    pub(super) fn fault(&mut self, spot: Spot<'_>, message: impl Into<String>, hint: Option<String>) {
        self.fault_at(spot.node.span.start, spot.path.to_string(), message.into(), hint);
    }

    /// Reports a fault at a byte of the text.
    pub(super) fn fault_at(&mut self, offset: usize, key: String, message: String, hint: Option<String>) {
        self.problems.push(self.place.problem_at(offset, key, message, hint));
    }

    /// Reports that a table lacks a key.
    pub(super) fn missing(&mut self, table: &Table<'_>, name: &str, hint: Option<String>) {
        if self.cut_short || table.entries.is_none() || table.misspelt.iter().any(|key| key == name) {
            return;
        }
        let key = Path::Key(&table.spot.path, name).to_string();
        let offset = table.spot.node.span.start;
        self.fault_at(offset, key, format!("`{name}` is missing"), hint);
    }

    /// Reports a value of another type than is wanted.
    pub(super) fn wrong_type(&mut self, spot: Spot<'_>, wanted: &str) {
        self.fault(spot, format!("this is {}", spot.node.kind.describe()), Some(format!("{wanted} is wanted")));
    }

    /// Opens a table, and reports the keys that it cannot have.
    pub(super) fn table<'s>(&mut self, spot: Spot<'s>, shape: &'static Shape) -> Table<'s> {
        self.open(spot, shape, &[])
    }

    /// Opens a table that may have some keys more than its shape says.
    fn open<'s>(&mut self, spot: Spot<'s>, shape: &'static Shape, more: &[&'static str]) -> Table<'s> {
        let NodeKind::Table(entries) = &spot.node.kind else {
            self.wrong_type(spot, "a table");
            return Table { spot, entries: None, shape, misspelt: Vec::new() };
        };
        let mut misspelt = Vec::new();
        for (key, _) in entries {
            if shape.key(&key.name).is_none() && !more.contains(&&*key.name) {
                let known: Vec<&str> = more.iter().copied().chain(shape.names()).collect();
                misspelt.extend(suggest::nearest(&key.name, known.iter().copied()).map(str::to_owned));
                let path = Path::Key(&spot.path, &key.name).to_string();
                let hint = suggest::among(&key.name, &known);
                self.fault_at(key.span.start, path, format!("the key `{}` is not known", key.name), Some(hint));
            }
        }
        Table { spot, entries: Some(entries), shape, misspelt }
    }

    /// Opens a record's table. A line of NDJSON holds the record's id; a TOML file is named by it.
    pub(super) fn record_table<'s>(
        &mut self,
        spot: Spot<'s>,
        shape: &'static Shape,
        file_name: Option<&str>,
    ) -> Table<'s> {
        self.open(spot, shape, if file_name.is_some() { &[] } else { &[ID] })
    }

    /// A value that the table must have.
    pub(super) fn need<T: Blank>(
        &mut self,
        table: &Table<'_>,
        name: &str,
        read: impl FnOnce(&mut Self, Spot<'_>) -> T,
    ) -> T {
        debug_assert!(table.declares(name, true), "`{name}` of {}", table.shape.name);
        if let Some(spot) = table.get(name) {
            return read(self, spot);
        }
        self.missing(table, name, None);
        T::blank()
    }

    /// A value that the table may have.
    pub(super) fn may<T>(
        &mut self,
        table: &Table<'_>,
        name: &str,
        read: impl FnOnce(&mut Self, Spot<'_>) -> T,
    ) -> Option<T> {
        debug_assert!(table.declares(name, false), "`{name}` of {}", table.shape.name);
        table.get(name).map(|spot| read(self, spot))
    }

    /// The items of a list that the table may have.
    pub(super) fn list<T>(
        &mut self,
        table: &Table<'_>,
        name: &str,
        mut read: impl FnMut(&mut Self, Spot<'_>) -> T,
    ) -> Vec<T> {
        debug_assert!(table.declares(name, false), "`{name}` of {}", table.shape.name);
        let Some(spot) = table.get(name) else { return Vec::new() };
        let NodeKind::Array(items) = &spot.node.kind else {
            self.wrong_type(spot, "a list");
            return Vec::new();
        };
        let items = items.iter().enumerate();
        items.map(|(index, node)| read(self, Spot { node, path: Path::Item(&spot.path, index) })).collect()
    }
}
