//! The name of a data set by its content.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Kind;
use super::files::hex;
use crate::domain::dataset::Dataset;

/// The first 16 hexadecimal digits of a SHA-256 over every record, sorted by kind and id.
///
/// It depends on what the records say and on nothing else: not on file names, layout, format or order.
#[must_use]
pub fn data_version(dataset: &Dataset) -> String {
    let mut hash = Sha256::new();
    feed(&mut hash, Kind::Actor, dataset.actors.iter().map(|actor| (&*actor.id, actor)));
    feed(&mut hash, Kind::Commitment, dataset.commitments.iter().map(|commitment| (&*commitment.id, commitment)));
    feed(&mut hash, Kind::Event, dataset.events.iter().map(|event| (&*event.id, event)));
    let mut version = hex(&hash.finalize());
    version.truncate(16);
    version
}

fn feed<'a, T: Serialize + 'a>(hash: &mut Sha256, kind: Kind, records: impl Iterator<Item = (&'a str, &'a T)>) {
    let mut records: Vec<_> = records.collect();
    records.sort_by_key(|(id, _)| *id);
    for (id, record) in records {
        // Records hold text, finite numbers and lists, all of which JSON can write.
        hash.update(serde_json::to_vec(&(kind.word(), id, record)).unwrap_or_default());
        hash.update(b"\n");
    }
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
