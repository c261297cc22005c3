//! The records of a data set, wherever they are kept: actors and commitments in memory, events one at a time.
//!
//! There may be more events than memory holds. What other records show of one (id, date, title) is at hand without
//! reading it whole.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use super::actor::Actor;
use super::commitment::Commitment;
use super::date::Edtf;
use super::event::Event;
use super::links::Links;
use super::text::Text;

/// A number in half the space. No data set has so many records, no record so many bytes, that it would not fit.
pub(crate) fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Above this many, only ids near the one in question in order of id are looked at for one that was meant, so that a
/// wrong id costs the same whatever the size of the data set.
const LOOKED_AT: usize = 4_000;

/// Which of so many sorted ids may have been meant by one that belongs in between, at `at`.
pub(crate) fn near(at: usize, count: usize) -> Range<usize> {
    if count <= LOOKED_AT {
        return 0..count;
    }
    at.saturating_sub(LOOKED_AT / 2)..(at + LOOKED_AT / 2).min(count)
}

/// All records of one version of the data set, every reference known to point to a record.
///
/// The number of a record is its place in the order of ids, from 0.
pub trait Records: Send + Sync {
    /// The actors, sorted by id.
    fn actors(&self) -> &[Actor];

    /// The commitments, sorted by id.
    fn commitments(&self) -> &[Commitment];

    /// How many events there are.
    fn event_count(&self) -> usize;

    /// An event. Reading it can fail where it is kept in a file.
    fn event(&self, number: usize) -> io::Result<Cow<'_, Event>>;

    /// The id of an event.
    fn event_id(&self, number: usize) -> &str;

    /// The date of an event.
    fn event_date(&self, number: usize) -> Edtf;

    /// The title of an event.
    fn event_title(&self, number: usize) -> io::Result<Cow<'_, Text>>;

    /// The number of the event with this id.
    fn event_number(&self, id: &str) -> Option<usize>;

    /// What events point to.
    fn links(&self) -> Cow<'_, Links>;

    /// The number of the actor with this id.
    fn actor_number(&self, id: &str) -> Option<usize> {
        self.actors().binary_search_by(|actor| actor.id.as_str().cmp(id)).ok()
    }

    /// The number of the commitment with this id.
    fn commitment_number(&self, id: &str) -> Option<usize> {
        self.commitments().binary_search_by(|commitment| commitment.id.as_str().cmp(id)).ok()
    }

    /// The actor with this id.
    fn actor(&self, id: &str) -> Option<&Actor> {
        self.actors().get(self.actor_number(id)?)
    }

    /// The commitment with this id.
    fn commitment(&self, id: &str) -> Option<&Commitment> {
        self.commitments().get(self.commitment_number(id)?)
    }
}
