//! What each field and each order of actors and commitments is in SQL: exhaustive matches over the enums of the field
//! tables.

mod actors;
mod commitments;

use super::dialect::{self, Piece, fulltext};
use super::sql::Sql;
use crate::domain::text::Lang;
use crate::query::fields::Operator;
use crate::query::{Filter, Group, Kind, Resource, Term, Value};

/// How a statement may find its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// By any index: all matches are wanted, in no order.
    Any,
    /// In the order asked for, along the index that begins with the column `by`.
    ///
    /// `fresh` lets a condition on that column bound the walk, which only a first page may do: later pages begin at
    /// the cursor, and one bound on an index excludes another.
    Ordered { by: &'static str, fresh: bool },
}

impl Access {
    /// A column that conditions look at.
    fn column(self, alias: &'static str, name: &'static str) -> Piece {
        match self {
            Access::Any => dialect::column(alias, name),
            Access::Ordered { by, fresh: true } if by == name => dialect::column(alias, name),
            Access::Ordered { .. } => dialect::unindexed(alias, name),
        }
    }
}

/// A column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) alias: &'static str,
    pub(super) name: &'static str,
    /// Whether it holds numbers.
    pub(super) number: bool,
}

impl Column {
    fn text(alias: &'static str, name: &'static str) -> Column {
        Column { alias, name, number: false }
    }

    fn number(alias: &'static str, name: &'static str) -> Column {
        Column { alias, name, number: true }
    }

    /// The score that [`fulltext::ranked`] gives.
    fn score() -> Column {
        Column::number("h", "score")
    }
}

/// What a statement needs to know beside the filter.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) access: Access,
    /// Where relevance stands among the keys to sort by, if it does: the scores are then joined.
    pub(super) ranked: Option<usize>,
}

/// How the column of a grouping is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// A text, `''` for none.
    Text,
    /// A number, 0 for none.
    Number,
    /// The number of a record of this kind.
    Id(Kind),
}

/// What stands in a record's links: the links, and what pushes the condition that they meet on the filter's day.
type Linked<R> = (Links, fn(&mut Sql, &Filter<R>));

/// How records are grouped.
pub(super) struct Grouping<R: Resource> {
    /// The links that the column stands in, where a record can have several values.
    pub(super) links: Option<Linked<R>>,
    pub(super) column: Piece,
    pub(super) read: Read,
}

impl<R: Resource> Grouping<R> {
    /// By a column of the records themselves.
    fn own(column: Piece, read: Read) -> Grouping<R> {
        Grouping { links: None, column, read }
    }

    /// By the values of links.
    fn linked(links: Links, read: Read, tie: fn(&mut Sql, &Filter<R>)) -> Grouping<R> {
        Grouping { links: Some((links, tie)), column: dialect::written(links.column), read }
    }
}

/// A resource in SQL.
pub(super) trait Columns: Resource {
    /// The table of the records, under the alias that conditions use.
    const FROM: &'static str;
    /// The alias and column that number the records.
    const NUMBER: (&'static str, &'static str);

    /// Pushes what decides which records exist on the filter's day, if anything does.
    fn exists(sql: &mut Sql, filter: &Filter<Self>);

    /// Pushes a condition that holds where the term does, other terms beside it; nothing where another term's
    /// condition says it already.
    fn condition(sql: &mut Sql, term: &Term<Self::Field>, filter: &Filter<Self>, plan: &Plan);

    /// The column of an order.
    fn sort(sort: Self::Sort, descending: bool, lang: Lang) -> Column;

    /// How records are grouped; `None` for what they are not counted by.
    fn group(group: &Group<Self::Field>, filter: &Filter<Self>) -> Option<Grouping<Self>>;
}

/// Pushes `column [NOT] IN (…)` for a column that holds one value, `''` or 0 for none.
fn one_of<F>(sql: &mut Sql, column: &Piece, term: &Term<F>) {
    sql.push_made(column);
    sql.push(if term.operator == Operator::Not { " NOT IN " } else { " IN " });
    sql.bind_list(term.values.iter().map(scalar));
}

