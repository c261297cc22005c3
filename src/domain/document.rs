//! The published form of a record: one language, every reference resolved to a stub.
//!
//! A document is made once, by a [`Library`](super::library::Library) when a data set is loaded, and stored as finished JSON. What depends on the day
//! asked for (`posts`, `status`, `history`, `events`) is cut to that day by [`ActorDocument::on`] and
//! [`StoredCommitment::on`] when a record is read. `links` is put in last, by [`crate::format`], since it
//! depends on where the server is reached.

use serde::{Deserialize, Serialize};

use super::commitment::Standing;
use super::date::{Day, Edtf};
use super::event::LocalDates;
use super::number::Number;
use super::source::Source;
use super::vocab::{
    ActorKind, Change, CommitmentKind, CommitmentRelation, Comparator, Confidence, Country, EventStatus, EventType,
    Level, Mode, Party, Role, Side, Status, Topic,
};

/// Something that happened between the two sides, or on one side and mattered to the other.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Event)]
pub struct EventDocument {
    /// Begins with the date first recorded, and never changes.
    #[schema(example = "2021-02-10-biden-xi-call")]
    pub id: String,
    /// The date (EDTF) at the place where it happened; for calls and exchanged papers, Washington's.
    #[schema(value_type = String, example = "2021-02-10")]
    pub date: Edtf,
    /// The earliest day of `date`.
    #[schema(value_type = String, format = "date", example = "2021-02-10")]
    pub start: Day,
    /// The latest day of `date`.
    #[schema(value_type = String, format = "date", example = "2021-02-10")]
    pub end: Day,
    /// How exactly the date is known: `day`, `month`, `year` or `interval`.
    #[schema(value_type = Precision)]
    pub precision: &'static str,
    /// The days of the two capitals, where they differ.
    #[schema(required)]
    pub local_dates: Option<LocalDates>,
    /// What kind of event it is.
    pub r#type: EventType,
    /// The rank of the contact, set by the side of lower rank.
    pub level: Level,
    /// Whether it took place.
    pub status: EventStatus,
    /// How the sides met; null where that does not apply or is not known.
    #[schema(required)]
    pub mode: Option<Mode>,
    /// Whether both sides took part in it.
    pub bilateral: bool,
    /// A short, neutral title.
    pub title: String,
    /// What happened, in two to five sentences.
    pub summary: String,
    /// What it is about.
    pub topics: Vec<Topic>,
    /// Where it took place; null for calls, papers and where no place is known.
    #[schema(required)]
    pub location: Option<Location>,
    /// Who took part, in the record's order.
    pub actors: Vec<ActorStub>,
    /// The commitments that it names.
    pub commitments: Vec<CommitmentStub>,
    /// Related events, in order of date; both directions.
    pub related: Vec<EventStub>,
    /// Whether the sides' accounts contradict each other.
    pub contested: bool,
    /// What each side said of it, where they differ.
    pub accounts: Vec<Account>,
    /// The texts that bear it out.
    pub sources: Vec<Source>,
    /// How far the sources bear it out.
    pub confidence: Confidence,
    /// Why there is doubt.
    #[schema(required)]
    pub confidence_note: Option<String>,
    /// The day on which the record was last changed.
    #[schema(value_type = String, format = "date")]
    pub updated: Day,
}

/// How exactly a date is known.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Precision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
    /// Two dates and all between them.
    Interval,
}

/// Where an event took place.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Location {
    /// The place.
    #[schema(example = "Anchorage, Alaska")]
    pub place: String,
    /// The country (ISO 3166-1 alpha-2).
    #[schema(example = "US", pattern = "^[A-Z]{2}$")]
    pub country: String,
    /// Degrees north (WGS 84).
    #[schema(required)]
    pub lat: Option<Number>,
    /// Degrees east (WGS 84).
    #[schema(required)]
    pub lon: Option<Number>,
}

/// An actor's part in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ActorStub {
    /// The actor.
    #[schema(example = "xie-zhenhua")]
    pub id: String,
    /// The actor's name.
    pub name: String,
    /// Whose side the actor belongs to.
    pub side: Side,
    /// What the actor was in the event.
    pub role: Role,
    /// The post held on the event's first day; null for bodies and where none is known.
    #[schema(required)]
    pub post: Option<String>,
}

/// A commitment that an event names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CommitmentStub {
    /// The commitment.
    #[schema(example = "us-paris-agreement")]
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whose commitment it is.
    pub party: Party,
    /// What the event does to it.
    pub relation: CommitmentRelation,
}

/// An event, seen from a record that points to it or that it points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventStub {
    /// The event.
    #[schema(example = "2021-02-10-biden-xi-call")]
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its date (EDTF).
    #[schema(value_type = String, example = "2021-02-10")]
    pub date: Edtf,
    /// How the two relate.
    pub relation: String,
}

/// What one side said of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Account {
    /// Who says it.
    pub side: Side,
    /// What is said.
    pub says: String,
    /// The source of the account.
    #[schema(format = "uri")]
    pub url: String,
}

