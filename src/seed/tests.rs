//! Whole data sets: many faults at once, there and back again, hostile text.

use std::path::Path;

use proptest::prelude::*;

use super::fixture::{self, EVENT, Seeds};
use super::{
    Problem, SeedFile, Survey, WriteError, built_in, data_version, held, load, open_dir, read_dir, write_ndjson,
    write_toml,
};
use crate::domain::library::Library;
use crate::domain::records::Records;
use crate::domain::text::Lang;
use crate::progress::Progress;

#[test]
fn the_valid_files_load_without_a_word() {
    Seeds::valid().expect(&[]);
    let dataset = fixture::dataset();
    assert_eq!((dataset.events.len(), dataset.actors.len(), dataset.commitments.len()), (3, 3, 3));
}

/// What the record owns up to: nothing bears it out but a note, or no post is known. A new one wants a decision.
#[test]
fn the_record_has_no_errors_and_only_the_warnings_that_are_known() {
    let warnings = load(&built_in()).unwrap_or_else(|problems| panic!("{problems:#?}")).warnings;
    let known = [
        "commitments/cn-forest-stock-1-3bcm-2020.toml history[3].change",
        "commitments/joint-asia-pacific-partnership.toml history[2]",
        "commitments/joint-clean-energy-research-center.toml history[4]",
        "commitments/joint-ecopartnerships.toml history[4]",
        "commitments/joint-environment-development-forum-1997.toml history[2]",
        "commitments/joint-ten-year-framework.toml history[5]",
        "commitments/us-clean-power-2035.toml history[5]",
        "events/1979/1979-01-01-diplomatic-relations.toml confidence",
        "events/1997/1997-10-29-clinton-jiang-summit.toml confidence",
        "events/2008/2008-12-01-cop14-poznan.toml actors[3].id",
        "events/2009/2009-10-21-wen-gore-clean-energy-forum.toml actors[1].id",
        "events/2011/2011-01-19-hu-state-visit-clean-energy.toml confidence",
        "events/2016/2016-06-06-sed-eighth-round.toml confidence",
        "events/2020/2020-07-14-biden-campaign-climate-plan.toml actors[0].id",
        "events/2020/2020-11-04-us-paris-exit-effective.toml actors[3].id",
        "events/2024/2024-11-12-cop29-methane-summit.toml actors[4].id",
        "events/2025/2025-01-20-podesta-leaves.toml sources",
    ];
    let found: Vec<String> = warnings.iter().map(|warning| format!("{} {}", warning.file, warning.key)).collect();
    assert_eq!(found, known, "{warnings:#?}");
}

#[test]
fn no_files_are_an_empty_data_set() {
    assert_eq!(load(&[]).unwrap().dataset, crate::domain::dataset::Dataset::default());
}

#[test]
fn toml_goes_there_and_back() {
    let dataset = fixture::dataset();
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_toml(&dataset, first.path()).unwrap();
    let files = read_dir(first.path()).unwrap();
    assert!(files.iter().any(|file| file.path == EVENT && file.text == fixture::WRITTEN_EVENT));
    let loaded = load(&files).unwrap().dataset;
    assert_eq!(loaded, dataset);
    assert_eq!(data_version(&loaded), data_version(&dataset));
    write_toml(&loaded, second.path()).unwrap();
    assert_eq!(read_dir(second.path()).unwrap(), files);
}

#[test]
fn ndjson_goes_there_and_back() {
    let dataset = fixture::dataset();
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_ndjson(&dataset, first.path()).unwrap();
    let files = read_dir(first.path()).unwrap();
    assert_eq!(files.len(), 3);
    let loaded = load(&files).unwrap().dataset;
    assert_eq!(loaded, dataset);
    assert_eq!(data_version(&loaded), data_version(&dataset));
    write_ndjson(&loaded, second.path()).unwrap();
    assert_eq!(read_dir(second.path()).unwrap(), files);
}

/// What is found in a folder of which no file is held in memory.
fn surveyed(dir: &Path) -> (Option<Survey>, Vec<Problem>) {
    let (survey, findings) = Survey::read(open_dir(dir).unwrap(), &Progress::default()).unwrap();
    (survey, findings.problems())
}

/// The record as NDJSON, each file changed by a function.
fn rewritten(change: impl Fn(&str, Vec<&str>) -> String) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("seeds");
    write_ndjson(&load(&built_in()).unwrap().dataset, &place).unwrap();
    for file in std::fs::read_dir(&place).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        std::fs::write(&path, change(name, text.lines().collect())).unwrap();
    }
    dir
}

