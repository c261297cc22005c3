//! Puts the seeds into the binary and names the build.
//!
//! The seeds become one table in `OUT_DIR/seeds.rs`. `BUILD_ID` is a hash over everything that decides what the
//! program answers; it holds no absolute path and no time, so that two machines that build one commit agree on it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const NDJSON: [&str; 3] = ["events.ndjson", "actors.ndjson", "commitments.ndjson"];
const SOURCES: [&str; 4] = ["src", "assets", "migrations", "seed"];
const FILES: [&str; 4] = ["Cargo.lock", "Cargo.toml", "LICENSE-DATA", "CITATION.cff"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo:rerun-if-changed=build.rs");

    let mut files = Vec::new();
    for folder in SOURCES {
        collect(&root, folder, &mut files)?;
    }
    // What is written beside the records for curators decides no answer.
    files.retain(|file| file.strip_prefix("seed/").is_none_or(is_seed));
    fs::write(out.join("seeds.rs"), seed_table(&root, &files))?;

    for file in FILES {
        if root.join(file).is_file() {
            println!("cargo:rerun-if-changed={file}");
            files.push(file.to_owned());
        }
    }
    println!("cargo:rustc-env=BUILD_ID={}", build_id(&root, files)?);
    Ok(())
}

/// Adds every file below `folder` by its path from the root, with `/` on every system.
///
/// A folder that is not there is not watched: Cargo takes a missing path for a change, and would build each time.
fn collect(root: &Path, folder: &str, files: &mut Vec<String>) -> io::Result<()> {
    if !root.join(folder).is_dir() {
        return Ok(());
    }
    println!("cargo:rerun-if-changed={folder}");
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            collect(root, &path, files)?;
        } else {
            println!("cargo:rerun-if-changed={path}");
            files.push(path);
        }
    }
    Ok(())
}

/// A slice of `(path in the seed folder, text)`, sorted by path.
fn seed_table(root: &Path, files: &[String]) -> String {
    let mut seeds: Vec<&str> = files.iter().filter_map(|file| file.strip_prefix("seed/")).collect();
    seeds.sort_unstable();
    let mut table = String::from("&[\n");
    for seed in seeds {
        let path = root.join("seed").join(seed).display().to_string();
        // Writing to a string cannot fail.
        let _ = writeln!(table, "    ({seed:?}, include_str!({path:?})),");
    }
    table.push(']');
    table
}

fn is_seed(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "toml") || NDJSON.contains(&path)
}

/// FNV-1a (64 bit) over the sorted paths and contents; lengths keep neighbours apart.
fn build_id(root: &Path, mut files: Vec<String>) -> io::Result<String> {
    files.sort_unstable();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in length.iter().chain(bytes) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for file in files {
        feed(file.as_bytes());
        feed(&fs::read(root.join(&file))?);
    }
    Ok(format!("{hash:016x}"))
}
