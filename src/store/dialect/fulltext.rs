//! Full text in SQLite: FTS5, and nothing else knows of it.
//!
//! The words are made in Rust and FTS5 only keeps them: lower-case ASCII letters and digits, the point of decimals, and
//! whatever is not ASCII. Its `ascii` tokenizer parts them at the spaces between and does nothing else to them, and
//! none can end the quotation marks that they are put in to be asked for.

use super::Piece;
use crate::domain::searched::{SCALE, Searched, WEIGHTS};
use crate::query::Kind;
use crate::query::search::{Clause, Layer, Search};
use crate::store::sql::Sql;

/// The words of every record, and their stems; the records themselves are kept elsewhere.
pub(in crate::store) const TABLE: &str = "CREATE VIRTUAL TABLE search USING fts5(\
     title, names, place, summary, title_stems, names_stems, place_stems, summary_stems, \
     content = '', tokenize = \"ascii tokenchars '.'\")";

/// Makes room for the words of some records, which go into the table by one statement: each statement of the loading
/// program costs more than a record's words do. What it writes down is merged when all records are in.
pub(in crate::store) const GATHER: &str = "CREATE TEMP TABLE words (\
     id INTEGER PRIMARY KEY, title, names, place, summary, title_stems, names_stems, place_stems, summary_stems); \
     INSERT INTO search (search, rank) VALUES ('hashsize', 33554432); \
     INSERT INTO search (search, rank) VALUES ('automerge', 0); \
     INSERT INTO search (search, rank) VALUES ('crisismerge', 1000)";

/// Opens the insertion of rows to be taken in.
pub(in crate::store) const INSERT: &str = "INSERT OR ROLLBACK INTO words";

/// Takes the gathered words into the table.
pub(in crate::store) const TAKE_IN: &str = "INSERT INTO search (\
     rowid, title, names, place, summary, title_stems, names_stems, place_stems, summary_stems) \
     SELECT * FROM words ORDER BY id; DELETE FROM words";

/// Asks for nothing, and fails where the table is not there.
pub(in crate::store) const IS_THERE: &str = "SELECT COUNT(*) FROM words.search_config";

/// Packs the words of all rows together, once they are in.
pub(in crate::store) const PACK: &str = "INSERT INTO search (search) VALUES ('optimize')";

const WORDS: &str = "{title names place summary}";
const STEMS: &str = "{title_stems names_stems place_stems summary_stems}";

/// Where the records of a kind are in the table, which holds every kind.
struct Part {
    /// What is added to a record's number.
    offset: i64,
    /// The record's number.
    number: &'static str,
    /// The condition that a row is of this kind.
    only: &'static str,
    /// The records' own table, with its numbers.
    all: &'static str,
}

fn part(kind: Kind) -> Part {
    match kind {
        Kind::Events => Part {
            offset: 0,
            number: "rowid",
            only: "rowid < 1000000000000",
            all: "SELECT k.n, 0 AS score FROM event k",
        },
        Kind::Actors => Part {
            offset: 1_000_000_000_000,
            number: "rowid - 1000000000000",
            only: "rowid BETWEEN 1000000000000 AND 1999999999999",
            all: "SELECT k.n, 0 AS score FROM actor k",
        },
        Kind::Commitments => Part {
            offset: 2_000_000_000_000,
            number: "rowid - 2000000000000",
            only: "rowid >= 2000000000000",
            all: "SELECT k.n, 0 AS score FROM commitment k",
        },
    }
}

/// The number of a record's row.
pub(in crate::store) fn row(kind: Kind, n: i64) -> i64 {
    part(kind).offset + n
}

/// The columns of a row.
pub(in crate::store) fn columns(text: Searched) -> impl Iterator<Item = String> {
    text.words.into_iter().chain(text.stems)
}

/// Pushes a condition on a record's number: it meets the search.
pub(in crate::store) fn meets(sql: &mut Sql, number: &Piece, kind: Kind, search: &Search) {
    let part = part(kind);
    let (operator, expression) = match (wanted(search), any(&search.unwanted)) {
        _ if search.is_hopeless() => ("1 = 0", None),
        (Some(wanted), _) => (" IN (SELECT ", Some(wanted)),
        (None, Some(unwanted)) => (" NOT IN (SELECT ", Some(unwanted)),
        (None, None) => ("1 = 1", None),
    };
    let Some(expression) = expression else {
        sql.push(operator);
        return;
    };
    sql.push_made(number).push(operator).push(part.number).push(" FROM search WHERE ").push(part.only);
    sql.push(" AND search MATCH ").bind(expression).push(")");
}

