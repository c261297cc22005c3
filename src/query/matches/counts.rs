//! Counts in plain Rust: what matches have each value.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Oracle, World};
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::date::Edtf;
use crate::domain::event::Event;
use crate::query::fields::{ActorField, CommitmentField, EventField};
use crate::query::groups::{Bucket, Facet, FacetValue, Group, Period};
use crate::query::{Actors, Commitments, Events, Filter, ListQuery};

/// A resource whose records can be counted in memory.
pub trait Countable: Oracle {
    /// A record's own values of a grouping, whatever the filter asks; a value may be there twice.
    fn values(
        world: &World<'_>,
        record: &Self::Record,
        group: &Group<Self::Field>,
        filter: &Filter<Self>,
    ) -> Vec<Bucket>;
}

impl World<'_> {
    /// The facets that a query asks for.
    #[must_use]
    pub fn facets<R: Countable>(&self, query: &ListQuery<R>) -> Vec<Facet> {
        query.facets.iter().map(|group| self.facet(query, group)).collect()
    }

    fn facet<R: Countable>(&self, query: &ListQuery<R>, group: &Group<R::Field>) -> Facet {
        let mut filter = query.filter.clone();
        filter.terms.retain(|term| term.field != group.field);
        let (mut missing, mut counts) = (0, BTreeMap::new());
        for record in self.matching(&filter) {
            let values: BTreeSet<Bucket> = R::values(self, record, group, &filter).into_iter().collect();
            missing += u64::from(values.is_empty());
            for value in values {
                *counts.entry(value).or_insert(0) += 1;
            }
        }
        let mut values: Vec<FacetValue> =
            counts.into_iter().map(|(value, count)| FacetValue { value, count }).collect();
        if !["year", "decade", "target_year"].contains(&group.key) {
            values.sort_by_key(|value| (Reverse(value.count), value.value.clone()));
        }
        Facet { field: group.key, missing, values }
    }
}

fn text(value: &impl ToString) -> Bucket {
    Bucket::Text(value.to_string())
}

impl Countable for Events {
    fn values(world: &World<'_>, event: &Event, group: &Group<EventField>, filter: &Filter<Events>) -> Vec<Bucket> {
        match group.field {
            EventField::Type => vec![text(&event.r#type)],
            EventField::Level => vec![text(&event.level)],
            EventField::Status => vec![text(&event.status)],
            EventField::Mode => event.mode.iter().map(text).collect(),
            EventField::Bilateral => vec![Bucket::Truth(event.bilateral)],
            EventField::Contested => vec![Bucket::Truth(event.contested)],
            EventField::Confidence => vec![text(&event.confidence)],
            EventField::Topic => event.topics.iter().map(text).collect(),
            EventField::Actor => event.actors.iter().map(|participant| text(&participant.id)).collect(),
            EventField::Side => {
                let actors = event.actors.iter().filter_map(|participant| world.dataset.actor(&participant.id));
                actors.map(|actor| text(&actor.side)).collect()
            }
            EventField::Role => event.actors.iter().map(|participant| text(&participant.role)).collect(),
            EventField::Commitment => event.commitments.iter().map(|link| text(&link.id)).collect(),
            EventField::Country => event.location.iter().map(|location| text(&location.country)).collect(),
            EventField::Year => {
                period(event.date_in(filter.capital), group.period.unwrap_or(Period::Year)).into_iter().collect()
            }
            EventField::Id | EventField::From | EventField::To | EventField::UpdatedSince | EventField::Q => Vec::new(),
        }
    }
}

/// The period that a date begins in, read from its written form.
pub(super) fn period(date: Edtf, period: Period) -> Option<Bucket> {
    let written = date.to_string();
    let start = written.split('/').next()?;
    let year: i64 = start.get(..4)?.parse().ok()?;
    let month: Option<i64> = start.get(5..7).and_then(|month| month.parse().ok());
    match period {
        Period::Decade => Some(Bucket::Number(year - year % 10)),
        Period::Year => Some(Bucket::Number(year)),
        Period::Quarter => month.map(|month| Bucket::Text(format!("{year:04}-Q{}", (month + 2) / 3))),
        Period::Month => month.map(|month| Bucket::Text(format!("{year:04}-{month:02}"))),
    }
}

impl Countable for Actors {
    fn values(_: &World<'_>, actor: &Actor, group: &Group<ActorField>, filter: &Filter<Actors>) -> Vec<Bucket> {
        match group.field {
            ActorField::Kind => vec![text(&actor.kind)],
            ActorField::Side => vec![text(&actor.side)],
            ActorField::Organisation => {
                let posts = actor.roles.iter().filter(|post| !filter.as_of.given || post.held_on(filter.as_of.day));
                posts.filter_map(|post| post.organisation.as_ref()).map(text).collect()
            }
            ActorField::Id | ActorField::Role | ActorField::Event | ActorField::UpdatedSince | ActorField::Q => {
                Vec::new()
            }
        }
    }
}

impl Countable for Commitments {
    fn values(
        world: &World<'_>,
        made: &Commitment,
        group: &Group<CommitmentField>,
        filter: &Filter<Commitments>,
    ) -> Vec<Bucket> {
        let day = filter.as_of.day;
        match group.field {
            CommitmentField::Party => vec![text(&made.party)],
            CommitmentField::Kind => vec![text(&made.kind)],
            CommitmentField::Status => made.standing(day).into_iter().map(|standing| text(&standing.status)).collect(),
            CommitmentField::Topic => made.topics.iter().map(text).collect(),
            CommitmentField::TargetYear => {
                let year = made.target.as_ref().and_then(|target| target.target_year);
                year.into_iter().map(|year| Bucket::Number(year.into())).collect()
            }
            CommitmentField::Actor => {
                let naming = world.library.events_naming(&made.id).map(|(event, _)| &world.dataset.events[event]);
                let by_then = naming.filter(|event| event.date.start() <= day);
                by_then.flat_map(|event| event.actors.iter().map(|participant| text(&participant.id))).collect()
            }
            CommitmentField::Id | CommitmentField::Event | CommitmentField::UpdatedSince | CommitmentField::Q => {
                Vec::new()
            }
        }
    }
}
