//! The schemas and the reader agree.

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::super::fixture::Seeds;
use super::super::problem::Severity;
use super::super::read::{Piece, read_event, read_few};
use super::super::{SeedFile, built_in};
use super::{Kind, schema, schemas};

fn validator(kind: Kind) -> Validator {
    jsonschema::draft202012::new(&schema(kind)).unwrap()
}

fn kind_of(path: &str) -> Kind {
    Kind::ALL.into_iter().find(|kind| path.starts_with(kind.folder())).unwrap()
}

/// A TOML file as JSON; a date without quotes becomes a table, which no schema takes for a date either.
fn as_json(text: &str) -> Option<Value> {
    serde_json::to_value(text.parse::<toml::Table>().ok()?).ok()
}

/// What a schema cannot say, by what the reader says of it.
const BEYOND: [&str; 5] = [
    "the calendar has no such date",
    "the interval ends before it begins",
    "dates are the same",
    "`value_high` is not above `value`",
    "does not begin with",
];

/// Whether the reader takes a file, and why not; nothing where it finds only what a schema cannot say.
fn verdict(file: &SeedFile) -> Option<(bool, Vec<String>)> {
    let piece = Piece { file: &file.path, text: &file.text, first_line: 1 };
    let mut problems = Vec::new();
    match kind_of(&file.path) {
        Kind::Event => drop(read_event(piece, &mut problems)),
        kind => drop(read_few(&[(kind, piece)], &mut problems)),
    }
    let errors = problems.into_iter().filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|problem| problem.to_string()).collect();
    let beyond = |error: &String| BEYOND.iter().any(|beyond| error.contains(beyond));
    (errors.is_empty() || !errors.iter().all(beyond)).then_some((errors.is_empty(), errors))
}

/// Asserts that the schema takes a TOML file if the reader does, and refuses it if the reader does.
#[track_caller]
pub(in crate::seed) fn agree(file: &SeedFile) {
    let (Some(value), Some((taken, why))) = (as_json(&file.text), verdict(file)) else { return };
    let valid = validator(kind_of(&file.path)).is_valid(&value);
    assert_eq!(valid, taken, "{}: {why:?}\n{}", file.path, file.text);
}

#[test]
fn the_committed_schemas_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/schema");
    for (name, schema) in schemas() {
        let made = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("RENEW").is_some() {
            std::fs::write(folder.join(&name), &made).unwrap();
        }
        let committed = std::fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(committed == made, "seed/schema/{name} is stale: run `RENEW=1 cargo test --lib schema`");
    }
}

#[test]
fn the_schemas_are_schemas() {
    for (name, schema) in schemas() {
        assert!(jsonschema::draft202012::meta::validate(&schema).is_ok(), "{name}");
    }
}

#[test]
fn every_record_fits_its_schema() {
    let validators = Kind::ALL.map(|kind| (kind, validator(kind)));
    let files = built_in();
    assert!(!files.is_empty());
    for file in files {
        let kind = kind_of(&file.path);
        let (_, validator) = validators.iter().find(|(known, _)| *known == kind).unwrap();
        let value = as_json(&file.text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.path);
    }
}

/// Records that use every key there is.
fn records() -> Vec<SeedFile> {
    let mut seeds = Seeds::valid();
    seeds.put(
        "actors/full.toml",
        r#"kind = "organisation"
side = "other"
name = { en = "Full", zh = "全" }
born = "1953"
updated = "2026-11-24"
former_ids = ["fuller"]
roles = [
  { title = { en = "a", zh = "甲" }, organisation = "full", from = "1990", to = "1991", note = { en = "b", zh = "乙" } },
]
sources = [
  { url = "https://example.org/", publisher = "P", title = "T", about = "A", date = "2021", lang = "en", kind = "news" },
]
"#,
    );
    seeds.put(
        "commitments/joint-full.toml",
        r#"party = "joint"
kind = "process"
title = { en = "a", zh = "甲" }
summary = { en = "a", zh = "甲" }
topics = ["coal"]
target = { metric = { en = "a", zh = "甲" }, comparator = "range", value = 1, value_high = 4e4, unit = "%", baseline = "2005", target_year = 2030 }
related = [{ id = "us-2030", relation = "part-of" }]
updated = "2026-11-24"
former_ids = ["joint-fuller"]
history = [
  { date = "2021", change = "announced", by = "US", event = "2021-x", note = { en = "a", zh = "甲" }, sources = [
    { url = "https://example.org/", publisher = "P", title = "T", about = "A", date = "2021", lang = "en", kind = "news" },
  ] },
]
sources = [
  { url = "https://example.org/", publisher = "P", title = "T", about = "A", date = "2021", lang = "en", kind = "news" },
]
"#,
    );
    seeds.files()
}

/// The paths of all keys in a value, without the places in lists.
fn paths_of_value(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = format!("{path}.{key}");
                paths_of_value(value, &path, paths);
                paths.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths_of_value(item, path, paths)),
        _ => {}
    }
}