/// A person, government, ministry, organisation or country that takes part in events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Actor)]
pub struct ActorDocument {
    /// Never changes.
    #[schema(example = "xie-zhenhua")]
    pub id: String,
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// Whose side it belongs to.
    pub side: Side,
    /// The name in the language of the answer.
    pub name: String,
    /// The name in both languages.
    pub names: Names,
    /// The date of birth (EDTF); null for bodies and where not known.
    #[schema(required, value_type = Option<String>, example = "1949-11")]
    pub born: Option<Edtf>,
    /// Every post recorded, in the record's order.
    pub roles: Vec<Post>,
    /// The posts held on the day asked for (`as_of`, today by default).
    pub posts: Vec<Post>,
    /// The events that the actor takes part in.
    pub events: EventsOfActor,
    /// The texts that bear it out.
    pub sources: Vec<Source>,
    /// The day on which the record was last changed.
    #[schema(value_type = String, format = "date")]
    pub updated: Day,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Names {
    /// The English name.
    pub en: String,
    /// The Chinese name; null where none is known.
    #[schema(required)]
    pub zh: Option<String>,
}

/// A post held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Post {
    /// The title.
    pub title: String,
    /// The body that the post belongs to (an actor's id).
    #[schema(required, example = "cn-mee")]
    pub organisation: Option<String>,
    /// The first day in the post (EDTF); null where not known.
    #[schema(required, value_type = Option<String>, example = "2021-02")]
    pub from: Option<Edtf>,
    /// The last day in the post (EDTF); null while in post, or where not known.
    #[schema(required, value_type = Option<String>, example = "2024-01-12")]
    pub to: Option<Edtf>,
    /// What is uncertain about it.
    #[schema(required)]
    pub note: Option<String>,
}

/// How many events an actor takes part in, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventsOfActor {
    /// How many.
    pub count: u32,
    /// The earliest day of them all.
    #[schema(required, value_type = Option<String>, format = "date")]
    pub first: Option<Day>,
    /// The latest day of them all.
    #[schema(required, value_type = Option<String>, format = "date")]
    pub last: Option<Day>,
}

/// A promise or undertaking of one side or of both, as it stands on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Commitment)]
pub struct CommitmentDocument {
    /// Begins with the party, and never changes.
    #[schema(example = "us-net-zero-2050")]
    pub id: String,
    /// Whose commitment it is.
    pub party: Party,
    /// What is promised, in a line.
    pub title: String,
    /// What is promised, by whom, with scope and base, in two to five sentences.
    pub summary: String,
    /// What it is about.
    pub kind: CommitmentKind,
    /// Topics that it touches.
    pub topics: Vec<Topic>,
    /// The number promised; null where there is none.
    #[schema(required)]
    pub target: Option<Target>,
    /// Where it stands on `as_of`: the fold of `history`.
    pub status: Status,
    /// The first day of the present unbroken status.
    #[schema(value_type = String, format = "date")]
    pub status_since: Day,
    /// The day that the answer speaks of.
    #[schema(value_type = String, format = "date")]
    pub as_of: Day,
    /// What happened to it, up to `as_of`, in order of date.
    pub history: Vec<HistoryEntry>,
    /// Related commitments that exist on `as_of`; both directions.
    pub related: Vec<RelatedCommitment>,
    /// The events that name it, up to `as_of`, in order of date.
    pub events: Vec<EventStub>,
    /// The texts that bear it out.
    pub sources: Vec<Source>,
    /// The day on which the record was last changed.
    #[schema(value_type = String, format = "date")]
    pub updated: Day,
}

/// A number promised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Target {
    /// What is measured.
    pub metric: String,
    /// How the value is to be read.
    pub comparator: Comparator,
    /// The value; null for a direction without a figure.
    #[schema(required)]
    pub value: Option<Number>,
    /// The upper end of a range.
    #[schema(required)]
    pub value_high: Option<Number>,
    /// The unit of the value.
    #[schema(required, example = "percent reduction")]
    pub unit: Option<String>,
    /// The year or years that the value is measured against (EDTF).
    #[schema(required, value_type = Option<String>, example = "2005")]
    pub baseline: Option<Edtf>,
    /// The year by which it is promised.
    #[schema(required, example = 2030)]
    pub target_year: Option<i16>,
}

/// What happened to a commitment on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HistoryEntry {
    /// When (EDTF); a coarse date counts from its first day.
    #[schema(value_type = String, example = "2021-04-22")]
    pub date: Edtf,
    /// What happened.
    pub change: Change,
    /// Which side acted, where only one side of a joint commitment did.
    #[schema(required)]
    pub by: Option<Country>,
    /// The event in which it happened.
    #[schema(required)]
    pub event: Option<String>,
    /// What else is to be said of it.
    #[schema(required)]
    pub note: Option<String>,
    /// The texts that bear it out, where there is no event.
    pub sources: Vec<Source>,
}

/// A commitment, seen from another that points to it or that it points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RelatedCommitment {
    /// The commitment.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How the two relate.
    pub relation: String,
}

impl ActorDocument {
    /// The document with the posts held on `day`.
    #[must_use]
    pub fn on(mut self, day: Day) -> ActorDocument {
        let held =
            |post: &&Post| post.from.is_none_or(|from| from.start() <= day) && post.to.is_none_or(|to| day <= to.end());
        self.posts = self.roles.iter().filter(held).cloned().collect();
        self
    }
}

/// A commitment with its whole history, from which the document of any day is cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredCommitment {
    pub(super) document: CommitmentDocument,
    /// The first day of each related commitment, in the same order.
    pub(super) related_since: Vec<Day>,
}

impl StoredCommitment {
    /// The commitment as it stands on `day`; `None` before it was made.
    #[must_use]
    pub fn on(self, day: Day) -> Option<CommitmentDocument> {
        let mut document = self.document;
        let changes = document.history.iter().map(|entry| (entry.date.start(), entry.change));
        let standing = Standing::fold(changes, day)?;
        (document.status, document.status_since, document.as_of) = (standing.status, standing.since, day);
        document.history.retain(|entry| entry.date.start() <= day);
        document.events.retain(|event| event.date.start() <= day);
        let mut since = self.related_since.into_iter();
        document.related.retain(|_| since.next().is_some_and(|since| since <= day));
        Some(document)
    }

    /// The first day of the history.
    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        self.document.history.first().map(|entry| entry.date.start())
    }
}
