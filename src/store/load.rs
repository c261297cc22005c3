//! A data set into a new database: rows, then indexes, in one transaction; and its full text into another.
//!
//! All processors make rows while one thread writes each. Events are many and pass through a few at a time.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc;

use super::dialect::{self, fulltext};
use super::documents::{self, Documents, Texts};
use super::rows::{self, Batches, Rows, Sinks};
use super::sql::{Arg, Sql, script};
use super::{Stamp, StoreError, events};
use crate::domain::commitment::Commitment;
use crate::domain::coverage::{self, Counter, Coverage};
use crate::domain::date::Day;
use crate::domain::event::Event;
use crate::domain::library::Library;
use crate::domain::records::Records;
use crate::domain::searched::Searched;
use crate::domain::text::{Lang, fold};
use crate::index::Builder;
use crate::parallel;
use crate::progress::Progress;
use crate::query::Kind;
use crate::seed;

/// The schema of a database: a kept one with another schema is built anew.
pub(super) const SCHEMA: &str = include_str!("../../migrations/0001_schema.sql");
const INDEXES: &str = include_str!("../../migrations/0002_indexes.sql");

/// Sorts after every day that can be written.
const NEVER: &str = "9999-99-99";

/// What a data set is written to: an empty database for tables and one for the full text, and the documents.
pub(super) struct Writers<'a> {
    pub(super) tables: &'a mut SqliteConnection,
    pub(super) words: &'a mut SqliteConnection,
    pub(super) documents: documents::Writer,
}

/// Writes a data set.
pub(super) async fn fill(
    writers: Writers<'_>,
    records: Arc<dyn Records>,
    stamp: Stamp,
    progress: Arc<Progress>,
) -> Result<Documents, StoreError> {
    use sqlx::Executor as _;
    let Writers { tables, words, mut documents } = writers;
    tables.execute(script("BEGIN")).await?;
    tables.execute(script(SCHEMA)).await?;
    words.execute(script("BEGIN")).await?;
    words.execute(script(fulltext::TABLE)).await?;
    words.execute(script(fulltext::GATHER)).await?;

    let (sinks, [of_tables, of_words]) = rows::sinks();
    let made = tokio::task::spawn_blocking(move || {
        let index = rows(&*records, &stamp, &progress, Outlet { sinks, documents: &mut documents })?;
        // To get them to the disk takes a while, in which the rest is done.
        let finished = tokio::task::spawn_blocking(move || documents.finish(&stamp));
        Ok::<_, StoreError>((index, finished))
    });
    let (in_tables, in_words) = tokio::join!(write(tables, of_tables), write(words, of_words));
    in_tables.and(in_words)?;
    let (index, finished) = made.await.map_err(std::io::Error::from)??;
    let rest = async {
        let titles = events::titles(tables).await?;
        let parts = tokio::task::spawn_blocking(move || index.finish(titles));
        tables.execute(script(INDEXES)).await?;
        events::save(tables, parts.await.map_err(std::io::Error::from)??).await?;
        tables.execute(script("COMMIT")).await?;
        tables.execute(script(dialect::ANALYZE)).await?;
        Ok::<_, StoreError>(())
    };
    let packing = async {
        words.execute(script(fulltext::PACK)).await?;
        words.execute(script("COMMIT")).await?;
        Ok::<_, StoreError>(())
    };
    tokio::try_join!(rest, packing)?;
    Ok(finished.await.map_err(std::io::Error::from)??)
}

/// Writes batches as they come.
async fn write(connection: &mut SqliteConnection, mut batches: mpsc::Receiver<Sql>) -> Result<(), StoreError> {
    while let Some(batch) = batches.recv().await {
        batch.query().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Rows and documents of some records.
struct Made {
    batches: Batches,
    texts: Texts,
}

/// Where they go, in order of kind and number.
struct Outlet<'a> {
    sinks: Sinks,
    documents: &'a mut documents::Writer,
}

impl Outlet<'_> {
    fn send(&mut self, made: Made) -> Result<(), StoreError> {
        self.documents.add(&made.texts)?;
        self.sinks.send(made.batches)
    }
}

/// Makes all rows and documents.
fn rows(
    records: &dyn Records,
    stamp: &Stamp,
    progress: &Progress,
    mut outlet: Outlet<'_>,
) -> Result<Builder, StoreError> {
    let library = Library::new(records);
    let maker = Maker { records, library: &library };
    let (index, coverage) = events(&maker, progress, &mut outlet)?;
    let (actors, commitments) = (parts(records.actors().len()), parts(records.commitments().len()));
    parallel::in_order(actors, |places| maker.actors(places), |made| outlet.send(made?))?;
    parallel::in_order(commitments, |places| maker.commitments(places), |made| outlet.send(made?))?;
    let mut rest = maker.former_ids();
    rest.tables.push(data_set(stamp, &coverage)?);
    rest.words.push(Sql::new(fulltext::TAKE_IN));
    outlet.sinks.send(rest)?;
    Ok(index)
}

