//! Statements put together from fixed pieces and bound values.
//!
//! The text is only ever made of string literals of this program: what a user sent is bound, never written.

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row as _, Sqlite};

use crate::query::cursor::Key;

/// A value to bind.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Arg {
    Null,
    Text(String),
    Number(i64),
    Real(f64),
    Bytes(Vec<u8>),
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Number(number)
    }
}

impl From<Key> for Arg {
    fn from(key: Key) -> Arg {
        match key {
            Key::Text(text) => Arg::Text(text),
            Key::Number(number) => Arg::Number(number),
        }
    }
}

/// A statement and the values of its placeholders, `$1` to `$n`; or some statements of rows, with one placeholder `?` for
/// each value in turn.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sql {
    text: String,
    args: Vec<Arg>,
}

impl Sql {
    pub(super) fn new(text: &'static str) -> Sql {
        Sql { text: text.to_owned(), args: Vec::new() }
    }

    /// Adds a fixed piece.
    pub(super) fn push(&mut self, piece: &'static str) -> &mut Sql {
        self.text.push_str(piece);
        self
    }

    /// Adds a piece that a function of [`super::dialect`] made of fixed pieces.
    pub(super) fn push_made(&mut self, piece: &super::dialect::Piece) -> &mut Sql {
        self.text.push_str(piece.as_str());
        self
    }

    /// Adds a placeholder bound to a value.
    pub(super) fn bind(&mut self, value: impl Into<Arg>) -> &mut Sql {
        self.args.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.args.len().to_string());
        self
    }

    /// Adds `(…, …)`, each bound.
    pub(super) fn bind_list(&mut self, values: impl IntoIterator<Item = impl Into<Arg>>) -> &mut Sql {
        self.text.push('(');
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            self.bind(value);
        }
        self.text.push(')');
        self
    }

    /// Adds the values of a row, bound in turn, not by number: a value is found faster so, where there are many.
    pub(super) fn push_row(&mut self, row: Vec<Arg>) -> &mut Sql {
        for index in 0..row.len() {
            self.text.push_str(if index > 0 { ", ?" } else { "(?" });
        }
        self.text.push(')');
        self.args.extend(row);
        self
    }

    /// The text, for tests and logs.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The statement, ready to run and kept prepared.
    pub(super) fn query(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        let query = sqlx::query(sqlx::AssertSqlSafe(self.text));
        self.args.into_iter().fold(query, |query, arg| match arg {
            Arg::Null => query.bind(None::<String>),
            Arg::Text(text) => query.bind(text),
            Arg::Number(number) => query.bind(number),
            Arg::Real(number) => query.bind(number),
            Arg::Bytes(bytes) => query.bind(bytes),
        })
    }
}

/// A script of fixed statements.
pub(super) fn script(text: &'static str) -> sqlx::RawSql {
    sqlx::raw_sql(text)
}

/// Reads a sort key from a row.
pub(super) fn key(row: &SqliteRow, index: usize, number: bool) -> Result<Key, sqlx::Error> {
    if number { row.try_get(index).map(Key::Number) } else { row.try_get(index).map(Key::Text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_values_go_together() {
        let mut sql = Sql::new("SELECT n FROM event WHERE type = ");
        sql.bind("call").push(" AND n IN ").bind_list([1_i64, 2]);
        assert_eq!(sql.text(), "SELECT n FROM event WHERE type = $1 AND n IN ($2, $3)");
        assert_eq!(sql.args, [Arg::Text("call".into()), Arg::Number(1), Arg::Number(2)]);
    }
}
