//! tour
pub mod domain;
pub mod format;
pub mod query;
pub mod store;