/// How many records are made into rows at a time.
const RECORDS_AT_ONCE: usize = 64;

/// After how many parts of so many events their words are taken in: some megabytes.
const PARTS_TAKEN_IN: usize = 128;

/// The places of so many records, in parts.
fn parts(count: usize) -> impl Iterator<Item = Result<Range<usize>, StoreError>> {
    parallel::places(count, RECORDS_AT_ONCE).map(Ok)
}

/// Makes the rows of all events.
fn events(maker: &Maker<'_>, progress: &Progress, outlet: &mut Outlet<'_>) -> Result<(Builder, Coverage), StoreError> {
    let (mut counter, mut index) = (Counter::default(), Builder::default());
    let mut in_turn = (1..=PARTS_TAKEN_IN).cycle();
    let take = |made: Result<(Vec<Cow<'_, Event>>, Made), StoreError>| {
        let (events, mut made) = made?;
        made.batches.words.extend((in_turn.next() == Some(PARTS_TAKEN_IN)).then(|| Sql::new(fulltext::TAKE_IN)));
        outlet.send(made)?;
        progress.written(events.len());
        for event in events {
            counter.add(&event, &coverage::sides(&event, maker.records));
            index.add(&event, |id| maker.records.actor(id).map(|actor| actor.side));
        }
        Ok::<_, StoreError>(())
    };
    parallel::in_order(parts(maker.records.event_count()), |places| maker.events(places), take)?;
    Ok((index, counter.coverage()))
}

/// What is told of the data set as a whole.
fn data_set(stamp: &Stamp, coverage: &Coverage) -> Result<Sql, StoreError> {
    let coverage = Arg::Text(serde_json::to_string(coverage)?);
    let mut sql = Sql::new("INSERT INTO data_set VALUES ");
    sql.push_row(vec![text(&stamp.version), text(&stamp.build), text(&stamp.fingerprint), coverage]);
    Ok(sql)
}

/// The number of a record in the database: its place in the order of ids, from 1.
fn number(place: Option<usize>, id: &str) -> Result<i64, StoreError> {
    place.map(from_one).ok_or_else(|| StoreError::UnknownReference(id.to_owned()))
}

fn from_one(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX - 1) + 1
}

/// Makes rows of records.
struct Maker<'a> {
    records: &'a dyn Records,
    library: &'a Library<'a>,
}

fn text(value: &(impl ToString + ?Sized)) -> Arg {
    Arg::Text(value.to_string())
}

/// The records at some places, each with its place.
fn some<T>(records: &[T], places: Range<usize>) -> impl Iterator<Item = (usize, &T)> {
    places.clone().zip(records.get(places).unwrap_or_default())
}

/// Each id once, in order.
fn distinct<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeSet<&'a String> {
    ids.collect()
}

impl<'a> Maker<'a> {
    fn former_ids(&self) -> Batches {
        let mut batches = Batches::default();
        let mut former = Rows::new("INSERT OR ROLLBACK INTO former_id");
        let actors = self.records.actors().iter().map(|actor| (Kind::Actors, &actor.id, &actor.former_ids));
        let made = self.records.commitments().iter().map(|made| (Kind::Commitments, &made.id, &made.former_ids));
        for (kind, id, old) in actors.chain(made) {
            for old in old {
                former.add(&mut batches.tables, [text(&kind.plural()), text(&old), text(&id)]);
            }
        }
        former.flush(&mut batches.tables);
        batches
    }

