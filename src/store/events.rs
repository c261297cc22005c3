//! Lists of events, found by the index in memory; the database holds the records, and answers searches.

use std::borrow::Cow;
use std::sync::Arc;

use roaring::RoaringBitmap;
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::dialect::{self, fulltext};
use super::sql::{Arg, Sql};
use super::{Answers, Found, Page, Store, StoreError};
use crate::domain::vocab::{EventStatus, Vocabulary as _};
use crate::index::{Index, Matches, Part, Picked, Scores};
use crate::query::cursor::Position;
use crate::query::fields::{EventField, Operator};
use crate::query::gaps::{GapsQuery, Silences};
use crate::query::search::Search;
use crate::query::{EventSort, Events, Filter, Group, Kind, ListQuery, Tally, Term, Value};

/// The searches that are remembered.
pub(super) type Hits = moka::sync::Cache<String, Arc<Hit>>;

/// What a search finds.
pub(super) struct Hit {
    set: RoaringBitmap,
    /// How well each event fits, where that was asked for.
    scores: Scores,
}

/// The most that searches are remembered by, in bytes.
const REMEMBERED: u64 = 16 << 20;

/// An empty memory of searches.
pub(super) fn remembered() -> Hits {
    let weight = |key: &String, hit: &Arc<Hit>| {
        let bytes = key.len() + hit.set.serialized_size() + hit.scores.capacity() * 16;
        u32::try_from(bytes).unwrap_or(u32::MAX)
    };
    moka::sync::Cache::builder().weigher(weight).max_capacity(REMEMBERED).build()
}

impl Answers for Events {
    async fn page(store: &Store, query: &ListQuery<Events>) -> Result<Page, StoreError> {
        let limit = usize::from(query.limit);
        let mut picked = store.pick(query, limit + 1).await?.numbers;
        let more = picked.len() > limit;
        picked.truncate(limit);
        // In every order, the number of an event alone tells its place.
        let next = picked.last().filter(|_| more).map(|number| Position { keys: Vec::new(), number: *number });
        let records = store.documents(Kind::Events, &picked, query.shape.lang).await?;
        Ok(Page { records, next })
    }

    async fn best(store: &Store, query: &ListQuery<Events>) -> Result<Vec<(i64, Found)>, StoreError> {
        let hit = store.hit(&query.filter, true).await?;
        let picked = store.picked(query, hit.as_deref(), query.limit.into()).numbers;
        let records = store.documents(Kind::Events, &picked, query.shape.lang).await?;
        let fit = |found: &Found| hit.as_deref().and_then(|hit| store.index.score(found.number, &hit.scores));
        Ok(records.into_iter().map(|found| (fit(&found).unwrap_or_default(), found)).collect())
    }

    async fn count(store: &Store, filter: &Filter<Events>) -> Result<u64, StoreError> {
        let hit = store.hit(filter, false).await?;
        Ok(store.matches(filter, hit.as_deref()).len())
    }

    async fn count_coarse(store: &Store, filter: &Filter<Events>) -> Result<u64, StoreError> {
        let hit = store.hit(filter, false).await?;
        Ok(store.index.coarse(&store.matches(filter, hit.as_deref())))
    }

    async fn tally(
        store: &Store,
        filter: &Filter<Events>,
        groups: &[Group<EventField>],
    ) -> Result<Vec<Tally>, StoreError> {
        let hit = store.hit(filter, false).await?;
        Ok(store.index.tally(&store.matches(filter, hit.as_deref()), groups, filter.capital))
    }
}

impl Store {
    /// The first `most` events of a list.
    async fn pick(&self, query: &ListQuery<Events>, most: usize) -> Result<Picked, StoreError> {
        let by_relevance = query.sort.iter().any(|key| key.sort == EventSort::Relevance);
        let hit = self.hit(&query.filter, by_relevance).await?;
        Ok(self.picked(query, hit.as_deref(), most))
    }

    /// The same, of what the search of the list finds.
    fn picked(&self, query: &ListQuery<Events>, hit: Option<&Hit>, most: usize) -> Picked {
        let none = Scores::new();
        let scores = hit.map_or(&none, |hit| &hit.scores);
        self.index.page(query, &self.matching(&query.filter, hit), scores, most)
    }

    /// What a page costs: how many events are looked at, a measure that no other load disturbs.
    pub async fn page_cost(&self, query: &ListQuery<Events>) -> Result<usize, StoreError> {
        Ok(self.pick(query, usize::from(query.limit) + 1).await?.looked_at)
    }

    fn matching<'a>(&'a self, filter: &Filter<Events>, hit: Option<&'a Hit>) -> Matches<'a> {
        self.index.matches(filter, &self.catalogue.events, hit.map(|hit| &hit.set))
    }

    fn matches<'a>(&'a self, filter: &Filter<Events>, hit: Option<&'a Hit>) -> Cow<'a, RoaringBitmap> {
        self.matching(filter, hit).all()
    }

