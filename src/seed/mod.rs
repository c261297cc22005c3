//! Seed files in, checked records out ([`Survey`]), or every problem at once.
//!
//! A curator who mends one mistake only to be told of the next gives up, so nothing here stops at the first
//! fault. The way of a file:
//!
//! 1. [`files`]: the files come from a folder or from the binary itself;
//! 2. [`node`]: TOML and NDJSON become one tree whose every value knows where it is written;
//! 3. [`read`]: a tree becomes a record; what is missing, misspelt or of the wrong shape is a [`Problem`];
//! 4. [`check`]: rules for records by themselves and beside others, one small function each;
//! 5. [`mod@survey`] does all this a few events at a time, and keeps of them no more than it has to;
//! 6. [`version`]: the content hash by which everything downstream knows the data set;
//! 7. [`mod@write`]: the way back, for `export`.
//!
//! [`schema`] tells editors what a file may hold, from the same tables that [`read`] goes by.
//!
//! To add a key, see [`read`]; to add a rule, see [`check`].

mod check;
mod files;
#[cfg(test)]
mod fixture;
mod node;
mod place;
mod problem;
mod read;
mod schema;
mod suggest;
mod survey;
mod version;
mod write;

#[cfg(test)]
mod tests;

pub use files::{SeedFile, SeedReadError, Source, built_in, fingerprint_dir, open_dir, read_dir, read_settled};
pub use problem::{Findings, Problem, Severity};
pub use schema::schemas;
pub use survey::Survey;
pub use version::data_version;
pub use write::{WriteError, actor_line, commitment_line, event_line, write_ndjson, write_toml};

use std::borrow::Cow;
use std::io;

use crate::domain::dataset::Dataset;
use crate::domain::records::Records;
use crate::progress::Progress;

/// A data set without errors, and what a curator may still want to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The records, sorted by id.
    pub dataset: Dataset,
    /// The warnings, in order of place.
    pub warnings: Vec<Problem>,
}

/// Reads and checks seed files as one data set, and holds all of it.
///
/// With any error, all problems come back, warnings included, in order of file, line and column.
pub fn load(files: &[SeedFile]) -> Result<Loaded, Vec<Problem>> {
    let sources = files.iter().cloned().map(Source::from).collect();
    // What is in memory can be read.
    let (survey, findings) = Survey::read(sources, &Progress::default()).unwrap_or_default();
    let problems = findings.problems();
    match survey.and_then(|survey| held(&survey).ok()) {
        Some(dataset) => Ok(Loaded { dataset, warnings: problems }),
        None => Err(problems),
    }
}

/// All of a data set, in memory.
pub fn held(records: &dyn Records) -> io::Result<Dataset> {
    let events = (0..records.event_count()).map(|number| records.event(number).map(Cow::into_owned));
    Ok(Dataset {
        events: events.collect::<io::Result<_>>()?,
        actors: records.actors().to_vec(),
        commitments: records.commitments().to_vec(),
    })
}

/// Reads records that were checked together before, as lines that [`event_line`] and its like wrote.
pub fn reread(kind: &str, lines: &str) -> Result<Dataset, Vec<Problem>> {
    let file = format!("{kind}.ndjson");
    let (mut problems, mut dataset) = (Vec::new(), Dataset::default());
    let kind = Kind::ALL.into_iter().find(|known| known.folder() == kind);
    let pieces = || read::lines(&file, lines, 1).map(|(_, piece)| piece);
    if kind == Some(Kind::Event) {
        let events = pieces().filter_map(|piece| read::read_event(piece, &mut problems));
        dataset.events = events.map(|placed| placed.record).collect();
    } else if let Some(kind) = kind {
        let pieces: Vec<_> = pieces().map(|piece| (kind, piece)).collect();
        let few = read::read_few(&pieces, &mut problems);
        dataset.actors = few.actors.into_iter().map(|placed| placed.record).collect();
        dataset.commitments = few.commitments.into_iter().map(|placed| placed.record).collect();
    }
    if problems.is_empty() { Ok(dataset) } else { Err(problems) }
}

/// One of the three kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Event,
    Actor,
    Commitment,
}

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::Event, Kind::Actor, Kind::Commitment];

    /// The folder of its TOML files, and the stem of its NDJSON file.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Kind::Event => "events",
            Kind::Actor => "actors",
            Kind::Commitment => "commitments",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Event => "event",
            Kind::Actor => "actor",
            Kind::Commitment => "commitment",
        }
    }
}