/// The paths of all keys that a schema knows.
fn paths_of_schema(root: &Value, schema: &Value, path: &str, paths: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        paths_of_schema(root, &root["$defs"][name.trim_start_matches("#/$defs/")], path, paths);
    }
    if schema["items"].is_object() {
        paths_of_schema(root, &schema["items"], path, paths);
    }
    for (key, schema) in schema["properties"].as_object().unwrap_or(&Map::new()) {
        let path = format!("{path}.{key}");
        paths_of_schema(root, schema, &path, paths);
        paths.insert(path);
    }
}

#[test]
fn the_records_tried_use_every_key() {
    for kind in Kind::ALL {
        let (mut used, mut known) = (BTreeSet::new(), BTreeSet::new());
        for file in records().iter().filter(|file| kind_of(&file.path) == kind) {
            paths_of_value(&as_json(&file.text).unwrap(), "", &mut used);
        }
        let schema = schema(kind);
        paths_of_schema(&schema, &schema, "", &mut known);
        assert_eq!(used, known);
    }
}

/// Values of every kind, and near misses of each.
fn probes() -> Vec<Value> {
    let mut probes = vec![
        json!(true),
        json!(false),
        json!(7),
        json!(-200),
        json!(2030),
        json!(20300),
        json!(7.5),
        json!(""),
        json!("x"),
        json!(" x"),
        json!("x\n"),
        json!("Two Words"),
        json!("two-words"),
        json!("2021"),
        json!("0000"),
        json!("2021-02"),
        json!("2021-13"),
        json!("2021-02-10"),
        json!("2021-2-10"),
        json!("2021-02/2021-03-01"),
        json!("2021/"),
        json!("https://example.org/a"),
        json!("https:///a"),
        json!("ftp://a.example"),
        json!("https://a b"),
        json!("UK"),
        json!([]),
        json!([1]),
        json!(["x"]),
        json!(["methane"]),
        json!([{}]),
        json!({}),
        json!({ "en": "a" }),
        json!({ "en": "a", "zh": "b" }),
        json!({ "en": "a", "zh": "b", "fr": "c" }),
        json!({ "en": 1, "zh": "b" }),
    ];
    for kind in Kind::ALL {
        let schema = schema(kind);
        for definition in schema["$defs"].as_object().unwrap().values().filter(|known| known["x-taplo"].is_object()) {
            let words = definition["enum"].as_array().unwrap();
            probes.extend([words[0].clone(), words[words.len() - 1].clone()]);
        }
    }
    probes
}

/// Gives `visit` every value that comes of a change in one place.
fn changed(whole: &Value, at: &str, probes: &[Value], visit: &mut dyn FnMut(&Value)) {
    let mut put = |pointer: &str, value: &Value| {
        let mut changed = whole.clone();
        *changed.pointer_mut(pointer).unwrap() = value.clone();
        visit(&changed);
    };
    match whole.pointer(at).unwrap() {
        Value::Object(entries) => {
            let mut more = entries.clone();
            more.insert("unknown".to_owned(), json!("x"));
            put(at, &Value::Object(more));
            for key in entries.keys() {
                let mut fewer = entries.clone();
                fewer.remove(key);
                put(at, &Value::Object(fewer));
                let at = format!("{at}/{key}");
                for probe in probes {
                    put(&at, probe);
                }
            }
            entries.keys().for_each(|key| changed(whole, &format!("{at}/{key}"), probes, visit));
        }
        Value::Array(items) => {
            for index in 0..items.len() {
                let at = format!("{at}/{index}");
                for probe in probes {
                    put(&at, probe);
                }
            }
            (0..items.len()).for_each(|index| changed(whole, &format!("{at}/{index}"), probes, visit));
        }
        _ => {}
    }
}

#[test]
fn the_schemas_refuse_what_the_reader_refuses_and_nothing_else() {
    let probes = probes();
    let (mut taken, mut refused) = (0, 0);
    let mut differ = Vec::new();
    for file in records() {
        let kind = kind_of(&file.path);
        let validator = validator(kind);
        let id = file.path.rsplit('/').next().unwrap().trim_end_matches(".toml");
        changed(&as_json(&file.text).unwrap(), "", &probes, &mut |value| {
            let mut line = value.clone();
            line.as_object_mut().unwrap().insert("id".to_owned(), json!(id));
            let path = format!("{}.ndjson", kind.folder());
            let Some((read, why)) = verdict(&SeedFile { path, text: line.to_string().into() }) else { return };
            let valid = validator.is_valid(value);
            *if valid { &mut taken } else { &mut refused } += 1;
            if valid != read {
                differ.push(format!("valid {valid}, read {read}, {why:?}: {value}"));
            }
        });
    }
    assert!(differ.is_empty(), "{} differ, such as {:#?}", differ.len(), differ.first_chunk::<3>());
    assert!(taken > 1000 && refused > 10_000, "{taken} taken, {refused} refused");
}
