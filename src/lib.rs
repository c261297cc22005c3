//! tour
pub mod domain;
pub mod format;
pub mod query;
pub mod seed;
pub mod store;
