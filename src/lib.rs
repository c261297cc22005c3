//! An API server for the record of US-China climate diplomacy since 1979.
//!
//! # A tour of the code
//!
//! Read the rooms in this order; arrows point one way, `domain` ← `seed`, `query`, `tables` ← `index` ← `store`,
//! `format` ← `package` ← `http` ← `serve`.
//!
//! 1. [`domain`] is what a record is: events, actors and commitments, their dates (EDTF), words and texts. A
//!    commitment's status is a fold of its history ([`domain::commitment::Standing`]). [`domain::document`] is the
//!    published form of a record, every reference resolved; [`domain::tokens`] makes the words that search goes by.
//! 2. [`seed`] turns files into checked [`domain::records::Records`], or says every problem of every file at once, each
//!    with its line and column. Events may be more than memory holds: they stay in their files ([`seed::Survey`]).
//! 3. [`query`] is what can be asked. One table of fields per resource ([`query::fields`]) drives the parser, the
//!    OpenAPI document, the data dictionary, the README and the tests. [`query::matches`] answers queries in plain
//!    Rust: the oracle that tests hold the database against.
//! 4. [`index`] knows which events match a filter, in which order, and how many have which value: sets held in memory,
//!    as search engines have them. The database keeps it beside the records.
//! 5. [`store`] is the database, and holds all SQL. A store is one version of the data set: built whole beside the old
//!    one, swapped in, and only read after that. So its version gives entity tags, cursors and caches for free. The
//!    finished documents are in a file beside the database, read without asking it, and the full text is a database of
//!    its own.
//! 6. [`mod@format`] turns records into bytes, and knows neither the database nor HTTP.
//! 7. [`tables`] is the data set as flat tables, and [`package`] makes of them what is taken home: a SQLite file, a
//!    Data Package.
//! 8. [`http`] is the API: routes, negotiation, tags and 304, errors as problem+json, the OpenAPI document.
//! 9. [`serve`] starts it all, from top to bottom: seeds, check, load, listen, drain; [`door`] takes connections,
//!    [`reload`] loads seeds anew while it runs, [`signals`] are what an operator may tell it. [`cli`] is the command
//!    line, and the binary runs the command chosen. With the feature `otel`, `otel` exports traces.
//!
//! The clock is a value ([`clock`]), so a day can be set in tests. [`parallel`] gives many parts to all processors,
//! [`progress`] tells how far a load has come. `build.rs` puts the seeds inside the program and names the build
//! ([`BUILD`]).
//!
//! # Where a new thing goes
//!
//! - A word of a vocabulary: [`domain::vocab`], nowhere else.
//! - A field to filter by: a row in [`query::fields`]; the compiler then asks for its sets (`index::sets`) or its SQL
//!   (`store::columns`), and for the oracle's match.
//! - A key of a seed: a row in its table's shape (`seed::read::shape`), by which it is read and the schemas for editors
//!   are made.
//! - A field to count by: the flags `facet` and `grouping` of its row in [`query::fields`], its grouping in
//!   `index::tally` or `store::columns`, and its values in the oracle.
//! - A rule for seeds: a function in `seed::check`, named in its table, with a test that breaks just that rule.
//! - An error: a variant of [`http::error::Failure`] and a row in its table of codes.

pub mod cli;
pub mod clock;
pub mod domain;
pub mod door;
pub mod format;
pub mod http;
pub mod index;
#[cfg(feature = "otel")]
pub mod otel;
pub mod package;
pub mod parallel;
pub mod progress;
pub mod query;
pub mod reload;
pub mod seed;
pub mod serve;
pub mod signals;
pub mod store;
pub mod tables;

/// The build of the program: a hash of its sources and seeds. Documents and entity tags depend on it.
pub const BUILD: &str = env!("BUILD_ID");