/// Pushes a statement for the numbers of the records of a kind that meet the search.
pub(in crate::store) fn matching(sql: &mut Sql, kind: Kind, search: &Search) {
    let part = part(kind);
    if let Some(expression) = wanted(search).filter(|_| !search.is_hopeless()) {
        sql.push("SELECT ").push(part.number).push(" FROM search WHERE ").push(part.only);
        sql.push(" AND search MATCH ").bind(expression);
    } else {
        sql.push(part.all).push(" WHERE ");
        meets(sql, &super::column("k", "n"), kind, search);
    }
}

/// Pushes a table of rows `h (n, score)` to open a statement with: the records of a kind that meet the search, the
/// best with the least score.
pub(in crate::store) fn ranked(sql: &mut Sql, kind: Kind, search: &Search) {
    let part = part(kind);
    sql.push("WITH h AS MATERIALIZED (");
    if let Some(expression) = wanted(search).filter(|_| !search.is_hopeless()) {
        sql.push("SELECT ").push(part.number).push(" AS n, ").push_made(&score());
        sql.push(" AS score FROM search WHERE ").push(part.only).push(" AND search MATCH ").bind(expression);
    } else {
        // Where no word is wanted, no record fits better than another.
        sql.push(part.all).push(" WHERE ");
        meets(sql, &super::column("k", "n"), kind, search);
    }
    sql.push(") ");
}

/// BM25 as a whole number.
fn score() -> Piece {
    let weights: Vec<String> = WEIGHTS.iter().chain(&WEIGHTS).map(ToString::to_string).collect();
    Piece(format!("CAST(bm25(search, {}) * {SCALE:.1} AS INTEGER)", weights.join(", ")))
}

/// The expression for what must be there and what must not; `None` where nothing must be there.
fn wanted(search: &Search) -> Option<String> {
    let layers = [(Layer::Stems, STEMS), (Layer::Words, WORDS)].map(|(layer, columns)| {
        let clauses: Vec<String> = search.wanted.iter().filter(|clause| clause.layer == layer).map(phrase).collect();
        (!clauses.is_empty()).then(|| format!("{columns} : ({})", clauses.join(" AND ")))
    });
    let all: Vec<String> = layers.into_iter().flatten().collect();
    let wanted = (!all.is_empty()).then(|| all.join(" AND "))?;
    Some(match any(&search.unwanted) {
        Some(unwanted) => format!("({wanted}) NOT ({unwanted})"),
        None => wanted,
    })
}

/// The expression for any of some clauses; `None` where nothing can meet one.
fn any(clauses: &[Clause]) -> Option<String> {
    let layers = [(Layer::Stems, STEMS), (Layer::Words, WORDS)].map(|(layer, columns)| {
        let clauses = clauses.iter().filter(|clause| clause.layer == layer && !clause.words.is_empty());
        let clauses: Vec<String> = clauses.map(phrase).collect();
        (!clauses.is_empty()).then(|| format!("{columns} : ({})", clauses.join(" OR ")))
    });
    let any: Vec<String> = layers.into_iter().flatten().collect();
    (!any.is_empty()).then(|| any.join(" OR "))
}

/// A clause as a phrase.
fn phrase(clause: &Clause) -> String {
    format!("\"{}\"{}", clause.words.join(" "), if clause.open { " *" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_input_can_leave_its_quotation_marks() {
        let search = Search::read("pledges \"working group\" metha* -\"a b\" -c AND ) NEAR(");
        assert_eq!(
            wanted(&search).unwrap(),
            "({title_stems names_stems place_stems summary_stems} : (\"and\" AND \"near\" AND \"pledg\") \
             AND {title names place summary} : (\"working group\" AND \"metha\" *)) NOT \
             ({title names place summary} : (\"a b\" OR \"c\"))"
        );
    }
}
