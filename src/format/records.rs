//! Records one after another, without an envelope: what whole results are made of, block by block.

use serde_json::Value;

use super::columns::{Column, columns};
use super::csv::Table;
use super::view::Event;
use super::{Format, geojson, ics, timelinejs};
use crate::domain::date::Day;
use crate::domain::text::Lang;
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
    /// A calendar could not be written.
    #[error("calendar: {0}")]
    Calendar(#[from] std::fmt::Error),
    /// A feed could not be written.
    #[error("feed: {0}")]
    Feed(#[from] atom_syndication::Error),
    /// A day that a feed cannot name.
    #[error("no time of {0}")]
    Day(Day),
}

/// What a result says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// The query as a sentence.
    pub description: String,
    /// How many of the matches have a date that is not known to the day.
    pub coarse: u64,
}

/// A record to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<'a> {
    /// The document as it is stored.
    pub stored: &'a str,
    /// The document as it is shown.
    pub finished: String,
}

/// Writes records in one of the forms.
#[derive(Debug)]
pub struct Records {
    form: Form,
    lang: Lang,
    /// How many have been written.
    count: u64,
}

#[derive(Debug)]
enum Form {
    Ndjson,
    Csv { columns: Vec<Column>, bom: bool },
    Ics,
    Geojson,
    Timelinejs,
}

impl Records {
    /// A writer of records of one resource; `None` for a form that does not put them one after another.
    #[must_use]
    pub fn new<R: Resource>(format: Format, shape: &Shape) -> Option<Records> {
        let form = match format {
            Format::Csv => Form::Csv { columns: columns(R::PROPERTIES, shape.fields.as_deref()), bom: shape.bom },
            Format::Ndjson => Form::Ndjson,
            Format::Ics => Form::Ics,
            Format::Geojson => Form::Geojson,
            Format::Timelinejs => Form::Timelinejs,
            Format::Json | Format::Html | Format::Atom | Format::Jsonfeed | Format::Sqlite | Format::Zip => {
                return None;
            }
        };
        Some(Records { form, lang: shape.lang, count: 0 })
    }

    /// Writes what comes before the first record.
    pub fn begin(&self, out: &mut Vec<u8>, about: &About) -> Result<(), WriteError> {
        let About { description, coarse } = about;
        match &self.form {
            Form::Ndjson => {}
            Form::Csv { columns, bom } => {
                let names = columns.iter().map(|column| column.name.as_str());
                out.extend(Table::new(names, *bom)?.into_bytes()?);
            }
            Form::Ics => out.extend_from_slice(ics::begin(description, *coarse, self.lang).as_bytes()),
            Form::Geojson => out.extend_from_slice(geojson::BEGIN.as_bytes()),
            Form::Timelinejs => out.extend_from_slice(timelinejs::begin(description, self.lang).as_bytes()),
        }
        Ok(())
    }

    /// Writes records.
    pub fn push(&mut self, out: &mut Vec<u8>, records: &[Written<'_>]) -> Result<(), WriteError> {
        if let Form::Csv { columns, .. } = &self.form {
            out.extend(rows(columns, records)?);
            return Ok(());
        }
        for record in records {
            let lang = self.lang;
            match &self.form {
                Form::Ndjson | Form::Csv { .. } => {
                    out.extend_from_slice(record.finished.as_bytes());
                    out.push(b'\n');
                }
                Form::Ics => {
                    let event: Event = serde_json::from_str(&record.finished)?;
                    out.extend(ics::event(&event, lang)?.unwrap_or_default().into_bytes());
                }
                Form::Geojson => {
                    self.separate(out);
                    out.extend(geojson::feature(record.stored, &record.finished)?.into_bytes());
                }
                Form::Timelinejs => {
                    let event: Event = serde_json::from_str(&record.finished)?;
                    self.separate(out);
                    serde_json::to_writer(&mut *out, &timelinejs::event(&event, lang))?;
                }
            }
            self.count += 1;
        }
        Ok(())
    }

    /// Writes what stands between two values of a JSON array.
    fn separate(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.count > 0 { b",\n" } else { b"\n" });
    }

    /// Writes what comes after the last record.
    pub fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self.form {
            Form::Ndjson | Form::Csv { .. } => b"",
            Form::Ics => ics::END.as_bytes(),
            Form::Geojson => geojson::END.as_bytes(),
            Form::Timelinejs => timelinejs::END.as_bytes(),
        });
    }
}

fn rows(columns: &[Column], records: &[Written<'_>]) -> Result<Vec<u8>, WriteError> {
    let mut table = Table::more();
    for record in records {
        let record: Value = serde_json::from_str(&record.finished)?;
        table.push(columns.iter().map(|column| column.cell(&record)))?;
    }
    Ok(table.into_bytes()?)
}
