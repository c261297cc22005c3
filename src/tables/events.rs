//! Events as rows.

use super::{Cell, CellKind, Column, Rows, Table, position, source, source_columns};
use crate::domain::actor::Actor;
use crate::domain::event::Event;
use crate::domain::number::Number;
use crate::domain::vocab::{
    CommitmentRelation, Confidence, EventRelation, EventStatus, EventType, Level, Mode, Role, Side, SourceKind, Topic,
    Vocabulary as _,
};

/// The events.
pub const EVENTS: Table = Table {
    name: "events",
    meaning: "Something that happened between the two sides, or on one side and mattered to the other.",
    columns: &[
        Column::new("id", CellKind::Text, "Begins with the date first recorded, and never changes."),
        Column::new(
            "date",
            CellKind::Date,
            "The date at the place where it happened, as far as it is known (EDTF); for calls and exchanged papers, Washington's.",
        ),
        Column::new("start_day", CellKind::Day, "The earliest day of `date`."),
        Column::new("end_day", CellKind::Day, "The latest day of `date`."),
        Column::new("precision", CellKind::Text, "How exactly the date is known: day, month, year or interval."),
        Column::may("date_us", CellKind::Date, "The date in Washington, where the two capitals' days differ (EDTF)."),
        Column::may("date_cn", CellKind::Date, "The date in Beijing, where the two capitals' days differ (EDTF)."),
        Column::new("type", CellKind::Word(EventType::WORDS), "What kind of event it is."),
        Column::new("level", CellKind::Word(Level::WORDS), "The rank of the contact, set by the side of lower rank."),
        Column::new("status", CellKind::Word(EventStatus::WORDS), "Whether it took place."),
        Column::may("mode", CellKind::Word(Mode::WORDS), "How the sides met."),
        Column::new("bilateral", CellKind::Boolean, "Whether both sides took part in it."),
        Column::new("title_en", CellKind::Text, "A short, neutral title in English."),
        Column::new("title_zh", CellKind::Text, "The same in Chinese."),
        Column::new("summary_en", CellKind::Text, "What happened, in English."),
        Column::new("summary_zh", CellKind::Text, "The same in Chinese."),
        Column::may("place_en", CellKind::Text, "Where it took place, in English."),
        Column::may("place_zh", CellKind::Text, "The same in Chinese."),
        Column::may("country", CellKind::Text, "The country where it took place (ISO 3166-1 alpha-2)."),
        Column::may("lat", CellKind::Number, "Degrees north (WGS 84)."),
        Column::may("lon", CellKind::Number, "Degrees east (WGS 84)."),
        Column::new("contested", CellKind::Boolean, "Whether the sides' accounts contradict each other."),
        Column::new("confidence", CellKind::Word(Confidence::WORDS), "How far the sources bear it out."),
        Column::may("confidence_note_en", CellKind::Text, "Why there is doubt, in English."),
        Column::may("confidence_note_zh", CellKind::Text, "The same in Chinese."),
        Column::new("updated", CellKind::Day, "The day on which the record was last changed."),
    ],
    key: &["id"],
    searched: &["title_en", "title_zh", "summary_en", "summary_zh", "place_en", "place_zh"],
};

/// Who took part.
pub const ACTORS: Table = Table {
    name: "event_actors",
    meaning: "An actor's part in an event.",
    columns: &[
        Column::of("events", "event", "The event."),
        Column::new("position", CellKind::Integer, "The participant's place in the record, from 1."),
        Column::of("actors", "actor", "The actor."),
        Column::new("role", CellKind::Word(Role::WORDS), "What the actor was in the event."),
        Column::may("post_en", CellKind::Text, "The post held that day, in English."),
        Column::may("post_zh", CellKind::Text, "The same in Chinese."),
    ],
    key: &["event", "position"],
    searched: &[],
};

/// What events are about.
pub const TOPICS: Table = Table {
    name: "event_topics",
    meaning: "A topic of an event.",
    columns: &[
        Column::of("events", "event", "The event."),
        Column::new("topic", CellKind::Word(Topic::WORDS), "The topic."),
    ],
    key: &["event", "topic"],
    searched: &[],
};

/// The commitments that events name.
pub const COMMITMENTS: Table = Table {
    name: "event_commitments",
    meaning: "A commitment that an event names.",
    columns: &[
        Column::of("events", "event", "The event."),
        Column::new("relation", CellKind::Word(CommitmentRelation::WORDS), "What the event does to it."),
        Column::of("commitments", "commitment", "The commitment."),
    ],
    key: &["event", "relation", "commitment"],
    searched: &[],
};

