//! Reads seeds and checks them, and keeps of the events only what others show of them and where they are written.
//!
//! There may be more events than memory holds. They are read a few at a time by all processors ([`reading`]). What a record
//! is by itself is checked at once; of what could be wrong beside other records marks are kept, and at the end those
//! records alone are read again that the marks make [`suspects`].

mod gist;
mod reading;
mod seen;
mod suspects;

use std::borrow::Cow;
use std::io;

use super::check::{All, ById, OWN};
use super::files::{SeedReadError, Source};
use super::problem::Findings;
use super::read::{self, Piece, Whose};
use super::{Kind, version};
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::date::Edtf;
use crate::domain::event::Event;
use crate::domain::links::Links;
use crate::domain::records::Records;
use crate::domain::text::Text;
use crate::progress::Progress;
use gist::Gist;
use reading::Reading;
use seen::Seen;

/// Where records are in the order of ids, by id: each event is asked for its actors many times.
type Numbers = foldhash::HashMap<String, usize>;

/// A sound data set: actors and commitments in memory, events where they are written.
#[derive(Debug)]
pub struct Survey {
    sources: Vec<Source>,
    actors: Vec<Actor>,
    commitments: Vec<Commitment>,
    actor_numbers: Numbers,
    commitment_numbers: Numbers,
    /// In order of id.
    events: Vec<Gist>,
    links: Links,
    version: String,
}

impl Survey {
    /// Reads and checks seeds as one data set, which is refused where there is any error.
    pub fn read(sources: Vec<Source>, progress: &Progress) -> Result<(Option<Survey>, Findings), SeedReadError> {
        let mut findings = Findings::default();
        let misplaced = sources.iter().filter(|source| read::whose(&source.path).is_none());
        findings.add(misplaced.map(|source| read::misplaced(&source.path)));
        let texts = few_texts(&sources)?;
        let mut problems = Vec::new();
        let pieces: Vec<_> = texts.iter().flat_map(FewText::pieces).collect();
        let few = read::read_few(&pieces, &mut problems);
        let by_id = ById::new(&few);
        All::of_few(&by_id).run(OWN, &mut problems);
        findings.add(problems);

        let mut seen = Seen::new(&few);
        let (beside, found) = (&by_id, &mut findings);
        Reading { sources: &sources, by_id: beside, seen: &mut seen, findings: found, progress }.events()?;
        seen.sort();
        suspects::check(&mut seen, &sources, &by_id, &mut findings)?;
        drop(by_id);
        if findings.has_errors() {
            return Ok((None, findings));
        }
        let actors: Vec<Actor> = few.actors.into_iter().map(|placed| placed.record).collect();
        let commitments: Vec<Commitment> = few.commitments.into_iter().map(|placed| placed.record).collect();
        drop(texts);
        let Seen { events, links, hash, .. } = seen;
        let mut survey = Survey {
            sources,
            actor_numbers: actors.iter().zip(0..).map(|(actor, number)| (actor.id.clone(), number)).collect(),
            commitment_numbers: commitments.iter().zip(0..).map(|(made, number)| (made.id.clone(), number)).collect(),
            actors,
            commitments,
            events,
            links,
            version: String::new(),
        };
        survey.version = match hash {
            Some(hash) => hash.version(),
            None => survey.content_hash()?,
        };
        Ok((Some(survey), findings))
    }

    /// The content hash.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The content hash, of events that were not written in order of id.
    fn content_hash(&self) -> Result<String, SeedReadError> {
        let mut hash = version::Hash::of(&self.actors, &self.commitments);
        for number in 0..self.events.len() {
            let event = self.event(number).map_err(|source| SeedReadError::Unreadable {
                path: self.sources[self.events[number].source()].path.clone().into(),
                source,
            })?;
            hash.add(&version::line(Kind::Event, &event.id, &*event));
        }
        Ok(hash.version())
    }
}

impl Records for Survey {
    fn actors(&self) -> &[Actor] {
        &self.actors
    }

    fn commitments(&self) -> &[Commitment] {
        &self.commitments
    }

    fn actor_number(&self, id: &str) -> Option<usize> {
        self.actor_numbers.get(id).copied()
    }

    fn commitment_number(&self, id: &str) -> Option<usize> {
        self.commitment_numbers.get(id).copied()
    }

    fn event_count(&self) -> usize {
        self.events.len()
    }

    fn event(&self, number: usize) -> io::Result<Cow<'_, Event>> {
        self.events[number].event(&self.sources)
    }

    fn event_id(&self, number: usize) -> &str {
        &self.events[number].id
    }

    fn event_date(&self, number: usize) -> Edtf {
        self.events[number].date
    }

    fn event_title(&self, number: usize) -> io::Result<Cow<'_, Text>> {
        self.events[number].title(&self.sources)
    }

    fn event_number(&self, id: &str) -> Option<usize> {
        self.events.binary_search_by(|event| (*event.id).cmp(id)).ok()
    }

    fn links(&self) -> Cow<'_, Links> {
        Cow::Borrowed(&self.links)
    }
}

/// A file of actors or commitments.
struct FewText<'a> {
    kind: Kind,
    file: &'a str,
    text: Cow<'a, str>,
    of_lines: bool,
}

fn few_texts(sources: &[Source]) -> Result<Vec<FewText<'_>>, SeedReadError> {
    let mut texts = Vec::new();
    for source in sources {
        let (kind, of_lines) = match read::whose(&source.path) {
            None | Some(Whose::One(Kind::Event, _) | Whose::Lines(Kind::Event)) => continue,
            Some(Whose::One(kind, _)) => (kind, false),
            Some(Whose::Lines(kind)) => (kind, true),
        };
        texts.push(FewText { kind, file: &source.path, text: source.whole()?, of_lines });
    }
    Ok(texts)
}

impl FewText<'_> {
    fn pieces(&self) -> Vec<(Kind, Piece<'_>)> {
        if self.of_lines {
            return read::lines(self.file, &self.text, 1).map(|(_, piece)| (self.kind, piece)).collect();
        }
        vec![(self.kind, Piece { file: self.file, text: &self.text, first_line: 1 })]
    }
}
