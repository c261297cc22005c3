//! `datapackage.json`: what the package holds, as Data Package v2 has it.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{LICENCE_TITLE, LICENCE_URL, TITLE};
use crate::format::LICENCE;
use crate::tables::{CellKind, Column, Table};

/// A table as a file of the package.
pub(super) struct Resource {
    pub(super) table: &'static Table,
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

pub(super) fn descriptor(version: &str, base: &str, resources: &[Resource]) -> Value {
    let mut descriptor = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "us-china-climate-timeline",
        "title": TITLE,
        "description": "The record of climate diplomacy between the United States and China since 1979: events, actors \
            and commitments, in English and Chinese, with the sources of every record.",
        "version": version,
        "keywords": ["climate diplomacy", "United States", "China", "timeline"],
        "licenses": [{ "name": LICENCE, "title": LICENCE_TITLE, "path": LICENCE_URL }],
        "contributors": [{ "title": format!("The maintainers of the {TITLE}"), "roles": ["author"] }],
        "resources": resources.iter().map(resource).collect::<Vec<_>>(),
    });
    if let (Some(descriptor), false) = (descriptor.as_object_mut(), base.is_empty()) {
        descriptor.insert("homepage".to_owned(), json!(base));
    }
    descriptor
}

fn resource(resource: &Resource) -> Value {
    let Resource { table, path, bytes } = resource;
    let references = table.columns.iter().filter_map(|column| {
        let of = column.of?;
        Some(json!({ "fields": [column.name], "reference": { "resource": of, "fields": ["id"] } }))
    });
    json!({
        "name": table.name,
        "type": "table",
        "description": table.meaning,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": bytes.len(),
        "hash": format!("sha256:{:x}", Bytes::copy_from_slice(&Sha256::digest(bytes))),
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": table.columns.iter().map(field).collect::<Vec<_>>(),
            "primaryKey": table.key,
            "foreignKeys": references.collect::<Vec<_>>(),
        },
    })
}

fn field(column: &Column) -> Value {
    let (kind, format) = match column.kind {
        CellKind::Text | CellKind::Word(_) | CellKind::Date => ("string", None),
        CellKind::Integer => ("integer", None),
        CellKind::Number => ("number", None),
        CellKind::Boolean => ("boolean", None),
        CellKind::Day => ("date", None),
        CellKind::Year => ("year", None),
        CellKind::Address => ("string", Some("uri")),
    };
    let mut constraints = Map::new();
    if !column.optional {
        constraints.insert("required".to_owned(), json!(true));
    }
    if let CellKind::Word(words) = column.kind {
        constraints.insert("enum".to_owned(), words.iter().map(|word| word.word).collect());
    }
    let mut field = json!({ "name": column.name, "type": kind, "description": column.meaning });
    if let Some(field) = field.as_object_mut() {
        if let Some(format) = format {
            field.insert("format".to_owned(), json!(format));
        }
        if !constraints.is_empty() {
            field.insert("constraints".to_owned(), Value::Object(constraints));
        }
    }
    field
}
