//! The Data Package: a zip archive with its description, tables, dictionary, licence, citation and seeds.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::descriptor::{Resource, descriptor};
use super::{PackageError, Records};
use crate::format::csv;
use crate::store::Store;
use crate::tables::{self, Cell, Rows, Table};

const LICENCE_TEXT: &str = include_str!("../../LICENSE-DATA");
const CITATION: &str = include_str!("../../CITATION.cff");
const README: &str = include_str!("README.md");

/// The data set as a Data Package; `base` is the server's public address, if it has one.
pub async fn package(store: &Store, base: &str) -> Result<Vec<u8>, PackageError> {
    let mut sheets = Sheets::new()?;
    let mut seeds: BTreeMap<&str, String> = BTreeMap::new();
    let mut records = Records::of(store);
    while let Some(batch) = records.next().await? {
        for rows in batch.rows(&records.actors) {
            sheets.add(rows)?;
        }
        seeds.entry(batch.kind.plural()).or_default().push_str(&batch.lines);
    }
    sheets.add(tables::dictionary::rows())?;
    let resources = sheets.finish()?;

    let mut description = serde_json::to_vec_pretty(&descriptor(&store.catalogue().version, base, &resources))?;
    description.push(b'\n');
    let mut files = vec![("datapackage.json".to_owned(), description)];
    for (name, text) in [("README.md", README), ("LICENSE", LICENCE_TEXT), ("CITATION.cff", CITATION)] {
        files.push((name.to_owned(), text.as_bytes().to_vec()));
    }
    files.extend(resources.into_iter().map(|resource| (resource.path, resource.bytes)));
    files.extend(seeds.into_iter().map(|(kind, lines)| (format!("seed/{kind}.ndjson"), lines.into_bytes())));
    archive(files)
}

/// Every table, on its way into a file.
struct Sheets(Vec<(&'static Table, csv::Table)>);

impl Sheets {
    fn new() -> Result<Sheets, PackageError> {
        let dictionary = [&tables::dictionary::FIELDS, &tables::dictionary::WORDS];
        let mut sheets = Vec::new();
        for table in tables::TABLES.iter().copied().chain(dictionary) {
            sheets.push((table, csv::Table::new(table.columns.iter().map(|column| column.name), false)?));
        }
        Ok(Sheets(sheets))
    }

    fn add(&mut self, rows: Rows<'_>) -> Result<(), PackageError> {
        for (table, row) in rows {
            let sheet = self.0.iter_mut().find(|(known, _)| known.name == table.name);
            if let Some((_, sheet)) = sheet {
                sheet.push(row.into_iter().map(written))?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Resource>, PackageError> {
        let mut resources = Vec::new();
        for (table, sheet) in self.0 {
            resources.push(Resource { table, path: format!("data/{}.csv", table.name), bytes: sheet.into_bytes()? });
        }
        Ok(resources)
    }
}

fn written(cell: Cell<'_>) -> csv::Cell<'_> {
    match cell {
        Cell::None => csv::Cell::Empty,
        Cell::Text(text) => csv::Cell::text(text),
        Cell::Integer(number) => csv::Cell::plain(number),
        Cell::Number(number) => csv::Cell::plain(number),
        Cell::Boolean(truth) => csv::Cell::plain(truth),
    }
}

/// The files as an archive. All have the same time, the earliest that the format can write.
fn archive(files: Vec<(String, Vec<u8>)>) -> Result<Vec<u8>, PackageError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        archive.start_file(path, options)?;
        archive.write_all(&bytes).map_err(zip::result::ZipError::Io)?;
    }
    Ok(archive.finish()?.into_inner())
}
