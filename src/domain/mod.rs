//! What a record is: events, actors and commitments, and the words they are made of.
//!
//! [`event`], [`actor`] and [`commitment`] hold the records as curators write them, with ids for references;
//! [`dataset`] holds all of them in memory, [`records`] wherever they are; [`document`] is the published form, with every reference resolved by a [`library`]
//! over the [`links`] between them.
//! [`coverage`] counts them.
//! Nothing here knows of files, databases or HTTP.

pub mod actor;
pub mod commitment;
pub mod country;
pub mod coverage;
pub mod dataset;
pub mod date;
pub mod document;
pub mod event;
pub mod library;
pub mod links;
pub mod number;
pub mod records;
pub mod searched;
pub mod source;
pub mod text;
pub mod tokens;
pub mod vocab;
