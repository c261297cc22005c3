//! What events point to, from both ends, by number.

use super::date::Edtf;
use super::document::EventsOfActor;
use super::records::short;
use super::vocab::{CommitmentRelation, EventRelation, Vocabulary as _};

const NONE: EventsOfActor = EventsOfActor { count: 0, first: None, last: None };

/// The references of all events.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// Event, the other event, and how the first stands to it; each pair from both ends.
    related: Vec<(u32, u32, &'static str)>,
    /// Commitment, event, and what the event does to it.
    naming: Vec<(u32, u32, CommitmentRelation)>,
    of_actors: Vec<EventsOfActor>,
}

impl Links {
    /// None yet, of this many actors.
    #[must_use]
    pub fn new(actors: usize) -> Links {
        Links { of_actors: vec![NONE; actors], ..Links::default() }
    }

    /// An event relates to another.
    pub fn relate(&mut self, event: usize, other: usize, relation: EventRelation) {
        self.related.push((short(event), short(other), relation.word()));
        self.related.push((short(other), short(event), relation.inverse()));
    }

    /// An event names a commitment.
    pub fn name(&mut self, event: usize, commitment: usize, relation: CommitmentRelation) {
        self.naming.push((short(commitment), short(event), relation));
    }

    /// An actor takes part in an event of this date; to be told once, in however many roles.
    pub fn take_part(&mut self, actor: usize, date: Edtf) {
        let Some(events) = self.of_actors.get_mut(actor) else { return };
        let (start, end) = (date.start(), date.end());
        events.count += 1;
        events.first = Some(events.first.map_or(start, |first| first.min(start)));
        events.last = Some(events.last.map_or(end, |last| last.max(end)));
    }

    /// Gives the events other numbers.
    pub fn renumber(&mut self, number: impl Fn(u32) -> u32) {
        for (event, other, _) in &mut self.related {
            (*event, *other) = (number(*event), number(*other));
        }
        self.naming.iter_mut().for_each(|(_, event, _)| *event = number(*event));
    }

    /// Puts all in the order in which they are shown: by date of the event that is pointed to.
    pub fn sort(&mut self, date: impl Fn(usize) -> Edtf) {
        let day = |event: u32| {
            let date = date(event as usize);
            (date.start(), date.end(), event)
        };
        self.related.sort_by_cached_key(|(event, other, relation)| (*event, day(*other), *relation));
        self.naming.sort_by_cached_key(|(commitment, event, relation)| (*commitment, day(*event), *relation));
    }

    /// The events related to an event, both directions, in order of date.
    pub fn related(&self, event: usize) -> impl Iterator<Item = (usize, &'static str)> {
        of(&self.related, event).iter().map(|(_, other, relation)| (*other as usize, *relation))
    }

    /// The events that name a commitment, in order of date.
    pub fn naming(&self, commitment: usize) -> impl Iterator<Item = (usize, CommitmentRelation)> {
        of(&self.naming, commitment).iter().map(|(_, event, relation)| (*event as usize, *relation))
    }

    /// The events of an actor, counted.
    #[must_use]
    pub fn of_actor(&self, actor: usize) -> EventsOfActor {
        self.of_actors.get(actor).copied().unwrap_or(NONE)
    }
}

/// The part of a sorted list that belongs to a record.
fn of<T>(sorted: &[(u32, u32, T)], record: usize) -> &[(u32, u32, T)] {
    let from = sorted.partition_point(|(of, ..)| (*of as usize) < record);
    let rest = sorted.get(from..).unwrap_or_default();
    rest.get(..rest.partition_point(|(of, ..)| *of as usize == record)).unwrap_or_default()
}
