//! tour
pub mod domain;
pub mod query;
