//! Trees of values to records.
//!
//! [`reader`] holds what is common to all records, [`values`] the kinds of value, and [`event`], [`actor`] and
//! [`commitment`] one function for each table of a record. To add a key: give it a row in the table's [`mod@shape`] and
//! read it in the table's function.
//!
//! A value that cannot be read is reported and stands as a blank, so that reading goes on and the places in lists
//! stay right; a record with a blank is not `whole`.

mod actor;
mod commitment;
mod event;
mod id;
mod reader;
mod shape;
mod values;

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use super::Kind;
use super::files::{SeedFile, ndjson_stem};
use super::node::{self, Fault, FaultKind, Node, NodeKind};
use super::place::{Place, Placed};
use super::problem::Problem;
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::event::Event;
use reader::{Reader, Spot};
pub(super) use shape::{Holds, Shape};

/// What a record of a kind may hold.
pub(super) fn shape(kind: Kind) -> &'static Shape {
    match kind {
        Kind::Event => &event::EVENT,
        Kind::Actor => &actor::ACTOR,
        Kind::Commitment => &commitment::COMMITMENT,
    }
}

/// What all files hold, each list sorted by id.
#[derive(Debug, Default)]
pub(super) struct Records<'a> {
    pub(super) events: Vec<Placed<'a, Event>>,
    pub(super) actors: Vec<Placed<'a, Actor>>,
    pub(super) commitments: Vec<Placed<'a, Commitment>>,
    /// Kinds of which a line could not be read at all: an id that seems to be missing may stand there.
    pub(super) torn: Vec<Kind>,
}

/// Reads every file.
pub(super) fn read_all(files: &[SeedFile]) -> (Records<'_>, Vec<Problem>) {
    let mut all = All::default();
    for file in files {
        all.file(file);
    }
    let All { mut records, problems } = all;
    records.events.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    records.actors.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    records.commitments.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    (records, problems)
}

#[derive(Default)]
struct All<'a> {
    records: Records<'a>,
    problems: Vec<Problem>,
}

impl<'a> All<'a> {
    fn file(&mut self, file: &'a SeedFile) {
        match whose(&file.path) {
            Some(Whose::One(kind, id)) => self.toml(file, kind, id),
            Some(Whose::Lines(kind)) => self.ndjson(file, kind),
            None => self.problems.push(misplaced(file)),
        }
    }

    fn toml(&mut self, file: &'a SeedFile, kind: Kind, id: &str) {
        let (root, faults) = node::from_toml(&file.text);
        let place = Place { file: &file.path, text: &file.text, first_line: 1, root };
        self.record(place, kind, Some(id), faults);
    }

    fn ndjson(&mut self, file: &'a SeedFile, kind: Kind) {
        for (index, line) in file.text.lines().enumerate() {
            let line = if index == 0 { line.trim_start_matches('\u{feff}') } else { line };
            if line.trim().is_empty() {
                continue;
            }
            let (root, faults) = node::from_json_line(line);
            let torn = root.is_none();
            let root = root.unwrap_or(Node { kind: NodeKind::Other("nothing"), span: 0..0 });
            let place = Place { file: &file.path, text: line, first_line: index + 1, root };
            if torn {
                self.records.torn.push(kind);
                self.problems.extend(faults.into_iter().map(|fault| format_problem(&place, fault)));
            } else {
                self.record(place, kind, None, faults);
            }
        }
    }

    fn record(&mut self, place: Place<'a>, kind: Kind, id: Option<&str>, faults: Vec<Fault>) {
        let problems = &mut self.problems;
        let torn = match kind {
            Kind::Event => {
                let placed = record(place, faults, problems, |reader, spot| reader.event(spot, id));
                push(&mut self.records.events, placed, |event| &event.id)
            }
            Kind::Actor => {
                let placed = record(place, faults, problems, |reader, spot| reader.actor(spot, id));
                push(&mut self.records.actors, placed, |actor| &actor.id)
            }
            Kind::Commitment => {
                let placed = record(place, faults, problems, |reader, spot| reader.commitment(spot, id));
                push(&mut self.records.commitments, placed, |commitment| &commitment.id)
            }
        };
        if torn {
            self.records.torn.push(kind);
        }
    }
}