/// How events are related.
pub const RELATIONS: Table = Table {
    name: "event_relations",
    meaning: "How an event is related to another; each pair once.",
    columns: &[
        Column::of("events", "event", "The event."),
        Column::new("relation", CellKind::Word(EventRelation::WORDS), "What it is to the other."),
        Column::of("events", "other", "The other event."),
    ],
    key: &["event", "relation", "other"],
    searched: &[],
};

/// What each side said.
pub const ACCOUNTS: Table = Table {
    name: "event_accounts",
    meaning: "What one side said of an event, where the sides differ.",
    columns: &[
        Column::of("events", "event", "The event."),
        Column::new("position", CellKind::Integer, "The account's place in the record, from 1."),
        Column::new("side", CellKind::Word(Side::WORDS), "Whose account it is."),
        Column::new("says_en", CellKind::Text, "What the side said, in English."),
        Column::new("says_zh", CellKind::Text, "The same in Chinese."),
        Column::new("url", CellKind::Address, "Where the side said so."),
    ],
    key: &["event", "position"],
    searched: &[],
};

/// The sources of events.
pub const SOURCES: Table = Table {
    name: "event_sources",
    meaning: "A text that bears out an event.",
    columns: source_columns![Column::of("events", "event", "The event.")],
    key: &["event", "position"],
    searched: &[],
};

/// The rows of an event; `actor` finds the record of a participant.
pub fn rows<'a>(event: &'a Event, actor: impl Fn(&str) -> Option<&'a Actor>) -> Rows<'a> {
    let id = || Cell::text(&event.id);
    let mut rows: Rows<'a> = vec![(&EVENTS, row(event))];
    for (index, participant) in event.actors.iter().enumerate() {
        let post = actor(&participant.id).and_then(|actor| participant.post_of(actor, event.date.start()));
        let row = vec![
            id(),
            position(index),
            Cell::text(&participant.id),
            Cell::word(participant.role),
            Cell::may(post.map(|title| title.en.as_str())),
            Cell::may(post.map(|title| title.zh.as_str())),
        ];
        rows.push((&ACTORS, row));
    }
    for topic in &event.topics {
        rows.push((&TOPICS, vec![id(), Cell::word(*topic)]));
    }
    for link in &event.commitments {
        rows.push((&COMMITMENTS, vec![id(), Cell::word(link.relation), Cell::text(&link.id)]));
    }
    for link in &event.related {
        rows.push((&RELATIONS, vec![id(), Cell::word(link.relation), Cell::text(&link.id)]));
    }
    for (index, account) in event.accounts.iter().enumerate() {
        let row = vec![
            id(),
            position(index),
            Cell::word(account.side),
            Cell::text(&account.says.en),
            Cell::text(&account.says.zh),
            Cell::text(&account.url),
        ];
        rows.push((&ACCOUNTS, row));
    }
    for (index, one) in event.sources.iter().enumerate() {
        rows.push((&SOURCES, [id()].into_iter().chain(source(index, one)).collect()));
    }
    rows
}

fn row(event: &Event) -> Vec<Cell<'_>> {
    let location = event.location.as_ref();
    let degrees = |number: Option<Number>| number.map_or(Cell::None, |number| Cell::Number(number.get()));
    let note = event.confidence_note.as_ref();
    vec![
        Cell::text(&event.id),
        Cell::shown(&event.date),
        Cell::shown(&event.date.start()),
        Cell::shown(&event.date.end()),
        Cell::text(event.precision_word()),
        Cell::may_show(event.local_dates.as_ref().map(|dates| &dates.us)),
        Cell::may_show(event.local_dates.as_ref().map(|dates| &dates.cn)),
        Cell::word(event.r#type),
        Cell::word(event.level),
        Cell::word(event.status),
        event.mode.map_or(Cell::None, Cell::word),
        Cell::Boolean(event.bilateral),
        Cell::text(&event.title.en),
        Cell::text(&event.title.zh),
        Cell::text(&event.summary.en),
        Cell::text(&event.summary.zh),
        Cell::may(location.map(|location| location.place.en.as_str())),
        Cell::may(location.map(|location| location.place.zh.as_str())),
        Cell::may(location.map(|location| location.country.as_str())),
        degrees(location.and_then(|location| location.lat)),
        degrees(location.and_then(|location| location.lon)),
        Cell::Boolean(event.contested),
        Cell::word(event.confidence),
        Cell::may(note.map(|note| note.en.as_str())),
        Cell::may(note.map(|note| note.zh.as_str())),
        Cell::shown(&event.updated),
    ]
}
