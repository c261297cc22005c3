//! A data set into a new database: rows, then indexes, in one transaction.

use std::collections::{BTreeSet, HashMap};
use std::iter;

use sqlx::sqlite::SqliteConnection;

use super::dialect::{self, fulltext};
use super::sql::{Arg, Sql, script};
use super::{Stamp, StoreError, events};
use crate::domain::commitment::Commitment;
use crate::domain::coverage::Coverage;
use crate::domain::dataset::Dataset;
use crate::domain::date::Day;
use crate::domain::event::Event;
use crate::domain::library::Library;
use crate::domain::searched::Searched;
use crate::domain::text::{Lang, fold};
use crate::index::Builder;
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
    dataset: &Dataset,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    use sqlx::Executor as _;
    connection.execute(script("BEGIN")).await?;
    connection.execute(script(SCHEMA)).await?;
    connection.execute(script(fulltext::TABLE)).await?;
    let numbers = Numbers::new(dataset);
    let library = Library::new(dataset);
    let mut writer = Writer { connection, dataset, numbers: &numbers, library: &library };
    writer.stamp(stamp).await?;
    let index = writer.events().await?;
    writer.actors().await?;
    writer.commitments().await?;
    writer.words().await?;
    events::save(connection, index).await?;
    connection.execute(script(INDEXES)).await?;
    connection.execute(script(fulltext::PACK)).await?;
    connection.execute(script("COMMIT")).await?;
    connection.execute(script(dialect::ANALYZE)).await?;
    Ok(())
}

/// The number of each record: its place in the order of ids, from 1.
struct Numbers<'a> {
    events: HashMap<&'a str, i64>,
    actors: HashMap<&'a str, i64>,
    commitments: HashMap<&'a str, i64>,
}

impl<'a> Numbers<'a> {
    fn new(dataset: &'a Dataset) -> Numbers<'a> {
        fn number<'a>(ids: impl Iterator<Item = &'a String>) -> HashMap<&'a str, i64> {
            ids.map(String::as_str).zip(1..).collect()
        }
        Numbers {
            events: number(dataset.events.iter().map(|event| &event.id)),
            actors: number(dataset.actors.iter().map(|actor| &actor.id)),
            commitments: number(dataset.commitments.iter().map(|commitment| &commitment.id)),
        }
    }
}

fn number(numbers: &HashMap<&str, i64>, id: &str) -> Result<i64, StoreError> {
    numbers.get(id).copied().ok_or_else(|| StoreError::UnknownReference(id.to_owned()))
}

/// Rows on their way into one table, written many at a time.
struct Rows {
    insert: &'static str,
    columns: usize,
    args: Vec<Vec<Arg>>,
}

/// Enough to make the cost of a statement small beside that of its rows, and far below SQLite's limit on values.
const ROWS_AT_ONCE: usize = 64;

impl Rows {
    fn new(insert: &'static str, columns: usize) -> Rows {
        Rows { insert, columns, args: Vec::new() }
    }

    async fn add(&mut self, connection: &mut SqliteConnection, row: impl Into<Vec<Arg>>) -> Result<(), StoreError> {
        let row = row.into();
        debug_assert_eq!(row.len(), self.columns, "{}", self.insert);
        self.args.push(row);
        if self.args.len() == ROWS_AT_ONCE { self.flush(connection).await } else { Ok(()) }
    }

    async fn flush(&mut self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        if self.args.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new(self.insert);
        for (index, row) in self.args.drain(..).enumerate() {
            sql.push(if index > 0 { ", " } else { " VALUES " });
            sql.bind_list(row);
        }
        sql.query().execute(connection).await?;
        Ok(())
    }
}

struct Writer<'a> {
    connection: &'a mut SqliteConnection,
    dataset: &'a Dataset,
    numbers: &'a Numbers<'a>,
    library: &'a Library<'a>,
}

fn text(value: &(impl ToString + ?Sized)) -> Arg {
    Arg::Text(value.to_string())
}

/// Each id once, in order.
fn distinct<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeSet<&'a String> {
    ids.collect()
}

