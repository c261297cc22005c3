//! Records one after another, without an envelope: what whole results are made of, block by block.

use serde_json::Value;

use super::Format;
use super::columns::{Column, columns};
use super::csv::Table;
use crate::query::{Resource, Shape};

/// Why records could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A document is not what it should be.
    #[error("document: {0}")]
    Document(#[from] serde_json::Error),
    /// A table could not be written.
    #[error("table: {0}")]
    Table(#[from] ::csv::Error),
}

/// Writes records in one of the forms.
#[derive(Debug)]
pub enum Records {
    /// One JSON object a line.
    Ndjson,
    /// A table.
    Csv {
        /// Its columns.
        columns: Vec<Column>,
        /// Whether it begins with a byte order mark.
        bom: bool,
    },
}

impl Records {
    /// A writer of records of one resource.
    #[must_use]
    pub fn new<R: Resource>(format: Format, shape: &Shape) -> Records {
        match format {
            Format::Csv => Records::Csv { columns: columns(R::PROPERTIES, shape.fields.as_deref()), bom: shape.bom },
            _ => Records::Ndjson,
        }
    }

    /// Writes what comes before the first record.
    pub fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        match self {
            Records::Ndjson => {}
            Records::Csv { columns, bom } => {
                let names = columns.iter().map(|column| column.name.as_str());
                out.extend(Table::new(names, *bom)?.into_bytes()?);
            }
        }
        Ok(())
    }

    /// Writes records, each finished JSON.
    pub fn push(&mut self, out: &mut Vec<u8>, records: &[String]) -> Result<(), WriteError> {
        match self {
            Records::Ndjson => {
                for record in records {
                    out.extend_from_slice(record.as_bytes());
                    out.push(b'\n');
                }
            }
            Records::Csv { columns, .. } => {
                let mut table = Table::more();
                for record in records {
                    let record: Value = serde_json::from_str(record)?;
                    table.push(columns.iter().map(|column| column.cell(&record)))?;
                }
                out.extend(table.into_bytes()?);
            }
        }
        Ok(())
    }

    /// Writes what comes after the last record.
    pub fn end(&mut self, _out: &mut Vec<u8>) {}
}
