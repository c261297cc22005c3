//! Every record of one version of the data set.

use super::actor::Actor;
use super::commitment::Commitment;
use super::event::Event;

/// All records, each list sorted by id, every reference known to point to a record.
///
/// Only [`crate::seed`] makes one, after it has checked the records together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    /// The events.
    pub events: Vec<Event>,
    /// The actors.
    pub actors: Vec<Actor>,
    /// The commitments.
    pub commitments: Vec<Commitment>,
}

impl Dataset {
    /// The event with this id.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Event> {
        find(&self.events, id, |event| &event.id)
    }

    /// The actor with this id.
    #[must_use]
    pub fn actor(&self, id: &str) -> Option<&Actor> {
        find(&self.actors, id, |actor| &actor.id)
    }

    /// The commitment with this id.
    #[must_use]
    pub fn commitment(&self, id: &str) -> Option<&Commitment> {
        find(&self.commitments, id, |commitment| &commitment.id)
    }
}

fn find<'a, T>(sorted: &'a [T], id: &str, key: impl Fn(&T) -> &str) -> Option<&'a T> {
    sorted.binary_search_by(|record| key(record).cmp(id)).ok().and_then(|index| sorted.get(index))
}
