//! Reads all events, a few at a time, by all processors.

use std::iter;

use super::super::check::{All, ById, Mark, OWN, TitleMark, may_change};
use super::super::files::{Chunk, SeedReadError, Source};
use super::super::place::Placed;
use super::super::problem::{Findings, Problem};
use super::super::read::{self, Piece, Whose};
use super::super::{Kind, version};
use super::gist::{At, Gist};
use super::seen::Seen;
use crate::domain::event::Event;
use crate::domain::vocab::{CommitmentRelation, EventRelation};
use crate::parallel;
use crate::progress::Progress;

/// Some events to be read by one thread.
enum Part<'s> {
    Files(Vec<u32>),
    Lines { source: u32, first_line: usize, chunk: Chunk<'s> },
}

/// Enough files to keep a thread busy.
const FILES_AT_ONCE: usize = 32;

/// What all events are read with.
pub(super) struct Reading<'a> {
    pub(super) sources: &'a [Source],
    pub(super) by_id: &'a ById<'a>,
    pub(super) seen: &'a mut Seen,
    pub(super) findings: &'a mut Findings,
    pub(super) progress: &'a Progress,
}

impl Reading<'_> {
    /// Reads all events.
    pub(super) fn events(self) -> Result<(), SeedReadError> {
        let Reading { sources, by_id, seen, findings, progress } = self;
        let take = |Noted { notes, problems, torn }: Noted| {
            progress.read(notes.len());
            findings.add(problems);
            seen.take(notes, torn);
            Ok(())
        };
        parallel::in_order(parts(sources), |part| note(&part, sources, by_id), take)
    }
}

/// All events in parts, as they are written.
fn parts(sources: &[Source]) -> impl Iterator<Item = Result<Part<'_>, SeedReadError>> {
    let (mut files, mut lines) = (Vec::new(), Vec::new());
    for (number, source) in (0..).zip(sources) {
        match read::whose(&source.path) {
            Some(Whose::One(Kind::Event, _)) => files.push(number),
            Some(Whose::Lines(Kind::Event)) => lines.push((number, source)),
            _ => {}
        }
    }
    let files: Vec<_> = files.chunks(FILES_AT_ONCE).map(|files| Ok(Part::Files(files.to_vec()))).collect();
    lines.into_iter().flat_map(|(number, source)| lines_of(number, source)).chain(files)
}

/// The lines of a file in parts.
fn lines_of(number: u32, source: &Source) -> impl Iterator<Item = Result<Part<'_>, SeedReadError>> {
    let (mut offset, mut first_line) = (0, 1);
    iter::from_fn(move || {
        let chunk = match source.chunk(offset).transpose()? {
            Ok(chunk) => chunk,
            Err(error) => return Some(Err(error)),
        };
        let (length, lines) = (chunk.text.len(), memchr::memchr_iter(b'\n', chunk.text.as_bytes()).count());
        let part = Part::Lines { source: number, first_line, chunk };
        offset += length as u64;
        first_line += lines;
        Some(Ok(part))
    })
}

/// What is to be kept of some events.
struct Noted {
    notes: Vec<Note>,
    problems: Vec<Problem>,
    /// Whether one could not be read at all, or has no id.
    torn: bool,
}

/// What is to be kept of an event, for good and for the time of the check.
pub(super) struct Note {
    pub(super) gist: Gist,
    pub(super) former_ids: Vec<String>,
    /// The bytes that stand for it in the content hash.
    pub(super) hashed: Vec<u8>,
    pub(super) related: Vec<(Box<str>, EventRelation)>,
    pub(super) commitments: Vec<(usize, CommitmentRelation)>,
    /// Each once.
    pub(super) actors: Vec<usize>,
    pub(super) title: Option<TitleMark>,
    pub(super) sources: Vec<Mark>,
    /// Whether it must be looked at beside others in any case.
    pub(super) is_suspect: bool,
}

fn note(part: &Part<'_>, sources: &[Source], by_id: &ById<'_>) -> Noted {
    let mut problems = Vec::new();
    let mut torn = false;
    let (mut events, mut origins) = (Vec::new(), Vec::new());
    for (at, piece) in pieces(part, sources) {
        let event = read::read_event(piece, &mut problems);
        torn |= event.as_ref().is_none_or(|event| event.record.id.is_empty());
        origins.extend(event.is_some().then_some(at));
        events.extend(event);
    }
    All::of_events(&events, by_id).run(OWN, &mut problems);
    let notes = events.iter().zip(origins).map(|(placed, at)| {
        let is_held = sources[at.source as usize].held().is_some();
        Note::new(placed, Gist::new(placed, at, is_held), by_id)
    });
    Noted { notes: notes.collect(), problems, torn }
}

fn pieces<'a>(part: &'a Part<'_>, sources: &'a [Source]) -> Vec<(At, Piece<'a>)> {
    match part {
        Part::Files(files) => {
            let held = files.iter().filter_map(|source| {
                let file = &sources[*source as usize];
                let piece = Piece { file: &file.path, text: file.held()?, first_line: 1 };
                Some((At { source: *source, offset: 0 }, piece))
            });
            held.collect()
        }
        Part::Lines { source, first_line, chunk } => {
            let file = &sources[*source as usize].path;
            let at = |offset: usize| At { source: *source, offset: chunk.offset + offset as u64 };
            read::lines(file, &chunk.text, *first_line).map(|(offset, piece)| (at(offset), piece)).collect()
        }
    }
}

impl Note {
    fn new(placed: &Placed<'_, Event>, gist: Gist, by_id: &ById<'_>) -> Note {
        let event = &placed.record;
        let mut actors: Vec<usize> = event.actors.iter().filter_map(|actor| by_id.actor(&actor.id)).collect();
        actors.sort_unstable();
        actors.dedup();
        let named = event.commitments.iter();
        let points_nowhere = event.actors.iter().any(|actor| by_id.actor(&actor.id).is_none())
            || named.clone().any(|link| by_id.commitment(&link.id).is_none());
        Note {
            gist,
            former_ids: event.former_ids.clone(),
            hashed: version::line(Kind::Event, &event.id, event),
            related: event.related.iter().map(|link| (link.id.as_str().into(), link.relation)).collect(),
            commitments: named.clone().filter_map(|link| Some((by_id.commitment(&link.id)?, link.relation))).collect(),
            actors,
            title: placed.whole.then(|| TitleMark::new(event)),
            sources: if placed.whole { event.sources.iter().map(Mark::new).collect() } else { Vec::new() },
            is_suspect: points_nowhere || named.clone().any(|link| may_change(link.relation)),
        }
    }
}
