//! tour
pub mod domain;
pub mod seed;
