//! Rules for records.
//!
//! A rule is one small function that looks at records and adds what it finds. To add one, write it beside its kin, with
//! a test that breaks just that rule, and name it in [`OWN`], if what it finds in a record depends on nothing but that
//! record and the actors and commitments that it names, else in [`ACROSS`].
//!
//! There may be more events than memory holds. [`OWN`] is run on a few at a time as they are read. [`ACROSS`] is run on
//! those alone that it could find anything in, which [`super::survey`] picks out, and all that these name: a new rule of
//! that kind may want another way to be picked.
//!
//! What is wrong is an error. What only looks wrong, or is missing and a note says so, is a warning.
//!
//! A rule that weighs values looks at `whole` records only: in others a blank may stand for what was meant.

mod events;
mod evidence;
mod histories;
mod ids;
mod places;
mod references;
mod relations;
mod sources;
mod tenures;
mod texts;

pub(super) use histories::may_change;
pub(super) use sources::Mark;
pub(super) use texts::TitleMark;

use std::collections::HashMap;

use super::Kind;
use super::place::{Place, Placed};
use super::problem::{Problem, Severity};
use super::read::Few;
use super::suggest;
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::event::Event;

pub(super) type Rule = fn(&All<'_>, &mut Vec<Problem>);

/// What is right or wrong with a record by itself.
pub(super) const OWN: &[Rule] = &[
    references::do_not_point_to_themselves,
    references::are_given_once,
    events::participants_hold_their_posts,
    events::are_not_overlong,
    histories::are_not_empty,
    tenures::begin_before_they_end,
    tenures::cover_the_days_of_their_events,
    places::lie_in_their_country,
    texts::are_in_their_language,
    texts::say_the_same_in_both,
    sources::are_listed_once,
    evidence::is_given_for_every_record,
    evidence::is_given_for_every_change,
    evidence::is_given_for_missing_names,
    evidence::is_independent_where_verified,
];

/// What is right or wrong with a record beside others.
pub(super) const ACROSS: &[Rule] = &[
    ids::are_unique,
    ids::former_ids_are_free,
    references::point_to_a_record,
    relations::do_not_go_in_circles,
    relations::are_told_from_one_end,
    relations::successors_come_later,
    relations::what_is_superseded_says_so,
    relations::mirrors_stand_on_the_us_record,
    events::relations_stand_on_the_later_event,
    histories::are_named_by_their_events,
    histories::do_not_run_ahead_of_their_events,
    histories::hold_what_events_did,
    tenures::of_a_single_seat_do_not_overlap,
    texts::of_one_day_tell_events_apart,
    sources::have_one_address,
    sources::are_described_alike,
    evidence::is_independent_where_achieved,
];

/// The ids of all events, whether they are at hand or not.
pub(super) trait EventIds: Sync {
    /// Whether an event has this id.
    fn has(&self, id: &str) -> bool;

    /// The present id of the event that had this one before.
    fn present(&self, former: &str) -> Option<&str>;

    /// The ids that one which nobody has may have been meant for: all, or those near it in order where there are many.
    fn near(&self, id: &str) -> Vec<&str>;
}

/// The records that a rule looks at, and those that it looks up.
pub(super) struct All<'r> {
    events: &'r [Placed<'r, Event>],
    actors: &'r [Placed<'r, Actor>],
    commitments: &'r [Placed<'r, Commitment>],
    torn: &'r [Kind],
    ids: Option<&'r dyn EventIds>,
    events_by_id: HashMap<&'r str, &'r Placed<'r, Event>>,
    by_id: &'r ById<'r>,
}

/// Actors and commitments by id.
pub(super) struct ById<'r> {
    few: &'r Few<'r>,
    actors: HashMap<&'r str, usize>,
    commitments: HashMap<&'r str, usize>,
}

impl<'r> ById<'r> {
    pub(super) fn new(few: &'r Few<'r>) -> ById<'r> {
        let actors = few.actors.iter().enumerate();
        let commitments = few.commitments.iter().enumerate();
        ById {
            few,
            actors: actors.map(|(number, actor)| (&*actor.record.id, number)).collect(),
            commitments: commitments.map(|(number, made)| (&*made.record.id, number)).collect(),
        }
    }

    /// The ids of the events that the histories of commitments name.
    pub(super) fn events_named(&self) -> impl Iterator<Item = &'r str> {
        let histories = self.few.commitments.iter().flat_map(|commitment| &commitment.record.history);
        histories.filter_map(|entry| entry.event.as_deref())
    }

    /// The place of an actor in the order of ids.
    pub(super) fn actor(&self, id: &str) -> Option<usize> {
        self.actors.get(id).copied()
    }

    /// The place of a commitment in the order of ids.
    pub(super) fn commitment(&self, id: &str) -> Option<usize> {
        self.commitments.get(id).copied()
    }
}

