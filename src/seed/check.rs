//! Rules across records.
//!
//! A rule is one small function that looks at all records and adds what it finds. To add one, write it beside its
//! kin, with a test that breaks just that rule, and name it in [`RULES`].
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

use std::collections::HashMap;

use super::Kind;
use super::place::{Place, Placed};
use super::problem::{Problem, Severity};
use super::read::Records;
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::event::Event;

type Rule = fn(&All<'_>, &mut Vec<Problem>);

const RULES: &[Rule] = &[
    ids::are_unique,
    ids::former_ids_are_free,
    references::point_to_a_record,
    references::do_not_point_to_themselves,
    references::are_given_once,
    relations::do_not_go_in_circles,
    relations::are_told_from_one_end,
    relations::successors_come_later,
    relations::what_is_superseded_says_so,
    relations::mirrors_stand_on_the_us_record,
    events::participants_hold_their_posts,
    events::relations_stand_on_the_later_event,
    events::are_not_overlong,
    histories::are_not_empty,
    histories::are_named_by_their_events,
    histories::do_not_run_ahead_of_their_events,
    histories::hold_what_events_did,
    tenures::begin_before_they_end,
    tenures::of_a_single_seat_do_not_overlap,
    tenures::cover_the_days_of_their_events,
    places::lie_in_their_country,
    texts::are_in_their_language,
    texts::say_the_same_in_both,
    texts::of_one_day_tell_events_apart,
    sources::are_listed_once,
    sources::have_one_address,
    sources::are_described_alike,
    evidence::is_given_for_every_record,
    evidence::is_given_for_every_change,
    evidence::is_given_for_missing_names,
    evidence::is_independent_where_verified,
    evidence::is_independent_where_achieved,
];

/// Everything that the rules find wrong.
pub(super) fn check(records: &Records<'_>) -> Vec<Problem> {
    let all = All::new(records);
    let mut problems = Vec::new();
    for rule in RULES {
        rule(&all, &mut problems);
    }
    problems
}

/// All records, and who has which id.
struct All<'r> {
    events: &'r [Placed<'r, Event>],
    actors: &'r [Placed<'r, Actor>],
    commitments: &'r [Placed<'r, Commitment>],
    torn: &'r [Kind],
    events_by_id: HashMap<&'r str, &'r Placed<'r, Event>>,
    actors_by_id: HashMap<&'r str, &'r Placed<'r, Actor>>,
    commitments_by_id: HashMap<&'r str, &'r Placed<'r, Commitment>>,
}

impl<'r> All<'r> {
    fn new(records: &'r Records<'r>) -> All<'r> {
        All {
            events: &records.events,
            actors: &records.actors,
            commitments: &records.commitments,
            torn: &records.torn,
            events_by_id: records.events.iter().map(|event| (&*event.record.id, event)).collect(),
            actors_by_id: records.actors.iter().map(|actor| (&*actor.record.id, actor)).collect(),
            commitments_by_id: records.commitments.iter().map(|made| (&*made.record.id, made)).collect(),
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
        self.actors_by_id.get(id).filter(|actor| actor.whole).map(|actor| &actor.record)
    }

    fn whole_commitment(&self, id: &str) -> Option<&'r Commitment> {
        self.commitments_by_id.get(id).filter(|commitment| commitment.whole).map(|commitment| &commitment.record)
    }

    fn has(&self, kind: Kind, id: &str) -> bool {
        match kind {
            Kind::Event => self.events_by_id.contains_key(id),
            Kind::Actor => self.actors_by_id.contains_key(id),
            Kind::Commitment => self.commitments_by_id.contains_key(id),
        }
    }

    /// Id, former ids and place of every record of a kind, in order of id.
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
