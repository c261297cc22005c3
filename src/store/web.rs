//! The records that are connected with one, step by step.

use std::collections::HashMap;

use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::sql::Sql;
use super::{Store, StoreError};
use crate::domain::date::Day;
use crate::domain::vocab::{Lineage, Vocabulary as _};
use crate::query::Kind;
use crate::query::web::{ChainQuery, LINEAGE, Line, LineageQuery, MOST_NODES};

/// A record that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Its number.
    pub number: i64,
    /// In how many steps.
    pub distance: u16,
    /// In which direction, where a walk has one.
    pub line: Line,
    /// Its place in the order of date.
    place: (String, String, i64),
}

/// A relation as it is stored, from the record that holds it to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The number of the record that holds it.
    pub from: i64,
    /// The number of the other.
    pub to: i64,
    /// The relation's name.
    pub relation: String,
}

/// Connected records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// The records, in order of date.
    pub nodes: Vec<Reached>,
    /// All relations among them of the kinds asked for.
    pub edges: Vec<Edge>,
    /// Whether more could be reached than are shown.
    pub truncated: bool,
}

/// How to walk from a record.
struct Walk {
    kind: Kind,
    start: i64,
    /// The names of the relations that a step may take.
    steps: Vec<&'static str>,
    depth: u16,
    /// Where the walk leads, for all but its start.
    line: Line,
    /// The day by which commitments must be made.
    day: Day,
}

impl Store {
    /// The events that are connected with one; `None` where there is none with this present id.
    pub async fn chain(&self, id: &str, query: &ChainQuery) -> Result<Option<Web>, StoreError> {
        let Some(start) = self.catalogue.events.number(id) else { return Ok(None) };
        let (steps, depth) = (query.steps(), query.depth);
        let walk = Walk { kind: Kind::Events, start, steps, depth, line: Line::Descendant, day: Day::MAX };
        let mut loan = self.connections.borrow().await?;
        let (nodes, truncated) = walk.go(loan.get()?).await?;
        web(loan.get()?, Kind::Events, nodes, &query.edges(), truncated).await.map(Some)
    }

    /// The commitments that one comes from, and that come from it; `None` where there is none with this present id.
    pub async fn lineage(&self, id: &str, query: &LineageQuery) -> Result<Option<Web>, StoreError> {
        let Some(start) = self.catalogue.commitments.number(id) else { return Ok(None) };
        let walk = |line, steps| Walk {
            kind: Kind::Commitments,
            start,
            steps,
            depth: query.depth,
            line,
            day: query.as_of.day,
        };
        let forward = LINEAGE.map(Lineage::word).to_vec();
        let back = LINEAGE.map(Lineage::inverse).to_vec();
        let mut loan = self.connections.borrow().await?;
        let (up, more_up) = walk(Line::Ancestor, forward.clone()).go(loan.get()?).await?;
        let (down, more_down) = walk(Line::Descendant, back).go(loan.get()?).await?;
        let (nodes, more) = nearest(up, down);
        let truncated = more || more_up || more_down;
        web(loan.get()?, Kind::Commitments, nodes, &forward, truncated).await.map(Some)
    }
}

/// The nearest of two walks from one record, and whether any were left out.
fn nearest(up: Vec<Reached>, down: Vec<Reached>) -> (Vec<Reached>, bool) {
    let mut nearest: HashMap<i64, Reached> = HashMap::new();
    for reached in up.into_iter().chain(down) {
        let known = nearest.get(&reached.number);
        if known.is_none_or(|known| reached.distance < known.distance) {
            nearest.insert(reached.number, reached);
        }
    }
    let mut nodes: Vec<Reached> = nearest.into_values().collect();
    nodes.sort_by(|a, b| (a.distance, &a.place).cmp(&(b.distance, &b.place)));
    let more = nodes.len() > MOST_NODES;
    nodes.truncate(MOST_NODES);
    (nodes, more)
}

