//! The made-up seeds that speed is measured with.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use climate_timeline::BUILD;
use climate_timeline::domain::dataset::Dataset;
use climate_timeline::domain::records::Records;
use climate_timeline::progress::Progress;
use climate_timeline::seed::{self, Loaded, SeedFile, Survey};
use climate_timeline::store::{Place, Stamp, Store};

use crate::world::World;

fn files(events: u64) -> Vec<SeedFile> {
    let world = World::new(events);
    let file = |path: &str, text: Vec<u8>| SeedFile {
        path: path.to_owned(),
        text: String::from_utf8(text).expect("seeds are text").into(),
    };
    let (mut actors, mut commitments, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    world.write_actors(&mut actors).expect("memory takes what is written");
    world.write_commitments(&mut commitments).expect("memory takes what is written");
    world.write_events(&mut lines).expect("memory takes what is written");
    vec![file("actors.ndjson", actors), file("commitments.ndjson", commitments), file("events.ndjson", lines)]
}

#[test]
fn they_are_sound_and_the_same_each_time() {
    for events in [0, 1, 2, 700] {
        let files = files(events);
        assert_eq!(files, self::files(events));
        let Loaded { dataset, warnings } = seed::load(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(dataset.events.len() as u64, events);
        assert!(warnings.is_empty(), "{warnings:#?}");
    }
}

/// The database that is filled with records and its documents, byte for byte.
async fn filled(records: Arc<dyn Records>) -> BTreeMap<OsString, Vec<u8>> {
    let dir = tempfile::tempdir().expect("a folder");
    let stamp = Stamp { version: "v".into(), build: BUILD.into(), fingerprint: String::new() };
    let place = Place::File(dir.path().join("kept.db"));
    Store::build(records, stamp, &place, &Arc::default()).await.expect("sound records load").close().await;
    let files = std::fs::read_dir(dir.path()).expect("the folder is there").map(|file| file.expect("a file"));
    files.map(|file| (file.file_name(), std::fs::read(file.path()).expect("it can be read"))).collect()
}

#[tokio::test]
async fn what_is_read_from_disk_a_part_at_a_time_fills_the_database_as_what_is_in_memory() {
    let dir = tempfile::tempdir().expect("a folder");
    let files = files(400);
    for file in &files {
        std::fs::write(dir.path().join(&file.path), &*file.text).expect("the disk has room");
    }
    let sources = seed::open_dir(dir.path()).expect("the files are there");
    let (survey, _) = Survey::read(sources, &Progress::default()).expect("they can be read");
    let survey = filled(Arc::new(survey.expect("they are sound"))).await;
    let dataset = seed::load(&files).expect("they are sound").dataset;
    let dataset = filled(Arc::new(dataset)).await;
    assert_eq!(survey.len(), 3);
    assert!(survey == dataset);
}

type Measure = fn(&Dataset) -> usize;

/// They stand for the real record, so they have to be like it in what costs time.
#[test]
fn they_are_as_long_and_as_connected_as_the_record() {
    let made_up = seed::load(&files(700)).expect("they are sound").dataset;
    let record = crate::support::dataset();
    let measures: [(&str, Measure); 5] = [
        ("English", |data| data.events.iter().map(|event| event.summary.en.len()).sum()),
        ("Chinese", |data| data.events.iter().map(|event| event.summary.zh.len()).sum()),
        ("actors", |data| data.events.iter().map(|event| event.actors.len()).sum()),
        ("topics", |data| data.events.iter().map(|event| event.topics.len()).sum()),
        ("sources", |data| data.events.iter().map(|event| event.sources.len()).sum()),
    ];
    for (what, measure) in measures {
        let (made_up, record) = (measure(&made_up) / made_up.events.len(), measure(&record) / record.events.len());
        assert!(record <= 2 * made_up && made_up <= 2 * record, "{what}: {made_up}, and {record} in the record");
    }
}