impl<'r> All<'r> {
    /// Some events, each by itself.
    pub(super) fn of_events(events: &'r [Placed<'r, Event>], by_id: &'r ById<'r>) -> All<'r> {
        All { events, actors: &[], commitments: &[], torn: &[], ids: None, events_by_id: HashMap::new(), by_id }
    }

    /// The actors and commitments, each by itself.
    pub(super) fn of_few(by_id: &'r ById<'r>) -> All<'r> {
        let few = by_id.few;
        All { actors: &few.actors, commitments: &few.commitments, ..All::of_events(&[], by_id) }
    }

    /// Actors, commitments and those events that rules across records could find anything in, sorted by id.
    pub(super) fn across(
        events: &'r [Placed<'r, Event>],
        by_id: &'r ById<'r>,
        ids: &'r dyn EventIds,
        torn: &'r [Kind],
    ) -> All<'r> {
        let events_by_id = events.iter().map(|event| (&*event.record.id, event)).collect();
        All { events, torn, ids: Some(ids), events_by_id, ..All::of_few(by_id) }
    }

    /// Runs rules.
    pub(super) fn run(&self, rules: &[Rule], problems: &mut Vec<Problem>) {
        for rule in rules {
            rule(self, problems);
        }
    }

    fn whole_events(&self) -> impl Iterator<Item = &'r Placed<'r, Event>> {
        self.events.iter().filter(|event| event.whole)
    }

    fn whole_actors(&self) -> impl Iterator<Item = &'r Placed<'r, Actor>> {
        self.actors.iter().filter(|actor| actor.whole)
    }

    fn whole_commitments(&self) -> impl Iterator<Item = &'r Placed<'r, Commitment>> {
        self.commitments.iter().filter(|commitment| commitment.whole)
    }

    /// An event that others may be weighed against.
    fn whole_event(&self, id: &str) -> Option<&'r Event> {
        self.events_by_id.get(id).filter(|event| event.whole).map(|event| &event.record)
    }

    fn whole_actor(&self, id: &str) -> Option<&'r Actor> {
        let actor = self.by_id.few.actors.get(self.by_id.actor(id)?)?;
        actor.whole.then_some(&actor.record)
    }

    fn whole_commitment(&self, id: &str) -> Option<&'r Commitment> {
        let commitment = self.by_id.few.commitments.get(self.by_id.commitment(id)?)?;
        commitment.whole.then_some(&commitment.record)
    }

    fn has(&self, kind: Kind, id: &str) -> bool {
        match kind {
            Kind::Event => self.ids.is_some_and(|ids| ids.has(id)),
            Kind::Actor => self.by_id.actor(id).is_some(),
            Kind::Commitment => self.by_id.commitment(id).is_some(),
        }
    }

    /// What may have been meant by an id that no record has.
    fn hint(&self, kind: Kind, id: &str) -> Option<String> {
        let renamed = |present: &str| format!("its id is now `{present}`");
        if let (Kind::Event, Some(ids)) = (kind, self.ids) {
            return ids.present(id).map(renamed).or_else(|| suggest::did_you_mean(id, ids.near(id)));
        }
        let identities = self.identities(kind);
        let was_so = |one: &&Identity<'_>| one.former_ids.iter().any(|former| former == id);
        let present = identities.iter().find(was_so).map(|one| renamed(one.id));
        present.or_else(|| suggest::did_you_mean(id, identities.iter().map(|one| one.id)))
    }

    /// Id, former ids and place of every record of a kind that is looked at, in order of id.
    fn identities(&self, kind: Kind) -> Vec<Identity<'r>> {
        match kind {
            Kind::Event => identities(self.events, |event| (&event.id, &event.former_ids)),
            Kind::Actor => identities(self.actors, |actor| (&actor.id, &actor.former_ids)),
            Kind::Commitment => identities(self.commitments, |made| (&made.id, &made.former_ids)),
        }
    }
}

/// What a record is and was called.
struct Identity<'r> {
    id: &'r str,
    former_ids: &'r [String],
    place: &'r Place<'r>,
}

fn identities<'r, T>(
    records: &'r [Placed<'r, T>],
    names: impl Fn(&'r T) -> (&'r String, &'r Vec<String>),
) -> Vec<Identity<'r>> {
    records
        .iter()
        .map(|placed| {
            let (id, former_ids) = names(&placed.record);
            Identity { id, former_ids, place: &placed.place }
        })
        .collect()
}

/// Lowers a problem to a warning.
fn warning(mut problem: Problem) -> Problem {
    problem.severity = Severity::Warning;
    problem
}
