//! Commitments as rows.

use super::{Cell, CellKind, Column, Rows, Table, position, source, source_columns};
use crate::domain::commitment::{Commitment, Standing, Target};
use crate::domain::number::Number;
use crate::domain::text::Text;
use crate::domain::vocab::{
    Change, CommitmentKind, Comparator, Country, Lineage, Party, SourceKind, Status, Topic, Vocabulary as _,
};

/// The commitments.
pub const COMMITMENTS: Table = Table {
    name: "commitments",
    meaning: "A promise or undertaking of one side or of both.",
    columns: &[
        Column::new("id", CellKind::Text, "Begins with the party, and never changes."),
        Column::new("party", CellKind::Word(Party::WORDS), "Whose commitment it is."),
        Column::new("kind", CellKind::Word(CommitmentKind::WORDS), "What it is about."),
        Column::new("title_en", CellKind::Text, "What is promised, in a line, in English."),
        Column::new("title_zh", CellKind::Text, "The same in Chinese."),
        Column::new("summary_en", CellKind::Text, "What is promised, by whom, with scope and base, in English."),
        Column::new("summary_zh", CellKind::Text, "The same in Chinese."),
        Column::may(
            "metric_en",
            CellKind::Text,
            "What the target measures, in English; without a value, no number is promised.",
        ),
        Column::may("metric_zh", CellKind::Text, "The same in Chinese."),
        Column::may("comparator", CellKind::Word(Comparator::WORDS), "How the measure is to stand to the value."),
        Column::may("value", CellKind::Number, "The number promised, in `unit`; the lower one of a range."),
        Column::may("value_high", CellKind::Number, "The higher number of a range."),
        Column::may("unit", CellKind::Text, "The unit of the numbers."),
        Column::may("baseline", CellKind::Date, "The year or years that the number is measured from (EDTF)."),
        Column::may("target_year", CellKind::Year, "The year by which it is promised."),
        Column::new("updated", CellKind::Day, "The day on which the record was last changed."),
    ],
    key: &["id"],
    searched: &["title_en", "title_zh", "summary_en", "summary_zh"],
};

/// The topics of commitments.
pub const TOPICS: Table = Table {
    name: "commitment_topics",
    meaning: "A topic that a commitment touches.",
    columns: &[
        Column::of("commitments", "commitment", "The commitment."),
        Column::new("topic", CellKind::Word(Topic::WORDS), "The topic."),
    ],
    key: &["commitment", "topic"],
    searched: &[],
};

/// What happened to commitments.
pub const HISTORY: Table = Table {
    name: "commitment_history",
    meaning: "What happened to a commitment on a day.",
    columns: &[
        Column::of("commitments", "commitment", "The commitment."),
        Column::new("position", CellKind::Integer, "The entry's place in order of day, from 1."),
        Column::new(
            "date",
            CellKind::Date,
            "When it happened, as far as that is known (EDTF); a coarse date counts from its first day.",
        ),
        Column::new("change", CellKind::Word(Change::WORDS), "What happened."),
        Column::may("by_side", CellKind::Word(Country::WORDS), "Who acted, where one side of a joint commitment did."),
        Column::may_be_of("events", "event", "The event by which it happened."),
        Column::may("note_en", CellKind::Text, "What needs saying, in English."),
        Column::may("note_zh", CellKind::Text, "The same in Chinese."),
    ],
    key: &["commitment", "position"],
    searched: &[],
};

/// The sources of what happened to commitments.
pub const HISTORY_SOURCES: Table = Table {
    name: "commitment_history_sources",
    meaning: "A text that bears out an entry of a commitment's history.",
    columns: source_columns![
        Column::of("commitments", "commitment", "The commitment."),
        Column::new("entry", CellKind::Integer, "The entry's position in `commitment_history`."),
    ],
    key: &["commitment", "entry", "position"],
    searched: &[],
};

/// Where commitments stand, and from when until when.
pub const STATES: Table = Table {
    name: "commitment_states",
    meaning: "A stretch of days in which a commitment stands at one status: the fold of its history.",
    columns: &[
        Column::of("commitments", "commitment", "The commitment."),
        Column::new("from_day", CellKind::Day, "The first day."),
        Column::may("until_day", CellKind::Day, "The day after the last; without a value, it lasts."),
        Column::new("status", CellKind::Word(Status::WORDS), "Where it stands."),
    ],
    key: &["commitment", "from_day"],
    searched: &[],
};