/// Pushes that the record meets a search.
fn searched<R: Columns>(sql: &mut Sql, filter: &Filter<R>, access: Access) {
    let (alias, name) = R::NUMBER;
    if let Some(search) = filter.search() {
        fulltext::meets(sql, &access.column(alias, name), R::KIND, search);
    }
}

/// A value as a column holds it.
fn scalar(value: &Value) -> super::sql::Arg {
    match value {
        Value::Missing => "".into(),
        Value::Word(word) => (*word).into(),
        Value::Bool(value) => i64::from(*value).into(),
        Value::Year(year) => i64::from(*year).into(),
        Value::Id(text) | Value::Phrase(text) => text.as_str().into(),
        Value::Day(day) => day.to_string().into(),
        Value::Search(search) => search.to_string().into(),
    }
}

/// A table that links a record to several values.
#[derive(Clone, Copy)]
pub(super) struct Links {
    /// The table, or tables joined.
    table: &'static str,
    /// The tie to the record, and any condition on the link.
    tie: &'static str,
    /// The column of the values.
    column: &'static str,
    /// Pushes the list to look the column up in.
    list: fn(&mut Sql, &[Value]),
}

impl Links {
    /// Pushes a query for the links of the record at hand, to which more conditions can be added.
    fn select(&self, sql: &mut Sql) {
        sql.push("SELECT 1 FROM ").push(self.table).push(" WHERE ").push(self.tie);
    }

    /// Pushes them beside the records; one row without any for a record that has none.
    pub(super) fn join(&self, sql: &mut Sql) {
        sql.push(" LEFT JOIN ").push(self.table).push(" ON ").push(self.tie);
    }

    /// Whether one row of links holds the values of both.
    pub(super) fn same_table(&self, other: &Links) -> bool {
        self.table == other.table
    }
}

/// Pushes a list of words.
fn words(sql: &mut Sql, values: &[Value]) {
    sql.bind_list(values.iter().map(scalar));
}

/// Pushes the numbers of the actors with these ids.
fn actors(sql: &mut Sql, values: &[Value]) {
    sql.push("(SELECT k.n FROM actor k WHERE k.id IN ").bind_list(values.iter().map(scalar)).push(")");
}

/// Pushes the numbers of the events with these ids.
fn events(sql: &mut Sql, values: &[Value]) {
    sql.push("(SELECT k.n FROM event k WHERE k.id IN ").bind_list(values.iter().map(scalar)).push(")");
}

/// Pushes the condition of a term on links. `tie` pushes what the link must meet beside its value.
fn linked<F>(sql: &mut Sql, term: &Term<F>, links: &Links, tie: &dyn Fn(&mut Sql)) {
    let some = |sql: &mut Sql, values: &[Value]| {
        sql.push("EXISTS (");
        links.select(sql);
        tie(sql);
        sql.push(" AND ").push(links.column).push(" IN ");
        (links.list)(sql, values);
        sql.push(")");
    };
    let any = |sql: &mut Sql| {
        sql.push("EXISTS (");
        links.select(sql);
        tie(sql);
        sql.push(")");
    };
    match (term.operator, term.names_missing(), term.named()) {
        (Operator::Any, false, named) => some(sql, named),
        (Operator::Any, true, []) => {
            sql.push("NOT ");
            any(sql);
        }
        (Operator::Any, true, named) => {
            sql.push("(NOT ");
            any(sql);
            sql.push(" OR ");
            some(sql, named);
            sql.push(")");
        }
        (Operator::All, _, named) => {
            for (index, value) in named.iter().enumerate() {
                sql.push(if index > 0 { " AND " } else { "" });
                some(sql, std::slice::from_ref(value));
            }
        }
        (Operator::Not, missing, named) => {
            if missing {
                any(sql);
            }
            if !named.is_empty() {
                sql.push(if missing { " AND NOT " } else { "NOT " });
                some(sql, named);
            }
        }
    }
}
