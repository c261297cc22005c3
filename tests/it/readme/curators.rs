//! The parts of `seed/README.md`: examples from the record, tables of keys and words.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use climate_timeline::domain::vocab::{
    ActorKind, Change, CommitmentKind, CommitmentRelation, Comparator, Confidence, Country, EventRelation, EventStatus,
    EventType, Level, Lineage, Mode, Party, Role, Side, SourceKind, Topic, Vocabulary, Word,
};
use climate_timeline::seed::{self, SeedFile, schemas};
use serde_json::{Value, json};

/// Where the page stands.
pub(super) const PAGE: &str = "seed/README.md";

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/seed"))
}

fn fenced(toml: &str) -> String {
    format!("```toml\n{}\n```\n", toml.trim_end())
}

/// A file of the record.
pub(super) fn file(path: &str) -> String {
    fenced(&std::fs::read_to_string(folder().join(path)).expect(path))
}

/// Some keys of a file of the record, as they stand there: `PATH KEY KEY`.
pub(super) fn part(path_and_keys: &str) -> String {
    let mut words = path_and_keys.split(' ');
    let path = words.next().expect("a path");
    let keys: Vec<&str> = words.collect();
    let text = std::fs::read_to_string(folder().join(path)).expect(path);
    let mut taken = String::new();
    let mut wanted = false;
    for line in text.lines() {
        if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.starts_with([' ', '['])) {
            wanted = keys.contains(&key);
        }
        wanted &= !line.starts_with("[[");
        if wanted {
            writeln!(taken, "{line}").expect("text grows");
        }
    }
    fenced(&taken)
}

fn schema(kind: &str) -> Value {
    let name = format!("{kind}.schema.json");
    schemas().into_iter().find(|(known, _)| *known == name).expect("a kind of record").1
}

/// The name of the definition that a schema refers to.
fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// What a key holds, in words; a word's vocabulary is further down on the page.
fn holds(root: &Value, schema: &Value) -> String {
    if let Some(name) = referred(schema) {
        let words = name.replace('-', " ");
        let listed = root["$defs"][name]["x-taplo"].is_object();
        return if listed { format!("[{words}](#{name})") } else { words };
    }
    match schema["type"].as_str() {
        Some("array") => format!("list of: {}", holds(root, &schema["items"])),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => "year".to_owned(),
        Some("number") => match schema["maximum"].as_i64() {
            Some(bound) => format!("number, -{bound} to {bound}"),
            None => "number".to_owned(),
        },
        other => panic!("{other:?}"),
    }
}

