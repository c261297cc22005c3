//! JSON Schemas (2020-12) of the TOML files, for the completion and the checks of editors.
//!
//! They are made from the tables by which records are read, and refuse what the reader refuses, but for what a schema
//! cannot say: that the calendar has no such day, that an interval ends before it begins, or what another record holds.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Kind;
use super::read::{Holds, Shape, shape};
use crate::domain::country;
use crate::domain::vocab::Word;

#[cfg(test)]
pub(super) mod tests;

/// The schema of each kind of record by the name of its file, as it is committed in `seed/schema`.
#[must_use]
pub fn schemas() -> [(String, Value); 3] {
    Kind::ALL.map(|kind| (format!("{}.schema.json", kind.word()), schema(kind)))
}

fn schema(kind: Kind) -> Value {
    let mut made = Maker::default();
    let record = made.table(shape(kind));
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("A record of the {}", kind.folder()),
        "description": format!("A TOML file of seed/{}; its name is the record's id.", kind.folder()),
    });
    if let (Some(schema), Value::Object(record)) = (schema.as_object_mut(), record) {
        schema.extend(record);
        schema.insert("$defs".to_owned(), json!(made.definitions));
    }
    schema
}

/// Makes schemas, and gathers those that others refer to.
#[derive(Default)]
struct Maker {
    definitions: BTreeMap<String, Value>,
}

impl Maker {
    fn table(&mut self, shape: &Shape) -> Value {
        let required: Vec<&str> = shape.keys.iter().filter(|row| row.needed).map(|row| row.key).collect();
        let mut properties = Map::new();
        for row in shape.keys {
            let mut property = self.value(&row.holds);
            if let Some(property) = property.as_object_mut() {
                property.insert("description".to_owned(), json!(row.meaning));
            }
            properties.insert(row.key.to_owned(), property);
        }
        let mut table = json!({
            "type": "object", "required": required, "properties": properties, "additionalProperties": false,
        });
        if let (Some(table), Value::Object(rules)) = (table.as_object_mut(), rules(shape.name)) {
            table.extend(rules);
        }
        table
    }

    fn value(&mut self, holds: &Holds) -> Value {
        match holds {
            Holds::Text => self.text("text", r"^\S([\s\S]*\S)?$", "A text, without white space round it."),
            Holds::Edtf => {
                self.text("date", &interval(), "A date in EDTF: YYYY, YYYY-MM, YYYY-MM-DD or two with / between them.")
            }
            Holds::Day => self.text("day", &format!("^{YEAR}-{MONTH}-{DAY}$"), "A day, YYYY-MM-DD."),
            Holds::Id => self.text("id", "^[a-z0-9]+(-[a-z0-9]+)*$", "The id of a record: its file's name."),
            Holds::Url => self.text("address", r"^https?://[^\s/?#]\S*$", "An absolute web address."),
            Holds::Lang => self.text("language", "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", "A language tag (BCP 47)."),
            Holds::Country => {
                let codes = json!({ "type": "string", "enum": country::CODES.as_slice() });
                self.refer("country", codes)
            }
            Holds::Word(name, words) => self.refer(&name.replace(' ', "-"), vocabulary(words)),
            Holds::Boolean => json!({ "type": "boolean" }),
            Holds::Number => json!({ "type": "number" }),
            Holds::Degrees(bound) => json!({ "type": "number", "minimum": -bound, "maximum": bound }),
            Holds::Year => json!({ "type": "integer", "minimum": 1000, "maximum": 9999 }),
            Holds::Table(shape) => {
                let table = self.table(shape);
                self.refer(&shape.name.replace(' ', "-"), table)
            }
            Holds::List(item) => json!({ "type": "array", "items": self.value(item) }),
        }
    }

    fn text(&mut self, name: &str, pattern: &str, description: &str) -> Value {
        self.refer(name, json!({ "type": "string", "pattern": pattern, "description": description }))
    }

    fn refer(&mut self, name: &str, definition: Value) -> Value {
        self.definitions.insert(name.to_owned(), definition);
        json!({ "$ref": format!("#/$defs/{name}") })
    }
}

const YEAR: &str = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
const MONTH: &str = "(0[1-9]|1[0-2])";
const DAY: &str = "(0[1-9]|[12][0-9]|3[01])";

fn interval() -> String {
    let point = format!("{YEAR}(-{MONTH}(-{DAY})?)?");
    format!("^{point}(/{point})?$")
}

/// The words, with their meanings where Taplo, which Even Better TOML runs, looks for them.
fn vocabulary(words: &[Word]) -> Value {
    let (words, meanings): (Vec<&str>, Vec<&str>) = words.iter().map(|word| (word.word, word.meaning)).unzip();
    json!({ "type": "string", "enum": words, "x-taplo": { "docs": { "enumValues": meanings } } })
}

/// What the keys of a table have to do with one another.
fn rules(table: &str) -> Value {
    let is = |key: &str, word: &str| json!({ "required": [key], "properties": { key: { "const": word } } });
    match table {
        "event" => json!({ "allOf": [
            {
                "if": { "required": ["contested"], "properties": { "contested": { "const": true } } },
                "then": { "required": ["accounts"], "properties": { "accounts": { "minItems": 1 } } },
            },
            { "if": is("confidence", "verified"), "else": { "required": ["confidence_note"] } },
        ] }),
        "actor" => json!({
            "if": is("kind", "person"),
            "else": { "properties": { "name": { "required": ["en", "zh"] } } },
        }),
        "location" => json!({ "dependentRequired": { "lat": ["lon"], "lon": ["lat"] } }),
        "source" => json!({ "anyOf": [{ "required": ["title"] }, { "required": ["about"] }] }),
        "target" => json!({ "allOf": [
            { "if": is("comparator", "by"), "then": { "required": ["target_year"] }, "else": { "required": ["value"] } },
            {
                "if": is("comparator", "range"),
                "then": { "required": ["value_high"] },
                "else": { "not": { "required": ["value_high"] } },
            },
        ] }),
        _ => json!({}),
    }
}