#[test]
fn files_that_are_read_in_parts_say_what_they_say_as_a_whole() {
    let whole = load(&built_in()).unwrap().dataset;
    let changes: [fn(Vec<&str>) -> String; 4] = [
        |lines| lines.join("\n") + "\n",
        |lines| lines.join("\r\n"),
        |lines| "\u{feff}".to_owned() + &lines.join("\n\n \n"),
        // Not in order of id.
        |lines| lines.into_iter().rev().collect::<Vec<_>>().join("\n"),
    ];
    for change in changes {
        let dir = rewritten(|_, lines| change(lines));
        let dir = dir.path().join("seeds");
        let (survey, problems) = surveyed(&dir);
        let survey = survey.unwrap_or_else(|| panic!("{problems:#?}"));
        assert_eq!(survey.version(), data_version(&whole));
        assert_eq!(held(&survey).unwrap(), whole);
        let library = |records: &dyn Records| {
            let library = Library::new(records);
            let shown = |number| {
                let event = records.event(number).unwrap();
                let shown = library.shown_by_event(number).unwrap();
                Lang::ALL.map(|lang| serde_json::to_string(&library.event(&event, &shown, lang)).unwrap())
            };
            (0..records.event_count()).map(shown).collect::<Vec<_>>()
        };
        assert_eq!(library(&survey), library(&whole));
    }
}

#[test]
fn faults_are_found_in_parts_as_in_the_whole() {
    let breaks: [fn(usize, &str) -> String; 7] = [
        |_, line| line.replace("\"type\":\"call\"", "\"type\":\"cull\""),
        |_, line| line.replace("\"id\":\"xi-jinping\",\"role\"", "\"id\":\"xi-jin\",\"role\""),
        |_, line| line.replace("\"relation\":\"follows-up\"", "\"relation\":\"prepares\""),
        |number, line| {
            if number % 50 == 7 { line[..line.floor_char_boundary(line.len() / 2)].to_owned() } else { line.to_owned() }
        },
        |number, line| if number % 50 == 7 { format!("{line}\n{line}") } else { line.to_owned() },
        |_, line| line.replace("\"lang\":\"zh\"", "\"lang\":\"en\""),
        |_, line| line.replace("\"id\":\"2021-02-10-biden-xi-call\"", "\"id\":\"2021-02-10-biden-xi-talk\""),
    ];
    for broken in breaks {
        let dir = rewritten(|name, lines| {
            let events = name == "events";
            let lines = lines.iter().enumerate();
            let lines = lines.map(|(number, line)| if events { broken(number, line) } else { (*line).to_owned() });
            lines.collect::<Vec<_>>().join("\n")
        });
        let dir = dir.path().join("seeds");
        let (survey, found) = surveyed(&dir);
        let expected = load(&read_dir(&dir).unwrap());
        assert_eq!(survey.is_some(), expected.is_ok());
        assert_eq!(found, expected.map_or_else(|problems| problems, |loaded| loaded.warnings));
    }
}

#[test]
fn an_event_that_is_changed_after_it_was_checked_is_not_served() {
    let dir = rewritten(|_, lines| lines.join("\n"));
    let dir = dir.path().join("seeds");
    let (survey, _) = surveyed(&dir);
    let events = dir.join("events.ndjson");
    let text = std::fs::read_to_string(&events).unwrap().replace("\"occurred\"", "\"cancelled\"");
    std::fs::write(&events, text.replacen("envoys", "levels", 1)).unwrap();
    let survey = survey.unwrap();
    assert!((0..survey.event_count()).any(|number| survey.event(number).is_err()));
}

#[test]
fn so_many_faults_are_counted_and_not_kept() {
    let line = "{\"id\":\"2021-x\"}\n";
    let text = line.repeat(4_000);
    let sources = vec![SeedFile { path: "events.ndjson".into(), text: text.into() }.into()];
    let (_, findings) = Survey::read(sources, &Progress::default()).unwrap();
    let (more, _) = findings.more();
    assert_eq!(findings.clone().problems().len(), 10_000);
    // Seven keys that are missing, and the id that is given again and again.
    assert_eq!(10_000 + more, 8 * 4_000, "{:?}", findings.problems().first());
}

#[test]
fn a_folder_that_holds_something_is_not_written_into() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("x"), "").unwrap();
    for result in [write_toml(&fixture::dataset(), dir.path()), write_ndjson(&fixture::dataset(), dir.path())] {
        let error = result.unwrap_err();
        assert!(matches!(error, WriteError::NotEmpty { .. }) && error.to_string().contains("is not empty"), "{error}");
    }
}

