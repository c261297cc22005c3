//! The build's name, on which entity tags depend, is made of all that answers are made of.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file of Rust below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The files that a source includes.
fn included(source: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(source).unwrap();
    let macros = ["include_str!(\"", "include_bytes!(\""];
    let after = macros.iter().flat_map(|include| text.split(include).skip(1));
    let paths = after.filter_map(|rest| rest.split('"').next());
    let folder = source.parent().unwrap();
    paths.map(|path| folder.join(path).canonicalize().unwrap_or_else(|error| panic!("{path}: {error}"))).collect()
}

#[test]
fn the_name_of_the_build_depends_on_every_file_that_the_program_includes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap();
    let build = fs::read_to_string(root.join("build.rs")).unwrap();
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    let included: Vec<PathBuf> = found.iter().flat_map(|source| included(source)).collect();
    assert!(included.len() > 4, "{included:?}");
    for file in included {
        let file = file.strip_prefix(&root).unwrap();
        let first = file.iter().next().unwrap().to_string_lossy();
        assert!(build.contains(&format!("\"{first}\"")), "build.rs does not look at {}", file.display());
    }
}
