//! Seed files: real ones with what they refer to, their lines, keys and values exchanged, left out and bent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use climate_timeline::domain::dataset::Dataset;
use climate_timeline::seed::{
    self, Problem, SeedFile, Severity, actor_line, commitment_line, data_version, event_line, write_toml,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::{bent, changes, hold};

/// What breaks readers of TOML and JSON: marks of both, halves of escapes, numbers at an edge, days that are none.
const BITS: &[&str] = &[
    "",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    ":",
    "#",
    "\n",
    "\r",
    "\r\n",
    "\\",
    "\\u",
    "\\uD800",
    "\\u0000",
    "\\U0010FFFF",
    "\t",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "é",
    "气",
    "inf",
    "nan",
    "1e999",
    "-0",
    "0x1F",
    "1_000",
    "9223372036854775808",
    "true",
    "null",
    "2021-02-30",
    "2021-02-10T00:00:00Z",
    "/..",
];

/// What stands in the place of a value.
const VALUES: &[&str] = &[
    "\"\"",
    "\" \"",
    "\"\\u0000\"",
    "\"none\"",
    "\"2021-02-30\"",
    "\"0000\"",
    "\"9999-12-31\"",
    "\"2021/2020\"",
    "0",
    "-1",
    "1e308",
    "1e999",
    "9223372036854775808",
    "true",
    "[]",
    "[[]]",
    "{}",
    "[\"a\", \"a\"]",
    "2021-02-10",
    "\"http://\"",
    "\"javascript:alert(1)\"",
    "\"US\"",
    "\"zh\"",
    "\"../../etc/passwd\"",
];

/// The most files of a case: enough for most records with what they refer to, and quick to check.
const MOST_FILES: usize = 12;

/// The real seeds, by id.
struct Record(BTreeMap<String, SeedFile>);

impl Record {
    fn new() -> Record {
        let id =
            |file: &SeedFile| file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml").to_owned();
        Record(seed::built_in().into_iter().map(|file| (id(&file), file)).collect())
    }

    /// Files with all that they refer to, each small enough; the file itself comes first.
    fn closed(&self) -> Vec<Vec<SeedFile>> {
        let closed = self.0.keys().filter_map(|id| {
            let mut ids = vec![id.as_str()];
            let mut met = BTreeSet::from([id.as_str()]);
            let mut at = 0;
            while let Some(id) = ids.get(at) {
                for part in self.0[*id].text.split('"') {
                    if let Some((id, _)) = self.0.get_key_value(part)
                        && met.insert(id)
                    {
                        ids.push(id);
                    }
                }
                at += 1;
            }
            (ids.len() <= MOST_FILES).then(|| ids.iter().map(|id| self.0[*id].clone()).collect::<Vec<_>>())
        });
        closed.filter(|files| seed::load(files).is_ok()).collect()
    }
}

/// A change to the lines of a file.
#[derive(Debug, Clone)]
enum Turn {
    Drop(Index),
    Double(Index, Index),
    Swap(Index, Index),
    /// Another value for the key of a line.
    Value(Index, &'static str),
    /// The value of another line.
    Exchange(Index, Index),
    Key(Index, &'static str),
    Cut(Index),
}

fn turn() -> impl Strategy<Value = Turn> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Turn::Drop),
        (index(), index()).prop_map(|(line, to)| Turn::Double(line, to)),
        (index(), index()).prop_map(|(one, other)| Turn::Swap(one, other)),
        (index(), select(VALUES)).prop_map(|(line, value)| Turn::Value(line, value)),
        (index(), index()).prop_map(|(one, other)| Turn::Exchange(one, other)),
        (index(), select(vec!["s", ".en", "", "former_ids", "post", "\"quoted key\""]))
            .prop_map(|(line, key)| Turn::Key(line, key)),
        index().prop_map(Turn::Cut),
    ]
}