#[test]
fn faults_of_several_files_come_back_at_once() {
    let mut seeds = Seeds::valid();
    seeds.edit(EVENT, "type = \"joint-statement\"", "type = \"joint-statment\"");
    seeds.edit(EVENT, "lat = 31.2", "lat = 131.2");
    seeds.edit(EVENT, "id = \"xi-jinping\"", "id = \"xi-jingping\"");
    seeds.edit(EVENT, "lang = \"zh\"\nkind", "lnag = \"zh\"\nkind");
    seeds.edit("actors/joe-biden.toml", "\"1942-11-20\"", "1942-11-20");
    seeds.edit("actors/white-house.toml", ", zh = \"白宫\"", "");
    seeds.edit("commitments/cn-peak.toml", "[[history]]\ndate = \"2020-09-22\"", "[[history]]\ndate = \"2020-09-31\"");
    seeds.put("stray.toml", "");
    seeds.put("events.ndjson", "{\"id\": \"2021-06-02-y\",}\n");
    seeds.expect(&[
        "actors/joe-biden.toml:4:8 born",
        "actors/white-house.toml:3:8 name.zh",
        "commitments/cn-peak.toml:9:8 history[0].date",
        "events.ndjson:1:23",
        "events/2021/2021-04-17-shanghai-joint-statement.toml:3:8 type",
        "events/2021/2021-04-17-shanghai-joint-statement.toml:17:10 actors[2].id",
        "events/2021/2021-04-17-shanghai-joint-statement.toml:29:76 location.lat",
        "events/2021/2021-04-17-shanghai-joint-statement.toml:44:1 sources[1].lnag",
        "stray.toml:1:1",
    ]);
}

#[test]
fn a_syntax_error_raises_no_others() {
    let breaks = [
        ("level = \"envoys\"", "level = ", "4:9"),
        ("confidence_note = { en", "confidence_note = { en =", "9:26"),
        ("zh = \"联合声明\" }", "zh = \"联合声明\"", "12:1"),
        ("\"methane\"]", "\"methane\"", "14:1"),
        ("mode = \"in-person\"", "mode = \"in-person", "6:18"),
        ("mode = \"in-person\"", "mode", "6:5"),
        ("mode = \"in-person\"", "mode = in-person", "6:8"),
        ("[[sources]]\nurl = \"http:", "[[sources]\nurl = \"http:", "40:11"),
        ("[[sources]]\nurl = \"http:", "[sources]\nurl = \"http:", "40:2 sources"),
        ("bilateral = true", "bilateral = true\nlevel = \"leaders\"", "8:1 level"),
        ("lang = \"zh\"", "lang = \"zh\"\nlang = \"zh\"", "45:1 sources[1].lang"),
    ];
    let mut wrong = Vec::new();
    for (from, to, place) in breaks {
        let mut seeds = Seeds::valid();
        seeds.edit(EVENT, from, to);
        let expected = format!("{EVENT}:{place}");
        if seeds.places() != [expected.clone()] {
            wrong.push((expected, seeds.places()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_stands_beside_a_syntax_error_is_checked_too() {
    let mut seeds = Seeds::valid();
    seeds.edit(EVENT, "level = \"envoys\"", "level = ");
    seeds.edit(EVENT, "mode = \"in-person\"", "mode = \"carrier-pigeon\"");
    seeds.edit(EVENT, "kind = \"news\"", "kind = news");
    seeds.expect(&[&format!("{EVENT}:4:9"), &format!("{EVENT}:6:8 mode"), &format!("{EVENT}:45:8")]);
}

#[test]
fn a_torn_line_does_not_make_references_to_it_wrong() {
    let mut seeds = Seeds::valid();
    let line = seeds.as_ndjson("actors/xi-jinping.toml");
    seeds.remove("actors/xi-jinping.toml");
    seeds.put("actors.ndjson", line.replacen(':', ";", 1));
    seeds.expect(&["actors.ndjson:1:6"]);
    seeds.put("actors.ndjson", line.replacen("\"id\":\"xi-jinping\",", "", 1));
    seeds.expect(&["actors.ndjson:1:1 id"]);
    seeds.put("actors.ndjson", format!("\u{feff}{line}\r\n \r\n"));
    seeds.expect(&[]);
}

/// Overwrites, inserts or takes away a few bytes of a text.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(b"\"'[]{}=,.\n#\\ a0-\xff\0".as_slice()));
    prop::collection::vec(change, 1..8).prop_map(move |changes| {
        let mut bytes = text.as_bytes().to_vec();
        for (index, how, byte) in changes {
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn survives(path: &str, text: String) {
    let path = path.to_owned();
    if let Err(problems) = load(&[SeedFile { path, text: text.into() }]) {
        assert!(problems.is_sorted() && problems.iter().all(|problem| problem.line > 0 && problem.column > 0));
    }
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        survives("events/2021-x.toml", text.clone());
        survives("commitments.ndjson", text);
    }

    #[test]
    fn hostile_words_never_panic(text in "([a-c\"'=\\[\\]{}.,# \n:0-9]|\\[\\[|\\]\\]|true|null|\"\"\"){0,80}") {
        survives("actors/x.toml", text.clone());
        survives("actors.ndjson", text);
    }

    #[test]
    fn broken_toml_never_panics(text in mutated(fixture::WRITTEN_EVENT)) {
        survives(EVENT, text);
    }

    #[test]
    fn broken_ndjson_never_panics(text in mutated(fixture::LINE)) {
        survives("commitments.ndjson", text);
    }
}
