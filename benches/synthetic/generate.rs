//! Writes seeds of any size, to measure with: `cargo run --release --example synthetic -- 1000000 DIR`.

mod world;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Parser;
use world::World;

/// Writes made-up seeds: events.ndjson, actors.ndjson and commitments.ndjson.
#[derive(Parser)]
struct Args {
    /// How many events.
    events: u64,
    /// The folder to write into.
    dir: PathBuf,
}

fn main() -> io::Result<()> {
    let Args { events, dir } = Args::parse();
    let world = World::new(events);
    fs::create_dir_all(&dir)?;
    let write = |name: &str, records: &dyn Fn(&mut BufWriter<File>) -> io::Result<()>| {
        let mut file = BufWriter::new(File::create(dir.join(name))?);
        records(&mut file)?;
        file.flush()
    };
    write("actors.ndjson", &|file| world.write_actors(file))?;
    write("commitments.ndjson", &|file| world.write_commitments(file))?;
    write("events.ndjson", &|file| world.write_events(file))
}
