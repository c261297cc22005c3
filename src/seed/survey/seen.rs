//! Everything that is kept of the events while they are checked.

use super::super::check::{EventIds, Mark, TitleMark};
use super::super::read::Few;
use super::super::{Kind, version};
use super::gist::Gist;
use super::reading::Note;
use crate::domain::links::Links;
use crate::domain::records::{near, short};
use crate::domain::vocab::EventRelation;

/// What is kept of all events. Until they are sorted, the number of an event is its place in the order of reading; after
/// that, in the order of ids.
pub(super) struct Seen {
    pub(super) events: Vec<Gist>,
    pub(super) links: Links,
    /// The content hash so far, as long as events come in order of id.
    pub(super) hash: Option<version::Hash>,
    /// Former ids and whose they were.
    pub(super) former: Vec<(Box<str>, u32)>,
    /// Event, the id that it points to, and how it stands to that.
    pub(super) related: Vec<(u32, Box<str>, EventRelation)>,
    pub(super) titles: Vec<TitleMark>,
    pub(super) sources: Vec<Mark>,
    pub(super) suspects: Vec<u32>,
    pub(super) torn: Vec<Kind>,
}

impl Seen {
    pub(super) fn new(few: &Few<'_>) -> Seen {
        let actors = few.actors.iter().map(|placed| &placed.record);
        let commitments = few.commitments.iter().map(|placed| &placed.record);
        let of_actors = few.actors.iter().filter(|actor| actor.whole).flat_map(|actor| &actor.record.sources);
        let of_commitments = few.commitments.iter().filter(|made| made.whole).flat_map(|made| {
            made.record.sources.iter().chain(made.record.history.iter().flat_map(|entry| &entry.sources))
        });
        Seen {
            events: Vec::new(),
            links: Links::new(few.actors.len()),
            hash: Some(version::Hash::of(actors, commitments)),
            former: Vec::new(),
            related: Vec::new(),
            titles: Vec::new(),
            sources: of_actors.chain(of_commitments).map(Mark::new).collect(),
            suspects: Vec::new(),
            torn: few.torn.clone(),
        }
    }

    pub(super) fn take(&mut self, notes: Vec<Note>, torn: bool) {
        self.torn.extend((torn && !self.torn.contains(&Kind::Event)).then_some(Kind::Event));
        for note in notes {
            let event = self.events.len();
            let number = short(event);
            if self.events.last().is_some_and(|last| last.id >= note.gist.id) {
                self.hash = None;
            }
            if let Some(hash) = &mut self.hash {
                hash.add(&note.hashed);
            }
            self.former.extend(note.former_ids.into_iter().map(|former| (former.into(), number)));
            self.related.extend(note.related.into_iter().map(|(id, relation)| (number, id, relation)));
            note.commitments.into_iter().for_each(|(made, relation)| self.links.name(event, made, relation));
            note.actors.into_iter().for_each(|actor| self.links.take_part(actor, note.gist.date));
            self.titles.extend(note.title.map(|mark| mark.of(number)));
            self.sources.extend(note.sources.into_iter().map(|mark| mark.of(number)));
            self.suspects.extend(note.is_suspect.then_some(number));
            self.events.push(note.gist);
        }
    }

    /// Puts the events in order of id, those of one id in the order of reading.
    pub(super) fn sort(&mut self) {
        let mut order: Vec<u32> = (0..short(self.events.len())).collect();
        order.sort_by(|one, other| self.events[*one as usize].id.cmp(&self.events[*other as usize].id));
        if order.is_sorted() {
            return;
        }
        let mut numbers = vec![0; order.len()];
        (0..).zip(&order).for_each(|(number, read)| numbers[*read as usize] = number);
        let mut events: Vec<Option<Gist>> = std::mem::take(&mut self.events).into_iter().map(Some).collect();
        self.events = order.iter().filter_map(|read| events[*read as usize].take()).collect();
        let renumber = |number: &mut u32| *number = numbers[*number as usize];
        self.former.iter_mut().for_each(|(_, event)| renumber(event));
        self.related.iter_mut().for_each(|(event, ..)| renumber(event));
        self.titles.iter_mut().for_each(|mark| renumber(&mut mark.event));
        self.sources.iter_mut().filter_map(|mark| mark.event.as_mut()).for_each(renumber);
        self.suspects.iter_mut().for_each(renumber);
        self.links.renumber(|event| numbers[event as usize]);
    }

    pub(super) fn number(&self, id: &str) -> Option<u32> {
        self.events.binary_search_by(|event| (*event.id).cmp(id)).ok().map(short)
    }
}

impl EventIds for Seen {
    fn has(&self, id: &str) -> bool {
        self.number(id).is_some()
    }

    fn present(&self, former: &str) -> Option<&str> {
        let (_, event) = self.former.iter().find(|(id, _)| **id == *former)?;
        self.events.get(*event as usize).map(|event| &*event.id)
    }

    fn near(&self, id: &str) -> Vec<&str> {
        let at = self.events.partition_point(|event| *event.id < *id);
        self.events[near(at, self.events.len())].iter().map(|event| &*event.id).collect()
    }
}