/// Takes the record in; true if it has no id that others could point to.
fn push<'a, T>(list: &mut Vec<Placed<'a, T>>, placed: Placed<'a, T>, id: fn(&T) -> &String) -> bool {
    let torn = id(&placed.record).is_empty();
    list.push(placed);
    torn
}

fn record<'a, T>(
    place: Place<'a>,
    faults: Vec<Fault>,
    problems: &mut Vec<Problem>,
    read: impl FnOnce(&mut Reader<'_>, Spot<'_>) -> T,
) -> Placed<'a, T> {
    let cut_short = faults.iter().any(|fault| fault.kind == FaultKind::Syntax);
    let mut reader = Reader::new(&place, cut_short);
    let record = read(&mut reader, Spot::root(&place.root));
    let mut found = reader.into_problems();
    let whole = faults.is_empty() && found.is_empty();
    let spoilt: Vec<_> = faults.iter().filter_map(|fault| spoilt_lines(&place, fault)).collect();
    found.retain(|problem| !spoilt.iter().any(|lines| lines.contains(&problem.line)));
    problems.append(&mut found);
    problems.extend(faults.into_iter().map(|fault| format_problem(&place, fault)));
    Placed { record, place, whole }
}

fn spoilt_lines(place: &Place<'_>, fault: &Fault) -> Option<RangeInclusive<usize>> {
    let Fault { span, spoils, kind, .. } = fault;
    match kind {
        FaultKind::RepeatedKey(_) if spoils.is_empty() => None,
        _ => Some(place.position(spoils.start.min(span.start)).0..=place.position(spoils.end.max(span.start)).0),
    }
}

fn format_problem(place: &Place<'_>, fault: Fault) -> Problem {
    let key = match &fault.kind {
        FaultKind::Syntax => String::new(),
        FaultKind::RepeatedKey(name) => {
            let mut last = None;
            last_key(&place.root, name, fault.span.start, "", &mut last);
            last.map_or_else(|| name.clone(), |(_, path)| path)
        }
    };
    place.problem_at(fault.span.start, key, fault.message, None)
}

/// Finds the way to the last key of this name before an offset: the one that is repeated there.
fn last_key(node: &Node, name: &str, before: usize, path: &str, last: &mut Option<(usize, String)>) {
    match &node.kind {
        NodeKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                last_key(item, name, before, &format!("{path}[{index}]"), last);
            }
        }
        NodeKind::Table(entries) => {
            for (key, value) in entries {
                let path = if path.is_empty() { key.name.clone() } else { format!("{path}.{}", key.name) };
                let start = key.span.start;
                if key.name == name && start < before && last.as_ref().is_none_or(|(found, _)| *found < start) {
                    *last = Some((start, path.clone()));
                }
                last_key(value, name, before, &path, last);
            }
        }
        _ => {}
    }
}

/// Whose records a file holds.
#[derive(Debug, PartialEq)]
enum Whose<'p> {
    /// One record with this id.
    One(Kind, &'p str),
    /// A record a line.
    Lines(Kind),
}

fn whose(path: &str) -> Option<Whose<'_>> {
    if let Some(stem) = ndjson_stem(path) {
        return Kind::ALL.into_iter().find(|kind| kind.folder() == stem).map(Whose::Lines);
    }
    let (folder, rest) = path.split_once('/')?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.folder() == folder)?;
    let name = rest.rsplit('/').next()?;
    name.strip_suffix(".toml").map(|id| Whose::One(kind, id))
}

fn misplaced(file: &SeedFile) -> Problem {
    let root = Node { kind: NodeKind::Other("nothing"), span: 0..0 };
    let place = Place { file: &file.path, text: &file.text, first_line: 1, root };
    place.problem_at(
        0,
        String::new(),
        "this is no place for a seed file".to_owned(),
        Some(
            "a TOML file belongs in events/, actors/ or commitments/; events.ndjson, actors.ndjson and \
             commitments.ndjson belong at the top"
                .to_owned(),
        ),
    )
}
