//! Records to seed files: the way back.
//!
//! A record becomes a tree of just the keys that are needed, in the order in which people read them; TOML and NDJSON
//! are two ways to write that tree down. What is written loads again as the same data set, and writing that gives
//! the same bytes.

mod layout;
mod tree;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Kind;
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::event::Event;
use crate::domain::records::Records;
use tree::Tree;

/// Why seeds cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Something is there already: seeds that are left over would be loaded with the new ones.
    #[error("{} is not empty: seeds are written into a new or an empty folder", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// An event cannot be read.
    #[error("cannot read an event: {0}")]
    Event(io::Error),
    /// The system refuses.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Writes one TOML file a record.
pub fn write_toml(records: &dyn Records, dir: &Path) -> Result<(), WriteError> {
    make_empty(dir)?;
    for number in 0..records.event_count() {
        let event = records.event(number).map_err(WriteError::Event)?;
        let folder = dir.join(Kind::Event.folder()).join(format!("{:04}", event.date.start().year()));
        write_record(&folder, &event.id, &tree::event(&event))?;
    }
    for actor in records.actors() {
        write_record(&dir.join(Kind::Actor.folder()), &actor.id, &tree::actor(actor))?;
    }
    for commitment in records.commitments() {
        write_record(&dir.join(Kind::Commitment.folder()), &commitment.id, &tree::commitment(commitment))?;
    }
    Ok(())
}

/// Writes one NDJSON file a kind of record.
pub fn write_ndjson(records: &dyn Records, dir: &Path) -> Result<(), WriteError> {
    make_empty(dir)?;
    let path = |kind: Kind| dir.join(format!("{}.ndjson", kind.folder()));
    let events = path(Kind::Event);
    let mut file = fs::File::create_new(&events).map(io::BufWriter::new).map_err(failed(&events))?;
    for number in 0..records.event_count() {
        let event = records.event(number).map_err(WriteError::Event)?;
        file.write_all(event_line(&event).as_bytes()).map_err(failed(&events))?;
    }
    file.flush().map_err(failed(&events))?;
    let lines: String = records.actors().iter().map(actor_line).collect();
    write_file(&path(Kind::Actor), &lines)?;
    let lines: String = records.commitments().iter().map(commitment_line).collect();
    write_file(&path(Kind::Commitment), &lines)
}

/// An event as a line of NDJSON seeds.
#[must_use]
pub fn event_line(event: &Event) -> String {
    line(&event.id, tree::event(event))
}

/// An actor as a line of NDJSON seeds.
#[must_use]
pub fn actor_line(actor: &Actor) -> String {
    line(&actor.id, tree::actor(actor))
}

/// A commitment as a line of NDJSON seeds.
#[must_use]
pub fn commitment_line(commitment: &Commitment) -> String {
    line(&commitment.id, tree::commitment(commitment))
}

fn line(id: &str, record: Tree) -> String {
    // A tree holds nothing that JSON cannot.
    let mut line = serde_json::to_string(&record.with_id(id)).unwrap_or_default();
    line.push('\n');
    line
}

fn make_empty(dir: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(dir).map_err(failed(dir))?;
    if fs::read_dir(dir).map_err(failed(dir))?.next().is_some() {
        return Err(WriteError::NotEmpty { path: dir.to_owned() });
    }
    Ok(())
}

fn write_record(folder: &Path, id: &str, record: &Tree) -> Result<(), WriteError> {
    fs::create_dir_all(folder).map_err(failed(folder))?;
    write_file(&folder.join(format!("{id}.toml")), &layout::toml(record))
}

fn write_file(path: &Path, text: &str) -> Result<(), WriteError> {
    fs::write(path, text).map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> WriteError + '_ {
    |source| WriteError::Io { path: path.to_owned(), source }
}
