//! The ids of a data set, held in memory: what a query may name, without asking the database.

use std::collections::HashMap;

use super::fields::Kind;
use super::nearest::nearest;
use crate::domain::dataset::Dataset;
use crate::domain::date::Day;
use crate::domain::records::near;

/// The ids of one kind of record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    sorted: Vec<Box<str>>,
    former: HashMap<Box<str>, Box<str>>,
}

impl Ids {
    /// Makes the list of ids (in any order), with the former ids and what they became.
    #[must_use]
    pub fn new(mut ids: Vec<Box<str>>, former: HashMap<Box<str>, Box<str>>) -> Ids {
        ids.sort_unstable();
        Ids { sorted: ids, former }
    }

    /// The present id for a present or former id.
    #[must_use]
    pub fn present(&self, id: &str) -> Option<&str> {
        match self.sorted.binary_search_by(|probe| (**probe).cmp(id)) {
            Ok(index) => self.sorted.get(index).map(|id| &**id),
            Err(_) => self.former.get(id).map(|id| &**id),
        }
    }

    /// The id most like `id`.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&str> {
        let at = self.sorted.partition_point(|probe| **probe < *id);
        nearest(id, self.sorted.get(near(at, self.sorted.len())).unwrap_or_default().iter().map(|id| &**id))
    }

    /// The number of the record with this present id.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<i64> {
        let index = self.sorted.binary_search_by(|probe| (**probe).cmp(id)).ok()?;
        i64::try_from(index + 1).ok()
    }

    /// The id of the record with this number: its place in the order of ids, from 1.
    #[must_use]
    pub fn at(&self, number: i64) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.sorted.get(index).map(|id| &**id)
    }

    /// The ids, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.sorted.iter().map(|id| &**id)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }
}

/// What is known of a data set without asking the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The content hash of the data set.
    pub version: String,
    /// The ids of events.
    pub events: Ids,
    /// The ids of actors.
    pub actors: Ids,
    /// The ids of commitments.
    pub commitments: Ids,
    /// The first day of the first event.
    pub first_day: Option<Day>,
    /// The last day of the last event.
    pub last_day: Option<Day>,
}

impl Catalogue {
    /// The catalogue of a data set.
    #[must_use]
    pub fn new(dataset: &Dataset, version: String) -> Catalogue {
        fn ids<'a>(records: impl Iterator<Item = (&'a String, &'a Vec<String>)>) -> Ids {
            let (mut ids, mut former) = (Vec::new(), HashMap::new());
            for (id, old) in records {
                ids.push(id.as_str().into());
                former.extend(old.iter().map(|old| (old.as_str().into(), id.as_str().into())));
            }
            Ids::new(ids, former)
        }
        Catalogue {
            version,
            events: ids(dataset.events.iter().map(|event| (&event.id, &event.former_ids))),
            actors: ids(dataset.actors.iter().map(|actor| (&actor.id, &actor.former_ids))),
            commitments: ids(dataset.commitments.iter().map(|made| (&made.id, &made.former_ids))),
            first_day: dataset.events.iter().map(|event| event.date.start()).min(),
            last_day: dataset.events.iter().map(|event| event.date.end()).max(),
        }
    }

    /// The ids of one kind of record.
    #[must_use]
    pub fn ids(&self, kind: Kind) -> &Ids {
        match kind {
            Kind::Events => &self.events,
            Kind::Actors => &self.actors,
            Kind::Commitments => &self.commitments,
        }
    }
}
