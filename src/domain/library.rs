//! A data set with its references indexed from both ends: what documents are made from.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use super::actor::Actor;
use super::commitment::Commitment;
use super::date::{Day, Edtf};
use super::document::{
    Account, ActorDocument, ActorStub, CommitmentDocument, CommitmentStub, EventDocument, EventStub, EventsOfActor,
    HistoryEntry, Location, Names, Post, RelatedCommitment, StoredCommitment, Target,
};
use super::event::Event;
use super::links::Links;
use super::records::Records;
use super::text::{Lang, Text};
use super::vocab::{CommitmentRelation, Status, Vocabulary as _};

/// A data set, its references indexed.
pub struct Library<'a> {
    records: &'a dyn Records,
    links: Cow<'a, Links>,
    commitments_back: HashMap<&'a str, Vec<(&'a Commitment, &'static str)>>,
}

/// What a record shows of an event.
pub struct Shown<'a> {
    id: &'a str,
    title: Cow<'a, Text>,
    date: Edtf,
    relation: &'static str,
}

impl<'a> Library<'a> {
    /// Indexes a data set.
    #[must_use]
    pub fn new(records: &'a dyn Records) -> Library<'a> {
        let mut commitments_back: HashMap<&str, Vec<_>> = HashMap::new();
        for commitment in records.commitments() {
            for link in &commitment.related {
                let back = commitments_back.entry(&link.id).or_default();
                back.push((commitment, link.relation.inverse()));
            }
        }
        Library { records, links: records.links(), commitments_back }
    }

    /// The events of an actor, counted.
    #[must_use]
    pub fn events_of(&self, actor: &str) -> EventsOfActor {
        // Nobody has this number.
        self.links.of_actor(self.records.actor_number(actor).unwrap_or(usize::MAX))
    }

    /// The numbers of the events that name a commitment, in order of date.
    pub fn events_naming(&self, commitment: &str) -> impl Iterator<Item = (usize, CommitmentRelation)> {
        let number = self.records.commitment_number(commitment);
        number.into_iter().flat_map(|number| self.links.naming(number))
    }

    /// The numbers of the events related to an event, both directions, in order of date.
    pub fn related_events(&self, event: usize) -> impl Iterator<Item = (usize, &'static str)> {
        self.links.related(event)
    }

    /// What the document of an event shows of those related to it.
    pub fn shown_by_event(&self, event: usize) -> io::Result<Vec<Shown<'a>>> {
        self.shown(self.related_events(event))
    }

    /// What the document of a commitment shows of the events that name it.
    pub fn shown_by_commitment(&self, commitment: &str) -> io::Result<Vec<Shown<'a>>> {
        self.shown(self.events_naming(commitment).map(|(event, relation)| (event, relation.word())))
    }

    fn shown(&self, events: impl Iterator<Item = (usize, &'static str)>) -> io::Result<Vec<Shown<'a>>> {
        let shown = events.map(|(event, relation)| {
            let title = self.records.event_title(event)?;
            Ok(Shown { id: self.records.event_id(event), title, date: self.records.event_date(event), relation })
        });
        shown.collect()
    }

    /// The commitments related to a commitment, both directions, in order of their first day.
    #[must_use]
    pub fn related_commitments(&self, commitment: &'a Commitment) -> Vec<(&'a Commitment, &'static str)> {
        let forward = commitment
            .related
            .iter()
            .filter_map(|link| Some((self.records.commitment(&link.id)?, link.relation.word())));
        let back = self.commitments_back.get(commitment.id.as_str()).into_iter().flatten().copied();
        let mut related: Vec<_> = forward.chain(back).collect();
        related.sort_by_key(|(other, relation)| (other.first_day(), &other.id, *relation));
        related
    }

    /// The document of an event.
    #[must_use]
    pub fn event(&self, event: &Event, related: &[Shown<'_>], lang: Lang) -> EventDocument {
        let actors = event.actors.iter().filter_map(|participant| {
            let actor = self.records.actor(&participant.id)?;
            Some(ActorStub {
                id: actor.id.clone(),
                name: actor.name.get(lang).to_owned(),
                side: actor.side,
                role: participant.role,
                post: participant.post_of(actor, event.date.start()).map(|title| title.get(lang).to_owned()),
            })
        });
        let commitments = event.commitments.iter().filter_map(|link| {
            let commitment = self.records.commitment(&link.id)?;
            Some(CommitmentStub {
                id: commitment.id.clone(),
                title: commitment.title.get(lang).to_owned(),
                party: commitment.party,
                relation: link.relation,
            })
        });
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
            related: related.iter().map(|shown| event_stub(shown, lang)).collect(),
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
    pub fn commitment(&self, commitment: &'a Commitment, events: &[Shown<'_>], lang: Lang) -> StoredCommitment {
        let history = commitment.ordered_history().into_iter().map(|entry| HistoryEntry {
            date: entry.date,
            change: entry.change,
            by: entry.by,
            event: entry.event.clone(),
            note: in_lang(entry.note.as_ref(), lang),
            sources: entry.sources.clone(),
        });
        let related = self.related_commitments(commitment);
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
                events: events.iter().map(|shown| event_stub(shown, lang)).collect(),
                sources: commitment.sources.clone(),
                updated: commitment.updated,
            },
        }
    }
}

fn event_stub(shown: &Shown<'_>, lang: Lang) -> EventStub {
    EventStub {
        id: shown.id.to_owned(),
        title: shown.title.get(lang).to_owned(),
        date: shown.date,
        relation: shown.relation.to_owned(),
    }
}

fn in_lang(text: Option<&Text>, lang: Lang) -> Option<String> {
    text.map(|text| text.get(lang).to_owned())
}
