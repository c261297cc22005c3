//! Tables of comma-separated values (RFC 4180), safe to open in a spreadsheet.

use std::borrow::Cow;

use ::csv::{Terminator, Writer, WriterBuilder};

/// What tells Excel that the text is UTF-8.
const BOM: &str = "\u{feff}";

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// No value.
    Empty,
    /// Text; what a spreadsheet would run as a formula gets a `'` before it.
    Text(Cow<'a, str>),
    /// A number or a truth value, as it is written.
    Plain(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// A cell of text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        Cell::Text(text.into())
    }

    /// A cell with a number or a truth value.
    #[must_use]
    pub fn plain(value: impl std::fmt::Display) -> Cell<'a> {
        Cell::Plain(Cow::Owned(value.to_string()))
    }

    fn written(self) -> Cow<'a, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => Cow::Owned(format!("'{text}")),
            Cell::Text(text) | Cell::Plain(text) => text,
        }
    }
}

/// A table on its way out.
#[derive(Debug)]
pub struct Table {
    writer: Writer<Vec<u8>>,
}

impl Table {
    /// A table with these columns; `bom` for Excel, which takes it for another coding otherwise.
    pub fn new<'a>(columns: impl IntoIterator<Item = &'a str>, bom: bool) -> Result<Table, ::csv::Error> {
        let mut table = Table::over(if bom { BOM.as_bytes().to_vec() } else { Vec::new() });
        table.push(columns.into_iter().map(Cell::text))?;
        Ok(table)
    }

    /// More rows of a table whose beginning is already on its way.
    #[must_use]
    pub fn more() -> Table {
        Table::over(Vec::new())
    }

    fn over(bytes: Vec<u8>) -> Table {
        Table { writer: WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(bytes) }
    }

    /// Adds a row.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), ::csv::Error> {
        for cell in cells {
            self.writer.write_field(&*cell.written())?;
        }
        self.writer.write_record(None::<&[u8]>)
    }

    /// The bytes.
    pub fn into_bytes(self) -> Result<Vec<u8>, ::csv::Error> {
        self.writer.into_inner().map_err(|error| error.into_error().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: Vec<Cell<'_>>) -> String {
        let mut table = Table::more();
        table.push(cells).unwrap();
        String::from_utf8(table.into_bytes().unwrap()).unwrap()
    }

    #[test]
    fn a_table_begins_with_its_columns_and_ends_its_lines_as_rfc_4180_has_it() {
        let mut table = Table::new(["id", "count"], false).unwrap();
        table.push([Cell::text("a"), Cell::plain(2)]).unwrap();
        assert_eq!(table.into_bytes().unwrap(), b"id,count\r\na,2\r\n");
        assert_eq!(Table::new(["id"], true).unwrap().into_bytes().unwrap(), "\u{feff}id\r\n".as_bytes());
    }

    #[test]
    fn text_is_quoted_where_it_must_be() {
        assert_eq!(
            row(vec![Cell::text("a,\"b\"\nc"), Cell::Empty, Cell::text("气候")]),
            "\"a,\"\"b\"\"\nc\",,气候\r\n"
        );
        // A row of one empty cell would otherwise be an empty line, which readers skip.
        assert_eq!(row(vec![Cell::Empty]), "\"\"\r\n");
    }

    #[test]
    fn no_text_runs_as_a_formula_and_numbers_stay_numbers() {
        for (text, written) in [
            ("=1+2", "'=1+2\r\n"),
            ("+1", "'+1\r\n"),
            ("-1", "'-1\r\n"),
            ("@SUM(A1)", "'@SUM(A1)\r\n"),
            ("\t=1", "'\t=1\r\n"),
            ("\r=1", "\"'\r=1\"\r\n"),
            ("a=1", "a=1\r\n"),
            ("", "\"\"\r\n"),
        ] {
            assert_eq!(row(vec![Cell::text(text)]), written, "{text:?}");
        }
        assert_eq!(row(vec![Cell::plain(-1.5)]), "-1.5\r\n");
    }
}
