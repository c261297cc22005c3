//! The schemas: of records, of what parameters are made of, and of envelopes.

use serde_json::{Map, Value, json};
use utoipa::OpenApi as _;

use super::forms::form_schemas;
use crate::domain::country;
use crate::domain::coverage::Coverage;
use crate::domain::document::{ActorDocument, CommitmentDocument, EventDocument};
use crate::domain::vocab::{
    ActorKind, Change, CommitmentKind, CommitmentRelation, Comparator, Confidence, Country, EventStatus, EventType,
    Level, Mode, Party, Role, Side, SourceKind, Status, Topic, Vocabulary as _, Word,
};
use crate::format::hit::Hit;
use crate::format::json::{ListLinks, Meta, PageInfo, SearchMeta, SelfLink};
use crate::format::rows::{GapsMeta, Silence};
use crate::format::web::{Chain, Lineage};
use crate::http::error::CODES;
use crate::query::{Actors, Commitments, Events, Facet, Kind, Problem, Resource};

/// The vocabularies by the names of their schemas.
pub(super) const VOCABULARIES: &[(&str, &[Word])] = &[
    ("ActorKind", ActorKind::WORDS),
    ("Change", Change::WORDS),
    ("CommitmentKind", CommitmentKind::WORDS),
    ("CommitmentRelation", CommitmentRelation::WORDS),
    ("Comparator", Comparator::WORDS),
    ("Confidence", Confidence::WORDS),
    ("Country", Country::WORDS),
    ("EventStatus", EventStatus::WORDS),
    ("EventType", EventType::WORDS),
    ("Level", Level::WORDS),
    ("Mode", Mode::WORDS),
    ("Party", Party::WORDS),
    ("Role", Role::WORDS),
    ("Side", Side::WORDS),
    ("SourceKind", SourceKind::WORDS),
    ("Status", Status::WORDS),
    ("Topic", Topic::WORDS),
];

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub(super) fn id_name(kind: Kind) -> String {
    format!("{}Id", capitalised(kind.singular()))
}

/// The id that examples name: the field table's.
pub(super) fn id_example<R: Resource>() -> &'static str {
    R::FIELDS.iter().find(|spec| spec.key == "id").map_or("", |spec| spec.example)
}

pub(super) fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

/// The schemas of what is published; everything they name comes along.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    EventDocument,
    ActorDocument,
    CommitmentDocument,
    Coverage,
    PageInfo,
    Facet,
    Meta,
    ListLinks,
    SelfLink,
    Silence,
    GapsMeta,
    Chain,
    Lineage,
    Hit,
    SearchMeta,
    Problem
)))]
struct Schemas;

pub(super) fn schemas() -> Value {
    let components = Schemas::openapi().components.unwrap_or_default();
    let mut schemas = serde_json::to_value(components.schemas).unwrap_or_default();
    let Some(schemas_map) = schemas.as_object_mut() else { return schemas };
    for name in ["Event", "Actor", "Commitment"] {
        // `links` is put into a record last, when it is known where the server is reached.
        if let Some(record) = schemas_map.get_mut(name).and_then(Value::as_object_mut) {
            if let Some(properties) = record.get_mut("properties").and_then(Value::as_object_mut) {
                properties.insert("links".into(), json!({ "$ref": "#/components/schemas/SelfLink" }));
            }
            // With `fields`, only the keys asked for are there; `id` always is.
            record.insert("required".into(), json!(["id"]));
        }
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        schemas_map.insert(
            format!("{name}List"),
            json!({
                "type": "object", "description": format!("A page of {}s.", name.to_lowercase()),
                "required": ["data", "page", "meta", "links"],
                "properties": {
                    "data": { "type": "array", "items": reference },
                    "page": { "$ref": "#/components/schemas/Page" },
                    "facets": { "type": "array", "description": "There only when asked for.", "items": { "$ref": "#/components/schemas/Facet" } },
                    "included": { "$ref": "#/components/schemas/Included" },
                    "meta": { "$ref": "#/components/schemas/Meta" },
                    "links": { "$ref": "#/components/schemas/ListLinks" },
                },
            }),
        );
        schemas_map.insert(
            format!("{name}Item"),
            json!({
                "type": "object", "description": format!("One {}.", name.to_lowercase()),
                "required": ["data", "meta", "links"],
                "properties": {
                    "data": reference,
                    "included": { "$ref": "#/components/schemas/Included" },
                    "meta": { "$ref": "#/components/schemas/Meta" },
                    "links": { "$ref": "#/components/schemas/SelfLink" },
                },
            }),
        );
    }
    for (name, words) in VOCABULARIES {
        if let Some(Value::String(description)) =
            schemas_map.get_mut(*name).and_then(|schema| schema.get_mut("description"))
        {
            let lines = words.iter().map(|word| format!("\n- `{}`: {}", word.word, word.meaning));
            description.push('\n');
            description.extend(lines);
        }
    }
    if let Value::Object(plain) = plain_schemas() {
        schemas_map.extend(plain);
    }
    if let Value::Object(dictionary) = dictionary_schemas() {
        schemas_map.extend(dictionary);
    }
    if let Value::Object(forms) = form_schemas() {
        schemas_map.extend(forms);
    }
    if let Value::Object(enveloped) = envelope_schemas() {
        schemas_map.extend(enveloped);
    }
    schemas
}