impl Writer<'_> {
    async fn stamp(&mut self, stamp: &Stamp) -> Result<(), StoreError> {
        let mut rows = Rows::new("INSERT INTO data_set", 4);
        let row = [
            text(&stamp.version),
            text(&stamp.build),
            text(&stamp.fingerprint),
            serde_json::to_string(&Coverage::new(self.dataset)).map(Arg::Text)?,
        ];
        rows.add(self.connection, row).await?;
        rows.flush(self.connection).await?;

        let mut former = Rows::new("INSERT INTO former_id", 3);
        let events = self.dataset.events.iter().map(|event| (Kind::Events, &event.id, &event.former_ids));
        let actors = self.dataset.actors.iter().map(|actor| (Kind::Actors, &actor.id, &actor.former_ids));
        let made = self.dataset.commitments.iter().map(|made| (Kind::Commitments, &made.id, &made.former_ids));
        for (kind, id, old) in events.chain(actors).chain(made) {
            for old in old {
                former.add(self.connection, [text(&kind.plural()), text(&old), text(&id)]).await?;
            }
        }
        former.flush(self.connection).await
    }

    async fn events(&mut self) -> Result<Builder, StoreError> {
        let mut events = Rows::new("INSERT INTO event", 9);
        let mut actors = Rows::new("INSERT INTO event_actor", 2);
        let mut commitments = Rows::new("INSERT INTO event_commitment", 3);
        let mut related = Rows::new("INSERT INTO event_related", 3);
        let mut index = Builder::default();
        for (event, n) in self.dataset.events.iter().zip(1..) {
            index.add(event, |id| self.dataset.actor(id).map(|actor| actor.side));
            let row = self.event(event, n)?;
            events.add(self.connection, row).await?;
            for id in distinct(event.actors.iter().map(|participant| &participant.id)) {
                let actor = number(&self.numbers.actors, id)?;
                actors.add(self.connection, [n.into(), actor.into()]).await?;
            }
            for id in distinct(event.commitments.iter().map(|link| &link.id)) {
                let commitment = number(&self.numbers.commitments, id)?;
                let row = [n.into(), commitment.into(), text(&event.date.start())];
                commitments.add(self.connection, row).await?;
            }
            for (other, relation) in self.library.related_events(event) {
                let other = number(&self.numbers.events, &other.id)?;
                related.add(self.connection, [n.into(), other.into(), relation.into()]).await?;
            }
        }
        for rows in [&mut events, &mut actors, &mut commitments, &mut related] {
            rows.flush(self.connection).await?;
        }
        Ok(index)
    }

    fn event(&self, event: &Event, n: i64) -> Result<[Arg; 9], StoreError> {
        let document = |lang| serde_json::to_string(&self.library.event(event, lang)).map(Arg::Text);
        Ok([
            n.into(),
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

    async fn actors(&mut self) -> Result<(), StoreError> {
        let mut actors = Rows::new("INSERT INTO actor", 15);
        let mut posts = Rows::new("INSERT INTO actor_post", 6);
        for (actor, n) in self.dataset.actors.iter().zip(1..) {
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
            actors.add(self.connection, row).await?;
            for post in &actor.roles {
                let organisation = match &post.organisation {
                    Some(id) => number(&self.numbers.actors, id)?,
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
                posts.add(self.connection, row).await?;
            }
        }
        actors.flush(self.connection).await?;
        posts.flush(self.connection).await
    }

    async fn commitments(&mut self) -> Result<(), StoreError> {
        let mut commitments = Rows::new("INSERT INTO commitment", 14);
        let mut states = Rows::new("INSERT INTO commitment_state", 5);
        let mut topics = Rows::new("INSERT INTO commitment_topic", 2);
        let mut related = Rows::new("INSERT INTO commitment_related", 3);
        for (commitment, n) in self.dataset.commitments.iter().zip(1..) {
            let year = commitment.target.as_ref().and_then(|target| target.target_year).map(i64::from);
            let document = |lang| serde_json::to_string(&self.library.commitment(commitment, lang)).map(Arg::Text);
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
            commitments.add(self.connection, row).await?;
            for [from, until, status, since] in standings(commitment) {
                states.add(self.connection, [n.into(), from, until, status, since]).await?;
            }
            for topic in &commitment.topics {
                topics.add(self.connection, [n.into(), text(&topic)]).await?;
            }
            for (other, relation) in self.library.related_commitments(commitment) {
                let other = number(&self.numbers.commitments, &other.id)?;
                related.add(self.connection, [n.into(), other.into(), relation.into()]).await?;
            }
        }
        for rows in [&mut commitments, &mut states, &mut topics, &mut related] {
            rows.flush(self.connection).await?;
        }
        Ok(())
    }

    async fn words(&mut self) -> Result<(), StoreError> {
        let dataset = self.dataset;
        let events = dataset.events.iter().zip(1..);
        let actors = dataset.actors.iter().zip(1..);
        let made = dataset.commitments.iter().zip(1..);
        let rows = events
            .map(|(event, n)| words_row(Kind::Events, n, &Searched::event(event, dataset)))
            .chain(actors.map(|(actor, n)| words_row(Kind::Actors, n, &Searched::actor(actor))))
            .chain(made.map(|(made, n)| words_row(Kind::Commitments, n, &Searched::commitment(made))));
        let mut words = Rows::new(fulltext::INSERT, 9);
        for row in rows {
            words.add(self.connection, row).await?;
        }
        words.flush(self.connection).await
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
