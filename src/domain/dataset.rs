//! Every record of one version of the data set.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

use super::actor::Actor;
use super::commitment::Commitment;
use super::date::Edtf;
use super::event::Event;
use super::links::Links;
use super::records::Records;
use super::text::Text;

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

impl Records for Dataset {
    fn actors(&self) -> &[Actor] {
        &self.actors
    }

    fn commitments(&self) -> &[Commitment] {
        &self.commitments
    }

    fn event_count(&self) -> usize {
        self.events.len()
    }

    fn event(&self, number: usize) -> io::Result<Cow<'_, Event>> {
        Ok(Cow::Borrowed(&self.events[number]))
    }

    fn event_id(&self, number: usize) -> &str {
        &self.events[number].id
    }

    fn event_date(&self, number: usize) -> Edtf {
        self.events[number].date
    }

    fn event_title(&self, number: usize) -> io::Result<Cow<'_, Text>> {
        Ok(Cow::Borrowed(&self.events[number].title))
    }

    fn event_number(&self, id: &str) -> Option<usize> {
        self.events.binary_search_by(|event| event.id.as_str().cmp(id)).ok()
    }

    fn links(&self) -> Cow<'_, Links> {
        let mut links = Links::new(self.actors.len());
        for (number, event) in self.events.iter().enumerate() {
            let related = event.related.iter().filter_map(|link| Some((self.event_number(&link.id)?, link.relation)));
            related.for_each(|(other, relation)| links.relate(number, other, relation));
            let named = event.commitments.iter();
            let named = named.filter_map(|link| Some((self.commitment_number(&link.id)?, link.relation)));
            named.for_each(|(commitment, relation)| links.name(number, commitment, relation));
            let actors: BTreeSet<_> = event.actors.iter().filter_map(|actor| self.actor_number(&actor.id)).collect();
            for actor in actors {
                links.take_part(actor, event.date);
            }
        }
        links.sort(|number| self.events[number].date);
        Cow::Owned(links)
    }
}

fn find<'a, T>(sorted: &'a [T], id: &str, key: impl Fn(&T) -> &str) -> Option<&'a T> {
    sorted.binary_search_by(|record| key(record).cmp(id)).ok().and_then(|index| sorted.get(index))
}
