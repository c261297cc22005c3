//! tour
pub mod domain;
