//! Seed files in, a checked [`Dataset`] out, or every problem at once.
//!
//! A curator who mends one mistake only to be told of the next gives up, so nothing here stops at the first
//! fault. The way of a file:
//!
//! 1. [`files`]: the files come from a folder or from the binary itself;
//! 2. [`node`]: TOML and NDJSON become one tree whose every value knows where it is written;
//! 3. [`read`]: a tree becomes a record; what is missing, misspelt or of the wrong shape is a [`Problem`];
//! 4. [`check`]: rules across records (references, duplicates, order in time), one small function each;
//! 5. [`version`]: the content hash by which everything downstream knows the data set;
//! 6. [`mod@write`]: the way back, for `export`.
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
mod version;
mod write;

#[cfg(test)]
mod tests;

pub use files::{SeedFile, SeedReadError, built_in, fingerprint_dir, read_dir, read_settled};
pub use problem::{Problem, Severity};
pub use schema::schemas;
pub use version::data_version;
pub use write::{WriteError, actor_line, commitment_line, event_line, write_ndjson, write_toml};

use place::Placed;
use read::Records;

use crate::domain::dataset::Dataset;

/// A data set without errors, and what a curator may still want to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The records, sorted by id.
    pub dataset: Dataset,
    /// The warnings, in order of place.
    pub warnings: Vec<Problem>,
}

/// Reads and checks seed files as one data set.
///
/// With any error, all problems come back, warnings included, in order of file, line and column.
pub fn load(files: &[SeedFile]) -> Result<Loaded, Vec<Problem>> {
    let (records, mut problems) = read::read_all(files);
    problems.extend(check::check(&records));
    problems.sort();
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(problems);
    }
    let dataset =
        Dataset { events: bare(records.events), actors: bare(records.actors), commitments: bare(records.commitments) };
    Ok(Loaded { dataset, warnings: problems })
}

/// Reads records that were checked together before, as lines that [`event_line`] and its like wrote.
pub fn reread(kind: &str, lines: &str) -> Result<Dataset, Vec<Problem>> {
    let file = SeedFile { path: format!("{kind}.ndjson"), text: lines.to_owned().into() };
    let (records, problems) = read::read_all(std::slice::from_ref(&file));
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(problems);
    }
    let Records { events, actors, commitments, .. } = records;
    Ok(Dataset { events: bare(events), actors: bare(actors), commitments: bare(commitments) })
}

fn bare<T>(placed: Vec<Placed<'_, T>>) -> Vec<T> {
    placed.into_iter().map(|placed| placed.record).collect()
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