impl Walk {
    /// Walks, the nearest records first, and says whether there was no room for all.
    async fn go(&self, connection: &mut SqliteConnection) -> Result<(Vec<Reached>, bool), StoreError> {
        let mut nodes = self.read(connection, self.itself(), 0).await?;
        let mut outermost: Vec<i64> = nodes.iter().map(|node| node.number).collect();
        for distance in 1..=self.depth {
            if outermost.is_empty() {
                break;
            }
            let room = MOST_NODES - nodes.len();
            let mut next = self.read(connection, self.step(&outermost, &nodes, room + 1), distance).await?;
            let more = next.len() > room;
            next.truncate(room);
            outermost = next.iter().map(|node| node.number).collect();
            nodes.extend(next);
            if more {
                return Ok((nodes, true));
            }
        }
        Ok((nodes, false))
    }

    async fn read(
        &self,
        connection: &mut SqliteConnection,
        sql: Sql,
        distance: u16,
    ) -> Result<Vec<Reached>, StoreError> {
        let rows = sql.query().fetch_all(connection).await?;
        let line = if distance == 0 { Line::Itself } else { self.line };
        let nodes = rows.iter().map(|row| {
            let number = row.try_get(0)?;
            Ok(Reached { number, distance, line, place: (row.try_get(1)?, row.try_get(2)?, number) })
        });
        nodes.collect()
    }

    fn itself(&self) -> Sql {
        let mut sql = Sql::new(match self.kind {
            Kind::Commitments => "SELECT c.n, c.made, c.id FROM commitment c WHERE c.n = ",
            _ => "SELECT e.n, e.first_place, e.last_place FROM event e WHERE e.n = ",
        });
        sql.bind(self.start);
        sql
    }

    /// The records one step from the outermost that are not met yet, in order of date.
    fn step(&self, outermost: &[i64], met: &[Reached], most: usize) -> Sql {
        let mut sql = Sql::new(match self.kind {
            Kind::Commitments => {
                "SELECT DISTINCT c.n, c.made, c.id FROM commitment_related r JOIN commitment c ON c.n = r.other \
                 WHERE r.commitment IN "
            }
            _ => {
                "SELECT DISTINCT e.n, e.first_place, e.last_place FROM event_related r JOIN event e ON e.n = r.other \
                 WHERE r.event IN "
            }
        });
        sql.bind_list(outermost.iter().copied()).push(" AND r.relation IN ").bind_list(self.steps.iter().copied());
        sql.push(" AND r.other NOT IN ").bind_list(met.iter().map(|node| node.number));
        if self.kind == Kind::Commitments {
            sql.push(" AND c.made <= ").bind(self.day.to_string());
        }
        sql.push(" ORDER BY 2, 3, 1 LIMIT ").bind(i64::try_from(most).unwrap_or(i64::MAX));
        sql
    }
}

/// Puts records in order of date and adds the relations among them.
async fn web(
    connection: &mut SqliteConnection,
    kind: Kind,
    mut nodes: Vec<Reached>,
    relations: &[&'static str],
    truncated: bool,
) -> Result<Web, StoreError> {
    nodes.sort_by(|a, b| a.place.cmp(&b.place));
    let mut sql = Sql::new(match kind {
        Kind::Commitments => {
            "SELECT DISTINCT r.commitment, r.other, r.relation FROM commitment_related r WHERE r.commitment IN "
        }
        _ => "SELECT DISTINCT r.event, r.other, r.relation FROM event_related r WHERE r.event IN ",
    });
    let numbers = || nodes.iter().map(|node| node.number);
    sql.bind_list(numbers()).push(" AND r.other IN ").bind_list(numbers());
    sql.push(" AND r.relation IN ").bind_list(relations.iter().copied());
    let rows = sql.query().fetch_all(connection).await?;
    let edges = rows
        .iter()
        .map(|row| Ok::<_, StoreError>(Edge { from: row.try_get(0)?, to: row.try_get(1)?, relation: row.try_get(2)? }));
    let mut edges = edges.collect::<Result<Vec<_>, _>>()?;
    let place: HashMap<i64, usize> = numbers().zip(0..).collect();
    edges.sort_by_key(|edge| (place.get(&edge.from).copied(), place.get(&edge.to).copied(), edge.relation.clone()));
    Ok(Web { nodes, edges, truncated })
}
