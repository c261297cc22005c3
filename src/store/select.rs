//! The statements of a list: a page of it, and the count of its matches.

use super::columns::{Access, Column, Columns, Plan};
use super::dialect::{self, fulltext};
use super::sql::Sql;
use crate::query::cursor::Position;
use crate::query::{Filter, ListQuery, Term};

/// The statement that counts the matches of a filter.
pub(super) fn count<R: Columns>(filter: &Filter<R>) -> Sql {
    let mut sql = Sql::new("SELECT COUNT(*) FROM ");
    sql.push(R::FROM);
    conditions(&mut sql, filter, &Plan { access: Access::Any, ranked: None }, None);
    sql
}

/// The columns that a list is sorted by, each with whether it descends.
pub(super) fn order<R: Columns>(query: &ListQuery<R>) -> Vec<(Column, bool)> {
    let column = |sort, descending| R::sort(sort, descending, query.sort_lang);
    query.sort.iter().map(|key| (column(key.sort, key.descending), key.descending)).collect()
}

/// The statements that together give a page, in order, each to be asked only if those before left room.
///
/// Without a cursor there is one. After a record with sort keys `a`, `b` and number `n` come first those equal in `a`
/// and `b` with a greater number, then those equal in `a` and past `b`, then those past `a`. Asked one by one, each is
/// a single range of an index, so a page deep in a list costs what the first one does; as one condition with `OR` it
/// would be a scan.
pub(super) fn page<R: Columns>(query: &ListQuery<R>, limit: u32) -> Vec<Sql> {
    let order = order(query);
    let by = order.first().map_or(R::NUMBER.1, |(column, _)| column.name);
    let access = Access::Ordered { by, fresh: query.position.is_none() };
    let ranked = query.sort.iter().position(|key| key.sort == R::RELEVANCE);
    let plan = Plan { access, ranked };
    let starts: Vec<Option<(&Position, usize)>> = match &query.position {
        None => vec![None],
        Some(position) => (0..=order.len()).rev().map(|equal| Some((position, equal))).collect(),
    };
    starts.into_iter().map(|start| statement(query, &plan, &order, start, limit)).collect()
}

/// The records after a position: equal in the first `equal` columns of the order, and past it in the next.
pub(super) struct After<'a> {
    position: &'a Position,
    equal: usize,
    order: &'a [(Column, bool)],
}

fn statement<R: Columns>(
    query: &ListQuery<R>,
    plan: &Plan,
    order: &[(Column, bool)],
    start: Option<(&Position, usize)>,
    limit: u32,
) -> Sql {
    let mut sql = Sql::default();
    if let Some(search) = query.filter.search().filter(|_| plan.ranked.is_some()) {
        fulltext::ranked(&mut sql, R::KIND, search);
    }
    sql.push("SELECT ").push_made(&number::<R>());
    for (column, _) in order {
        sql.push(", ").push_made(&dialect::column(column.alias, column.name));
    }
    sql.push(" FROM ");
    // Scores are walked where they come first, and looked up where they only settle the order further.
    match plan.ranked {
        Some(0) => sql.push("h").push(dialect::ORDERED_JOIN).push(R::FROM),
        Some(_) => sql.push(R::FROM).push(dialect::ORDERED_JOIN).push("h"),
        None => sql.push(R::FROM),
    };
    let after = start.map(|(position, equal)| After { position, equal, order });
    conditions(&mut sql, &query.filter, plan, after.as_ref());
    // Columns that are held equal need not be sorted by, and the index is then free to be read in order.
    let equal = start.map_or(0, |(_, equal)| equal);
    sql.push(" ORDER BY ");
    for (column, descending) in order.iter().skip(equal) {
        sql.push_made(&dialect::column(column.alias, column.name)).push(if *descending { " DESC, " } else { ", " });
    }
    sql.push_made(&number::<R>()).push(" LIMIT ").bind(i64::from(limit));
    sql
}

/// The number that settles ties.
fn number<R: Columns>() -> dialect::Piece {
    dialect::column(R::NUMBER.0, R::NUMBER.1)
}

/// Pushes what a filter asks of a record, and where the page begins; more conditions can follow.
pub(super) fn conditions<R: Columns>(
    sql: &mut Sql,
    filter: &Filter<R>,
    plan: &Plan,
    after: Option<&After<'_>>,
) -> Separator {
    let mut separator = Separator::default();
    if plan.ranked.is_some() {
        separator.push(sql);
        sql.push_made(&number::<R>()).push(" = h.n");
    }
    if let Some(after) = after {
        separator.push(sql);
        past::<R>(sql, after);
    }
    let mut exists = Sql::default();
    R::exists(&mut exists, filter);
    if !exists.text().is_empty() {
        separator.push(sql);
        R::exists(sql, filter);
    }
    let said = |term: &Term<R::Field>| plan.ranked.is_some() && term.field == R::Q;
    for term in filter.terms.iter().filter(|term| !said(term)) {
        let mut condition = Sql::default();
        R::condition(&mut condition, term, filter, plan);
        if !condition.text().is_empty() {
            separator.push(sql);
            R::condition(sql, term, filter, plan);
        }
    }
    separator
}

/// Pushes: equal in the first columns, and past the position in the next, or in number if there is none.
fn past<R: Columns>(sql: &mut Sql, after: &After<'_>) {
    let After { position, equal, order } = *after;
    for ((column, descending), (index, key)) in order.iter().zip(position.keys.iter().enumerate()).take(equal + 1) {
        let comparison = match (index < equal, descending) {
            (true, _) => " = ",
            (false, true) => " < ",
            (false, false) => " > ",
        };
        sql.push(if index > 0 { " AND " } else { "" });
        sql.push_made(&dialect::column(column.alias, column.name)).push(comparison).bind(key.clone());
    }
    if equal >= order.len() {
        sql.push(if equal > 0 { " AND " } else { "" });
        sql.push_made(&number::<R>()).push(" > ").bind(position.number);
    }
}

/// `WHERE` before the first condition, `AND` before the others.
#[derive(Default)]
pub(super) struct Separator {
    used: bool,
}

impl Separator {
    pub(super) fn push(&mut self, sql: &mut Sql) {
        sql.push(if self.used { " AND " } else { " WHERE " });
        self.used = true;
    }
}
