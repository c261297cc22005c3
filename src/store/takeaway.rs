//! The data set as a SQLite file for others: readable tables with comments, and a full-text index.
//!
//! It is built in memory, since the server may have no disk to write to. The same rows in the same order give the same
//! bytes.

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::StoreError;
use super::sql::{Arg, Sql};
use super::sqlite::Place;
use crate::domain::tokens::is_han;
use crate::tables::{Cell, CellKind, Rows, Table};

/// A SQLite file in the making.
pub struct Takeaway {
    connection: SqliteConnection,
    tables: Vec<&'static Table>,
}

/// The column of a searched table that its full-text index needs for Chinese.
const WORDS: &str = "words_zh";

impl Takeaway {
    /// Makes empty tables.
    pub async fn begin(tables: impl IntoIterator<Item = &'static Table>) -> Result<Takeaway, StoreError> {
        let tables: Vec<_> = tables.into_iter().collect();
        let mut connection = Place::Memory.fresh().writer().await?;
        // A record may name one that comes later; the seeds' check has proved that it does come.
        Sql::new("PRAGMA foreign_keys = OFF").query().execute(&mut connection).await?;
        // Else the free space of a page holds what the memory held before: other bytes each time, and nobody's business.
        Sql::new("PRAGMA secure_delete = ON").query().execute(&mut connection).await?;
        Sql::new("BEGIN").query().execute(&mut connection).await?;
        for table in &tables {
            create(table).query().execute(&mut connection).await?;
        }
        Ok(Takeaway { connection, tables })
    }

    /// Adds rows, in their order.
    pub async fn add(&mut self, rows: Rows<'_>) -> Result<(), StoreError> {
        for (table, row) in rows {
            let mut sql = Sql::new("INSERT INTO ");
            sql.push(table.name).push(" VALUES ");
            let words = (!table.searched.is_empty()).then(|| Arg::Text(chinese_words(table, &row)));
            sql.bind_list(row.into_iter().map(arg).chain(words));
            sql.query().execute(&mut self.connection).await?;
        }
        Ok(())
    }

    /// Makes the indexes, and gives the file's bytes.
    pub async fn finish(mut self) -> Result<Vec<u8>, StoreError> {
        for table in &self.tables {
            for sql in indexes(table) {
                sql.query().execute(&mut self.connection).await?;
            }
        }
        Sql::new("COMMIT").query().execute(&mut self.connection).await?;
        let bytes = self.connection.serialize(None).await?.to_vec();
        self.connection.close().await?;
        Ok(bytes)
    }
}

fn arg(cell: Cell<'_>) -> Arg {
    match cell {
        Cell::None => Arg::Null,
        Cell::Text(text) => Arg::Text(text.into_owned()),
        Cell::Integer(number) => Arg::Number(number),
        Cell::Number(number) => Arg::Real(number),
        Cell::Boolean(truth) => Arg::Number(truth.into()),
    }
}

/// The statement that makes a table, with comments that stay in the file.
fn create(table: &'static Table) -> Sql {
    let mut sql = Sql::new("CREATE TABLE ");
    sql.push(table.name).push(" ( -- ").push(table.meaning).push("\n");
    for column in table.columns {
        sql.push("    ").push(column.name);
        sql.push(match column.kind {
            CellKind::Integer | CellKind::Boolean | CellKind::Year => " INTEGER",
            CellKind::Number => " REAL",
            CellKind::Text | CellKind::Word(_) | CellKind::Day | CellKind::Date | CellKind::Address => " TEXT",
        });
        sql.push(if column.optional { "" } else { " NOT NULL" });
        if let Some(of) = column.of {
            sql.push(" REFERENCES ").push(of).push(" (id)");
        }
        sql.push(", -- ").push(column.meaning).push("\n");
    }
    if !table.searched.is_empty() {
        sql.push("    ").push(WORDS).push(" TEXT NOT NULL, -- The Chinese texts cut into pieces of two to four characters, which the full-text index finds as words.\n");
    }
    sql.push("    PRIMARY KEY (");
    join(&mut sql, table.key);
    sql.push(")\n)");
    sql
}

fn join(sql: &mut Sql, names: &[&'static str]) {
    for (index, name) in names.iter().enumerate() {
        sql.push(if index > 0 { ", " } else { "" }).push(name);
    }
}

/// The statements that make a table quick to join and to search.
fn indexes(table: &'static Table) -> Vec<Sql> {
    let mut made = Vec::new();
    for column in table.columns.iter().filter(|column| column.of.is_some() && table.key.first() != Some(&column.name)) {
        let mut sql = Sql::new("CREATE INDEX ");
        sql.push(table.name).push("_by_").push(column.name).push(" ON ").push(table.name);
        sql.push(" (").push(column.name).push(")");
        made.push(sql);
    }
    if !table.searched.is_empty() {
        let mut sql = Sql::new("CREATE VIRTUAL TABLE ");
        sql.push(table.name).push("_search USING fts5(");
        for name in english(table) {
            sql.push(name).push(", ");
        }
        // Datasette finds the index of a table by `content` in double quotes.
        sql.push(WORDS).push(", content=\"").push(table.name);
        sql.push("\", tokenize='porter unicode61 remove_diacritics 2')");
        made.push(sql);
        let mut sql = Sql::new("INSERT INTO ");
        sql.push(table.name).push("_search (").push(table.name).push("_search) VALUES ('rebuild')");
        made.push(sql);
    }
    made
}

const CHINESE: &str = "_zh";

fn english(table: &'static Table) -> impl Iterator<Item = &'static str> {
    table.searched.iter().copied().filter(|name| !name.ends_with(CHINESE))
}

/// The Chinese texts of a row as words for an index that knows no Chinese: every piece of two to four characters.
fn chinese_words(table: &Table, row: &[Cell<'_>]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (column, cell) in table.columns.iter().zip(row) {
        let Cell::Text(text) = cell else { continue };
        if !column.name.ends_with(CHINESE) || !table.searched.contains(&column.name) {
            continue;
        }
        for run in text.split(|c: char| !is_han(c)) {
            let run: Vec<char> = run.chars().collect();
            for size in 2..=4 {
                let pieces = run.windows(size).map(|piece| piece.iter().collect::<String>());
                words.extend(pieces.filter(|piece| seen.insert(piece.clone())));
            }
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{TABLES, actors};

    #[test]
    fn a_table_says_what_it_holds() {
        let sql = create(&actors::SOURCES);
        let lines: Vec<_> = sql.text().lines().collect();
        assert_eq!(lines[0], "CREATE TABLE actor_sources ( -- A text that bears out what is said of an actor.");
        assert_eq!(lines[1], "    actor TEXT NOT NULL REFERENCES actors (id), -- The actor.");
        assert_eq!(lines.last(), Some(&")"));
        assert!(TABLES.iter().all(|table| !create(table).text().contains("\n\n")));
    }

    #[test]
    fn chinese_is_cut_into_pieces() {
        let row = vec![
            Cell::Text("xie-zhenhua".into()),
            Cell::None,
            Cell::None,
            Cell::Text("Xie".into()),
            Cell::Text("解振华、解振".into()),
        ];
        assert_eq!(chinese_words(&actors::ACTORS, &row), "解振 振华 解振华");
    }
}
