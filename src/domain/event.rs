//! An event as curators record it.

use serde::Serialize;

use super::actor::Actor;
use super::date::{Day, Edtf, Precision};
use super::source::Source;
use super::text::Text;
use super::vocab::{
    ActorKind, Capital, CommitmentRelation, Confidence, EventRelation, EventStatus, EventType, Level, Mode, Role, Side,
    Topic,
};

/// Something that happened between the two sides, or on one side and mattered to the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the published form in `document` carries the meaning of each field")]
pub struct Event {
    #[serde(skip)]
    pub id: String,
    pub former_ids: Vec<String>,
    pub date: Edtf,
    pub local_dates: Option<LocalDates>,
    pub r#type: EventType,
    pub level: Level,
    pub status: EventStatus,
    pub mode: Option<Mode>,
    pub bilateral: bool,
    pub contested: bool,
    pub confidence: Confidence,
    pub confidence_note: Option<Text>,
    pub updated: Day,
    pub title: Text,
    pub summary: Text,
    pub topics: Vec<Topic>,
    pub location: Option<Location>,
    pub actors: Vec<Participant>,
    pub commitments: Vec<CommitmentLink>,
    pub related: Vec<EventLink>,
    pub accounts: Vec<Account>,
    pub sources: Vec<Source>,
}

impl Event {
    /// The event's date by the clock of a capital; by the place where it happened without one.
    #[must_use]
    pub fn date_in(&self, capital: Option<Capital>) -> Edtf {
        match (capital, &self.local_dates) {
            (Some(Capital::Washington), Some(local)) => local.us,
            (Some(Capital::Beijing), Some(local)) => local.cn,
            (None, _) | (_, None) => self.date,
        }
    }

    /// How exactly the date is known, as a word.
    #[must_use]
    pub fn precision_word(&self) -> &'static str {
        match self.date.precision() {
            Precision::Day => "day",
            Precision::Month => "month",
            Precision::Year => "year",
            Precision::Interval => "interval",
        }
    }
}

/// The days of the two capitals, where they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LocalDates {
    /// The date in Washington (EDTF).
    #[serde(rename = "US")]
    #[schema(rename = "US", value_type = String, example = "2021-02-10")]
    pub us: Edtf,
    /// The date in Beijing (EDTF).
    #[serde(rename = "CN")]
    #[schema(rename = "CN", value_type = String, example = "2021-02-11")]
    pub cn: Edtf,
}

/// Where the event took place. Coordinates are WGS 84, in degrees.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "see `document::Location`")]
pub struct Location {
    pub place: Text,
    pub country: String,
    pub lat: Option<super::number::Number>,
    pub lon: Option<super::number::Number>,
}

/// An actor's part in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Participant {
    /// The actor.
    pub id: String,
    /// What the actor was in the event.
    pub role: Role,
    /// The English title of the post held, where the first one that covers the day is not the one meant.
    pub post: Option<String>,
}

impl Participant {
    /// The title of the post to show beside the name on a day: the one named, else the first held then.
    #[must_use]
    pub fn post_of<'a>(&self, actor: &'a Actor, day: Day) -> Option<&'a Text> {
        // What a body's roles say is what it is charged with, and no post that it holds.
        if actor.kind != ActorKind::Person {
            return None;
        }
        let post = match &self.post {
            Some(title) => actor.roles.iter().find(|post| post.title.en == *title),
            None => actor.post_on(day),
        };
        post.map(|post| &post.title)
    }
}

/// A commitment that the event names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain references")]
pub struct CommitmentLink {
    pub id: String,
    pub relation: CommitmentRelation,
}

/// Another event that this one relates to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain references")]
pub struct EventLink {
    pub id: String,
    pub relation: EventRelation,
}

/// What one side said of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see `document::Account`")]
pub struct Account {
    pub side: Side,
    pub says: Text,
    pub url: String,
}