fn turned(text: &str, turns: &[Turn]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for turn in turns {
        if lines.is_empty() {
            break;
        }
        let at = |index: &Index| index.index(lines.len());
        let value = |line: &str| line.split_once('=').map(|(_, value)| value.to_owned());
        let with = |line: &str, value: &str| line.split_once('=').map(|(key, _)| format!("{key}= {}", value.trim()));
        match turn {
            Turn::Drop(line) => drop(lines.remove(at(line))),
            Turn::Double(line, to) => lines.insert(at(to), lines[at(line)].clone()),
            Turn::Swap(one, other) => {
                let (one, other) = (at(one), at(other));
                lines.swap(one, other);
            }
            Turn::Value(line, value) => {
                let line = at(line);
                lines[line] = with(&lines[line], value).unwrap_or_default();
            }
            Turn::Exchange(one, other) => {
                let (one, other) = (at(one), at(other));
                if let Some(line) = value(&lines[other]).and_then(|value| with(&lines[one], &value)) {
                    lines[one] = line;
                }
            }
            Turn::Key(line, key) => {
                let line = at(line);
                lines[line].insert_str(0, key);
            }
            Turn::Cut(line) => {
                let line = at(line);
                lines.truncate(line);
            }
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// A problem has a place that is there, and says what is wrong.
fn told(files: &[SeedFile], problem: &Problem) -> Result<(), TestCaseError> {
    let file = files.iter().find(|file| file.path == problem.file);
    let Some(file) = file else { return Err(TestCaseError::fail(format!("no such file: {problem}"))) };
    let lines: Vec<&str> = file.text.split('\n').collect();
    prop_assert!((1..=lines.len()).contains(&problem.line), "no such line: {problem}");
    let width = lines[problem.line - 1].chars().count();
    prop_assert!((1..=width + 1).contains(&problem.column), "no such column: {problem}");
    prop_assert!(!problem.message.is_empty() && !problem.to_string().contains(char::is_control), "{problem}");
    Ok(())
}

/// The records as NDJSON seeds.
fn lines(dataset: &Dataset) -> Vec<SeedFile> {
    let file = |kind: &str, text: String| SeedFile { path: format!("{kind}.ndjson"), text: text.into() };
    vec![
        file("actors", dataset.actors.iter().map(actor_line).collect()),
        file("commitments", dataset.commitments.iter().map(commitment_line).collect()),
        file("events", dataset.events.iter().map(event_line).collect()),
    ]
}

/// What is taken is written and read back as the same data, in both forms; what is not, is told in its place.
fn survives(files: &[SeedFile]) -> Result<(), TestCaseError> {
    let size: usize = files.iter().map(|file| file.text.len()).sum();
    match seed::load(files) {
        Err(problems) => {
            prop_assert!(problems.iter().any(|problem| problem.severity == Severity::Error));
            prop_assert!(problems.is_sorted());
            prop_assert!(problems.len() <= 10 + size, "{} problems of {size} bytes", problems.len());
            problems.iter().try_for_each(|problem| told(files, problem))
        }
        Ok(loaded) => {
            loaded.warnings.iter().try_for_each(|problem| told(files, problem))?;
            let dataset = loaded.dataset;
            let dir = tempfile::tempdir().expect("a folder");
            write_toml(&dataset, dir.path()).expect("what is taken can be written");
            for again in [lines(&dataset), seed::read_dir(dir.path()).expect("what was written")] {
                let again = seed::load(&again).map_err(|problems| TestCaseError::fail(format!("{problems:#?}")))?;
                prop_assert_eq!(data_version(&again.dataset), data_version(&dataset));
                prop_assert_eq!(&again.dataset, &dataset);
            }
            Ok(())
        }
    }
}

/// A file of the corpus, as a seed of each kind of record.
fn as_each_kind(name: &str, text: &str) -> Result<(), TestCaseError> {
    for kind in ["events", "actors", "commitments"] {
        let path = if name.ends_with(".ndjson") { format!("{kind}.ndjson") } else { format!("{kind}/{name}") };
        survives(&[SeedFile { path, text: text.to_owned().into() }])?;
    }
    Ok(())
}

#[test]
fn the_seeds_that_were_found_before_are_read_or_refused_in_place() {
    let mut found = 0;
    for entry in fs::read_dir("tests/corpus/seeds").expect("the corpus is kept") {
        let path = entry.expect("an entry").path();
        let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        as_each_kind(&name, &text).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        found += 1;
    }
    assert!(found > 0);
}

#[test]
fn toml_is_read_and_written_back_or_refused_in_place() {
    let closed = Record::new().closed();
    assert!(closed.len() > 100, "{}", closed.len());
    let cases = (select(closed), proptest::collection::vec(turn(), 0..3), changes(BITS, 2));
    hold(60, &cases, |(mut files, turns, changes)| {
        files[0].text = bent(&turned(&files[0].text, &turns), &changes).into();
        survives(&files)
    });
}

/// A change to a JSON value somewhere in a tree.
#[derive(Debug, Clone)]
enum Graft {
    Drop,
    Wrap,
    Rename,
    Value(&'static str),
}

fn graft() -> impl Strategy<Value = (Index, Graft)> {
    let how =
        prop_oneof![Just(Graft::Drop), Just(Graft::Wrap), Just(Graft::Rename), select(VALUES).prop_map(Graft::Value),];
    (any::<Index>(), how)
}

/// Every place in a tree below its root.
fn places(tree: &Value) -> Vec<String> {
    let inner = |key: &str, value: &Value| {
        let key = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        let below = places(value).into_iter().map(|place| format!("{key}{place}")).collect::<Vec<_>>();
        std::iter::once(key.clone()).chain(below).collect::<Vec<_>>()
    };
    match tree {
        Value::Object(map) => map.iter().flat_map(|(key, value)| inner(key, value)).collect(),
        Value::Array(list) => list.iter().enumerate().flat_map(|(at, value)| inner(&at.to_string(), value)).collect(),
        _ => Vec::new(),
    }
}

fn grafted(line: &str, grafts: &[(Index, Graft)]) -> String {
    let mut tree: Value = serde_json::from_str(line).expect("a line of JSON");
    for (at, graft) in grafts {
        let places = places(&tree);
        if places.is_empty() {
            break;
        }
        let place = &places[at.index(places.len())];
        let (parent, key) = place.rsplit_once('/').expect("it begins with a slash");
        match graft {
            Graft::Value(value) => {
                *tree.pointer_mut(place).expect("it is there") = serde_json::from_str(value).unwrap_or_default();
            }
            Graft::Wrap => {
                let value = tree.pointer_mut(place).expect("it is there");
                *value = Value::Array(vec![value.take()]);
            }
            Graft::Drop | Graft::Rename => match tree.pointer_mut(parent).expect("it is there") {
                Value::Object(map) => {
                    let value = map.remove(key).unwrap_or_default();
                    if matches!(graft, Graft::Rename) {
                        map.insert(format!("{key}s"), value);
                    }
                }
                Value::Array(list) => drop(list.remove(key.parse().expect("a place"))),
                _ => {}
            },
        }
    }
    tree.to_string()
}

#[test]
fn ndjson_is_read_and_written_back_or_refused_in_place() {
    let closed = Record::new().closed();
    let cases = (select(closed), any::<Index>(), proptest::collection::vec(graft(), 0..3), changes(BITS, 2));
    hold(60, &cases, |(files, line, grafts, changes)| {
        let dataset = seed::load(&files).expect("real seeds are sound").dataset;
        let mut files = lines(&dataset);
        let full: Vec<usize> = (0..files.len()).filter(|at| !files[*at].text.is_empty()).collect();
        let file = &mut files[full[line.index(full.len())]];
        let mut rows: Vec<String> = file.text.lines().map(str::to_owned).collect();
        let row = line.index(rows.len());
        rows[row] = bent(&grafted(&rows[row], &grafts), &changes);
        file.text = (rows.join("\n") + "\n").into();
        survives(&files)
    });
}