/// How commitments are related.
pub const RELATIONS: Table = Table {
    name: "commitment_relations",
    meaning: "How a commitment is related to another; each pair once.",
    columns: &[
        Column::of("commitments", "commitment", "The commitment."),
        Column::new("relation", CellKind::Word(Lineage::WORDS), "What it is to the other."),
        Column::of("commitments", "other", "The other commitment."),
    ],
    key: &["commitment", "relation", "other"],
    searched: &[],
};

/// The sources of commitments.
pub const SOURCES: Table = Table {
    name: "commitment_sources",
    meaning: "A text that bears out a commitment.",
    columns: source_columns![Column::of("commitments", "commitment", "The commitment.")],
    key: &["commitment", "position"],
    searched: &[],
};

/// The rows of a commitment.
#[must_use]
pub fn rows(commitment: &Commitment) -> Rows<'_> {
    let id = || Cell::text(&commitment.id);
    let mut rows: Rows<'_> = vec![(&COMMITMENTS, row(commitment))];
    for topic in &commitment.topics {
        rows.push((&TOPICS, vec![id(), Cell::word(*topic)]));
    }
    for (index, entry) in commitment.ordered_history().into_iter().enumerate() {
        let row = vec![
            id(),
            position(index),
            Cell::shown(&entry.date),
            Cell::word(entry.change),
            entry.by.map_or(Cell::None, Cell::word),
            Cell::may(entry.event.as_deref()),
            Cell::may(entry.note.as_ref().map(|note| note.en.as_str())),
            Cell::may(entry.note.as_ref().map(|note| note.zh.as_str())),
        ];
        rows.push((&HISTORY, row));
        for (place, one) in entry.sources.iter().enumerate() {
            let row = [id(), position(index)].into_iter().chain(source(place, one)).collect();
            rows.push((&HISTORY_SOURCES, row));
        }
    }
    rows.extend(states(commitment).into_iter().map(|row| (&STATES, row)));
    for link in &commitment.related {
        rows.push((&RELATIONS, vec![id(), Cell::word(link.relation), Cell::text(&link.id)]));
    }
    for (index, one) in commitment.sources.iter().enumerate() {
        rows.push((&SOURCES, [id()].into_iter().chain(source(index, one)).collect()));
    }
    rows
}

fn row(commitment: &Commitment) -> Vec<Cell<'_>> {
    let target = commitment.target.as_ref();
    let metric = |pick: fn(&Text) -> &str| Cell::may(target.map(|target| pick(&target.metric)));
    let number = |pick: fn(&Target) -> Option<Number>| {
        target.and_then(pick).map_or(Cell::None, |number| Cell::Number(number.get()))
    };
    vec![
        Cell::text(&commitment.id),
        Cell::word(commitment.party),
        Cell::word(commitment.kind),
        Cell::text(&commitment.title.en),
        Cell::text(&commitment.title.zh),
        Cell::text(&commitment.summary.en),
        Cell::text(&commitment.summary.zh),
        metric(|metric| &metric.en),
        metric(|metric| &metric.zh),
        target.map_or(Cell::None, |target| Cell::word(target.comparator)),
        number(|target| target.value),
        number(|target| target.value_high),
        Cell::may(target.and_then(|target| target.unit.as_deref())),
        Cell::may_show(target.and_then(|target| target.baseline.as_ref())),
        target.and_then(|target| target.target_year).map_or(Cell::None, |year| Cell::Integer(year.into())),
        Cell::shown(&commitment.updated),
    ]
}

/// The stretches of one status; days on which nothing changed it begin no stretch.
fn states(commitment: &Commitment) -> Vec<Vec<Cell<'_>>> {
    let mut stretches: Vec<Standing> = Vec::new();
    for entry in commitment.ordered_history() {
        let Some(standing) = commitment.standing(entry.date.start()) else { continue };
        if stretches.last() != Some(&standing) {
            stretches.push(standing);
        }
    }
    let until = stretches.iter().skip(1).map(|next| Cell::shown(&next.since)).chain([Cell::None]);
    let rows = stretches.iter().zip(until).map(|(standing, until)| {
        vec![Cell::text(&commitment.id), Cell::shown(&standing.since), until, Cell::word(standing.status)]
    });
    rows.collect()
}
