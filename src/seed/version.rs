//! The name of a data set by its content.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Kind;
use super::files::hex;
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::dataset::Dataset;
use crate::domain::event::Event;

/// The first 16 hexadecimal digits of a SHA-256 over every record, sorted by kind and id.
///
/// It depends on what the records say and on nothing else: not on file names, layout, format or order.
#[must_use]
pub fn data_version(dataset: &Dataset) -> String {
    let mut hash = Hash::of(&dataset.actors, &dataset.commitments);
    let mut events: Vec<&Event> = dataset.events.iter().collect();
    events.sort_by_key(|event| &event.id);
    for event in events {
        hash.add(&line(Kind::Event, &event.id, event));
    }
    hash.version()
}

/// A content hash in the making: actors, commitments, then events in order of id.
pub(super) struct Hash(Sha256);

impl Hash {
    /// Of these actors and commitments, in any order.
    pub(super) fn of<'a>(
        actors: impl IntoIterator<Item = &'a Actor>,
        commitments: impl IntoIterator<Item = &'a Commitment>,
    ) -> Hash {
        let mut actors: Vec<&Actor> = actors.into_iter().collect();
        let mut commitments: Vec<&Commitment> = commitments.into_iter().collect();
        actors.sort_by_key(|actor| &actor.id);
        commitments.sort_by_key(|commitment| &commitment.id);
        let mut hash = Hash(Sha256::new());
        for actor in actors {
            hash.add(&line(Kind::Actor, &actor.id, actor));
        }
        for made in commitments {
            hash.add(&line(Kind::Commitment, &made.id, made));
        }
        hash
    }

    /// Adds a record's [`line()`].
    pub(super) fn add(&mut self, line: &[u8]) {
        self.0.update(line);
    }

    pub(super) fn version(self) -> String {
        let mut version = hex(&self.0.finalize());
        version.truncate(16);
        version
    }
}

/// The bytes that stand for a record.
pub(super) fn line(kind: Kind, id: &str, record: &impl Serialize) -> Vec<u8> {
    // Records hold text, finite numbers and lists, all of which JSON can write.
    let mut line = serde_json::to_vec(&(kind.word(), id, record)).unwrap_or_default();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn it_depends_on_content_and_not_on_order() {
        let dataset = fixture::dataset();
        let version = data_version(&dataset);
        assert_eq!(version.len(), 16);
        let mut shuffled = dataset.clone();
        shuffled.events.reverse();
        assert_eq!(data_version(&shuffled), version);

        let mut reworded = dataset.clone();
        reworded.events[0].title.zh.push('。');
        assert_ne!(data_version(&reworded), version);
        let mut renamed = dataset;
        renamed.actors[0].id.push('x');
        assert_ne!(data_version(&renamed), version);
    }
}