const YEAR: &str = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
const MONTH: &str = "(0[1-9]|1[0-2])";
/// The days that no month has are left to `format`.
const DAY: &str = "(0[1-9]|[12][0-9]|3[01])";

/// What parameters are made of.
fn plain_schemas() -> Value {
    let year = format!("^{YEAR}$");
    let month = format!("^{YEAR}-{MONTH}$");
    let day = format!("^{YEAR}-{MONTH}-{DAY}$");
    let id = |kind: Kind, example: &str| {
        json!({
            "type": "string", "description": format!("The id of one of the {}: it never changes.", kind.plural()),
            "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "examples": [example],
        })
    };
    json!({
        "EventId": id(Kind::Events, id_example::<Events>()),
        "ActorId": id(Kind::Actors, id_example::<Actors>()),
        "CommitmentId": id(Kind::Commitments, id_example::<Commitments>()),
        "CountryCode": {
            "type": "string", "description": "A country (ISO 3166-1 alpha-2).", "enum": country::CODES.as_slice(), "examples": ["US"],
        },
        "Year": { "type": "string", "description": "A year of four digits, 0001 to 9999.", "pattern": year, "examples": ["2021"] },
        "Day": {
            "type": "string", "description": "A day, `YYYY-MM-DD`, of the Gregorian calendar.",
            "format": "date", "pattern": day, "examples": ["2021-02-10"],
        },
        "DayMonthOrYear": {
            "description": "A day, a month or a year: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.",
            "anyOf": [
                { "type": "string", "pattern": year },
                { "type": "string", "pattern": month },
                { "type": "string", "format": "date", "pattern": day },
            ],
            "examples": ["2021", "2021-04", "2021-04-17"],
        },
        "Phrase": {
            "type": "string", "description": "Text with a letter or a digit in it, and without NUL characters.",
            "minLength": 1, "pattern": "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$", "examples": ["special envoy"],
        },
        "Search": {
            "type": "string",
            "description": "Words, `\"a phrase\"`, `-word` and `word*`, in English or Chinese; any text but an empty one, without NUL characters.",
            "minLength": 1, "pattern": "^[^\\u0000]+$", "examples": ["methane -summit"],
        },
        "ErrorCode": {
            "type": "string", "description": "What went wrong; `/problems/{code}` says what it means.",
            "enum": CODES.iter().map(|code| code.code).collect::<Vec<_>>(),
        },
    })
}

/// What the data dictionary is made of.
fn dictionary_schemas() -> Value {
    let listed = |item: Value| json!({ "type": "array", "items": item });
    let text = json!({ "type": "string" });
    json!({
        "Dictionary": {
            "type": "object", "description": "The data dictionary: what each kind of record holds, and how it can be asked for.",
            "required": Kind::ALL.map(Kind::plural),
            "properties": of_each_kind(&reference("DictionaryOfResource")),
        },
        "DictionaryOfResource": {
            "type": "object", "description": "What one kind of record holds, and how it can be asked for.",
            "required": ["properties", "columns", "filters", "periods", "sorts", "parameters", "include"],
            "properties": {
                "properties": listed(object(&[("key", &text), ("type", &text), ("meaning", &text)])),
                "columns": {
                    "type": "array", "description": "The columns of CSV, in order; `several` values are joined by `;`.",
                    "items": object(&[("name", &text), ("type", &text), ("several", &json!({ "type": "boolean" }))]),
                },
                "filters": listed(reference("DictionaryOfFilter")),
                "periods": listed(reference("DictionaryOfPeriod")),
                "sorts": listed(object(&[("key", &text), ("meaning", &text)])),
                "parameters": listed(object(&[("key", &text), ("meaning", &text), ("example", &text)])),
                "include": listed(text.clone()),
            },
        },
        "DictionaryOfFilter": {
            "type": "object", "description": "A field that records can be filtered by.",
            "required": ["key", "type", "meaning", "vocabulary", "forms", "none", "several", "facet", "grouping", "example"],
            "properties": {
                "key": text, "type": text, "meaning": text,
                "vocabulary": {
                    "type": ["array", "null"], "description": "The words that it takes; null where they are not a closed list.",
                    "items": object(&[("word", &text), ("zh", &text), ("meaning", &text)]),
                },
                "forms": { "type": "array", "description": "The parameters that ask for it.", "items": text },
                "none": { "type": "boolean", "description": "Whether `none` stands for no value." },
                "several": { "type": "boolean", "description": "Whether it takes several values." },
                "facet": { "type": "boolean", "description": "Whether `facets=` counts by it." },
                "grouping": { "type": "boolean", "description": "Whether statistics group by it (`by=`)." },
                "example": text,
            },
        },
        "DictionaryOfPeriod": {
            "type": "object", "description": "A period that records are counted by, beside the years of a field.",
            "required": ["key", "meaning", "facet", "grouping"],
            "properties": {
                "key": text, "meaning": text,
                "facet": { "type": "boolean", "description": "Whether `facets=` counts by it." },
                "grouping": { "type": "boolean", "description": "Whether statistics group by it (`by=`)." },
            },
        },
    })
}