    fn events(&self, places: Range<usize>) -> Result<(Vec<Cow<'a, Event>>, Made), StoreError> {
        let (mut read, mut batches, mut texts) =
            (Vec::with_capacity(places.len()), Batches::default(), Texts::of(places.len()));
        let mut words = Rows::new(fulltext::INSERT);
        let mut events = Rows::new("INSERT OR ROLLBACK INTO event");
        let mut former = Rows::new("INSERT OR ROLLBACK INTO former_id");
        let mut actors = Rows::new("INSERT OR ROLLBACK INTO event_actor");
        let mut commitments = Rows::new("INSERT OR ROLLBACK INTO event_commitment");
        let mut related = Rows::new("INSERT OR ROLLBACK INTO event_related");
        for place in places {
            let event = self.records.event(place)?;
            let n = from_one(place);
            events.add(&mut batches.tables, event_row(&event, n));
            let shown = self.library.shown_by_event(place)?;
            texts.push_record(|lang| self.library.event(&event, &shown, lang), &seed::event_line(&event))?;
            words.add(&mut batches.words, words_row(Kind::Events, n, Searched::event(&event, self.records)));
            for old in &event.former_ids {
                former.add(&mut batches.tables, [text(&Kind::Events.plural()), text(&old), text(&event.id)]);
            }
            for id in distinct(event.actors.iter().map(|participant| &participant.id)) {
                let actor = number(self.records.actor_number(id), id)?;
                actors.add(&mut batches.tables, [n.into(), actor.into()]);
            }
            for id in distinct(event.commitments.iter().map(|link| &link.id)) {
                let commitment = number(self.records.commitment_number(id), id)?;
                commitments.add(&mut batches.tables, [n.into(), commitment.into(), text(&event.date.start())]);
            }
            for (other, relation) in self.library.related_events(place) {
                related.add(&mut batches.tables, [n.into(), from_one(other).into(), relation.into()]);
            }
            read.push(event);
        }
        words.flush(&mut batches.words);
        for rows in [&mut events, &mut former, &mut actors, &mut commitments, &mut related] {
            rows.flush(&mut batches.tables);
        }
        Ok((read, Made { batches, texts }))
    }

    fn actors(&self, places: Range<usize>) -> Result<Made, StoreError> {
        let (mut batches, mut texts) = (Batches::default(), Texts::of(places.len()));
        let mut words = Rows::new(fulltext::INSERT);
        let mut actors = Rows::new("INSERT OR ROLLBACK INTO actor");
        let mut posts = Rows::new("INSERT OR ROLLBACK INTO actor_post");
        for (place, actor) in some(self.records.actors(), places) {
            let n = from_one(place);
            let events = self.library.events_of(&actor.id);
            let up = |day: Option<Day>| day.map_or(NEVER.to_owned(), |day| day.to_string());
            let down = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
            texts.push_record(|lang| self.library.actor(actor, lang), &seed::actor_line(actor))?;
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
            ];
            actors.add(&mut batches.tables, row);
            words.add(&mut batches.words, words_row(Kind::Actors, n, Searched::actor(actor)));
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
                posts.add(&mut batches.tables, row);
            }
        }
        words.flush(&mut batches.words);
        for rows in [&mut actors, &mut posts] {
            rows.flush(&mut batches.tables);
        }
        Ok(Made { batches, texts })
    }

    fn commitments(&self, places: Range<usize>) -> Result<Made, StoreError> {
        let (mut batches, mut texts) = (Batches::default(), Texts::of(places.len()));
        let mut words = Rows::new(fulltext::INSERT);
        let mut commitments = Rows::new("INSERT OR ROLLBACK INTO commitment");
        let mut states = Rows::new("INSERT OR ROLLBACK INTO commitment_state");
        let mut topics = Rows::new("INSERT OR ROLLBACK INTO commitment_topic");
        let mut related = Rows::new("INSERT OR ROLLBACK INTO commitment_related");
        for (place, commitment) in some(self.records.commitments(), places) {
            let n = from_one(place);
            let year = commitment.target.as_ref().and_then(|target| target.target_year).map(i64::from);
            let shown = self.library.shown_by_commitment(&commitment.id)?;
            let document = |lang| self.library.commitment(commitment, &shown, lang);
            texts.push_record(document, &seed::commitment_line(commitment))?;
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
            ];
            commitments.add(&mut batches.tables, row);
            words.add(&mut batches.words, words_row(Kind::Commitments, n, Searched::commitment(commitment)));
            for [from, until, status, since] in standings(commitment) {
                states.add(&mut batches.tables, [n.into(), from, until, status, since]);
            }
            for topic in &commitment.topics {
                topics.add(&mut batches.tables, [n.into(), text(&topic)]);
            }
            for (other, relation) in self.library.related_commitments(commitment) {
                let other = number(self.records.commitment_number(&other.id), &other.id)?;
                related.add(&mut batches.tables, [n.into(), other.into(), relation.into()]);
            }
        }
        words.flush(&mut batches.words);
        for rows in [&mut commitments, &mut states, &mut topics, &mut related] {
            rows.flush(&mut batches.tables);
        }
        Ok(Made { batches, texts })
    }
}

fn event_row(event: &Event, n: i64) -> [Arg; 6] {
    [
        n.into(),
        text(&event.id),
        text(&event.date.start()),
        text(&event.date.end()),
        text(&fold(&event.title.en)),
        text(&fold(&event.title.zh)),
    ]
}

/// The row of a record in the table of search words.
fn words_row(kind: Kind, n: i64, text: Searched) -> Vec<Arg> {
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
