//! Hostile input, drawn by structure: what clients and curators really write, bent a little at a time.
//!
//! Every run replays `tests/corpus` and draws a few cases of each kind. `FUZZ_TIMES` draws that many times as many:
//!
//! ```sh
//! FUZZ_TIMES=1000 cargo test --profile fuzz --test it fuzz
//! ```
//!
//! What is found is added to the corpus by hand, so that it is tried for ever after.

mod addresses;
mod cursors;
mod headers;
mod queries;
mod seeds;

use std::fmt::Debug;
use std::fs;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// Holds a property to cases that are drawn: a few, or `FUZZ_TIMES` as many.
fn hold<S: Strategy>(few: u32, strategy: &S, holds: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: Debug,
{
    let times = std::env::var("FUZZ_TIMES").map_or(1, |times| times.parse().expect("FUZZ_TIMES is a number"));
    let config = Config { failure_persistence: None, ..Config::with_cases(few.saturating_mul(times)) };
    TestRunner::new(config).run(strategy, holds).unwrap_or_else(|failure| panic!("{failure}"));
}

/// Holds a property to what was found before: the lines of a file of `tests/corpus`.
fn replay(name: &str, holds: impl Fn(&str) -> Result<(), TestCaseError>) {
    let lines = fs::read_to_string(format!("tests/corpus/{name}")).expect("the corpus is kept");
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        holds(line).unwrap_or_else(|failure| panic!("{line}: {failure}"));
    }
}

/// One change to a text: where, how many characters go, and what comes in their place.
type Change = (Index, usize, String);

/// Draws changes to a text that put some of these bits in, or any character.
fn changes(bits: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<Change>> {
    let bit = prop_oneof![6 => proptest::sample::select(bits).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    proptest::collection::vec((any::<Index>(), 0..3_usize, bit), 0..=most)
}

/// The text after the changes.
fn bent(text: &str, changes: &[Change]) -> String {
    changes.iter().fold(text.to_owned(), |text, (at, gone, bit)| {
        let at = at.index(text.chars().count() + 1);
        let before = text.chars().take(at);
        before.chain(bit.chars()).chain(text.chars().skip(at + gone)).collect()
    })
}