/// What answers are made of beside records.
fn envelope_schemas() -> Value {
    let by_id = |name: &str| json!({ "type": "object", "additionalProperties": reference(name) });
    let listed = |item: Value| json!({ "type": "array", "items": item });
    let text = json!({ "type": "string" });
    let day = json!({ "type": ["string", "null"], "format": "date" });
    let records = json!({
        "type": "object", "description": "How many records there are of each kind.",
        "required": Kind::ALL.map(Kind::plural),
        "properties": of_each_kind(&json!({ "type": "integer", "minimum": 0 })),
    });
    json!({
        "StatsRow": super::counts::row(),
        "Included": {
            "type": "object", "description": "The full records behind the stubs of an answer, by kind and id; there only when asked for.",
            "properties": { "events": by_id("Event"), "actors": by_id("Actor"), "commitments": by_id("Commitment") },
        },
        "Records": records,
        "Entry": {
            "type": "object", "description": "Where everything is, and what the data set holds.",
            "required": ["title", "version", "records", "first_day", "last_day", "coverage", "licence", "links"],
            "properties": {
                "title": text, "version": text, "records": reference("Records"), "first_day": day, "last_day": day,
                "coverage": reference("Coverage"), "licence": text,
                "links": { "type": "object", "additionalProperties": { "anyOf": [text, listed(text.clone())] } },
            },
        },
        "ErrorMeaning": {
            "type": "object", "description": "What an error means and how to mend the request.",
            "required": ["code", "status", "title", "meaning", "mend"],
            "properties": {
                "code": reference("ErrorCode"), "status": { "type": "integer", "minimum": 400, "maximum": 599 },
                "title": text, "meaning": text, "mend": text,
            },
        },
        "Alive": {
            "type": "object", "description": "The process lives.",
            "required": ["status"], "properties": { "status": { "type": "string", "const": "alive" } },
        },
        "Ready": {
            "type": "object", "description": "A data set is served.",
            "required": ["status", "version", "loaded", "age_seconds", "last_load", "failed_loads", "records"],
            "properties": {
                "status": { "type": "string", "const": "ready" }, "version": text,
                "loaded": { "type": "string", "format": "date-time", "description": "When the data set that is served was loaded." },
                "age_seconds": { "type": "integer", "minimum": 0, "description": "How long ago that was." },
                "last_load": {
                    "type": "object", "description": "The last time that seeds were read.", "required": ["at", "problems"],
                    "properties": {
                        "at": { "type": "string", "format": "date-time" },
                        "problems": { "type": "integer", "minimum": 0, "description": "If there were any, the data set is the one before." },
                    },
                },
                "failed_loads": { "type": "integer", "minimum": 0, "description": "How many loads have failed since the start." },
                "records": reference("Records"),
            },
        },
        "Problem": {
            "type": "object", "description": "What went wrong (RFC 9457).",
            "required": ["type", "code", "title", "status", "detail", "request_id"],
            "properties": {
                "type": { "type": "string", "description": "The address of a page that says what the error means." },
                "code": reference("ErrorCode"),
                "title": text,
                "status": { "type": "integer", "minimum": 400, "maximum": 599 },
                "detail": text,
                "request_id": { "type": ["string", "null"], "description": "The request's id, as in `X-Request-Id` and the log." },
                "errors": { "type": "array", "items": reference("ParameterProblem"), "description": "Every parameter that is refused." },
            },
        },
    })
}

/// The same schema under the name of each kind of record.
fn of_each_kind(schema: &Value) -> Map<String, Value> {
    Kind::ALL.into_iter().map(|kind| (kind.plural().to_owned(), schema.clone())).collect()
}

/// An object with these keys, all of them there.
pub(super) fn object(keys: &[(&str, &Value)]) -> Value {
    let required: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    let properties: Map<String, Value> =
        keys.iter().map(|(key, schema)| ((*key).to_owned(), (*schema).clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::super::parameters::value_schema;
    use super::*;
    use crate::query::fields::ValueType;

    /// Asserts that each vocabulary of a field table is referred to by name.
    fn all_named<R: Resource>() {
        for spec in R::FIELDS {
            if let ValueType::Words(_) = spec.values {
                assert!(value_schema(spec.values, false).get("$ref").is_some(), "{}", spec.key);
            }
        }
    }

    #[test]
    fn every_vocabulary_has_its_schema() {
        let document = document("");
        for (name, words) in VOCABULARIES {
            let words: Vec<&str> = words.iter().map(|word| word.word).collect();
            assert_eq!(document["components"]["schemas"][name]["enum"], json!(words), "{name}");
        }
        all_named::<Events>();
        all_named::<Actors>();
        all_named::<Commitments>();
    }
}
