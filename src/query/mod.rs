//! What can be asked: fields and their operators, and how a query string becomes a [`ListQuery`].
//!
//! [`fields`] holds the tables, [`form`] says what a form of answers can express. [`params`] takes a raw query string
//! apart, [`parse`] makes a query of it or says everything that is wrong with it, [`search`] reads `q`. [`list`] is the
//! query itself, [`normal`] writes it back in its one normal form, [`sentence`] puts it in words, [`cursor`] marks a
//! place in its answer, [`groups`] is what its matches are counted by. [`stats`], [`gaps`], [`web`] and [`best`] are the
//! queries for statistics, silences, connected records and the best hits among all records. [`mod@matches`] answers
//! it all in plain Rust, searches with the help of [`corpus`]: the oracle that tests hold the database against. Ids are
//! looked up in a [`catalogue::Catalogue`].

pub mod best;
pub mod catalogue;
pub mod corpus;
pub mod cursor;
pub mod fields;
pub mod form;
pub mod gaps;
pub mod groups;
pub mod list;
pub mod matches;
pub mod nearest;
pub mod normal;
pub mod params;
pub mod parse;
pub mod search;
pub mod sentence;
pub mod stats;
pub mod web;

pub use fields::{Actors, Commitments, EventSort, Events, Kind, Resource};
pub use form::{Extent, Form};
pub use gaps::GapsQuery;
pub use groups::{Bucket, Facet, Group, Tally};
pub use list::{Filter, ItemQuery, ListQuery, Shape, SortKey, Term, Value};
pub use params::{Params, Problem};
pub use parse::{Context, Refused};
pub use stats::StatsQuery;
pub use web::{ChainQuery, LineageQuery};
