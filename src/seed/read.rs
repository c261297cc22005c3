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
use super::files::ndjson_stem;
use super::node::{self, Fault, FaultKind, Node, NodeKind};
use super::place::{Form, Place, Placed};
use super::problem::Problem;
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::event::Event;
use crate::parallel;
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

/// Actors and commitments, each list sorted by id.
#[derive(Debug, Default)]
pub(super) struct Few<'a> {
    pub(super) actors: Vec<Placed<'a, Actor>>,
    pub(super) commitments: Vec<Placed<'a, Commitment>>,
    /// Kinds of which a line could not be read at all: an id that seems to be missing may stand there.
    pub(super) torn: Vec<Kind>,
}

/// How many records are read at a time by one thread.
pub(super) const PIECES_AT_ONCE: usize = 16;

/// Reads every file of actors and commitments.
pub(super) fn read_few<'a>(pieces: &[(Kind, Piece<'a>)], problems: &mut Vec<Problem>) -> Few<'a> {
    let mut few = Few::default();
    let read = |pieces: &[(Kind, Piece<'a>)]| {
        let mut problems = Vec::new();
        (read_some(pieces, &mut problems), problems)
    };
    for (read, mut found) in parallel::all(pieces.chunks(PIECES_AT_ONCE), read) {
        few.actors.extend(read.actors);
        few.commitments.extend(read.commitments);
        few.torn.extend(read.torn);
        problems.append(&mut found);
    }
    few.actors.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    few.commitments.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    few
}

#[expect(clippy::redundant_closure_for_method_calls, reason = "the method of one lifetime will not do for all")]
fn read_some<'a>(pieces: &[(Kind, Piece<'a>)], problems: &mut Vec<Problem>) -> Few<'a> {
    let mut few = Few::default();
    for (kind, piece) in pieces.iter().copied() {
        let has_id = match kind {
            Kind::Event => true,
            Kind::Actor => {
                push(&mut few.actors, read(piece, problems, |reader, spot, id| reader.actor(spot, id)), |actor| {
                    &actor.id
                })
            }
            Kind::Commitment => push(
                &mut few.commitments,
                read(piece, problems, |reader, spot, id| reader.commitment(spot, id)),
                |made| &made.id,
            ),
        };
        if !has_id {
            few.torn.push(kind);
        }
    }
    few
}

/// Takes a record in; false if it has no id that others could point to.
fn push<'a, T>(list: &mut Vec<Placed<'a, T>>, placed: Option<Placed<'a, T>>, id: fn(&T) -> &String) -> bool {
    let has_id = placed.as_ref().is_some_and(|placed| !id(&placed.record).is_empty());
    list.extend(placed);
    has_id
}

/// Reads an event; nothing where the line could not be read at all.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method of one lifetime will not do for all")]
pub(super) fn read_event<'a>(piece: Piece<'a>, problems: &mut Vec<Problem>) -> Option<Placed<'a, Event>> {
    read(piece, problems, |reader, spot, id| reader.event(spot, id))
}

/// A record as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    /// The file's path.
    pub(super) file: &'a str,
    /// A whole TOML file, or a line of NDJSON.
    pub(super) text: &'a str,
    /// The line on which it begins, from 1.
    pub(super) first_line: usize,
}

/// The lines of a file, or of a part of it, with the byte on which each begins; blank ones are passed over.
pub(super) fn lines<'a>(file: &'a str, text: &'a str, first_line: usize) -> impl Iterator<Item = (usize, Piece<'a>)> {
    text.lines().enumerate().filter_map(move |(index, line)| {
        let is_first = first_line + index == 1;
        let line = if is_first { line.trim_start_matches('\u{feff}') } else { line };
        let offset = (line.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        (!line.trim().is_empty()).then_some((offset, Piece { file, text: line, first_line: first_line + index }))
    })
}

fn read<'a, T>(
    piece: Piece<'a>,
    problems: &mut Vec<Problem>,
    record: impl Fn(&mut Reader<'_>, Spot<'_>, Option<&str>) -> T,
) -> Option<Placed<'a, T>> {
    let Piece { file, text, first_line } = piece;
    let Some(Whose::One(_, id)) = whose(file) else { return read_line(piece, problems, record) };
    let (root, faults) = node::from_toml(text);
    let place = Place::new(file, text, first_line, Form::Toml).read(root);
    Some(placed(place, faults, problems, |reader, spot| record(reader, spot, Some(id))))
}

fn read_line<'a, T>(
    Piece { file, text, first_line }: Piece<'a>,
    problems: &mut Vec<Problem>,
    record: impl Fn(&mut Reader<'_>, Spot<'_>, Option<&str>) -> T,
) -> Option<Placed<'a, T>> {
    let place = Place::new(file, text, first_line, Form::Line);
    if let Some(root) = node::from_sound_json_line(text) {
        let mut reader = Reader::new(&place, false);
        let record = record(&mut reader, Spot::root(&root), None);
        if reader.into_problems().is_empty() {
            return Some(Placed { record, place, whole: true });
        }
    }
    let (root, faults) = node::from_json_line(text);
    let torn = root.is_none();
    let place = place.read(root.unwrap_or(Node::nothing()));
    if torn {
        problems.extend(faults.into_iter().map(|fault| format_problem(&place, fault)));
        return None;
    }
    Some(placed(place, faults, problems, |reader, spot| record(reader, spot, None)))
}

fn placed<'a, T>(
    place: Place<'a>,
    faults: Vec<Fault>,
    problems: &mut Vec<Problem>,
    read: impl FnOnce(&mut Reader<'_>, Spot<'_>) -> T,
) -> Placed<'a, T> {
    let cut_short = faults.iter().any(|fault| fault.kind == FaultKind::Syntax);
    let mut reader = Reader::new(&place, cut_short);
    let record = read(&mut reader, Spot::root(place.root()));
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
            last_key(place.root(), name, fault.span.start, "", &mut last);
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
pub(super) enum Whose<'p> {
    /// One record with this id.
    One(Kind, &'p str),
    /// A record a line.
    Lines(Kind),
}

pub(super) fn whose(path: &str) -> Option<Whose<'_>> {
    if let Some(stem) = ndjson_stem(path) {
        return Kind::ALL.into_iter().find(|kind| kind.folder() == stem).map(Whose::Lines);
    }
    let (folder, rest) = path.split_once('/')?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.folder() == folder)?;
    let name = rest.rsplit('/').next()?;
    name.strip_suffix(".toml").map(|id| Whose::One(kind, id))
}

/// A file that is neither.
pub(super) fn misplaced(path: &str) -> Problem {
    Place::new(path, "", 1, Form::Toml).problem_at(
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