/// The keys of a record of a kind, and of each table in it that was not told of yet.
pub(super) fn keys(kind: &str, told: &mut BTreeSet<String>) -> String {
    let root = schema(kind);
    let mut out = String::new();
    let mut waiting = vec![(kind.to_owned(), root.clone())];
    while let Some((name, table)) = waiting.pop() {
        writeln!(out, "\n**{}**\n\n| key | | holds | meaning |\n|---|---|---|---|", capitalised(&name))
            .expect("text grows");
        let needed: Vec<&str> =
            table["required"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        let mut within = Vec::new();
        let properties = table["properties"].as_object().expect("a table");
        let optional = properties.keys().map(String::as_str).filter(|key| !needed.contains(key));
        for key in needed.iter().copied().chain(optional) {
            let value = &properties[key];
            let need = if needed.contains(&key) { "needed" } else { "" };
            let meaning = value["description"].as_str().expect("a meaning");
            writeln!(out, "| `{key}` | {need} | {} | {meaning} |", holds(&root, value)).expect("text grows");
            let inner = referred(value).or_else(|| referred(&value["items"]));
            if let Some(inner) = inner.filter(|inner| root["$defs"][inner]["properties"].is_object())
                && told.insert(inner.to_owned())
            {
                within.push((inner.replace('-', " "), root["$defs"][inner].clone()));
            }
        }
        waiting.extend(within.into_iter().rev());
    }
    out
}

fn capitalised(words: &str) -> String {
    let (first, rest) = words.split_at(1);
    first.to_uppercase() + rest
}

fn vocabulary<V: Vocabulary>() -> (&'static str, &'static [Word]) {
    (V::NAME, V::WORDS)
}

/// Every vocabulary that seeds use.
fn vocabularies() -> [(&'static str, &'static [Word]); 18] {
    [
        vocabulary::<EventType>(),
        vocabulary::<Level>(),
        vocabulary::<EventStatus>(),
        vocabulary::<Mode>(),
        vocabulary::<Confidence>(),
        vocabulary::<Topic>(),
        vocabulary::<Role>(),
        vocabulary::<CommitmentRelation>(),
        vocabulary::<EventRelation>(),
        vocabulary::<SourceKind>(),
        vocabulary::<ActorKind>(),
        vocabulary::<Side>(),
        vocabulary::<Party>(),
        vocabulary::<CommitmentKind>(),
        vocabulary::<Comparator>(),
        vocabulary::<Change>(),
        vocabulary::<Country>(),
        vocabulary::<Lineage>(),
    ]
}

/// A table for each vocabulary.
pub(super) fn words() -> String {
    let mut out = String::new();
    for (name, words) in vocabularies() {
        writeln!(out, "\n### {}\n\n| word | in Chinese | meaning |\n|---|---|---|", capitalised(name))
            .expect("text grows");
        for Word { word, zh, meaning } in words {
            writeln!(out, "| `{word}` | {zh} | {meaning} |").expect("text grows");
        }
    }
    out
}

#[test]
fn no_vocabulary_is_left_out() {
    let listed: BTreeSet<String> = vocabularies().map(|(name, _)| name.replace(' ', "-")).into();
    let mut used = BTreeSet::new();
    for (_, schema) in schemas() {
        let definitions = schema["$defs"].as_object().expect("definitions").iter();
        used.extend(definitions.filter(|(_, known)| known["x-taplo"].is_object()).map(|(name, _)| name.clone()));
    }
    assert_eq!(listed, used);
}

/// The fenced blocks of TOML, each with the comment on the line above, if there is one.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("```toml\n") {
        let (block, after) = after.split_once("```\n").expect("a block ends");
        let above = before.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
        let mark = above.strip_prefix("<!-- ").and_then(|above| above.strip_suffix(" -->")).unwrap_or_default();
        blocks.push((mark, block));
        rest = after;
    }
    blocks
}

/// Asserts that one of the kinds of record may hold these keys.
fn is_part_of_a_record(block: &str) {
    let table: toml::Table = block.parse().expect(block);
    let value = json!(table);
    let fits = schemas().into_iter().any(|(_, mut schema)| {
        for rule in ["required", "allOf", "if", "else"] {
            schema.as_object_mut().expect("a schema").remove(rule);
        }
        jsonschema::validator_for(&schema).expect("a schema").is_valid(&value)
    });
    assert!(fits, "no record may hold\n{block}");
}

#[test]
fn the_examples_are_read_as_records() {
    let page = std::fs::read_to_string(folder().join("README.md")).expect("a page for curators");
    let mut tried = BTreeSet::new();
    for (mark, block) in blocks(&page) {
        match mark.split_once(' ') {
            Some(("new", path)) => {
                let mut files = seed::built_in();
                files.push(SeedFile { path: path.to_owned(), text: block.to_owned().into() });
                let loaded = seed::load(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
                assert!(loaded.warnings.iter().all(|problem| problem.file != path), "{:#?}", loaded.warnings);
                tried.insert("new");
            }
            // A file as it stands in the record, which is checked whole elsewhere.
            Some(("seed", _)) => drop(tried.insert("seed")),
            _ => {
                is_part_of_a_record(block);
                tried.insert("part");
            }
        }
    }
    assert_eq!(tried.len(), 3, "{tried:?}");
}
