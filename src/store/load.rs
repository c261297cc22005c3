//! A data set into a new database: rows, then indexes, in one transaction.
//!
//! One thread makes the rows while another writes them. Events are many and pass through one at a time.

use std::collections::BTreeSet;
use std::iter;
use std::sync::Arc;

use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc;

use super::dialect::{self, fulltext};
use super::rows::{Rows, Sink, WAITING};
use super::sql::{Arg, script};
use super::{Stamp, StoreError, events};
use crate::domain::commitment::Commitment;
use crate::domain::coverage::{self, Counter};
use crate::domain::date::Day;
use crate::domain::event::Event;
use crate::domain::library::Library;
use crate::domain::records::Records;
use crate::domain::searched::Searched;
use crate::domain::text::{Lang, fold};
use crate::index::Builder;
use crate::progress::Progress;
use crate::query::Kind;
use crate::seed;

/// The schema of a database: a kept one with another schema is built anew.
pub(super) const SCHEMA: &str = include_str!("../../migrations/0001_schema.sql");
const INDEXES: &str = include_str!("../../migrations/0002_indexes.sql");

/// Sorts after every day that can be written.
const NEVER: &str = "9999-99-99";

/// Fills an empty database.
pub(super) async fn fill(
    connection: &mut SqliteConnection,
    records: Arc<dyn Records>,
    stamp: Stamp,
    progress: Arc<Progress>,
) -> Result<(), StoreError> {
    use sqlx::Executor as _;
    connection.execute(script("BEGIN")).await?;
    connection.execute(script(SCHEMA)).await?;
    connection.execute(script(fulltext::TABLE)).await?;
    connection.execute(script(fulltext::GATHER)).await?;
    let (sink, mut statements) = mpsc::channel(WAITING);
    let made = tokio::task::spawn_blocking(move || rows(&*records, &stamp, &progress, &sink));
    while let Some(statement) = statements.recv().await {
        statement.query().execute(&mut *connection).await?;
    }
    let index = made.await.map_err(std::io::Error::from)??;
    events::save(connection, index).await?;
    connection.execute(script(INDEXES)).await?;
    connection.execute(script(fulltext::PACK)).await?;
    connection.execute(script("COMMIT")).await?;
    connection.execute(script(dialect::ANALYZE)).await?;
    Ok(())
}

/// Makes all rows.
fn rows(records: &dyn Records, stamp: &Stamp, progress: &Progress, sink: &Sink) -> Result<Builder, StoreError> {
    let library = Library::new(records);
    let mut writer = Writer { sink, records, progress, library: &library, words: Rows::in_runs(fulltext::INSERT, 9) };
    let index = writer.events(stamp)?;
    writer.actors()?;
    writer.commitments()?;
    writer.former_ids()?;
    writer.words.flush(sink)?;
    Ok(index)
}

/// The number of a record in the database: its place in the order of ids, from 1.
fn number(place: Option<usize>, id: &str) -> Result<i64, StoreError> {
    place.map(from_one).ok_or_else(|| StoreError::UnknownReference(id.to_owned()))
}

fn from_one(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX - 1) + 1
}

struct Writer<'a> {
    sink: &'a Sink,
    records: &'a dyn Records,
    progress: &'a Progress,
    library: &'a Library<'a>,
    words: Rows,
}

fn text(value: &(impl ToString + ?Sized)) -> Arg {
    Arg::Text(value.to_string())
}

/// Each id once, in order.
fn distinct<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeSet<&'a String> {
    ids.collect()
}