    /// What the search of a filter finds, if it has one; remembered.
    async fn hit(&self, filter: &Filter<Events>, scored: bool) -> Result<Option<Arc<Hit>>, StoreError> {
        let Some(search) = filter.search() else { return Ok(None) };
        let key = format!("{scored} {search}");
        if let Some(hit) = self.hits.get(&key) {
            return Ok(Some(hit));
        }
        let hit = Arc::new(if scored { self.scored(search).await? } else { self.found(search).await? });
        self.hits.insert(key, Arc::clone(&hit));
        Ok(Some(hit))
    }

    async fn found(&self, search: &Search) -> Result<Hit, StoreError> {
        let mut sql = Sql::default();
        fulltext::matching(&mut sql, Kind::Events, search);
        let mut loan = self.connections.borrow().await?;
        let rows = sql.query().fetch_all(loan.get()?).await?;
        drop(loan);
        let numbers: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok(Hit { set: self.index.set(numbers), scores: Scores::new() })
    }

    async fn scored(&self, search: &Search) -> Result<Hit, StoreError> {
        let mut sql = Sql::default();
        fulltext::ranked(&mut sql, Kind::Events, search);
        sql.push("SELECT h.n, h.score FROM h");
        let mut loan = self.connections.borrow().await?;
        let rows = sql.query().fetch_all(loan.get()?).await?;
        drop(loan);
        let scored: Vec<(i64, i64)> =
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, sqlx::Error>>()?;
        let set = self.index.set(scored.iter().map(|(number, _)| *number));
        Ok(Hit { set, scores: self.index.scores(scored) })
    }

    /// The silences between the matching events that occurred, each end the number of an event.
    pub async fn silences(&self, query: &GapsQuery) -> Result<Silences<i64>, StoreError> {
        let hit = self.hit(&query.filter, false).await?;
        let mut matches = self.matches(&query.filter, hit.as_deref()).into_owned();
        let capital = query.filter.capital;
        let values = vec![Value::Word(EventStatus::Occurred.word())];
        let occurred = Term { field: EventField::Status, operator: Operator::Any, values };
        let begun = Term { field: EventField::To, operator: Operator::Any, values: vec![Value::Day(query.as_of)] };
        let also = Filter { terms: vec![occurred, begun], ..query.filter.clone() };
        matches &= &*self.matches(&also, None);
        let mut silences = Silences::new(query.min_days);
        for (number, first, last) in self.index.in_order_of_date(&matches, capital) {
            silences.meet(first, last, number);
        }
        Ok(silences)
    }
}

/// Writes the index of events into a new database.
pub(super) async fn save(connection: &mut SqliteConnection, parts: Vec<Part>) -> Result<(), StoreError> {
    for part in parts {
        let mut sql = Sql::new("INSERT INTO event_index VALUES ");
        sql.bind_list([Arg::Text(part.name), Arg::Text(part.values), Arg::Bytes(part.bytes)]);
        sql.query().execute(&mut *connection).await?;
    }
    Ok(())
}

/// The place of each event's title among all titles, in order of id: in English and in Chinese.
pub(super) async fn titles(connection: &mut SqliteConnection) -> Result<[Vec<u32>; 2], StoreError> {
    Ok([places(connection, "title_en").await?, places(connection, "title_zh").await?])
}

async fn places(connection: &mut SqliteConnection, title: &'static str) -> Result<Vec<u32>, StoreError> {
    // As one text, the numbers of the same title together: a row each would take longer than all sorting.
    let mut sql = Sql::new("SELECT ");
    sql.push_made(&dialect::listed("alike")).push(" FROM (SELECT ").push_made(&dialect::listed_by_comma("n"));
    sql.push(" AS alike FROM event GROUP BY ").push(title).push(" ORDER BY ").push(title).push(")");
    let row = sql.query().fetch_one(connection).await?;
    let listed: Option<&str> = row.try_get(0)?;
    let mut places: Vec<u32> = Vec::new();
    for (alike, place) in listed.unwrap_or_default().split_terminator(' ').zip(1..) {
        for number in alike.split(',').filter_map(|number| number.parse::<usize>().ok()) {
            places.resize(places.len().max(number), 0);
            if let Some(slot) = places.get_mut(number.wrapping_sub(1)) {
                *slot = place;
            }
        }
    }
    Ok(places)
}

/// Reads the index of events.
pub(super) async fn read_index(connection: &mut SqliteConnection) -> Result<Index, StoreError> {
    let rows = Sql::new("SELECT name, sets, bytes FROM event_index").query().fetch_all(connection).await?;
    let part = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Part { name: row.try_get(0)?, values: row.try_get(1)?, bytes: row.try_get(2)? })
    };
    let parts: Vec<Part> = rows.iter().map(part).collect::<Result<_, sqlx::Error>>()?;
    Ok(Index::read(&parts)?)
}
