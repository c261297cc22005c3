//! A data set with its references indexed from both ends: what documents are made from.

use std::collections::HashMap;

use super::actor::Actor;
use super::commitment::Commitment;
use super::dataset::Dataset;
use super::date::Day;
use super::document::{
    Account, ActorDocument, ActorStub, CommitmentDocument, CommitmentStub, EventDocument, EventStub, EventsOfActor,
    HistoryEntry, Location, Names, Post, RelatedCommitment, StoredCommitment, Target,
};
use super::event::Event;
use super::text::{Lang, Text};
use super::vocab::{CommitmentRelation, Status, Vocabulary as _};

/// A data set, its references indexed.
pub struct Library<'a> {
    dataset: &'a Dataset,
    events_back: HashMap<&'a str, Vec<(&'a Event, &'static str)>>,
    commitments_back: HashMap<&'a str, Vec<(&'a Commitment, &'static str)>>,
    events_of_commitment: HashMap<&'a str, Vec<(&'a Event, CommitmentRelation)>>,
    events_of_actor: HashMap<&'a str, EventsOfActor>,
}

impl<'a> Library<'a> {
    /// Indexes a data set.
    #[must_use]
    pub fn new(dataset: &'a Dataset) -> Library<'a> {
        let mut library = Library {
            dataset,
            events_back: HashMap::new(),
            commitments_back: HashMap::new(),
            events_of_commitment: HashMap::new(),
            events_of_actor: HashMap::new(),
        };
        for event in &dataset.events {
            for link in &event.related {
                library.events_back.entry(&link.id).or_default().push((event, link.relation.inverse()));
            }
            for link in &event.commitments {
                library.events_of_commitment.entry(&link.id).or_default().push((event, link.relation));
            }
            let mut seen: Vec<&str> = event.actors.iter().map(|actor| actor.id.as_str()).collect();
            seen.sort_unstable();
            seen.dedup();
            for id in seen {
                let none = EventsOfActor { count: 0, first: None, last: None };
                let events = library.events_of_actor.entry(id).or_insert(none);
                let (start, end) = (event.date.start(), event.date.end());
                events.count += 1;
                events.first = Some(events.first.map_or(start, |first| first.min(start)));
                events.last = Some(events.last.map_or(end, |last| last.max(end)));
            }
        }
        for commitment in &dataset.commitments {
            for link in &commitment.related {
                let back = library.commitments_back.entry(&link.id).or_default();
                back.push((commitment, link.relation.inverse()));
            }
        }
        library
    }

    /// The events of an actor, counted.
    #[must_use]
    pub fn events_of(&self, actor: &str) -> EventsOfActor {
        let none = EventsOfActor { count: 0, first: None, last: None };
        self.events_of_actor.get(actor).copied().unwrap_or(none)
    }

    /// The events that name a commitment, in order of date.
    #[must_use]
    pub fn events_naming(&self, commitment: &str) -> Vec<(&'a Event, CommitmentRelation)> {
        let mut events = self.events_of_commitment.get(commitment).cloned().unwrap_or_default();
        events.sort_by_key(|(event, relation)| (event.date.start(), event.date.end(), &event.id, *relation));
        events
    }

    /// The events related to an event, both directions, in order of date.
    #[must_use]
    pub fn related_events(&self, event: &'a Event) -> Vec<(&'a Event, &'static str)> {
        let forward =
            event.related.iter().filter_map(|link| Some((self.dataset.event(&link.id)?, link.relation.word())));
        let back = self.events_back.get(event.id.as_str()).into_iter().flatten().copied();
        let mut related: Vec<_> = forward.chain(back).collect();
        related.sort_by_key(|(event, relation)| (event.date.start(), event.date.end(), &event.id, *relation));
        related
    }

    /// The commitments related to a commitment, both directions, in order of their first day.
    #[must_use]
    pub fn related_commitments(&self, commitment: &'a Commitment) -> Vec<(&'a Commitment, &'static str)> {
        let forward = commitment
            .related
            .iter()
            .filter_map(|link| Some((self.dataset.commitment(&link.id)?, link.relation.word())));
        let back = self.commitments_back.get(commitment.id.as_str()).into_iter().flatten().copied();
        let mut related: Vec<_> = forward.chain(back).collect();
        related.sort_by_key(|(other, relation)| (other.first_day(), &other.id, *relation));
        related
    }

    /// The document of an event.
    #[must_use]
    pub fn event(&self, event: &'a Event, lang: Lang) -> EventDocument {
        let actors = event.actors.iter().filter_map(|participant| {
            let actor = self.dataset.actor(&participant.id)?;
            Some(ActorStub {
                id: actor.id.clone(),
                name: actor.name.get(lang).to_owned(),
                side: actor.side,
                role: participant.role,
                post: participant.post_of(actor, event.date.start()).map(|title| title.get(lang).to_owned()),
            })
        });
        let commitments = event.commitments.iter().filter_map(|link| {
            let commitment = self.dataset.commitment(&link.id)?;
            Some(CommitmentStub {
                id: commitment.id.clone(),
                title: commitment.title.get(lang).to_owned(),
                party: commitment.party,
                relation: link.relation,
            })
        });
        let related = self.related_events(event).into_iter();
        EventDocument {
            id: event.id.clone(),
            date: event.date,
            start: event.date.start(),
            end: event.date.end(),
            precision: event.precision_word(),
            local_dates: event.local_dates,
            r#type: event.r#type,
            level: event.level,
            status: event.status,
            mode: event.mode,
            bilateral: event.bilateral,
            title: event.title.get(lang).to_owned(),
            summary: event.summary.get(lang).to_owned(),
            topics: event.topics.clone(),
            location: event.location.as_ref().map(|location| Location {
                place: location.place.get(lang).to_owned(),
                country: location.country.clone(),
                lat: location.lat,
                lon: location.lon,
            }),
            actors: actors.collect(),
            commitments: commitments.collect(),
            related: related.map(|(other, relation)| event_stub(other, relation, lang)).collect(),
            contested: event.contested,
            accounts: event
                .accounts
                .iter()
                .map(|account| Account {
                    side: account.side,
                    says: account.says.get(lang).to_owned(),
                    url: account.url.clone(),
                })
                .collect(),
            sources: event.sources.clone(),
            confidence: event.confidence,
            confidence_note: in_lang(event.confidence_note.as_ref(), lang),
            updated: event.updated,
        }
    }

    /// The document of an actor, without posts: see [`ActorDocument::on`].
    #[must_use]
    pub fn actor(&self, actor: &Actor, lang: Lang) -> ActorDocument {
        let roles = actor.roles.iter().map(|post| Post {
            title: post.title.get(lang).to_owned(),
            organisation: post.organisation.clone(),
            from: post.from,
            to: post.to,
            note: in_lang(post.note.as_ref(), lang),
        });
        ActorDocument {
            id: actor.id.clone(),
            kind: actor.kind,
            side: actor.side,
            name: actor.name.get(lang).to_owned(),
            names: Names { en: actor.name.en.clone(), zh: actor.name.zh.clone() },
            born: actor.born,
            roles: roles.collect(),
            posts: Vec::new(),
            events: self.events_of(&actor.id),
            sources: actor.sources.clone(),
            updated: actor.updated,
        }
    }

    /// The document of a commitment with its whole history: see [`StoredCommitment::on`].
    #[must_use]
    pub fn commitment(&self, commitment: &'a Commitment, lang: Lang) -> StoredCommitment {
        let history = commitment.ordered_history().into_iter().map(|entry| HistoryEntry {
            date: entry.date,
            change: entry.change,
            by: entry.by,
            event: entry.event.clone(),
            note: in_lang(entry.note.as_ref(), lang),
            sources: entry.sources.clone(),
        });
        let related = self.related_commitments(commitment);
        let events = self.events_naming(&commitment.id).into_iter();
        let standing = commitment.standing(Day::MAX);
        StoredCommitment {
            related_since: related.iter().map(|(other, _)| other.first_day()).collect(),
            document: CommitmentDocument {
                id: commitment.id.clone(),
                party: commitment.party,
                title: commitment.title.get(lang).to_owned(),
                summary: commitment.summary.get(lang).to_owned(),
                kind: commitment.kind,
                topics: commitment.topics.clone(),
                target: commitment.target.as_ref().map(|target| Target {
                    metric: target.metric.get(lang).to_owned(),
                    comparator: target.comparator,
                    value: target.value,
                    value_high: target.value_high,
                    unit: target.unit.clone(),
                    baseline: target.baseline,
                    target_year: target.target_year,
                }),
                status: standing.map_or(Status::Active, |standing| standing.status),
                status_since: standing.map_or(Day::MAX, |standing| standing.since),
                as_of: Day::MAX,
                history: history.collect(),
                related: related
                    .into_iter()
                    .map(|(other, relation)| RelatedCommitment {
                        id: other.id.clone(),
                        title: other.title.get(lang).to_owned(),
                        relation: relation.to_owned(),
                    })
                    .collect(),
                events: events.map(|(event, relation)| event_stub(event, relation.word(), lang)).collect(),
                sources: commitment.sources.clone(),
                updated: commitment.updated,
            },
        }
    }
}

fn event_stub(event: &Event, relation: &str, lang: Lang) -> EventStub {
    EventStub {
        id: event.id.clone(),
        title: event.title.get(lang).to_owned(),
        date: event.date,
        relation: relation.to_owned(),
    }
}

fn in_lang(text: Option<&Text>, lang: Lang) -> Option<String> {
    text.map(|text| text.get(lang).to_owned())
}