impl Writer<'_> {
    fn stamp(&self, stamp: &Stamp, counter: Counter) -> Result<(), StoreError> {
        let row = [
            text(&stamp.version),
            text(&stamp.build),
            text(&stamp.fingerprint),
            serde_json::to_string(&counter.coverage()).map(Arg::Text)?,
        ];
        let mut rows = Rows::new("INSERT INTO data_set", 4);
        rows.add(self.sink, row)?;
        rows.flush(self.sink)
    }

    fn former_ids(&self) -> Result<(), StoreError> {
        let mut former = Rows::new("INSERT INTO former_id", 3);
        let actors = self.records.actors().iter().map(|actor| (Kind::Actors, &actor.id, &actor.former_ids));
        let made = self.records.commitments().iter().map(|made| (Kind::Commitments, &made.id, &made.former_ids));
        for (kind, id, old) in actors.chain(made) {
            for old in old {
                former.add(self.sink, [text(&kind.plural()), text(&old), text(&id)])?;
            }
        }
        former.flush(self.sink)
    }

    fn events(&mut self, stamp: &Stamp) -> Result<Builder, StoreError> {
        let mut counter = Counter::default();
        let mut index = Builder::default();
        let mut events = Rows::new("INSERT INTO event", 9);
        let mut former = Rows::new("INSERT INTO former_id", 3);
        let mut actors = Rows::new("INSERT INTO event_actor", 2);
        let mut commitments = Rows::new("INSERT INTO event_commitment", 3);
        let mut related = Rows::new("INSERT INTO event_related", 3);
        for place in 0..self.records.event_count() {
            let event = &*self.records.event(place)?;
            let n = from_one(place);
            counter.add(event, &coverage::sides(event, self.records));
            index.add(event, |id| self.records.actor(id).map(|actor| actor.side));
            events.add(self.sink, self.event(event, place)?)?;
            self.words.add(self.sink, words_row(Kind::Events, n, &Searched::event(event, self.records)))?;
            for old in &event.former_ids {
                former.add(self.sink, [text(&Kind::Events.plural()), text(&old), text(&event.id)])?;
            }
            for id in distinct(event.actors.iter().map(|participant| &participant.id)) {
                let actor = number(self.records.actor_number(id), id)?;
                actors.add(self.sink, [n.into(), actor.into()])?;
            }
            for id in distinct(event.commitments.iter().map(|link| &link.id)) {
                let commitment = number(self.records.commitment_number(id), id)?;
                commitments.add(self.sink, [n.into(), commitment.into(), text(&event.date.start())])?;
            }
            for (other, relation) in self.library.related_events(place) {
                related.add(self.sink, [n.into(), from_one(other).into(), relation.into()])?;
            }
            self.progress.written(1);
        }
        for rows in [&mut events, &mut former, &mut actors, &mut commitments, &mut related] {
            rows.flush(self.sink)?;
        }
        self.stamp(stamp, counter)?;
        Ok(index)
    }

    fn event(&self, event: &Event, place: usize) -> Result<[Arg; 9], StoreError> {
        let related = self.library.shown_by_event(place)?;
        let document = |lang| serde_json::to_string(&self.library.event(event, &related, lang)).map(Arg::Text);
        Ok([
            from_one(place).into(),
            text(&event.id),
            text(&event.date.start()),
            text(&event.date.end()),
            text(&fold(&event.title.en)),
            text(&fold(&event.title.zh)),
            document(Lang::En)?,
            document(Lang::Zh)?,
            seed::event_line(event).into(),
        ])
    }

    fn actors(&mut self) -> Result<(), StoreError> {
        let mut actors = Rows::new("INSERT INTO actor", 15);
        let mut posts = Rows::new("INSERT INTO actor_post", 6);
        for (actor, n) in self.records.actors().iter().zip(1..) {
            let events = self.library.events_of(&actor.id);
            let up = |day: Option<Day>| day.map_or(NEVER.to_owned(), |day| day.to_string());
            let down = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
            let document = |lang| serde_json::to_string(&self.library.actor(actor, lang)).map(Arg::Text);
            let row = [
                n.into(),
                text(&actor.id),
                text(&actor.kind),
                text(&actor.side),
                text(&actor.updated),
                i64::from(events.count).into(),
                text(&up(events.first)),
                text(&down(events.first)),
                text(&up(events.last)),
                text(&down(events.last)),
                text(&fold(actor.name.get(Lang::En))),
                text(&fold(actor.name.get(Lang::Zh))),
                document(Lang::En)?,
                document(Lang::Zh)?,
                seed::actor_line(actor).into(),
            ];
            actors.add(self.sink, row)?;
            self.words.add(self.sink, words_row(Kind::Actors, n, &Searched::actor(actor)))?;
            for post in &actor.roles {
                let organisation = match &post.organisation {
                    Some(id) => number(self.records.actor_number(id), id)?,
                    None => 0,
                };
                let row = [
                    n.into(),
                    organisation.into(),
                    text(&fold(&post.title.en)),
                    text(&fold(&post.title.zh)),
                    text(&post.first_day()),
                    text(&post.last_day()),
                ];
                posts.add(self.sink, row)?;
            }
        }
        actors.flush(self.sink)?;
        posts.flush(self.sink)
    }

    fn commitments(&mut self) -> Result<(), StoreError> {
        let mut commitments = Rows::new("INSERT INTO commitment", 14);
        let mut states = Rows::new("INSERT INTO commitment_state", 5);
        let mut topics = Rows::new("INSERT INTO commitment_topic", 2);
        let mut related = Rows::new("INSERT INTO commitment_related", 3);
        for (commitment, n) in self.records.commitments().iter().zip(1..) {
            let year = commitment.target.as_ref().and_then(|target| target.target_year).map(i64::from);
            let shown = self.library.shown_by_commitment(&commitment.id)?;
            let document =
                |lang| serde_json::to_string(&self.library.commitment(commitment, &shown, lang)).map(Arg::Text);
            let row = [
                n.into(),
                text(&commitment.id),
                text(&commitment.party),
                text(&commitment.kind),
                text(&commitment.updated),
                text(&commitment.first_day()),
                year.unwrap_or(0).into(),
                year.unwrap_or(i64::MAX).into(),
                year.unwrap_or(0).into(),
                text(&fold(&commitment.title.en)),
                text(&fold(&commitment.title.zh)),
                document(Lang::En)?,
                document(Lang::Zh)?,
                seed::commitment_line(commitment).into(),
            ];
            commitments.add(self.sink, row)?;
            self.words.add(self.sink, words_row(Kind::Commitments, n, &Searched::commitment(commitment)))?;
            for [from, until, status, since] in standings(commitment) {
                states.add(self.sink, [n.into(), from, until, status, since])?;
            }
            for topic in &commitment.topics {
                topics.add(self.sink, [n.into(), text(&topic)])?;
            }
            for (other, relation) in self.library.related_commitments(commitment) {
                let other = number(self.records.commitment_number(&other.id), &other.id)?;
                related.add(self.sink, [n.into(), other.into(), relation.into()])?;
            }
        }
        for rows in [&mut commitments, &mut states, &mut topics, &mut related] {
            rows.flush(self.sink)?;
        }
        Ok(())
    }
}

/// The row of a record in the table of search words.
fn words_row(kind: Kind, n: i64, text: &Searched) -> Vec<Arg> {
    iter::once(fulltext::row(kind, n).into()).chain(fulltext::columns(text).map(Arg::Text)).collect()
}

/// Where a commitment stands, one row for each stretch of days between two entries of its history.
fn standings(commitment: &Commitment) -> Vec<[Arg; 4]> {
    let mut days: Vec<Day> = commitment.history.iter().map(|entry| entry.date.start()).collect();
    days.sort_unstable();
    days.dedup();
    let until = days.iter().skip(1).map(ToString::to_string).chain([NEVER.to_owned()]);
    let rows = days.iter().zip(until).filter_map(|(day, until)| {
        let standing = commitment.standing(*day)?;
        Some([text(&day), text(&until), text(&standing.status), text(&standing.since)])
    });
    rows.collect()
}
