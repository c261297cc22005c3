//! The same filters and orders in plain Rust, over records in memory: the oracle.
//!
//! Slow and plain on purpose. Tests draw random queries and hold the database's answers against these.

pub mod counts;
pub mod gaps;
pub mod stats;
pub mod web;

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::corpus::Corpus;
use super::cursor::Key;
use super::fields::{
    ActorField, ActorSort, Actors, CommitmentField, CommitmentSort, Commitments, EventField, EventSort, Events,
    Operator, Resource,
};
use super::list::{Filter, ListQuery, Term, Value};
use crate::domain::actor::{Actor, Post};
use crate::domain::commitment::Commitment;
use crate::domain::dataset::Dataset;
use crate::domain::event::{Event, Participant};
use crate::domain::library::Library;
use crate::domain::text::{Lang, fold};
use crate::domain::vocab::Vocabulary as _;

/// A resource whose queries can be answered from memory.
pub trait Oracle: Resource {
    /// The record.
    type Record: 'static;

    /// Every record.
    fn all(dataset: &Dataset) -> &[Self::Record];

    /// The record's id.
    fn id(record: &Self::Record) -> &str;

    /// Whether the record exists on the filter's day.
    fn exists(record: &Self::Record, filter: &Filter<Self>) -> bool;

    /// Whether a record meets one term of a filter, the others beside it.
    fn meets(world: &World<'_>, record: &Self::Record, term: &Term<Self::Field>, filter: &Filter<Self>) -> bool;

    /// The keys that a record is sorted by; `None` where it has no value.
    fn keys(world: &World<'_>, record: &Self::Record, sort: Self::Sort, query: &ListQuery<Self>) -> Vec<Option<Key>>;
}

/// The keys that a record is sorted by, each with whether the greatest comes first.
type Keys = Vec<(bool, Option<Key>)>;

/// A data set and its references from both ends.
pub struct World<'a> {
    /// The records.
    pub dataset: &'a Dataset,
    /// Their references.
    pub library: Library<'a>,
    corpus: OnceLock<Corpus>,
}

impl<'a> World<'a> {
    /// Indexes a data set.
    #[must_use]
    pub fn new(dataset: &'a Dataset) -> World<'a> {
        World { dataset, library: Library::new(dataset), corpus: OnceLock::new() }
    }

    /// Whether a record meets a search.
    fn found<R: Resource, F>(&self, id: &str, term: &Term<F>) -> bool {
        let corpus = self.corpus.get_or_init(|| Corpus::new(self.dataset));
        matches!(term.values.as_slice(), [Value::Search(search)] if corpus.meets(R::KIND, id, search))
    }

    /// How well a record fits the search.
    fn rank<R: Resource>(&self, id: &str, filter: &Filter<R>) -> Vec<Option<Key>> {
        let corpus = self.corpus.get_or_init(|| Corpus::new(self.dataset));
        vec![filter.search().map(|search| Key::Number(corpus.rank(R::KIND, id, search)))]
    }

    /// Every record that matches, in order of id.
    fn matching<'w, R: Oracle>(&'w self, filter: &'w Filter<R>) -> impl Iterator<Item = &'a R::Record> + 'w {
        R::all(self.dataset).iter().filter(move |record| {
            R::exists(record, filter) && filter.terms.iter().all(|term| R::meets(self, record, term, filter))
        })
    }

    /// Every record that matches, in order, wherever the page begins and ends.
    #[must_use]
    pub fn answer<R: Oracle>(&self, query: &ListQuery<R>) -> Vec<&'a R::Record> {
        let mut keyed: Vec<(Keys, &R::Record)> = self
            .matching(&query.filter)
            .map(|record| {
                let keys = query.sort.iter().flat_map(|key| {
                    R::keys(self, record, key.sort, query).into_iter().map(|value| (key.descending, value))
                });
                (keys.collect(), record)
            })
            .collect();
        keyed.sort_by(|(a, one), (b, other)| {
            let keys = a.iter().zip(b).map(|((descending, a), (_, b))| compare(*descending, a.as_ref(), b.as_ref()));
            keys.fold(Ordering::Equal, Ordering::then).then_with(|| R::id(one).cmp(R::id(other)))
        });
        keyed.into_iter().map(|(_, record)| record).collect()
    }
}

/// Missing values come last in both directions.
fn compare(descending: bool, a: Option<&Key>, b: Option<&Key>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn text(value: impl Into<String>) -> Vec<Option<Key>> {
    vec![Some(Key::Text(value.into()))]
}

/// Whether a record with these values of a field meets a term on it.
fn set_meets<F>(term: &Term<F>, values: &[Value]) -> bool {
    let missing = term.names_missing() && values.is_empty();
    match term.operator {
        Operator::Any => missing || term.named().iter().any(|value| values.contains(value)),
        Operator::All => term.named().iter().all(|value| values.contains(value)),
        Operator::Not => !missing && !term.named().iter().any(|value| values.contains(value)),
    }
}

fn one_meets<F>(term: &Term<F>, value: Value) -> bool {
    set_meets(term, &[value])
}

impl Oracle for Events {
    type Record = Event;

    fn all(dataset: &Dataset) -> &[Event] {
        &dataset.events
    }

    fn id(event: &Event) -> &str {
        &event.id
    }

    fn exists(_: &Event, _: &Filter<Events>) -> bool {
        true
    }

    fn meets(world: &World<'_>, event: &Event, term: &Term<EventField>, filter: &Filter<Events>) -> bool {
        let date = event.date_in(filter.capital);
        match term.field {
            EventField::Id => one_meets(term, Value::Id(event.id.clone())),
            EventField::Type => one_meets(term, Value::Word(event.r#type.word())),
            EventField::Level => one_meets(term, Value::Word(event.level.word())),
            EventField::Status => one_meets(term, Value::Word(event.status.word())),
            EventField::Mode => {
                let mode: Vec<Value> = event.mode.iter().map(|mode| Value::Word(mode.word())).collect();
                set_meets(term, &mode)
            }
            EventField::Bilateral => one_meets(term, Value::Bool(event.bilateral)),
            EventField::Contested => one_meets(term, Value::Bool(event.contested)),
            EventField::Confidence => one_meets(term, Value::Word(event.confidence.word())),
            EventField::Topic => {
                let topics: Vec<Value> = event.topics.iter().map(|topic| Value::Word(topic.word())).collect();
                set_meets(term, &topics)
            }
            EventField::Actor | EventField::Side | EventField::Role => participants_meet(world, event, term, filter),
            EventField::Commitment => {
                let ids: Vec<Value> = event.commitments.iter().map(|link| Value::Id(link.id.clone())).collect();
                set_meets(term, &ids)
            }
            EventField::Country => {
                let code = event.location.as_ref().and_then(|location| crate::domain::country::code(&location.country));
                set_meets(term, &code.map(Value::Word).into_iter().collect::<Vec<_>>())
            }
            EventField::Year => one_meets(term, Value::Year(date.start().year())),
            EventField::From => term.day().is_none_or(|day| date.end() >= day),
            EventField::To => term.day().is_none_or(|day| date.start() <= day),
            EventField::Q => world.found::<Events, _>(&event.id, term),
            EventField::UpdatedSince => term.day().is_none_or(|day| event.updated >= day),
        }
    }

    fn keys(world: &World<'_>, event: &Event, sort: EventSort, query: &ListQuery<Events>) -> Vec<Option<Key>> {
        let date = event.date_in(query.filter.capital);
        match sort {
            EventSort::Date => [text(date.start().to_string()), text(date.end().to_string())].concat(),
            EventSort::Title => text(fold(event.title.get(query.sort_lang))),
            EventSort::Type => text(event.r#type.word()),
            EventSort::Updated => text(event.updated.to_string()),
            EventSort::Relevance => world.rank(&event.id, &query.filter),
        }
    }
}

/// `actor`, `side` and `role` without a modifier are met by one and the same participant, and each value of an
/// `.all` form by a participant who meets those as well; `.not` forms stand alone.
fn participants_meet(world: &World<'_>, event: &Event, term: &Term<EventField>, filter: &Filter<Events>) -> bool {
    const GROUP: [EventField; 3] = [EventField::Actor, EventField::Side, EventField::Role];
    let value = |participant: &Participant, field: EventField| match field {
        EventField::Actor => Value::Id(participant.id.clone()),
        EventField::Side => Value::Word(world.dataset.actor(&participant.id).map_or("", |actor| actor.side.word())),
        _ => Value::Word(participant.role.word()),
    };
    let plain: Vec<&Term<EventField>> = GROUP.iter().filter_map(|field| filter.term(*field, Operator::Any)).collect();
    let meets_plain =
        |participant: &&Participant| plain.iter().all(|term| term.named().contains(&value(participant, term.field)));
    match term.operator {
        Operator::Any => {
            event.actors.iter().any(|participant| meets_plain(&participant))
                || event.actors.is_empty() && plain.iter().all(|term| term.names_missing())
        }
        Operator::All => term.named().iter().all(|wanted| {
            event.actors.iter().filter(meets_plain).any(|participant| value(participant, term.field) == *wanted)
        }),
        Operator::Not => {
            let values: Vec<Value> = event.actors.iter().map(|participant| value(participant, term.field)).collect();
            set_meets(term, &values)
        }
    }
}

impl Oracle for Actors {
    type Record = Actor;

    fn all(dataset: &Dataset) -> &[Actor] {
        &dataset.actors
    }

    fn id(actor: &Actor) -> &str {
        &actor.id
    }

    fn exists(_: &Actor, _: &Filter<Actors>) -> bool {
        true
    }

    fn meets(world: &World<'_>, actor: &Actor, term: &Term<ActorField>, filter: &Filter<Actors>) -> bool {
        match term.field {
            ActorField::Id => one_meets(term, Value::Id(actor.id.clone())),
            ActorField::Kind => one_meets(term, Value::Word(actor.kind.word())),
            ActorField::Side => one_meets(term, Value::Word(actor.side.word())),
            ActorField::Role | ActorField::Organisation => posts_meet(actor, term, filter),
            ActorField::Event => {
                let events = world.dataset.events.iter();
                let taking_part = events.filter(|event| event.actors.iter().any(|link| link.id == actor.id));
                set_meets(term, &taking_part.map(|event| Value::Id(event.id.clone())).collect::<Vec<_>>())
            }
            ActorField::Q => world.found::<Actors, _>(&actor.id, term),
            ActorField::UpdatedSince => term.day().is_none_or(|day| actor.updated >= day),
        }
    }

    fn keys(world: &World<'_>, actor: &Actor, sort: ActorSort, query: &ListQuery<Actors>) -> Vec<Option<Key>> {
        let events = world.library.events_of(&actor.id);
        match sort {
            ActorSort::Name => text(fold(actor.name.get(query.sort_lang))),
            ActorSort::Events => vec![Some(Key::Number(events.count.into()))],
            ActorSort::First => vec![events.first.map(|day| Key::Text(day.to_string()))],
            ActorSort::Last => vec![events.last.map(|day| Key::Text(day.to_string()))],
            ActorSort::Updated => text(actor.updated.to_string()),
            ActorSort::Relevance => world.rank(&actor.id, &query.filter),
        }
    }
}

/// `role` and `organisation` are met by one and the same post: any ever held, or those held on a day that was given.
fn posts_meet(actor: &Actor, term: &Term<ActorField>, filter: &Filter<Actors>) -> bool {
    let held = |post: &&Post| !filter.as_of.given || post.held_on(filter.as_of.day);
    let posts: Vec<&Post> = actor.roles.iter().filter(held).collect();
    let phrase = filter.term(ActorField::Role, Operator::Any).and_then(|term| match term.values.first() {
        Some(Value::Phrase(phrase)) => Some(phrase),
        _ => None,
    });
    let titled = |post: &Post| {
        phrase.is_none_or(|phrase| Lang::ALL.iter().any(|lang| fold(post.title.get(*lang)).contains(phrase.as_str())))
    };
    let organisation = |post: &Post| post.organisation.clone().map(Value::Id);
    let with_organisation = |wanted: &[Value]| {
        posts.iter().any(|post| titled(post) && organisation(post).is_some_and(|value| wanted.contains(&value)))
    };
    let some_titled = phrase.is_none() || posts.iter().any(|post| titled(post));
    match (term.field, term.operator) {
        (ActorField::Role, _) => some_titled,
        (_, Operator::Any) => {
            with_organisation(term.named())
                || term.names_missing() && some_titled && posts.iter().all(|post| post.organisation.is_none())
        }
        (_, Operator::All) => term.named().iter().all(|wanted| with_organisation(std::slice::from_ref(wanted))),
        (_, Operator::Not) => set_meets(term, &posts.iter().filter_map(|post| organisation(post)).collect::<Vec<_>>()),
    }
}

impl Oracle for Commitments {
    type Record = Commitment;

    fn all(dataset: &Dataset) -> &[Commitment] {
        &dataset.commitments
    }

    fn id(commitment: &Commitment) -> &str {
        &commitment.id
    }

    fn exists(commitment: &Commitment, filter: &Filter<Commitments>) -> bool {
        commitment.standing(filter.as_of.day).is_some()
    }

    fn meets(
        world: &World<'_>,
        commitment: &Commitment,
        term: &Term<CommitmentField>,
        filter: &Filter<Commitments>,
    ) -> bool {
        let day = filter.as_of.day;
        let events = || {
            let naming = world.library.events_naming(&commitment.id);
            naming.map(|(event, _)| &world.dataset.events[event]).filter(move |event| event.date.start() <= day)
        };
        match term.field {
            CommitmentField::Id => one_meets(term, Value::Id(commitment.id.clone())),
            CommitmentField::Party => one_meets(term, Value::Word(commitment.party.word())),
            CommitmentField::Kind => one_meets(term, Value::Word(commitment.kind.word())),
            CommitmentField::Status => {
                commitment.standing(day).is_some_and(|standing| one_meets(term, Value::Word(standing.status.word())))
            }
            CommitmentField::Topic => {
                let topics: Vec<Value> = commitment.topics.iter().map(|topic| Value::Word(topic.word())).collect();
                set_meets(term, &topics)
            }
            CommitmentField::TargetYear => {
                let year = commitment.target.as_ref().and_then(|target| target.target_year).map(Value::Year);
                set_meets(term, &year.into_iter().collect::<Vec<_>>())
            }
            CommitmentField::Event => {
                set_meets(term, &events().map(|event| Value::Id(event.id.clone())).collect::<Vec<_>>())
            }
            CommitmentField::Actor => {
                let actors = events().flat_map(|event| event.actors.iter().map(|link| Value::Id(link.id.clone())));
                set_meets(term, &actors.collect::<Vec<_>>())
            }
            CommitmentField::Q => world.found::<Commitments, _>(&commitment.id, term),
            CommitmentField::UpdatedSince => term.day().is_none_or(|day| commitment.updated >= day),
        }
    }

    fn keys(
        world: &World<'_>,
        commitment: &Commitment,
        sort: CommitmentSort,
        query: &ListQuery<Commitments>,
    ) -> Vec<Option<Key>> {
        match sort {
            CommitmentSort::Date => text(commitment.first_day().to_string()),
            CommitmentSort::TargetYear => {
                let year = commitment.target.as_ref().and_then(|target| target.target_year);
                vec![year.map(|year| Key::Number(year.into()))]
            }
            CommitmentSort::StatusSince => {
                let standing = commitment.standing(query.filter.as_of.day);
                vec![standing.map(|standing| Key::Text(standing.since.to_string()))]
            }
            CommitmentSort::Title => text(fold(commitment.title.get(query.sort_lang))),
            CommitmentSort::Updated => text(commitment.updated.to_string()),
            CommitmentSort::Relevance => world.rank(&commitment.id, &query.filter),
        }
    }
}
